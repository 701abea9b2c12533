"""nfsfuse against nfs-ganesha on an ext4 image, with everything that can go wrong between them. In namespaces of its own, as root;
exit status 77 where these, FUSE, loop devices or the server are missing."""

import errno
import fcntl
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from stories import Story, Writer, make_and_remove, tree

NFSFUSE = os.environ.get("NFSFUSE", "nfsfuse")
NIGHTLY = "HASIM_NIGHTLY" in os.environ
STEPS = 40000 if NIGHTLY else 4000  # of the comparison with a local file system
STRESS = 60 if NIGHTLY else 3  # seconds
PORT, MOUNT_PORT = 2049, 20048
PATIENCE = 10.0  # for whatever must happen at all

CONFIGURATION = """
NFS_CORE_PARAM {{ Protocols = 3; NFS_Port = 2049; MNT_Port = 20048; Enable_NLM = false; Enable_RQUOTA = false; }}
NFSv4 {{ RecoveryBackend = fs; RecoveryRoot = {here}; Graceless = true; }}
EXPORT_DEFAULTS {{ Access_Type = RW; Squash = No_Root_Squash; SecType = sys; Protocols = 3; Transports = TCP; }}
EXPORT {{ Export_Id = {id}; Path = {path}; Pseudo = /volume; Filesystem_Id = 192.{id}; FSAL {{ Name = VFS; }} }}
"""


def run(*words, **options):
    return subprocess.run([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def wait_until(what, patience=PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.01)
    return False


class Server:
    """A volume and the server that exports it."""

    def __init__(self, here):
        self.here = here
        self.volume = here / "volume"
        self.volume.mkdir()
        self.process = None
        self.make_volume()

    def make_volume(self):
        image = self.here / "image"
        with open(image, "wb") as file:
            file.truncate(64 << 20)
        assert run("mkfs.ext4", "-q", "-F", "-m", "0", image).returncode == 0
        assert run("mount", "-o", "loop", image, self.volume).returncode == 0

    def start(self, export=1):
        (self.here / "conf").write_text(CONFIGURATION.format(here=self.here, path=self.volume, id=export))
        self.process = subprocess.Popen(["ganesha.nfsd", "-F", "-L", self.here / "log", "-f", self.here / "conf",
                                         "-p", self.here / "pid"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert wait_until(lambda: listens(PORT) and listens(MOUNT_PORT)), (self.here / "log").read_text()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def signal(self, number):
        self.process.send_signal(number)


def listens(port):
    rows = [line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()]
    return any(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in rows)


def daemons():
    """The programs that serve mounts, by PID."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text().strip() == "nfsfuse":
                found.append(int(process.name))
        except OSError:
            pass
    return found


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Nfsfuse(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = Path(tempfile.mkdtemp(prefix="nfsfuse"))
        assert run("mount", "-t", "tmpfs", "tmpfs", cls.here).returncode == 0
        assert run("mount", "-t", "tmpfs", "tmpfs", "/run").returncode == 0
        assert run("ip", "link", "set", "lo", "up").returncode == 0
        (Path("/run/rpcbind")).mkdir()
        cls.portmapper = subprocess.Popen(["rpcbind", "-w", "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert wait_until(lambda: listens(111))
        cls.server = Server(cls.here)
        cls.server.start()

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.portmapper.kill()
        cls.portmapper.wait()
        run("umount", "-l", cls.server.volume)
        run("umount", "-l", cls.here)
        cls.here.rmdir()

    def setUp(self):
        self.mounts = []
        self.folder = self.server.volume / self.id().rsplit(".")[-1]  # of this test, as the disk has it

    def tearDown(self):
        for mount in self.mounts:
            run("umount", "-f", mount)
            run("umount", "-l", mount)
        self.assertTrue(wait_until(lambda: not daemons()), "a daemon outlived its mount")

    def mount(self, options="timeo=10"):
        """The folder of this test, as a new head sees it."""
        at = self.here / f"mount{len(self.mounts)}"
        at.mkdir(exist_ok=True)
        mounted = run(NFSFUSE, f"127.0.0.1:{self.server.volume}", at, "-o", options)
        self.assertEqual(mounted.returncode, 0, mounted.stdout)
        self.mounts.append(at)
        (at / self.folder.name).mkdir(exist_ok=True)
        return at / self.folder.name

    def assert_fails(self, error, act, *words):
        with self.assertRaises(OSError) as failed:
            act(*words)
        self.assertEqual(failed.exception.errno, error, failed.exception)

    def server_is_back(self, export=1):
        self.server.start(export)

    # ------------------------------------------------------------------------------------------------- a file system

    def test_it_is_the_file_system_that_a_local_one_is(self):
        there, local = self.mount(), self.here / "local"
        local.mkdir()
        story = Story(random.Random(20261122), there, local)
        for step in range(STEPS):
            done = story.step()
            if step % 250 == 0 or step == STEPS - 1:
                self.assertEqual(tree(there), tree(local), f"after step {step}: {done}")
        self.assertEqual(tree(self.folder), tree(local))
        story.close()
        shutil.rmtree(local)

    def test_an_exerciser_finds_what_it_wrote(self):
        there = self.mount()
        kinds = ["--hdd", "1", "--hdd-bytes", "8m", "--hdd-opts", "rd-rnd,wr-rnd,fsync", "--dentry", "1", "--dentries", "64",
                 "--link", "1", "--symlink", "1", "--rename", "1", "--chmod", "1", "--mknod", "1", "--utime", "1"]
        ran = run("stress-ng", "--temp-path", there, "--verify", "--timeout", STRESS, *kinds)
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertNotIn("fail:", ran.stdout)

    def test_large_files_cross_all_limits_of_a_call(self):
        there = self.mount()
        bytes_ = random.Random(7).randbytes(5 << 20)
        (there / "large").write_bytes(bytes_)
        self.assertEqual((self.folder / "large").read_bytes(), bytes_)
        self.assertEqual((self.mount() / "large").read_bytes(), bytes_)

    def test_a_long_directory_is_read_to_its_end(self):
        there = self.mount()
        names = {f"a rather long name of a file, number {n}" for n in range(1500)}
        for name in names:
            (self.folder / name).touch()
        self.assertEqual(set(os.listdir(there)), names)

    def test_a_file_that_is_removed_while_open_stays_until_it_is_closed(self):
        there = self.mount()
        with open(there / "file", "w+b") as file:
            file.write(b"before")
            file.flush()
            (there / "file").unlink()
            self.assertFalse((there / "file").exists())
            file.write(b" and after")
            file.flush()
            file.seek(0)
            self.assertEqual(file.read(), b"before and after")
        with open(there / "target", "w+b") as file:
            file.write(b"old")
            file.flush()
            (there / "new").write_bytes(b"new")
            (there / "new").rename(there / "target")
            file.seek(0)
            self.assertEqual(file.read(), b"old")
        self.assertEqual((there / "target").read_bytes(), b"new")
        self.assertTrue(wait_until(lambda: os.listdir(self.folder) == ["target"]))

    def test_what_is_made_belongs_to_who_makes_it(self):
        there = self.mount()
        there.chmod(0o777)
        (there / "root-only").mkdir(mode=0o755)
        (there / "root-only" / "file").touch()
        as_user = {"preexec_fn": lambda: (os.setgid(4243), os.setuid(4242))}
        made = run("sh", "-c", f"cd {there} && umask 027 && mkdir own && echo x > own/file && ln -s file own/link", **as_user)
        self.assertEqual(made.returncode, 0, made.stdout)
        found = os.lstat(self.folder / "own" / "file")
        self.assertEqual((found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)), (4242, 4243, 0o640))
        self.assertNotEqual(run("sh", "-c", f"rm {there}/root-only/file", **as_user).returncode, 0)
        os.chown(there / "own", 4242, 50)
        os.chmod(there / "own", 0o2777)
        (there / "own" / "child").mkdir()
        (there / "own" / "of-group").touch()
        child = os.stat(self.folder / "own" / "child")
        self.assertEqual((child.st_gid, child.st_mode & stat.S_ISGID), (50, stat.S_ISGID))
        self.assertEqual(os.stat(self.folder / "own" / "of-group").st_gid, 50)

    # ------------------------------------------------------------------------------------------------------ two heads

    def test_another_head_reads_what_was_written(self):
        one, other = self.mount(), self.mount()
        for text in ("first", "second, longer", "3"):
            (one / "file").write_text(text)
            self.assertEqual((other / "file").read_text(), text)

    def test_both_append_and_nothing_is_lost(self):
        one, other = self.mount(), self.mount()
        with open(one / "log", "ab", buffering=0) as a, open(other / "log", "ab", buffering=0) as b:
            for n in range(50):
                a.write(b"a%d\n" % n)
                b.write(b"b%d\n" % n)
        lines = (self.folder / "log").read_bytes().split()
        self.assertEqual(len(lines), 100)

    def test_one_alone_makes_a_file(self):
        mounts = [self.mount(), self.mount()]
        for n in range(50):
            winners = 0
            for mount in random.sample(mounts, 2):
                try:
                    os.close(os.open(mount / f"claim{n}", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640))
                    winners += 1
                except FileExistsError:
                    pass
            self.assertEqual(winners, 1)
            self.assertEqual(stat.S_IMODE(os.stat(self.folder / f"claim{n}").st_mode), 0o640)

    def test_locks_are_refused_because_no_other_head_would_know_of_them(self):
        with open(self.mount() / "file", "w") as file:
            self.assert_fails(errno.ENOLCK, fcntl.lockf, file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.assert_fails(errno.ENOLCK, fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    # ------------------------------------------------------------------------------------------------ a server that fails

    def test_a_hard_mount_waits_for_a_server_that_restarts(self):
        there = self.mount("hard,timeo=10")
        writer = Writer(there / "log")
        self.assertTrue(wait_until(lambda: writer.written > 5))
        self.server.kill()
        stood = writer.written
        time.sleep(0.5)
        self.assertLessEqual(writer.written, stood + 1)
        self.server_is_back()
        self.assertTrue(wait_until(lambda: writer.written > stood + 5))
        writer.end()
        self.assertEqual(writer.error, None)
        self.assertEqual((self.folder / "log").read_text(), "".join(f"{n}\n" for n in range(writer.written)))

    def test_names_are_made_and_removed_once_though_the_server_dies_on_the_way(self):
        there = self.mount("hard,timeo=10")
        worker = Writer(there, act=make_and_remove)
        for _ in range(5 if NIGHTLY else 2):
            before = worker.written
            self.assertTrue(wait_until(lambda: worker.written > before + 20))
            self.server.kill()
            self.server_is_back()
        before = worker.written
        self.assertTrue(wait_until(lambda: worker.written > before + 5))
        worker.end()
        self.assertEqual(worker.error, None)

    def test_a_soft_mount_gives_up_in_its_time(self):
        there = self.mount("soft,timeo=3,retrans=1")
        (there / "file").write_text("x")
        self.server.signal(signal.SIGSTOP)
        try:
            began = time.monotonic()
            self.assert_fails(errno.EIO, lambda: os.statvfs(there))  # of which the kernel keeps nothing
            self.assertTrue(0.5 < time.monotonic() - began < 2.5, time.monotonic() - began)
        finally:
            self.server.signal(signal.SIGCONT)
        self.assertEqual((there / "file").read_text(), "x")

    def test_a_server_that_hangs_is_waited_for_and_told_nothing_twice(self):
        there = self.mount("hard,timeo=2")
        with open(there / "log", "ab", buffering=0) as log:
            self.server.signal(signal.SIGSTOP)
            waker = subprocess.Popen(["sh", "-c", f"sleep 1.5; kill -CONT {self.server.process.pid}"])
            log.write(b"once\n")  # longer than timeo: the machine of the server acknowledged it
            waker.wait()
        self.assertEqual((self.folder / "log").read_bytes(), b"once\n")
        self.assertEqual(established(PORT), 1)

    def test_who_is_killed_does_not_wait_for_a_server_that_hangs(self):
        there = self.mount("hard")
        (there / "file").write_text("x")
        self.server.signal(signal.SIGSTOP)
        try:
            waits = subprocess.Popen(["cat", there / "file"], stdout=subprocess.DEVNULL)
            also = subprocess.Popen(["sh", "-c", f"trap : USR1; cat {there}/file > /dev/null & echo; wait; wait"],
                                    stdout=subprocess.PIPE)
            self.addCleanup(also.stdout.close)
            also.stdout.read(1)
            time.sleep(0.3)
            also.send_signal(signal.SIGUSR1)  # no reason to give anything up
            waits.kill()
            self.assertEqual(waits.wait(timeout=PATIENCE), -signal.SIGKILL)
            self.assertIsNone(also.poll())
        finally:
            self.server.signal(signal.SIGCONT)
        self.assertEqual(also.wait(timeout=PATIENCE), 0)

    def test_an_unmount_by_force_does_not_wait_for_a_server_that_hangs(self):
        there = self.mount("hard")
        (there / "file").write_text("x")
        self.server.signal(signal.SIGSTOP)
        try:
            waits = subprocess.Popen(["cat", there / "file"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(0.2)
            unmount_by_force(self.mounts[0])  # ends what waits, which is in its way
            self.assertNotEqual(waits.wait(timeout=PATIENCE), 0)
            self.assertTrue(unmount_by_force(self.mounts[0]))
            self.assertTrue(wait_until(lambda: not daemons()))
        finally:
            self.server.signal(signal.SIGCONT)

    def test_handles_of_before_are_stale_and_a_new_mount_is_not(self):
        there = self.mount()
        (there / "file").write_text("x")
        self.server.kill()
        self.server_is_back(export=2)
        try:
            self.assert_fails(errno.ESTALE, (there / "file").read_text)
            self.assertEqual((self.mount() / "file").read_text(), "x")
        finally:
            self.server.kill()
            self.server_is_back()

    def test_nobody_mounts_what_is_not_exported_or_where_nobody_serves(self):
        refused = run(NFSFUSE, "127.0.0.1:/nowhere", self.here, "-o", "retry=0,timeo=5")
        self.assertEqual(refused.returncode, 32, refused.stdout)
        refused = run(NFSFUSE, f"127.0.0.1:{self.server.volume}", self.here, "-o", "retry=0,timeo=5,mountport=20049")
        self.assertEqual(refused.returncode, 32, refused.stdout)
        self.assertEqual(run(NFSFUSE, f"127.0.0.1:{self.server.volume}", self.here, "-o", "vers=4").returncode, 1)

    def test_a_full_volume_says_so_at_once(self):
        there = self.mount()
        with open(self.folder / "filler", "wb") as filler:
            space = os.statvfs(self.folder)
            os.posix_fallocate(filler.fileno(), 0, space.f_bavail * space.f_frsize - (1 << 20))
        with self.assertRaises(OSError) as failed, open(there / "file", "wb", buffering=0) as file:
            for _ in range(64):
                file.write(bytes(1 << 16))
        self.assertEqual(failed.exception.errno, errno.ENOSPC)
        (self.folder / "filler").unlink()

    # --------------------------------------------------------------------------------------------------- what it costs

    def test_it_stands_still_while_nobody_asks(self):
        for alive in (True, False):
            there = self.mount()
            (there / "file").write_text("x")
            if not alive:
                self.server.kill()
            pid = daemons()[-1]
            before = cpu_seconds(pid)
            time.sleep(0.5)
            self.assertLess(cpu_seconds(pid) - before, 0.03)
        self.server_is_back()

    def test_what_the_kernel_forgets_is_forgotten(self):
        there = self.mount()
        pid = daemons()[0]
        for n in range(2000):
            if n == 500:  # all that it needs was paged in
                before = resident(pid)
            path = there / f"file with a name {n}"
            path.touch()
            path.unlink()
        self.assertLess(resident(pid) - before, 150)


def resident(pid):
    return int(next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")).split()[1])


def established(port):
    rows = [line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()]
    return sum(row[2].endswith(f":{port:04X}") and row[3] == "01" for row in rows)


def unmount_by_force(path):
    return run("umount", "-f", "-c", path).returncode == 0


if __name__ == "__main__":
    missing = [program for program in ("ganesha.nfsd", "rpcbind", "mkfs.ext4", "stress-ng") if shutil.which(program) is None]
    if os.geteuid() != 0 or missing or not os.path.exists("/dev/fuse") or not os.path.exists("/dev/loop-control"):
        print("needs root, FUSE, loop devices, and", *missing)
        sys.exit(77)
    unittest.main()
