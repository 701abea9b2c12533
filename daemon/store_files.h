// What a store is kept in: a directory of small files with an exclusive, durable "create". The port behind which a
// directory and an NFS server are the same.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace hacored {

/// What became of one operation on the files.
enum class Fate {
  done,
  absent,   ///< no file of that name
  exists,   ///< somebody else's file stands there; nothing changed
  refused,  ///< surely not done
  unknown,  ///< may have been done, or may still be done later
};

class StoreFiles {
 public:
  virtual ~StoreFiles() = default;

  /// A request begins: a limit of time for all operations of it starts to count.
  virtual void begin() = 0;

  /// What stands in the file now, never what a cache remembers. At most `kFileBytesMax`.
  virtual Fate read(const std::string& name, std::vector<std::byte>& to) = 0;

  /// Overwrites a part of a file that exists. `done` means that it is durable.
  virtual Fate overwrite(const std::string& name, std::size_t offset, std::span<const std::byte> bytes) = 0;

  /// Creates the file with these contents, or leaves alone what is there (`exists`). Nobody ever sees a part of it,
  /// and of several creators exactly one gets `done`, after which it is durable.
  virtual Fate create(const std::string& name, std::span<const std::byte> bytes) = 0;

  /// Names of all files.
  virtual Fate list(std::vector<std::string>& names) = 0;

  virtual Fate remove(const std::string& name) = 0;

  /// Why the last operation was not done, for the log.
  const std::string& why() const { return why_; }

 protected:
  std::string why_;
};

inline constexpr std::size_t kFileBytesMax = 8192;

/// A name that nobody else has, for a file that is about to be created: "new.SIDE.RANDOM".
std::string scratch_name(int side);
/// Whether this is such a name of that head, left behind by a process that was ended between two operations.
bool is_scratch(const std::string& name, int side);

}  // namespace hacored
