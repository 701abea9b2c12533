#include "daemon/history.h"

#include <algorithm>
#include <utility>

namespace hacored {

using ha::ReportKind;

namespace {

ha::Role from(const ha::Report& r) { return static_cast<ha::Role>(r.a); }
ha::Role to(const ha::Report& r) { return static_cast<ha::Role>(r.b); }

template <class Keep>
const Told* newest(const std::deque<Told>& reports, Keep keep) {
  const auto found = std::find_if(reports.rbegin(), reports.rend(), keep);
  return found == reports.rend() ? nullptr : &*found;
}

}  // namespace

std::optional<Ownership> History::add(const Told& told) {
  tally_.count(told.report);
  if (told.report.kind == ReportKind::right && told.report.a != 0) return std::nullopt;
  reports_.push_back(told);
  if (reports_.size() > kReports) reports_.pop_front();
  std::optional<Ownership> began;
  if (told.report.service < ha::kServicesMax) began = follow(told);
  if (listener_) listener_(told);
  return began;
}

std::optional<Ownership> History::follow(const Told& told) {
  const ha::Report& r = told.report;
  Attempt& attempt = attempts_[r.service];
  if (r.kind == ReportKind::proof) {  // its ledger follows
    attempt.proof = r.b ? static_cast<ha::Proof>(r.a) : ha::Proof::none;
    attempt.evidence.clear();
  }
  if (r.kind == ReportKind::evidence) attempt.evidence.push_back(told);
  if (r.kind != ReportKind::role) return std::nullopt;
  if (to(r) == ha::Role::starting) attempt.start = told;
  if (to(r) != ha::Role::owner && to(r) != ha::Role::passive) return std::nullopt;
  const Attempt ended = std::exchange(attempt, {});
  if (to(r) == ha::Role::passive) return std::nullopt;
  const bool started = from(r) == ha::Role::starting;
  if (started && ended.start.at != told.at) took_[r.service] = told.at - ended.start.at;
  return Ownership{told, started ? ended.start : told, ended.proof, ended.evidence};
}

const Told* History::role_since(ha::ServiceIndex service) const {
  return newest(reports_,
                [service](const Told& t) { return t.report.kind == ReportKind::role && t.report.service == service; });
}

const Told* History::since(ha::Reason reason) const {
  const auto began = [reason](const Told& t) {
    const bool begins = t.report.kind == ReportKind::alert ||
                        ((t.report.kind == ReportKind::condition || t.report.kind == ReportKind::unready ||
                          t.report.kind == ReportKind::hold) &&
                         t.report.a != 0);
    return begins && t.report.reason == reason;
  };
  return newest(reports_, began);
}

}  // namespace hacored
