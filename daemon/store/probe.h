// What set-up wants to know of a store: whether a create is exclusive there, and how long things take.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/store_files.h"

namespace hacored {

struct ProbeFigures {
  int races = 0;
  int one_winner = 0;             ///< races that exactly one process won, and whose file all of them then read alike
  std::vector<double> create_ms;  ///< of the winners, sorted
  std::vector<double> renew_ms;   ///< one durable overwrite and its reading back, sorted
  std::string trouble;            ///< why the probe was not finished; empty: it was
};

/// Lets two processes with connections of their own create the same file, `races` times, then one process overwrite
/// and read another file as often. Leaves no file behind.
ProbeFigures probe(const std::function<std::unique_ptr<StoreFiles>(int side)>& open, int races);

/// The value that a share of `sorted` does not exceed; 0 if there is none.
double quantile(const std::vector<double>& sorted, double share);

}  // namespace hacored
