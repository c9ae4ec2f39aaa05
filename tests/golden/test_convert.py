#!/usr/bin/env python3
"""`ringtap convert`: a capture file in another form.

    test_convert.py RINGTAP
"""
import bz2
import gzip
import json
import lzma
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

START = 1700000000 * 10**9
FRAME = p.udp4(1000, 2000, b"x" * 31)
COMMENT = cli.option(1, b"seen") + cli.option(2, struct.pack("<I", 1)) + cli.option(0, b"")
NAMES = cli.block(4, struct.pack("<HH", 1, 10) + bytes([192, 0, 2, 1]) + b"alpha\0\0\0" + bytes(4))
SECRETS = cli.block(10, struct.pack("<II", 0x544C534B, 8) + b"CLIENT_R")
STATISTICS = cli.block(5, struct.pack("<III", 0, 0, 1) + cli.option(4, struct.pack("<Q", 77)) +
                       cli.option(1, b"why") + cli.option(0, b""))


def section(options=b""):
    return cli.block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + options)


def everything():
    """A pcapng file with a bit of all."""
    return (section(cli.option(1, b"of mine") + cli.option(3, b"Linux") + cli.option(0, b"")) +
            cli.interface(1, "eth0") + NAMES + SECRETS +
            cli.packet(0, START + 1234567, FRAME, COMMENT) + STATISTICS +
            cli.block(0xBAD, struct.pack("<I", 32473) + b"ours") +
            cli.block(0x77777777, b"unknown.") +
            cli.block(3, struct.pack("<I", len(FRAME)) + FRAME) +
            cli.packet(0, START + 2000000, FRAME))


def pcap(records, magic=0xA1B2C3D4, order="<", linktype=1, snaplen=262144):
    """records: (ticks after the second, bytes)."""
    out = struct.pack(order + "IHHIIII", magic, 2, 4, 0, 0, snaplen, linktype)
    for i, (ticks, data) in enumerate(records):
        out += struct.pack(order + "IIII", 1700000000 + i, ticks, len(data), len(data)) + data
    return out


RECORDS = [(123456, FRAME), (7, FRAME[:42]), (999999, b"")]


def read(path):
    with open(path, "rb") as f:
        return f.read()


def converted(case, data, *words, name="o.pcapng", **keywords):
    """(the output, what was said)"""
    path = case.file("in", data)
    _, text = case.call("convert", path, "--force", "-w", case.path(name), *words, **keywords)
    return read(case.path(name)), text


def blocks(data, order="<"):
    at, out = 0, []
    while at < len(data):
        kind, length = struct.unpack_from(order + "II", data, at)
        out.append((kind, data[at + 8:at + length - 4]))
        at += length
    return out


def pcapng_identity(case):
    data = everything()
    equal(converted(case, data)[0], data, "pcapng")
    filler = cli.block(0x80005201, bytes(20)) + cli.block(0x80005200, bytes(36))
    local = cli.block(0x80001234, b"of somebody else")
    equal(converted(case, data + filler + local + data)[0], data + local + data, "sections, fillers")
    other = b""
    for kind, body in [(0x0A0D0D0A, struct.pack(">IHHq", 0x1A2B3C4D, 1, 0, -1)),
                       (1, struct.pack(">HHI", 1, 0, 0)),
                       (6, struct.pack(">IIIII", 0, 5, 6, 8, 8) + b"12345678")]:
        other += (struct.pack(">II", kind, len(body) + 12) + body +
                  struct.pack(">I", len(body) + 12))
    equal(converted(case, data + other)[0], data + other, "the other byte order")


def pcap_identity(case):
    for magic in (0xA1B2C3D4, 0xA1B23C4D):
        for linktype, snaplen in ((1, 262144), (101, 96), (0x14000001, 65535)):
            data = pcap(RECORDS, magic, "<", linktype, snaplen)
            equal(converted(case, data, name="o.pcap")[0], data, "pcap %x" % magic)
            other = pcap(RECORDS, magic, ">", linktype, snaplen)
            equal(converted(case, other, name="o.pcap")[0], data, "swapped %x" % magic)


def to_classic_and_back(case):
    data = section() + cli.interface(1, "eth0") + b"".join(
        cli.packet(0, (1700000000 + i) * 10**9 + us * 1000, d) for i, (us, d) in enumerate(RECORDS))
    out, text = converted(case, data, name="o.pcap")
    equal(out, pcap(RECORDS), "pcapng to pcap")
    true("lost:" not in text, text)
    back, _ = converted(case, out)
    equal([(ns, d) for _, ns, d, _, _ in cli.parse_pcapng(back)[1]],
          [((1700000000 + i) * 10**6 + us, d) for i, (us, d) in enumerate(RECORDS)], "and back")


def what_is_lost(case):
    out, text = converted(case, everything(), name="o.pcap")
    equal(len(out), 24 + 3 * (16 + len(FRAME)), "size")
    for said in ("1 of names", "1 of statistics", "1 of secrets", "1 custom", "digits of the time",
                 "--format pcap-ns", "no time stamp", "options of"):
        true(said in text, "%s: %s" % (said, text))
    path = case.file("in", everything())
    out, _ = case.call("convert", path, "--json", "-w", case.path("p.pcap"))
    report = json.loads(out)
    equal((report["packets"], report["times_lost"], report["packets_without_time"],
           report["blocks_lost"]["secrets"], report["format"], report["error"]),
          (3, 1, 1, 1, "pcap", None), "report")
    _, text = converted(case, everything(), "--format", "pcap-ns", name="q.pcap")
    true("digits" not in text, text)


def resolution(case):
    data = section() + cli.interface(1, "e") + cli.packet(0, START + 1234567, FRAME)
    for unit, digits in (("us", 6), ("ms", 3), ("s", 0), ("10^-7", 7), ("ns", 9)):
        out, text = converted(case, data, "--resolution", unit)
        (_, ticks, _, _, _), = cli.parse_pcapng(out)[1]
        equal(ticks, (START + 1234567) // 10**(9 - digits), unit)
        idb = [body for kind, body in blocks(out) if kind == 1][0]
        equal(cli.options(idb[8:])[9], bytes([digits]), "if_tsresol of " + unit)
        equal("digits of the time stamps of 1 packets" in text, digits < 9, text)
    for bad in ("m", "10^-x", "10^-99"):
        converted_fails(case, data, "--resolution", bad, said="--resolution " + bad)
    converted_fails(case, data, "--resolution", "us", "--format", "pcap", said="pcap-ns")


def converted_fails(case, data, *words, said, status=1, name="bad.pcapng"):
    path = case.file("in", data)
    _, text = case.call("convert", path, "-w", case.path(name), *words, status=status)
    true(said in text, "%r is not in: %s" % (said, text))
    true(not os.path.exists(case.path(name)), "an output is left: " + text)
    return text


def snaplen(case):
    out, text = converted(case, everything(), "-s", "30")
    equal([(len(d), wire) for _, _, d, wire, _ in cli.parse_pcapng(out)[1]], [(30, len(FRAME))] * 2,
          "cut")
    true("cut: 3 packets to 30 bytes" in text, text)
    out, _ = converted(case, pcap(RECORDS), "-s", "30", name="o.pcap")
    equal(len(out), 24 + 3 * 16 + 60, "classic")
    case.call("read", case.path("o.pcap"))


def strip(case):
    out, text = converted(case, everything(), "--strip-options")
    kinds = dict(blocks(out))
    equal(len(kinds[0x0A0D0D0A]), 16, "the section's")
    equal(cli.options(kinds[1][8:]), {9: b"\x09"}, "the interface's")
    equal(cli.options(kinds[5][12:]), {4: struct.pack("<Q", 77)}, "the statistics'")
    equal([(ns, d, o) for _, ns, d, _, o in cli.parse_pcapng(out)[1]],
          [(START + 1234567, FRAME, {}), (START + 2000000, FRAME, {})], "packets")
    true("options of 1 packets" in text, text)
    out, text = converted(case, everything(), "--strip-names", "--strip-secrets")
    equal([k for k, _ in blocks(out)], [k for k, _ in blocks(everything()) if k not in (4, 10)],
          "blocks")
    true("1 blocks of names, 1 of secrets" in text, text)
    equal(len(out), len(everything()) - len(NAMES) - len(SECRETS), "size")
    comment = cli.option(1, b"whose it was") + cli.option(0, b"")
    for bare in (NAMES, SECRETS):
        kind, body = blocks(bare)[0]
        out, _ = converted(case, section() + cli.block(kind, body + comment), "--strip-options")
        equal(out, section() + bare, "a block of type %d" % kind)


def link_types(case):
    four, six = FRAME[14:], p.udp6(1, 2, b"z")[14:]
    ng = section() + cli.interface(101, "tun0") + cli.packet(0, START, four, COMMENT)
    for name in ("o.pcapng", "o.pcap"):
        for data in (pcap([(1, four), (2, four)], linktype=101), ng):
            converted(case, data, "--linktype", "IPV4", name=name)
            out, _ = case.call("read", "-j", "-n", case.path(name))
            true(b"192.0.2.1" in out, "read as IPv4")
            out = read(case.path(name))
            found = (struct.unpack_from("<I", out, 20)[0] if name == "o.pcap"
                     else cli.parse_pcapng(out)[0][0][0])
            equal(found, 228, "link type in " + name)
    out, _ = converted(case, ng, "--linktype", "IPV4")
    equal(cli.parse_pcapng(out)[1], cli.parse_pcapng(ng)[1], "the packet")
    out, _ = converted(case, pcap([(1, six)], linktype=229), "--linktype", "RAW", name="o.pcap")
    equal(out, pcap([(1, six)], linktype=101), "IPV6 to RAW")
    for to, said in (("IPV6", "is not IPv6"), ("ETHERNET", "made up"), ("NULL", "not the same")):
        converted_fails(case, ng, "--linktype", to, said=said)
    text = converted_fails(case, pcap([(1, four), (2, six)], linktype=101), "--linktype", "ipv4",
                           said="packet 2 is not IPv4")
    true("RAW holds both" in text, text)
    converted_fails(case, pcap(RECORDS), "--linktype", "RAW", said="Ethernet headers")
    converted_fails(case, pcap(RECORDS, linktype=113), "--linktype", "276", said="made up")
    converted_fails(case, pcap(RECORDS, linktype=127), "--linktype", "IEEE802_11", said="radio")
    converted_fails(case, pcap(RECORDS), "--linktype", "TOKENRING", said="no such link type")


def null_and_loop(case):
    ip = FRAME[14:]
    host, swapped = struct.pack("<I", 2) + ip, struct.pack(">I", 2) + ip
    loop = pcap([(1, swapped)], linktype=108)
    for family in (host, swapped):
        equal(converted(case, pcap([(1, family)], linktype=0), "--linktype", "LOOP",
                        name="o.pcap")[0], loop, "NULL to LOOP")
    equal(converted(case, loop, "--linktype", "NULL", name="o.pcap")[0],
          pcap([(1, host)], linktype=0), "LOOP to NULL")
    ng = section() + cli.interface(0, "lo0") + cli.packet(0, START, host, COMMENT)
    want = section() + cli.interface(108, "lo0") + cli.packet(0, START, swapped, COMMENT)
    equal(converted(case, ng, "--linktype", "LOOP")[0], want, "pcapng")
    converted_fails(case, pcap([(1, b"\2\0")], linktype=0), "--linktype", "LOOP", said="cut off")
    converted_fails(case, pcap([(1, b"\2\2\2\2")], linktype=0), "--linktype", "LOOP",
                    said="no address family")


def several_interfaces(case):
    one = section() + cli.interface(1, "a") + cli.interface(1, "b")
    out, text = converted(case, one + cli.packet(0, START, FRAME) + cli.packet(1, START, FRAME),
                          name="o.pcap")
    equal(len(out), 24 + 2 * (16 + len(FRAME)), "size")
    true("2 interfaces became one" in text, text)
    two = section() + cli.interface(1, "a") + cli.interface(101, "b")
    text = converted_fails(case, two + cli.packet(0, START, FRAME) +
                           cli.packet(1, START, FRAME[14:]), said="one link type", status=2,
                           name="bad.pcap")
    true("ringtap cut --interface" in text and "removed" in text, text)
    converted(case, two + cli.packet(1, START, FRAME[14:]), name="p.pcap")


def times_that_classic_cannot_say(case):
    """Before 1970 and after 2106."""
    offset = cli.option(14, struct.pack("<q", -100)) + cli.option(0, b"")
    head = section() + cli.block(1, struct.pack("<HHI", 1, 0, 0) + offset)
    data = head + b"".join(cli.packet(0, s * 10**6, FRAME) for s in (50, 100, 150))
    out, text = converted(case, data, name="o.pcap")
    equal([struct.unpack_from("<I", out, 24 + i * (16 + len(FRAME)))[0] for i in range(3)],
          [0, 0, 50], "seconds")
    true("1 packets have no time stamp, or one before 1970" in text, text)
    equal(converted(case, data)[0], data, "pcapng")
    late = section() + cli.interface(1, "e") + cli.packet(0, (2**32 + 1) * 10**9, FRAME)
    text = converted_fails(case, late, said="2106", status=2, name="late.pcap")
    true("ringtap cut" not in text, text)


def link_that_leads_nowhere(case):
    a = case.file("a.pcap", pcap(RECORDS))
    os.symlink(case.path("nothing"), case.path("link"))
    for words in ([], ["--force"]):
        _, text = case.call("convert", a, "-w", case.path("link"), *words, status=2)
        true("symbolic link" in text and "--force" not in text, text)


def interrupted_at_once(case):
    """A signal that comes while the output is opened, here by a slow codec, ends it as any other."""
    path = case.file("a.pcap", pcap(RECORDS))
    out = case.path("o.pcapng.xz")
    for _ in range(8):
        child = subprocess.Popen([case.program, "convert", path, "-w", out, "--level", "9",
                                  "--threads", "2"], env=cli.ENV, stderr=subprocess.PIPE)
        while not os.path.exists(out) and child.poll() is None:
            pass
        child.send_signal(signal.SIGINT)
        text = child.stderr.read().decode()
        true(child.wait(20) in (0, 3), "exit status %d (%s)" % (child.returncode, text))
        cli.parse_pcapng(lzma.decompress(read(out)))
        os.unlink(out)


def compression(case):
    data = everything() * 20
    out, _ = converted(case, data, name="o.pcapng.gz")
    equal(gzip.decompress(out), data, "gzip")
    out, _ = converted(case, data, name="o.pcapng.xz")
    equal(lzma.decompress(out), data, "xz")
    for name in ("o.pcapng.gz", "o.pcapng.xz", "o.pcapng.zst", "o.pcapng.lz4"):
        converted(case, data, name=name)
        case.call("convert", case.path(name), "--force", "-w", case.path("plain"))
        equal(read(case.path("plain")), data, "back from " + name)
    out, _ = converted(case, data, "--compress", "none", name="o.pcapng.gz")
    equal(out, data, "--compress none")
    _, text = case.call("convert", case.file("b", bz2.compress(data)), "-w", case.path("x"), status=2)
    true("bzip2" in text, text)


def other_kinds_of_pcap(case):
    """Kuznetzov's is read, and becomes what all read."""
    data = struct.pack("<IHHIIII", 0xA1B2CD34, 2, 4, 0, 0, 65535, 1)
    data += struct.pack("<IIIIIHBB", 1700000000, 5, len(FRAME), len(FRAME), 3, 0x800, 4, 0) + FRAME
    out, text = converted(case, data, name="o.pcap")
    equal(out[24:], struct.pack("<IIII", 1700000000, 5, len(FRAME), len(FRAME)) + FRAME, "record")
    true("becomes pcap" in text, text)
    out, _ = converted(case, data)
    equal(len(cli.parse_pcapng(out)[1]), 1, "pcapng")


def damage(case):
    data = everything()
    out, text = converted(case, data[:-9], status=3)
    equal(out, data[:-(len(FRAME) + -len(FRAME) % 4 + 32)], "all that is whole")
    true("ringtap repair" in text, text)
    path = case.file("in", data[:-9])
    out, _ = case.call("convert", path, "--json", "-w", case.path("p"), status=3)
    true("ends inside" in json.loads(out)["error"], out)
    for bad in (b"", b"\x0a", b"text" * 10):
        converted_fails(case, bad, said="in", status=2)
    empty = section() + cli.interface(1, "e")
    equal(converted(case, empty)[0], empty, "without packets")
    equal(converted(case, pcap([]), name="o.pcap")[0], pcap([]), "classic without packets")


def command_line(case):
    a = case.file("a.pcap", pcap(RECORDS))
    out = case.path("o")
    for words, said in (([a], "-w FILE"), (["-w", out], "which file"), (["-w", out, a, a], "merge"),
                        (["-w", out, "--frmat", "pcap", a], "did you mean --format"),
                        (["-w", out, "--format", "pcpa", a], "did you mean pcap"),
                        (["-w", out, "-s", "0", a], "-s 0"),
                        (["-w", a, "--force", a], "is read")):
        _, text = case.call("convert", *words, status=1)
        true(said in text, "%s: %s" % (words, text))
    true(not os.path.exists(out), "an output was made")
    equal(read(a), pcap(RECORDS), "the input")
    text, _ = case.call("convert", "--help")
    true(b"Example" in text and len(text.splitlines()) < 40, "--help")
    _, text = case.call("convert", "-w", case.file("mine", b"mine"), a, status=2)
    true("--force" in text and read(case.path("mine")) == b"mine", text)
    out, _ = case.call("convert", "-", "-w", "-", stdin=everything())
    equal(out, everything(), "through pipes")
    _, text = case.call("convert", "-q", a, "-w", case.path("q"))
    equal(text, "", "-q")


def interrupted(case):
    out = case.path("o")
    for sig in (signal.SIGINT, signal.SIGTERM):
        child = subprocess.Popen([case.program, "convert", "--force", "-w", out, "-"], env=cli.ENV,
                                 stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        child.stdin.write(everything())
        child.stdin.flush()
        end = time.monotonic() + 20
        while not os.path.exists(out) or os.path.getsize(out) < len(everything()):
            true(time.monotonic() < end, "nothing is written")
            time.sleep(0.01)
        child.send_signal(sig)
        text = child.stderr.read().decode()
        child.stdin.close()
        equal(child.wait(20), 3, "exit status (%s)" % text)
        equal(read(out), everything(), "the file")
        os.unlink(out)


def end_of_reader(case):
    path = case.file("a", section() + cli.interface(1, "e") + cli.packet(0, START, FRAME) * 30000)
    child = subprocess.Popen([case.program, "convert", "-w", "-", path], env=cli.ENV,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.stdout.read(100)
    child.stdout.close()
    text = child.stderr.read().decode()
    equal((child.wait(60), text), (0, ""), "a reader that has seen enough")


def disk_full(case):
    where = case.path("small")
    os.mkdir(where)
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", where],
                                      capture_output=True, check=False).returncode:
        raise Skip("cannot mount a small file system")
    try:
        path = case.file("a", section() + cli.interface(1, "e") + cli.packet(0, START, FRAME) * 9000)
        for name in ("o", "o.pcap"):
            _, text = case.call("convert", "-w", os.path.join(where, name), path, status=2)
            true("No space left" in text and "removed" in text, text)
            equal(os.listdir(where), [], "what is left")
    finally:
        subprocess.run(["umount", where], check=True)


def peers(case):
    """editcap makes the same classic file; all read what we write."""
    for tool in ("tshark", "editcap", "tcpdump", "capinfos"):
        if not shutil.which(tool):
            raise Skip(tool + " is not installed")
    data = section() + cli.interface(1, "e") + b"".join(
        cli.packet(0, START + i * 1000, FRAME, COMMENT) for i in range(50))
    path = case.file("in", data)
    for form, ours in (("pcap", "pcap"), ("nsecpcap", "pcap-ns")):
        subprocess.run(["editcap", "-F", form, path, case.path("e")], check=True)
        out, _ = converted(case, data, "--format", ours, name="o.pcap")
        equal(out[24:], read(case.path("e"))[24:], "records of editcap's " + form)
        equal(out[:16], read(case.path("e"))[:16], "header of " + form)
    for name in ("o.pcap", "o.pcapng", "o.pcapng.gz", "o.pcapng.zst", "o.pcapng.lz4"):
        converted(case, data, "--strip-options", name=name)
        count = subprocess.run(["capinfos", "-Tmrc", case.path(name)], capture_output=True,
                               check=True).stdout.split(b",")[-1].strip()
        equal(count, b"50", "capinfos on " + name)
        subprocess.run(["tshark", "-r", case.path(name)], capture_output=True, check=True)
        if name.endswith(("pcap", "pcapng")):
            subprocess.run(["tcpdump", "-nr", case.path(name)], capture_output=True, check=True)


if __name__ == "__main__":
    sys.exit(cli.main([pcapng_identity, pcap_identity, to_classic_and_back, what_is_lost, resolution,
                       snaplen, strip, link_types, null_and_loop, several_interfaces, compression,
                       other_kinds_of_pcap, damage, command_line, interrupted, end_of_reader,
                       disk_full, times_that_classic_cannot_say, link_that_leads_nowhere,
                       interrupted_at_once, peers]))
