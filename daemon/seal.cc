// Keyed BLAKE2b by libsodium, and the files that keys lie in.
#include "daemon/seal.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "core/check.h"
#include "daemon/private_file.h"
#include "daemon/refused.h"

namespace hacored {
namespace {

constexpr std::size_t kKeyBytesMin = 32;
constexpr std::size_t kKeyBytesMax = 4096;

const unsigned char* chars(const std::byte* bytes) { return reinterpret_cast<const unsigned char*>(bytes); }

Seal::Mac mac_of(std::span<const std::byte> message, const Seal::Key& key) {
  Seal::Mac mac;
  HA_CHECK(crypto_generichash(reinterpret_cast<unsigned char*>(mac.data()), mac.size(), chars(message.data()),
                              message.size(), key.data(), key.size()) == 0);
  return mac;
}

std::vector<unsigned char> content(const std::string& file) {
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    throw NeedsPerson(fmt::format("key {}: {}; make one with: (umask 077; head -c 32 /dev/urandom > {})", file,
                                  std::strerror(errno), file));
  std::vector<unsigned char> bytes(kKeyBytesMax);
  const bool ours = withheld(fd, kOthersUse);
  const ssize_t got = read(fd, bytes.data(), bytes.size());
  close(fd);
  if (got < 0) throw Refused(fmt::format("key {}: cannot be read", file));
  if (!ours)
    throw NeedsPerson(
        fmt::format("key {}: others may read or change it; chown root {} && chmod 600 {}", file, file, file));
  bytes.resize(static_cast<std::size_t>(got));
  // A line end after the key is not part of it; the last one of as many random bytes as it needs is.
  while (bytes.size() > kKeyBytesMin && bytes.back() == '\n') bytes.pop_back();
  if (bytes.size() < kKeyBytesMin)
    throw NeedsPerson(
        fmt::format("key {}: {} bytes are too few, it needs {} at least", file, bytes.size(), kKeyBytesMin));
  return bytes;
}

Seal::Key key_in(const std::string& file) {
  std::vector<unsigned char> bytes = content(file);
  Seal::Key key;
  HA_CHECK(crypto_generichash(key.data(), key.size(), bytes.data(), bytes.size(), nullptr, 0) == 0);
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

}  // namespace

Seal Seal::load(const std::string& file, const std::string& next_file) {
  if (sodium_init() < 0) throw Refused("libsodium does not start on this machine");
  std::optional<Key> next;
  if (!next_file.empty()) next = key_in(next_file);
  return Seal{key_in(file), next};
}

Seal::Mac Seal::seal(std::span<const std::byte> message) const { return mac_of(message, key_); }

bool Seal::opens(std::span<const std::byte> message, std::span<const std::byte> mac) const {
  if (mac.size() != kBytes) return false;
  const auto made_by = [&](const Key& key) {
    const Mac right = mac_of(message, key);
    return sodium_memcmp(right.data(), mac.data(), kBytes) == 0;
  };
  return made_by(key_) || (next_ && made_by(*next_));
}

}  // namespace hacored
