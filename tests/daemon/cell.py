"""A cell for tests: two heads in namespaces of their own, switches between them, BMCs that really power them off, and a
shared folder into which the service writes. Everything lives in the namespaces of the test process (see CMakeLists.txt),
so that nothing outlives it.

A head is a PID, network and mount namespace. Powered off means: taken off its switches, then killed, init first; so
the other head notices nothing but silence. Its boot id and its /run are new at each boot.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from glob import glob
from pathlib import Path

BIN = Path(os.environ["HACORE_BIN"])
HERE = Path(__file__).resolve().parent
HEADS = ("head1", "head2")


def run(*command):
    subprocess.run([str(word) for word in command], check=True, stdin=subprocess.DEVNULL)


def boottime() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def wait_for(what, condition, limit=10.0):
    """Polls until `condition()` is true and returns its value; fails with `what` after `limit` seconds."""
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {limit} s")
        time.sleep(0.005)


class Stalls:
    """How long this machine itself lets an urgent program wait, while the block runs: `worst`, in seconds. A virtual
    machine may lose a processor for many milliseconds, whatever runs in it."""

    METER = """
import os, select, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
worst = 0
while True:
    before = time.monotonic()
    if select.select([0], [], [], 0.001)[0]:
        break
    worst = max(worst, time.monotonic() - before - 0.001)
print(worst)
"""

    def __enter__(self):
        self.meters = [subprocess.Popen([sys.executable, "-c", self.METER, str(cpu)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True) for cpu in os.sched_getaffinity(0)]
        return self

    def __exit__(self, *_):
        self.worst = max(float(meter.communicate()[0]) for meter in self.meters)


class Bmc(threading.Thread):
    """Answers fence agents over a Unix socket, as the BMCs of both heads: "off head1", "status head1", "on head1"."""

    def __init__(self, cell):
        super().__init__(daemon=True)
        self.cell = cell
        self.orders = []  # (instant, action, head)
        self.silent = set()
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(cell.folder / "bmc"))
        self.socket.listen(16)

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(client,), daemon=True).start()

    def answer(self, client):
        with client:
            words = client.recv(100).decode().split()
            if len(words) != 2:
                return  # an agent that was killed before it had asked
            action, name = words
            head = self.cell.heads[name]
            self.orders.append((boottime(), action, name))
            if name in self.silent:
                return
            if action == "off":
                head.power_off()
            if action == "on" and not head.powered:
                head.boot()
            try:
                client.send(b"on" if head.powered else b"off")
            except BrokenPipeError:
                pass  # the agent was killed while it waited


class Head:
    def __init__(self, cell, number):
        self.cell = cell
        self.number = number
        self.name = HEADS[number]
        self.disk = cell.folder / self.name / "disk"
        self.run_dir = cell.folder / self.name / "run"
        self.disk.mkdir(parents=True)
        self.init = None
        self.init_pid = 0
        self.daemon = None
        self.log = cell.folder / self.name / "log"
        self.kicks = cell.folder / self.name / "kicks"  # of a fake watchdog
        self.boots = 0
        self.lock = threading.Lock()

    @property
    def powered(self):
        return self.init is not None

    def enter(self, *command, stdin=subprocess.DEVNULL, **popen):
        """Starts a program on this head."""
        return subprocess.Popen(
            ["nsenter", "-t", str(self.init_pid), "-n", "-m", "-p", "--", *map(str, command)], stdin=stdin, **popen)

    def boot(self):
        """Powers on, wires up, starts hacored."""
        with self.lock:
            self.power_on()
            for path in range(self.cell.paths):
                self.wire(path)
            self.start_daemon()

    def power_on(self):
        self.boots += 1
        shutil.rmtree(self.run_dir, ignore_errors=True)
        boot_id = self.cell.folder / self.name / "boot_id"
        boot_id.write_text(f"{self.name}-{self.boots}-{os.urandom(8).hex()}\n")
        self.run_dir.mkdir()
        stat = self.cell.folder / self.name / "stat"
        stat.write_text(f"btime {int(time.time()) + 1}\n")
        script = (f"mount -t tmpfs tmpfs /run && mkdir /run/hacore /run/state && mount --bind {self.run_dir} /run/hacore && "
                  f"mount --bind {self.disk} /run/state && mount --bind {boot_id} /proc/sys/kernel/random/boot_id && mount --bind {stat} /proc/stat && ip link set lo up && "
                  f"echo up && while :; do sleep 1000 & wait $!; done")  # reaps
        self.disk.chmod(0o700)
        self.run_dir.chmod(0o700)
        self.init = subprocess.Popen(
            ["unshare", "--net", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc", "sh", "-c", script],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        assert self.init.stdout.readline() == "up\n"
        children = Path(f"/proc/{self.init.pid}/task/{self.init.pid}/children").read_text().split()
        self.init_pid = int(children[0])

    def wire(self, path):
        """Plugs it into a switch, with a new interface."""
        outside, inside = self.port(path), f"eth{path}"
        run("ip", "link", "add", outside, "type", "veth", "peer", "name", inside, "netns", self.init_pid)
        run("ip", "link", "set", outside, "master", f"switch{path}", "up")
        address = self.cell.addresses(path)[self.number]
        length, nodad = ("64", ["nodad"]) if ":" in address else ("24", [])
        run("nsenter", "-t", self.init_pid, "-n", "ip", "addr", "add", f"{address}/{length}", "dev", inside, *nodad)
        run("nsenter", "-t", self.init_pid, "-n", "ip", "link", "set", inside, "up")

    def port(self, path):
        return f"{self.name}p{path}"

    def start_daemon(self):
        fake = {"LD_PRELOAD": f"{BIN}/libfake_watchdog.so", "FAKE_WATCHDOG": str(self.kicks)} if self.cell.fake_watchdog else {}
        with open(self.log, "a") as log:
            self.daemon = self.enter(BIN / "hacored", "--config", self.cell.config, "--head", self.name, stderr=log,
                                     env={**os.environ, **fake})

    def cut(self, *paths):
        for path in paths or range(self.cell.paths):
            run("ip", "link", "set", self.port(path), "nomaster")

    def heal(self, *paths):
        for path in paths or range(self.cell.paths):
            run("ip", "link", "set", self.port(path), "master", f"switch{path}")

    def power_off(self):
        with self.lock:
            if not self.powered:
                return
            self.cut()
            self.daemon.kill()  # of what entered the head; a stopped one would never collect its child
            os.kill(self.init_pid, signal.SIGKILL)
            self.daemon.wait()
            self.init.stdout.close()
            self.init.wait()
            for path in range(self.cell.paths):  # the kernel takes them away as well, but when it has time
                subprocess.run(["ip", "link", "del", self.port(path)], stderr=subprocess.DEVNULL, check=False)
            self.init = None

    def daemon_pid(self):
        """As seen from the test."""
        return int(subprocess.check_output(
            ["sh", "-c", f"cat /proc/{self.daemon.pid}/task/*/children"]).split()[0])

    def kill_daemon(self, how=signal.SIGKILL):
        os.kill(self.daemon_pid(), how)
        return self.daemon.wait()

    def journal(self):
        """What hasim reads in its black box: reports, and last a summary."""
        replay = subprocess.run([BIN / "hasim", "replay", "--json", self.run_dir / "blackbox"],
                                stdout=subprocess.PIPE, text=True)
        return [json.loads(line) for line in replay.stdout.splitlines()]

    def hactl(self, *words, typed=""):
        """Exit code and what it said."""
        ran = self.enter(BIN / "hactl", *words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True)
        text, _ = ran.communicate(typed, timeout=60)
        return ran.returncode, text

    def status(self):
        return json.loads(self.hactl("status", "--json")[1])

    def why(self):
        """Its ownerships, the newest first."""
        return json.loads(self.hactl("why", "--json")[1])["ownerships"]

    def check(self, name, direction=0):
        """State and text of a check in its status; direction 0 is from this head, 1 to it."""
        checks = self.status()["directions"][direction]["checks"]
        return next((one["state"], one["text"]) for one in checks if one["id"] == name)

    def cost(self):
        """CPU seconds that its hacored used so far, and its resident bytes."""
        pid = self.daemon_pid()
        threads = [Path(path).read_text() for path in glob(f"/proc/{pid}/task/*/schedstat")]  # nanoseconds first
        resident = int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) * 1024
        return sum(int(thread.split()[0]) for thread in threads) / 1e9, resident

    def lines(self, pattern):
        """Lines of its log that match."""
        return re.findall(f"^.*{pattern}.*$", self.log.read_text(), re.M) if self.log.exists() else []

    def owns(self):
        return self.powered and bool(self.lines("starting -> owner")) and not self.lines("owner -> stopping")


class Cell:
    """`policy` are lines for that part of hacore.toml; `slower` is a factor for the times of the core, `times` are
    others for some, in ms; `voters`: how many; `ipv6`: paths that speak it; `disk_size`: of a file system of their own for the states of the heads."""

    def __init__(self, paths=3, policy="", slower=1, store=False, voters=0, fake_watchdog=False, times=None,
                 vip_check_every="10s", disk_size=None, ipv6=()):
        self.folder = Path(tempfile.mkdtemp(prefix="hacored-", dir="/dev/shm"))
        self.paths = paths
        self.ipv6 = ipv6
        self.fake_watchdog = fake_watchdog  # /dev/null is one: tests/daemon/fake_watchdog.cc
        self.config = self.folder / "hacore.toml"
        self.voter_programs = []
        self.data = self.folder / "data"
        self.data.mkdir()
        self.service = self.folder / "service"
        self.service.write_text(f'#!/bin/sh\nHACORE_FOLDER={self.folder} exec {HERE}/agents/writer "$1"\n')
        self.service.chmod(0o755)
        key = self.folder / "key"
        key.write_bytes(os.urandom(32))
        key.chmod(0o600)
        for path in range(paths):
            # An address of its own: without one it has that of a port, and another one when that head loses power.
            run("ip", "link", "add", f"switch{path}", "address", f"02:00:00:00:00:{path:02x}", "type", "bridge")
            run("ip", "link", "set", f"switch{path}", "up")
        self.vip_check_every = vip_check_every
        self.heads = {name: Head(self, number) for number, name in enumerate(HEADS)}
        self.small_disks = [head.disk for head in self.heads.values()] if disk_size else []
        for disk in self.small_disks:
            run("mount", "-t", "tmpfs", "-o", f"size={disk_size}", "tmpfs", disk)
        self.voters = [self.folder / f"voter{number}" for number in range(voters)]
        parts = [self.store_part()] if store else []
        parts += [self.voters_part()] if voters else []
        self.config.write_text(self.text(policy, slower, times or {}) + "\n".join(parts) + "\n")
        self.config.chmod(0o600)
        self.bmc = Bmc(self)
        self.bmc.start()

    def addresses(self, path):
        """Of both heads, in that network."""
        return [f"fd00:{path}::{n}" if path in self.ipv6 else f"10.{path}.0.{n}" for n in (1, 2)]

    def store_part(self):
        """A directory that both heads reach, whatever becomes of their networks."""
        folder = self.folder / "store"
        folder.mkdir()
        run(BIN / "hacore-store", "--init", "--cell", "test", f"dir:{folder}")
        return f'[store]\nurl = "dir:{folder}"\ntimeout = "200ms"'

    def voters_part(self):
        """Voters on a compute node, which is the test itself: it has an address on every switch."""
        key = self.folder / "voter.key"
        key.write_bytes(os.urandom(32))
        key.chmod(0o600)
        addresses = []
        for number, log in enumerate(self.voters):
            address = f"10.0.0.{200 + number}"
            run("ip", "addr", "add", f"{address}/24", "dev", "switch0")
            self.voter_programs.append(subprocess.Popen(
                [BIN / "havoter", "--listen", address, "--key", key, "--cell", "test"],
                stdin=subprocess.DEVNULL, stderr=open(log, "w")))
            addresses.append(f'"{address}"')
        return f'[voters]\naddresses = [{", ".join(addresses)}]\nkey_file = "{key}"'

    def text(self, policy, slower, times):
        lines = [
            'cell = "test"',
            'heads = ["head1", "head2"]',
            "[daemon]", 'state_dir = "/run/state"', "state_in_memory = true", 'run_dir = "/run/hacore"',
            f'agent_dirs = ["{BIN}", "{HERE / "agents"}"]', "realtime_priority = 5",
            timing(slower, times), policy,
            "[keys]", f'file = "{self.folder / "key"}"',
            "[[fence]]", 'name = "bmc"', 'agent = "fence_hacore_cell"', 'timeout = "2s"', 'off_takes = "50ms"',
        ]
        for name in HEADS:
            lines.append(f'{name} = {{ plug = "{name}", ip = "{self.folder / "bmc"}" }}')
        for path in range(self.paths):
            lines += ["[[path]]", f'name = "net{path}"', f'interface = "eth{path}"',
                      f'address = {json.dumps(self.addresses(path))}']
        lines += ["[[service]]", 'name = "main"', 'prefers = "head1"', 'storage = "none"',
                  "[[service.resource]]", 'name = "vip"', 'type = "address"', 'address = "10.0.0.100/24"',
                  'interface = "eth0"', f'check_every = "{self.vip_check_every}"',
                  "[[service.resource]]", 'name = "writer"', 'type = "script"', f'path = "{self.service}"',
                  'check_every = "200ms"']
        return "\n".join(lines) + "\n"

    def boot(self):
        for head in self.heads.values():
            head.boot()
        self.wait_until_owned()

    def wait_until_owned(self, limit=15.0):
        try:
            return wait_for("an owner and a passive head", self.settled, limit)
        except AssertionError as error:
            logs = [f"--- {head.name}\n{head.log.read_text()}" for head in self.heads.values() if head.log.exists()]
            raise AssertionError("\n".join([str(error), *logs])) from None

    def settled(self):
        owners = [head for head in self.heads.values() if head.owns()]
        others = [head for head in self.heads.values() if head not in owners]
        return owners[0] if len(owners) == 1 and all(h.lines("init -> passive") for h in others) else None

    def other(self, head):
        return self.heads[HEADS[1 - head.number]]

    def part_heads(self):
        """The heads hear each other no more on the first switch; everybody else there still hears both."""
        for head in self.heads.values():
            run("bridge", "link", "set", "dev", head.port(0), "isolated", "on")

    def writes(self):
        """What the service wrote: [(epoch, head, sequence, boottime)], in the order of the file."""
        lines = (self.data / "writes").read_text().splitlines() if (self.data / "writes").exists() else []
        return [(int(e), h, int(n), float(t)) for e, h, n, t in (line.split() for line in lines if line.count(" ") == 3)]

    def close(self):
        for head in self.heads.values():
            head.power_off()
        for program in self.voter_programs:
            program.kill()
            program.wait()
        self.bmc.socket.close()
        for path in range(self.paths):
            run("ip", "link", "del", f"switch{path}")
        for disk in self.small_disks:
            run("umount", "--lazy", disk)
        if "HACORE_KEEP" in os.environ:
            print("kept:", self.folder, file=sys.stderr)
        else:
            shutil.rmtree(self.folder)


class CellTest(unittest.TestCase):
    """A cell for each test, and the logs of its heads if something fails."""

    def begin(self, cell):
        """Boots it and waits until it has an owner and a passive head."""
        self.cell = cell
        self.addCleanup(self.cell.close)
        self.cell.boot()
        self.active = self.cell.settled()
        self.passive = self.cell.other(self.active)

    def tearDown(self):
        if self._outcome.result.failures or self._outcome.result.errors:
            for head in self.cell.heads.values():
                print(f"--- {head.name}\n{head.log.read_text()[-6000:]}")


def timing(slower, other):
    """Times of the core; with `slower` as a factor, and others for some."""
    milliseconds = {"keep_alive": 100, "warn_after": 300, "dead_after": 500, "init_dead": 600, "fence_delay": 400,
                    "right_to_run": 400, "off_gap": 50, "hold_off": 100, "late_max": 1000, **other}
    lines = [f'{name} = "{slower * value}ms"' for name, value in milliseconds.items()]
    return "\n".join(["[timing]", *lines, 'fence_max = "5s"', 'start_max = "8s"', 'stop_max = "6s"',
                      'bmc_check_every = "1s"', "[policy]", "failovers_max = 100", "fences_max = 100"])
