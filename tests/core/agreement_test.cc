// When a host believes its own checks.
#include "core/agreement.h"

#include <gtest/gtest.h>

namespace ha {
namespace {

constexpr Fitness kFit{};
constexpr Fitness kCutOff{Fit::unfit, Reason::unreachable};
constexpr Fitness kFull{Fit::unfit, Reason::disk_full};
constexpr Fitness kOld{Fit::degraded, Reason::image_old};

/// Whether the core is told after one more look.
bool told(Agreement<Fitness>& agreement, const Fitness& found, bool owner = false) {
  return agreement.take(found, looks_for(found, owner));
}

TEST(Agreement, OneLookIsNoNews) {
  Agreement<Fitness> agreement;
  EXPECT_FALSE(told(agreement, kCutOff));
  EXPECT_FALSE(told(agreement, kFit));
  EXPECT_FALSE(told(agreement, kCutOff));
  EXPECT_EQ(agreement.believed(), kFit);
}

TEST(Agreement, TwoInARowAreToldOnce) {
  Agreement<Fitness> agreement;
  EXPECT_FALSE(told(agreement, kCutOff));
  EXPECT_TRUE(told(agreement, kCutOff));
  EXPECT_FALSE(told(agreement, kCutOff));
  EXPECT_EQ(agreement.believed(), kCutOff);
}

TEST(Agreement, AnotherReasonIsNotAgreement) {
  Agreement<Fitness> agreement;
  EXPECT_FALSE(told(agreement, kCutOff));
  EXPECT_FALSE(told(agreement, kFull));
  EXPECT_TRUE(told(agreement, kFull));
}

TEST(Agreement, AnOwnerLooksOnceMoreBeforeItComplainsButNotBeforeItIsWell) {
  Agreement<Fitness> agreement;
  EXPECT_FALSE(told(agreement, kCutOff, true));
  EXPECT_FALSE(told(agreement, kCutOff, true));
  EXPECT_TRUE(told(agreement, kCutOff, true));
  EXPECT_FALSE(told(agreement, kFit, true));
  EXPECT_TRUE(told(agreement, kFit, true));
}

TEST(Agreement, WhoBecomesOwnerMeanwhileStillNeedsTheThirdLook) {
  Agreement<Fitness> agreement;
  EXPECT_FALSE(told(agreement, kCutOff, false));
  EXPECT_FALSE(told(agreement, kCutOff, true));
  EXPECT_TRUE(told(agreement, kCutOff, true));
}

TEST(Agreement, AnInterruptionBreaksTheRow) {
  Agreement<Fitness> agreement;
  EXPECT_FALSE(told(agreement, kCutOff));
  agreement.interrupt();
  EXPECT_FALSE(told(agreement, kCutOff));
  EXPECT_TRUE(told(agreement, kCutOff));
}

TEST(Agreement, IsQuietWhenNothingWasFoundOfLate) {
  Agreement<bool> agreement;
  EXPECT_TRUE(agreement.quiet(kChecksAgree));
  EXPECT_FALSE(agreement.take(true, kChecksAgree));
  EXPECT_FALSE(agreement.quiet(1));
  EXPECT_FALSE(agreement.take(false, kChecksAgree));
  EXPECT_TRUE(agreement.quiet(1));
  EXPECT_FALSE(agreement.quiet(2));
}

TEST(Agreement, TheGravestCountsAndOfEqualOnesTheFirst) {
  EXPECT_EQ(graver(kFit, kOld), kOld);
  EXPECT_EQ(graver(kOld, kFull), kFull);
  EXPECT_EQ(graver(kFull, kOld), kFull);
  EXPECT_EQ(graver(kFull, kCutOff), kFull);
}

}  // namespace
}  // namespace ha
