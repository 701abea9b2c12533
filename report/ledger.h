// The evidence ledger: what the head that took a proof had heard, how it used it, and what was true at that instant.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/run.h"
#include "lang/spec.h"
#include "lang/trace.h"

namespace hasim {

struct LedgerRow {
  enum class Truth : std::uint8_t { agrees, refutes, unknown } truth{};
  Time t{};
  std::string source;    ///< "bmc", "beats", "voters"
  std::string says;      ///< "off", "silent 10.000 s"
  std::string used_as;   ///< "power_off", "not used", "contradicts"
  std::string was_true;  ///< "head1 was on since -31.204"
};

struct Ledger {
  std::string head;
  std::uint64_t epoch = 0;
  std::string proof;
  std::vector<LedgerRow> rows;
};

/// The ledger of the last proof that a head took before `until`; nothing if no head took one after instant 0.
std::optional<Ledger> ledger_before(Time until, const std::vector<Event>&, const WorldSpec&);

}  // namespace hasim
