// A switch of our own for networks that lose, delay or twist frames. It takes a network over when the first such fault
// begins: from then on the ports of the heads forward nothing in the kernel's bridge, and a thread carries every frame
// between their cables, and between them and the bridge, where all others stay (servers, clients, BMCs).
#pragma once

#include <map>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

#include "netns/cables.h"
#include "netns/lines.h"
#include "netns/plan.h"

namespace hasim::netns {

class Wires {
 public:
  Wires(const Plan& plan, Cables& switches);
  ~Wires();
  Wires(const Wires&) = delete;
  Wires& operator=(const Wires&) = delete;

  bool has(ThingId network) const;
  /// Takes the network over. The cables of its heads are plugged in afterwards. Throws `Failure`.
  void take(ThingId network);
  /// The cable of that head, which is there, is plugged in here; out: nothing goes in or out of it any more.
  void plug(ThingId head, ThingId network);
  void unplug(ThingId head, ThingId network);

  /// In force when it returns. Returns its number.
  std::uint32_t begin(LineFault fault);
  /// Frames that it held are sent.
  void end(std::uint32_t number);

 private:
  struct Port {
    ThingId network = kNoThing;
    ThingId head = kNoThing;  ///< kNoThing: the bridge, and all behind it
    Mac mac{};
    Descriptor socket;
  };
  struct Parcel {
    Time due{0};
    std::uint64_t number = 0;  ///< those of one instant go in the order in which they came
    ThingId network = kNoThing, head = kNoThing;
    std::vector<std::uint8_t> bytes;  ///< behind the kernel's word about its checksum
    bool operator<(const Parcel& other) const { return std::tie(other.due, other.number) < std::tie(due, number); }
  };
  using Bytes = std::span<std::uint8_t>;

  void run();
  void carry(const Port& port, Bytes bytes);
  void forward(const Port& in, const Port& out, const Frame& frame, Bytes bytes);
  void send_due();
  static void send(const Port& port, std::span<const std::uint8_t> bytes);
  Port* port(ThingId network, ThingId head);
  ThingId place(ThingId network, std::uint32_t address) const;
  Port open(ThingId network, ThingId head, const std::string& interface) const;
  void wake() const;

  const Plan& plan_;
  Cables& switches_;
  mutable std::mutex mutex_;  ///< of all below
  std::vector<ThingId> taken_;
  std::vector<Port> ports_;
  Lines lines_;
  std::priority_queue<Parcel> late_;
  std::map<std::uint32_t, std::vector<Parcel>> held_;  ///< by the fault that holds them
  std::uint64_t parcels_ = 0;
  bool ends_ = false;
  Descriptor bell_;                   ///< rung when something changed
  std::vector<std::uint8_t> buffer_;  ///< of the thread
  std::thread thread_;
};

}  // namespace hasim::netns
