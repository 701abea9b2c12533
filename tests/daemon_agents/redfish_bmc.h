// The machine behind a Redfish service under test (netns/redfish/service.h), with the faults of real ones. It is served
// on a thread of its own until it goes out of scope.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "netns/redfish/service.h"

namespace hacored::agents::testing {

class RedfishBmc : public hasim::redfish::Machine {
 public:
  /// With a certificate it speaks TLS. Both are PEM files.
  explicit RedfishBmc(const std::string& certificate = {}, const std::string& key = {})
      : service_(*this, {"127.0.0.1", 0, certificate, key, "admin:the=pw"}), thread_([this] { service_.run(); }) {}
  ~RedfishBmc() override {
    service_.stop();
    thread_.join();
  }
  RedfishBmc(const RedfishBmc&) = delete;
  RedfishBmc& operator=(const RedfishBmc&) = delete;

  std::uint16_t port() const { return service_.port(); }

  unsigned log_in(const std::string&, bool knows_password) override { return knows_password ? 200 : 401; }

  State state() override {
    const bool silent = hangs || (hangs_when_ordered && commands > 0);
    const char* says = stuck && commands > 0 ? "PoweringOff" : power ? "On" : "Off";
    return {silent ? hasim::redfish::kNoAnswer : get_status.load(), says, "a1234567-89ab-cdef-a123-456789abcdef",
            "2026-11-03T04:12:51+00:00"};
  }

  unsigned reset(const std::string& type) override {
    ++commands;
    if (reset_status != 204) return reset_status;
    if (!lies && !stuck) {
      if (power == (type == "On")) return 409;
      power = type == "On";
    }
    return hangs_when_ordered ? hasim::redfish::kNoAnswer : 204;
  }

  int machines() override { return systems; }

  std::atomic<bool> power{true};
  std::atomic<int> commands{0};           ///< power-offs and power-ons it was asked for
  std::atomic<unsigned> get_status{200};  ///< of every GET of the machine
  std::atomic<unsigned> reset_status{204};
  std::atomic<bool> lies{false};                ///< accepts, and the machine stays on
  std::atomic<bool> stuck{false};               ///< says "PoweringOff" for ever after it was asked
  std::atomic<bool> hangs{false};               ///< reads requests and does not answer
  std::atomic<bool> hangs_when_ordered{false};  ///< from its first command on, which it executes
  std::atomic<int> systems{1};                  ///< in its list

 private:
  hasim::redfish::Service service_;
  std::thread thread_;
};

}  // namespace hacored::agents::testing
