// The table of settings, and how a `set` line is read.
#include "lang/settings.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/check.h"
#include "lang/amount.h"
#include "lang/refuse.h"

namespace hasim {
namespace {

constexpr std::int64_t kMs = 1'000'000, kSecond = 1000 * kMs, kMinute = 60 * kSecond;
using enum SettingType;

// failover_max is computed from others; its number here is never used.
constexpr std::array kSettings{
    SettingInfo{"keep_alive", duration, 1 * kSecond, "", "", "beat interval"},
    SettingInfo{"warn_after", duration, 5 * kSecond, "", "", "silence until a path, or the peer, is suspect"},
    SettingInfo{"dead_after", duration, 10 * kSecond, "", "", "silence on every path until the peer is lost"},
    SettingInfo{"init_dead", duration, 30 * kSecond, "", "", "a booting head listens at least this long"},
    SettingInfo{"quorum_wait", duration, 60 * kSecond, "", "", "how long silent voters are waited for"},
    SettingInfo{"fence_max", duration, 25 * kSecond, "", "",
                "budget of all fence levels together, without their waits for a slot (F6)"},
    SettingInfo{"start_max", duration, 20 * kSecond, "", "", "limit for the start of a whole service"},
    SettingInfo{"stop_max", duration, 20 * kSecond, "", "", "limit for the stop of a whole service"},
    SettingInfo{"right_to_run", duration, 7 * kSecond, "", "", "how long an owner may act without renewing its right"},
    SettingInfo{"watchdog_after", duration, 5 * kSecond, "", "", "the watchdog resets the machine at most this late"},
    SettingInfo{"margin", duration, 2 * kSecond, "", "", "time for a reset and for writes that are under way"},
    SettingInfo{"mount_retry", duration, 60 * kSecond, "", "", "how long a failing mount is tried again"},
    SettingInfo{"monitor_every", duration, 10 * kSecond, "", "", "how often parts of a service are checked"},
    SettingInfo{"bmc_check_every", duration, 60 * kSecond, "", "",
                "how often the peer's fence devices are tested, and the arbiters asked"},
    SettingInfo{"reannounce_every", duration, 60 * kSecond, "", "", "how often an owner announces its addresses"},
    SettingInfo{"lag_max", duration, 30 * kSecond, "", "", "a replica further behind may not take over"},
    SettingInfo{"dump_max", duration, 180 * kSecond, "", "", "how long a crash dump is waited for"},
    SettingInfo{"hang_max", duration, 120 * kSecond, "", "", "how long a head may hang in its shutdown"},
    SettingInfo{"damping_window", duration, 10 * kMinute, "", "",
                "the time in which restarts, failovers and fences count"},
    SettingInfo{"fence_delay", duration, 5 * kSecond, "", "", "slot of the fencing race, in which one rank may shoot"},
    SettingInfo{"patience", duration, 10 * kMinute, "", "", "how long a run waits for an `on`"},
    SettingInfo{"tolerance", duration, 0, "", "",
                "how exact a world's times are; widens expect, narrows always and never"},
    SettingInfo{"failover_max", duration, 0, "", "", "dead_after + fence_max + start_max; computed, cannot be set"},
    SettingInfo{"restarts_max", count, 3, "", "", "local restarts of a part within damping_window"},
    SettingInfo{"failovers_max", count, 1, "", "", "takeovers by one head within damping_window"},
    SettingInfo{"fences_max", count, 2, "", "", "fences of one head within damping_window"},
    SettingInfo{"drift_max", ppm, 200, "", "", "how far a clock may run from true time"},
    SettingInfo{"evidence", choice, 0, "on off", "on", "whether early confirmation by hard evidence is used"},
    SettingInfo{"on_poweroff", choice, 0, "handover stay", "handover", "what a planned shutdown of the owner does"},
    SettingInfo{"without_votes", choice, 0, "fence hold", "fence", "what silent voters mean after quorum_wait"},
    SettingInfo{"on_gateway_loss", choice, 0, "handover stay", "stay", "what an owner does that loses its gateway"},
    SettingInfo{"failback", choice, 0, "never auto", "never", "whether a service returns to its preferred head"},
    SettingInfo{"hand_back", choice, 0, "once never", "once",
                "whether a head that cannot serve gives the service back"},
    SettingInfo{"fence_levels", list, 0, "ipmi redfish pdu agent watchdog operator",
                "redfish ipmi pdu watchdog operator",
                "what may prove that a head is off, in the order in which it is tried"},
    SettingInfo{"state_dir", choice, 0, "shared private", "shared", "where a service keeps its state"},
};

std::vector<std::string> split(std::string_view words) {
  std::vector<std::string> out;
  while (!words.empty()) {
    const std::size_t blank = std::min(words.find(' '), words.size());
    out.emplace_back(words.substr(0, blank));
    words.remove_prefix(std::min(blank + 1, words.size()));
  }
  return out;
}

bool is_worded(const SettingInfo& info) { return info.type == choice || info.type == list; }

std::string kind_of_value(const SettingInfo& info) {
  return info.type == ppm ? "parts per million (500ppm)" : "a number";
}

}  // namespace

std::span<const SettingInfo> settings_table() { return kSettings; }

const SettingInfo* find_setting(std::string_view name) {
  const auto found = std::find_if(kSettings.begin(), kSettings.end(), [&](auto& info) { return info.name == name; });
  return found == kSettings.end() ? nullptr : &*found;
}

bool is_duration_setting(std::string_view name) {
  const SettingInfo* info = find_setting(name);
  return info != nullptr && info->type == duration;
}

std::vector<std::string> setting_names() {
  std::vector<std::string> names;
  for (const SettingInfo& info : kSettings) names.emplace_back(info.name);
  return names;
}

std::vector<std::string> words_of(const SettingInfo& info) { return split(info.words); }

std::string initial_text(const SettingInfo& info) {
  if (info.name == "failover_max") return "computed";
  switch (info.type) {
    case duration: return print_duration(info.number);
    case count: return std::to_string(info.number);
    case ppm: return fmt::format("{}ppm", info.number);
    case choice:
    case list: break;
  }
  return fmt::format("{}", fmt::join(split(info.initial), ", "));
}

std::int64_t read_setting_value(const SettingInfo& info, const Token& token, const Settings& settings) {
  if (info.type == duration) return read_duration(token, settings);
  if (is_worded(info)) {
    const std::vector<std::string> words = words_of(info);
    if (token.is_word() && std::find(words.begin(), words.end(), token.text) != words.end()) return 0;
    refuse(token.place, fmt::format("\"{}\" is not a value of {}", token.text, info.name),
           {expected(words), meant(token.text, words)});
  }
  const auto value = info.type == count ? read_number(token.text) : read_ppm(token.text);
  if (!value || *value < 0) {
    refuse(token.place, fmt::format("\"{}\" is not a value of {}", token.text, info.name),
           {expected(kind_of_value(info))});
  }
  return *value;
}

SettingLine read_setting(Tokens tokens, const Settings& settings, const std::vector<std::string>& heads) {
  if (tokens.size() < 4) refuse(behind(tokens.back()), "a setting is set so: set dead_after = 10s");
  const Token& name = tokens[1];
  if (name.is("failover_max")) {
    refuse(name.place, "\"failover_max\" is computed (dead_after + fence_max + start_max) and cannot be set");
  }
  SettingLine line{find_setting(name.text), "", 0, {}};
  if (line.info == nullptr) {
    refuse(name.place, fmt::format("\"{}\" is not a setting", name.text), {meant(name.text, setting_names())});
  }
  std::size_t i = 2;
  if (tokens[i].is("on")) {
    line.head = tokens[i + 1].text;
    if (std::find(heads.begin(), heads.end(), line.head) == heads.end())
      refuse(tokens[i + 1].place, fmt::format("\"{}\" is not a head", line.head), {expected(heads)});
    i += 2;
  }
  if (i >= tokens.size() || !tokens[i].is("=")) {
    const Token& here = tokens[std::min(i, tokens.size() - 1)];
    refuse(first_column(here), fmt::format("\"{}\" does not fit here", here.text), {expected("=")});
  }
  std::size_t values = 0;
  for (const Token& token : tokens.subspan(i + 1)) {
    if (token.is(",")) continue;
    line.number = read_setting_value(*line.info, token, settings);
    if (is_worded(*line.info)) line.words.emplace_back(token.text);
    if (++values > 1 && line.info->type != list) refuse(token.place, fmt::format("{} has one value", name.text));
  }
  if (values == 0) refuse(behind(tokens.back()), "a setting is set so: set dead_after = 10s");
  return line;
}

void SettingLine::apply(Settings& settings) const {
  if (is_worded(*info)) {
    settings.words[std::string(info->name)] = words;
  } else {
    settings.numbers[std::string(info->name)] = number;
  }
}

std::int64_t Settings::number(std::string_view name) const {
  if (name == "failover_max") return number("dead_after") + number("fence_max") + number("start_max");
  const auto found = numbers.find(name);
  HA_CHECK(found != numbers.end());
  return found->second;
}

const std::vector<std::string>& Settings::words_of(std::string_view name) const {
  const auto found = words.find(name);
  HA_CHECK(found != words.end());
  return found->second;
}

bool Settings::is(std::string_view name, std::string_view word) const {
  const std::vector<std::string>& values = words_of(name);
  return std::find(values.begin(), values.end(), word) != values.end();
}

Settings default_settings() {
  Settings settings;
  for (const SettingInfo& info : kSettings) {
    if (is_worded(info)) {
      settings.words[std::string(info.name)] = split(info.initial);
    } else if (info.name != "failover_max") {
      settings.numbers[std::string(info.name)] = info.number;
    }
  }
  return settings;
}

}  // namespace hasim
