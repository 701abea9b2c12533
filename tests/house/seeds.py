"""Together with docs/others.md, which is made from real runs, docs/seeds.md names scenarios that exist, in the world and under the rules that it says, and leaves none out."""

import re
from pathlib import Path

PAGE = "docs/seeds.md"
REAL = "docs/others.md"  # systems that are no models
LINK = re.compile(r"\]\(\.\./(scenarios/[^)]+)\)")
WORLD = re.compile(r"^world\s+(\S+)(?:\s+running\s+(\S+))?", re.M)
SYSTEMS = ["Base Command Manager", "Bull management", "Lustre", "NFS", "PBS", "LSF", "RMS", "Slurm", "option 1", "option 2",
           "option 3", "option 4"]


def world_of(text: str) -> tuple[str, str]:
    """The world of a scenario and what runs in it."""
    found = WORLD.search(text)
    return (found[1], found[2] or "hacore") if found else ("", "")


def rows(text: str):
    """Line number, world, and the two cells with scenarios of each row."""
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and cells[1].startswith("`"):
            yield number, cells[1].strip("`"), cells[2], cells[3]


def row_problems(root: Path, number: int, world: str, own: str, core: str) -> list[str]:
    found = []
    if not (root / f"scenarios/worlds/{world}.world").exists():
        found.append(f"{PAGE}:{number}: there is no world {world}")
    if not LINK.search(own + core):
        found.append(f"{PAGE}:{number}: names no scenario")
    for cell, is_core in ((own, False), (core, True)):
        for file in LINK.findall(cell):
            if not (root / file).exists():
                found.append(f"{PAGE}:{number}: there is no {file}")
                continue
            in_world, system = world_of((root / file).read_text())
            if in_world != world:
                found.append(f"{PAGE}:{number}: {file} is in the world {in_world}, not {world}")
            if (system == "hacore") != is_core:
                found.append(f"{PAGE}:{number}: {file} runs {system}")
    return found


def left_out(root: Path, text: str) -> list[str]:
    """Scenarios of other systems' rules, and worlds of the guides, that no row names."""
    real = root / REAL
    named = set(LINK.findall(text + (real.read_text() if real.exists() else "")))
    found = []
    for path in sorted((root / "scenarios").rglob("*.scn")):
        file = path.relative_to(root).as_posix()
        if world_of(path.read_text())[1] != "hacore" and file not in named:
            found.append(f"{PAGE}: does not name {file}, and neither does {REAL}")
    worlds = {world for _, world, _, _ in rows(text)}
    for path in sorted((root / "scenarios/worlds").glob("*.world")):
        if "seed 00" in path.read_text() and path.stem not in worlds:
            found.append(f"{PAGE}: has no row for the world {path.stem}")
    return found + [f"{PAGE}: says nothing about {system}" for system in SYSTEMS if system not in text]


def problems(root: Path) -> list[str]:
    text = (root / PAGE).read_text()
    found = [problem for row in rows(text) for problem in row_problems(root, *row)]
    return found + left_out(root, text)
