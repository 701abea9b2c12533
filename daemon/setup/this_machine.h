// The machine itself.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "daemon/setup/machine.h"
#include "daemon/setup/stop_signals.h"

namespace hacored::setup {

class ThisMachine : public Machine {
 public:
  /// Forks. To be made while the process has one thread. Throws `Refused`.
  explicit ThisMachine(const StopSignals& stop);

  Ended run(Program program, ha::Duration limit) override;
  std::string host_name() const override;
  std::vector<LocalAddress> addresses() const override;
  bool exists(const std::string& path) const override;
  std::optional<std::string> first_line(const std::string& path) const override;
  std::optional<std::string> in_path(const std::string& program) const override;
  std::string variable(const std::string& name) const override;

 private:
  boost::asio::io_context io_{1};
  Runner runner_{io_};
  boost::asio::posix::stream_descriptor stop_;
  bool stopped_ = false;
};

}  // namespace hacored::setup
