// Windows from their opening to their verdict.
#include "lang/docket.h"

#include <fmt/format.h>

#include <algorithm>

#include "lang/wording.h"

namespace hasim {

void Docket::reset(Program& program, RunResult& result, const Picture& picture) {
  program_ = &program;
  result_ = &result;
  picture_ = &picture;
  windows_.clear();
  open_.clear();
  aftermath_.clear();
  fresh_.clear();
  undecided_ = 0;
  skipped_.assign(program.verdict_lines().size(), 0);
}

std::size_t Docket::add(Window window) {
  windows_.push_back(window);
  ++undecided_;
  return windows_.size() - 1;
}

void Docket::open(std::size_t at) {
  Window& w = windows_[at];
  w.monitor.emplace(w.property, program_->formulas(), w.from, w.to);
  open_.push_back(at);
}

void Docket::settle(Time t) {
  if (!aftermath_.empty()) watch_aftermath(t);
  for (std::size_t i = 0; i < open_.size();) {
    Window& w = windows_[open_[i]];
    if (w.monitor->settle(t, program_->formulas()) == Monitor::State::open) {
      ++i;
      continue;
    }
    const std::size_t window = open_[i];
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
    decided(window);
  }
}

void Docket::close(std::size_t at) {
  const auto found = std::find(open_.begin(), open_.end(), at);
  if (found == open_.end()) return;
  open_.erase(found);
  windows_[at].monitor->close(program_->formulas());
  decided(at);
}

void Docket::close_all(Time end) {
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    Window& w = windows_[i];
    if (!w.to_end) continue;
    w.to = end;
    if (!w.monitor) {  // the window is the last instant alone
      w.from = std::max(w.from, end);
      open(i);
    }
    w.monitor->to(end);
    if (w.monitor->state() != Monitor::State::open) continue;
    w.monitor->settle(end, program_->formulas());
    close(i);
  }
}

void Docket::decided(std::size_t at) {
  Window& w = windows_[at];
  --undecided_;
  LineVerdict& verdict = result_->lines[w.verdict];
  verdict.judged = true;
  verdict.decided = w.monitor->decided();
  const bool holds = w.monitor->state() == Monitor::State::holds;
  tell(*w.monitor, verdict.line, holds);
  if (!holds) {
    verdict.holds = false;
    return breaks(at);
  }
  remark_all_along(w, verdict);
}

void Docket::tell(const Monitor& monitor, int line, bool holds) {
  Event event;
  event.kind = EventKind::decided;
  event.line = static_cast<std::uint16_t>(line);
  event.x = holds ? 1 : 0;
  event.because = monitor.facts();
  fresh_.push_back(event);
}

void Docket::remark_all_along(const Window& w, LineVerdict& verdict) {
  if (w.by_whenever || w.property.verb != ClaimVerb::expect || w.property.order != Order::none || w.from == w.to)
    return;
  const Formula& formula = program_->formulas()[w.property.first];
  if (formula.now() && formula.since() <= w.from && formula.last_hit() < w.from) {
    verdict.remark = "all along: did you mean always?";
  }
}

void Docket::breaks(std::size_t at) {
  Window& w = windows_[at];
  const int line = result_->lines[w.verdict].line;
  Broken broken;
  broken.line = line;
  broken.from = broken.to = w.monitor->decided();
  broken.message = why_broken(w, line, program_->formulas(), *picture_);
  for (const std::uint32_t fact : w.monitor->facts()) {
    if (fact != 0) broken.facts.push_back(fact);
  }
  result_->broken.push_back(std::move(broken));
  if (w.property.order == Order::none) {
    aftermath_.push_back({result_->broken.size() - 1, at, program_->formulas()[w.property.first].hits()});
  }
}

void Docket::watch_aftermath(Time t) {
  std::erase_if(aftermath_, [&](const Aftermath& a) {
    const Window& w = windows_[a.window];
    const Formula& formula = program_->formulas()[w.property.first];
    if (!formula.touched_at(t)) return false;
    Broken& broken = result_->broken[a.broken];
    if (w.property.verb == ClaimVerb::expect) {
      if (!formula.now() && formula.hits() == a.hits) return false;
      broken.message = came_late(w, broken.line, program_->formulas(), t);
      return true;
    }
    const bool over = formula.now() == (w.property.verb == ClaimVerb::always);
    if (over) broken.to = t;
    return over;
  });
}

void Docket::fail(std::size_t at, Time t, std::string message) {
  LineVerdict& verdict = result_->lines[at];
  verdict.holds = false;
  verdict.judged = true;
  verdict.decided = t;
  Broken broken;
  broken.line = verdict.line;
  broken.from = broken.to = t;
  broken.message = std::move(message);
  result_->broken.push_back(std::move(broken));
  Event event;
  event.kind = EventKind::decided;
  event.line = static_cast<std::uint16_t>(verdict.line);
  fresh_.push_back(event);
}

void Docket::pass(std::size_t at, Time t) {
  LineVerdict& verdict = result_->lines[at];
  verdict.judged = true;
  verdict.decided = t;
}

void Docket::finish(Time end) {
  for (const Aftermath& a : aftermath_) {
    const Window& w = windows_[a.window];
    const bool lasts = w.property.verb == ClaimVerb::always || program_->formulas()[w.property.first].now();
    if (w.property.verb != ClaimVerb::expect && lasts) result_->broken[a.broken].to = end;
  }
  for (std::size_t i = 0; i < skipped_.size(); ++i) {
    if (skipped_[i] == 0) continue;
    result_->lines[i].remark = fmt::format("{} window{} not judged", skipped_[i], skipped_[i] == 1 ? "" : "s");
  }
}

}  // namespace hasim
