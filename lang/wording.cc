// Texts of failures. Made only when something broke, so they may cost.
#include "lang/wording.h"

#include <fmt/format.h>

namespace hasim {

namespace {

/// Seconds with at most three decimals, none in vain; what is below a millisecond with six.
std::string seconds_of(Duration d) {
  const std::int64_t ns = d.count();
  if (ns != 0 && ns < 1'000'000) return fmt::format("{:.6f}", static_cast<double>(ns) / 1e9);
  std::string text = fmt::format("{}.{:03}", ns / 1'000'000'000, ns / 1'000'000 % 1000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

/// As the times of the line are written: after the mark, or after instant 0.
std::string after_mark(const Docket::Window& w, Time t) { return w.mark ? offset_of(t - *w.mark) : instant_of(t); }

/// Of each service of its cell.
std::string core_roles(const HeadPicture& head) {
  std::string roles;
  for (std::size_t i = 0; i < head.services; ++i)
    roles += fmt::format("{}{}", i > 0 ? " and " : "", to_string(head.service[i].role));
  return roles;
}

std::string what_it_is(const HeadPicture& head, SeenRole role) {
  if (head.power && !head.hung && head.holds_something())
    return fmt::format("holds because {}", to_string(head.holds_because()));
  switch (role) {
    case SeenRole::off: return "off";
    case SeenRole::hung: return "hung";
    case SeenRole::active: return "active";
    case SeenRole::passive: return "passive";
    case SeenRole::joining: return "joining";
    case SeenRole::leaving: return "leaving";
    case SeenRole::holding_some: return "runs some parts";
    case SeenRole::other: return head.up ? "up, core " + core_roles(head) : "not up";
  }
  return "";
}

std::string counts_text(const Docket::Window& w, const std::vector<Formula>& formulas) {
  std::string text;
  for (std::size_t i = 0; i < formulas[w.property.first].counts(); ++i) {
    text += fmt::format("{}{}", i > 0 ? ", " : "", w.monitor->counted(i, formulas));
  }
  return text;
}

/// A state or an event that should have come.
std::string expected_came_not(const Docket::Window& w, const std::vector<Formula>& formulas) {
  const Formula& f = formulas[w.property.first];
  const std::string& what = f.text();
  if (f.counts() > 0 && !f.has_states() && !f.has_events()) {
    const bool too_many = w.monitor->decided() < w.to;
    return fmt::format("{}: counted {} {} {}", what, counts_text(w, formulas), too_many ? "at" : "by",
                       after_mark(w, w.monitor->decided()));
  }
  if (f.has_events() && f.last_hit() < w.from && f.last_hit() > kBeforeAll) {
    return fmt::format("{} at {}, too early by {}", what, after_mark(w, f.last_hit()), span_of(w.from - f.last_hit()));
  }
  if (f.has_states() && f.held_to() >= w.from) {
    return fmt::format("{} held from {} to {} and no longer when its window closed at {}", what,
                       f.held_from() < w.mark.value_or(Time{0}) ? "before" : after_mark(w, f.held_from()),
                       after_mark(w, f.held_to()), after_mark(w, w.to));
  }
  return fmt::format("{} did not come by {}", what, after_mark(w, w.to));
}

std::string order_broken(const Docket::Window& w, const std::vector<Formula>& formulas) {
  const std::string& first = formulas[w.property.first].text();
  const std::string& second = formulas[w.property.second].text();
  const auto side = [&](int i, const std::string& text) {
    const bool early = w.monitor->decided() < w.to;
    if (!w.monitor->happened(i)) return fmt::format("{} {}", text, early ? "had not come" : "did not come");
    return fmt::format("{} came at {}", text, after_mark(w, w.monitor->happened_at(i)));
  };
  if (w.property.verb == ClaimVerb::never && w.property.order == Order::after) {
    return fmt::format("{} at {}, after {} at {}", first, after_mark(w, w.monitor->decided()), second,
                       after_mark(w, w.monitor->happened_at(1)));
  }
  return side(0, first) + ", " + side(1, second);
}

}  // namespace

std::string span_of(Duration d) {
  const std::int64_t ns = d.count();
  if (ns >= 1'000'000'000 || ns == 0) return seconds_of(Duration{ns - ns % 1'000'000}) + " s";
  if (ns >= 1'000'000) return fmt::format("{} ms", ns / 1'000'000);
  if (ns >= 1'000) return fmt::format("{} µs", ns / 1'000);
  return fmt::format("{} ns", ns);
}

std::string instant_of(Time t) { return (t.count() < 0 ? "@-" : "@") + seconds_of(t.count() < 0 ? -t : t) + "s"; }

std::string offset_of(Duration d) { return (d.count() < 0 ? "-" : "+") + seconds_of(d.count() < 0 ? -d : d) + "s"; }

std::string what_they_are(HeadSet heads, const Picture& picture) {
  std::string text;
  for (int i = 0; i < picture.heads(); ++i) {
    if (!has(heads, i)) continue;
    const HeadPicture& head = picture.head(i);
    const std::string since = head.changed_by == 0 ? "" : " since " + instant_of(head.changed);
    text += fmt::format("{}{} {}{}", text.empty() ? "" : ", ",
                        picture.spec().name_of(picture.spec().heads[static_cast<std::size_t>(i)].id),
                        what_it_is(head, picture.seen_role(i)), since);
  }
  return text;
}

std::string why_broken(const Docket::Window& w, int line, const std::vector<Formula>& formulas,
                       const Picture& picture) {
  const Formula& f = formulas[w.property.first];
  std::string what;
  if (w.property.order != Order::none) {
    what = order_broken(w, formulas);
  } else if (w.property.verb == ClaimVerb::expect) {
    what = expected_came_not(w, formulas);
  } else if (w.property.verb == ClaimVerb::always) {
    what = w.monitor->decided() == w.from
               ? fmt::format("{} did not hold at {}", f.text(), after_mark(w, w.from))
               : fmt::format("{} ended at {}", f.text(), after_mark(w, w.monitor->decided()));
  } else {
    what = fmt::format("{} at {}", f.text(), after_mark(w, w.monitor->decided()));
  }
  HeadSet subjects = f.subjects();
  if (w.property.order != Order::none) subjects |= formulas[w.property.second].subjects();
  const std::string now = what_they_are(subjects, picture);
  return fmt::format("line {}: {}{}{}", line, what, now.empty() ? "" : "; ", now);
}

std::string came_late(const Docket::Window& w, int line, const std::vector<Formula>& formulas, Time came) {
  return fmt::format("line {}: {} came at {}, {} after its window", line, formulas[w.property.first].text(),
                     after_mark(w, came), span_of(came - w.to));
}

}  // namespace hasim
