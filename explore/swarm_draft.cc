// Plots: what kind of trouble a story is about, and what else strikes meanwhile.
#include "explore/swarm_draft.h"

#include <algorithm>
#include <array>

#include "explore/swarm_mix.h"
#include "explore/swarm_words.h"

namespace hasim {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kBlink = milliseconds{50};

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
  rivals,     ///< a claimant loses the store, and the other head boots and claims too
  severed,    ///< power fails between two steps of a move or a takeover
  lie,        ///< a BMC says off, and somebody can contradict it
};

class Drafter {
 public:
  Drafter(const SwarmCell& cell, Draws& draws, Duration longest)
      : cell_(cell), words_(*cell.world, draws), draws_(draws), longest_(longest) {}

  SwarmDraft draft() {
    plot_ = draw_plot();
    cold_ = plot_ == Plot::boots && draws_.chance(0.3);
    const Duration rest = kSwarmBoots * longest_boot(*cell_.world) + swarm_grace(*cell_.world);
    const Duration last = std::max<Duration>(longest_ - rest, minutes{1});
    begin_ =
        cold_ ? Duration{0} : grained(Duration{draws_.uniform(seconds{3} / Duration{1}, seconds{15} / Duration{1})});
    const Duration width = draw_width(last - begin_);
    open();
    scatter(begin_, width);
    set_traps();
    std::stable_sort(strokes_.begin(), strokes_.end(), [](const SwarmStroke& a, const SwarmStroke& b) {
      return a.trap.empty() == b.trap.empty() ? a.at < b.at : !a.trap.empty();
    });
    // What was set off late gets some time to have consequences before it is healed.
    const Duration settled =
        begin_ + width + Duration{draws_.uniform(seconds{20} / Duration{1}, seconds{120} / Duration{1})};
    const Duration healed = grained(std::max(std::min(last, settled), last_instant()));
    const bool hurts = std::any_of(strokes_.begin(), strokes_.end(), hurts_service);
    return {std::move(strokes_), healed, cold_, hurts};
  }

 private:
  static bool hurts_service(const SwarmStroke& stroke) {
    if (stroke.row == SwarmStory::kNoRow) return false;
    const SentenceInfo& what = info(mix()[stroke.row].id);
    return what.needs == "part" || what.needs == "nas" || what.id == SentenceId::fault_mount_fails ||
           what.id == SentenceId::fault_unmount_fails;
  }

  Plot draw_plot() {
    const auto n = draws_.below(24);
    if (n < 5) return Plot::scattered;
    if (n < 11) return Plot::takeover;
    if (n < 15) return Plot::handover;
    if (n < 17) return Plot::boots;
    if (n < 18) return draws_.chance(0.5) ? Plot::again : Plot::turns;
    if (n < 21) return has_truth() ? Plot::lie : Plot::takeover;
    if (n < 23) return Plot::severed;
    return has_right() ? Plot::rivals : Plot::severed;
  }

  bool has_right() const {
    return !cell_.world->witnesses.empty() && cell_.world->heads.front().watchdog > Duration{0};
  }

  /// Every head has somebody to ask who can contradict a BMC.
  bool has_truth() const {
    return every_head([](const ha::Config& config) { return config.store || config.voters > 0; });
  }

  /// Of all cells of the world: witnesses serve one of them, and not the other.
  template <class Is>
  bool every_head(Is is) const {
    const WorldSpec& world = *cell_.world;
    return std::all_of(world.heads.begin(), world.heads.end(),
                       [&](const HeadSpec& head) { return head.cell == kNoThing || is(core_config(world, head.id)); });
  }

  Duration draw_width(Duration most) {
    // One after the other: arguments are drawn in whatever order a compiler likes.
    const Duration least = draws_.chance(0.6) ? Duration{seconds{1}} : seconds{10};
    const Duration widest = draws_.chance(0.6) ? Duration{seconds{15}} : Duration{minutes{3}};
    return std::min(words_.between(least, widest), most);
  }

  Duration last_instant() const {
    Duration last{0};
    for (const SwarmStroke& stroke : strokes_) last = std::max(last, stroke.at);
    return last + seconds{1};
  }

  /// The deeds that make the plot.
  void open() {
    words_.choose_head();
    switch (plot_) {
      case Plot::scattered: return;
      case Plot::takeover:
        add_one_of({"{head} loses power", "{head} hangs", "{head} isolated", "{head} panics", "{head} frozen",
                    "paths cut between {head} and {peer}", "paths cut between {head} and {peer}", "core of {head} gone",
                    "{head} restarts"});
        if (words_.can_fill("{voters}") && draws_.chance(0.3)) {
          add(begin_ + words_.between(Duration{1}, seconds{3}), "{half} of {voters} cannot see {head}", false);
          strokes_.back().stays = draws_.chance(0.3);
        }
        return;
      case Plot::handover:
        add(begin_, "makeactive on {peer}", true);
        if (draws_.chance(0.2)) add(begin_ + words_.between(Duration{1}, seconds{3}), "makeactive on {head}", true);
        if (draws_.chance(0.1)) add(begin_ + words_.between(Duration{1000}, seconds{3}), "cancel on {peer}", true);
        return;
      case Plot::boots:
        if (cold_) {
          both_on(Duration{0});
          if (draws_.chance(0.4)) add(Duration{0}, "paths cut between {head} and {peer}", false);
          return;
        }
        if (draws_.chance(0.4)) add(begin_, "paths cut between {head} and {peer}", false);
        add_one_of({"{head} loses power", "{head} restarts"});
        words_.turn_round();
        strokes_.back().at += words_.between(Duration{1}, seconds{3});
        add_one_of({"{head} loses power", "{head} restarts"});
        both_on(begin_);
        return;
      case Plot::again: return draw_again();
      case Plot::turns: return draw_turns();
      case Plot::rivals: return draw_rivals();
      case Plot::severed: return draw_severed();
      case Plot::lie:
        add(begin_, "bmc of {head} says off", false);
        strokes_.back().lasts = words_.between(seconds{20}, minutes{2});
        add(begin_ + words_.between(Duration{1}, seconds{3}), "paths cut between {head} and {peer}", false);
        return;
    }
  }

  /// Power comes back: for both at once, or for one after the other.
  void both_on(Duration from) {
    const Duration at = from + words_.between(seconds{4}, seconds{20});
    const bool at_once = draws_.chance(0.5);
    add(at, "power on {head}", true);
    words_.turn_round();
    add(at + words_.between(Duration{1}, at_once ? Duration{milliseconds{2}} : seconds{20}), "power on {head}", true);
    words_.turn_round();
  }

  /// Time for a head to boot, to listen, and to do what it then does.
  Duration long_enough() {
    const Settings& s = cell_.world->settings;
    return longest_boot(*cell_.world) + s.duration("init_dead") + s.duration("failover_max") +
           words_.between(seconds{1}, seconds{60});
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
    // Without the store the head that is back may read the other one off, and still must not start.
    if (words_.can_fill("{witness}") && draws_.chance(0.5)) {
      add(at, "{witness} unreachable from {head}", false);
      strokes_.back().lasts = 2 * long_enough();
    }
    if (draws_.chance(0.5)) add(at += long_enough(), "power on {peer}", true);
  }

  /// Both have owned, so both have a lease to lose. Then one is struck and out of reach, and the other one claims, but
  /// the store is gone in that moment, and comes back when the first one has booted and claimed. The loser learns that;
  /// then its lease comes to rest, and the winner waits until its right is over.
  void draw_rivals() {
    const Settings& s = cell_.world->settings;
    Duration at = begin_;
    add(at, "makeactive on {head}", true);
    add(at += s.duration("failover_max"), "makeactive on {peer}", true);
    at += s.duration("failover_max");
    const Duration claimed = at + longest_boot(*cell_.world) + s.duration("init_dead");
    add(at, "paths cut between {head} and {peer}", false);
    strokes_.back().lasts = 2 * (claimed - at);
    add(at, "{peer} restarts", false);
    const Duration again = claimed + words_.between(seconds{1}, seconds{10});
    add(Duration{0}, "{witness} unreachable from {head}", false);
    strokes_.back().trap = words_.fill("{head} loses {peer}");
    strokes_.back().after = words_.between(Duration{1000}, milliseconds{20});
    strokes_.back().lasts = again - at - s.duration("dead_after");
    const Duration rests = again + words_.between(seconds{2}, seconds{10});
    add(rests, draws_.chance(0.5) ? "{head} hangs" : "{witness} unreachable from {head}", false);
    strokes_.back().lasts = minutes{2};
    add(rests + minutes{1}, "power on {peer}", true);
  }

  /// The moments are those of the steps that must not be half done: a promise, a marker, a mount, an unmount, a claim.
  void draw_severed() {
    constexpr std::array<std::string_view, 6> kMoments{"{head} promises",         "{head} starting",
                                                       "{part} starts on {head}", "{part} stops on {head}",
                                                       "{head} loses {peer}",     "epoch of {service} grows"};
    const bool moves = draws_.chance(0.5);
    add(begin_, moves ? "makeactive on {peer}" : "{head} hangs", moves);
    if (!moves || draws_.chance(0.5)) words_.turn_round();
    SwarmStroke stroke;
    stroke.trap = words_.fill(kMoments[draws_.below(kMoments.size())]);
    if (draws_.chance(0.6)) stroke.after = words_.between(Duration{1000}, milliseconds{20});
    fill(stroke, row_of("{head} loses power"));
    strokes_.push_back(std::move(stroke));
  }

  void scatter(Duration from, Duration width) {
    if (plot_ == Plot::rivals) return;
    const std::uint64_t few = plot_ == Plot::scattered ? 1 + draws_.below(6) : draws_.below(4);
    for (std::uint64_t i = 0; i < few; ++i) {
      SwarmStroke stroke;
      stroke.at = grained(from + Duration{draws_.uniform(0, width.count())});
      // Two at once, or nearly.
      if (i > 0 && draws_.chance(0.25)) stroke.at = strokes_.back().at + words_.between(Duration{1}, kBlink);
      draw_deed(stroke);
      strokes_.push_back(std::move(stroke));
    }
  }

  void set_traps() {
    if (plot_ == Plot::lie || plot_ == Plot::rivals) return;
    const std::uint64_t few = plot_ == Plot::scattered ? draws_.below(3) : 1 + draws_.below(4);
    for (std::uint64_t i = 0; i < few; ++i) {
      SwarmStroke stroke;
      words_.choose_head();
      stroke.trap = words_.fill(draw_trigger().text);
      const auto when = draws_.below(20);
      if (when >= 6)
        stroke.after = words_.between(Duration{1000}, when < 10   ? Duration{milliseconds{1}}
                                                      : when < 13 ? kBlink
                                                      : when < 17 ? Duration{seconds{2}}
                                                                  : seconds{20});
      // Between two outputs of a core, and before an answer comes, power that fails is what hurts.
      if (when < 13 && draws_.chance(0.4)) {
        if (draws_.chance(0.5)) words_.turn_round();
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

  void draw_deed(SwarmStroke& stroke) {
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
      case MixNeed::store: return every_head([](const ha::Config& config) { return config.store; });
      case MixNeed::no_proof3: return every_head([](const ha::Config& config) { return !config.store; });
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

  void fill(SwarmStroke& stroke, const MixRow& row) {
    stroke.row = static_cast<std::uint16_t>(&row - mix().data());
    stroke.what = words_.fill(row.text);
    stroke.order = info(row.id).list == SentenceList::action;
    if (stroke.order || info(row.id).life == Life::once) return;
    if (draws_.chance(0.6)) {
      stroke.lasts = words_.between(kBlink, draws_.chance(0.5) ? Duration{seconds{20}} : Duration{minutes{3}});
    } else if (row.may_stay && draws_.chance(0.3)) {
      stroke.stays = leaves_a_way(row);
    }
  }

  /// Where every path stays cut, two heads that boot have no answer (docs/protocol.md §14).
  bool leaves_a_way(const MixRow& row) const {
    constexpr std::string_view kPath = "{path}";
    if (row.text.find(kPath) == std::string_view::npos) return true;
    const auto cuts = [&](const SwarmStroke& s) {
      return s.stays && s.row != SwarmStory::kNoRow && mix()[s.row].text.find(kPath) != std::string_view::npos;
    };
    return words_.count("path") > 1 && std::none_of(strokes_.begin(), strokes_.end(), cuts);
  }

  static const MixRow& row_of(std::string_view text) {
    return *std::find_if(mix().begin(), mix().end(), [&](const MixRow& row) { return row.text == text; });
  }

  void add_one_of(std::initializer_list<std::string_view> texts) {
    add(begin_, *(texts.begin() + draws_.below(texts.size())), false);
  }

  /// A deed of the plot: counted with the row of the same words, if there is one.
  void add(Duration at, std::string_view text, bool order) {
    SwarmStroke stroke;
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
  Duration begin_{};
  std::vector<SwarmStroke> strokes_;
};

}  // namespace

SwarmDraft draft_story(const SwarmCell& cell, Draws& draws, Duration longest) {
  return Drafter(cell, draws, longest).draft();
}

Duration swarm_grace(const WorldSpec& world) {
  const Settings& s = world.settings;
  return 2 * s.duration("init_dead") + s.duration("failover_max") + s.duration("mount_retry") + minutes{2};
}

Duration longest_boot(const WorldSpec& world) {
  Duration boot{0};
  for (const HeadSpec& head : world.heads) boot = std::max(boot, head.boot);
  return boot;
}

}  // namespace hasim
