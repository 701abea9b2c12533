// The file of answers for a set-up that nobody sits at: TOML, a table for each step, a key for each question.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/diagnostic.h"
#include "daemon/setup/answers.h"

namespace hacored::setup {

/// What the file says, without what it leaves open; or everything that is wrong with it. Lines with passwords are never
/// shown.
struct ReadAnswers {
  std::optional<Answers> answers;
  std::vector<Diagnostic> diagnostics;
};
ReadAnswers read_answers(std::string_view text, const std::string& shown_path);
/// A file with passwords must be private.
ReadAnswers read_answers_file(const std::string& path);

/// A file of answers to start from: every question with what it is for, and what is answered already. Passwords are
/// left out.
std::string answers_page(const Answers&);

}  // namespace hacored::setup
