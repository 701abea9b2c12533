// Any bytes as what an earlier hacored left behind: refused, or a record that is written and read back the same. Since
// the checksum of random bytes is never right, that of the durable slots is made right half the time.
#include <sodium.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/check.h"
#include "daemon/boot_file.h"
#include "daemon/refused.h"
#include "daemon/slots.h"
#include "tests/daemon/folder.h"

namespace {

using namespace hacored;

constexpr std::size_t kSum = 32;
constexpr std::size_t kSummed = 512 - kSum;

void read_slots(const std::string& path) {
  try {
    const SlotOwner owner{1, 0};
    Slots slots{path, owner};
    const ha::DiskRecord record = slots.record();
    HA_CHECK(slots.write(record));
    HA_CHECK(Slots(path, owner).record() == record);
  } catch (const Refused&) {}
}

void read_boot(const std::string& path) {
  try {
    const BootFile first{path};
    const BootFile second{path};
    HA_CHECK(second.record() == first.record());
    HA_CHECK(second.incarnation().start == first.incarnation().start + 1);
  } catch (const Refused&) {}
}

void put_sum(std::string& slots, std::size_t at) {
  auto* slot = reinterpret_cast<unsigned char*>(slots.data() + at);
  crypto_generichash(slot + kSummed, kSum, slot, kSummed, nullptr, 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Folder folder;
  std::string file{reinterpret_cast<const char*>(bytes), size};
  read_slots(folder.file("state", file));
  read_boot(folder.file("boot", file));
  // Both slots from few bytes, which is what a mutation reaches: the first half of them for each.
  std::string slots(2 * kSlotBytes, '\0');
  const std::size_t half = std::min(size / 2, kSummed);
  std::copy_n(file.begin(), half, slots.begin());
  std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(half), half, slots.begin() + kSlotBytes);
  for (const std::size_t at : {std::size_t{0}, kSlotBytes}) put_sum(slots, at);
  read_slots(folder.file("state", slots));
  return 0;
}
