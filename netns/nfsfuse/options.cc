// "hard,timeo=10,vers=3"
#include "netns/nfsfuse/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

namespace hasim::nfsfuse {
namespace {

/// What is so anyhow, or is the kernel's own business. No locks are given away, so nobody must be told of them.
constexpr std::array<std::string_view, 14> kAnyhow{
    "rw",     "nolock", "tcp",  "proto=tcp", "vers=3",      "nfsvers=3",      "nodev",
    "nosuid", "sync",   "noac", "_netdev",   "mountvers=3", "mountproto=tcp", "defaults"};

template <class Number>
Number number_in(const std::string& word, const std::string& text, Number least, Number most) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most)
    throw BadOption(fmt::format("{}: a number from {} to {}", word, least, most));
  return number;
}

void read_word(const std::string& word, Options& to) {
  const std::size_t equals = word.find('=');
  const std::string key = word.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
  constexpr std::uint16_t kLastPort = 65535;
  if (word == "hard" || word == "soft")
    to.hard = word == "hard";
  else if (word == "ro")
    to.read_only = true;
  else if (key == "port")
    to.port = number_in<std::uint16_t>(word, value, 1, kLastPort);
  else if (key == "mountport")
    to.mount_port = number_in<std::uint16_t>(word, value, 1, kLastPort);
  else if (key == "timeo")
    to.timeo = std::chrono::milliseconds{100} * number_in(word, value, 1, 6000);
  else if (key == "retrans")
    to.retrans = number_in(word, value, 0, 1000);
  else if (key == "retry")
    to.retry = std::chrono::minutes{number_in(word, value, 0, 10000)};
  else if (std::find(kAnyhow.begin(), kAnyhow.end(), word) == kAnyhow.end())
    throw BadOption(fmt::format("{} cannot be had here: this is NFSv3 over TCP, without locks", word));
}

}  // namespace

Options read_options(const std::string& source, const std::string& directory, const std::string& text) {
  Options options;
  options.source = source;
  options.directory = directory;
  const std::size_t colon = source.rfind(":/");
  if (colon == std::string::npos || colon == 0) throw BadOption(fmt::format("{} is no HOST:/PATH", source));
  options.host = source.substr(0, colon);
  options.path = source.substr(colon + 1);
  std::istringstream words{text};
  for (std::string word; std::getline(words, word, ',');)
    if (!word.empty()) read_word(word, options);
  return options;
}

}  // namespace hasim::nfsfuse
