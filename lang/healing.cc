// Which faults a `heal` is meant for.
#include "lang/healing.h"

#include <algorithm>

#include "lang/pattern.h"
#include "lang/words.h"

namespace hasim {
namespace {

bool contains(const std::vector<ThingId>& things, ThingId thing) {
  return std::find(things.begin(), things.end(), thing) != things.end();
}

/// The words of a pattern before the slot that it is about, without a closing `of` or `on`: "bmc", "fence agent".
/// Behind a number (`8 of voters off`) the things themselves are meant.
std::string part_of(const Pattern& form, std::size_t& slot) {
  std::string part;
  bool counted = false;
  for (const Pattern::Op& op : form.ops()) {
    if (op.kind == Pattern::OpKind::slot && is_name_slot(op.slot)) {
      slot = op.index;
      break;
    }
    if (op.kind == Pattern::OpKind::slot) counted = true;
    if (op.kind == Pattern::OpKind::word && !counted) part += part.empty() ? op.word : " " + op.word;
  }
  for (const std::string_view last : {" of", " on"}) {
    if (part.ends_with(last)) part.resize(part.size() - last.size());
  }
  return part;
}

bool heals_thing(const WorldSpec& world, ThingId thing, const std::string& part, const Subject& subject) {
  if (world.kind_of(thing) == ThingKind::bmc) {
    return subject.part == "bmc" && contains(subject.things, world.bmcs[world.things[thing].index].head);
  }
  if (!contains(subject.things, thing)) return false;
  if (part.empty()) return subject.part != "bmc";
  const std::size_t to = part.find(" to ");
  if (to == part.npos) return part == subject.part;
  return part.substr(0, to) == subject.part && contains(subject.networks, world.find(part.substr(to + 4)));
}

}  // namespace

Subject subject_of(const Sentence& fault) {
  std::size_t slot = 0;
  Subject subject{part_of(pattern(fault.id), slot), fault.values[slot].things, {}};
  for (const Value& value : fault.values) {
    if (value.slot == Slot::NET)
      subject.networks.insert(subject.networks.end(), value.things.begin(), value.things.end());
  }
  return subject;
}

bool heals(const WorldSpec& world, const Stimulus& heal, const Sentence& fault) {
  if (heal.heal_all) return true;
  for (const auto& sentences : heal.alternatives) {
    for (const Sentence& words : sentences) {
      if (words.id == fault.id && words.text == fault.text) return true;
    }
  }
  const Subject subject = subject_of(fault);
  for (std::size_t i = 0; i < heal.heal_things.size(); ++i) {
    if (heals_thing(world, heal.heal_things[i], heal.heal_parts[i], subject)) return true;
  }
  return false;
}

}  // namespace hasim
