#!/usr/bin/env python3
"""Compressed captures: whole frames that anybody can read, nothing lost, whoever is killed."""
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import capfile  # noqa: E402
import harness  # noqa: E402
from harness import Lab, Skip, alive, equal, status_of, true, wait_for  # noqa: E402
from test_counts import check_sums  # noqa: E402
from test_privileges import check_dropped  # noqa: E402

TOOLS = {".zst": "zstd", ".gz": "gzip", ".lz4": "lz4", ".xz": "xz"}
NAMES = ("a.pcapng.zst", "a.pcapng.gz", "a.pcapng.lz4", "a.pcapng.xz", "a.pcap.zst", "a.pcap.gz")
SORTED = ("--write", "sorted", "--rings", "2", "--fanout", "lb")
SEEKABLE = 0x8f92eab1


def unpack(path, plain=None):
    """The file decompressed by its codec's own program, beside it; its path."""
    stem, extension = os.path.splitext(path)
    if not shutil.which(TOOLS[extension]):
        raise Skip(f"the program {TOOLS[extension]!r} is not installed")
    plain = plain or stem + ".plain"
    with open(plain, "wb") as out:
        done = subprocess.run([TOOLS[extension], "-dc", path], stdout=out, stderr=subprocess.PIPE,
                              timeout=60, check=False)
    equal(done.returncode, 0, f"{TOOLS[extension]} -dc {path}: {done.stderr}")
    return plain


def packets_of(path):
    plain = unpack(path)
    f = capfile.File(plain)
    os.unlink(plain)
    return f


def check_seekable(path):
    """The table at the end of a zstd file: its sums are the file's own."""
    plain_len = os.path.getsize(unpack(path))
    with open(path, "rb") as f:
        data = f.read()
    frames, flags, magic = struct.unpack_from("<IBI", data, len(data) - 9)
    equal((magic, flags), (SEEKABLE, 0), f"{path}: the table's footer")
    start = len(data) - 9 - 8 * frames - 8
    equal(struct.unpack_from("<II", data, start), (0x184d2a5e, 8 * frames + 9), "its header")
    entries = list(struct.iter_unpack("<II", data[start + 8:-9]))
    equal(sum(c for c, _ in entries), start, "bytes of all frames")
    equal(sum(d for _, d in entries), plain_len, "bytes that they become")
    return frames


def check_captured(lab, path, totals, offered, size):
    f = packets_of(path)
    equal(len(f.packets), totals["packets_stored"], f"{path}: packets in the file")
    capfile.check_sequences(f.packets, capfile.Frames(size), offered)
    if f.format == "pcapng":
        equal(sum(s[4] for s in f.statistics.values()), offered, "isb_ifrecv of all rings")
    equal(capfile.count_ringtap(lab.ringtap, path), len(f.packets), "packets that ringtap reads")
    # Wireshark 4.0 knows no xz, of lz4 the first frame only, of zstd those that begin in its first
    # buffer.
    readable = path.endswith(".gz") or (path.endswith(".zst") and os.path.getsize(path) < 128 << 10)
    if readable and shutil.which("tshark"):
        equal(capfile.count_tshark(path), len(f.packets), "packets that tshark reads")
    return f


def every_codec(programs):
    for name in NAMES:
        with Lab(programs) as lab:
            path = lab.path(name)
            c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms")
            offered = lab.generate("-n", "20000", "-s", "imix")
            totals = c.stop()
            check_sums(totals, offered)
            equal(totals["packets_dropped"], 0, f"{name}: nothing is lost")
            equal(totals["file_bytes"], os.path.getsize(path), "bytes written")
            equal(totals["compression"], TOOLS[os.path.splitext(name)[1]], "the codec")
            true(0 < totals["compress_bytes_out"] <= totals["file_bytes"] <
                 totals["compress_bytes_in"], f"it became smaller: {totals}")
            f = check_captured(lab, path, totals, offered, "imix")
            equal(totals["compress_bytes_in"], len(f.bytes), "bytes before compression")
            if name.endswith(".zst"):
                true(check_seekable(path) > 1, "several frames")


def ways(programs):
    """Sorted, without io_uring, without O_DIRECT, with a level and one thread, with a limit."""
    for args in (SORTED, ("--no-io-uring",), ("--no-direct",), ("--no-io-uring", "--no-direct"),
                 ("--compress-level", "5", "--compress-threads", "1"), ("--block-size", "4MiB"),
                 ("--rings", "2", "--fanout", "lb")):
        with Lab(programs) as lab:
            path = lab.path("a.pcapng.zst")
            c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms", *args)
            offered = lab.generate("-n", "20000", "-s", "600")
            totals = c.stop()
            check_sums(totals, offered)
            equal(totals["packets_stored"], offered, f"{args}: all is stored")
            f = check_captured(lab, path, totals, offered, 600)
            if args == SORTED:
                equal(capfile.count_unordered(f.packets), totals["packets_unordered"], "order")


def limit(programs):
    with Lab(programs) as lab:
        for name in ("a.pcapng.zst", "a.pcap.gz"):
            path = lab.path(name)
            c = lab.capture("-i", "v0", "-w", path, "-c", "1234", "--latency", "20ms")
            lab.generate("-n", "5000", "-s", "300")
            equal(c.wait(), 0, f"exit status ({c.text()})")
            equal(len(packets_of(path).packets), 1234, "packets")


def empty(programs):
    """Nothing came, or nothing that was wanted: whole files, and no block is kept back."""
    with Lab(programs) as lab:
        for name in ("a.pcapng.zst", "a.pcap.xz"):
            path = lab.path(name)
            totals = lab.capture("-i", "v0", "-w", path).stop()
            equal((totals["packets_stored"], len(packets_of(path).packets)), (0, 0), "packets")
        path = lab.path("b.pcapng.zst")
        c = lab.capture("-i", "v0", "-w", path, "-Y", "udp.port == 1", "-B", "1MiB",
                        "--block-size", "64KiB", "--latency", "5ms")
        offered = lab.generate("-n", "20000", "-s", "300", "-r", "50kpps")
        totals = c.stop()
        equal(totals["packets_filtered"], offered, f"packets that do not match: {totals}")
        equal(packets_of(path).packets, [], "packets in the file")


def unwanted_between(programs):
    """Blocks without a packet for the file, amid those that have some: the file stays whole."""
    for name in ("a.pcapng.zst", "a.pcap.gz"):
        with Lab(programs) as lab:
            path = lab.path(name)
            c = lab.capture("-i", "v0", "-w", path, "-Y", "frame.len == 300", "--latency", "5ms")
            wanted = 0
            for _ in range(3):
                wanted += lab.generate("-n", "50", "-s", "300")
                # For longer than a frame waits for company, and than it waits for its write.
                lab.generate("-n", "1000", "-s", "200", "-r", "1kpps")
            totals = c.stop()
            equal(totals["packets_stored"], wanted, f"packets stored: {totals}")
            equal(len(packets_of(path).packets), wanted, "packets in the file")


def follow(programs):
    """At a low rate a file still grows: each packet is in a whole frame within a second or so."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng.zst")
        c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms")
        offered = 0
        for _ in range(4):
            offered += lab.generate("-n", "20", "-s", "300")
            c.wait_report("they are stored", lambda r, n=offered: r["packets_stored"] == n, 3)
            f = capfile.File(unpack(path))
            equal(len(f.packets), offered, "packets in the file that is being written")
        totals = c.stop()
        equal(totals["packets_stored"], offered, "packets stored")
        true(check_seekable(path) <= 8, "frames: one for each burst, header, end and the index")


def small_ring(programs):
    """Blocks that are held for a frame do not use up a ring of many small ones."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng.zst")
        c = lab.capture("-i", "v0", "-w", path, "-B", "2MiB", "--block-size", "64KiB",
                        "--latency", "10ms")
        offered = lab.generate("-n", "4000", "-s", "300", "-r", "2kpps")
        totals = c.stop()
        check_sums(totals, offered)
        equal(totals["packets_dropped"], 0, f"drops at a low rate: {totals}")
        check_captured(lab, path, totals, offered, 300)


def index_by_time(programs):
    """`cut --from` passes over frames of a capture, and nobody can tell from what it writes."""
    for args in (("--rings", "2", "--fanout", "lb"), SORTED):
        with Lab(programs) as lab:
            path, out = lab.path("a.pcapng.zst"), lab.path("cut.pcapng")
            c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms", *args)
            for _ in range(2):
                lab.generate("-n", "8000", "-s", "900", "-r", "20kpps")
            c.stop()
            times = [p.ts_ns for p in packets_of(path).packets]
            ns = sorted(times)[len(times) * 3 // 4]
            words = ["--from", f"{ns // 10**9}.{ns % 10**9:09}", "-w", out, "--force", "--json"]
            reports, written = [], []
            piped = f'cat {path} | {lab.ringtap} cut - "$@"'
            for command in ([lab.ringtap, "cut", path], ["sh", "-c", piped, "sh"]):
                reports.append(json.loads(subprocess.run([*command, *words], check=True, timeout=60,
                                                         capture_output=True).stdout))
                with open(out, "rb") as f:
                    written.append(f.read())
            true(written[0] == written[1], f"{args}: the same is written")
            equal([r["written"] for r in reports], [sum(t >= ns for t in times)] * 2, "packets")
            equal([r["left_out"] for r in reports], [reports[1]["left_out"]] * 2, "left out")
            equal(reports[1]["passed_over"]["bytes"], 0, "through a pipe")
            true(reports[0]["passed_over"]["packets"] > len(times) // 3, f"{reports[0]}")


def too_slow(programs):
    """A codec that cannot follow: the ring fills, drops are counted, the file is whole."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng.xz")
        c = lab.capture("-i", "v0", "-w", path, "-B", "2MiB", "--block-size", "256KiB",
                        "--compress-level", "9", "--compress-threads", "1")
        offered = lab.generate("-n", "40000", "-s", "1500")
        totals = c.stop(seconds=60)
        check_sums(totals, offered)
        true(totals["dropped"]["ring_full"] > 0, f"the cause: {totals}")
        check_captured(lab, path, totals, offered, 1500)


def files_in(lab, extension, hidden=False):
    return sorted(lab.path(n) for n in os.listdir(lab.dir)
                  if n.endswith(extension) and (hidden or not n.startswith(".")))


def check_all(lab, extension, totals, offered, size, what):
    """All files together: each packet that was stored, once, as it was sent."""
    packets = []
    for path in files_in(lab, extension):
        packets += packets_of(path).packets
    frames = capfile.Frames(size)
    numbers = [frames.sequence(p.data) for p in packets]
    equal(len(set(numbers)), len(numbers), f"{what}: distinct packets")
    equal(len(numbers), totals["packets_stored"], f"{what}: packets in the files")
    true(not numbers or max(numbers) < offered, f"{what}: packets that were never sent")


def rotation(programs):
    """By size, by packets, by hand: every file is whole, has its statistics and its table."""
    for args, hups in ((("-C", "64KiB"), 0), (("-C", "64KiB", *SORTED), 0),
                       (("--rotate-packets", "7000"), 0), (("-G", "1h"), 3)):
        with Lab(programs) as lab:
            c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng.zst"), "--latency", "20ms",
                            "--block-size", "256KiB", *args)
            g = lab.generator("-n", "60000", "-s", "imix", "-r", "30kpps")
            for _ in range(hups):
                before = c.report()["packets_stored"]
                c.wait_report("traffic", lambda r, n=before: r["packets_stored"] > n + 500)
                c.signal(signal.SIGHUP)
            offered = g.offered()
            totals = c.stop()
            check_sums(totals, offered)
            equal(totals["packets_dropped"], 0, f"{args}: nothing is lost")
            files = files_in(lab, ".zst")
            equal(totals["files"], len(files), f"{args}: files")
            true(len(files) > 2, f"{args}: {len(files)} files")
            for path in files:
                check_seekable(path)
                equal(len(packets_of(path).statistics), 2 if "sorted" in args else 1, "statistics")
                if "-C" in args:
                    true(os.path.getsize(path) < 128 << 10, f"{path}: its size")
                    # The first one as well, for which nothing is known of how it compresses.
                    true(os.path.getsize(path) > 32 << 10 or path == files[-1], f"{path}: size")
                if "--rotate-packets" in args and path != files[-1]:
                    equal(len(packets_of(path).packets), 7000, "packets in a file")
            check_all(lab, ".zst", totals, offered, "imix", args)


def kill_once(programs, name, size, args, holds):
    with Lab(programs) as lab:
        c = lab.capture("-i", "v0", "-w", lab.path(name), "--latency", "20ms", *args)
        g = lab.generator("-n", "150000", "-s", size, "-r", "150kpps")
        for kills in range(1, 3):
            writer = c.writer()
            stored = c.report()["packets_stored"]
            c.wait_report("traffic", lambda r, n=stored: r["packets_stored"] > n + 3000)
            time.sleep(random.random() / 20) # anywhere in the life of a block
            os.kill(writer, signal.SIGKILL)
            wait_for("another writer", lambda w=writer: c.writer() not in (None, w))
            c.wait_report("it is there", lambda r, n=kills: r["writer_starts"] == n + 1)
        offered = g.offered()
        totals = c.stop()
        check_sums(totals, offered)
        if holds:
            equal(totals["packets_dropped"], 0, f"{name} {args}: a kill costs nothing: {totals}")
        true(totals["packets_stored"] > offered // 2, "most of it is stored")
        check_all(lab, os.path.splitext(name)[1], totals, offered,
                  size if size == "imix" else int(size), name)


def kill_writer(programs):
    """What was in pieces and frames is still in the ring; no packet twice, none missing."""
    for name, size, args in (("a.pcapng.zst", "300", ()),
                             ("a.pcapng.zst", "imix", ("--rings", "2", "--fanout", "lb")),
                             ("a.pcapng.zst", "300", ("--block-size", "64KiB", "--no-io-uring")),
                             ("a.pcap.zst", "imix", ()), ("a.pcapng.lz4", "imix", ()),
                             ("a.pcapng.gz", "300", ("-C", "300KiB"))):
        kill_once(programs, name, size, args, True)


def kill_writer_sorted(programs):
    """Here blocks are taken apart: what was in pieces is lost, and counted."""
    for args in (SORTED, ("--rotate-packets", "10000")):
        kill_once(programs, "a.pcapng.zst", "300", args, False)


def kill_main(programs):
    """The writer finishes what is queued, ends the file and itself."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng.zst")
        c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms")
        writer = c.writer()
        g = lab.generator("-n", "100000", "-s", "300", "-r", "150kpps")
        captured = c.wait_report("traffic", lambda r: r["packets_stored"] > 20000)
        c.signal(signal.SIGKILL)
        c.process.wait()
        wait_for("the writer ends by itself", lambda: not alive(writer), 10)
        offered = g.offered()
        f = packets_of(path)
        capfile.check_sequences(f.packets, capfile.Frames(300), offered)
        true(len(f.packets) >= captured["packets_stored"], "what was stored is there")
        check_seekable(path)


def full_disk(programs):
    """What was stored stays readable up to its last whole frame; all is counted."""
    with Lab(programs) as lab:
        where = lab.mount("small", "-t", "tmpfs", "-o", "size=300k", "none")
        path = os.path.join(where, "a.pcapng.zst")
        c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms")
        g = lab.generator("-n", "300000", "-s", "600", "-r", "100kpps")
        equal(c.wait(), 3, f"exit status ({c.text()})")
        g.kill()
        true("No space left on device" in c.text(), f"the reason: {c.text()}")
        t = c.totals
        equal(t["packets_stored"] + t["packets_dropped"], t["packets_seen"], f"sums: {t}")
        true(t["dropped"]["write_error"] > 0, "the cause")
        f = capfile.File(unpack(path, lab.path("plain")))
        equal(len(f.packets), t["packets_stored"], "packets in the file")
        true(len(f.packets) > 1000, "something is stored")


def second_interrupt(programs):
    """A second SIGINT ends at once; what is stored is whole."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng.xz")
        c = lab.capture("-i", "v0", "-w", path, "--compress-level", "9", "-B", "64MiB")
        g = lab.generator("-t", "1s", "-s", "1500")
        c.wait_report("traffic", lambda r: r["packets_captured"] > 20000)
        for _ in range(2):
            c.signal(signal.SIGINT)
            c.wait_taken(signal.SIGINT)
        equal(c.wait(10), 3, f"exit status ({c.text()})")
        g.kill()
        t = c.totals
        equal(t["packets_stored"] + t["packets_dropped"], t["packets_seen"], f"sums: {t}")
        if os.path.exists(path): # it is removed where nothing was whole
            equal(len(packets_of(path).packets), t["packets_stored"], "packets in the file")
        else:
            equal(t["packets_stored"], 0, "stored without a file")


def sandbox(programs):
    """The threads that compress have no more rights than the writer, and leave the workers be."""
    with Lab(programs) as lab:
        directory = lab.path("his")
        os.mkdir(directory, 0o700)
        os.chown(directory, 65534, 65534)
        path = os.path.join(directory, "a.pcapng.zst")
        c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms", "--compress-threads", "2",
                        "--cpus", "0")
        writer = c.writer()
        check_dropped(writer, 65534)
        tasks = [int(t) for t in os.listdir(f"/proc/{writer}/task")]
        equal(len(tasks), 3, "threads: the writer's own and two that compress")
        for task in tasks:
            if task == writer:
                continue
            equal(os.getpriority(os.PRIO_PROCESS, task), 5, "its niceness")
            if os.cpu_count() > 1:
                true("0" not in status_of(writer, task)["Cpus_allowed_list"].split(","),
                     "it is kept off the worker's CPU")
        offered = lab.generate("-n", "5000", "-s", "300")
        totals = c.stop()
        check_sums(totals, offered)
        equal(len(packets_of(path).packets), offered, "packets")


def durable(programs):
    """--durable syncs beside the writes, at the end too, and says what it cost."""
    for name, args in (("a.pcapng", ("--durable=50ms",)), ("a.pcapng", ("--durable=1MiB",)),
                       ("a.pcap", ("--durable=50ms",)), ("a.pcapng.zst", ("--durable=50ms",)),
                       ("a.pcapng", ("--durable=50ms", "--no-io-uring")),
                       ("a.pcapng", ("--durable", "-C", "2MiB", "--block-size", "256KiB"))):
        with Lab(programs) as lab:
            c = lab.capture("-i", "v0", "-w", lab.path(name), "--latency", "20ms", *args)
            offered = lab.generate("-n", "30000", "-s", "600", "-r", "30kpps")
            totals = c.stop()
            check_sums(totals, offered)
            equal(totals["packets_stored"], offered, f"{name} {args}: all is stored")
            # At least: the file's end, its directory at both ends; a few in between.
            true(totals["syncs"] >= (3 if args == ("--durable",) else 6), f"syncs: {totals}")
            true(0 < totals["sync_ns_max"] <= totals["sync_ns"], f"their time: {totals}")
            true(totals["unsynced_bytes_max"] > 0, f"bytes at stake: {totals}")


TESTS = [every_codec, ways, limit, empty, unwanted_between, follow, small_ring, index_by_time, too_slow,
         rotation, kill_writer, kill_writer_sorted, kill_main, full_disk, second_interrupt, sandbox, durable]

if __name__ == "__main__":
    harness.main(TESTS)
