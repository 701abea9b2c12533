// A FIFO that is open at both ends here, so that a core that starts finds a reader and one that ends is not missed.
#include "netns/log_pipe.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "netns/failure.h"

namespace hasim::netns {

LogPipe::LogPipe(std::string path, const std::string& log) : path_(std::move(path)) {
  fail_if(::mkfifo(path_.c_str(), 0600) != 0, path_);
  pipe_ = Descriptor{::open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)};
  log_ = Descriptor{::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)};
  fail_if(!pipe_ || !log_, path_);
}

void LogPipe::drain() {
  if (blocked_ > 0) return;
  std::array<char, 4096> text;
  for (ssize_t got = 0; (got = ::read(pipe_.get(), text.data(), text.size())) > 0;) {
    const std::size_t ours = std::min(filled_, static_cast<std::size_t>(got));
    filled_ -= ours;
    fail_if(::write(log_.get(), text.data() + ours, static_cast<std::size_t>(got) - ours) < 0, path_);
  }
}

void LogPipe::block(bool on) {
  if (on && blocked_ == 0) {
    drain();
    const std::array<char, 4096> filler{};
    for (ssize_t wrote = 0; (wrote = ::write(pipe_.get(), filler.data(), filler.size())) > 0;)
      filled_ += static_cast<std::size_t>(wrote);
  }
  blocked_ += on ? 1 : -1;
}

}  // namespace hasim::netns
