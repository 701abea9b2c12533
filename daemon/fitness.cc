// Rounds of checks.
#include "daemon/fitness.h"

#include <algorithm>

namespace hacored {

FitnessRounds::FitnessRounds(boost::asio::io_context& io, std::vector<FitnessCheck> checks, std::function<bool()> owns,
                             Tell tell)
    : owns_{std::move(owns)}, tell_{std::move(tell)}, timer_{io} {
  for (FitnessCheck& check : checks) asked_.push_back({std::move(check), {}});
}

void FitnessRounds::start() {
  timer_.expires_after(ha::kChecksEvery);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    next_round();
    start();
  });
}

void FitnessRounds::next_round() {
  if (open_) judge();
  for (Asked& one : asked_) one.found.reset();
  open_ = true;
  for (Asked& one : asked_) {
    if (!one.waits) ask(one);
  }
}

void FitnessRounds::ask(Asked& one) {
  one.waits = true;
  one.check.look([this, &one](const ha::Fitness& found) {
    one.waits = false;
    one.found = found;
    const bool all = std::all_of(asked_.begin(), asked_.end(), [](const Asked& each) { return each.found; });
    if (open_ && all) judge();
  });
}

void FitnessRounds::judge() {
  open_ = false;
  ha::Fitness worst;
  for (const Asked& one : asked_) worst = graver(worst, one.found.value_or(one.check.silent));
  if (agreement_.take(worst, looks_for(worst, owns_()))) tell_(worst);
}

}  // namespace hacored
