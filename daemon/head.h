// hacored on one head: everything that belongs to the core there, wired together. One thread, one io_context.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/alert_hook.h"
#include "daemon/beat_watch.h"
#include "daemon/beats.h"
#include "daemon/black_box.h"
#include "daemon/boot_file.h"
#include "daemon/disk_check.h"
#include "daemon/disk_writer.h"
#include "daemon/drills.h"
#include "daemon/dump_listener.h"
#include "daemon/fitness.h"
#include "daemon/frame_probe.h"
#include "daemon/host.h"
#include "daemon/kept_file.h"
#include "daemon/links.h"
#include "daemon/ping.h"
#include "daemon/power.h"
#include "daemon/reload.h"
#include "daemon/remembered.h"
#include "daemon/resources.h"
#include "daemon/runner.h"
#include "daemon/slots.h"
#include "daemon/steered.h"
#include "daemon/store_client.h"
#include "daemon/store_program.h"
#include "daemon/telling.h"
#include "daemon/voter_client.h"
#include "daemon/watchdog.h"

namespace hacored {

/// How a hacored ended.
enum class End : std::uint8_t {
  none,
  left,      ///< stopped and given away what it had
  detached,  ///< its services go on; the next start adopts them
  refused,   ///< something runs here that it did not start and cannot stop
  broken,    ///< its records could not be made durable, or its watchdog failed a drill: to be started again
};

class Head final : public Hands, public Steered {
 public:
  /// Reads the new configuration when an operator wants it; throws `Refused`, or returns settings that are good.
  using ReadSettings = std::function<Settings()>;

  /// Takes hold of everything that the settings name. Throws `Refused`.
  Head(boost::asio::io_context& io, Settings settings, Runner& runner, ReadSettings read_settings);

  /// The first step of the core; returns when the io_context stops.
  End run();

  void perform(const ha::Output& output) override;
  void catch_up() override { beats_.catch_up(); }

  /// Since when a record is under way to the disk; kNever: none is.
  ha::Instant writing_since() const { return disk_.writing_since(); }

  const Settings& settings() const { return settings_; }
  const Host& host() const { return host_; }
  const Beats& beats() const { return beats_; }
  const Links& links() const { return links_; }
  const Resources& resources() const { return resources_; }

  Seen see() const override;
  void command(ha::CommandKind kind, bool force, ha::ServiceIndex service, Replied then) override;
  void read_power(std::uint8_t level, PowerRead then) override;
  void drill_watchdog(Replied then) override;
  History& history() override { return history_; }

  /// Stops everything and gives it away, then ends.
  void leave();
  /// Ends and lets the services go on, for an upgrade: once no start, stop or power-off is under way, or at once when
  /// it is asked again.
  void detach();

 private:
  struct Performing;
  static constexpr std::chrono::milliseconds kPingMax{1000};

  void end(End how);
  const ha::Service* service_of(std::uint8_t resource) const;
  Stand stand_of(std::uint8_t resource) const;
  bool peer_serves(std::uint8_t resource) const;
  bool owns_something() const;
  std::vector<FitnessCheck> fitness_checks();
  ha::Fitness look_at_networks() const;
  void look_for_gateway(FitnessCheck::Then then);
  void tell_link(std::size_t path);
  void meet_arbiters();
  void wait_for_signal();
  bool agents_at_work() const;
  void detach_when_done();
  void stage(ha::RequestId id);
  void staged(ha::RequestId id, const std::optional<StagedSettings>& staged, const std::string& why);
  void use_staged(std::uint32_t digest);
  void reset(ha::Cause cause);
  void note_start();
  void force(ha::ServiceIndex service, bool forced);
  Occasion occasion_of_start(std::uint8_t resource) const;
  void checked(const ha::Input& input);
  ha::Reason watchdog_drill_refused() const;
  void keep_drills(KeptFile::Then then);
  void remember(const Ownership& began);
  void await_own_reset();

  boost::asio::io_context& io_;
  Settings settings_;
  ReadSettings read_settings_;
  ha::Names names_;
  Runner& runner_;
  Seal seal_;
  Slots slots_;
  BootFile boot_;
  BlackBox black_box_;
  DiskWriter disk_;
  Beats beats_;
  BeatWatch beat_watch_;
  Links links_;
  Resources resources_;
  Power power_;
  Power checks_;  ///< readings for an operator: their answers are not the core's
  Ping ping_;
  Ping ping_peer_;
  FrameProbe frames_;
  DumpListener dumps_;
  DiskCheck disk_check_;
  Links service_links_;  ///< of the addresses that move with the services
  FitnessRounds fitness_;
  Watchdog watchdog_;
  KeptFile drills_file_;
  Drills drills_;
  bool detaches_ = false;  ///< as soon as what is under way is over
  bool started_ = false;   ///< a resource was started in this boot, by this hacored or one before it
  /// By service: an operator forced it to come here, and it has not come yet. What its agents know of their data is
  /// overruled then.
  std::array<bool, ha::kServicesMax> forced_{};
  bool drills_itself_ = false;  ///< a drill of the own watchdog is under way
  boost::asio::steady_timer reset_due_;
  boost::asio::steady_timer detach_soon_;
  StoreProgram store_program_;
  std::optional<StoreClient> store_;
  std::optional<VoterClient> voters_;
  Host host_;
  boost::asio::signal_set signals_;
  std::optional<StagedSettings> staged_;
  Reload reload_;
  std::map<std::uint64_t, Replied> asked_;       ///< orders by the id of their command
  std::map<std::uint64_t, PowerRead> readings_;  ///< by the id of their question
  std::uint64_t next_command_ = 1;
  History history_;
  KeptFile remembered_file_;
  Remembered remembered_;
  AlertHook alert_hook_;
  End end_ = End::none;
  std::map<std::uint64_t, std::jthread>
      stagings_;  ///< each reads the files of a new configuration, by the id of its order
};

/// The number of this machine, from its DMI data, else from /etc/machine-id.
std::uint64_t hardware_number();

}  // namespace hacored
