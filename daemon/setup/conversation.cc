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

std::vector<const Question*> asked_in(Step step) {
  std::vector<const Question*> asked = questions_of(step);
  std::erase_if(asked, [](const Question* question) { return !question->asked; });
  return asked;
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
  for (std::size_t i = 0; i < steps().size();) {
    const bool on = ask(steps()[i].step);
    i = on ? i + 1 : std::max<std::size_t>(i, 1) - 1;
  }
}

bool Conversation::ask(Step step) {
  do {
    if (!ask_once(step)) return false;
  } while (inspection_.of(step, answers_) == State::fail && wants_again());
  return true;
}

bool Conversation::ask_once(Step step) {
  person_.show(heading(step, "(b)ack (s)kip (?) what is meant"));
  const std::vector<const Question*> asked = asked_in(step);
  for (std::size_t i = 0; i < asked.size();) {
    switch (ask(*asked[i])) {
      case Next::on: ++i; break;
      case Next::back:
        if (i-- == 0) return false;
        break;
      case Next::skip:
        if (skip(step, i)) i = asked.size();
        break;
    }
    if (left_out(step, answers_)) break;
  }
  complete(answers_);
  return true;
}

/// Leaves the rest of the step as Enter would, or all of it out. False: something of it is needed.
bool Conversation::skip(Step step, std::size_t from) {
  const std::vector<const Question*> asked = asked_in(step);
  Answers enter = answers_;
  for (std::size_t i = from; i < asked.size(); ++i) {
    const std::vector<std::string> offer = offered(*asked[i]);
    if (offer.empty() && !asked[i]->optional) {
      if (!info_of(step).optional) {
        person_.show(fmt::format("    \"{}\" needs an answer\n", asked_of(*asked[i], answers_)));
        return false;
      }
      answers_.set(key_of(*asked.front()), {});
      return true;
    }
    enter.set(key_of(*asked[i]), offer);
  }
  answers_ = std::move(enter);
  return true;
}

Conversation::Next Conversation::ask(const Question& question) {
  const std::string key = key_of(question);
  while (true) {
    const std::vector<std::string> offer = offered(question);
    const std::string prompt = prompt_of(question, answers_, offer);
    // Of a password every letter counts.
    const std::string line = question.secret ? person_.secret(prompt) : trimmed(person_.line(prompt));
    const bool command = !question.secret;
    if (command && line == "b") return Next::back;
    if (command && line == "s") return Next::skip;
    if (command && line == "?") {
      person_.show(hactl::hang("    ", fmt::format("{}; expected: {}", question.row.says, kind_of(question.row))) +
                   "\n");
      continue;
    }
    const bool none = command && line == "-";
    if (line.empty() && !offer.empty()) return answers_.set(key, offer), Next::on;
    if ((line.empty() || none) && question.optional) return answers_.set(key, {}), Next::on;
    Typed typed{std::nullopt, "it cannot be left out"};
    if (!line.empty() && !none) typed = read_typed(question, with_length(question, line, answers_, machine_));
    if (typed.texts) return answers_.set(key, *typed.texts), Next::on;
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

std::string heading(Step step, std::string_view keys) {
  const StepInfo& info = info_of(step);
  const std::string where =
      fmt::format("hacore-setup {}/{}   {}", static_cast<int>(step) + 1, steps().size(), info.title);
  const std::string line = keys.empty() ? where : fmt::format("{:<50}{}", where, keys);
  return fmt::format("\n{}\n\n{}\n", line, hactl::hang("  ", info.says));
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
