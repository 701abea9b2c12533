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


class Reload(CellTest):
    def setUp(self):
        self.begin(Cell(paths=1, slower=2))
        self.file = self.cell.config.read_text()

    def say(self, old, new):
        self.assertIn(old, self.file)
        self.cell.config.write_text(self.file.replace(old, new))

    def reload_all(self):
        for head in (self.active, self.passive):
            code, text = head.hactl("reload")
            self.assertEqual(code, 0, text)

    def key(self, name):
        file = self.cell.folder / name
        if not file.exists():
            file.write_bytes(os.urandom(32))
            file.chmod(0o600)
        return file

    def keys(self, name, following=None):
        following = f'\nnext = "{self.key(following)}"' if following else ""
        self.say(f'file = "{self.key("key")}"', f'file = "{self.key(name)}"{following}')

    def beats_arrive(self):
        """On both heads now, and none was refused."""
        for head in self.cell.heads.values():
            state, text = head.check("path:net0", 1)
            self.assertEqual(state, "ok", text)
            self.assertNotIn("another key", text)
            self.assertEqual(head.check("path:net0", 0)[0], "ok")

    def test_times_change_on_both_heads(self):
        self.say('keep_alive = "200ms"', 'keep_alive = "150ms"')
        code, text = self.active.hactl("reload")
        self.assertEqual((code, text), (0, "the new configuration is in force on both heads\n"))
        self.assertIs(self.passive.status()["config"]["identical"], True)

    def test_keys_change_while_both_heads_serve(self):
        self.keys("key", "key.next")
        self.reload_all()
        self.keys("key.next", "key")
        code, text = self.active.hactl("reload")
        self.assertEqual(code, 0, text)
        self.assertIn(f"in force on {self.active.name} alone", text)
        time.sleep(2)
        self.beats_arrive()  # one head seals with the new key, the other one with the old
        self.assertEqual(self.passive.hactl("reload")[0], 0)
        self.keys("key.next")
        self.reload_all()
        time.sleep(2)
        self.beats_arrive()
        self.keys("key.other")
        self.assertEqual(self.active.hactl("reload")[0], 0)
        wait_for("beats of a foreign key to be dropped", lambda: self.passive.check("path:net0", 1)[0] != "ok")

    def test_what_cannot_change_is_refused_by_name(self):
        for old, new, name in (
                ('timeout = "2s"', 'timeout = "3s"', "[[fence]] bmc"),
                ("[[fence]]", '[metrics]\nlisten = "127.0.0.1:9499"\n[[fence]]', "[metrics] listen"),
                ("[[fence]]", '[control]\ngroup = "daemon"\n[[fence]]', "[control] group"),
                ("realtime_priority = 5", "realtime_priority = 4", "[daemon] realtime_priority")):
            self.say(old, new)
            code, text = self.active.hactl("reload")
            self.assertEqual(code, 1, text)
            self.assertIn(f"{self.active.name} refuses the new configuration: {name}: a change there needs a restart of "
                          "hacored on this head, which leaves services alone", text)
            self.assertTrue(text.endswith("Nothing changed.\n"), text)

    def test_the_alert_hook_changes(self):
        hook, told = self.cell.folder / "hook", self.cell.folder / "told"
        hook.write_text(f'#!/bin/sh\necho "$HACORE_EVENT" >> {told}\n')
        hook.chmod(0o755)
        self.say("[[fence]]", f'[alerts]\nhook = "{hook}"\n[[fence]]')
        self.reload_all()
        self.active.power_off()
        wait_for("a call", told.exists)

    def test_a_wrong_file_is_shown_and_changes_nothing(self):
        self.say('keep_alive = "200ms"', 'keep_alive = "nonsense"')
        before = self.active.status()["config"], self.active.daemon_pid()
        code, text = self.active.hactl("reload")
        self.assertEqual(code, 1, text)
        for part in (f"{self.active.name} refuses the new configuration", '"nonsense" is not a value of keep_alive',
                     f"{self.cell.config}:", "write: keep_alive =", "Nothing changed."):
            self.assertIn(part, text)
        self.assertNotIn("inequality", text)
        self.assertEqual((self.active.status()["config"], self.active.daemon_pid()), before)
        self.assertEqual(self.cell.settled(), self.active)

    def test_the_head_that_refuses_is_named(self):
        mine = self.cell.folder / "of_the_active.toml"
        mine.write_text(self.file.replace('keep_alive = "200ms"', 'keep_alive = "150ms"'))
        mine.chmod(0o600)
        self.active.enter("mount", "--bind", mine, self.cell.config).wait()
        code, text = self.active.hactl("--timeout", "20s", "reload")
        self.assertEqual(code, 1, text)
        self.assertIn(f"`hactl reload` on {self.passive.name} says why", text)


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
