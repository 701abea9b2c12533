// Store, voters, ping, watchdog: a table each, with one key that is asked for.
#include <array>

#include "daemon/setup/document_parts.h"
#include "daemon/setup/tree.h"

namespace hacored::setup {
namespace {

using Kind = Node::Kind;

struct Arbiter {
  std::string_view answer, table, key;
  bool list;
};

constexpr std::array kArbiters{
    Arbiter{"arbiter.store", "store", "url", false}, Arbiter{"arbiter.voters", "voters", "addresses", true},
    Arbiter{"arbiter.ping", "ping", "addresses", true}, Arbiter{"arbiter.watchdog", "watchdog", "device", false}};

}  // namespace

void read_arbiters(const Node& config, Answers& answers) {
  for (const Arbiter& arbiter : kArbiters)
    if (const Node* table = look(config, arbiter.table, Kind::table))
      if (auto texts = texts_at(*table, arbiter.key); !texts.empty()) answers.set(arbiter.answer, std::move(texts));
}

void write_arbiters(Node& config, const Answers& before, const Answers& wanted) {
  for (const Arbiter& arbiter : kArbiters) {
    const std::vector<std::string>& texts = wanted.texts(arbiter.answer);
    if (texts == before.texts(arbiter.answer)) continue;
    if (texts.empty()) {
      erase(config, arbiter.table);
    } else {
      set(made(config, arbiter.table, Kind::table), arbiter.key,
          arbiter.list ? list_node(texts) : text_node(texts.front()));
    }
  }
}

}  // namespace hacored::setup
