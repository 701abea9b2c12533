#include "daemon/setup/conversation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "daemon/config_value.h"
#include "daemon/hactl/screen.h"
#include "daemon/setup/found_here.h"

namespace hacored::setup {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  return std::string{text.substr(0, text.find_last_not_of(" \t") + 1)};
}

std::string shown_texts(const Question& question, const std::vector<std::string>& texts) {
  const bool both = question.row.count == Count::each_head && texts.size() == 2 && texts[0] == texts[1];
  return both ? texts[0] : fmt::format("{}", fmt::join(texts, " "));
}

/// What stands between the question and the answer.
std::string prompt_of(const Question& question, const Answers& answers, const std::vector<std::string>& offer) {
  std::string in_brackets = shown_texts(question, offer);
  if (question.secret && !offer.empty()) in_brackets = answers.has(key_of(question)) ? "as it is" : "the same";
  if (offer.empty() && question.optional) in_brackets = "none";
  return fmt::format("  {}{}: ", asked_of(question, answers),
                     in_brackets.empty() ? "" : fmt::format(" [{}]", in_brackets));
}

}  // namespace

Conversation::Conversation(Person& person, Machine& machine, Inspection& inspection, Answers standing)
    : person_{person}, machine_{machine}, inspection_{inspection}, answers_{std::move(standing)} {}

void Conversation::ask_all() {
  for (const StepInfo& info : steps()) ask(info.step);
}

void Conversation::ask(Step step) {
  do ask_once(step);
  while (inspection_.of(step, answers_) == State::fail && wants_again());
}

void Conversation::ask_once(Step step) {
  person_.show(heading(step));
  for (const Question* question : questions_of(step)) {
    if (question->asked) ask(*question);
    if (left_out(step, answers_)) return;
  }
  complete(answers_);
}

void Conversation::ask(const Question& question) {
  const std::string key = key_of(question);
  while (true) {
    const std::vector<std::string> offer = offered(question);
    const std::string prompt = prompt_of(question, answers_, offer);
    // Of a password every letter counts.
    const std::string line = question.secret ? person_.secret(prompt) : trimmed(person_.line(prompt));
    if (line == "?" && !question.secret) {
      person_.show(hactl::hang("    ", fmt::format("{}; expected: {}", question.row.says, kind_of(question.row))) +
                   "\n");
      continue;
    }
    const bool none = line == "-" && !question.secret;
    if (line.empty() && !offer.empty()) return answers_.set(key, offer);
    if ((line.empty() || none) && question.optional) return answers_.set(key, {});
    Typed typed{std::nullopt, "it cannot be left out"};
    if (!line.empty() && !none) typed = read_typed(question, with_length(question, line, answers_, machine_));
    if (typed.texts) return answers_.set(key, *typed.texts);
    if (question.secret) typed.wrong = line.empty() ? typed.wrong : "a password is one line of letters and signs";
    person_.show(hactl::hang("    ", typed.wrong) + "\n");
  }
}

/// What Enter answers.
std::vector<std::string> Conversation::offered(const Question& question) const {
  const std::string key = key_of(question);
  if (answers_.has(key)) return answers_.texts(key);
  if (answers_.knows(key)) return {};
  if (answers_.has(question.same_as)) return answers_.texts(question.same_as);
  if (const auto initial = initial_value(question.row)) return initial->texts;
  return found_here(question, answers_, machine_);
}

bool Conversation::wants_again() {
  while (true) {
    const std::string line = trimmed(person_.line("  Answer again, or keep it? [a]gain, [k]eep [a]: "));
    if (line.empty() || line == "a" || line == "again") return true;
    if (line == "k" || line == "keep") return false;
    person_.show("    a or k\n");
  }
}

std::string heading(Step step) {
  const StepInfo& info = info_of(step);
  const std::string where =
      fmt::format("hacore-setup {}/{}   {}", static_cast<int>(step) + 1, steps().size(), info.title);
  return fmt::format("\n{}\n\n{}\n", where, hactl::hang("  ", info.says));
}

std::string overview(const Answers& answers) {
  std::string out;
  for (const Question& question : questions()) {
    const std::string key = key_of(question);
    if (!answers.has(key)) continue;
    out += hactl::hang(fmt::format("  {:<24}", key),
                       question.secret ? "kept in the file of secrets" : shown_texts(question, answers.texts(key))) +
           "\n";
  }
  return out;
}

}  // namespace hacored::setup
