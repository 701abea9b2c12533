// What heads and voters say to one another, as datagrams.
#include "daemon/voter_wire.h"

#include <sodium.h>

#include <algorithm>

#include "daemon/fields.h"

namespace hacored {
namespace {

constexpr std::uint32_t kVoterMagic = 0x31564148;  // "HAV1"
constexpr std::size_t kBodyBytes = kVoterDatagramBytes - Seal::kBytes;

// The lists of fields, in the order in which they travel.

template <class Codec, class T>
void fields(Codec& on, T& message, const Hello*) {
  on(message.cell), on(message.head), on(message.sender.boot), on(message.sender.start), on(message.seq);
}

template <class Codec, class T>
void fields(Codec& on, T& message, const VoterQuestion*) {
  on(message.cell), on(message.asker), on(message.voter), on(message.nonce);
}

template <class Codec, class T>
void fields(Codec& on, T& message, const VoterAnswer*) {
  fields(on, message.to, static_cast<const VoterQuestion*>(nullptr));
  for (auto& age : message.heard_ms_ago) on(age);
}

bool possible(const Hello& hello) { return hello.head < 2 && hello.sender && hello.seq != 0; }
bool possible(const VoterQuestion& question) { return question.asker < 2; }
bool possible(const VoterAnswer& answer) { return possible(answer.to); }

template <class Message>
std::optional<VoterMessage> read_fields(FieldReader& get) {
  Message message;
  fields(get, message, &message);
  if (!get.only_zeros_left() || !possible(message)) return std::nullopt;
  return message;
}

}  // namespace

VoterCell voter_cell(std::string_view name) {
  std::array<std::byte, crypto_generichash_BYTES_MIN> sum;
  crypto_generichash(reinterpret_cast<unsigned char*>(sum.data()), sum.size(),
                     reinterpret_cast<const unsigned char*>(name.data()), name.size(), nullptr, 0);
  return VoterCell{ByteReader{sum}.get<std::uint64_t>()};
}

VoterDatagram encode(const VoterMessage& message, const Seal& seal) {
  VoterDatagram datagram{};
  const auto body = std::span{datagram}.first(kBodyBytes);
  FieldWriter put(body);
  put(kVoterMagic), put(static_cast<std::uint8_t>(message.index()));
  std::visit([&put](const auto& of) { fields(put, of, &of); }, message);
  std::ranges::copy(seal.seal(body), datagram.begin() + kBodyBytes);
  return datagram;
}

bool authentic(std::span<const std::byte> datagram, const Seal& seal) {
  return datagram.size() == kVoterDatagramBytes && seal.opens(datagram.first(kBodyBytes), datagram.subspan(kBodyBytes));
}

std::optional<VoterMessage> decode(std::span<const std::byte> datagram) {
  if (datagram.size() != kVoterDatagramBytes) return std::nullopt;
  FieldReader get(datagram.first(kBodyBytes));
  std::uint32_t magic = 0;
  std::uint8_t kind = 0;
  get(magic), get(kind);
  if (magic != kVoterMagic) return std::nullopt;
  switch (kind) {
    case 0: return read_fields<Hello>(get);
    case 1: return read_fields<VoterQuestion>(get);
    case 2: return read_fields<VoterAnswer>(get);
    default: return std::nullopt;
  }
}

}  // namespace hacored
