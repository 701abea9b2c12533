"""Every scenario is known to CTest, says where it comes from, and has the one layout."""

import re
import subprocess
from pathlib import Path

HEADERS = ["scenario", "source", "tags", "world"]


def in_folder(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in (root / "scenarios").rglob("*.scn"))


def unregistered(root: Path, registered: list[str]) -> list[str]:
    """The difference between the folder and the list that CTest was configured with."""
    there = in_folder(root)
    found = [f"{file}: has no test; configure again" for file in there if file not in registered]
    found += [f"{file}: has a test, but is gone" for file in registered if file not in there]
    if not there:
        found.append("scenarios/: is empty")
    return found


def header_problems(root: Path) -> list[str]:
    found = []
    for file in in_folder(root):
        text = (root / file).read_text()
        found += [f"{file}: has no line `{word}`" for word in HEADERS if not re.search(rf"^{word}\s+\S", text, re.M)]
        if file.count("/") != 2:
            found.append(f"{file}: belongs in a folder of its class")
    return found


def layout_problems(root: Path, hasim: Path) -> list[str]:
    run = subprocess.run([hasim, "fmt", "--check", "scenarios"], cwd=root, capture_output=True, text=True)
    return [] if run.returncode == 0 else (run.stdout + run.stderr).splitlines() or ["hasim fmt --check fails without a word"]
