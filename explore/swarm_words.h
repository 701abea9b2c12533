// Fills the places of a sentence with things of one world and with drawn numbers.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/draw.h"
#include "lang/spec.h"

namespace hasim {

/// "61.5s", "20us": to the nanosecond, in the unit that suits it.
std::string exact_text(Duration);

class SwarmWords {
 public:
  /// Both have to live longer.
  SwarmWords(const WorldSpec&, Draws&);

  /// Which head {head} is from now on; {peer} is the other one.
  void choose_head() { head_ = draws_.below(2); }
  void turn_round() { head_ = 1 - head_; }

  /// Whether the world has what a text needs.
  bool can_fill(std::string_view text) const;
  /// How many things of the world a place can be.
  std::size_t count(std::string_view place) const;
  /// A text of explore/swarm_mix.h with its places filled.
  std::string fill(std::string_view text);

  /// Short times as often as long ones: the power of two first, then the number. Needs 0 < from < to.
  Duration between(Duration from, Duration to);

  /// One of the rows, by their weights.
  template <class Row>
  const Row& weighted(std::span<const Row> rows) {
    std::uint64_t sum = 0;
    for (const Row& row : rows) sum += row.weight;
    std::uint64_t n = draws_.below(sum);
    for (const Row& row : rows) {
      if (n < row.weight) return row;
      n -= row.weight;
    }
    return rows.back();
  }

 private:
  const std::vector<std::string>* things(std::string_view place) const;
  std::string drawn(std::string_view place);

  Draws& draws_;
  std::uint64_t head_ = 0;
  std::array<std::string, 2> heads_;
  std::uint64_t voters_count_ = 0;
  struct Things {
    std::string_view place;
    std::vector<std::string> names;
  };
  std::vector<Things> things_;
};

}  // namespace hasim
