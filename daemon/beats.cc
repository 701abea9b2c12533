// Sockets of the paths, and what is judged of a datagram in which order.
#include "daemon/beats.h"

#include <net/if.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "daemon/bytes.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/refused.h"

namespace hacored {

namespace asio = boost::asio;
using asio::ip::udp;

namespace {

constexpr std::uint32_t kBeatMagic = 0x31544248;  // "HBT1"
constexpr int kReceiveBytes = 4 << 20;            ///< so that a flood does not push beats out of the queue at once
constexpr int kPriority = 6;                      ///< SO_PRIORITY: before bulk traffic, as routing protocols
constexpr int kInternetworkControl = 0xc0;        ///< DSCP CS6
constexpr int kBatch = 512;                       ///< datagrams taken in one go
/// A head boots or its core restarts: seldom. Old beats of several boots, played back, look like many of that.
constexpr ha::Duration kIncarnationEvery = std::chrono::milliseconds{200};

udp::socket open_path(const asio::any_io_executor& io, const PathSettings& path, std::uint8_t self) {
  const auto refuse = [&](const std::string& what) {
    throw Refused(fmt::format("path {}: {} on {}: {}", path.name, path.address[self], path.interface[self], what));
  };
  boost::system::error_code error;
  const auto mine = asio::ip::make_address(path.address[self], error);
  if (error) refuse("is no address");
  const auto theirs = asio::ip::make_address(path.address[1 - self], error);
  if (error) refuse("the peer's " + path.address[1 - self] + " is no address");
  udp::socket socket{io};
  socket.open(mine.is_v4() ? udp::v4() : udp::v6(), error);
  if (error) refuse(error.message());
  const int fd = socket.native_handle();
  const std::string& interface = path.interface[self];
  if (!interface.empty() &&
      setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(), static_cast<socklen_t>(interface.size())) != 0)
    refuse(errno == ENODEV ? "there is no such interface" : std::strerror(errno));
  socket.set_option(udp::socket::reuse_address(true));
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBytes, sizeof kReceiveBytes) != 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBytes, sizeof kReceiveBytes);
  setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &kPriority, sizeof kPriority);
  mine.is_v4() ? setsockopt(fd, IPPROTO_IP, IP_TOS, &kInternetworkControl, sizeof kInternetworkControl)
               : setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &kInternetworkControl, sizeof kInternetworkControl);
  socket.bind({mine, path.port}, error);
  if (error) refuse(error.message());
  socket.connect({theirs, path.port}, error);
  if (error) refuse("the peer's " + path.address[1 - self] + " has no route: " + error.message());
  socket.non_blocking(true);
  return socket;
}

}  // namespace

BeatGate::Datagram BeatGate::compose(const ha::Beat& beat) const {
  Datagram datagram{};
  const std::span<std::byte> bytes{datagram};
  ByteWriter{bytes}.put(kBeatMagic).put(path_);
  ha::encode(beat, bytes.subspan(kDatagramHead));
  const Seal::Mac mac = seal_->seal(bytes.first(kDatagramBytes - Seal::kBytes));
  std::copy(mac.begin(), mac.end(), bytes.last(Seal::kBytes).begin());
  return datagram;
}

std::optional<ha::Beat> BeatGate::judge(std::span<const std::byte> datagram, ha::Instant at) {
  const auto drop = [](std::uint64_t& counter) {
    ++counter;
    return std::nullopt;
  };
  if (datagram.size() != kDatagramBytes) return drop(counters_.malformed);
  ByteReader head{datagram};
  if (head.get<std::uint32_t>() != kBeatMagic) return drop(counters_.malformed);
  const std::size_t sealed = kDatagramBytes - Seal::kBytes;
  if (!seal_->opens(datagram.first(sealed), datagram.subspan(sealed))) return drop(counters_.forged);
  if (head.get<std::uint8_t>() != path_) return drop(counters_.malformed);  // one path is not led into another
  const std::optional<ha::Beat> beat = ha::decode(datagram.subspan(kDatagramHead, ha::kBeatBytes));
  if (!beat) return drop(counters_.malformed);
  if (beat->from == self_) return drop(counters_.reflected);
  if (!is_new(*beat, at)) return std::nullopt;
  ++counters_.received;
  return beat;
}

/// Within an incarnation sequences count up. Which of two incarnations is the newer one is the core's to judge.
bool BeatGate::is_new(const ha::Beat& beat, ha::Instant at) {
  if (beat.sender == peer_) {
    if (beat.seq <= newest_) return ++counters_.stale, false;
  } else {
    if (at - changed_ < kIncarnationEvery) return ++counters_.limited, false;
    changed_ = at;
    peer_ = beat.sender;
  }
  newest_ = beat.seq;
  return true;
}

Beats::Beats(asio::io_context& io, const Settings& settings, const Seal& seal, Heard heard)
    : self_{settings.self}, heard_{std::move(heard)}, again_{io} {
  std::string why;
  bool opened = false;
  for (const PathSettings& path : settings.paths) {
    const auto number = static_cast<std::uint8_t>(paths_.size());
    paths_.push_back({path, udp::socket{io}, BeatGate{seal, self_, number}});
  }
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    if (open(i, why)) {
      opened = true;
    } else {
      log(Level::error, fmt::format("{}; tried again every second", why));
    }
  }
  if (!opened) throw Refused(why);
  open_later();
}

bool Beats::open(std::size_t path, std::string& why) {
  try {
    paths_[path].socket = open_path(again_.get_executor(), paths_[path].settings, self_);
  } catch (const Refused& refused) {
    why = refused.what();
    return false;
  }
  listen(path);
  return true;
}

void Beats::open_later() {
  again_.expires_after(std::chrono::seconds{1});
  again_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    std::string why;
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      if (!paths_[i].socket.is_open() && open(i, why))
        log(Level::notice, fmt::format("path {} is there again", paths_[i].settings.name));
    }
    open_later();
  });
}

void Beats::send(std::uint8_t paths, const ha::Beat& beat) {
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    if ((paths >> i & 1U) == 0) continue;
    BeatCounters& counters = paths_[i].gate.counters();
    if (!paths_[i].socket.is_open()) {
      ++counters.send_errors;
      continue;
    }
    const BeatGate::Datagram datagram = paths_[i].gate.compose(beat);
    const ssize_t sent = ::send(paths_[i].socket.native_handle(), datagram.data(), datagram.size(), MSG_DONTWAIT);
    // An interface that went away does not come back under an open socket.
    const bool gone = sent < 0 && (errno == ENODEV || errno == ENXIO || errno == EADDRNOTAVAIL);
    ++(sent == static_cast<ssize_t>(datagram.size()) ? counters.sent : counters.send_errors);
    if (gone) paths_[i].socket.close();
  }
}

void Beats::catch_up() {
  for (std::size_t i = 0; i < paths_.size(); ++i) receive(i);
}

void Beats::listen(std::size_t path) {
  paths_[path].socket.async_wait(udp::socket::wait_read, [this, path](boost::system::error_code error) {
    if (error) return;
    receive(path);
    listen(path);
  });
}

void Beats::receive(std::size_t path) {
  std::array<std::byte, kDatagramBytes + 1> buffer;  // one more, so that a longer datagram is seen to be too long
  for (int i = 0; i < kBatch && paths_[path].socket.is_open(); ++i) {
    const ssize_t got = recv(paths_[path].socket.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got < 0) continue;  // an ICMP error: the peer does not listen
    const auto beat = paths_[path].gate.judge(std::span{buffer}.first(static_cast<std::size_t>(got)), now());
    if (beat) heard_(static_cast<std::uint8_t>(path), *beat);
  }
}

}  // namespace hacored
