// The library has no place for this, so it stands in the way of its datagrams: this program's own recvfrom(2).
#include "daemon/agents/ipmi/login_answers.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <span>

namespace hacored::agents {
namespace {

constexpr int kNextMax = 1000;  ///< ms until the answer that should follow a doubled one

/// Which payload types have come, of the six bits that RMCP+ has for them.
std::array<bool, 64> came{};

/// The answers of a login: to Open Session, RAKP 1 and RAKP 3 (IPMI 2.0, table 13-16).
bool answers_login(unsigned payload) { return payload == 0x11 || payload == 0x13 || payload == 0x15; }

/// A datagram of RMCP+ with an answer that has come before.
bool is_double(std::span<const std::uint8_t> datagram) {
  constexpr std::size_t kAuthentication = 4, kPayload = 5;
  constexpr std::uint8_t kRmcpPlus = 6;
  if (datagram.size() <= kPayload || datagram[kAuthentication] != kRmcpPlus) return false;
  const unsigned payload = datagram[kPayload] & 0x3fU;
  if (!answers_login(payload)) return false;
  const bool before = came.at(payload);
  came.at(payload) = true;
  return before;
}

bool another_comes(int socket) {
  pollfd waits{socket, POLLIN, 0};
  return ::poll(&waits, 1, kNextMax) > 0;
}

}  // namespace

void login_begins() { came = {}; }

// Under another name here, because the C library may have inline code for its own.
extern "C" [[gnu::used]] ssize_t receive_once(int socket, void* buffer, std::size_t size, int flags, sockaddr* from,
                                              socklen_t* length) __asm__("recvfrom");

ssize_t receive_once(int socket, void* buffer, std::size_t size, int flags, sockaddr* from, socklen_t* length) {
  for (;;) {
    iovec part{buffer, size};
    msghdr message{};
    message.msg_name = from;
    message.msg_namelen = from != nullptr && length != nullptr ? *length : 0;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    const ssize_t got = ::recvmsg(socket, &message, flags);
    if (from != nullptr && length != nullptr) *length = message.msg_namelen;
    if (got < 0 || !is_double({static_cast<const std::uint8_t*>(buffer), static_cast<std::size_t>(got)})) return got;
    if (another_comes(socket)) continue;
    errno = EAGAIN;
    return -1;
  }
}

}  // namespace hacored::agents
