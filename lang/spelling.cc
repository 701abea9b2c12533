// Similarity of words by their common blocks, as difflib defines it: the longest common block, then the same to its
// left and to its right.
#include "lang/spelling.h"

#include <algorithm>

namespace hasim {
namespace {

// Nobody misspells a word so long; without a bound a file of noise would make messages slow.
constexpr std::size_t kLongestWord = 64;

struct Block {
  std::size_t a = 0, b = 0, length = 0;
};

/// The longest block that both texts have; of equals the one that stands first in `a`, then first in `b`.
Block longest_block(std::string_view a, std::string_view b) {
  Block best;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      std::size_t n = 0;
      while (i + n < a.size() && j + n < b.size() && a[i + n] == b[j + n]) ++n;
      if (n > best.length) best = {i, j, n};
    }
  }
  return best;
}

std::size_t common(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return 0;
  const Block block = longest_block(a, b);
  if (block.length == 0) return 0;
  return block.length + common(a.substr(0, block.a), b.substr(0, block.b)) +
         common(a.substr(block.a + block.length), b.substr(block.b + block.length));
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > kLongestWord) return std::nullopt;
  std::optional<std::string> best;
  std::size_t best_common = 0, best_total = 1;
  for (const std::string& candidate : candidates) {
    if (candidate.empty() || candidate.size() > kLongestWord) continue;
    const std::size_t total = word.size() + candidate.size();
    const std::size_t both = 2 * common(candidate, word);
    if (10 * both < 7 * total) continue;
    const std::size_t ours = both * best_total, theirs = best_common * total;
    if (!best || ours > theirs || (ours == theirs && candidate > *best)) {
      best = candidate;
      best_common = both;
      best_total = total;
    }
  }
  return best;
}

}  // namespace hasim
