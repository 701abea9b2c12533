// Beats as bytes.
#include "core/wire.h"

#include <algorithm>

namespace ha {
namespace {

constexpr std::uint32_t kMagic = 0x31424148;  // "HAB1"

class Writer {
 public:
  explicit Writer(std::span<std::byte> to) : to_(to) {}
  template <class T>
  void put(T v) {
    auto u = static_cast<std::uint64_t>(v);
    for (std::size_t i = 0; i < sizeof(T); ++i, u >>= 8) to_[at_++] = static_cast<std::byte>(u & 0xff);
  }
  std::size_t size() const { return at_; }

 private:
  std::span<std::byte> to_;
  std::size_t at_ = 0;
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> from) : from_(from) {}
  template <class T>
  void get(T& v) {
    std::uint64_t u = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) u |= static_cast<std::uint64_t>(from_[at_++]) << (8 * i);
    v = static_cast<T>(u);
  }

 private:
  std::span<const std::byte> from_;
  std::size_t at_ = 0;
};

/// The one list of fields, in the order in which they travel. All services travel, so that every beat is equally long.
template <class Codec, class B>
void fields(Codec&& on, B& b) {
  on(b.cell), on(b.version), on(b.version_min), on(b.flags), on(b.sender.boot), on(b.sender.start), on(b.seq),
      on(b.peer.boot), on(b.peer.start), on(b.echo);
  on(b.progress), on(b.term), on(b.digest), on(b.staged), on(b.from), on(b.hears), on(b.services);
  for (auto& of : b.service) {
    on(of.promised), on(of.epoch), on(of.request), on(of.grant), on(of.role), on(of.flags), on(of.trouble);
  }
  on(b.unready);
}

bool possible(const Beat& beat) {
  const bool services = std::all_of(beat.service.begin(), beat.service.end(), [](const ServiceBeat& of) {
    return of.role <= Role::dead && static_cast<int>(of.trouble) < kReasons;
  });
  return beat.from < 2 && beat.services >= 1 && beat.services <= kServicesMax && beat.sender && beat.seq != 0 &&
         static_cast<int>(beat.unready) < kReasons && services;
}

}  // namespace

std::size_t encode(const Beat& beat, std::span<std::byte> to) {
  if (to.size() < kBeatBytes) return 0;
  Writer w(to.first(kBeatBytes));
  w.put(kMagic);
  fields([&w](const auto& v) { w.put(v); }, beat);
  while (w.size() < kBeatBytes) w.put(std::uint8_t{0});
  return kBeatBytes;
}

std::optional<Beat> decode(std::span<const std::byte> from) {
  if (from.size() != kBeatBytes) return std::nullopt;
  Reader r(from);
  std::uint32_t magic = 0;
  r.get(magic);
  if (magic != kMagic) return std::nullopt;
  Beat beat;
  fields([&r](auto& v) { r.get(v); }, beat);
  if (!beat.understood()) {
    Beat head;
    head.cell = beat.cell;
    head.version = beat.version;
    head.version_min = beat.version_min;
    head.sender = beat.sender;
    return head;
  }
  return possible(beat) ? std::optional{beat} : std::nullopt;
}

}  // namespace ha
