#include "netns/programs/dump.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "netns/programs/ask.h"

namespace hasim::cell {
namespace {

constexpr int kFailed = 1;
constexpr std::uint16_t kPort = 7410;
constexpr std::array<std::uint32_t, 2> kMessage{0x1b302a40, 1};  ///< in the byte order of whoever sends it
constexpr long kSaysEveryMs = 1000;
constexpr long kWritesEveryMs = 50;

void say(int socket, const std::vector<std::string>& words) {
  for (std::size_t i = 2; i < words.size(); ++i) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(kPort);
    if (::inet_pton(AF_INET, words[i].c_str(), &to.sin_addr) != 1) continue;
    (void)::sendto(socket, kMessage.data(), sizeof kMessage, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
}

bool write_page(int file) {
  static constexpr std::array<char, 4096> kPage{};
  return ::write(file, kPage.data(), kPage.size()) == static_cast<ssize_t>(kPage.size());
}

}  // namespace

int write_dump(const std::vector<std::string>& words) {
  if (words.size() < 3) return kFailed;
  const long lasts = std::atol(words[0].c_str());
  const std::string unfinished = words[1] + ".incomplete";
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int file = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool whole = file >= 0;
  for (long at = 0; at < lasts; at += kWritesEveryMs) {
    if (at % kSaysEveryMs == 0) say(socket, words);
    whole = whole && write_page(file);
    sleep_ms(std::min(kWritesEveryMs, lasts - at));
  }
  if (!whole || ::fsync(file) != 0 || std::rename(unfinished.c_str(), words[1].c_str()) != 0) return kFailed;
  return 0;
}

}  // namespace hasim::cell
