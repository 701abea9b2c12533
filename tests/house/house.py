"""Checks one rule of the house and prints each place that breaks it.

    house.py includes ROOT | sources ROOT | seeds ROOT | simulated ROOT | citations ROOT |
    symbols ARCHIVE | scenarios ROOT REGISTERED-LIST HASIM | shown ROOT HASIM
"""

import sys
from pathlib import Path

import citations
import includes
import scenarios
import seeds
import shown
import simulated
import sources
import symbols


def problems(rule: str, paths: list[Path]) -> list[str]:
    if rule == "includes":
        return includes.problems(*paths)
    if rule == "sources":
        return sources.problems(*paths)
    if rule == "seeds":
        return seeds.problems(*paths)
    if rule == "simulated":
        return simulated.problems(*paths)
    if rule == "citations":
        return citations.problems(*paths)
    if rule == "shown":
        return shown.problems(*paths)
    if rule == "symbols":
        return symbols.problems(*paths)
    if rule == "scenarios":
        root, registered, hasim = paths
        return (scenarios.unregistered(root, registered.read_text().split("\n")[:-1]) + scenarios.header_problems(root)
                + scenarios.layout_problems(root, hasim))
    sys.exit(__doc__)


if __name__ == "__main__":
    found = problems(sys.argv[1], [Path(argument) for argument in sys.argv[2:]])
    print("\n".join(found))
    sys.exit(1 if found else 0)
