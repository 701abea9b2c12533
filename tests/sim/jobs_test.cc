// Jobs and accounting records of a Slurm controller.
#include "tests/sim/lab.h"

namespace hasim {
namespace {

constexpr int kLost = 0, kCompleted = 1, kAccepted = 2;

class JobsTest : public testing::Test {
 protected:
  JobsTest() : lab_{"slurm"} { lab_.settle(); }

  std::uint64_t jobs(int what) const {
    std::uint64_t n = 0;
    for (const Event& e : lab_.all(EventKind::job, "slurm.slurmctld")) n += e.x == what ? e.value : 0;
    return n;
  }
  Lab lab_;
};

TEST_F(JobsTest, AreSavedEveryFewSecondsAndOnlyTheFreshOnesAreLost) {
  lab_.act("submit 100 jobs");
  lab_.run(10s);
  lab_.act("submit 7 jobs");
  EXPECT_EQ(jobs(kAccepted), 107U);
  lab_.fault("mgmt01 loses power");
  lab_.run(60s);
  EXPECT_EQ(jobs(kLost), 7U);
}

TEST_F(JobsTest, AreSavedByAControllerThatIsStopped) {
  lab_.act("submit 7 jobs");
  lab_.act("makeactive on mgmt02");
  lab_.run(60s);
  EXPECT_EQ(lab_.role("mgmt02"), ha::Role::owner);
  EXPECT_EQ(jobs(kLost), 0U);
}

TEST_F(JobsTest, WaitForAController) {
  lab_.fault("mgmt01 loses power");
  lab_.run(1s);
  lab_.act("submit 5 jobs");
  EXPECT_EQ(jobs(kAccepted), 0U);
  lab_.run(200s);
  EXPECT_EQ(jobs(kAccepted), 5U);
}

TEST_F(JobsTest, CompleteOnce) {
  lab_.act("finish job");
  EXPECT_EQ(jobs(kCompleted), 0U) << "there is none";
  lab_.act("submit 2 jobs");
  lab_.run(10s);
  lab_.fault("mgmt01 loses power");
  lab_.run(1s);
  lab_.act("finish job");
  lab_.run(200s);
  EXPECT_EQ(jobs(kCompleted), 1U);
}

TEST_F(JobsTest, KeepTheirAccountingWhileTheDatabaseIsAway) {
  lab_.act("stop slurm.slurmdbd on mgmt01");
  lab_.act("submit 20000 jobs");
  std::uint64_t lost = 0;
  for (const Event& e : lab_.all(EventKind::records_lost, "slurm.slurmctld")) lost += e.value;
  EXPECT_EQ(lost, 10'000U) << "a controller keeps ten thousand";
}

}  // namespace
}  // namespace hasim
