// Says in the log that datagrams are dropped at the beat ports: one line a minute for each kind at most, however many
// come.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "core/time.h"
#include "daemon/beats.h"

namespace hacored {

/// A kind of datagram that is dropped, and what it means.
struct DropKind {
  std::uint64_t BeatCounters::*count;
  std::string_view name;
  std::string_view text;
};
inline constexpr std::array kDropKinds{
    DropKind{&BeatCounters::malformed, "malformed", "are no beats, or of another path"},
    DropKind{&BeatCounters::forged, "forged", "are sealed with another key"},
    DropKind{&BeatCounters::reflected, "reflected", "are this head's own, come back"},
    DropKind{&BeatCounters::stale, "stale", "are not newer than what came before"},
    DropKind{&BeatCounters::limited, "limited", "are of too many starts of the peer at once"},
};

class BeatWatch {
 public:
  static constexpr std::chrono::seconds kLookEvery{1};
  static constexpr std::chrono::minutes kQuiet{1};  ///< of a kind, after a line about it

  /// `counters` is asked for each path in the order of `paths`, their names.
  using Counters = std::function<BeatCounters(std::size_t path)>;
  BeatWatch(boost::asio::io_context& io, std::vector<std::string> paths, Counters counters);

  /// Says what is new at `at`, as far as that was not said within the last minute.
  void look(ha::Instant at);

 private:
  struct Kind {
    ha::Instant said_at = ha::kLongAgo;
    std::vector<std::uint64_t> said;  ///< by path: how many until then
  };
  void look_later();
  void look(const DropKind& kind, Kind& state, ha::Instant at);

  boost::asio::steady_timer timer_;
  std::vector<std::string> paths_;
  Counters counters_;
  std::array<Kind, kDropKinds.size()> kinds_;
};

}  // namespace hacored
