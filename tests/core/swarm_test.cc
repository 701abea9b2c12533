// Random disasters on the core alone: faults of all kinds, then everything is healed and somebody has to serve.
#include <gtest/gtest.h>

#include "tests/core/cell.h"

namespace ha::test {
namespace {

/// splitmix64: the same draws everywhere.
struct Dice {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(n)); }
};

ServiceIndex one_of_the_services(const Cell& cell, Dice& draw) {
  const int services = cell.config[0].services;
  const int drawn = services == 1 ? services : draw.below(services + 1);
  return drawn == services ? kEveryService : static_cast<ServiceIndex>(drawn);
}

void disaster(Cell& cell, Dice& draw) {
  const auto h = static_cast<std::size_t>(draw.below(2));
  switch (draw.below(13)) {
    case 0: return cell.power_off(h);
    case 1:
      if (!cell.heads[h].on) cell.power_on(h);
      return;
    case 2: return cell.cut[h].fill(true);
    case 3: return cell.cut[h].fill(false);
    case 4: cell.cut_all(); return;
    case 5: cell.cut_all(false); return;
    case 6: cell.heads[h].bmc_answers = !cell.heads[h].bmc_answers; return;
    case 7: cell.store_answers = !cell.store_answers; return;
    case 8: return cell.order(h, CommandKind::makeactive, false, one_of_the_services(cell, draw));
    case 9: cell.start_fails[h] = !cell.start_fails[h]; return;
    case 10: cell.stop_hangs[h] = !cell.stop_hangs[h]; return;
    case 11: return cell.restart_core(h);
    case 12: cell.cut[h][0] = !cell.cut[h][0]; return;
  }
}

void heal(Cell& cell) {
  cell.cut_all(false);
  cell.store_answers = true;
  for (std::size_t h = 0; h < 2; ++h) {
    cell.heads[h].bmc_answers = true;
    cell.start_fails[h] = cell.stop_hangs[h] = false;
    // A person goes there, looks, and power-cycles whatever lies in a corner; that also ends every hold.
    cell.power_off(h);
    cell.power_on(h);
  }
}

std::string one_run(std::uint64_t seed, const Config& config) {
  Cell cell(config);
  Dice draw{seed};
  cell.start();
  Duration t = 60s;
  for (int i = 0; i < 12; ++i) {
    t += std::chrono::milliseconds{draw.below(draw.below(2) ? 2000 : 20000)};
    cell.run_until(t);
    disaster(cell, draw);
  }
  t += 60s;
  cell.run_until(t);
  heal(cell);
  t += 4min;
  cell.run_until(t);
  if (!cell.broken.empty()) return cell.broken.front();
  for (std::size_t i = 0; i < config.services; ++i) {
    if (cell.owns(0, i) == cell.owns(1, i)) return "no single owner in the end";
  }
  return "";
}

/// Seeds that broke the core once.
constexpr std::uint64_t kScars[] = {18877};

/// Sanitizers make a run twenty times as slow: they see a tenth of them.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HACORE_SANITIZED
#endif
#endif
#ifdef HACORE_SANITIZED
constexpr std::uint64_t kShare = 10;
#else
constexpr std::uint64_t kShare = 1;
#endif

void swarm(const Config& config, std::uint64_t runs) {
  for (const std::uint64_t seed : kScars) ASSERT_EQ(one_run(seed, config), "") << "seed " << seed;
  for (std::uint64_t seed = 1; seed <= runs / kShare; ++seed) ASSERT_EQ(one_run(seed, config), "") << "seed " << seed;
}

TEST(Swarm, APairWithOnlyBmcsHasAtMostOneOwnerAndOneInTheEnd) { swarm(Cell::default_config(), 3000); }
TEST(Swarm, APairWithStoreAndWatchdogToo) { swarm(Cell::with_store(), 3000); }
TEST(Swarm, TwoServicesWithOnlyBmcs) { swarm(Cell::two_services(), 1000); }
TEST(Swarm, TwoServicesWithStoreAndWatchdog) { swarm(Cell::two_services(Cell::with_store()), 1000); }

}  // namespace
}  // namespace ha::test
