// The entry points: from a file to a scenario, a world, or the one message about it.
#include "lang/parse.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lang/body_reader.h"
#include "lang/digest.h"
#include "lang/header_reader.h"
#include "lang/refuse.h"

namespace hasim {
namespace {

std::string name_of(const CaseValues& values) {
  std::string name;
  for (const auto& [variable, value] : values) name += fmt::format("{}{}={}", name.empty() ? "" : ",", variable, value);
  return name;
}

/// The number of each line's words without the values of a case.
RawLines raw_lines(const std::vector<SourceLine>& lines) {
  RawLines raw;
  for (const SourceLine& line : lines) raw[line.number] = text_of(line.tokens);
  return raw;
}

/// Words only: comments and layout do not make another scenario; what is overridden does.
std::uint64_t digest_of(const std::vector<SourceLine>& lines, const Overrides& overrides) {
  Digest digest;
  for (const SourceLine& line : lines) {
    for (const Token& token : line.tokens) digest.add(token.text);
  }
  for (const std::string& set : overrides.set) digest.add(set);
  return digest.add(overrides.world).value();
}

Script read_case(const CaseValues& values, const std::vector<std::string>& text, const RawLines& raw,
                 WorldLibrary& library, const Overrides& overrides) {
  const ScenarioLines lines = part_lines(read_lines(text));
  auto world = std::make_shared<const WorldSpec>(header_world(lines.head, library, overrides));
  const Names names(*world);
  const SentenceReader reader(*world, names, world->settings);
  Script script;
  script.title = header_text(lines.head, "scenario");
  script.case_values = values;
  script.case_name = name_of(values);
  script.relaxed = header_relaxed(lines.head);
  script.lines = read_body(reader, lines.body, raw);
  script.world = std::move(world);
  return script;
}

/// Reads one case; a message about it says which, and shows the line with its values.
Script read_named_case(const CaseValues& values, const std::vector<std::string>& text, const RawLines& raw,
                       WorldLibrary& library, const Overrides& overrides, const std::string& path) {
  const std::vector<std::string> filled = put_in(values, text);
  try {
    return read_case(values, filled, raw, library, overrides);
  } catch (Refused& refused) {
    if (!values.empty()) refused.diagnostic.message += fmt::format("  [{}]", name_of(values));
    throw Refused{at_source(std::move(refused.diagnostic), path, filled)};
  }
}

Scenario read_scenario(std::string_view text, const std::string& path, const SearchPath& search,
                       const Overrides& overrides) {
  Scenario scenario;
  scenario.path = path;
  try {
    scenario.text = split_text(text);
    const std::vector<SourceLine> all = read_lines(scenario.text);
    scenario.digest = digest_of(all, overrides);
    const RawLines raw = raw_lines(all);
    const ScenarioLines lines = part_lines(all);
    scenario.title = header_text(lines.head, "scenario");
    scenario.source = header_text(lines.head, "source");
    scenario.tags = header_tags(lines.head);
    WorldLibrary library(path, search);
    for (const CaseValues& values : read_cases(lines.head, scenario.text)) {
      scenario.cases.push_back(read_named_case(values, scenario.text, raw, library, overrides, path));
    }
    return scenario;
  } catch (Refused& refused) { throw Refused{at_source(std::move(refused.diagnostic), path, scenario.text)}; }
}

/// Runs `read` and turns a refusal into the other alternative of the result.
template <class Result, class Read>
Result told(const std::string& path, Read read) {
  try {
    return read();
  } catch (Refused& refused) { return at_source(std::move(refused.diagnostic), path, {}); }
}

}  // namespace

struct StoryReader::Reader {
  explicit Reader(const WorldSpec& world) : names(world), sentences(world, names, world.settings) {}
  Names names;
  SentenceReader sentences;
};

StoryReader::StoryReader(std::shared_ptr<const WorldSpec> world)
    : world_(std::move(world)), reader_(std::make_unique<Reader>(*world_)) {}
StoryReader::~StoryReader() = default;

std::variant<Script, Diagnostic> StoryReader::read(std::string_view text, const std::string& shown_path) const {
  std::vector<std::string> source;
  try {
    source = split_text(text);
    std::vector<SourceLine> lines = read_lines(source);
    std::erase_if(lines, [](const SourceLine& line) { return line.indent == 0; });
    Script script;
    script.lines = read_body(reader_->sentences, lines, raw_lines(lines));
    script.world = world_;
    return script;
  } catch (Refused& refused) { return at_source(std::move(refused.diagnostic), shown_path, source); }
}

std::variant<Script, Diagnostic> parse_story(const std::string& body, std::shared_ptr<const WorldSpec> world) {
  return StoryReader(std::move(world)).read(body, "(a story of hasim)");
}

Parsed parse_scenario(std::string_view text, const std::string& shown_path, const SearchPath& search) {
  return told<Parsed>(shown_path, [&] { return read_scenario(text, shown_path, search, {}); });
}

Parsed parse_scenario_file(const std::string& path, const SearchPath& search) {
  return parse_scenario_file(path, search, {});
}

Parsed parse_scenario_file(const std::string& path, const SearchPath& search, const Overrides& overrides) {
  return told<Parsed>(path, [&] { return read_scenario(read_file(path), path, search, overrides); });
}

ParsedWorld parse_world(std::string_view text, const std::string& shown_path, const SearchPath& search) {
  return told<ParsedWorld>(shown_path, [&] {
    WorldLibrary library(shown_path, search);
    return std::make_shared<const WorldSpec>(wire(library.read(std::string(text), shown_path)));
  });
}

ParsedWorld parse_world_file(const std::string& path, const SearchPath& search) {
  return told<ParsedWorld>(path, [&] {
    WorldLibrary library(path, search);
    return std::make_shared<const WorldSpec>(wire(library.read(read_file(path), path)));
  });
}

ParsedWorld parse_world_file(const std::string& path, const SearchPath& search, const Overrides& overrides) {
  return told<ParsedWorld>(path, [&] {
    WorldLibrary library(path, search);
    const std::vector<std::string> text{"world overridden"};
    const std::vector<SourceLine> head = read_lines(text);
    return std::make_shared<const WorldSpec>(header_world(head, library, {overrides.set, path}));
  });
}

}  // namespace hasim
