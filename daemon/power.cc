// Calls of fence agents, and what their answers mean to the core.
#include "daemon/power.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

#include <fmt/format.h>

#include "core/check.h"
#include "daemon/agent.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/refused.h"

namespace hacored {
namespace {

/// Exit codes of `status` in the FenceAgentAPI. By themselves they say nothing: 2 is also what a program ends with that
/// does not like its arguments. So an agent must say the word as well, as all of them do: "Status: OFF".
constexpr int kOn = 0;
constexpr int kOff = 2;

bool says(const Ended& ended, std::string_view word) {
  return ended.output.find(fmt::format("Status: {}", word)) != std::string::npos;
}
/// The number of no machine: the devices of one level control different ones.
constexpr std::uint64_t kTwoMachines = 2;

/// Surely not done: it was never started, or one of our own says that it sent nothing.
bool surely_not_done(const Ended& ended, bool our_own) {
  return ended.how == Ended::How::not_started || (our_own && ended.exited(1) && said(ended, "sent") == "no");
}

const Ended* failed_one(const std::vector<Ended>& all, bool (*good)(const Ended&)) {
  const auto bad = std::find_if(all.begin(), all.end(), [good](const Ended& one) { return !good(one); });
  return bad == all.end() ? nullptr : &*bad;
}

}  // namespace

ha::Reading reading_of(const Ended& ended) {
  if (ended.exited(kOn) && says(ended, "ON")) return ha::Reading::on;
  return ended.exited(kOff) && says(ended, "OFF") ? ha::Reading::off : ha::Reading::unknown;
}

std::uint64_t machine_number(std::string_view id) {
  std::string plain;
  for (const char c : id) {
    if (std::isalnum(static_cast<unsigned char>(c)))
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (plain.empty()) return 0;
  std::uint64_t number = 0;
  constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> kNoKey{};
  HA_CHECK(crypto_shorthash(reinterpret_cast<unsigned char*>(&number),
                            reinterpret_cast<const unsigned char*>(plain.data()), plain.size(), kNoKey.data()) == 0);
  return number | 1U;
}

Power::Power(const Settings& settings, Runner& runner, Tell tell) : runner_{runner}, tell_{std::move(tell)} {
  for (const FenceLevel& set : settings.fence) {
    const std::optional<std::string> agent = find_agent(settings.agent_dirs, set.agent);
    if (!agent) throw NeedsPerson(fmt::format("fence level {}: there is no agent {}", set.name, set.agent));
    Level level{set, *agent, {}, agent->substr(agent->rfind('/') + 1).starts_with("fence_hacore_")};
    for (const Parameters& device : set.devices[1 - settings.self]) {
      std::string& input = level.inputs.emplace_back();
      for (const auto& [name, value] : device) input += fmt::format("{}={}\n", name, value);
    }
    levels_.push_back(std::move(level));
  }
}

/// Asks all devices of a level at once; `then` when the last one has answered.
void Power::ask(const Level& level, const std::string& lines, ha::Instant deadline,
                std::function<void(const std::vector<Ended>&)> then) {
  struct Asked {
    std::vector<Ended> answers;
    std::size_t left;
    std::function<void(const std::vector<Ended>&)> then;
  };
  const auto asked = std::make_shared<Asked>(Asked{{}, level.inputs.size(), std::move(then)});
  asked->answers.resize(level.inputs.size());
  for (std::size_t i = 0; i < level.inputs.size(); ++i) {
    const Program program{.arguments = {level.agent},
                          .environment = {},
                          .input = level.inputs[i] + lines,
                          .deadline = std::min(deadline, now() + level.settings.timeout)};
    runner_.run(program, [asked, i](const Ended& ended) {
      asked->answers[i] = ended;
      if (--asked->left == 0) asked->then(asked->answers);
    });
  }
}

/// Nothing may be sent after the order's deadline (F4). Our own agents look at it right before they send, and then take
/// their time to verify; any other is killed at it.
void Power::off(const ha::PowerOff& order) {
  const Level& level = levels_[order.level];
  std::string lines = "action=off\n";
  if (level.minds_deadline) lines += fmt::format("send_by={}\n", order.deadline.time_since_epoch().count());
  ask(level, lines, level.minds_deadline ? ha::kNever : order.deadline,
      [this, order, &level](const std::vector<Ended>& answers) {
        const Ended* bad = failed_one(answers, [](const Ended& one) { return one.exited(0); });
        ha::PowerOffAnswer answer{order.id, order.level, ha::Outcome::done, ha::Reason::none};
        if (bad) {
          const bool refused = std::all_of(answers.begin(), answers.end(), [&level](const Ended& one) {
            return surely_not_done(one, level.minds_deadline);
          });
          answer.outcome = refused ? ha::Outcome::refused : ha::Outcome::unknown;
          answer.reason = reason_of(*bad, ha::Reason::bmc_silent);
          log(hacored::Level::error, fmt::format("power-off by {}: {}", level.settings.name, describe(*bad)));
        }
        tell_(answer);
      });
}

void Power::read(const ha::ReadPower& order) {
  const Level& level = levels_[order.level];
  ask(level, "action=status\n", ha::kNever, [this, order](const std::vector<Ended>& answers) {
    ha::PowerReading reading{.id = order.id, .level = order.level};
    const auto reads = [&answers](ha::Reading what) {
      return std::count_if(answers.begin(), answers.end(),
                           [what](const Ended& one) { return reading_of(one) == what; });
    };
    // One that does not answer could not be switched off either: then the level proves nothing, whatever the others
    // read.
    if (const Ended* bad =
            failed_one(answers, [](const Ended& one) { return reading_of(one) != ha::Reading::unknown; }))
      reading.reason = reason_of(*bad, ha::Reason::bmc_silent);
    else
      reading.reading = reads(ha::Reading::on) > 0 ? ha::Reading::on : ha::Reading::off;
    for (const Ended& one : answers) {
      reading.session = 31 * reading.session + machine_number(said(one, "session").value_or(""));
      const std::uint64_t chassis = machine_number(said(one, "chassis").value_or(""));
      if (chassis != 0) reading.chassis = reading.chassis == 0 || reading.chassis == chassis ? chassis : kTwoMachines;
    }
    tell_(reading);
  });
}

void Power::on(const ha::PowerOn& order) {
  ask(levels_[order.level], "action=on\n", ha::kNever, [](const std::vector<Ended>&) {});
}

}  // namespace hacored
