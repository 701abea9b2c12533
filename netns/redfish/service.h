// The Redfish service of a BMC: what of the protocol a fence agent needs. Who owns it decides what its machine says and
// does, so that it can have the faults of real ones.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace hasim::redfish {

/// Instead of a status: the client is left without an answer, on an open connection.
inline constexpr unsigned kNoAnswer = 0;

/// The machine behind a service. Asked on the thread of the service, which waits for the answer with all its clients.
class Machine {
 public:
  struct State {
    unsigned status = 200;  ///< of HTTP
    std::string power;      ///< "On", "Off", "PoweringOff", …
    std::string uuid;
    std::string restarted{};  ///< when its BMC last was, as a time of Redfish; empty: it does not say
  };

  virtual ~Machine() = default;
  /// Asked once a connection, and again after a refusal. Returns 200, or the status of the refusal.
  virtual unsigned log_in(const std::string& from, bool knows_password) = 0;
  virtual State state() = 0;
  /// An order, as "ForceOff", "On" or "GracefulShutdown". Returns the status of HTTP.
  virtual unsigned reset(const std::string& type) = 0;
  /// In the list of systems of its BMC.
  virtual int machines() { return 1; }
};

struct Place {
  std::string address;
  std::uint16_t port = 0;               ///< 0: any that is free
  std::string certificate{}, key{};     ///< PEM files; without them it speaks no TLS
  std::string login = "user:password";  ///< of who may ask
};

class Service {
 public:
  /// Listens. Throws `boost::system::system_error`.
  Service(Machine& machine, const Place& place);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Serves until `stop`, which any thread may call.
  void run();
  void stop();
  std::uint16_t port() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace hasim::redfish
