// The head that a set-up runs on, as far as its tests and its work reach: programs, addresses, files that are looked
// at. One interface, so that all of it can be tried without a head.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/runner.h"

namespace hacored::setup {

struct LocalAddress {
  std::string interface;
  std::string address;  ///< with the length of its prefix
};

class Machine {
 public:
  Machine() = default;
  virtual ~Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// Runs it to its end; after `limit` it is killed. Throws `Left` if the person leaves meanwhile.
  virtual Ended run(Program program, ha::Duration limit) = 0;
  /// Up to the first dot.
  virtual std::string host_name() const = 0;
  virtual std::vector<LocalAddress> addresses() const = 0;
  virtual bool exists(const std::string& path) const = 0;
  /// Nothing if it cannot be read.
  virtual std::optional<std::string> first_line(const std::string& path) const = 0;
  /// Where PATH has the program.
  virtual std::optional<std::string> in_path(const std::string& program) const = 0;
  /// Of the environment; "" if it is not set.
  virtual std::string variable(const std::string& name) const = 0;
};

/// The person pressed Ctrl-C, or the set-up was told to end.
struct Left {};

}  // namespace hacored::setup
