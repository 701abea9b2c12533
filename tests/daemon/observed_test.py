"""What a head shows to those who watch it: its figures for Prometheus, and the calls of its alert hook."""

import shutil
import tempfile
import unittest
from pathlib import Path

from cell import Cell, CellTest, wait_for
from metrics import figure, metrics_of, metrics_part


VARIABLES = ["$HACORE_EVENT", "$HACORE_SERVICE", "$HACORE_EPOCH", "$HACORE_REASON", "$HACORE_HEAD", "$HACORE_PEER",
             "$HACORE_TEXT"]


class Observed(CellTest):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="hacored-hook-", dir="/dev/shm"))
        self.addCleanup(shutil.rmtree, self.folder)
        hook = self.folder / "hook"
        hook.write_text(f'#!/bin/sh\necho "{"|".join(VARIABLES)}" >> {self.folder}/$HACORE_HEAD\n')
        hook.chmod(0o755)
        self.begin(Cell(policy=f'{metrics_part()}[alerts]\nhook = "{hook}"\n'))

    def told(self, head):
        """Calls of the hook by that head, each a list as VARIABLES."""
        file = self.folder / head.name
        return [line.split("|") for line in file.read_text().splitlines()] if file.exists() else []

    def test_figures_are_what_happened(self):
        active, passive = metrics_of(self.active), metrics_of(self.passive)
        for families in (active, passive):
            for family in families.values():
                self.assertTrue(family.documentation.endswith("."), family.name)
                self.assertIn(family.type, ("gauge", "counter", "histogram"), family.name)
                self.assertTrue(family.name.startswith("hacore_"))
        self.assertEqual(figure(active, "hacore_role", service="main", role="owner"), 1)
        self.assertEqual(figure(active, "hacore_role", service="main", role="passive"), 0)
        self.assertEqual(figure(passive, "hacore_role", service="main", role="passive"), 1)
        self.assertEqual(figure(passive, "hacore_peer_view", view="alive"), 1)
        self.assertEqual(figure(passive, "hacore_takeovers_total", service="main"), 0)
        self.assertEqual(figure(passive, "hacore_path_heard", path="net2"), 1)
        self.assertLess(figure(passive, "hacore_path_beat_age_seconds", path="net2"), 1)
        self.assertGreater(figure(active, "hacore_beats_sent_total", path="net0"), 0)
        self.assertGreater(figure(active, "hacore_epoch", service="main"), 0)
        wait_for("a check of the resource",
                 lambda: figure(metrics_of(self.active), "hacore_resource_runs", resource="writer") == 1)

    def test_a_takeover_is_counted_and_told_in_order(self):
        epoch = figure(metrics_of(self.active), "hacore_epoch", service="main")
        self.active.power_off()
        wait_for("a takeover", self.passive.owns)
        wait_for("the call about it", lambda: [c for c in self.told(self.passive) if c[6].endswith("all resources are up")])
        after = metrics_of(self.passive)
        self.assertEqual(figure(after, "hacore_takeovers_total", service="main"), 1)
        self.assertEqual(figure(after, "hacore_fence_steps_total", step="confirmed"), 1)
        self.assertEqual(figure(after, "hacore_alert_hook_failures_total"), 0)
        self.assertEqual(figure(after, "hacore_alert_hook_dropped_total"), 0)
        self.assertGreater(figure(after, "hacore_epoch", service="main"), epoch)
        calls = self.told(self.passive)
        for call in calls:
            self.assertEqual(call[4:6], [self.passive.name, self.active.name])
        owner, = [c for c in calls if c[0] == "role"]
        self.assertEqual(owner[1], "main")
        self.assertEqual(float(owner[2]), figure(after, "hacore_epoch", service="main"))
        for text in ("takeover begins", "confirmed"):
            self.assertLess(calls.index([c for c in calls if text in c[6]][0]), calls.index(owner))

    def test_a_head_that_may_not_act_says_why_and_when_it_may(self):
        def calls(event):
            return [c for c in self.told(self.passive) if c[0] == event and c[3] == "maintenance"]
        self.assertEqual(self.passive.hactl("maintenance", "on", "--for", "10min", "--reason", "test")[0], 0)
        self.active.power_off()
        wait_for("the call that it holds", lambda: calls("hold"))
        self.assertEqual(self.passive.hactl("maintenance", "off")[0], 0)
        wait_for("a takeover", self.passive.owns)
        wait_for("the call that it holds no more", lambda: calls("hold_ends"))


class Arbiters(CellTest):
    def setUp(self):
        self.begin(Cell(policy=metrics_part(), store=True, voters=3))

    def test_store_and_voters_are_among_the_figures(self):
        wait_for("a round of the voters",
                 lambda: figure(metrics_of(self.passive), "hacore_voters", are="hearing_the_peer") == 3)
        figures = metrics_of(self.passive)
        self.assertEqual(figure(figures, "hacore_voters", are="configured"), 3)
        self.assertEqual(figure(figures, "hacore_voters", are="hearing_this_head"), 3)
        self.assertEqual(figure(figures, "hacore_store_answers"), 1)
        self.assertLess(figure(figures, "hacore_store_answer_age_seconds"), 60)
        self.cell.voter_programs[0].kill()
        wait_for("a round without one of them",
                 lambda: figure(metrics_of(self.passive), "hacore_voters", are="answering") == 2)


if __name__ == "__main__":
    unittest.main()
