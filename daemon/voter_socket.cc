// The socket of a voter.
#include "daemon/voter_socket.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include <fmt/format.h>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include "daemon/clock.h"
#include "daemon/refused.h"

namespace hacored {

using boost::asio::ip::udp;

namespace {

constexpr int kBatch = 512;  ///< datagrams taken in one go

/// When the kernel got the datagram: of a voter that stood still, or waited for a processor, what is read now may be
/// old. The kernel counts by the wall clock; where that was stepped meanwhile, it arrives now at the latest.
ha::Instant arrival(msghdr& message) {
  const ha::Instant read = now();
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    timespec stamp{}, wall{};
    if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_TIMESTAMPNS) continue;
    std::memcpy(&stamp, CMSG_DATA(one), sizeof stamp);
    if (clock_gettime(CLOCK_REALTIME, &wall) != 0) break;
    const ha::Duration waited =
        std::chrono::seconds{wall.tv_sec - stamp.tv_sec} + std::chrono::nanoseconds{wall.tv_nsec - stamp.tv_nsec};
    return read - std::max(waited, ha::Duration{0});
  }
  return read;
}

}  // namespace

VoterSocket::VoterSocket(boost::asio::io_context& io, const udp::endpoint& at, Voter voter)
    : socket_(io), voter_(voter) {
  boost::system::error_code error;
  udp::endpoint here = at;
  socket_.open(here.protocol(), error);
  if (error == boost::asio::error::address_family_not_supported && at.address().is_unspecified()) {
    here = {udp::v4(), at.port()};  // a kernel without IPv6
    socket_.open(here.protocol(), error);
  }
  if (!error && here.address().is_v6()) socket_.set_option(boost::asio::ip::v6_only(false), error);
  if (!error) socket_.bind(here, error);
  if (error) throw Refused(fmt::format("{} port {}: {}", at.address().to_string(), at.port(), error.message()));
  const int on = 1;
  if (setsockopt(socket_.native_handle(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0)
    throw Refused(fmt::format("SO_TIMESTAMPNS: {}", std::strerror(errno)));
  socket_.non_blocking(true);
  listen();
}

void VoterSocket::listen() {
  socket_.async_wait(udp::socket::wait_read, [this](boost::system::error_code error) {
    if (error) return;
    receive();
    listen();
  });
}

void VoterSocket::receive() {
  std::array<std::byte, kVoterDatagramBytes + 1> buffer;  // one more, so that a longer one is seen to be too long
  for (int i = 0; i < kBatch; ++i) {
    sockaddr_storage from{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control{};
    iovec part{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = recvmsg(socket_.native_handle(), &message, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got < 0) continue;  // an ICMP error: who asked listens no more
    const auto answer = voter_.judge(std::span{buffer}.first(static_cast<std::size_t>(got)), arrival(message));
    if (answer)
      (void)sendto(socket_.native_handle(), answer->data(), answer->size(), MSG_DONTWAIT,
                   reinterpret_cast<const sockaddr*>(&from), message.msg_namelen);
  }
}

}  // namespace hacored
