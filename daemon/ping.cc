// ICMP and ICMPv6 echo.
#include "daemon/ping.h"

#include <unistd.h>

#include <array>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "daemon/refused.h"

namespace hacored {

namespace asio = boost::asio;
using asio::ip::icmp;

namespace {

constexpr std::size_t kEchoBytes = 16;
constexpr unsigned char kRequest4 = 8, kReply4 = 0, kRequest6 = 128, kReply6 = 129;

using Echo = std::array<unsigned char, kEchoBytes>;

std::uint16_t checksum(const Echo& echo) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < echo.size(); i += 2) sum += static_cast<std::uint32_t>(echo[i] << 8 | echo[i + 1]);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

/// The kernel fills in the checksum of ICMPv6.
Echo echo_request(bool v4, std::uint16_t id) {
  Echo echo{};
  echo[0] = v4 ? kRequest4 : kRequest6;
  echo[4] = static_cast<unsigned char>(id >> 8);
  echo[5] = static_cast<unsigned char>(id & 0xff);
  if (v4) {
    const std::uint16_t sum = checksum(echo);
    echo[2] = static_cast<unsigned char>(sum >> 8);
    echo[3] = static_cast<unsigned char>(sum & 0xff);
  }
  return echo;
}

/// IPv4 sockets show the IP header too.
bool answers(std::span<const unsigned char> packet, bool v4, std::uint16_t id) {
  if (v4) {
    if (packet.empty()) return false;
    const std::size_t header = static_cast<std::size_t>(packet[0] & 0x0f) * 4;
    if (packet.size() < header) return false;
    packet = packet.subspan(header);
  }
  return packet.size() >= 8 && packet[0] == (v4 ? kReply4 : kReply6) && (packet[4] << 8 | packet[5]) == id;
}

}  // namespace

/// One question to all targets; lives until it is answered or too old.
struct Ping::Question : std::enable_shared_from_this<Ping::Question> {
  Question(asio::io_context& io, std::uint16_t number, std::function<void(bool)> tell)
      : timer{io}, id{number}, then{std::move(tell)} {}

  void ask(asio::io_context& io, const asio::ip::address& target) {
    boost::system::error_code error;
    const bool v4 = target.is_v4();
    icmp::socket socket{io};
    socket.open(v4 ? icmp::v4() : icmp::v6(), error);
    if (error) return;
    const Echo echo = echo_request(v4, id);
    socket.non_blocking(true, error);
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
                              if (answers(std::span{on.buffer}.first(size), on.v4, self->id)) return self->end(true);
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
  std::function<void(bool)> then;
  std::vector<std::unique_ptr<Waiting>> sockets;
};

Ping::Ping(asio::io_context& io, const std::vector<std::string>& targets)
    : io_{io}, next_{static_cast<std::uint16_t>(getpid())} {
  for (const std::string& target : targets) {
    boost::system::error_code error;
    targets_.push_back(asio::ip::make_address(target, error));
    if (error) throw Refused(fmt::format("ping target {}: is no address", target));
  }
}

void Ping::ask(std::chrono::milliseconds wait, std::function<void(bool)> then) {
  const auto question = std::make_shared<Question>(io_, next_++, std::move(then));
  for (const auto& target : targets_) question->ask(io_, target);
  question->timer.expires_after(wait);
  question->timer.async_wait([question](boost::system::error_code error) {
    if (!error) question->end(false);
  });
}

}  // namespace hacored
