// A mapped file on a tmpfs.
#include "daemon/black_box.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "core/journal.h"
#include "daemon/refused.h"

namespace hacored {

BlackBox::BlackBox(const std::string& path, std::size_t bytes) {
  bytes = std::max(bytes, ha::Journal::kBytesMin);
  std::rename(path.c_str(), (path + ".old").c_str());
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  void* mapped = MAP_FAILED;
  // Its pages are taken now: a full tmpfs is noticed here and not in the middle of a step.
  if (fd >= 0 && posix_fallocate(fd, 0, static_cast<off_t>(bytes)) == 0)
    mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  const int why = errno;
  if (fd >= 0) close(fd);
  if (mapped == MAP_FAILED) throw Refused(fmt::format("black box {}: {} bytes: {}", path, bytes, std::strerror(why)));
  memory_ = {static_cast<std::byte*>(mapped), bytes};
}

BlackBox::~BlackBox() { munmap(memory_.data(), memory_.size()); }

}  // namespace hacored
