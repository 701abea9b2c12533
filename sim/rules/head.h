// What a head does under any of the modelled systems: it sends beats, it notes when it last heard its peer, it starts
// its resources in order and stops them in reverse. What to decide from that is in the file of each system.
#pragma once

#include "core/event.h"
#include "core/node.h"

namespace hasim::rules {

/// What the latest answer brought the resources to.
enum class Progress : std::uint8_t { none, started, stopped, stop_failed, restarted, restart_failed };

/// A plain value, as `ha::Node` is. None of these systems has epochs; the number that goes out with a start only counts
/// ownerships, so that the judge can name them. Silence is counted from the arrival of the last beat, whatever its age.
class Head {
 public:
  ha::Instant deadline() const { return due_; }
  ha::Status status() const;

 protected:
  /// Whether a stop that was not verified counts as a stop.
  enum class Stops : std::uint8_t { believed, verified };

  Head(const ha::Config&, const ha::Durable& survived, ha::Incarnation boot, Stops);

  /// Begins a step: the time, and the input as far as all systems treat it alike.
  Progress take(ha::Instant now, const ha::Input&, ha::Outputs&);
  /// Ends a step: a beat if one is due, and the next `Tick`, at the latest when the rules want to look again.
  void end(ha::Instant look_again, ha::Outputs&);

  const ha::Config& config() const { return config_; }
  ha::Instant now() const { return now_; }
  ha::Role role() const { return role_; }
  bool serves() const { return role_ == ha::Role::owner; }
  /// Not booting any more: what runs here is known.
  bool probed() const { return probed_; }
  const ha::Beat& peer() const { return peer_; }
  bool peer_heard() const { return view_ == ha::PeerView::alive || view_ == ha::PeerView::suspect; }
  bool peer_lost() const { return view_ == ha::PeerView::lost; }
  bool peer_serves() const;
  /// The peer said that it leaves, and nothing since.
  bool peer_left() const { return peer_.has(ha::kLeaving); }
  /// This head was the last owner, as far as it and the newest beat of its peer know; else it is the preferred one.
  bool was_last_owner() const;
  bool leaving() const { return leaving_; }

  ha::RequestId ask() { return ha::RequestId{next_id_++}; }
  void become(ha::Role, ha::Cause, ha::Outputs&);
  void report(const ha::Report&, ha::Outputs&);
  void alert(ha::Reason, ha::Outputs&);
  /// Says why the head does nothing; `none` ends it.
  void hold(ha::Reason, ha::Outputs&);
  void begin(ha::Operation, ha::Cause, ha::Outputs&);
  void finish(ha::Cause, ha::Outputs&);
  void fence_step(ha::FenceStep, ha::Reason, ha::Outputs&);

  /// Starts all resources in order, because of what the system takes for a proof.
  void start(ha::Proof, ha::Cause, ha::Outputs&);
  /// Stops all in reverse order.
  void stop(ha::Cause, ha::Outputs&);
  /// Starts a resource once more that has failed.
  void restart(std::uint8_t resource, ha::Outputs&);

  /// An operator's order is accepted; it is answered when the head serves. Refused while another one is under way.
  bool accept(const ha::Command&, ha::Outputs&);
  void answer(ha::Outcome, ha::Reason, ha::Outputs&);
  bool asked_by_operator() const { return command_ != ha::RequestId{}; }
  void ask_peer_to_hand_over(bool asks) { asks_ = asks; }
  bool peer_asks_for_handover() const { return peer_heard() && peer_.service[0].has(ha::kAsksHandover); }
  void leave(ha::Outputs&);
  /// Everything is stopped: a leaving head says its last words, another one goes on in that role.
  void stood_down(ha::Role goes_on_as, ha::Outputs&);
  /// Says nothing more, as a daemon that has ended.
  void fall_silent() { silent_ = true; }
  void speak_again() { silent_ = false; }
  bool silent() const { return silent_; }

  /// Notes durably that this head has been in the cluster, for systems that nobody joins by just booting.
  void note_member(ha::Outputs&);
  bool was_member() const { return survived_.disk.standby != 0; }
  /// Out of the cluster: it sends no beats. Who comes in listens anew.
  void stay_out() { out_ = true; }
  void come_in();
  bool stays_out() const { return out_; }

 private:
  void wake(ha::Outputs&);
  void hear(const ha::BeatReceived&);
  void watch_peer(ha::Outputs&);
  void found(std::uint32_t running, ha::Outputs&);
  Progress answered(const ha::ResourceAnswer&, ha::Outputs&);
  Progress start_next(ha::Outputs&);
  Progress stop_next(ha::Outputs&);
  void beat(ha::Outputs&);
  void say_left(ha::Outputs&);
  ha::Instant view_changes_at() const;
  void count_ownership();

  ha::Config config_;
  ha::Durable survived_;
  ha::Incarnation me_;
  ha::Instant now_ = ha::kLongAgo;
  ha::Instant due_ = ha::kNever;
  ha::Instant next_beat_at_ = ha::kLongAgo;
  ha::Instant silent_since_ = ha::kLongAgo;
  ha::Instant resources_until_ = ha::kNever;
  ha::Beat peer_;
  std::uint64_t next_id_ = 1;
  std::uint64_t seq_ = 0;
  ha::Epoch ownership_{};
  ha::RequestId asked_{};    ///< the start, stop or probe under way
  ha::RequestId command_{};  ///< the operator's order under way
  ha::PeerView view_ = ha::PeerView::unknown;
  ha::Role role_ = ha::Role::init;
  ha::Proof proof_ = ha::Proof::none;
  ha::Reason hold_ = ha::Reason::none;
  ha::Operation operation_ = ha::Operation::none;
  std::uint8_t at_ = 0;  ///< resource under way
  Stops stops_;
  bool awake_ = false;
  bool probed_ = false;
  bool heard_ = false;
  bool asks_ = false;
  bool leaving_ = false;
  bool silent_ = false;
  bool out_ = false;
};

}  // namespace hasim::rules
