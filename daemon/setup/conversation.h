// The questions, one at a time, each step followed by its tests; what fails may be answered again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/setup/answers.h"
#include "daemon/setup/inspection.h"
#include "daemon/setup/person.h"

namespace hacored::setup {

class Conversation {
 public:
  /// `standing`: what the configuration says now, offered as answers.
  Conversation(Person& person, Machine& machine, Inspection& inspection, Answers standing);

  /// All steps.
  void ask_all();
  /// One of them, until its tests hold or the person keeps what failed. False: the person wants to go back to the one
  /// before.
  bool ask(Step step);
  const Answers& answers() const { return answers_; }

 private:
  enum class Next : std::uint8_t { on, back, skip };
  bool ask_once(Step step);
  Next ask(const Question& question);
  bool skip(Step step, std::size_t from);
  std::vector<std::string> offered(const Question& question) const;
  bool wants_again();

  Person& person_;
  Machine& machine_;
  Inspection& inspection_;
  Answers answers_;
};

/// "hacore-setup 2/9   Internal network", what can be typed beside answers, and what the step is for.
std::string heading(Step step, std::string_view keys = "");
/// What was answered, a line each; of passwords only that there is one.
std::string overview(const Answers& answers);

}  // namespace hacored::setup
