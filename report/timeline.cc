// Rows are made from events, what repeats is folded, the judge's decisions are put where they were taken.
#include "report/timeline.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/event.h"
#include "report/describe.h"
#include "report/lanes.h"
#include "report/numbers.h"

namespace hasim {
namespace {

constexpr int kTimeWidth = 8;
constexpr int kWhoWidth = 8;
constexpr std::size_t kLanesMax = 4;

/// A mark at the end of a row: a line of the scenario and what became of it there.
struct Mark {
  enum class Kind : std::uint8_t { holds, breaks, fault } kind{};
  int line = 0;
};

struct Row {
  Time t{};
  std::vector<std::string> lanes;
  bool alarm = false;  ///< two heads active
  Told told;
  std::vector<Mark> marks;
  std::string fold;  ///< rows after one another with the same word here are folded into one
  int folded = 0;
};

std::string_view glyph(Mark::Kind kind, const Style& style) {
  switch (kind) {
    case Mark::Kind::holds: return style.holds();
    case Mark::Kind::breaks: return style.breaks();
    case Mark::Kind::fault: return style.fault();
  }
  return "";
}

Paint paint_of(Mark::Kind kind) {
  switch (kind) {
    case Mark::Kind::holds: return Paint::ok;
    case Mark::Kind::breaks: return Paint::broken;
    case Mark::Kind::fault: return Paint::fault;
  }
  return Paint::plain;
}

bool may_repeat(const Event& event) {
  switch (event.kind) {
    case EventKind::frame_sent:
    case EventKind::frame_lost:
    case EventKind::frame_received:
    case EventKind::wrote:
    case EventKind::about_to_write:
    case EventKind::rejected:
    case EventKind::right:
    case EventKind::store_wrote:
    case EventKind::bmc_reading:
    case EventKind::client_error:
    case EventKind::announced:
    case EventKind::bmc_login:
    case EventKind::alert: return true;
    default: return false;
  }
}

/// Gathers the rows of one run.
class Rows {
 public:
  Rows(const RunView& view, int detail) : view_(view), detail_(detail), lanes_(*view.script->world) {
    for (const LineVerdict& verdict : view.result->lines) {
      if (verdict.judged) verdicts_.push_back(verdict);
    }
    std::stable_sort(verdicts_.begin(), verdicts_.end(),
                     [](const LineVerdict& a, const LineVerdict& b) { return a.decided < b.decided; });
  }

  std::vector<Row> gather() {
    for (const Event& event : *view_.events) {
      add_verdicts_before(event.t);
      lanes_.follow(event);
      if (shown(event)) add(event);
    }
    add_verdicts_before(Time::max());
    add_end();
    return std::move(rows_);
  }

  const Lanes& lanes() const { return lanes_; }

 private:
  bool shown(const Event& event) const {
    if (event.kind == EventKind::decided || event.kind == EventKind::broken || event.kind == EventKind::ended) {
      return false;
    }
    // Booting belongs to the story only for who asks; what a scenario gives before the start always does.
    if (event.t < Time{0} && detail_ == 0 && layer_of(event.kind) != Layer::fault) return false;
    return detail_of(event) <= detail_;
  }

  Row row_now(Time t) const {
    Row row;
    row.t = t;
    row.alarm = lanes_.two_active();
    for (std::size_t i = 0; i < std::min(lanes_.size(), kLanesMax); ++i) row.lanes.push_back(lanes_.state_of(i));
    return row;
  }

  void add(const Event& event) {
    Row row = row_now(event.t);
    row.told = tell(event, *view_.script->world);
    if (event.kind == EventKind::settled) {
      row.marks = {{Mark::Kind::holds, start_line()}};
    } else if (layer_of(event.kind) == Layer::fault) {
      if (event.kind != EventKind::healed) row.told.what = stimulus_text(view_, event);
      if (event.line != 0) row.marks = {{Mark::Kind::fault, event.line}};
      row.fold = fmt::format("{}/{}/{}", event.line, static_cast<int>(event.kind), row.told.what);
    }
    if (may_repeat(event)) {
      row.fold = fmt::format("{}/{}/{}/{}/{}", static_cast<int>(event.kind), event.who, event.with, event.x,
                             static_cast<int>(event.reason));
    }
    push(std::move(row));
  }

  void push(Row row) {
    if (!row.fold.empty() && !rows_.empty() && rows_.back().fold == row.fold) {
      const bool told_once = row.marks.empty();  // a line of a list says the same of each thing: once is enough
      rows_.back().folded += told_once ? 1 : 0;
      return;
    }
    rows_.push_back(std::move(row));
  }

  void add_verdicts_before(Time t) {
    while (next_ < verdicts_.size() && verdicts_[next_].decided < t &&
           (verdicts_[next_].decided < view_.result->end || !verdicts_[next_].holds)) {
      const LineVerdict& verdict = verdicts_[next_++];
      Row row = row_now(verdict.decided);
      row.told = {"judge", line_text(*view_.script, verdict.line)};
      row.marks = {mark_of(verdict)};
      push(std::move(row));
    }
  }

  void add_end() {
    Row row = row_now(view_.result->end);
    row.told = {"judge", "end"};
    for (; next_ < verdicts_.size(); ++next_) row.marks.push_back(mark_of(verdicts_[next_]));
    std::stable_sort(row.marks.begin(), row.marks.end(), [](const Mark& a, const Mark& b) { return a.line < b.line; });
    push(std::move(row));
  }

  static Mark mark_of(const LineVerdict& verdict) {
    return {verdict.holds ? Mark::Kind::holds : Mark::Kind::breaks, verdict.line};
  }

  int start_line() const {
    for (const Line& line : view_.script->lines) {
      if (line.when.kind == When::Kind::start) return line.number;
    }
    return 0;
  }

  const RunView& view_;
  int detail_;
  Lanes lanes_;
  std::vector<LineVerdict> verdicts_;  ///< in time order
  std::size_t next_ = 0;
  std::vector<Row> rows_;
};

Paint paint_of_who(const std::string& who, const Lanes& lanes) {
  if (who == "fault" || who == "do" || who == "note") return Paint::fault;
  for (std::size_t i = 0; i < lanes.size() && i < 2; ++i) {
    if (who == lanes.name_of(i)) return i == 0 ? Paint::head1 : Paint::head2;
  }
  return Paint::plain;
}

/// Sets rows in columns.
class Printer {
 public:
  Printer(const Lanes& lanes, const Style& style) : lanes_(lanes), style_(style) {
    for (std::size_t i = 0; i < std::min(lanes.size(), kLanesMax); ++i) {
      widths_.push_back(std::max(5, width_of(lanes.name_of(i))));
    }
  }

  std::string head() const {
    std::string text = pad_left("time s", kTimeWidth) + "  ";
    for (std::size_t i = 0; i < widths_.size(); ++i) text += pad(lanes_.name_of(i), widths_[i] + 1);
    text += " " + pad("who", kWhoWidth) + "what";
    return style_.paint(Paint::quiet, pad(text, kColumns - 4) + "line") + "\n";
  }

  std::string print(const Row& row) const {
    std::string what = row.told.what;
    if (row.folded > 0)
      what += fmt::format("  {} {} more", style_.ellipsis(), count_text(static_cast<std::uint64_t>(row.folded)));
    const std::string left = pad_left(seconds(row.t), kTimeWidth) + "  ";
    const int what_begin = width_of(left) + lanes_width() + kWhoWidth;
    const std::vector<std::string> marks = mark_lines(row.marks);
    const int room = kColumns - what_begin - (marks.empty() ? 0 : width_of(marks[0]) + 1);
    const std::vector<std::string> lines = wrap(what, room);
    std::string text = left + lanes_text(row) + who_text(row) + lines[0];
    if (!marks.empty()) {
      const int gap = room + 1 - width_of(lines[0]);
      text += std::string(static_cast<std::size_t>(std::max(1, gap)), ' ') + painted(row.marks, 0);
    }
    text += "\n";
    for (std::size_t i = 1; i < std::max(lines.size(), marks.size()); ++i) {
      const std::string more = i < lines.size() ? lines[i] : "";
      text += std::string(static_cast<std::size_t>(what_begin), ' ') + more;
      if (i < marks.size()) {
        const int gap = kColumns - what_begin - width_of(more) - width_of(marks[i]);
        text += std::string(static_cast<std::size_t>(std::max(1, gap)), ' ') + painted(row.marks, i);
      }
      text += "\n";
    }
    return text;
  }

 private:
  static constexpr std::size_t kMarksInRow = 5;

  int lanes_width() const {
    int width = 1;
    for (int w : widths_) width += w + 1;
    return width;
  }

  std::string lanes_text(const Row& row) const {
    std::string text;
    for (std::size_t i = 0; i < row.lanes.size(); ++i) {
      const std::string& state = row.lanes[i];
      const bool alarm = row.alarm && state[0] == 'A';
      const Paint paint = alarm ? Paint::broken : i == 0 ? Paint::head1 : i == 1 ? Paint::head2 : Paint::plain;
      text += style_.paint(paint, state) +
              std::string(static_cast<std::size_t>(std::max(1, widths_[i] + 1 - width_of(state))), ' ');
    }
    return text + " ";
  }

  std::string who_text(const Row& row) const {
    const int gap = std::max(1, kWhoWidth - width_of(row.told.who));
    return style_.paint(paint_of_who(row.told.who, lanes_), row.told.who) +
           std::string(static_cast<std::size_t>(gap), ' ');
  }

  std::string one(const Mark& mark) const { return fmt::format("{} {}", glyph(mark.kind, style_), mark.line); }

  std::vector<std::string> mark_lines(const std::vector<Mark>& marks) const {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < marks.size(); ++i) {
      if (i % kMarksInRow == 0) lines.emplace_back();
      lines.back() += (lines.back().empty() ? "" : " ") + one(marks[i]);
    }
    return lines;
  }

  std::string painted(const std::vector<Mark>& marks, std::size_t row) const {
    std::string text;
    for (std::size_t i = row * kMarksInRow; i < std::min(marks.size(), (row + 1) * kMarksInRow); ++i) {
      text += (text.empty() ? "" : " ") + style_.paint(paint_of(marks[i].kind), one(marks[i]));
    }
    return text;
  }

  const Lanes& lanes_;
  const Style& style_;
  std::vector<int> widths_;
};

std::string header(const RunView& view, std::uint64_t epoch, const Style& style) {
  const std::string world = view.world == "sim" ? "simulator" : "namespaces";
  const std::string where =
      fmt::format("{}, world {}, core {}", world, view.script->world->name, view.core_digest.substr(0, 8));
  const std::vector<std::string> legend = Lanes::legend(epoch);
  constexpr int kLegendAt = 39;
  std::string text;
  for (const std::string& line : wrap(fmt::format("{}  {}", view.name, view.script->title), kColumns))
    text += line + "\n";
  if (width_of(where) >= kLegendAt) {
    text += where + "\n";
    for (const std::string& line : legend) text += style.paint(Paint::quiet, line) + "\n";
    return text;
  }
  text += pad(where, kLegendAt) + style.paint(Paint::quiet, legend[0]) + "\n";
  text += std::string(kLegendAt, ' ') + style.paint(Paint::quiet, legend[1]) + "\n";
  return text;
}

}  // namespace

std::string line_text(const Script& script, int number) {
  for (const Line& line : script.lines) {
    for (const Claim& claim : line.claims) {
      if (claim.place.line == number) return claim.text;
    }
    for (const Stimulus& stimulus : line.stimuli) {
      if (stimulus.place.line == number) return stimulus.text;
    }
    if (line.number == number) return line.over ? line.over->text : line.when.text;
  }
  return "";
}

std::string without_verb(const std::string& text) {
  static constexpr std::string_view kVerbs[] = {"expect", "always", "never", "fault", "do", "heal", "note"};
  const std::size_t blank = text.find(' ');
  const std::string_view first = std::string_view(text).substr(0, blank);
  const bool verb = std::find(std::begin(kVerbs), std::end(kVerbs), first) != std::end(kVerbs);
  return verb && blank != std::string::npos ? text.substr(blank + 1) : text;
}

std::string stimulus_text(const RunView& view, const Event& event) {
  for (const Injected& injected : view.result->injected) {
    if (injected.line == event.line && injected.at == event.t) return without_verb(injected.text);
  }
  const std::string text = without_verb(line_text(*view.script, event.line));
  return text.empty() ? tell(event, *view.script->world).what : text;
}

std::string timeline(const RunView& view, int detail, const Style& style) {
  Rows rows(view, detail);
  const std::vector<Row> gathered = rows.gather();
  std::uint64_t first_epoch = 1;
  for (const Event& event : *view.events) {
    if (event.kind == EventKind::role && event.t <= Time{0} && event.y == static_cast<std::uint8_t>(ha::Role::owner)) {
      first_epoch = epoch_number(event.value);
    }
  }
  const Printer printer(rows.lanes(), style);
  std::string text = header(view, first_epoch, style) + printer.head();
  for (const Row& row : gathered) text += printer.print(row);
  return text;
}

}  // namespace hasim
