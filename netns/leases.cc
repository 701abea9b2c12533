// Lease files and claims.
#include "netns/leases.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "netns/failure.h"
#include "netns/files.h"

namespace hasim::netns {
namespace {

constexpr off_t kSlotDistance = 4096;  ///< of the two slots of a lease (daemon/store_in_files.cc)

/// A block in the middle of a write is none; the next look finds it whole.
template <class Decode>
auto block_at(int file, off_t at, Decode decode) {
  hacored::StoreBlock block;
  const bool whole = ::pread(file, block.data(), block.size(), at) == static_cast<ssize_t>(block.size());
  return whole ? decode(block) : decltype(decode(block)){};
}

/// As hacored numbers a boot (daemon/boot_file.cc): by the boot id that the kernel of the head shows.
std::uint64_t boot_of(const std::string& boot_id_file) {
  const std::string id = read_file(boot_id_file);
  constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> kNoKey{};
  std::uint64_t sum = 0;
  (void)crypto_shorthash(reinterpret_cast<unsigned char*>(&sum), reinterpret_cast<const unsigned char*>(id.data()),
                         id.find('\n'), kNoKey.data());
  return sum | 1U;
}

}  // namespace

LeaseTruth::LeaseTruth(const Plan& plan, ThingId witness, const CellSpec& cell, std::string folder, Stream& stream)
    : plan_(plan), witness_(witness), cell_(cell), folder_(std::move(folder)), stream_(stream) {
  for (std::size_t side = 0; side < kept_.size(); ++side) {
    const std::string path = fmt::format("{}/lease.{}", folder_, side);
    kept_[side].file = Descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    fail_if(!kept_[side].file, path);
    kept_[side].right = core_config(plan.spec(), cell.heads[side]).right_to_run;
  }
}

void LeaseTruth::look(Time at) {
  for (std::size_t side = 0; side < kept_.size(); ++side) look_at_lease(side, at);
  look_at_claims(at);
  look_who_holds(at);
}

void LeaseTruth::look_at_lease(std::size_t side, Time at) {
  Kept& kept = kept_[side];
  for (const off_t slot : {off_t{0}, kSlotDistance}) {
    const auto found = block_at(kept.file.get(), slot, hacored::decode_lease);
    if (!found || found->side != side || found->generation <= kept.generation) continue;
    kept.generation = found->generation;
    if (found->lease == kept.lease || !found->lease.holder) continue;  // as it was made
    kept.lease = found->lease;
    kept.renewed = at;
    say(at, EventKind::store_wrote, witness_, 0, cell_.heads[side], kept.lease.seq);
  }
}

/// A claim appears whole, by a link. It names an incarnation: a boot of one of the heads.
void LeaseTruth::look_at_claims(Time at) {
  const Descriptor file{::open(fmt::format("{}/claim.{}", folder_, term_ + 1).c_str(), O_RDONLY | O_CLOEXEC)};
  const auto found = file ? block_at(file.get(), 0, hacored::decode_claim) : std::nullopt;
  if (!found) return;
  ++term_;
  for (const ThingId head : cell_.heads)
    if (found->claim.claimant.boot == boot_of(plan_.folder_of_head(head) + "/boot_id"))
      return say(at, EventKind::store_wrote, witness_, 1, head, term_);
  throw Failure(fmt::format("{}/claim.{} is of no boot of a head", folder_, term_));
}

/// An owner's lease of the newest epoch, renewed within its right to run.
void LeaseTruth::look_who_holds(Time at) {
  ThingId holder = kNoThing;
  ha::Epoch newest{};
  for (std::size_t side = 0; side < kept_.size(); ++side) {
    const Kept& kept = kept_[side];
    if (kept.lease.epoch <= newest || at - kept.right >= kept.renewed) continue;
    newest = kept.lease.epoch;
    holder = cell_.heads[side];
  }
  if (holder == holder_) return;
  holder_ = holder;
  say(at, EventKind::lease_held, cell_.id, 0, holder, 0);
}

void LeaseTruth::say(Time at, EventKind kind, ThingId who, int x, ThingId with, std::uint64_t value) {
  Event event;
  event.kind = kind;
  event.who = who;
  event.with = with;
  event.x = static_cast<std::uint8_t>(x);
  event.value = value;
  stream_.saw(at, event);
}

}  // namespace hasim::netns
