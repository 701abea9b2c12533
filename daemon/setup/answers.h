// What was answered, by the key of the question. A value: it comes from a person, from a file or from hacore.toml, and
// is tested and written all the same.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/setup/questions.h"

namespace hacored::setup {

class Answers {
 public:
  /// "" where there is no answer, or the answer is "none".
  const std::string& text(std::string_view key) const;
  /// Of `Count::each_head` always two.
  const std::vector<std::string>& texts(std::string_view key) const;
  bool has(std::string_view key) const { return !texts(key).empty(); }
  /// It was answered, if only with "none".
  bool knows(std::string_view key) const { return texts_.contains(std::string{key}); }
  /// An empty list says "none".
  void set(std::string_view key, std::vector<std::string> texts) { texts_[std::string{key}] = std::move(texts); }
  /// What `other` knows is as it says; the rest stays.
  void take(const Answers& other);
  bool operator==(const Answers&) const = default;

 private:
  std::map<std::string, std::vector<std::string>> texts_;
};

/// The cell does without this step: it may, and the answer to its first question is "none" or is not there.
bool left_out(Step, const Answers&);
/// Both say the same about this step.
bool same(Step, const Answers&, const Answers&);
/// Fills in what holds without an answer: initial values, and what is the same as another answer.
void complete(Answers&);
/// Keys of the questions that need an answer and have none.
std::vector<std::string> missing(const Answers&);

/// The answer as it was typed, blanks or commas between the items, or what is wrong with it for people.
struct Typed {
  std::optional<std::vector<std::string>> texts;
  std::string wrong{};
};
Typed read_typed(const Question&, std::string_view line);
/// What no shape can say: a mount is DIRECTORY=DEVICE. What is wrong with it, or nothing.
std::string unfit(const Question&, const std::vector<std::string>& texts);

/// "Address of T06-HEAD-01"
std::string asked_of(const Question&, const Answers&);

}  // namespace hacored::setup
