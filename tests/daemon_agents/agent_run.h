// Runs one of the programs under test as hacored would: one action, parameters in the environment or on stdin. And
// namespaces of the test's own, so that nothing of the machine is touched.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace hacored::agents::testing {

struct Ran {
  int exit = -1;
  std::string out;
  std::string err;
  std::chrono::milliseconds took{};
};

/// A program that is still running. Its end is waited for by `wait`, at the latest when it goes out of scope.
class Running {
 public:
  Running(const std::string& program, const std::vector<std::string>& arguments,
          const std::map<std::string, std::string>& environment, const std::string& input = {}) {
    const std::string path = program.front() == '/' ? program : std::string{AGENTS_DIR} + "/" + program;
    std::vector<std::string> variables{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
    for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
    std::vector<std::string> words{path};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::array<int, 2> in{}, out{}, err{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0 ||
        ::pipe2(err.data(), O_CLOEXEC) != 0)
      std::abort();
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in[0], 0);
    posix_spawn_file_actions_adddup2(&files, out[1], 1);
    posix_spawn_file_actions_adddup2(&files, err[1], 2);
    if (::posix_spawn(&pid_, path.c_str(), &files, nullptr, pointers(words).data(), pointers(variables).data()) != 0)
      pid_ = -1;
    posix_spawn_file_actions_destroy(&files);
    for (const int end : {in[0], out[1], err[1]}) ::close(end);
    if (::write(in[1], input.data(), input.size()) < 0) std::abort();
    ::close(in[1]);
    out_ = out[0];
    err_ = err[0];
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      wait();
    }
  }

  pid_t pid() const { return pid_; }

  Ran wait() {
    Ran ran;
    std::array<pollfd, 2> ends{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
    while ((ends[0].fd >= 0 || ends[1].fd >= 0) && ::poll(ends.data(), ends.size(), 20000) > 0) {
      for (pollfd& end : ends) {
        if (end.revents == 0) continue;
        std::array<char, 4096> text{};
        const ssize_t got = ::read(end.fd, text.data(), text.size());
        if (got > 0)
          (end.fd == out_ ? ran.out : ran.err).append(text.data(), static_cast<std::size_t>(got));
        else
          end.fd = -1;
      }
    }
    int status = 0;
    if (pid_ > 0 && ::waitpid(pid_, &status, 0) == pid_ && WIFEXITED(status)) ran.exit = WEXITSTATUS(status);
    pid_ = -1;
    ::close(out_);
    ::close(err_);
    ran.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_);
    return ran;
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (std::string& word : words) all.push_back(word.data());
    all.push_back(nullptr);
    return all;
  }

  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

inline Ran run(const std::string& program, const std::string& action,
               const std::map<std::string, std::string>& environment) {
  return Running{program, {action}, environment}.wait();
}

/// From here on the test process has networks or mounts of its own. Its caller skips the test when it may not.
[[nodiscard]] inline bool own_namespaces(int which) {
  if (::unshare(which) != 0) return false;
  return (which & CLONE_NEWNS) == 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

}  // namespace hacored::agents::testing
