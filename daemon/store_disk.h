// A shared disk as two heads use it: four sectors, of which each head writes two.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>

#include "daemon/file_descriptor.h"
#include "daemon/store_files.h"
#include "daemon/store_wire.h"

namespace hacored {

/// The port behind which a real disk and a test's are the same.
class StoreDisk {
 public:
  static constexpr std::size_t kSectorBytes = 4096;
  static constexpr std::size_t kSectors = 4;  ///< slots 0 and 1 of head 0, then those of head 1
  using Blocks = std::array<StoreBlock, kSectors>;

  virtual ~StoreDisk() = default;
  /// What stands on the disk, past every cache. Each sector is read whole or not at all.
  virtual Fate read(Blocks& to) = 0;
  /// `done` means that it is durable. Whatever has failed may have been done.
  virtual Fate write(std::size_t sector, const StoreBlock& block) = 0;
  /// Lets the other head go first for a moment, another one each time.
  virtual void pause() = 0;

  const std::string& why() const { return why_; }

 protected:
  std::string why_;
};

/// A block device, or a file of at least 16 KiB that exists. The sectors of a head are locked, so that a process which
/// is not ended yet, because a write of its hangs, keeps the next one of the same head from starting.
class DeviceDisk : public StoreDisk {
 public:
  DeviceDisk(std::string path, int side);

  Fate read(Blocks& to) override;
  Fate write(std::size_t sector, const StoreBlock& block) override;
  void pause() override;

 private:
  bool opened();
  Fate failed(const char* doing, Fate fate);

  std::string path_;
  int side_;
  FileDescriptor device_;
};

}  // namespace hacored
