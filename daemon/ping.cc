// ICMP and ICMPv6 echo.
#include "daemon/ping.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "daemon/refused.h"

namespace hacored {

namespace asio = boost::asio;
using asio::ip::icmp;

namespace {

constexpr std::size_t kHead4 = 20, kHead6 = 40;  ///< of an IP packet without options
constexpr std::size_t kEchoHead = 8;
constexpr unsigned char kRequest4 = 8, kReply4 = 0, kRequest6 = 128, kReply6 = 129;

std::uint16_t checksum(std::span<const unsigned char, kEchoHead> head) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < head.size(); i += 2) sum += static_cast<std::uint32_t>(head[i] << 8 | head[i + 1]);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

/// An IP packet of `bytes` will carry it. Behind the head there are zeros, which no checksum sees; that of ICMPv6 is
/// filled in by the kernel.
std::vector<unsigned char> echo_request(bool v4, std::uint16_t id, std::uint16_t sequence, std::size_t bytes) {
  const std::size_t head = v4 ? kHead4 : kHead6;
  std::vector<unsigned char> echo(std::max(bytes, head + kEchoHead) - head);
  const auto put = [&echo](std::size_t at, std::uint16_t number) {
    echo[at] = static_cast<unsigned char>(number >> 8);
    echo[at + 1] = static_cast<unsigned char>(number & 0xff);
  };
  echo[0] = v4 ? kRequest4 : kRequest6;
  put(4, id);
  put(6, sequence);
  if (v4) put(2, checksum(std::span{echo}.first<kEchoHead>()));
  return echo;
}

/// Sets DF, and does not shorten what a router once asked to be shorter: it is to be seen whether that is still so.
bool do_not_fragment(int fd, bool v4) {
  const int probe = v4 ? IP_PMTUDISC_PROBE : IPV6_PMTUDISC_PROBE;
  return v4 ? setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &probe, sizeof probe) == 0
            : setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &probe, sizeof probe) == 0;
}

bool leave_by(int fd, const std::string& interface) {
  return interface.empty() ||
         setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(), static_cast<socklen_t>(interface.size())) == 0;
}

/// IPv4 sockets show the IP header too.
bool answers(std::span<const unsigned char> packet, bool v4, std::uint16_t id, std::uint16_t sequence) {
  if (v4) {
    if (packet.empty()) return false;
    const std::size_t header = static_cast<std::size_t>(packet[0] & 0x0f) * 4;
    if (packet.size() < header) return false;
    packet = packet.subspan(header);
  }
  return packet.size() >= kEchoHead && packet[0] == (v4 ? kReply4 : kReply6) && (packet[4] << 8 | packet[5]) == id &&
         (packet[6] << 8 | packet[7]) == sequence;
}

}  // namespace

/// One question to all targets; lives until it is answered or too old.
struct Ping::Question : std::enable_shared_from_this<Ping::Question> {
  Question(asio::io_context& io, std::uint16_t number, std::size_t length, std::function<void(bool)> tell)
      : timer{io}, id{number}, bytes{length}, then{std::move(tell)} {}

  /// The answer to a short request is not taken for that to a long one: the sequence says how long it was.
  std::uint16_t sequence() const { return static_cast<std::uint16_t>(bytes); }

  void ask(asio::io_context& io, const asio::ip::address& target, const PingWay& way) {
    boost::system::error_code error;
    const bool v4 = target.is_v4();
    icmp::socket socket{io};
    socket.open(v4 ? icmp::v4() : icmp::v6(), error);
    if (error) return;
    const int fd = socket.native_handle();
    if (!do_not_fragment(fd, v4) || !leave_by(fd, way.interface)) return;
    const std::vector<unsigned char> echo = echo_request(v4, id, sequence(), bytes);
    socket.non_blocking(true, error);
    if (!error && !way.from.empty()) socket.bind({asio::ip::make_address(way.from), 0}, error);
    if (!error) socket.connect({target, 0}, error);  // only what the target itself answers counts
    if (!error) socket.send(asio::buffer(echo), 0, error);
    if (error) return;
    sockets.push_back(std::make_unique<Waiting>(Waiting{std::move(socket), v4, {}}));
    listen(*sockets.back());
  }

  struct Waiting {
    icmp::socket socket;
    bool v4;
    std::array<unsigned char, 512> buffer;
  };

  void listen(Waiting& on) {
    on.socket.async_receive(asio::buffer(on.buffer),
                            [self = shared_from_this(), &on](boost::system::error_code error, std::size_t size) {
                              if (error) return;
                              if (answers(std::span{on.buffer}.first(size), on.v4, self->id, self->sequence()))
                                return self->end(true);
                              self->listen(on);
                            });
  }

  void end(bool reached) {
    if (!then) return;
    std::exchange(then, nullptr)(reached);
    timer.cancel();
    for (const auto& one : sockets) one->socket.close();
  }

  asio::steady_timer timer;
  std::uint16_t id;
  std::size_t bytes;
  std::function<void(bool)> then;
  std::vector<std::unique_ptr<Waiting>> sockets;
};

Ping::Ping(asio::io_context& io, const std::vector<std::string>& targets, PingWay way)
    : io_{io}, way_{std::move(way)}, next_{static_cast<std::uint16_t>(getpid())} {
  for (const std::string& target : targets) {
    boost::system::error_code error;
    targets_.push_back(asio::ip::make_address(target, error));
    if (error) throw NeedsPerson(fmt::format("ping target {}: is no address", target));
  }
}

void Ping::ask(std::chrono::milliseconds wait, std::size_t bytes, std::function<void(bool)> then) {
  const auto question = std::make_shared<Question>(io_, next_++, bytes, std::move(then));
  for (const auto& target : targets_) question->ask(io_, target, way_);
  question->timer.expires_after(wait);
  question->timer.async_wait([question](boost::system::error_code error) {
    if (!error) question->end(false);
  });
}

}  // namespace hacored
