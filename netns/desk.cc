// A SOCK_SEQPACKET socket: a message is a question.
#include "netns/desk.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <sstream>

#include "netns/failure.h"
#include "netns/sandbox.h"

namespace hasim::netns {
namespace {

std::string path() { return std::string{kFolder} + "/desk"; }

}  // namespace

void Question::answer(const std::string& text, int descriptor) const {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec part{const_cast<char*>(text.data()), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const carried = CMSG_FIRSTHDR(&message);
    carried->cmsg_level = SOL_SOCKET;
    carried->cmsg_type = SCM_RIGHTS;
    carried->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(carried), &descriptor, sizeof descriptor);
  }
  (void)::sendmsg(client_->get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

Desk::Desk() : door_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  ::unlink(path().c_str());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
  fail_if(!door_ || ::bind(door_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
              ::listen(door_.get(), 64) != 0,
          "the socket of the harness");
}

Desk::~Desk() { ::unlink(path().c_str()); }

void Desk::add_to(std::vector<pollfd>& waits) const {
  waits.push_back({door_.get(), POLLIN, 0});
  for (const Descriptor& client : silent_) waits.push_back({client.get(), POLLIN, 0});
}

std::vector<Question> Desk::questions() {
  for (;;) {
    Descriptor client{::accept4(door_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (!client) break;
    silent_.push_back(std::move(client));
  }
  std::vector<Question> asked;
  std::vector<Descriptor> still;
  for (Descriptor& client : silent_) {
    std::array<char, 512> text{};
    const ssize_t got = ::recv(client.get(), text.data(), text.size(), 0);
    if (got <= 0) {
      if (got < 0 && errno == EAGAIN) still.push_back(std::move(client));
      continue;
    }
    std::istringstream line{std::string(text.data(), static_cast<std::size_t>(got))};
    std::vector<std::string> words;
    for (std::string word; line >> word;) words.push_back(word);
    asked.emplace_back(std::move(client), std::move(words));
  }
  silent_ = std::move(still);
  return asked;
}

}  // namespace hasim::netns
