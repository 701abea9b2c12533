// Servers say when they do not serve, and when they do again: what a judge needs to know whom it may blame.
#include "sim/storage.h"

#include "tests/sim/lab.h"

namespace hasim {
namespace {

/// Instants at which a server stopped and began to serve, beside the instant of `what`.
std::vector<std::pair<int, Duration>> told(Lab& lab, const std::string& server, Time since) {
  std::vector<std::pair<int, Duration>> found;
  for (const Event& e : lab.all(EventKind::server, server)) found.emplace_back(e.x, e.t - since);
  return found;
}

using Told = std::vector<std::pair<int, Duration>>;

TEST(Servers, ANasThatRestartsSaysWhenItServesAgain) {
  Lab lab;
  lab.settle();
  const Time then = lab.sim().now();
  lab.fault("nas restarts taking 20s");
  lab.run(2min);
  EXPECT_EQ(told(lab, "nas", then), (Told{{0, 0s}, {1, 20s}}));
}

TEST(Servers, ANasWithoutPowerServesWhenItHasBooted) {
  Lab lab;
  lab.settle();
  const Time then = lab.sim().now();
  lab.act("power off nas");
  lab.run(30s);
  EXPECT_EQ(told(lab, "nas", then), (Told{{0, 0s}}));
  lab.act("power on nas");
  lab.run(30s);
  EXPECT_EQ(told(lab, "nas", then), (Told{{0, 0s}, {1, 40s}}));
}

TEST(Servers, AHeadThatIsResetWhileItHangsDoesNotGoOn) {
  Lab lab;
  lab.settle();
  lab.fault("head2 hangs");
  lab.run(1s);
  lab.act("reset head2");
  lab.run(1s);
  EXPECT_EQ(lab.count(EventKind::hung, "head2", 1), 1);
  EXPECT_EQ(lab.last(EventKind::hung, "head2").x, 0);
  EXPECT_EQ(lab.last(EventKind::hung, "head2").y, 1);
  EXPECT_EQ(lab.last(EventKind::healed, "head2").x, 1) << "the fault ended with the power of its head";
}

}  // namespace
}  // namespace hasim
