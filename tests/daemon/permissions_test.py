"""Files and folders of a head with wrong permissions or in wrong places: hacored refuses to start, names the file and what
to do."""

import signal
import subprocess
import unittest

from cell import BIN, HERE, Cell, CellTest, wait_for


class PassiveHead(CellTest):
    def setUp(self):
        self.begin(Cell(paths=1))
        self.head = self.passive


class Permissions(PassiveHead):
    def refusal(self, path, mode):
        """What hacored says when it starts with that mode; it must not start. The mode is put right again."""
        right = path.stat().st_mode & 0o7777
        path.chmod(mode)
        said = len(self.head.log.read_text())
        self.head.start_daemon()
        self.assertEqual(self.head.daemon.wait(timeout=10), 2, path)
        path.chmod(right)
        return self.head.log.read_text()[said:]

    def test_are_refused_with_what_to_do(self):
        control = self.head.run_dir / "control"
        self.assertEqual(control.stat().st_mode & 0o7777, 0o660)
        self.head.kill_daemon(signal.SIGTERM)  # the owner fences a head that is gone without a word
        # as the test sees the file, its wrong mode, and what it is called in what hacored says
        wrong = [(self.head.disk, 0o777, "chmod 700 /run/state"),
                 (self.head.run_dir, 0o777, "chmod 700 /run/hacore"),
                 (self.head.disk / "state", 0o666, "chmod 600 /run/state/state"),
                 (self.head.run_dir / "boot", 0o622, "chmod 600 /run/hacore/boot"),
                 (self.cell.folder / "key", 0o644, f"chmod 600 {self.cell.folder}/key")]
        for path, mode, remedy in wrong:
            with self.subTest(path=path):
                self.assertIn(remedy, self.refusal(path, mode))
        self.head.log.unlink()
        self.head.start_daemon()
        wait_for("a start once all is right", lambda: self.head.lines("init -> passive"))
        self.assertEqual(self.head.kill_daemon(signal.SIGTERM), 0)


class Places(PassiveHead):
    """The state of a head outlives a power loss, its boot record does not."""

    def setUp(self):
        super().setUp()
        self.head.kill_daemon(signal.SIGTERM)

    def configured(self, state_dir, run_dir="/run/hacore"):
        """The configuration without leave to keep the state in memory."""
        text = self.cell.config.read_text().replace("state_in_memory = true\n", "")
        file = self.cell.folder / "places.toml"
        file.write_text(text.replace('"/run/state"', f'"{state_dir}"').replace('"/run/hacore"', f'"{run_dir}"'))
        file.chmod(0o600)
        return file

    def refusal(self, *options):
        hacored = self.head.enter(BIN / "hacored", "--head", self.head.name, *options, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)
        said, _ = hacored.communicate(timeout=10)
        self.assertEqual(hacored.returncode, 2, said)
        return said

    def test_a_state_in_memory_is_refused(self):
        script = ("mkdir /run/up /run/work /run/low /run/merged && "
                  "mount -t overlay overlay -o lowerdir=/run/low,upperdir=/run/up,workdir=/run/work /run/merged")
        folders = ["/run/state", "/run/not/yet"]
        if self.head.enter("sh", "-c", script, stderr=subprocess.DEVNULL).wait() == 0:
            folders.append("/run/merged")
        for folder in folders:
            config = self.configured(folder)
            with self.subTest(folder=folder):
                for options in (["--check"], []):
                    said = self.refusal("--config", config, *options)
                    self.assertIn(f"{folder} lies in memory: after a power loss", said)
                    self.assertIn("a folder on a disk of this head", said)

    def test_a_boot_record_on_a_disk_is_refused(self):
        if self.head.enter("sh", "-c", f"stat -f -c %T {HERE} | grep -q tmpfs").wait() == 0:
            self.skipTest("these sources lie in memory")
        config = self.configured(HERE, run_dir=HERE / "not-yet")
        for options in (["--check"], []):
            said = self.refusal("--config", config, *options)
            self.assertIn("not-yet outlives this boot, which it must not", said)
            self.assertFalse((HERE / "not-yet").exists())


if __name__ == "__main__":
    unittest.main()
