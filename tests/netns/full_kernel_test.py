"""ci/full-kernel, with a stand-in for linux.uml that does at once what a guest would: wrong arguments, what it says of each story,
where no kernel starts, and that nothing is left of it. As root; exit status 77 where namespaces cannot be made."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "ci" / "full-kernel"
STORY = "scenarios/netns/power-loss.scn"
A_GUEST = """#!/bin/sh
for word; do case $word in folder=*) folder=${word#*=};; esac; done
sh "$folder/command" > "$folder/output" 2>&1
echo $? > "$folder/code"
"""
DEAD = "#!/bin/sh\necho no memory\nexit 1\n"
RESET = "#!/bin/sh\necho 'reboot: Restarting system'\n"


class FullKernelTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bin = Path(folder.name) / "bin"
        self.tmp = Path(folder.name) / "tmp"
        self.bin.mkdir()
        self.tmp.mkdir()

    def program(self, name, text):
        file = self.bin / name
        file.write_text(text)
        file.chmod(0o755)
        return file

    def started(self, *words, path=None, **environment):
        path = f"{self.bin}:{os.environ['PATH']}" if path is None else path
        return subprocess.Popen(["/bin/bash", SCRIPT, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True,
                                env={**os.environ, "PATH": path, "TMPDIR": str(self.tmp), **environment})

    def ends(self, code, *words, **how):
        """What it says, when it ends with that code and has left nothing."""
        run = self.started(*words, **how)
        text, _ = run.communicate(timeout=60)
        self.assertEqual(run.returncode, code, text)
        self.assertEqual(list(self.tmp.iterdir()), [])
        return text

    def test_wrong_arguments_are_refused_by_name(self):
        self.assertIn('unknown argument "--all"', self.ends(2, "--all"))
        self.assertIn("there is no no-such.scn", self.ends(2, STORY, "no-such.scn"))
        self.assertIn("no command", self.ends(2, "--"))
        self.assertIn('"soon" is no number', self.ends(2, STORY, LIMIT="soon"))

    def test_without_such_a_kernel_it_says_what_brings_it(self):
        self.assertIn("ci/setup --kernel", self.ends(77, path="/nonexistent"))

    def test_a_kernel_that_does_not_start_is_none(self):
        self.program("linux.uml", DEAD)
        text = self.ends(77, STORY, HASIM="/bin/false")
        self.assertIn("no memory", text)
        self.assertIn("does not start here", text)

    def test_a_command_ends_as_its_guest_does(self):
        self.program("linux.uml", A_GUEST)
        self.assertEqual(self.ends(5, "--", "echo said; exit 5"), "said\n")
        self.program("linux.uml", RESET)
        self.ends(75, "--", "true")
        self.program("linux.uml", DEAD)
        self.assertIn("no memory", self.ends(76, "--", "true"))
        self.program("linux.uml", "#!/bin/sh\nexec sleep 1000\n")
        self.ends(76, "--", "true", LIMIT="1")

    def test_stories_are_told_and_counted(self):
        self.program("linux.uml", A_GUEST)
        hasim = self.program("hasim", '#!/bin/sh\necho "because $*"\ncase $* in *hang.scn) exit 1;; *reboot.scn) exit 77;; esac\n')
        hang, reboot = STORY.replace("power-loss", "hang"), STORY.replace("power-loss", "reboot")
        text = self.ends(1, STORY, hang, reboot, HASIM=str(hasim))
        self.assertRegex(text, f"{STORY} +held +[0-9]+ s\n{hang} +BROKEN +[0-9]+ s\n    because .*/hang.scn\n")
        self.assertRegex(text, f"{reboot} +skipped +[0-9]+ s\n    because .*/reboot.scn\n1 held, 1 broken, 1 skipped\n$")
        self.assertIn("1 held, 0 broken, 1 skipped", self.ends(0, STORY, reboot, HASIM=str(hasim)))
        self.ends(77, reboot, HASIM=str(hasim))

    def test_whoever_ends_it_ends_the_guest(self):
        seconds = f"1000.{os.getpid()}"
        self.program("linux.uml", f"#!/bin/sh\nsleep {seconds}\n")
        for how, code in (signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL):
            with self.subTest(how=how):
                run = self.started("--", "true")
                self.until(lambda: sleeps(seconds))
                run.send_signal(how)
                run.communicate(timeout=10)
                self.assertEqual(run.returncode, code)
                self.until(lambda: not sleeps(seconds))
                if how != signal.SIGKILL:
                    self.assertEqual(list(self.tmp.iterdir()), [])

    def until(self, condition):
        end = time.monotonic() + 10
        while not condition():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)


def sleeps(seconds):
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if one.read_text() == f"sleep\0{seconds}\0":
                return True
        except OSError:  # it has ended
            pass
    return False


if __name__ == "__main__":
    if subprocess.run(["unshare", "--pid", "--fork", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        print("no namespaces here: root is needed")
        sys.exit(77)
    unittest.main()
