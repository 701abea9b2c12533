// The wiring of a head: each output of the core in a line or two.
#include "daemon/head.h"

#include <fcntl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include "daemon/answers.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/refused.h"
#include "daemon/telling.h"

namespace hacored {

namespace asio = boost::asio;

namespace {

void make_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    throw Refused(fmt::format("folder {}: {}", path, std::strerror(errno)));
  struct stat about {};
  if (stat(path.c_str(), &about) != 0 || !S_ISDIR(about.st_mode) || (about.st_mode & 0022) != 0)
    throw NeedsPerson(fmt::format("folder {}: others may write there; chmod 700 {}", path, path));
}

Settings with_folders(Settings settings) {
  make_folder(settings.state_dir);
  make_folder(settings.run_dir);
  if (settings.core.hardware_id == 0) settings.core.hardware_id = hardware_number();
  return settings;
}

std::vector<std::string> interfaces_of(const Settings& settings) {
  std::vector<std::string> names;
  for (const PathSettings& path : settings.paths) names.push_back(path.interface[settings.self]);
  return names;
}

std::vector<std::string> interfaces_of_services(const Settings& settings) {
  std::vector<std::string> names;
  for (const ResourceSettings& resource : settings.resources()) {
    const auto interface = resource.parameters.find("interface");
    if (resource.type == "address" && interface != resource.parameters.end()) names.push_back(interface->second);
  }
  return names;
}

std::vector<std::string> path_names(const Settings& settings) {
  std::vector<std::string> names;
  for (const PathSettings& path : settings.paths) names.push_back(path.name);
  return names;
}

std::vector<std::string> peer_addresses(const Settings& settings) {
  std::vector<std::string> addresses;
  for (const PathSettings& path : settings.paths) addresses.push_back(path.address[1 - settings.self]);
  return addresses;
}

std::string first_line(const char* path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

std::string started_file(const Settings& settings) { return settings.run_dir + "/started"; }

/// The emergency restart of the kernel: no notifiers, which may stop the watchdog, and no flushing of disks, which may
/// hang. It is not of this PID namespace but of the machine, so only the first one may ask for it.
bool restart_machine() {
  struct stat about {};
  constexpr ino_t kFirstPidNamespace = 0xeffffffc;
  if (stat("/proc/self/ns/pid", &about) != 0 || about.st_ino != kFirstPidNamespace) return false;
  const int fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool asked = write(fd, "b", 1) == 1;
  close(fd);
  return asked;
}

void reset_machine() {
  if (!restart_machine() && ::reboot(RB_AUTOBOOT) != 0)
    log(Level::critical, fmt::format("this machine cannot be reset: {}", std::strerror(errno)));
}

}  // namespace

std::uint64_t hardware_number() {
  for (const char* path : {"/sys/class/dmi/id/product_uuid", "/etc/machine-id"}) {
    if (const std::uint64_t number = machine_number(first_line(path))) return number;
  }
  throw Refused("neither /sys/class/dmi/id/product_uuid nor /etc/machine-id says which machine this is");
}

Head::Head(asio::io_context& io, Settings settings, Runner& runner, ReadSettings read_settings)
    : io_{io},
      settings_{with_folders(std::move(settings))},
      read_settings_{std::move(read_settings)},
      names_{names_of(settings_)},
      runner_{runner},
      seal_{Seal::load(settings_.key_file, settings_.next_key_file)},
      slots_{settings_.state_dir + "/state", {settings_.core.cell, settings_.self}},
      boot_{settings_.run_dir + "/boot"},
      black_box_{settings_.run_dir + "/blackbox", settings_.black_box_bytes},
      disk_{io, slots_},
      beats_{io, settings_, seal_,
             [this](std::uint8_t path, const ha::Beat& beat) {
               host_.tell(ha::BeatReceived{path, beat});
             }},
      beat_watch_{io, path_names(settings_), [this](std::size_t path) { return beats_.counters(path); }},
      links_{io, interfaces_of(settings_), [this](std::size_t path, bool) { tell_link(path); }},
      resources_{io,
                 settings_,
                 runner_,
                 [this](const ha::Input& input) { host_.tell(input); },
                 [this](std::uint8_t resource) { return stand_of(resource); },
                 [this](std::uint8_t resource) { return peer_serves(resource); }},
      power_{settings_, runner_, [this](const ha::Input& input) { host_.tell(input); }},
      checks_{settings_, runner_, [this](const ha::Input& input) { checked(input); }},
      ping_{io, settings_.ping},
      ping_peer_{io, peer_addresses(settings_)},
      frames_{io, settings_, [this](std::size_t path) { return links_.mtu(path); },
              [this](std::size_t path) { tell_link(path); }},
      dumps_{io, settings_, [this] { host_.tell(ha::PeerDumps{}); }},
      disk_check_{io, settings_.state_dir},
      service_links_{io, interfaces_of_services(settings_), [](std::size_t, bool) {}},
      fitness_{io, fitness_checks(), [this] { return owns_something(); },
               [this](const ha::Fitness& found) { host_.tell(found); }},
      watchdog_{settings_.watchdog, settings_.core.watchdog_after},
      drills_file_{io, settings_.state_dir + "/drills"},
      drills_{drills_file_.path(),
              {settings_.watchdog, settings_.core.watchdog_after, settings_.core.hardware_id},
              this_boot(boot_.incarnation().boot)},
      reset_due_{io},
      detach_soon_{io},
      store_program_{settings_, runner_},
      host_{io, ha::Node{settings_.core, {slots_.record(), boot_.record()}, boot_.incarnation()}, black_box_.memory(),
            [this](const ha::DiskRecord& record, std::function<void(bool)> then) {
              disk_.write(record, std::move(then));
            },
            *this},
      signals_{io, SIGTERM, SIGINT, SIGHUP},
      remembered_file_{io, settings_.state_dir + "/ownerships"},
      remembered_{Remembered::of_file(remembered_file_.path())},
      alert_hook_{settings_, runner_} {
  signals_.add(SIGUSR1);
  const auto& ran = boot_.record().running;
  started_ = access(started_file(settings_).c_str(), F_OK) == 0 ||
             std::any_of(ran.begin(), ran.end(), [](ha::Epoch epoch) { return epoch != ha::Epoch{}; });
  host_.on_disk_failure([this] {
    log(Level::critical, "the state of this head cannot be made durable; hacored stops deciding");
    end(End::broken);
  });
  runner_.on_lost([this] {
    log(Level::critical, "the process that runs agents is gone; hacored starts again");
    end(End::broken);
  });
  meet_arbiters();
  wait_for_signal();
}

/// The core asks a store or voters only where the configuration has them.
void Head::meet_arbiters() {
  if (settings_.core.store)
    store_.emplace(
        io_, [this] { return store_program_.start(); }, settings_.store.timeout,
        [this](const ha::StoreAnswer& answer) { host_.tell(answer); });
  if (settings_.core.voters > 0) {
    const VoterClient::Head me{.cell = voter_cell(settings_.cell),
                               .self = settings_.self,
                               .incarnation = boot_.incarnation(),
                               .hello_every = settings_.core.keep_alive,
                               .hears_within = settings_.core.warn_after};
    voters_.emplace(io_, settings_.voters.addresses, settings_.voters.port, Seal::load(settings_.voters.key_file), me,
                    [this](const ha::VoterTally& tally) { host_.tell(tally); });
  }
}

End Head::run() {
  const ha::Incarnation me = boot_.incarnation();
  log(Level::notice, fmt::format("hacored {} on {}, cell {}, start {} in this boot, core {}", HACORE_VERSION,
                                 settings_.heads[settings_.self], settings_.cell, me.start, ha::digest()));
  if (settings_.state_in_memory)
    log(Level::critical,
        "state_in_memory is set: after a power loss this head forgets what it promised; for tests only");
  if (!replace_file(drills_file_.path(), drills_.text()))
    throw Refused(fmt::format("{} cannot be written", drills_file_.path()));
  host_.tell(ha::WatchdogState{watchdog_.usable(), drills_.drilled().watchdog.has_value()});
  for (std::size_t i = 0; i < settings_.paths.size(); ++i) tell_link(i);
  host_.start();
  frames_.start();
  fitness_.start();
  io_.run();
  return end_;
}

void Head::end(End how) {
  end_ = how;
  io_.stop();
}

void Head::leave() {
  log(Level::notice, "asked to leave");
  command(ha::CommandKind::leave, false, ha::kEveryService, [](const ha::Reply&) {});
}

void Head::command(ha::CommandKind kind, bool force, ha::ServiceIndex service, Replied then) {
  const std::uint64_t id = next_command_++;
  asked_[id] = std::move(then);
  if (kind == ha::CommandKind::makeactive) this->force(service, force);
  host_.tell(ha::Command{ha::RequestId{id}, kind, force, service});
}

Seen Head::see() const {
  Seen seen{settings_, host_.node(), history_, remembered_, now(), std::chrono::system_clock::now(), {}, {}, {}};
  for (std::size_t i = 0; i < settings_.paths.size(); ++i) seen.beats.push_back(beats_.counters(i));
  for (std::size_t i = 0; i < resources_.settings().size(); ++i) seen.resources.push_back(resources_.health(i));
  seen.drilled = drills_.drilled();
  seen.dumps = dumps_.counters();
  seen.stores_hung = store_program_.hung();
  seen.reload = reload_;
  seen.workings = {host_.lateness(), alert_hook_.called(), alert_hook_.failed(), alert_hook_.dropped()};
  return seen;
}

void Head::read_power(std::uint8_t level, PowerRead then) {
  const std::uint64_t id = next_command_++;
  readings_[id] = std::move(then);
  checks_.read({ha::RequestId{id}, level});
}

void Head::checked(const ha::Input& input) {
  const auto* reading = std::get_if<ha::PowerReading>(&input);
  if (!reading) return;
  auto asked = readings_.extract(ha::value(reading->id));
  if (asked) asked.mapped()(*reading);
}

/// A start that is left in its middle is undone by the next hacored: a service that was to stay would stop.
bool Head::agents_at_work() const {
  const ha::State& state = host_.node().state();
  if (state.fencing.phase != ha::FencePhase::idle) return true;
  return std::any_of(state.services.begin(), state.services.begin() + host_.node().config().services,
                     [](const ha::Service& service) { return service.run.phase != ha::ServicePhase::idle; });
}

void Head::detach() {
  if (std::exchange(detaches_, true) || !agents_at_work()) return end(End::detached);
  log(Level::notice, "asked to detach: does so when what is under way is over");
  detach_when_done();
}

void Head::detach_when_done() {
  constexpr std::chrono::milliseconds kLookEvery{20};
  detach_soon_.expires_after(kLookEvery);
  detach_soon_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    agents_at_work() ? detach_when_done() : end(End::detached);
  });
}

void Head::wait_for_signal() {
  signals_.async_wait([this](boost::system::error_code error, int signal) {
    if (error) return;
    if (signal == SIGHUP) {
      command(ha::CommandKind::reload, false, ha::kEveryService, [](const ha::Reply&) {});
    } else if (signal == SIGUSR1) {
      detach();
    } else {
      leave();
    }
    wait_for_signal();
  });
}

/// Files are read beside the core's thread: a disk that hangs must not stop it.
void Head::stage(ha::RequestId id) {
  stagings_.emplace(ha::value(id), [this, id, now = settings_] {
    std::optional<StagedSettings> staged;
    std::string why;
    try {
      staged.emplace(now, read_settings_());
    } catch (const std::exception& refused) { why = refused.what(); }
    asio::post(io_, [this, id, staged = std::move(staged), why = std::move(why)] { this->staged(id, staged, why); });
  });
}

void Head::staged(ha::RequestId id, const std::optional<StagedSettings>& staged, const std::string& why) {
  stagings_.erase(ha::value(id));  // its thread has nothing to do any more
  staged_ = staged;
  if (staged) {
    const std::uint32_t digest = staged->settings.core.digest;
    reload_ = {.refused = {}, .here_only = digest == settings_.core.digest};
    return host_.tell(ha::Staged{id, digest, ha::Reason::none});
  }
  reload_ = {.refused = fmt::format("{} refuses the new configuration: {}", settings_.heads[settings_.self], why)};
  log(Level::error, reload_.refused);
  host_.tell(ha::Staged{id, 0, ha::Reason::config_unsafe});
}

void Head::use_staged(std::uint32_t digest) {
  if (!staged_ || staged_->settings.core.digest != digest) return;
  take_changes(settings_, staged_->settings);
  seal_ = staged_->beats;
  if (voters_ && staged_->voters) voters_->use(*staged_->voters);
  alert_hook_.use(settings_.alert_hook);
  host_.reconfigure(settings_.core);
  staged_.reset();
  log(Level::notice, fmt::format("the new configuration is in force, digest {:08x}", digest));
}

/// Something that must stop does not, so this machine must.
void Head::reset(ha::Cause cause) {
  if (cause == ha::Cause::stop_hung && !started_) {
    // A reset would not help: it comes back with the boot, or its status says what is not so.
    log(Level::critical,
        "something runs here that hacored did not start and cannot stop, or its status is wrong: hacored --check "
        "--probe says which. hacored takes no service on this head, and the owner fences a head that falls silent: "
        "hactl "
        "maintenance on prevents that until it is mended");
    watchdog_.disarm();
    return end(End::refused);
  }
  log(Level::critical, fmt::format("resets this machine: {}", ha::explain(cause)));
  if (settings_.reset_program.empty()) return reset_machine();
  constexpr std::chrono::seconds kResetMax{2};
  runner_.run({.arguments = {settings_.reset_program}, .environment = {}, .input = {}, .deadline = now() + kResetMax},
              [](const Ended& ended) {
                if (!ended.exited(0)) reset_machine();
              });
}

/// In memory that goes with the boot, as what was started does.
void Head::note_start() {
  if (std::exchange(started_, true)) return;
  const int fd = open(started_file(settings_).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return log(Level::error, fmt::format("{}: {}", started_file(settings_), std::strerror(errno)));
  close(fd);
}

void Head::remember(const Ownership& began) {
  remembered_.add(ownership_document(settings_, began));
  remembered_file_.write(remembered_.text(), [this](bool durable) {
    if (!durable)
      log(Level::warning,
          fmt::format("{} cannot be written: hactl why will forget it with a restart", remembered_file_.path()));
  });
}

void Head::force(ha::ServiceIndex service, bool forced) {
  for (std::size_t i = 0; i < forced_.size(); ++i)
    if (service == i || service == ha::kEveryService) forced_[i] = forced;
}

Occasion Head::occasion_of_start(std::uint8_t resource) const {
  const std::size_t index = resources_.settings().at(resource).service;
  if (forced_.at(index)) return {.forced = true};
  const ha::State& state = host_.node().state();
  const ha::Service& service = state.services.at(index);
  if (service.operation != ha::Operation::handover) return {};
  const ha::Reason first = service.move.came_because;
  const ha::Reason trouble = first != ha::Reason::none ? first : state.peer.beat.service.at(index).trouble;
  return {.peer_stopped = trouble == ha::Reason::none, .peer_trouble = trouble};
}

/// Each output of the core, in one line or two.
struct Head::Performing {
  Head& head;

  void operator()(const ha::Persist&) const {}  // the host's own
  void operator()(const ha::PersistBoot& out) const { head.boot_.write(out.record); }
  void operator()(const ha::SendBeat& out) const { head.beats_.send(out.paths, out.beat); }
  void operator()(const ha::ArmWatchdog&) const {
    const std::string why = head.watchdog_.arm();
    if (why.empty()) return;
    log(Level::error, fmt::format("the watchdog cannot be armed: {}; mend it, then restart hacored", why));
    head.host_.tell(ha::WatchdogState{false, false});
  }
  void operator()(const ha::KickWatchdog&) const { head.watchdog_.kick(); }
  void operator()(const ha::DisarmWatchdog&) const {
    if (!head.drills_itself_) head.watchdog_.disarm();
  }
  void operator()(const ha::Probe& out) const { head.resources_.probe(out); }
  void operator()(const ha::StartResource& out) const {
    head.note_start();
    head.resources_.start(out, head.occasion_of_start(out.resource));
  }
  void operator()(const ha::StopResource& out) const { head.resources_.stop(out); }
  void operator()(const ha::ReadMarker& out) const { head.resources_.read_marker(out); }
  void operator()(const ha::WriteMarker& out) const { head.resources_.write_marker(out); }
  void operator()(const ha::PowerOff& out) const { head.power_.off(out); }
  void operator()(const ha::ReadPower& out) const { head.power_.read(out); }
  void operator()(const ha::PowerOn& out) const { head.power_.on(out); }
  void operator()(const ha::StoreRead& out) const { head.store_->read(out.id); }
  void operator()(const ha::StoreRenew& out) const { head.store_->renew(out); }
  void operator()(const ha::StoreClaim& out) const { head.store_->claim(out); }
  void operator()(const ha::AskVoters& out) const { head.voters_->ask(out.id); }
  void operator()(const ha::Ping& out) const { ping(head.ping_, out.id); }
  void operator()(const ha::PingPeer& out) const { ping(head.ping_peer_, out.id); }
  void operator()(const ha::Announce& out) const { head.resources_.announce(out); }
  void operator()(const ha::Stage& out) const { head.stage(out.id); }
  void operator()(const ha::UseConfig& out) const { head.use_staged(out.digest); }
  void operator()(const ha::Reply& out) const {
    const auto asked = head.asked_.find(ha::value(out.id));
    if (asked == head.asked_.end()) return;
    const Replied then = asked->second;
    const bool last = out.outcome != ha::Outcome::unknown || out.kind == ha::CommandKind::acknowledge;
    if (last && out.kind == ha::CommandKind::makeactive) head.force(ha::kEveryService, false);
    if (last) head.asked_.erase(asked);
    if (out.kind == ha::CommandKind::drill && out.outcome == ha::Outcome::done) {
      head.drills_.fence_done(std::chrono::system_clock::now());
      head.keep_drills([](bool) {});
    }
    then(out);
  }
  void operator()(const ha::Reboot& out) const { head.reset(out.cause); }
  void operator()(const ha::Left&) const {
    log(Level::notice, "has left");
    if (head.drills_itself_) return head.await_own_reset();
    head.end(End::left);
  }
  void operator()(const ha::Report& out) const {
    // One order, one start: nothing that happens to the service later is by force.
    if (out.kind == ha::ReportKind::role && ha::Role{out.b} != ha::Role::starting) head.force(out.service, false);
    if (const auto began = head.history_.add({now(), std::chrono::system_clock::now(), out})) head.remember(*began);
    if (out.kind == ha::ReportKind::peer) head.resources_.look_again();  // what they need depends on who serves
    tell(head.names_, out);
    head.alert_hook_.tell(out);
  }

  void ping(Ping& targets, ha::RequestId id) const {
    targets.ask(kPingMax, Ping::kUsual, [this_head = &head, id](bool reached) {
      this_head->host_.tell(ha::PingAnswer{id, reached});
    });
  }
};

/// What an ending hacored would still do must not be done: a beat might ask for its own fencing.
void Head::perform(const ha::Output& output) {
  if (end_ == End::none) std::visit(Performing{*this}, output);
}

}  // namespace hacored
