// What set-up wants to know of a store.
#include "daemon/store/probe.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

#include "core/check.h"

namespace hacored {
namespace {

using Steady = std::chrono::steady_clock;

/// What one process saw of one race.
struct Seen {
  bool done = false;
  bool won = false;
  std::uint8_t stands = 0;  ///< whose file it read afterwards
  double create_ms = 0;
};

/// Shared by the processes of a probe.
struct Track {
  std::atomic<int> at_start{0};
  std::atomic<bool> over{false};  ///< one of them failed: nobody waits any more
  std::array<char, 256> trouble{};
};

struct Mapping {
  explicit Mapping(std::size_t size)
      : bytes(size), at(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    HA_CHECK(at != MAP_FAILED);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { munmap(at, bytes); }
  std::size_t bytes;
  void* at;
};

double ms_since(Steady::time_point from) {
  return std::chrono::duration<double, std::milli>(Steady::now() - from).count();
}

void fail(Track& track, const std::string& why) {
  if (track.over.exchange(true)) return;
  why.copy(track.trouble.data(), track.trouble.size() - 1);
}

/// Both start at the same moment, as far as two processors can.
void meet(Track& track, int race) {
  ++track.at_start;
  while (track.at_start < 2 * (race + 1) && !track.over) std::this_thread::yield();
}

Seen run_race(StoreFiles& files, Track& track, const std::string& name, std::uint8_t side) {
  const std::array<std::byte, 1> mine{std::byte{side}};
  files.begin();
  const auto from = Steady::now();
  const Fate fate = files.create(name, mine);
  Seen seen{.done = true, .won = fate == Fate::done, .stands = 0, .create_ms = ms_since(from)};
  std::vector<std::byte> stands;
  if (fate != Fate::done && fate != Fate::exists) {
    fail(track, files.why());
  } else if (files.read(name, stands) != Fate::done || stands.size() != 1) {
    fail(track, fmt::format("what stands in {} cannot be read back: {}", name, files.why()));
  } else {
    seen.stands = std::to_integer<std::uint8_t>(stands[0]);
  }
  return seen;
}

std::string race_name(std::uint64_t number, int race) { return fmt::format("probe.{:x}.{}", number, race); }

void run_side(StoreFiles& files, Track& track, std::uint64_t number, int races, std::uint8_t side, Seen* seen) {
  std::vector<std::byte> nothing;
  files.begin();
  (void)files.read("probe", nothing);  // connects
  for (int race = 0; race < races && !track.over; ++race) {
    meet(track, race);
    if (!track.over) seen[race] = run_race(files, track, race_name(number, race), side);
  }
}

void time_renewals(StoreFiles& files, const std::string& name, int times, ProbeFigures& figures) {
  const std::array<std::byte, 256> bytes{};
  std::vector<std::byte> back;
  files.begin();
  bool works = files.create(name, bytes) == Fate::done;
  for (int i = 0; works && i < times; ++i) {
    files.begin();
    const auto from = Steady::now();
    works = files.overwrite(name, 0, bytes) == Fate::done && files.read(name, back) == Fate::done;
    figures.renew_ms.push_back(ms_since(from));
  }
  if (!works) figures.trouble = files.why();
  files.begin();
  (void)files.remove(name);
  std::ranges::sort(figures.renew_ms);
}

void judge(const Seen& a, const Seen& b, ProbeFigures& figures) {
  if (!a.done || !b.done) return;
  ++figures.races;
  const bool agreed = a.stands == b.stands && a.won == (a.stands == 0) && b.won == (b.stands == 1);
  if (a.won != b.won && agreed) ++figures.one_winner;
  figures.create_ms.push_back(a.won ? a.create_ms : b.create_ms);
}

}  // namespace

double quantile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return sorted[at];
}

ProbeFigures probe(const std::function<std::unique_ptr<StoreFiles>(int side)>& open, int races) {
  const auto count = static_cast<std::size_t>(races);
  const Mapping shared(sizeof(Track) + 2 * count * sizeof(Seen));
  auto* track = new (shared.at) Track;
  auto* seen = reinterpret_cast<Seen*>(track + 1);
  const auto number = static_cast<std::uint64_t>(Steady::now().time_since_epoch().count());
  const pid_t other = fork();
  HA_CHECK(other >= 0);
  if (other == 0) {
    run_side(*open(1), *track, number, races, 1, seen + count);
    _exit(0);
  }
  const auto files = open(0);
  run_side(*files, *track, number, races, 0, seen);
  waitpid(other, nullptr, 0);

  ProbeFigures figures;
  for (std::size_t race = 0; race < count; ++race) judge(seen[race], seen[count + race], figures);
  std::ranges::sort(figures.create_ms);
  figures.trouble = track->trouble.data();
  for (int race = 0; race < races; ++race) {
    files->begin();
    if (seen[race].done) (void)files->remove(race_name(number, race));
  }
  if (figures.trouble.empty()) time_renewals(*files, race_name(number, races), races, figures);
  return figures;
}

}  // namespace hacored
