#!/usr/bin/env python3
"""`ringtap cut --from` of compressed pcapng files with an index: frames are passed over, and nobody
can tell from what is written. The same file through a pipe has to be read from its start.

    test_seek.py RINGTAP
"""
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import cli  # noqa: E402
from cli import Skip, equal, true  # noqa: E402

SECOND = 10**9
START = 1700000000 * SECOND
NR, STEP = 6000, SECOND // 10  # of packets, ten minutes
INDEX, TABLE, SEEKABLE = 0x184d2a5b, 0x184d2a5e, 0x8f92eab1
NOISE = random.Random(5).randbytes(4 << 20)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def frame(i, size=1000):
    return b"\0" * 12 + b"\x08\0" + b"%08d" % i + NOISE[i:i + size]


def statistics(iface, ns):
    return cli.block(5, struct.pack("<III", iface, ns >> 32, ns & 0xFFFFFFFF) +
                     cli.option(4, struct.pack("<Q", 7)) + cli.option(0, b""))


def capture(times, blocks=None):
    """Packets of two interfaces at these times, and before some of them other blocks."""
    parts = [cli.section(), cli.interface(1, "eth0"), cli.interface(1, "eth1")]
    for i, ns in enumerate(times):
        parts += [blocks[i]] if blocks and i in blocks else []
        parts.append(cli.packet(i % 2, START + ns, frame(i)))
    return b"".join(parts)


def in_order(n=NR):
    return [i * STEP for i in range(n)]


def compressed(case, data, name="a.pcapng.zst"):
    path = case.path(name)
    case.call("convert", case.file("plain.pcapng", data), "-w", path, "--force")
    return path


def cut(case, path, *words, **keywords):
    """What is written, and the report."""
    out = case.path("out.pcapng")
    printed, _ = case.call("cut", path, "-w", out, "--force", "--json", *words, **keywords)
    return read(out), json.loads(printed)


def same(case, path, *words, passes=None, plain=None, **keywords):
    """With and without the index; the report of the former."""
    got, ours = cut(case, path, *words, **keywords)
    want, theirs = cut(case, plain or "-", *words, stdin=None if plain else read(path), **keywords)
    true(got == want, f"{words}: {len(got)} bytes written with the index, {len(want)} without")
    equal(theirs["passed_over"], {"packets": 0, "statistics": 0, "bytes": 0}, "without an index")
    for key in ("read", "matched", "written", "left_out", "blocks_left_out"):
        equal(ours[key], theirs[key], f"{words}: {key}")
    if passes is not None:
        equal(ours["passed_over"]["bytes"] > 0, passes, f"{words}: {ours['passed_over']}")
    return ours


def frames_pass(case):
    data = capture(in_order(), {i: statistics(i % 2, START + i * STEP) for i in range(0, NR, 100)})
    path = compressed(case, data)
    late = same(case, path, "--from", "+550s", passes=True)
    true(late["passed_over"]["bytes"] > len(data) * 3 // 5, f"{late['passed_over']}")
    equal((late["read"], late["written"]), (NR, 500), "packets")
    true(late["passed_over"]["statistics"] > 30, "statistics blocks that are passed over")
    for words in (("--from", "1700000550.05"), ("--from", "+200s", "--to", "+202s"),
                  ("--from", "+300s", "-c", "3", "--skip", "2"), ("--from", "+9h"),
                  ("--from", "+400s", "-i", "eth1"),
                  ("--from", "+400s", "--no-duplicates"), ("--from", "+400s", "--length", "64-"),
                  ("--from", "+400s", "-Y", "frame.number >= 4500 and frame.number < 4507"),
                  ("--from", "+400s", "-s", "100")):
        same(case, path, *words, passes=True)
    for words in (("--from", "+0s"), ("--to", "+300s"), ("--from", "1"),
                  ("--from", "+400s", "--packets", "4000-")):
        same(case, path, *words, passes=False)
    same(case, path, "--from", "+400s", "--last", "5", passes=True, plain=case.path("plain.pcapng"))
    _, text = case.call("cut", path, "-w", case.path("o"), "--from", "+550s")
    true("passed over" in text and "index" in text, text)


def statistics_of_before(case):
    """They go by their own time, index or not; those before the first packet stay."""
    blocks = {i: statistics(0, START + i * STEP) for i in (0, 1000, 3000, 5000)}
    path = compressed(case, capture(in_order(), blocks))
    got, ours = cut(case, path, "--from", "+400s")
    equal(ours["blocks_left_out"], 2, "those of 1000 and 3000")
    equal([got.count(b) for b in blocks.values()], [1, 0, 0, 1], "statistics written")
    same(case, path, "--from", "+400s", passes=True)


def any_order(case):
    shuffled, wild = in_order(), in_order()
    rng = random.Random(1)
    for i in range(0, NR - 50, 50):  # late by seconds, as with several rings
        part = shuffled[i:i + 50]
        rng.shuffle(part)
        shuffled[i:i + 50] = part
    rng.shuffle(wild)
    backwards = in_order()[::-1]
    late = in_order()
    late[100], late[NR - 1] = 599 * SECOND, 0
    for times, passes in ((shuffled, True), (wild, None), (backwards, None), (late, True)):
        path = compressed(case, capture(times))
        for moment in ("1700000300", "1700000599", "1700000001"):
            ours = same(case, path, "--from", moment,
                        passes=passes if moment == "1700000300" else None)
            equal(ours["written"], len([t for t in times if START + t >= int(moment) * SECOND]),
                  f"packets from {moment} on")


def others_stay(case):
    """Interfaces, names, secrets, unknown blocks and sections in the middle are all met."""
    odd = {1500: cli.interface(113, "late"), 2500: cli.block(4, struct.pack("<HH", 0, 0)),
           3000: cli.block(10, struct.pack("<II", 0x544c534b, 4) + b"key\n"),
           3500: cli.block(0xBAD, struct.pack("<I", 7) + b"what")}
    data = capture(in_order(), odd)
    data += b"".join(cli.packet(2, START + (NR + i) * STEP, frame(i)) for i in range(50))
    path = compressed(case, data)
    got, _ = cut(case, path, "--from", "+500s")
    for block in odd.values():
        equal(got.count(block), 1, "other blocks")
    same(case, path, "--from", "+500s", passes=True)
    path = compressed(case, data + capture([NR * STEP + t for t in in_order(3000)]))
    same(case, path, "--from", "+500s", passes=True)
    same(case, path, "--from", "+800s", passes=True)


def large_blocks(case):
    """Blocks that go over several frames: their rests are no place to begin at."""
    data = cli.section() + cli.interface(1, "eth0", 262144)
    for i in range(60):
        data += cli.packet(0, START + i * SECOND, NOISE[i:i + 200000])
        if i in (20, 40):
            data += cli.block(10, struct.pack("<II", 0x544c534b, 3 << 20) + NOISE[:3 << 20])
    path = compressed(case, data)
    for moment in ("+10s", "+19s", "+21s", "+30s", "+41s", "+59s"):
        same(case, path, "--from", moment)
    same(case, path, "--from", "+55s", passes=True)


def clocks(case):
    """Microseconds beside 2^-20, an offset, and a section of the other byte order."""
    def block(kind, body):
        body += bytes(-len(body) % 4)
        return struct.pack(">II", kind, len(body) + 12) + body + struct.pack(">I", len(body) + 12)

    def option(code, value):
        return struct.pack(">HH", code, len(value)) + value + bytes(-len(value) % 4)

    end = option(0, b"")
    data = block(0x0A0D0D0A, struct.pack(">IHHq", 0x1A2B3C4D, 1, 0, -1))
    data += block(1, struct.pack(">HHI", 1, 0, 0) + option(2, b"us"))
    data += block(1, struct.pack(">HHI", 1, 0, 0) + option(9, b"\x94") + end)
    data += block(1, struct.pack(">HHI", 1, 0, 0) + option(14, struct.pack(">q", 1700000000)) + end)
    for i in range(NR):
        ns = i * STEP
        ticks = ((START + ns) // 1000, ((START + ns) << 20) // SECOND, ns // 1000)[i % 3]
        data += block(6, struct.pack(">IIIII", i % 3, ticks >> 32, ticks & 0xFFFFFFFF, 1000, 1000) +
                      NOISE[i:i + 1000])
    path = compressed(case, data)
    equal(same(case, path, "--from", "1700000500", passes=True)["written"], 1000, "packets")


def merged(case):
    one = case.file("one.pcapng", capture(in_order()[::2]))
    two = case.file("two.pcapng", capture(in_order()[1::2]))
    path = case.path("m.pcapng.zst")
    case.call("merge", one, two, "-w", path)
    equal(same(case, path, "--from", "+500s", passes=True)["written"], 1000, "packets")
    again = case.path("c.pcapng.zst")
    case.call("cut", path, "-w", again)
    equal(same(case, again, "--from", "+500s", passes=True)["written"], 1000, "packets")


def table_of(data):
    """Where the table's frame begins, and its entries."""
    nr, flags, magic = struct.unpack_from("<IBI", data, len(data) - 9)
    equal((flags, magic), (0, SEEKABLE), "the footer")
    start = len(data) - 17 - 8 * nr
    equal(struct.unpack_from("<II", data, start), (TABLE, 8 * nr + 9), "the table's header")
    return start, [list(e) for e in struct.iter_unpack("<II", data[start + 8:-9])]


def index_in_the_file(case):
    plain = capture(in_order())
    data = read(compressed(case, plain))
    start, entries = table_of(data)
    equal(sum(c for c, _ in entries), start, "bytes of all frames, the index's among them")
    equal((sum(d for _, d in entries), entries[-1][1]), (len(plain), 0), "bytes that they become")
    at = start - entries[-1][0]
    magic, length, name = struct.unpack_from("<II8s", data, at)
    equal((magic, length, name), (INDEX, start - at - 8, b"RTINDEX1"), "the index's header")
    frames = list(struct.iter_unpack("<QQIIII", data[at + 20:start]))
    equal(len(frames), len(entries) - 1, "one for each frame")
    equal(sum(f[2] for f in frames), NR, "packets")
    equal((frames[0][0], frames[-1][1]), (START, START + (NR - 1) * STEP), "times")
    true(all(a[1] < b[0] for a, b in zip(frames, frames[1:])), "in order")
    equal([f[4] for f in frames], [1] + [0] * (len(frames) - 1), "blocks beside packets")
    case.call("convert", case.path("plain.pcapng"), "-w", case.path("a.pcap.zst"))
    equal(table_of(read(case.path("a.pcap.zst")))[1][-1][1] > 0, True, "classic files have none")
    if not shutil.which("zstd"):
        raise Skip("zstd is not installed")
    done = subprocess.run(["zstd", "-dc", case.path("a.pcapng.zst")], capture_output=True,
                          check=True, timeout=60)
    true(done.stdout == plain, "zstd reads over it")


def without_or_with_lies(case):
    """No index, or one that is not of this file: read from the start, or from where it was."""
    path = compressed(case, capture(in_order()))
    data = read(path)
    twice = case.file("twice.pcapng.zst", data + data)
    same(case, twice, "--from", "+500s", passes=False)
    start, entries = table_of(data)
    bare = data[:start - entries[-1][0]]
    same(case, case.file("bare.pcapng.zst", bare), "--from", "+500s", passes=False)
    same(case, case.file("cut.pcapng.zst", data[:-3]), "--from", "+500s", passes=False, status=3)
    at = start - entries[-1][0]
    index = [list(e) for e in struct.iter_unpack("<QQIIII", data[at + 20:start])]

    def with_index(changed, right_sum=True):
        body = b"".join(struct.pack("<QQIIII", *e) for e in changed)
        crc = zlib.crc32(body) ^ (not right_sum)
        return case.file("lie.pcapng.zst", data[:at + 16] + struct.pack("<I", crc) + body + data[start:])

    same(case, with_index(index), "--from", "+500s", passes=True)
    same(case, with_index(index, right_sum=False), "--from", "+500s", passes=False)
    inside = [e[:5] + [2] for e in index]  # no block begins there
    same(case, with_index(inside), "--from", "+500s", passes=False)
    same(case, with_index([e[:4] + [e[4] | 0x100, 0] for e in index]), "--from", "+500s",
         passes=False)  # of a later version
    for impossible in ([0, 0, 0, 0, 0, 0xFFFFFFFF], [0, 1, 90000, 0, 0, 0], [0, 1, 0, 90000, 0, 0]):
        same(case, with_index(index[:-1] + [impossible]), "--from", "+500s", passes=False)
    _, ours = cut(case, with_index([[0] * 6] * len(index)), "--from", "+500s")
    equal(ours["written"], 0, "what is possible is believed")
    # Lengths of frames that add up and are wrong.
    entries[2][0] += 9
    entries[-2][0] -= 9
    lie = b"".join(struct.pack("<II", *e) for e in entries)
    lied = case.file("lie.pcapng.zst", data[:start + 8] + lie + data[-9:])
    _, text = case.call("cut", lied, "-w", case.path("o"), "--from", "+500s", status=3)
    true("zstd" in text, text)


if __name__ == "__main__":
    sys.exit(cli.main([frames_pass, statistics_of_before, any_order, others_stay, large_blocks,
                       clocks, merged, index_in_the_file, without_or_with_lies]))
