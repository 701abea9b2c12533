// A cell for measuring the core alone: two cores on a host where nothing fails, and what each of them was told.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "core/node.h"

namespace hasim::bench {

struct Told {
  ha::Instant at{};
  ha::Input input;
};

/// Both heads booted cold at instant 0. Beats take 100 µs on each path, every answer of the host 1 ms.
class Cell {
 public:
  Cell();

  /// Lets time pass. What `watched` is told is appended to `told`.
  void advance(ha::Duration, std::uint8_t watched, std::vector<Told>& told);

  const ha::Node& node(std::uint8_t head) const { return *nodes_[head]; }

 private:
  struct Pending {
    Told told;
    std::uint8_t head = 0;
  };

  void tell(std::uint8_t head, const ha::Input& input);
  void perform(std::uint8_t head, const ha::Output& output);
  void answer(std::uint8_t head, ha::Duration after, const ha::Input& input);

  std::array<ha::Config, 2> configs_;
  std::array<std::optional<ha::Node>, 2> nodes_;
  std::array<std::uint32_t, 2> running_{};  ///< bit per resource
  ha::Epoch marker_{};
  std::vector<Pending> pending_;            ///< in order of scheduling
  ha::Instant now_{};
};

}  // namespace hasim::bench
