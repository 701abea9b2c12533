// The memory of the black box: a file on a tmpfs, so that it outlives hacored and never waits for a disk.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace hacored {

class BlackBox {
 public:
  /// Keeps the one before as `path`.old. Throws `Refused`.
  BlackBox(const std::string& path, std::size_t bytes);
  ~BlackBox();
  BlackBox(const BlackBox&) = delete;
  BlackBox& operator=(const BlackBox&) = delete;

  std::span<std::byte> memory() const { return memory_; }

 private:
  std::span<std::byte> memory_;
};

}  // namespace hacored
