// How often things happened that the core reports, since the start of this hacored.
#pragma once

#include <array>
#include <cstdint>

#include "core/event.h"

namespace hacored {

struct Tally {
  static constexpr std::size_t kFenceSteps = static_cast<std::size_t>(ha::FenceStep::expired) + 1;

  ha::PerService<std::uint64_t> role_changes{};
  ha::PerService<std::uint64_t> takeovers{};             ///< begun
  std::array<std::uint64_t, kFenceSteps> fence_steps{};  ///< by ha::FenceStep
  std::array<std::uint64_t, ha::kReasons> alerts{};      ///< by ha::Reason

  void count(const ha::Report& report) {
    const bool of_service = report.service < ha::kServicesMax;
    switch (report.kind) {
      case ha::ReportKind::role:
        if (of_service) ++role_changes[report.service];
        break;
      case ha::ReportKind::operation:
        if (of_service && report.b == 1 && report.a == static_cast<std::uint8_t>(ha::Operation::takeover))
          ++takeovers[report.service];
        break;
      case ha::ReportKind::fence: ++fence_steps[report.a]; break;
      case ha::ReportKind::alert: ++alerts[static_cast<std::size_t>(report.reason)]; break;
      default: break;
    }
  }
};

}  // namespace hacored
