"""Offered = stored + dropped by cause; what is stored is what was sent; every reader agrees."""
import os
import shutil
import signal
import subprocess

import capfile
import harness
from harness import Lab, equal, true

PACKETS = {64: 40000, 512: 30000, 1500: 20000, "imix": 30000}
MODES = {
    "auto": ("a.pcapng",),
    "inplace": ("a.pcapng", "--write", "inplace"),
    "packed": ("a.pcapng", "--write", "packed"),
    "pcap": ("a.pcap",),
    "pcap-nano": ("a.pcap", "--nano"),
    "sorted": ("a.pcapng", "--write", "sorted", "--rings", "2", "--fanout", "lb"),
    "pcap-sorted": ("a.pcap", "--nano", "--write", "sorted", "--rings", "2", "--fanout", "lb"),
}


def check_sums(totals, offered):
    """Every packet that was offered is in exactly one place."""
    equal(totals["packets_seen"], offered, f"packets seen ({totals})")
    equal(sum(totals["dropped"].values()), totals["packets_dropped"], "sum over the causes")
    equal(totals["packets_stored"] + totals["packets_dropped"], offered, "stored + dropped")
    equal(totals["packets_in_flight"], 0, "packets in flight at the end")


def check_readers(lab, path, stored):
    if shutil.which("tcpdump"):
        equal(capfile.count_tcpdump(path), stored, "packets that tcpdump reads")
    if shutil.which("capinfos"):
        equal(capfile.count_capinfos(path), stored, "packets that capinfos counts")
    equal(capfile.count_ringtap(lab.ringtap, path), stored, "packets that ringtap reads")


def check_file(lab, path, size, offered, totals):
    """Bytes, order, gaps, statistics of a file that holds all that was stored."""
    f = capfile.File(path)
    equal(len(f.packets), totals["packets_stored"], "packets in the file")
    # Several rings of a classic pcap cannot be told apart.
    in_order = f.format == "pcapng" or not totals["packets_unordered"]
    seen = capfile.check_sequences(f.packets, capfile.Frames(size), offered, in_order)
    equal(offered - len(seen), totals["packets_dropped"], "gaps in the sequence numbers")
    if in_order:
        capfile.check_order(f.packets)
    equal(sum(len(p.data) for p in f.packets), totals["bytes_stored"], "bytes stored")
    if f.format == "pcapng":
        equal(sum(s[4] for s in f.statistics.values()), offered, "isb_ifrecv of all rings")
        equal(sum(s[7] for s in f.statistics.values()), totals["packets_dropped"],
              "isb_osdrop of all rings")
        true(sum(p.dropcount for p in f.packets) <= totals["packets_dropped"], "epb_dropcount")
    check_readers(lab, path, len(f.packets))
    return f


def capture_once(programs, size, mode, ring=()):
    name, *args = MODES[mode]
    with Lab(programs) as lab:
        path = lab.path(name)
        c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms", *args, *ring)
        offered = lab.generate("-n", str(PACKETS[size]), "-s", str(size))
        totals = c.stop()
        check_sums(totals, offered)
        padding = totals["file_bytes"] - os.path.getsize(path)
        true(0 <= padding < 4096, f"bytes written and the file's size differ by {padding}")
        f = check_file(lab, path, size, offered, totals)
        if f.format == "pcap" or "sorted" in mode:
            equal(capfile.count_unordered(f.packets), totals["packets_unordered"],
                  f"{mode}: packets out of order")
            true(ring or not totals["packets_unordered"], "time to sort them")
        if mode == "sorted":
            equal({p.interface for p in f.packets}, {0, 1}, "rings in the file")
        if mode == "inplace":
            true(totals["blocks_inplace"] and not totals["blocks_packed"], "blocks in place")
        if mode == "packed":
            true(totals["blocks_packed"] and not totals["blocks_inplace"], "packed blocks")
        if mode == "auto":
            true(totals["blocks_packed" if size == 64 else "blocks_inplace"], "the form by size")
        return totals


def size_64(programs):
    for mode in MODES:
        capture_once(programs, 64, mode)


def size_512(programs):
    for mode in MODES:
        capture_once(programs, 512, mode)


def size_1500(programs):
    for mode in MODES:
        capture_once(programs, 1500, mode)


def size_imix(programs):
    for mode in MODES:
        capture_once(programs, "imix", mode)


def tiny_ring(programs):
    """Drops happen, and every one is counted."""
    for mode in MODES:
        totals = capture_once(programs, 1500, mode, ("-B", "256KiB", "--block-size", "64KiB"))
        true(totals["dropped"]["ring_full"] > 0, f"{mode}: a ring of 256 KiB must overflow")


def no_uring(programs):
    """The same through pwrite(2), and without O_DIRECT."""
    for args in (("--no-io-uring",), ("--no-direct",), ("--no-io-uring", "--no-direct")):
        capture_once(programs, 512, "auto", args)
        capture_once(programs, 64, "pcap", args)


def into_a_pipe(programs):
    for size in (64, 1500):
        for args in ((), ("--write", "inplace"), ("--write", "sorted", "--rings", "2", "--fanout",
                                                  "lb")):
            with Lab(programs) as lab:
                path = lab.path("piped")
                with open(path, "wb") as out:
                    cat = lab.process(["cat"], stdin=subprocess.PIPE, stdout=out)
                c = lab.capture("-i", "v0", "-w", "-", "--latency", "20ms", *args,
                                stdout=cat.stdin)
                cat.stdin.close()
                offered = lab.generate("-n", str(PACKETS[size]), "-s", str(size))
                totals = c.stop()
                equal(cat.wait(20), 0, "cat")
                check_sums(totals, offered)
                check_file(lab, path, size, offered, totals)


def tshark_agrees(programs):
    if not shutil.which("tshark"):
        raise harness.Skip("tshark is not installed")
    for name in ("a.pcapng", "a.pcap"):
        with Lab(programs) as lab:
            c = lab.capture("-i", "v0", "-w", lab.path(name), "--rings", "2", "--fanout", "lb")
            offered = lab.generate("-n", "5000", "-s", "imix")
            totals = c.stop()
            check_sums(totals, offered)
            equal(capfile.count_tshark(lab.path(name)), totals["packets_stored"],
                  "packets that tshark reads")


def two_rings_unsorted(programs):
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-w", path, "--rings", "2", "--fanout", "lb")
        offered = lab.generate("-n", "50000", "-s", "imix")
        totals = c.stop()
        check_sums(totals, offered)
        f = check_file(lab, path, "imix", offered, totals)
        share = [sum(p.interface == i for p in f.packets) for i in (0, 1)]
        true(min(share) > offered // 3, f"both rings take their share: {share}")


def memory_kib(name):
    with open("/proc/meminfo", encoding="ascii") as meminfo:
        return next(int(line.split()[1]) for line in meminfo if line.startswith(name + ":"))


def ring_sizes(programs):
    """By itself: small where nothing goes to a file, else a share of the memory; as asked."""
    small = 64 << 20
    with Lab(programs) as lab:
        for args in (("--discard",), ("-w", "-")):
            c = lab.capture("-i", "v0", *args, stdout=subprocess.DEVNULL)
            totals = c.stop()
            equal(totals["ring_bytes"], totals["rings"] * small, f"{args}: bytes of all rings")
        if memory_kib("MemAvailable") < memory_kib("MemTotal") // 2:
            raise harness.Skip("too little memory is available for the usual size")
        c = lab.capture("-v", "-i", "v0", "-w", lab.path("a.pcapng"))
        totals = c.stop()
        want = planned_ring(totals["rings"])
        equal(totals["ring_bytes"], totals["rings"] * want, "bytes of all rings")
        true(f"of {want >> 20} MiB" in c.text(), f"it says so: {c.text()}")
        totals = lab.capture("-i", "v0", "-w", lab.path("b.pcapng"), "-B", "24MiB").stop()
        equal(totals["ring_bytes"], totals["rings"] * (24 << 20), "bytes asked for")


def planned_ring(rings, block=2 << 20):
    share = (memory_kib("MemTotal") << 10) // 16 // rings
    return min(max(share, 64 << 20), 1536 << 20) // block * block


def summary_memory(programs):
    """16 MiB beside rings whose size was asked for; else out of the rings, and it is said."""
    with Lab(programs) as lab:
        summaries = ("--summaries", lab.path("s"), "--force")
        for args, rings, spools in (
                (("-B", "24MiB"), 24 << 20, 16 << 20),
                (("-B", "512MiB"), 512 << 20, 16 << 20),
                (("-B", "24MiB", "--rings", "3", "--fanout", "lb"), 72 << 20, 12 << 20),
                (("-B", "256KiB", "--block-size", "64KiB", "--rings", "64", "--fanout", "lb"),
                 16 << 20, 16 << 20)):
            totals = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), *args, *summaries).stop()
            equal((totals["ring_bytes"], totals["spool_bytes"]), (rings, spools), f"{args}")
        totals = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), "--force").stop()
        equal(totals["spool_bytes"], 0, "none without summaries")
        if memory_kib("MemAvailable") < memory_kib("MemTotal") // 2:
            raise harness.Skip("too little memory is available for the usual size")
        for args, n in (((), 1), (("--rings", "2", "--fanout", "lb"), 2)):
            c = lab.capture("-v", "-i", "v0", "-w", lab.path("a.pcapng"), *args, *summaries)
            totals = c.stop()
            rings, spools = totals["ring_bytes"], totals["spool_bytes"]
            planned = planned_ring(n)
            true(spools <= 64 << 20, f"spools: {spools}")
            equal(rings, n * planned - (spools if spools > 16 << 20 else 0), "the rings pay")
            true(spools > 16 << 20 or planned // 8 * n < 32 << 20, "large rings, large spools")
            said = f"of {rings // n >> 20} MiB, {spools >> 20} MiB for summaries"
            true(said in c.text(), f"{said!r} in {c.text()!r}")


def remedies(programs):
    """A writer that stands still is the disk's fault, whatever the number of rings."""
    for rings in (1, 2):
        with Lab(programs) as lab:
            c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), "-B", "1MiB", "--block-size",
                            "64KiB", "--rings", str(rings), "--fanout", "lb", json_report=False,
                            ready=False)
            c.wait_text("ring")
            harness.wait_for("the writer", c.writer)
            writer = c.writer()
            os.kill(writer, signal.SIGSTOP)
            lab.generate("-n", "20000", "-s", "1000")
            os.kill(writer, signal.SIGCONT)
            c.stop()
            true("ring_full" in c.text() and "the disk fell behind" in c.text(),
                 f"{rings} rings: {c.text()}")
            true("workers fell behind:" not in c.text(), f"{rings} rings: {c.text()}")


def many_rings(programs):
    """Opened and closed by several threads; each in its group, none forgotten."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-w", path, "-B", "512KiB", "--block-size", "64KiB",
                        "--rings", "100", "--fanout", "lb")
        offered = lab.generate("-n", "20000", "-s", "200", "-r", "100kpps")
        totals = c.stop()
        equal(totals["rings"], 100, "rings")
        check_sums(totals, offered)
        f = check_file(lab, path, 200, offered, totals)
        equal(len({p.interface for p in f.packets}), 100, "rings with packets")


if __name__ == "__main__":
    harness.main([size_64, size_512, size_1500, size_imix, tiny_ring, no_uring, into_a_pipe,
                  tshark_agrees, two_rings_unsorted, ring_sizes, summary_memory, remedies,
                  many_rings])
