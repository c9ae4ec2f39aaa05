#!/usr/bin/env python3
"""Both processes killed, the power cut: every file opens up to its last whole block."""
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import capfile  # noqa: E402
import harness  # noqa: E402
from harness import Lab, alive, equal, true, wait_for  # noqa: E402

PAGE = 4096
FORMS = (("a.pcapng", "--write", "inplace"), ("a.pcapng", "--write", "packed"),
         ("a.pcap", "--nano"), ("a.pcapng.zst",))
SIZE = 300


def whole_blocks(data):
    """Packets of the whole pcapng blocks from the start on, and the offset behind the last."""
    packets, off = [], 0
    while len(data) - off >= 12:
        kind, length = struct.unpack_from("<II", data, off)
        if length < 12 or length % 4 or length > len(data) - off or \
           struct.unpack_from("<I", data, off + length - 4)[0] != length:
            break
        if kind == 6:
            cap = struct.unpack_from("<I", data, off + 20)[0]
            packets.append(data[off + 28:off + 28 + cap])
        off += length
    return packets, off


def whole_records(data):
    """The same of a classic pcap file; a page of zeros is no record."""
    packets, off = [], 24
    while len(data) - off >= 16:
        sec, _, cap, wire = struct.unpack_from("<IIII", data, off)
        if not sec or not cap or cap > wire or cap > len(data) - off - 16:
            break
        if not any(data[off + 12 + cap:off + 16 + cap]): # it ends in a page that is not there
            break
        packets.append(data[off + 16:off + 16 + cap])
        off += 16 + cap
    return packets, off


def unpack(data):
    """What a zstd file holds up to the first damage, and whether there is none."""
    done = subprocess.run(["zstd", "-dc"], input=data, capture_output=True, timeout=60,
                          check=False)
    return done.stdout, done.returncode == 0


def unpack_frames(data):
    """The same up to the last whole frame."""
    starts = [m.start() for m in re.finditer(re.escape(b"\x28\xb5\x2f\xfd"), data)]
    out = []
    for start, end in zip(starts, starts[1:] + [len(data)]):
        plain, whole = unpack(data[start:end])
        if not whole:
            break
        out.append(plain)
    return b"".join(out)


def survivors(path):
    """Packets that are in the file up to its last whole block; whether that is all of it."""
    with open(path, "rb") as f:
        data = f.read()
    if path.endswith(".zst"):
        return whole_blocks(unpack_frames(data))[0], None
    packets, end = whole_blocks(data) if path.endswith("ng") else whole_records(data)
    return packets, end == len(data)


def check_numbers(packets, offered):
    """What was sent, each once and in its order."""
    frames = capfile.Frames(SIZE)
    numbers = [frames.sequence(p) for p in packets]
    equal(numbers, sorted(set(numbers)), "numbers of the packets")
    true(not numbers or numbers[-1] < offered, "no packet that was never sent")
    return len(numbers)


def check_read(lab, path, what):
    """ringtap reads exactly the whole blocks, and says so where that is not all. Their number."""
    packets, whole = survivors(path)
    if not os.path.getsize(path):
        status, _, err = capfile.output_of(lab.ringtap, "read", "-n", "-q", path)
        true(status == 2 and "is empty" in err, f"{what}: status {status}: {err}")
        return packets
    status, out, err = capfile.output_of(lab.ringtap, "read", "-n", "-q", path)
    read = out.count(b"\n")
    true(read >= len(packets), f"{what}: ringtap reads {read} of {len(packets)} packets ({err})")
    if path.endswith("ng"): # others: blocks of a frame that is damaged, zeros taken for packets
        equal(read, len(packets), f"{what}: packets that ringtap reads ({err})")
    if whole is not None:
        equal(status, 0 if whole else 3, f"{what}: exit status ({err})")
    true(status == 0 or os.path.basename(path) in err, f"{what}: it says of what: {err}")
    return packets


def check_tshark(path, packets, what):
    if not shutil.which("tshark"):
        return
    if path.endswith(".zst"): # of which Wireshark 4.0 reads the first frames only
        with open(path, "rb") as f:
            data = unpack(f.read())[0]
        path = path[:-4]
        with open(path, "wb") as f:
            f.write(data)
    out = capfile.output_of("tshark", "-n", "-r", path, "-T", "fields", "-e", "frame.len")[1]
    # Where zeros are it may find packets without bytes.
    true(out.count(b"\n") >= packets, f"{what}: tshark reads {out.count(bytes([10]))} packets, "
         f"{packets} are whole")


def check_repair(lab, path, packets, what):
    """A clean file with at least as many packets; the input stays as it is."""
    name = "fixed" + path[path.index(".", path.rindex("/")):]
    fixed = lab.path(name)
    before = os.stat(path)
    status, out, err = capfile.output_of(lab.ringtap, "repair", path, "-w", fixed)
    after = os.stat(path)
    equal((before.st_size, before.st_mtime_ns), (after.st_size, after.st_mtime_ns), "the input")
    if not os.path.exists(fixed):
        true(status == 2 and not packets,
             f"{what}: nothing is repaired: status {status}: {err}{out.decode()}")
        return
    true(status in (0, 3), f"{what}: exit status {status} of repair: {err}")
    equal(capfile.output_of(lab.ringtap, "read", "-n", "-q", fixed)[0], 0,
          f"{what}: exit status of reading what is repaired")
    again = survivors(fixed)[0]
    true(len(again) >= len(packets), f"{what}: {len(again)} packets after repair, {len(packets)} "
         f"before: {err}")
    differ = [i for i, p in enumerate(packets) if again[i] != p]
    equal(differ, [], f"{what}: packets that differ after repair ({len(packets)}): {err}")
    os.unlink(fixed)


def cut_short(lab, path, at, what):
    """A copy that ends at a page's boundary."""
    copy = lab.path("cut" + path[path.index(".", path.rindex("/")):])
    with open(path, "rb") as f, open(copy, "wb") as out:
        out.write(f.read(at))
    packets = check_read(lab, copy, what)
    check_repair(lab, copy, packets, what)
    os.unlink(copy)
    return packets


def drop_pages(lab, path, start, what):
    """A copy some of whose pages behind `start` were never written."""
    copy = lab.path("dropped" + path[path.index(".", path.rindex("/")):])
    with open(path, "rb") as f:
        data = bytearray(f.read())
    for at in range(start, len(data), PAGE):
        if random.random() < 0.3:
            data[at:at + PAGE] = bytes(len(data[at:at + PAGE]))
    with open(copy, "wb") as out:
        out.write(data)
    # Pages in the middle of a packet leave no trace: only their number is known.
    packets = check_read(lab, copy, what)
    check_repair(lab, copy, packets, what)
    os.unlink(copy)
    return packets


def crash(lab, form):
    """A file whose writers are both gone, how many packets were stored at least, and offered."""
    name, *args = form
    path = lab.path(name)
    c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms", *args)
    writer = c.writer()
    g = lab.generator("-n", "150000", "-s", str(SIZE), "-r", "150kpps")
    goal = random.randrange(5000, 60000)
    report = c.wait_report("traffic", lambda r: r["packets_stored"] > goal)
    os.kill(c.pid, signal.SIGSTOP)
    os.kill(writer, signal.SIGKILL)
    os.kill(c.pid, signal.SIGKILL)
    c.process.wait()
    wait_for("both are gone", lambda: not alive(writer))
    g.kill()
    return path, report["packets_stored"]


def try_form(programs, form):
    with Lab(programs) as lab:
        for round_ in range(2):
            path, stored = crash(lab, form)
            what = f"{form}, round {round_}"
            packets = check_read(lab, path, what)
            true(len(packets) >= stored, f"{what}: {len(packets)} packets read, {stored} stored")
            equal(check_numbers(packets, 150000), len(packets), what)
            check_tshark(path, len(packets), what)
            check_repair(lab, path, packets, what)
            pages = os.path.getsize(path) // PAGE
            for page in {0, 1, pages, *(random.randrange(pages) for _ in range(4))}:
                cut = cut_short(lab, path, page * PAGE, f"{what}, cut to {page} pages")
                equal(cut, packets[:len(cut)], f"{what}: packets before the cut")
            for part in (0.3, 0.9):
                start = int(pages * part) * PAGE
                left = drop_pages(lab, path, start, f"{what}, pages lost behind {start}")
                whole = len(survivors_before(path, start))
                true(len(left) >= whole, f"{what}: {len(left)} packets, {whole} before the hole")
            os.unlink(path)


def survivors_before(path, start):
    """Packets that end before an offset; of a compressed file only what whole frames say."""
    with open(path, "rb") as f:
        data = f.read(start)
    if path.endswith(".zst"):
        return whole_blocks(unpack_frames(data))[0]
    return whole_blocks(data)[0] if path.endswith("ng") else whole_records(data)[0]


def inplace(programs):
    try_form(programs, FORMS[0])


def packed(programs):
    try_form(programs, FORMS[1])


def pcap(programs):
    try_form(programs, FORMS[2])


def zstd(programs):
    if not shutil.which("zstd"):
        raise harness.Skip("the program 'zstd' is not installed")
    try_form(programs, FORMS[3])


def after_a_sync(programs):
    """With --durable what was stored before the last sync is in any copy that keeps those bytes."""
    with Lab(programs) as lab:
        path, stored = crash(lab, ("a.pcapng", "--durable=20ms"))
        packets = check_read(lab, path, "durable")
        true(len(packets) >= stored, f"{len(packets)} packets read, {stored} were stored")


TESTS = [inplace, packed, pcap, zstd, after_a_sync]

if __name__ == "__main__":
    harness.main(TESTS)
