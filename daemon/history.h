// What the core reported of late, for people who ask why: the newest reports. Of an ownership that begins it gathers
// the proof and the evidence that was looked at. Bounded; what is older is in the system's log.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "core/event.h"
#include "daemon/tally.h"

namespace hacored {

using WallTime = std::chrono::system_clock::time_point;

/// A report and when it was made, by the core's clock and by the wall.
struct Told {
  ha::Instant at;
  WallTime when;
  ha::Report report;
};

/// Why a service began to run here.
struct Ownership {
  Told began;  ///< its role report; the cause is why the start ended well
  Told start;  ///< the role report with which the start began; its cause is why
  ha::Proof proof = ha::Proof::none;
  std::vector<Told> evidence;  ///< of the proof, and what spoke against it
};

class History {
 public:
  static constexpr std::size_t kReports = 2000;

  /// Renewals of the right to run come every second and are not kept. Returns the ownership that began so.
  std::optional<Ownership> add(const Told& told);

  /// Of everything since the start, kept or not.
  const Tally& tally() const { return tally_; }
  const std::deque<Told>& reports() const { return reports_; }

  /// When the role of a service here changed last; null: not since the start.
  const Told* role_since(ha::ServiceIndex service) const;
  /// When the gravest doubt, a condition or an alert of that name, began last; null: not since the start.
  const Told* since(ha::Reason reason) const;
  /// How long the newest start of a service took from its first resource to its last; zero: none since the start.
  ha::Duration start_took(ha::ServiceIndex service) const { return took_[service]; }

  /// Is told of each report that is kept.
  using Listener = std::function<void(const Told&)>;
  void listen(Listener listener) { listener_ = std::move(listener); }

 private:
  struct Attempt {  ///< evidence and start of the ownership that is under way
    ha::Proof proof = ha::Proof::none;
    std::vector<Told> evidence;
    Told start;
  };
  std::optional<Ownership> follow(const Told& told);

  Tally tally_;
  std::deque<Told> reports_;
  ha::PerService<Attempt> attempts_;
  ha::PerService<ha::Duration> took_{};  ///< the newest start
  Listener listener_;
};

}  // namespace hacored
