// The closed word lists of the language.
#include "lang/words.h"

#include <algorithm>
#include <set>

#include "core/check.h"
#include "core/reason.h"
#include "lang/pattern.h"
#include "lang/run.h"
#include "lang/settings.h"

namespace hasim {
namespace {

using enum ThingKind;

constexpr std::array<std::string_view, 12> kCommands{"makeactive", "acknowledge", "maintenance", "standby",
                                                     "cancel",     "drill",       "reload",      "recover",
                                                     "clone",      "takeover",    "migrate",     "stop"};
constexpr int kInvariants = 9;

// The words of the grammar itself; those of the sentences come from the table.
constexpr std::string_view kGrammarWords[] = {
    "given",     "start", "end",     "on",     "whenever", "any",  "each",   "with", "for",
    "and",       "or",    "not",     "before", "after",    "race", "repeat", "over", "measure",
    "sometimes", "of",    "between", "peer",   "exactly",  "most", "least",  "no",   "one",
    "two",       "three", "ns",      "us",     "ms",       "s",    "min",    "h",    "d"};

struct SlotWords {
  Slot slot;
  std::string_view name, article;
  std::vector<ThingKind> kinds;
};

const std::vector<SlotWords>& slots() {
  static const std::vector<SlotWords> table{
      {Slot::HEAD, "HEAD", "a head", {head}},
      {Slot::PLACE, "PLACE", "a place (head, nas, voters, witness, clients)", {head, nas, voter, witness, clients}},
      {Slot::NET, "NET", "a network", {network}},
      {Slot::PDU, "PDU", "a PDU", {pdu}},
      {Slot::NAS, "NAS", "a NAS", {nas}},
      {Slot::VOLUME, "VOLUME", "a volume", {volume}},
      {Slot::STORE, "STORE", "a NAS or volume", {nas, volume}},
      {Slot::VOTERS, "VOTERS", "voters", {voter}},
      {Slot::WITNESS, "WITNESS", "a witness", {witness}},
      {Slot::CLIENTS, "CLIENTS", "clients", {clients}},
      {Slot::SERVICE, "SERVICE", "a service", {service}},
      {Slot::PART, "PART", "a part of a service (like main.mysql)", {address, mount, database, daemon, script}},
      {Slot::ADDR, "ADDR", "an address of a service", {address}},
      {Slot::DB, "DB", "a database of a service", {database}},
      {Slot::CELL, "CELL", "a cell", {cell}},
      {Slot::HEADS, "HEADS", "heads", {head}},
      {Slot::NETS, "NETS", "networks", {network}},
      {Slot::PDUS, "PDUS", "PDUs", {pdu}},
      {Slot::SERVICES, "SERVICES", "services", {service}},
      {Slot::NAMES, "NAMES", "names", {}},
      {Slot::DUR, "DUR", "a duration (5s)", {}},
      {Slot::SIGNED, "SIGNED", "a signed duration (+7h, -90s)", {}},
      {Slot::INT, "INT", "a number", {}},
      {Slot::PCT, "PCT", "a percentage (30%)", {}},
      {Slot::PPM, "PPM", "parts per million, faster or slower (500ppm, -500ppm)", {}},
      {Slot::SIZE, "SIZE", "a size (1400B)", {}},
      {Slot::RATE, "RATE", "a rate (10Mbit)", {}},
      {Slot::COUNT, "COUNT", "a count (no, one, exactly 2, at most 3)", {}},
      {Slot::REASON, "REASON", "a reason", {}},
      {Slot::PROOF, "PROOF", "a proof", {}},
      {Slot::COMMAND, "COMMAND", "a command", {}},
      {Slot::INVARIANT, "INVARIANT", "an invariant", {}},
      {Slot::SETTING, "SETTING", "a setting", {}},
      {Slot::VALUE, "VALUE", "a value", {}},
      {Slot::STRING, "STRING", "a \"string\"", {}},
      {Slot::PREFIX, "PREFIX", "an address with prefix (10.0.0.1/24)", {}},
      {Slot::PATH, "PATH", "a path", {}},
  };
  return table;
}

const SlotWords& words_about(Slot slot) {
  const SlotWords& words = slots()[static_cast<std::size_t>(slot)];
  HA_CHECK(words.slot == slot);
  return words;
}

template <class List>
std::optional<std::uint8_t> position(const List& list, std::string_view word) {
  const auto found = std::find(list.begin(), list.end(), word);
  if (found == list.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - list.begin());
}

const std::vector<std::string>& reasons() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all;
    for (int i = 0; i < ha::kReasons; ++i) all.emplace_back(to_string(static_cast<ha::Reason>(i)));
    return all;
  }();
  return words;
}

const std::vector<std::string>& proofs() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all;
    for (int i = 0; i < ha::kProofs; ++i) all.emplace_back(to_string(static_cast<ha::Proof>(i)));
    return all;
  }();
  return words;
}

std::optional<std::uint8_t> invariant_number(std::string_view word) {
  if (word.size() == 2 && word[0] == 'I' && word[1] >= '1' && word[1] <= '9') {
    return static_cast<std::uint8_t>(word[1] - '0');
  }
  for (int i = 1; i <= kInvariants; ++i) {
    if (invariant_name(i) == word) return static_cast<std::uint8_t>(i);
  }
  return std::nullopt;
}

std::set<std::string, std::less<>> collect_reserved() {
  std::set<std::string, std::less<>> words(std::begin(kGrammarWords), std::end(kGrammarWords));
  words.insert(kVerbs.begin(), kVerbs.end());
  for (const SentenceInfo& sentence : sentences()) {
    for (const Pattern::Op& op : pattern(sentence.id).ops()) {
      if (op.kind != Pattern::OpKind::word) continue;
      words.insert(op.word);
      words.insert(op.plural);
    }
  }
  words.erase("");
  return words;
}

}  // namespace

bool is_verb(std::string_view word) { return position(kVerbs, word).has_value(); }

bool is_stimulus_verb(std::string_view word) {
  return word == "fault" || word == "heal" || word == "do" || word == "note";
}

std::optional<std::uint8_t> word_number(Slot slot, std::string_view word) {
  std::optional<std::uint8_t> number;
  if (slot == Slot::REASON) number = position(reasons(), word);
  if (slot == Slot::PROOF) number = position(proofs(), word);
  if (slot == Slot::COMMAND) return position(kCommands, word);
  if (slot == Slot::INVARIANT) return invariant_number(word);
  // "none" stands at 0 of both lists and is no word of the language.
  return number == std::uint8_t{0} ? std::nullopt : number;
}

std::vector<std::string> words_of(Slot slot) {
  switch (slot) {
    case Slot::REASON: return {reasons().begin() + 1, reasons().end()};
    case Slot::PROOF: return {proofs().begin() + 1, proofs().end()};
    case Slot::COMMAND: return as_strings(kCommands);
    case Slot::SETTING: return setting_names();
    case Slot::INVARIANT: break;
    default: return {};
  }
  std::vector<std::string> words;
  for (int i = 1; i <= kInvariants; ++i) {
    words.push_back("I" + std::to_string(i));
    words.emplace_back(invariant_name(i));
  }
  return words;
}

bool is_reserved(std::string_view word) {
  static const std::set<std::string, std::less<>> words = collect_reserved();
  return words.find(word) != words.end();
}

std::string_view kind_name(ThingKind kind) {
  switch (kind) {
    case head: return "head";
    case network: return "network";
    case bmc: return "bmc";
    case pdu: return "pdu";
    case nas: return "nas";
    case volume: return "volume";
    case disk: return "disk";
    case voter: return "voters";
    case witness: return "witness";
    case clients: return "clients";
    case cell: return "cell";
    case service: return "service";
    case address: return "address";
    case mount: return "mount";
    case database: return "database";
    case daemon: return "daemon";
    case script: return "script";
  }
  return "";
}

std::string_view with_article(ThingKind kind) {
  switch (kind) {
    case head: return "a head";
    case network: return "a network";
    case bmc: return "a BMC";
    case pdu: return "a PDU";
    case nas: return "a NAS";
    case volume: return "a volume";
    case disk: return "a shared disk";
    case voter: return "the voters";
    case witness: return "a witness";
    case clients: return "clients";
    case cell: return "a cell";
    case service: return "a service";
    case address: return "an address";
    case mount: return "a mount";
    case database: return "a database";
    case daemon: return "a daemon";
    case script: return "a script";
  }
  return "";
}

std::string_view with_article(Slot slot) { return words_about(slot).article; }
std::string_view slot_name(Slot slot) { return words_about(slot).name; }
std::span<const ThingKind> kinds_of(Slot slot) { return words_about(slot).kinds; }
bool is_name_slot(Slot slot) { return !words_about(slot).kinds.empty(); }

std::optional<Slot> slot_named(std::string_view name) {
  for (const SlotWords& words : slots()) {
    if (words.name == name) return words.slot;
  }
  return std::nullopt;
}

}  // namespace hasim
