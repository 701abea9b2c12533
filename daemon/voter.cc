// A voter.
#include "daemon/voter.h"

#include <algorithm>

namespace hacored {
namespace {

std::uint32_t ms_ago(ha::Instant heard, ha::Instant now) {
  if (heard == ha::kLongAgo) return VoterAnswer::kNever;
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - heard).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(ms, 0, VoterAnswer::kNever - 1));
}

}  // namespace

std::optional<VoterDatagram> Voter::judge(std::span<const std::byte> datagram, ha::Instant at) {
  if (datagram.size() != kVoterDatagramBytes) return ++counters_.malformed, std::nullopt;
  const Seal* by = maker_of(datagram);
  if (by == nullptr) return ++counters_.forged, std::nullopt;
  const auto message = decode(datagram);
  if (!message) return ++counters_.malformed, std::nullopt;
  return std::visit([&](const auto& of) { return take(of, *by, at); }, *message);
}

const Seal* Voter::maker_of(std::span<const std::byte> datagram) const {
  if (authentic(datagram, seal_)) return &seal_;
  return next_ && authentic(datagram, *next_) ? &*next_ : nullptr;
}

/// Within a boot of the head, start and sequence only count up.
bool Voter::is_new(Head& head, const Hello& hello) {
  const auto known =
      std::ranges::find_if(head.boots, [&](const Boot& boot) { return boot.newest.boot == hello.sender.boot; });
  if (known == head.boots.end()) {
    head.boots[head.oldest] = {hello.sender, hello.seq};
    head.oldest = (head.oldest + 1) % Head::kBoots;
    return true;
  }
  const bool later = hello.sender.start > known->newest.start;
  const bool next = hello.sender.start == known->newest.start && hello.seq > known->seq;
  if (!later && !next) return false;
  *known = {hello.sender, hello.seq};
  return true;
}

std::optional<VoterDatagram> Voter::take(const Hello& hello, const Seal&, ha::Instant at) {
  if (hello.cell != cell_) return ++counters_.foreign, std::nullopt;
  Head& head = heads_[hello.head];
  if (!is_new(head, hello)) return ++counters_.stale, std::nullopt;
  ++counters_.hellos;
  head.heard = at;
  return std::nullopt;
}

std::optional<VoterDatagram> Voter::take(const VoterQuestion& question, const Seal& by, ha::Instant at) {
  if (question.cell != cell_) return ++counters_.foreign, std::nullopt;
  ++counters_.answers;
  const VoterAnswer answer{question, {ms_ago(heads_[0].heard, at), ms_ago(heads_[1].heard, at)}};
  return encode(answer, by);
}

/// Of another voter: nobody sends it here.
std::optional<VoterDatagram> Voter::take(const VoterAnswer&, const Seal&, ha::Instant) {
  ++counters_.malformed;
  return std::nullopt;
}

}  // namespace hacored
