// Reads WHEN: the first column of a line, everything that moves time.
#include <algorithm>

#include <fmt/format.h>

#include "lang/amount.h"
#include "lang/claim_reader.h"
#include "lang/refuse.h"
#include "lang/story.h"
#include "lang/words.h"

namespace hasim {
namespace {

using For = WhenText::For;

bool begins_with_any(const Token& token, std::string_view signs) {
  return token.is_word() && signs.find(token.text[0]) != signs.npos;
}

bool is_range(Tokens tokens, std::size_t dots) { return dots < tokens.size() && tokens[dots].is(".."); }

class WhenReader {
 public:
  WhenReader(const SentenceReader& reader, Story& story, Tokens line) : reader_(reader), story_(story), line_(line) {}

  WhenText read() {
    const Token& first = line_[0];
    if (first.is("given")) {
      given();
    } else if (first.is("start") && (line_.size() == 1 || line_[1].is("cold"))) {
      start();
    } else {
      check_started();
      if (first.is("any")) {
        drawn();
      } else if (first.is("each")) {
        each_step();
      } else if (first.is("on") || first.is("whenever")) {
        waiting();
      } else {
        point_or_window();
      }
    }
    out_.when.place = first.place;
    out_.when.text = text_of(line_.first(out_.length));
    return std::move(out_);
  }

 private:
  void given() {
    if (story_.started) refuse(line_[0].place, "\"given\" belongs above \"start\"");
    out_.when.kind = When::Kind::given;
    out_.fits = For::given;
    out_.length = 1;
  }

  void start() {
    if (story_.started) refuse(line_[0].place, "\"start\" is there twice");
    if (line_.size() > 2) refuse(first_column(line_[2]), "nothing follows start", {expected("cold")});
    story_.started = true;
    out_.when.kind = When::Kind::start;
    out_.when.cold = line_.size() == 2;
    out_.when.from = out_.when.to = {Point::Base::zero, Duration{0}};
    out_.fits = For::start;
    out_.length = line_.size();
  }

  void check_started() const {
    constexpr std::array<std::string_view, 6> kOpenings{"on", "whenever", "any", "each", "start", "end"};
    const Token& first = line_[0];
    const bool time = begins_with_any(first, "+@") ||
                      std::any_of(kOpenings.begin(), kOpenings.end(), [&](auto word) { return first.is(word); });
    if (!story_.started && time)
      refuse(first.place, "before this line the world must start", {expected("start, or given fault …")});
  }

  Point point(const Token& token) const {
    if (token.is("start")) return {Point::Base::zero, Duration{0}};
    if (token.is("end")) return {Point::Base::end, Duration{0}};
    if (begins_with_any(token, "+@")) {
      const Point::Base base = token.text[0] == '@' ? Point::Base::zero : Point::Base::mark;
      return {base, Duration{read_duration(token, reader_.settings(), 1)}};
    }
    if (begins_with_any(token, "0123456789")) {
      refuse(token.place, "a time begins with + (after the mark) or @ (after start)",
             {fmt::format("did you mean: +{}", token.text)});
    }
    refuse(
        token.place, fmt::format("\"{}\" is no WHEN", token.text),
        {expected("+5s, @90s, +1s..+3s, any +1s..+3s, on …, whenever …, each step of …, given, start, start..end, end"),
         meant(token.text, {"start", "end", "on", "whenever", "given", "any", "each", "over", "measure"})});
  }

  void set_range(const Token& from, const Token& to) {
    out_.when.from = point(from);
    out_.when.to = point(to);
  }

  bool runs_backwards() const {
    return out_.when.from.base == out_.when.to.base && out_.when.to.offset < out_.when.from.offset;
  }

  /// any +1s..+3s
  void drawn() {
    if (line_.size() < 4 || !is_range(line_, 2))
      refuse(first_column(line_[0]), "\"any\" wants a range", {expected("any +1s..+3s")});
    drawn_range(1);
    out_.when.kind = When::Kind::at;
    out_.when.drawn = true;
    out_.fits = For::stimuli;
    out_.length = 4;
  }

  void drawn_range(std::size_t from) {
    if (!is_range(line_, from + 1) || from + 2 >= line_.size())
      refuse(first_column(line_[from - 1]), "\"any\" wants a range", {expected("any +1s..+3s")});
    set_range(line_[from], line_[from + 2]);
    const Token& to = line_[from + 2];
    if (out_.when.from.base != out_.when.to.base || out_.when.from.base == Point::Base::end)
      refuse(to.place, "both ends of \"any\" begin with the same sign", {expected("any +1s..+3s")});
    if (runs_backwards()) refuse(first_column(to), "this range runs backwards");
    if (out_.when.from.offset == out_.when.to.offset)
      refuse(first_column(to), "this range is one instant: leave \"any\" out");
  }

  void each_step() {
    const Token& first = line_[0];
    if (line_.size() < 3 || !line_[1].is("step") || !line_[2].is("of"))
      refuse(first_column(first), "each is written: each step of handover");
    std::size_t end = 3;
    while (end < line_.size() && !(line_[end].is_word() && is_verb(line_[end].text))) ++end;
    std::vector<Sentence> operation =
        reader_.read(SentenceList::operation, line_.subspan(3, end - 3), line_[2], "each step of");
    if (operation.size() > 1) refuse(line_[3].place, "each step of one operation, not of a list");
    if (!story_.acted) {
      refuse(first.place, fmt::format("no line above begins a {}", line_[3].text),
             {expected("do makeactive … for a handover, a fault of the owner for a takeover")});
    }
    out_.when.kind = When::Kind::each_step;
    out_.when.operation = std::move(operation.front());
    out_.fits = For::stimuli;
    out_.length = end;
  }

  bool ends_trigger(std::size_t i) const {
    const Token& token = line_[i];
    if (!token.is_word()) return false;
    if (is_verb(token.text) || token.is("repeat") || token.is("race") || token.text[0] == '+') return true;
    return token.is("any") && i + 1 < line_.size() && begins_with_any(line_[i + 1], "+");
  }

  /// on E, on E +20ms, on E any +1s..+3s, on E +0s..+5s; likewise whenever
  void waiting() {
    const Token& first = line_[0];
    std::size_t end = 1;
    while (end < line_.size() && !ends_trigger(end)) ++end;
    out_.when.kind = first.is("on") ? When::Kind::on : When::Kind::whenever;
    out_.when.trigger = read_one_claimed(reader_, line_.subspan(1, end - 1), first, first.text);
    out_.length = end;
    if (end < line_.size() && line_[end].is("any")) {
      drawn_range(end + 1);
      out_.when.drawn = true;
      out_.fits = For::stimuli;
      out_.length = end + 4;
    } else if (end < line_.size() && begins_with_any(line_[end], "+")) {
      waiting_offset(end);
    }
  }

  void waiting_offset(std::size_t at) {
    set_range(line_[at], line_[at]);
    out_.ends = true;
    out_.length = at + 1;
    if (!is_range(line_, at + 1)) return;
    if (at + 2 >= line_.size()) refuse(first_column(line_[at + 1]), "this window has no end");
    const Token& to = line_[at + 2];
    set_range(line_[at], to);
    if (out_.when.to.base == Point::Base::zero)
      refuse(to.place, "a window that an event opens ends with + or end", {expected("+5s, end")});
    if (runs_backwards()) refuse(to.place, "this window runs backwards");
    out_.when.has_window = true;
    out_.ends = out_.when.to.base != Point::Base::end;
    out_.fits = For::claims;
    out_.length = at + 3;
  }

  /// +5s, @90s, start, end, +1s..+3s, start..end
  void point_or_window() {
    const Token& first = line_[0];
    set_range(first, first);
    out_.when.kind = When::Kind::window;
    out_.fits = For::claims;
    out_.length = 1;
    if (is_range(line_, 1)) {
      if (line_.size() < 3) refuse(first_column(line_[1]), "this window has no end");
      set_range(first, line_[2]);
      if (runs_backwards()) refuse(line_[2].place, "this window runs backwards");
      if (first.is("end")) refuse(first_column(first), "a window cannot begin at the end");
      out_.range_from = first;
      out_.range_to = line_[2];
      out_.ends = out_.when.to.base != Point::Base::end;
      out_.length = 3;
    } else if (!first.is("start") && !first.is("end")) {
      out_.when.kind = When::Kind::at;
      out_.fits = For::both;
      out_.ends = true;
    }
  }

  const SentenceReader& reader_;
  Story& story_;
  Tokens line_;
  WhenText out_;
};

}  // namespace

WhenText read_when(const SentenceReader& reader, Story& story, Tokens line) {
  return WhenReader(reader, story, line).read();
}

}  // namespace hasim
