// A short and a long echo request together: only if the short one is answered does the silence of the long one say
// anything about the path.
#include "daemon/frame_probe.h"

#include <algorithm>
#include <memory>
#include <optional>

namespace hacored {
namespace {

constexpr std::chrono::milliseconds kAnswerMax{1000};
constexpr std::size_t kShort = 100;
constexpr std::size_t kLongest = 65'535;  ///< of an IP packet; a loopback interface would take more

}  // namespace

FrameProbe::FrameProbe(boost::asio::io_context& io, const Settings& settings, Mtu mtu, Changed changed)
    : mtu_{std::move(mtu)}, changed_{std::move(changed)}, timer_{io} {
  for (const PathSettings& path : settings.paths)
    paths_.push_back({Ping{io,
                           {path.address[1 - settings.self]},
                           {.interface = path.interface[settings.self], .from = path.address[settings.self]}}});
}

void FrameProbe::start() {
  timer_.expires_after(ha::kChecksEvery);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    for (std::size_t i = 0; i < paths_.size(); ++i) probe(i);
    start();
  });
}

void FrameProbe::probe(std::size_t path) {
  const std::size_t full = std::min(mtu_(path), kLongest);
  if (full <= kShort) return;
  struct Reached {
    std::optional<bool> to_short, to_long;
  };
  const auto answers = std::make_shared<Reached>();
  const auto judge = [this, path, answers] {
    if (!answers->to_short || !answers->to_long || !*answers->to_short) return;
    if (paths_[path].short_only.take(!*answers->to_long, ha::kChecksAgree)) changed_(path);
  };
  Ping& ping = paths_[path].ping;
  ping.ask(kAnswerMax, kShort, [answers, judge](bool reached) {
    answers->to_short = reached;
    judge();
  });
  ping.ask(kAnswerMax, full, [answers, judge](bool reached) {
    answers->to_long = reached;
    judge();
  });
}

}  // namespace hacored
