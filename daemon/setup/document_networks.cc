// The cell's names, its paths, and the addresses that move. A path is known by what it is, not by its name, so that a
// file which was written by hand is understood.
#include <algorithm>
#include <array>

#include "daemon/setup/document_parts.h"
#include "daemon/setup/tree.h"

namespace hacored::setup {
namespace {

using Kind = Node::Kind;

struct Network {
  Step step;
  bool cable;
  int number;  ///< among those that are a cable, or are none
  bool carries_address;
};

constexpr std::array kNetworks{Network{Step::internal, false, 0, true}, Network{Step::management, false, 1, true},
                               Network{Step::failover, true, 0, false}};

std::string key(const Network& network, std::string_view name) {
  return std::string{info_of(network.step).name} + "." + std::string{name};
}

std::vector<Node> paths_in(const Node& config) {
  const Node* list = look(config, "path", Kind::list);
  return list == nullptr ? std::vector<Node>{} : list->items;
}

/// Where the path of the network stands in the list, or its end.
std::size_t position_of(const Network& network, const std::vector<Node>& paths) {
  int left = network.number;
  const auto found = std::find_if(paths.begin(), paths.end(), [&](const Node& path) {
    const Node* cable = look(path, "cable", Kind::flag);
    return (cable != nullptr && cable->number != 0) == network.cable && left-- == 0;
  });
  return static_cast<std::size_t>(found - paths.begin());
}

/// The address that moves on an interface.
template <class Resources>
auto address_on(Resources& resources, const std::vector<std::string>& interface) {
  return std::find_if(resources.begin(), resources.end(), [&](const Node& resource) {
    return !interface.empty() && text_at(resource, "type") == "address" && each_at(resource, "interface") == interface;
  });
}

void read_network(const Network& network, const Node& config, Answers& answers) {
  const std::vector<Node> paths = paths_in(config);
  const std::size_t at = position_of(network, paths);
  if (at == paths.size()) return;
  const std::vector<std::string> interface = each_at(paths[at], "interface");
  const std::vector<std::string> addresses = texts_at(paths[at], "address");
  if (interface.empty() || addresses.size() != 2) return;
  answers.set(key(network, "interface"), interface);
  answers.set(key(network, "first"), {addresses[0]});
  answers.set(key(network, "second"), {addresses[1]});
  const std::vector<Node>& resources = resources_in(config);
  const auto moves = address_on(resources, interface);
  if (network.carries_address && moves != resources.end())
    answers.set(key(network, "virtual"), texts_at(*moves, "address"));
}

void write_path(const Network& network, std::vector<Node>& paths, const Answers& wanted) {
  const std::size_t at = position_of(network, paths);
  if (at == paths.size()) {
    set(paths.emplace_back(), "name", text_node(std::string{info_of(network.step).name}));
    if (network.cable) set(paths.back(), "cable", flag_node(true));
  }
  set(paths[at], "interface", for_each_head(wanted.texts(key(network, "interface"))));
  set(paths[at], "address", list_node({wanted.text(key(network, "first")), wanted.text(key(network, "second"))}));
}

void write_address(const Network& network, Node& config, const Answers& before, const Answers& wanted) {
  if (!network.carries_address) return;
  std::vector<Node>& resources = resources_of(config);
  auto moves = address_on(resources, before.texts(key(network, "interface")));
  const std::vector<std::string>& address = wanted.texts(key(network, "virtual"));
  if (address.empty()) {
    if (moves != resources.end()) resources.erase(moves);
    return;
  }
  const Node interface = for_each_head(wanted.texts(key(network, "interface")));
  if (moves != resources.end()) {
    set(*moves, "interface", interface);
    return set(*moves, "address", for_each_head({address.front(), address.back()}));
  }
  Node resource;
  set(resource, "address", text_node(address.front()));
  set(resource, "interface", interface);
  add_resource(config, "address", "vip-" + std::string{info_of(network.step).name}, std::move(resource));
}

void write_network(const Network& network, Node& config, const Answers& before, const Answers& wanted) {
  if (same(network.step, before, wanted)) return;
  const bool none = left_out(network.step, wanted);
  Answers nothing;
  write_address(network, config, before, none ? nothing : wanted);
  std::vector<Node>& paths = made(config, "path", Kind::list).items;
  const std::size_t at = position_of(network, paths);
  if (!none) return write_path(network, paths, wanted);
  if (at < paths.size()) paths.erase(paths.begin() + static_cast<std::ptrdiff_t>(at));
}

/// Devices and preferences name heads.
void rename_head(Node& config, const std::string& before, const std::string& wanted) {
  if (before.empty() || before == wanted) return;
  if (Node* levels = look(config, "fence", Kind::list))
    for (Node& level : levels->items)
      for (Entry& entry : level.entries)
        if (entry.key == before) entry.key = wanted;
  if (Node* services = look(config, "service", Kind::list))
    for (Node& service : services->items)
      if (text_at(service, "prefers") == before) set(service, "prefers", text_node(wanted));
}

}  // namespace

void read_cell(const Node& config, Answers& answers) {
  if (std::string name = text_at(config, "cell"); !name.empty()) answers.set("cell.name", {std::move(name)});
  const std::vector<std::string> heads = texts_at(config, "heads");
  if (heads.size() != 2) return;
  answers.set("cell.first", {heads[0]});
  answers.set("cell.second", {heads[1]});
}

void write_cell(Node& config, const Answers& before, const Answers& wanted) {
  if (same(Step::cell, before, wanted)) return;
  const std::string& first = wanted.text("cell.first");
  const std::string& second = wanted.text("cell.second");
  set(config, "cell", text_node(wanted.text("cell.name")));
  set(config, "heads", list_node({first, second}));
  // By way of a name that no head can have, so that two heads can change their names with each other.
  rename_head(config, before.text("cell.second"), "second head");
  rename_head(config, before.text("cell.first"), first);
  rename_head(config, "second head", second);
}

void read_networks(const Node& config, Answers& answers) {
  for (const Network& network : kNetworks) read_network(network, config, answers);
}

void write_networks(Node& config, const Answers& before, const Answers& wanted) {
  // The management network is the second one that is no cable, so the first one is there before it, and goes after it.
  for (const Network& network : kNetworks) write_network(network, config, before, wanted);
}

}  // namespace hacored::setup
