// Command, then read; and what is said when the reading never comes.
#include "daemon/agents/fence_agent.h"

#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string_view>

#include "daemon/agents/agent.h"
#include "daemon/clock.h"

namespace hacored::agents {
namespace {

using std::chrono::milliseconds;

constexpr int kOff = 2;  // exit code of status
constexpr milliseconds kReadAgain{5};
constexpr milliseconds kReadAgainMax{250};
constexpr milliseconds kOpenAgain{50};
constexpr milliseconds kOpenAgainMax{1000};

/// A command went out whose execution nobody has seen yet. Read by the signal handler.
volatile sig_atomic_t command_is_out = 0;

void time_is_up(int) {
  const std::string_view words = command_is_out != 0 ? "reason=fence_unknown\n" : "sent=no\nreason=bmc_silent\n";
  const std::string_view text = "the time is up\n";
  if (::write(STDOUT_FILENO, words.data(), words.size()) < 0 || ::write(STDERR_FILENO, text.data(), text.size()) < 0)
    ::_exit(1);
  ::_exit(1);
}

void end_within(milliseconds limit) {
  struct sigaction action {};
  action.sa_handler = time_is_up;
  ::sigaction(SIGALRM, &action, nullptr);
  sigset_t alarm{};  // who started this program may have blocked it
  ::sigemptyset(&alarm);
  ::sigaddset(&alarm, SIGALRM);
  ::sigprocmask(SIG_UNBLOCK, &alarm, nullptr);
  const std::int64_t ms = std::max<std::int64_t>(limit.count(), 1);
  itimerval timer{};
  timer.it_value.tv_sec = ms / 1000;
  timer.it_value.tv_usec = ms % 1000 * 1000;
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

void wait(milliseconds time) { ::poll(nullptr, 0, static_cast<int>(time.count())); }

/// The first line that the script prints.
std::string password_from(const std::string& script) {
  std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(script.c_str(), "re"), ::pclose};
  std::string line(512, '\0');
  if (!pipe || std::fgets(line.data(), static_cast<int>(line.size()), pipe.get()) == nullptr)
    throw Failure{AgentExit::failed, ha::Reason::bmc_login, "the password script prints nothing"};
  line.resize(line.find_first_of(std::string_view{"\r\n\0", 3}));
  return line;
}

std::string_view name_of(Power power) { return power == Power::off ? "off" : "on"; }

/// Makes the power what is wanted, and reads it until it says so.
class Switching {
 public:
  Switching(const OpenDevice& open, const FenceOptions& options) : open_(open), options_(options) {}

  void to(Power wanted) {
    Deadline deadline{options_.seconds("power_timeout")};
    for (milliseconds again = kOpenAgain;; again = std::min(again * 2, kOpenAgainMax)) {
      try {
        return in_one_conversation(wanted, deadline);
      } catch (const Failure& failure) {
        const bool may_pass = failure.reason == ha::Reason::bmc_silent;
        if (!may_pass && command_is_out == 0) throw;
        if (!may_pass || deadline.passed() || too_late()) give_up(failure.text);  // the core may order again
        // The device may have been restarting. A new conversation gives the order again: an off that was executed
        // twice is an off, and one that a restart has swallowed is none [BM07].
        log(fmt::format("{}; once more", failure.text));
        wait(std::min(again, deadline.left()));
      }
    }
  }

 private:
  /// hacored's orders may not leave after an instant of its core's clock (F4).
  bool too_late() const {
    const auto send_by = static_cast<std::int64_t>(options_.number("send_by"));
    return send_by != 0 && now().time_since_epoch().count() >= send_by;
  }

  void in_one_conversation(Power wanted, Deadline& deadline) {
    const std::unique_ptr<PowerDevice> device = open_(options_);
    if (deadline.passed()) give_up("logging in took all the time");
    const auto earlier_is_out = command_is_out;
    if (earlier_is_out == 0) deadline = Deadline{options_.seconds("power_timeout")};  // a slow login costs it nothing
    if (too_late()) give_up("it is too late to send");
    command_is_out = 1;
    if (!device->command(wanted)) {
      // "Already off" is refused by many devices: what it reads counts (FE10). Any other refusal may have been executed
      // all the same.
      if (device->read() != wanted) refused(fmt::format("refuses the command \"{}\"", name_of(wanted)));
    } else {
      wait(std::min(options_.seconds("power_wait"), deadline.left()));
      await(*device, wanted, deadline);
    }
    command_is_out = 0;
  }

  /// A fast device is off within milliseconds; a slow one must not be read to death [BM06].
  static void await(PowerDevice& device, Power wanted, const Deadline& deadline) {
    for (milliseconds again = kReadAgain; device.read() != wanted; again = std::min(again * 2, kReadAgainMax)) {
      if (deadline.passed()) give_up(fmt::format("accepted the command and does not read {}", name_of(wanted)));
      wait(std::min(again, deadline.left()));
    }
  }

  [[noreturn]] static void refused(const std::string& text) {
    throw Failure{AgentExit::failed, command_is_out != 0 ? ha::Reason::fence_unknown : ha::Reason::fence_failed, text};
  }

  [[noreturn]] static void give_up(const std::string& text) {
    throw Failure{AgentExit::failed, command_is_out != 0 ? ha::Reason::fence_unknown : ha::Reason::bmc_silent, text};
  }

  const OpenDevice& open_;
  const FenceOptions& options_;
};

int status(PowerDevice& device) {
  const Power power = device.read();
  fmt::print("Status: {}\n", power == Power::on ? "ON" : "OFF");
  if (const std::string session = device.session(); !session.empty()) fmt::print("session={}\n", session);
  if (const std::string chassis = device.chassis(); !chassis.empty()) fmt::print("chassis={}\n", chassis);
  return power == Power::on ? 0 : kOff;
}

/// Off counts; a machine that does not come up again has been fenced all the same.
void reboot(Switching& power) {
  power.to(Power::off);
  try {
    power.to(Power::on);
  } catch (const Failure& failure) { log("is off and does not come up again: " + failure.text); }
}

int act(const FenceAgentDescription& agent, const OpenDevice& open, FenceOptions options) {
  const std::string action = options.text("action");
  if (action == "metadata") {
    fmt::print("{}", fence_metadata(agent));
    return 0;
  }
  for (const FenceOption& option : agent.options)
    if (option.required && !options.given(std::string{option.name}))
      throw Failure{AgentExit::wrong_configuration, ha::Reason::none, fmt::format("option {} is missing", option.name)};
  const bool powers_off = action == "off" || action == "reboot";
  const milliseconds delay = powers_off ? options.seconds("delay") : milliseconds{0};
  end_within(delay + options.seconds("timeout"));
  wait(delay);
  if (options.given("password_script")) options.set("password", password_from(options.text("password_script")));
  Switching power{open, options};
  if (action == "validate-all") return 0;
  if (action == "off") return power.to(Power::off), 0;
  if (action == "on") return power.to(Power::on), 0;
  if (action == "reboot") return reboot(power), 0;
  if (action == "status") return status(*open(options));
  if (action == "monitor") return (void)open(options)->read(), 0;
  throw Failure{AgentExit::wrong_configuration, ha::Reason::none, fmt::format("unknown action \"{}\"", action)};
}

}  // namespace

int run_fence_agent(const FenceAgentDescription& agent, const OpenDevice& open, int argc, const char* const* argv) {
  try {
    if (argc <= 1) return act(agent, open, read_fence_options(agent, std::cin));
    CommandLine line = read_fence_options(agent, argc, argv);
    return line.exit >= 0 ? line.exit : act(agent, open, std::move(line.options));
  } catch (const Failure& failure) {
    if (command_is_out == 0) fmt::print("sent=no\n");
    if (failure.reason != ha::Reason::none) fmt::print("reason={}\n", ha::to_string(failure.reason));
    log(fmt::format("{}: {}", agent.name, failure.text));
    return 1;
  }
}

}  // namespace hacored::agents
