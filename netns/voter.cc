// havoter, and what of its socket's datagrams the kernel lets through.
#include "netns/voter.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "netns/failure.h"

namespace hasim::netns {
namespace {

using std::chrono::milliseconds;

// A hello on the wire (daemon/voter_wire.cc): the kind follows the magic number, and is 0.
constexpr std::uint32_t kKindAt = 8 + 4;  ///< behind the UDP header
constexpr std::uint32_t kHello = 0;
constexpr std::uint32_t kSourceAt = static_cast<std::uint32_t>(SKF_NET_OFF) + 12;  ///< of an IPv4 packet
constexpr std::uint32_t kAll = 0xffff;

bool is_udp(int socket) {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM;
}

}  // namespace

Voter::Voter(const Plan& plan, ThingId thing, const std::vector<ThingId>& networks, Cables& switches)
    : plan_(plan), box_(plan, thing, networks, switches), network_(networks.front()) {}

void Voter::start() {
  box_.power_on();
  program_ = box_.start({Plan::program("havoter"), "--cell", plan_.spec().name_of(plan_.spec().cells.front().id),
                         "--key", Plan::voter_key()});
  filter();
  if (silent_ > 0) ::kill(program_, SIGSTOP);
}

void Voter::off(bool off) {
  off_ += off ? 1 : -1;
  if (off_ > 0) box_.power_off();
}

bool Voter::boots() {
  if (off_ > 0 || box_.powered()) return false;
  start();
  return true;
}

void Voter::silent(bool silent) {
  silent_ += silent ? 1 : -1;
  if (box_.powered()) ::kill(program_, silent_ > 0 ? SIGSTOP : SIGCONT);
}

void Voter::blind_to(ThingId head, bool blind) {
  blind_[head] += blind ? 1 : -1;
  std::erase_if(blind_, [](const auto& one) { return one.second == 0; });
  if (!box_.powered()) return;
  if (!blind_.empty()) return filter();
  const int nothing = 0;
  fail_if(::setsockopt(socket().get(), SOL_SOCKET, SO_DETACH_FILTER, &nothing, sizeof nothing) != 0,
          "SO_DETACH_FILTER");
}

/// "Is it a hello? Of whom?", in classic BPF.
void Voter::filter() const {
  if (blind_.empty()) return;
  const auto heads = static_cast<std::uint8_t>(blind_.size());
  std::vector<sock_filter> code{
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kKindAt),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kHello, 0, static_cast<std::uint8_t>(heads + 1)),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kSourceAt),
  };
  for (auto left = heads; const auto& [head, faults] : blind_) {
    in_addr address{};
    ::inet_pton(AF_INET, plan_.address_of(head, network_).c_str(), &address);
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ntohl(address.s_addr), left, 0));
    --left;
  }
  code.push_back(BPF_STMT(BPF_RET | BPF_K, kAll));
  code.push_back(BPF_STMT(BPF_RET | BPF_K, 0));
  const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  fail_if(::setsockopt(socket().get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0,
          "SO_ATTACH_FILTER");
}

/// The one UDP socket of havoter, which it has as soon as it runs.
Descriptor Voter::socket() const {
  const Descriptor process{static_cast<int>(::syscall(SYS_pidfd_open, program_, 0))};
  fail_if(!process, "havoter");
  const std::filesystem::path open = fmt::format("/proc/{}/fd", program_);
  for (int looks = 0; looks < 1000; ++looks) {
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator{open, gone}) {
      const int number = std::atoi(entry.path().filename().c_str());
      Descriptor copy{static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), number, 0))};
      if (copy && is_udp(copy.get())) return copy;
    }
    std::this_thread::sleep_for(milliseconds{1});
  }
  throw Failure("havoter opens no socket: see " + box_.folder() + "/log");
}

}  // namespace hasim::netns
