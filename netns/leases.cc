// Lease files and claims.
#include "netns/leases.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "netns/failure.h"

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

}  // namespace

LeaseTruth::LeaseTruth(const Plan& plan, ThingId witness, const CellSpec& cell, std::string folder, Stream& stream)
    : witness_(witness), cell_(cell), folder_(std::move(folder)), stream_(stream) {
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

/// A claim names an incarnation; whose that is stands in the leases, perhaps a little later.
void LeaseTruth::look_at_claims(Time at) {
  if (!claim_) {
    const Descriptor file{::open(fmt::format("{}/claim.{}", folder_, term_ + 1).c_str(), O_RDONLY | O_CLOEXEC)};
    if (file) claim_ = block_at(file.get(), 0, hacored::decode_claim);
  }
  if (!claim_) return;
  const auto mine = std::find_if(kept_.begin(), kept_.end(),
                                 [this](const Kept& kept) { return kept.lease.holder == claim_->claim.claimant; });
  if (mine == kept_.end()) return;
  ++term_;
  claim_.reset();
  say(at, EventKind::store_wrote, witness_, 1, cell_.heads[static_cast<std::size_t>(mine - kept_.begin())], term_);
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
