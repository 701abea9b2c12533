// Walks over the tables of the file by the table of keys.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>

#include "daemon/config_devices.h"
#include "daemon/config_draft.h"
#include "daemon/config_value.h"
#include "daemon/config_words.h"
#include "daemon/spelling.h"

namespace hacored {
namespace {

using Parts = std::vector<Part>;
using Names = std::vector<std::string_view>;

/// The types of resources are the parts of these names.
constexpr std::array kTypes{Part::address, Part::mount, Part::unit, Part::ocf, Part::mariadb, Part::script};

bool is_type(Part part) { return std::find(kTypes.begin(), kTypes.end(), part) != kTypes.end(); }
bool is_table_of_file(Part part) { return part != Part::top && part != Part::resource && !is_type(part); }

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string{};
}

std::string group_of(std::string_view type) {
  if (type == "mount") return "mounts";
  return type == "address" ? "addr" : "daemons";
}

/// As messages call a table.
std::string called(Part part) {
  const std::string header{info_of(part).header};
  return is_type(part) ? "a resource of " + header : header;
}

std::string inside(Part part) { return part == Part::top ? "at the top of the file" : "in " + called(part); }

/// The best of: a slip of the finger, a key of another table, a word of another system; else what there is.
std::string what_was_meant(const std::string& key, const Names& known) {
  if (std::string note = meant(key, known); !note.empty()) return note;
  for (const PartInfo& info : config_parts())
    if (find_key(info.part, key) != nullptr) return fmt::format("it belongs {}", inside(info.part));
  if (std::string note = said_here(key); !note.empty()) return note;
  Names sorted = known;
  std::sort(sorted.begin(), sorted.end());
  return fmt::format("expected: {}", fmt::join(sorted, ", "));
}

class Reader {
 public:
  Reader(const ReadOptions& options, Report& report) : options_{options}, report_{report} {}

  Draft read(const Node& root) {
    read_top(root);
    for (const PartInfo& info : config_parts())
      if (is_table_of_file(info.part) && !info.many) read_single(info, root);
    if (options_.files) secrets_ = Secrets{options_.real(draft_.settings.secrets_file), draft_.settings.secrets_file};
    for (const PartInfo& info : config_parts())
      if (is_table_of_file(info.part) && info.many) read_many(info, root);
    draft_.of_secrets = secrets_.report().in_order();
    return std::move(draft_);
  }

 private:
  Settings& settings() { return draft_.settings; }

  void read_top(const Node& root) {
    Names tables;
    for (const PartInfo& info : config_parts())
      if (is_table_of_file(info.part)) tables.push_back(info.name);
    refuse_unknown({Part::top}, root, tables);
    read_keys(Part::top, root, {}, "");
    find_self();
  }

  /// Which head this is.
  void find_self() {
    const auto heads = draft_.at("heads");
    if (!heads) return;
    const std::string name = options_.head.empty() ? host_name() : options_.head;
    const std::string_view short_name = std::string_view(name).substr(0, name.find('.'));
    for (std::uint8_t i = 0; i < 2; ++i) {
      const std::string& head = settings().heads.at(i);
      if (head != name && (head != short_name || !options_.head.empty())) continue;
      settings().self = i;
      return;
    }
    report_.error(*heads, fmt::format("this host is {}, which is neither of the heads", name),
                  {meant(name, {settings().heads[0], settings().heads[1]}),
                   "on another machine: hacored --check --head " + settings().heads[0]});
  }

  void read_single(const PartInfo& info, const Node& root) {
    const Entry* entry = root.find(info.name);
    if (entry == nullptr) return set_initial(info.part);
    if (!entry->value.is(Node::Kind::table)) {
      report_.error(entry->place, fmt::format("{} is one table", info.name), {fmt::format("write: {}", info.header)});
      return;
    }
    draft_.places[std::string(info.name)] = entry->place;
    refuse_unknown({info.part}, entry->value, {});
    read_keys(info.part, entry->value, entry->place, std::string(info.name) + ".");
  }

  /// A list of tables, each with its place in the list.
  void read_many(const PartInfo& info, const Node& parent) {
    const Entry* entry = parent.find(info.name);
    if (entry == nullptr) return;
    draft_.places.try_emplace(std::string(info.name), entry->place);
    const auto tables = [](const Node& list) {
      return std::all_of(list.items.begin(), list.items.end(),
                         [](const Node& item) { return item.is(Node::Kind::table); });
    };
    if (!entry->value.is(Node::Kind::list) || !tables(entry->value)) {
      report_.error(entry->place, fmt::format("{} is a list of tables", info.name),
                    {fmt::format("write: {}", info.header)});
      return;
    }
    for (const Node& table : entry->value.items) {
      const int number = count_[info.part]++;
      if (number >= info.most) {
        report_.error(table.place, fmt::format("there are more than {} {}", info.most, info.header));
        return;
      }
      const std::string where = fmt::format("{}.{}", info.name, number);
      draft_.places[where] = table.place;
      read_one(info.part, table, where + ".");
    }
  }

  void read_one(Part part, const Node& table, const std::string& where) {
    switch (part) {
      case Part::path: settings().paths.emplace_back(); break;
      case Part::fence: return read_fence(table, where);
      case Part::service: return read_service(table, where);
      case Part::resource: return read_resource(table, where);
      default: break;
    }
    refuse_unknown({part}, table, {});
    read_keys(part, table, table.place, where);
  }

  void read_fence(const Node& table, const std::string& where) {
    settings().fence.emplace_back().timeout = Duration{0};
    Names devices{settings().heads[0], settings().heads[1]};
    for (const Entry& entry : table.entries)  // without heads any table may be a device
      if (!draft_.at("heads") && !entry.value.is(Node::Kind::text)) devices.push_back(entry.key);
    refuse_unknown({Part::fence}, table, devices);
    read_keys(Part::fence, table, table.place, where);
    for (std::size_t head = 0; head < 2; ++head) {
      const std::string& name = settings().heads.at(head);
      if (name.empty() || find_key(Part::fence, name) != nullptr) continue;
      if (const Entry* entry = table.find(name)) {
        draft_.agreed.add(name);
        draft_.places[where + name] = entry->place;
        read_devices(*entry, head, settings(), {draft_.agreed, secrets_, report_});
      } else {
        report_.error(
            table.place, fmt::format("the level has no device for {}: nothing could switch it off", name),
            {fmt::format("write: {} = {{ ip = \"…\", username = \"…\", password = {{ secret = \"…\" }} }}", name)});
      }
    }
  }

  void read_service(const Node& table, const std::string& where) {
    settings().services.emplace_back();
    draft_.prefers.emplace_back();
    refuse_unknown({Part::service}, table, {info_of(Part::resource).name});
    read_keys(Part::service, table, table.place, where);
    if (const Entry* prefers = table.find("prefers")) draft_.prefers.back() = prefers->value.text;
    read_many(info_of(Part::resource), table);
  }

  void read_resource(const Node& table, const std::string& where) {
    ResourceSettings& resource = settings().services.back().resources.emplace_back();
    resource.service = static_cast<std::uint8_t>(settings().services.size() - 1);
    resource.start_max = settings().core.start_max;
    resource.stop_max = settings().core.stop_max;
    settings().surroundings.parts.push_back({"", Duration{0}, Duration{0}, resource.service});
    read_keys(Part::resource, table, table.place, where);
    const auto type =
        std::find_if(kTypes.begin(), kTypes.end(), [&](Part t) { return info_of(t).name == resource.type; });
    if (type == kTypes.end()) {  // a key of any type may be right
      Parts any{kTypes.begin(), kTypes.end()};
      any.push_back(Part::resource);
      return refuse_unknown(any, table, {"param"});
    }
    settings().surroundings.parts.back().group = group_of(resource.type);
    const bool takes_any = *type == Part::ocf;
    refuse_unknown({Part::resource, *type}, table, takes_any ? Names{"param"} : Names{});
    read_keys(*type, table, table.place, where);
    const Entry* any = takes_any ? table.find("param") : nullptr;
    if (any != nullptr) read_agent_parameters(*any, resource.parameters, {draft_.agreed, secrets_, report_});
  }

  void read_keys(Part part, const Node& table, Place header, const std::string& where) {
    for (const KeyInfo* key : keys_of(part)) {
      const Entry* entry = table.find(key->name);
      if (entry == nullptr && key->needed && !misspelt(*key, table)) {
        report_.error(
            header, fmt::format("{} has no {}", called(part), key->name),
            {fmt::format("write: {} = {}", key->name, sample_of(*key)), fmt::format("it says: {}", key->says)});
      }
      const auto value = entry == nullptr ? initial_value(*key) : read_value(*key, *entry, report_);
      if (!value || value->texts.empty()) continue;
      if (entry != nullptr) draft_.places[where + std::string(key->name)] = entry->value.place;
      set(*key, *value);
    }
  }

  /// There is a key that was probably meant to be this one; it is complained of already.
  static bool misspelt(const KeyInfo& key, const Node& table) {
    return std::any_of(table.entries.begin(), table.entries.end(), [&](const Entry& entry) {
      return find_key(key.part, entry.key) == nullptr && !meant(entry.key, {key.name}).empty();
    });
  }

  void set_initial(Part part) {
    for (const KeyInfo* key : keys_of(part))
      if (const auto value = initial_value(*key)) set(*key, *value);
  }

  void set(const KeyInfo& key, const Value& value) {
    key.store(settings(), value);
    if (!info_of(key.part).agreed) return;
    draft_.agreed.add(info_of(key.part).name).add(key.name);
    for (const std::string& text : value.texts) draft_.agreed.add(text);
  }

  void refuse_unknown(const Parts& parts, const Node& table, const Names& others) {
    Names known = others;
    for (const Part part : parts)
      for (const KeyInfo* key : keys_of(part)) known.push_back(key->name);
    for (const Entry& entry : table.entries) {
      if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
      report_.error(entry.place, fmt::format("\"{}\" is not known {}", entry.key, inside(parts.back())),
                    {what_was_meant(entry.key, known)});
    }
  }

  const ReadOptions& options_;
  Report& report_;
  Draft draft_;
  Secrets secrets_;
  std::map<Part, int> count_;
};

}  // namespace

Draft read_draft(const Node& root, const ReadOptions& options, Report& report) {
  return Reader{options, report}.read(root);
}

}  // namespace hacored
