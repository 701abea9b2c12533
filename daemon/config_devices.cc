// DeviceReading parameters, and filling in secrets.
#include "daemon/config_devices.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/config_text.h"
#include "daemon/power.h"

namespace hacored {
namespace {

/// What hacored itself says to a fence agent: nobody else does.
constexpr std::array<std::string_view, 2> kOurs{"action", "delay"};

bool is_secret(std::string_view name) {
  return name.ends_with("password") || name.ends_with("passwd") || name == "community" || name == "secret";
}

bool is_parameter(std::string_view name) { return is_name(name) && name.find('.') == std::string_view::npos; }

std::optional<std::string> secret_of(const Entry& parameter, DeviceReading& r) {
  const Entry* entry = parameter.value.find("secret");
  if (entry == nullptr || parameter.value.entries.size() != 1 || !entry->value.is(Node::Kind::text)) {
    r.report.error(parameter.place, fmt::format("{} must be a text, or name a secret", parameter.key),
                   {fmt::format("write: {} = {{ secret = \"NAME\" }}", parameter.key)});
    return std::nullopt;
  }
  const std::string& name = entry->value.text;
  r.agreed.add("secret").add(name);
  if (auto text = r.secrets.find(name)) return text;
  const std::string path = r.secrets.path();
  if (r.secrets.readable()) {
    r.report.error(entry->value.place, fmt::format("{} has no secret \"{}\"", path, name),
                   {r.secrets.meant(name), fmt::format("write there: {} = \"…\"", name)});
  }
  return std::nullopt;
}

std::optional<std::string> text_of(const Entry& parameter, DeviceReading& r) {
  const Node& node = parameter.value;
  if (node.is(Node::Kind::table)) return secret_of(parameter, r);
  std::string text = node.text;
  if (node.is(Node::Kind::whole)) text = fmt::format("{}", node.number);
  if (node.is(Node::Kind::flag)) text = node.number != 0 ? "1" : "0";
  if (!is_line(text)) {
    r.report.error(node.place, fmt::format("{} must be a text of one line, a number, true or false", parameter.key));
    return std::nullopt;
  }
  if (is_secret(parameter.key)) {
    r.report.conceal(node.place.line);
    r.report.error(parameter.place, fmt::format("{} stands in a file that everybody may read", parameter.key),
                   {fmt::format("write: {} = {{ secret = \"NAME\" }}", parameter.key),
                    "and in the file of secrets: NAME = \"…\""});
    return std::nullopt;
  }
  r.agreed.add(text);
  return text;
}

Parameters read_parameters(const Node& table, DeviceReading& r) {
  Parameters parameters;
  for (const Entry& parameter : table.entries) {
    if (!is_parameter(parameter.key)) {
      r.report.error(parameter.place, fmt::format("\"{}\" is not the name of a parameter", parameter.key));
      continue;
    }
    r.agreed.add(parameter.key);
    if (auto text = text_of(parameter, r)) parameters[parameter.key] = *text;
  }
  return parameters;
}

void read_device(const Node& table, std::size_t head, Settings& settings, DeviceReading& r) {
  for (const std::string_view ours : kOurs) {
    if (const Entry* entry = table.find(ours))
      r.report.error(entry->place, fmt::format("{} is said by hacored itself", ours));
  }
  Parameters device = read_parameters(table, r);
  const auto chassis = device.find("chassis");
  if (chassis != device.end()) {
    settings.chassis.at(head) = machine_number(chassis->second);
    device.erase(chassis);
  }
  settings.fence.back().devices.at(head).push_back(std::move(device));
}

}  // namespace

void read_devices(const Entry& entry, std::size_t head, Settings& settings, DeviceReading r) {
  const Node& node = entry.value;
  if (node.is(Node::Kind::table)) return read_device(node, head, settings, r);
  const bool tables =
      node.is(Node::Kind::list) && !node.items.empty() &&
      std::all_of(node.items.begin(), node.items.end(), [](const Node& n) { return n.is(Node::Kind::table); });
  if (!tables) {
    return r.report.error(entry.place, fmt::format("{} must be the device that switches {}", entry.key, entry.key),
                          {fmt::format("write: {} = {{ ip = \"…\", username = \"…\" }}", entry.key)});
  }
  for (const Node& device : node.items) read_device(device, head, settings, r);
}

void read_agent_parameters(const Entry& entry, Parameters& into, DeviceReading r) {
  if (!entry.value.is(Node::Kind::table)) {
    return r.report.error(entry.place, "param must be a table",
                          {"write: param = { NAME = \"…\" }, with the names that the agent's metadata know"});
  }
  for (const auto& [name, value] : read_parameters(entry.value, r)) into["param_" + name] = value;
}

}  // namespace hacored
