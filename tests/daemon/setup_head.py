"""A head for tests of hacore-setup: a real network beside a neighbour, a terminal, scripts for whatever reaches other
machines (fence agents, ssh, ping, mounts). The other head is a folder."""

import os
import pty
import select
import socket
import stat
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

BIN = Path(os.environ["HACORE_BIN"]).resolve()
HERE = socket.gethostname().split(".")[0]
PASSWORD = "s3cret one"
SECOND_PASSWORD = "s3cret-two"

SCRIPTS = {
    # Knows two BMCs and their passwords; outlets; one address that never answers.
    "fence_fake": """#!/bin/sh
while IFS= read -r line; do eval "$(printf '%s' "${line%%=*}")='${line#*=}'"; done
echo "$ip $username ${plug-} $action" >> FOLDER/fence.log
[ -e FOLDER/by-ssh ] && [ -e FOLDER/no-way-there ] && { echo "no route to $ip" >&2; echo reason=bmc_silent; exit 1; }
case $ip in
  10.9.9.9) exec sleep 1000 ;;
  10.150.0.1) wanted='s3cret one'; chassis=4c4c4544-0001 ;;
  10.150.0.2) wanted='s3cret-two'; chassis=4c4c4544-0002 ;;
  10.150.1.*) wanted='pdu-word'; chassis= ;;
  *) echo "no route to $ip" >&2; exit 1 ;;
esac
[ "$password" = "$wanted" ] || { echo "login with \\"$password\\" refused" >&2; exit 1; }
[ -z "$chassis" ] || echo "chassis=$chassis"
[ -e FOLDER/off ] && { echo "Status: OFF"; exit 2; }
echo "Status: ON"
""",
    # The other head is the folder `there`.
    "ssh": """#!/bin/sh
[ ! -e FOLDER/ssh-fails ] || { echo "Permission denied (publickey)." >&2; exit 255; }
while [ "$1" = -o ]; do shift 2; done
echo "$1: $2" | cut -c 1-60 >> FOLDER/ssh.log
touch FOLDER/by-ssh
sh -c "$(printf '%s' "$2" | sed 's|FOLDER/here|FOLDER/there|g; s|hacored --check|& --head other|')"
code=$?
rm FOLDER/by-ssh
exit $code
""",
    "ping": """#!/bin/sh
for last; do :; done
case $last in *.99) exit 1 ;; esac
""",
    "systemctl": """#!/bin/sh
[ "$2" = eager.service ] && { echo enabled; exit 0; }
echo disabled; exit 1
""",
    "resource-mount": """#!/bin/sh
echo "$1 $HACORE_DEVICE $HACORE_DIRECTORY $HACORE_FSTYPE $HACORE_OPTIONS" >> FOLDER/mount.log
case $HACORE_DEVICE in *nowhere*) echo "no such export" >&2; exit 1 ;; esac
[ $1 != status ] || exit 7
[ $1 != reach ] || [ ! -e FOLDER/out-of-reach ] || { echo "10.141.255.200 does not answer" >&2; exit 1; }
[ $1 = read-marker ] || [ $1 = reach ] || case $HACORE_DEVICE in *squashed*) echo "read-only file system" >&2; exit 1 ;; esac
echo epoch=0
""",
    "resource-unit": """#!/bin/sh
case $HACORE_UNIT in absent*) echo "no such unit" >&2; exit 5 ;; esac
exit 7
""",
    "resource-mariadb": """#!/bin/sh
[ "$HACORE_SOCKET" = FOLDER/mysqld.sock ] || { echo "no server at $HACORE_SOCKET" >&2; exit 1; }
[ "$1" = ready ] || [ -e FOLDER/open ] || exit 7
""",
    "agent": "#!/bin/sh\nexit 3\n",  # a script of the site, which does not run
}

# Question by question, what an administrator answers.
ANSWERS = [
    ("Name of the cell", "demo"), (f"First head [{HERE}]", ""), ("Second head", "other"),
    ("Interface", "bond0"), (f"Address of {HERE} [10.141.255.251]", ""), ("Address of other", "10.141.255.252"),
    ("Virtual address", "10.141.255.254"),
    ("Interface [none]", "bond1"), (f"Address of {HERE} [10.150.255.251]", ""), ("Address of other", "10.150.255.252"),
    ("Virtual address [none]", "10.150.255.254/16"),
    ("Interface [none]", "-"),
    ("Mounts [none]", "/cm/shared=10.141.255.200:/export/shared /home=10.141.255.200:/export/home"),
    ("NFS options [vers=3,hard,proto=tcp]", ""),
    ("Fence agent [fence_hacore_ipmi]", "fence_fake"), (f"BMC of {HERE}", "10.150.0.1"), ("BMC of other", "10.150.0.2"),
    ("User", "hacore"), (f"Password, of {HERE}", PASSWORD), ("Password, of other [the same]", SECOND_PASSWORD),
    ("Fence agent [none]", ""),
    ("Store [none]", "dir:FOLDER/store"), ("Voters [none]", ""), ("Addresses to ping [none]", "10.141.255.253"),
    ("Watchdog [none]", ""),
    ("MariaDB [none]", "FOLDER/mysqld.sock"), ("Units [none]", "slurmctld.service"), ("Scripts [none]", "FOLDER/bin/agent"),
]

FILE = f"""
[cell]
name = "demo"
second = "other"
[internal]
interface = "bond0"
first = "10.141.255.251"
second = "10.141.255.252"
virtual = "10.141.255.254/16"
[bmc]
agent = "fence_fake"
first = "10.150.0.1"
second = "10.150.0.2"
username = "hacore"
password = "{PASSWORD}"
second_password = "{SECOND_PASSWORD}"
[arbiter]
store = "dir:FOLDER/store"
"""


def sh(command):
    subprocess.run(["sh", "-ec", command], check=True)


def make_network():
    """Two networks of this head, and a neighbour who has an address in the first one."""
    neighbour = subprocess.Popen(["unshare", "--net", "sleep", "1000"])
    unittest.addModuleCleanup(neighbour.wait)
    unittest.addModuleCleanup(neighbour.kill)
    while os.readlink(f"/proc/{neighbour.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
        time.sleep(0.001)
    inside = f"nsenter --net=/proc/{neighbour.pid}/ns/net"
    sh(f"ip link set lo up; ip link add bond0 type veth peer name b0 netns {neighbour.pid}; ip link set bond0 up;"
       f"ip link add bond1 type veth peer name b1 netns {neighbour.pid}; ip link set bond1 up;"
       "ip addr add 10.141.255.251/16 dev bond0; ip addr add 10.150.255.251/16 dev bond1;"
       f"{inside} ip link set b0 up; {inside} ip link set b1 up; {inside} ip addr add 10.141.255.77/16 dev b0")


class Dialogue:
    """The program at a terminal of its own, and what stands on its screen."""

    def __init__(self, words, environment):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            try:
                os.execve(words[0], words, environment)
            finally:
                os._exit(127)
        self.screen = ""
        self.seen = 0

    def more(self, limit):
        ready, _, _ = select.select([self.terminal], [], [], limit)
        if not ready:
            raise AssertionError(f"nothing more after:\n{self.screen}")
        try:
            got = os.read(self.terminal, 65536)
        except OSError:  # its last process has closed it
            got = b""
        self.screen += got.decode().replace("\r\n", "\n")
        return got

    def expect(self, text, limit=20):
        """Waits until the text comes, after everything that was waited for before."""
        while (at := self.screen.find(text, self.seen)) < 0:
            if not self.more(limit):
                raise AssertionError(f"it ended without \"{text}\":\n{self.screen}")
        self.seen = at + len(text)

    def type(self, line):
        os.write(self.terminal, line.encode() + b"\n")

    def answer(self, question, line):
        self.expect(f"{question}: ")
        self.type(line)

    def end(self, limit=20):
        """Its exit status."""
        while self.more(limit):
            pass
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class Setup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir="/dev/shm")  # a run_dir is on a tmpfs
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name in ("here", "there", "store", "bin"):
            (self.folder / name).mkdir()
        for name, text in SCRIPTS.items():
            self.write(self.folder / "bin" / name, text, 0o755)
        self.config = self.folder / "here/hacore.toml"
        self.first_config = self.write(self.config, f'[daemon]\nagent_dirs = ["{self.folder}/bin", "{BIN}"]\n'
                                       f'run_dir = "{self.folder}/run"\nstate_in_memory = true\n')
        self.environment = {"PATH": f"{self.folder}/bin:{BIN}:/usr/sbin:/usr/bin:/sbin:/bin", "TERM": "dumb",
                            "HOME": str(self.folder)}

    def write(self, path, text, mode=0o644):
        path.write_text(text.replace("FOLDER", str(self.folder)))
        path.chmod(mode)
        return path.read_text()

    def start(self, *arguments):
        return Dialogue([str(BIN / "hacore-setup"), "--config", str(self.config), *arguments], self.environment)

    def run_it(self, *arguments, typed=None):
        done = subprocess.run([BIN / "hacore-setup", "--config", self.config, *arguments], env=self.environment,
                              stdin=subprocess.DEVNULL if typed is None else None, input=typed, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        for secret in (PASSWORD, SECOND_PASSWORD, "pdu-word"):
            self.assertNotIn(secret, done.stdout)
        return done.returncode, done.stdout

    def unattended(self, text=FILE, *arguments, mode=0o600):
        self.write(self.folder / "answers.toml", text, mode)
        return self.run_it("--from", str(self.folder / "answers.toml"), *arguments)

    def set_up(self, **instead):
        """Answers everything; what stands in `instead` by question otherwise."""
        person = self.start()
        for question, line in ANSWERS:
            person.answer(question, instead.get(question, line).replace("FOLDER", str(self.folder)))
        return person

    def done(self, person, status=0):
        person.expect("Continue? ")
        person.type("c")
        self.assertEqual(person.end(), status, person.screen)
        return person.screen

    def here(self):
        return {path.name: path.read_bytes() for path in (self.folder / "here").iterdir()}

    def assert_untouched(self):
        self.assertEqual(self.here(), {"hacore.toml": self.first_config.encode()})
        self.assertEqual(list((self.folder / "there").iterdir()), [])

    def assert_good(self):
        checked = subprocess.run([BIN / "hacored", "--check", self.config], env=self.environment, text=True,
                                 stdout=subprocess.PIPE)
        self.assertEqual(checked.returncode, 0, checked.stdout)
        return checked.stdout

    def mode(self, path):
        return stat.S_IMODE((self.folder / path).stat().st_mode)
