// Leases and claims on a shared disk.
#include "daemon/store_on_disk.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace hacored {
namespace {

constexpr int kBallotsMax = 40;  ///< in one request; then it is unknown, and asked again

/// Of the two blocks that a head writes in turn.
std::size_t head_block(std::size_t side, std::size_t turn) { return 2 * side + turn % 2; }

/// The newer one of the slots of a head.
std::optional<KeptHead> newest(const StoreDisk::Blocks& blocks, StoreId id, std::uint8_t side) {
  std::optional<KeptHead> found;
  for (std::size_t slot = 0; slot < 2; ++slot) {
    const auto kept = decode_head(blocks[head_block(side, slot)]);
    if (!kept || kept->store != id || kept->side != side) continue;
    if (!found || kept->generation > found->generation) found = kept;
  }
  return found;
}

bool is_zero(const StoreDisk::Blocks& blocks) {
  return std::ranges::all_of(blocks, [](const StoreBlock& block) { return block == StoreBlock{}; });
}

}  // namespace

DiskStore::DiskStore(std::unique_ptr<StoreDisk> disk, StoreId id, int side)
    : disk_(std::move(disk)), id_(id), side_(static_cast<std::uint8_t>(side)) {
  HA_CHECK(side == 0 || side == 1);
}

/// Reads both records. Mine must be the one that I wrote last: if it is not, somebody else writes in my name. What the
/// other head knows to be decided is decided; it goes into what is written next.
bool DiskStore::load() {
  StoreDisk::Blocks blocks;
  const bool knew = std::exchange(knows_mine_, false);
  if (disk_->read(blocks) != Fate::done) {
    why_ = disk_->why();
    return false;
  }
  const auto mine = newest(blocks, id_, side_);
  const auto theirs = newest(blocks, id_, static_cast<std::uint8_t>(1 - side_));
  if (!mine || !theirs) {
    why_ = "a record on the disk is damaged, of another cell or version, or was never made by --init";
    return false;
  }
  if (knew && mine->generation != mine_.generation) {
    why_ = "another process writes to the disk as this head";
    return false;
  }
  if (!knew) mine_ = *mine;
  theirs_ = *theirs;
  if (theirs_.decided > mine_.decided) {
    mine_.decided = theirs_.decided;
    mine_.decision = theirs_.decision;
  }
  return knows_mine_ = true;
}

/// What failed may have been written: then the disk is asked what stands there, before anything else is done.
bool DiskStore::save() {
  ++mine_.generation;
  knows_mine_ = disk_->write(head_block(side_, mine_.generation), encode(mine_)) == Fate::done;
  if (!knows_mine_) why_ = disk_->why();
  return knows_mine_;
}

/// What a head has voted for in this term, in the highest ballot; null: nobody for anything.
const ha::ClaimRecord* DiskStore::accepted(ha::Term term) const {
  const bool mine = mine_.term == term && mine_.accepted > 0;
  const bool theirs = theirs_.term == term && theirs_.accepted > 0;
  if (mine && (!theirs || mine_.accepted > theirs_.accepted)) return &mine_.value;
  return theirs ? &theirs_.value : nullptr;
}

/// A ballot above all that this head knows of, and one that only this head can have. What it voted for in an earlier
/// term is forgotten: the record says by then that the term is decided.
void DiskStore::bid(ha::Term term) {
  if (mine_.term != term) {
    mine_.term = term;
    mine_.promised = 0;
    mine_.accepted = 0;
    mine_.value = {};
  }
  const std::uint64_t seen = std::max(mine_.promised, theirs_.term == term ? theirs_.promised : 0);
  mine_.promised = 2 * (seen / 2 + 1) + side_;
}

/// Writes mine, then reads theirs. `nothing`: the ballot goes on.
DiskStore::Ballot DiskStore::failed_or_over(ha::Term term) {
  if (!save() || !load()) return Ballot::failed;
  if (mine_.decided >= term) return Ballot::decided;
  return theirs_.term == term && theirs_.promised > mine_.promised ? Ballot::outbid : Ballot::nothing;
}

/// One ballot on the winner of `term`. What was voted for already is what is voted for, whatever is proposed.
DiskStore::Ballot DiskStore::vote(ha::Term term, const ha::ClaimRecord* proposal) {
  bid(term);
  if (const Ballot over = failed_or_over(term); over != Ballot::nothing) return over;
  const ha::ClaimRecord* chosen = accepted(term) != nullptr ? accepted(term) : proposal;
  if (chosen == nullptr) return Ballot::nothing;
  mine_.value = *chosen;
  mine_.accepted = mine_.promised;
  if (const Ballot over = failed_or_over(term); over != Ballot::nothing) return over;
  mine_.decided = term;
  mine_.decision = mine_.value;
  return save() ? Ballot::decided : Ballot::failed;
}

/// Afterwards `term` is decided; or nobody has voted for anything in it, and nothing was proposed. False: not known.
bool DiskStore::settle(ha::Term term, const ha::ClaimRecord* proposal) {
  for (int ballot = 0; ballot < kBallotsMax; ++ballot) {
    if (mine_.decided >= term || (proposal == nullptr && accepted(term) == nullptr)) return true;
    const bool waits = ballot == 0 && proposal == nullptr;  // the one who votes is about to know
    const Ballot result = waits ? Ballot::outbid : vote(term, proposal);
    if (result != Ballot::outbid) return result != Ballot::failed;
    disk_->pause();
    if (!load()) return false;
  }
  why_ = "the other head votes at the same time, again and again";
  return false;
}

ha::StoreView DiskStore::view() const {
  ha::StoreView view{mine_.decided, mine_.decision, {}};
  view.lease[side_] = mine_.lease;
  view.lease[1U - side_] = theirs_.lease;
  return view;
}

/// A vote that was left open is finished by whoever comes first, a reader as well: else what he reads could change.
ha::StoreAnswer DiskStore::perform(const StoreRequest& request) {
  ha::StoreAnswer answer;
  answer.id = request.id;
  if (!load()) return answer;
  if (request.verb == StoreVerb::renew) {
    mine_.lease = request.lease;
    if (!save() || !load()) return answer;
  }
  if (!settle(open_term(), nullptr)) return answer;
  const bool claims = request.verb == StoreVerb::claim && request.term == open_term();
  if (claims && !settle(request.term, &request.claim)) return answer;
  answer.outcome = ha::Outcome::done;
  answer.view = view();
  return answer;
}

bool DiskStore::init() {
  StoreDisk::Blocks blocks;
  if (disk_->read(blocks) != Fate::done) {
    why_ = disk_->why();
    return false;
  }
  if (newest(blocks, id_, 0) && newest(blocks, id_, 1)) return true;
  if (!is_zero(blocks)) {
    why_ = "something else stands on the disk; if nobody needs it, write 16 KiB of zeros over it first";
    return false;
  }
  for (std::size_t sector = 0; sector < StoreDisk::kSectors; ++sector) {
    KeptHead empty;
    empty.store = id_;
    empty.generation = sector % 2;
    empty.side = static_cast<std::uint8_t>(sector / 2);
    if (disk_->write(sector, encode(empty)) != Fate::done) {
      why_ = disk_->why();
      return false;
    }
  }
  return true;
}

}  // namespace hacored
