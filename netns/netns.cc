// The port: a world whose time passes by itself.
#include "netns/netns.h"

#include <memory>

#include "core/journal.h"
#include "netns/clock.h"
#include "netns/failure.h"
#include "netns/house.h"
#include "netns/limits.h"

namespace hasim {

namespace {

using netns::boottime;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kTolerance = milliseconds{20};
constexpr Duration kSettlesWithin = std::chrono::minutes{3};
constexpr Duration kQuiet = milliseconds{100};  ///< a settled world is looked at again after that long

class Netns final : public World {
 public:
  Netns() = default;
  /// The newest house is not taken down: it ends with the namespaces of the run, which is quicker.
  ~Netns() override { (void)house_.release(); }
  Netns(const Netns&) = delete;
  Netns& operator=(const Netns&) = delete;
  std::optional<std::string> cannot(const Sentence& sentence, const WorldSpec& spec) const override {
    return netns::cannot(sentence, spec);
  }
  std::optional<std::string> cannot_run(const WorldSpec& spec) const override { return netns::cannot_build(spec); }
  void reset(const Setup& setup) override;
  void interest(const Interest& interest) override { stream_.interest(interest); }
  bool settle(Observer& observer) override;
  std::string why_not_settled() const override { return complaint_; }
  Time advance(Time until, Observer& observer) override;
  Time now() const override { return now_; }
  void inject(const Deed& fault, Observer& observer) override;
  void act(const Deed& action, Observer& observer) override;
  void heal(std::uint32_t fault_number, Observer& observer) override;
  const Event& emit(Event event, Observer& observer) override;
  std::uint64_t hash() const override { return stream_.recorder().hash(); }
  std::uint64_t events_count() const override { return stream_.recorder().count(); }
  const std::vector<Event>& recorded() const override { return stream_.recorder().recorded(); }
  Duration tolerance() const override { return kTolerance; }
  std::string_view name() const override { return "netns"; }
  std::string core_digest() const override { return std::string{ha::digest()}; }

 private:
  netns::House& house();

  netns::Stream stream_;
  Setup setup_;
  std::unique_ptr<netns::House> house_;
  std::string complaint_;
  Time now_{0};  ///< of the run: what happened before was told
};

void Netns::reset(const Setup& setup) {
  house_.reset();
  setup_ = setup;
  complaint_.clear();
  stream_.reset(setup.recording);
  now_ = Time{0};
}

netns::House& Netns::house() {
  if (!house_) house_ = std::make_unique<netns::House>(setup_.spec, setup_.seed, stream_);
  return *house_;
}

bool Netns::settle(Observer& observer) {
  if (setup_.cold) {
    stream_.begin(boottime(), observer);
    house();
    return true;
  }
  house().power_up();
  const Time limit = boottime() + kSettlesWithin;
  for (Time quiet_since = Time::max(); boottime() < limit;) {
    house().live(boottime() + milliseconds{10});
    complaint_ = house().unsettled();
    if (!complaint_.empty())
      quiet_since = Time::max();
    else if (quiet_since == Time::max())
      quiet_since = boottime();
    else if (boottime() - quiet_since > kQuiet)
      break;
  }
  stream_.begin(boottime(), observer);
  return complaint_.empty();
}

Time Netns::advance(Time until, Observer& observer) {
  const Time real = until > Time::max() - stream_.zero() ? Time::max() : until + stream_.zero();
  for (;;) {
    if (stream_.show(std::min(real, house().looked()), observer)) return now_ = stream_.newest();
    if (house().looked() >= real) return now_ = until;
    house().live(real);
  }
}

void Netns::inject(const Deed& fault, Observer& observer) {
  Event event;
  event.kind = EventKind::fault;
  event.value = fault.number;
  event.line = fault.line;
  for (const Value& slot : fault.sentence->values)
    if (!slot.things.empty() && event.who == kNoThing) event.who = slot.things.front();
  if (stream_.begun()) stream_.tell(now_ + stream_.zero(), event, observer);
  house().inject(fault);
}

void Netns::act(const Deed& action, Observer& observer) {
  const std::vector<Event> told = house().events_of(*action.sentence);
  for (Event event : told) {
    event.line = action.line;
    stream_.tell(now_ + stream_.zero(), event, observer);
  }
  house().act(*action.sentence, told);
}

void Netns::heal(std::uint32_t fault_number, Observer&) { house().heal(fault_number); }

const Event& Netns::emit(Event event, Observer& observer) {
  return stream_.tell(now_ + stream_.zero(), event, observer);
}

}  // namespace

std::unique_ptr<World> make_netns() { return std::make_unique<Netns>(); }

}  // namespace hasim
