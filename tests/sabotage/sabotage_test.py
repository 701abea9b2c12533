"""The judge of sabotage itself: a patch that changes nothing survives, and a survivor is not taken for a kill."""

import unittest

import real
from sabotage import KILLED, SURVIVED, UNUSABLE, judge, read_patch

TEXT = """# Breaks nothing.
# kills: scenarios/a.scn --seeds 1..5
# kills: scenarios/b.scn
"""


class Judge(unittest.TestCase):
    def outcome(self, *answers, text=TEXT):
        given = iter(answers)
        return judge(read_patch("x", text), lambda arguments: next(given)).outcome

    def test_a_patch_names_its_runs(self):
        self.assertEqual(read_patch("x", TEXT).runs, [["scenarios/a.scn", "--seeds", "1..5"], ["scenarios/b.scn"]])

    def test_runs_that_hold_let_it_survive(self):
        self.assertEqual(self.outcome((0, "HOLDS"), (0, "HOLDS")), SURVIVED)

    def test_any_broken_run_kills_it(self):
        self.assertEqual(self.outcome((0, "HOLDS"), (1, "…\nBROKEN  b.scn:1  I1")), KILLED)

    def test_the_table_says_what_broke(self):
        for output, why in [("BROKEN  a.scn:1  line 12: expect x\n", "line 12: expect x"),
                            ("BROKEN  a.scn:blow=hangs:1\n        I1: one writer\n", "I1: one writer"),
                            ("BROKEN  2 of 50 seeds, in 1 group      1.5 ms\n", "2 of 50 seeds, in 1 group")]:
            with self.subTest(why):
                result = judge(read_patch("x", TEXT), lambda arguments: (1, output))
                self.assertEqual(result.why, f"a.scn  {why}")

    def test_a_file_that_does_not_check_kills_nothing(self):
        self.assertEqual(self.outcome((2, "error: …")), UNUSABLE)

    def test_a_crash_kills_nothing(self):
        self.assertEqual(self.outcome((-6, "check failed")), UNUSABLE)

    def test_exit_1_without_a_verdict_kills_nothing(self):
        self.assertEqual(self.outcome((1, "")), UNUSABLE)

    def test_a_patch_without_runs_is_unusable(self):
        self.assertEqual(self.outcome(text="# x\n"), UNUSABLE)


class ForReal(unittest.TestCase):
    LOST = "  I5: 25 acknowledged writes to home are gone"

    def test_a_patch_names_what_loses_data(self):
        self.assertEqual(real.stories_of(TEXT + "# loses data: scenarios/c.scn\n"), ["scenarios/c.scn"])

    def test_data_that_are_lost_are_what_a_broken_core_is_to_show(self):
        self.assertEqual(real.judge("c.scn", True, 1, self.LOST), "")

    def test_a_run_that_breaks_and_loses_nothing_shows_nothing(self):
        for code, output in [(0, "HOLDS"), (1, "BROKEN  I1"), (1, "0 acknowledged writes to home are gone"), (4, self.LOST)]:
            with self.subTest(code=code, output=output):
                self.assertIn("nothing is lost", real.judge("c.scn", True, code, output))

    def test_the_core_as_it_is_must_hold_and_lose_nothing(self):
        self.assertEqual(real.judge("c.scn", False, 0, "HOLDS"), "")
        self.assertIn("does not hold", real.judge("c.scn", False, 1, self.LOST))


if __name__ == "__main__":
    unittest.main()
