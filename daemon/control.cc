#include "daemon/control.h"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "daemon/answers.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/refused.h"

namespace hacored {

using nlohmann::json;

namespace {

constexpr std::chrono::milliseconds kLookEvery{20};  ///< at the steps of a move that somebody watches

std::optional<gid_t> group_named(const std::string& name) {
  if (name.empty()) return std::nullopt;
  const group* found = getgrnam(name.c_str());
  if (!found) throw NeedsPerson(fmt::format("[control] {}: there is no such group; groupadd --system {}", name, name));
  return found->gr_gid;
}

/// Their members must get through the folder to the socket, and see nothing else there.
ControlGroups groups_of(const Settings& settings) {
  const ControlGroups groups{group_named(settings.control_group), group_named(settings.control_viewers)};
  if (!groups.orders && !groups.viewers) return groups;
  const std::string& folder = settings.run_dir;
  const gid_t owner = groups.orders.value_or(static_cast<gid_t>(-1));
  if (chown(folder.c_str(), static_cast<uid_t>(-1), owner) != 0 ||
      chmod(folder.c_str(), groups.viewers ? 0711 : 0710) != 0)
    throw Refused(fmt::format("folder {}: {}", folder, std::strerror(errno)));
  return groups;
}

/// A question that changes something, or that makes a device work.
bool is_order(const Request& request) {
  return std::holds_alternative<Order>(request) || std::holds_alternative<DrillSelf>(request) ||
         std::holds_alternative<AskCheck>(request);
}

std::optional<ha::ServiceIndex> service_named(const Settings& settings, const std::string& name) {
  if (name.empty()) return ha::kEveryService;
  for (std::size_t i = 0; i < settings.services.size(); ++i)
    if (settings.services[i].name == name) return static_cast<ha::ServiceIndex>(i);
  return std::nullopt;
}

void audit(const Caller& caller, std::string_view what, std::string_view outcome) {
  log(Level::notice,
      fmt::format("order {} by {} ({}, pid {}): {}", what, caller.name(), caller.tty, caller.pid, outcome),
      {{"ORDER", std::string{what}},
       {"OUTCOME", std::string{outcome}},
       {"CALLER_UID", std::to_string(caller.uid)},
       {"CALLER_PID", std::to_string(caller.pid)},
       {"CALLER_TTY", caller.tty}});
}

std::string in_words(const Order& order) {
  std::string words{order_word(order.kind)};
  if (!order.service.empty()) words += " " + order.service;
  if (order.force) words += order.force_reason.empty() ? " --force" : " --force " + order.force_reason;
  if (order.lasts) words += fmt::format(" --for {}s", order.lasts->count());
  if (!order.reason.empty()) words += fmt::format(" --reason \"{}\"", order.reason);
  return words;
}

std::string outcome_words(const ha::Reply& reply) {
  switch (reply.outcome) {
    case ha::Outcome::done: return "done";
    case ha::Outcome::refused:
      if (reply.kind == ha::CommandKind::reload && reply.reason == ha::Reason::config_unsafe) return "refused";  // said
      return fmt::format("refused because {}", to_string(reply.reason));
    case ha::Outcome::unknown: return "accepted";
  }
  return "";
}

}  // namespace

/// The core says no more of a word than that it takes it. Nothing: it still counts, or a start goes on.
std::optional<ha::Reply> what_became_of_word(const Seen& seen) {
  const ha::State& s = seen.state();
  bool here = true;
  bool starts = false;
  ha::Reason hold = ha::Reason::none;
  for (ha::ServiceIndex i = 0; i < seen.node.config().services; ++i) {
    const ha::Service& service = s.services[i];
    const bool up = service.role == ha::Role::owner && service.run.phase == ha::ServicePhase::idle;
    here &= up;
    starts |= service.run.phase != ha::ServicePhase::idle || service.role == ha::Role::starting;
    if (hold == ha::Reason::none) hold = service.run.failure;
    if (hold == ha::Reason::none && !up) hold = service.hold;
  }
  const ha::Reply reply{{}, ha::CommandKind::acknowledge, ha::Outcome::done, ha::Reason::none};
  if (here) return reply;
  const bool counts = s.acknowledged_at != ha::kLongAgo && seen.now - s.acknowledged_at < ha::kOperatorProofLasts;
  if (starts || counts) return std::nullopt;
  return ha::Reply{{}, reply.kind, ha::Outcome::refused, hold == ha::Reason::none ? ha::Reason::contradiction : hold};
}

/// An order that was given, and whoever waits for what becomes of it.
struct Control::Watched {
  Peer peer;
  Order order;
  std::optional<OrderSteps> steps;
  boost::asio::steady_timer timer;
  bool over = false;

  void say(const std::vector<json>& lines) const {
    for (const json& line : lines) peer->say(line);
  }
};

Control::Control(boost::asio::io_context& io, Steered& head, ControlLimits limits)
    : io_{io},
      head_{head},
      maintenance_{io, head.see().settings.run_dir + "/maintenance", [this] { end_maintenance(); }},
      socket_{io, head.see().settings.run_dir + "/control", groups_of(head.see().settings), limits,
              [this](const Peer& peer, std::string_view line) { answer(peer, line); }} {
  head_.history().listen([this](const Told& told) { spread(told); });
}

Seen Control::see() const {
  Seen seen = head_.see();
  seen.maintenance = maintenance_.current();
  return seen;
}

/// Each request in one line or two.
struct Control::Answering {
  Control& all;
  const Peer& peer;

  void operator()(const AskStatus&) const { peer->say(status(all.see())); }
  void operator()(const AskBudget&) const { peer->say(budget_answer(all.see())); }
  void operator()(const AskWhy& ask) const { peer->say(why_answer(all.see(), ask.epoch)); }
  void operator()(const AskPreflight& ask) const {
    const Seen seen = all.see();
    const auto service = service_named(seen.settings, ask.service);
    if (!service) return peer->say(error_answer("there is no service " + ask.service));
    peer->say(preflight_answer(seen, ask.kind, *service));
  }
  void operator()(const Order& order) const { all.order(peer, order); }
  void operator()(const DrillSelf&) const {
    peer->expect(true);
    all.head_.drill_watchdog([&control = all, asks = peer](const ha::Reply& reply) {
      audit(asks->caller(), "drill self", outcome_words(reply));
      asks->say(reply_answer(control.see(), reply));
      asks->expect(false);
    });
  }

  void operator()(const AskLog& ask) const {
    const Seen seen = all.see();
    const auto& reports = seen.history.reports();
    const std::size_t newest = std::min<std::size_t>(ask.newest, reports.size());
    for (std::size_t i = reports.size() - newest; i < reports.size(); ++i) peer->say(event_answer(seen, reports[i]));
    if (!ask.follow) return peer->say({{"v", kControlVersion}, {"type", "end"}});
    const auto same = [this](const auto& one) { return one.lock() == peer; };
    if (std::any_of(all.followers_.begin(), all.followers_.end(), same)) return;
    peer->expect(true);
    all.followers_.push_back(peer);
  }

  void operator()(const AskCheck&) const {
    const std::size_t levels = all.see().settings.fence.size();
    if (levels == 0) return peer->say({{"v", kControlVersion}, {"type", "end"}});
    peer->expect(true);
    auto open = std::make_shared<std::size_t>(levels);
    for (std::size_t i = 0; i < levels; ++i) {
      all.head_.read_power(static_cast<std::uint8_t>(i), [&control = all, asks = peer, open](const auto& reading) {
        asks->say(reading_answer(control.see(), reading, --*open == 0));
        if (*open == 0) asks->expect(false);
      });
    }
  }
};

void Control::answer(const Peer& peer, std::string_view line) {
  const auto read = decode_request_line(line);
  if (const auto* wrong = std::get_if<std::string>(&read)) return peer->say(error_answer(*wrong));
  const Request& request = std::get<Request>(read);
  if (is_order(request) && !peer->caller().may_order)
    return peer->say(error_answer("viewers may look; only root and the group of [control] may do that"));
  std::visit(Answering{*this, peer}, request);
}

/// An operator overrules one reason, by its name: not whatever else has come up meanwhile.
void Control::order(const Peer& peer, const Order& order) {
  const Seen seen = see();
  const auto service = service_named(seen.settings, order.service);
  if (!service) return peer->say(error_answer("there is no service " + order.service));
  const ha::Reply plain = would_reply(seen.node, seen.now, order.kind, false, *service);
  const bool other = order.force && !order.force_reason.empty() && order.force_reason != to_string(plain.reason);
  if (other && plain.outcome == ha::Outcome::refused) {
    audit(peer->caller(), in_words(order), fmt::format("refused because {}", to_string(plain.reason)));
    return peer->say(reply_answer(seen, plain));
  }
  const bool force = order.force && !other;
  auto watched = std::make_shared<Watched>(Watched{peer, order, std::nullopt, boost::asio::steady_timer{io_}});
  if (order.kind == ha::CommandKind::makeactive || order.kind == ha::CommandKind::drill ||
      order.kind == ha::CommandKind::acknowledge)
    watched->steps.emplace(seen.settings, order.kind, *service, seen.now);
  peer->expect(true);
  head_.command(order.kind, force, *service, [this, watched](const ha::Reply& reply) { replied(watched, reply); });
}

void Control::replied(const std::shared_ptr<Watched>& watched, const ha::Reply& reply) {
  if (watched->over) return;
  audit(watched->peer->caller(), in_words(watched->order), outcome_words(reply));
  const Seen seen = see();
  if (reply.outcome == ha::Outcome::unknown) {
    watched->peer->say(reply_answer(seen, reply));
    if (watched->steps) watch(watched);
    return;
  }
  watched->over = true;
  watched->timer.cancel();
  if (watched->steps) watched->say(watched->steps->end(seen.now, reply.outcome == ha::Outcome::done));
  if (reply.outcome == ha::Outcome::done) note_maintenance(watched->order, watched->peer->caller());
  watched->peer->say(reply_answer(see(), reply));
  watched->peer->expect(false);
}

void Control::watch(const std::shared_ptr<Watched>& watched) {
  if (watched->over || !watched->peer->open()) return;
  const Seen seen = see();
  watched->say(watched->steps->look(seen.state(), seen.now));
  if (watched->order.kind == ha::CommandKind::acknowledge) {
    if (const auto over = what_became_of_word(seen)) return replied(watched, *over);
  }
  watched->timer.expires_after(kLookEvery);
  watched->timer.async_wait([this, watched](boost::system::error_code error) {
    if (!error) watch(watched);
  });
}

void Control::note_maintenance(const Order& order, const Caller& caller) {
  if (order.kind == ha::CommandKind::maintenance_off) return maintenance_.forget();
  if (order.kind != ha::CommandKind::maintenance_on) return;
  Maintenance begun{std::nullopt, order.reason, caller.name()};
  if (order.lasts) begun.until = now() + *order.lasts;
  maintenance_.begin(begun);
}

void Control::end_maintenance() {
  log(Level::notice, "the time of the maintenance is over");
  head_.command(ha::CommandKind::maintenance_off, false, ha::kEveryService, [](const ha::Reply&) {});
}

void Control::spread(const Told& told) {
  std::erase_if(followers_, [](const auto& one) { return one.expired() || !one.lock()->open(); });
  if (followers_.empty()) return;
  const json line = event_answer(head_.see(), told);
  for (const auto& one : followers_)
    if (const auto follower = one.lock()) follower->say(line);
}

}  // namespace hacored
