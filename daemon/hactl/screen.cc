#include "daemon/hactl/screen.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <fmt/format.h>

#include "daemon/hactl/exit_code.h"

namespace hactl {

using nlohmann::json;

namespace {

void replace_all(std::string& text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

std::string coloured(std::string_view text, std::string_view sgr) {
  return fmt::format("\x1b[{}m{}\x1b[0m", sgr, text);
}

/// -1 if it is no time.
std::time_t time_of(const std::string& utc) {
  std::tm tm{};
  const char* end = strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &tm);
  return end && *end == 0 ? timegm(&tm) : -1;
}

std::vector<std::string> broken(std::string_view text, std::size_t width) {
  std::vector<std::string> lines{""};
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, blank);
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return lines;
}

}  // namespace

std::string Screen::paint(std::string text) const {
  if (!colour) return text;
  constexpr std::pair<std::string_view, std::string_view> kMarks[] = {{"[ OK ]", "32"},    {"[WARN]", "33"},
                                                                      {"[FAIL]", "1;35"},  {"[ -- ]", "2"},
                                                                      {"NOTHING", "1;35"}, {"refused:", "1;35"}};
  for (const auto& [word, sgr] : kMarks) replace_all(text, word, coloured(word, sgr));
  return text;
}

void Screen::print(const std::string& text) const {
  fmt::print("{}", paint(text));
  std::fflush(stdout);
}

Screen screen_of_stdout() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value && *value != 0;
  };
  const char* term = std::getenv("TERM");
  if (set("NO_COLOR") || (term && std::string_view{term} == "dumb")) return {false};
  return {set("CLICOLOR_FORCE") || isatty(STDOUT_FILENO) == 1};
}

std::string_view mark(std::string_view state) {
  if (state == "ok") return "[ OK ]";
  if (state == "warn") return "[WARN]";
  return state == "fail" ? "[FAIL]" : "[ -- ]";
}

std::string pad(std::string_view text, std::size_t width) {
  return std::string{text} + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

std::string hang(std::string_view head, std::string_view text, std::size_t width) {
  const std::size_t room = std::max<std::size_t>(20, width > head.size() ? width - head.size() : 0);
  std::string all{head};
  bool first = true;
  for (const std::string& line : broken(text, room)) {
    if (!first) all += "\n" + std::string(head.size(), ' ');
    all += line;
    first = false;
  }
  return all;
}

std::string beside(const std::vector<std::string>& left, const std::vector<std::string>& right, std::size_t width) {
  std::string all;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    std::string line = i < left.size() ? left[i] : "";
    if (i < right.size()) line = pad(line, width) + right[i];
    all += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return all;
}

std::string dotted(std::string_view text, std::string_view state, std::string_view after) {
  constexpr std::size_t kDots = 72;
  const std::size_t dots = kDots > text.size() ? kDots - text.size() : 1;
  return fmt::format("    {}{} {}{}", text, std::string(dots, '.'), mark(state),
                     after.empty() ? "" : fmt::format("   {}", after));
}

std::string local_time(const std::string& utc) {
  const std::time_t t = time_of(utc);
  if (t < 0) return utc;
  std::tm tm{};
  localtime_r(&t, &tm);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
  return text;
}

std::string age(const std::string& utc, const std::string& now) {
  const std::time_t then = time_of(utc), at = time_of(now);
  if (then < 0 || at < then) return "";
  constexpr std::time_t kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
  const std::time_t s = at - then;
  if (s < 2 * kMinute) return fmt::format("{} s", s);
  if (s < 2 * kHour) return fmt::format("{} min", s / kMinute);
  return s < 2 * kDay ? fmt::format("{} h", s / kHour) : fmt::format("{} d", s / kDay);
}

std::string seconds(std::int64_t ms) {
  const double s = static_cast<double>(ms) / 1000;
  return s < 10 ? fmt::format("{:.1f} s", s) : fmt::format("{:.0f} s", s);
}

std::string text_of(const json& object, const char* key, const std::string& otherwise) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

int complain(const json& answer, bool as_json) {
  if (as_json) fmt::print("{}\n", answer.dump());
  fmt::print(stderr, "hactl: {}\n", text_of(answer, "error", "hacored answered something else"));
  return kUsage;
}

bool is_true(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

const json& part_of(const json& object, const char* key) {
  static const json kNothing = json::array();
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_structured() ? *found : kNothing;
}

std::int64_t number_of(const json& object, const char* key, std::int64_t otherwise) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_number() ? found->get<std::int64_t>() : otherwise;
}

}  // namespace hactl
