// What the user asked `hasim run` for, and what each word of it means.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/terminal.h"

namespace hasim {

enum class JsonOutput : unsigned char { none, verdicts, events };

struct RunOptionTexts {
  std::string command = "run";     ///< whose options they are
  std::vector<std::string> paths;  ///< scenarios, folders, run names
  std::string seeds, case_pattern, on = "sim", world, for_duration, json, junit, color = "auto";
  std::vector<std::string> tags, rows, set;
  int workers = 0;     ///< 0: all cores
  int stop_after = 0;  ///< 0: no limit
  int detail = 0;      ///< number of -v
  bool keep_going = false, quiet = false, all = false;
};

using SeedRange = std::pair<std::uint64_t, std::uint64_t>;

/// "1..1000" or "7". Nothing if it is no range, or runs backwards.
std::optional<SeedRange> parse_seeds(std::string_view text);

/// A time as the scenario language writes it: "30s", "5min", "1.5h". Nothing if it is none.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

std::optional<ColorChoice> parse_color(std::string_view text);
std::optional<JsonOutput> parse_json_output(std::string_view text);

/// The options of `hasim run` with their arguments, as completion offers them.
std::vector<std::string_view> run_option_words();

}  // namespace hasim
