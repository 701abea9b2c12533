// Setting rows in columns.
#include "report/timeline.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/event.h"
#include "report/numbers.h"
#include "report/rows.h"

namespace hasim {
namespace {

constexpr int kTimeWidth = 8;
constexpr int kWhoWidth = 8;

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

  std::string one(const Mark& mark) const {
    const std::string_view sign = glyph(mark.kind, style_);
    return mark.invariant != 0 ? fmt::format("{} I{}", sign, mark.invariant) : fmt::format("{} {}", sign, mark.line);
  }

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
  const WorldSpec& spec = *view.script->world;
  const std::string decides =
      spec.system == "hacore" ? "core " + view.core_digest.substr(0, 8) : "running " + spec.system;
  const std::string where = fmt::format("{}, world {}, {}", world, spec.name, decides);
  const std::vector<std::string> legend = Lanes::legend(epoch);
  constexpr int kLegendAt = 39;
  const bool one_line = width_of(view.name) + 2 + width_of(view.script->title) <= kColumns;
  std::string text = view.name + (one_line ? "  " : "\n") + view.script->title + "\n";
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

std::string timeline(const RunView& view, int detail, const Style& style) {
  std::uint64_t first_epoch = 1;
  for (const Event& event : *view.events) {
    if (event.kind == EventKind::role && event.t <= Time{0} && event.y == static_cast<std::uint8_t>(ha::Role::owner)) {
      first_epoch = epoch_number(event.value);
    }
  }
  const Lanes lanes(*view.script->world);  // for the names
  const Printer printer(lanes, style);
  std::string text = header(view, first_epoch, style) + printer.head();
  for (const Row& row : rows_of(view, detail)) text += printer.print(row);
  return text;
}

}  // namespace hasim
