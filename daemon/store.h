// What keeps the leases and claims of a cell, whatever it is kept in.
#pragma once

#include <string>

#include "daemon/store_wire.h"

namespace hacored {

class Store {
 public:
  virtual ~Store() = default;

  /// One request. `done` comes with a view that is complete and was read after the write, `refused` and `unknown` with
  /// an empty one. A claim is never refused: a store that cannot take it now is asked again.
  virtual ha::StoreAnswer perform(const StoreRequest& request) = 0;

  /// Makes an empty store, or finds that there is one of this cell already.
  virtual bool init() = 0;

  /// Why the last request was not done, or `init` failed, for the log.
  const std::string& why() const { return why_; }

 protected:
  std::string why_;
};

}  // namespace hacored
