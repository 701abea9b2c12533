// How hactl sets its text: 100 columns, a word and a mark for each state, colour only where a terminal wants it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace hactl {

inline constexpr std::size_t kColumns = 100;

struct Screen {
  bool colour = false;
  /// Colours the marks of states in a whole screen; everything else stays as it is.
  std::string paint(std::string text) const;
  /// Painted, to standard output, at once.
  void print(const std::string& text) const;
};

/// The screen of standard output: NO_COLOR beats CLICOLOR_FORCE beats "is a terminal"; TERM=dumb means none.
Screen screen_of_stdout();

/// "[ OK ]", "[WARN]", "[FAIL]", "[ -- ]" for a state of a check.
std::string_view mark(std::string_view state);

std::string pad(std::string_view text, std::size_t width);
/// `head`, blanks, and the text broken at blanks so that all its lines begin in the same column.
std::string hang(std::string_view head, std::string_view text, std::size_t width = kColumns);
/// Two texts of several lines beside one another.
std::string beside(const std::vector<std::string>& left, const std::vector<std::string>& right, std::size_t width);
/// "Stopping main....... [ OK ]".
std::string dotted(std::string_view text, std::string_view state, std::string_view after);

/// "2026-11-03 04:12:51" of the zone of this machine, for "2026-11-03T04:12:51Z"; what is no time stays as it is.
std::string local_time(const std::string& utc);
/// How long ago that was at `now`, both UTC: "18 d", "3 h", "12 s"; empty if one of them is no time.
std::string age(const std::string& utc, const std::string& now);
/// "14 s", "0.3 s", "55.0 s": a duration in milliseconds as people say it.
std::string seconds(std::int64_t ms);

/// A text in a document, or `otherwise`: whatever an older or newer hacored sends, nothing here fails.
std::string text_of(const nlohmann::json& object, const char* key, const std::string& otherwise = "");
/// What hacored says is wrong with the request, to standard error, and as it came to standard output for a machine; the
/// exit code for it.
int complain(const nlohmann::json& answer, bool as_json);
bool is_true(const nlohmann::json& object, const char* key);
/// A list or object in a document; an empty one if it is not there.
const nlohmann::json& part_of(const nlohmann::json& object, const char* key);
std::int64_t number_of(const nlohmann::json& object, const char* key, std::int64_t otherwise = 0);

}  // namespace hactl
