// hacore-store: keeps the leases and claims of a cell. hacored runs it; set-up makes and probes stores with it.
#include <fmt/format.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <csignal>

#include "daemon/refused.h"
#include "daemon/store/probe.h"
#include "daemon/store/serve.h"
#include "daemon/store/url.h"

namespace {

using namespace hacored;

struct Options {
  std::string url;
  std::string cell;
  int head = 0;
  int timeout_ms = 1500;
  bool init = false;
  bool probe = false;
  int races = 200;
};

int run_probe(const Options& options) {
  const std::chrono::milliseconds timeout{options.timeout_ms};
  const auto open = [&](int side) { return open_files(options.url, side, timeout); };
  const ProbeFigures f = probe(open, options.races);
  if (!f.trouble.empty()) {
    fmt::print(stderr, "hacore-store: {}\n", f.trouble);
    return 1;
  }
  fmt::print("races        {} of {} had exactly one winner\n", f.one_winner, f.races);
  fmt::print("claim   ms   p50 {:.2f}  p99 {:.2f}  max {:.2f}\n", quantile(f.create_ms, 0.5),
             quantile(f.create_ms, 0.99), quantile(f.create_ms, 1));
  fmt::print("renewal ms   p50 {:.2f}  p99 {:.2f}  max {:.2f}\n", quantile(f.renew_ms, 0.5), quantile(f.renew_ms, 0.99),
             quantile(f.renew_ms, 1));
  if (f.one_winner == f.races) return 0;
  fmt::print(stderr, "hacore-store: this is no store: a claim can be won twice, or by nobody\n");
  return 1;
}

int run(const Options& options) {
  if (options.probe) return run_probe(options);
  const std::chrono::milliseconds timeout{options.timeout_ms};
  const auto store = open_store(options.url, store_of_cell(options.cell), options.head, timeout);
  if (!options.init) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return serve(*store, STDIN_FILENO);
  }
  if (store->init()) return 0;
  fmt::print(stderr, "hacore-store: {}\n", store->why());
  return 1;
}

int start(int argc, char** argv) {
  CLI::App app{"Keeps the leases and claims of a cell. Run by hacored, with a socket as standard input and output."};
  Options options;
  app.add_option("URL", options.url, "nfs://SERVER/EXPORT/DIRECTORY, dir:/PATH or block:/PATH")->required();
  auto* probe = app.add_flag("--probe", options.probe, "race for files instead, and print figures");
  app.add_option("--races", options.races, "how many files")->check(CLI::Range(1, 100000))->needs(probe);
  app.add_flag("--init", options.init, "make an empty store, unless there is one")->excludes(probe);
  const auto* cell = app.add_option("--cell", options.cell, "name of the cell; not needed to probe");
  app.add_option("--head", options.head, "the head that this is, 0 or 1")->check(CLI::Range(0, 1));
  app.add_option("--timeout", options.timeout_ms, "ms that a server has for one request")->check(CLI::Range(10, 60000));
  app.callback([&] {
    if (probe->count() == 0 && cell->count() == 0) throw CLI::RequiredError("--cell");
  });
  CLI11_PARSE(app, argc, argv);
  if (sodium_init() < 0) return 1;
  return run(options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return start(argc, argv);
  } catch (const Refused& why) {
    fmt::print(stderr, "hacore-store: {}\n", why.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "hacore-store: {}\n", error.what());
    return 1;
  }
}
