// A world that plays a list of events: what the judge is tested with.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "core/event.h"
#include "lang/parse.h"
#include "lang/recorder.h"
#include "lang/run.h"

namespace hasim::test {

using namespace std::chrono_literals;

/// The script of a scenario in the world `pair` (head1, head2, service main with main.vip, home, main.spool).
inline Scenario scenario(const std::string& body, const std::string& headers = "") {
  const std::string text = "scenario \"a test\"\nsource \"test\"\ntags test\nworld pair\n" + headers + "\n\n" + body;
  Parsed parsed = parse_scenario(text, "test.scn", SearchPath{{HASIM_SOURCE_DIR "/scenarios/worlds"}});
  if (const auto* diagnostic = std::get_if<Diagnostic>(&parsed)) {
    ADD_FAILURE() << diagnostic->show();
    return {};
  }
  return std::get<Scenario>(parsed);
}

/// The line of `body` (from 0) in the file that `scenario` makes of it.
inline int line_number(int body_line) { return 7 + body_line; }

class FakeWorld : public World {
 public:
  explicit FakeWorld(std::shared_ptr<const WorldSpec> spec) : spec_(std::move(spec)) {}

  // What happens: events in the order of their times, and of their planning at one time.
  Event& plan(Duration t, EventKind kind, const std::string& who, const std::string& with = "", int x = 0, int y = 0,
              std::uint64_t value = 0) {
    Event e;
    e.t = t;
    e.kind = kind;
    e.who = spec_->find(who);
    e.with = with.empty() ? kNoThing : spec_->find(with);
    e.x = static_cast<std::uint8_t>(x);
    e.y = static_cast<std::uint8_t>(y);
    e.value = value;
    EXPECT_NE(e.who, kNoThing) << who;
    planned_.push_back(e);
    return planned_.back();
  }
  /// The head gets power and its core joins.
  void boots(Duration t, const std::string& head) {
    plan(t, EventKind::power, head, "", 1);
    plan(t, EventKind::boots, head);
    plan(t, EventKind::up, head, "", 1);
    plan(t, EventKind::core_runs, head, "", 1);
  }
  void role(Duration t, const std::string& head, ha::Role to, std::uint64_t epoch = 0,
            ha::Cause cause = ha::Cause::boot) {
    plan(t, EventKind::role, head, "", 0, static_cast<int>(to), epoch).cause = cause;
  }
  /// The head runs all parts of main; why it may is said by `proof`, or nobody asks.
  void serves(Duration t, const std::string& head, std::uint64_t epoch) {
    role(t, head, ha::Role::starting, epoch, ha::Cause::resumed);
    plan(t, EventKind::address_up, "main.vip", head, 1);
    plan(t, EventKind::mounted, "home", head, 1);
    plan(t, EventKind::may_write, "home", head, 1, 0, epoch);
    plan(t, EventKind::part_runs, "main.spool", head, 1);
    plan(t, EventKind::answered, "main.vip", "", 0, 0, head == "head1" ? 1 : 2);
    role(t, head, ha::Role::owner, epoch, ha::Cause::started);
  }
  void stops(Duration t, const std::string& head, ha::Cause cause = ha::Cause::handover) {
    role(t, head, ha::Role::stopping, 0, cause);
    plan(t, EventKind::part_runs, "main.spool", head, 0);
    plan(t, EventKind::may_write, "home", head, 0);
    plan(t, EventKind::mounted, "home", head, 0);
    plan(t, EventKind::address_up, "main.vip", head, 0);
    role(t, head, ha::Role::passive, 0, ha::Cause::handed_over);
  }
  void loses_power(Duration t, const std::string& head) { plan(t, EventKind::power, head, "", 0); }
  void proof(Duration t, const std::string& head, ha::Proof proof, std::uint64_t epoch) {
    const std::string peer = head == "head1" ? "head2" : "head1";
    if (proof == ha::Proof::peer_passive) plan(t, EventKind::promise, peer, "", 0, 0, epoch);
    if (proof == ha::Proof::operator_word) {
      plan(t, EventKind::reply, head, "", static_cast<int>(ha::CommandKind::acknowledge),
           static_cast<int>(ha::Outcome::unknown), 1);
    }
    plan(t, EventKind::proof, head, "", static_cast<int>(proof), 1, epoch);
  }
  /// head1 serves, head2 is passive, long before instant 0.
  void settled() {
    boots(-60s, "head1");
    serves(-50s, "head1", 2);
    boots(-40s, "head2");
    role(-30s, "head2", ha::Role::passive);
    plan(-30s, EventKind::armed, "head2", "", 1);
  }

  // World
  std::optional<std::string> cannot_run(const WorldSpec&) const override { return std::nullopt; }
  std::optional<std::string> cannot(const Sentence& sentence, const WorldSpec&) const override {
    if (!unable.empty() && sentence.text == unable) return "this world cannot \"" + unable + "\"";
    return std::nullopt;
  }
  void reset(const Setup& setup) override {
    setup_ = setup;
    recorder_.reset(setup.recording);
    std::stable_sort(planned_.begin(), planned_.end(), [](const Event& a, const Event& b) { return a.t < b.t; });
    next_ = 0;
    now_ = -1min;
    deeds.clear();
  }
  void interest(const Interest& interest) override { recorder_.interest(interest); }
  bool settle(Observer& observer) override {
    while (next_ < planned_.size() && planned_[next_].t < Time{0}) play(observer);
    now_ = Time{0};
    return settles;
  }
  std::string why_not_settled() const override { return "head1 does not come up"; }
  Time advance(Time until, Observer& observer) override {
    ++advances;
    EXPECT_LT(until, Time{24h}) << "nothing would ever stop this run";
    while (next_ < planned_.size() && planned_[next_].t < until) {
      now_ = planned_[next_].t;
      if (play(observer)) return now_;
    }
    return now_ = until;
  }
  Time now() const override { return now_; }
  void inject(const Deed& fault, Observer& observer) override { deed("fault", EventKind::fault, fault, observer); }
  void act(const Deed& action, Observer& observer) override { deed("do", EventKind::action, action, observer); }
  void heal(std::uint32_t number, Observer& observer) override {
    deeds.push_back(at_now("heal " + std::to_string(number)));
    Event e;
    e.t = now_;
    e.kind = EventKind::healed;
    e.who = spec_->heads[0].id;
    e.value = number;
    recorder_.add(e, observer);
  }
  const Event& emit(Event e, Observer& observer) override {
    e.t = now_;
    recorder_.add(e, observer);
    emitted_ = e;
    return emitted_;
  }
  std::uint64_t hash() const override { return recorder_.hash(); }
  std::uint64_t events_count() const override { return recorder_.count(); }
  const std::vector<Event>& recorded() const override { return recorder_.recorded(); }
  Duration tolerance() const override { return blur; }
  std::string_view name() const override { return "fake"; }
  std::string core_digest() const override { return "none"; }

  /// What was done, as "60.000 fault head1 hangs".
  std::vector<std::string> deeds;
  std::string unable;
  bool settles = true;
  int advances = 0;
  Duration blur{0};

 private:
  std::string at_now(const std::string& what) const {
    const auto ms = now_.count() / 1'000'000;
    const std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
    return std::to_string(ms / 1000) + "." + fraction + " " + what;
  }
  void deed(const std::string& verb, EventKind kind, const Deed& deed, Observer& observer) {
    deeds.push_back(at_now(verb + " " + deed.sentence->text));
    Event e;
    e.t = now_;
    e.kind = kind;
    e.who = deed.sentence->values.front().things.empty() ? kNoThing : deed.sentence->values.front().things.front();
    e.line = deed.line;
    e.value = deed.number;
    recorder_.add(e, observer);
    // What follows at once: the machine that the sentence names loses power.
    if (deed.sentence->id == SentenceId::fault_head_lose_power) {
      Event off = e;
      off.kind = EventKind::power;
      off.x = 0;
      recorder_.add(off, observer);
    }
  }
  bool play(Observer& observer) {
    Event e = planned_[next_++];
    return recorder_.add(e, observer);
  }

  std::shared_ptr<const WorldSpec> spec_;
  std::vector<Event> planned_;
  std::size_t next_ = 0;
  Time now_{};
  Setup setup_;
  Recorder recorder_;
  Event emitted_;
};

/// One scenario in one fake world.
struct Stage {
  explicit Stage(const std::string& body, const std::string& headers = "")
      : story(scenario(body, headers)), world(story.cases.at(0).world), runner(world) {
    world.settled();
  }
  const RunResult& run(std::uint64_t seed = 1, bool keep_going = false, int step = 0) {
    return runner.run(story.cases.at(0), seed,
                      {.keep_going = keep_going, .recording = Recording::decisions, .step = step});
  }
  /// The message of the only thing broken; "holds" if nothing is.
  std::string verdict() {
    const RunResult& result = run();
    if (!result.failed_to_start.empty()) return result.failed_to_start;
    return result.holds ? "holds" : result.broken.front().message;
  }

  Scenario story;
  FakeWorld world;
  Runner runner;
};

}  // namespace hasim::test
