// Leases and claims on a shared disk, which can read and write and has no exclusive create.
//
// Each head writes one record of its own, into two slots in turn: its lease, how it votes on the term that is open, and
// the newest term that it knows to be decided. Who wins a term is agreed on by Disk Paxos (Gafni and Lamport, 2003)
// with two heads and one disk: a ballot is written, the other head's record is read, and a ballot that meets a higher
// one gives way. Two values can never be decided; two heads that are equally fast can only delay one another, so each
// lets the other go first for a random moment.
#pragma once

#include <memory>

#include "daemon/store.h"
#include "daemon/store_disk.h"

namespace hacored {

class DiskStore : public Store {
 public:
  /// The store of the cell `id`, as head `side` (0 or 1) uses it.
  DiskStore(std::unique_ptr<StoreDisk> disk, StoreId id, int side);

  ha::StoreAnswer perform(const StoreRequest& request) override;

  /// Done once, by one head, before either uses it: a disk of zeros becomes an empty store.
  bool init() override;

 private:
  enum class Ballot { decided, nothing, outbid, failed };

  bool load();
  bool save();
  bool settle(ha::Term term, const ha::ClaimRecord* proposal);
  Ballot vote(ha::Term term, const ha::ClaimRecord* proposal);
  Ballot failed_or_over(ha::Term term);
  void bid(ha::Term term);
  const ha::ClaimRecord* accepted(ha::Term term) const;
  ha::Term open_term() const { return ha::Term{value(mine_.decided) + 1}; }
  ha::StoreView view() const;

  std::unique_ptr<StoreDisk> disk_;
  StoreId id_;
  std::uint8_t side_;
  bool knows_mine_ = false;
  KeptHead mine_;    ///< as I wrote it last, or am about to
  KeptHead theirs_;  ///< as I read it last
};

}  // namespace hacored
