// One table, read by three readers: stdin, the command line, metadata.
#include "daemon/agents/fence_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <iostream>

#include "daemon/agents/agent.h"

namespace hacored::agents {
namespace {

std::string_view type_name(OptionType type) {
  switch (type) {
    case OptionType::text: return "string";
    case OptionType::number: return "integer";
    case OptionType::seconds: return "second";
    case OptionType::boolean: return "boolean";
  }
  return "";
}

std::string long_flag(const FenceOption& option) {
  std::string flag = "--" + std::string{option.name};
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::string flags(const FenceOption& option) {
  return (option.letter == 0 ? "" : fmt::format("-{},", option.letter)) + long_flag(option);
}

FenceOptions fallbacks(const FenceAgentDescription& agent) {
  FenceOptions options;
  for (const FenceOption& option : agent.options) options.set(std::string{option.name}, std::string{option.fallback});
  return options;
}

std::string escaped(std::string_view text) {
  std::string xml;
  for (const char c : text) switch (c) {
      case '&': xml += "&amp;"; break;
      case '<': xml += "&lt;"; break;
      case '>': xml += "&gt;"; break;
      case '"': xml += "&quot;"; break;
      default: xml += c;
    }
  return xml;
}

template <class Number>
Number read_number(const std::string& name, const std::string& text) {
  Number value{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size())
    throw Failure{AgentExit::wrong_configuration, ha::Reason::none,
                  fmt::format("option {} is no number: \"{}\"", name, text)};
  return value;
}

}  // namespace

std::vector<FenceOption> common_fence_options() {
  return {
      {"action", "option", 'o', OptionType::text, "off", "off, on, reboot, status, monitor, metadata, validate-all"},
      {"ip", "ipaddr", 'a', OptionType::text, "", "address or name of the fence device", true},
      {"ipport", "", 'u', OptionType::number, "", "its port; the usual one if empty"},
      {"username", "login", 'l', OptionType::text, "", "login name"},
      {"password", "passwd", 'p', OptionType::text, "", "login password"},
      {"password_script", "passwd_script", 'S', OptionType::text, "", "command that prints the password"},
      {"plug", "port", 'n', OptionType::text, "", "ignored where the device controls one machine"},
      {"nodename", "", 0, OptionType::text, "", "ignored"},
      {"delay", "", 0, OptionType::seconds, "0", "wait before a power-off"},
      {"send_by", "", 0, OptionType::number, "0",
       "send no power-off after this instant of CLOCK_BOOTTIME, in ns; 0: whenever"},
      {"timeout", "", 0, OptionType::seconds, "20", "the whole action ends within it, without the delay"},
      {"login_timeout", "", 0, OptionType::seconds, "4", "the device answers within it"},
      {"power_wait", "", 0, OptionType::seconds, "0", "wait after a command before the first reading"},
      {"power_timeout", "", 0, OptionType::seconds, "15", "the power reads as ordered within it after the command"},
  };
}

const std::string& FenceOptions::text(const std::string& name) const {
  static const std::string nothing;
  const auto found = values_.find(name);
  return found == values_.end() ? nothing : found->second;
}

bool FenceOptions::boolean(const std::string& name) const {
  std::string value = text(name);
  std::transform(value.begin(), value.end(), value.begin(), [](unsigned char c) { return std::tolower(c); });
  return value == "1" || value == "on" || value == "true" || value == "yes";
}

std::uint64_t FenceOptions::number(const std::string& name) const {
  return read_number<std::uint64_t>(name, text(name));
}

std::chrono::milliseconds FenceOptions::seconds(const std::string& name) const {
  const double value = read_number<double>(name, text(name));
  if (!(value >= 0 && value < 1e6))
    throw Failure{AgentExit::wrong_configuration, ha::Reason::none, fmt::format("option {} is no duration", name)};
  return std::chrono::milliseconds{std::llround(value * 1000)};
}

FenceOptions read_fence_options(const FenceAgentDescription& agent, std::istream& input) {
  FenceOptions options = fallbacks(agent);
  for (std::string line; std::getline(input, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::size_t equals = line.find('=');
    if (line.empty() || line.front() == '#') continue;
    const std::string name = line.substr(0, equals);
    const auto option = std::find_if(agent.options.begin(), agent.options.end(), [&name](const FenceOption& known) {
      return known.name == name || (!known.older.empty() && known.older == name);
    });
    if (option == agent.options.end() || equals == std::string::npos)
      log(fmt::format("ignores the unknown option \"{}\"", name));
    else
      options.set(std::string{option->name}, line.substr(equals + 1));
  }
  return options;
}

CommandLine read_fence_options(const FenceAgentDescription& agent, int argc, const char* const* argv) {
  CLI::App app{std::string{agent.text}, std::string{agent.name}};
  app.set_version_flag("-V,--version", HACORE_VERSION);
  CommandLine line{fallbacks(agent)};
  for (const FenceOption& option : agent.options) {
    const std::string name{option.name};
    const std::string text{option.text};
    if (option.type == OptionType::boolean)
      app.add_flag_function(
          flags(option), [&line, name](std::int64_t) { line.options.set(name, "1"); }, text);
    else
      app.add_option_function<std::string>(
          flags(option), [&line, name](const std::string& value) { line.options.set(name, value); }, text);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& over) { line.exit = app.exit(over) == 0 ? 0 : 1; }
  return line;
}

std::string fence_metadata(const FenceAgentDescription& agent) {
  std::string xml = fmt::format(
      "<?xml version=\"1.0\" ?>\n<resource-agent name=\"{}\" "
      "shortdesc=\"{}\">\n<longdesc>{}</longdesc>\n<parameters>\n",
      agent.name, escaped(agent.text), escaped(agent.text));
  for (const FenceOption& option : agent.options) {
    xml += fmt::format("  <parameter name=\"{}\" unique=\"0\" required=\"{}\">\n    <getopt mixed=\"{}{}\"/>\n",
                       option.name, option.required ? 1 : 0, flags(option),
                       option.type == OptionType::boolean ? "" : "=[VALUE]");
    xml += fmt::format("    <content type=\"{}\"", type_name(option.type));
    if (!option.fallback.empty()) xml += fmt::format(" default=\"{}\"", escaped(option.fallback));
    xml += fmt::format("/>\n    <shortdesc lang=\"en\">{}</shortdesc>\n  </parameter>\n", escaped(option.text));
  }
  xml += "</parameters>\n<actions>\n  <action name=\"off\"/>\n  <action name=\"on\" automatic=\"0\"/>\n";
  for (const std::string_view action : {"reboot", "status", "monitor", "metadata", "validate-all"})
    xml += fmt::format("  <action name=\"{}\"/>\n", action);
  return xml + "</actions>\n</resource-agent>\n";
}

}  // namespace hacored::agents
