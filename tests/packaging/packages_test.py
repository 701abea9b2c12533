"""The packages of build/packages on a clean Debian 12: what README says is done as it stands there, the daemon starts,
an upgrade leaves its services alone, a purge leaves nothing."""

import re
import unittest

from debian import Debian, REPOSITORY, wait_for

HEAD = "T06-HEAD-01"
INSTALL = "apt-get install -y --no-install-recommends"

# What an administrator of this little cell changes in the example: the head is alone, without NAS, BMC, compute nodes.
EDITOR = r"""#!/usr/bin/env python3
import re, sys
path = sys.argv[1]
if path.endswith("secrets.toml"):
    open(path, "w").write('bmc1 = "one"\nbmc2 = "two"\n')
    sys.exit()
text = open(path).read()
def edit(pattern, by):
    global text
    text, count = re.subn(pattern, by, text, flags=re.S | re.M)
    assert count, pattern
edit(r'"fence_hacore_ipmi"', '"/root/fence_dark"')
edit(r'^chassis = .*?$', '')
edit(r'^\[\[fence\]\]\nname = "pdu".*?(?=^# -----)', '')
edit(r'"nfs://10.141.255.200/export/hacore"', '"dir:/srv/store"')
edit(r'^\[voters\].*?(?=^\[ping\])', '')
edit(r'^\[watchdog\].*?(?=^# -----)', '')
edit(r'^marker = .*?$', 'storage = "none"')
resource = r'^\[\[service.resource\]\]\nname = '
edit(resource + r'"cm-shared".*?(?=' + resource + '"home")', '')
edit(r'"10.141.255.200:/export/home"', '"scratch"')
edit(r'^fstype = "nfs"$', 'fstype = "tmpfs"')
edit(r'"vers=3,hard,proto=tcp"', '"size=1m"')
edit(r'slurmctld', 'worker')
edit(r'^init_dead.*?$', 'init_dead = "12s"')
text += '\n[daemon]\nstate_in_memory = true\n'  # as this Debian is
open(path, "w").write(text)
"""

FENCE_DARK = """#!/bin/sh
# The other head is not there, and its BMC says so.
while IFS= read -r line; do case "$line" in action=*) action=${line#action=} ;; esac; done
[ "$action" = status ] && echo "Status: OFF" && exit 2
exit 0
"""

WORKER = """[Service]
ExecStart=/bin/sleep infinity
"""

# What the same administrator types at hacore-setup, a line for each question: no cable, no storage, no BMC, no outlets.
TYPED = """bcm-t06

T06-HEAD-02
bond0

10.141.255.252
10.141.255.254
bond1

10.150.255.252
10.150.255.254
-
-
-
-
dir:/srv/store



worker.service
/etc/hacore/service.d/cmdaemon
c
"""

# A service of the site, in the convention of its scripts: it goes on when who started it has gone.
SCRIPT = """#!/bin/sh
runs() { read -r pid < /run/cmdaemon && kill -0 "$pid"; } 2> /dev/null
case "$1" in
  start) runs || { setsid sleep infinity > /dev/null 2>&1 < /dev/null & echo $! > /run/cmdaemon; } ;;
  stop) runs && kill "$pid"; rm -f /run/cmdaemon ;;
  status) runs || exit 3 ;;
esac
"""


def steps_of_readme():
    """The commands of the section for head nodes, one a line."""
    section = re.search(r"^## On your head nodes\n(.*?)^## ", (REPOSITORY / "README.md").read_text(), re.S | re.M)[1]
    blocks = re.findall(r"^```\n(.*?)^```", section, re.S | re.M)
    return [line for block in blocks for line in block.splitlines() if line]


class PackagesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.debian = Debian()
        cls.addClassCleanup(cls.debian.close)
        cls.debian.run("apt-get update -q && apt-get clean", network=True)

    def test_1_without_systemd_scripts_do_their_work(self):
        packages = "./hacore_*.deb ./hacore-voter_*.deb ./hasim_*.deb"
        self.debian.run(f"{INSTALL} --download-only {packages}", network=True)
        before = self.debian.files()
        self.debian.run(f"{INSTALL} {packages}")
        self.assertEqual(self.debian.run("command -v systemctl || echo none"), "none\n")
        for program in ("hacored --version", "havoter --help", "hactl --help", "hacored --keys",
                        "hacore-setup --keys"):
            self.debian.run(program)
        for broken in ("hacored --check", "hacored --check /etc/hacore/hacore.toml.example"):
            self.assertIn("error", self.debian.run(broken, expect=2))
        self.assertIn("HOLDS", self.debian.run("hasim run pair/active-loses-power.scn"))
        for page in ("man8/hacored.8", "man8/hacore-setup.8", "man8/hactl.8", "man8/havoter.8", "man5/hacore.toml.5",
                     "man1/hasim.1"):
            self.assertTrue((self.debian.root / f"usr/share/man/{page}.gz").exists(), page)
        for agent in ("fence_hacore_ipmi", "fence_hacore_redfish"):
            self.assertIn("<resource-agent", self.debian.run(f"echo action=metadata | {agent}"))
        self.debian.run(f"{INSTALL} --reinstall {packages}")
        self.debian.run("apt-get purge -y hacore hacore-voter hasim && apt-get autoremove -y")
        left = {path for path in self.debian.files() - before if re.search("hacore|havoter|hactl|hasim", path)}
        self.assertEqual(left, set())
        self.assertEqual(self.debian.run("getent group hacore || echo none"), "none\n")

    def test_2_a_head_lives_by_readme(self):
        debian = self.debian
        debian.run(f"{INSTALL} systemd-sysv dbus procps python3-minimal", network=True)
        debian.run(f"{INSTALL} --download-only ./hacore_*.deb", network=True)
        before = debian.files()
        self.furnish()
        debian.start()
        debian.run("for i in eth3:10.50.255.251 bond0:10.141.255.251 bond1:10.150.255.251; do "
                   "ip link add ${i%:*} type veth peer name p${i%:*}; ip link set p${i%:*} up; ip link set ${i%:*} up; "
                   "ip addr add ${i#*:}/16 dev ${i%:*}; done")
        self.follow_readme()
        self.upgrade_under_services()
        self.kill_the_daemon()
        self.stop()
        self.purge(before)

    def follow_readme(self):
        for step in steps_of_readme():
            if step == "hacore-setup":
                self.set_up()
                continue
            step = step.replace("nfs://10.141.255.200/export/hacore", "dir:/srv/store")  # as in its configuration
            shown = self.debian.run(step, expect=None if step.startswith("hactl status") else 0)
            if step.startswith("hacored --check"):
                self.assertIn("good", shown)
            if step.startswith("hactl status"):
                self.assertIn(HEAD, shown)
            if step.startswith("apt install"):
                self.assertEqual(self.debian.run("systemctl is-enabled hacored || true"), "disabled\n")
                self.assertEqual(self.debian.run("systemctl is-active hacored || true"), "inactive\n")
        wait_for("its services", self.served)

    def set_up(self):
        """There is no second head, and that is all that remains open."""
        self.debian.write("/etc/hacore/hacore.toml", "[daemon]\nstate_in_memory = true\n")  # as this Debian is
        self.debian.write("/root/typed", TYPED)
        shown = self.debian.run("hacore-setup < typed", expect=3)
        self.assertNotIn("[FAIL]", shown[:shown.index("Continue?")])
        self.assertIn("scp -p /etc/hacore/key /etc/hacore/hacore.toml T06-HEAD-02:/etc/hacore/", shown)
        self.assertIn("good", self.debian.run("hacored --check"))

    def upgrade_under_services(self):
        served = self.served()
        daemon = self.main_pid()
        self.upgrade()
        wait_for("the new hacored", lambda: self.main_pid() not in (None, daemon))
        wait_for("an answer", self.answers)
        self.assertEqual(self.served(), served, "the services are those that ran before")

    def kill_the_daemon(self):
        daemon = wait_for("a process", self.main_pid)
        served = self.served()
        self.debian.run(f"kill -9 {daemon}")
        wait_for("a new hacored", lambda: self.main_pid() not in (None, daemon))
        wait_for("an answer", self.answers)
        self.assertEqual(self.served(), served)

    def stop(self):
        self.debian.run("systemctl stop hacored")
        self.assertIn("ExecMainStatus=0", self.debian.run("systemctl show -p ExecMainStatus hacored"))
        self.assertIsNone(self.served())

    def purge(self, before):
        self.debian.run("systemctl start hacored")
        self.debian.run("apt-get purge -y hacore && apt-get autoremove -y")
        left = {path for path in self.debian.files() - before if re.search("hacore|hactl", path)} - self.own
        self.assertEqual(left, set())
        self.assertEqual(self.debian.run("ls -d /run/hacore 2> /dev/null || echo none"), "none\n")

    def furnish(self):
        debian = self.debian
        debian.write("/etc/apt/apt.conf.d/yes", 'APT::Get::Assume-Yes "true";\n')  # says yes when apt asks
        debian.write("/etc/hostname", f"{HEAD}\n")
        debian.write("/root/editor", EDITOR, 0o755)
        debian.write("/root/fence_dark", FENCE_DARK, 0o755)
        debian.write("/usr/local/bin/scp", "#!/bin/sh\n", 0o755)  # there is no second head
        debian.write("/etc/systemd/system/worker.service", WORKER)
        debian.write("/etc/hacore/service.d/cmdaemon", SCRIPT, 0o755)
        (debian.root / "srv/store").mkdir()
        self.own = {"/etc/hacore", "/etc/hacore/service.d", "/etc/hacore/service.d/cmdaemon"}  # of the site: stays

    def tearDown(self):
        if self.debian.init and (self._outcome.result.failures or self._outcome.result.errors):
            print(self.debian.run("hacored --check; hactl status; journalctl --no-pager -n 60", expect=None))

    def answers(self):
        return HEAD in self.debian.run("hactl status", expect=None)

    def main_pid(self):
        number = self.debian.run("systemctl show -p MainPID --value hacored").strip()
        return None if number == "0" else number

    def served(self):
        """Processes of its services and the mount, if they and the addresses are all there; else None. As the rest of the
        machine sees it, not as the unit of hacored does."""
        seen = self.debian.run("cat /run/cmdaemon; systemctl show -p MainPID --value worker; ip -o addr; "
                               "findmnt --noheadings --output ID --mountpoint /home", expect=None)
        numbers = re.findall(r"^ *(\d+) *$", seen, re.M)
        there = all(address in seen for address in ("10.141.255.254/16", "10.150.255.254/16"))
        return numbers if len(numbers) == 3 and "0" not in numbers and there else None

    def upgrade(self):
        """To a package that is the same but for its version."""
        [package] = self.debian.root.glob("root/hacore_*.deb")
        self.debian.run(f"dpkg-deb -R {package.name} next && sed -i 's/^Version: .*/&.1/' next/DEBIAN/control")
        self.debian.run(f"dpkg-deb -b next next.deb && {INSTALL} ./next.deb")


if __name__ == "__main__":
    unittest.main(verbosity=2)
