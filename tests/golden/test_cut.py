#!/usr/bin/env python3
"""`ringtap cut`: what it takes, what it splits, and what it says.

    test_cut.py RINGTAP
"""
import glob
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import cli  # noqa: E402
import packets as p  # noqa: E402
from cli import Skip, equal, true  # noqa: E402

WEB = [p.tcp4(50000 + i, 80, b"x" * i) for i in range(5)]
NAMES = [p.udp4(50000 + i, 53, b"\x12\x34" + bytes(10)) for i in range(4)]
MIXED = [f for pair in zip(WEB, NAMES) for f in pair] + WEB[4:]
SECOND = 10**9
START = 1700000000 * SECOND
SHB, IDB, NRB, ISB, DSB, CUSTOM, FILLER = 0x0A0D0D0A, 1, 4, 5, 10, 0xBAD, 0x80005201


def read(path):
    with open(path, "rb") as f:
        return f.read()


def found(path):
    """Its packets as (interface, ns, bytes, wire length, options)."""
    return cli.parse_pcapng(read(path))[1]


def kinds(data):
    """The types of its blocks."""
    out, at = [], 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        out.append(kind)
        at += length
    return out


def pcapng(case, frames, name="a.pcapng", step=SECOND, iface=lambda i: 0, interfaces=("eth0",)):
    data = cli.section() + b"".join(cli.interface(1, n) for n in interfaces)
    data += b"".join(cli.packet(iface(i), START + i * step, f) for i, f in enumerate(frames))
    return case.file(name, data)


def numbered(n):
    """Frames that tell which one they are."""
    return [p.udp4(1, 9, b"%08d" % i) for i in range(1, n + 1)]


def taken(case, path, *words, status=0):
    """The numbers of the packets that are written, of a file of numbered()."""
    out = case.path("taken.pcapng")
    _, text = case.call("cut", path, "-w", out, "--force", *words, status=status)
    return [int(f[2][-8:]) for f in found(out)], text


def by_number(case):
    path = pcapng(case, numbered(20))
    equal(taken(case, path, "--packets", "1-3,7,19-")[0], [1, 2, 3, 7, 19, 20], "a list")
    equal(taken(case, path, "--packets", "7,5-6,6-8,1")[0], [1, 5, 6, 7, 8], "in any order")
    equal(taken(case, path, "--packets", "30-")[0], [], "beyond the end")
    equal(taken(case, path, "-c", "3")[0], [1, 2, 3], "-c")
    equal(taken(case, path, "-c", "3", "--skip", "4")[0], [5, 6, 7], "--skip")
    equal(taken(case, path, "--last", "3")[0], [18, 19, 20], "--last")
    equal(taken(case, path, "--last", "99")[0], list(range(1, 21)), "--last of more than there are")
    equal(taken(case, path, "--last", "2", "--packets", "1-10")[0], [9, 10], "both")
    equal(taken(case, path, "-c", "0")[0], [], "none")
    for bad in ("0-3", "5-4", "x", "", "1,,2", "1-2-3", "99999999999999999999", "-3"):
        _, text = case.call("cut", path, "-w", case.path("o"), "--packets=" + bad, status=1)
        true("--packets" in text, text)
    _, text = case.call("cut", "-", "-w", case.path("o"), "--last", "3", status=1,
                        stdin=read(path))
    true("twice" in text and not os.path.exists(case.path("o")), text)
    case.call("cut", path, "-w", case.path("o"), "--last", "3", "-c", "1", status=1)


def by_time(case):
    path = pcapng(case, numbered(20), step=SECOND // 10)
    equal(taken(case, path, "--from", "+1.5s")[0], [16, 17, 18, 19, 20], "--from")
    equal(taken(case, path, "--to", "+100ms")[0], [1, 2], "--to")
    equal(taken(case, path, "--from", "1700000000.5", "--to", "1700000000.7")[0], [6, 7, 8], "both")
    got, text = taken(case, path, "--from", "2023-11-14 22:13:21", "--to", "22:13:21.2")
    equal(got, [11, 12, 13], "by date and by clock")
    true("by time" in text, text)
    case.call("cut", path, "-w", case.path("o"), "--from", "yesterday", status=1)


def by_length(case):
    frames = [bytes(60 + i) for i in range(10)]
    data = cli.section() + cli.interface(1, "eth0")
    for i, f in enumerate(frames):
        data += cli.packet(0, START + i, f[:64], wire=len(f))
    path, out = case.file("a.pcapng", data), case.path("o.pcapng")
    for words, want in ((("--length", "62-63,68-"), [62, 63, 68, 69]),
                        (("--captured-length", "64"), [64, 65, 66, 67, 68, 69]),
                        (("--captured-length", "0-63"), [60, 61, 62, 63]),
                        (("--length", "66-", "--captured-length", "64"), [66, 67, 68, 69])):
        case.call("cut", path, "-w", out, "--force", *words)
        equal([f[3] for f in found(out)], want, " ".join(words))


def by_filter(case):
    path, out = pcapng(case, MIXED), case.path("o.pcapng")
    for words, want in ((("tcp", "port", "80"), WEB), (("-f", "udp"), NAMES),
                        (("-Y", "udp.dstport == 53"), NAMES), (("-Y", "tcp.len > 2", "tcp port 80"), WEB[3:]),
                        (("-Y", "frame.number > 6", "-f", "tcp"), WEB[3:])):
        case.call("cut", path, "-w", out, "--force", *words)
        equal([f[2] for f in found(out)], want, " ".join(words))
    words = case.file("words", b"udp\nport 53\n")
    case.call("cut", "-r", path, "-w", out, "--force", "-F", words)
    equal([f[2] for f in found(out)], NAMES, "from a file")
    for words in (("tcp", "prot", "80"), ("-Y", "tcp.prot == 80")):
        _, text = case.call("cut", path, "-w", case.path("x"), *words, status=1)
        true("^" in text and not os.path.exists(case.path("x")), text)
    case.call("cut", path, "-w", case.path("x"), "-f", "udp", "tcp", status=1)


def by_interface(case):
    path = pcapng(case, numbered(9), iface=lambda i: i % 3, interfaces=("eth0", "wlan0", "eth1"))
    equal(taken(case, path, "-i", "wlan0")[0], [2, 5, 8], "by name")
    equal(taken(case, path, "--interface", "2", "-i", "eth0")[0], [1, 3, 4, 6, 7, 9], "by number")
    got, text = taken(case, path, "-i", "eth7")
    equal(got, [], "none of it")
    true("eth7" in text and "wlan0" in text, text)


def duplicates(case):
    a, b, c, d, e = numbered(5)
    path = pcapng(case, [a, b, a, c, d, e, b, a, a])
    equal(taken(case, path, "--no-duplicates")[0], [1, 2, 3, 4, 5, 2, 1], "of the last five")
    equal(taken(case, path, "--no-duplicates=2")[0], [1, 2, 1, 3, 4, 5, 2, 1], "of the last two")
    got, text = taken(case, path, "--no-duplicates", "--duplicate-window", "1000000")
    equal(got, [1, 2, 3, 4, 5], "of all")
    true("4 duplicates" in text, text)
    equal(taken(case, path, "--only-duplicates=100")[0], [1, 2, 1, 1], "the others")
    equal(taken(case, path, "--no-duplicates=2s")[0], [1, 2, 3, 4, 5, 2, 1], "within two seconds")
    equal(taken(case, path, "--no-duplicates=5s")[0], [1, 2, 3, 4, 5], "within five seconds")
    for bad in ("1", "1000001", "x"):
        case.call("cut", path, "-w", case.path("o"), "--no-duplicates=" + bad, status=1)
    case.call("cut", path, "-w", case.path("o"), "--duplicate-window", "5", status=1)
    case.call("cut", path, "-w", case.path("o"), "--no-duplicates", "--only-duplicates", status=1)
    # The same bytes of a longer packet are another packet.
    data = (cli.section() + cli.interface(1, "eth0") + cli.packet(0, START, a) +
            cli.packet(0, START, a, wire=1000))
    equal(taken(case, case.file("b.pcapng", data), "--no-duplicates")[0], [1, 1], "lengths")


def duplicates_as_editcap(case):
    if not shutil.which("editcap"):
        raise Skip("editcap is not installed")
    pool, state = numbered(40), 1
    frames = []
    for _ in range(5000):
        state = state * 1103515245 + 12345 & 0x7FFFFFFF
        frames.append(pool[(state >> 16) % len(pool)])
    path, want, got = pcapng(case, frames, step=SECOND // 1000), case.path("w"), case.path("g")
    for words, ours in ((["-d"], "5"), (["-D", "2"], "2"), (["-D", "40"], "40"),
                        (["-D", "3000"], "3000"), (["-w", "0.01"], "10ms")):
        subprocess.run(["editcap", *words, path, want], check=True, capture_output=True, timeout=60)
        case.call("cut", path, "-w", got, "--force", "--no-duplicates=" + ours)
        equal([f[1] for f in found(got)], [f[1] for f in found(want)], " ".join(words))


def rich(case, frames):
    """Names, secrets, custom and statistics between the packets, which have comments."""
    comment = cli.option(1, b"look at this") + cli.option(0, b"")
    names = cli.block(NRB, struct.pack("<HH", 1, 7) + b"\x7f\0\0\1a\0\0" + b"\0" + bytes(4))
    secrets = cli.block(DSB, b"KLST" + struct.pack("<I", 4) + b"abcd")
    custom = cli.block(CUSTOM, struct.pack("<I", 32473) + b"data")
    stats = cli.block(ISB, struct.pack("<III", 0, 0, 0) + cli.option(4, struct.pack("<Q", 7)) +
                      cli.option(0, b""))
    data = cli.section() + cli.interface(1, "eth0") + names
    for i, f in enumerate(frames):
        data += cli.packet(0, START + i * SECOND, f, comment)
        data += {0: secrets, 1: custom}.get(i, b"")
    return case.file("a.pcapng", data + stats), data + stats


def everything_survives(case):
    path, data = rich(case, numbered(4))
    out = case.path("o.pcapng")
    case.call("cut", path, "-w", out)
    equal(read(out), data, "nothing is left out: the same bytes")
    case.call("cut", path, "-w", out, "--force", "--packets", "2-3")
    equal(kinds(read(out)), [SHB, IDB, NRB, DSB, 6, CUSTOM, 6], "blocks up to where it ends")
    equal([f[4] for f in found(out)], [{1: b"look at this"}] * 2, "comments")


def parts_stand_alone(case):
    path, _ = rich(case, numbered(5))
    case.call("cut", path, "-w", case.path("o.pcapng"), "--split-packets", "2")
    parts = sorted(glob.glob(case.path("o-*.pcapng")))
    equal([os.path.basename(n) for n in parts],
          ["o-00001-20231114-221320.pcapng", "o-00002-20231114-221322.pcapng",
           "o-00003-20231114-221324.pcapng"], "names")
    equal([kinds(read(n)) for n in parts],
          [[SHB, IDB, NRB, 6, DSB, 6, CUSTOM], [SHB, IDB, NRB, DSB, 6, 6],
           [SHB, IDB, NRB, DSB, 6, ISB]], "blocks")
    true(not os.path.exists(case.path("o.pcapng")), "no file of the name itself")
    equal([len(case.lines("read", n)) for n in parts], [2, 2, 1], "packets")


def sections(case):
    """A part that begins in the second section has that one's header and interfaces."""
    one, _ = rich(case, numbered(3))
    swapped = (struct.pack(">IIIHHqI", SHB, 28, 0x1A2B3C4D, 1, 0, -1, 28) +
               struct.pack(">IIHHII", IDB, 20, 1, 0, 0, 20) +
               struct.pack(">IIHHII", IDB, 20, 101, 0, 0, 20))
    raw = numbered(9)[8][14:]
    swapped += struct.pack(">IIIIIII", 6, 32 + len(raw) + -len(raw) % 4, 1, 0, 0, len(raw),
                           len(raw)) + raw + bytes(-len(raw) % 4)
    swapped += struct.pack(">I", 32 + len(raw) + -len(raw) % 4)
    path = case.file("two.pcapng", read(one) + swapped)
    case.call("cut", path, "-w", case.path("o.pcapng"), "--split-packets", "3")
    parts = sorted(glob.glob(case.path("o-*.pcapng")))
    equal(len(parts), 2, "parts")
    equal(read(parts[1]), swapped, "the second section, byte for byte")
    case.call("cut", path, "-w", case.path("all.pcapng"))
    equal(read(case.path("all.pcapng")), read(path), "both")
    case.call("cut", path, "-w", case.path("p.pcapng"), "--split-packets", "3", "-i", "4")


def split_by_size_and_time(case):
    path = pcapng(case, numbered(30), step=SECOND * 7)
    case.call("cut", path, "-w", case.path("s.pcapng"), "--split-size", "1k")
    parts = sorted(glob.glob(case.path("s-*.pcapng")))
    true(len(parts) > 2, "parts: %d" % len(parts))
    for n in parts:
        true(os.path.getsize(n) <= 1024, "%s: %d bytes" % (n, os.path.getsize(n)))
    equal([f for n in parts for f in found(n)], found(path), "all packets, once")
    case.call("cut", path, "-w", case.path("t.pcapng"), "--split-time", "1min")
    parts = sorted(glob.glob(case.path("t-*.pcapng")))
    equal([os.path.basename(n)[8:] for n in parts],
          ["20231114-22%02d00.pcapng" % m for m in (13, 14, 15, 16)], "by the clock")
    for n in parts:
        equal(len({f[1] // (60 * SECOND) for f in found(n)}), 1, "one minute")
    equal([f for n in parts for f in found(n)], found(path), "all packets, once")
    _, text = case.call("cut", path, "-w", case.path("b.pcapng"), "--split-time", "1min",
                        "--split-packets", "5")
    counts = [len(found(n)) for n in sorted(glob.glob(case.path("b-*.pcapng")))]
    equal(sum(counts), 30, "whichever comes first")
    true(max(counts) == 5 and "read 30, written 30: %d files" % len(counts) in text, text)


def split_by_interface(case):
    path = pcapng(case, numbered(9), iface=lambda i: i % 3,
                  interfaces=("eth0", "../../x y", "", "quiet"))
    _, text = case.call("cut", path, "-w", case.path("o.pcapng"), "--split-interface")
    parts = sorted(glob.glob(case.path("o-*")))
    equal([os.path.basename(n)[:-23] for n in parts],
          ["o-00001-eth0", "o-00002-.._.._x_y", "o-00003-2"], "names of interfaces are no paths")
    equal([[int(f[2][-8:]) for f in found(n)] for n in parts], [[1, 4, 7], [2, 5, 8], [3, 6, 9]],
          "packets")
    case.call("cut", path, "-w", case.path("p.pcapng"), "--split-interface", "--split-packets", "2")
    equal([len(found(n)) for n in sorted(glob.glob(case.path("p-*")))], [2, 2, 2, 1, 1, 1], "both")


def too_many_interfaces(case):
    path = pcapng(case, numbered(257), iface=lambda i: i, interfaces=["e%d" % i for i in range(257)])
    _, text = case.call("cut", path, "-w", case.path("o.pcap"), "--split-interface", status=3)
    true("256" in text and "--interface" in text, text)
    equal(len(glob.glob(case.path("o-*"))), 256, "files")


def many_interfaces_and_parts(case):
    """Each compressed part describes all interfaces; memory does not grow by that."""
    names = ["e%d" % i for i in range(4000)]
    path = pcapng(case, numbered(256), iface=lambda i: i, interfaces=names)
    child = subprocess.Popen([case.program, "cut", path, "-q", "-w", case.path("o.pcapng.zst"),
                              "--split-interface"], env=cli.ENV)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    equal(child.returncode, 0, "exit status")
    true(usage.ru_maxrss < 64 << 10 or case.sanitized(), "%d KiB of memory" % usage.ru_maxrss)
    equal(len(glob.glob(case.path("o-*.zst"))), 256, "files")


def nothing_is_overwritten(case):
    path = pcapng(case, numbered(4))
    before = read(path)
    other = case.file("o.pcapng", b"mine")
    _, text = case.call("cut", path, "-w", other, status=2)
    true("--force" in text and read(other) == b"mine", text)
    case.call("cut", path, "-w", path, "--force", status=1)
    equal(read(path), before, "the input")
    case.file("p-00002-20231114-221322.pcapng", b"mine")
    _, text = case.call("cut", path, "-w", case.path("p.pcapng"), "--split-packets", "2", status=3)
    true("--force" in text, text)
    equal(read(case.path("p-00002-20231114-221322.pcapng")), b"mine", "a part's name")
    case.call("cut", path, "-w", case.path("p.pcapng"), "--split-packets", "2", "--force")
    equal(len(found(case.path("p-00002-20231114-221322.pcapng"))), 2, "replaced")
    _, text = case.call("cut", path, "-w", "-", "--split-packets", "2", status=1)
    true("-w -" in text, text)
    _, text = case.call("cut", path, status=1)
    true("-w" in text, text)


def no_matches(case):
    path = pcapng(case, MIXED)
    for name, words in (("o.pcapng", ()), ("o.pcap", ()), ("p.pcapng", ("--split-packets", "5"))):
        _, text = case.call("cut", path, "-w", case.path(name), *words, "icmp")
        true("read 9, written 0 (left out: 9 by the filter)" in text, text)
    equal(cli.parse_pcapng(read(case.path("o.pcapng"))), ([(1, "eth0")], []), "descriptions")
    equal(cli.parse_pcapng(read(case.path("p-00001.pcapng"))), ([(1, "eth0")], []), "of a part")
    equal(case.lines("read", case.path("o.pcap")), [], "classic")


def damaged_input(case):
    data = read(pcapng(case, numbered(5)))
    for name, bad in (("cut.pcapng", data[:-9]),
                      ("lies.pcapng", data + struct.pack("<II", 6, 0xFFFFFFF0))):
        got, text = taken(case, case.file(name, bad), status=3)
        true(name in text and "offset" in text, text)
        equal(got, [1, 2, 3, 4, 5][:4 if name[0] == "c" else 5], "what came before")
    got, _ = taken(case, case.path("cut.pcapng"), "--last", "2", status=3)
    equal(got, [3, 4], "--last of what can be read")
    _, text = case.call("cut", case.path("none"), "-w", case.path("o"), status=2)
    true("none" in text and not os.path.exists(case.path("o")), text)


def classic_output(case):
    path, _ = rich(case, numbered(4))
    _, text = case.call("cut", path, "-w", case.path("o.pcap"), "--split-packets", "2")
    true("written 4" in text, text)
    equal([len(case.lines("read", n)) for n in sorted(glob.glob(case.path("o-*.pcap")))], [2, 2],
          "packets")
    case.call("cut", path, "-w", case.path("s.pcapng"), "-s", "20")
    equal([(len(f[2]), f[3]) for f in found(case.path("s.pcapng"))], [(20, 50)] * 4, "-s")


def report(case):
    path = pcapng(case, MIXED + MIXED)
    out, text = case.call("cut", path, "-w", case.path("o.pcapng"), "--json", "--no-duplicates=100",
                          "--from", "+1s", "tcp")
    got = json.loads(out)
    equal(text, "", "standard error")
    equal([got[k] for k in ("read", "matched", "written", "files", "interrupted")],
          [18, 5, 5, 1, False], "counts")
    equal({k: v for k, v in got["left_out"].items() if v},
          {"time": 1, "filter": 8, "duplicates": 4}, "causes")
    out, text = case.call("cut", path, "-w", "-", "--json")
    equal(json.loads(text)["written"], 18, "beside the packets")
    _, text = case.call("cut", path, "-w", case.path("o.pcapng"), "--force", "-q")
    equal(text, "", "-q")


def classic_without_interface(case):
    """Nothing tells a link type, and the file can be read all the same."""
    path = case.file("e.pcapng", cli.section())
    case.call("cut", path, "-w", case.path("o.pcap"))
    equal(len(read(case.path("o.pcap"))), 24, "a header")
    case.call("read", case.path("o.pcap"))


def through_pipes(case):
    path = pcapng(case, MIXED)
    out, text = case.call("cut", "-", "-w", "-", "udp", stdin=read(path))
    equal([f[2] for f in cli.parse_pcapng(out)[1]], NAMES, "packets")
    with subprocess.Popen([case.program, "cut", pcapng(case, MIXED * 4000, "b.pcapng"), "-w", "-"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as cut:
        cut.stdout.read(100)
        cut.stdout.close()
        equal(cut.stderr.read(), b"", "nobody is told")
        equal(cut.wait(timeout=60), 0, "exit status")


def compressed(case):
    path = pcapng(case, MIXED)
    for ending in ("gz", "zst", "lz4", "xz"):
        out = case.path("o.pcapng." + ending)
        case.call("cut", path, "-w", out, "tcp")
        case.call("cut", out, "-w", case.path("o.pcapng"), "--force", "-c", "2")
        equal([f[2] for f in found(case.path("o.pcapng"))], WEB[:2], ending)
    case.call("cut", path, "-w", case.path("p.pcapng.zst"), "--split-packets", "5")
    equal(len(glob.glob(case.path("p-0000[12]-*.pcapng.zst"))), 2, "parts")


def full_device(case):
    path = pcapng(case, MIXED * 4000)
    _, text = case.call("cut", path, "-w", "/dev/full", "--force", status=3)
    true("No space left" in text and "not all written of" in text, text)


def interrupted(case):
    """What is written so far is whole."""
    out = case.path("o.pcapng")
    data = read(pcapng(case, MIXED))
    with subprocess.Popen([case.program, "cut", "-", "-w", out], stdin=subprocess.PIPE,
                          stderr=subprocess.PIPE) as cut:
        cut.stdin.write(data)
        cut.stdin.flush()
        until = time.monotonic() + 30
        while not os.path.exists(out) or len(read(out)) < len(data):
            true(time.monotonic() < until, "a pipe that falls silent leaves nothing in buffers")
            time.sleep(0.02)
        cut.send_signal(signal.SIGINT)
        equal(cut.wait(timeout=30), 3, "exit status")
        true(b"interrupted" in cut.stderr.read(), "it is said")
    equal(read(out), data, "all of it")


def same_as_peers(case):
    path = pcapng(case, numbered(50), step=SECOND // 10)
    want, got = case.path("w.pcapng"), case.path("g.pcapng")
    if not shutil.which("editcap"):
        raise Skip("editcap is not installed")
    for theirs, ours in ((["-r", path, want, "3-7", "20"], ["--packets", "3-7,20"]),
                         (["-A", "2023-11-14T22:13:21Z", "-B", "2023-11-14T22:13:23Z", path, want],
                          ["--from", "2023-11-14 22:13:21Z", "--to", "2023-11-14 22:13:22.999Z"]),
                         (["-s", "30", path, want], ["-s", "30"])):
        subprocess.run(["editcap", *theirs], check=True, capture_output=True, timeout=60,
                       env=cli.ENV)
        case.call("cut", path, "-w", got, "--force", *ours)
        equal([f[1:4] for f in found(got)], [f[1:4] for f in found(want)], " ".join(theirs))
    if shutil.which("tshark"):
        case.call("cut", path, "-w", got, "--force", "-Y", "frame.number <= 12 and udp")
        done = subprocess.run(["tshark", "-r", got, "-T", "fields", "-e", "frame.number"],
                              check=True, capture_output=True, timeout=60)
        equal(len(done.stdout.split()), 12, "tshark")


if __name__ == "__main__":
    sys.exit(cli.main([by_number, by_time, by_length, by_filter, by_interface, duplicates,
                       duplicates_as_editcap, everything_survives, parts_stand_alone, sections,
                       split_by_size_and_time, split_by_interface, too_many_interfaces,
                       many_interfaces_and_parts, nothing_is_overwritten, no_matches,
                       damaged_input, classic_output, report, through_pipes, compressed,
                       full_device, interrupted, classic_without_interface, same_as_peers]))
