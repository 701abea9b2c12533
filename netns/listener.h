// What the core of a head decided, read from its black box while it runs: a core of our own steps through the same
// inputs. hacored is not asked.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/journal.h"
#include "lang/core_report.h"
#include "netns/stream.h"

namespace hasim::netns {

/// What the newest step of a core left it as.
struct CoreSeen {
  bool runs = false;
  ha::Status status;
  bool armed = false, leaving = false, maintenance = false, standby = false;
  bool under_way = false;  ///< an operation, of any service
};

class Listener {
 public:
  Listener(const WorldSpec& spec, ThingId head, std::string path, Stream& stream);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Tells the stream what the core did since the last look. Throws `Failure` if our core came to other decisions.
  void look();
  /// The core is gone: reads what it left, and forgets it.
  void end(Time at);
  const CoreSeen& seen() const { return seen_; }
  /// An order of that kind is on its way to the core: what it replies is about that one.
  void expect(ha::CommandKind kind, std::uint64_t order) { expected_.push_back({kind, order}); }
  /// It is no more: whoever brought it is back.
  void forget(std::uint64_t order);
  std::uint64_t steps() const { return steps_; }

 private:
  void open();
  void close();
  void step(ha::Instant at, const ha::Input&, const ha::Outputs&, const ha::Node&, bool same);
  void take(const ha::Command&);
  void say_modes(Time at, const ha::Status& now);
  void say(Time at, EventKind kind, int x, int y = 0);

  CoreNames names_;
  std::string name_, path_;
  Stream& stream_;
  std::span<const std::byte> memory_;
  ino_t file_ = 0;
  std::unique_ptr<ha::Follower> follower_;
  ha::PerService<ha::Role> role_{};
  struct Expected {
    ha::CommandKind kind;
    std::uint64_t order;
  };
  std::vector<Expected> expected_;
  std::map<ha::RequestId, std::uint64_t> orders_;  ///< that the core was given
  CoreSeen seen_;
  std::uint64_t steps_ = 0;
  std::uint64_t starts_ = 0;
};

}  // namespace hasim::netns
