"""The simulator carries out every fault and every action of the vocabulary."""

import re
from pathlib import Path

VOCABULARY = "lang/vocabulary.def"
STIMULUS = re.compile(r"^(?:FAULT|ACTION)\((\w+)", re.M)
NAMED = re.compile(r"\bSentenceId::(\w+)")


def problems(root: Path) -> list[str]:
    known = set()
    for file in sorted((root / "sim").rglob("*.cc")):
        known.update(NAMED.findall(file.read_text()))
    stimuli = STIMULUS.findall((root / VOCABULARY).read_text())
    return [f"{VOCABULARY}: nothing in sim/ carries out {name}" for name in stimuli if name not in known]
