// Packet sockets on the harness's end of each cable. A frame comes with the kernel's word about its checksum, which it
// often has not computed yet, and goes on with it (PACKET_VNET_HDR).
#include "netns/wires.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>

#include <fmt/format.h>

#include "netns/clock.h"
#include "netns/failure.h"
#include "netns/plan.h"

namespace hasim::netns {
namespace {

constexpr std::size_t kWord = 10;  ///< before each frame: virtio_net_hdr; zeros: all is as it should be
constexpr std::size_t kLongest = 65'536 + 64;

std::string inner(ThingId network) { return fmt::format("wire{}", network); }
std::string outer(ThingId network) { return fmt::format("bend{}", network); }

Mac mac_of(const std::string& text) {
  Mac mac{};
  for (std::size_t i = 0; i < mac.size(); ++i)
    mac[i] = static_cast<std::uint8_t>(std::stoi(text.substr(3 * i, 2), nullptr, 16));
  return mac;
}

bool joined(const std::vector<ThingId>& networks, ThingId network) {
  return std::find(networks.begin(), networks.end(), network) != networks.end();
}

}  // namespace

Wires::Wires(const Plan& plan, Cables& switches)
    : plan_(plan), switches_(switches), bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), buffer_(kWord + kLongest) {
  fail_if(!bell_, "eventfd");
}

Wires::~Wires() {
  {
    const std::lock_guard lock{mutex_};
    ends_ = true;
  }
  wake();
  if (thread_.joinable()) thread_.join();
  for (const ThingId network : taken_) switches_.remove(inner(network));
}

void Wires::wake() const { (void)::eventfd_write(bell_.get(), 1); }

bool Wires::has(ThingId network) const { return joined(taken_, network); }  // only the harness's own thread takes

void Wires::take(ThingId network) {
  switches_.add_cable(inner(network), outer(network), ::getpid());
  switches_.plug(outer(network), plan_.bridge_of(network));
  switches_.set_up(outer(network), true);
  switches_.set_up(inner(network), true);
  Port bridge = open(network, kNoThing, inner(network));
  {
    const std::lock_guard lock{mutex_};
    taken_.push_back(network);
    ports_.push_back(std::move(bridge));
  }
  if (!thread_.joinable()) thread_ = std::thread{[this] { run(); }};
  wake();
}

Wires::Port Wires::open(ThingId network, ThingId head, const std::string& interface) const {
  Port port{network, head, {}, Descriptor{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)}};
  if (head != kNoThing) port.mac = mac_of(plan_.mac_of(head, network));
  const int on = 1;
  sockaddr_ll here{};
  here.sll_family = AF_PACKET;
  here.sll_protocol = htons(ETH_P_ALL);
  here.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
  fail_if(!port.socket || here.sll_ifindex == 0 ||
              ::setsockopt(port.socket.get(), SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) != 0 ||
              ::setsockopt(port.socket.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) != 0 ||
              ::bind(port.socket.get(), reinterpret_cast<sockaddr*>(&here), sizeof here) != 0,
          "a packet socket on " + interface);
  return port;
}

Wires::Port* Wires::port(ThingId network, ThingId head) {
  const auto found =
      std::find_if(ports_.begin(), ports_.end(), [&](const Port& p) { return p.network == network && p.head == head; });
  return found == ports_.end() ? nullptr : &*found;
}

void Wires::plug(ThingId head, ThingId network) {
  Port cable = open(network, head, plan_.port_of(head, network));
  const std::lock_guard lock{mutex_};
  if (Port* known = port(network, head))
    *known = std::move(cable);
  else
    ports_.push_back(std::move(cable));
  wake();
}

void Wires::unplug(ThingId head, ThingId network) {
  const std::lock_guard lock{mutex_};
  std::erase_if(ports_, [&](const Port& p) { return p.network == network && p.head == head; });
}

std::uint32_t Wires::begin(LineFault fault) {
  const std::lock_guard lock{mutex_};
  return lines_.begin(fault);
}

void Wires::end(std::uint32_t number) {
  const std::lock_guard lock{mutex_};
  lines_.end(number);
  const auto held = held_.find(number);
  if (held == held_.end()) return;
  for (Parcel& parcel : held->second) late_.push(std::move(parcel));
  held_.erase(held);
  wake();
}

/// Who has that address behind the bridge. What is meant for nobody there is meant for the clients.
ThingId Wires::place(ThingId network, std::uint32_t address) const {
  const WorldSpec& spec = plan_.spec();
  const auto is = [&](ThingId thing, const std::vector<ThingId>& networks) {
    return joined(networks, network) && number_of(plan_.address_of(thing, network)) == address;
  };
  for (const NasSpec& nas : spec.nas)
    if (is(nas.id, nas.networks)) return nas.id;
  for (const VoterSpec& voter : spec.voters)
    if (is(voter.id, voter.networks)) return voter.id;
  for (const WitnessSpec& witness : spec.witnesses)
    if (is(witness.id, witness.networks)) return witness.id;
  for (const BmcSpec& bmc : spec.bmcs)
    if (bmc.network != kNoThing && is(bmc.id, {bmc.network})) return bmc.id;
  for (const PduSpec& pdu : spec.pdus)
    if (pdu.network != kNoThing && is(pdu.id, {pdu.network})) return pdu.id;
  for (const ClientsSpec& clients : spec.clients)
    if (is(clients.id, clients.networks)) return clients.id;
  for (const ClientsSpec& clients : spec.clients)
    if (joined(clients.networks, network)) return clients.id;
  return kNoThing;
}

// ---------------------------------------------------------------------------------------------------------------
// The thread

void Wires::run() {
  const sched_param urgent{.sched_priority = 4};  // above the harness, which looks at everything at times
  (void)::sched_setscheduler(0, SCHED_RR, &urgent);
  for (;;) {
    std::vector<pollfd> waits{{bell_.get(), POLLIN, 0}};
    timespec left{3600, 0};
    {
      const std::lock_guard lock{mutex_};
      if (ends_) return;
      for (const Port& port : ports_) waits.push_back({port.socket.get(), POLLIN, 0});
      if (!late_.empty()) {
        const Duration in = std::max(late_.top().due - boottime(), Time{0});
        left = {static_cast<time_t>(in / std::chrono::seconds{1}),
                static_cast<long>((in % std::chrono::seconds{1}).count())};
      }
    }
    (void)::ppoll(waits.data(), waits.size(), &left, nullptr);
    eventfd_t rung = 0;
    (void)::eventfd_read(bell_.get(), &rung);
    const std::lock_guard lock{mutex_};
    for (const Port& port : ports_)
      for (ssize_t got = 0; (got = ::recv(port.socket.get(), buffer_.data(), buffer_.size(), 0)) > 0;)
        carry(port, Bytes{buffer_}.first(static_cast<std::size_t>(got)));
    send_due();
  }
}

/// To whom it is for: a head by its MAC, all, or whoever is behind the bridge.
void Wires::carry(const Port& in, Bytes bytes) {
  if (bytes.size() <= kWord) return;
  const Frame frame = read_frame(bytes.subspan(kWord));
  const auto heads = [&](const Port& p) { return p.network == in.network && p.head != kNoThing; };
  const bool to_head =
      std::any_of(ports_.begin(), ports_.end(), [&](const Port& p) { return heads(p) && p.mac == frame.to_mac; });
  for (const Port& out : ports_) {
    if (out.network != in.network || &out == &in) continue;
    const bool meant = frame.for_all() || (out.head == kNoThing ? !to_head : out.mac == frame.to_mac);
    if (meant) forward(in, out, frame, bytes);
  }
}

void Wires::forward(const Port& in, const Port& out, const Frame& frame, Bytes bytes) {
  const Line line{in.network, in.head != kNoThing ? in.head : place(in.network, frame.from),
                  out.head != kNoThing ? out.head : place(in.network, frame.to), out.head == kNoThing};
  const Fate fate = lines_.fate(frame, line, boottime());
  if (fate.lost) return;
  const bool at_once = fate.late == Duration{0} && !fate.held_by && !fate.damaged;
  for (int copy = 0; copy < (fate.twice ? 2 : 1); ++copy) {
    if (at_once) {
      send(out, bytes);
      continue;
    }
    Parcel parcel{boottime() + fate.late, ++parcels_, out.network, out.head, {bytes.begin(), bytes.end()}};
    if (fate.damaged) {
      std::fill_n(parcel.bytes.begin(), kWord, std::uint8_t{0});
      if (!damage(Bytes{parcel.bytes}.subspan(kWord), frame, *fate.damaged)) return;
    }
    if (fate.held_by)
      held_[*fate.held_by].push_back(std::move(parcel));
    else
      late_.push(std::move(parcel));
  }
}

void Wires::send_due() {
  while (!late_.empty() && late_.top().due <= boottime()) {
    if (const Port* out = port(late_.top().network, late_.top().head)) send(*out, late_.top().bytes);
    late_.pop();
  }
}

/// A port whose cable is gone takes nothing, as a switch would not.
void Wires::send(const Port& port, std::span<const std::uint8_t> bytes) {
  (void)::send(port.socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
}

}  // namespace hasim::netns
