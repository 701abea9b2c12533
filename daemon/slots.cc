// The layout of a slot, and how it reaches the disk past every cache.
#include "daemon/slots.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "core/check.h"
#include "daemon/bytes.h"
#include "daemon/durable_write.h"
#include "daemon/private_file.h"
#include "daemon/refused.h"

namespace hacored {
namespace {

constexpr std::uint32_t kSlotMagic = 0x54534148;  // "HAST"
constexpr std::uint16_t kSlotVersion = 1;
constexpr std::size_t kSumBytes = 32;
constexpr std::size_t kSumAt = 512 - kSumBytes;  // all that counts lies in one sector, which a disk writes whole or not

struct alignas(kSlotBytes) Page {
  std::array<std::byte, kSlotBytes> bytes{};
};

using Sum = std::array<std::byte, kSumBytes>;

Sum sum_of(std::span<const std::byte> slot) {
  Sum sum;
  HA_CHECK(crypto_generichash(reinterpret_cast<unsigned char*>(sum.data()), sum.size(),
                              reinterpret_cast<const unsigned char*>(slot.data()), kSumAt, nullptr, 0) == 0);
  return sum;
}

off_t offset_of(int slot) { return static_cast<off_t>(kSlotBytes) * slot; }

bool write_page(int fd, int slot, const Page& page) {
  return pwrite(fd, page.bytes.data(), kSlotBytes, offset_of(slot)) == static_cast<ssize_t>(kSlotBytes);
}

bool read_page(int fd, int slot, Page& page) {
  return pread(fd, page.bytes.data(), kSlotBytes, offset_of(slot)) == static_cast<ssize_t>(kSlotBytes);
}

/// O_DIRECT where the file system has it; without it the read-back may come from the page cache.
int open_past_caches(const std::string& path) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_DSYNC | O_CLOEXEC | O_NOFOLLOW;
  const int fd = open(path.c_str(), kFlags | O_DIRECT, 0600);
  return fd < 0 && errno == EINVAL ? open(path.c_str(), kFlags, 0600) : fd;
}

}  // namespace

void encode_slot(const Slot& slot, SlotOwner owner, std::span<std::byte, kSlotBytes> to) {
  std::fill(to.begin(), to.end(), std::byte{0});
  ByteWriter out{to};
  out.put(kSlotMagic).put(kSlotVersion).put(owner.cell).put(owner.head).put(slot.number);
  for (const ha::Epoch e : slot.record.promised) out.put(ha::value(e));
  for (const ha::Epoch e : slot.record.owned) out.put(ha::value(e));
  out.put(slot.record.hardware_id).put(slot.record.off_out).put(slot.record.maintenance).put(slot.record.standby);
  out.put(slot.record.failovers).put(slot.record.fences);
  const Sum sum = sum_of(to);
  std::copy(sum.begin(), sum.end(), to.begin() + kSumAt);
}

SlotState decode_slot(std::span<const std::byte> from, SlotOwner owner, Slot& slot) {
  if (from.size() != kSlotBytes) return SlotState::torn;
  if (std::all_of(from.begin(), from.end(), [](std::byte b) { return b == std::byte{0}; })) return SlotState::empty;
  ByteReader in{from};
  if (in.get<std::uint32_t>() != kSlotMagic) return SlotState::torn;
  const auto version = in.get<std::uint16_t>();
  const Sum sum = sum_of(from);
  if (!std::equal(sum.begin(), sum.end(), from.begin() + kSumAt)) return SlotState::torn;
  if (version != kSlotVersion) return SlotState::newer_version;
  const auto cell = in.get<std::uint32_t>();
  const auto head = in.get<std::uint8_t>();
  if (cell != owner.cell || head != owner.head) return SlotState::foreign;
  slot.number = in.get<std::uint64_t>();
  for (ha::Epoch& e : slot.record.promised) e = ha::Epoch{in.get<std::uint64_t>()};
  for (ha::Epoch& e : slot.record.owned) e = ha::Epoch{in.get<std::uint64_t>()};
  slot.record.hardware_id = in.get<std::uint64_t>();
  for (std::uint8_t* field : {&slot.record.off_out, &slot.record.maintenance, &slot.record.standby,
                              &slot.record.failovers, &slot.record.fences}) {
    *field = in.get<std::uint8_t>();
  }
  return in.ok() ? SlotState::whole : SlotState::torn;
}

Slots::Slots(std::string path, SlotOwner owner) : path_{std::move(path)}, owner_{owner} {
  if (sodium_init() < 0) throw Refused("libsodium does not start on this machine");
  fd_ = open_past_caches(path_);
  if (fd_ < 0) throw Refused(fmt::format("state {}: {}", path_, std::strerror(errno)));
  try {
    choose();
  } catch (...) {
    close(fd_);
    throw;
  }
}

Slots::~Slots() { close(fd_); }

void Slots::choose() {
  struct stat about {};
  if (fstat(fd_, &about) != 0 || !S_ISREG(about.st_mode))
    throw NeedsPerson(fmt::format("state {}: is not a file; move it away", path_));
  if (!withheld(fd_, kOthersWrite))
    throw NeedsPerson(fmt::format("state {}: others may write it; chown root {} && chmod 600 {}", path_, path_, path_));
  if (about.st_size == 0) {
    const Page empty;
    if (!write_page(fd_, 0, empty) || !write_page(fd_, 1, empty))
      throw Refused(fmt::format("state {}: no room for its {} bytes: {}", path_, 2 * kSlotBytes, std::strerror(errno)));
    (void)make_name_durable(path_);
    return;
  }
  bool found = false;
  int empty = 0;
  for (int i = 0; i < 2; ++i) {
    Page page;
    Slot slot;
    const SlotState state = read_page(fd_, i, page) ? decode_slot(page.bytes, owner_, slot) : SlotState::torn;
    if (state == SlotState::newer_version)
      throw NeedsPerson(fmt::format("state {}: written by a newer hacored; install that version again", path_));
    if (state == SlotState::foreign)
      throw NeedsPerson(
          fmt::format("state {}: belongs to another head or cell; a copied disk must not speak for this head. If this "
                      "head is new, move the file away",
                      path_));
    if (state == SlotState::empty) ++empty;
    if (state != SlotState::whole || (found && slot.number <= newest_.number)) continue;
    found = true;
    newest_ = slot;
    next_ = 1 - i;
  }
  if (!found && empty < 2)
    throw NeedsPerson(
        fmt::format("state {}: neither of its two records is whole, so what this head promised is not known. Move the "
                    "file away only while the peer runs: it tells this head again",
                    path_));
}

bool Slots::write(const ha::DiskRecord& record) {
  const Slot slot{newest_.number + 1, record};
  Page page;
  encode_slot(slot, owner_, page.bytes);
  if (!write_page(fd_, next_, page)) return false;
  Page back;
  if (!read_page(fd_, next_, back) || back.bytes != page.bytes) return false;
  newest_ = slot;
  next_ = 1 - next_;
  return true;
}

}  // namespace hacored
