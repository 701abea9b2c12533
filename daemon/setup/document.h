// hacore.toml and its secrets as trees, and the answers that stand in them. What the questions do not ask about stays
// as it is, so a set-up that is run again loses nothing but comments.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/diagnostic.h"
#include "daemon/setup/answers.h"
#include "daemon/toml_tree.h"

namespace hacored::setup {

struct Document {
  Node config;
  Node secrets;
};

/// The files that a set-up writes, and the folders that it needs, as the configuration names them.
struct Files {
  std::string config, key, secrets, voter_key;
  std::string run_dir;
  std::vector<std::string> agent_dirs;
};

/// What there is at `config_path`; an empty document if there is nothing. Of files that are no TOML, or that nobody may
/// trust, only diagnostics.
struct ReadDocument {
  std::optional<Document> document;
  std::vector<Diagnostic> diagnostics;
};
ReadDocument read_document(const std::string& config_path);

std::string folder_of_file(const std::string& path);

/// Beside the configuration, unless it says something else.
Files files_of(const Document&, const std::string& config_path);

/// What the document says. Passwords are among the answers.
Answers answers_of(const Document&);
/// The same, and where a cell is set up everything that it does without is "none".
Answers standing_answers(const Document&);
/// Makes the document say it. A step in which it says the same already is not touched.
void put(Document&, const Answers&);
/// Where keys and secrets lie, if that is not where everybody expects them.
void put_files(Document&, const Files&);

std::string config_text(const Document&);
std::string secrets_text(const Document&);

}  // namespace hacored::setup
