// `hasim replay`: the black box of a head, stepped through again.
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/file_text.h"
#include "cli/help.h"
#include "cli/terminal.h"
#include "core/journal.h"
#include "core/telling.h"
#include "report/black_box.h"

namespace hasim {
namespace {

using std::chrono::duration;

struct ReplayTexts {
  std::string file;
  bool verbose = false;
  bool json = false;
};

double seconds(ha::Duration time) { return duration<double>(time).count(); }

/// Prints what a step was about. Beats and ticks without a consequence are many, and are shown only on request.
class ReplayPage {
 public:
  explicit ReplayPage(const ReplayTexts& texts) : texts_{texts} {}

  void step(ha::Instant at, const ha::Input& input, const ha::Outputs& out, const ha::Node& node, bool same) {
    late_ = std::holds_alternative<ha::Tick>(input) && due_ != ha::kNever ? std::max(ha::Duration{0}, at - due_)
                                                                          : ha::Duration{0};
    latest_ = std::max(latest_, late_);
    due_ = node.deadline();
    const double time = seconds(at.time_since_epoch());
    if (!texts_.json && (texts_.verbose || !same))
      print(fmt::format("{:14.6f}  {}{}\n", time, describe(input), same ? "" : "   DIFFERENT"));
    for (const ha::Output& one : out) {
      if (const auto* report = std::get_if<ha::Report>(&one)) tell(at, *report);
    }
  }

  /// How late the latest tick was: what the machine added to the times of the configuration.
  ha::Duration latest() const { return latest_; }

 private:
  void tell(ha::Instant at, const ha::Report& report) {
    if (texts_.json) {
      print(json_line(at, report, late_));
    } else {
      print(fmt::format("{:14.6f}    {}\n", seconds(at.time_since_epoch()), describe(report)));
    }
  }

  const ReplayTexts& texts_;
  ha::Instant due_ = ha::kNever;
  ha::Duration late_{0};
  ha::Duration latest_{0};
};

Exit replay_file(const ReplayTexts& texts) {
  std::string why;
  const std::optional<std::string> text = read_file(texts.file, why);
  if (!text) {
    complain(fmt::format("hasim replay: {}: {}\n", texts.file, why));
    return Exit::usage;
  }
  ReplayPage page{texts};
  const ha::Replay replay =
      ha::replay(std::as_bytes(std::span{*text}),
                 [&page](ha::Instant at, const ha::Input& input, const ha::Outputs& out, const ha::Node& node,
                         bool same) { page.step(at, input, out, node, same); });
  if (!replay.error.empty() && replay.steps == 0) {
    complain(fmt::format("hasim replay: {}: {}\n", texts.file, replay.error));
    return Exit::usage;
  }
  const double span = replay.steps > 0 ? seconds(replay.to - replay.from) : 0;
  if (texts.json) {
    print(json_line(replay, page.latest()));
  } else {
    print(fmt::format("{} steps in {:.3f} s, ticks at most {:.3f} ms late, core {}: {}\n", replay.steps, span,
                      1000 * seconds(page.latest()), ha::digest(),
                      replay.differences == 0 ? "no difference" : fmt::format("{} DIFFERENT", replay.differences)));
    if (!replay.error.empty()) print(fmt::format("then: {}\n", replay.error));
  }
  return replay.differences == 0 && replay.error.empty() ? Exit::holds : Exit::broken;
}

}  // namespace

void add_replay(CLI::App& program, Exit& exit) {
  CLI::App* command = add_command(program, "replay", kReplayHelp);
  const auto texts = std::make_shared<ReplayTexts>();
  command->add_option("FILE", texts->file)->required();
  command->add_flag("-v,--verbose", texts->verbose);
  command->add_flag("--json", texts->json);
  command->callback([&exit, texts] { exit = replay_file(*texts); });
}

}  // namespace hasim
