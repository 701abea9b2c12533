"""What the pages show is what the program prints: a block that begins with `$ ./hasim …` continues with lines that this
command prints, one after the other. Digests of the core and times of this machine aside."""

import re
import subprocess
from pathlib import Path

BLOCK = re.compile(r"^```\n\$ \./hasim (.+)\n((?:.*\n)+?)```$", re.M)
DRIFTS = [(re.compile(r"\bcore [0-9a-f]{8}\b"), "core 0"),
          (re.compile(r"\bin \d+(\.\d+)? (s|ms|µs)"), "in 0 s")]


def settled(text: str) -> list[str]:
    for drifts, still in DRIFTS:
        text = drifts.sub(still, text)
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def first_difference(shown: list[str], printed: list[str]) -> str:
    """Empty: `shown` stands in `printed`, in one piece. Else the first line of it that does not."""
    best = 0
    for start in range(len(printed)):
        same = 0
        while same < len(shown) and start + same < len(printed) and shown[same] == printed[start + same]:
            same += 1
        if same == len(shown):
            return ""
        best = max(best, same)
    return shown[best]


def problems(root: Path, hasim: Path) -> list[str]:
    found = []
    for page in [root / "README.md", *sorted((root / "docs").glob("*.md"))]:
        text = page.read_text()
        for block in BLOCK.finditer(text):
            ran = subprocess.run([hasim, *block[1].split()], cwd=root, stdout=subprocess.PIPE, text=True, check=False)
            line = first_difference(settled(block[2]), settled(ran.stdout))
            if line:
                place = f"{page.relative_to(root)}:{text[:block.start()].count(chr(10)) + 2}"
                found.append(f"{place}: hasim {block[1]} does not print so: {line}")
    return found
