// Faults, actions, healing and notes, with the choices of one seed.
#include "lang/deeds.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "lang/healing.h"

namespace hasim {

namespace {

/// Streams of one line: instants have keys of their own, so that a new number in a sentence shifts no instant.
constexpr std::uint64_t kInstants = 1, kSentences = 2, kClaims = 3;

int line_of(const Stimulus& stimulus, const Line& line) {
  return stimulus.place.line != 0 ? stimulus.place.line : line.number;
}

constexpr std::uint32_t kAction = std::numeric_limits<std::uint32_t>::max();  ///< no fault has that number

/// Drawn times are fine: "115.88963462s" reads better than so many ns.
std::string exact_seconds(std::int64_t ns) {
  std::string text = fmt::format("{:.9f}", static_cast<double>(ns) / 1e9);
  text.resize(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + "s";
}

/// A stimulus without its verb: "head1 hangs" of "fault head1 hangs".
std::string without_verb(const std::string& text) {
  for (const std::string_view verb : {"fault ", "do "}) {
    if (text.starts_with(verb)) return text.substr(text.find_first_not_of(' ', verb.size()));
  }
  return text;
}

std::string show(Slot slot, std::int64_t n) {
  switch (slot) {
    case Slot::DUR:
    case Slot::SIGNED: return exact_seconds(n);
    case Slot::PCT: {
      std::string text = std::to_string(n / 100);
      if (n % 100 != 0) text += "." + std::to_string(n % 100 + 100).substr(1);
      return text + "%";
    }
    case Slot::PPM: return std::to_string(n) + "ppm";
    case Slot::SIZE: return std::to_string(n) + "B";
    case Slot::RATE: return std::to_string(n) + "bit";
    default: return std::to_string(n);
  }
}

/// Puts a drawn value in the place of the next "any 1s..3s".
void put_in(std::string& text, std::size_t& from, const std::string& value) {
  for (std::size_t at = text.find("any ", from); at != std::string::npos; at = text.find("any ", at + 1)) {
    const std::size_t word = at + 4;
    const std::size_t end = std::min(text.find_first_of(" ,]", word), text.size());
    if (text.substr(word, end - word).find("..") == std::string::npos) continue;
    text.replace(at, end - at, value);
    from = at + value.size();
    return;
  }
}

}  // namespace

void Deeds::reset(Program& program, std::uint64_t seed, RunResult& result) {
  program_ = &program;
  seed_ = seed;
  result_ = &result;
  faults_ = 0;
  in_force_.clear();
  done_.clear();
  numbers_.clear();
}

Duration Deeds::draw_offset(std::size_t line, std::uint32_t place, std::uint32_t occurrence, Duration from,
                            Duration to) const {
  if (from == to) return from;
  Draws draws(seed_, stream_key(program_->script().lines[line].source_key, kInstants, place, occurrence));
  return Duration{draws.ends_often(from.count(), to.count())};
}

std::size_t Deeds::draw_choice(std::size_t line, std::uint32_t place, std::size_t n) const {
  if (n < 2) return 0;
  return Draws(seed_, stream_key(program_->script().lines[line].source_key, kClaims, place)).below(n);
}

std::optional<Deeds::Healing> Deeds::carry_out(std::size_t line, std::size_t at, std::uint32_t occurrence,
                                               const Scene& scene) {
  const Line& where = program_->script().lines[line];
  const Stimulus& stimulus = where.stimuli[at];
  StimulusPlan& plan = program_->plan(line).stimuli[at];
  Draws draws(seed_, stream_key(where.source_key, kSentences, at, occurrence));
  if (stimulus.probability && !draws.chance(*stimulus.probability)) return std::nullopt;
  Done done{line, at, 0, numbers_.size(), 0, {}};
  result_->injected.push_back({line_of(stimulus, where), scene.world.now(), {}, false});
  const std::uint32_t first = faults_ + 1;
  switch (stimulus.verb) {
    case StimulusVerb::note: {
      Event note;
      note.kind = EventKind::noted;
      note.t = scene.world.now();
      note.line = static_cast<std::uint16_t>(line_of(stimulus, where));
      scene.world.emit(note, scene.observer);
      break;
    }
    case StimulusVerb::heal: heal_matching(stimulus, scene); break;
    case StimulusVerb::fault:
    case StimulusVerb::action:
      done.alternative = draws.below(plan.size());
      perform(stimulus, done.alternative, plan[done.alternative], draws, scene);
      break;
  }
  std::optional<Healing> healing;
  if (stimulus.lasts) {
    done.lasts = draws.ends_often(stimulus.lasts->lo, stimulus.lasts->hi);
    healing = Healing{scene.world.now() + Duration{*done.lasts}, first, faults_};
  }
  done.numbers = numbers_.size() - done.first_number;
  done_.push_back(done);
  return healing;
}

void Deeds::perform(const Stimulus& stimulus, std::size_t alternative, std::vector<DeedPlan>& plans, Draws& draws,
                    const Scene& scene) {
  for (std::size_t i = 0; i < plans.size(); ++i) {
    Sentence& sentence = plans[i].sentence;
    const Sentence& written = stimulus.alternatives[alternative][i];
    for (std::size_t k = 0; k < sentence.values.size(); ++k) {
      const Range& range = written.values[k].number;
      if (!range.drawn()) continue;
      const std::int64_t number = draws.ends_often(range.lo, range.hi);
      sentence.values[k].number = {number, number};
      if (i == 0) numbers_.push_back({written.values[k].slot, number});
    }
    if (stimulus.verb == StimulusVerb::fault) {
      fault(plans[i], scene);
    } else {
      action(plans[i], scene);
    }
  }
}

void Deeds::fault(const DeedPlan& plan, const Scene& scene) {
  const std::uint32_t number = ++faults_;
  if (info(plan.sentence.id).life != Life::once) {
    in_force_.push_back({number, &plan.sentence, result_->injected.size() - 1});
  }
  excuse(plan.excuse, number, scene);
  scene.world.inject({&plan.sentence, line_of_deed(), number}, scene.observer);
}

void Deeds::action(const DeedPlan& plan, const Scene& scene) {
  excuse(plan.excuse, kAction, scene);
  scene.world.act({&plan.sentence, line_of_deed(), 0}, scene.observer);
}

void Deeds::excuse(const Excuse& excuse, std::uint32_t number, const Scene& scene) {
  if (excuse.lasts == Excuse::Lasts::not_at_all) return;
  scene.invariants.fault_begins(number, excuse, scene.world.now(), scene.picture);
}

void Deeds::heal_matching(const Stimulus& stimulus, const Scene& scene) {
  for (const Fault& fault : in_force_) {
    if (heals(program_->world(), stimulus, *fault.sentence)) end(fault, scene);
  }
  std::erase_if(in_force_, [&](const Fault& fault) { return heals(program_->world(), stimulus, *fault.sentence); });
}

void Deeds::heal(const Healing& healing, const Scene& scene) {
  const auto meant = [&](const Fault& fault) { return fault.number >= healing.first && fault.number <= healing.last; };
  for (const Fault& fault : in_force_) {
    if (meant(fault)) end(fault, scene);
  }
  std::erase_if(in_force_, meant);
}

void Deeds::end(const Fault& fault, const Scene& scene) {
  scene.world.heal(fault.number, scene.observer);
  scene.invariants.fault_ends(fault.number, scene.world.now(), scene.picture);
  result_->injected[fault.injected].healed = true;
}

void Deeds::tell() const {
  for (std::size_t i = 0; i < done_.size(); ++i) result_->injected[i].text = text_of(done_[i]);
}

std::string Deeds::text_of(const Done& done) const {
  const Stimulus& stimulus = program_->script().lines[done.line].stimuli[done.stimulus];
  std::string text = stimulus.verb == StimulusVerb::note ? stimulus.note : without_verb(stimulus.text);
  if (stimulus.alternatives.size() > 1) {
    text.clear();
    for (const Sentence& sentence : stimulus.alternatives[done.alternative])
      text += (text.empty() ? "" : ", ") + sentence.text;
    if (done.lasts) text += " for " + exact_seconds(*done.lasts);
  }
  std::size_t from = 0;
  for (std::size_t i = 0; i < done.numbers; ++i) {
    const Number& number = numbers_[done.first_number + i];
    put_in(text, from, show(number.slot, number.value));
  }
  if (done.lasts) put_in(text, from, exact_seconds(*done.lasts));
  return text;
}

}  // namespace hasim
