// What is wrong with the parts of services and with their mounts, looked up when somebody asks.
#pragma once

#include <list>

#include "lang/ast.h"

namespace hasim::netns {

/// The thing at that place among those that a sentence names; kNoThing if it names fewer.
ThingId thing_at(const Sentence& sentence, std::size_t n);

/// Daemons and scripts; an address or a mount only asks the kernel.
bool is_program(ThingKind kind);

struct PartFault {
  SentenceId id{};
  ThingId of = kNoThing;    ///< a part, or the volume of a mount
  ThingId head = kNoThing;  ///< none: on every head
  int what = 0;             ///< of `(start / stop)` and the like, as they stand in the vocabulary
  Duration takes{0};        ///< 0: the sentence says no duration
};

class PartFaults {
 public:
  using Handle = std::list<PartFault>::iterator;
  Handle add(const Sentence& sentence);
  void remove(Handle fault) { faults_.erase(fault); }

  /// The newest that concerns that thing on that head; null: none. `what` -1: any.
  const PartFault* newest(SentenceId id, ThingId of, ThingId head, int what = -1) const;

 private:
  std::list<PartFault> faults_;
};

}  // namespace hasim::netns
