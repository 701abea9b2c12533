// Leases and claims in files.
#include "daemon/store_in_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace hacored {
namespace {

constexpr std::size_t kSlotDistance = 4096;  ///< a sector that is torn damages one slot only
constexpr std::string_view kClaim = "claim.";

std::string lease_name(std::size_t side) { return fmt::format("lease.{}", side); }
std::string claim_name(ha::Term term) { return fmt::format("{}{}", kClaim, value(term)); }

/// The term of a claim by the name of its file, or 0.
ha::Term term_of(std::string_view name) {
  if (!name.starts_with(kClaim)) return {};
  name.remove_prefix(kClaim.size());
  std::uint64_t term = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), term);
  return error == std::errc{} && end == name.data() + name.size() ? ha::Term{term} : ha::Term{};
}

std::span<const std::byte> slot_of(std::span<const std::byte> file, std::size_t slot) {
  const std::size_t at = slot * kSlotDistance;
  return at + kStoreBlockBytes <= file.size() ? file.subspan(at, kStoreBlockBytes) : std::span<const std::byte>{};
}

std::vector<std::byte> empty_lease(StoreId id, std::size_t side) {
  std::vector<std::byte> file(kSlotDistance + kStoreBlockBytes);
  for (std::size_t slot = 0; slot < 2; ++slot) {
    const StoreBlock block = encode(KeptLease{id, slot, static_cast<std::uint8_t>(side), {}});
    std::ranges::copy(block, file.begin() + static_cast<std::ptrdiff_t>(slot * kSlotDistance));
  }
  return file;
}

}  // namespace

FileStore::FileStore(std::unique_ptr<StoreFiles> files, StoreId id, int side)
    : files_(std::move(files)), id_(id), side_(static_cast<std::size_t>(side)) {
  HA_CHECK(side == 0 || side == 1);
}

Fate FileStore::because(Fate fate) {
  if (fate != Fate::done) why_ = files_->why();
  return fate;
}

ha::StoreAnswer FileStore::perform(const StoreRequest& request) {
  ha::StoreAnswer answer;
  answer.id = request.id;
  files_->begin();
  if (!list_once()) return answer;
  const Fate written = write(request);
  if (written != Fate::done) {
    mine_.reset();
    const bool refused = written != Fate::unknown && request.verb == StoreVerb::renew;
    answer.outcome = refused ? ha::Outcome::refused : ha::Outcome::unknown;
    return answer;
  }
  ha::StoreView view;
  if (!look(view)) return answer;
  answer.view = view;
  answer.outcome = ha::Outcome::done;
  return answer;
}

Fate FileStore::write(const StoreRequest& request) {
  switch (request.verb) {
    case StoreVerb::read: return Fate::done;
    case StoreVerb::renew: return renew(request.lease);
    case StoreVerb::claim: return claim(request.term, request.claim);
  }
  return Fate::refused;
}

/// Another process of this head that was ended in the middle of a write may still get it done: then the other slot is
/// the newer one, and the look that follows does not find what was written here.
Fate FileStore::renew(const ha::LeaseRecord& lease) {
  ha::LeaseRecord before;
  if (!mine_ && !read_lease(side_, before)) return Fate::unknown;
  const KeptLease kept{id_, mine_->generation + 1, static_cast<std::uint8_t>(side_), lease};
  return because(files_->overwrite(lease_name(side_), (1 - mine_->slot) * kSlotDistance, encode(kept)));
}

/// Created only beside a lease, so that a directory which is no store, or is not mounted, does not become one. What
/// stands there already is no failure of the claim: the look that follows shows whose it is.
Fate FileStore::claim(ha::Term term, const ha::ClaimRecord& record) {
  ha::LeaseRecord lease;
  if (!read_lease(side_, lease) || !find_highest()) return Fate::unknown;
  if (value(term) != value(highest_) + 1) return Fate::done;
  const Fate created = files_->create(claim_name(term), encode(KeptClaim{id_, term, record}));
  return created == Fate::exists ? Fate::done : because(created);
}

bool FileStore::look(ha::StoreView& view) {
  if (!find_highest()) return false;
  view.term = highest_;
  view.claim = newest_;
  return read_lease(0, view.lease[0]) && read_lease(1, view.lease[1]);
}

/// What claims there are, and what an earlier process of this head left behind.
bool FileStore::list_once() {
  if (listed_) return true;
  std::vector<std::string> names;
  if (because(files_->list(names)) != Fate::done) return false;
  ha::Term highest{};
  for (const std::string& name : names) {
    highest = std::max(highest, term_of(name));
    if (is_scratch(name, static_cast<int>(side_))) (void)files_->remove(name);
  }
  bool there = true;
  if (highest != ha::Term{} && !read_claim(highest, there)) return false;
  listed_ = there;
  return listed_;
}

bool FileStore::find_highest() {
  for (bool there = true; there;) {
    if (!read_claim(ha::Term{value(highest_) + 1}, there)) return false;
  }
  return true;
}

/// Goes on to claim `term` if it stands there. False: whether it does is not known.
bool FileStore::read_claim(ha::Term term, bool& there) {
  const Fate fate = files_->read(claim_name(term), buffer_);
  there = fate == Fate::done;
  if (fate == Fate::absent) return true;
  if (because(fate) != Fate::done) return false;
  const auto kept = decode_claim(buffer_);
  if (!kept || kept->store != id_ || kept->term != term) {
    why_ = fmt::format("{} is damaged, or of another cell or version; nothing is guessed from it", claim_name(term));
    return false;
  }
  highest_ = term;
  newest_ = kept->claim;
  return true;
}

bool FileStore::read_lease(std::size_t side, ha::LeaseRecord& lease) {
  const Fate fate = files_->read(lease_name(side), buffer_);
  if (fate == Fate::absent)
    why_ = fmt::format("there is no {}: not mounted, or never made by --init", lease_name(side));
  if (fate == Fate::absent || because(fate) != Fate::done) return false;
  std::optional<Place> place;
  for (std::size_t slot = 0; slot < 2; ++slot) {
    const auto kept = decode_lease(slot_of(buffer_, slot));
    if (!kept || kept->store != id_ || kept->side != side) continue;
    if (place && kept->generation <= place->generation) continue;
    place = Place{kept->generation, slot};
    lease = kept->lease;
  }
  if (!place) why_ = fmt::format("{} is damaged, or of another cell or version", lease_name(side));
  if (side == side_) mine_ = place;
  return place.has_value();
}

bool FileStore::init() {
  files_->begin();
  for (std::size_t side = 0; side < 2; ++side) {
    const Fate created = files_->create(lease_name(side), empty_lease(id_, side));
    if (created != Fate::exists && because(created) != Fate::done) return false;
  }
  ha::StoreView view;
  return list_once() && look(view);
}

}  // namespace hacored
