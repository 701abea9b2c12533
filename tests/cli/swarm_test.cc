// `hasim swarm`, as people meet it.
#include "tests/cli/hasim.h"

namespace hasim {
namespace {

class SwarmCommand : public HasimTest {};

TEST_F(SwarmCommand, SaysWhatStruckAndWhichPlacesWereReached) {
  const Ran ran = hasim("swarm --runs 60 --seed 1 -j 2 --stop-after 1000");
  EXPECT_TRUE(has(ran.out, "60 runs")) << ran.out;
  EXPECT_TRUE(has(ran.out, "  Fault mix: ")) << ran.out;
  EXPECT_TRUE(has(ran.out, "{head} loses power")) << ran.out;
  EXPECT_TRUE(has(ran.out, "  Places reached, in runs\n")) << ran.out;
  EXPECT_TRUE(has(ran.out, "  Never\n")) << ran.out;
  EXPECT_EQ(ran.exit, has(ran.out, "HOLDS") ? 0 : 1);
}

TEST_F(SwarmCommand, APlaceThatIsNotReachedFailsIfTheyAreRequired) {
  const Ran ran = hasim("swarm --runs 3 --world pair --require-places");
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(has(ran.out, " places were not reached\n")) << ran.out;
}

TEST_F(SwarmCommand, TheSameSeedTellsTheSameStory) {
  const Ran one = hasim("swarm --print --runs 3 --seed 7"), other = hasim("swarm --print --runs 1 --seed 8");
  EXPECT_EQ(one.exit, 0);
  EXPECT_TRUE(has(one.out, "scenario \"swarm 8\"\n")) << one.out;
  EXPECT_TRUE(has(one.out, other.out)) << other.out;
}

TEST_F(SwarmCommand, TellsMachinesTheSame) {
  const Ran ran = hasim("swarm --runs 20 --json");
  EXPECT_TRUE(has(ran.out, "\"type\":\"summary\",\"runs\":20,")) << ran.out;
  EXPECT_TRUE(has(ran.out, "\"places\":[{\"name\":\"peer_suspected\",\"runs\":")) << ran.out;
  EXPECT_TRUE(has(ran.out, "\"mix\":[{\"text\":\"{head} loses power\",\"times\":")) << ran.out;
}

TEST_F(SwarmCommand, RefusesWhatItCannotDraw) {
  for (const char* wrong : {"--world nowhere", "--runs 0", "--minutes 0", "--for soon", "--color pink", "--sed 3"}) {
    const Ran ran = hasim(std::string("swarm ") + wrong);
    EXPECT_EQ(ran.exit, 2) << wrong;
    EXPECT_TRUE(has(ran.err, "hasim swarm: ")) << ran.err;
    EXPECT_EQ(ran.out, "") << wrong;
  }
}

TEST_F(SwarmCommand, IsCutShortByTheClock) {
  const Ran ran = hasim("swarm --runs 100000000 --for 1s --stop-after 1000000");
  EXPECT_TRUE(has(ran.out, "Cut short: the time of --for is over")) << ran.out;
  EXPECT_EQ(ran.exit, has(ran.out, "HOLDS") ? 5 : 1);
}

TEST_F(SwarmCommand, ExplainsItsPlaces) {
  EXPECT_TRUE(has(hasim("explain claim_lost").out, "claim_lost (place): the store names the other head."));
  EXPECT_TRUE(has(hasim("explain places").out, "quarantine "));
}

}  // namespace
}  // namespace hasim
