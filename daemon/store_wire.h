// The store as bytes: what hacored asks hacore-store and is answered, and the records that stand in the store.
//
// All of them are blocks of one size: magic number, version of the layout, kind, fields in little-endian order, zeros,
// and a checksum (BLAKE2b, 16 bytes) over everything before it. A block that is cut, torn, of another kind or of a
// newer layout is no block. The checksum finds accidents; it keeps out nobody who wants to forge.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/event.h"

namespace hacored {

inline constexpr std::size_t kStoreBlockBytes = 256;
using StoreBlock = std::array<std::byte, kStoreBlockBytes>;

enum class StoreVerb : std::uint8_t { read, renew, claim };

/// `StoreRead`, `StoreRenew` or `StoreClaim`, on its way to hacore-store. Fields that the verb does not need are empty.
struct StoreRequest {
  ha::RequestId id{};
  StoreVerb verb = StoreVerb::read;
  ha::LeaseRecord lease{};
  ha::Term term{};
  ha::ClaimRecord claim{};
  bool operator==(const StoreRequest&) const = default;
};

/// Which store a record belongs to, so that two cells cannot share one by mistake.
enum class StoreId : std::uint64_t {};
StoreId store_of_cell(std::string_view cell);

/// A lease as it stands in the store.
struct KeptLease {
  StoreId store{};
  std::uint64_t generation = 0;  ///< counts the writes of this head; of two slots the higher one is the newer
  std::uint8_t side = 0;         ///< whose
  ha::LeaseRecord lease;
  bool operator==(const KeptLease&) const = default;
};

/// `claim.<term>` as it stands in the store.
struct KeptClaim {
  StoreId store{};
  ha::Term term{};
  ha::ClaimRecord claim;
  bool operator==(const KeptClaim&) const = default;
};

/// What a head has written on a shared disk (daemon/store_on_disk.h).
struct KeptHead {
  StoreId store{};
  std::uint64_t generation = 0;  ///< counts the writes of this head; of two slots the higher one is the newer
  std::uint8_t side = 0;         ///< whose
  ha::LeaseRecord lease;
  ha::Term term{};             ///< the term that is voted on …
  std::uint64_t promised = 0;  ///< … its highest ballot of this head
  std::uint64_t accepted = 0;  ///< … the ballot in which it voted for `value`; 0: for nothing yet
  ha::ClaimRecord value;
  ha::Term decided{};  ///< highest term that it knows to be decided
  ha::ClaimRecord decision;
  bool operator==(const KeptHead&) const = default;
};

StoreBlock encode(const StoreRequest&);
StoreBlock encode(const ha::StoreAnswer&);
StoreBlock encode(const KeptLease&);
StoreBlock encode(const KeptClaim&);
StoreBlock encode(const KeptHead&);

/// Nothing unless the bytes are exactly one sound block of that kind.
std::optional<StoreRequest> decode_request(std::span<const std::byte>);
std::optional<ha::StoreAnswer> decode_answer(std::span<const std::byte>);
std::optional<KeptLease> decode_lease(std::span<const std::byte>);
std::optional<KeptClaim> decode_claim(std::span<const std::byte>);
std::optional<KeptHead> decode_head(std::span<const std::byte>);

}  // namespace hacored
