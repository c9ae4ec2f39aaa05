"""Memory: the rings and 32 MiB at most, and no more after millions of packets than after some."""
import os
import re
import subprocess
import time

import harness
from harness import Lab, equal, true

PACKETS = 4000000
RATE = "200kpps"
RING_MIB = 64
BEYOND_RINGS_KIB = 32 << 10
GROWTH_KIB = 1 << 10
SECONDS_MAX = 60


class Memory:
    """KiB of some processes together, each page once; `own`: without files and their sharers."""

    def __init__(self, pids):
        self.all = self.own = self.rings = 0
        for pid in pids:
            self.add(pid)

    def add(self, pid):
        with open(f"/proc/{pid}/smaps", encoding="utf-8", errors="replace") as smaps:
            name = ""
            for line in smaps:
                if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
                    name = line[line.index(" "):].split(maxsplit=4)[4:]
                    name = name[0].strip() if name else ""
                elif line.startswith("Pss:"):
                    self.count(name, int(line.split()[1]))

    def count(self, name, kib):
        if name.startswith("socket:"):
            self.rings += kib
            return
        self.all += kib
        # How much of a library is ours changes with whoever else uses it.
        if not name.startswith("/") or name.startswith("/memfd:"):
            self.own += kib

    def __str__(self):
        return f"{self.all} KiB, {self.own} of them its own, and {self.rings} of rings"


def rss_kib(pid):
    return int(harness.status_of(pid)["VmRSS"].split()[0])


def change_links(lab, turn):
    """An interface comes, changes its name, and goes."""
    lab.ip("link", "add", f"a{turn}", "type", "veth", "peer", "name", f"p{turn}")
    lab.ip("link", "set", f"a{turn}", "name", f"b{turn}")
    lab.ip("link", "del", f"b{turn}")


def capture_is_flat(programs):
    """Rotation, summaries, and links that come and go, all the time."""
    with Lab(programs) as lab:
        os.mkdir(lab.path("out"))
        c = lab.capture("-i", "v0", "-w", lab.path("out") + "/", "-C", "16MiB", "-W", "4",
                        "--summaries", lab.path("a.summaries"), "-B", f"{RING_MIB}MiB")
        generator = lab.generator("-n", str(PACKETS), "-s", "64", "-r", RATE)
        pids = (c.pid, c.writer())
        early, turn = None, 0
        deadline = time.monotonic() + SECONDS_MAX
        while True:
            report = c.report()
            turn += 1
            change_links(lab, turn)
            if not early and report["packets_captured"] >= PACKETS // 5:
                early, early_files, early_turn = Memory(pids), report["files"], turn
            if report["packets_captured"] + report["packets_dropped"] >= PACKETS:
                break
            true(time.monotonic() < deadline, f"all packets in {SECONDS_MAX} s: {report}")
        late = Memory(pids)
        equal(generator.offered(), PACKETS, "packets offered")
        totals = c.stop()
        print(f"     {early}; then {late}; {totals['files']} files, {turn} links")
        true(totals["files"] - early_files >= 5, f"files rotated: {totals['files']}")
        true(turn - early_turn >= 10, f"changes of links: {turn - early_turn}")
        true(late.rings >= RING_MIB << 10, f"the rings are counted: {late}")
        for memory in (early, late):
            true(memory.all <= BEYOND_RINGS_KIB, f"32 MiB and the rings: {memory}")
        true(abs(late.own - early.own) <= GROWTH_KIB, f"flat: {early}, then {late}")


def read_is_flat(programs):
    """Lines of a file of a million packets."""
    count = 1000000
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-w", path)
        offered = lab.generate("-n", str(count), "-s", "64", "-r", "400kpps")
        stored = c.stop()["packets_stored"]
        true(stored > offered // 2, f"a file to read: {stored}")
        read = lab.process([lab.ringtap, "read", "-n", "-r", path], stdout=subprocess.PIPE)
        lines, early, late = 0, None, None
        for line in read.stdout:
            lines += 1
            if lines == stored // 5:
                early = rss_kib(read.pid)
            if lines == stored * 9 // 10:
                late = rss_kib(read.pid)
        true(read.wait(20) == 0 and lines == stored, f"{lines} lines of {stored}")
        true(late - early <= GROWTH_KIB, f"flat: {early} KiB, then {late}")
        true(late <= BEYOND_RINGS_KIB, f"32 MiB: {late} KiB")


if __name__ == "__main__":
    harness.main([capture_is_flat, read_is_flat])
