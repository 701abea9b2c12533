// The files that a configuration names, looked at before anything depends on them.
#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/config_draft.h"
#include "daemon/config_text.h"
#include "daemon/durability.h"
#include "daemon/secrets.h"

namespace hacored {
namespace {

constexpr std::int64_t kKeyBytes = 32;

class Files {
 public:
  Files(const Draft& draft, const ReadOptions& options, Report& report)
      : draft_{draft}, s_{draft.settings}, options_{options}, report_{report} {}

  void all() {
    for (std::size_t i = 0; i < s_.fence.size(); ++i) agent(fmt::format("fence.{}.agent", i), s_.fence[i].agent);
    key("keys.file", s_.key_file);
    if (!s_.next_key_file.empty()) key("keys.next", s_.next_key_file);
    if (!s_.voters.addresses.empty()) key("voters.key_file", s_.voters.key_file);
    if (!s_.alert_hook.empty()) program("alerts.hook", s_.alert_hook);
    std::size_t number = 0;
    for (const ResourceSettings& one : s_.resources()) resource(fmt::format("resource.{}.", number++), one);
    group("control.group", s_.control_group);
    group("control.viewers", s_.control_viewers);
    if (!s_.watchdog.empty() && access(real(s_.watchdog).c_str(), F_OK) != 0)
      report_.error(place("watchdog.device"), fmt::format("there is no {}", s_.watchdog),
                    {"load the driver of the watchdog (ls /sys/class/watchdog); softdog proves nothing"});
    if (options_.root.empty()) folders();  // what an image lies on now says nothing about the head
  }

 private:
  void group(const std::string& where, const std::string& name) {
    if (name.empty() || !options_.root.empty() || getgrnam(name.c_str()) != nullptr) return;
    report_.error(place(where), fmt::format("there is no group {}", name),
                  {fmt::format("type: groupadd --system {}", name)});
  }

  std::string real(const std::string& path) const { return options_.real(path); }
  Place place(const std::string& where) const { return draft_.at(where).value_or(Place{}); }

  /// The state must outlive a power loss, or this head forgets what it promised; the boot record must not, or the next
  /// boot takes what ran before for its own.
  void folders() {
    constexpr const char* kForgets =
        "after a power loss this head would not know what it promised, and there could be two owners";
    const Durability state = durability_of(s_.state_dir);
    if (s_.state_in_memory) {
      report_.warning(place("daemon.state_in_memory"), kForgets, {"for tests only; take the line out"});
    } else if (state == Durability::in_memory) {
      report_.error(place("daemon.state_dir"), fmt::format("{} lies in memory: {}", s_.state_dir, kForgets),
                    {"write: state_dir = \"…\", a folder on a disk of this head"});
    } else if (state == Durability::unknown) {
      report_.error(place("daemon.state_dir"), fmt::format("{} may lie in memory: {}", s_.state_dir, kForgets),
                    {"it cannot be seen where this overlay writes; mount a file system of a disk there"});
    }
    if (durability_of(s_.run_dir) != Durability::in_memory)
      report_.error(place("daemon.run_dir"), fmt::format("{} outlives this boot, which it must not", s_.run_dir),
                    {"write: run_dir = \"…\", a folder on a tmpfs"});
  }

  bool executable(const std::string& path) const {
    struct stat info {};
    return stat(real(path).c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(real(path).c_str(), X_OK) == 0;
  }

  void agent(const std::string& where, const std::string& name) {
    if (!draft_.at(where)) return;
    if (is_absolute(name)) return program(where, name);
    std::string looked;
    for (const std::string& folder : s_.agent_dirs) {
      if (executable(fmt::format("{}/{}", folder, name))) return;
      looked += (looked.empty() ? "" : ", ") + folder;
    }
    report_.error(place(where), fmt::format("there is no program {}", name), {fmt::format("looked in: {}", looked)});
  }

  void resource(const std::string& where, const ResourceSettings& resource) {
    if (!draft_.at(where + "type")) return;
    agent(where + "type", "resource-" + resource.type);
    const auto path = resource.parameters.find("path");
    if (resource.type == "script" && path != resource.parameters.end()) program(where + "path", path->second);
    const auto ocf = ocf_path(resource);
    if (resource.type == "ocf" && ocf) program(where + "agent", *ocf);
  }

  void program(const std::string& where, const std::string& path) {
    if (executable(path)) return;
    const bool there = access(real(path).c_str(), F_OK) == 0;
    report_.error(place(where), there ? fmt::format("{} is not a program", path) : fmt::format("there is no {}", path),
                  {there ? fmt::format("type: chmod 755 {}", path) : std::string{}});
  }

  void key(const std::string& where, const std::string& path) {
    const std::string make =
        fmt::format("type: (umask 077; head -c 32 /dev/urandom > {}), and copy it to the other head", path);
    struct stat info {};
    if (stat(real(path).c_str(), &info) != 0) {
      return report_.error(place(where), fmt::format("the key {} cannot be read: {}", path, std::strerror(errno)),
                           {make});
    }
    if (const auto why = not_private(real(path), path)) return report_.error(place(where), why->message, {why->note});
    if (info.st_size < kKeyBytes)
      report_.error(place(where), fmt::format("the key {} has {} bytes", path, info.st_size),
                    {fmt::format("expected: {} random bytes at least", kKeyBytes), make});
  }

  const Draft& draft_;
  const Settings& s_;
  const ReadOptions& options_;
  Report& report_;
};

}  // namespace

std::optional<std::string> ocf_path(const ResourceSettings& resource) {
  const auto agent = resource.parameters.find("agent"), root = resource.parameters.find("ocf_root");
  if (agent == resource.parameters.end() || root == resource.parameters.end()) return std::nullopt;
  std::string_view name = agent->second;
  if (name.starts_with("ocf:")) name.remove_prefix(4);
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos || !is_name(name.substr(0, colon)) || !is_name(name.substr(colon + 1)))
    return std::nullopt;
  return fmt::format("{}/resource.d/{}/{}", root->second, name.substr(0, colon), name.substr(colon + 1));
}

void check_files(const Draft& draft, const ReadOptions& options, Report& report) {
  if (options.files) Files{draft, options, report}.all();
}

}  // namespace hacored
