// The options of a fence agent (ClusterLabs' FenceAgentAPI): one table says what an agent understands on stdin, on its
// command line and in its metadata.
#pragma once

#include <chrono>
#include <iosfwd>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hacored::agents {

enum class OptionType { text, number, seconds, boolean };

struct FenceOption {
  std::string_view name;   ///< on stdin; on the command line with `-` for `_`
  std::string_view older;  ///< the name before it, still understood on stdin; may be empty
  char letter = 0;         ///< on the command line; 0: none
  OptionType type = OptionType::text;
  std::string_view fallback;
  std::string_view text;  ///< for people
  bool required = false;
};

struct FenceAgentDescription {
  std::string_view name;  ///< fence_…
  std::string_view text;  ///< one sentence
  std::vector<FenceOption> options;
};

/// What every agent of this house understands beside its own options.
std::vector<FenceOption> common_fence_options();

/// The values of the options. A value that cannot be read is the Failure `misconfigured`.
class FenceOptions {
 public:
  const std::string& text(const std::string& name) const;
  bool given(const std::string& name) const { return !text(name).empty(); }
  bool boolean(const std::string& name) const;
  std::uint64_t number(const std::string& name) const;
  std::chrono::milliseconds seconds(const std::string& name) const;

  void set(const std::string& name, std::string value) { values_[name] = std::move(value); }

 private:
  std::map<std::string, std::string> values_;
};

/// Lines `name=value` up to the end of the stream; `#` opens a comment. What the agent does not know is said in the log
/// and otherwise ignored, as the API asks.
FenceOptions read_fence_options(const FenceAgentDescription& agent, std::istream& input);

/// The command line. Returns the exit code instead where the program is over with that: help, version, a mistake.
struct CommandLine {
  FenceOptions options;
  int exit = -1;
};
CommandLine read_fence_options(const FenceAgentDescription& agent, int argc, const char* const* argv);

/// The metadata of the agent, as XML.
std::string fence_metadata(const FenceAgentDescription& agent);

}  // namespace hacored::agents
