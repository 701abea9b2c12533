// Painting the status line.
#include "cli/progress.h"

#include <fmt/format.h>

#include "cli/terminal.h"
#include "report/numbers.h"

namespace hasim {
namespace {

struct Pace {
  std::uint64_t rate = 0;  ///< units
  std::string_view per = "s";
  std::string left;  ///< time until the end

  Pace(std::uint64_t made, std::uint64_t total, double elapsed) {
    if (elapsed <= 0 || made == 0) return;
    const double a_second = static_cast<double>(made) / elapsed;
    if (a_second < 1) per = "min";  // real runs
    rate = static_cast<std::uint64_t>(a_second < 1 ? a_second * 60 : a_second);
    const auto rest = static_cast<std::uint64_t>(static_cast<double>(total - made) / a_second) + 1;
    left = rest < 120 ? fmt::format("{} s left", rest) : fmt::format("{} min left", rest / 60);
  }
};

}  // namespace

std::string progress_line(std::uint64_t made, std::uint64_t total, double elapsed, std::uint64_t broken) {
  const Pace pace(made, total, elapsed);
  const std::string left = pace.left.empty() ? "" : ", " + pace.left;
  return fmt::format("{} of {}, {}/{}{}, broken {}\n", made, total, pace.rate, pace.per, left, broken);
}

Progress::Progress(std::uint64_t total, bool quiet, const Style& style)
    : total_(total), repaints_(stderr_can_repaint()), quiet_(quiet), style_(style) {}

Progress::~Progress() { clear(); }

std::string Progress::painted(std::uint64_t made, std::uint64_t broken, const std::string& first_broken,
                              double elapsed) const {
  constexpr int kBar = 20;
  const double share = total_ == 0 ? 1 : static_cast<double>(made) / static_cast<double>(total_);
  const Pace pace(made, total_, elapsed);
  const std::string frame_left = style_.utf8 ? "▕" : "[", frame_right = style_.utf8 ? "▏" : "]";
  const std::string seen = broken == 0 ? "" : fmt::format("   broken {}, first {}", count_text(broken), first_broken);
  return fmt::format(" {} of {}  {}{}{} {:.0f} %   {}/{}   {}{}", count_text(made), count_text(total_), frame_left,
                     style_.bar(share, kBar), frame_right, share * 100, count_text(pace.rate), pace.per, pace.left,
                     seen);
}

void Progress::show(std::uint64_t made, std::uint64_t broken, const std::string& first_broken) {
  if (quiet_) return;
  const Clock::time_point now = Clock::now();
  const auto pause = repaints_ ? std::chrono::milliseconds{100} : std::chrono::milliseconds{60'000};
  if (now - last_ < pause) return;
  last_ = now;
  const double elapsed = std::chrono::duration<double>(now - begin_).count();
  if (!repaints_) return complain(progress_line(made, total_, elapsed, broken));
  complain("\r\x1b[K" + painted(made, broken, first_broken, elapsed));
  on_screen_ = true;
}

void Progress::clear() {
  if (on_screen_) complain("\r\x1b[K");
  on_screen_ = false;
}

}  // namespace hasim
