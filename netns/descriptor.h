// A file descriptor that is closed with its owner, and a pipe of two of them.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "netns/failure.h"

namespace hasim::netns {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Descriptor() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

/// Throws `Failure` if there can be none.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    fail_if(::pipe2(ends.data(), O_CLOEXEC) != 0, "pipe");
    reads = Descriptor{ends[0]};
    writes = Descriptor{ends[1]};
  }
  Descriptor reads, writes;
};

}  // namespace hasim::netns
