// Compiling and matching sentence patterns.
#include "lang/pattern.h"

#include <algorithm>

#include "core/check.h"
#include "lang/words.h"

namespace hasim {
namespace {

constexpr std::string_view kScope = "[between PLACE and PLACE / from PLACE to PLACE / at PLACE]";

bool is_bracket(std::string_view text) {
  return text.size() == 1 && std::string_view("[]()/").find(text[0]) != std::string_view::npos;
}

/// Words (with their `(s)`) and brackets of a pattern.
std::vector<std::string> pattern_tokens(std::string_view text) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
    } else if (is_bracket(text.substr(i, 1))) {
      tokens.emplace_back(text.substr(i++, 1));
    } else {
      std::size_t j = i;
      while (j < text.size() && text[j] != ' ' && !is_bracket(text.substr(j, 1))) ++j;
      if (text.substr(j, 3) == "(s)") j += 3;
      tokens.emplace_back(text.substr(i, j - i));
      i = j;
    }
  }
  return tokens;
}

}  // namespace

/// Turns `[ ]`, `( / )`, words and slots into branches, in one pass from left to right.
class PatternCompiler {
 public:
  PatternCompiler(std::string_view text, Pattern& out) : tokens_(pattern_tokens(text)), out_(out) {
    alternatives();
    HA_CHECK(next_ == tokens_.size());
    emit({Pattern::OpKind::done, "", "", {}, 0, {}, {}});
    HA_CHECK(out_.picks_ <= Match::kPicksMax && out_.slots_.size() <= Match::kSlotsMax);
  }

 private:
  std::uint16_t here() const { return static_cast<std::uint16_t>(out_.ops_.size()); }
  void emit(Pattern::Op op) { out_.ops_.push_back(std::move(op)); }

  bool closes() const { return next_ == tokens_.size() || tokens_[next_] == "]" || tokens_[next_] == ")"; }

  bool has_slash() const {
    int depth = 0;
    for (std::size_t i = next_; i < tokens_.size() && depth >= 0; ++i) {
      if (tokens_[i] == "[" || tokens_[i] == "(") ++depth;
      if (tokens_[i] == "]" || tokens_[i] == ")") --depth;
      if (depth == 0 && tokens_[i] == "/") return true;
    }
    return false;
  }

  std::size_t branch() {
    emit({Pattern::OpKind::branch, "", "", {}, static_cast<std::uint8_t>(out_.picks_++), {}, {}});
    return out_.ops_.size() - 1;
  }

  void target(std::size_t branch_at, std::uint8_t pick) {
    out_.ops_[branch_at].targets.push_back(here());
    out_.ops_[branch_at].picks.push_back(pick);
  }

  /// `a / b / c` up to a closing bracket; without a slash just `a`.
  void alternatives() {
    if (!has_slash()) return sequence();
    const std::size_t at = branch();
    std::vector<std::size_t> jumps;
    for (std::uint8_t pick = 0;; ++pick) {
      target(at, pick);
      sequence();
      if (closes()) break;
      ++next_;  // the slash
      jumps.push_back(here());
      emit({Pattern::OpKind::jump, "", "", {}, 0, {}, {}});
    }
    for (const std::size_t jump : jumps) out_.ops_[jump].targets = {here()};
  }

  void optional() {
    const std::size_t at = branch();
    target(at, 1);
    alternatives();
    target(at, 0);
  }

  void sequence() {
    while (!closes() && tokens_[next_] != "/") {
      const std::string token = tokens_[next_++];
      if (token == "[" || token == "(") {
        token == "[" ? optional() : alternatives();
        ++next_;  // the closing bracket
      } else {
        element(token);
      }
    }
  }

  void element(const std::string& token) {
    if (const auto slot = slot_named(token)) {
      emit({Pattern::OpKind::slot, "", "", *slot, static_cast<std::uint8_t>(out_.slots_.size()), {}, {}});
      out_.slots_.push_back(*slot);
    } else if (token.ends_with("(s)")) {
      const std::string singular = token.substr(0, token.size() - 3);
      emit({Pattern::OpKind::word, singular, singular + "s", {}, 0, {}, {}});
    } else {
      emit({Pattern::OpKind::word, token, "", {}, 0, {}, {}});
    }
  }

  std::vector<std::string> tokens_;
  std::size_t next_ = 0;
  Pattern& out_;
};

namespace {

/// One attempt to match one pattern.
class Matching {
 public:
  Matching(const Pattern& pattern, Tokens tokens, bool whole, const SlotReader& reader, Farthest* farthest,
           Match& match)
      : ops_(pattern.ops()), tokens_(tokens), whole_(whole), reader_(reader), farthest_(farthest), match_(match) {}

  bool run(std::size_t op_at, std::size_t at) {
    for (;; ++op_at) {
      const Pattern::Op& op = ops_[op_at];
      switch (op.kind) {
        case Pattern::OpKind::done: return done(at);
        case Pattern::OpKind::jump: op_at = op.targets[0] - std::size_t{1}; break;
        case Pattern::OpKind::branch: return branch(op, at);
        case Pattern::OpKind::slot: return slot(op, op_at, at);
        case Pattern::OpKind::word:
          if (!word(op, at)) return false;
          ++at;
          break;
      }
    }
  }

 private:
  bool done(std::size_t at) {
    if (whole_ && at != tokens_.size()) return false;
    match_.end = at;
    return true;
  }

  bool word(const Pattern::Op& op, std::size_t at) {
    if (at < tokens_.size() && tokens_[at].is_word() &&
        (tokens_[at].text == op.word || (!op.plural.empty() && tokens_[at].text == op.plural))) {
      return true;
    }
    if (farthest_ != nullptr) farthest_->want(at, {false, {}, op.plural.empty() ? op.word : op.plural});
    return false;
  }

  bool branch(const Pattern::Op& op, std::size_t at) {
    const Match before = match_;
    for (std::size_t i = 0; i < op.targets.size(); ++i) {
      match_ = before;
      match_.picks[op.index] = op.picks[i];
      if (run(op.targets[i], at)) return true;
    }
    match_ = before;
    return false;
  }

  bool slot(const Pattern::Op& op, std::size_t op_at, std::size_t at) {
    std::vector<std::size_t> ends;
    reader_.ends(op.slot, tokens_, at, farthest_, ends);
    // The longest list first: a clause ends where nothing more fits.
    for (auto i = ends.rbegin(); i != ends.rend(); ++i) {
      const std::size_t end = *i;
      match_.slots[op.index] = {static_cast<std::uint16_t>(at), static_cast<std::uint16_t>(end)};
      if (run(op_at + 1, end)) return true;
    }
    match_.slots[op.index] = {};
    return false;
  }

  const std::vector<Pattern::Op>& ops_;
  Tokens tokens_;
  bool whole_;
  const SlotReader& reader_;
  Farthest* farthest_;
  Match& match_;
};

}  // namespace

bool Farthest::reaches(std::size_t position) {
  if (position < at) return false;
  if (position > at) {
    *this = {};
    at = position;
  }
  return true;
}

void Farthest::want(std::size_t position, Expected what) {
  if (reaches(position)) expected.insert(what);
}

Pattern::Pattern(std::string_view text) {
  std::string full(text);
  if (const std::size_t scope = full.find("SCOPE"); scope != full.npos) full.replace(scope, 5, kScope);
  PatternCompiler compile(full, *this);
}

bool Pattern::match(Tokens tokens, std::size_t from, bool whole, const SlotReader& reader, Farthest* farthest,
                    Match& match) const {
  match = {};
  return Matching(*this, tokens, whole, reader, farthest, match).run(0, from);
}

bool Pattern::match_rest(Tokens tokens, const SlotReader& reader, Match& match) const {
  match = {};
  return Matching(*this, tokens, true, reader, nullptr, match).run(1, 1);
}

}  // namespace hasim
