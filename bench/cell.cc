// A host that does at once what the core asks, and a wire that loses nothing.
#include "bench/cell.h"

#include <algorithm>
#include <variant>

namespace hasim::bench {
namespace {

using namespace std::chrono_literals;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

constexpr std::array<std::uint8_t, 2> kHeads{0, 1};

ha::Config config_of(std::uint8_t head) {
  ha::Config config;
  config.self = head;
  config.paths = 3;
  config.resources = 3;
  config.fence_levels = 1;
  config.watchdog = true;
  HA_CHECK(!ha::unsafe(config));
  return config;
}

}  // namespace

Cell::Cell() : configs_{config_of(0), config_of(1)} {
  for (const std::uint8_t head : kHeads) {
    nodes_[head].emplace(configs_[head], ha::Durable{}, ha::Incarnation{.boot = 1000u + head, .start = 1});
    answer(head, 0ms, ha::WatchdogState{.usable = true, .tested = true});
  }
}

void Cell::advance(ha::Duration span, std::uint8_t watched, std::vector<Told>& told) {
  const ha::Instant until = now_ + span;
  const auto earlier = [](const Pending& a, const Pending& b) { return a.told.at < b.told.at; };
  for (;;) {
    const auto next = std::min_element(pending_.begin(), pending_.end(), earlier);
    Pending due{{ha::kNever, ha::Tick{}}, 0};
    if (next != pending_.end()) due = *next;
    for (const std::uint8_t head : kHeads)
      if (node(head).deadline() < due.told.at) due = {{std::max(node(head).deadline(), now_), ha::Tick{}}, head};
    if (due.told.at >= until) break;
    if (!std::holds_alternative<ha::Tick>(due.told.input)) pending_.erase(next);
    now_ = due.told.at;
    if (due.head == watched) told.push_back(due.told);
    tell(due.head, due.told.input);
  }
  now_ = until;
}

void Cell::tell(std::uint8_t head, const ha::Input& input) {
  ha::Outputs out;
  nodes_[head]->step(now_, input, out);
  for (const ha::Output& output : out) perform(head, output);
}

void Cell::answer(std::uint8_t head, ha::Duration after, const ha::Input& input) {
  pending_.push_back({{now_ + after, input}, head});
}

void Cell::perform(std::uint8_t head, const ha::Output& output) {
  const auto bit = [](std::uint8_t resource) { return std::uint32_t{1} << resource; };
  std::visit(
      Overloaded{
          [&](const ha::SendBeat& send) {
            for (std::uint8_t path = 0; path < configs_[head].paths; ++path)
              if (send.paths & (1u << path))
                answer(static_cast<std::uint8_t>(1 - head), 100us, ha::BeatReceived{path, send.beat});
          },
          [&](const ha::Probe& ask) { answer(head, 1ms, ha::Probed{ask.id, running_[head]}); },
          [&](const ha::StartResource& ask) {
            running_[head] |= bit(ask.resource);
            answer(head, 1ms, ha::ResourceAnswer{ask.id, ask.resource, ha::Outcome::done});
          },
          [&](const ha::StopResource& ask) {
            running_[head] &= ~bit(ask.resource);
            answer(head, 1ms, ha::ResourceAnswer{ask.id, ask.resource, ha::Outcome::done});
          },
          [&](const ha::ReadMarker& ask) { answer(head, 1ms, ha::MarkerAnswer{ask.id, marker_, ha::Outcome::done}); },
          [&](const ha::WriteMarker& ask) {
            marker_ = ask.epoch;
            answer(head, 1ms, ha::MarkerAnswer{ask.id, marker_, ha::Outcome::done});
          },
          [&](const ha::ReadPower& ask) {
            answer(head, 1ms, ha::PowerReading{.id = ask.id, .level = ask.level, .reading = ha::Reading::on, .session = 1});
          },
          [&](const ha::PowerOff&) { ha::check_failed("nobody is fenced in a healthy cell", __FILE__, __LINE__); },
          [&](const ha::Reboot&) { ha::check_failed("nobody reboots in a healthy cell", __FILE__, __LINE__); },
          [](const auto&) {},
      },
      output);
}

}  // namespace hasim::bench
