"""Breaks the core on purpose, one patch at a time, and sees whether a scenario notices.

A patch of tests/sabotage opens with comments: what it breaks, and the runs that must notice it.

    # Takes the agent's word that the peer is off.
    # kills: scenarios/bmc/bm03-lying-bmc.scn --seeds 1..50
    --- a/core/fencing.cc
    ...

It is applied to a copy of the sources under build/sabotage, never to the work tree. The copy without any patch goes
first, through the same steps: there every run must hold, or a kill would prove nothing.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TREE = ROOT / "build/sabotage/tree"
BUILD = ROOT / "build/sabotage/build"
COPIED = ["CMakeLists.txt", "core", "lang", "sim", "netns", "explore", "report", "cli",
          *(f"daemon/{part}" for part in ("store_wire.h", "store_wire.cc", "fields.h", "bytes.h"))]  # which netns reads

KILLED, SURVIVED, UNUSABLE = "killed", "SURVIVED", "UNUSABLE"

# Of one run the property, on the same line as its name or on the next; of several how many.
BROKEN = re.compile(r"^BROKEN\s+(?:\S+\.scn:\S+\s+)?(.+?)(?:\s{2,}|$)", re.M)


@dataclass
class Patch:
    name: str
    text: str = ""
    runs: list[list[str]] = field(default_factory=list)  # arguments of `hasim run`, in the order in which they are tried


@dataclass
class Result:
    outcome: str
    why: str  # the run and the property that broke; or what went wrong


def read_patch(name: str, text: str) -> Patch:
    return Patch(name, text, [shlex.split(line) for line in re.findall(r"^# kills:\s*(.+)$", text, re.M)])


def judge(patch: Patch, hasim) -> Result:
    """Tries the runs of a patch until one breaks. `hasim(arguments)` gives (exit code, output)."""
    for run in patch.runs:
        code, output = hasim(["run", *run])
        if code == 1 and (broken := BROKEN.search(output)):
            return Result(KILLED, f"{run[0].removeprefix('scenarios/')}  {broken[1]}")
        if code != 0:
            return Result(UNUSABLE, f"{run[0]}: exit {code}\n{output[-2000:]}")
    return Result(SURVIVED, f"{len(patch.runs)} runs hold") if patch.runs else Result(UNUSABLE, "has no line `# kills:`")


def write_if_different(path: Path, content: bytes) -> None:
    """What does not change keeps its time, so that only what changed is compiled."""
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def sync_tree() -> None:
    """Makes the copy equal to the work tree."""
    wanted = set()
    for name in COPIED:
        for path in [ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*"):
            if path.is_file():
                copy = TREE / path.relative_to(ROOT)
                wanted.add(copy)
                write_if_different(copy, path.read_bytes())
    for copy in TREE.rglob("*"):
        if copy.is_file() and copy not in wanted and BUILD not in copy.parents:
            copy.unlink()


def apply(patch: Patch, *options: str) -> str:
    """Applies it to the copy; returns what is wrong with it, or nothing."""
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(TREE.parent)}  # the copy is no repository
    done = subprocess.run(["git", "apply", "--allow-empty", *options, "-"], cwd=TREE, env=environment, input=patch.text,
                          capture_output=True, text=True)
    return "" if done.returncode == 0 else f"does not apply: {done.stderr.strip()}"


def build(jobs: int, targets: list[str] = ["hasim"], *settings: str) -> str:
    """Builds hasim, or more, from the copy; returns the compiler's words if it fails."""
    configure = ["cmake", "-S", TREE, "-B", BUILD, "-G", "Ninja", "-DCMAKE_CXX_COMPILER=g++", "-DCMAKE_BUILD_TYPE=Release",
                 "-DCMAKE_CXX_FLAGS_RELEASE=-O1", "-DCMAKE_UNITY_BUILD=ON", "-DHASIM_TESTS=OFF", "-DHASIM_BENCH=OFF",
                 "-DHACORE_DAEMON=OFF", *settings]
    for command in (configure, ["ninja", "-C", BUILD, "--quiet", f"-j{jobs}", *targets]):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            return f"does not build:\n{done.stdout[-3000:]}"
    return ""


def run_hasim(arguments: list[str]) -> tuple[int, str]:
    """Exit code and output."""
    try:
        done = subprocess.run([BUILD / "bin/hasim", *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=300)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        return 124, "no end within 300 s"


def try_patch(patch: Patch, jobs: int) -> Result:
    """Leaves the copy as it was."""
    if wrong := apply(patch):
        return Result(UNUSABLE, wrong)
    wrong = build(jobs)
    result = Result(UNUSABLE, wrong) if wrong else judge(patch, run_hasim)
    apply(patch, "--reverse")
    return result


def show(name: str, outcome: str, seconds: float, why: str) -> None:
    print(f"  {name:<35} {outcome:<9} {seconds:6.1f} s  {why}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="ci/sabotage", description=__doc__.split("\n")[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="compilers at a time")
    parser.add_argument("patches", nargs="*", type=Path, help="default: all of tests/sabotage")
    options = parser.parse_args()

    files = options.patches or sorted(Path(__file__).parent.glob("*.patch"), key=lambda file: int(file.name.split("-")[0]))
    patches = [read_patch(file.stem, file.read_text()) for file in files]
    no_change = Patch("no-change", runs=list({tuple(run): run for patch in patches for run in patch.runs}.values()))

    sync_tree()
    began = time.monotonic()
    unharmed = try_patch(no_change, options.jobs)
    holds = unharmed.outcome == SURVIVED
    show("the core as it is", "holds" if holds else "UNUSABLE", time.monotonic() - began, unharmed.why)
    if not holds:
        return 1

    killed = 0
    for patch in patches:
        began = time.monotonic()
        result = try_patch(patch, options.jobs)
        show(patch.name, result.outcome, time.monotonic() - began, result.why)
        killed += result.outcome == KILLED
    print(f"killed {killed} of {len(patches)}")
    return 0 if killed == len(patches) else 1


if __name__ == "__main__":
    sys.exit(main())
