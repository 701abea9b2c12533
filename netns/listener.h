// What is known of the system that decides on a head. Of hacored: what its core decided, read from its black box while
// it runs; a core of our own steps through the same inputs, and hacored is not asked.
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

class HeadTruth;

class Listener {
 public:
  Listener() = default;
  virtual ~Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Tells the stream what it did since the last look.
  virtual void look() = 0;
  /// What the head holds was looked at at that instant.
  virtual void holds(const HeadTruth&, Time) {}
  /// It is gone, and forgotten.
  virtual void end(Time at) = 0;
  /// An order of that kind is on its way to it: what it replies is about that one.
  virtual void expect(ha::CommandKind, std::uint64_t) {}
  /// It is no more: whoever brought it is back.
  virtual void forget(std::uint64_t) {}
  const CoreSeen& seen() const { return seen_; }

 protected:
  CoreSeen seen_;
};

/// Of hacored.
class BlackBox final : public Listener {
 public:
  BlackBox(const WorldSpec& spec, ThingId head, std::string path, Stream& stream);
  ~BlackBox() override;

  /// Throws `Failure` if our core came to other decisions.
  void look() override;
  /// Reads what it left.
  void end(Time at) override;
  void expect(ha::CommandKind kind, std::uint64_t order) override { expected_.push_back({kind, order}); }
  void forget(std::uint64_t order) override;

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
  std::uint64_t starts_ = 0;
};

}  // namespace hasim::netns
