#!/usr/bin/env python3
"""`ringtap replay`: what a file has arrives at the other end of a veth pair, as tcpdump sees it."""
import contextlib
import json
import os
import select
import shutil
import signal
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "golden")]
sys.dont_write_bytecode = True

import cli  # noqa: E402
import harness  # noqa: E402
import packets as p  # noqa: E402
from harness import Lab, Skip, equal, true, wait_for  # noqa: E402

START = 1700000000 * 10**9
MS = 10**6
ETHERNET, RAW, SLL = 1, 101, 113


# ---- files ----

def pcap(frames, linktype=ETHERNET, step=MS, order="<", nano=True, start=START):
    """Frames, or (bytes, length on the wire), `step` ns apart."""
    out = [struct.pack(order + "IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, 262144,
                       linktype)]
    for i, frame in enumerate(frames):
        data, wire = frame if isinstance(frame, tuple) else (frame, len(frame))
        ns = start + i * step
        out.append(struct.pack(order + "IIII", ns // 10**9, ns % 10**9 // (1 if nano else 1000),
                               len(data), wire) + data)
    return b"".join(out)


def pcapng(interfaces, frames, step=MS):
    """interfaces: (link type, name); frames: (interface, bytes, options)."""
    return (cli.section() + b"".join(cli.interface(*one) for one in interfaces) +
            b"".join(cli.packet(iface, START + i * step, data, options)
                     for i, (iface, data, options) in enumerate(frames)))


def direction(bits):
    return cli.option(2, struct.pack("<I", bits)) + cli.option(0, b"")


def numbered(nr, size=60):
    """Frames that no stack answers, each with its number."""
    return [p.eth(0x88B5, struct.pack(">I", i) + bytes(i % 251 for i in range(size - 18)))
            for i in range(nr)]


def records(path):
    """Frames of a little-endian pcap; one that is still being written ends before it."""
    with open(path, "rb") as f:
        b = f.read()
    out, off = [], 24
    while off + 16 <= len(b):
        cap = struct.unpack_from("<I", b, off + 8)[0]
        if off + 16 + cap > len(b):
            break
        out.append(b[off + 16:off + 16 + cap])
        off += 16 + cap
    return out


class Peer:
    """tcpdump at the other end."""

    def __init__(self, lab, interface="v1"):
        if not shutil.which("tcpdump"):
            raise Skip("the program 'tcpdump' is not installed")
        self.path = lab.path(f"peer-{lab.unique()}.pcap")
        errors = lab.path(f"tcpdump-{lab.unique()}")
        with open(errors, "wb") as stderr:
            self.process = lab.process(
                [*lab.inside(lab.peer_ns), "tcpdump", "-i", interface, "-n", "-p", "-U",
                 "--immediate-mode", "-s", str(2 * (lab.mtu or 1024)), "-B", "65536", "-Z", "root", "-w", self.path],
                stderr=stderr, stdout=subprocess.DEVNULL)

        def listening():
            with open(errors, "rb") as text:
                return b"listening on" in text.read()

        wait_for("tcpdump listens", listening)

    def frames(self, nr):
        """Once there are as many: all of them."""
        wait_for(f"{nr} frames at the other end", lambda: len(records(self.path)) >= nr)
        self.process.terminate()
        self.process.wait()
        return records(self.path)


class Replay:
    """A running `ringtap replay`."""

    def __init__(self, lab, *args, wrap=(), stdin=None):
        self.lab = lab
        self.errors = lab.path(f"replay-stderr-{lab.unique()}")
        self.out = lab.path(f"replay-stdout-{lab.unique()}")
        with open(self.errors, "wb") as stderr, open(self.out, "wb") as stdout:
            self.process = lab.process([*lab.inside(), *wrap, lab.ringtap, "replay", *args,
                                        "--json"], stderr=stderr, stdout=stdout,
                                       stdin=stdin or subprocess.DEVNULL)

    def text(self):
        with open(self.errors, encoding="utf-8") as f:
            return f.read()

    def reports(self):
        with open(self.out, encoding="utf-8") as f:
            return [json.loads(line) for line in f.read().splitlines(keepends=True)
                    if line.endswith("}\n")]

    def ask(self):
        """A report while it runs: every frame that left was offered."""
        before = len(self.reports())
        self.process.send_signal(signal.SIGUSR1)

        def answered():
            true(self.process.poll() is None, f"replay ended: {self.text()}")
            return len(self.reports()) > before

        wait_for("a report after SIGUSR1", answered)
        report = self.reports()[-1]
        for part in [report, *report["interfaces"]]:
            true(part["sent"] + part["failed"] + part["skipped"] <= part["offered"], part)
        return report

    def wait_sent(self, nr):
        """Until so many have been sent: signals are looked after by then."""
        def sent():
            true(self.process.poll() is None, f"replay ended: {self.text()}")
            caught = int(harness.status_of(self.process.pid)["SigBlk"], 16)
            return caught & (1 << (signal.SIGUSR1 - 1)) and self.ask()["sent"] >= nr

        wait_for(f"{nr} frames are sent", sent)

    def end(self, status=0):
        equal(self.process.wait(harness.WAIT_S), status, f"exit status ({self.text().strip()})")
        reports = self.reports()
        if not reports:
            return None
        check_sums(reports[-1])
        return reports[-1]


def check_sums(report):
    """Every frame that was offered has one fate."""
    for part in [report, *report["interfaces"]]:
        equal(part["sent"] + part["failed"] + part["skipped"], part["offered"], "the sum")
        equal(sum(part["failed_by"].values()), part["failed"], "causes of failures")
        if "skipped_by" in part:
            equal(sum(part["skipped_by"].values()), part["skipped"], "reasons to skip")
    for name in ("offered", "sent", "sent_bytes", "failed", "skipped"):
        equal(sum(i[name] for i in report["interfaces"]), report[name], f"{name} of interfaces")


def replay(lab, *args, status=0, **keywords):
    """To its end; the report."""
    return Replay(lab, *args, **keywords).end(status)


def put(lab, name, data):
    with open(lab.path(name), "wb") as f:
        f.write(data)
    return lab.path(name)


def arrives(lab, args, want, status=0, **keywords):
    """The frames that arrive, in their order; the report."""
    peer = Peer(lab)
    report = replay(lab, *args, "-i", "v0", status=status, **keywords)
    got = peer.frames(len(want))
    equal(len(got), len(want), "frames at the other end")
    true(got == want, "the frames at the other end are those of the file, in their order")
    equal(report["sent"], len(want), "sent")
    equal(report["sent_bytes"], sum(map(len, want)), "bytes sent")
    return report


# ---- tests ----

def same_bytes(programs):
    """Sizes, tags, formats, byte orders, compression, a pipe."""
    frames = [p.eth(0x88B5, bytes(size - 14)) for size in (14, 15, 60, 64, 65, 512, 1513, 1514)]
    tagged = p.eth(0x8100, p.vlan(0x2064, 0x0800, p.ip4_packet(17, p.udp(1, 2, b"x" * 30))))
    full = p.eth(0x8100, p.vlan(7, 0x88B5, bytes(1500)))
    double = p.eth(0x88A8, p.vlan(5, 0x8100, p.vlan(6, 0x88B5, bytes(50))))
    frames += [tagged, full, double, p.tcp4(1, 2, b"y" * 100), p.udp6(3, 4, b"z" * 99)]
    with Lab(programs) as lab:
        equal(len(full), 1518, "a tag allows four bytes more")
        files = {
            "a.pcap": pcap(frames),
            "be.pcap": pcap(frames, order=">", nano=False),
            "a.pcapng": pcapng([(ETHERNET, "eth0")], [(0, f, b"") for f in frames]),
        }
        for name, data in files.items():
            report = arrives(lab, [put(lab, name, data)], frames)
            equal(report["offered"], len(frames), "offered")
            equal(report["interfaces"][0]["timing"]["gaps"], len(frames) - 1, "gaps")
        if shutil.which("zstd"):
            subprocess.run(["zstd", "-q", lab.path("a.pcapng")], check=True)
            arrives(lab, [lab.path("a.pcapng.zst")], frames)
        with open(lab.path("a.pcap"), "rb") as pipe:
            with subprocess.Popen(["cat"], stdin=pipe, stdout=subprocess.PIPE) as cat:
                arrives(lab, ["-"], frames, stdin=cat.stdout)


def large_frames(programs):
    """Jumbo frames, and those of 64 KiB."""
    with Lab(programs, mtu=9000) as lab:
        frames = [p.eth(0x88B5, bytes([i]) * n) for i, n in enumerate((9000, 46, 8999, 4096))]
        arrives(lab, [put(lab, "jumbo.pcap", pcap(frames))], frames)
    with Lab(programs, mtu=65535) as lab:
        frames = [p.eth(0x88B5, bytes([i]) * n) for i, n in enumerate((65500, 46, 65521, 65535))]
        arrives(lab, [put(lab, "big.pcap", pcap(frames))], frames)
        # What a capture of more than an interface can be has.
        report = replay(lab, put(lab, "huge.pcap", pcap([bytes(262144), *frames])), "-i", "v0")
        equal((report["sent"], report["packets_too_long"]), (4, 1), "sent and too long")


def rounds(programs):
    """--loop, --preload, -c and rates."""
    frames = numbered(7)
    with Lab(programs) as lab:
        path = put(lab, "a.pcap", pcap(frames))
        for preload in ([], ["--preload"]):
            for rate in (["--topspeed"], ["--pps", "20k"], ["--bitrate", "20M"], ["--speed", "5x"]):
                report = arrives(lab, [path, *preload, "--loop", "3", *rate], frames * 3)
                equal(report["rounds"], 3, "rounds")
            many = (frames * 20)[:100]
            arrives(lab, [path, *preload, "--loop", "0", "-t", "-c", "100"], many)
            arrives(lab, [path, *preload, "-t", "-c", "3"], frames[:3])
            arrives(lab, [path, *preload, "--loop", "2", "-t", "-c", "14"], frames * 2)
            arrives(lab, [path, *preload, "--loop", "2", "-t", "-c", "99"], frames * 2)
        with open(path, "rb") as f, subprocess.Popen(["cat"], stdin=f,
                                                     stdout=subprocess.PIPE) as cat:
            arrives(lab, ["-", "--preload", "--loop", "4", "-t"], frames * 4, stdin=cat.stdout)
        many = numbered(5000)
        path = put(lab, "many.pcap", pcap(many, step=1000))
        for preload in ([], ["--preload"]):
            arrives(lab, [path, "-t", *preload, "--loop", "2"], many * 2)
            peer = Peer(lab)
            report = replay(lab, path, "-t", "--threads", "3", *preload, "-i", "v0")
            equal(sorted(peer.frames(5000)), sorted(many), "frames of three threads")
            equal(report["interfaces"][0]["threads"], 3, "threads")


def filters(programs):
    frames = [p.udp4(1000, 53 if i % 3 else 80, b"q" * 20) for i in range(30)]
    want = [f for i, f in enumerate(frames) if i % 3]
    with Lab(programs) as lab:
        path = put(lab, "a.pcap", pcap(frames))
        for words in (["-r", path, "udp", "port", "53"], ["-f", "udp port 53", path]):
            peer = Peer(lab)
            report = replay(lab, "-i", "v0", "-t", *words)
            equal(peer.frames(len(want)), want, "frames that match")
            equal((report["packets_read"], report["packets_filtered"], report["offered"]),
                  (30, 10, 20), "read, filtered and offered")


def merged(programs):
    """Several files by time; one alone in its own order."""
    frames = numbered(40)
    with Lab(programs) as lab:
        even = put(lab, "even.pcap", pcap(frames[0::2], step=2 * MS))
        odd = put(lab, "odd.pcap", pcap(frames[1::2], step=2 * MS, start=START + MS))
        arrives(lab, [odd, even], frames)
        arrives(lab, [odd, even, "--preload", "-t", "--loop", "2"], frames * 2)
        arrives(lab, [odd, even, "-t", "--loop", "2"], frames * 2)
        backwards = put(lab, "b.pcap", pcap(frames, step=-MS))
        arrives(lab, [backwards], frames)


def splits(programs):
    """Each interface its share."""
    frames = numbered(12)
    with Lab(programs) as lab:
        lab.add_pair("w0", "w1")
        one = put(lab, "1.pcap", pcap(frames[0::2], step=2 * MS))
        two = put(lab, "2.pcap", pcap(frames[1::2], step=2 * MS, start=START + MS))
        both = put(lab, "both.pcapng", pcapng(
            [(ETHERNET, "eth0"), (ETHERNET, "eth1"), (ETHERNET, "eth2")],
            [(i % 3, f, direction(1 + i % 3)) for i, f in enumerate(frames)]))

        def check(args, v, w, rest=0):
            peers = Peer(lab, "v1"), Peer(lab, "w1")
            report = replay(lab, *args)
            equal(peers[0].frames(len(v)), v, f"{args}: on v0")
            equal(peers[1].frames(len(w)), w, f"{args}: on w0")
            equal([i["sent"] for i in report["interfaces"]], [len(v), len(w)], "sent")
            equal(report["packets_unassigned"], rest, "of no interface")

        ifs = ["-i", "v0", "-i", "w0"]
        check([one, two, *ifs, "--split", "file"], frames[0::2], frames[1::2])
        check([one, two, *ifs, "--split", "file", "--preload"], frames[0::2], frames[1::2])
        check([both, *ifs, "--split", "interface"], frames[0::3], frames[1::3], 4)
        check([both, "-i", "eth2=v0", "-i", "0=w0"], frames[2::3], frames[0::3], 4)
        check([both, *ifs, "--split", "direction"], frames[0::3], frames[1::3], 4)
        check([one, *ifs, "--split", "all", "-t", "--loop", "2"], frames[0::2] * 2,
              frames[0::2] * 2)


def too_long(programs):
    """Frames that do not fit the MTU: named, counted, and what was asked for."""
    small = p.udp4(1, 2, b"s" * 50)
    large = p.udp4(1, 2, bytes(i % 251 for i in range(4000)))
    plain = p.eth(0x88B5, bytes(3000))
    with Lab(programs) as lab:
        path = put(lab, "a.pcap", pcap([small, large, plain, small]))
        report = arrives(lab, [path], [small, small])
        equal(report["interfaces"][0]["skipped_by"]["too_long"], 2, "skipped as too long")
        peer = Peer(lab)
        report = replay(lab, path, "-i", "v0", "--mtu-policy", "fragment")
        got = peer.frames(5)
        equal(len(got), 5, "three fragments and two whole ones")
        true(all(len(f) <= 1514 for f in got), "all fit")
        equal(b"".join(f[34:] for f in got[1:4]), large[34:], "the fragments' bytes")
        equal(report["interfaces"][0]["skipped_by"]["rewrite_not_ip"], 1, "what is no IP")
        equal((report["offered"], report["packets_fragmented"]), (6, 1), "offered, fragmented")
        arrives(lab, [path, "--mtu-policy", "truncate"],
                [small, large[:1514], plain[:1514], small])
        report = arrives(lab, [path, "--mtu-policy", "stop"], [small], status=3)
        true("packet 2" in report["failure"], "the failure names the packet")
        done = subprocess.run([*lab.inside(), lab.ringtap, "replay", path, "-i", "v0"],
                              capture_output=True, text=True, check=True)
        true("packet 2 has 4042 bytes, v0 takes 1514" in done.stderr, done.stderr)


def said(lab, *args):
    """What people get to read."""
    done = subprocess.run([*lab.inside(), lab.ringtap, "replay", *args, "-i", "v0"],
                          capture_output=True, text=True, check=True)
    return done.stderr


def fates(programs):
    """A frame that is too long is named with what has become of it."""
    long = p.udp4(1, 2, bytes(4000))
    kept = bytearray(long)
    kept[20] |= 0x40
    trailer = p.udp4(1, 2, b"t" * 50) + bytes(2000)
    with Lab(programs) as lab:
        path = put(lab, "a.pcap", pcap([long, bytes(kept), (long[:2000], len(long)), trailer]))
        args = [path, "-t", "--mtu-policy", "fragment"]
        text = said(lab, *args)
        for nr, fate in enumerate((
                "fragmented", "left out, the Don't Fragment bit is set (--ignore-df)",
                "left out, cut by", "sent without what follows"), 1):
            line = [one for one in text.splitlines() if f"packet {nr} has" in one]
            true(len(line) == 1 and f": {fate}" in line[0], f"packet {nr}: {text}")
        report = replay(lab, *args, "-i", "v0")
        equal((report["packets_fragmented"], report["packets_too_long"]), (1, 4), "counted")


def notes(programs):
    """What an operator would wonder about is said before it happens."""
    good = p.udp4(1, 2, b"g" * 50)
    with Lab(programs) as lab:
        path = put(lab, "slow.pcap", pcap([good] * 2, step=3600 * 10**9))
        text = said(lab, path, "--duration", "10ms")
        true("packet 2 comes 1 h" in text and "--max-gap" in text, text)
        true("--max-gap" not in said(lab, path, "--max-gap", "1ms"), "no gap is left")
        true("checksum" not in text, f"checksums that are right: {text}")
        pseudo = sum(struct.unpack(">4H", good[26:34])) + 17 + len(good) - 34
        pseudo = (pseudo & 0xffff) + (pseudo >> 16)
        left = good[:40] + struct.pack(">H", pseudo) + good[42:]
        path = put(lab, "left.pcap", pcap([good, left, left]))
        for args in ([], ["--map", "192.0.2.0/24=10.0.0.0/24"]):
            text = said(lab, path, "-t", *args)
            equal(text.count("--fix-checksums"), 1, text)
            true("packet 2 was captured before its checksum" in text, text)
        true("captured before" not in said(lab, path, "-t", "--fix-checksums"), "they are computed")
        one = put(lab, "one.pcapng", pcapng([(ETHERNET, "eth0")], [(0, good, b"")]))
        both = subprocess.run([*lab.inside(), lab.ringtap, "replay", one, "-i", "v0", "-i", "v0",
                               "--split", "direction"], capture_output=True, text=True, check=True)
        true("no packet says its direction" in both.stderr, both.stderr)
        done = subprocess.run([*lab.inside(), lab.ringtap, "replay", one, "-i", "eht0=v0"],
                              capture_output=True, text=True, check=True)
        true("-i eht0=v0: no packet was of an interface 'eht0'" in done.stderr, done.stderr)


def odd_frames(programs):
    """Too short ones, cut ones, frame check sequences."""
    whole = p.udp4(1, 2, b"w" * 100)
    with Lab(programs) as lab:
        path = put(lab, "short.pcap", pcap([b"", whole[:13], whole, (whole[:60], len(whole))]))
        report = arrives(lab, [path], [whole, whole[:60]])
        equal(report["interfaces"][0]["skipped_by"]["short"], 2, "too short")
        equal(report["packets_cut"], 1, "cut")
        arrives(lab, [path, "--cut", "pad"], [whole, whole[:60] + bytes(len(whole) - 60)])
        report = arrives(lab, [path, "--cut", "skip"], [whole])
        equal(report["interfaces"][0]["skipped_by"]["cut"], 1, "left out as cut")
        fcs = cli.section() + cli.block(1, struct.pack("<HHI", ETHERNET, 0, 0) +
                                        cli.option(13, b"\x04") + cli.option(9, b"\x09") +
                                        cli.option(0, b""))
        fcs += cli.packet(0, START, whole + b"FCS!")
        arrives(lab, [put(lab, "fcs.pcapng", fcs)], [whole])


def link_types(programs):
    """What the interface does not take is refused before anything is sent, or converted."""
    ip = p.ip4_packet(17, p.udp(1, 2, b"r" * 60))
    with Lab(programs) as lab:
        raw = put(lab, "raw.pcap", pcap([ip, ip], RAW))
        r = Replay(lab, raw, "-i", "v0")
        equal(r.end(2), None, "no report")
        true("--rewrite" in r.text() and "--dst-mac" in r.text() and "RAW" in r.text(), r.text())
        Replay(lab, raw, "-i", "v0", "--rewrite").end(2)
        mac = lab.run("cat", "/sys/class/net/v0/address").strip()
        header = bytes.fromhex("020000000009") + bytes.fromhex(mac.replace(":", "")) + b"\x08\0"
        arrives(lab, [raw, "--rewrite", "--dst-mac", "02:00:00:00:00:09"], [header + ip] * 2)
        mixed = put(lab, "mixed.pcapng", pcapng(
            [(ETHERNET, "eth0"), (RAW, "tun0")],
            [(0, p.eth(0x0800, ip), b""), (1, ip, b""), (0, p.eth(0x0800, ip), b"")]))
        report = arrives(lab, [mixed], [p.eth(0x0800, ip)] * 2)
        equal(report["interfaces"][0]["skipped_by"]["linktype"], 1, "of another link type")


def rewritten(programs):
    """Other addresses and ports, with checksums that tshark finds right."""
    if not shutil.which("tshark"):
        raise Skip("the program 'tshark' is not installed")
    frames = [p.udp4(1000, 53, b"a" * 21), p.tcp4(1000, 80, b"b" * 50), p.udp6(1, 53, b"c" * 9),
              p.eth(0x8100, p.vlan(9, 0x0800, p.ip4_packet(17, p.udp(5, 53, b"d"))))]
    with Lab(programs) as lab:
        path = put(lab, "a.pcap", pcap(frames))
        peer = Peer(lab)
        report = replay(lab, path, "-i", "v0", "--map", "192.0.2.0/24=10.7.0.0/24", "--map",
                        "2001:db8::/32=2001:db9::/32", "--map-port", "udp:53=5353", "--src-mac",
                        "02:00:00:00:00:77", "--dst-mac", "02-00-00-00-00-78")
        equal(report["packets_rewritten"], 4, "rewritten")
        peer.frames(4)
        out = subprocess.run(
            ["tshark", "-n", "-r", peer.path, "-o", "ip.check_checksum:TRUE", "-o",
             "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-T", "fields", "-e",
             "eth.src", "-e", "eth.dst", "-e", "ip.dst", "-e", "ipv6.dst", "-e", "udp.dstport",
             "-e", "ip.checksum.status", "-e", "udp.checksum.status", "-e", "tcp.checksum.status"],
            capture_output=True, text=True, check=True).stdout
        macs = "02:00:00:00:00:77\t02:00:00:00:00:78\t"
        equal(out.splitlines(), [macs + "10.7.0.2\t\t5353\t1\t1\t", macs + "10.7.0.2\t\t\t1\t\t1",
                                 macs + "\t2001:db9::2\t5353\t\t1\t",
                                 macs + "10.7.0.2\t\t5353\t1\t1\t"], "as tshark reads them")


def interrupted(programs):
    """SIGINT ends it at once, whatever it does; the report says where it was."""
    frames = numbered(100)
    with Lab(programs) as lab:
        path = put(lab, "a.pcap", pcap(frames))
        slow = put(lab, "slow.pcap", pcap(frames[:10], step=3600 * 10**9))
        for args in ([path, "--loop", "0"], [path, "--loop", "inf", "--preload", "--topspeed"],
                     [path, "--loop", "0", "-t"], [slow], [slow, "--preload"]):
            r = Replay(lab, *args, "-i", "v0")
            r.wait_sent(1)
            r.process.send_signal(signal.SIGINT)
            report = r.end(3)
            true(report["interrupted"], "the report says so")
        equal((report["offered"], report["sent"], report["failed_by"]["unsent"]), (10, 1, 9),
              "what was kept and not sent")
        # A pipe that never ends, and never says anything.
        read, write = os.pipe()
        with contextlib.ExitStack() as stack:
            stack.callback(os.close, write)
            with os.fdopen(read, "rb") as pipe:
                os.write(write, pcap(frames[:3]))
                r = Replay(lab, "-", "-i", "v0", stdin=pipe)
            r.wait_sent(3)
            r.process.send_signal(signal.SIGTERM)
            equal(r.end(3)["sent"], 3, "what came through the pipe")
        # The end of the time is none.
        report = replay(lab, path, "--loop", "0", "--duration", "50ms", "-i", "v0")
        true(not report["interrupted"], "the duration is no interrupt")
        for preload in ([], ["--preload"]):
            report = replay(lab, slow, "--duration", "50ms", "-i", "v0", *preload)
            equal(report["sent"], 1, "sent before the time was over")


def link_down(programs):
    """It goes on where it was when the link comes back, and gives up after its patience."""
    frames = numbered(1000)
    with Lab(programs) as lab:
        path = put(lab, "a.pcap", pcap(frames))
        peer = Peer(lab)
        r = Replay(lab, path, "-i", "v0", "--patience", "1h")
        r.wait_sent(50)
        lab.ip("link", "set", "v0", "down")
        at = r.ask()["sent"]
        wait_for("it stands still", lambda: r.ask()["sent"] == r.ask()["sent"] < 1000)
        true(at < 1000, "it was not over")
        lab.ip("link", "set", "v0", "up")
        report = r.end()
        got = peer.frames(report["sent"])
        equal(report["sent"], 1000, "sent")
        # What the driver had taken when the link went may be lost, and nothing else.
        true([f for f in frames if f in set(got)] == got, "in their order")
        true(report["link_waits"] >= 1, "it waited for the link")
        r = Replay(lab, path, "-i", "v0", "--patience", "100ms", "--loop", "0")
        r.wait_sent(50)
        lab.ip("link", "set", "v0", "down")
        report = r.end(3)
        true("v0" in report["failure"] and "down" in report["failure"], report["failure"])
        lab.ip("link", "set", "v0", "up")
        for preload in ([], ["--preload"]):
            r = Replay(lab, path, "-i", "v0", "--patience", "1h", "--loop", "0", *preload)
            r.wait_sent(50)
            lab.ip("link", "del", "v0")
            report = r.end(3)
            true("gone" in report["failure"], report["failure"])
            lab.add_pair("v0", "v1")


def on_a_terminal(programs):
    """A line of progress each second, in whose place what happens meanwhile is said."""
    with Lab(programs) as lab:
        path = put(lab, "a.pcap", pcap(numbered(3), step=3600 * 10**9))
        terminal, errors = os.openpty()
        with os.fdopen(terminal, "rb", buffering=0) as seen:
            with os.fdopen(errors, "wb") as stderr:
                process = lab.process([*lab.inside(), lab.ringtap, "replay", path, "-i", "v0",
                                       "--pps", "10k", "--loop", "0"],
                                      stderr=stderr, stdout=subprocess.DEVNULL)
            text = bytearray()

            def appears(words):
                while words not in text:
                    true(select.select([seen], [], [], harness.WAIT_S)[0], f"{words} in {text}")
                    text.extend(os.read(seen.fileno(), 65536))

            appears(b"packets/s")
            lab.ip("link", "set", "v0", "down")
            appears(b"is down; it is waited for")
            process.send_signal(signal.SIGINT)
            equal(process.wait(harness.WAIT_S), 3, "exit status")
        true(b"\r\033[Kringtap: v0: the interface is down" in text, text)


def gone_in_a_gap(programs):
    """While nothing is due, or nothing comes, the interface vanishes."""
    frames = numbered(3)
    with Lab(programs) as lab:
        slow = put(lab, "slow.pcap", pcap(frames, step=3600 * 10**9))
        read, write = os.pipe()
        with contextlib.ExitStack() as stack:
            stack.callback(os.close, write)
            pipe = stack.enter_context(os.fdopen(read, "rb"))
            os.write(write, pcap(frames[:1]))
            for args, stdin in ([slow], None), (["-"], pipe):
                r = Replay(lab, *args, "-i", "v0", stdin=stdin)
                r.wait_sent(1)
                lab.ip("link", "del", "v0")
                true("gone" in r.end(3)["failure"], "the failure names it")
                lab.add_pair("v0", "v1")


def no_carrier(programs):
    """The other end is down: nothing goes, and that has an end."""
    with Lab(programs) as lab:
        path = put(lab, "a.pcap", pcap(numbered(100)))
        lab.ip("link", "set", "v1", "down", ns=lab.peer_ns)
        report = replay(lab, path, "-i", "v0", "-t", "--patience", "100ms", status=3)
        equal((report["sent"], report["offered"]), (0, 100), "sent and offered")
        true("carrier" in report["failure"], report["failure"])


def broken_files(programs):
    """What can be read of a file is sent; the rest is said."""
    frames = numbered(20)
    with Lab(programs) as lab:
        data = pcap(frames)
        path = put(lab, "cut.pcap", data[:-30])
        for args in ([path], [path, "--preload", "--loop", "2"], [path, "--loop", "2"]):
            report = arrives(lab, args, frames[:-1] * (2 if "--loop" in args else 1), status=3)
        r = Replay(lab, path, "-i", "v0", "-t")
        r.end(3)
        true("cut.pcap" in r.text() and str(24 + 19 * 76) in r.text(), r.text())
        report = replay(lab, put(lab, "none.pcap", data[:24]), "-i", "v0", "--loop", "0")
        equal(report["offered"], 0, "no packet")
        r = Replay(lab, put(lab, "empty.pcap", b""), "-i", "v0")
        equal(r.end(2), None, "no report")
        equal(Replay(lab, lab.path("nothing.pcap"), "-i", "v0").end(2), None, "no report")
        other = put(lab, "b.pcap", pcap(frames, start=START + 3600 * 10**9))
        arrives(lab, [path, other, "--max-gap", "1ms"], frames[:-1] + frames, status=3)


def nothing_to_send(programs):
    """Rounds in which nothing goes have an end, however many were asked for; frames that all
    stay behind are no success."""
    with Lab(programs) as lab:
        long = put(lab, "long.pcap", pcap([bytes(3000)] * 3))
        for preload in ([], ["--preload"]):
            report = replay(lab, long, "-i", "v0", "--loop", "0", *preload, status=3)
            equal((report["offered"], report["skipped"]), (3, 3), "offered and skipped")
        path = put(lab, "a.pcap", pcap(numbered(3)))
        report = replay(lab, "-r", path, "-i", "v0", "--loop", "0", "udp")
        equal((report["packets_filtered"], report["offered"]), (3, 0), "filtered and offered")
        report = replay(lab, path, "-i", "v0", "--split", "interface", "-i", "v1", "-i", "v0",
                        "--loop", "0", "-c", "5", "-t")
        equal([i["sent"] for i in report["interfaces"]], [5, 0, 0], "sent")


def a_huge_mtu(programs):
    """What a slot of the interface has room for, a packet of a file may exceed by far."""
    with Lab(programs) as lab:
        try:
            lab.ip("link", "set", "lo", "mtu", "1000000", "up")
        except AssertionError as why:
            raise Skip(f"lo takes no such MTU: {why}") from why
        longest = 262144
        path = put(lab, "huge.pcap", pcap([bytes(longest)] * 3 + numbered(1)))
        for more in ([], ["--preload"], ["--dst-mac", "02:00:00:00:00:01"], ["--vlan", "5"]):
            r = Replay(lab, path, "-i", "lo", "--patience", "50ms", *more)
            # The kernel may find no memory in one piece for such a frame, for ever.
            report = r.end(r.process.wait(harness.WAIT_S) and 3)
            equal(report["offered"], 4, "offered")


def refused(programs):
    """What cannot start says why."""
    with Lab(programs) as lab:
        path = put(lab, "a.pcap", pcap(numbered(3)))
        r = Replay(lab, path, "-i", "v7")
        equal(r.end(2), None, "no report")
        true("v7" in r.text() and "ringtap interfaces" in r.text(), r.text())
        with open(lab.ringtap, "rb") as program:
            sanitized = b"__asan_init" in program.read() # which takes terabytes of addresses
        if shutil.which("prlimit") and not sanitized:
            large = put(lab, "large.pcap", pcap([bytes(1000)] * 50000))
            r = Replay(lab, large, "-i", "v0", "--preload", wrap=["prlimit", "--as=30000000"])
            equal(r.end(2), None, "no report")
            true("memory" in r.text(), r.text())
        if not shutil.which("setpriv"):
            raise Skip("the program 'setpriv' is not installed")
        r = Replay(lab, path, "-i", "v0", wrap=["setpriv", "--bounding-set", "-net_raw"])
        equal(r.end(2), None, "no report")
        true("CAP_NET_RAW" in r.text() and "setcap" in r.text(), r.text())


def live_frames(programs):
    """--xdp: the same frames by another way."""
    frames = numbered(300)
    with Lab(programs) as lab:
        path = put(lab, "a.pcap", pcap(frames, step=MS // 10))
        for name in ("v0", "v1"):
            lab.run("ethtool", "-K", name, "gro", "on")
        r = Replay(lab, path, "-i", "v0", "--xdp", "-c", "1")
        r.process.wait(harness.WAIT_S)
        if r.process.returncode:
            raise Skip(f"no XDP live frames here: {r.text().strip()}")
        arrives(lab, [path, "--xdp"], frames)
        arrives(lab, [path, "--xdp", "-t", "--loop", "3"], frames * 3)
        arrives(lab, [path, "--xdp", "-t", "--loop", "3", "--preload"], frames * 3)
        arrives(lab, [path, "--xdp", "-t", "--loop", "0", "-c", "1000", "--preload"],
                (frames * 4)[:1000])
        arrives(lab, [path, "--xdp", "--pps", "50k", "--loop", "2", "--preload"], frames * 2)


TESTS = [same_bytes, large_frames, rounds, filters, merged, splits, too_long, odd_frames,
         fates, notes, link_types, rewritten, interrupted, link_down, on_a_terminal,
         gone_in_a_gap, no_carrier, broken_files,
         nothing_to_send, a_huge_mtu, refused, live_frames]

if __name__ == "__main__":
    harness.main(TESTS)
