"""hasim run --on netns: every story of scenarios/netns holds for real as it does in the simulator, a lying fence device is
seen by the observers, and whatever ends hasim leaves nothing behind. As root; exit status 77 where namespaces cannot be made."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

HASIM = os.environ.get("HASIM", "hasim")
HERE = Path(__file__).resolve().parent
SCENARIOS = HERE.parent.parent / "scenarios" / "netns"
ONE = SCENARIOS / "power-loss.scn"
NIGHTLY = "HASIM_NIGHTLY" in os.environ  # then all stories are real, and not every second one
KILLS = int(os.environ.get("HASIM_KILLS", "5"))  # at night more


def hasim(*words):
    return subprocess.run([HASIM, "run", *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=600)


def left_behind(since):
    """Processes of a run that still live, links and mounts that were not there before, and its folder."""
    names = subprocess.run(["ps", "-eo", "comm,args"], stdout=subprocess.PIPE, text=True).stdout.splitlines()
    processes = [n for n in names if n.split()[0] in ("hacored", "ipmi_sim", "hasim-cell", "hasim")]
    return processes + sorted(set(seen()) - set(since)) + [p.name for p in Path("/dev/shm").glob("hasim*")]


def seen():
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    return mounts + [link.name for link in Path("/sys/class/net").iterdir()]


# Nothing else runs on that processor for 80 ms, twice a second.
HOG = """
import os, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(90))
while True:
    end = time.monotonic() + 0.08
    while time.monotonic() < end:
        pass
    time.sleep(0.42)
"""


class Netns(unittest.TestCase):
    def test_stories_hold_here_and_in_the_simulator(self):
        simulated = hasim(SCENARIOS, "--seeds", "1..20")
        self.assertEqual(simulated.returncode, 0, simulated.stdout)
        stories = sorted(SCENARIOS.glob("*.scn"))
        ran = hasim("--on", "netns", *(stories if NIGHTLY else stories[::2]))  # several side by side
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertNotIn("Not run in namespaces", ran.stdout)

    def test_a_run_that_does_not_hold_while_the_machine_stands_still_is_made_again(self):
        hogs = [subprocess.Popen([sys.executable, "-c", HOG, str(cpu)]) for cpu in os.sched_getaffinity(0)]
        try:
            ran = hasim("--on", "netns", HERE / "never-holds.scn", "--seeds", "1..2")
        finally:
            for hog in hogs:
                hog.kill()
                hog.wait()
        self.assertEqual(ran.returncode, 1, ran.stdout)
        for seed in (1, 2):
            self.assertEqual(len(re.findall(rf"never-holds.scn:{seed} is made again: .* stood still for", ran.stdout)), 2)

    def test_two_writers_behind_a_lying_device_are_seen(self):
        ran = hasim("--on", "netns", "--keep-going", HERE / "broken-fence.scn")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertIn("head1 (epoch 1) and head2 (epoch 2) could both write home", ran.stdout)

    def test_an_interrupted_run_ends_at_once_and_leaves_nothing(self):
        before = seen()
        for what, how in ((ONE, signal.SIGINT), (SCENARIOS, signal.SIGINT), (SCENARIOS, signal.SIGTERM)):
            run = subprocess.Popen([HASIM, "run", "--on", "netns", what], start_new_session=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            time.sleep(4.0)  # its heads run
            os.killpg(run.pid, how)  # as a terminal does
            said, _ = run.communicate(timeout=2)
            self.assertEqual(run.returncode, 130, said)
            self.assertNotIn("BROKEN", said)
            self.assertEqual(left_behind(before), [])

    def test_a_killed_run_leaves_nothing(self):
        before = seen()
        for i in range(KILLS):
            run = subprocess.Popen([HASIM, "run", "--on", "netns", (SCENARIOS, ONE)[i % 2]],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(random.uniform(0.1, 7.0))  # any instant: that is the matter of this test
            run.send_signal(signal.SIGKILL)
            run.wait()
            end = time.monotonic() + 5
            while left_behind(before) and time.monotonic() < end:
                time.sleep(0.05)
            self.assertEqual(left_behind(before), [])


if __name__ == "__main__":
    if os.geteuid() != 0 or shutil.which("ipmi_sim") is None:
        print("needs root, and ipmi_sim (package openipmi)")
        sys.exit(77)
    unittest.main()
