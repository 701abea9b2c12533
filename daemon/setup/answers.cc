#include "daemon/setup/answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/config_text.h"
#include "daemon/config_value.h"
#include "daemon/setup/mount_answer.h"
#include "daemon/setup/tree.h"

namespace hacored::setup {
namespace {

std::vector<std::string> words_in(std::string_view line) {
  constexpr std::string_view kBetween = " \t,";
  std::vector<std::string> words;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(kBetween), line.size()));
    if (line.empty()) return words;
    words.emplace_back(line.substr(0, line.find_first_of(kBetween)));
    line.remove_prefix(words.back().size());
  }
}

Node node_of(const Question& question, std::string_view line) {
  const std::vector<std::string> words = words_in(line);
  if (question.row.count == Count::one || (question.row.count == Count::each_head && words.size() == 1))
    return text_node(question.row.count == Count::one ? std::string{line} : words.front());
  Node list;
  list.kind = Node::Kind::list;
  for (const std::string& word : words) list.items.push_back(text_node(word));
  return list;
}

/// A note for the author of a file helps nobody at a terminal.
bool is_for_files(std::string_view note) { return note.starts_with("write: ") || note.starts_with("did you mean: "); }

std::string said(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const Diagnostic& one : diagnostics) {
    out += (out.empty() ? "" : "; ") + one.message;
    for (const std::string& note : one.notes)
      if (!is_for_files(note)) out += "; " + note;
  }
  return out;
}

void replace(std::string& text, std::string_view what, const std::string& by) {
  if (const std::size_t at = text.find(what); at != std::string::npos && !by.empty()) text.replace(at, what.size(), by);
}

}  // namespace

const std::vector<std::string>& Answers::texts(std::string_view key) const {
  static const std::vector<std::string> kNone;
  const auto found = texts_.find(std::string{key});
  return found == texts_.end() ? kNone : found->second;
}

const std::string& Answers::text(std::string_view key) const {
  static const std::string kNone;
  const std::vector<std::string>& all = texts(key);
  return all.empty() ? kNone : all.front();
}

void Answers::take(const Answers& other) {
  for (const auto& [key, texts] : other.texts_) texts_[key] = texts;
}

bool left_out(Step step, const Answers& answers) {
  return info_of(step).optional && !answers.has(key_of(*questions_of(step).front()));
}

bool same(Step step, const Answers& a, const Answers& b) {
  const auto all = questions_of(step);
  return std::all_of(all.begin(), all.end(),
                     [&](const Question* q) { return a.texts(key_of(*q)) == b.texts(key_of(*q)); });
}

void complete(Answers& answers) {
  for (const Question& question : questions()) {
    const std::string key = key_of(question);
    if (answers.knows(key) || (key != key_of(*questions_of(question.step).front()) && left_out(question.step, answers)))
      continue;
    if (const auto initial = initial_value(question.row)) answers.set(key, initial->texts);
    if (answers.has(question.same_as)) answers.set(key, answers.texts(question.same_as));
  }
}

std::vector<std::string> missing(const Answers& answers) {
  std::vector<std::string> keys;
  for (const Question& question : questions()) {
    const std::string key = key_of(question);
    if (question.row.needed && !left_out(question.step, answers) && !answers.has(key)) keys.push_back(key);
  }
  return keys;
}

Typed read_typed(const Question& question, std::string_view line) {
  const Entry entry{std::string{question.row.name}, {}, node_of(question, line)};
  Report report{"", ""};
  const auto value = read_value(question.row, entry, report);
  if (!value) return {std::nullopt, said(report.in_order())};
  if (std::string wrong = unfit(question, value->texts); !wrong.empty()) return {std::nullopt, std::move(wrong)};
  return {value->texts};
}

std::string unfit(const Question& question, const std::vector<std::string>& texts) {
  if (key_of(question) != "storage.mounts") return {};
  for (const std::string& text : texts)
    if (!read_mount(text)) return fmt::format("\"{}\" is not DIRECTORY=SERVER:/EXPORT or DIRECTORY=/dev/…", text);
  return {};
}

std::string asked_of(const Question& question, const Answers& answers) {
  std::string text{question.asks};
  replace(text, "{first}", answers.has("cell.first") ? answers.text("cell.first") : "the first head");
  replace(text, "{second}", answers.has("cell.second") ? answers.text("cell.second") : "the second head");
  return text;
}

}  // namespace hacored::setup
