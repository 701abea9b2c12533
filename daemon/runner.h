// Starts every other program for hacored: a process of its own, forked before memory is locked, so that the core's
// thread never forks. Each program gets its process group and a deadline, at which the whole group is killed. All of
// them die with hacored; what they left running on purpose, in sessions of their own, goes on.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "core/time.h"

namespace hacored {

/// A program to run.
struct Program {
  std::vector<std::string> arguments;              ///< the first one is its path
  std::map<std::string, std::string> environment;  ///< beside PATH and the locale; nothing of hacored's own
  std::string input;                               ///< its standard input; the place for secrets
  ha::Instant deadline = ha::kNever;               ///< then its group is killed; not started at all after it
};

/// How it ended.
struct Ended {
  enum class How : std::uint8_t {
    exited,
    killed,       ///< by a signal of others
    too_late,     ///< the deadline came first
    not_started,  ///< it does not exist, or its deadline was over
  };
  How how = How::not_started;
  int code = 0;          ///< exit status, signal, or errno
  std::string output{};  ///< the first kilobytes of its standard output
  std::string errors{};  ///< … and of its standard error
  bool exited(int with) const { return how == How::exited && code == with; }
};

class Runner {
 public:
  /// Forks. To be called while the process has one thread. Throws `Refused`.
  explicit Runner(boost::asio::io_context& io);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  using Then = std::function<void(const Ended&)>;
  /// Runs the program; `then` is called once, from the io_context. Never blocks.
  void run(const Program& program, Then then);

  /// Starts a program that stays: `socket` becomes its standard input and output, and is closed here. `ended` is called
  /// when it ends.
  void stay(const Program& program, int socket, Then ended);

  /// Called when the process that starts them is gone: nothing can be started, stopped or powered off any more.
  void on_lost(std::function<void()> then) { lost_ = std::move(then); }

  /// The process that starts them, for tests.
  pid_t pid() const { return pid_; }

 private:
  void send(const Program& program, int socket, Then then);
  void receive();

  boost::asio::posix::stream_descriptor channel_;
  pid_t pid_ = -1;
  std::uint32_t next_ = 1;
  std::map<std::uint32_t, Then> waiting_;
  std::function<void()> lost_;
  std::vector<char> buffer_;
};

}  // namespace hacored
