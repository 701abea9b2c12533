// What each place of a sentence may hold.
#include "explore/swarm_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "lang/amount.h"

namespace hasim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array kNumbers = std::to_array<std::string_view>({"short", "long", "percent", "some", "ppm"});

bool is_choice(std::string_view place) { return place.find('|') != std::string_view::npos; }

/// Calls `found` for each `{place}` of a text, and `between` for what stands before, between and behind them.
template <class Found, class Between>
void walk(std::string_view text, Found found, Between between) {
  for (std::size_t open = text.find('{'); open != text.npos; open = text.find('{')) {
    const std::size_t close = text.find('}', open);
    between(text.substr(0, open));
    found(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  between(text);
}

}  // namespace

std::string exact_text(Duration d) {
  if (d % seconds{1} == Duration{0} || d < seconds{1}) return print_duration(d.count());
  std::string text = fmt::format("{}.{:09}", d / seconds{1}, (d % seconds{1}).count());
  text.resize(text.find_last_not_of('0') + 1);
  return text + "s";
}

SwarmWords::SwarmWords(const WorldSpec& world, Draws& draws) : draws_(draws), voters_count_(world.voters.size()) {
  const CellSpec& cell = world.cells[draws.below(world.cells.size())];
  for (std::size_t i = 0; i < 2; ++i) heads_[i] = world.name_of(cell.heads[i]);
  const auto name = [&](std::string_view place, ThingId id) {
    auto at = std::find_if(things_.begin(), things_.end(), [&](const Things& t) { return t.place == place; });
    if (at == things_.end()) at = things_.insert(things_.end(), {place, {}});
    at->names.push_back(world.name_of(id));
  };
  for (const NetworkSpec& net : world.networks) {
    name("net", net.id);
    if (net.beats) name("path", net.id);
  }
  for (const PduSpec& pdu : world.pdus) name("pdu", pdu.id);
  for (const NasSpec& nas : world.nas) name("nas", nas.id), name("store", nas.id);
  for (const VolumeSpec& volume : world.volumes) name("volume", volume.id), name("store", volume.id);
  for (const WitnessSpec& witness : world.witnesses) name("witness", witness.id);
  for (const ClientsSpec& clients : world.clients) name("clients", clients.id);
  for (const ServiceSpec& service : world.services) name("service", service.id);
  for (const PartSpec& part : world.parts) {
    name("part", part.id);
    if (part.kind == ThingKind::daemon || part.kind == ThingKind::database) name("daemon", part.id);
    if (part.kind == ThingKind::address) name("address", part.id);
    if (part.kind == ThingKind::mount) name("mounted", part.volume);
  }
}

const std::vector<std::string>* SwarmWords::things(std::string_view place) const {
  const auto at = std::find_if(things_.begin(), things_.end(), [&](const Things& t) { return t.place == place; });
  return at == things_.end() ? nullptr : &at->names;
}

std::size_t SwarmWords::count(std::string_view place) const {
  const std::vector<std::string>* const names = things(place);
  return names == nullptr ? 0 : names->size();
}

bool SwarmWords::can_fill(std::string_view text) const {
  bool can = true;
  const auto place = [&](std::string_view p) {
    const bool number = std::find(kNumbers.begin(), kNumbers.end(), p) != kNumbers.end();
    if (p == "voters" || p == "half") {
      can = can && voters_count_ > 1;
    } else if (!number && !is_choice(p) && p != "head" && p != "peer") {
      can = can && things(p) != nullptr;
    }
  };
  walk(text, place, [](std::string_view) {});
  return can;
}

std::string SwarmWords::fill(std::string_view text) {
  std::string filled;
  walk(
      text, [&](std::string_view place) { filled += drawn(place); }, [&](std::string_view part) { filled += part; });
  return filled;
}

std::string SwarmWords::drawn(std::string_view place) {
  if (place == "head") return heads_[head_];
  if (place == "peer") return heads_[1 - head_];
  if (place == "voters") return "voters";
  if (place == "half") return std::to_string(draws_.chance(0.5) ? voters_count_ / 2 : 1 + draws_.below(voters_count_));
  if (place == "short") return exact_text(between(milliseconds{20}, seconds{3}));
  if (place == "long") return exact_text(between(seconds{3}, minutes{2}));
  if (place == "percent") return fmt::format("{}%", draws_.uniform(5, 95));
  if (place == "some") return std::to_string(draws_.uniform(1, 20));
  if (place == "ppm") return fmt::format("{}ppm", draws_.uniform(1, 200));
  if (is_choice(place)) {
    std::vector<std::string_view> words;
    for (std::size_t bar = place.find('|'); bar != place.npos; bar = place.find('|')) {
      words.push_back(place.substr(0, bar));
      place.remove_prefix(bar + 1);
    }
    words.push_back(place);
    return std::string(words[draws_.below(words.size())]);
  }
  const std::vector<std::string>& names = *things(place);
  return names[draws_.below(names.size())];
}

Duration SwarmWords::between(Duration from, Duration to) {
  const auto low = static_cast<std::uint64_t>(from.count()), high = static_cast<std::uint64_t>(to.count());
  const auto doublings = static_cast<std::uint64_t>(std::bit_width(high / low));
  const std::uint64_t begin = low << draws_.below(doublings);
  const std::uint64_t end = std::min(high, 2 * begin);
  const std::uint64_t ns = begin + draws_.below(end - begin + 1);
  // Nobody needs more digits than these, and a story is read by people.
  const std::uint64_t grain = ns >= 1'000'000'000 ? 1'000'000 : ns >= 1'000'000 ? 10'000 : ns >= 1000 ? 100 : 1;
  return Duration{static_cast<std::int64_t>(std::max(low, ns / grain * grain))};
}

}  // namespace hasim
