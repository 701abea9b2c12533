// The steps of one operation in one run (`each step of`): collects them, and knows when the operation is over.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/ast.h"
#include "lang/picture.h"

namespace hasim {

class StepList {
 public:
  /// An operation that makes no step for so long is over.
  static constexpr Duration kQuiet = std::chrono::seconds{5};

  void reset();
  /// From now on the steps of that operation count.
  void begin(const Sentence& operation, const WorldSpec&, std::vector<std::string>& texts);
  bool counts() const { return texts_ != nullptr; }

  /// A step; true if it belongs to the operation.
  bool add(const Event& step);
  /// The operation is not under way (any more), and at least one of its steps was seen.
  bool is_quiet(const Picture&) const;
  std::size_t size() const { return counts() ? texts_->size() : 0; }
  Time last() const { return last_; }

 private:
  const WorldSpec* spec_ = nullptr;
  std::vector<std::string>* texts_ = nullptr;
  ha::Operation operation_{};
  int head_ = -1;  ///< whose steps; -1: of both heads
  Time last_{};
};

}  // namespace hasim
