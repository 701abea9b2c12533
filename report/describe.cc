// The sentences of all events; what the world did first, what the cores said second.
#include "report/describe.h"

#include <fmt/format.h>

#include "core/event.h"
#include "lang/steps.h"
#include "report/numbers.h"

namespace hasim {
namespace {

/// An event with the names of its things at hand.
struct Named {
  const Event& event;
  std::string who, with;
  std::string service;  ///< `with`, where that is a service
  bool begins;          ///< x is 1 (or more)

  Named(const Event& e, const WorldSpec& spec)
      : event(e), who(name(spec, e.who)), with(name(spec, e.with)), begins(e.x != 0) {
    if (e.with < spec.things.size() && spec.kind_of(e.with) == ThingKind::service) service = with;
  }

  static std::string name(const WorldSpec& spec, ThingId id) {
    return id == kNoThing || id >= spec.things.size() ? "" : spec.name_of(id);
  }
};

std::string plain(std::string_view word) {
  std::string text(word);
  for (char& c : text) c = c == '_' ? ' ' : c;
  return text;
}

std::string because(ha::Cause cause) {
  return cause == ha::Cause::none ? "" : fmt::format(" because {}", ha::to_string(cause));
}

std::string reason_sentence(ha::Reason reason) {
  return fmt::format("{}: {}", ha::to_string(reason), ha::explain(reason));
}

std::string_view reading_word(std::uint64_t x) { return x == 0 ? "off" : x == 1 ? "on" : "nothing"; }

std::string heads_in(std::uint64_t mask, const WorldSpec& spec) {
  std::string list;
  for (std::size_t i = 0; i < spec.heads.size(); ++i) {
    if ((mask >> i & 1) != 0) list += (list.empty() ? "" : " and ") + spec.name_of(spec.heads[i].id);
  }
  if ((mask & kForeignMac) != 0) list += list.empty() ? "a stranger" : " and a stranger";
  return list.empty() ? "nobody" : list;
}

std::string replication_sentence(const Event& e, const std::string& database) {
  if (e.x == 0) return fmt::format("replication of {} stands still, {} s behind", database, seconds(Time{e.since}));
  if (e.since == 0) return fmt::format("replication of {} runs", database);
  return fmt::format("replication of {} is {} s behind", database, seconds(Time{e.since}));
}

/// Power, kernel and processes of machines.
Told tell_machine(const Named& n) {
  const bool on = n.begins;
  switch (n.event.kind) {
    case EventKind::power: return {n.who, on ? "gets power" : "loses power"};
    case EventKind::boots: return {n.who, "boots"};
    case EventKind::up: return {n.who, on ? "up: the kernel runs" : "down: nothing runs there any more"};
    case EventKind::hung:
      return {n.who, on               ? "hangs: nothing runs, no ping"
                     : n.event.y != 0 ? "hangs no more: it was reset"
                                      : "goes on where it stood"};
    case EventKind::frozen:
      return {n.who, on               ? "frozen: answers ping, runs nothing"
                     : n.event.y != 0 ? "frozen no more: it was reset"
                                      : "runs again"};
    case EventKind::panics: return {n.who, "panics"};
    case EventKind::dumping:
      return {n.who, on ? "writes a crash dump" : n.event.y != 0 ? "crash dump is complete" : "crash dump is lost"};
    case EventKind::resets: return {n.who, n.event.x == 1 ? "reset by its watchdog" : "reboots itself"};
    case EventKind::core_runs: return {n.who, on ? "its core runs" : "its core runs no more"};
    case EventKind::part_runs: {
      const std::string_view how = n.event.y == 1 ? ": failed" : n.event.y == 2 ? ": restarted" : "";
      return {n.with, fmt::format("{} {}{}", n.who, on ? "runs" : "stopped", how)};
    }
    default: return {n.who, std::string(to_string(n.event.kind))};
  }
}

/// Storage, addresses, services and clients.
Told tell_service(const Named& n, const WorldSpec& spec) {
  const Event& e = n.event;
  const bool on = n.begins;
  switch (e.kind) {
    case EventKind::mounted: {
      if (!on) return {n.with, fmt::format("unmounted {}", n.who)};
      return {n.with, fmt::format("mounted {}{}", n.who, e.y != 0 ? " on a wrong directory" : "")};
    }
    case EventKind::may_write:
      if (!on) return {n.with, fmt::format("can write {} no more", n.who)};
      return {n.with, fmt::format("can write {} from now on, epoch {}", n.who, epoch_number(e.value))};
    case EventKind::about_to_write: return {n.with, fmt::format("is about to write {}", n.who)};
    case EventKind::wrote: return {n.with, fmt::format("wrote {} with epoch {}", n.who, epoch_number(e.value))};
    case EventKind::rejected:
      return {n.with, fmt::format("its write to {} with epoch {} was refused", n.who, epoch_number(e.value))};
    case EventKind::address_up: return {n.with, fmt::format("address {} {}", n.who, on ? "up" : "down")};
    case EventKind::answered: return {"clients", fmt::format("reach {} at {}", n.who, heads_in(e.value, spec))};
    case EventKind::announced:
      return {n.with, fmt::format("announced {}{}", n.who, on ? "" : ", and no client heard it")};
    case EventKind::served: {
      const std::string whom = n.with.empty() ? "" : " " + n.with;
      return {"clients", fmt::format("{} {}{}", n.who, on ? "answers" : "does not answer", whom)};
    }
    case EventKind::client_error: return {"clients", fmt::format("{} of {}", plural(e.value, "error"), n.who)};
    case EventKind::client_waits: return {"clients", on ? "hard mount blocks" : "hard mount goes on"};
    case EventKind::clients_reach:
      return {"clients", fmt::format("{} {} {}", n.who, on ? "reach" : "do not reach", n.with)};
    case EventKind::replication: return {n.with, replication_sentence(e, n.who)};
    case EventKind::needs_recovery:
      return {n.with, fmt::format("{} {}", n.who, on ? "needs recovery" : "has the data of its peer again")};
    case EventKind::job: {
      static constexpr std::string_view kHow[] = {"lost", "completed", "accepted"};
      return {"jobs", fmt::format("{} {}", plural(e.value, "job"), kHow[e.x % 3])};
    }
    case EventKind::records_lost: return {"jobs", fmt::format("{} lost", plural(e.value, "accounting record"))};
    case EventKind::writes_lost:
      return {"clients", fmt::format("{} lost on {} after they were acknowledged", plural(e.value, "write"), n.who)};
    case EventKind::db_writable: return {n.with, fmt::format("{} {}", n.who, on ? "accepts writes" : "is read-only")};
    default: return {n.who, std::string(to_string(e.kind))};
  }
}

/// Fence devices, the store, networks.
Told tell_device(const Named& n, const WorldSpec& spec) {
  const Event& e = n.event;
  const bool on = n.begins;
  switch (e.kind) {
    case EventKind::fence_sent: return {n.with, fmt::format("sends power-off of {}, level {}", n.who, e.y + 1)};
    case EventKind::fence_executed: return {"bmc", fmt::format("{} goes off by order of {}", n.who, n.with)};
    case EventKind::power_command:
      return {"bmc", fmt::format("power command for {} by {} arrived, level {}", n.who, n.with, e.y + 1)};
    case EventKind::bmc_reading: {
      const bool lie = e.x != 2 && e.x != e.value;
      const std::string truth = lie ? fmt::format("; FALSE, it is {}", reading_word(e.value)) : "";
      return {"bmc", fmt::format("of {} reads {} to {}{}", n.who, reading_word(e.x), n.with, truth)};
    }
    case EventKind::bmc_reachable: return {"bmc", fmt::format("of {} {}", n.who, on ? "answers" : "does not answer")};
    case EventKind::bmc_login: return {"bmc", fmt::format("of {} {} {}", n.who, on ? "admits" : "refuses", n.with)};
    case EventKind::bmc_restarts: return {"bmc", fmt::format("of {} {}", n.who, on ? "restarts" : "is back")};
    case EventKind::server: return {n.who, on ? "serves again" : "does not serve"};
    case EventKind::lease_held: {
      const bool one = e.who < spec.things.size() && spec.kind_of(e.who) == ThingKind::service;
      const std::string whom = one ? " for " + n.who : "";
      return {"store", n.with.empty() ? fmt::format("no lease is valid{}", whom)
                                      : fmt::format("the lease of {} is valid{}", n.with, whom)};
    }
    case EventKind::store_wrote:
      return {"store",
              on ? fmt::format("claim of term {} by {}", e.value, n.with) : fmt::format("{} renews its lease", n.with)};
    case EventKind::link:
      return {n.with.empty() ? n.who : n.with, fmt::format("{} on {}", on ? "carrier" : "no carrier", n.who)};
    case EventKind::frame_sent: return {n.who, fmt::format("sends frame {} on {}", e.value, n.with)};
    case EventKind::frame_lost: return {n.who, fmt::format("frame {} on {} is lost", e.value, n.with)};
    case EventKind::frame_received: return {n.who, fmt::format("receives frame {} on {}", e.value, n.with)};
    case EventKind::step: {
      const std::string text = step_text(spec, e);
      return {n.who, text.substr(std::min(text.size(), n.who.size() + 1))};
    }
    default: return {n.who, std::string(to_string(e.kind))};
  }
}

/// " of lustre-xena1" where the head has several services, and nothing where it has one.
std::string of_service(const std::string& service) { return service.empty() ? "" : " of " + service; }

std::string role_sentence(const Event& e, const std::string& service) {
  const std::uint64_t epoch = epoch_number(e.value);
  const std::string why = because(e.cause);
  const std::string it = service.empty() ? "the service" : service;
  const std::string in = service.empty() ? "" : " for " + service;
  switch (static_cast<ha::Role>(e.y)) {
    case ha::Role::init: return fmt::format("listens{} before it takes a side{}", in, why);
    case ha::Role::passive: return fmt::format("passive{}{}", in, why);
    case ha::Role::claiming: return fmt::format("claims {}{}", it, why);
    case ha::Role::fencing: return fmt::format("fences its peer{}{}", in, why);
    case ha::Role::starting: return fmt::format("starts {} at epoch {}{}", it, epoch, why);
    case ha::Role::owner: return fmt::format("active{} at epoch {}{}", in, epoch, why);
    case ha::Role::stopping: return fmt::format("stops {}{}", it, why);
    case ha::Role::stopped: return fmt::format("stopped{}{}", service.empty() ? "" : " " + service, why);
    case ha::Role::dead: return fmt::format("dead{}{}", in, why);
  }
  return "unknown role" + why;
}

std::string peer_sentence(const Event& e, const std::string& peer) {
  const std::string silent = e.since > 0 ? fmt::format(": silent {} s", seconds(Time{e.since})) : "";
  switch (static_cast<ha::PeerView>(e.y)) {
    case ha::PeerView::unknown: return fmt::format("knows nothing of {}", peer);
    case ha::PeerView::alive: return fmt::format("hears {}", peer);
    case ha::PeerView::suspect: return fmt::format("suspects {}{}", peer, silent);
    case ha::PeerView::lost: return fmt::format("lost {}{}", peer, silent);
    case ha::PeerView::off: return fmt::format("takes {} for off{}", peer, because(e.cause));
  }
  return fmt::format("unknown view of {}", peer);
}

std::string_view fence_word(std::uint8_t step) {
  switch (static_cast<ha::FenceStep>(step)) {
    case ha::FenceStep::ordered: return "ordered";
    case ha::FenceStep::confirmed: return "confirmed: reads off";
    case ha::FenceStep::failed: return "failed";
    case ha::FenceStep::unknown: return "unknown: it may still be executed";
    case ha::FenceStep::cancelled: return "cancelled";
    case ha::FenceStep::expired: return "expired";
  }
  return "unknown";
}

std::string evidence_sentence(const Event& e) {
  static constexpr std::string_view kUse[] = {"taken as evidence", "not used", "contradicts"};
  std::string text = fmt::format("{}, {}", plain(ha::to_string(static_cast<ha::EvidenceSource>(e.x))), kUse[e.y % 3]);
  if (e.reason != ha::Reason::none) text += fmt::format(": {}", ha::to_string(e.reason));
  if (e.since > 0) text += fmt::format(", {} s old", seconds(Time{e.since}));
  return text;
}

std::string begin_or_end(const Event& e, std::string_view begins, std::string_view ends) {
  return fmt::format("{} {}", e.x != 0 ? begins : ends,
                     e.x != 0 ? reason_sentence(e.reason) : std::string(ha::to_string(e.reason)));
}

/// A boot begins because of a boot: such causes say nothing.
std::string operation_sentence(const Event& e, const std::string& service) {
  const std::string name = plain(ha::to_string(static_cast<ha::Operation>(e.x)));
  const bool says_more = e.y != 0 && !ha::to_string(e.cause).starts_with(name);
  return fmt::format("{}{} {}{}", name, of_service(service), e.y != 0 ? "begins" : "ends",
                     says_more ? because(e.cause) : "");
}

std::string reply_sentence(const Event& e) {
  static constexpr std::string_view kOutcome[] = {"done", "refused", "accepted, under way"};
  const std::string command = plain(reply_command(e.x));
  if (e.reason == ha::Reason::none) return fmt::format("{}: {}", command, kOutcome[e.y % 3]);
  return fmt::format("{}: {} because {}", command, kOutcome[e.y % 3], reason_sentence(e.reason));
}

/// What a core did and believed.
std::string core_sentence(const Named& n) {
  const Event& e = n.event;
  switch (e.kind) {
    case EventKind::started_core: return "its core starts";
    case EventKind::role: return role_sentence(e, n.service);
    case EventKind::peer_view: return peer_sentence(e, n.with.empty() ? "its peer" : n.with);
    case EventKind::path_view: return fmt::format("{} its peer on {}", n.begins ? "hears" : "hears nothing of", n.with);
    case EventKind::hold: {
      const std::string back = n.service.empty() ? "" : " back from " + n.service;
      return begin_or_end(e, fmt::format("holds{} because", back), fmt::format("holds{} no more:", back));
    }
    case EventKind::unready: return begin_or_end(e, "failover to it would fail:", "could take over again:");
    case EventKind::condition: return begin_or_end(e, "notes", "over:");
    case EventKind::alert: return "alert " + reason_sentence(e.reason);
    case EventKind::operation: return operation_sentence(e, n.service);
    case EventKind::proof: {
      const auto proof = static_cast<ha::Proof>(e.x);
      const std::string of = of_service(n.service);
      if (e.y == 0) return fmt::format("drops its proof {}{}{}", ha::to_string(proof), of, because(e.cause));
      return fmt::format("proof {} for epoch {}{}: {}", ha::to_string(proof), epoch_number(e.value), of,
                         ha::explain(proof));
    }
    case EventKind::promise: return fmt::format("epoch {}{} is durable", epoch_number(e.value), of_service(n.service));
    case EventKind::fence: {
      const std::string reason = e.reason == ha::Reason::none ? "" : fmt::format(", {}", ha::to_string(e.reason));
      return fmt::format("fence of {} {}{}", n.who, fence_word(e.x), reason);
    }
    case EventKind::evidence: return evidence_sentence(e);
    case EventKind::right:
      return e.x == 0   ? "lost its right to run"
             : e.x == 1 ? "right to run renewed by the store"
                        : "right to run renewed by the word of its peer";
    case EventKind::reply: return reply_sentence(e);
    case EventKind::maintenance:
      return fmt::format("{} {}", e.y != 0 ? "standby" : "maintenance", n.begins ? "on" : "off");
    case EventKind::leaving: return n.begins ? "is shutting down" : "stays";
    case EventKind::armed: return n.begins ? "admitted by the owner: may fence later" : "not admitted any more";
    case EventKind::notice:
      return fmt::format("notify script{} says {}", of_service(n.service), n.begins ? "active" : "passive");
    default: return std::string(to_string(e.kind));
  }
}

Told tell_fault_or_judgement(const Named& n) {
  const Event& e = n.event;
  switch (e.kind) {
    case EventKind::fault: return {"fault", n.who};
    case EventKind::healed: return {"fault", fmt::format("{} healed", n.who)};
    case EventKind::action: return {"do", n.who};
    case EventKind::noted: return {"note", ""};
    case EventKind::settled: return {"world", "started"};
    case EventKind::decided: return {"judge", fmt::format("line {} {}", e.line, n.begins ? "holds" : "does not hold")};
    case EventKind::broken:
      return {"judge", e.x != 0 ? fmt::format("I{} broken", e.x) : fmt::format("line {} broken", e.line)};
    default: return {"judge", "end"};
  }
}

}  // namespace

std::uint64_t epoch_number(std::uint64_t value) { return ha::counter_of(ha::Epoch{value}); }

Told tell(const Event& event, const WorldSpec& spec) {
  const Named named(event, spec);
  switch (layer_of(event.kind)) {
    case Layer::core: return {event.kind == EventKind::fence ? named.with : named.who, core_sentence(named)};
    case Layer::fault:
    case Layer::judge: return tell_fault_or_judgement(named);
    case Layer::truth: break;
  }
  if (event.kind <= EventKind::part_runs) return tell_machine(named);
  if (event.kind <= EventKind::writes_lost || event.kind == EventKind::db_writable) return tell_service(named, spec);
  return tell_device(named, spec);
}

int detail_of(const Event& event) {
  switch (event.kind) {
    case EventKind::frame_sent:
    case EventKind::frame_lost:
    case EventKind::frame_received:
    case EventKind::right:
    case EventKind::store_wrote:
    case EventKind::about_to_write:
    case EventKind::wrote: return 2;
    case EventKind::boots:
    case EventKind::core_runs:
    case EventKind::mounted:
    case EventKind::may_write:
    case EventKind::address_up:
    case EventKind::answered:
    case EventKind::announced:
    case EventKind::fence_sent:
    case EventKind::power_command:
    case EventKind::bmc_reachable:
    case EventKind::server:
    case EventKind::lease_held:
    case EventKind::db_writable:
    case EventKind::link:
    case EventKind::step:
    case EventKind::started_core:
    case EventKind::path_view:
    case EventKind::condition:
    case EventKind::operation:
    case EventKind::promise:
    case EventKind::evidence:
    case EventKind::armed:
    case EventKind::notice:
    case EventKind::ended:
    case EventKind::client_waits:
    case EventKind::clients_reach:
    case EventKind::replication: return 1;
    // What follows at once from a fault or a decision is said by that already.
    case EventKind::bmc_login: return event.x == 0 ? 1 : 2;
    case EventKind::up: return event.x == 0 ? 1 : 0;
    case EventKind::served: return event.with != kNoThing ? 1 : 0;
    case EventKind::peer_view: return event.y == static_cast<std::uint8_t>(ha::PeerView::off) ? 1 : 0;
    case EventKind::part_runs: return event.y == 1 ? 0 : 1;
    case EventKind::bmc_reading: return event.x != 2 && event.x != event.value ? 0 : 1;
    default: return 0;
  }
}

}  // namespace hasim
