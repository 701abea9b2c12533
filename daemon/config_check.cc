// What several keys together have wrong with them. A key that could not be read is not in the draft's places, and says
// nothing here.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/config_draft.h"
#include "daemon/config_keys.h"
#include "daemon/config_text.h"
#include "daemon/spelling.h"

namespace hacored {
namespace {

class Check {
 public:
  Check(const Draft& draft, Report& report) : draft_{draft}, s_{draft.settings}, report_{report} {}

  void all() {
    heads();
    paths();
    fences();
    services();
    resources();
    addresses_of("voters.addresses", s_.voters.addresses);
    addresses_of("ping.addresses", s_.ping);
    watchdog();
    missing();
  }

 private:
  /// Says it at the key `where`, or if the file does not have it at the table around it.
  Place place(const std::string& where) const {
    if (const auto at = draft_.at(where)) return *at;
    return draft_.at(where.substr(0, where.rfind('.'))).value_or(Place{});
  }

  /// `name` stands at `where`, and nothing else of the kind may have it.
  void unique(const std::string& where, std::string_view what, const std::string& name, std::set<std::string>& known) {
    if (name.empty() || known.insert(name).second) return;
    report_.error(place(where), fmt::format("there are two {} {}", what, name));
  }

  void heads() {
    const auto at = draft_.at("heads");
    if (!at) return;
    if (s_.heads[0] == s_.heads[1]) report_.error(*at, "both heads have the same name");
    for (const std::string& head : s_.heads) {
      if (find_key(Part::fence, head) != nullptr)
        report_.error(*at, fmt::format("a head must not be called {}: [[fence]] has a key of this name", head));
    }
  }

  void paths() {
    std::set<std::string> names, sockets;
    for (std::size_t i = 0; i < s_.paths.size(); ++i) {
      const PathSettings& path = s_.paths[i];
      const std::string where = fmt::format("path.{}.", i);
      unique(where + "name", "paths called", path.name, names);
      if (!draft_.at(where + "address")) continue;
      const Place at = place(where + "address");
      if (is_ipv6(path.address[0]) != is_ipv6(path.address[1]))
        report_.error(at, "one address is IPv4 and the other IPv6", {"expected: two of the same family"});
      if (path.address[0] == path.address[1]) {
        report_.error(at, "both heads have the same address");
        continue;
      }
      for (const std::string& address : path.address) {
        if (address == "0.0.0.0" || address == "::")
          report_.error(at, fmt::format("{} is no address of a head", address));
        unique(where + "address", "paths with the address", fmt::format("{} port {}", address, path.port), sockets);
      }
    }
    if (!draft_.at("path"))
      return report_.error({}, "there is no [[path]]: the heads could not hear each other",
                           {"write: [[path]], with name, interface and address"});
    if (s_.paths.size() == 1)
      report_.warning(place("path.0"), "there is only one path: when it breaks, the heads lose each other",
                      {"a second [[path]] over other cards, cables and switches prevents that"});
  }

  void fences() {
    std::set<std::string> names;
    const Duration share = s_.core.fence_max / static_cast<std::int64_t>(std::max<std::size_t>(s_.fence.size(), 1));
    for (std::size_t i = 0; i < s_.fence.size(); ++i) {
      const FenceLevel& level = s_.fence[i];
      const std::string where = fmt::format("fence.{}.", i);
      unique(where + "name", "fence levels called", level.name, names);
      if (draft_.at(where + "timeout") && level.timeout > share)
        report_.warning(place(where + "timeout"),
                        fmt::format("{} is given up after {}, its share of fence_max ({})", level.name,
                                    show_duration(share.count()), show_duration(s_.core.fence_max.count())),
                        {"raise fence_max in [timing], or lower timeout"});
      if (!level.devices[0].empty() && level.devices[0] == level.devices[1])
        report_.error(place(where + s_.heads[1]),
                      fmt::format("{} and {} are switched by the same device", s_.heads[0], s_.heads[1]),
                      {"expected: for each head the device that switches this head"});
    }
  }

  void services() {
    std::set<std::string> names;
    for (std::size_t i = 0; i < s_.services.size(); ++i) {
      const ServiceSettings& service = s_.services[i];
      const std::string where = fmt::format("service.{}.", i);
      unique(where + "name", "services called", service.name, names);
      prefers(where, draft_.prefers[i]);
      storage(where, service, s_.core.service.at(i).storage, draft_.at(where + "storage").has_value());
      if (service.resources.empty())
        report_.error(place(where), fmt::format("the service {} has no resource", service.name),
                      {"write: [[service.resource]], with name and type"});
    }
  }

  void prefers(const std::string& where, const std::string& head) {
    if (!draft_.at(where + "prefers") || head == s_.heads[0] || head == s_.heads[1]) return;
    report_.error(place(where + "prefers"), fmt::format("\"{}\" is not a head of this cell", head),
                  {meant(head, {s_.heads[0], s_.heads[1]}), fmt::format("expected: {}, {}", s_.heads[0], s_.heads[1])});
  }

  void storage(const std::string& where, const ServiceSettings& service, ha::Storage said, bool says) {
    std::vector<std::string_view> mounts;
    for (const ResourceSettings& resource : service.resources)
      if (resource.type == "mount") mounts.push_back(resource.name);
    if (says && said == ha::Storage::shared && mounts.empty())
      report_.error(place(where + "storage"), "shared storage needs a mount that carries the marker",
                    {"expected: a [[service.resource]] with type = \"mount\"; or storage = \"local\""});
    if (service.marker.empty()) return;
    if (std::find(mounts.begin(), mounts.end(), service.marker) == mounts.end())
      report_.error(place(where + "marker"), fmt::format("\"{}\" is not a mount of this service", service.marker),
                    {meant(service.marker, mounts)});
    if (says && said != ha::Storage::shared)
      report_.error(place(where + "marker"), "only shared storage carries a marker",
                    {"leave marker out, or write: storage = \"shared\""});
  }

  void resources() {
    std::set<std::string> names, addresses, directories;
    for (const PathSettings& path : s_.paths) addresses.insert({path.address[0], path.address[1]});
    std::size_t i = 0;
    for (const ResourceSettings& resource : s_.resources()) {
      const std::string where = fmt::format("resource.{}.", i++);
      unique(where + "name", "resources called", resource.name, names);
      if (resource.failures > resource.of)
        report_.error(place(draft_.at(where + "failures") ? where + "failures" : where + "of"),
                      fmt::format("{} of {} checks can never have failed", resource.failures, resource.of),
                      {fmt::format("write: of = {}, or more", resource.failures)});
      if (resource.type == "ocf") ocf_agent(where + "agent", resource);
      if (resource.type == "mount") answer_in_time(where, resource);
      if (resource.type == "mariadb") row_in_time(where, resource);
      limit(where + "start_max", resource.start_max, "start_max", s_.core.start_max);
      limit(where + "stop_max", resource.stop_max, "stop_max", s_.core.stop_max);
      const auto parameter = [&](const char* name) {
        const auto found = resource.parameters.find(name);
        return found == resource.parameters.end() ? std::string{} : found->second;
      };
      const std::string address = parameter("address");
      if (const std::string alone = address.substr(0, address.find('/'));
          !alone.empty() && !addresses.insert(alone).second)
        report_.error(place(where + "address"), fmt::format("{} is in use already, on a path or by a resource", alone),
                      {"expected: an address that nothing has while the service is down"});
      unique(where + "directory", "mounts at", parameter("directory"), directories);
    }
  }

  void ocf_agent(const std::string& where, const ResourceSettings& resource) {
    if (!draft_.at(where) || ocf_path(resource)) return;
    report_.error(place(where), fmt::format("{} names no agent", resource.parameters.at("agent")),
                  {"expected: ocf:PROVIDER:NAME, as ocf:heartbeat:mysql"});
  }

  /// A check that is ended before its file system may be silent never finds that it hangs.
  void answer_in_time(const std::string& where, const ResourceSettings& mount) {
    const auto set = mount.parameters.find("answer_max");
    if (set == mount.parameters.end()) return;
    const auto answer = std::chrono::duration_cast<Duration>(std::chrono::duration<double>{std::stod(set->second)});
    if (mount.check_max > answer) return;
    report_.error(place(draft_.at(where + "check_max") ? where + "check_max" : where + "answer_max"),
                  "a check would be over before a file system that hangs is found out",
                  {fmt::format("check_max ({}) must be longer than answer_max ({})",
                               show_duration(mount.check_max.count()), show_duration(answer.count()))});
  }

  /// The row whose age is measured on the other head is written by the checks.
  void row_in_time(const std::string& where, const ResourceSettings& database) {
    const auto set = database.parameters.find("lag_max");
    if (set == database.parameters.end()) return;
    const auto lag = std::chrono::duration_cast<Duration>(std::chrono::duration<double>{std::stod(set->second)});
    if (database.check_every > Duration{0} && 2 * database.check_every <= lag) return;
    report_.error(place(draft_.at(where + "check_every") ? where + "check_every" : where + "lag_max"),
                  "a replica that follows would seem to be too far behind",
                  {fmt::format("each check writes a row: check_every ({}) must be half of lag_max ({}) at most",
                               show_duration(database.check_every.count()), show_duration(lag.count()))});
  }

  void limit(const std::string& where, Duration own, std::string_view name, Duration whole) {
    if (!draft_.at(where) || own <= whole) return;
    report_.warning(place(where), fmt::format("the whole service has {} only", show_duration(whole.count())),
                    {fmt::format("raise {} in [timing] to {} at least", name, show_duration(own.count()))});
  }

  void addresses_of(const std::string& where, const std::vector<std::string>& addresses) {
    std::set<std::string> known;
    for (const std::string& address : addresses) unique(where, "times the address", address, known);
    if (where == "voters.addresses" && addresses.size() == 2)
      report_.warning(place(where), "two voters cannot outvote anybody", {"expected: three, or another odd number"});
  }

  void watchdog() {
    if (s_.core.watchdog_after % std::chrono::seconds{1} != Duration{0})
      report_.error(place("watchdog.after"), "a watchdog counts in whole seconds");
    if (s_.core.watchdog_proves && s_.store.url.empty())
      report_.error(place("watchdog.proves"), "a fired watchdog proves nothing without a store: nobody could claim",
                    {"add [store], or write: proves = false"});
  }

  void missing() {
    if (!draft_.at("service"))
      report_.warning({}, "there is no [[service]]: the heads agree about an owner, and it does nothing");
    if (!draft_.at("fence") && !s_.core.watchdog_proves)
      report_.warning({}, "there is no [[fence]]: when a head dies, an operator must vouch for it (hactl ack-off)");
    const bool race = !draft_.at("store") && !draft_.at("voters") && !s_.fence.empty();
    if (race && s_.surroundings.off_takes == Duration{0})
      report_.warning(
          place("fence.0"), "without a store and voters both heads may fence, and off_takes is not known",
          {fmt::format(
              "measure it and write: off_takes = \"…\"; with keep_alive it must be less than 3/4 of fence_delay ({})",
              show_duration(s_.core.fence_delay.count()))});
  }

  const Draft& draft_;
  const Settings& s_;
  Report& report_;
};

}  // namespace

void check_draft(const Draft& draft, Report& report) { Check{draft, report}.all(); }

}  // namespace hacored
