// Commands that change something: what is known first, then the question, then the order, then what becomes of it.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <ctime>
#include <functional>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "daemon/hactl/commands.h"
#include "daemon/hactl/connection.h"
#include "daemon/hactl/exit_code.h"
#include "daemon/hactl/move_screen.h"
#include "daemon/hactl/person.h"

namespace hactl {

using nlohmann::json;

namespace {

/// No answer within this while an order is under way: what becomes of it is not known.
constexpr std::chrono::minutes kUnderWayMax{15};
constexpr std::chrono::milliseconds kLookAgain{200};

void print(const Options& options, const std::string& text) {
  if (!options.json) options.screen.print(text);
}

/// What the core would say to an order.
std::optional<json> preflight_of(const Options& options, Connection& hacored, const char* order,
                                 const std::string& service = "") {
  const json answer = hacored.ask({{"do", "preflight"}, {"order", order}, {"service", service}});
  if (text_of(answer, "type") == "preflight") return answer;
  complain(answer, options.json);
  return std::nullopt;
}

bool refused(const json& answer) { return text_of(answer, "outcome") == "refused"; }

int refuse(const Options& options, const json& preflight) {
  if (options.json) fmt::print("{}\n", preflight.dump());
  print(options, refusal(preflight));
  return kRefused;
}

/// What a refusal looks like when it is the order's own answer.
std::string refusal_of(const json& reply) {
  if (reply.contains("diagnostic")) return text_of(reply, "diagnostic") + "\nNothing changed.\n";
  const json& why = part_of(reply, "why");
  return fmt::format("refused: {} ({}). Nothing changed.\n", text_of(why, "text"), text_of(why, "reason")) +
         hang("  -> ", text_of(why, "unlocks")) + "\n";
}

/// Said when somebody interrupts hactl while an order goes on. The handler must not do more than write it.
const char* interrupted_text = "";

void tell_and_go(int) {
  [[maybe_unused]] const ssize_t said = write(STDOUT_FILENO, interrupted_text, std::strlen(interrupted_text));
  _exit(kUnknown);
}

/// What goes on without hactl.
const char* goes_on(const json& order) {
  if (text_of(order, "order") == "makeactive")
    return "\nThe handover goes on; only watching it has ended. `hactl status -w` shows it, and `hactl cancel` gives "
           "it "
           "up as long as the other head has not stopped.\n";
  return "\nThe order goes on; only watching it has ended. `hactl status -w` shows what becomes of it.\n";
}

/// A reload that is refused after it was accepted has changed nothing either.
bool may_be_given_back(const json& reply) { return text_of(reply, "order") != "reload"; }

/// hacored ends with it, so nobody is left to answer.
bool ends_hacored(const json& order) { return text_of(order, "order") == "leave"; }

/// What is said at the end, from the reply.
using DoneText = std::function<std::string(const json& reply)>;

/// Sends the order and shows what becomes of it. `shown` prints a line that is no reply.
template <class Shown>
int give(const Options& options, Connection& hacored, json order, Shown shown, const DoneText& done_text) {
  order["do"] = "order";
  const bool hangs_up = ends_hacored(order);
  interrupted_text = goes_on(order);
  std::signal(SIGINT, tell_and_go);
  hacored.send(std::move(order));
  bool accepted = false;
  try {
    while (true) {
      const json line = hacored.receive(accepted ? kUnderWayMax : options.timeout);
      const std::string type = text_of(line, "type"), outcome = text_of(line, "outcome");
      if (type == "error") return complain(line, options.json);
      if (options.json) fmt::print("{}\n", line.dump());
      if (type != "reply") {
        shown(line);
      } else if (outcome == "accepted") {
        accepted = true;
      } else if (outcome != "refused") {
        print(options, done_text(line));
        return kDone;
      } else if (!accepted || !may_be_given_back(line)) {
        print(options, refusal_of(line));
        return kRefused;
      } else {
        const json& why = part_of(line, "why");
        print(options, fmt::format("failed: {} ({})\n", text_of(why, "text"), text_of(why, "reason")));
        return kGivenBack;
      }
    }
  } catch (const NoAnswer& none) {
    if (accepted && hangs_up) return print(options, done_text({})), kDone;
    fmt::print(stderr, "hactl: {}\n", none.what());
    if (accepted) fmt::print(stderr, "hactl: what became of the order is not known; `hactl status` says what is\n");
    return accepted ? kUnknown : kNoAnswer;
  }
}

template <class Shown>
int give(const Options& options, Connection& hacored, json order, Shown shown, const std::string& done_text) {
  return give(options, hacored, std::move(order), shown, DoneText{[&](const json&) { return done_text; }});
}

int give(const Options& options, json order, const std::string& done_text) {
  Connection hacored{options.socket, options.timeout};
  return give(
      options, hacored, std::move(order), [](const json&) {}, done_text);
}

bool asked(const Options& options, const std::string& question) {
  if (options.yes) return true;
  if (options.json) {
    fmt::print(stderr, "hactl: with --json nobody is asked; -y answers yes\n");
    return false;
  }
  return wants_to_continue(question);
}

/// Whose head that is, by the name that was given.
bool is_peer(const json& preflight, const std::string& head) {
  const std::string peer = text_of(part_of(preflight, "status"), "peer");
  if (peer == head) return true;
  fmt::print(stderr, "hactl: {} is not the other head; that is {}\n", head, peer);
  return false;
}

/// After a move that failed: the service goes back, which takes as long as a move.
int tell_who_has_it(const Options& options, Connection& hacored, std::int64_t bound_ms) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds{bound_ms};
  while (true) {
    const json status = hacored.ask({{"do", "status"}});
    const std::string owner = text_of(status, "owner");
    if (!owner.empty()) {
      print(options, fmt::format("given back: {} is active at epoch {}\n", owner, number_of(status, "epoch")));
      return kGivenBack;
    }
    if (std::chrono::steady_clock::now() >= until) break;
    std::this_thread::sleep_for(kLookAgain);
  }
  print(options, "No head is active; `hactl status` says what is waited for\n");
  return kUnknown;
}

}  // namespace

int makeactive(const Options& options, const MakeactiveOptions& what) {
  Connection hacored{options.socket, options.timeout};
  const auto preflight = preflight_of(options, hacored, "makeactive", what.service);
  if (!preflight) return kUsage;
  const json& status = part_of(*preflight, "status");
  const std::string me = text_of(status, "self");
  const std::string reason = text_of(part_of(*preflight, "why"), "reason");
  if (refused(*preflight) && reason == "active_here") {
    if (options.json) fmt::print("{}\n", preflight->dump());
    print(options, fmt::format("{} is active already. Nothing changed.\n", me));
    return kRefused;
  }
  std::string force = what.force;
  std::replace(force.begin(), force.end(), '-', '_');
  const bool forced = refused(*preflight) && is_true(*preflight, "force_helps") && force == reason;
  if (refused(*preflight) && !forced) return refuse(options, *preflight);
  print(options, preflight_screen(*preflight));
  if (!asked(options, announcement(*preflight))) return kRefused;
  if (forced && !types_name("Type the name of the head that becomes active to confirm", me)) return kRefused;
  print(options, "\n");
  json order = {{"order", "makeactive"}, {"service", what.service}};
  if (forced) order.update({{"force", true}, {"force_reason", reason}});
  const auto step = [&](const json& line) { print(options, step_line(line)); };
  const int exit = give(options, hacored, std::move(order), step, fmt::format("{} is active.\n", me));
  return exit == kGivenBack ? tell_who_has_it(options, hacored, number_of(*preflight, "handover_bound_ms")) : exit;
}

int maintenance(const Options& options, const MaintenanceOptions& what) {
  if (!what.on) return give(options, {{"order", "maintenance-off"}}, "maintenance is over\n");
  const std::time_t until = std::time(nullptr) + what.for_s;
  std::tm tm{};
  localtime_r(&until, &tm);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &tm);
  return give(options, {{"order", "maintenance-on"}, {"for_s", what.for_s}, {"reason", what.reason}},
              fmt::format("no takeover and no fence until {}\n", text));
}

int standby(const Options& options, bool on) {
  return give(options, {{"order", on ? "standby-on" : "standby-off"}},
              on ? "this head never takes over until standby is switched off\n" : "this head may take over again\n");
}

int drill(const Options& options, const std::string& head) {
  Connection hacored{options.socket, options.timeout};
  const auto preflight = preflight_of(options, hacored, "drill");
  if (!preflight || !is_peer(*preflight, head)) return kUsage;
  if (refused(*preflight)) return refuse(options, *preflight);
  print(options, fmt::format("  Powers {} off and on by each level; for some minutes nobody can take over.\n", head));
  if (!types_name("  Type the name of the head that loses power", head)) return kRefused;
  const auto step = [&](const json& line) { print(options, step_line(line)); };
  return give(options, hacored, {{"order", "drill"}}, step,
              fmt::format("{} went dark and came back by every level\n", head));
}

int drill_self(const Options& options) {
  Connection hacored{options.socket, options.timeout};
  const json status = hacored.ask({{"do", "status"}});
  if (text_of(status, "type") != "status") return complain(status, options.json);
  const std::string me = text_of(status, "self");
  print(options,
        fmt::format("  {} leaves, then its watchdog must reset it: it boots, and joins again by itself.\n", me));
  if (!types_name("  Type the name of the head that is reset", me)) return kRefused;
  const json reply = hacored.ask({{"do", "drill-self"}});
  if (text_of(reply, "type") != "reply") return complain(reply, options.json);
  if (options.json) fmt::print("{}\n", reply.dump());
  if (refused(reply)) return print(options, refusal_of(reply)), kRefused;
  print(options, "under way; after the boot `hactl status` says at watchdog whether it fired\n");
  return kDone;
}

int ack_off(const Options& options, const std::string& head, bool force) {
  Connection hacored{options.socket, options.timeout};
  const auto preflight = preflight_of(options, hacored, "ack-off");
  if (!preflight || !is_peer(*preflight, head)) return kUsage;
  if (refused(*preflight) && !(force && is_true(*preflight, "force_helps"))) return refuse(options, *preflight);
  if (refused(*preflight)) print(options, refusal(*preflight));
  print(options, fmt::format("You vouch that {} is off and stays off. If it runs, both heads write.\n", head));
  if (!types_name("Type the name of the head that is off", head)) return kRefused;
  json order = {{"order", "ack-off"}};
  if (force) order["force"] = true;
  const auto step = [&](const json& line) { print(options, step_line(line)); };
  const std::string me = text_of(part_of(*preflight, "status"), "self");
  return give(options, hacored, std::move(order), step, fmt::format("{} is active.\n", me));
}

int reload(const Options& options) {
  Connection hacored{options.socket, options.timeout};
  const DoneText done = [](const json& reply) {
    const json& heads = part_of(reply, "heads");
    if (heads.size() != 1) return std::string{"the new configuration is in force on both heads\n"};
    return fmt::format(
        "in force on {} alone: nothing changed that both heads must agree about. If the file of the other "
        "head has changed too, `hactl reload` there.\n",
        heads[0].get<std::string>());
  };
  return give(
      options, hacored, {{"order", "reload"}}, [](const json&) {}, done);
}

int leave(const Options& options) {
  if (!asked(options, "This head gives away what it has, and hacored ends.")) return kRefused;
  return give(options, {{"order", "leave"}}, "this head has left\n");
}

int cancel(const Options& options) { return give(options, {{"order", "cancel"}}, "cancelled\n"); }

}  // namespace hactl
