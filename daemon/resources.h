// The resources of the services: started, stopped and checked by their agents (docs/agents.md), each call a program of
// its own with a deadline.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "core/event.h"
#include "daemon/agent.h"
#include "daemon/runner.h"
#include "daemon/settings.h"

namespace hacored {

/// What the newest check of a resource said that answered in time.
struct ResourceHealth {
  bool checked = false;
  bool runs = false;
  ha::Instant at = ha::kLongAgo;
  ha::Reason reason = ha::Reason::none;
  int late = 0;  ///< checks since then that did not answer in time
};

/// What the core of this head does with a resource at the moment.
enum class Stand : std::uint8_t {
  served,   ///< holds it up: its failure would be news
  at_rest,  ///< has nothing of its service here, and starts nothing of it: that it runs would be news
  between,  ///< starts it, stops it, or does not know yet
};

/// What an agent is told of a start.
struct Occasion {
  bool forced = false;                         ///< an operator wants it whatever the agent knows of its data
  bool peer_stopped = false;                   ///< the other head stopped it in order: a handover, and no failure
  ha::Reason peer_trouble = ha::Reason::none;  ///< why the other head gives it away
};

class Resources {
 public:
  using Tell = std::function<void(const ha::Input&)>;
  using Stands = std::function<Stand(std::uint8_t resource)>;
  /// Whether the other head says by its beats that it serves the service of a resource.
  using PeerServes = std::function<bool(std::uint8_t resource)>;

  /// Throws `Refused` if the agent of a type is not installed.
  Resources(
      boost::asio::io_context& io, const Settings& settings, Runner& runner, Tell tell, Stands stands,
      PeerServes peer_serves = [](std::uint8_t) { return false; });

  void start(const ha::StartResource& order, const Occasion& occasion = {});
  void stop(const ha::StopResource& order);
  /// Asks every resource whether it runs here; what does not answer may run.
  void probe(const ha::Probe& order);
  /// Asks one of them, for whoever wants to know.
  void status(std::size_t resource, Runner::Then then);
  void announce(const ha::Announce& order);
  /// Whether something is known of a resource before it starts: whether its storage can be reached. That is so of a
  /// mount before which its service starts no program: what such a one does may be what makes the storage appear.
  bool can_reach(std::size_t resource) const;
  /// Asks that of a mount that is not up here. Its answer may take very long: a device that hangs holds who reads it.
  void reach(std::size_t resource, std::function<void(const ha::Fitness&)> then);
  /// While it is at rest: whether it could be started here, as far as that is seen without starting it, and whether
  /// somebody has started it by hand. A head that is not ready still serves rather than nobody, unless a stranger has
  /// its address, or its copy of a database is not the newest. Looked at as often as the owner checks it.
  const ha::Fitness& ready(std::size_t resource) const { return watched_[resource]->ready; }
  /// Looks whether those at rest are ready, now: the other head has come or is gone.
  void look_again();
  void read_marker(const ha::ReadMarker& order);
  void write_marker(const ha::WriteMarker& order);

  const std::vector<ResourceSettings>& settings() const { return resources_; }
  const ResourceHealth& health(std::size_t resource) const { return watched_[resource]->health; }

 private:
  struct Watched {
    explicit Watched(boost::asio::io_context& io) : timer{io} {}
    boost::asio::steady_timer timer;
    std::deque<bool> newest;  ///< results of checks, at most `of`
    ResourceHealth health;
    ha::Fitness reached;  ///< as last found by `reach`
    ha::Fitness ready;    ///< while it is at rest
  };

  Program program(std::size_t resource, const std::string& action, ha::Duration limit, ha::Epoch epoch = {}) const;
  void check_later(std::size_t resource);
  void check_in(ha::Duration time, std::size_t resource);
  void check(std::size_t resource);
  void checked(std::size_t resource, const Ended& ended);
  void check_is_late(std::size_t resource);
  bool stands(std::size_t resource, Stand stand) const { return stands_(static_cast<std::uint8_t>(resource)) == stand; }
  void look_whether_it_rests(std::size_t resource);
  void look_whether_ready(std::size_t resource);
  void found_ready(std::size_t resource, const ha::Fitness& found, const std::string& why);
  const std::size_t* marker_of(ha::ServiceIndex service) const;
  void mark(const std::string& action, ha::RequestId id, ha::ServiceIndex service, ha::Epoch epoch);

  std::vector<ResourceSettings> resources_;
  std::vector<std::string> agents_;                  ///< path of each one's agent
  std::vector<Parameters> environments_;             ///< what each one's agent is told
  std::vector<std::optional<std::size_t>> markers_;  ///< by service: the mount that carries its marker
  Runner& runner_;
  Tell tell_;
  Stands stands_;
  PeerServes peer_serves_;
  std::vector<std::unique_ptr<Watched>> watched_;
};

}  // namespace hacored
