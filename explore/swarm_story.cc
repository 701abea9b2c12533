// Draws the lines of a story.
#include "explore/swarm_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "explore/swarm_mix.h"
#include "explore/swarm_words.h"
#include "lang/draw.h"

namespace hasim {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t kStoryStream = 0x73746f72;
constexpr std::uint64_t kSeedsOfACell = 16;
constexpr Duration kBlink = std::chrono::milliseconds{50};

/// One line that does something.
struct Stroke {
  Duration at{};     ///< of one at a drawn instant
  std::string trap;  ///< "head2 fencing": of one that waits for something; empty: at its instant
  Duration after{};  ///< … and so long after it
  std::string what;  ///< "head1 loses power"
  std::uint16_t row = SwarmStory::kNoRow;
  bool order = false;  ///< an action, no fault
  Duration lasts{};    ///< heals by itself; 0: it does not
  bool stays = false;  ///< it is never healed
};

Duration longest_boot(const WorldSpec& world) {
  Duration boot{0};
  for (const HeadSpec& head : world.heads) boot = std::max(boot, head.boot);
  return boot;
}

/// To the microsecond: nobody wants to read more.
Duration grained(Duration t) { return std::chrono::floor<std::chrono::microseconds>(t); }

/// What kind of trouble a story is about.
enum class Plot : std::uint8_t {
  scattered,  ///< anything at any time
  takeover,   ///< the owner is taken away, and more happens while the peer acts
  handover,   ///< an operator moves the service, and things break meanwhile
  boots,      ///< heads come up
  again,      ///< whoever owns is taken away, again and again
  turns,      ///< one head serves while the other is off, and then the other way round
  lie,        ///< a BMC says off, and somebody can contradict it
};

class Drafter {
 public:
  Drafter(const SwarmCell& cell, Draws& draws, Duration longest)
      : cell_(cell), words_(*cell.world, draws), draws_(draws), longest_(longest) {}

  void draft() {
    plot_ = draw_plot();
    cold_ = plot_ == Plot::boots && draws_.chance(0.3);
    const Duration rest = longest_boot(*cell_.world) + SwarmTeller::grace(*cell_.world);
    const Duration last = std::max<Duration>(longest_ - rest, minutes{1});
    begin_ = cold_ ? Duration{0} : grained(Duration{draws_.uniform(seconds{3} / Duration{1}, seconds{15} / Duration{1})});
    const Duration width = draw_width(last - begin_);
    open();
    scatter(begin_, width);
    set_traps();
    std::stable_sort(strokes_.begin(), strokes_.end(), [](const Stroke& a, const Stroke& b) {
      return a.trap.empty() == b.trap.empty() ? a.at < b.at : !a.trap.empty();
    });
    // What was set off late gets some time to have consequences before it is healed.
    healed_ = std::min(last, begin_ + width + Duration{draws_.uniform(seconds{20} / Duration{1}, seconds{120} / Duration{1})});
    healed_ = grained(std::max(healed_, last_instant()));
  }

  const std::vector<Stroke>& strokes() const { return strokes_; }
  Duration healed() const { return healed_; }
  bool cold() const { return cold_; }

 private:
  Plot draw_plot() {
    const auto n = draws_.below(20);
    if (n < 5) return Plot::scattered;
    if (n < 11) return Plot::takeover;
    if (n < 15) return Plot::handover;
    if (n < 17) return Plot::boots;
    if (n < 18) return draws_.chance(0.5) ? Plot::again : Plot::turns;
    return has_truth() ? Plot::lie : Plot::takeover;
  }

  bool has_truth() const { return !cell_.world->voters.empty() || !cell_.world->witnesses.empty(); }

  Duration draw_width(Duration most) {
    const Duration width = words_.between(draws_.chance(0.6) ? Duration{seconds{1}} : seconds{10},
                                          draws_.chance(0.6) ? Duration{seconds{15}} : Duration{minutes{3}});
    return std::min(width, most);
  }

  Duration last_instant() const {
    Duration last{0};
    for (const Stroke& stroke : strokes_) last = std::max(last, stroke.at);
    return last + seconds{1};
  }

  /// The deeds that make the plot.
  void open() {
    words_.choose_head();
    switch (plot_) {
      case Plot::scattered: return;
      case Plot::takeover:
        add_one_of({"{head} loses power", "{head} hangs", "{head} isolated", "{head} panics", "{head} frozen",
                    "paths cut between {head} and {peer}", "paths cut between {head} and {peer}",
                    "core of {head} gone", "{head} restarts"});
        return;
      case Plot::handover:
        add(begin_, "makeactive on {peer}", true);
        if (draws_.chance(0.2)) add(begin_ + words_.between(Duration{1}, seconds{3}), "makeactive on {head}", true);
        return;
      case Plot::boots:
        if (cold_) {
          for (int i = 0; i < 2; ++i, words_.turn_round())
            add(words_.between(Duration{1}, seconds{20}), "power on {head}", true);
          if (draws_.chance(0.4)) add(Duration{0}, "paths cut between {head} and {peer}", false);
          return;
        }
        if (draws_.chance(0.4)) add(begin_, "paths cut between {head} and {peer}", false);
        add_one_of({"{head} loses power", "{head} restarts"});
        words_.turn_round();
        strokes_.back().at += words_.between(Duration{1}, seconds{3});
        add_one_of({"{head} loses power", "{head} restarts"});
        for (int i = 0; i < 2; ++i, words_.turn_round())
          add(begin_ + words_.between(seconds{1}, seconds{20}), "power on {head}", true);
        return;
      case Plot::again: return draw_again();
      case Plot::turns: return draw_turns();
      case Plot::lie:
        add(begin_, "bmc of {head} says off", false);
        strokes_.back().lasts = words_.between(seconds{20}, minutes{2});
        add(begin_ + words_.between(Duration{1}, seconds{3}), "paths cut between {head} and {peer}", false);
        return;
    }
  }

  /// Time for a head to boot, to listen, and to do what it then does.
  Duration long_enough() {
    const Settings& s = cell_.world->settings;
    return longest_boot(*cell_.world) + s.duration("init_dead") + s.duration("failover_max") + words_.between(seconds{1}, seconds{60});
  }

  void draw_again() {
    const std::uint64_t times = 3 + draws_.below(3);
    Duration at = begin_;
    for (std::uint64_t i = 0; i < times; ++i, words_.turn_round(), at += long_enough()) {
      add(at, draws_.chance(0.5) ? "{head} restarts" : "paths cut between {head} and {peer}", false);
      if (!strokes_.back().what.ends_with("restarts")) strokes_.back().lasts = long_enough() / 2;
      add(at + long_enough() / 2, "power on {head}", true);
      add(at + long_enough() / 2, "power on {peer}", true);
    }
  }

  void draw_turns() {
    Duration at = begin_;
    add(at, "{head} loses power", false);
    add(at += long_enough(), "{peer} restarts", false);
    add(at += long_enough(), "{peer} loses power", false);
    add(at += words_.between(milliseconds{10}, seconds{5}), "power on {head}", true);
    if (draws_.chance(0.5)) add(at += long_enough(), "power on {peer}", true);
  }

  void scatter(Duration from, Duration width) {
    const std::uint64_t few = plot_ == Plot::scattered ? 1 + draws_.below(6) : draws_.below(4);
    for (std::uint64_t i = 0; i < few; ++i) {
      Stroke stroke;
      stroke.at = grained(from + Duration{draws_.uniform(0, width.count())});
      // Two at once, or nearly.
      if (i > 0 && draws_.chance(0.25)) stroke.at = strokes_.back().at + words_.between(Duration{1}, kBlink);
      draw_deed(stroke);
      strokes_.push_back(std::move(stroke));
    }
  }

  void set_traps() {
    if (plot_ == Plot::lie) return;
    const std::uint64_t few = plot_ == Plot::scattered ? draws_.below(3) : 1 + draws_.below(4);
    for (std::uint64_t i = 0; i < few; ++i) {
      Stroke stroke;
      words_.choose_head();
      stroke.trap = words_.fill(draw_trigger().text);
      const auto when = draws_.below(20);
      if (when >= 6) stroke.after = words_.between(Duration{1000}, when < 10 ? Duration{milliseconds{1}} : when < 13 ? kBlink : when < 17 ? Duration{seconds{2}} : seconds{20});
      // Between two outputs of a core, and before an answer comes, power that fails is what hurts.
      if (when < 13 && draws_.chance(0.4)) {
        fill(stroke, row_of(draws_.chance(0.8) ? "{head} loses power" : "core of {head} crashes"));
      } else {
        draw_deed(stroke);
      }
      strokes_.push_back(std::move(stroke));
    }
    if (draws_.chance(0.1)) acknowledge();
  }

  /// "That head is off", said by somebody who looked: while it boots it is not wrong yet that it was off.
  void acknowledge() {
    words_.choose_head();
    add(Duration{0}, "acknowledge {head} off on {peer}", true);
    strokes_.back().trap = words_.fill("{head} off");
    strokes_.back().after = words_.between(Duration{1000}, seconds{10});
  }

  const MixTrigger& draw_trigger() {
    for (;;) {
      const MixTrigger& trigger = words_.weighted(triggers());
      if (words_.can_fill(trigger.text)) return trigger;
    }
  }

  void draw_deed(Stroke& stroke) {
    for (;;) {
      const MixRow& row = words_.weighted(mix());
      if (!fits(row)) continue;
      words_.choose_head();
      return fill(stroke, row);
    }
  }

  bool fits(const MixRow& row) const {
    if (!words_.can_fill(row.text)) return false;
    // A lie may only be told where nobody is silenced who could contradict it.
    if (plot_ == Plot::lie && !harmless_to_truth(row.id)) return false;
    switch (row.need) {
      case MixNeed::nothing: return true;
      case MixNeed::store: return !cell_.world->witnesses.empty();
      case MixNeed::no_proof3: return cell_.world->witnesses.empty();
      case MixNeed::truth: return false;
    }
    return false;
  }

  static bool harmless_to_truth(SentenceId id) {
    switch (id) {
      case SentenceId::fault_bmc_delay_replies_by:
      case SentenceId::fault_bmc_takes:
      case SentenceId::fault_part_crashes:
      case SentenceId::fault_part_takes:
      case SentenceId::do_makeactive:
      case SentenceId::do_cancel: return true;
      default: return false;
    }
  }

  void fill(Stroke& stroke, const MixRow& row) {
    stroke.row = static_cast<std::uint16_t>(&row - mix().data());
    stroke.what = words_.fill(row.text);
    stroke.order = info(row.id).list == SentenceList::action;
    if (stroke.order || info(row.id).life == Life::once) return;
    if (draws_.chance(0.6)) {
      stroke.lasts = words_.between(kBlink, draws_.chance(0.5) ? Duration{seconds{20}} : Duration{minutes{3}});
    } else if (row.may_stay && draws_.chance(0.3)) {
      stroke.stays = true;
    }
  }

  static const MixRow& row_of(std::string_view text) {
    return *std::find_if(mix().begin(), mix().end(), [&](const MixRow& row) { return row.text == text; });
  }

  void add_one_of(std::initializer_list<std::string_view> texts) {
    add(begin_, *(texts.begin() + draws_.below(texts.size())), false);
  }

  /// A deed of the plot: counted with the row of the same words, if there is one.
  void add(Duration at, std::string_view text, bool order) {
    Stroke stroke;
    stroke.at = at;
    const auto row = std::find_if(mix().begin(), mix().end(), [&](const MixRow& r) { return r.text == text; });
    if (row != mix().end()) stroke.row = static_cast<std::uint16_t>(row - mix().begin());
    stroke.what = words_.fill(text);
    stroke.order = order;
    strokes_.push_back(std::move(stroke));
  }

  const SwarmCell& cell_;
  SwarmWords words_;
  Draws& draws_;
  Duration longest_;
  Plot plot_{};
  bool cold_ = false;
  Duration begin_{}, healed_{};
  std::vector<Stroke> strokes_;
};

/// Writes lines, and knows from which row each one came.
class Scribe {
 public:
  explicit Scribe(SwarmStory& story) : story_(story) {
    story_.text.clear();
    story_.rows.assign(1, SwarmStory::kNoRow);  // lines count from 1
  }
  void header(std::uint64_t seed, const SwarmCell& cell) {
    story_.text += fmt::format("scenario \"swarm {}\"\nsource   \"hasim swarm\"\ntags     swarm\n{}\n", seed, cell.header);
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

std::string deed_text(const Stroke& stroke) {
  return (stroke.order ? "do  " : "fault  ") + stroke.what +
         (stroke.lasts > Duration{0} ? " for " + exact_text(stroke.lasts) : "");
}

/// Somebody goes there and mends: everything, or all but what may stay. What is off is switched on, and what was stopped
/// or set aside by hand goes back to work: who is up at once, the others when they have booted.
class Healing {
 public:
  Healing(Scribe& scribe, const Drafter& draft, const WorldSpec& world)
      : scribe_(scribe), strokes_(draft.strokes()), world_(world), when_("@" + exact_text(draft.healed())) {}

  void write() {
    heal();
    for (const HeadSpec& head : world_.heads) {
      const std::string panics = world_.name_of(head.id) + " panics";
      if (any([&](const Stroke& s) { return s.what.starts_with(panics); })) act("do  reset " + world_.name_of(head.id));
    }
    for (const NasSpec& nas : world_.nas) act("do  power on " + world_.name_of(nas.id));
    back_to_work();
    when_ = "+" + exact_text(longest_boot(world_) + seconds{10});
    back_to_work();
  }

 private:
  void heal() {
    if (!any([](const Stroke& s) { return !s.order; })) return;
    if (!any([](const Stroke& s) { return s.stays; })) return act("heal  all");
    std::vector<std::string> healed;
    for (const Stroke& stroke : strokes_) {
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
  static bool is_over(const Stroke& stroke) {
    return stroke.row != SwarmStory::kNoRow && info(mix()[stroke.row].id).life == Life::once;
  }

  template <class Is>
  bool any(Is is) const {
    return std::any_of(strokes_.begin(), strokes_.end(), is);
  }

  void act(const std::string& what) {
    scribe_.line(when_, what);
    when_ = "+0s";
  }

  Scribe& scribe_;
  const std::vector<Stroke>& strokes_;
  const WorldSpec& world_;
  std::string when_;
};

void write_story(SwarmStory& story, const SwarmCell& cell, const Drafter& draft, std::uint64_t seed) {
  Scribe scribe(story);
  scribe.header(seed, cell);
  scribe.line(draft.cold() ? "start cold" : "start", "");
  for (const Stroke& stroke : draft.strokes()) {
    const std::string when = stroke.trap.empty() ? "@" + exact_text(stroke.at)
                                                 : fmt::format("whenever {} +{}", stroke.trap, exact_text(stroke.after));
    scribe.line(when, deed_text(stroke), stroke.row);
  }
  story.healing = story.rows.size();
  Healing(scribe, draft, *cell.world).write();
  for (const ServiceSpec& service : cell.world->services) {
    scribe.line("+" + exact_text(SwarmTeller::grace(*cell.world)),
                "expect  exactly one owner of " + cell.world->name_of(service.id));
  }
}

}  // namespace

SwarmTeller::SwarmTeller(SwarmOptions options) : options_(std::move(options)) {}

const SwarmCell& SwarmTeller::cell(std::uint64_t number) {
  if (cell_.world == nullptr || number != number_) cell_ = draw_cell(options_, number);
  number_ = number;
  return cell_;
}

Duration SwarmTeller::grace(const WorldSpec& world) {
  const Settings& s = world.settings;
  return 2 * s.duration("init_dead") + s.duration("failover_max") + s.duration("mount_retry") + minutes{2};
}

const SwarmStory& SwarmTeller::tell(std::uint64_t seed) {
  const SwarmCell& there = cell(seed / kSeedsOfACell);
  Draws draws(seed, kStoryStream);
  Drafter draft(there, draws, options_.longest);
  draft.draft();
  write_story(story_, there, draft, seed);
  auto read = there.reader->read(story_.text, fmt::format("swarm-{}.scn", seed));
  if (const auto* wrong = std::get_if<Diagnostic>(&read)) throw std::runtime_error(wrong->show());
  story_.script = std::get<Script>(std::move(read));
  for (Line& line : story_.script.lines) {
    if (line.when.kind == When::Kind::whenever) line.when.once_before = draft.healed();
  }
  return story_;
}

}  // namespace hasim
