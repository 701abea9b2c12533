// Which single failures a cell can suffer: made from what its world has, so that a world with two PDUs has two more.
#pragma once

#include <string>
#include <vector>

#include "lang/spec.h"

namespace hasim {

/// One thing that breaks and stays broken until somebody repairs it.
struct Failure {
  std::string name;                    ///< "head1 unplugged"
  std::vector<std::string> sentences;  ///< faults of the language that make it up, all at one instant
  std::string repair;                  ///< a stimulus that undoes it: "heal nas down", "do power on head1"
  std::string repair_text;             ///< for people: "repair nas", "power on head1"
  std::vector<std::string> rows;       ///< of the catalogue
  bool latent = false;                 ///< was there before the machines got power, and nobody noticed
};

/// All single failures of a cell, while its preferred head (or the first) owns and the other one stands by.
std::vector<Failure> failures_of(const WorldSpec&, const CellSpec&);

/// The head that owns the services of a cell on a quiet day.
ThingId owner_of(const WorldSpec&, const CellSpec&);

}  // namespace hasim
