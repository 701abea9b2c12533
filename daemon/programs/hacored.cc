// hacored: argument parsing, and the order in which a daemon takes hold of a head.
#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "daemon/alive.h"
#include "daemon/config_file.h"
#include "daemon/config_page.h"
#include "daemon/control.h"
#include "daemon/head.h"
#include "daemon/log.h"
#include "daemon/metrics.h"
#include "daemon/metrics_server.h"
#include "daemon/private_memory.h"
#include "daemon/probe_command.h"
#include "daemon/refused.h"

namespace hacored {
namespace {

enum Exit : int {
  kLeft = 0,
  kNeedsPerson = 2,  ///< usage, configuration or state: no new start mends it
  kRefused = 4,      ///< something that the configuration names cannot be taken hold of yet
  kBroken = 5,       ///< the state cannot be made durable
  kDetached = 75,    ///< its services go on; to be started again at once
};

constexpr std::chrono::seconds kLockMax{2};

/// Throws `Refused` with everything that is wrong.
Settings settings_of(const std::string& file, const ReadOptions& options) {
  ReadConfig read = read_config_file(file, options);
  if (read.settings) return std::move(*read.settings);
  std::string text;
  for (const Diagnostic& one : read.diagnostics) text += "\n" + one.show();
  throw NeedsPerson(text);
}

/// Only one hacored on a head. Its runner inherits the lock, so who gets it knows that what a killed hacored had
/// started is gone as well; that dies with it, but an instant later.
void lock(const std::string& run_dir) {
  mkdir(run_dir.c_str(), 0755);
  const std::string file = run_dir + "/lock";
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) throw Refused(fmt::format("lock {}: {}", file, std::strerror(errno)));
  constexpr std::chrono::milliseconds kLookAgain{10};
  for (auto waited = kLookAgain; flock(fd, LOCK_EX | LOCK_NB) != 0; waited += kLookAgain) {
    if (waited > kLockMax) throw Refused(fmt::format("lock {}: another hacored runs on this head; hactl status", file));
    std::this_thread::sleep_for(kLookAgain);
  }
}

/// So that a machine short of memory or busy elsewhere still beats. What is refused is said, and lived without.
void claim_memory_and_time(const Settings& settings) {
  // On fault: else every thread's whole stack would be taken from the machine.
  if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0)
    log(Level::warning, fmt::format("memory cannot be locked: {}", std::strerror(errno)));
  if (settings.realtime_priority == 0) return;
  const sched_param priority{.sched_priority = settings.realtime_priority};
  if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &priority) != 0)
    log(Level::warning, fmt::format("no real-time priority {}: {}", settings.realtime_priority, std::strerror(errno)));
}

int serve(const std::string& file, const ReadOptions& options) {
  keep_memory_private();
  const auto read = [file, options] { return settings_of(file, options); };
  Settings settings = read();
  lock(settings.run_dir);
  boost::asio::io_context io{1};
  Runner runner{io};  // forks: before there are threads and before memory is locked
  std::signal(SIGPIPE, SIG_IGN);
  Head head{io, settings, runner, read};
  const Control control{io, head};
  std::optional<MetricsServer> figures;
  if (!settings.metrics.empty()) figures.emplace(io, settings.metrics, [&head] { return metrics(head.see()); });
  claim_memory_and_time(settings);
  const Alive alive{io, [&head] { return head.writing_since(); }};
  switch (head.run()) {
    case End::left: return kLeft;
    case End::detached: return kDetached;
    case End::refused: return kNeedsPerson;
    default: return kBroken;
  }
}

int start(int argc, char** argv) {
  CLI::App program{
      "The failover core of a pair of head nodes: watches the other head, and takes over its services only "
      "with proof that it has stopped."};
  std::string file{kConfigFile};
  ReadOptions options;
  bool check = false;
  bool probe = false;
  bool keys = false;
  program.add_option("--config,FILE", file, "configuration")->capture_default_str();
  program.add_option("--head", options.head, "which head this is (default: the one of this host's name)");
  CLI::Option* looks = program.add_flag("--check", check, "say what is wrong with the configuration, and nothing else");
  program.add_flag("--probe", probe, "and ask every resource whether it runs here; changes nothing")->needs(looks);
  program.add_flag("--keys", keys, "print the page of all keys of the configuration");
  program.set_version_flag("--version", fmt::format("hacored {}, core {}", HACORE_VERSION, ha::digest()));
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) { return program.exit(error) == 0 ? 0 : kNeedsPerson; }
  if (keys) return std::fputs(configuration_page().c_str(), stdout) < 0 ? kBroken : 0;
  if (check) {
    const int wrong = check_command(file, options, stdout);
    return wrong != 0 || !probe ? wrong : probe_command(settings_of(file, options), stdout);
  }
  return serve(file, options);
}

int main(int argc, char** argv) {
  try {
    return start(argc, argv);
  } catch (const NeedsPerson& refused) {
    log(Level::critical, refused.what());
    return kNeedsPerson;
  } catch (const Refused& refused) {
    log(Level::critical, refused.what());
    return kRefused;
  } catch (const std::exception& error) {  // nothing is known of what it was about to do: the next start adopts
    log(Level::critical, error.what());
    return kBroken;
  }
}

}  // namespace
}  // namespace hacored

int main(int argc, char** argv) { return hacored::main(argc, argv); }
