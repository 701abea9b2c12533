#include "daemon/hactl/program.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "daemon/hactl/commands.h"
#include "daemon/hactl/completion.h"
#include "daemon/hactl/connection.h"
#include "daemon/hactl/exit_code.h"

namespace hactl {

namespace {

constexpr const char* kHelp = R"(hactl: control of the failover daemon on this head (hacored)

Usage: hactl COMMAND [OPTIONS]
See      status [-w] [--line]     both directions, and what would happen if the active died now
         why [EPOCH] | why not H  why the owner is the owner; why a head is not
         check [PART]             fencing, services or arbiter now; changes nothing
         budget                   worst case and safety of the running configuration
         log [-n N] [-f]          what the core reported, newest last
         explain WORD             a reason, cause or proof
Change   makeactive [SERVICE]     this head becomes active, after a preflight; --force REASON
         standby on|off           this head never takes over
         maintenance on|off       no takeover and no fence; on needs --for and --reason
         drill HEAD | drill self  prove that a passive head can be fenced; that its own watchdog resets this one
         ack-off HEAD [--force]   you vouch that HEAD is off; refused while evidence says it is on
         cancel                   gives up the move that was asked for here
         reload                   check the configuration on both heads, then use it
         leave                    this head gives away what it has, and hacored ends
Shell    completion bash|zsh
Options  --json  -y  --cell NAME  --socket PATH  --timeout D
Exit     0 done  1 refused, nothing changed  2 usage  3 hacored does not answer
         4 failed and given back  5 outcome unknown    (status: 0 1 2 3 as Nagios)
)";

class HandSetHelp : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App*, std::string, CLI::AppFormatMode) const override { return kHelp; }
};

/// "90s", "2h", "1d": seconds. CLI11 checks and reports what is wrong.
CLI::AsNumberWithUnit durations() {
  return CLI::AsNumberWithUnit{
      std::map<std::string, std::int64_t>{{"s", 1}, {"min", 60}, {"m", 60}, {"h", 3600}, {"d", 86400}},
      CLI::AsNumberWithUnit::CASE_SENSITIVE};
}

/// The arguments of all commands, as CLI11 fills them in.
struct Arguments {
  Options options;
  std::string cell;
  std::int64_t timeout_s = 10;
  StatusOptions status;
  std::vector<std::string> why;
  std::string part, word, head, on_off;
  std::uint32_t newest = 20;
  bool follow = false, force = false;
  MakeactiveOptions move;
  MaintenanceOptions maintenance;
  std::string shell;
  std::vector<std::string> words;
};

int why(const Arguments& a) {
  if (a.why.empty()) return show_why(a.options, 0);
  if (a.why.front() == "not" && a.why.size() == 2) return show_why_not(a.options, a.why[1]);
  std::uint64_t epoch = 0;
  if (a.why.size() == 1 && CLI::detail::lexical_cast(a.why.front(), epoch)) return show_why(a.options, epoch);
  fmt::print(stderr, "hactl why: expected an epoch, or \"not\" and a head\n");
  return kUsage;
}

int maintain(Arguments& a) {
  a.maintenance.on = a.on_off == "on";
  if (a.maintenance.on && (a.maintenance.for_s == 0 || a.maintenance.reason.empty())) {
    fmt::print(stderr, "hactl maintenance on: needs --for and --reason, so that it ends and somebody knows why\n");
    return kUsage;
  }
  return maintenance(a.options, a.maintenance);
}

class Program {
 public:
  Program() {
    app_.formatter(std::make_shared<HandSetHelp>());
    app_.set_help_flag("-h,--help");
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.add_flag("--json", a_.options.json);
    app_.add_flag("-y,--yes", a_.options.yes);
    app_.add_option("--cell", a_.cell);
    app_.add_option("--socket", a_.options.socket);
    app_.add_option("--timeout", a_.timeout_s)->transform(durations());
    add_looking();
    add_changing();
  }

  int run(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& help) {
      app_.exit(help);
      return kDone;
    } catch (const CLI::ParseError& wrong) {
      fmt::print(stderr, "hactl: {}; hactl --help lists commands and options\n", wrong.what());
      return kUsage;
    }
    if (!a_.cell.empty()) a_.options.socket = "/run/hacore/" + a_.cell + "/control";
    a_.options.timeout = std::chrono::seconds{a_.timeout_s};
    a_.options.screen = screen_of_stdout();
    try {
      return act_();
    } catch (const NoAnswer& none) {
      complain({{"v", 1}, {"type", "error"}, {"error", none.what()}}, a_.options.json);
      return kNoAnswer;
    }
  }

 private:
  CLI::App* command(const char* name, std::function<int()> act) {
    CLI::App* added = app_.add_subcommand(name);
    added->callback([this, act = std::move(act)] { act_ = act; });
    return added;
  }

  void add_looking() {
    CLI::App* status = command("status", [this] { return show_status(a_.options, a_.status); });
    status->add_flag("-w,--watch", a_.status.watch);
    status->add_flag("--line", a_.status.line);
    command("why", [this] { return why(a_); })->add_option("epoch", a_.why)->expected(0, 2);
    CLI::App* part = command("check", [this] { return check(a_.options, a_.part); });
    part->add_option("part", a_.part)->check(CLI::IsMember({"fencing", "services", "arbiter"}));
    command("budget", [this] { return show_budget(a_.options); });
    CLI::App* log = command("log", [this] { return show_log(a_.options, a_.newest, a_.follow); });
    log->add_flag("-f,--follow", a_.follow);
    log->add_option("-n,--newest", a_.newest);
    command("explain", [this] { return explain_word(a_.options, a_.word); })->add_option("word", a_.word)->required();
    CLI::App* shell = command("completion", [this] { return complete(a_.shell, a_.words); });
    shell->add_option("shell", a_.shell)->required();
    shell->add_option("words", a_.words);
  }

  void add_changing() {
    CLI::App* move = command("makeactive", [this] { return makeactive(a_.options, a_.move); });
    move->add_option("service", a_.move.service);
    move->add_option("--force", a_.move.force);
    on_off(command("standby", [this] { return standby(a_.options, a_.on_off == "on"); }));
    CLI::App* rest = command("maintenance", [this] { return maintain(a_); });
    on_off(rest);
    rest->add_option("--for", a_.maintenance.for_s)->transform(durations());
    rest->add_option("--reason", a_.maintenance.reason);
    command("drill", [this] { return a_.head == "self" ? drill_self(a_.options) : drill(a_.options, a_.head); })
        ->add_option("head", a_.head)
        ->required();
    CLI::App* ack = command("ack-off", [this] { return ack_off(a_.options, a_.head, a_.force); });
    ack->add_option("head", a_.head)->required();
    ack->add_flag("--force", a_.force);
    command("cancel", [this] { return cancel(a_.options); });
    command("reload", [this] { return reload(a_.options); });
    command("leave", [this] { return leave(a_.options); });
  }

  void on_off(CLI::App* command) {
    command->add_option("state", a_.on_off)->required()->check(CLI::IsMember({"on", "off"}));
  }

  CLI::App app_;
  Arguments a_;
  std::function<int()> act_;
};

}  // namespace

int run(int argc, const char* const* argv) { return Program{}.run(argc, argv); }

}  // namespace hactl
