// hacore-store at work.
#include "daemon/store/serve.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>

namespace hacored {
namespace {

/// A thread that only waits for the daemon to let go. The one that serves may be deep in a file system that hangs.
void end_with(int socket) {
  std::thread([socket] {
    pollfd closed{socket, POLLRDHUP, 0};
    while (poll(&closed, 1, -1) < 0 && errno == EINTR) {}
    _exit(0);
  }).detach();
}

/// Says each new trouble once, and when it is over.
class Log {
 public:
  void say(const ha::StoreAnswer& answer, const std::string& why) {
    const std::string now = answer.outcome == ha::Outcome::done ? "" : why;
    if (now == last_) return;
    fmt::print(stderr, "{}\n", now.empty() ? "the store answers again" : now);
    last_ = now;
  }

 private:
  std::string last_;
};

}  // namespace

int serve(Store& store, int socket) {
  end_with(socket);
  Log log;
  for (StoreBlock block;;) {
    const ssize_t got = recv(socket, block.data(), block.size(), MSG_TRUNC);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) return 0;
    const auto request = got == static_cast<ssize_t>(block.size()) ? decode_request(block) : std::nullopt;
    if (!request) {
      fmt::print(stderr, "what came is no request; is this standard input the socket of hacored?\n");
      return 1;
    }
    const ha::StoreAnswer answer = store.perform(*request);
    log.say(answer, store.why());
    const StoreBlock out = encode(answer);
    if (send(socket, out.data(), out.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(out.size())) return 0;
  }
}

}  // namespace hacored
