"""hasim run --on netns: every story of scenarios/netns holds for real as it does in the simulator, a lying fence device is
seen by the observers, and whatever ends hasim leaves nothing behind. As root; exit status 77 where namespaces cannot be made."""

import fcntl
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

HASIM = os.environ.get("HASIM", "hasim")
HERE = Path(__file__).resolve().parent
SCENARIOS = HERE.parent.parent / "scenarios" / "netns"
OTHERS = SCENARIOS.parent / "others"
ONE = SCENARIOS / "power-loss.scn"
SERVED = SCENARIOS / "nfs-hang.scn"  # whoever waits for its server must go, too
NIGHTLY = "HASIM_NIGHTLY" in os.environ  # then all stories are real, ten times each, and not every second one once
KILLS = int(os.environ.get("HASIM_KILLS", "50" if NIGHTLY else "5"))
KILLS_SEED = int(os.environ.get("HASIM_KILLS_SEED", str(random.randrange(10 ** 6))))
LOOP_SET_STATUS64, LOOP_GET_STATUS64, LOOP_NAME = 0x4C04, 0x4C05, slice(56, 120)


def hasim(*words):
    return subprocess.run([HASIM, "run", *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=7200 if NIGHTLY else 600)


def started(*words, **how):
    """A hasim whose processes are known by what stands in their environment, whoever else runs one beside."""
    mark = f"HASIM_TEST_RUN={os.getpid()}-{time.monotonic_ns()}"
    run = subprocess.Popen([HASIM, *map(str, words)], env=dict([*os.environ.items(), mark.split("=")]),
                           stdin=subprocess.DEVNULL, **how)
    run.mark = mark
    return run


def text_of(path):
    try:
        return path.read_text(errors="replace")
    except OSError:  # it has ended
        return ""


def loop_names():
    """What attached the loop devices that are in use, as it says itself."""
    for device in Path("/sys/block").glob("loop*"):
        try:
            with open(Path("/dev") / device.name, "rb") as opened:
                yield fcntl.ioctl(opened, LOOP_GET_STATUS64, bytes(232))[LOOP_NAME].rstrip(b"\0").decode()
        except OSError:  # it is free
            pass


def left_behind(run, since):
    """Processes of that run that still live, its loop devices, and links, mounts and folders that were not there before."""
    processes = [text_of(one / "comm") for one in Path("/proc").glob("[0-9]*")
                 if run.mark in text_of(one / "environ") or f"hasim-run-{run.pid}-" in text_of(one / "mounts")]
    loops = [name for name in loop_names() if name.startswith(f"hasim-run-{run.pid}-")]
    return processes + loops + sorted(set(seen()) - set(since)) + [p.name for p in Path("/dev/shm").glob("hasim*")]


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
        rounds = (*stories, "--seeds", "1..10") if NIGHTLY else stories[::2]
        ran = hasim("--on", "netns", *rounds)  # several side by side
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertNotIn("Not run in namespaces", ran.stdout)

    def test_other_systems_do_what_their_stories_say(self):
        ran = hasim("--on", "netns", *sorted(OTHERS.glob("keepalived-*.scn")))
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertNotIn("Not run in namespaces", ran.stdout)
        for system, side_by_side in (("slurmctld", 8), ("pacemaker", 1)) if NIGHTLY else ():
            ran = hasim("--on", "netns", "-j", side_by_side, *sorted(OTHERS.glob(f"{system}-*.scn")))
            self.assertIn(ran.returncode, (0, 77), ran.stdout)  # what ci/setup --others brings may be missing

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

    def test_a_double_mount_destroys_what_clients_were_told_of(self):
        ran = hasim("--on", "netns", "--keep-going", "-v", HERE / "double-mount.scn")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertRegex(ran.stdout, r"[1-9]\d* acknowledged writes to home are gone")

    def test_an_interrupted_run_ends_at_once_and_leaves_nothing(self):
        before = seen()
        for what, how in ((ONE, signal.SIGINT), (SCENARIOS, signal.SIGINT), (SCENARIOS, signal.SIGTERM)):
            run = started("run", "--on", "netns", what, start_new_session=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
            time.sleep(4.0)  # its heads run
            os.killpg(run.pid, how)  # as a terminal does
            said, _ = run.communicate(timeout=2)
            self.assertEqual(run.returncode, 130, said)
            self.assertNotIn("BROKEN", said)
            self.assertEqual(left_behind(run, before), [])

    def test_a_killed_run_leaves_nothing(self):
        before = seen()
        draw = random.Random(KILLS_SEED)
        for i in range(KILLS):
            run = started("run", "--on", "netns", (SERVED, ONE, SCENARIOS)[i % 3], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL)
            # Any instant is the matter of this test; each third falls where sandboxes are made.
            instant = draw.uniform(0.0, 0.1 if i % 3 == 2 else 7.0)
            time.sleep(instant)
            run.send_signal(signal.SIGKILL)
            run.wait()
            end = time.monotonic() + 5
            while left_behind(run, before) and time.monotonic() < end:
                time.sleep(0.05)
            self.assertEqual(left_behind(run, before), [], f"HASIM_KILLS_SEED={KILLS_SEED}, {i}: after {instant:.4f} s")

    def test_clean_removes_what_a_dead_run_left_and_touches_none_that_lives(self):
        living = started("run", "--on", "netns", ONE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        time.sleep(2.0)  # its heads boot
        mark = "hasim-run-4999999-1"  # of a process that cannot be: the kernel gives no such PID
        with tempfile.NamedTemporaryFile() as image:
            image.truncate(1 << 20)
            loop = subprocess.run(["losetup", "-f", "--show", image.name], stdout=subprocess.PIPE, text=True,
                                  check=True).stdout.strip()
            with open(loop, "rb+") as device:
                status = bytearray(fcntl.ioctl(device, LOOP_GET_STATUS64, bytes(232)))
                status[LOOP_NAME] = mark.encode().ljust(64, b"\0")
                fcntl.ioctl(device, LOOP_SET_STATUS64, bytes(status))
            stray = subprocess.Popen(["unshare", "--pid", "--fork", "--mount", "--net", "--kill-child", "sh", "-c",
                                      f"mount -t tmpfs {mark} /dev/shm; echo; sleep 600"], stdout=subprocess.PIPE)
            stray.stdout.readline()
            cleaned = subprocess.run([HASIM, "clean"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            stray.wait(timeout=10)
            stray.stdout.close()
        self.assertEqual(cleaned.returncode, 0, cleaned.stdout)
        self.assertRegex(cleaned.stdout, mark + ": its hasim is dead. Removed: processes [2-9], loop devices 1\n")
        self.assertIn("Not touched: the runs of ", cleaned.stdout)
        self.assertNotIn(mark, loop_names())
        said, _ = living.communicate(timeout=120)
        self.assertEqual(living.returncode, 0, said)


if __name__ == "__main__":
    if os.geteuid() != 0 or shutil.which("ipmi_sim") is None:
        print("needs root, and ipmi_sim (package openipmi)")
        sys.exit(77)
    unittest.main()
