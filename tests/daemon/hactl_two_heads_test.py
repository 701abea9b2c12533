"""hactl beside two hacored in namespaces: what it says, and what its orders do."""

import json
import os
import signal
import subprocess
import time
import unittest
from pathlib import Path

from cell import BIN, Cell, CellTest, wait_for


class Hactl(CellTest):
    def setUp(self):
        self.begin(Cell(slower=2))

    def forecast(self):
        return self.passive.status()["forecast"][0]

    def test_both_heads_name_the_same_owner(self):
        for head in self.cell.heads.values():
            document = head.status()
            self.assertEqual(document["owner"], self.active.name)
            self.assertIs(document["config"]["identical"], True)

    def test_what_is_forecast_happens(self):
        forecast = wait_for("an automatic answer", lambda: (f := self.forecast())["then"] == "takeover" and f)
        self.assertEqual((forecast["head"], forecast["proof"]), (self.active.name, "power_off"))
        self.active.power_off()
        began = time.monotonic()
        wait_for("a takeover", self.passive.owns)
        self.assertLess(time.monotonic() - began, forecast["bound_ms"] / 1000)

    def test_orders_are_obeyed_and_written_down(self):
        self.assertEqual(self.passive.hactl("standby", "on")[0], 0)
        self.assertEqual(self.forecast()["why"]["reason"], "standby")
        self.assertEqual(self.active.hactl("standby", "on")[0], 1, "the active head serves")
        self.assertIn("order standby-on by root", self.passive.log.read_text())
        self.assertIn("refused because active_here", self.active.log.read_text())

    def test_a_question_is_no_part_of_the_json(self):
        ran = self.active.enter(BIN / "hactl", "--json", "drill", self.passive.name, stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, asked = ran.communicate(self.passive.name + "\n", timeout=30)
        self.assertEqual(ran.returncode, 0, out + asked)
        self.assertIn("Type the name", asked)
        self.assertTrue([json.loads(line) for line in out.splitlines()])

    def test_without_a_daemon_it_says_so(self):
        self.passive.kill_daemon()
        code, text = self.passive.hactl("status")
        self.assertEqual(code, 3, text)


class Interrupted(CellTest):
    def setUp(self):
        cell = Cell(slower=2)
        cell.service.write_text(cell.service.read_text().replace(
            "\n", '\n[ "$1" = stop ] && while [ -e "$0.slow" ]; do sleep 0.05; done\n', 1))
        self.begin(cell)

    def test_says_what_goes_on(self):
        active = self.cell.settled()
        passive = self.cell.other(active)
        slow = self.cell.folder / "service.slow"
        slow.touch()
        move = passive.enter(BIN / "hactl", "makeactive", "-y", stdout=subprocess.PIPE, text=True)
        wait_for("the stop", lambda: active.lines("owner -> stopping"))
        hactl = int(Path(f"/proc/{move.pid}/task/{move.pid}/children").read_text().split()[0])
        os.kill(hactl, signal.SIGINT)
        text, _ = move.communicate(timeout=10)
        self.assertEqual(move.returncode, 5, text)
        self.assertIn("The handover goes on; only watching it has ended.", text)
        self.assertIn("`hactl cancel` gives it up", text)
        slow.unlink()
        wait_for("the handover", passive.owns)


if __name__ == "__main__":
    unittest.main()
