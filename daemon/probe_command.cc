// One question to each resource, all at once; and a second one to storage that is not mounted here.
#include "daemon/probe_command.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>

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

std::string said(const Probed& probed) {
  if (probed.runs()) return "runs";
  if (!probed.rests()) return "cannot tell: " + (probed.status ? describe(*probed.status) : "no answer");
  if (!probed.asked_storage) return "does not run";
  if (!probed.storage) return "does not run; its storage does not answer";
  if (*probed.storage == ha::Fitness{}) return "does not run; its storage can be reached";
  return fmt::format("does not run; its storage cannot be reached: {}", to_string(probed.storage->reason));
}

std::vector<Probed> ask_all(Resources& resources, boost::asio::io_context& io) {
  std::vector<Probed> all(resources.settings().size());
  std::size_t left = all.size();
  for (std::size_t i = 0; i < all.size(); ++i) {
    resources.status(i, [&, i](const Ended& ended) {
      all[i].status = ended;
      all[i].asked_storage = all[i].rests() && resources.can_reach(i);
      if (!all[i].asked_storage) return void(--left);
      resources.reach(i, [&, i](const ha::Fitness& found) {
        all[i].storage = found;
        --left;
      });
    });
  }
  const auto end = std::chrono::steady_clock::now() + kAnswersMax;
  while (left > 0 && io.run_one_until(end) > 0) continue;
  return all;
}

}  // namespace

int probe_command(const Settings& settings, std::FILE* out) {
  boost::asio::io_context io;
  Runner runner{io};
  Resources resources{io, settings, runner, [](const ha::Input&) {}, [](std::uint8_t) { return Stand::between; }};
  std::size_t width = 0;
  for (const ResourceSettings& one : resources.settings()) width = std::max(width, one.name.size());
  const std::vector<Probed> all = ask_all(resources, io);
  for (std::size_t i = 0; i < all.size(); ++i)
    fmt::print(out, "  {:<{}}  {}\n", resources.settings()[i].name, width, said(all[i]));
  const auto any = [&](auto is_so) { return std::any_of(all.begin(), all.end(), is_so); };
  const bool unclear = any([](const Probed& p) { return !p.runs() && !p.rests(); });
  const bool lost = any([](const Probed& p) { return p.storage_lost(); });
  if (any([](const Probed& p) { return p.runs(); }))
    fmt::print(out,
               "If this head is not active, what runs here is started by something else, or its status is wrong.\n");
  if (unclear)
    fmt::print(out, "What cannot tell may run: mend its status, which is 0 if it runs and 3 (LSB) if not.\n");
  if (lost) fmt::print(out, "This head cannot take over while it does not reach that storage.\n");
  return unclear || lost ? 2 : 0;
}

}  // namespace hacored
