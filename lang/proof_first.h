// I2 proof_first: no start without proof that the peer has stopped (PROTOCOL §7).
//
//   - who begins to start took a proof for exactly this epoch of this service, in this start of its core; only what was
//     stopped on
//     purpose and granted to nobody is resumed without one
//   - P1 rests on a promise: the peer has promised at least that epoch
//   - P4 rests on a person: somebody acknowledged at this head, and was not refused
//   - what a proof says is true when it is used: nothing of the service is held by another machine with power. A proof
//     that was believed and false breaks I2 only then; the core may have been lied to without harm.
//
// The first three are asked of our core only; other systems have other proofs, or none.
#pragma once

#include "lang/breaches.h"
#include "lang/picture.h"
#include "lang/soundness.h"

namespace hasim {

class ProofFirst {
 public:
  explicit ProofFirst(Breaches& breaches) : breaches_(breaches) {}
  void reset(const WorldSpec&);
  /// The picture has the event applied.
  void see(const Event&, const Picture&, const Soundness&);

 private:
  struct Start {
    ha::Proof proof = ha::Proof::none;
    std::uint64_t epoch = 0;
    std::uint32_t taken = 0;  ///< event
  };
  struct Head {
    ha::PerService<Start> start{};
    bool vouched = false;  ///< an operator's acknowledgement was accepted
  };
  /// Other systems know other proofs: only what they start is judged.
  bool proves() const { return spec_->system == "hacore"; }
  void took(const Event&, const Picture&);
  void starts(const Event&, const Picture&);
  void started(const Event&, const Picture&);
  Head& head(ThingId id) { return heads_[static_cast<std::size_t>(head_of(id))]; }
  int head_of(ThingId id) const { return spec_->things[id].index; }
  const std::string& name(int head) const { return spec_->name_of(spec_->heads[static_cast<std::size_t>(head)].id); }

  const WorldSpec* spec_ = nullptr;
  std::vector<Head> heads_;
  Breaches& breaches_;
};

}  // namespace hasim
