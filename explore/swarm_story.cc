// From a draft to the lines of a story, and to a script.
#include "explore/swarm_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "explore/swarm_draft.h"
#include "explore/swarm_mix.h"
#include "explore/swarm_words.h"
#include "lang/draw.h"

namespace hasim {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t kStoryStream = 0x73746f72;
constexpr std::uint64_t kSeedsOfACell = 16;

/// Writes lines, and knows from which row each one came.
class Writing {
 public:
  explicit Writing(SwarmStory& story) : story_(story) {
    story_.text.clear();
    story_.rows.assign(1, SwarmStory::kNoRow);  // lines count from 1
  }
  void header(std::uint64_t seed, const SwarmCell& cell) {
    story_.text +=
        fmt::format("scenario \"swarm {}\"\nsource   \"hasim swarm\"\ntags     swarm\n{}\n", seed, cell.header);
    story_.rows.resize(1 + static_cast<std::size_t>(std::count(story_.text.begin(), story_.text.end(), '\n')),
                       SwarmStory::kNoRow);
  }
  void line(const std::string& when, const std::string& what, std::uint16_t row = SwarmStory::kNoRow) {
    story_.text += fmt::format("  {}  {}\n", when, what);
    story_.rows.push_back(row);
  }

 private:
  SwarmStory& story_;
};

std::string deed_text(const SwarmStroke& stroke) {
  return (stroke.order ? "do  " : "fault  ") + stroke.what +
         (stroke.lasts > Duration{0} ? " for " + exact_text(stroke.lasts) : "");
}

/// Somebody goes there and mends: everything, or all but what may stay. What is off is switched on, and what was
/// stopped or set aside by hand goes back to work: who is up at once, the others when they have booted, and last those
/// that were just shutting down and have to be switched on once more.
class Healing {
 public:
  Healing(Writing& writing, const SwarmDraft& draft, const WorldSpec& world)
      : writing_(writing), strokes_(draft.strokes), world_(world), when_("@" + exact_text(draft.healed)) {}

  void write() {
    heal();
    for (const HeadSpec& head : world_.heads) {
      const std::string& name = world_.name_of(head.id);
      const auto stuck = [&](const SwarmStroke& s) {
        return s.what.starts_with(name + " panics") || s.what == "boot of " + name + " fails" ||
               s.what == "disk of " + name + " dead";
      };
      if (any(stuck)) act("do  reset " + name);
    }
    for (const NasSpec& nas : world_.nas) act("do  power on " + world_.name_of(nas.id));
    back_to_work();
    for (int i = 0; i < kSwarmBoots; ++i) {
      when_ = "+" + exact_text(longest_boot(world_) + seconds{10});
      back_to_work();
    }
  }

 private:
  void heal() {
    if (!any([](const SwarmStroke& s) { return !s.order; })) return;
    if (!any([](const SwarmStroke& s) { return s.stays; })) return act("heal  all");
    std::vector<std::string> healed;
    for (const SwarmStroke& stroke : strokes_) {
      const bool known = std::find(healed.begin(), healed.end(), stroke.what) != healed.end();
      if (stroke.order || stroke.stays || known || is_over(stroke)) continue;
      act("heal  " + stroke.what);
      healed.push_back(stroke.what);
    }
  }

  void back_to_work() {
    act("do  power on heads");
    act("do  start core on heads");
    act("do  leave maintenance");
    act("do  leave standby on heads");
  }

  /// What happens once cannot be healed.
  static bool is_over(const SwarmStroke& stroke) {
    return stroke.row != SwarmStory::kNoRow && info(mix()[stroke.row].id).life == Life::once;
  }

  template <class Is>
  bool any(Is is) const {
    return std::any_of(strokes_.begin(), strokes_.end(), is);
  }

  void act(const std::string& what) {
    writing_.line(when_, what);
    when_ = "+0s";
  }

  Writing& writing_;
  const std::vector<SwarmStroke>& strokes_;
  const WorldSpec& world_;
  std::string when_;
};

void write_story(SwarmStory& story, const SwarmCell& cell, const SwarmDraft& draft, std::uint64_t seed) {
  Writing writing(story);
  writing.header(seed, cell);
  writing.line(draft.cold ? "start cold" : "start", "");
  for (const SwarmStroke& stroke : draft.strokes) {
    const std::string when = stroke.trap.empty()
                                 ? "@" + exact_text(stroke.at)
                                 : fmt::format("whenever {} +{}", stroke.trap, exact_text(stroke.after));
    writing.line(when, deed_text(stroke), stroke.row);
  }
  story.healing = story.rows.size();
  Healing(writing, draft, *cell.world).write();
  // A head remembers that the service failed there until damping_window is over.
  const Settings& settings = cell.world->settings;
  const Duration grace =
      swarm_grace(*cell.world) + (draft.hurts_service ? settings.duration("damping_window") : Duration{0});
  for (const ServiceSpec& service : cell.world->services) {
    // A service that gave up waits for a person, and what needs it waits with it.
    if (draft.hurts_service && !service.needs.empty()) continue;
    writing.line("+" + exact_text(grace), "expect  exactly one owner of " + cell.world->name_of(service.id));
  }
}

}  // namespace

SwarmTeller::SwarmTeller(SwarmOptions options) : options_(std::move(options)) {}

const SwarmCell& SwarmTeller::cell(std::uint64_t number) {
  if (cell_.world == nullptr || number != number_) cell_ = draw_cell(options_, number);
  number_ = number;
  return cell_;
}

const SwarmStory& SwarmTeller::tell(std::uint64_t seed) {
  const SwarmCell& there = cell(seed / kSeedsOfACell);
  Draws draws(seed, kStoryStream);
  const SwarmDraft draft = draft_story(there, draws, options_.longest);
  write_story(story_, there, draft, seed);
  auto read = there.reader->read(story_.text, fmt::format("swarm-{}.scn", seed));
  if (const auto* wrong = std::get_if<Diagnostic>(&read)) throw std::runtime_error(wrong->show());
  story_.script = std::get<Script>(std::move(read));
  for (Line& line : story_.script.lines) {
    // What it sets off must not strike after the healing either.
    if (line.when.kind == When::Kind::whenever) line.when.once_before = draft.healed - line.when.from.offset;
  }
  return story_;
}

}  // namespace hasim
