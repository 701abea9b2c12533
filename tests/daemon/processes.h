// Programs of the daemon, started as a test starts them: by a simple fork.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace hacored {

/// A program of the build folder.
inline std::string built(const std::string& program) {
  return std::filesystem::path{HASIM_BINARY}.parent_path() / program;
}

/// Processes that each have one end of a socket as standard input and output. They are ended with the test.
class Processes {
 public:
  ~Processes() {
    for (const pid_t pid : pids_) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
  }

  /// Runs `child` in a process of its own; gives back the other end of its socket.
  int start(const std::function<void()>& child) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return -1;
    const pid_t pid = fork();
    if (pid == 0) {
      dup2(ends[1], STDIN_FILENO);
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      child();
      _exit(127);
    }
    close(ends[1]);
    pids_.push_back(pid);
    return ends[0];
  }

  int start(std::vector<std::string> command) {
    return start([&command] {
      std::vector<char*> arguments;
      for (std::string& word : command) arguments.push_back(word.data());
      arguments.push_back(nullptr);
      execv(arguments[0], arguments.data());
    });
  }

  std::size_t started() const { return pids_.size(); }
  /// Waits until the newest one has ended; its status.
  int ended() {
    int status = -1;
    EXPECT_EQ(waitpid(pids_.back(), &status, 0), pids_.back());
    pids_.pop_back();
    return status;
  }
  pid_t newest() const { return pids_.back(); }

 private:
  std::vector<pid_t> pids_;
};

}  // namespace hacored
