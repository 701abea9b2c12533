// Writing, reading and matching of run names.
#include "explore/run_name.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <cctype>
#include <charconv>

namespace hasim {
namespace {

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool glob(const std::string& pattern, const std::string& text) {
  return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

}  // namespace

std::string to_string(const RunName& name) {
  if (name.case_name.empty()) return fmt::format("{}:{}", name.file, name.seed);
  return fmt::format("{}:{}:{}", name.file, name.case_name, name.seed);
}

std::optional<RunName> parse_run_name(std::string_view text) {
  const std::size_t last = text.rfind(':');
  if (last == std::string_view::npos || last == 0) return std::nullopt;
  const auto seed = whole_number<std::uint64_t>(text.substr(last + 1));
  if (!seed) return std::nullopt;
  RunName name{std::string(text.substr(0, last)), "", *seed};
  const std::size_t middle = name.file.rfind(':');
  if (middle != std::string::npos && middle != 0) {
    name.case_name = name.file.substr(middle + 1);
    name.file.resize(middle);
  }
  return name;
}

std::string shell_safe(std::string_view value) {
  constexpr std::string_view kKept = "._+%/-";
  std::string safe(value);
  for (char& c : safe) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && kKept.find(c) == std::string_view::npos) c = '-';
  }
  return safe;
}

std::string case_name_of(const Script& script, int step) {
  std::string name;
  for (const auto& [variable, value] : script.case_values) {
    name += fmt::format("{}{}={}", name.empty() ? "" : ",", variable, shell_safe(value));
  }
  if (step != 0) name += fmt::format("{}step={}", name.empty() ? "" : ",", step);
  return name;
}

std::optional<CasePattern> parse_case_pattern(std::string_view text) {
  CasePattern pattern;
  if (text.empty()) return pattern;
  for (std::string_view part : split(text, ',')) {
    const std::size_t equals = part.find('=');
    const std::string_view variable = equals == std::string_view::npos ? "" : part.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? part : part.substr(equals + 1);
    if (value.empty()) return std::nullopt;
    if (variable == "step") {
      const auto step = whole_number<int>(value);
      if (!step || *step < 1) return std::nullopt;
      pattern.step = *step;
    } else {
      pattern.parts.push_back({std::string(variable), std::string(value)});
    }
  }
  return pattern;
}

bool matches(const CasePattern& pattern, const Script& script) {
  std::size_t next = 0;  // values alone are given in the order of the variables
  for (const CasePattern::Part& part : pattern.parts) {
    bool found = false;
    for (std::size_t i = part.variable.empty() ? next : 0; i < script.case_values.size() && !found; ++i) {
      const auto& [variable, value] = script.case_values[i];
      if (!part.variable.empty() && part.variable != variable) continue;
      if (!glob(part.value, shell_safe(value)) && !glob(part.value, value)) continue;
      found = true;
      next = i + 1;
    }
    if (!found) return false;
  }
  return true;
}

}  // namespace hasim
