// Two copies in a file on a tmpfs, written in turn.
#include "daemon/boot_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "core/check.h"
#include "daemon/clock.h"
#include "daemon/durability.h"
#include "daemon/private_file.h"
#include "daemon/refused.h"

namespace hacored {
/// One of two copies, written in turn: a core that is killed while it writes leaves the other one whole.
struct BootCopy {
  std::uint64_t version = 0;
  std::uint64_t number = 0;
  ha::Incarnation incarnation;
  ha::BootRecord record;
  std::uint64_t sum = 0;  ///< over everything above
};

namespace {

constexpr std::uint64_t kVersion = 1;

std::uint64_t hash(const void* bytes, std::size_t size) {
  std::uint64_t sum = 0;
  constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> kNoKey{};
  HA_CHECK(crypto_shorthash(reinterpret_cast<unsigned char*>(&sum), static_cast<const unsigned char*>(bytes), size,
                            kNoKey.data()) == 0);
  return sum;
}

std::uint64_t sum_of(const BootCopy& copy) { return hash(&copy, offsetof(BootCopy, sum)); }

bool whole(const BootCopy& copy) { return copy.version == kVersion && copy.sum == sum_of(copy); }

}  // namespace

struct BootFile::Page {
  std::array<BootCopy, 2> copies;
};

std::uint64_t boot_id() {
  std::ifstream file{"/proc/sys/kernel/random/boot_id"};
  std::string text;
  if (!std::getline(file, text)) throw Refused("/proc/sys/kernel/random/boot_id cannot be read; is /proc mounted?");
  return hash(text.data(), text.size()) | 1U;
}

BootFile::BootFile(const std::string& path) {
  static_assert(std::is_trivially_copyable_v<BootCopy> && std::has_unique_object_representations_v<BootCopy>);
  if (sodium_init() < 0) throw Refused("libsodium does not start on this machine");
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) throw Refused(fmt::format("boot record {}: {}", path, std::strerror(errno)));
  const bool ours = withheld(fd, kOthersWrite);
  const bool in_memory = durability_of(fd) == Durability::in_memory;
  void* mapped = MAP_FAILED;
  if (ours && in_memory && ftruncate(fd, sizeof(Page)) == 0)
    mapped = mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (!ours)
    throw NeedsPerson(
        fmt::format("boot record {}: others may write it; chown root {} && chmod 600 {}", path, path, path));
  if (!in_memory)
    throw NeedsPerson(
        fmt::format("boot record {}: must lie on a tmpfs, so that it ends with the kernel; set run_dir", path));
  if (mapped == MAP_FAILED) throw Refused(fmt::format("boot record {}: {}", path, std::strerror(errno)));
  page_ = static_cast<Page*>(mapped);
  incarnation_.boot = boot_id();
  for (const BootCopy& copy : page_->copies) {
    if (copy.version > kVersion) {
      munmap(page_, sizeof(Page));
      throw NeedsPerson(
          fmt::format("boot record {}: written by a newer hacored; install that version again, or reboot", path));
    }
    if (!whole(copy) || copy.incarnation.boot != incarnation_.boot || copy.number < number_) continue;
    number_ = copy.number;
    record_ = copy.record;
    incarnation_.start = copy.incarnation.start;
  }
  // Within a boot this clock only rises: where the record of the start before is lost, this start is still a newer one.
  incarnation_.start =
      number_ > 0 ? incarnation_.start + 1 : static_cast<std::uint64_t>(now().time_since_epoch().count());
  write(record_);
}

BootFile::~BootFile() { munmap(page_, sizeof(Page)); }

void BootFile::write(const ha::BootRecord& record) {
  BootCopy copy{.version = kVersion, .number = ++number_, .incarnation = incarnation_, .record = record};
  copy.sum = sum_of(copy);
  record_ = record;
  std::memcpy(&page_->copies[number_ % 2], &copy, sizeof copy);
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

}  // namespace hacored
