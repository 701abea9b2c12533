// havoter: a voter on a compute node. Hears the hellos of both heads, and answers whom it heard when.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <optional>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/log.h"
#include "daemon/refused.h"
#include "daemon/voter_socket.h"

namespace {

using namespace hacored;

constexpr std::chrono::minutes kLogEvery{1};

struct Options {
  std::string listen = "::";
  std::uint16_t port = 5411;
  std::string cell;
  std::string key = "/etc/hacore/voter.key";
  std::string next_key;
};

/// Says what was dropped, once a minute at most.
class DropLog {
 public:
  DropLog(boost::asio::io_context& io, const VoterSocket& voter) : voter_(voter), timer_(io) { wait(); }

 private:
  void wait() {
    timer_.expires_after(kLogEvery);
    timer_.async_wait([this](boost::system::error_code error) {
      if (!error) say(), wait();
    });
  }
  void say() {
    const VoterCounters& now = voter_.counters();
    const auto dropped = [](const VoterCounters& c) { return c.malformed + c.forged + c.foreign + c.stale; };
    if (dropped(now) == dropped(said_)) return;
    log(Level::warning,
        fmt::format("dropped in the last minute: {} malformed, {} of another key, {} of another cell, {} old",
                    now.malformed - said_.malformed, now.forged - said_.forged, now.foreign - said_.foreign,
                    now.stale - said_.stale));
    said_ = now;
  }

  const VoterSocket& voter_;
  boost::asio::steady_timer timer_;
  VoterCounters said_;
};

int run(const Options& options) {
  boost::asio::io_context io{1};
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(options.listen, error);
  if (error) throw NeedsPerson(fmt::format("--listen {}: is no address", options.listen));
  std::optional<Seal> next;
  if (!options.next_key.empty()) next = Seal::load(options.next_key);
  Voter voter{voter_cell(options.cell), Seal::load(options.key), next};
  const VoterSocket socket{io, {address, options.port}, voter};
  const DropLog drops{io, socket};
  boost::asio::signal_set end{io, SIGTERM, SIGINT};
  end.async_wait([&io](boost::system::error_code, int) { io.stop(); });
  log(Level::info, fmt::format("votes in cell {} at {} port {}", options.cell, options.listen, options.port));
  io.run();
  return 0;
}

int start(int argc, char** argv) {
  CLI::App app{"Hears the hellos of the two heads of a cell, and answers them whom it heard when."};
  Options options;
  app.add_option("--cell", options.cell, "name of the cell")->required();
  app.add_option("--key", options.key, "file of the voters' key, mode 0600")->capture_default_str();
  app.add_option("--next-key", options.next_key, "file of a second key, while keys are changed");
  app.add_option("--listen", options.listen, "address; :: is all of both families")->capture_default_str();
  app.add_option("--port", options.port, "UDP port")->capture_default_str()->check(CLI::Range(1, 65535));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) { return app.exit(error) == 0 ? 0 : 2; }
  return run(options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return start(argc, argv);
  } catch (const NeedsPerson& why) {
    fmt::print(stderr, "havoter: {}\n", why.what());
    return 2;
  } catch (const Refused& why) {
    fmt::print(stderr, "havoter: {}\n", why.what());
    return 4;
  } catch (const std::exception& error) {
    fmt::print(stderr, "havoter: {}\n", error.what());
    return 1;
  }
}
