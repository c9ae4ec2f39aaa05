#!/usr/bin/env python3
"""`ringtap read` with filters, and what -w writes.

    test_read_write.py RINGTAP
"""
import json
import os
import shutil
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import cli  # noqa: E402
import packets as p  # noqa: E402
from cli import Skip, equal, true  # noqa: E402

WEB = [p.tcp4(50000 + i, 80, b"x" * i) for i in range(5)]
NAMES = [p.udp4(50000 + i, 53, b"\x12\x34" + bytes(10)) for i in range(4)]
MIXED = [f for pair in zip(WEB, NAMES) for f in pair] + WEB[4:]
START = 1700000000 * 10**9


def numbers(case, *words):
    return [json.loads(line)["frame.number"] for line in case.lines("read", "-j", *words)]


def filter_as_words(case):
    path = case.pcap("a.pcap", MIXED)
    equal(numbers(case, "-r", path, "tcp", "port", "80"), [1, 3, 5, 7, 9], "words are joined")
    equal(numbers(case, "-r", path, "tcp port 80"), [1, 3, 5, 7, 9], "one word")
    equal(numbers(case, "-f", "udp", path), [2, 4, 6, 8], "-f")
    equal(len(numbers(case, path)), 9, "without a filter")
    _, text = case.call("read", "-f", "udp", "-r", path, "tcp", status=1)
    true("two capture filters" in text, text)


def count_and_skip(case):
    path = case.pcap("a.pcap", MIXED)
    equal(numbers(case, "-c", "2", "-r", path, "tcp"), [1, 3], "-c counts what matches")
    equal(numbers(case, "-c", "2", "--skip", "1", "-r", path, "tcp"), [3, 5], "--skip too")
    equal(numbers(case, "-Y", "udp", path), [2, 4, 6, 8], "-Y keeps the numbers")
    equal(numbers(case, "-Y", "udp", "-c", "2", "--skip", "1", path), [4, 6], "-Y -c --skip")
    equal(numbers(case, "-Y", "frame.len > 56", "-r", path, "tcp"), [7, 9], "both filters")
    head = case.lines("read", "-T", "csv", "-Y", "udp", "--skip", "3", path)
    equal(len(head), 2, "the names of the columns, and one row")


def many_packets(case):
    """More than one batch, and threads that make them."""
    path = case.pcap("a.pcap", MIXED * 400)
    want = [n for n in range(1, 3601) if (n - 1) % 9 in (1, 3, 5, 7)]
    equal(numbers(case, "-Y", "udp", path), want, "-Y")
    equal(numbers(case, "-Y", "udp", "-c", "700", "--skip", "300", path), want[300:1000], "a part")
    equal(numbers(case, "-r", path, "udp"), want, "capture filter")
    case.call("read", "-r", path, "-w", case.path("o.pcapng"), "-Y", "udp")
    with open(case.path("o.pcapng"), "rb") as f:
        equal(len(cli.parse_pcapng(f.read())[1]), len(want), "written")


def same_as_tcpdump(case):
    if not shutil.which("tcpdump"):
        raise Skip("tcpdump is not installed")
    path = case.pcap("a.pcap", MIXED)
    for expr in ("tcp port 80", "udp", "len > 60", ""):
        for nano in (False, True):
            want = subprocess.run(
                ["tcpdump", "-r", path, "-w", "-", expr] +
                (["--time-stamp-precision=nano"] if nano else []),
                capture_output=True, check=True, timeout=60).stdout
            case.call("read", "-r", path, "-w", case.path("o.pcap"), "--force",
                      *(["--nano"] if nano else []), expr)
            with open(case.path("o.pcap"), "rb") as f:
                equal(f.read(), want, "%r%s" % (expr, " in nanoseconds" if nano else ""))


def keeps_what_pcapng_tells(case):
    """Interfaces, link types, flags, hash, queue, times."""
    raw = p.tcp4(1, 80)[14:]
    hash_, queue = b"\x05\x01\x02\x03\x04", struct.pack("<I", 7)
    flags = struct.pack("<I", 0x2 | 3 << 2 | 1 << 9)
    opts = cli.option(2, flags) + cli.option(3, hash_) + cli.option(6, queue) + cli.option(0, b"")
    data = (cli.section() + cli.interface(1, "eth0") + cli.interface(1, "quiet") +
            cli.interface(101, "tun0") + cli.packet(0, START + 1, WEB[0], opts) +
            cli.packet(1, START + 2, NAMES[0]) + cli.packet(2, START + 3, raw) +
            cli.packet(0, START + 4, WEB[3][:55], wire=57))
    path = case.file("a.pcapng", data)
    out, text = case.call("read", "-r", path, "-w", "-", "tcp port 80")
    true("read 4, written 3" in text, text)
    interfaces, found = cli.parse_pcapng(out)
    equal(interfaces, [(1, "eth0"), (1, "quiet"), (101, "tun0")], "interfaces")
    equal(found, [(0, START + 1, WEB[0], len(WEB[0]), {2: flags, 3: hash_, 6: queue}),
                  (2, START + 3, raw, len(raw), {}),
                  (0, START + 4, WEB[3][:55], 57, {})], "packets")


def with_everything(name):
    """Comments, an option of local use, statistics, names: nothing that read itself understands."""
    comment = cli.option(1, b"seen in " + name) + cli.option(0x8001, b"mine") + cli.option(0, b"")
    return (cli.section() + cli.interface(1, name.decode()) +
            cli.packet(0, START + 1, WEB[0], comment) + cli.packet(0, START + 2, NAMES[0]) +
            cli.block(4, struct.pack("<HH", 1, 6) + bytes(4) + b"a\0\0\0" + bytes(4)) +
            cli.block(5, struct.pack("<III", 0, 1, 2) + cli.option(4, bytes(8)) + cli.option(0, b"")))


def blocks_survive(case):
    """A file, and a pipe of two sections, byte for byte; of two files the blocks."""
    data = with_everything(b"eth0")
    path = case.file("a.pcapng", data)
    out, _ = case.call("read", "-r", path, "-w", "-")
    equal(out, data, "a copy")
    both = data + with_everything(b"eth1")
    out, _ = case.call("read", "-r", "-", "-w", "-", stdin=both)
    equal(out, both, "through a pipe")
    out, _ = case.call("read", "-r", path, "-r", case.file("b.pcapng", with_everything(b"eth1")),
                       "-w", "-")
    interfaces, found = cli.parse_pcapng(out)
    equal(interfaces, [(1, "eth0"), (1, "eth1")], "interfaces")
    equal([(i, ns - START, o.get(1)) for i, ns, _, _, o in found],
          [(0, 1, b"seen in eth0"), (1, 1, b"seen in eth1"), (0, 2, None), (1, 2, None)], "packets")
    equal(out.count(struct.pack("<HH", 0x8001, 4) + b"mine"), 2, "options")


def compressed_by_name(case):
    path = case.file("a.pcapng", with_everything(b"eth0"))
    with open(path, "rb") as f:
        data = f.read()
    for tool, suffix in (("gzip", "gz"), ("zstd", "zst"), ("lz4", "lz4"), ("xz", "xz")):
        name = case.path("o.pcapng." + suffix)
        case.call("read", "-r", path, "-w", name)
        equal(len(case.lines("read", name)), 2, "read again")
        if shutil.which(tool):
            back = subprocess.run([tool, "-dc", name], capture_output=True, check=True, timeout=60)
            equal(back.stdout, data, tool)


def several_files(case):
    a, b = case.pcap("a.pcap", WEB), case.pcap("b.pcap", NAMES)
    case.call("read", "-r", a, "-r", b, "-w", case.path("o.pcapng"), "-c", "6")
    with open(case.path("o.pcapng"), "rb") as f:
        interfaces, found = cli.parse_pcapng(f.read())
    equal(len(interfaces), 2, "an interface of each file")
    equal([(i, ns) for i, ns, *_ in found],
          [(i, START + s * 10**9 + 123456789) for s in range(3) for i in (0, 1)], "by time")


def one_link_type_in_pcap(case):
    raw = [f[14:] for f in WEB]
    a, b = case.pcap("a.pcap", WEB), case.pcap("b.pcap", raw, 101)
    _, text = case.call("read", "-r", a, "-r", b, "-w", case.path("o.pcap"), status=3)
    true("b.pcap" in text and "RAW" in text and ".pcapng" in text, text)
    case.call("read", "-r", a, "-r", b, "-w", case.path("o.pcapng"))


def nothing_is_overwritten(case):
    path = case.pcap("a.pcap", WEB)
    other = case.pcap("b.pcap", NAMES)
    with open(path, "rb") as f:
        before = f.read()
    _, text = case.call("read", "-r", path, "-w", other, status=2)
    true("--force" in text, text)
    os.symlink(path, case.path("link.pcap"))
    for name in (path, case.path("link.pcap")):
        for force in ([], ["--force"]):
            _, text = case.call("read", "-r", path, "-w", name, *force, status=1)
            true("is read" in text, text)
    with open(path, "rb") as f:
        equal(f.read(), before, "the input")
    case.call("read", "-r", path, "-w", other, "--force")
    equal(len(case.lines("read", other)), 5, "replaced")


def no_matches(case):
    """Still a file that others read."""
    path = case.pcap("a.pcap", WEB)
    for name in ("o.pcap", "o.pcapng"):
        _, text = case.call("read", "-r", path, "-w", case.path(name), "udp")
        true("written 0" in text, text)
        equal(case.lines("read", case.path(name)), [], name)
        if shutil.which("tcpdump"):
            done = subprocess.run(["tcpdump", "-r", case.path(name)], capture_output=True, timeout=60)
            equal(done.returncode, 0, "tcpdump: %s" % done.stderr)


def file_that_ends_early(case):
    path = case.pcap("a.pcap", WEB)
    with open(path, "rb") as f:
        data = f.read()
    cut = case.file("cut.pcap", data[:-10])
    _, text = case.call("read", "-r", cut, "-w", case.path("o.pcapng"), "tcp", status=3)
    true("cut.pcap" in text and "written 4" in text, text)
    equal(len(case.lines("read", case.path("o.pcapng"))), 4, "what came before")


def full_device(case):
    path = case.pcap("a.pcap", MIXED * 4000)
    for name in ([], ["-r", case.pcap("b.pcap", WEB)]):
        _, text = case.call("read", "-r", path, *name, "-w", "/dev/full", status=3)
        true("No space left" in text, text)


def closed_pipe(case):
    path = case.pcap("a.pcap", MIXED * 4000)
    with subprocess.Popen([case.program, "read", "-r", path, "-w", "-"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as reader:
        reader.stdout.read(100)
        reader.stdout.close()
        equal(reader.stderr.read(), b"", "nobody is told")
        equal(reader.wait(timeout=60), 0, "exit status")


def through_pipes(case):
    with open(case.pcap("a.pcap", MIXED), "rb") as f:
        out, _ = case.call("read", "-r", "-", "-w", "-", "udp", stdin=f.read())
    out, _ = case.call("read", "-j", "-", stdin=out)
    equal(len(out.splitlines()), 4, "packets")


def errors_point(case):
    path = case.pcap("a.pcap", WEB)
    for words in (("-r", path, "tcp prot 80"), ("-Y", "tcp.prot == 80", path),
                  ("-Y", "tcp.port == \"x\"", path), ("-f", "port 99999999", path)):
        out, text = case.call("read", *words, status=1)
        equal(out, b"", "nothing is printed")
        true("^" in text, "no caret: %s" % text)
    _, text = case.call("read", "-r", path, "-w", case.path("o.pcap"), "tcp prot 80", status=1)
    true(not os.path.exists(case.path("o.pcap")), "a file was left behind")


def link_type_that_does_not_fit(case):
    usb = case.pcap("usb.pcap", [bytes(64)], 220)
    for out in ([], ["-w", case.path("o.pcapng")]):
        _, text = case.call("read", "-r", usb, *out, "tcp", status=1)
        true("usb.pcap" in text and "220" in text, text)
    data = (cli.section() + cli.interface(1, "eth0") + cli.interface(220, "usb0") +
            cli.packet(0, START, WEB[0]) + cli.packet(1, START + 1, bytes(64)))
    _, text = case.call("read", "-r", case.file("a.pcapng", data), "-w", case.path("o.pcapng"),
                        "tcp", status=3)
    true("usb0" in text, text)


def direction(case):
    """Only pcapng can say it."""
    way = lambda n: cli.option(2, struct.pack("<I", n)) + cli.option(0, b"")
    data = (cli.section() + cli.interface(1, "eth0") + cli.packet(0, START, WEB[0], way(1)) +
            cli.packet(0, START + 1, WEB[1], way(2)) + cli.packet(0, START + 2, WEB[2]))
    path = case.file("a.pcapng", data)
    equal(numbers(case, "-r", path, "outbound"), [2], "outbound")
    true(1 in numbers(case, "-r", path, "inbound"), "inbound")
    case.call("read", "-r", case.pcap("a.pcap", WEB), "outbound", status=1)


if __name__ == "__main__":
    sys.exit(cli.main([filter_as_words, count_and_skip, many_packets, same_as_tcpdump,
                       keeps_what_pcapng_tells, blocks_survive, compressed_by_name,
                       several_files, one_link_type_in_pcap,
                       nothing_is_overwritten, no_matches, file_that_ends_early, full_device,
                       closed_pipe, through_pipes, errors_point, link_type_that_does_not_fit,
                       direction]))
