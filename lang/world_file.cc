// Reading a world file. Names come first, since clauses may mention things of later lines; then volumes, groups and
// settings; then the clauses of every thing.
#include "lang/world_file.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "lang/digest.h"
#include "lang/refuse.h"
#include "lang/slots.h"
#include "lang/words.h"

namespace hasim {
namespace {

struct KindWord {
  std::string_view word;
  ThingKind kind;
};
constexpr std::array<KindWord, 11> kKinds{{{"cell", ThingKind::cell},
                                           {"head", ThingKind::head},
                                           {"network", ThingKind::network},
                                           {"bmc", ThingKind::bmc},
                                           {"pdu", ThingKind::pdu},
                                           {"nas", ThingKind::nas},
                                           {"disk", ThingKind::disk},
                                           {"voters", ThingKind::voter},
                                           {"witness", ThingKind::witness},
                                           {"clients", ThingKind::clients},
                                           {"service", ThingKind::service}}};
constexpr std::array<KindWord, 5> kParts{{{"address", ThingKind::address},
                                          {"mount", ThingKind::mount},
                                          {"database", ThingKind::database},
                                          {"daemon", ThingKind::daemon},
                                          {"script", ThingKind::script}}};

template <class Kinds>
std::optional<ThingKind> kind_named(const Kinds& kinds, const Token& token) {
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const KindWord& kind) { return token.is(kind.word); });
  return found == kinds.end() ? std::nullopt : std::optional(found->kind);
}

template <class Kinds>
std::vector<std::string> kind_words(const Kinds& kinds) {
  std::vector<std::string> words;
  for (const KindWord& kind : kinds) words.emplace_back(kind.word);
  return words;
}

/// Tokens behind commas, host lists expanded; each name with the token that says it.
std::vector<std::pair<Token, std::string>> listed(Tokens tokens) {
  std::vector<std::pair<Token, std::string>> names;
  for (const Token& token : tokens) {
    if (token.is(",")) continue;
    for (std::string& name : expand_hosts(token)) names.emplace_back(token, std::move(name));
  }
  return names;
}

/// The kind as clauses of vocabulary.def name it: "head", "part_daemon".
std::string clause_kind(ThingKind kind) {
  return (kind >= ThingKind::address ? "part_" : "") + std::string(kind_name(kind));
}

/// One line that declares things, until its clauses are read.
struct ThingLine {
  ThingKind kind{};
  std::vector<std::string> names;  ///< of BMCs none: they are named after heads
  std::string service;
  Tokens tokens;
  std::size_t clauses_at = 0;
};

class WorldReader {
 public:
  WorldReader(WorldLibrary& library, std::string path, const std::vector<std::string>& text)
      : library_(library), text_(text) {
    world_.path = std::move(path);
  }

  Declarations read() {
    const std::vector<SourceLine> lines = read_lines(text_);
    for (const SourceLine& line : lines) read_line(line);
    for (const std::string_view need : {"world", "source"}) {
      if (std::find(seen_.begin(), seen_.end(), need) == seen_.end())
        refuse({1, 1, 1}, fmt::format("a world file needs a \"{}\" line", need));
    }
    name_volumes();
    name_groups();
    for (const Tokens line : settings_)
      world_.apply(read_setting(line, world_.settings, names_.of_kinds(kHead, false)));
    for (const ThingLine& line : things_) declare(line);
    digest(lines);
    return std::move(world_);
  }

 private:
  static constexpr std::array<ThingKind, 1> kHead{ThingKind::head};

  void read_line(const SourceLine& line) {
    const Tokens tokens = line.tokens;
    if (line.indent > 0) return part(tokens);
    const Token& first = tokens[0];
    if (header(tokens)) {
      seen_.emplace_back(first.text);
    } else if (first.is("set")) {
      settings_.push_back(tokens);
    } else if (first.is("without")) {
      without(tokens);
    } else if (first.is("group")) {
      if (tokens.size() < 4 || !tokens[2].is("=")) refuse(first.place, "a group is written: group NAME = head1, head2");
      check_name(tokens[1], std::string(tokens[1].text), names_);
      names_.add_group(std::string(tokens[1].text), {});
      groups_.push_back(tokens);
    } else {
      things(tokens);
    }
  }

  /// world, source, language, like, system.
  bool header(Tokens tokens) {
    const Token& first = tokens[0];
    if (first.is("world")) {
      if (tokens.size() != 3 || !tokens[1].is_word() || !tokens[2].is_string())
        refuse(first.place, "a world begins: world NAME \"what it is\"");
      world_.name = tokens[1].text;
      world_.title = unquote(tokens[2]);
      return true;
    }
    if (!first.is("source") && !first.is("language") && !first.is("like") && !first.is("system")) return false;
    if (tokens.size() != 2) refuse(tokens.back().place, fmt::format("{} wants one value", first.text));
    if (first.is("source")) world_.source = tokens[1].is_string() ? unquote(tokens[1]) : std::string(tokens[1].text);
    if (first.is("language") && !tokens[1].is("1")) {
      refuse(tokens[1].place, fmt::format("this hasim speaks language 1, the file wants {}", tokens[1].text),
             {"a newer hasim is needed"});
    }
    if (first.is("like")) like(tokens[1]);
    if (first.is("system")) system(tokens[1]);
    return true;
  }

  void like(const Token& name) {
    Declarations base = library_.find(name);
    base.name = world_.name;
    base.title = world_.title;
    base.source = world_.source;
    base.path = world_.path;
    world_ = std::move(base);
    names_ = world_.names();
    inherits_ = true;
  }

  void system(const Token& token) {
    const std::vector<std::string> systems = as_strings(kSystems);
    if (std::find(systems.begin(), systems.end(), token.text) == systems.end()) {
      refuse(first_column(token), fmt::format("\"{}\" is not a system", token.text),
             {expected(systems), meant(token.text, systems)});
    }
    world_.system = token.text;
  }

  void without(Tokens tokens) {
    for (const auto& [token, name] : listed(tokens.subspan(1))) {
      const auto entry = names_.find(name);
      if (!entry) {
        refuse(first_column(token), fmt::format("this world has no \"{}\"", name), {meant(name, names_.all())});
      }
      for (const std::string& thing : entry->members) world_.remove(thing);
      world_.remove(name);
      std::erase_if(things_, [&gone = name](const ThingLine& line) { return line.names == std::vector{gone}; });
      names_.remove(name);
    }
    names_ = merged_names();
  }

  /// Names of what was inherited and is left, and of the lines so far.
  Names merged_names() const {
    Names names = world_.names();
    for (const ThingLine& line : things_) {
      for (const std::string& name : line.names) names.add(name, line.kind);
    }
    return names;
  }

  void things(Tokens tokens) {
    const Token& first = tokens[0];
    const auto kind = kind_named(kKinds, first);
    if (!kind) {
      std::vector<std::string> known = kind_words(kKinds);
      std::string near = meant(first.text, known);
      for (const std::string_view word : {"group", "set", "without", "like"}) known.emplace_back(word);
      refuse(first.place, fmt::format("\"{}\" is no kind of thing", first.text), {expected(known), std::move(near)});
    }
    ThingLine line{*kind, {}, "", tokens, 1};
    service_.clear();
    if (*kind != ThingKind::bmc) read_names(line);
    if (*kind == ThingKind::service) service_ = line.names.front();
    things_.push_back(std::move(line));
  }

  void read_names(ThingLine& line) {
    const Tokens tokens = line.tokens;
    const Token& first = tokens[0];
    std::size_t i = 1;
    for (bool more = true; more;) {
      if (i >= tokens.size()) refuse(behind(tokens[i - 1]), fmt::format("{} needs a name", with_article(line.kind)));
      for (const std::string& name : expand_hosts(tokens[i])) {
        const bool replaces = inherits_ && world_.names().kind_of(name) && names_.has(name);
        if (!replaces) check_name(tokens[i], name, names_);
        names_.add(name, line.kind);
        line.names.push_back(name);
      }
      ++i;
      more = i < tokens.size() && tokens[i].is(",");
      if (more) ++i;
    }
    if (line.kind == ThingKind::service && line.names.size() > 1)
      refuse(first.place, "a service has a line of its own, its parts beneath it");
    line.clauses_at = i;
  }

  void part(Tokens tokens) {
    const Token& first = tokens[0];
    if (service_.empty()) refuse(first.place, "indented line, but only a service has parts");
    const auto kind = kind_named(kParts, first);
    if (!kind) {
      const std::vector<std::string> known = kind_words(kParts);
      refuse(first.place, fmt::format("\"{}\" is no part of a service", first.text),
             {expected(known), meant(first.text, known)});
    }
    if (tokens.size() < 2) refuse(behind(first), fmt::format("{} needs a name", with_article(*kind)));
    const std::string name(tokens[1].text), full = service_ + "." + name;
    if (*kind != ThingKind::mount) check_name(tokens[1], name, names_);
    const bool twice = std::any_of(things_.begin(), things_.end(),
                                   [&](const ThingLine& line) { return line.names == std::vector{full}; });
    if (twice) refuse(first_column(tokens[1]), fmt::format("\"{}\" is there twice", full));
    names_.add(full, *kind);
    things_.push_back({*kind, {full}, service_, tokens, 2});
  }

  /// Volumes have no lines of their own: a NAS exports them, a disk holds them.
  void name_volumes() {
    for (const ThingLine& line : things_) {
      if (line.kind != ThingKind::nas && line.kind != ThingKind::disk) continue;
      for (std::size_t i = line.clauses_at; i + 1 < line.tokens.size(); ++i) {
        if (line.tokens[i].is("exports") || line.tokens[i].is("holds")) name_volumes(line.tokens, i + 1);
      }
    }
    for (const ThingLine& line : things_) {
      if (line.kind == ThingKind::mount) check_mount(line.tokens[1]);
    }
  }

  void name_volumes(Tokens tokens, std::size_t i) {
    for (; i < tokens.size(); i += 2) {
      for (const std::string& name : expand_hosts(tokens[i])) {
        if (!names_.has(name)) check_name(tokens[i], name, names_);
        if (const auto entry = names_.kind_of(name); entry && entry->kind != ThingKind::volume) {
          refuse(tokens[i].place, fmt::format("\"{}\" is already {} of this world", name,
                                              entry->kind ? with_article(*entry->kind) : "a group"));
        }
        names_.add(name, ThingKind::volume);
      }
      if (i + 1 >= tokens.size() || !tokens[i + 1].is(",")) return;
    }
  }

  void check_mount(const Token& name) const {
    const auto entry = names_.kind_of(name.text);
    if (entry && entry->kind == ThingKind::volume) return;
    constexpr std::array<ThingKind, 1> kVolume{ThingKind::volume};
    refuse(name.place, fmt::format("\"{}\" is not a volume: a mount has the name of its volume", name.text),
           {expected(names_.of_kinds(kVolume, false)), meant(name.text, names_.all())});
  }

  void name_groups() {
    for (const Tokens line : groups_) {
      std::vector<std::string> members;
      for (const auto& [token, name] : listed(line.subspan(3))) {
        const auto entry = names_.find(name);
        if (!entry) {
          refuse(first_column(token), fmt::format("this world has no \"{}\"", name), {meant(name, names_.all())});
        }
        members.insert(members.end(), entry->members.begin(), entry->members.end());
      }
      const std::string group(line[1].text);
      names_.add_group(group, members);
      std::erase_if(world_.groups, [&](const auto& other) { return other.first == group; });
      world_.groups.emplace_back(group, std::move(members));
    }
  }

  void declare(const ThingLine& line) {
    Declaration thing;
    thing.kind = line.kind;
    thing.service = line.service;
    thing.place = line.tokens[0].place;
    thing.path = world_.path;
    thing.source_line = text_[static_cast<std::size_t>(thing.place.line) - 1];
    thing.clauses = read_clauses(line);
    if (line.kind == ThingKind::bmc) return declare_bmcs(thing, line.tokens[0]);
    if (thing.clause(ClauseId::network_carries_beats) != nullptr) {
      for (const std::string& name : line.names) names_.carries_beats(name);
    }
    for (const std::string& name : line.names) {
      thing.name = name;
      world_.declare(thing);
    }
  }

  void declare_bmcs(Declaration thing, const Token& at) {
    const auto of = std::find_if(thing.clauses.begin(), thing.clauses.end(),
                                 [](const Clause& clause) { return clause.id == ClauseId::bmc_of_head; });
    if (of == thing.clauses.end()) refuse(at.place, "a BMC belongs to a head: bmc of head1");
    const std::vector<std::string> heads = of->names;
    for (const std::string& head : heads) {
      of->names = {head};
      thing.name = "bmc of " + head;
      world_.declare(thing);
    }
  }

  std::vector<Clause> read_clauses(const ThingLine& line) {
    const std::string kind = clause_kind(line.kind);
    const WorldSlots slots(names_, world_.settings);
    std::vector<Clause> read;
    for (std::size_t i = line.clauses_at; i < line.tokens.size();) {
      Farthest farthest;
      std::optional<ClauseId> best;
      Match longest;
      for (const ClauseInfo& clause : clauses()) {
        Match match;
        if (clause.kind != kind || !pattern(clause.id).match(line.tokens, i, false, slots, &farthest, match)) continue;
        if (best && match.end <= longest.end) continue;
        best = clause.id;
        longest = match;
      }
      if (!best) refuse_clause(line, farthest);
      if (std::any_of(read.begin(), read.end(), [&](const Clause& other) { return other.id == *best; }))
        refuse(first_column(line.tokens[i]), fmt::format("\"{}\" is said twice", line.tokens[i].text));
      read.push_back(read_clause(*best, longest, line.tokens, slots));
      i = longest.end;
    }
    return read;
  }

  static Clause read_clause(ClauseId id, const Match& match, Tokens tokens, const WorldSlots& slots) {
    Clause clause{id, match.picks[0], {}, 0, {}};
    if (pattern(id).slots().empty()) return clause;
    const Slot slot = pattern(id).slots()[0];
    const auto [begin, end] = match.slots[0];
    const Tokens said = tokens.subspan(begin, static_cast<std::size_t>(end - begin));
    if (slot == Slot::PREFIX || slot == Slot::PATH) {
      clause.word = said[0].text;
    } else if (slot == Slot::NAMES) {
      for (auto& [token, name] : listed(said)) clause.names.push_back(std::move(name));
    } else if (is_name_slot(slot)) {
      for (const Token& token : said) {
        if (token.is("peer")) refuse(token.place, "\"peer of\" has no meaning in a world file");
        for (std::string& name : slots.names().expand(token, kinds_of(slot))) clause.names.push_back(std::move(name));
      }
    } else {
      const Range number = slots.number(slot, said);
      if (number.drawn()) refuse(said[0].place, "a world has no choices: say one value");
      clause.number = number.lo;
    }
    return clause;
  }

  [[noreturn]] void refuse_clause(const ThingLine& line, const Farthest& farthest) const {
    if (!farthest.bad_numbers.empty()) throw Refused{farthest.bad_numbers.front()};
    const Token& token = line.tokens[std::min(farthest.at, line.tokens.size() - 1)];
    std::vector<std::string> wanted, candidates;
    for (const Expected& e : farthest.expected) {
      if (e.is_slot) {
        wanted.emplace_back(with_article(e.slot));
        for (auto& name : names_.of_kinds(kinds_of(e.slot), false)) candidates.push_back(std::move(name));
      } else if (e.word != ",") {
        wanted.emplace_back(e.word);
        candidates.emplace_back(e.word);
      }
    }
    refuse(token.place, fmt::format("\"{}\" does not fit {}", token.text, with_article(line.kind)),
           {expected(wanted), meant(token.text, candidates)});
  }

  /// Words only: comments and layout do not make another world.
  void digest(const std::vector<SourceLine>& lines) {
    Digest digest;
    digest.add(world_.digest);
    for (const SourceLine& line : lines) digest.add(text_of(line.tokens));
    world_.digest = digest.value();
  }

  WorldLibrary& library_;
  const std::vector<std::string>& text_;
  Declarations world_;
  Names names_;
  bool inherits_ = false;
  std::string service_;  ///< whose parts follow
  std::vector<std::string> seen_;
  std::vector<Tokens> settings_, groups_;
  std::vector<ThingLine> things_;
};

}  // namespace

Declarations WorldLibrary::read(const std::string& text, const std::string& path) {
  std::vector<std::string> lines;
  try {
    lines = split_text(text);
    return WorldReader(*this, path, lines).read();
  } catch (const Refused& refused) { throw Refused{at_source(refused.diagnostic, path, lines)}; }
}

}  // namespace hasim
