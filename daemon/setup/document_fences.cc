// The fence levels of BMCs and of outlets, and the passwords that they name.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/setup/document_parts.h"
#include "daemon/setup/tree.h"

namespace hacored::setup {
namespace {

using Kind = Node::Kind;
using Heads = std::array<std::string, 2>;

Heads heads_of(const Node& config) {
  const std::vector<std::string> heads = texts_at(config, "heads");
  return heads.size() == 2 ? Heads{heads[0], heads[1]} : Heads{};
}

/// The devices of a head, whether the file has one or a list of them.
std::vector<Node> devices_of(const Node& level, const std::string& head) {
  if (const Node* one = look(level, head, Kind::table)) return {*one};
  const Node* list = look(level, head, Kind::list);
  return list == nullptr ? std::vector<Node>{} : list->items;
}

void set_devices(Node& level, const std::string& head, std::vector<Node> devices) {
  if (devices.size() == 1) return set(level, head, std::move(devices.front()));
  Node list;
  list.kind = Kind::list;
  list.items = std::move(devices);
  set(level, head, std::move(list));
}

// ------------------------------------------------------------------------------------------------------- levels

/// What a level is shows in its devices: outlets have numbers, a BMC has none.
enum class Level { bmcs, outlets };

bool is(Level kind, const Node& level, const Heads& heads) {
  for (const std::string& head : heads)
    for (const Node& device : devices_of(level, head))
      if (device.find("ip") != nullptr) return (device.find("plug") != nullptr) == (kind == Level::outlets);
  return false;
}

/// The first level of this kind, or the end of the list.
std::size_t position_of(Level kind, const Node& config) {
  const Node* levels = look(config, "fence", Kind::list);
  if (levels == nullptr) return 0;
  const Heads heads = heads_of(config);
  const auto found = std::find_if(levels->items.begin(), levels->items.end(),
                                  [&](const Node& level) { return is(kind, level, heads); });
  return static_cast<std::size_t>(found - levels->items.begin());
}

const Node* level_in(const Node& config, Level kind) {
  const Node* levels = look(config, "fence", Kind::list);
  const std::size_t at = position_of(kind, config);
  return levels == nullptr || at == levels->items.size() ? nullptr : &levels->items[at];
}

/// A new one comes first if it is that of the BMCs, else last: they are tried in the order of the file.
Node& level_of(Node& config, Level kind) {
  std::vector<Node>& levels = made(config, "fence", Kind::list).items;
  const std::size_t at = position_of(kind, config);
  if (at < levels.size()) return levels[at];
  Node level;
  set(level, "name", text_node(kind == Level::bmcs ? "bmc" : "pdu"));
  return *levels.insert(kind == Level::bmcs ? levels.begin() : levels.end(), std::move(level));
}

void drop_level(Node& config, Level kind) {
  std::vector<Node>& levels = made(config, "fence", Kind::list).items;
  const std::size_t at = position_of(kind, config);
  if (at < levels.size()) levels.erase(levels.begin() + static_cast<std::ptrdiff_t>(at));
  if (levels.empty()) erase(config, "fence");
}

// ------------------------------------------------------------------------------------------------------- parameters

/// A text, or a number that stands for one.
std::string parameter_of(const Node& device, std::string_view key) {
  const Node* number = look(device, key, Kind::whole);
  return number == nullptr ? text_at(device, key) : fmt::format("{}", number->number);
}

void put_parameter(Node& device, std::string_view key, const std::string& text) {
  if (text.empty()) return erase(device, key);
  if (parameter_of(device, key) != text) set(device, key, text_node(text));
}

std::string password_of(const Document& document, const Node& device) {
  const std::string name = secret_at(device, "password");
  return name.empty() ? "" : text_at(document.secrets, name);
}

/// Names a secret of this text for the device: that which it names already if no other device needs that one for
/// itself, else `name`, with a number if something else has it.
void put_password(Document& document, Node& device, const std::string& name, const std::string& password,
                  bool shared = false) {
  if (password_of(document, device) == password && !password.empty()) return;
  std::string own = shared ? "" : secret_at(device, "password");
  for (int number = 2; own.empty(); ++number) {
    const std::string candidate = number == 2 ? name : fmt::format("{}-{}", name, number - 1);
    const std::string there = text_at(document.secrets, candidate);
    if (there.empty() || there == password) own = candidate;
  }
  set(device, "password", secret_node(own));
  set(document.secrets, own, text_node(password));
}

void put_if_any(Answers& answers, std::string_view key, std::string text) {
  if (!text.empty()) answers.set(key, {std::move(text)});
}

// ------------------------------------------------------------------------------------------------------- BMCs

constexpr std::array<std::string_view, 2> kBmcs{"bmc.first", "bmc.second"};
constexpr std::array<std::string_view, 2> kPasswords{"bmc.password", "bmc.second_password"};
constexpr std::array<std::string_view, 2> kChassis{"bmc.first_chassis", "bmc.second_chassis"};

void read_bmcs(const Document& document, Answers& answers) {
  const Node* level = level_in(document.config, Level::bmcs);
  if (level == nullptr) return;
  put_if_any(answers, "bmc.agent", text_at(*level, "agent"));
  std::vector<std::string> users;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::vector<Node> devices = devices_of(*level, heads_of(document.config).at(i));
    if (devices.empty()) continue;
    const Node& device = devices.front();
    put_if_any(answers, kBmcs.at(i), parameter_of(device, "ip"));
    put_if_any(answers, kPasswords.at(i), password_of(document, device));
    put_if_any(answers, kChassis.at(i), parameter_of(device, "chassis"));
    if (std::string user = parameter_of(device, "username"); !user.empty()) users.push_back(std::move(user));
  }
  if (users.size() == 2) answers.set("bmc.username", users);
}

void write_bmcs(Document& document, const Answers& before, const Answers& wanted) {
  if (same(Step::bmc, before, wanted)) return;
  if (left_out(Step::bmc, wanted)) return drop_level(document.config, Level::bmcs);
  Node& level = level_of(document.config, Level::bmcs);
  set(level, "agent", text_node(wanted.text("bmc.agent")));
  const Heads heads = heads_of(document.config);
  std::array<std::string, 2> secrets;  // as they are named before anything is changed
  for (std::size_t i = 0; i < 2; ++i)
    if (const auto devices = devices_of(level, heads.at(i)); !devices.empty())
      secrets.at(i) = secret_at(devices.front(), "password");
  for (std::size_t i = 0; i < 2; ++i) {
    std::vector<Node> devices = devices_of(level, heads.at(i));
    if (devices.empty()) devices.emplace_back();
    Node& device = devices.front();
    put_parameter(device, "ip", wanted.text(kBmcs.at(i)));
    put_parameter(device, "username", wanted.texts("bmc.username").at(i));
    put_password(document, device, i == 0 ? "bmc1" : "bmc2", wanted.text(kPasswords.at(i)), secrets[0] == secrets[1]);
    put_parameter(device, "chassis", wanted.text(kChassis.at(i)));
    set_devices(level, heads.at(i), std::move(devices));
  }
}

// ------------------------------------------------------------------------------------------------------- outlets

constexpr std::array<std::string_view, 2> kPlugs{"pdu.first_plug", "pdu.second_plug"};

void read_outlets(const Document& document, Answers& answers) {
  const Node* level = level_in(document.config, Level::outlets);
  if (level == nullptr) return;
  put_if_any(answers, "pdu.agent", text_at(*level, "agent"));
  for (std::size_t i = 0; i < 2; ++i) {
    const std::vector<Node> devices = devices_of(*level, heads_of(document.config).at(i));
    if (devices.empty()) continue;
    put_if_any(answers, kPlugs.at(i), parameter_of(devices.front(), "plug"));
    if (answers.has("pdu.addresses")) continue;
    std::vector<std::string> addresses;
    for (const Node& device : devices) addresses.push_back(parameter_of(device, "ip"));
    answers.set("pdu.addresses", addresses);
    put_if_any(answers, "pdu.username", parameter_of(devices.front(), "username"));
    put_if_any(answers, "pdu.password", password_of(document, devices.front()));
  }
}

void write_outlets(Document& document, const Answers& before, const Answers& wanted) {
  if (same(Step::pdu, before, wanted)) return;
  if (left_out(Step::pdu, wanted)) return drop_level(document.config, Level::outlets);
  Node& level = level_of(document.config, Level::outlets);
  set(level, "agent", text_node(wanted.text("pdu.agent")));
  const bool new_password = before.text("pdu.password") != wanted.text("pdu.password");
  const Heads heads = heads_of(document.config);
  const std::vector<std::string>& addresses = wanted.texts("pdu.addresses");
  for (std::size_t i = 0; i < 2; ++i) {
    std::vector<Node> devices = devices_of(level, heads.at(i));
    devices.resize(addresses.size());
    for (std::size_t supply = 0; supply < devices.size(); ++supply) {
      Node& device = devices[supply];
      put_parameter(device, "ip", addresses[supply]);
      put_parameter(device, "username", wanted.text("pdu.username"));
      put_parameter(device, "plug", wanted.text(kPlugs.at(i)));
      if (new_password || secret_at(device, "password").empty())
        put_password(document, device, "pdu", wanted.text("pdu.password"));
    }
    set_devices(level, heads.at(i), std::move(devices));
  }
}

}  // namespace

void read_fences(const Document& document, Answers& answers) {
  read_bmcs(document, answers);
  read_outlets(document, answers);
}

void write_fences(Document& document, const Answers& before, const Answers& wanted) {
  write_bmcs(document, before, wanted);
  write_outlets(document, before, wanted);
}

}  // namespace hacored::setup
