"""Breaks the core of a real hacored, and sees whether real data are lost: then the witness sees what the simulator says.

A patch of tests/sabotage/real loses data on a real disk array, which the witness reads there (docs/netns.md):

    # loses data: scenarios/netns/array-off-ignored.scn

hacored and hasim are built with it from a copy of the sources. The copy without the patch goes first, and loses nothing.
As root; exit status 77 where namespaces cannot be made.
"""

import argparse
import os
import re
import sys
from pathlib import Path

import sabotage

sabotage.TREE = sabotage.ROOT / "build/sabotage-real"
sabotage.BUILD = sabotage.TREE / "build/dev"  # where, and with which flags, the preset has it: ccache knows most of it
FLAGS = ["-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O2 -g1 -D_GLIBCXX_ASSERTIONS"]
sabotage.COPIED = [*(one for one in sabotage.COPIED if not one.startswith("daemon/")), "daemon"]

PROGRAMS = ["hasim", "hasim-cell", "hacored", "hactl", "havoter", "hacore-store", "resource-address", "resource-mount",
            "resource-script", "fence_hacore_ipmi"]
CANNOT_RUN = 77
LOST = re.compile(r"[1-9]\d* acknowledged writes to \S+ are gone")


def stories_of(text: str) -> list[str]:
    return re.findall(r"^# loses data:\s*(\S+)$", text, re.M)


def judge(story: str, broken: bool, code: int, output: str) -> str:
    """What is wrong with the run of a core that is broken, or as it is; or nothing."""
    if code == CANNOT_RUN:
        return output
    lost = LOST.search(output)
    if broken:
        return "" if code == 1 and lost else f"{story}: nothing is lost (exit {code})\n{output[-3000:]}"
    return "" if code == 0 and not lost else f"{story}: does not hold with the core as it is (exit {code})\n{output[-3000:]}"


def try_real(name: str, stories: list[str], broken: bool, jobs: int) -> int:
    if wrong := sabotage.build(jobs, PROGRAMS, "-DHACORE_DAEMON=ON", *FLAGS):
        print(wrong)
        return 1
    for story in stories:
        code, output = sabotage.run_hasim(["run", "--on", "netns", "--keep-going", "-v", story])
        if wrong := judge(story, broken, code, output):
            print(wrong)
            return CANNOT_RUN if code == CANNOT_RUN else 1
        found = LOST.search(output)
        print(f"  {name:<27} {story}: {found[0] if found else 'holds'}", flush=True)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="ci/sabotage --real", description=__doc__.split("\n")[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="compilers at a time")
    options = parser.parse_args()
    texts = {file.stem: file.read_text() for file in sorted((Path(__file__).parent / "real").glob("*.patch"))}
    sabotage.sync_tree()
    every = sorted({story for text in texts.values() for story in stories_of(text)})
    if wrong := try_real("the core as it is", every, False, options.jobs):
        return wrong
    for name, text in texts.items():
        patch = sabotage.Patch(name, text)
        if wrong := sabotage.apply(patch):
            print(wrong)
            return 1
        failed = try_real(name, stories_of(text), True, options.jobs)
        sabotage.apply(patch, "--reverse")
        if failed:
            return failed
    return 0


if __name__ == "__main__":
    sys.exit(main())
