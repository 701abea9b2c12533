// Parameters from the environment, and the one action of a program.
#include "daemon/agents/agent.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace hacored::agents {
namespace {

constexpr std::string_view kPrefix = "HACORE_";
constexpr std::string_view kExact = "HACORE_PARAM_";  // what follows is spelt as another program wants it

[[noreturn]] void refuse(const std::string& name, std::string_view why) {
  throw Failure{AgentExit::wrong_configuration, ha::Reason::none, fmt::format("parameter {} {}", name, why)};
}

template <class Number>
Number read_number(const std::string& name, const std::string& text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) refuse(name, fmt::format("is no number: \"{}\"", text));
  return value;
}

std::string usage(std::span<const Action> actions) {
  std::string names;
  for (const Action& action : actions) names += (names.empty() ? "" : "|") + std::string{action.name};
  return names;
}

}  // namespace

Parameters Parameters::of_environment() {
  std::map<std::string, std::string> values;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view line = *variable;
    const std::size_t equals = line.find('=');
    if (!line.starts_with(kPrefix) || equals == std::string_view::npos) continue;
    std::string name{line.substr(kPrefix.size(), equals - kPrefix.size())};
    const auto exact = line.starts_with(kExact) ? static_cast<std::ptrdiff_t>(kExact.size() - kPrefix.size())
                                                : static_cast<std::ptrdiff_t>(name.size());
    std::transform(name.begin(), name.begin() + exact, name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    values[std::move(name)] = line.substr(equals + 1);
  }
  return Parameters{std::move(values)};
}

const std::string& Parameters::required(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.empty()) refuse(name, "is missing");
  return found->second;
}

std::string Parameters::text(const std::string& name, const std::string& fallback) const {
  const auto found = values_.find(name);
  return found == values_.end() || found->second.empty() ? fallback : found->second;
}

std::uint64_t Parameters::number(const std::string& name, std::uint64_t fallback) const {
  const std::string given = text(name);
  return given.empty() ? fallback : read_number<std::uint64_t>(name, given);
}

std::chrono::milliseconds Parameters::seconds(const std::string& name, std::chrono::milliseconds fallback) const {
  const std::string given = text(name);
  if (given.empty()) return fallback;
  const double value = read_number<double>(name, given);
  if (!(value >= 0 && value < 1e6)) refuse(name, fmt::format("is no duration: \"{}\"", given));
  return std::chrono::milliseconds{std::llround(value * 1000)};
}

int run_agent(std::span<const Action> actions, int argc, const char* const* argv) {
  const std::string_view asked = argc == 2 ? argv[1] : "";
  const auto action =
      std::find_if(actions.begin(), actions.end(), [asked](const Action& known) { return known.name == asked; });
  if (action == actions.end()) {
    log(fmt::format("usage: {} {}", argc > 0 ? argv[0] : "agent", usage(actions)));
    return static_cast<int>(AgentExit::wrong_configuration);
  }
  try {
    return static_cast<int>(action->run(Parameters::of_environment()));
  } catch (const Failure& failure) {
    if (failure.reason != ha::Reason::none) fmt::print("reason={}\n", ha::to_string(failure.reason));
    log(failure.text);
    return static_cast<int>(failure.exit);
  }
}

void log(std::string_view line) { fmt::print(stderr, "{}\n", line); }

}  // namespace hacored::agents
