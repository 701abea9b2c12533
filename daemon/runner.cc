// hacored's end of the channel to the process that runs programs.
#include "daemon/runner.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include "daemon/refused.h"
#include "daemon/runner_process.h"

namespace hacored {

namespace asio = boost::asio;

Runner::Runner(asio::io_context& io) : channel_{io}, buffer_(kMessageMax) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    throw Refused(fmt::format("no socket for the process that runs agents: {}", std::strerror(errno)));
  pid_ = fork();
  if (pid_ < 0) throw Refused(fmt::format("cannot fork the process that runs agents: {}", std::strerror(errno)));
  if (pid_ == 0) {
    close(ends[0]);
    run_programs(ends[1]);
  }
  close(ends[1]);
  channel_.assign(ends[0]);
  channel_.non_blocking(true);
  receive();
}

Runner::~Runner() {
  boost::system::error_code ignored;
  channel_.close(ignored);  // it sees the end, kills what runs, and goes
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
}

void Runner::run(const Program& program, Then then) { send(program, -1, std::move(then)); }

void Runner::stay(const Program& program, int socket, Then ended) { send(program, socket, std::move(ended)); }

void Runner::send(const Program& program, int socket, Then then) {
  const std::uint32_t id = next_++;
  const std::string message = encode({id, program});
  // A full channel is an error like any other: the core's thread does not wait for it.
  const bool sent = message.size() <= kMessageMax && send_message(channel_.native_handle(), message, socket);
  const int why = message.size() <= kMessageMax ? errno : E2BIG;
  if (socket >= 0) close(socket);
  if (sent) {
    waiting_.emplace(id, std::move(then));
    return;
  }
  asio::post(channel_.get_executor(), [then = std::move(then), why] { then({.code = why}); });
}

void Runner::receive() {
  channel_.async_wait(asio::posix::stream_descriptor::wait_read, [this](boost::system::error_code error) {
    if (error) return;
    for (;;) {
      const ssize_t got = recv(channel_.native_handle(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) break;
      if (got <= 0) {  // it is gone, and with it everything it ran: nobody knows what became of that
        auto lost = std::move(waiting_);
        waiting_.clear();
        for (auto& [id, then] : lost) then({.how = Ended::How::killed, .code = SIGKILL});
        if (lost_) lost_();
        return;
      }
      const Answer answer = decode_answer({buffer_.data(), static_cast<std::size_t>(got)});
      const auto asked = waiting_.find(answer.id);
      if (asked == waiting_.end()) continue;
      const Then then = std::move(asked->second);
      waiting_.erase(asked);
      then(answer.ended);
    }
    receive();
  });
}

}  // namespace hacored
