#!/usr/bin/env python3
"""`ringtap generate`: what leaves an interface is what the same command writes to a file."""
import json
import os
import signal
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "golden")]
sys.dont_write_bytecode = True

import harness  # noqa: E402
from harness import Lab, Skip, equal, true, wait_for  # noqa: E402
from test_replay import Peer, check_sums, records  # noqa: E402

# Source addresses are given: without them they are the interface's.
MIX = ["2*eth(src=02:00:00:00:00:01)/ip(src=10.0.0.0/8 random,id=0-65535)/udp(sport=1-99)",
       "eth(src=02:00:00:00:00:01)/vlan(9)/ip6/tcp(seq=0-4294967295 random)/payload(0-60 random)",
       "eth(src=02:00:00:00:00:01)/arp(sha=02:00:00:00:00:01)"]
SMALL = "eth(src=02:00:00:00:00:01)/ip/udp(sport=1-100)"


def written(lab, *args):
    """The frames that a file of the same would have."""
    path = lab.path(f"file-{lab.unique()}.pcap")
    lab.run(lab.ringtap, "generate", "-q", "-w", path, *args)
    return records(path)


class Generate:
    """A running `ringtap generate`."""

    def __init__(self, lab, *args):
        self.errors = lab.path(f"generate-stderr-{lab.unique()}")
        self.out = lab.path(f"generate-stdout-{lab.unique()}")
        with open(self.errors, "wb") as stderr, open(self.out, "wb") as stdout:
            self.process = lab.process([*lab.inside(), lab.ringtap, "generate", "-i", "v0",
                                        "--json", *args], stderr=stderr, stdout=stdout,
                                       stdin=subprocess.DEVNULL)

    def text(self):
        with open(self.errors, encoding="utf-8") as f:
            return f.read()

    def end(self, status=0):
        equal(self.process.wait(60), status, f"exit status ({self.text().strip()})")
        with open(self.out, encoding="utf-8") as f:
            lines = f.read().splitlines()
        if not lines:
            return None
        report = json.loads(lines[-1])
        check_sums(report)
        return report


def sent_packets(lab):
    """By the kernel's count."""
    out = json.loads(lab.ip("-j", "-s", "link", "show", "v0"))
    return out[0]["stats64"]["tx"]["packets"]


def test_same_as_a_file(programs):
    with Lab(programs) as lab:
        peer = Peer(lab)
        want = written(lab, "-n", "600", "--seed", "3", *MIX)
        report = Generate(lab, "-n", "600", "--seed", "3", "--pps", "20k", *MIX).end()
        equal(report["sent"], 600, "sent")
        equal(report["seed"], 3, "seed")
        equal(peer.frames(600), want, "frames")
        equal(sent_packets(lab), 600, "by the kernel's count")


def test_two_threads_send_the_same_frames(programs):
    with Lab(programs) as lab:
        peer = Peer(lab)
        want = written(lab, "-n", "601", *MIX)
        report = Generate(lab, "-n", "601", "--pps", "20k", "--threads", "2", *MIX).end()
        equal(report["sent"], 601, "sent")
        equal(report["interfaces"][0]["threads"], 2, "threads")
        equal(sorted(peer.frames(601)), sorted(want), "frames, in whatever order")


def test_topspeed(programs):
    with Lab(programs) as lab:
        before = sent_packets(lab)
        report = Generate(lab, "-n", "200k", "--topspeed", "--flows", "100", "ip/udp").end()
        equal(report["sent"], 200000, "sent")
        equal(report["sent_bytes"], 200000 * 60, "bytes")
        equal(sent_packets(lab) - before, 200000, "by the kernel's count")


def test_threads_share_a_mix_of_sizes_evenly(programs):
    """A third of the frames each, though one has all the long ones."""
    with Lab(programs) as lab:
        report = Generate(lab, "--duration", "400ms", "--bitrate", "8M", "--size", "imix",
                          "--threads", "3", "ip/udp").end()
        mean = report["sent_bytes"] / report["sent"]
        true(300 < mean < 400, f"{mean} bytes a frame of {(64 * 7 + 590 * 4 + 1514) / 12}")
        true(report["sent_bytes"] * 8 < 8e6 * 0.4 * 1.05, "the rate is kept")


def test_defaults_are_harmless(programs):
    with Lab(programs) as lab:
        report = Generate(lab, SMALL).end()
        equal(report["sent"], 1000, "frames")
        true(report["packets_per_second"] < 1100, f"{report['packets_per_second']} a second")


def test_addresses_of_the_interface(programs):
    with Lab(programs) as lab:
        peer = Peer(lab)
        lab.ip("link", "set", "v0", "address", "02:00:00:12:34:56")
        lab.ip("link", "set", "v0", "mtu", "1000")
        Generate(lab, "-n", "2", "--size", "mtu", "vlan/ip/udp", "arp").end()
        frames = peer.frames(2)
        for frame in frames:
            equal(frame[6:12].hex(), "020000123456", "source address")
        equal(frames[1][22:28].hex(), "020000123456", "sender's address")
        equal(len(frames[0]), 1018, "as long as the MTU allows")


def test_duration_and_interrupt(programs):
    with Lab(programs) as lab:
        report = Generate(lab, "--duration", "300ms", "--pps", "1k", SMALL).end()
        true(100 <= report["sent"] <= 300, f"{report['sent']} sent")
        equal(report["interrupted"], False, "interrupted")
        running = Generate(lab, "-n", "1G", "--pps", "5k", "--threads", "2", SMALL)
        before = sent_packets(lab)
        wait_for("it sends", lambda: sent_packets(lab) > before + 50)
        running.process.send_signal(signal.SIGINT)
        report = running.end(3)
        equal(report["interrupted"], True, "interrupted")
        equal(sent_packets(lab) - before, report["sent"], "by the kernel's count")


def live_frames(lab):
    """Skip where the kernel sends no XDP live frames."""
    lab.run("ethtool", "-K", "v1", "gro", "on")
    trial = Generate(lab, "-n", "1", "--xdp", SMALL)
    if trial.process.wait(60):
        raise Skip(trial.text().strip())


def test_live_frames(programs):
    with Lab(programs) as lab:
        live_frames(lab)
        # A period goes round; random ones are made one by one.
        for words in ([SMALL], MIX):
            peer = Peer(lab)
            want = written(lab, "-n", "777", *words)
            report = Generate(lab, "-n", "777", "--xdp", "--pps", "5k", *words).end()
            equal(report["sent"], 777, "sent")
            equal(peer.frames(777), want, "frames")


def test_live_frames_end_when_told(programs):
    with Lab(programs) as lab:
        live_frames(lab)
        before = sent_packets(lab)
        running = Generate(lab, "-n", "1G", "--xdp", "--pps", "5k", SMALL)
        wait_for("it sends", lambda: sent_packets(lab) > before + 50)
        running.process.send_signal(signal.SIGINT)
        report = running.end(3)
        equal(sent_packets(lab) - before, report["sent"], "by the kernel's count")
        true(report["offered"] < 10**6, "what has not gone was never made")
        report = Generate(lab, "--duration", "200ms", "--xdp", "--pps", "5k", SMALL).end()
        true(300 < report["sent"] <= 1000, f"{report['sent']} sent")


def test_stamps_tell_latency(programs):
    with Lab(programs) as lab:
        peer = Peer(lab)
        Generate(lab, "-n", "50", "--pps", "5k", "--threads", "2", "ip/udp/stamp").end()
        stamps = [struct.unpack(">QIQ", frame[42:62]) for frame in peer.frames(50)]
        equal(sorted(s[0] for s in stamps), list(range(50)), "numbers")
        equal({s[1] for s in stamps}, {0x52544150}, "marks")
        times = [s[2] for s in sorted(stamps)]
        true(times[-1] - times[0] < 10 * 10**9 and min(times) > 10**18, "times of today")


def test_refuses_what_cannot_go(programs):
    with Lab(programs) as lab:
        for words in (["--size", "1600", SMALL], ["ip/udp/payload(1490)"]):
            running = Generate(lab, *words)
            running.end(2)
            true("MTU of 1500 allows 1514" in running.text(), running.text())
        # The kernel takes 4 bytes more of one 802.1Q tag, and of nothing else.
        for words in (["--size", "1515", "ip/udp"], ["--size", "1515", "vlan/vlan/ip/udp"],
                      ["--size", "1519", "vlan/ip/udp"]):
            Generate(lab, "-n", "2", *words).end(2)
        for words in ("ip/udp", "vlan/ip/udp", "vlan/vlan/ip/udp"):
            equal(Generate(lab, "-n", "2", "--size", "mtu", words).end()["sent"], 2, words)
        before = sent_packets(lab)
        lab.ip("addr", "add", "10.9.9.1/24", "dev", "v0")
        lab.ip("route", "add", "default", "via", "10.9.9.2")
        running = Generate(lab, "--topspeed", "-n", "10", SMALL)
        running.end(2)
        true("default route" in running.text() and "--force" in running.text(), running.text())
        equal(sent_packets(lab), before, "nothing has left")
        equal(Generate(lab, "-n", "10", "--pps", "1k", SMALL).end()["sent"], 10, "with a rate")
        equal(Generate(lab, "--topspeed", "--force", "-n", "10", SMALL).end()["sent"], 10,
              "when told so")


def test_default_route_through_what_stands_on_it(programs):
    with Lab(programs) as lab:
        lab.ip("link", "add", "br0", "type", "bridge")
        lab.ip("link", "set", "v0", "master", "br0")
        lab.ip("link", "set", "br0", "up")
        lab.ip("addr", "add", "10.9.9.1/24", "dev", "br0")
        equal(Generate(lab, "--topspeed", "-n", "10", SMALL).end()["sent"], 10, "no route yet")
        lab.ip("route", "add", "default", "via", "10.9.9.2")
        running = Generate(lab, "--topspeed", "-n", "10", SMALL)
        running.end(2)
        true("default route" in running.text(), running.text())


def test_link_that_goes(programs):
    with Lab(programs) as lab:
        before = sent_packets(lab)
        running = Generate(lab, "-n", "1G", "--pps", "2k", "--patience", "1s", SMALL)
        wait_for("it sends", lambda: sent_packets(lab) > before + 20)
        lab.ip("link", "del", "v0")
        report = running.end(3)
        true(report["failure"] and "v0" in running.text(), running.text())


TESTS = [test_same_as_a_file, test_two_threads_send_the_same_frames, test_topspeed,
         test_threads_share_a_mix_of_sizes_evenly,
         test_defaults_are_harmless, test_addresses_of_the_interface, test_duration_and_interrupt,
         test_live_frames, test_live_frames_end_when_told, test_stamps_tell_latency,
         test_refuses_what_cannot_go, test_default_route_through_what_stands_on_it,
         test_link_that_goes]

if __name__ == "__main__":
    harness.main(TESTS)
