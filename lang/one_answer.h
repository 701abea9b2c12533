// I4 one_answer: within 2 s after a change, each virtual address is answered by exactly its owner, of both families,
// and all addresses of a service by one head.
//
// Two machines that answer for one service are wrong whoever owns it, and nothing excuses it but hands on the machines
// themselves. That its one owner answers is demanded only while the world around it is sound. Clients learn an address
// by announcements alone, and nobody tells an owner which of them were lost: when a fault ends after the owner came up,
// the clients are only sure to hear the next announcement, and that comes within `reannounce_every`.
#pragma once

#include "lang/breaches.h"
#include "lang/picture.h"
#include "lang/soundness.h"

namespace hasim {

class OneAnswer {
 public:
  explicit OneAnswer(Breaches& breaches) : breaches_(breaches) {}
  void reset(const WorldSpec&);
  /// Looks at what the addresses do now. Returns when it will have lasted too long: kNever if nothing is wrong.
  Time watch(Time t, std::uint32_t event, const Picture&, const Soundness&);
  /// Nothing changed until t: what lasted too long by then is broken. Returns when to look again.
  Time overdue(Time t, const Picture&);

 private:
  struct Since {
    Time t = Time::max();
    std::uint32_t event = 0;
    Duration within{};  ///< how long it may last
    bool over(Time now) const { return t != Time::max() && now > t + within; }
  };
  struct Address {
    std::size_t part = 0;   ///< index
    bool faultless = true;  ///< the world around its owner, when that was last looked at
    Time heard_again{0};    ///< by then the clients have heard its owner again after a fault that kept them from it
    Since wrong;
  };
  static void note(Since&, bool wrong, bool anew, const Since& from_now);
  void watch(Address&, Time t, std::uint32_t event, const Picture&, const Soundness&);
  bool answered_wrong(std::size_t part, const Picture&) const;
  bool will_announce(std::size_t part, const Picture&) const;
  ThingId peer_of_owner(std::size_t part, const Picture&) const;
  HeadSet answering(std::size_t service, const Picture&) const;
  Time due() const;
  int index(ThingId id) const { return spec_->things[id].index; }
  const std::string& name(int head) const { return spec_->name_of(spec_->heads[static_cast<std::size_t>(head)].id); }

  const WorldSpec* spec_ = nullptr;
  Duration reannounce_every_{};
  std::vector<Address> addresses_;
  std::vector<Since> twice_;                          ///< for each service
  std::vector<std::vector<std::size_t>> of_service_;  ///< addresses of each service
  Breaches& breaches_;
};

}  // namespace hasim
