// What the kernel remembers, and for how long we must.
#include "netns/nfsfuse/nodes.h"

#include <gtest/gtest.h>

namespace hasim::nfsfuse {
namespace {

TEST(Nodes, AHandleIsOneNodeHoweverOftenItIsLookedUp) {
  Nodes nodes{"root"};
  EXPECT_EQ(nodes.look_up("root"), Nodes::kRoot);
  const NodeId file = nodes.look_up("file");
  EXPECT_EQ(nodes.look_up("file"), file);
  EXPECT_NE(nodes.look_up("other"), file);
}

TEST(Nodes, ANodeGoesWithTheLastOfItsLookups) {
  Nodes nodes{"root"};
  const NodeId file = nodes.look_up("file");
  (void)nodes.look_up("file");
  nodes.forget(file, 1);
  EXPECT_EQ(nodes.at(file).handle, "file");
  nodes.forget(file, 1);
  EXPECT_EQ(nodes.size(), 1U);
  EXPECT_NE(nodes.look_up("file"), file);  // a number is never given twice
}

TEST(Nodes, TheRootStays) {
  Nodes nodes{"root"};
  nodes.forget(Nodes::kRoot, 1000);
  EXPECT_EQ(nodes.at(Nodes::kRoot).handle, "root");
}

TEST(Nodes, AFileThatIsOpenOutlivesItsLookups) {
  Nodes nodes{"root"};
  const NodeId file = nodes.look_up("file");
  nodes.open(file);
  nodes.forget(file, 1);
  EXPECT_EQ(nodes.at(file).handle, "file");
  EXPECT_FALSE(nodes.close(file));
  EXPECT_EQ(nodes.size(), 1U);
}

TEST(Nodes, AHiddenFileIsToBeRemovedByTheLastWhoClosesIt) {
  Nodes nodes{"root"};
  const NodeId file = nodes.look_up("file");
  nodes.open(file);
  nodes.open(file);
  ASSERT_NE(nodes.open_in_sight("file"), nullptr);
  nodes.open_in_sight("file")->hidden = Place{"root", ".nfs1"};
  EXPECT_EQ(nodes.open_in_sight("file"), nullptr);  // it is hidden already
  EXPECT_FALSE(nodes.close(file));
  EXPECT_TRUE(nodes.any_open());
  const std::optional<Place> hidden = nodes.close(file);
  ASSERT_TRUE(hidden);
  EXPECT_EQ(hidden->name, ".nfs1");
  EXPECT_FALSE(nodes.any_open());
}

TEST(Nodes, NobodyHasOpenWhatTheKernelDoesNotKnow) {
  Nodes nodes{"root"};
  (void)nodes.look_up("file");
  EXPECT_EQ(nodes.open_in_sight("file"), nullptr);
  EXPECT_EQ(nodes.open_in_sight("other"), nullptr);
}

}  // namespace
}  // namespace hasim::nfsfuse
