// One question to each resource and each fence level, all at once; and a second one to storage that is not mounted
// here.
#include "daemon/probe_command.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>

#include "daemon/power.h"
#include "daemon/resources.h"

namespace hacored {
namespace {

/// Longer than a status may take; storage that hangs has no limit of its own.
constexpr std::chrono::seconds kAnswersMax{20};

struct Probed {
  std::optional<Ended> status;
  bool asked_storage = false;
  std::optional<ha::Fitness> storage;

  bool runs() const { return status && exited(*status, AgentExit::done); }
  bool rests() const { return status && exited(*status, AgentExit::not_running); }
  bool storage_lost() const { return asked_storage && (!storage || *storage != ha::Fitness{}); }
};

struct Findings {
  std::vector<Probed> resources;
  std::vector<std::optional<ha::PowerReading>> levels;
};

std::string said(const Probed& probed) {
  if (probed.runs()) return "runs";
  if (!probed.rests()) return "cannot tell: " + (probed.status ? describe(*probed.status) : "no answer");
  if (!probed.asked_storage) return "does not run";
  if (!probed.storage) return "does not run; its storage does not answer";
  if (*probed.storage == ha::Fitness{}) return "does not run; its storage can be reached";
  return fmt::format("does not run; its storage cannot be reached: {}", to_string(probed.storage->reason));
}

bool of_another_machine(const Settings& settings, const ha::PowerReading& read) {
  const std::uint64_t wanted = settings.core.peer_hardware_id;
  return read.chassis != 0 && wanted != 0 && read.chassis != wanted;
}

bool fences(const Settings& settings, const std::optional<ha::PowerReading>& read) {
  return read && read->reading != ha::Reading::unknown && !of_another_machine(settings, *read);
}

std::string said(const Settings& settings, const std::optional<ha::PowerReading>& read) {
  const std::string& peer = settings.heads[1 - settings.self];
  if (!read) return "does not answer";
  if (of_another_machine(settings, *read)) return "switches another machine than " + peer;
  if (read->reading == ha::Reading::unknown) return fmt::format("cannot be asked: {}", to_string(read->reason));
  return fmt::format("{} reads {}", peer, read->reading == ha::Reading::on ? "on" : "off");
}

Findings ask_all(const Settings& settings) {
  boost::asio::io_context io;
  Runner runner{io};
  Resources resources{io, settings, runner, [](const ha::Input&) {}, [](std::uint8_t) { return Stand::between; }};
  Findings all{std::vector<Probed>(resources.settings().size()), {}};
  all.levels.resize(settings.fence.size());
  std::size_t left = all.resources.size() + all.levels.size();
  Power power{settings, runner, [&](const ha::Input& input) {
                const auto& read = std::get<ha::PowerReading>(input);
                all.levels[read.level] = read;
                --left;
              }};
  for (std::size_t i = 0; i < all.levels.size(); ++i) power.read({ha::RequestId{1}, static_cast<std::uint8_t>(i)});
  for (std::size_t i = 0; i < all.resources.size(); ++i) {
    resources.status(i, [&, &one = all.resources[i], i](const Ended& ended) {
      one.status = ended;
      one.asked_storage = one.rests() && resources.can_reach(i);
      if (!one.asked_storage) return void(--left);
      resources.reach(i, [&](const ha::Fitness& found) {
        one.storage = found;
        --left;
      });
    });
  }
  const auto end = std::chrono::steady_clock::now() + kAnswersMax;
  while (left > 0 && io.run_one_until(end) > 0) continue;
  return all;
}

void show(const Settings& settings, const Findings& all, std::FILE* out) {
  const std::vector<ResourceSettings> resources = settings.resources();
  std::size_t width = 0;
  for (const ResourceSettings& one : resources) width = std::max(width, one.name.size());
  for (const FenceLevel& one : settings.fence) width = std::max(width, one.name.size());
  for (std::size_t i = 0; i < resources.size(); ++i)
    fmt::print(out, "  {:<{}}  {}\n", resources[i].name, width, said(all.resources[i]));
  for (std::size_t i = 0; i < settings.fence.size(); ++i)
    fmt::print(out, "  {:<{}}  {}\n", settings.fence[i].name, width, said(settings, all.levels[i]));
}

}  // namespace

int probe_command(const Settings& settings, std::FILE* out) {
  const Findings all = ask_all(settings);
  show(settings, all, out);
  const auto any = [&all](auto is_so) { return std::any_of(all.resources.begin(), all.resources.end(), is_so); };
  const bool unclear = any([](const Probed& p) { return !p.runs() && !p.rests(); });
  const bool lost = any([](const Probed& p) { return p.storage_lost(); });
  const bool fenceless = std::any_of(all.levels.begin(), all.levels.end(),
                                     [&settings](const auto& read) { return !fences(settings, read); });
  if (any([](const Probed& p) { return p.runs(); }))
    fmt::print(out,
               "If this head is not active, what runs here is started by something else, or its status is wrong.\n");
  if (unclear)
    fmt::print(out, "What cannot tell may run: mend its status, which is 0 if it runs and 3 (LSB) if not.\n");
  if (lost) fmt::print(out, "This head cannot take over while it does not reach that storage.\n");
  if (fenceless)
    fmt::print(out, "This head cannot fence {} by what it cannot ask.\n", settings.heads[1 - settings.self]);
  return unclear || lost || fenceless ? 2 : 0;
}

}  // namespace hacored
