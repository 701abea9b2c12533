// Which steps belong to an operation.
#include "lang/step_list.h"

#include "lang/steps.h"

namespace hasim {

void StepList::reset() {
  texts_ = nullptr;
  last_ = {};
}

void StepList::begin(const Sentence& operation, const WorldSpec& spec, std::vector<std::string>& texts) {
  spec_ = &spec;
  texts_ = &texts;
  ThingId head = kNoThing;
  for (const Value& value : operation.values) {
    if (value.slot == Slot::HEAD && !value.things.empty()) head = value.things.front();
  }
  switch (operation.id) {
    case SentenceId::op_handover_on_head: operation_ = ha::Operation::handover; break;
    case SentenceId::op_takeover_on_head: operation_ = ha::Operation::takeover; break;
    case SentenceId::op_fencing_of_head:
      operation_ = ha::Operation::fencing;
      head = spec.peer_of(head);  // it is the peer that takes the steps
      break;
    case SentenceId::op_boot_of_head: operation_ = ha::Operation::boot; break;
    case SentenceId::op_start_stop_of_service_on_head:
      operation_ = operation.picks.front() == 0 ? ha::Operation::start : ha::Operation::stop;
      break;
    default: operation_ = ha::Operation::rejoin; break;
  }
  head_ = head == kNoThing ? -1 : spec.things[head].index;
}

bool StepList::add(const Event& step) {
  if (!counts() || step.x != static_cast<std::uint8_t>(operation_)) return false;
  if (head_ >= 0 && spec_->things[step.who].index != head_) return false;
  texts_->push_back(step_text(*spec_, step));
  last_ = step.t;
  return true;
}

bool StepList::is_quiet(const Picture& picture) const {
  if (!counts() || texts_->empty()) return false;
  for (int i = 0; i < picture.heads(); ++i) {
    if ((head_ < 0 || head_ == i) && picture.head(i).does(operation_)) return false;
  }
  return true;
}

}  // namespace hasim
