"""Files and folders of a head with wrong permissions: hacored refuses to start, names the file and what to type."""

import signal
import unittest

from cell import Cell, wait_for


class Permissions(unittest.TestCase):
    def setUp(self):
        self.cell = Cell(paths=1)
        self.addCleanup(self.cell.close)
        self.cell.boot()
        self.head = self.cell.other(self.cell.settled())

    def refusal(self, path, mode):
        """What hacored says when it starts with that mode; it must not start. The mode is put right again."""
        right = path.stat().st_mode & 0o7777
        path.chmod(mode)
        said = len(self.head.log.read_text())
        self.head.start_daemon()
        self.assertIn(self.head.daemon.wait(timeout=10), (2, 4), path)
        path.chmod(right)
        return self.head.log.read_text()[said:]

    def test_are_refused_with_what_to_do(self):
        control = self.head.run_dir / "control"
        self.assertEqual(control.stat().st_mode & 0o7777, 0o660)
        self.head.kill_daemon()
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


if __name__ == "__main__":
    unittest.main()
