// The blocks of the store.
#include "daemon/store_wire.h"

#include <gtest/gtest.h>

#include "tests/daemon/store_fixture.h"

namespace hacored {
namespace {

TEST(StoreWire, EveryBlockComesBackAsItWas) {
  StoreRequest request = to_claim(77, claim_by(1));
  request.lease = lease(3);
  ha::StoreAnswer answer{ha::RequestId{8}, ha::Outcome::done, {ha::Term{4}, claim_by(0), {lease(1), lease(2)}}};
  const KeptLease kept{kTestStore, 12, 1, lease(6)};
  const KeptClaim claim{kTestStore, ha::Term{4}, claim_by(1)};

  EXPECT_EQ(decode_request(encode(request)), request);
  const auto back = decode_answer(encode(answer));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->id, answer.id);
  EXPECT_EQ(back->outcome, answer.outcome);
  EXPECT_EQ(back->view, answer.view);
  EXPECT_EQ(decode_lease(encode(kept)), kept);
  EXPECT_EQ(decode_claim(encode(claim)), claim);
}

TEST(StoreWire, ABlockWithAnyByteChangedIsNoBlock) {
  const StoreBlock sound = encode(KeptLease{kTestStore, 12, 1, lease(6)});
  for (std::size_t i = 0; i < sound.size(); ++i) {
    StoreBlock torn = sound;
    torn[i] ^= std::byte{0x10};
    EXPECT_FALSE(decode_lease(torn)) << "byte " << i;
  }
}

TEST(StoreWire, ABlockIsOfOneKindAndOneLength) {
  const StoreBlock block = encode(KeptClaim{kTestStore, ha::Term{4}, claim_by(1)});
  EXPECT_FALSE(decode_lease(block));
  EXPECT_FALSE(decode_request(block));
  EXPECT_FALSE(decode_answer(block));
  EXPECT_FALSE(decode_claim(std::span{block}.first(block.size() - 1)));
  EXPECT_FALSE(decode_claim({}));
}

TEST(StoreWire, CellsHaveStoresOfTheirOwn) { EXPECT_NE(store_of_cell("north"), store_of_cell("south")); }

}  // namespace
}  // namespace hacored
