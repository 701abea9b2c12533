#include "daemon/setup/set_up.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/agent.h"
#include "daemon/answers.h"
#include "daemon/config_file.h"
#include "daemon/hactl/screen.h"
#include "daemon/hactl/words.h"
#include "daemon/refused.h"
#include "daemon/setup/conversation.h"
#include "daemon/setup/document.h"
#include "daemon/setup/found_here.h"
#include "daemon/setup/landing.h"
#include "daemon/setup/other_head.h"

namespace hacored::setup {
namespace {

using std::chrono::seconds;

constexpr std::size_t kKeyBytes = 32;
constexpr seconds kStoreMax{30};
constexpr mode_t kPrivate = 0600;
constexpr mode_t kPublic = 0644;

std::string said_of_missing(const Answers& answers) {
  std::string out;
  for (const std::string& key : missing(answers))
    for (const Question& question : questions())
      if (key_of(question) == key)
        out += fmt::format("hacore-setup: {} needs an answer: {}\n", key, asked_of(question, answers));
  return out;
}

/// What the file leaves open is as it stands, or as it is found here.
Answers with_answers_of(const Answers& file, const Answers& standing, const Machine& machine) {
  Answers all = standing;
  all.take(file);
  for (const Question& question : questions()) {
    if (all.knows(key_of(question)) || left_out(question.step, all)) continue;
    if (auto found = found_here(question, all, machine); !found.empty()) all.set(key_of(question), std::move(found));
  }
  complete(all);
  return all;
}

/// Something that the person is left to do, or to look at.
struct Remaining {
  std::string what, why;
};

std::string shown_remaining(std::size_t number, const Remaining& one) {
  constexpr std::size_t kColumn = 32;
  const std::string head = fmt::format("  {}. {:<{}}", number, one.what, kColumn);
  if (one.why.empty()) return head.substr(0, head.find_last_not_of(' ') + 1) + "\n";
  if (one.what.size() < kColumn) return hactl::hang(head, one.why) + "\n";
  return head + "\n" + hactl::hang("     ", one.why) + "\n";
}

std::string random_key() {
  std::string key(kKeyBytes, '\0');
  if (getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size()))
    throw Refused(fmt::format("no random numbers for a key: {}", std::strerror(errno)));
  return key;
}

class SetUp {
 public:
  SetUp(const Options& options, Person& person, Machine& machine, Document document)
      : options_{options},
        person_{person},
        machine_{machine},
        document_{std::move(document)},
        files_{files_of(document_, options.config)},
        standing_{standing_answers(document_)},
        inspection_{machine, files_.agent_dirs, standing_, [this](const Finding& finding) { tell(finding); }},
        landing_{folder_of_file(options.config)} {}

  int run() {
    try {
      const Exit ready = options_.answers ? from_file() : from_person();
      if (ready != kDone) return ready;
      land();
      bool whole = !answers_.has("arbiter.store") || init_store();
      whole &= !options_.copy || copy();
      show_what_remains();
      return whole ? kDone : kHalf;
    } catch (const Left&) {
      person_.show(landed_ ? "\nhacore-setup: left. The files of this head are written; it can be run again.\n"
                           : "\nhacore-setup: left. Nothing was changed.\n");
      return kLeft;
    }
  }

 private:
  void tell(const Finding& finding) { person_.show(shown(finding)); }

  /// One test after the other, none of them repeated.
  Exit from_file() {
    answers_ = with_answers_of(*options_.answers, standing_, machine_);
    if (const std::string said = said_of_missing(answers_); !said.empty()) return person_.show(said), kUsage;
    bool failed = false;
    for (const StepInfo& info : steps()) {
      if (left_out(info.step, answers_)) continue;
      person_.show(heading(info.step));
      failed |= inspection_.of(info.step, answers_) == State::fail;
    }
    person_.show("\n");
    if (!prepare()) return person_.show("\nhacore-setup: nothing was changed.\n"), kRefused;
    if (!failed || options_.force) return kDone;
    person_.show("\nhacore-setup: a test failed; nothing was changed. --force writes it all the same.\n");
    return kRefused;
  }

  Exit from_person() {
    Conversation conversation{person_, machine_, inspection_, standing_};
    conversation.ask_all();
    while (true) {
      answers_ = conversation.answers();
      person_.show("\nhacore-setup   Summary\n\n" + overview(answers_) + "\n");
      const bool good = prepare();
      const std::string line = person_.line(fmt::format(
          "\nContinue? {}[e]xit, or the number of a step to answer it again (1-{}): ", good ? "[c]ontinue, " : "",
          steps().size()));
      if (good && (line == "c" || line == "continue")) return kDone;
      if (line == "e" || line == "exit") return person_.show("hacore-setup: nothing was changed.\n"), kRefused;
      if (line.size() == 1 && line[0] >= '1' && line[0] < '1' + static_cast<int>(steps().size()))
        conversation.ask(steps()[static_cast<std::size_t>(line[0] - '1')].step);
    }
  }

  /// Lays the files beside their places and lets the reader of hacored judge them.
  bool prepare() {
    landing_.clear();
    Document next = document_;
    put(next, answers_);
    put_files(next, files_);
    stage_key(files_.key);
    if (answers_.has("arbiter.voters")) stage_key(files_.voter_key);
    stage(files_.secrets, secrets_text(next), secrets_text(document_), kPrivate, false);
    stage(files_.config, config_text(next), config_text(document_), kPublic, true);
    const std::string text = landing_.staged(files_.config) ? config_text(next) : content_of(files_.config);
    const ReadConfig read =
        read_config(text, files_.config, {.head = this_head(), .files = true, .root = {}, .staged = landing_.places()});
    if (!read.diagnostics.empty()) person_.show(show(read.diagnostics) + "\n");
    tell({read.settings ? State::ok : State::fail, fmt::format("hacored accepts {}", files_.config)});
    if (read.settings) show_budget(*read.settings);
    return read.settings.has_value();
  }

  /// How long the cell would take at worst, before anything depends on it.
  void show_budget(const Settings& settings) {
    person_.show("\n" + hactl::budget_screen(budget_answer(settings.cell, settings.core, settings.surroundings)));
  }

  std::string this_head() const {
    const auto self = self_of(machine_, answers_);
    return self ? answers_.text(*self == 0 ? "cell.first" : "cell.second") : std::string{};
  }

  void stage_key(const std::string& path) {
    if (access(path.c_str(), F_OK) != 0) landing_.stage(path, random_key(), kPrivate);
  }

  /// Only if it says something else than before: what was written by hand keeps its comments until then.
  void stage(const std::string& path, const std::string& next, const std::string& before, mode_t mode, bool keep_old) {
    if (next != before) landing_.stage(path, next, mode, keep_old);
  }

  void land() {
    person_.show("\n");
    std::vector<Finding> done;
    for (const std::string& path : shared_files())
      done.push_back({State::ok, fmt::format("{} {}", path, landing_.staged(path) ? "written" : "is as it was")});
    landing_.land();
    landed_ = true;
    for (const Finding& one : done) tell(one);
  }

  /// What must be the same on both heads, in the order in which it is written.
  std::vector<std::string> shared_files() const {
    std::vector<std::string> all{files_.key};
    if (answers_.has("arbiter.voters")) all.push_back(files_.voter_key);
    if (landing_.staged(files_.secrets) || access(files_.secrets.c_str(), F_OK) == 0) all.push_back(files_.secrets);
    all.push_back(files_.config);
    return all;
  }

  bool init_store() {
    const auto program = find_agent(files_.agent_dirs, "hacore-store");
    const std::vector<std::string> words{program.value_or("/usr/lib/hacore/hacore-store"), "--init",
                                         answers_.text("arbiter.store"), "--cell", answers_.text("cell.name")};
    const Ended ended = machine_.run({.arguments = words, .environment = {}, .input = {}}, kStoreMax);
    tell({ended.exited(0) ? State::ok : State::fail, "Store has its lease files",
          ended.exited(0) ? "" : describe(ended)});
    if (!ended.exited(0)) remain(fmt::format("{}", fmt::join(words, " ")), "until the store is there");
    return ended.exited(0);
  }

  bool copy() {
    const auto self = self_of(machine_, answers_);
    OtherHead other{machine_, answers_.text(self == 1 ? "cell.first" : "cell.second")};
    std::string why = other.unreachable();
    tell({why.empty() ? State::ok : State::fail, fmt::format("{} answers by ssh", other.name()), why});
    for (const std::string& path : shared_files()) {
      if (!why.empty()) break;
      why = other.put(path, content_of(path), path == files_.config ? kPublic : kPrivate, path == files_.config);
      tell({why.empty() ? State::ok : State::fail, fmt::format("{} copied to {}", path, other.name()), why});
    }
    if (!why.empty()) {
      remain(
          fmt::format("scp -p {} {}:{}/", fmt::join(shared_files(), " "), other.name(), folder_of_file(files_.config)),
          fmt::format("or ssh-copy-id {}, and hacore-setup once more", other.name()));
      return false;
    }
    const OtherHead::Checked checked = other.check(files_.config);
    tell({checked.good ? State::ok : State::fail, fmt::format("hacored on {} accepts it", other.name())});
    if (checked.good) return true;
    person_.show(checked.said + "\n");
    remain("hacored --check --probe", fmt::format("on {}, until it is good", other.name()));
    return false;
  }

  void remain(std::string what, std::string why) { remains_.push_back({std::move(what), std::move(why)}); }

  void show_what_remains() {
    for (const Finding& finding : inspection_.open()) remain("not so: " + finding.what, finding.detail);
    if (answers_.has("arbiter.voters"))
      remain(fmt::format("HACORE_CELL={} in /etc/default/havoter", answers_.text("cell.name")),
             fmt::format("and {} on each voter; systemctl enable --now havoter", files_.voter_key));
    if (machine_.exists(files_.run_dir + "/control")) {
      remain("hactl reload", "here, for both heads");
    } else {
      remain("systemctl enable --now hacored", "on both heads");
    }
    remain("hactl status", "what is missing, and what would happen if a head died");
    if (!left_out(Step::bmc, answers_) || !left_out(Step::pdu, answers_))
      remain("hactl drill HEAD", "of each head while it is passive: only then is it known that it can be switched off");
    if (answers_.has("arbiter.watchdog"))
      remain("hactl drill self",
             "on each head while it is passive: its watchdog must reset it, else it proves nothing");
    std::string text = "\nWhat remains\n";
    for (std::size_t i = 0; i < remains_.size(); ++i) text += shown_remaining(i + 1, remains_[i]);
    person_.show(text);
  }

  const Options& options_;
  Person& person_;
  Machine& machine_;
  Document document_;
  Files files_;
  Answers standing_;
  Inspection inspection_;
  Landing landing_;
  Answers answers_;
  bool landed_ = false;
  std::vector<Remaining> remains_;
};

}  // namespace

CheckedAnswers check_answers(const std::string& config, const Answers& answers, const Machine& machine) {
  ReadDocument read = read_document(config);
  if (!read.document) return {false, show(read.diagnostics)};
  const Answers all = with_answers_of(answers, standing_answers(*read.document), machine);
  if (std::string said = said_of_missing(all); !said.empty()) return {false, std::move(said)};
  put(*read.document, all);
  put_files(*read.document, files_of(*read.document, config));
  const ReadConfig judged =
      read_config(config_text(*read.document), config, {.head = all.text("cell.first"), .files = false});
  return {judged.settings.has_value(), show(judged.diagnostics)};
}

int set_up(const Options& options, Person& person, Machine& machine) {
  ReadDocument read = read_document(options.config);
  if (!read.document) {
    person.show(show(read.diagnostics));
    return kUsage;
  }
  SetUp whole{options, person, machine, std::move(*read.document)};
  return whole.run();
}

}  // namespace hacored::setup
