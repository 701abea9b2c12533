// The connection to hacored: JSON lines over its Unix socket, with a deadline for each answer.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "daemon/file_descriptor.h"

namespace hactl {

/// hacored is not there, says nothing, or hung up; `what()` says which, and what to do.
struct NoAnswer : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Connection {
 public:
  /// Throws `NoAnswer`.
  Connection(const std::string& path, std::chrono::milliseconds timeout);

  void send(nlohmann::json request);
  /// The next line. Throws `NoAnswer` if none comes in time or the other end hangs up.
  nlohmann::json receive() { return receive(timeout_); }
  nlohmann::json receive(std::chrono::milliseconds timeout);
  /// The answer to a request that has one.
  nlohmann::json ask(nlohmann::json request);

 private:
  std::string path_;
  std::chrono::milliseconds timeout_;
  hacored::FileDescriptor socket_;
  std::string received_;
};

}  // namespace hactl
