// I6 commands_hold: an operator's command that was answered "done" holds, and one that was refused or failed changed
// nothing.
//
//   makeactive    done: the head owns what it was asked to, and each part came up since its start began. A part that is
//                 struck after it came up, also in the very instant of the answer, was no lie: nobody can know it yet.
//                 Refused: no role changed for it. Failed or cancelled: the grant that it asked for is never used
//   maintenance   done: it is on, or off, and stays so until the next order, over every restart; while it is on the
//                 head begins no claim and sends no OFF. Refused: it is as it was
//   standby       likewise; while it is on the head starts nothing
//   cancel        done: the command that it cancelled is no longer under way
//
// An accepted acknowledgement is judged by I2 (a word that nobody gave) and I7 (a word that nobody acts on).
#pragma once

#include "lang/breaches.h"
#include "lang/picture.h"

namespace hasim {

class CommandsHold {
 public:
  explicit CommandsHold(Breaches& breaches) : breaches_(breaches) {}
  static void want(Interest&);
  void reset(const WorldSpec&);
  /// The picture has the event applied.
  void see(const Event&, const Picture&);
  /// What was answered "done" must be true when everything of its instant happened.
  bool wants_settling() const { return !done_.empty(); }
  void settle(Time t, const Picture&);

 private:
  enum Mode : std::uint8_t { maintenance, standby };
  struct Head {
    Event asked{};                               ///< the last order
    bool amid_move = false;                      ///< … was given while a move was under way already, which goes on
    std::array<bool, 2> was{};                   ///< modes when it was given
    std::array<bool, 2> holds{};                 ///< modes that were answered "on"
    bool finishes = false;                       ///< maintenance came while a claim was under way: it may be finished
    ha::PerService<std::uint64_t> void_epoch{};  ///< what it asked for up to here was given up
    std::uint32_t given_up = 0;                  ///< by this event
  };
  void breaks(Time t, std::array<std::uint32_t, 2> facts, std::string message) {
    breaches_.add(6, t, facts, std::move(message));
  }
  void asked(const Event&, const Picture&);
  void replied(const Event&, const Picture&);
  void refused(const Event&, const Picture&, const Head&);
  void mode_changed(const Event&);
  void acts(const Event&, const Picture&, Head&);
  void note_parts(const Event&, const Picture&);
  bool serves(const Event& reply, const Picture&);
  bool overtaken(const Event& done) const;
  Head& head(ThingId id) { return heads_[spec_->things[id].index]; }
  const std::string& name(const Event& e) const { return spec_->name_of(e.who); }

  const WorldSpec* spec_ = nullptr;
  std::vector<Head> heads_;
  std::vector<HeadSet> came_up_;  ///< for each part: the heads on which it ran since their last start began
  std::vector<Event> done_;       ///< replies of this instant
  std::vector<Event> moves_;      ///< for each service: the last role change for an operator's order
  Breaches& breaches_;
};

}  // namespace hasim
