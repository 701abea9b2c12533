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

class Player {
 public:
  Player(std::span<const std::byte> memory,
         const std::function<void(Instant, const Input&, const Outputs&, const Node&, bool)>& seen)
      : memory_{memory}, seen_{seen} {}

  Replay play() {
    const auto head = get<FileHead>(memory_);
    if (!head || head->magic != kMagic) return failed("this is no black box of hacored");
    if (head->digest != file_head(0).digest)
      return failed(fmt::format("written by core {}, and this is core {}: read it with the hasim of that release",
                                std::string_view{head->digest.data(), head->digest.size()}, digest()));
    const std::size_t bytes = head->half_bytes;
    if (bytes < kHalfStart || bytes > memory_.size() || memory_.size() - sizeof(FileHead) < 2 * bytes)
      return failed("the file is cut off");
    const std::span<const std::byte> a = memory_.subspan(sizeof(FileHead), bytes);
    const std::span<const std::byte> b = memory_.subspan(sizeof(FileHead) + bytes, bytes);
    const std::uint64_t first = get<HalfHead>(a)->number;
    const std::uint64_t second = get<HalfHead>(b)->number;
    const bool a_is_older = first != 0 && (second == 0 || first < second);
    play_half(a_is_older ? a : b);
    if (result_.error.empty()) play_half(a_is_older ? b : a);
    return std::move(result_);
  }

 private:
  Replay failed(std::string why) {
    result_.error = std::move(why);
    return std::move(result_);
  }

  void play_half(std::span<const std::byte> half) {
    const HalfHead head = *get<HalfHead>(half);
    if (head.number == 0) return;
    if (head.used < kHalfStart || head.used > half.size()) return void(failed("a half of the black box is damaged"));
    const auto config = get<Config>(half.subspan(sizeof(HalfHead)));
    const auto state = get<State>(half.subspan(sizeof(HalfHead) + sizeof(Config)));
    node_.emplace(*config, *state);
    std::span<const std::byte> rest = half.first(head.used).subspan(kHalfStart);
    while (!rest.empty() && result_.error.empty()) rest = play_record(rest);
  }

  std::span<const std::byte> play_record(std::span<const std::byte> rest) {
    const auto head = get<RecordHead>(rest);
    if (!head || head->bytes > rest.size() - sizeof(RecordHead)) {
      result_.error = "a record of the black box is cut off";
      return {};
    }
    const std::span<const std::byte> payload = rest.subspan(sizeof(RecordHead), head->bytes);
    if (head->kind == kReconfigured) {
      if (const auto config = get<Config>(payload)) node_->reconfigure(*config);
    } else if (const auto input = input_of(head->kind, payload)) {
      step(*head, *input);
    } else {
      result_.error = "a record of the black box is damaged";
    }
    return rest.subspan(std::min(rest.size(), aligned(sizeof(RecordHead) + head->bytes)));
  }

  void step(const RecordHead& head, const Input& input) {
    out_.clear();
    node_->step(head.at, input, out_);
    const bool same = node_->hash() == head.state && digest_of(out_) == head.outputs;
    ++result_.steps;
    result_.differences += same ? 0U : 1U;
    result_.from = std::min(result_.from, head.at);
    result_.to = head.at;
    if (seen_) seen_(head.at, input, out_, *node_, same);
  }

  std::span<const std::byte> memory_;
  const std::function<void(Instant, const Input&, const Outputs&, const Node&, bool)>& seen_;
  std::optional<Node> node_;
  Outputs out_;
  Replay result_;
};

}  // namespace

std::string_view digest() { return HACORE_DIGEST; }

Replay replay(std::span<const std::byte> memory,
              const std::function<void(Instant, const Input&, const Outputs&, const Node&, bool)>& seen) {
  return Player{memory, seen}.play();
}

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
