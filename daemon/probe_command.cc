// One question to each resource, all at once.
#include "daemon/probe_command.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>

#include "daemon/resources.h"

namespace hacored {

int probe_command(const Settings& settings, std::FILE* out) {
  boost::asio::io_context io;
  Runner runner{io};
  Resources resources{io, settings, runner, [](const ha::Input&) {}, [](std::uint8_t) { return false; }};
  const std::size_t all = resources.settings().size();
  std::vector<Ended> answers(all);
  std::size_t left = all;
  std::size_t width = 0;
  for (std::size_t i = 0; i < all; ++i) {
    width = std::max(width, resources.settings()[i].name.size());
    resources.status(i, [&answers, &left, i](const Ended& ended) {
      answers[i] = ended;
      --left;
    });
  }
  while (left > 0) io.run_one();
  bool unclear = false;
  bool any_runs = false;
  for (std::size_t i = 0; i < all; ++i) {
    const bool runs = exited(answers[i], AgentExit::done);
    const bool rests = exited(answers[i], AgentExit::not_running);
    any_runs |= runs;
    unclear |= !runs && !rests;
    fmt::print(out, "  {:<{}}  {}\n", resources.settings()[i].name, width,
               runs    ? "runs"
               : rests ? "does not run"
                       : "cannot tell: " + describe(answers[i]));
  }
  if (any_runs)
    fmt::print(out,
               "If this head is not active, what runs here is started by something else, or its status is wrong.\n");
  if (unclear)
    fmt::print(out, "What cannot tell may run: mend its status, which is 0 if it runs and 3 (LSB) if not.\n");
  return unclear ? 2 : 0;
}

}  // namespace hacored
