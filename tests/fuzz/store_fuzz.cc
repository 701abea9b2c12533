// Any bytes as a block of the store, from the daemon, from hacore-store or from the storage: refused, or a value that
// is encoded to the very same bytes. Since the checksum of random bytes is never right, it is made right half the time.
#include <sodium.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/check.h"
#include "daemon/store_wire.h"

namespace {

using namespace hacored;

template <class Decoded>
void comes_back(const StoreBlock& block, const Decoded& value) {
  if (value) HA_CHECK(encode(*value) == block);
}

void decode_all(const StoreBlock& block) {
  comes_back(block, decode_request(block));
  comes_back(block, decode_answer(block));
  comes_back(block, decode_lease(block));
  comes_back(block, decode_claim(block));
  comes_back(block, decode_head(block));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto all = std::as_bytes(std::span{bytes, size});
  HA_CHECK(size == kStoreBlockBytes || (!decode_request(all) && !decode_answer(all)));
  HA_CHECK(size == kStoreBlockBytes || (!decode_lease(all) && !decode_claim(all)));
  StoreBlock block{};
  std::ranges::copy(all.first(std::min(size, block.size())), block.begin());
  decode_all(block);
  constexpr std::size_t kSum = 16;
  auto* at = reinterpret_cast<unsigned char*>(block.data());
  crypto_generichash(at + block.size() - kSum, kSum, at, block.size() - kSum, nullptr, 0);
  decode_all(block);
  return 0;
}
