// The settings of a cell: name, type, default. Timings, limits and choices that worlds and scenarios set.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/lexer.h"
#include "lang/spec.h"

namespace hasim {

enum class SettingType : std::uint8_t { duration, count, ppm, choice, list };

struct SettingInfo {
  std::string_view name;
  SettingType type;
  std::int64_t number;       ///< default of durations (ns), counts, ppm
  std::string_view words;    ///< of choices and lists: the allowed words, blank between
  std::string_view initial;  ///< of choices and lists: the default
  std::string_view remark;   ///< one sentence for people
};

std::span<const SettingInfo> settings_table();
/// nullptr if there is no such setting.
const SettingInfo* find_setting(std::string_view name);
bool is_duration_setting(std::string_view name);
std::vector<std::string> setting_names();
std::vector<std::string> words_of(const SettingInfo&);
/// The default as it is written: "10s", "3", "fence"; "computed" of failover_max.
std::string initial_text(const SettingInfo&);

/// One `set` line, checked: what it sets, on which head (empty: on all), to what.
struct SettingLine {
  const SettingInfo* info = nullptr;
  std::string head;
  std::int64_t number = 0;
  std::vector<std::string> words;
  void apply(Settings&) const;
};

/// Reads `set NAME [on HEAD] = value {, value}`. Durations may use the settings so far; `heads` are the heads' names.
SettingLine read_setting(Tokens, const Settings&, const std::vector<std::string>& heads);

/// Why `word` is no value of a setting, thrown; else the value in the setting's unit (0 for words).
std::int64_t read_setting_value(const SettingInfo&, const Token&, const Settings&);

}  // namespace hasim
