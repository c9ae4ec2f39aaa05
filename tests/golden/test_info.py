#!/usr/bin/env python3
"""`ringtap info`: what files hold, and where they end.

    test_info.py RINGTAP
"""
import gzip
import hashlib
import json
import os
import shutil
import signal
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import cli  # noqa: E402
from cli import equal, true  # noqa: E402
import packets as p  # noqa: E402
import run  # noqa: E402

MS = 10**6
START = 1700000000 * 10**9


def frame(size=60):
    return p.udp4(1, 2, bytes(size - 42))


def statistics(iface, ns, **values):
    codes = {"received": 4, "interface": 5, "os": 7}
    value = struct.pack("<III", iface, ns >> 32, ns & 0xFFFFFFFF)
    for name, v in values.items():
        value += cli.option(codes[name], struct.pack("<Q", v))
    return cli.block(5, value + cli.option(0, b""))


def pcapng(times, size=60, iface=0, head=None):
    data = head or cli.section() + cli.interface(1, "eth0")
    return data + b"".join(cli.packet(iface, START + t, frame(size)) for t in times)


def info(case, *words, status=0, stdin=None):
    out, _ = case.call("info", "--json", *words, status=status, stdin=stdin)
    return json.loads(out)


def of(case, data, *words, status=0):
    return info(case, case.file("f", data), *words, status=status)


def counts_and_times(case):
    data = pcapng([0, 5 * MS, 20 * MS], 100)
    data += cli.packet(0, START + 30 * MS, frame(60), wire=1000)
    i = of(case, data)
    equal((i["format"], i["state"], i["byte_order"]), ("pcapng", "whole", "little-endian"), "form")
    equal((i["packets"], i["captured_bytes"], i["original_bytes"], i["truncated_packets"]),
          (4, 360, 1300, 1), "counts")
    equal((i["first"], i["last"], i["duration"]),
          ("2023-11-14T22:13:20.000000000Z", "2023-11-14T22:13:20.030000000Z", 0.03), "times")
    equal(round(i["bits_per_second"]), round(1300 * 8 / 0.03), "rate")
    equal((i["file_bytes"], i["whole_bytes"]), (len(data), len(data)), "bytes")
    equal(i["blocks"], {"SHB": 1, "IDB": 1, "EPB": 4}, "blocks")
    text = case.lines("info", case.path("f"))
    true(any(t.split() == ["Packets", "4"] for t in text), text)
    true("First        2023-11-14 22:13:20.000000000 UTC" in text, text)


def classic(case):
    data = run.pcap(101, [(1, frame()[14:], 60), (3, frame()[14:], 60)])
    i = of(case, data)
    equal((i["format"], i["packets"], i["interfaces"][0]["linktype_name"], i["duration"]),
          ("pcap (ns)", 2, "RAW", 2.0), "pcap")


def order(case):
    i = of(case, pcapng([0, 100 * MS, 40 * MS, 50 * MS, 300 * MS, 299 * MS]))
    equal((i["in_order"], i["packets_earlier"]), (False, 2), "order")
    equal((i["step_back_max"], i["window"]), (0.06, 0.06), "steps")
    equal(of(case, pcapng([0, 0, 5]))["in_order"], True, "the same time twice")
    true("sorts that by itself" in "".join(case.lines("info", case.file(
        "g", pcapng([0, 100 * MS, 40 * MS])))), "a window of 200 ms is enough")
    true("--window 901ms" in "".join(case.lines("info", case.file(
        "g", pcapng([0, 1000 * MS, 100 * MS])))), "a window is named")


def gaps(case):
    i = of(case, pcapng([0, 10 * MS, 500 * MS, 510 * MS, 2000 * MS]), "--gap", "400ms")
    equal((i["gaps"], [g["duration"] for g in i["gap_list"]]), (2, [0.49, 1.49]), "gaps")
    equal((i["longest_gap"]["duration"], i["longest_gap"]["exact"]), (1.49, True), "longest")
    # A packet that comes later in the file lies in the gap.
    i = of(case, pcapng([0, 1000 * MS, 2000 * MS, 300 * MS]), "--gap", "600ms")
    equal((i["gaps"], [g["duration"] for g in i["gap_list"]]), (2, [0.7, 1.0]), "filled")
    i = of(case, pcapng([100 * MS, 0]), "--gap", "100ms")
    equal((i["gaps"], i["longest_gap"]["duration"]), (1, 0.1), "before the first")
    i = of(case, pcapng([n * n * MS for n in range(1000)]), "--gap", "100ms")
    equal((i["gaps"], len(i["gap_list"]), i["longest_gap"]["duration"]), (949, 256, 1.997),
          "more than are kept")


def drops(case):
    data = cli.section() + cli.interface(1, "a") + cli.interface(1, "b")
    for ms, iface, lost in ((10, 0, 0), (20, 0, 5), (20, 1, 0), (30, 0, 9), (40, 0, 9),
                            (50, 0, 10), (60, 1, 3), (70, 0, 2)):
        data += cli.packet(iface, START + ms * MS, frame())
        data += statistics(iface, START + ms * MS, interface=lost, os=lost)
    i = of(case, data)
    got = [(d["interface"], round(d["from_epoch"] % 1 * 1000), round(d["to_epoch"] % 1 * 1000),
            d["packets"]) for d in i["drops"]]
    equal(sorted(got), [(0, 10, 30, 9), (0, 40, 70, 3), (1, 20, 60, 3)], "intervals")
    equal((i["dropped_packets"], i["interfaces"][0]["dropped"], i["interfaces"][0]["os_dropped"]),
          (15, 12, 2), "sums")
    data = cli.section() + cli.interface(1, "a") + statistics(0, START, interface=4, os=3)
    equal(of(case, data)["dropped_packets"], 7, "two kinds")


def interfaces_and_sections(case):
    one = cli.section() + cli.interface(1, "first", 96) + cli.interface(101, "second")
    one += cli.packet(1, START + 5, frame()) + cli.packet(0, START + 9, frame())
    i = of(case, one + pcapng([1 * MS]))
    equal([(f["id"], f["section"], f["name"], f["linktype"], f["snaplen"], f["packets"])
           for f in i["interfaces"]],
          [(0, 0, "first", 1, 96, 1), (1, 0, "second", 101, 65535, 1),
           (2, 1, "eth0", 1, 65535, 1)], "interfaces")
    equal([(s["offset"], s["packets"]) for s in i["sections"]], [(0, 2), (len(one), 1)], "sections")
    equal(i["nr_sections"], 2, "sections")


def comments_names_secrets(case):
    comment = cli.option(1, "caf\u00e9 \x1b[31m".encode()) + cli.option(0, b"")
    data = pcapng([0]) + cli.packet(0, START, frame(), comment) + cli.packet(0, START, frame(), comment)
    data += cli.block(4, struct.pack("<HH", 1, 8) + b"\xc0\0\2\1a.b\0" + struct.pack("<HH", 0, 0))
    data += cli.block(10, struct.pack("<II", 0x544C534B, 6) + b"secret")
    i = of(case, data, "--comments", "1")
    equal((i["nr_comments"], i["comments"]), (2, [{"frame": 2, "comment": "caf\u00e9 \x1b[31m"}]),
          "comments")
    equal((i["names"], i["secrets"]),
          (1, [{"type_number": 0x544C534B, "type": "TLS key log", "bytes": 6}]), "names, secrets")
    out, _ = case.call("info", case.path("f"))
    true(b"\x1b" not in out and b"secret\n" not in out, "nothing that steers the terminal")
    true(b"frame 3: caf" in out, out.decode())


def where_it_ends(case):
    data = pcapng([0, 1, 2])
    for cut, packets in ((len(data) - 1, 2), (len(data) - 93, 1)):
        i = of(case, data[:cut], status=3)
        equal((i["state"], i["packets"]), ("cut off", packets), "cut at %d" % cut)
    i = of(case, data + bytes(4096), status=3)
    equal((i["state"], i["packets"], i["whole_bytes"]), ("cut off", 3, len(data)), "zeros")
    i = of(case, data[:-4] + b"\xff\xff\0\0", status=3)
    equal((i["state"], i["packets"]), ("damaged", 2), "damaged")
    out, _ = case.call("info", case.path("f"), status=3)
    true("'ringtap repair %s -w NEW'" % case.path("f") in out.decode(), out.decode())


def blocks(case):
    data = pcapng([0, 1]) + cli.block(0x80001234, b"") + cli.block(0x0BAD, bytes(4))
    lines = case.lines("info", "-b", "--utc", case.file("f", data))
    equal([line.split()[3] for line in lines[2:]],
          ["SHB", "IDB", "EPB", "EPB", "0x80001234", "CB"], "types")
    equal(lines[4].split(), ["3", "68", "92", "EPB", "0", "2023-11-14T22:13:20.000000000Z", "60",
                             "60"], "a packet")
    out, text = case.call("info", "-b", "-j", case.file("f", data + b"\6\0\0\0\0\1\0\0"), status=3)
    rows = [json.loads(line) for line in out.splitlines()]
    equal([r["offset"] for r in rows], [0, 28, 68, 160, 252, 264], "up to the damage")
    equal([r["length"] for r in rows], [28, 40, 92, 92, 12, 16], "lengths")
    true("offset 280" in text, text)
    rows = case.lines("info", "-b", case.file("f", run.pcap(1, [(0, frame(), 60)] * 2)))[2:]
    equal([r.split()[:5] for r in rows], [["1", "24", "76", "record", "0"],
                                          ["2", "100", "76", "record", "0"]], "pcap")


def table(case):
    case.file("a", pcapng([0, 10**9]))
    case.file("b", pcapng([0]))
    rows = [r.split("\t") for r in case.lines("info", "-T", case.path("a"), case.path("b"))]
    equal([len(r) for r in rows], [17] * 3, "columns")
    equal([r[rows[0].index("packets")] for r in rows[1:]], ["2", "1"], "packets")
    equal(rows[1][rows[0].index("duration")], "1.000000000", "duration")
    equal(rows[1][-1], "whole", "state")


def compressed_and_pipes(case):
    data = pcapng(range(0, 100 * MS, MS), 1000)
    small = gzip.compress(data)
    packed = case.file("f.gz", small)
    i = info(case, packed)
    equal((i["compression"], i["packets"], i["whole_bytes"]), ("gzip", 100, len(data)), "gzip")
    equal(i["file_bytes"], len(small), "size on the disk")
    i = info(case, "-", stdin=data)
    equal((i["packets"], "file_bytes" in i), (100, False), "a pipe")
    equal(info(case, "--hash", packed)["sha256"], hashlib.sha256(small).hexdigest(), "hash")


def interrupted(case):
    """A pipe that says nothing more: what was counted so far."""
    process = subprocess.Popen([case.program, "info", "--json", "-"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=cli.ENV)
    process.stdin.write(pcapng([0, 1, 2]))
    process.stdin.flush()
    status = "/proc/%d/wchan" % process.pid
    for _ in range(2000):  # until it waits for more
        with open(status, encoding="ascii") as f:
            if "poll" in f.read():
                break
        try:
            process.wait(0.005)
        except subprocess.TimeoutExpired:
            pass
    process.send_signal(signal.SIGINT)
    out = process.stdout.read()
    process.stdin.close()
    equal(process.wait(20), 3, "exit status")
    i = json.loads(out)
    equal((i["state"], i["packets"]), ("interrupted", 3), "so far")


def refusals(case):
    good = case.file("good", pcapng([0]))
    case.call("info", case.path("none"), status=2)
    out, text = case.call("info", "-T", case.path("none"), good, status=3)
    true(good.encode() in out and "none" in text, "the other one is read")
    case.call("info", status=1)
    case.call("info", "--gap", "x", good, status=1)
    case.call("info", "--comments", "100000", good, status=1)
    case.call("info", "-T", "-b", good, status=1)
    case.call("info", case.file("empty", b""), status=2)
    case.call("info", case.file("text", b"hello world, this is no capture"), status=2)


def clean(text, what):
    bad = [c for c in text if ord(c) < 32 and c not in "\n\t" or 0x7f <= ord(c) < 0xa0]
    equal(bad, [], what + ": control characters in " + repr(text))


def escape_sequences(case):
    """Neither a file's name nor what is in it reaches a terminal as it is."""
    evil = "\x1b[31m\x9b5mred\x7f"
    raw = evil.encode()
    data = cli.block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) +
                     cli.option(1, raw) + cli.option(4, raw) + cli.option(0, b""))
    data += cli.interface(1, evil) + cli.packet(0, START, frame())
    for name, content in ((evil, data), (evil + "cut", data[:-5]), (evil + "none", None)):
        path = case.path(name) if content is None else case.file(name, content)
        for verb in (["info"], ["info", "-b"], ["info", "-T"], ["info", "-j"], ["repair"],
                     ["read", "-r"]):
            done = subprocess.run([case.program, *verb, path], capture_output=True, env=cli.ENV)
            if verb != ["info", "-j"]:
                clean(done.stdout.decode(), " ".join(verb))
            clean(done.stderr.decode(), " ".join(verb) + " on stderr")


def long_paths(case):
    """JSON makes six bytes of one: it is still whole."""
    name = "/".join([chr(1) * 200] * 18)
    os.makedirs(os.path.dirname(case.path(name)))
    path = case.file(name, pcapng([i * 10**9 for i in range(400)]))
    equal(len(info(case, "--gap", "1s", path)["gap_list"]), 256, "gaps")
    out, _ = case.call("info", "--blocks", "--json", path)
    equal({json.loads(line)["file"] for line in out.splitlines()}, {path}, "blocks")
    out, _ = case.call("repair", "--json", path, "-w", path + "2")
    equal(json.loads(out)["written"], path + "2", "repair")


def quiet_links(case):
    """A rate below one is not none."""
    out, _ = case.call("info", case.file("f", pcapng([0, 8 * 10**9])))
    true(b"Rate         0.25 packets/s" in out, out.decode())


def ends_of_time(case):
    """What 64 bits of nanoseconds do not hold is counted, not only moved to the end."""
    data = cli.section() + cli.block(1, struct.pack("<HHI", 1, 0, 0) + cli.option(9, b"\x00") +
                                     cli.option(0, b""))
    data += b"".join(cli.packet(0, t, frame()) for t in (5, 1 << 60, (1 << 64) - 1))
    path = case.file("f", data)
    equal((info(case, path)["times_cut"], info(case, path)["packets"]), (2, 3), "counted")
    true(b"2 packets are before 1970 or after 2554" in case.call("info", path)[0], "said")


def not_known(case):
    """Wireshark writes a counter of ones for one that it does not know."""
    body = struct.pack("<III", 0, 0, 9) + cli.option(5, b"\xff" * 8) + cli.option(0, b"")
    path = case.file("f", pcapng([0, MS]) + cli.block(5, body))
    equal(info(case, path)["dropped_packets"], 0, "no drops")


def as_capinfos(case):
    if not shutil.which("capinfos"):
        raise cli.Skip("no capinfos")
    for data in (pcapng([0, 7 * MS, 3 * MS], 700), run.pcap(1, [(i, frame(), 90) for i in range(9)]),
                 pcapng([])):
        path = case.file("f", data)
        row = subprocess.run(["capinfos", "-T", "-M", "-r", "-c", "-d", path], capture_output=True,
                             check=True).stdout.decode().split("\t")
        i = info(case, path)
        equal([i["packets"], i["original_bytes"]], [int(row[1]), int(row[2])], "capinfos")


if __name__ == "__main__":
    sys.exit(cli.main([counts_and_times, classic, order, gaps, drops, interfaces_and_sections,
                       comments_names_secrets, where_it_ends, blocks, table, compressed_and_pipes,
                       interrupted, refusals, escape_sequences, long_paths,
                       quiet_links, ends_of_time, not_known, as_capinfos]))
