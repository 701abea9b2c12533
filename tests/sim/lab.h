// A simulated world for tests: sentences of the language go in, events come out.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "core/event.h"
#include "lang/parse.h"
#include "sim/simulator.h"

namespace hasim {

using namespace std::chrono_literals;

class Lab : public Observer {
 public:
  explicit Lab(std::string world = "pair", std::string settings = "")
      : world_{std::move(world)}, settings_{std::move(settings)} {
    spec_ = script("note    \"a world\"").world;
    sim_ = make_simulator();
    for (int k = 0; k < kEventKinds; ++k) interest_.want(static_cast<EventKind>(k));
    unsee(EventKind::step);
    unsee(EventKind::about_to_write);
    unsee(EventKind::rejected);
  }

  void see(EventKind kind) { interest_.want(kind); }
  void unsee(EventKind kind) { interest_.wants[static_cast<std::size_t>(kind)] = false; }

  void reset(std::uint64_t seed = 1, bool cold = false) {
    seen_.clear();
    faults_ = 0;
    sim_->interest(interest_);
    sim_->reset({.spec = spec_, .seed = seed, .cold = cold, .recording = Recording::none});
  }
  void settle(std::uint64_t seed = 1) {
    reset(seed);
    ASSERT_TRUE(sim_->settle(*this)) << sim_->why_not_settled();
  }

  const Sentence& sentence(const std::string& verb_and_words) {
    return script(verb_and_words).lines[1].stimuli[0].alternatives[0][0];
  }
  std::uint32_t fault(const Sentence& sentence) {
    sim_->inject({.sentence = &sentence, .line = 1, .number = ++faults_}, *this);
    return faults_;
  }
  std::uint32_t fault(const std::string& words) { return fault(sentence("fault   " + words)); }
  void heal(std::uint32_t number) { sim_->heal(number, *this); }
  void act(const Sentence& sentence) { sim_->act({.sentence = &sentence, .line = 1, .number = 0}, *this); }
  void act(const std::string& words) { act(sentence("do      " + words)); }
  std::optional<std::string> cannot(const std::string& words) {
    return sim_->cannot(sentence("fault   " + words), *spec_);
  }

  void run(Duration span) {
    const Time until = sim_->now() + span;
    while (sim_->advance(until, *this) < until) {}
  }
  /// Runs until an event for which `stop` is true; false if none comes within `span`.
  bool run_to(Duration span, std::function<bool(const Event&)> stop) {
    stop_ = std::move(stop);
    stopped_ = false;
    const Time until = sim_->now() + span;
    while (!stopped_ && sim_->advance(until, *this) < until) {}
    stop_ = nullptr;
    return stopped_;
  }

  bool on_event(const Event& e) override {
    seen_.push_back(e);
    const bool stop = stop_ && stop_(e);
    stopped_ = stopped_ || stop;
    return stop;
  }

  ThingId id(const std::string& name) const { return spec_->find(name); }
  World& sim() { return *sim_; }
  const std::vector<Event>& seen() const { return seen_; }

  std::vector<Event> all(EventKind kind, const std::string& who) const {
    std::vector<Event> found;
    for (const Event& e : seen_) {
      if (e.kind == kind && e.who == id(who)) found.push_back(e);
    }
    return found;
  }
  int count(EventKind kind, const std::string& who, int x = -1) const {
    int n = 0;
    for (const Event& e : all(kind, who)) n += x < 0 || e.x == x ? 1 : 0;
    return n;
  }
  /// The newest such event; fails the test if there is none.
  Event last(EventKind kind, const std::string& who) const {
    const std::vector<Event> found = all(kind, who);
    EXPECT_FALSE(found.empty()) << to_string(kind) << " of " << who;
    return found.empty() ? Event{} : found.back();
  }
  ha::Role role(const std::string& head) const { return static_cast<ha::Role>(last(EventKind::role, head).y); }
  /// … for one of several services of its cell.
  ha::Role role(const std::string& head, const std::string& service) const {
    ha::Role newest = ha::Role::init;
    for (const Event& e : all(EventKind::role, head)) {
      if (e.with == id(service)) newest = static_cast<ha::Role>(e.y);
    }
    return newest;
  }

 private:
  const Script& script(const std::string& line) {
    const std::string text = "scenario \"s\"\nsource   \"test\"\nworld    " + world_ + "\n" + settings_ +
                             "\n  start\n  +1s  " + line + "\n  +1s..+2s  expect  heads on\n";
    Parsed parsed = parse_scenario(text, "s.scn", SearchPath{{HASIM_SOURCE_DIR "/scenarios/worlds"}});
    if (const auto* problem = std::get_if<Diagnostic>(&parsed)) throw std::runtime_error(problem->show());
    scenarios_.push_back(std::make_unique<Scenario>(std::move(std::get<Scenario>(parsed))));
    return scenarios_.back()->cases.at(0);
  }

  std::string world_;
  std::string settings_;
  std::vector<std::unique_ptr<Scenario>> scenarios_;
  std::shared_ptr<const WorldSpec> spec_;
  std::unique_ptr<World> sim_;
  Interest interest_;
  std::vector<Event> seen_;
  std::function<bool(const Event&)> stop_;
  bool stopped_ = false;
  std::uint32_t faults_ = 0;
};

}  // namespace hasim
