// The durable record of a head: two slots in one pre-allocated file, written in turn, so that the older one is whole
// whenever the power goes (docs/protocol.md, section 2). A full disk does not matter: nothing grows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/event.h"

namespace hacored {

/// Whose record it is. A file that belongs to another head or cell is refused.
struct SlotOwner {
  std::uint32_t cell = 0;
  std::uint8_t head = 0;
};

inline constexpr std::size_t kSlotBytes = 4096;

/// One slot as it lies on the disk.
struct Slot {
  std::uint64_t number = 0;  ///< counts the writes; the higher one of two whole slots is the newer
  ha::DiskRecord record;
};
enum class SlotState : std::uint8_t { whole, empty, torn, newer_version, foreign };
void encode_slot(const Slot& slot, SlotOwner owner, std::span<std::byte, kSlotBytes> to);
SlotState decode_slot(std::span<const std::byte> from, SlotOwner owner, Slot& slot);

class Slots {
 public:
  /// Opens the file; makes it, with room for both slots, if it is not there. Throws `Refused` if it is not of this
  /// head, from a newer version, or if neither slot is whole although something was written.
  Slots(std::string path, SlotOwner owner);
  ~Slots();
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  /// What survived; default-constructed for a new head.
  const ha::DiskRecord& record() const { return newest_.record; }

  /// Writes the record past every cache and reads it back. False: it is not durable. Blocks for as long as the disk
  /// takes; called by one thread at a time.
  bool write(const ha::DiskRecord& record);

 private:
  void choose();

  std::string path_;
  SlotOwner owner_;
  int fd_ = -1;
  Slot newest_;
  int next_ = 0;  ///< which slot is written next
};

}  // namespace hacored
