"""What a head finds out about itself and its paths, and what its cell makes of it: a service network without carrier, a
switch port that drops long frames, a full disk."""

import unittest

from cell import Cell, CellTest, run, wait_for
from metrics import figure, metrics_of, metrics_part

LIMIT = 40  # seconds for what takes three rounds of checks, on a machine that does other things as well


class FitnessTest(CellTest):
    def assert_nobody_was_shot(self):
        self.assertEqual([order for order in self.cell.bmc.orders if order[1] == "off"], [])
        self.assertTrue(self.active.powered and self.passive.powered)

    def test_an_owner_whose_service_network_has_no_carrier_gives_its_service_away(self):
        # Its own monitor would find the address dead as well; here it does not look.
        self.begin(Cell(slower=4, vip_check_every="0s"))
        run("ip", "link", "set", self.active.port(0), "down")
        wait_for("a move", self.passive.owns, LIMIT)
        self.assertTrue(self.active.lines("owner -> stopping"))
        wait_for("its word", lambda: self.active.check("fit") == ("fail", "clients do not reach this head"), LIMIT)
        self.assertEqual(self.passive.check("fit"), ("ok", "could serve"))
        self.assert_nobody_was_shot()
        run("ip", "link", "set", self.active.port(0), "up")
        wait_for("its recovery", lambda: self.active.check("fit")[0] == "ok", LIMIT)
        self.assertTrue(self.passive.owns(), "nothing moves back by itself")
        self.assert_nobody_was_shot()

    def test_a_path_that_loses_long_frames_is_degraded_and_nothing_moves(self):
        self.begin(Cell(slower=4, policy=metrics_part()))
        path = "path:net1"
        self.assertEqual(self.active.check(path, 1)[0], "ok")
        run("ip", "link", "set", self.active.port(1), "mtu", "1000")
        for head in (self.active, self.passive):
            wait_for("a word about the path", lambda: head.check(path, 1) == ("warn", "large frames are lost"), LIMIT)
            self.assertEqual(head.check("path:net0", 1)[0], "ok")
            self.assertTrue(head.lines("a heartbeat path loses large frames"))
            self.assertEqual(figure(metrics_of(head), "hacore_path_large_frames", path="net1"), 0)
            self.assertEqual(figure(metrics_of(head), "hacore_path_large_frames", path="net0"), 1)
        self.assertTrue(self.active.owns())
        run("ip", "link", "set", self.active.port(1), "mtu", "1500")
        for head in (self.active, self.passive):
            wait_for("the path well again", lambda: head.check(path, 1)[0] == "ok", LIMIT)
        self.assertTrue(self.active.owns())
        self.assert_nobody_was_shot()

    def test_a_lost_gateway_and_what_was_added_by_hand_are_told_and_nothing_moves(self):
        cell = Cell(slower=4, vip_check_every="1s", policy='[ping]\naddresses = ["10.0.0.254"]\n')
        gateway = ["10.0.0.254/24", "dev", "switch0"]
        run("ip", "addr", "add", *gateway)
        self.begin(cell)
        unready = lambda head: (head.status()["heads"][head.number]["unready"] or {}).get("reason")
        self.assertIsNone(unready(self.passive))
        run("ip", "addr", "del", *gateway)
        for head in (self.active, self.passive):
            wait_for("its word about the gateway", lambda: unready(head) == "gateway_lost", LIMIT)
        run("ip", "addr", "add", *gateway)
        wait_for("the gateway again", lambda: unready(self.passive) is None, LIMIT)
        by_hand = ["10.0.0.100/24", "dev", "eth0"]
        self.assertEqual(self.passive.enter("ip", "addr", "add", *by_hand).wait(), 0)
        wait_for("its word about the address", lambda: unready(self.passive) == "already_running", LIMIT)
        self.assertTrue(self.passive.lines("vip runs here, and this head did not start it"))
        self.assertEqual(self.passive.enter("ip", "addr", "del", *by_hand).wait(), 0)
        wait_for("its recovery", lambda: unready(self.passive) is None, LIMIT)
        self.assertTrue(self.active.owns())
        self.assert_nobody_was_shot()

    def test_a_head_whose_disk_is_full_says_so_until_there_is_room(self):
        self.begin(Cell(slower=4, disk_size="4m"))
        unready = lambda: self.passive.status()["heads"][self.passive.number]["unready"]
        self.assertIsNone(unready())
        flood = self.passive.disk / "flood"
        with open(flood, "wb", buffering=0) as file:
            with self.assertRaisesRegex(OSError, "No space left"):
                while True:
                    file.write(bytes(65536))
        wait_for("its word", unready, LIMIT)
        self.assertEqual(unready()["reason"], "disk_full")
        wait_for("what its peer knows", lambda: self.active.check("fit", 1) == ("fail", "the local disk is full"), LIMIT)
        flood.unlink()
        wait_for("its recovery", lambda: unready() is None, LIMIT)
        self.assertTrue(self.active.owns())
        self.assert_nobody_was_shot()


if __name__ == "__main__":
    unittest.main()
