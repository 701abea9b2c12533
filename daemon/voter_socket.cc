// The socket of a voter.
#include "daemon/voter_socket.h"

#include <sys/socket.h>

#include <cerrno>

#include <fmt/format.h>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include "daemon/clock.h"
#include "daemon/refused.h"

namespace hacored {

using boost::asio::ip::udp;

namespace {

constexpr int kBatch = 512;  ///< datagrams taken in one go

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
    socklen_t length = sizeof from;
    auto* sender = reinterpret_cast<sockaddr*>(&from);
    const ssize_t got = recvfrom(socket_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT, sender, &length);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got < 0) continue;  // an ICMP error: who asked listens no more
    const auto answer = voter_.judge(std::span{buffer}.first(static_cast<std::size_t>(got)), now());
    if (answer) (void)sendto(socket_.native_handle(), answer->data(), answer->size(), MSG_DONTWAIT, sender, length);
  }
}

}  // namespace hacored
