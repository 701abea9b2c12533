#include "daemon/beat_watch.h"

#include <fmt/format.h>

#include "daemon/clock.h"
#include "daemon/log.h"

namespace hacored {

BeatWatch::BeatWatch(boost::asio::io_context& io, std::vector<std::string> paths, Counters counters)
    : timer_{io}, paths_{std::move(paths)}, counters_{std::move(counters)} {
  for (Kind& kind : kinds_) kind.said.resize(paths_.size());
  look_later();
}

void BeatWatch::look_later() {
  timer_.expires_after(kLookEvery);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    look(now());
    look_later();
  });
}

void BeatWatch::look(ha::Instant at) {
  for (std::size_t i = 0; i < kDropKinds.size(); ++i) look(kDropKinds[i], kinds_[i], at);
}

void BeatWatch::look(const DropKind& kind, Kind& state, ha::Instant at) {
  if (state.said_at != ha::kLongAgo && at - state.said_at < kQuiet) return;
  std::string on;
  for (std::size_t path = 0; path < paths_.size(); ++path) {
    const std::uint64_t count = counters_(path).*kind.count;
    const std::uint64_t fresh = count - std::exchange(state.said[path], count);
    if (fresh > 0) on += fmt::format("{}{} on path {}", on.empty() ? "" : ", ", fresh, paths_[path]);
  }
  if (on.empty()) return;
  state.said_at = at;
  log(Level::warning, fmt::format("datagrams dropped that {}: {}", kind.text, on),
      {{"DROPPED", std::string{kind.name}}});
}

}  // namespace hacored
