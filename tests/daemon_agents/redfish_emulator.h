// A Redfish BMC of one machine, with the faults of real ones. It serves on a thread of its own until it goes out of
// scope.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

namespace hacored::agents::testing {

class RedfishEmulator {
 public:
  /// With a certificate it speaks TLS. Both are PEM files.
  explicit RedfishEmulator(const std::string& certificate = {}, const std::string& key = {});
  ~RedfishEmulator();

  std::uint16_t port() const;

  std::atomic<bool> power{true};
  std::atomic<int> commands{0};           ///< power-offs and power-ons it was asked for
  std::atomic<unsigned> get_status{200};  ///< of every GET of the machine
  std::atomic<unsigned> reset_status{204};
  std::atomic<bool> lies{false};                ///< accepts, and the machine stays on
  std::atomic<bool> stuck{false};               ///< says "PoweringOff" for ever after it was asked
  std::atomic<bool> hangs{false};               ///< reads requests and does not answer
  std::atomic<bool> hangs_when_ordered{false};  ///< from its first command on, which it executes
  std::atomic<int> machines{1};                 ///< in the list of systems

 private:
  class Server;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

}  // namespace hacored::agents::testing
