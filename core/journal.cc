// The layout of the black box, and the second run through it.
#include "core/journal.h"

#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace ha {
namespace {

constexpr std::uint64_t kMagic = 0x3158'4f42'4b4c'4248;  // "HBLKBOX1"
constexpr std::uint32_t kReconfigured = 0xffff;
constexpr std::size_t kAligned = 8;

static_assert(std::is_trivially_copyable_v<Config> && std::is_trivially_copyable_v<Input>);

struct FileHead {
  std::uint64_t magic = kMagic;
  std::array<char, 8> digest{};
  std::uint64_t half_bytes = 0;
};

/// A half begins with this, the configuration and the state.
struct HalfHead {
  std::uint64_t number = 0;  ///< counts the halves begun; 0: none yet
  std::uint64_t used = 0;    ///< bytes of the half that are written, this head included
};

struct RecordHead {
  std::uint32_t bytes = 0;  ///< of the payload
  std::uint32_t kind = 0;   ///< which alternative of `Input`, or kReconfigured
  Instant at;
  std::uint64_t state = 0;    ///< digest of the core after the step
  std::uint64_t outputs = 0;  ///< … and of what it asked for
};

constexpr std::size_t kHalfStart = sizeof(HalfHead) + sizeof(Config) + sizeof(State);
constexpr std::size_t kRecordMax = sizeof(RecordHead) + std::max(sizeof(Input), sizeof(Config)) + kAligned;

constexpr std::size_t aligned(std::size_t bytes) { return (bytes + kAligned - 1) / kAligned * kAligned; }

template <class T>
void put(std::span<std::byte> to, const T& value) {
  HA_CHECK(to.size() >= sizeof value);
  std::memcpy(to.data(), &value, sizeof value);
}

template <class T>
std::optional<T> get(std::span<const std::byte> from) {
  if (from.size() < sizeof(T)) return std::nullopt;
  std::array<std::byte, sizeof(T)> bytes;
  std::memcpy(bytes.data(), from.data(), sizeof(T));
  return std::bit_cast<T>(bytes);
}

/// Which outputs, and of those with a number which one: their bytes may have gaps that mean nothing.
std::uint64_t digest_of(const Outputs& out) {
  std::uint64_t sum = static_cast<std::uint64_t>(out.size());
  for (const Output& one : out) {
    std::uint64_t number = 0;
    std::visit(
        [&number](const auto& of) {
          if constexpr (requires { of.id; }) number = value(of.id);
          if constexpr (requires { of.beat; }) number = of.beat.seq;
        },
        one);
    sum = (sum ^ one.index() ^ number << 8) * 0xff51afd7ed558ccdULL;
    sum ^= sum >> 32;
  }
  return sum;
}

template <std::size_t... I>
std::optional<Input> input_of(std::uint32_t kind, std::span<const std::byte> bytes, std::index_sequence<I...>) {
  std::optional<Input> input;
  const auto read = [&]<std::size_t K>(std::integral_constant<std::size_t, K>) {
    using T = std::variant_alternative_t<K, Input>;
    if (kind != K || bytes.size() != sizeof(T)) return;
    T one{};
    std::memcpy(static_cast<void*>(&one), bytes.data(), sizeof one);
    input = one;
  };
  (read(std::integral_constant<std::size_t, I>{}), ...);
  return input;
}

std::optional<Input> input_of(std::uint32_t kind, std::span<const std::byte> bytes) {
  return input_of(kind, bytes, std::make_index_sequence<std::variant_size_v<Input>>{});
}

FileHead file_head(std::size_t half_bytes) {
  FileHead head;
  std::memcpy(head.digest.data(), digest().data(), std::min(digest().size(), head.digest.size()));
  head.half_bytes = half_bytes;
  return head;
}

/// Steps a node through records.
class Stepper {
 public:
  explicit Stepper(const StepSeen& seen) : seen_{seen} {}

  /// The configuration and the state with which a half begins.
  void begin(std::span<const std::byte> half) {
    node_.emplace(*get<Config>(half.subspan(sizeof(HalfHead))),
                  *get<State>(half.subspan(sizeof(HalfHead) + sizeof(Config))));
  }

  /// The records of a half from `from` to `to`.
  void play(std::span<const std::byte> half, std::size_t from, std::size_t to) {
    std::span<const std::byte> rest = half.first(to).subspan(from);
    while (!rest.empty() && result.error.empty()) rest = play_record(rest);
  }

  Replay result;

 private:
  std::span<const std::byte> play_record(std::span<const std::byte> rest) {
    const auto head = get<RecordHead>(rest);
    if (!head || head->bytes > rest.size() - sizeof(RecordHead)) {
      result.error = "a record of the black box is cut off";
      return {};
    }
    const std::span<const std::byte> payload = rest.subspan(sizeof(RecordHead), head->bytes);
    if (head->kind == kReconfigured) {
      if (const auto config = get<Config>(payload)) node_->reconfigure(*config);
    } else if (const auto input = input_of(head->kind, payload)) {
      step(*head, *input);
    } else {
      result.error = "a record of the black box is damaged";
    }
    return rest.subspan(std::min(rest.size(), aligned(sizeof(RecordHead) + head->bytes)));
  }

  void step(const RecordHead& head, const Input& input) {
    out_.clear();
    node_->step(head.at, input, out_);
    const bool same = node_->hash() == head.state && digest_of(out_) == head.outputs;
    ++result.steps;
    result.differences += same ? 0U : 1U;
    result.from = std::min(result.from, head.at);
    result.to = head.at;
    if (seen_) seen_(head.at, input, out_, *node_, same);
  }

  const StepSeen& seen_;
  std::optional<Node> node_;
  Outputs out_;
};

struct Halves {
  std::array<std::span<const std::byte>, 2> half;
  std::string error;  ///< why there are none
};

Halves halves_of(std::span<const std::byte> memory) {
  const auto head = get<FileHead>(memory);
  if (!head || head->magic != kMagic) return {{}, "this is no black box of hacored"};
  if (head->digest != file_head(0).digest)
    return {{},
            fmt::format("written by core {}, and this is core {}: read it with the hasim of that release",
                        std::string_view{head->digest.data(), head->digest.size()}, digest())};
  const std::size_t bytes = head->half_bytes;
  if (bytes < kHalfStart || bytes > memory.size() || memory.size() - sizeof(FileHead) < 2 * bytes)
    return {{}, "the file is cut off"};
  return {{memory.subspan(sizeof(FileHead), bytes), memory.subspan(sizeof(FileHead) + bytes, bytes)}, {}};
}

/// A half from its begin; nothing if it was never begun.
void play_half(Stepper& stepper, std::span<const std::byte> half) {
  const HalfHead head = *get<HalfHead>(half);
  if (head.number == 0) return;
  if (head.used < kHalfStart || head.used > half.size()) {
    stepper.result.error = "a half of the black box is damaged";
    return;
  }
  stepper.begin(half);
  stepper.play(half, kHalfStart, head.used);
}

}  // namespace

std::string_view digest() { return HACORE_DIGEST; }

Replay replay(std::span<const std::byte> memory, const StepSeen& seen) {
  Stepper stepper{seen};
  const Halves halves = halves_of(memory);
  stepper.result.error = halves.error;
  if (!halves.error.empty()) return std::move(stepper.result);
  const std::uint64_t first = get<HalfHead>(halves.half[0])->number;
  const std::uint64_t second = get<HalfHead>(halves.half[1])->number;
  const std::size_t older = first != 0 && (second == 0 || first < second) ? 0 : 1;
  play_half(stepper, halves.half[older]);
  if (stepper.result.error.empty()) play_half(stepper, halves.half[1 - older]);
  return std::move(stepper.result);
}

class Follower::Player {
 public:
  Player(std::span<const std::byte> memory, StepSeen seen) : memory_{memory}, seen_{std::move(seen)} {}

  const Replay& look() {
    if (!stepper_.result.error.empty() || (number_ == 0 && !begun())) return stepper_.result;
    while (catch_up()) {}
    return stepper_.result;
  }

 private:
  /// The first half is there.
  bool begun() {
    if (get<FileHead>(memory_)->magic != kMagic) return false;  // a new file, still empty
    Halves halves = halves_of(memory_);
    stepper_.result.error = halves.error;
    if (!halves.error.empty()) return false;
    half_ = halves.half;
    if (get<HalfHead>(half_[0])->used < kHalfStart) return false;
    number_ = get<HalfHead>(half_[0])->number;
    used_ = kHalfStart;
    stepper_.begin(half_[0]);
    return true;
  }

  std::span<const std::byte> half(std::uint64_t number) const { return half_[(number - 1) % 2]; }

  /// Plays what was added to the present half. True: the next one has begun, and is the present one now.
  bool catch_up() {
    const bool next_begun =
        get<HalfHead>(half(number_ + 1))->number == number_ + 1 && get<HalfHead>(half(number_ + 1))->used >= kHalfStart;
    const HalfHead now = *get<HalfHead>(half(number_));  // after that look: what it says then is all
    if (now.number != number_ || now.used > half(number_).size()) {
      stepper_.result.error = "records of the black box were overwritten before they were read";
      return false;
    }
    stepper_.play(half(number_), used_, now.used);
    used_ = now.used;
    if (!next_begun || !stepper_.result.error.empty()) return false;
    ++number_;
    used_ = kHalfStart;
    return true;
  }

  std::span<const std::byte> memory_;
  StepSeen seen_;
  Stepper stepper_{seen_};
  std::array<std::span<const std::byte>, 2> half_;
  std::uint64_t number_ = 0;  ///< of the present half; 0: none has begun
  std::size_t used_ = 0;      ///< of it, so far
};

Follower::Follower(std::span<const std::byte> memory, StepSeen seen)
    : player_{std::make_unique<Player>(memory, std::move(seen))} {
  HA_CHECK(memory.size() >= sizeof(FileHead));
}
Follower::~Follower() = default;

const Replay& Follower::look() { return player_->look(); }

const std::size_t Journal::kBytesMin = sizeof(FileHead) + 2 * (kHalfStart + 64 * kRecordMax);

Journal::Journal(std::span<std::byte> memory, const Node& node)
    : memory_{memory}, half_bytes_{(memory.size() - sizeof(FileHead)) / 2 / kAligned * kAligned} {
  HA_CHECK(memory.size() >= kBytesMin);
  put(memory_, file_head(half_bytes_));
  put(memory_.subspan(sizeof(FileHead) + half_bytes_), HalfHead{});
  begin_half(node);
}

void Journal::begin_half(const Node& node) {
  ++halves_;
  const std::span<std::byte> half = memory_.subspan(sizeof(FileHead) + (halves_ - 1) % 2 * half_bytes_, half_bytes_);
  put(half, HalfHead{});  // while it is being written it is nobody's
  put(half.subspan(sizeof(HalfHead)), node.config());
  put(half.subspan(sizeof(HalfHead) + sizeof(Config)), node.state());
  used_ = kHalfStart;
  put(half, HalfHead{halves_, used_});
}

void Journal::append(const Node& node, Instant at, std::uint32_t kind, std::span<const std::byte> payload,
                     std::uint64_t outputs) {
  const std::span<std::byte> half = memory_.subspan(sizeof(FileHead) + (halves_ - 1) % 2 * half_bytes_, half_bytes_);
  put(half.subspan(used_), RecordHead{static_cast<std::uint32_t>(payload.size()), kind, at, node.hash(), outputs});
  std::memcpy(half.data() + used_ + sizeof(RecordHead), payload.data(), payload.size());
  used_ += aligned(sizeof(RecordHead) + payload.size());
  put(half, HalfHead{halves_, used_});
  if (half_bytes_ - used_ < kRecordMax) begin_half(node);
}

void Journal::write(const Node& node, Instant at, const Input& input, const Outputs& out) {
  std::visit(
      [&](const auto& one) {
        append(node, at, static_cast<std::uint32_t>(input.index()), std::as_bytes(std::span{&one, 1}), digest_of(out));
      },
      input);
}

void Journal::reconfigured(const Node& node) {
  append(node, node.state().now, kReconfigured, std::as_bytes(std::span{&node.config(), 1}), 0);
}

}  // namespace ha
