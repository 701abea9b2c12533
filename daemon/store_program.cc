// hacore-store as a program of the runner's.
#include "daemon/store_program.h"

#include <sys/socket.h>

#include <fmt/format.h>

#include "daemon/agent.h"
#include "daemon/log.h"

namespace hacored {

int StoreProgram::start() {
  current_ = 0;
  if (living_.size() >= kHungMax) {
    if (!std::exchange(told_, true))
      log(Level::error, fmt::format("{} hacore-store hang and cannot be ended; none is started until one of them is "
                                    "gone: is what {} needs there?",
                                    living_.size(), settings_.store.url));
    return -1;
  }
  const std::optional<std::string> program = find_agent(settings_.agent_dirs, "hacore-store");
  int ends[2];
  if (!program || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    log(Level::error, "hacore-store cannot be started: is it installed?");
    return -1;
  }
  // It gives a server up before it is given up itself.
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(settings_.store.timeout * 3 / 4);
  const Program store{.arguments = {*program, "--cell", settings_.cell, "--head", std::to_string(settings_.self),
                                    "--timeout", std::to_string(patience.count()), settings_.store.url},
                      .environment = {},
                      .input = {}};
  current_ = ++newest_;
  living_.insert(current_);
  runner_.stay(store, ends[1], [this, which = current_](const Ended& how) { ended(which, how); });
  return ends[0];
}

void StoreProgram::ended(std::uint64_t which, const Ended& how) {
  living_.erase(which);
  if (!how.exited(0)) log(Level::warning, fmt::format("hacore-store: {}", describe(how)));
  if (std::exchange(told_, false)) log(Level::notice, "a hacore-store that hung is gone; another one can be started");
}

}  // namespace hacored
