"""A Debian 12 for tests of packages, in memory: unpacked from build/chroot.tar into a tmpfs of the test's own mount
namespace, so that nothing of it is ever seen outside. It can be used as a folder (chroot), and be started: with its own
systemd, networks, processes and control groups, behind pivot_root."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = REPOSITORY / "build/packages"
MOUNTS = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
CGROUPS = next((Path(folder) for _, folder, kind, *_ in MOUNTS if kind == "cgroup2"), None)

# In new namespaces: everything that a started machine has around its own root, which then is the only one there is.
# With no /dev of its own, systemd would mount the one of this machine.
START = """
set -e
cd {root}
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7
mknod -m 666 dev/random c 1 8
mknod -m 666 dev/urandom c 1 9
mknod -m 666 dev/tty c 5 0
mkdir dev/pts dev/shm
ln -s pts/ptmx dev/ptmx
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
mkdir -p .outside
pivot_root . .outside
umount -l .outside
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
"""


def wait_for(what, look, limit=60.0):
    """Looks until it sees something, and returns that."""
    end = time.monotonic() + limit
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {limit:.0f} s")
        time.sleep(0.05)


class Debian:
    def __init__(self):
        self.root = Path(tempfile.mkdtemp(prefix="debian-", dir=REPOSITORY / "build"))
        self.init = None
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "debian", self.root], check=True)
        subprocess.run(["tar", "-C", self.root, "-xf", REPOSITORY / "build/chroot.tar"], check=True)
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        for package in PACKAGES.glob("*.deb"):
            shutil.copy(package, self.root / "root")

    def run(self, command, expect=0, network=False):
        """Runs a line of shell as root, in /root. Returns what it printed. `expect` None: any exit status."""
        if self.init:
            around = ["nsenter", "--target", str(self.init), "--all", "--wdns=/root"]
        else:
            around = ["unshare", "--mount", "--pid", "--fork", "--kill-child", *([] if network else ["--net"]),
                      f"--root={self.root}", "--wd=/root", "--mount-proc"]
        done = subprocess.run(
            [*around, "env", "-i", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "EDITOR=/root/editor",
             "HOME=/root", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "sh", "-ec", command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if expect is not None and done.returncode != expect:
            raise AssertionError(f"{command}: exit status {done.returncode}\n{done.stdout}")
        return done.stdout

    def write(self, path, text, mode=0o644):
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def files(self):
        """Every path, but for what packaging itself writes down, and what lives in memory."""
        passing = ("/proc", "/sys", "/dev", "/run", "/tmp", "/root", "/var/cache", "/var/log", "/var/lib/dpkg",
                   "/var/lib/apt", "/var/lib/systemd")
        found = set()
        for folder, folders, names in os.walk(self.root):
            inside = os.path.join("/", os.path.relpath(folder, self.root)) if folder != str(self.root) else "/"
            folders[:] = [name for name in folders if os.path.join(inside, name) not in passing]
            found.update(os.path.join(inside, name) for name in folders + names)
        return found

    def start(self):
        """Boots its systemd. The packages systemd-sysv and dbus must be installed."""
        self.group = CGROUPS / f"packages-test-{os.getpid()}-{time.monotonic_ns()}"
        self.group.mkdir()
        script = START.format(root=self.root)
        self.shell = subprocess.Popen(
            ["sh", "-c", f"echo $$ > {self.group}/cgroup.procs && exec unshare --mount --pid --net --uts --ipc "
             '--cgroup --fork --kill-child sh -c "$0"', script],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        children = Path(f"/proc/{self.shell.pid}/task/{self.shell.pid}/children")
        self.init = int(wait_for("its first process", lambda: children.read_text().split())[0])
        wait_for("its systemd", lambda: Path(f"/proc/{self.init}/comm").read_text() == "systemd\n")
        wait_for("the end of its start", lambda: self.run("systemctl is-system-running", expect=None).strip() in
                 ("running", "degraded"))

    def close(self):
        if self.init:
            self.shell.kill()  # and with it, by --kill-child, the first process there
            self.shell.wait()
            wait_for("the end of its processes", lambda: "populated 0" in (self.group / "cgroup.events").read_text())
            for folder, _, _ in os.walk(self.group, topdown=False):
                os.rmdir(folder)
        subprocess.run(["umount", "-l", self.root], check=True)
        self.root.rmdir()
