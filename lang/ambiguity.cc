// Proof that no words are two sentences: two readers walk through all patterns at once, over words that both accept;
// were there a text with two readings, they would both be at an end without having gone the same way.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "lang/pattern.h"
#include "lang/words.h"

namespace hasim {
namespace {

using Patterns = std::vector<std::pair<std::string, const Pattern*>>;

/// A place between two words of a pattern: the op that comes next. The common beginning of all has pattern -1.
struct Spot {
  int pattern = -1;
  std::size_t op = 0;
  auto operator<=>(const Spot&) const = default;
};

/// Where the two readers are, and whether they ever read a word in different ways.
struct Readers {
  Spot a, b;
  bool parted = false;
  auto operator<=>(const Readers&) const = default;
};

bool is_closed(Slot slot) {
  return slot == Slot::REASON || slot == Slot::PROOF || slot == Slot::COMMAND || slot == Slot::INVARIANT;
}

template <class A, class B>
bool share(const A& a, const B& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& x) { return std::find(b.begin(), b.end(), x) != b.end(); });
}

std::vector<std::string> words_of_op(const Pattern::Op& op) {
  if (op.kind == Pattern::OpKind::slot) return is_closed(op.slot) ? words_of(op.slot) : std::vector<std::string>{};
  return op.plural.empty() ? std::vector{op.word} : std::vector{op.word, op.plural};
}

/// Whether some token fits both; names are never words of the language, and each name has one kind.
bool overlap(const Pattern::Op& a, const Pattern::Op& b) {
  const bool slot_a = a.kind == Pattern::OpKind::slot, slot_b = b.kind == Pattern::OpKind::slot;
  if ((slot_a && a.slot == Slot::VALUE) || (slot_b && b.slot == Slot::VALUE)) return true;
  if (!slot_a || !slot_b || is_closed(a.slot) || is_closed(b.slot)) return share(words_of_op(a), words_of_op(b));
  if (is_name_slot(a.slot) && is_name_slot(b.slot)) return share(kinds_of(a.slot), kinds_of(b.slot));
  const auto family = [](Slot slot) {
    return slot == Slot::SIGNED ? Slot::DUR : slot == Slot::COUNT ? Slot::INT : slot;
  };
  return family(a.slot) == family(b.slot);
}

class Walk {
 public:
  explicit Walk(const Patterns& patterns) : patterns_(patterns) {}

  std::optional<std::string> find() {
    std::vector<Readers> todo{Readers{}};
    std::set<Readers> seen(todo.begin(), todo.end());
    while (!todo.empty()) {
      const Readers readers = todo.back();
      todo.pop_back();
      const std::vector<Spot> next_a = next(readers.a), next_b = next(readers.b);
      if (auto both = two_ends(readers.parted, next_a, next_b)) return both;
      for (const Spot& x : next_a) {
        for (const Spot& y : next_b) {
          if (is_end(x) || is_end(y) || !overlap(op(x), op(y))) continue;
          const Readers on{{x.pattern, x.op + 1}, {y.pattern, y.op + 1}, readers.parted || x != y};
          if (seen.insert(on).second) todo.push_back(on);
        }
      }
    }
    return std::nullopt;
  }

 private:
  const Pattern::Op& op(const Spot& place) const {
    return patterns_[static_cast<std::size_t>(place.pattern)].second->ops()[place.op];
  }
  bool is_end(const Spot& place) const { return op(place).kind == Pattern::OpKind::done; }

  /// The words, slots and ends that can come next, past all branches.
  std::vector<Spot> next(const Spot& from) const {
    std::vector<Spot> todo{from}, out;
    if (from.pattern < 0) {
      todo.clear();
      for (std::size_t i = 0; i < patterns_.size(); ++i) todo.push_back({static_cast<int>(i), 0});
    }
    while (!todo.empty()) {
      const Spot place = todo.back();
      todo.pop_back();
      if (op(place).targets.empty()) {
        out.push_back(place);
      } else {
        for (const std::uint16_t target : op(place).targets) todo.push_back({place.pattern, target});
      }
    }
    return out;
  }

  std::optional<std::string> two_ends(bool parted, const std::vector<Spot>& next_a,
                                      const std::vector<Spot>& next_b) const {
    const auto name = [&](const Spot& end) { return patterns_[static_cast<std::size_t>(end.pattern)].first; };
    std::vector<Spot> ends_a, ends_b;
    for (const Spot& x : next_a) {
      if (is_end(x)) ends_a.push_back(x);
    }
    for (const Spot& x : next_b) {
      if (is_end(x)) ends_b.push_back(x);
    }
    if (ends_a.size() > 1) return fmt::format("{} <> {}", name(ends_a[0]), name(ends_a[1]));
    if (!parted || ends_a.empty() || ends_b.empty()) return std::nullopt;
    return fmt::format("{} <> {}", name(ends_a[0]), name(ends_b[0]));
  }

  const Patterns& patterns_;
};

}  // namespace

std::optional<std::string> ambiguity(const Patterns& patterns) { return Walk(patterns).find(); }

}  // namespace hasim
