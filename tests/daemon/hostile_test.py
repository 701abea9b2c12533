"""A hostile neighbour on the only network of a cell: 100,000 datagrams a second at the beat port of the passive head, with
the address and port of its peer as their source. They are malformed, forged, replayed, reflected, and of another cell;
nothing may come of it but counts."""

import hashlib
import os
import socket
import struct
import subprocess
import time
import unittest

from cell import BIN, Cell, CellTest, run, wait_for
from metrics import figure, metrics_of, metrics_part

RATE = 100_000
SECONDS = 5
PORT = 5410


def beats_on_the_wire(device, source, count):
    """Beats from that address as they pass a device: payloads of UDP."""
    beats = []
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003)) as wire:
        wire.bind((device, 0))
        wire.settimeout(10)
        while len(beats) < count:
            frame = wire.recv(2000)
            is_udp = frame[12:14] == b"\x08\x00" and frame[23] == socket.IPPROTO_UDP
            if is_udp and frame[26:30] == socket.inet_aton(source) and struct.unpack("!H", frame[36:38])[0] == PORT:
                beats.append(frame[42:])
    return beats


class HostileNeighbour(CellTest):
    def setUp(self):
        self.begin(Cell(paths=1, policy=metrics_part()))
        self.connect_the_neighbour()

    def connect_the_neighbour(self):
        """This test's own namespace is on the network too, and finds the passive head there."""
        run("ip", "addr", "add", "10.0.0.66/24", "dev", "switch0")
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection((f"10.0.0.{self.passive.number + 1}", 9), timeout=5)

    def weapons(self):
        active, passive = (f"10.0.0.{head.number + 1}" for head in (self.active, self.passive))
        real = beats_on_the_wire(self.active.port(0), active, 10)
        own = beats_on_the_wire(self.active.port(0), passive, 1)[0]
        spoiled = bytearray(real[-1])
        spoiled[40] ^= 1
        sealed, other_key = real[-1][:-32], hashlib.blake2b(os.urandom(32), digest_size=32).digest()
        foreign = sealed + hashlib.blake2b(sealed, digest_size=32, key=other_key).digest()
        return {
            "malformed": [os.urandom(len(own)), real[0][:-1], real[0] + b"x", b"", os.urandom(1400)],
            "forged": [bytes(spoiled), foreign],
            "stale": real,
            "reflected": [own],
        }

    def flood(self, datagrams, rate, seconds):
        """Sends them in turn; how many."""
        files = []
        for i, datagram in enumerate(datagrams):
            files.append(self.cell.folder / f"datagram{i}")
            files[-1].write_bytes(datagram)
        active, passive = (f"10.0.0.{head.number + 1}" for head in (self.active, self.passive))
        command = [BIN / "flood", active, passive, str(PORT), str(rate), str(seconds), *files]
        return int(subprocess.check_output(["nice", "-n", "-20", *command]))

    def dropped(self):
        metrics = metrics_of(self.passive)
        return {kind: int(figure(metrics, "hacore_beats_dropped_total", kind=kind, path="net0"))
                for kind in ("malformed", "forged", "stale", "reflected", "limited")}

    def test_each_kind_is_counted_as_what_it_is(self):
        for kind, datagrams in self.weapons().items():
            before = self.dropped()
            sent = self.flood(datagrams, 1000, 0.2)
            wait_for(f"{sent} {kind}", lambda: self.dropped()[kind] == before[kind] + sent)
            others = {k: v for k, v in self.dropped().items() if k != kind}
            self.assertEqual(others, {k: v for k, v in before.items() if k != kind})

    def test_a_flood_moves_nothing_and_costs_no_memory(self):
        datagrams = [one for kind in self.weapons().values() for one in kind]
        self.flood(datagrams, 1000, 0.2)  # whatever is allocated once
        received = figure(metrics_of(self.passive), "hacore_beats_received_total", path="net0")
        before, (cpu, resident) = self.dropped(), self.passive.cost()
        began = time.monotonic()
        sent = self.flood(datagrams, RATE, SECONDS)
        lasted = time.monotonic() - began
        cpu_after, resident_after = self.passive.cost()
        beats = figure(metrics_of(self.passive), "hacore_beats_received_total", path="net0") - received
        counted = sum(self.dropped().values()) - sum(before.values())
        print(f"flood: {sent / lasted:.0f} datagrams a second for {lasted:.1f} s, {100 * counted / sent:.1f} % judged; "
              f"{beats:.0f} beats heard meanwhile, at {100 * (cpu_after - cpu) / lasted:.0f} % of a core; "
              f"{(resident_after - resident) / 1024:.0f} KiB more resident")
        self.assertGreater(sent, RATE * SECONDS / 2, "this machine cannot send that fast")
        if "HACORE_SANITIZED" not in os.environ:  # sanitizers take memory of their own
            self.assertLess(resident_after - resident, 256 * 1024)
        self.assertEqual(self.passive.lines("is suspect|is lost|alert"), [])
        self.assertTrue(self.active.owns())
        self.assertFalse(self.passive.owns())
        self.assertEqual([order for order in self.cell.bmc.orders if order[1] == "off"], [])
        self.assertGreater(beats, 0.9 * 10 * (lasted - 0.5), "beats come every 100 ms")
        lines = self.passive.lines("datagrams dropped")
        self.assertLessEqual(len(lines), 5 * 2, "one line a minute for each kind")
        for text in ("no beats", "another key", "come back", "not newer"):
            self.assertTrue([line for line in lines if text in line], text)
        *_, replay = self.passive.journal()
        self.assertEqual(replay["differences"], 0)


if __name__ == "__main__":
    unittest.main()
