// A head's side of the voters.
#include "daemon/voter_client.h"

#include <sodium.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include "daemon/clock.h"
#include "daemon/refused.h"

namespace hacored {

using boost::asio::ip::udp;

namespace {

constexpr std::chrono::milliseconds kTellEvery{10};
constexpr std::size_t kSendBatch = 64;  ///< datagrams in one go; beats go between
constexpr int kReceiveBatch = 512;
constexpr int kReceiveBytes = 4 << 20;  ///< for the answers of a thousand voters at once
constexpr std::size_t kVotersMax = 65535;

}  // namespace

VoterClient::VoterClient(boost::asio::io_context& io, const std::vector<std::string>& addresses, std::uint16_t port,
                         Seal seal, const Head& head, Tell tell)
    : io_(io), seal_(seal), head_(head), tell_(std::move(tell)), hello_timer_(io), tell_timer_(io) {
  if (addresses.size() > kVotersMax) throw NeedsPerson(fmt::format("{} voters are too many", addresses.size()));
  for (const std::string& address : addresses) add(address, port);
  for (auto* socket : {&v4_, &v6_}) {
    if (*socket) listen(**socket);
  }
  say_hello();
}

void VoterClient::add(const std::string& address, std::uint16_t port) {
  boost::system::error_code error;
  const udp::endpoint at{boost::asio::ip::make_address(address, error), port};
  if (error) throw NeedsPerson(fmt::format("voter {}: is no address", address));
  if (std::ranges::find(voters_, at) != voters_.end())
    throw NeedsPerson(fmt::format("voter {}: is there twice, and would vote twice", address));
  voters_.push_back(at);
  (void)socket_for(at.protocol());
}

udp::socket& VoterClient::socket_for(const udp& protocol) {
  auto& socket = protocol == udp::v4() ? v4_ : v6_;
  if (socket) return *socket;
  socket.emplace(io_);
  boost::system::error_code error;
  socket->open(protocol, error);
  if (error) throw Refused(fmt::format("voters: no UDP socket: {}", error.message()));
  const int fd = socket->native_handle();
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBytes, sizeof kReceiveBytes) != 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBytes, sizeof kReceiveBytes);
  socket->bind({protocol, 0}, error);
  if (error) throw Refused(fmt::format("voters: no UDP port: {}", error.message()));
  return *socket;
}

/// Sends to all voters from `first` on, some now and the others when the rest of the daemon had its turn.
/// `compose(voter)` gives the datagram, or nothing if there is no reason to send it any more.
template <class Compose>
void VoterClient::send_from(std::size_t first, Compose compose) {
  const std::size_t end = std::min(first + kSendBatch, voters_.size());
  for (std::size_t voter = first; voter < end; ++voter) {
    const std::optional<VoterDatagram> datagram = compose(voter);
    if (!datagram) return;
    const udp::endpoint& to = voters_[voter];
    (void)sendto(socket_for(to.protocol()).native_handle(), datagram->data(), datagram->size(), MSG_DONTWAIT, to.data(),
                 static_cast<socklen_t>(to.size()));
  }
  if (end < voters_.size()) boost::asio::post(io_, [this, end, compose] { send_from(end, compose); });
}

/// The clock is a sequence that also goes on counting when another object of the same incarnation takes over.
void VoterClient::say_hello() {
  const auto seq = static_cast<std::uint64_t>(now().time_since_epoch().count());
  const Hello hello{head_.cell, head_.incarnation, seq, head_.self};
  send_from(0, [datagram = encode(hello, seal_)](std::size_t) { return std::optional{datagram}; });
  hello_timer_.expires_after(head_.hello_every);
  hello_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) say_hello();
  });
}

void VoterClient::ask(ha::RequestId id) {
  question_ = {};
  question_.tally.id = id;
  randombytes_buf(&question_.nonce, sizeof question_.nonce);
  question_.answered.resize(voters_.size());
  tell_timer_.cancel();
  send_from(0, [this, nonce = question_.nonce](std::size_t voter) -> std::optional<VoterDatagram> {
    if (nonce != question_.nonce) return std::nullopt;
    return encode(VoterQuestion{head_.cell, nonce, static_cast<std::uint16_t>(voter), head_.self}, seal_);
  });
}

void VoterClient::listen(udp::socket& socket) {
  socket.async_wait(udp::socket::wait_read, [this, &socket](boost::system::error_code error) {
    if (error) return;
    receive(socket);
    listen(socket);
  });
}

void VoterClient::receive(udp::socket& socket) {
  std::array<std::byte, kVoterDatagramBytes + 1> buffer;  // one more, so that a longer one is seen to be too long
  for (int i = 0; i < kReceiveBatch; ++i) {
    const ssize_t got = recv(socket.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got < 0) continue;  // an ICMP error: a voter does not listen
    judge(std::span{buffer}.first(static_cast<std::size_t>(got)));
  }
}

void VoterClient::judge(std::span<const std::byte> datagram) {
  if (datagram.size() != kVoterDatagramBytes) return void(++counters_.malformed);
  if (!authentic(datagram, seal_)) return void(++counters_.forged);
  const auto message = decode(datagram);
  const auto* answer = message ? std::get_if<VoterAnswer>(&*message) : nullptr;
  if (answer == nullptr) return void(++counters_.malformed);
  count(*answer);
}

bool VoterClient::hears(const VoterAnswer& answer, std::size_t head) const {
  const std::uint32_t ago = answer.heard_ms_ago[head];
  return ago != VoterAnswer::kNever && std::chrono::milliseconds{ago} < head_.hears_within;
}

/// Each voter counts once, and only if it answers the question that is open.
void VoterClient::count(const VoterAnswer& answer) {
  const std::size_t voter = answer.to.voter;
  const bool open =
      question_.nonce != 0 && answer.to == VoterQuestion{head_.cell, question_.nonce, answer.to.voter, head_.self};
  if (!open || voter >= question_.answered.size() || question_.answered[voter]) return void(++counters_.late);
  ++counters_.counted;
  question_.answered[voter] = true;
  ++question_.tally.answered;
  if (hears(answer, head_.self)) ++question_.tally.hear_me;
  if (hears(answer, 1U - head_.self)) ++question_.tally.hear_peer;
  if (!question_.told) return;
  question_.told = false;
  tell_timer_.expires_after(kTellEvery);
  tell_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) tell();
  });
}

void VoterClient::tell() {
  if (question_.told) return;
  question_.told = true;
  tell_(question_.tally);
}

}  // namespace hacored
