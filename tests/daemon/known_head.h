// A head for tests of status and control: one of the two nodes of a cell of the core's own tests, with names for its
// things. Orders go to that node, and its answers come back.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "daemon/answers.h"
#include "daemon/clock.h"
#include "daemon/steered.h"
#include "tests/core/cell.h"

namespace hacored {

inline Settings known_settings(std::uint8_t self, const std::string& run_dir) {
  Settings settings;
  settings.cell = "bcm-t06";
  settings.heads = {"T06-HEAD-01", "T06-HEAD-02"};
  settings.self = self;
  settings.run_dir = run_dir;
  PathSettings failover, internal;
  failover.name = "failover";
  internal.name = "internal";
  settings.paths = {failover, internal};
  ServiceSettings main;
  main.name = "main";
  for (const char* name : {"/cm/shared", "address", "slurmctld"}) {
    ResourceSettings resource;
    resource.name = name;
    main.resources.push_back(resource);
  }
  settings.services = {main};
  FenceLevel ipmi;
  ipmi.name = "ipmi";
  ipmi.agent = "fence_hacore_ipmi";
  settings.fence = {ipmi};
  settings.core = ha::test::Cell::default_config();
  settings.core.self = self;
  return settings;
}

/// `cell.now` stands for the clock of the core; the wall says 2026-11-09 03:12:51 UTC at its 0.
class KnownHead final : public Steered {
 public:
  explicit KnownHead(std::size_t self, const std::string& run_dir = "/nowhere",
                     const ha::Config& config = ha::test::Cell::default_config())
      : cell{config}, settings{known_settings(static_cast<std::uint8_t>(self), run_dir)}, self_{self} {
    settings.core = cell.config[self];
    cell.start();
    tell_history();
  }

  const ha::Node& node() const { return *cell.heads[self_].node; }

  Seen see() const override { return {settings, node(), history_, remembered_, cell.now, wall(cell.now), {}, {}, {}}; }
  void command(ha::CommandKind kind, bool force, ha::ServiceIndex service, Replied then) override {
    const std::uint64_t id = next_id_++;
    asked_[id] = std::move(then);
    cell.feed(self_, ha::Command{ha::RequestId{id}, kind, force, service});
    settle();
  }
  void read_power(std::uint8_t level, PowerRead then) override {
    then({ha::RequestId{1}, level, ha::Reading::on, 1, 0, ha::Reason::none});
  }
  void drill_watchdog(Replied then) override {
    then({{}, ha::CommandKind::drill, ha::Outcome::refused, ha::Reason::watchdog_unusable});
  }
  History& history() override { return history_; }

  /// Lets `d` go by in the cell.
  void go_on(ha::Duration d) {
    cell.run_until(cell.now.time_since_epoch() + d);
    settle();
  }

  ha::test::Cell cell;
  Settings settings;

 private:
  static WallTime wall(ha::Instant at) {
    constexpr std::int64_t kBeginning = 1794193971;  // 2026-11-09 03:12:51 UTC
    return WallTime{std::chrono::seconds{kBeginning} +
                    std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch())};
  }
  void tell_history() {
    for (; told_ < cell.seen.size(); ++told_) {
      const ha::test::Seen& seen = cell.seen[told_];
      if (seen.head != self_) continue;
      if (const auto began = history_.add({seen.at, wall(seen.at), seen.report}))
        remembered_.add(ownership_document(settings, *began));
    }
  }
  /// Passes on what the node said.
  void settle() {
    tell_history();
    auto& replies = cell.heads[self_].replies;
    const auto said = std::move(replies);
    replies.clear();
    for (const ha::Reply& reply : said) {
      const auto asked = asked_.find(ha::value(reply.id));
      if (asked != asked_.end()) asked->second(reply);
    }
  }

  std::size_t self_;
  History history_;
  Remembered remembered_;
  std::size_t told_ = 0;
  std::uint64_t next_id_ = 5000;
  std::map<std::uint64_t, Replied> asked_;
};

}  // namespace hacored
