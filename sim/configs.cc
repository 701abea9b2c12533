// Files are edited, checked and put into force; a world without edits never comes here.
#include "sim/configs.h"

#include <algorithm>

#include "sim/faults.h"

namespace hasim::sim {

namespace {

constexpr Duration kReadsFile = std::chrono::milliseconds{20};

void apply(Settings& settings, const Sentence& edit) {
  const std::string& name = edit.values[0].text;
  if (settings.words.contains(name)) {
    settings.words[name] = {edit.values[1].text};
  } else {
    settings.numbers[name] = edit.values[1].number.lo;
  }
}

bool edited(const Engine& e, int head) {
  return std::any_of(e.s.edits.begin(), e.s.edits.end(), [&](const Edit& edit) { return edit.head == head; });
}

/// An address of the service is configured there with another prefix than its network has: a black hole for whoever
/// routes by it [NW08].
bool wrong_prefix(Engine& e, int head) {
  return newest(e, [&](const Fault& f) {
           return f.id == SentenceId::fault_addr_has_prefix_int && f.thing[1] == e.id_of(head) &&
                  f.amount[0] != e.part_layout(e.layout->part_of(f.thing[0])).prefix;
         }) != nullptr;
}

/// The world as the file of that head has it.
WorldSpec world_in_file(const Engine& e, int head) {
  WorldSpec world = *e.layout->spec;
  const ThingId id = e.id_of(head);
  Settings settings = world.settings_of(id);
  for (const Edit& edit : e.s.edits) {
    if (edit.head == head) apply(settings, *edit.sentence);
  }
  world.settings_on[id] = settings;
  return world;
}

bool file_is_safe(const Engine& e, int head) {
  const WorldSpec world = world_in_file(e, head);
  return !ha::unsafe(core_config(world, e.id_of(head)), surroundings(world, e.id_of(head)));
}

}  // namespace

void edit_config(Engine& e, int head, const Sentence& sentence) { e.s.edits.push_back({head, &sentence}); }

ha::Config config_in_file(const Engine& e, int head) {
  if (!edited(e, head)) return e.head(head).config;
  return core_config(world_in_file(e, head), e.id_of(head));
}

bool config_lets_start(Engine& e, int head) {
  const bool safe = !edited(e, head) || file_is_safe(e, head);
  if (safe && !wrong_prefix(e, head)) return true;
  e.emit(EventKind::alert, e.id_of(head), {.reason = ha::Reason::config_unsafe});
  return false;
}

void stage_config(Engine& e, int head, std::uint64_t request) {
  const bool safe = file_is_safe(e, head);
  e.later(kReadsFile, {.kind = DueKind::staged,
                       .head = static_cast<std::uint8_t>(head),
                       .life = e.core(head).life,
                       .a = request,
                       .b = safe ? config_in_file(e, head).digest : 0});
}

void use_config(Engine& e, int head) {
  Core& core = e.core(head);
  core.node->reconfigure(config_in_file(e, head));
  core.tick_at = e.now();
  e.later(Duration{0}, {.kind = DueKind::tick, .head = static_cast<std::uint8_t>(head), .life = core.life});
}

}  // namespace hasim::sim
