#include "daemon/setup/document.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "daemon/config_file.h"
#include "daemon/config_keys.h"
#include "daemon/secrets.h"
#include "daemon/settings.h"
#include "daemon/setup/document_parts.h"
#include "daemon/setup/toml_writer.h"
#include "daemon/setup/tree.h"

namespace hacored::setup {
namespace {

constexpr std::string_view kOpening =
    "# The configuration of one cell, two head nodes, the same on both. hacore-setup wrote it and can be run again; "
    "what\n"
    "# is edited by hand stays, but for comments. Every key: hacore.toml(5). Mistakes: hacored --check\n\n";

constexpr std::string_view kSecretsOpening = "# Passwords that hacore.toml names. Only root may read them.\n\n";

const Node* first_unwritable(const Node& node) {
  if (node.is(Node::Kind::other)) return &node;
  for (const Node& item : node.items)
    if (const Node* found = first_unwritable(item)) return found;
  for (const Entry& entry : node.entries)
    if (const Node* found = first_unwritable(entry.value)) return found;
  return nullptr;
}

/// The file as a tree, an empty one if there is none.
std::optional<Node> tree_of(const std::string& path, bool hidden, std::vector<Diagnostic>& diagnostics) {
  if (access(path.c_str(), F_OK) != 0 && errno == ENOENT) return Node{};
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Report report{path, hidden ? "" : text};
  std::optional<Node> root;
  if (!file.is_open() || file.bad()) {
    report.error({}, fmt::format("cannot be read: {}", std::strerror(errno)));
  } else if (root = read_toml(text, report); root) {
    if (const Node* bad = first_unwritable(*root))
      report.error(bad->place, "a fraction, a date or a time: no key has one");
  }
  const std::vector<Diagnostic> said = report.in_order();
  diagnostics.insert(diagnostics.end(), said.begin(), said.end());
  return report.failed() ? std::nullopt : root;
}

/// In the order of the page of all keys; what is not known comes last, for the reader to complain of.
void sort(Node& root) {
  const auto rank = [](const Entry& entry) {
    if (entry.key == "cell" || entry.key == "heads") return entry.key == "cell" ? 0 : 1;
    int number = 2;
    for (const PartInfo& info : config_parts()) {
      if (!info.name.empty() && info.name == entry.key) return number;
      ++number;
    }
    return number;
  };
  std::stable_sort(root.entries.begin(), root.entries.end(),
                   [&](const Entry& a, const Entry& b) { return rank(a) < rank(b); });
}

Comments comments() {
  Comments comments;
  for (const PartInfo& info : config_parts()) {
    if (!info.name.empty()) comments.emplace(info.name, info.says.substr(0, info.says.find_first_of(".:")));
  }
  return comments;
}

}  // namespace

std::string folder_of_file(const std::string& path) { return path.substr(0, path.rfind('/')); }

ReadDocument read_document(const std::string& config_path) {
  ReadDocument read;
  auto config = tree_of(config_path, false, read.diagnostics);
  if (!config) return read;
  Document document{std::move(*config), {}};
  const std::string secrets = files_of(document, config_path).secrets;
  if (access(secrets.c_str(), F_OK) == 0) {
    if (auto why = not_private(secrets, secrets)) {
      read.diagnostics.push_back(
          {.path = secrets, .place = {}, .message = why->message, .source_line = {}, .notes = {why->note}});
      return read;
    }
  }
  auto passwords = tree_of(secrets, true, read.diagnostics);
  if (!passwords) return read;
  document.secrets = std::move(*passwords);
  read.document = std::move(document);
  return read;
}

Files files_of(const Document& document, const std::string& config_path) {
  const auto said = [&](std::string_view table, std::string_view key) {
    const Node* found = look(document.config, table, Node::Kind::table);
    return found == nullptr ? std::string{} : text_at(*found, key);
  };
  const auto or_else = [](const std::string& text, const std::string& otherwise) {
    return text.empty() ? otherwise : text;
  };
  const std::string folder = folder_of_file(config_path);
  const Settings initial;
  Files files{.config = config_path,
              .key = or_else(said("keys", "file"), folder + "/key"),
              .secrets = or_else(said("keys", "secrets"), folder + "/secrets.toml"),
              .voter_key = or_else(said("voters", "key_file"), folder + "/voter.key"),
              .run_dir = or_else(said("daemon", "run_dir"), initial.run_dir),
              .agent_dirs = initial.agent_dirs};
  if (const Node* daemon = look(document.config, "daemon", Node::Kind::table))
    if (auto dirs = texts_at(*daemon, "agent_dirs"); !dirs.empty()) files.agent_dirs = std::move(dirs);
  return files;
}

Answers answers_of(const Document& document) {
  Answers answers;
  read_cell(document.config, answers);
  read_networks(document.config, answers);
  read_resources(document.config, answers);
  read_fences(document, answers);
  read_arbiters(document.config, answers);
  return answers;
}

Answers standing_answers(const Document& document) {
  Answers standing = answers_of(document);
  if (!standing.has("cell.name")) return standing;
  for (const Question& question : questions())
    if (question.optional && !standing.has(key_of(question))) standing.set(key_of(question), {});
  return standing;
}

void put(Document& document, const Answers& wanted) {
  const Answers before = answers_of(document);
  write_cell(document.config, before, wanted);
  write_networks(document.config, before, wanted);
  write_resources(document.config, before, wanted);
  write_fences(document, before, wanted);
  write_arbiters(document.config, before, wanted);
}

void put_files(Document& document, const Files& files) {
  const auto put_one = [&](std::string_view table, std::string_view key, const std::string& path) {
    const KeyInfo* row = find_key(table == "keys" ? Part::keys : Part::voters, key);
    const Node* there = look(document.config, table, Node::Kind::table);
    const bool said = there != nullptr && !text_at(*there, key).empty();
    if (!said && path != row->initial) set(made(document.config, table, Node::Kind::table), key, text_node(path));
  };
  put_one("keys", "file", files.key);
  put_one("keys", "secrets", files.secrets);
  if (look(document.config, "voters", Node::Kind::table) != nullptr) put_one("voters", "key_file", files.voter_key);
}

std::string config_text(const Document& document) {
  Node root = document.config;
  sort(root);
  return toml_text(root, kOpening, comments());
}

std::string secrets_text(const Document& document) { return toml_text(document.secrets, kSecretsOpening); }

}  // namespace hacored::setup
