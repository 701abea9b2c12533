// A process for each processor, which sleeps two milliseconds again and again and writes down when it overslept.
#include "netns/stalls.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <ctime>

#include "netns/clock.h"
#include "netns/failure.h"
#include "netns/process.h"

namespace hasim::netns {
namespace {

using std::chrono::milliseconds;

constexpr Duration kSleep = milliseconds{2};
constexpr Duration kCounts = milliseconds{5};
constexpr int kPriority = 50;  // hacored has 5
constexpr std::size_t kKept = 4096;

}  // namespace

struct Stalls::Seen {
  struct Stall {
    Time ended;
    Duration lasted;
  };
  std::atomic<std::size_t> count;
  std::array<Stall, kKept> newest;

  [[noreturn]] void measure(int processor) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    (void)::sched_setaffinity(0, sizeof one, &one);
    const sched_param urgent{.sched_priority = kPriority};
    (void)::sched_setscheduler(0, SCHED_FIFO, &urgent);
    for (Time before = boottime();;) {
      const timespec sleep{0, kSleep.count()};
      (void)::nanosleep(&sleep, nullptr);
      const Time after = boottime();
      const Duration overslept = after - before - kSleep;
      before = after;
      if (overslept < kCounts) continue;
      const std::size_t number = count.load(std::memory_order_relaxed);
      newest[number % kKept] = {after, overslept};
      count.store(number + 1, std::memory_order_release);
    }
  }
};

Stalls::Stalls() {
  cpu_set_t mine;
  fail_if(::sched_getaffinity(0, sizeof mine, &mine) != 0, "processors");
  count_ = static_cast<std::size_t>(CPU_COUNT(&mine));
  void* shared = ::mmap(nullptr, count_ * sizeof(Seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  fail_if(shared == MAP_FAILED, "meters of stalls");
  seen_ = static_cast<Seen*>(shared);  // zeros, which is what a new one holds
  const pid_t parent = ::getpid();
  for (int processor = 0; meters_.size() < count_; ++processor) {
    if (!CPU_ISSET(processor, &mine)) continue;
    const pid_t meter = ::fork();
    fail_if(meter < 0, "a meter of stalls");
    if (meter == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::signal(SIGINT, SIG_IGN);
      if (::getppid() != parent) ::_exit(0);
      seen_[meters_.size()].measure(processor);
    }
    meters_.push_back(meter);
  }
}

Stalls::~Stalls() {
  for (const pid_t meter : meters_) end_process(meter);
  ::munmap(seen_, count_ * sizeof(Seen));
}

Duration Stalls::worst_since(Time since) const {
  Duration worst{0};
  for (std::size_t meter = 0; meter < count_; ++meter) {
    const std::size_t all = seen_[meter].count.load(std::memory_order_acquire);
    for (std::size_t i = all - std::min(all, kKept); i < all; ++i) {
      const Seen::Stall& stall = seen_[meter].newest[i % kKept];
      if (stall.ended >= since) worst = std::max(worst, stall.lasted);
    }
  }
  return worst;
}

}  // namespace hasim::netns
