// The other head, by ssh: what must be the same on both is copied there.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "daemon/setup/machine.h"

namespace hacored::setup {

class OtherHead {
 public:
  OtherHead(Machine& machine, std::string name) : machine_{machine}, name_{std::move(name)} {}

  const std::string& name() const { return name_; }
  /// Why nothing can be copied there, or nothing.
  std::string unreachable();
  /// Writes the file there: whole or not at all, the old one kept if `keep_old`. What went wrong, or nothing.
  std::string put(const std::string& path, const std::string& content, mode_t mode, bool keep_old);
  /// What hacored there says of the configuration and of each resource on that head; `good` if nothing speaks against
  /// it.
  struct Checked {
    bool good = false;
    std::string said;
  };
  Checked check(const std::string& config);

 private:
  Ended run(const std::string& command, std::string input, ha::Duration limit);

  Machine& machine_;
  std::string name_;
};

}  // namespace hacored::setup
