// Reads measures, and claims over many runs.
#include <algorithm>

#include <fmt/format.h>

#include "lang/amount.h"
#include "lang/claim_reader.h"
#include "lang/refuse.h"
#include "lang/story.h"
#include "lang/words.h"

namespace hasim {
namespace {

/// measure NAME = from (here | A) to B. `to` may also be a word of A or B, so each one is tried as the cut.
void read_from_to(const SentenceReader& reader, Tokens tokens, Measure& out) {
  std::optional<Refused> last;
  for (std::size_t i = 2; i < tokens.size(); ++i) {
    if (!tokens[i].is("to")) continue;
    try {
      out.from_here = i == 2 && tokens[1].is("here");
      out.from.reset();
      if (!out.from_here) out.from = read_one_claimed(reader, tokens.subspan(1, i - 1), tokens[0], "from");
      out.to = read_one_claimed(reader, tokens.subspan(i + 1), tokens[i], "to");
      return;
    } catch (const Refused& refused) { last = refused; }
  }
  if (last) throw *last;
  refuse(first_column(tokens[0]), "from … to …: \"to\" is missing");
}

std::int64_t read_bound(const SentenceReader& reader, const Story& story, const Token& measure, const Token& bound) {
  if (!story.measures.at(std::string(measure.text))) return read_duration(bound, reader.settings());
  const auto count = read_number(bound.text);
  if (!count) refuse(bound.place, fmt::format("\"{}\" is a count", measure.text), {expected("a number")});
  return *count;
}

/// p99 of NAME <= 11s
void read_statistic(const SentenceReader& reader, const Story& story, Tokens tokens, const Token& verb,
                    OverSeeds& out) {
  const std::string_view word = tokens.empty() ? std::string_view{} : tokens[0].text;
  const auto stat = std::find(kStats.begin(), kStats.end(), word);
  if (stat == kStats.end()) {
    refuse(verb.place, fmt::format("\"{}\" is no statistic", word),
           {expected(as_strings(kStats)), meant(word, as_strings(kStats))});
  }
  if (tokens.size() != 5 || !tokens[1].is("of") || !(tokens[3].is("<=") || tokens[3].is(">=")))
    refuse(first_column(tokens[0]), "written: over seeds expect p99 of detection <= 11s");
  const Token& measure = tokens[2];
  if (story.measures.find(std::string(measure.text)) == story.measures.end()) {
    std::vector<std::string> known;
    for (const auto& [name, is_count] : story.measures) known.push_back(name);
    refuse(measure.place, fmt::format("nothing above measures \"{}\"", measure.text),
           {expected(known), meant(measure.text, known)});
  }
  out.measure = measure.text;
  out.stat = static_cast<Stat>(stat - kStats.begin());
  out.at_most = tokens[3].is("<=");
  out.bound = read_bound(reader, story, measure, tokens[4]);
}

}  // namespace

Measure read_measure(const SentenceReader& reader, Story& story, Tokens line) {
  if (line.size() < 4 || !line[2].is("="))
    refuse(first_column(line[0]), "measure is written: measure NAME = from here to head2 loses head1");
  Measure out;
  out.name = line[1].text;
  out.place = line[0].place;
  const Tokens rest = line.subspan(3);
  const bool without = rest.size() > 3 && rest[1].is("time") && rest[2].is("without");
  if (rest[0].is("from")) {
    read_from_to(reader, rest, out);
  } else if ((rest[0].is("longest") || rest[0].is("total")) && without) {
    out.kind = rest[0].is("longest") ? Measure::Kind::longest_without : Measure::Kind::total_without;
    out.to = read_one_claimed(reader, rest.subspan(3), rest[2], "without");
  } else if (rest[0].is("count") && rest.size() > 2 && rest[1].is("of")) {
    out.kind = Measure::Kind::count_of;
    out.to = read_one_claimed(reader, rest.subspan(2), rest[1], "of");
  } else {
    refuse(first_column(rest[0]), fmt::format("\"{}\" begins no measure", rest[0].text),
           {expected({"from … to …", "longest time without …", "total time without …", "count of …"})});
  }
  story.measures[out.name] = out.kind == Measure::Kind::count_of;
  return out;
}

OverSeeds read_over_seeds(const SentenceReader& reader, Story& story, Tokens line) {
  OverSeeds out;
  out.place = line[0].place;
  out.text = text_of(line);
  std::size_t i = 1;
  if (i < line.size() && line[i].is_word()) {
    if (const auto runs = read_number(line[i].text)) {
      out.runs = static_cast<int>(*runs);
      ++i;
    }
  }
  if (i >= line.size() || !line[i].is("seeds"))
    refuse(first_column(line[std::min(i, line.size() - 1)]), "over seeds: \"seeds\" is missing");
  if (++i >= line.size())
    refuse(behind(line.back()), "what follows \"seeds\" is missing", {expected("expect, sometimes")});
  const Token& verb = line[i];
  const Tokens rest = line.subspan(i + 1);
  ++story.claims;
  if (verb.is("sometimes")) {
    out.sometimes = true;
    out.seen = read_one_claimed(reader, rest, verb, "sometimes");
  } else if (verb.is("expect")) {
    read_statistic(reader, story, rest, verb, out);
  } else {
    const std::vector<std::string> verbs{"expect", "sometimes"};
    refuse(verb.place, fmt::format("\"{}\" does not fit here", verb.text), {expected(verbs), meant(verb.text, verbs)});
  }
  return out;
}

}  // namespace hasim
