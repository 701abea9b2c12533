// The durable record, whole after every power cut.
#include "daemon/slots.h"

#include <gtest/gtest.h>

#include <array>

#include "daemon/refused.h"
#include "tests/daemon/folder.h"

namespace hacored {
namespace {

constexpr SlotOwner kMe{7, 0};

ha::DiskRecord record(std::uint64_t promised) {
  ha::DiskRecord r;
  r.promised[0] = ha::Epoch{promised};
  r.owned[3] = ha::Epoch{promised - 1};
  r.hardware_id = 99;
  r.off_out = 1;
  r.fences = 2;
  return r;
}

/// Changes one byte of a file.
void damage(const std::string& path, std::size_t at) {
  std::string text = text_of(path);
  text[at] = static_cast<char>(text[at] ^ 1);
  std::ofstream{path, std::ios::binary} << text;
}

TEST(Slots, RemembersTheNewestRecord) {
  const Folder folder;
  {
    Slots slots{folder / "state", kMe};
    EXPECT_EQ(slots.record(), ha::DiskRecord{});
    for (std::uint64_t e = 2; e < 9; ++e) ASSERT_TRUE(slots.write(record(e)));
  }
  EXPECT_EQ(Slots(folder / "state", kMe).record(), record(8));
}

TEST(Slots, AWriteThatIsTornLeavesTheRecordBefore) {
  for (const std::size_t at : {0U, 20U, 300U, 511U}) {
    const Folder folder;
    {
      Slots slots{folder / "state", kMe};
      ASSERT_TRUE(slots.write(record(2)));
      ASSERT_TRUE(slots.write(record(4)));
    }
    damage(folder / "state", kSlotBytes + at);
    EXPECT_EQ(Slots(folder / "state", kMe).record(), record(2)) << at;
  }
}

TEST(Slots, NothingGrowsSoThatAFullDiskDoesNotMatter) {
  const Folder folder;
  Slots slots{folder / "state", kMe};
  for (std::uint64_t e = 2; e < 50; ++e) ASSERT_TRUE(slots.write(record(e)));
  EXPECT_EQ(std::filesystem::file_size(folder / "state"), 2 * kSlotBytes);
}

TEST(Slots, TwoDamagedRecordsAreRefusedAndNotForgotten) {
  const Folder folder;
  {
    Slots slots{folder / "state", kMe};
    ASSERT_TRUE(slots.write(record(2)));
    ASSERT_TRUE(slots.write(record(4)));
  }
  damage(folder / "state", 20);
  damage(folder / "state", kSlotBytes + 20);
  EXPECT_THROW(Slots(folder / "state", kMe), Refused);
}

TEST(Slots, TheRecordOfAnotherHeadOrCellIsRefused) {
  const Folder folder;
  { ASSERT_TRUE(Slots(folder / "state", kMe).write(record(2))); }
  EXPECT_THROW(Slots(folder / "state", (SlotOwner{7, 1})), Refused);
  EXPECT_THROW(Slots(folder / "state", (SlotOwner{8, 0})), Refused);
}

TEST(Slots, AFileThatIsCutOffIsReadAsFarAsItIsWhole) {
  const Folder folder;
  {
    Slots slots{folder / "state", kMe};
    ASSERT_TRUE(slots.write(record(2)));
    ASSERT_TRUE(slots.write(record(4)));
  }
  std::filesystem::resize_file(folder / "state", kSlotBytes);
  EXPECT_EQ(Slots(folder / "state", kMe).record(), record(2));
  std::filesystem::resize_file(folder / "state", 100);
  EXPECT_THROW(Slots(folder / "state", kMe), Refused);
}

TEST(Slots, AFileThatOthersMayWriteIsRefused) {
  const Folder folder;
  { ASSERT_TRUE(Slots(folder / "state", kMe).write(record(2))); }
  std::filesystem::permissions(folder / "state", std::filesystem::perms{0666});
  EXPECT_THROW(Slots(folder / "state", kMe), Refused);
}

TEST(Slots, EveryByteThatCountsIsProtected) {
  std::array<std::byte, kSlotBytes> page{};
  encode_slot({5, record(2)}, kMe, page);
  for (std::size_t at = 0; at < 512; ++at) {
    std::array<std::byte, kSlotBytes> changed = page;
    changed[at] ^= std::byte{4};
    Slot slot;
    EXPECT_EQ(decode_slot(changed, kMe, slot), SlotState::torn) << at;
  }
}

}  // namespace
}  // namespace hacored
