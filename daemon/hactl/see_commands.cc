// Commands that only look.
#include <unistd.h>

#include <thread>

#include <fmt/format.h>

#include "daemon/hactl/commands.h"
#include "daemon/hactl/connection.h"
#include "daemon/hactl/exit_code.h"
#include "daemon/hactl/status_screen.h"
#include "daemon/hactl/words.h"

namespace hactl {

using nlohmann::json;

namespace {

constexpr std::chrono::seconds kRepaintEvery{2};
constexpr std::chrono::hours kFollowFor{24 * 365};

void print_json(const json& line) {
  fmt::print("{}\n", line.dump());
  std::fflush(stdout);
}

bool is_a(const json& answer, std::string_view type) { return text_of(answer, "type") == type; }

int paint_until_stopped(const Options& options) {
  Connection hacored{options.socket, options.timeout};
  while (true) {
    const json status = hacored.ask({{"do", "status"}});
    if (!is_a(status, "status")) return complain(status, options.json);
    options.screen.print("\x1b[H\x1b[J" + status_screen(status));
    std::this_thread::sleep_for(kRepaintEvery);
  }
}

}  // namespace

int show_status(const Options& options, const StatusOptions& how) {
  if (how.watch && isatty(STDOUT_FILENO) == 1) return paint_until_stopped(options);
  const json status = Connection{options.socket, options.timeout}.ask({{"do", "status"}});
  if (!is_a(status, "status")) return complain(status, options.json);
  if (options.json) {
    print_json(status);
  } else {
    options.screen.print(how.line ? status_line(status) : status_screen(status));
  }
  return static_cast<int>(number_of(status, "exit", 2));
}

int show_why(const Options& options, std::uint64_t epoch) {
  const json why = Connection{options.socket, options.timeout}.ask({{"do", "why"}, {"epoch", epoch}});
  if (!is_a(why, "why")) return complain(why, options.json);
  options.json ? print_json(why) : options.screen.print(why_screen(why));
  return kDone;
}

int show_why_not(const Options& options, const std::string& head) {
  const json status = Connection{options.socket, options.timeout}.ask({{"do", "status"}});
  if (!is_a(status, "status")) return complain(status, options.json);
  options.json ? print_json(status) : options.screen.print(why_not_screen(status, head));
  return kDone;
}

int show_budget(const Options& options) {
  const json budget = Connection{options.socket, options.timeout}.ask({{"do", "budget"}});
  if (!is_a(budget, "budget")) return complain(budget, options.json);
  options.json ? print_json(budget) : options.screen.print(budget_screen(budget));
  const json& inequality = part_of(budget, "inequality");
  return inequality.empty() || is_true(inequality, "holds") ? kDone : kRefused;
}

int show_log(const Options& options, std::uint32_t newest, bool follow) {
  Connection hacored{options.socket, options.timeout};
  hacored.send({{"do", "log"}, {"newest", newest}, {"follow", follow}});
  while (true) {
    const json line = follow ? hacored.receive(kFollowFor) : hacored.receive();
    if (is_a(line, "end")) return kDone;
    if (!is_a(line, "event")) return complain(line, options.json);
    options.json
        ? print_json(line)
        : options.screen.print(fmt::format("{}  {}\n", local_time(text_of(line, "at")), text_of(line, "text")));
  }
}

namespace {

/// Shows one check after the other, and remembers whether all were good.
class Checks {
 public:
  explicit Checks(const Options& options) : options_{options} {}

  void show(const std::string& name, const std::string& state, const std::string& text) {
    good_ = good_ && state != "fail";
    if (!options_.json) options_.screen.print(hang(fmt::format("  {} {}  ", pad(name, 16), mark(state)), text) + "\n");
  }

  /// Checks of a status; for a machine with what they are checks of.
  void show_all(const json& checks, const json& about) {
    for (const json& one : checks) {
      show(text_of(one, "label"), text_of(one, "state"), text_of(one, "text"));
      if (!options_.json) continue;
      json line = {{"v", 1}, {"type", "check"}};
      line.update(about);
      line.update(one);
      print_json(line);
    }
  }

  void show_reading(const json& reading) {
    const std::string says = text_of(reading, "reading");
    const std::string why = text_of(part_of(reading, "why"), "text");
    show(text_of(reading, "level"), says == "unknown" ? "fail" : "ok", why.empty() ? "reads " + says : why);
    if (options_.json) print_json(reading);
  }

  int exit() const { return good_ ? kDone : kRefused; }

 private:
  const Options& options_;
  bool good_ = true;
};

}  // namespace

int check(const Options& options, const std::string& part) {
  Connection hacored{options.socket, options.timeout};
  const json status = hacored.ask({{"do", "status"}});
  if (!is_a(status, "status")) return complain(status, options.json);
  Checks checks{options};
  if (part.empty() || part == "fencing") {
    hacored.send({{"do", "check"}});
    for (bool last = false; !last;) {
      const json line = hacored.receive(std::chrono::minutes{2});
      if (is_a(line, "end")) break;
      if (!is_a(line, "reading")) return complain(line, options.json);
      last = is_true(line, "last");
      checks.show_reading(line);
    }
  }
  if (part.empty() || part == "services")
    for (const json& service : part_of(status, "services"))
      checks.show_all(part_of(service, "checks"), {{"part", "services"}, {"service", text_of(service, "name")}});
  if (part.empty() || part == "arbiter") checks.show_all(part_of(status, "arbiter"), {{"part", "arbiter"}});
  return checks.exit();
}

int explain_word(const Options& options, const std::string& word) {
  const auto text = explained(word);
  if (!text) {
    const std::string error = fmt::format("nothing is called \"{}\"; `hactl explain reasons` lists words", word);
    return complain({{"v", 1}, {"type", "error"}, {"error", "explain: " + error}}, options.json);
  }
  if (options.json)
    print_json({{"v", 1}, {"type", "explanation"}, {"word", word}, {"text", *text}});
  else
    fmt::print("{}", *text);
  return kDone;
}

}  // namespace hactl
