// The other side of the runner: the process that starts programs, watches their deadlines and tells how they ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/runner.h"

namespace hacored {

inline constexpr std::size_t kMessageMax = 64 << 10;  ///< of a request or an answer, in bytes
inline constexpr std::size_t kOutputMax = 16 << 10;   ///< of each stream of a program; the rest is dropped

struct Request {
  std::uint32_t id = 0;
  Program program;
};
struct Answer {
  std::uint32_t id = 0;
  Ended ended;
};

std::string encode(const Request& request);
std::string encode(const Answer& answer);
Request decode_request(std::string_view message);
Answer decode_answer(std::string_view message);

/// One message over a SEQPACKET socket, with a file descriptor if `fd` is one. False: it did not go; `errno` says why.
bool send_message(int channel, std::string_view message, int fd = -1);

/// Serves requests until the other end closes. Does not return.
[[noreturn]] void run_programs(int channel);

}  // namespace hacored
