// A shared disk.
#include "daemon/store_disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

namespace hacored {
namespace {

constexpr std::uint32_t kPauseMicroseconds = 8000;

struct alignas(StoreDisk::kSectorBytes) Area {
  std::array<std::byte, StoreDisk::kSectors * StoreDisk::kSectorBytes> bytes{};
};

}  // namespace

DeviceDisk::DeviceDisk(std::string path, int side) : path_(std::move(path)), side_(side) {}

Fate DeviceDisk::failed(const char* doing, Fate fate) {
  why_ = fmt::format("{} {}: {}", doing, path_, std::strerror(errno));
  return fate;
}

bool DeviceDisk::opened() {
  if (device_) return true;
  FileDescriptor device{open(path_.c_str(), O_RDWR | O_DIRECT | O_DSYNC | O_CLOEXEC)};
  if (!device) return failed("open", Fate::refused) == Fate::done;
  struct flock mine {};
  mine.l_type = F_WRLCK;
  mine.l_whence = SEEK_SET;
  mine.l_start = static_cast<off_t>(static_cast<std::size_t>(side_) * 2 * kSectorBytes);
  mine.l_len = static_cast<off_t>(2 * kSectorBytes);
  if (fcntl(device.get(), F_OFD_SETLK, &mine) != 0) return failed("lock", Fate::refused) == Fate::done;
  device_ = std::move(device);
  return true;
}

Fate DeviceDisk::read(Blocks& to) {
  if (!opened()) return Fate::refused;
  Area area;
  const ssize_t got = pread(device_.get(), area.bytes.data(), area.bytes.size(), 0);
  if (got < 0) return failed("read", Fate::refused);
  if (got != static_cast<ssize_t>(area.bytes.size())) {
    why_ = fmt::format("{} is smaller than {} bytes", path_, area.bytes.size());
    return Fate::refused;
  }
  for (std::size_t sector = 0; sector < kSectors; ++sector)
    std::ranges::copy(std::span{area.bytes}.subspan(sector * kSectorBytes, kStoreBlockBytes), to[sector].begin());
  return Fate::done;
}

Fate DeviceDisk::write(std::size_t sector, const StoreBlock& block) {
  if (!opened()) return Fate::refused;
  Area area;
  std::ranges::copy(block, area.bytes.begin());
  const ssize_t wrote =
      pwrite(device_.get(), area.bytes.data(), kSectorBytes, static_cast<off_t>(sector * kSectorBytes));
  return wrote == static_cast<ssize_t>(kSectorBytes) ? Fate::done : failed("write", Fate::unknown);
}

void DeviceDisk::pause() {
  std::this_thread::sleep_for(std::chrono::microseconds{randombytes_uniform(kPauseMicroseconds)});
}

}  // namespace hacored
