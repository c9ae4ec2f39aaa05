#!/usr/bin/env python3
"""`ringtap repair`: files that are cut, have holes or damage; what was not touched is saved.

    test_repair.py RINGTAP
"""
import gzip
import json
import lzma
import os
import random
import shutil
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import cli  # noqa: E402
from cli import equal, true  # noqa: E402
import packets as p  # noqa: E402
import run  # noqa: E402

PAGE = 4096
START = 1700000000 * 10**9


def frame(number, size=0):
    return p.udp4(1000 + number % 1000, 53, struct.pack(">I", number) + bytes([7]) * size)


def filler(size):
    return cli.block(0x80005201, bytes(size - 12))


def statistics(iface, ns, received, dropped):
    value = struct.pack("<III", iface, ns >> 32, ns & 0xFFFFFFFF)
    for code, v in ((4, received), (5, dropped), (7, dropped)):
        value += cli.option(code, struct.pack("<Q", v))
    return cli.block(5, value + cli.option(0, b""))


def flags():
    return cli.option(2, struct.pack("<I", 1)) + cli.option(0, b"")


def capture_file(blocks=6, per_block=12):
    """As a capture leaves it: page by page, a ring block's head in front of its packets."""
    data = cli.section() + cli.interface(1, "a", 262144) + cli.interface(1, "b", 262144)
    data += filler(PAGE - len(data))
    number = 0
    for index in range(blocks):
        iface = index % 2
        out = cli.block(0x80005200, bytes([1]) + bytes(35))
        out += statistics(iface, START + number * 10**6, number, 0) + filler(56)
        for i in range(per_block):
            one = cli.packet(iface, START + number * 10**6, frame(number, 600 + 13 * (number % 9)),
                             flags())
            if i == per_block - 1:  # stretches to the end of its page
                rest = -(len(out) + len(one)) % PAGE
                size = struct.pack("<I", len(one) + rest)
                one = one[:4] + size + one[8:-4] + bytes(rest) + size
            out += one
            number += 1
        data += out
    return data


def plain_file(nr=60):
    """Blocks of other kinds between the packets."""
    data = cli.section() + cli.interface(1, "eth0", 262144)
    for i in range(nr):
        data += cli.packet(0, START + i * 10**6, frame(i, i * 5 % 300), flags())
        if i % 10 == 9:
            data += statistics(0, START + i * 10**6, i, 0)
    return data


def pcap_file(nr=60):
    return run.pcap(1, [(1700000000 + i // 20, frame(i, i * 7 % 400), 1000) for i in range(nr)])


def blocks_of(data):
    """[(offset, length, type)] of a file that is whole"""
    out, at = [], 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        out.append((at, length, kind))
        at += length
    return out


def records_of(data):
    out, at = [], 24
    while at < len(data):
        length = 16 + struct.unpack_from("<I", data, at + 8)[0]
        out.append((at, length, 6))
        at += length
    return out


def saved_frames(data):
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        return [f[2] for f in cli.parse_pcapng(data)[1]]
    return [data[at + 16:at + n] for at, n, _ in records_of(data)]


def numbers(data):
    """Of the frames in a file, whole or not, in order."""
    return [struct.unpack_from(">I", f, 42)[0] for f in saved_frames(data)]


def damaged(good, bad):
    """Numbers of the frames whose block or record is not in bad as it was."""
    items = blocks_of(good) if good[:4] == b"\x0a\x0d\x0d\x0a" else records_of(good)
    frames = [i for i in items if i[2] == 6]
    return [n for n, (at, size, _) in zip(numbers(good), frames)
            if bad[at:at + size] != good[at:at + size]]


def repair(case, data, *words, name="in"):
    """(status, output or None, report)"""
    path, out = case.file(name, data), case.path("out")
    if os.path.exists(out):
        os.unlink(out)
    done = subprocess.run([case.program, "repair", path, "-w", out, "--json", *words],
                          capture_output=True, env=cli.ENV, timeout=60)
    true(done.returncode in (0, 2, 3), "status %d: %s" % (done.returncode, done.stderr.decode()))
    with open(path, "rb") as f:
        equal(f.read(), data, "the input")
    saved = None
    if os.path.exists(out):
        with open(out, "rb") as f:
            saved = f.read()
    return done.returncode, saved, json.loads(done.stdout)


def peers_read(case, nr, what):
    """What was written is whole for us, and for whoever else is there."""
    out, _ = case.call("info", "--json", case.path("out"))
    report = json.loads(out)
    equal((report["state"], report["packets"]), ("whole", nr), what + ": ringtap info")
    if shutil.which("capinfos"):
        done = subprocess.run(["capinfos", "-c", "-M", case.path("out")], capture_output=True)
        equal(done.returncode, 0, what + ": capinfos: " + done.stderr.decode())
        true(b"packets:   %d\n" % nr in done.stdout, what + ": " + done.stdout.decode())
    if shutil.which("tcpdump"):
        done = subprocess.run(["tcpdump", "-nr", case.path("out")], capture_output=True)
        equal(done.returncode, 0, what + ": tcpdump: " + done.stderr.decode())
        equal(len(done.stdout.splitlines()), nr, what + ": tcpdump's packets")


def check(case, good, bad, what, peers=False):
    """All that bad still holds of good is saved, in order, and nothing else."""
    want = [n for n in numbers(good) if n not in set(damaged(good, bad))]
    status, saved, report = repair(case, bad)
    got = numbers(saved) if saved else []
    equal(got, want, "%s: frames" % what)
    equal(report["packets_saved"], len(want), what + ": packets_saved")
    equal(report["bytes_saved"] + report["bytes_lost"], len(bad), what + ": bytes")
    whole = len(bad) in [b[0] for b in blocks_of(good)] and good.startswith(bad)
    equal(status, 0 if whole else 3 if want else 2, what + ": status")
    if peers and want:
        peers_read(case, len(want), what)


def a_whole_file_is_copied(case):
    for name, data in (("capture", capture_file()), ("plain", plain_file()), ("pcap", pcap_file())):
        status, saved, report = repair(case, data)
        equal((status, report["whole"]), (0, True), name)
        true(saved == data, name + ": every byte")
        _, text = case.call("repair", case.path("in"))
        equal(text, "", "standard error")


def cut_at_every_page(case):
    good = capture_file()
    for end in range(PAGE, len(good), PAGE):
        check(case, good, good[:end], "cut at %d" % end, peers=end % (4 * PAGE) == 0)


def cut_anywhere(case):
    for good in (plain_file(12), pcap_file(12)):
        for end in range(1, len(good), 13):
            bad = good[:end]
            kept = [n for n, (at, size, kind) in zip(numbers(good), [
                b for b in (blocks_of(good) if good[0] == 0x0A else records_of(good))
                if b[2] == 6]) if at + size <= end]
            status, saved, report = repair(case, bad)
            equal(numbers(saved) if saved else [], kept, "cut at %d" % end)
            whole = end in ([0] + [b[0] for b in (blocks_of(good) if good[0] == 0x0A
                                                  else records_of(good))])
            equal(status, 0 if whole else 3 if kept else 2, "status at %d" % end)


def zeros_at_the_end(case):
    for good in (capture_file(3), plain_file(20), pcap_file(20)):
        for zeros in (4, 16, 100, PAGE, 5 * PAGE):
            status, saved, report = repair(case, good + bytes(zeros))
            true(saved == good, "%d zeros: what was saved" % zeros)
            equal((status, report["bytes_lost"]), (3, zeros), "%d zeros" % zeros)
            if zeros > 4:
                equal(report["reasons"], {"zeros": 1}, "%d zeros: the reason" % zeros)


def every_page_lost_once(case):
    good = capture_file()
    for at in range(PAGE, len(good), PAGE):
        bad = good[:at] + bytes(PAGE) + good[at + PAGE:]
        check(case, good, bad, "page at %d" % at, peers=True)


def the_first_page_lost(case):
    """The section's header and its interfaces are made anew."""
    good = capture_file()
    bad = bytes(PAGE) + good[PAGE:]
    check(case, good, bad, "first page", peers=True)
    _, saved, report = repair(case, bad, "--linktype", "1")
    equal((report["header_made"], report["interfaces_made"]), (True, 2), "made anew")
    equal(report["tsresol_made"], 9, "resolution")
    times = [f[1] for f in cli.parse_pcapng(saved)[1]]
    equal(times, [f[1] for f in cli.parse_pcapng(good)[1]], "times")


def pages_of_classic_lost(case):
    good = pcap_file(200)
    for at in range(0, len(good), PAGE):
        size = min(PAGE, len(good) - at)
        bad = good[:at] + bytes(size) + good[at + size:]
        status, saved, report = repair(case, bad)
        lost = set(damaged(good, bad))
        want = [n for n in numbers(good) if n not in lost]
        equal(numbers(saved), want, "page at %d" % at)
        equal(status, 3, "page at %d" % at)
        peers_read(case, len(numbers(saved)), "page at %d" % at)


def flipped_bits(case):
    """Whatever bits are turned: what they did not touch is saved."""
    rng = random.Random(5)
    good = plain_file(40)
    for _ in range(60):
        bad = bytearray(good)
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(cli.section() + cli.interface(1, "eth0", 262144)), len(good))
            bad[at] ^= 1 << rng.randrange(8)
        lost = set(damaged(good, bytes(bad)))
        _, saved, _ = repair(case, bytes(bad))
        got = numbers(saved)
        missing = [n for n in numbers(good) if n not in lost and n not in got]
        equal(missing, [], "untouched frames that are lost")
        out, _ = case.call("info", "--json", case.path("out"))
        equal(json.loads(out)["state"], "whole", "the output")


def noise_in_the_middle(case):
    rng = random.Random(6)
    for good in (plain_file(60), pcap_file(60)):
        for _ in range(20):
            size = rng.randrange(1, 3000)
            at = rng.randrange(300, len(good) - size)
            bad = good[:at] + rng.randbytes(size) + good[at + size:]
            lost = set(damaged(good, bad))
            _, saved, _ = repair(case, bad)
            got = numbers(saved)
            equal([n for n in numbers(good) if n not in lost and n not in got], [],
                  "noise of %d at %d" % (size, at))


def a_lost_header_of_classic(case):
    good = pcap_file(30)
    for bad in (b"\0" * 24 + good[24:], b"\xff" * 24 + good[24:], good[24:]):
        status, saved, report = repair(case, bad)
        equal((status if bad[:24] != good[24:48] else 3, numbers(saved)),
              (3, numbers(good)), "all frames")
        equal((report["header_made"], report["linktype_made"]), (True, 1), "made anew")
    _, saved, _ = repair(case, b"\0" * 24 + good[24:], "--linktype", "101")
    equal(struct.unpack_from("<I", saved, 20)[0], 101, "--linktype")


def several_sections(case):
    one = plain_file(20)
    bad = one + one[:8] + b"\xff\xff\xff\xff" + one[12:]  # the second one's header
    status, saved, report = repair(case, bad)
    frames = [b for b in blocks_of(saved) if b[2] == 6]
    equal((status, len(frames)), (3, 40), "frames")
    equal(report["sections_made"], 1, "sections made anew")


def compressed(case):
    good = plain_file(200)
    packed = gzip.compress(good)
    status, saved, _ = repair(case, packed, name="in.gz")
    equal((status, saved == good), (0, True), "whole")
    status, saved, report = repair(case, packed[:len(packed) // 2], name="in.gz")
    equal(status, 3, "cut")
    true("unreadable" in report and numbers(saved) == list(range(len(numbers(saved)))), "cut")
    true(len(numbers(saved)) > 10, "something")


def squeeze(tool, data):
    """A frame, or None where there is no such tool."""
    if tool == "gzip":
        return gzip.compress(data)
    if tool == "xz":
        return lzma.compress(data, check=lzma.CHECK_CRC32)
    if not shutil.which(tool):
        return None
    return subprocess.run([tool, "-qc"], input=data, capture_output=True, check=True).stdout


def frame_pieces(good):
    """As a capture compresses: each piece begins with a block or record."""
    items = blocks_of(good) if good[:4] == b"\x0a\x0d\x0d\x0a" else [(0, 24, 0)] + records_of(good)
    pieces = [b""]
    for at, size, _ in items:
        if len(pieces[-1]) >= 20000:
            pieces.append(b"")
        pieces[-1] += good[at:at + size]
    return pieces


def damaged_frames(case):
    """Damage costs the frames that it lies in, wherever it lies, and no other."""
    rng = random.Random(8)
    for good, suffix in ((capture_file(20), ".pcapng"), (pcap_file(400), ".pcap")):
        pieces = frame_pieces(good)
        heads = [b"" if not i else good[:24] if suffix == ".pcap" else
                 cli.section() + 2 * cli.interface(1, "a") for i in range(len(pieces))]
        inside = [numbers(h + piece) for h, piece in zip(heads, pieces)]
        for tool, end in (("gzip", ".gz"), ("xz", ".xz"), ("zstd", ".zst"), ("lz4", ".lz4")):
            frames = [squeeze(tool, piece) for piece in pieces]
            if None in frames:
                continue
            packed = b"".join(frames)
            starts = [sum(len(f) for f in frames[:i]) for i in range(len(frames))]
            places = [0, 1, len(packed) - 1] + [rng.randrange(len(packed)) for _ in range(5)]
            for at in places:
                size = min(rng.choice((1, 100, PAGE)), len(packed) - at)
                bad = packed[:at] + bytes(255 - b for b in packed[at:at + size])
                bad += packed[at + size:]
                status, saved, report = repair(case, bad, name="in" + suffix + end)
                what = "%s%s: %d bytes at %d" % (suffix, end, size, at)
                whole = [i for i, (start, f) in enumerate(zip(starts, frames))
                         if start + len(f) <= at or start >= at + size]
                want = [n for i in whole for n in inside[i]]
                got = [struct.unpack_from(">I", f, 42)[0] for f in saved_frames(saved)
                       if len(f) >= 46]
                equal([n for n in want if n not in set(got)], [], what + ": lost")
                equal(status, 3, what)
                holes = report["damaged_frames"]
                true(any(h["file_offset"] <= at < h["file_offset"] + h["length"]
                         for h in holes), what + ": is told: %s" % holes)


def frames_that_are_none(case):
    """Each looks like the first of a chain to the file's end: not all are followed."""
    unit = bytes.fromhex("28b52ffd0458") + struct.pack("<I", 6 << 3)[:3]
    status, saved, report = repair(case, unit * 200000 + b"\xff" * 10, name="in.zst")
    equal((status, saved), (2, None), "status")
    equal(report["damaged_frames_places"], 1, "places")


def refusals(case):
    path = case.file("in", plain_file(3))
    _, text = case.call("repair", path, "-w", path, "--force", status=2)
    true("never changed" in text, text)
    other = case.file("other", b"precious")
    _, text = case.call("repair", path, "-w", other, status=2)
    true("--force" in text, text)
    with open(other, "rb") as f:
        equal(f.read(), b"precious", "the other file")
    case.call("repair", path, "-w", other, "--force")
    case.call("repair", case.path("none"), status=2)
    case.call("repair", status=1)
    case.call("repair", path, path, status=1)
    for new in (case.path("none/new"), os.path.dirname(path)):
        _, text = case.call("repair", path, "-w", new, status=2)
        true("removed" not in text, text)
    empty = case.file("empty", b"")
    case.call("repair", empty, "-w", case.path("new"), status=2)
    nothing = case.file("nothing", bytes(range(256)) * 40)
    _, text = case.call("repair", nothing, "-w", case.path("new"), status=2)
    true("no packet could be saved" in text, text)
    true(not os.path.exists(case.path("new")), "nothing is written")


def pipes(case):
    good = plain_file(20)
    out, text = case.call("repair", "-", "-w", "-", stdin=good + bytes(512), status=3)
    true(out == good, "standard output")
    true("512 bytes" in text, text)


def false_starts(case):
    """A file full of what might be blocks, and are not, takes no longer than others."""
    word = struct.pack("<III", 6, 1 << 20, 1 << 20)
    head = cli.section() + cli.interface(1, "a")
    status, _, _ = repair(case, head + word * (1 << 19))
    equal(status, 2, "status")
    record = struct.pack("<IIII", 1700000000, 5, 200000, 200000)
    status, _, _ = repair(case, pcap_file(2) + record * (1 << 18))
    true(status in (0, 3), "status")


if __name__ == "__main__":
    sys.exit(cli.main([a_whole_file_is_copied, cut_at_every_page, cut_anywhere, zeros_at_the_end,
                       every_page_lost_once, the_first_page_lost, pages_of_classic_lost,
                       flipped_bits, noise_in_the_middle, a_lost_header_of_classic,
                       several_sections, compressed, damaged_frames, frames_that_are_none,
                       refusals, pipes, false_starts]))
