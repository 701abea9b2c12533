// The black box: what is written is played again, and what is damaged is refused.
#include "core/journal.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <vector>

namespace ha {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A head that ticks for a while, with a journal in `memory`. After each step it calls `after`.
void keep_journal(std::span<std::byte> memory, int steps, const std::function<void(int)>& after) {
  Config config;
  config.service[0].storage = Storage::none;
  Node node{config, {}, {1, 1}};
  Journal journal{memory, node};
  Outputs out;
  for (int i = 0; i < steps; ++i) {
    const Instant at{seconds{1} + i * milliseconds{100}};
    const Input input = i == 1 ? Input{Probed{node.state().probe_id, 0}} : Input{Tick{}};
    out.clear();
    node.step(at, input, out);
    journal.write(node, at, input, out);
    if (i == 20) {
      node.reconfigure(node.config());
      journal.reconfigured(node);
    }
    after(i);
  }
}

std::vector<std::byte> journal_of(std::size_t bytes, int steps) {
  std::vector<std::byte> memory(bytes);
  keep_journal(memory, steps, [](int) {});
  return memory;
}

TEST(Journal, ReplaysWithoutADifference) {
  const Replay replay = ha::replay(journal_of(4 << 20, 500));
  EXPECT_EQ(replay.error, "");
  EXPECT_EQ(replay.steps, 500U);
  EXPECT_EQ(replay.differences, 0U);
  EXPECT_EQ(replay.to - replay.from, milliseconds{49'900});
}

TEST(Journal, KeepsTheNewestStepsWhenItIsFull) {
  const Replay replay = ha::replay(journal_of(Journal::kBytesMin, 5000));
  EXPECT_EQ(replay.error, "");
  EXPECT_LT(replay.steps, 5000U);
  EXPECT_GT(replay.steps, 64U);
  EXPECT_EQ(replay.differences, 0U);
  EXPECT_EQ(replay.to, Instant{seconds{1} + 4999 * milliseconds{100}});
}

TEST(Journal, AStepThatWentAnotherWayIsSeen) {
  std::vector<std::byte> memory = journal_of(4 << 20, 50);
  std::size_t differences = 0;
  // One instant is moved: what the core did then and what it does now are not the same.
  Instant third{seconds{1} + milliseconds{200}};
  for (std::size_t i = 0; i + sizeof third <= memory.size(); i += 8) {
    if (std::memcmp(memory.data() + i, &third, sizeof third) != 0) continue;
    const Instant moved = third + milliseconds{3};
    std::memcpy(memory.data() + i, &moved, sizeof moved);
    differences = ha::replay(memory).differences;
    if (differences > 0) break;
    std::memcpy(memory.data() + i, &third, sizeof third);
  }
  EXPECT_GT(differences, 0U);
}

TEST(Journal, WhatIsNoneIsRefusedWithAReason) {
  EXPECT_EQ(ha::replay({}).error, "this is no black box of hacored");
  std::vector<std::byte> memory = journal_of(1 << 20, 5);
  EXPECT_EQ(ha::replay(std::span{memory}.first(5000)).error, "the file is cut off");
  memory[8] ^= std::byte{1};
  EXPECT_NE(ha::replay(memory).error.find("written by core"), std::string::npos);
}

TEST(Follower, SeesEachStepOnceThroughManyHalves) {
  std::vector<std::byte> memory(Journal::kBytesMin);
  std::uint64_t seen = 0, different = 0;
  Follower follower{memory, [&](Instant, const Input&, const Outputs&, const Node&, bool same) {
                      ++seen;
                      different += same ? 0U : 1U;
                    }};
  EXPECT_EQ(follower.look().steps, 0U) << "nobody has begun it";
  keep_journal(memory, 5000, [&](int step) {
    if (step % 7 != 0) return;
    EXPECT_EQ(follower.look().error, "");
    EXPECT_EQ(seen, static_cast<std::uint64_t>(step) + 1);
  });
  EXPECT_EQ(different, 0U);
}

TEST(Follower, SaysWhenItWasTooSlow) {
  std::vector<std::byte> memory(Journal::kBytesMin);
  Follower follower{memory, {}};
  keep_journal(memory, 2000, [&](int step) {
    if (step != 3) return;
    EXPECT_EQ(follower.look().error, "");
  });
  EXPECT_NE(follower.look().error.find("overwritten before they were read"), std::string::npos);
}

}  // namespace
}  // namespace ha
