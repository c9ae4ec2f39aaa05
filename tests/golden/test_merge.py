#!/usr/bin/env python3
"""`ringtap merge`: many capture files into one.

    test_merge.py RINGTAP
"""
import gzip
import json
import os
import resource
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
MS = 10**6
FRAME = p.udp4(1000, 2000, b"x" * 30)


def pcap(times, linktype=1, frame=FRAME):
    """Classic, of nanoseconds; times in ms after START."""
    out = [struct.pack("<IHHIIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, linktype)]
    for i, ms in enumerate(times):
        ns = START + int(ms * MS)
        data = frame + struct.pack(">I", i)
        out.append(struct.pack("<IIII", ns // 10**9, ns % 10**9, len(data), len(data)) + data)
    return b"".join(out)


def pcapng(times, name="eth0", extra=b"", tail=b""):
    return (cli.section() + cli.interface(1, name) + extra +
            b"".join(cli.packet(0, START + int(ms * MS), FRAME) for ms in times) + tail)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def merged(case, *words, name="o.pcapng", **keywords):
    """([interface], [packet]) of the output, and what was said."""
    _, text = case.call("merge", "-w", case.path(name), *words, **keywords)
    return (*cli.parse_pcapng(read(case.path(name))), text)


def times(found):
    return [(i, (ns - START) / MS) for i, ns, *_ in found]


def blocks(data):
    at, out = 0, []
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        out.append((kind, data[at + 8:at + length - 4]))
        at += length
    return out


def by_time(case):
    a = case.file("a.pcap", pcap([0, 20, 30, 50]))
    b = case.file("b.pcapng", pcapng([10, 30, 60], "eth1"))
    c = case.file("c.pcap", pcap([30]))
    interfaces, found, text = merged(case, a, b, c)
    equal(times(found), [(0, 0), (1, 10), (0, 20), (0, 30), (1, 30), (2, 30), (0, 50), (1, 60)],
          "by time, the same time in the order of the files")
    equal([n for _, n in interfaces], ["", "eth1", ""], "interfaces stay apart")
    true("a.pcap: 4 packets" in text and "b.pcapng: 3 packets" in text, text)
    true("merged 8 packets of 3 files" in text, text)
    _, found, _ = merged(case, c, b, a, name="p.pcapng")
    equal([i for i, ms in times(found) if ms == 30], [0, 1, 2], "another order of the files")


def random_sets(case):
    """Any numbers of files and packets, against a sort."""
    state = 12345
    for files in (1, 2, 3, 5, 7, 8, 9, 33):
        lists = []
        for _ in range(files):
            at, row = 0, []
            for _ in range(state % 40):
                state = (state * 1103515245 + 12345) % 2**31
                at += state % 5
                row.append(at)
            state = (state * 1103515245 + 12345) % 2**31
            lists.append(row)
        paths = [case.file("r%d" % i, pcap(row)) for i, row in enumerate(lists)]
        _, found, _ = merged(case, "--force", *paths)
        want = sorted((ms, i) for i, row in enumerate(lists) for ms in row)
        equal([(ms, i) for i, ms in times(found)], want, "%d files" % files)


def many_files(case):
    """More than are open at a time: one after the other in time, and all at once."""
    paths = [case.file("f%03d" % i, (pcap if i % 2 else pcapng)([i * 10, i * 10 + 5]))
             for i in range(150)]
    _, found, text = merged(case, *reversed(paths))
    equal([ms for _, ms in times(found)], [5.0 * i for i in range(300)], "rotated files")
    true("merged 300 packets of 150 files" in text and "f000" not in text, text)
    paths = [case.file("g%03d" % i, pcap([i, i + 200])) for i in range(150)]
    _, found, _ = merged(case, *paths, name="p.pcapng")
    equal([ms for _, ms in times(found)], sorted([*range(150), *range(200, 350)]), "overlapping")
    _, found, _ = merged(case, *paths, "--append", name="q.pcapng")
    equal([ms for _, ms in times(found)], [v for i in range(150) for v in (i, i + 200)], "append")


def run_limited(case, limit, words):
    def set_limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)

    child = subprocess.Popen([case.program, "merge", *words], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, env=cli.ENV, preexec_fn=set_limit)
    text = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, text, usage.ru_maxrss


def descriptors_and_memory(case):
    """A soft limit is raised; at the hard one there is a remedy; memory is bounded."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < 1100:
        raise Skip("no more than %d open files" % hard)
    big = p.udp4(1, 2, b"y" * 1400)
    paths = [case.file("f%04d" % i, pcap([i / 1000 + j * 10 for j in range(30)], frame=big))
             for i in range(1000)]
    status, text, kib = run_limited(case, (64, 1100), ["-w", case.path("o"), *paths])
    equal(status, 0, text)
    equal(len(cli.parse_pcapng(read(case.path("o")))[1]), 30000, "packets")
    true(kib < 64 << 10 or case.sanitized(), "%d KiB of memory" % kib)
    status, text, _ = run_limited(case, (50, 50), ["-w", case.path("p"), *paths[:100]])
    equal(status, 2, "exit status with few descriptors")
    true("ulimit -Hn" in text and len(text.splitlines()) == 2, text)
    true(not os.path.exists(case.path("p")), "a file that lacks whole inputs is left")
    status, text, _ = run_limited(case, (50, 50), ["-w", case.path("q"), *paths[:60]])
    equal(status, 2, "exit status with few descriptors")
    true("ulimit -Hn" in text and not os.path.exists(case.path("q")), text)


def everything_is_kept(case):
    comment = cli.option(1, b"a comment") + cli.option(2, struct.pack("<I", 1)) + cli.option(0, b"")
    names = cli.block(4, struct.pack("<HH", 1, 10) + bytes([192, 0, 2, 1]) + b"alpha\0\0\0" +
                      bytes(4))
    secrets = cli.block(10, struct.pack("<II", 0x544C534B, 8) + b"CLIENT_R")
    statistics = cli.block(5, struct.pack("<III", 0, 0, 1) +
                           cli.option(4, struct.pack("<Q", 77)) + cli.option(0, b""))
    a = case.file("a.pcapng", cli.section() + cli.interface(1, "eth0") + names + secrets +
                  cli.packet(0, START, FRAME, comment) + statistics)
    b = case.file("b.pcapng", cli.section() + cli.interface(1, "eth0") + cli.interface(1, "eth1") +
                  cli.packet(1, START + 1, FRAME, comment) + statistics)
    interfaces, found, _ = merged(case, a, b)
    equal(interfaces, [(1, "eth0"), (1, "eth0"), (1, "eth1")], "interfaces")
    equal([(i, opts[1]) for i, _, _, _, opts in found], [(0, b"a comment"), (2, b"a comment")],
          "comments of packets")
    data = read(case.path("o.pcapng"))
    kinds = [kind for kind, _ in blocks(data)]
    equal((kinds.count(4), kinds.count(10), kinds.count(5)), (1, 1, 2), "blocks")
    equal([struct.unpack_from("<I", body)[0] for kind, body in blocks(data) if kind == 5], [0, 1],
          "interfaces of the statistics")


def same_interfaces(case):
    a, b = (case.file(n, pcapng([1, 3], "eth0")) for n in ("a", "b"))
    c = case.file("c", pcapng([2], "eth1"))
    interfaces, found, _ = merged(case, "--same-interfaces", a, b, c)
    equal(interfaces, [(1, "eth0"), (1, "eth1")], "interfaces")
    equal([i for i, _ in times(found)], [0, 0, 1, 0, 0], "packets")


def out_of_order(case):
    a = case.file("a.pcap", pcap([0, 10, 5, 30, 20]))
    b = case.file("b.pcap", pcap([7, 40]))
    _, found, text = merged(case, a, b)
    equal([ms for _, ms in times(found)], [0, 7, 10, 5, 30, 20, 40], "written in place")
    true("2 packets of " in text and "a.pcap are out of order" in text and "--window" in text, text)
    out, _ = case.call("merge", "--json", "--force", "-w", case.path("o.pcapng"), a, b)
    report = json.loads(out)
    equal((report["packets"], report["packets_out_of_order"]), (7, 2), "report")
    equal([f["packets_out_of_order"] for f in report["files"]], [2, 0], "report of files")


def window(case):
    a = case.file("a.pcap", pcap([0, 10, 5, 30, 20, 100, 130, 60]))
    b = case.file("b.pcapng", pcapng([7, 40]))
    _, found, text = merged(case, "--window", "15ms", a, b)
    equal([ms for _, ms in times(found)], [0, 5, 7, 10, 20, 30, 40, 100, 60, 130], "sorted")
    true("1 packets of " in text, text)
    _, found, text = merged(case, "--window", "1s", a, b, name="p.pcapng")
    equal([ms for _, ms in times(found)], [0, 5, 7, 10, 20, 30, 40, 60, 100, 130], "a larger one")
    true("out of order" not in text, text)
    _, found, text = merged(case, "--window", "1s", b, name="q.pcapng")
    equal([ms for _, ms in times(found)], [7, 40], "one file")


def window_bounded(case):
    """Memory of a window has an end, and every packet is there."""
    big = p.udp4(1, 2, b"y" * 1400)
    order = [i ^ 3 for i in range(40000)]
    a = case.file("a.pcap", pcap([i / 1000 for i in order], frame=big))
    status, text, kib = run_limited(case, (256, 256), ["--window", "1h", "-w", case.path("o"), a])
    equal(status, 0, text)
    true(kib < 64 << 10 or case.sanitized(), "%d KiB of memory" % kib)
    found = [ns for _, ns, *_ in cli.parse_pcapng(read(case.path("o")))[1]]
    equal(len(found), 40000, "packets")
    equal(found, sorted(found), "order")


def append(case):
    a, b = case.file("a.pcap", pcap([30, 40])), case.file("b.pcap", pcap([0, 35]))
    _, found, text = merged(case, "-a", a, b)
    equal(times(found), [(0, 30), (0, 40), (1, 0), (1, 35)], "one after the other")
    true("out of order" not in text, text)
    _, text = case.call("merge", "-a", "--window", "1s", "-w", case.path("p"), a, b, status=1)
    true("--window" in text and "--append" in text, text)


def snaplen(case):
    a = case.file("a.pcap", pcap([1, 2]))
    _, found, text = merged(case, "-s", "20", a, a)
    equal([(len(data), wire) for _, _, data, wire, _ in found], [(20, len(FRAME) + 4)] * 4, "cut")
    true("cut: 4 packets to 20 bytes" in text, text)
    for bad in ("0", "x", "999999999"):
        case.call("merge", "-s", bad, "-w", case.path("p"), a, status=1)


def packets_without_time(case):
    simple = cli.block(3, struct.pack("<I", len(FRAME)) + FRAME)
    a = case.file("a", cli.section() + cli.interface(1, "e") + cli.packet(0, START + 10 * MS, FRAME) +
                  simple + cli.packet(0, START + 30 * MS, FRAME))
    b = case.file("b", pcap([20]))
    _, _, text = merged(case, a, b)
    true("1 packets have no time stamp and got 0" in text and "leave it out" not in text, text)
    kinds = [kind for kind, _ in blocks(read(case.path("o.pcapng"))) if kind in (3, 6)]
    equal(len(kinds), 4, "packets")
    lines = case.lines("read", "-n", "--window", "0", case.path("o.pcapng"))
    equal(len(lines), 4, "lines")


def damaged_file(case):
    whole = pcap([0, 20, 40])
    a = case.file("a.pcap", whole[:-7])
    b = case.file("b.pcap", pcap([10, 50]))
    _, found, text = merged(case, a, b, status=3)
    equal([ms for _, ms in times(found)], [0, 10, 20, 50], "all that is whole")
    true("ringtap repair" in text and "a.pcap: 2 packets, then it ended early" in text, text)
    bad = bytearray(pcapng([5, 15, 25]))
    bad[-4] ^= 0xFF
    c = case.file("c.pcapng", bytes(bad))
    out, text = case.call("merge", "--json", "-w", case.path("p"), a, c, b, status=3)
    report = json.loads(out)
    true(all(f["error"] for f in report["files"][:2]) and report["files"][2]["error"] is None, out)
    empty = case.file("e.pcap", b"")
    _, found, text = merged(case, empty, b, name="q.pcapng", status=3)
    equal(len(found), 2, "beside an empty one")
    true("is empty" in text, text)


def damaged_while_parked(case):
    paths = [case.file("f%02d" % i, pcap([i])) for i in range(80)]
    case.file("f40", pcap([40, 41])[:-3])
    case.file("f50", pcap([50])[:30])
    case.file("f60", b"")
    _, found, text = merged(case, *paths, status=3)
    equal([ms for _, ms in times(found)], [i for i in range(80) if i not in (50, 60)], "packets")
    true(all("%s: " % case.path(n) in text for n in ("f40", "f50", "f60")), text)


def no_such_file(case):
    a = case.file("a.pcap", pcap([0]))
    _, text = case.call("merge", "-w", case.path("o"), a, case.path("x"), case.path("y"), status=2)
    true(case.path("x") in text and case.path("y") in text, text)
    true(not os.path.exists(case.path("o")), "an output was made")
    text_file = case.file("t.txt", b"just some text in a file")
    _, text = case.call("merge", "-w", case.path("o"), a, text_file, status=2)
    true("t.txt" in text, text)


def no_packets(case):
    a, b = case.file("a.pcap", pcap([])), case.file("b.pcapng", pcapng([], "eth7"))
    interfaces, found, _ = merged(case, a, b)
    equal((sorted(n for _, n in interfaces), found), (["", "eth7"], []), "interfaces")
    case.call("merge", "-w", case.path("o.pcap"), a, a)
    equal(len(read(case.path("o.pcap"))), 24, "a classic file's header")
    case.call("read", case.path("o.pcap"))
    case.call("merge", "-w", case.path("p.pcap"), case.file("c", cli.section()))
    equal(len(read(case.path("p.pcap"))), 24, "its header, where no file has an interface")
    case.call("read", case.path("p.pcap"))


def link_type_of_a_file_without_packets(case):
    """It does not decide what a classic output holds."""
    paths = [case.file("e.pcap", pcap([], 101))]
    paths += [case.file("f%02d" % i, pcap([i])) for i in range(70)]
    for words in (paths, paths[:3], ["--window", "1s", *paths[:3]], ["-a", *paths[:3]]):
        case.call("merge", "--force", "-w", case.path("o.pcap"), *words)
        equal(struct.unpack_from("<I", read(case.path("o.pcap")), 20)[0], 1, "link type")


def output_is_an_input(case):
    a, b = case.file("a.pcap", pcap([0])), case.file("b.pcap", pcap([1]))
    os.link(a, case.path("hard"))
    for name in (a, case.path("hard")):
        _, text = case.call("merge", "--force", "-w", name, a, b, status=1)
        true("is read" in text, text)
    equal(read(a), pcap([0]), "the input")
    _, text = case.call("merge", "-w", case.file("o", b"mine"), a, b, status=2)
    true("--force" in text and read(case.path("o")) == b"mine", text)
    case.call("merge", "--force", "-w", case.path("o"), a, b)


def link_types_in_pcap(case):
    a, b = case.file("a.pcap", pcap([0, 2])), case.file("b.pcap", pcap([1], 101))
    _, text = case.call("merge", "-w", case.path("o.pcap"), a, b, status=2)
    true("one link type" in text and "removed" in text and "ringtap cut" in text, text)
    true(not os.path.exists(case.path("o.pcap")), "half an output is left")
    interfaces, _, _ = merged(case, a, b)
    equal([t for t, _ in interfaces], [1, 101], "pcapng takes both")


def classic_output(case):
    a, b = case.file("a.pcapng", pcapng([0, 2.000001])), case.file("b.pcap", pcap([1]))
    _, text = case.call("merge", "-w", case.path("o.pcap"), a, b)
    equal(len(read(case.path("o.pcap"))), 24 + 3 * 16 + 3 * len(FRAME) + 4, "size")
    true("digits of the time stamps of 1 packets" in text and "pcap-ns" in text, text)
    case.call("merge", "--format", "pcap-ns", "-w", case.path("p.pcap"), a, b)
    equal(read(case.path("p.pcap"))[:4], struct.pack("<I", 0xA1B23C4D), "magic")


def compressed(case):
    a, b = case.file("a.pcap", pcap([0, 2])), case.file("b.pcap", pcap([1]))
    merged(case, a, b)
    plain = read(case.path("o.pcapng"))
    case.call("merge", "-w", case.path("o.pcapng.gz"), a, b)
    equal(gzip.decompress(read(case.path("o.pcapng.gz"))), plain, ".gz")
    out, _ = case.call("merge", "--compress", "gzip", "--level", "9", "-w", "-", a, b)
    equal(gzip.decompress(out), plain, "--compress on standard output")
    for name in ("zst", "lz4", "xz"):
        case.call("merge", "-w", case.path("o.pcapng." + name), a, b)
        _, found, _ = merged(case, case.path("o.pcapng." + name), name=name)
        equal(len(found), 3, name)
    _, found, _ = merged(case, *(case.path("o.pcapng." + n) for n in ("gz", "zst", "lz4", "xz")),
                         name="all")
    equal([ms for _, ms in times(found)], [0] * 4 + [1] * 4 + [2] * 4, "compressed inputs")


def command_line(case):
    a = case.file("a.pcap", pcap([0]))
    out = case.path("o")
    for words, said in (([a], "-w FILE"), (["-w", out], "no files"), (["-w", out, "-", "-"], "once"),
                        (["-w", out, "--format", "pcapgn", a], "did you mean pcapng"),
                        (["-w", out, "--compress", "zst", a], "did you mean zstd"),
                        (["-w", out, "--compress", "bzip", a], "--compress bzip"),
                        (["-w", out, "--level", "3", a], "--compress zstd"),
                        (["-w", out + ".gz", "--level", "77", a], "levels from"),
                        (["-w", out + ".gz", "--level", "x", a], "not understood"),
                        (["-w", out + ".gz", "--threads", "0", a], "--threads"),
                        (["-w", out, "-w", out, a], "given already"),
                        (["-w", "", a], "empty"),
                        (["-w", out, "--windw", "1s", a], "did you mean --window"),
                        (["-w", out, "--window", "soon", a], "--window soon")):
        _, text = case.call("merge", *words, status=1)
        true(said in text, "%s: %s" % (words, text))
    true(not os.path.exists(out), "an output was made")
    text, _ = case.call("merge", "--help")
    true(b"Example" in text and len(text.splitlines()) < 40, "--help")


def standard_streams(case):
    a = case.file("a.pcap", pcap([0, 2]))
    out, text = case.call("merge", "-w", "-", "-", a, stdin=pcapng([1]))
    equal([ms for _, ms in times(cli.parse_pcapng(out)[1])], [0, 1, 2], "- in and out")
    true("standard output" in text, text)
    _, text = case.call("merge", "--json", "-w", "-", a)
    equal(json.loads(text)["packets"], 2, "a report beside the packets")


def end_of_reader(case):
    a = case.file("a.pcap", pcap(range(20000)))
    for words in ([a, a], ["--window", "1s", a]):
        child = subprocess.Popen([case.program, "merge", "-w", "-", *words], env=cli.ENV,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        child.stdout.read(1000)
        child.stdout.close()
        text = child.stderr.read().decode()
        equal((child.wait(60), text), (0, ""), "a reader that has seen enough")


def wait_until(condition, what):
    end = time.monotonic() + 20
    while not condition():
        true(time.monotonic() < end, what)
        time.sleep(0.01)


def interrupted(case):
    """While a pipe is silent: what came before is out, and the file is whole."""
    a = case.file("a.pcap", pcap([0, 5, 20]))
    for words in ([], ["--window", "1ms"]):
        for sig in (signal.SIGINT, signal.SIGTERM):
            out = case.path("o%d%d" % (sig, len(words)))
            child = subprocess.Popen([case.program, "merge", *words, "-w", out, a, "-"],
                                     env=cli.ENV, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
            child.stdin.write(pcap([1, 10]))
            child.stdin.flush()
            wait_until(lambda: os.path.exists(out) and os.path.getsize(out) > 300, "nothing")
            child.send_signal(sig)
            text = child.stderr.read().decode()
            child.stdin.close()
            equal(child.wait(20), 3, "exit status (%s)" % text)
            true("interrupted" in text, text)
            found = cli.parse_pcapng(read(out))[1]
            equal([ms for _, ms in times(found)], [0, 1, 5, 10], "packets")


def disk_full(case):
    where = case.path("small")
    os.mkdir(where)
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", where],
                                      capture_output=True, check=False).returncode:
        raise Skip("cannot mount a small file system")
    try:
        a = case.file("a.pcap", pcap(range(20000)))
        _, text = case.call("merge", "-w", os.path.join(where, "o"), a, a, status=2)
        true("No space left" in text and "removed" in text, text)
        equal(os.listdir(where), [], "what is left")
    finally:
        subprocess.run(["umount", where], check=True)


def peers(case):
    """They read what we write, and agree with what mergecap makes of the same files."""
    if not shutil.which("tshark") or not shutil.which("mergecap") or not shutil.which("tcpdump"):
        raise Skip("tshark, mergecap or tcpdump is not installed")
    names = [case.file("a.pcap", pcap([0, 3, 9])), case.file("b.pcapng", pcapng([1, 3, 8])),
             case.file("c.pcapng", pcapng([2, 4], "eth2"))]
    merged(case, *names)
    case.call("merge", "-w", case.path("o.pcap"), "--format", "pcap-ns", *names)
    subprocess.run(["mergecap", "-w", case.path("m.pcapng"), *names], check=True)

    def fields(path):
        return subprocess.run(["tshark", "-r", path, "-T", "fields", "-e", "frame.time_epoch",
                               "-e", "frame.len", "-e", "frame.interface_name"],
                              capture_output=True, check=True).stdout.splitlines()
    want = fields(case.path("m.pcapng"))
    got = fields(case.path("o.pcapng"))
    equal(sorted(line.split(b"\t")[:2] for line in got),
          sorted(line.split(b"\t")[:2] for line in want), "times and lengths")
    equal(len(fields(case.path("o.pcap"))), 8, "classic")
    for name in ("o.pcapng", "o.pcap"):
        lines = subprocess.run(["tcpdump", "-nr", case.path(name)], capture_output=True,
                               check=True).stdout.splitlines()
        equal(len(lines), 8, "tcpdump on " + name)
        case.call("read", case.path(name))


if __name__ == "__main__":
    sys.exit(cli.main([by_time, random_sets, many_files, descriptors_and_memory,
                       everything_is_kept, same_interfaces, out_of_order, window, window_bounded,
                       append, snaplen, packets_without_time, damaged_file, damaged_while_parked,
                       no_such_file, no_packets,
                       link_type_of_a_file_without_packets, output_is_an_input, link_types_in_pcap,
                       classic_output, compressed, command_line, standard_streams, end_of_reader,
                       interrupted, disk_full, peers]))
