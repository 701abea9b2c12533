// The configuration files of the heads, and the releases of their cores.
#pragma once

#include "lang/ast.h"
#include "sim/engine.h"

namespace hasim::sim {

/// `change SETTING to VALUE on HEAD`: edits the file. Nothing reads it before a start of the core or a reload.
void edit_config(Engine&, int head, const Sentence&);
/// What stands in that head's file.
ha::Config config_in_file(const Engine&, int head);
/// A core whose settings collide does not start: its host says why [FE19]. True if it may start.
bool config_lets_start(Engine&, int head);
/// The host reads the file and checks it for a reload.
void stage_config(Engine&, int head, std::uint64_t request);
void use_config(Engine&, int head);

}  // namespace hasim::sim
