// One client after the other, one order each: a PDU is slow, too.
#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "netns/programs/ask.h"
#include "netns/programs/outlet.h"

namespace hasim::cell {
namespace {

constexpr int kFailed = 1;
constexpr int kClientsTakeMs = 300;
constexpr int kWaiting = 16;

int listen_at(const std::string& address) {
  const int door = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;  // it begins anew while connections of its last life are still remembered
  (void)::setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(kOutletPort);
  const bool listens = ::inet_pton(AF_INET, address.c_str(), &here.sin_addr) == 1 &&
                       ::bind(door, reinterpret_cast<sockaddr*>(&here), sizeof here) == 0 &&
                       ::listen(door, kWaiting) == 0;
  return listens ? door : -1;
}

/// "off head1 17" of a client is "outlet pdu1 off head1 10.3.0.2 17" for the harness.
std::string question(const std::string& pdu, const std::string& line, const std::string& from) {
  const std::size_t plug = line.find(' ');
  if (plug == std::string::npos) return "";
  const std::size_t order = line.find(' ', plug + 1);
  return "outlet " + pdu + " " + line.substr(0, order) + " " + from +
         (order == std::string::npos ? "" : line.substr(order));
}

void serve(int client, const std::string& pdu, const std::string& from) {
  wait_at_most(client, kClientsTakeMs);
  if (!write_line(client, "pdu " + pdu)) return;
  const std::string asked = question(pdu, read_line(client), from);
  if (asked.empty()) return;
  const std::string text = ask(asked).text;
  (void)write_line(client, text.empty() ? "refused" : text);
}

}  // namespace

int serve_outlets(const std::vector<std::string>& words) {
  if (words.size() < 2) return kFailed;
  const int door = listen_at(words[1]);
  if (door < 0) {
    std::perror("hasim-cell pdu");
    return kFailed;
  }
  ::signal(SIGPIPE, SIG_IGN);
  for (;;) {
    sockaddr_in who{};
    socklen_t size = sizeof who;
    const int client = ::accept4(door, reinterpret_cast<sockaddr*>(&who), &size, SOCK_CLOEXEC);
    if (client < 0) continue;
    std::array<char, INET_ADDRSTRLEN> from{};
    ::inet_ntop(AF_INET, &who.sin_addr, from.data(), from.size());
    serve(client, words[0], from.data());
    ::close(client);
  }
}

std::string read_line(int socket) {
  std::string line;
  for (char c = 0; ::recv(socket, &c, 1, 0) == 1;) {
    if (c == '\n') return line;
    line += c;
  }
  return "";
}

bool write_line(int socket, const std::string& line) {
  const std::string text = line + "\n";
  return ::send(socket, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

void wait_at_most(int socket, int ms) {
  const timeval time{ms / 1000, ms % 1000 * 1000L};
  (void)::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  (void)::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);  // also of a connect
}

}  // namespace hasim::cell
