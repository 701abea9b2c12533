// Leases and claims in files: `lease.0`, `lease.1` and `claim.TERM`.
//
// A claim is created once and never changed: terms have no gaps, and term N is created only where N-1 is the highest.
// A lease is written by its head alone, into two slots in turn, so that whoever reads while it is written, or after a
// power cut in the middle of it, finds the one before. An operation writes first and looks afterwards; of an owner that
// renews and a peer that claims at the same time, at least one therefore sees the other (PROTOCOL §9).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store.h"
#include "daemon/store_files.h"

namespace hacored {

class FileStore : public Store {
 public:
  /// The store of the cell `id`, as head `side` (0 or 1) uses it.
  FileStore(std::unique_ptr<StoreFiles> files, StoreId id, int side);

  ha::StoreAnswer perform(const StoreRequest& request) override;
  bool init() override;

 private:
  struct Place {  ///< where the newest lease of a head stands
    std::uint64_t generation = 0;
    std::size_t slot = 0;
  };

  Fate write(const StoreRequest& request);
  Fate renew(const ha::LeaseRecord& lease);
  Fate claim(ha::Term term, const ha::ClaimRecord& record);
  bool look(ha::StoreView& view);
  bool list_once();
  bool find_highest();
  bool read_claim(ha::Term term, bool& there);
  bool read_lease(std::size_t side, ha::LeaseRecord& lease);
  Fate because(Fate fate);

  std::unique_ptr<StoreFiles> files_;
  StoreId id_;
  std::size_t side_;
  bool listed_ = false;
  ha::Term highest_{};  ///< it never goes down
  ha::ClaimRecord newest_;
  std::optional<Place> mine_;
  std::vector<std::byte> buffer_;
};

}  // namespace hacored
