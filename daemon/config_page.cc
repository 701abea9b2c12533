// The page: what stands above the tables is written here, the rest comes from the rows.
#include "daemon/config_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/config_value.h"

namespace hacored {
namespace {

constexpr std::string_view kOpening = R"(# The configuration of hacored

<!-- Made by `hacored --keys > docs/configuration.md` from daemon/config_keys.def. Do not edit. -->

`/etc/hacore/hacore.toml` is one file for the cell, the same on both heads; a head finds itself in `heads` by its host
name. [packaging/hacore.toml.example](../packaging/hacore.toml.example) is a whole one to start from.

    hacored --check [FILE]               every mistake with its line and what to write instead; exit 0 good, 2 not
    hacored --check --head head2 FILE    as the other head reads it
    hacored --check --probe              and asks every resource, its storage and every fence device, from here
    hactl reload                         checks it on both heads, then puts it into force on both

- It is [TOML](https://toml.io). A key that is not known is refused, so that a slip of the finger is not a default.
- A duration has a unit: `"500ms"`, `"10s"`, `"3min"`, `"1h"`. So has a size (`"16MiB"`) and a drift (`"200ppm"`).
- Values for each head are a list of two, of the first and of the second head in the order of `heads`.
- A name has letters, digits, `.`, `-` and `_`. An address is IPv4 or IPv6. A path is absolute. A program is a path, or a
  name that is looked for in `agent_dirs`.
- Before a head uses it, it works out whether the times are safe together ([protocol](protocol.md), section 9); two that
  collide are named.
- The heads compare a digest of everything that both must agree about. As long as it differs, the passive head does not
  take over. Secrets are not part of it, and neither are the tables marked *each head's own affair*.
- `hactl reload` puts into force while the daemon runs: `[timing]`, `[policy]`, `prefers`, `start_takes`, `stop_takes` and
  `off_takes`, `[keys]` with what the files hold now, `[alerts]`, and the key of `[voters]`. Everything else needs a
  restart of hacored, which leaves services alone; a reload that would need it is refused, names it and changes nothing.
- What is only a head's own affair is put into force on the head that was asked; so is a key whose file is new.

The key of the beats is changed while both heads serve, with a reload on each head after each step: first `next` names
the new key on both heads; then `file` names it, and `next` the old one; then `next` goes.

Passwords do not stand in this file, so that it can be read by everybody and pasted into a ticket. Where one is needed it
is named, `password = { secret = "bmc1" }`, and stands as `bmc1 = "…"` in `/etc/hacore/secrets.toml`, which must belong to
root and have mode 0600.
)";

std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

std::string range(std::string_view what, const KeyInfo& key) {
  return fmt::format("{}{}{} … {}", what, what.empty() ? "" : ", ", amount_of(key, key.least),
                     amount_of(key, key.most));
}

std::string value_of(const KeyInfo& key) {
  switch (key.shape) {
    case Shape::name: return "name";
    case Shape::text: return "text";
    case Shape::flag: return "`true`, `false`";
    case Shape::whole: return range("", key);
    case Shape::duration: return range("duration", key);
    case Shape::ppm:
    case Shape::size: return range("", key);
    case Shape::choice: return fmt::format("`\"{}\"`", fmt::join(words_of(key.words), "\"`, `\""));
    case Shape::ip: return "address";
    case Shape::network: return "address/prefix";
    case Shape::listen: return "address:port";
    case Shape::interface: return "interface";
    case Shape::file: return "path";
    case Shape::program: return "program";
    case Shape::url: break;
  }
  return "URL";
}

std::string_view how_many(const KeyInfo& key) {
  switch (key.count) {
    case Count::one: return "";
    case Count::each_head: return "; or one for each head";
    case Count::two: return "; one for each head";
    case Count::list: break;
  }
  return "; a list";
}

std::string initial_of(const KeyInfo& key) {
  if (key.needed) return "needed";
  if (key.initial.empty()) return "–";
  return fmt::format(
      "`{}`",
      sample_of({.part = key.part, .name = key.name, .shape = key.shape, .count = key.count, .initial = key.initial}));
}

std::string rule_of(const KeyInfo& key) { return key.rule.empty() ? "" : fmt::format("§{}", key.rule); }

std::string section(const PartInfo& info) {
  std::string out =
      fmt::format("\n## {}\n\n{}", info.part == Part::top ? "The top of the file" : info.header, info.says);
  if (info.many) out += fmt::format(" At most {}.", info.most);
  if (!info.agreed) out += " *Each head's own affair.*";
  out += "\n\n| key | value | default | meaning | protocol |\n|---|---|---|---|---|\n";
  for (const KeyInfo* key : keys_of(info.part)) {
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", key->name, cell(value_of(*key) + std::string(how_many(*key))),
                       initial_of(*key), cell(std::string(key->says)), rule_of(*key));
  }
  return out;
}

}  // namespace

std::string configuration_page() {
  std::string page{kOpening};
  for (const PartInfo& info : config_parts()) page += section(info);
  return page;
}

}  // namespace hacored
