// The boot-durable record: in memory that survives hacored but not the kernel (docs/protocol.md, section 2), with the
// count of starts that makes an incarnation.
#pragma once

#include <string>

#include "core/event.h"

namespace hacored {

class BootFile {
 public:
  /// Opens or makes the file, which must lie on a tmpfs. What an earlier boot left there is forgotten. Counts this
  /// start. Throws `Refused`.
  explicit BootFile(const std::string& path);
  ~BootFile();
  BootFile(const BootFile&) = delete;
  BootFile& operator=(const BootFile&) = delete;

  /// This start in this boot of the kernel.
  ha::Incarnation incarnation() const { return incarnation_; }
  const ha::BootRecord& record() const { return record_; }

  /// A copy in memory; takes about a microsecond.
  void write(const ha::BootRecord& record);

 private:
  struct Page;
  Page* page_ = nullptr;
  ha::Incarnation incarnation_;
  ha::BootRecord record_;
  std::uint64_t number_ = 0;
};

/// The kernel's boot id as a number, never 0.
std::uint64_t boot_id();

}  // namespace hacored
