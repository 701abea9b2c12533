// Reads what a `heal` line heals, and refuses to heal what no line above can have broken.
#include <algorithm>

#include <fmt/format.h>

#include "lang/healing.h"
#include "lang/refuse.h"
#include "lang/story.h"
#include "lang/words.h"

namespace hasim {
namespace {

constexpr std::array kEveryKind{ThingKind::head,    ThingKind::network, ThingKind::bmc,      ThingKind::pdu,
                                ThingKind::nas,     ThingKind::volume,  ThingKind::disk,     ThingKind::voter,
                                ThingKind::witness, ThingKind::clients, ThingKind::cell,     ThingKind::service,
                                ThingKind::address, ThingKind::mount,   ThingKind::database, ThingKind::daemon,
                                ThingKind::script};

class HealReader {
 public:
  HealReader(const SentenceReader& reader, const Story& story, Tokens tokens, Stimulus& out)
      : reader_(reader), story_(story), tokens_(tokens), out_(out) {}

  void read() {
    if (says_fault()) return;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      i = item(i);
      if (i < tokens_.size() && !tokens_[i].is(",")) no_such_words();
    }
  }

 private:
  /// `heal internal drops 30% from head1 to head2`: the words of a line above.
  bool says_fault() {
    const std::string text = text_of(tokens_);
    std::vector<Sentence> same;
    for (const Sentence& fault : story_.faults) {
      if (fault.text == text) same.push_back(fault);
    }
    if (!same.empty()) out_.alternatives.push_back(std::move(same));
    return !out_.alternatives.empty();
  }

  [[noreturn]] void no_such_words() const {
    const std::string text = text_of(tokens_);
    std::vector<std::string> known;
    for (const Sentence& fault : story_.faults) known.push_back(fault.text);
    std::string near = meant(text, known);
    if (near.empty()) near = "heal a thing (heal internal), all, or with the same words as the fault";
    Place place = tokens_[0].place;
    place.width = static_cast<int>(text.size());
    refuse(place, fmt::format("no line above says \"fault {}\"", text), {std::move(near)});
  }

  /// One thing, group or part of a thing (`core of head1`, `fence agent on head1`, `link of head1 to internal`);
  /// returns the position behind it.
  std::size_t item(std::size_t i) {
    const Token& first = tokens_[i];
    std::string part;
    std::size_t name = i;
    for (std::size_t j = i + 1; j + 1 < tokens_.size() && j < i + 3; ++j) {
      if (!tokens_[j].is("of") && !tokens_[j].is("on")) continue;
      part = text_of(tokens_.subspan(i, j - i));
      name = j + 1;
      break;
    }
    if (name >= tokens_.size()) refuse(behind(tokens_.back()), "something is missing behind the comma");
    std::size_t end = name + 1;
    if ((part == "link" || part == "bond") && end + 1 < tokens_.size() && tokens_[end].is("to")) {
      part += " to " + std::string(tokens_[end + 1].text);
      end += 2;
    }
    if (end < tokens_.size() && !tokens_[end].is(",")) no_such_words();
    thing(first, part, tokens_[name]);
    return end;
  }

  void thing(const Token& first, std::string part, const Token& name) {
    if (part.empty() && kind(name) == last_kind_) part = last_part_;  // heal bmc of head1, head2
    for (const std::string& host : expand_hosts(name)) {
      if (!reader_.names().kind_of(host)) {
        std::vector<std::string> known = reader_.names().all();
        for (const std::string_view group :
             {"heads", "networks", "paths", "bmcs", "voters", "clients", "volumes", "services", "everything", "all"}) {
          known.emplace_back(group);
        }
        refuse(name.place, fmt::format("this world has no \"{}\"", name.text), {meant(name.text, known)});
      }
    }
    bool broken = false;
    for (const std::string& thing : reader_.names().expand(name, kEveryKind)) broken = add(part, thing) || broken;
    if (!broken) {
      const std::string what = part.empty() ? std::string(name.text) : fmt::format("{} of {}", part, name.text);
      refuse({first.place.line, first.place.column, static_cast<int>(what.size())},
             fmt::format("nothing to heal: no line above breaks \"{}\"", what));
    }
    last_part_ = part;
    last_kind_ = kind(name);
  }

  std::optional<ThingKind> kind(const Token& name) const {
    const auto known = reader_.names().kind_of(expand_hosts(name).front());
    return known ? known->kind : std::nullopt;
  }

  /// Adds a thing to what is healed; false if no line above can have broken it.
  bool add(const std::string& part, const std::string& name) {
    const WorldSpec& world = reader_.world();
    const ThingId id = world.find(part == "bmc" ? "bmc of " + name : name);
    if (id == kNoThing) return false;
    out_.heal_things.push_back(id);
    out_.heal_parts.push_back(part == "bmc" ? "" : part);
    Stimulus alone;
    alone.heal_things = {out_.heal_things.back()};
    alone.heal_parts = {out_.heal_parts.back()};
    return std::any_of(story_.faults.begin(), story_.faults.end(),
                       [&](const Sentence& fault) { return heals(world, alone, fault); });
  }

  const SentenceReader& reader_;
  const Story& story_;
  Tokens tokens_;
  Stimulus& out_;
  std::string last_part_;
  std::optional<ThingKind> last_kind_;
};

}  // namespace

void read_heal(const SentenceReader& reader, const Story& story, Tokens tokens, const Token& verb, Stimulus& out) {
  if (story.faults.empty()) refuse(verb.place, "there is nothing to heal: no line above breaks anything");
  if (tokens.size() == 1 && (tokens[0].is("all") || tokens[0].is("everything"))) {
    out.heal_all = true;
    return;
  }
  HealReader(reader, story, tokens, out).read();
}

}  // namespace hasim
