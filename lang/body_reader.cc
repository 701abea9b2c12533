// Blocks of lines: WHEN and WHAT, repeat, race.
#include "lang/body_reader.h"

#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "lang/amount.h"
#include "lang/digest.h"
#include "lang/refuse.h"
#include "lang/story.h"
#include "lang/words.h"

namespace hasim {
namespace {

using Lines = std::span<const SourceLine>;

constexpr std::size_t kLinesMax = 10'000;
constexpr int kDepthMax = 8;
constexpr std::string_view kCopyNumber = "{n}";

std::string no_when(const Token& verb) {
  return fmt::format("a WHEN (+5s, +0s..+30s, on …, start..end) before \"{}\"", verb.text);
}

[[noreturn]] void refuse_deeper(const SourceLine& line) {
  refuse(first_column(line.tokens[0]), "this line is indented deeper than the one above, which opens no block",
         {"WHEN on a line of its own, race or repeat open one"});
}

[[noreturn]] void refuse_no_when(const Token& verb) {
  refuse(verb.place, "this line says what, but not when", {expected(no_when(verb))});
}

bool has_verb(const SourceLine& line) { return line.tokens[0].is_word() && is_verb(line.tokens[0].text); }

class BodyReader {
 public:
  BodyReader(const SentenceReader& reader, const RawLines& raw) : reader_(reader), raw_(raw) {}

  std::vector<Line> read(Lines lines) {
    if (lines.empty()) refuse({1, 1, 1}, "a scenario needs body lines, beginning with start");
    block(lines);
    const Token& first = lines[0].tokens[0];
    if (!story_.started) refuse(first_column(first), "no line says start");
    if (story_.claims == 0) refuse(first.place, "this scenario claims nothing", {expected("expect, always or never")});
    if (!story_.judged) {
      refuse(story_.last_stimulus->place, "the run ends here, at its last stimulus: nothing after it is judged",
             {"add a window (+0s..+60s expect …) or a later note (+5min note \"quiet\")"});
    }
    return std::move(out_);
  }

 private:
  /// Lines of one indentation, each with the deeper lines below it.
  void block(Lines lines) {
    const int indent = lines[0].indent;
    for (std::size_t i = 0; i < lines.size();) {
      if (lines[i].indent < indent) {
        refuse(first_column(lines[i].tokens[0]),
               fmt::format("this line is indented less than its neighbours ({}, they: {})", lines[i].indent, indent));
      }
      std::size_t end = i + 1;
      while (end < lines.size() && lines[end].indent > indent) ++end;
      line(lines[i], lines.subspan(i + 1, end - i - 1));
      i = end;
    }
  }

  void line(const SourceLine& source, Lines below) {
    const std::vector<Token> tokens = with_copy_number(source.tokens);
    const Token& first = tokens[0];
    if (first.is("measure") || first.is("over")) return summary(source, tokens, below);
    if (has_verb(source)) refuse_verb_first(tokens);
    const WhenText when = read_when(reader_, story_, tokens);
    const Tokens rest = Tokens(tokens).subspan(when.length);
    if (!rest.empty() && rest[0].is("repeat")) return repeat(source, when, rest, below);
    if (!rest.empty() && rest[0].is("race")) return race(source, when, rest, below);
    if (when.fits == WhenText::For::start) return start(source, when, below);
    if (!rest.empty()) {
      if (!below.empty()) refuse_deeper(below[0]);
      Line& line = begin(source, below, when, is_stimulus_verb(rest[0].text));
      what(line, when, rest);
    } else {
      whats(source, when, below, tokens);
    }
  }

  [[noreturn]] static void refuse_verb_first(const std::vector<Token>& tokens) {
    const Token& verb = tokens[0];
    const bool doubled =
        tokens.size() > 1 && (tokens[1].is("expect") || tokens[1].is("never") || tokens[1].is("always"));
    if (!verb.is("always") || !doubled) refuse_no_when(verb);
    refuse(verb.place, "\"always\" is a verb, not a time",
           {fmt::format("write: start..end  {}  {}", tokens[1].is("expect") ? "always" : tokens[1].text,
                        text_of(Tokens(tokens).subspan(2)))});
  }

  void summary(const SourceLine& source, Tokens tokens, Lines below) {
    if (!below.empty()) refuse_deeper(below[0]);
    Line& line = add(source, below);
    line.when.place = tokens[0].place;
    if (tokens[0].is("measure")) {
      line.measure = read_measure(reader_, story_, tokens);
    } else {
      line.over = read_over_seeds(reader_, story_, tokens);
    }
  }

  void start(const SourceLine& source, const WhenText& when, Lines below) {
    if (!below.empty() && has_verb(below[0])) refuse_no_when(below[0].tokens[0]);
    if (!below.empty()) refuse(first_column(below[0].tokens[0]), "\"start\" opens no block");
    add(source, below).when = when.when;
  }

  /// A WHEN on a line of its own.
  void whats(const SourceLine& source, const WhenText& when, Lines below, Tokens tokens) {
    if (below.empty()) refuse(behind(tokens.back()), "a WHEN without anything to do", {expected(as_strings(kVerbs))});
    bool acts = false;
    for (const SourceLine& sub : below) {
      if (sub.indent != below[0].indent)
        refuse(first_column(below[1].tokens[0]), "lines of one block have the same indentation");
      const Token& verb = sub.tokens[0];
      if (!has_verb(sub)) {
        refuse(verb.place, fmt::format("under a WHEN stand lines without a WHEN: \"{}\" is no verb", verb.text),
               {expected(as_strings(kVerbs)), meant(verb.text, as_strings(kVerbs))});
      }
      acts = acts || is_stimulus_verb(verb.text);
    }
    Line& line = begin(source, below, when, acts);
    for (const SourceLine& sub : below) what(line, when, with_copy_number(sub.tokens));
  }

  void repeat(const SourceLine& source, const WhenText& when, Tokens rest, Lines below) {
    if (when.fits == WhenText::For::claims) refuse(first_column(rest[0]), "repeat wants an instant, not a window");
    if (when.fits == WhenText::For::given || when.when.kind == When::Kind::whenever)
      refuse(first_column(rest[0]), "repeat wants one instant to count from");
    const auto times = rest.size() == 3 ? read_number(rest[1].text) : std::nullopt;
    if (!times || *times == 0 || !rest[2].is("times"))
      refuse(first_column(rest[0]), "repeat is written: repeat 3 times");
    if (below.empty()) refuse(first_column(rest[0]), "repeat has no lines under it");
    if (static_cast<int>(copies_.size()) >= kDepthMax)
      refuse(first_column(rest[0]), fmt::format("repeat stands at most {} deep", kDepthMax));
    // The lines below count from this instant; a note is what names one.
    begin(source, {}, when, true).stimuli.push_back(note(rest));
    for (std::int64_t n = 1; n <= *times; ++n) {
      copies_.push_back(std::to_string(n));
      block(below);
      copies_.pop_back();
    }
  }

  static Stimulus note(Tokens tokens) {
    Stimulus note;
    note.verb = StimulusVerb::note;
    note.note = note.text = text_of(tokens);
    note.place = tokens[0].place;
    return note;
  }

  void race(const SourceLine& source, const WhenText& when, Tokens rest, Lines below) {
    if (rest.size() != 3 || !rest[1].is("within"))
      refuse(first_column(rest[0]), "a race is written: +60s race within 100ms");
    const Duration within{read_duration(rest[2], reader_.settings())};
    if (below.size() < 2) refuse(first_column(rest[0]), "a race wants two lines or more under it");
    if (when.fits == WhenText::For::claims || when.fits == WhenText::For::given)
      refuse(first_column(rest[0]), "a race wants an instant, not a window");
    Line& line = begin(source, below, when, true);
    line.race_within = within;
    for (const SourceLine& sub : below) {
      const std::vector<Token> tokens = with_copy_number(sub.tokens);
      if (!tokens[0].is_word() || !is_stimulus_verb(tokens[0].text)) {
        refuse(tokens[0].place, "lines of a race are stimuli without a time of their own",
               {expected({"fault", "heal", "do"})});
      }
      what(line, when, tokens);
    }
  }

  /// One `fault …`, `expect …` at the WHEN of its line.
  void what(Line& line, const WhenText& when, Tokens tokens) {
    const Token& verb = tokens[0];
    if (!verb.is_word() || !is_verb(verb.text)) {
      refuse(verb.place, fmt::format("\"{}\" is no verb", verb.text),
             {expected(as_strings(kVerbs)), meant(verb.text, as_strings(kVerbs))});
    }
    if (is_stimulus_verb(verb.text)) {
      if (when.fits == WhenText::For::claims) refuse_window(when, verb);
      line.stimuli.push_back(read_stimulus(reader_, story_, tokens, when.fits == WhenText::For::given));
      return;
    }
    const bool choice = when.fits == WhenText::For::stimuli || line.race_within;
    if (choice || when.fits == WhenText::For::given) {
      refuse(verb.place,
             fmt::format("{} wants a window, not {}", verb.text, choice ? "a choice of instants" : "\"given\""),
             {expected("+0s..+30s")});
    }
    story_.judged = story_.judged || when.ends;
    line.claims.push_back(read_claim(reader_, story_, tokens));
  }

  [[noreturn]] static void refuse_window(const WhenText& when, const Token& verb) {
    if (!when.range_from) refuse(verb.place, fmt::format("a {} happens at an instant, not in a window", verb.text));
    const Token &from = *when.range_from, &to = *when.range_to;
    Place place = from.place;
    place.width = to.place.column + to.place.width - from.place.column;
    refuse(place, fmt::format("a {} happens at an instant, and this is a window", verb.text),
           {fmt::format("write \"any {}..{}\" for an instant drawn from it; for how long it lasts, end the line with "
                        "\"for 30s\"",
                        from.text, to.text)});
  }

  /// A new line with its WHEN; `acts` if a stimulus stands in it.
  Line& begin(const SourceLine& source, Lines below, const WhenText& when, bool acts) {
    if (acts) move_mark(when.when);
    Line& line = add(source, below);
    line.when = when.when;
    if (!acts && line.when.kind == When::Kind::at && !line.when.drawn) line.when.kind = When::Kind::window;
    return line;
  }

  /// The mark, as far as it is known before the run: an instant that was waited for or drawn is not.
  void move_mark(const When& when) {
    if (when.kind == When::Kind::given || when.kind == When::Kind::window) return;
    if (when.kind != When::Kind::at || when.drawn) {
      story_.mark.reset();
      return;
    }
    const std::int64_t offset = when.from.offset.count();
    if (when.from.base == Point::Base::mark) {
      if (story_.mark) *story_.mark += offset;
      return;
    }
    if (story_.mark && offset < *story_.mark) {
      Place place = when.place;
      refuse(place,
             fmt::format("this line goes back in time: the line above is at @{:g}s",
                         static_cast<double>(*story_.mark) / 1e9),
             {"times after start grow from line to line"});
    }
    story_.mark = offset;
  }

  Line& add(const SourceLine& source, Lines below) {
    if (out_.size() >= kLinesMax)
      refuse(first_column(source.tokens[0]), fmt::format("with all repeats more than {} lines", kLinesMax));
    Line line;
    line.number = source.number;
    line.source_key = key(source, below);
    out_.push_back(std::move(line));
    return out_.back();
  }

  /// From the words of the line and how often they were there before, which also tells copies of a repeat apart.
  std::uint32_t key(const SourceLine& source, Lines below) {
    // A WHEN and its only WHAT are the same words on one line or on two.
    std::string words = raw_.at(source.number);
    for (const SourceLine& sub : below) words += " " + raw_.at(sub.number);
    Digest digest;
    digest.add(words);
    digest.add(static_cast<std::uint64_t>(seen_[digest.value()]++));
    return static_cast<std::uint32_t>(digest.value() ^ (digest.value() >> 32));
  }

  /// Inside `repeat`, `{n}` is the number of the copy.
  std::vector<Token> with_copy_number(std::vector<Token> tokens) {
    for (Token& token : tokens) {
      const std::size_t at = token.text.find(kCopyNumber);
      if (at == token.text.npos) continue;
      if (copies_.empty()) refuse(token.place, "\"{n}\" counts the copies of a repeat and stands only under one");
      std::string text(token.text);
      for (std::size_t i = at; i != text.npos; i = text.find(kCopyNumber)) {
        text.replace(i, kCopyNumber.size(), copies_.back());
      }
      token.text = texts_.emplace_back(std::move(text));
    }
    return tokens;
  }

  const SentenceReader& reader_;
  const RawLines& raw_;
  Story story_;
  std::vector<Line> out_;
  std::vector<std::string> copies_;              ///< `{n}` of each repeat around the line
  std::deque<std::string> texts_;                ///< of tokens with `{n}` put in
  std::map<std::uint64_t, std::uint64_t> seen_;  ///< how often the same words stood above
};

}  // namespace

std::vector<Line> read_body(const SentenceReader& reader, std::span<const SourceLine> lines, const RawLines& raw) {
  return BodyReader(reader, raw).read(lines);
}

}  // namespace hasim
