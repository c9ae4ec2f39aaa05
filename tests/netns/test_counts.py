"""Offered = stored + dropped by cause; what is stored is what was sent; every reader agrees."""
import os
import shutil
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


if __name__ == "__main__":
    harness.main([size_64, size_512, size_1500, size_imix, tiny_ring, no_uring, into_a_pipe,
                  tshark_agrees, two_rings_unsorted])
