// The store as bytes.
#include "daemon/store_wire.h"

#include <sodium.h>

#include <algorithm>

#include "daemon/fields.h"

namespace hacored {
namespace {

constexpr std::uint32_t kStoreMagic = 0x31534148;  // "HAS1"
constexpr std::uint16_t kLayout = 1;
constexpr std::size_t kChecksumBytes = 16;
constexpr std::size_t kBodyBytes = kStoreBlockBytes - kChecksumBytes;

enum class Kind : std::uint8_t { request = 1, answer, lease, claim, head };

using Checksum = std::array<std::byte, kChecksumBytes>;

Checksum checksum(std::span<const std::byte> bytes) {
  Checksum sum;
  crypto_generichash(reinterpret_cast<unsigned char*>(sum.data()), sum.size(),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr, 0);
  return sum;
}

// The lists of fields, in the order in which they stand. Reading and writing share them.

template <class Codec, class T>
void lease_fields(Codec& on, T& lease) {
  on(lease.holder.boot), on(lease.holder.start), on(lease.epoch);
  for (auto& epoch : lease.owned) on(epoch);
  on(lease.seq), on(lease.watchdog_after), on(lease.watchdog_armed), on(lease.watchdog_tested);
}

template <class Codec, class T>
void claim_fields(Codec& on, T& claim) {
  on(claim.epoch), on(claim.claimant.boot), on(claim.claimant.start), on(claim.target.boot), on(claim.target.start);
}

template <class Codec, class T>
void request_fields(Codec& on, T& request) {
  on(request.id), on(request.verb), on(request.term);
  lease_fields(on, request.lease);
  claim_fields(on, request.claim);
}

template <class Codec, class T>
void answer_fields(Codec& on, T& answer) {
  on(answer.id), on(answer.outcome), on(answer.view.term);
  claim_fields(on, answer.view.claim);
  for (auto& lease : answer.view.lease) lease_fields(on, lease);
}

template <class Codec, class T>
void kept_lease_fields(Codec& on, T& kept) {
  on(kept.store), on(kept.generation), on(kept.side);
  lease_fields(on, kept.lease);
}

template <class Codec, class T>
void kept_claim_fields(Codec& on, T& kept) {
  on(kept.store), on(kept.term);
  claim_fields(on, kept.claim);
}

template <class Codec, class T>
void kept_head_fields(Codec& on, T& kept) {
  on(kept.store), on(kept.generation), on(kept.side), on(kept.term), on(kept.promised), on(kept.accepted);
  on(kept.decided);
  lease_fields(on, kept.lease);
  claim_fields(on, kept.value);
  claim_fields(on, kept.decision);
}

template <class Fields>
StoreBlock write_block(Kind kind, Fields fields) {
  StoreBlock block{};
  FieldWriter put(std::span{block}.first(kBodyBytes));
  put(kStoreMagic), put(kLayout), put(kind);
  fields(put);
  const Checksum sum = checksum(std::span{block}.first(kBodyBytes));
  std::copy(sum.begin(), sum.end(), block.begin() + kBodyBytes);
  return block;
}

template <class Fields>
bool read_block(std::span<const std::byte> block, Kind kind, Fields fields) {
  if (block.size() != kStoreBlockBytes) return false;
  const auto body = block.first(kBodyBytes);
  if (!std::ranges::equal(checksum(body), block.subspan(kBodyBytes))) return false;
  FieldReader get(body);
  std::uint32_t magic = 0;
  std::uint16_t layout = 0;
  Kind found{};
  get(magic), get(layout), get(found);
  if (magic != kStoreMagic || layout != kLayout || found != kind) return false;
  fields(get);
  return get.only_zeros_left();
}

}  // namespace

StoreId store_of_cell(std::string_view cell) {
  const Checksum sum = checksum(std::as_bytes(std::span{cell}));
  return StoreId{ByteReader(sum).get<std::uint64_t>()};
}

StoreBlock encode(const StoreRequest& request) {
  return write_block(Kind::request, [&](auto& on) { request_fields(on, request); });
}

StoreBlock encode(const ha::StoreAnswer& answer) {
  return write_block(Kind::answer, [&](auto& on) { answer_fields(on, answer); });
}

StoreBlock encode(const KeptLease& kept) {
  return write_block(Kind::lease, [&](auto& on) { kept_lease_fields(on, kept); });
}

StoreBlock encode(const KeptClaim& kept) {
  return write_block(Kind::claim, [&](auto& on) { kept_claim_fields(on, kept); });
}

StoreBlock encode(const KeptHead& kept) {
  return write_block(Kind::head, [&](auto& on) { kept_head_fields(on, kept); });
}

std::optional<StoreRequest> decode_request(std::span<const std::byte> block) {
  StoreRequest request;
  const bool read = read_block(block, Kind::request, [&](auto& on) { request_fields(on, request); });
  if (!read || request.verb > StoreVerb::claim) return std::nullopt;
  return request;
}

std::optional<ha::StoreAnswer> decode_answer(std::span<const std::byte> block) {
  ha::StoreAnswer answer;
  const bool read = read_block(block, Kind::answer, [&](auto& on) { answer_fields(on, answer); });
  if (!read || answer.outcome > ha::Outcome::unknown) return std::nullopt;
  return answer;
}

std::optional<KeptLease> decode_lease(std::span<const std::byte> block) {
  KeptLease kept;
  const bool read = read_block(block, Kind::lease, [&](auto& on) { kept_lease_fields(on, kept); });
  if (!read || kept.side > 1) return std::nullopt;
  return kept;
}

std::optional<KeptClaim> decode_claim(std::span<const std::byte> block) {
  KeptClaim kept;
  if (!read_block(block, Kind::claim, [&](auto& on) { kept_claim_fields(on, kept); })) return std::nullopt;
  return kept;
}

std::optional<KeptHead> decode_head(std::span<const std::byte> block) {
  KeptHead kept;
  const bool read = read_block(block, Kind::head, [&](auto& on) { kept_head_fields(on, kept); });
  if (!read || kept.side > 1) return std::nullopt;
  return kept;
}

}  // namespace hacored
