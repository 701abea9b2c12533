// How texts become numbers that both heads compare.
#include "daemon/fingerprint.h"

#include <array>

namespace hacored {

Fingerprint::Fingerprint() { crypto_generichash_init(&state_, nullptr, 0, crypto_generichash_BYTES); }

Fingerprint& Fingerprint::add(std::string_view text) {
  std::array<unsigned char, 8> length{};
  for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<unsigned char>(text.size() >> (8 * i));
  crypto_generichash_update(&state_, length.data(), length.size());
  crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return *this;
}

std::uint64_t Fingerprint::value() const {
  crypto_generichash_state state = state_;
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash_final(&state, hash.data(), hash.size());
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value |= std::uint64_t{hash[i]} << (8 * i);
  return value;
}

}  // namespace hacored
