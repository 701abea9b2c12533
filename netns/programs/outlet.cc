// An order is one connection, and so is each reading after it.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "netns/programs/ask.h"
#include "netns/programs/outlet.h"

namespace hasim::cell {
namespace {

constexpr int kDone = 0, kFailed = 1, kOff = 2;
constexpr int kAnswersWithinMs = 1000;
constexpr int kReadAgainMs = 50;
constexpr int kReadings = 10;  ///< of a relay that was told

using Options = std::map<std::string, std::string>;

Options options_on_stdin() {
  Options options;
  for (std::string line; std::getline(std::cin, line);)
    if (const std::size_t is = line.find('='); is != std::string::npos)
      options[line.substr(0, is)] = line.substr(is + 1);
  return options;
}

/// A connection whose service has said that it is there; -1: it did not.
int open_at(const std::string& address) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  wait_at_most(socket, kAnswersWithinMs);
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(kOutletPort);
  const bool open = ::inet_pton(AF_INET, address.c_str(), &there.sin_addr) == 1 &&
                    ::connect(socket, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0 &&
                    !read_line(socket).empty();
  if (open) return socket;
  ::close(socket);
  return -1;
}

/// What it answers; empty: nothing.
std::string asked(const Options& options, const std::string& action) {
  const int socket = open_at(options.at("ip"));
  if (socket < 0) return "";
  std::string answer = write_line(socket, action + " " + options.at("plug")) ? read_line(socket) : "";
  ::close(socket);
  return answer;
}

int failed(const char* reason, bool sent, const char* says) {
  std::printf("%sreason=%s\n", sent ? "" : "sent=no\n", reason);
  std::fprintf(stderr, "%s\n", says);
  return kFailed;
}

int status(const Options& options) {
  const std::string reads = asked(options, "status");
  if (reads != "on" && reads != "off") return failed("bmc_silent", true, "the PDU does not answer");
  std::puts(reads == "on" ? "Status: ON" : "Status: OFF");
  return reads == "on" ? kDone : kOff;
}

/// An order of hacored may not leave after an instant of its core's clock.
bool too_late(const std::string& send_by) {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return !send_by.empty() && now.tv_sec * 1'000'000'000 + now.tv_nsec >= std::atoll(send_by.c_str());
}

/// An off is the order and a reading that says off. `send_by` names the order: all PDUs of a head get the same.
int off(const Options& options, const std::string& send_by) {
  const int socket = open_at(options.at("ip"));
  if (socket < 0) return failed("bmc_silent", false, "the PDU does not answer");
  if (too_late(send_by)) return failed("bmc_silent", false, "it is too late to send");
  const bool told = write_line(socket, "off " + options.at("plug") + " " + send_by) && read_line(socket) == "done";
  ::close(socket);
  if (!told) return failed("fence_unknown", true, "the PDU does not say what became of the order");
  for (int readings = 0; readings < kReadings; ++readings) {
    if (asked(options, "status") == "off") return kDone;
    sleep_ms(kReadAgainMs);
  }
  return failed("fence_unknown", true, "the outlet accepted the order and does not read off");
}

}  // namespace

int fence_by_outlet() {
  const Options options = options_on_stdin();
  if (!options.contains("ip") || !options.contains("plug")) return failed("cannot_fence", false, "no ip, or no plug");
  const auto of = [&](const char* name) { return options.contains(name) ? options.at(name) : std::string{}; };
  const std::string action = of("action");
  if (action == "status") return status(options);
  if (action == "off") return off(options, of("send_by"));
  if (action == "on") return asked(options, "on") == "done" ? kDone : kFailed;
  return failed("cannot_fence", false, "it knows off, on and status");
}

}  // namespace hasim::cell
