// Mounts, a database, units and scripts: resources of the first service, in the order in which they start.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "daemon/setup/document_parts.h"
#include "daemon/setup/mount_answer.h"
#include "daemon/setup/tree.h"

namespace hacored::setup {
namespace {

using Kind = Node::Kind;

/// Storage before the addresses by which it is reached, both before what uses them.
constexpr std::array<std::string_view, 6> kStartOrder{"mount", "address", "mariadb", "ocf", "unit", "script"};

std::size_t rank_of(std::string_view type) {
  return static_cast<std::size_t>(std::find(kStartOrder.begin(), kStartOrder.end(), type) - kStartOrder.begin());
}

/// What remains of a path or a unit as the name of a resource: "/cm/shared" is "cm-shared".
std::string name_of(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool fits =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (fits || (c == '-' && !name.empty())) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (!name.empty() && (name.back() == '-' || name.back() == '.')) name.pop_back();
  name.erase(0, name.find_first_not_of("._-"));
  return name.empty() ? "resource" : name.substr(0, 48);
}

/// The text at `key`, or what holds without it.
std::string value_at(const Node& resource, std::string_view key) {
  const bool is_left_out = resource.find(key) == nullptr;
  if (is_left_out && key == "socket" && text_at(resource, "type") == "mariadb") return "/run/mysqld/mysqld.sock";
  return text_at(resource, key);
}

bool is_of(const Node& resource, std::string_view type, std::string_view key, const std::string& value) {
  return text_at(resource, "type") == type && value_at(resource, key) == value;
}

/// Those of a type start in the order of `wanted`, each in a place that one of them has.
void put_in_order(std::vector<Node>& resources, std::string_view type, std::string_view key,
                  const std::vector<std::string>& wanted) {
  std::vector<std::size_t> places;
  std::vector<Node> sorted;
  for (std::size_t i = 0; i < resources.size(); ++i) {
    const std::string value = value_at(resources[i], key);
    if (text_at(resources[i], "type") == type && std::find(wanted.begin(), wanted.end(), value) != wanted.end())
      places.push_back(i);
  }
  for (const std::string& value : wanted)
    for (const std::size_t place : places)
      if (value_at(resources[place], key) == value) sorted.push_back(resources[place]);
  for (std::size_t i = 0; i < places.size() && i < sorted.size(); ++i) resources[places[i]] = std::move(sorted[i]);
}

/// Resources of a type whose `key` is none of `wanted` go, and those that are missing come, in the order of `wanted`.
void write_list(Node& config, std::string_view type, std::string_view key, const std::vector<std::string>& wanted,
                const std::function<std::string(const std::string&)>& name) {
  std::vector<Node>& resources = resources_of(config);
  std::erase_if(resources, [&](const Node& resource) {
    const std::string value = value_at(resource, key);
    return text_at(resource, "type") == type && !value.empty() &&
           std::find(wanted.begin(), wanted.end(), value) == wanted.end();
  });
  for (const std::string& value : wanted) {
    const auto there = [&](const Node& resource) { return is_of(resource, type, key, value); };
    if (std::any_of(resources.begin(), resources.end(), there)) continue;
    Node resource;
    set(resource, key, text_node(value));
    add_resource(config, type, name(value), std::move(resource));
  }
  put_in_order(resources, type, key, wanted);
}

std::vector<std::string> values_of(const Node& config, std::string_view type, std::string_view key) {
  std::vector<std::string> values;
  for (const Node& resource : resources_in(config))
    if (std::string value = value_at(resource, key); text_at(resource, "type") == type && !value.empty())
      values.push_back(std::move(value));
  return values;
}

void write_mount(Node& config, const MountAnswer& mount, const Answers& before, const Answers& wanted) {
  const auto there = [&](const Node& resource) { return is_of(resource, "mount", "directory", mount.directory); };
  std::vector<Node>& resources = resources_of(config);
  auto found = std::find_if(resources.begin(), resources.end(), there);
  const bool fresh = found == resources.end();
  if (fresh) {
    Node resource;
    set(resource, "device", text_node(mount.device));
    set(resource, "directory", text_node(mount.directory));
    if (mount.is_nfs()) set(resource, "fstype", text_node("nfs"));
    add_resource(config, "mount", name_of(mount.directory), std::move(resource));
    found = std::find_if(resources.begin(), resources.end(), there);
  }
  if (text_at(*found, "device") != mount.device) {
    set(*found, "device", text_node(mount.device));
    erase(*found, "identity");  // that of the former one
  }
  const std::string& options = wanted.text("storage.options");
  if (mount.is_nfs() && !options.empty() && (fresh || options != before.text("storage.options")))
    set(*found, "options", text_node(options));
}

void write_mounts(Node& config, const Answers& before, const Answers& wanted) {
  if (same(Step::storage, before, wanted)) return;
  std::vector<MountAnswer> mounts;
  for (const std::string& text : wanted.texts("storage.mounts"))
    if (auto mount = read_mount(text)) mounts.push_back(std::move(*mount));
  std::vector<Node>& resources = resources_of(config);
  std::erase_if(resources, [&](const Node& resource) {
    const std::string directory = text_at(resource, "directory");
    return text_at(resource, "type") == "mount" && read_mount(directory + "=" + text_at(resource, "device")) &&
           std::none_of(mounts.begin(), mounts.end(), [&](const MountAnswer& m) { return m.directory == directory; });
  });
  std::vector<std::string> directories;
  for (const MountAnswer& mount : mounts) {
    write_mount(config, mount, before, wanted);
    directories.push_back(mount.directory);
  }
  put_in_order(resources, "mount", "directory", directories);
  // Its marker is a mount that is there, or the first one if nothing is said.
  Node& service = look(config, "service", Kind::list)->items.front();
  const std::string marker = text_at(service, "marker");
  const auto carries = [&](const Node& resource) { return is_of(resource, "mount", "name", marker); };
  if (std::none_of(resources.begin(), resources.end(), carries)) erase(service, "marker");
}

/// One is asked about; others stay as they are.
void write_database(Node& config, const std::string& before, const std::string& wanted) {
  if (before == wanted) return;
  std::vector<Node>& resources = resources_of(config);
  const auto found = std::find_if(resources.begin(), resources.end(),
                                  [&](const Node& resource) { return is_of(resource, "mariadb", "socket", before); });
  if (found != resources.end() && !before.empty()) {
    if (wanted.empty()) return void(resources.erase(found));
    return set(*found, "socket", text_node(wanted));
  }
  Node resource;
  set(resource, "socket", text_node(wanted));
  add_resource(config, "mariadb", "database", std::move(resource));
}

std::string unit_name(const std::string& unit) { return name_of(unit.substr(0, unit.rfind(".service"))); }
std::string script_name(const std::string& path) { return name_of(path.substr(path.rfind('/') + 1)); }

}  // namespace

const std::vector<Node>& resources_in(const Node& config) {
  static const std::vector<Node> kNone;
  const Node* services = look(config, "service", Kind::list);
  if (services == nullptr || services->items.empty()) return kNone;
  const Node* resources = look(services->items.front(), "resource", Kind::list);
  return resources == nullptr ? kNone : resources->items;
}

std::vector<Node>& resources_of(Node& config) {
  std::vector<Node>& services = made(config, "service", Kind::list).items;
  if (services.empty()) set(services.emplace_back(), "name", text_node("main"));
  return made(services.front(), "resource", Kind::list).items;
}

void add_resource(Node& config, std::string_view type, const std::string& name, Node resource) {
  std::vector<Node>& resources = resources_of(config);
  std::string own = name;
  const auto taken = [&](const Node& other) { return text_at(other, "name") == own; };
  for (int number = 2; std::any_of(resources.begin(), resources.end(), taken); ++number)
    own = fmt::format("{}-{}", name, number);
  Node whole;
  set(whole, "name", text_node(own));
  set(whole, "type", text_node(std::string{type}));
  for (Entry& entry : resource.entries) whole.entries.push_back(std::move(entry));
  const auto later = [&](const Node& other) { return rank_of(text_at(other, "type")) > rank_of(type); };
  resources.insert(std::find_if(resources.begin(), resources.end(), later), std::move(whole));
}

void read_resources(const Node& config, Answers& answers) {
  std::vector<std::string> mounts;
  for (const Node& resource : resources_in(config)) {
    const std::string text = text_at(resource, "directory") + "=" + text_at(resource, "device");
    const auto mount = read_mount(text);
    if (text_at(resource, "type") != "mount" || !mount) continue;
    mounts.push_back(text);
    const std::string options = text_at(resource, "options");
    if (mount->is_nfs() && !options.empty() && !answers.has("storage.options"))
      answers.set("storage.options", {options});
  }
  if (!mounts.empty()) answers.set("storage.mounts", mounts);
  if (auto sockets = values_of(config, "mariadb", "socket"); !sockets.empty())
    answers.set("services.mariadb", {sockets.front()});
  if (auto units = values_of(config, "unit", "unit"); !units.empty()) answers.set("services.units", units);
  if (auto scripts = values_of(config, "script", "path"); !scripts.empty()) answers.set("services.scripts", scripts);
}

void write_resources(Node& config, const Answers& before, const Answers& wanted) {
  write_mounts(config, before, wanted);
  if (same(Step::services, before, wanted)) return;
  write_database(config, before.text("services.mariadb"), wanted.text("services.mariadb"));
  write_list(config, "unit", "unit", wanted.texts("services.units"), unit_name);
  write_list(config, "script", "path", wanted.texts("services.scripts"), script_name);
}

}  // namespace hacored::setup
