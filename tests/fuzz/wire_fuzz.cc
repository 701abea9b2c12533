// Any bytes as a frame from the network: dropped, or a beat that is encoded to a frame which decodes to the same beat.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/check.h"
#include "core/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::optional<ha::Beat> beat = ha::decode(std::as_bytes(std::span{bytes, size}));
  if (!beat) return 0;
  std::array<std::byte, 512> frame;
  const std::size_t length = ha::encode(*beat, frame);
  HA_CHECK(length > 0 && length <= frame.size());
  HA_CHECK(ha::decode(std::span{frame}.first(length)) == beat);
  return 0;
}
