#include "daemon/setup/answers_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "daemon/config_text.h"
#include "daemon/config_value.h"
#include "daemon/secrets.h"
#include "daemon/setup/toml_writer.h"
#include "daemon/spelling.h"
#include "daemon/toml_tree.h"

namespace hacored::setup {
namespace {

std::string what_was_meant(const std::string& word, const std::vector<std::string_view>& known) {
  std::string note = meant(word, known);
  return note.empty() ? fmt::format("expected: {}", fmt::join(known, ", ")) : note;
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& path) : report_{path, text} { conceal_passwords(text); }

  ReadAnswers read(std::string_view text) {
    const auto root = read_toml(text, report_);
    if (root)
      for (const Entry& entry : root->entries) read_step(entry);
    ReadAnswers read{std::nullopt, report_.in_order()};
    if (!report_.failed()) read.answers = std::move(answers_);
    return read;
  }

 private:
  /// Before anything is complained of: a line may be shown because its syntax is wrong.
  void conceal_passwords(std::string_view text) {
    for (int line = 1; !text.empty(); ++line) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      if (text.substr(0, end).find("passw") != std::string_view::npos) report_.conceal(line);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  void read_step(const Entry& entry) {
    std::vector<std::string_view> names;
    for (const StepInfo& info : steps()) {
      names.push_back(info.name);
      if (info.name != entry.key) continue;
      if (entry.value.is(Node::Kind::table)) return read_questions(info.step, entry.value);
      return report_.error(entry.place, fmt::format("{} is a table", info.name),
                           {fmt::format("write: [{}]", info.name)});
    }
    std::string note = what_was_meant(entry.key, names);
    for (const Question& question : questions())
      if (question.row.name == entry.key && note.starts_with("expected"))
        note = fmt::format("it belongs in [{}]", info_of(question.step).name);
    report_.error(entry.place, fmt::format("\"{}\" is not a step of the set-up", entry.key), {note});
  }

  void read_questions(Step step, const Node& table) {
    std::vector<std::string_view> names;
    for (const Question* question : questions_of(step)) names.push_back(question->row.name);
    for (const Entry& entry : table.entries) {
      const auto all = questions_of(step);
      const auto found =
          std::find_if(all.begin(), all.end(), [&](const Question* q) { return q->row.name == entry.key; });
      if (found != all.end()) {
        read_answer(**found, entry);
      } else {
        report_.error(entry.place, fmt::format("\"{}\" is not asked in [{}]", entry.key, info_of(step).name),
                      {what_was_meant(entry.key, names)});
      }
    }
  }

  void read_answer(const Question& question, const Entry& entry) {
    const std::string key = key_of(question);
    const Node& node = entry.value;
    const bool none =
        (node.is(Node::Kind::text) && node.text.empty()) || (node.is(Node::Kind::list) && node.items.empty());
    if (none && question.optional) return answers_.set(key, {});
    if (none)
      return report_.error(node.place, fmt::format("{} needs an answer", key),
                           {fmt::format("it says: {}", question.row.says)});
    if (question.secret && (!node.is(Node::Kind::text) || !is_line(node.text)))  // said without what stands there
      return report_.error(node.place, fmt::format("{} is a text of one line", key), {"write it in quotes"});
    const auto value = read_value(question.row, entry, report_);
    if (!value) return;
    if (std::string wrong = unfit(question, value->texts); !wrong.empty())
      return report_.error(node.place, std::move(wrong));
    answers_.set(key, value->texts);
  }

  Report report_;
  Answers answers_;
};

std::string toml_value(const Question& question, const std::vector<std::string>& texts) {
  const bool both = question.row.count == Count::each_head && texts.size() == 2 && texts[0] == texts[1];
  if (question.row.count == Count::one || both) return toml_quoted(texts.empty() ? "" : texts.front());
  std::vector<std::string> items;
  for (const std::string& text : texts) items.push_back(toml_quoted(text));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string line_of(const Question& question, const Answers& answers) {
  const std::string key = key_of(question);
  const std::string why = fmt::format("# {}: {}{}{}\n", asked_of(question, answers), question.row.says,
                                      question.optional ? "; \"\" for none" : "",
                                      question.row.initial.empty() ? "" : "; this is the default");
  if (question.secret) return fmt::format("{}#{} = \"…\"\n", why, question.row.name);
  if (answers.has(key))
    return fmt::format("{}{} = {}\n", why, question.row.name, toml_value(question, answers.texts(key)));
  if (!question.row.initial.empty())
    return fmt::format("{}#{} = {}\n", why, question.row.name, toml_quoted(question.row.initial));
  return fmt::format("{}#{} = {}\n", why, question.row.name,
                     question.row.sample.empty() ? "\"…\"" : question.row.sample);
}

}  // namespace

ReadAnswers read_answers(std::string_view text, const std::string& shown_path) {
  return Reader{text, shown_path}.read(text);
}

ReadAnswers read_answers_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Report report{path, ""};
  if (!file.is_open() || file.bad()) {
    report.error({}, fmt::format("cannot be read: {}", std::strerror(errno)));
    return {std::nullopt, report.in_order()};
  }
  ReadAnswers read = read_answers(text, path);
  if (!read.answers || (!read.answers->has("bmc.password") && !read.answers->has("bmc.second_password") &&
                        !read.answers->has("pdu.password")))
    return read;
  const auto why = not_private(path, path);
  if (!why) return read;
  report.error({}, "it holds passwords, and " + why->message, {why->note});
  return {std::nullopt, report.in_order()};
}

std::string answers_page(const Answers& answers) {
  std::string out =
      "# Answers for hacore-setup --from FILE. A question that is left out keeps its answer in "
      "/etc/hacore/hacore.toml. What\n"
      "# stands after # is an example, or the default where there is one. With passwords in it the file must have mode "
      "0600.\n";
  for (const StepInfo& info : steps()) {
    out += fmt::format("\n# {}. {}\n[{}]\n", info.title, info.says, info.name);
    for (const Question* question : questions_of(info.step)) out += line_of(*question, answers);
  }
  return out;
}

}  // namespace hacored::setup
