// Any bytes as datagrams of heads and voters: dropped, or a message that is encoded to the very same bytes. A voter
// takes the same bytes as they are, and sealed with its key.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/check.h"
#include "daemon/voter.h"

namespace {

using namespace hacored;

constexpr std::size_t kBodyBytes = kVoterDatagramBytes - Seal::kBytes;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const Seal seal{Seal::Key{1}};
  Voter voter{voter_cell("fuzz"), seal};
  const auto all = std::as_bytes(std::span{bytes, size});
  HA_CHECK(!voter.judge(all, ha::Instant{}) || authentic(all, seal));

  VoterDatagram datagram{};
  std::ranges::copy(all.first(std::min(size, kBodyBytes)), datagram.begin());
  const auto body = std::span{datagram}.first(kBodyBytes);
  std::ranges::copy(seal.seal(body), datagram.begin() + kBodyBytes);
  if (const auto message = decode(datagram)) HA_CHECK(encode(*message, seal) == datagram);
  if (const auto answer = voter.judge(datagram, ha::Instant{})) HA_CHECK(authentic(*answer, seal));
  return 0;
}
