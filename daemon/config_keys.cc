// The table of keys.
#include "daemon/config_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/config_text.h"

namespace hacored {
namespace {

using enum Part;

constexpr std::array kParts{
    PartInfo{top, "", "the file", false, 1, true, "The cell and its two heads."},
    PartInfo{path, "path", "[[path]]", true, ha::kPathsMax, true,
             "A network that carries beats. Two at least, on hardware of their own: a cell with one path takes every "
             "fault of it for the death of the other head."},
    PartInfo{fence, "fence", "[[fence]]", true, ha::kFenceLevelsMax, true,
             "A level of power fencing; the levels are tried in the order of the file. Beside these keys each level "
             "has one key for each head, its name: the device that switches this head, or a list of devices if it has "
             "several power supplies. What stands in a device is told to the agent. A secret is written "
             "`password = { secret = \"NAME\" }` and stands in the file of secrets. `chassis` is not told to the "
             "agent: it is the id of the machine, and a device that reports another one switches the wrong machine."},
    PartInfo{service, "service", "[[service]]", true, ha::kServicesMax, true,
             "Resources that run on one head and move as one unit. Services start in the order of the file."},
    PartInfo{resource, "resource", "[[service.resource]]", true, ha::kResourcesMax, true,
             "One resource of the service above it; they start in the order of the file and stop in reverse. Beside "
             "these keys it has those of its type. A key of a type may be a list of two: its value on the first and "
             "on the second head."},
    PartInfo{address, "address", "type = \"address\"", false, 1, true, "An address that moves with the service."},
    PartInfo{
        mount, "mount", "type = \"mount\"", false, 1, true,
        "A file system that the owner mounts. The other head asks every 3 s whether its device or NFS server can be "
        "reached, unless a unit, ocf or script comes before it in the service, whose work may be what makes it "
        "appear."},
    PartInfo{unit, "unit", "type = \"unit\"", false, 1, true, "A unit of systemd."},
    PartInfo{ocf, "ocf", "type = \"ocf\"", false, 1, true,
             "An OCF resource agent. Its parameters stand in the table `param`, as its metadata name them."},
    PartInfo{mariadb, "mariadb", "type = \"mariadb\"", false, 1, true,
             "Which of two replicated MariaDB servers takes writes; both run all the time."},
    PartInfo{script, "script", "type = \"script\"", false, 1, true,
             "A program that knows `start`, `stop` and `status`."},
    PartInfo{store, "store", "[store]", false, 1, true,
             "Where the heads keep leases and claims, so that only one of them can win."},
    PartInfo{voters, "voters", "[voters]", false, 1, true, "Machines that run `havoter` and say which head they hear."},
    PartInfo{ping, "ping", "[ping]", false, 1, true,
             "What a head asks that hears nothing: is the other head gone, or am I cut off? A head that none of it "
             "answers is "
             "degraded all the time: nothing is moved there unless by force, but it takes over rather than nobody."},
    PartInfo{watchdog, "watchdog", "[watchdog]", false, 1, true,
             "The device that resets a head which does not act any more."},
    PartInfo{kdump, "kdump", "[kdump]", false, 1, true,
             "Whether a head waits with fencing while the other one's crash kernel says that it writes a dump, by "
             "`fence_kdump_send` of the package fence-agents. These messages are not signed: whoever can send from an "
             "address of a head that has died can delay its takeover, by `dump_max` of [timing] at most."},
    PartInfo{timing, "timing", "[timing]", false, 1, true,
             "How long things may take. The defaults are those of BCM 11 where it has one; `hacored --check` refuses "
             "settings that cannot be safe together."},
    PartInfo{policy, "policy", "[policy]", false, 1, true, "What the cell does when it has a choice."},
    PartInfo{keys, "keys", "[keys]", false, 1, false, "Files with secrets. Only their owner may read them."},
    PartInfo{control, "control", "[control]", false, 1, false, "Who may give orders with `hactl`."},
    PartInfo{metrics, "metrics", "[metrics]", false, 1, false, "Figures for Prometheus."},
    PartInfo{alerts, "alerts", "[alerts]", false, 1, false, "Who is told."},
    PartInfo{daemon, "daemon", "[daemon]", false, 1, false, "How hacored itself runs. Rarely of interest."},
};

constexpr std::int64_t kMs = 1'000'000, kSecond = 1000 * kMs, kMinute = 60 * kSecond, kHour = 60 * kMinute;
constexpr std::int64_t kMiB = 1 << 20;

ha::ServiceConfig& newest(Settings& s) { return s.core.service.at(s.services.size() - 1); }
ResourceSettings& resource_of(Settings& s) { return s.services.back().resources.back(); }
std::uint16_t port(const Value& v) { return static_cast<std::uint16_t>(v.number); }
std::uint8_t small(const Value& v) { return static_cast<std::uint8_t>(v.number); }
ha::Storage storage(std::string_view word) {
  if (word == "local") return ha::Storage::local;
  return word == "shared" ? ha::Storage::shared : ha::Storage::none;
}

/// As the program of a resource is told it: a duration in seconds.
std::string told(const std::string& text, Shape shape) {
  if (shape != Shape::duration) return text;
  return fmt::format("{}", static_cast<double>(read_duration(text).value()) / 1e9);
}

/// The first of words that are blanks apart.
constexpr std::string_view first_of(std::string_view words) { return words.substr(0, words.find(' ')); }

#define STORE(...) [](Settings& s, const Value& v) { __VA_ARGS__; }
#define ROW(PART, NAME, SHAPE, RULE, SAYS, ...) \
  KeyInfo{.part = Part::PART, .name = #NAME, .shape = Shape::SHAPE, .rule = RULE, .says = SAYS, __VA_ARGS__},
#define NEEDED(PART, NAME, SHAPE, COUNT, SAMPLE, RULE, SAYS, ...)                                        \
  ROW(PART, NAME, SHAPE, RULE, SAYS, .store = STORE(__VA_ARGS__), .count = Count::COUNT, .needed = true, \
      .sample = SAMPLE)
#define OPTION(PART, NAME, SHAPE, COUNT, INITIAL, SAMPLE, RULE, SAYS, ...)                                   \
  ROW(PART, NAME, SHAPE, RULE, SAYS, .store = STORE(__VA_ARGS__), .count = Count::COUNT, .initial = INITIAL, \
      .sample = SAMPLE)
#define NUMBER(PART, NAME, SHAPE, INITIAL, LEAST, MOST, RULE, SAYS, ...) \
  ROW(PART, NAME, SHAPE, RULE, SAYS, .store = STORE(__VA_ARGS__), .initial = INITIAL, .least = LEAST, .most = MOST)
#define CHOICE(PART, NAME, WORDS, RULE, SAYS, ...) \
  ROW(PART, NAME, choice, RULE, SAYS, .store = STORE(__VA_ARGS__), .initial = first_of(WORDS), .words = WORDS)
#define ONE_OF(PART, NAME, NEEDED_THERE, WORDS, RULE, SAYS, ...) \
  ROW(PART, NAME, choice, RULE, SAYS, .store = STORE(__VA_ARGS__), .needed = NEEDED_THERE, .words = WORDS)
#define FLAG(PART, NAME, INITIAL, RULE, SAYS, ...) \
  ROW(PART, NAME, flag, RULE, SAYS, .store = STORE(__VA_ARGS__), .initial = INITIAL)
#define STORE_PARAMETER(NAME, SHAPE) STORE(resource_of(s).parameters[#NAME] = told(v.texts[s.self], Shape::SHAPE))
#define NEEDS_PARAMETER(PART, NAME, SHAPE, SAMPLE, SAYS)                                                             \
  ROW(PART, NAME, SHAPE, "", SAYS, .store = STORE_PARAMETER(NAME, SHAPE), .count = Count::each_head, .needed = true, \
      .sample = SAMPLE)
#define PARAMETER(PART, NAME, SHAPE, INITIAL, SAYS) \
  ROW(PART, NAME, SHAPE, "", SAYS, .store = STORE_PARAMETER(NAME, SHAPE), .count = Count::each_head, .initial = INITIAL)
#define LIMITED(PART, NAME, SHAPE, INITIAL, LEAST, MOST, SAYS)                                       \
  ROW(PART, NAME, SHAPE, "", SAYS, .store = STORE_PARAMETER(NAME, SHAPE), .count = Count::each_head, \
      .initial = INITIAL, .least = LEAST, .most = MOST)

constexpr auto kKeys = std::to_array<KeyInfo>({
#include "daemon/config_keys.def"
});

}  // namespace

std::span<const PartInfo> config_parts() { return kParts; }

std::span<const KeyInfo> config_keys() { return kKeys; }

const PartInfo& info_of(Part part) {
  return *std::find_if(kParts.begin(), kParts.end(), [&](const PartInfo& info) { return info.part == part; });
}

std::vector<const KeyInfo*> keys_of(Part part) {
  std::vector<const KeyInfo*> found;
  for (const KeyInfo& key : config_keys())
    if (key.part == part) found.push_back(&key);
  return found;
}

const KeyInfo* find_key(Part part, std::string_view name) {
  for (const KeyInfo& key : config_keys())
    if (key.part == part && key.name == name) return &key;
  return nullptr;
}

std::vector<std::string_view> words_of(std::string_view words) {
  std::vector<std::string_view> out;
  while (!words.empty()) {
    const std::size_t blank = std::min(words.find(' '), words.size());
    out.push_back(words.substr(0, blank));
    words.remove_prefix(std::min(blank + 1, words.size()));
  }
  return out;
}

}  // namespace hacored
