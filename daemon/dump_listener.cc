// The port of crash dumps, and how its messages become what the core is told.
#include "daemon/dump_listener.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/ip/v6_only.hpp>

#include "daemon/bytes.h"
#include "daemon/clock.h"
#include "daemon/log.h"

namespace hacored {

namespace asio = boost::asio;
using asio::ip::udp;

namespace {

// As in fence_kdump_send of the package fence-agents.
constexpr std::uint32_t kDumpMagic = 0x1b302a40;
constexpr std::uint32_t kDumpVersion = 1;
constexpr std::size_t kMessageBytes = 8;

constexpr int kBatch = 256;                     ///< datagrams taken in one go …
constexpr std::chrono::milliseconds kRest{10};  ///< … and the pause after so many: a flood gets no more of a processor
constexpr std::chrono::minutes kQuiet{1};       ///< after a line about strangers

std::vector<asio::ip::address> addresses_of_peer(const Settings& settings) {
  const std::size_t peer = 1U - settings.self;
  std::vector<asio::ip::address> all;
  for (const PathSettings& path : settings.paths) all.push_back(asio::ip::make_address(path.address.at(peer)));
  if (const std::string& own = settings.dumps.address.at(peer); !own.empty())
    all.push_back(asio::ip::make_address(own));
  return all;
}

std::uint32_t swapped(std::uint32_t word) { return __builtin_bswap32(word); }

/// An IPv4 address, if it came over a socket of both families.
asio::ip::address plain(const asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

}  // namespace

bool DumpGate::judge(std::span<const std::byte> datagram, const asio::ip::address& from) {
  if (std::find(peer_.begin(), peer_.end(), from) == peer_.end()) return ++counters_.foreign, false;
  if (datagram.size() != kMessageBytes) return ++counters_.malformed, false;
  ByteReader words{datagram};
  const auto magic = words.get<std::uint32_t>();
  const auto version = words.get<std::uint32_t>();
  const bool right = magic == kDumpMagic && version == kDumpVersion;
  const bool right_swapped = swapped(magic) == kDumpMagic && swapped(version) == kDumpVersion;
  if (!right && !right_swapped) return ++counters_.malformed, false;
  return ++counters_.heard, true;
}

DumpListener::DumpListener(asio::io_context& io, const Settings& settings, Tell tell)
    : peer_name_{settings.heads.at(1U - settings.self)},
      port_{settings.dumps.port},
      again_every_{std::min<ha::Duration>(settings.core.warn_after / 2, std::chrono::seconds{1})},
      believed_for_{settings.dumps.interval},
      tell_{std::move(tell)},
      gate_{addresses_of_peer(settings)},
      socket_{io},
      rest_{io},
      again_{io} {
  if (settings.dumps.listen) open();
}

std::optional<DumpCounters> DumpListener::counters() const {
  if (!socket_.is_open()) return std::nullopt;
  return gate_.counters();
}

/// A crash kernel brings up any one of its networks, so all of them are listened to. A machine may have no IPv6.
boost::system::error_code DumpListener::bind() {
  boost::system::error_code error;
  socket_.open(udp::v6(), error);
  if (!error) socket_.set_option(asio::ip::v6_only{false}, error);
  if (!error) socket_.bind({udp::v6(), port_}, error);
  if (!error || error == asio::error::address_in_use) return error;
  boost::system::error_code closed;
  socket_.close(closed);
  socket_.open(udp::v4(), error);
  if (!error) socket_.bind({udp::v4(), port_}, error);
  return error;
}

void DumpListener::open() {
  if (const auto error = bind(); !error) {
    socket_.non_blocking(true);
    return listen();
  } else if (!std::exchange(complained_, true)) {
    log(Level::error,
        fmt::format("port {}, for what a crash kernel says: {}; tried again every second", port_, error.message()));
  }
  boost::system::error_code closed;
  socket_.close(closed);
  rest_.expires_after(std::chrono::seconds{1});
  rest_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) open();
  });
}

void DumpListener::listen() {
  socket_.async_wait(udp::socket::wait_read, [this](boost::system::error_code error) {
    if (error) return;
    if (receive()) return listen();
    rest_.expires_after(kRest);
    rest_.async_wait([this](boost::system::error_code cancelled) {
      if (!cancelled) listen();
    });
  });
}

/// False: there may be more than was taken.
bool DumpListener::receive() {
  std::array<std::byte, kMessageBytes + 1> buffer;  // one more, so that a longer datagram is seen to be too long
  for (int i = 0; i < kBatch; ++i) {
    udp::endpoint from;
    boost::system::error_code error;
    const std::size_t got = socket_.receive_from(asio::buffer(buffer), from, 0, error);
    if (error == asio::error::would_block) return true;
    if (error) continue;  // an ICMP error: of no interest
    const asio::ip::address sender = plain(from.address());
    const std::uint64_t strangers = gate_.counters().foreign;
    if (gate_.judge(std::span{buffer}.first(got), sender)) heard(now());
    if (gate_.counters().foreign != strangers) tell_of_strangers(sender, now());
  }
  return false;
}

void DumpListener::heard(ha::Instant at) {
  heard_at_ = at;
  if (std::exchange(dumps_, true)) return;
  log(Level::warning, fmt::format("{} says that its kernel has crashed and writes a dump", peer_name_));
  tell_();
  tell_again();
}

void DumpListener::tell_again() {
  again_.expires_after(again_every_);
  again_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    if (now() - heard_at_ < believed_for_) {
      tell_();
      return tell_again();
    }
    dumps_ = false;
    log(Level::notice, fmt::format("{} says no more that it writes a dump", peer_name_));
  });
}

void DumpListener::tell_of_strangers(const asio::ip::address& from, ha::Instant at) {
  if (strangers_said_at_ != ha::kLongAgo && at - strangers_said_at_ < kQuiet) return;
  strangers_said_at_ = at;
  log(Level::warning, fmt::format("a datagram about a crash dump from {}, which is no known address of {}: dropped",
                                  from.to_string(), peer_name_));
}

}  // namespace hacored
