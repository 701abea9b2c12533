// Operations on the store of a cell.
#include "sim/store.h"

#include <algorithm>

#include "sim/faults.h"
#include "sim/storage.h"
#include "sim/ways.h"

namespace hasim::sim {

namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr Duration kWorks = microseconds{2300};  ///< each way, beside the network
constexpr Duration kStoreGivesUp = seconds{2};
constexpr std::uint64_t kNoSlot = kStoreOps;

Store& store_of(Engine& e, int head) { return e.s.tables.store[static_cast<std::size_t>(e.head(head).cell)]; }
StoreOp& op_of(Engine& e, const Due& due) { return e.s.tables.store_op[static_cast<std::size_t>(due.a)]; }
const CellLayout& cell_of(const Engine& e, int head) {
  return e.layout->cells[static_cast<std::size_t>(e.head(head).cell)];
}

std::uint64_t free_slot(Engine& e) {
  const auto& ops = e.s.tables.store_op;
  const auto at = std::find_if(ops.begin(), ops.end(), [](const StoreOp& op) { return op.verb == StoreVerb::none; });
  return static_cast<std::uint64_t>(at - ops.begin());
}

/// One way between a head and the store, or nothing if it does not answer there.
std::optional<Duration> store_way(Engine& e, int head) {
  const CellLayout& cell = cell_of(e, head);
  if (cell.witness < 0) return std::nullopt;
  const ThingId me = e.id_of(head);
  if (!witness_answers(e, cell.witness, me)) return std::nullopt;
  if (cell.witness_volume >= 0) {
    if (reach(e, cell.witness_volume, head) != Reach::works) return std::nullopt;
    // A store on shared storage is files on a volume: the heads reach it as they reach the volume.
    if (e.layout->volumes[static_cast<std::size_t>(cell.witness_volume)].nas < 0) return microseconds{100};
  }
  const auto trip = round_trip(e, me, e.layout->spec->witnesses[static_cast<std::size_t>(cell.witness)].id);
  if (!trip) return std::nullopt;
  return *trip / 2;
}

bool reads_stale(Engine& e, int head) {
  const CellLayout& cell = cell_of(e, head);
  return cell.witness >= 0 && fault_on(e, SentenceId::fault_witness_answers_stale_reads,
                                       e.layout->spec->witnesses[static_cast<std::size_t>(cell.witness)].id) != nullptr;
}

Due due_for(Engine& e, int head, std::uint64_t slot, DueKind kind) {
  return {.kind = kind, .head = static_cast<std::uint8_t>(head), .life = e.core(head).life, .a = slot};
}

std::uint64_t keep(Engine& e, const StoreOp& op) {
  const std::uint64_t slot = free_slot(e);
  if (slot != kNoSlot) e.s.tables.store_op[static_cast<std::size_t>(slot)] = op;
  return slot;
}

void answer_unknown(Engine& e, Due answer, Duration after) {
  answer.kind = DueKind::store_answer;
  answer.b = static_cast<std::uint64_t>(ha::Outcome::unknown);
  e.later(after, answer);
}

/// The client gives up after `kStoreGivesUp`; a request that is still on its way by then is carried out all the same,
/// and nobody hears of it.
void send(Engine& e, int head, StoreOp op) {
  auto there = store_way(e, head);
  const int volume = cell_of(e, head).witness_volume;
  if (there && volume >= 0 && op.verb != StoreVerb::read) *there += sync_takes(e, volume);
  op.sent = e.now();
  op.unheard = there && *there + kWorks >= kStoreGivesUp;
  if (there) {
    const std::uint64_t slot = keep(e, op);
    if (slot == kNoSlot) return;  // as lost on the way: the core asks again
    e.later(*there + kWorks, due_for(e, head, slot, DueKind::store_arrives));
  }
  if (there && !op.unheard) return;
  op.verb = StoreVerb::read;  // what is left of it is its number
  if (const std::uint64_t slot = keep(e, op); slot != kNoSlot) {
    answer_unknown(e, due_for(e, head, slot, DueKind::store_answer), kStoreGivesUp);
  }
}

/// An owner's lease, renewed within its right to run, of the newest epoch. Where a cell has several services it speaks
/// for those that its holder says it has.
ThingId lease_holder(Engine& e, int head, std::size_t number) {
  const Store& store = store_of(e, head);
  const CellLayout& cell = cell_of(e, head);
  ThingId holder = kNoThing;
  ha::Epoch newest_epoch{};
  for (std::size_t side = 0; side < 2; ++side) {
    const ha::LeaseRecord& lease = store.view.lease[side];
    const Duration right = e.head(cell.head[side]).config.right_to_run;
    if (lease.epoch <= newest_epoch || e.now() - store.renewed[side] >= right) continue;
    if (cell.services > 1 && !e.core(cell.head[side]).has(number)) continue;
    newest_epoch = lease.epoch;
    holder = e.id_of(cell.head[side]);
  }
  return holder;
}

/// Says whose lease is valid, if that changed.
void say_lease(Engine& e, int head) {
  Store& store = store_of(e, head);
  const CellLayout& cell = cell_of(e, head);
  for (std::size_t i = 0; i < std::max<std::size_t>(1, static_cast<std::size_t>(cell.services)); ++i) {
    const ThingId holder = lease_holder(e, head, i);
    if (holder == store.holder[i]) continue;
    store.holder[i] = holder;
    const ThingId named = e.layout->named(head, i);
    e.emit(EventKind::lease_held, named == kNoThing ? cell.id : named, {.with = holder});
  }
}

bool is_held(const Store& store) {
  return std::any_of(store.holder.begin(), store.holder.end(), [](ThingId holder) { return holder != kNoThing; });
}

void expect_expiry(Engine& e, int head) {
  Store& store = store_of(e, head);
  if (store.waits || !is_held(store)) return;
  store.waits = true;
  e.later(e.head(head).config.right_to_run, {.kind = DueKind::lease_expires, .head = static_cast<std::uint8_t>(head)});
}

void renew(Engine& e, int head, const StoreOp& op) {
  Store& store = store_of(e, head);
  const auto side = static_cast<std::size_t>(e.head(head).side);
  store.view.lease[side] = op.lease;
  store.renewed[side] = e.now();
  const ThingId witness = e.layout->spec->witnesses[static_cast<std::size_t>(cell_of(e, head).witness)].id;
  e.emit(EventKind::store_wrote, witness, {.with = e.id_of(head), .value = op.lease.seq});
  say_lease(e, head);
  expect_expiry(e, head);
}

/// Create if absent: the first one wins, everybody reads back what is there.
void claim(Engine& e, int head, const StoreOp& op) {
  Store& store = store_of(e, head);
  if (op.term != ha::Term{value(store.view.term) + 1}) return;
  store.view.term = op.term;
  store.view.claim = op.claim;
  const ThingId witness = e.layout->spec->witnesses[static_cast<std::size_t>(cell_of(e, head).witness)].id;
  e.emit(EventKind::store_wrote, witness, {.with = e.id_of(head), .x = 1, .value = value(op.term)});
}

}  // namespace

void ask_store(Engine& e, int head, const ha::StoreRead& out) {
  send(e, head, {.id = value(out.id), .verb = StoreVerb::read});
}
void ask_store(Engine& e, int head, const ha::StoreRenew& out) {
  send(e, head, {.id = value(out.id), .lease = out.record, .verb = StoreVerb::renew});
}
void ask_store(Engine& e, int head, const ha::StoreClaim& out) {
  send(e, head, {.id = value(out.id), .term = out.term, .claim = out.record, .verb = StoreVerb::claim});
}

void store_arrives(Engine& e, const Due& due) {
  StoreOp& op = op_of(e, due);
  const int head = due.head;
  e.because = e.core(head).reported;
  const Store& store = store_of(e, head);
  if (op.verb == StoreVerb::renew) renew(e, head, op);
  if (op.verb == StoreVerb::claim) claim(e, head, op);
  op.view = op.verb == StoreVerb::read && reads_stale(e, head) ? store.stale : store.view;
  const int volume = cell_of(e, head).witness_volume;
  if (volume >= 0 && op.verb != StoreVerb::read) (void)dies_unanswered(e, volume);  // then there is no way back
  if (op.unheard) return forget_store_answer(e, due);
  const auto back = store_way(e, head);
  const Duration left = op.sent + kStoreGivesUp - e.now();
  if (!back || *back + kWorks > left) return answer_unknown(e, due, left);
  Due answer = due;
  answer.kind = DueKind::store_answer;
  answer.b = static_cast<std::uint64_t>(ha::Outcome::done);
  e.later(*back + kWorks, answer);
}

ha::StoreAnswer store_answer(Engine& e, const Due& due) {
  StoreOp& op = op_of(e, due);
  ha::StoreAnswer answer{ha::RequestId{op.id}, static_cast<ha::Outcome>(due.b), {}};
  if (answer.outcome == ha::Outcome::done) answer.view = op.view;
  op.verb = StoreVerb::none;
  return answer;
}

void forget_store_answer(Engine& e, const Due& due) { op_of(e, due).verb = StoreVerb::none; }

void lease_expires(Engine& e, const Due& due) {
  Store& store = store_of(e, due.head);
  store.waits = false;
  e.because = e.s.tables.last_fault;
  say_lease(e, due.head);
  const CellLayout& cell = cell_of(e, due.head);
  Time first = kNever;
  for (std::size_t side = 0; side < 2; ++side) {
    const ThingId holder = e.id_of(cell.head[side]);
    if (std::find(store.holder.begin(), store.holder.end(), holder) == store.holder.end()) continue;
    first = std::min(first, store.renewed[side] + e.head(due.head).config.right_to_run);
  }
  if (first == kNever) return;
  store.waits = true;
  e.later(first - e.now(), due);
}

void restart_witness(Engine& e, ThingId witness, Duration taking) {
  e.s.tables.witness[static_cast<std::size_t>(e.layout->index_of(witness))].back_at = e.now() + taking;
  e.clients_look = true;
  e.later(taking, {.kind = DueKind::server_back});
}

bool witness_serves(const Engine& e, int witness) {
  return e.now() >= e.s.tables.witness[static_cast<std::size_t>(witness)].back_at;
}

const Fault* witness_away(Engine& e, ThingId witness, ThingId place) {
  return newest(e, [&](const Fault& f) {
    return f.id == SentenceId::fault_witness_down && f.thing[0] == witness && (f.pick[0] == 0 || f.thing[1] == place);
  });
}

bool witness_answers(Engine& e, int witness, ThingId place) {
  const ThingId id = e.layout->spec->witnesses[static_cast<std::size_t>(witness)].id;
  return witness_away(e, id, place) == nullptr && witness_serves(e, witness);
}

void freeze_reads(Engine& e) {
  for (Store& store : e.s.tables.store) store.stale = store.view;
}

}  // namespace hasim::sim
