#!/usr/bin/env python3
"""Packets through a bridge: the same bytes, count and order, whatever they are; every loss counted."""
import contextlib
import fcntl
import hashlib
import os
import random
import select
import shutil
import signal
import socket
import struct

import capfile
import harness
import line
from harness import equal, status_of, true, wait_for
from line import Line, check, check_sum, frame

TCP_BYTES = 100 << 20


def sizes_both_ways(programs):
    """Every size from 60 to 1514, in both directions at the same time, and none comes back."""
    with Line(programs) as lab:
        b = lab.bridge("v0", "w0")
        left, right = lab.ends()
        there = [frame(i, size) for i, size in enumerate(range(60, 1515))]
        back = [frame(10000 + i, size, line.MAC_R, line.MAC_L)
                for i, size in enumerate(range(1514, 59, -1))]
        for one, other in zip(there, back):
            left.send(one)
            right.send(other)
        equal(right.receive(len(there)), there, "frames from the left")
        equal(left.receive(len(back)), back, "frames from the right")
        report = b.stop()
        check(report, 0, len(there))
        check(report, 1, len(back))
        equal(report["directions"][0]["bytes_forwarded"], sum(map(len, there)), "bytes")
        left.nothing()
        right.nothing()


def tags(programs):
    """A tag that the kernel takes out of the bytes is there again: 802.1Q, 802.1ad, both."""
    with Line(programs) as lab:
        b = lab.bridge("v0", "w0")
        left, right = lab.ends()
        sent = []
        for size in (60, 64, 777, 1500, 1514):
            for tag in ([(0x8100, 5)], [(0x8100, 0xefff)], [(0x88a8, 0x7123)], [(0x8100, 0)],
                        [(0x88a8, 0x2064), (0x8100, 0x3065)], [(0x8100, 1), (0x8100, 2)]):
                if len(tag) == 2 and size > 1500:
                    continue # more than veth takes
                with contextlib.suppress(OSError):
                    one = frame(len(sent), size, tags=tag)
                    left.send(one)
                    sent.append(one)
        true(len(sent) >= 24, f"frames that could be sent: {len(sent)}")
        equal(right.receive(len(sent)), sent, "tagged frames")
        check(b.stop(), 0, len(sent))


def one_way(programs):
    with Line(programs) as lab:
        b = lab.bridge("--one-way", "v0", "w0")
        left, right = lab.ends()
        right.send(frame(1, 100))
        left.send(frame(2, 100))
        equal(right.receive(1), [frame(2, 100)], "the other direction")
        report = b.stop()
        equal(len(report["directions"]), 1, "directions")
        check(report, 0, 1)
        left.nothing()


def filtered(programs):
    """A tag is part of what the filter sees, and what it does not accept is not received."""
    with Line(programs) as lab:
        b = lab.bridge("v0", "w0", "ether", "proto", "0x88b5", "or", "vlan", "7")
        left, right = lab.ends()
        good = []
        for i in range(300):
            kind = i % 3
            one = frame(i, 200, ethertype=0x88b6 if kind == 0 else 0x88b5,
                        tags=[(0x8100, 7)] if kind == 2 else ())
            left.send(one)
            if kind:
                good.append(one)
        equal(right.receive(len(good)), good, "accepted frames")
        check(b.stop(), 0, len(good))
        right.nothing()
        with open(lab.path("expr"), "w", encoding="ascii") as f:
            f.write("ether proto 0x88b6\n")
        b = lab.bridge("-F", "expr", "v0", "w0")
        left.send(frame(1, 100))
        left.send(frame(2, 100, ethertype=0x88b6))
        equal(right.receive(1), [frame(2, 100, ethertype=0x88b6)], "by the file")
        check(b.stop(), 0, 1)


def tap(programs):
    """The file has what came in, once, from both sides; and other options of files are taken."""
    with Line(programs) as lab:
        b = lab.bridge("-w", "t.pcapng", "v0", "w0")
        left, right = lab.ends()
        for i in range(500):
            left.send(frame(i, 60 + i, tags=[(0x8100, 9)] if i % 2 else ()))
            right.send(frame(1000 + i, 1000, line.MAC_R, line.MAC_L))
        out, back = right.receive(500), left.receive(500)
        report = b.stop()
        check(report, 0, 500)
        check(report, 1, 500)
        equal(report["tap"]["packets_stored"], 1000, "stored")
        equal(report["tap"]["packets_dropped"], 0, "lost in the copy")
        f = capfile.File(lab.path("t.pcapng"))
        for name, want in (("v0", out), ("w0", back)):
            got = [p.data for p in f.packets if f.interfaces[p.interface][2] == name]
            equal(got, want, f"packets of {name} in the file")
        b = lab.bridge("-w", "r.pcap", "--rotate-packets", "10", "-W", "3", "-s", "64", "v0", "w0")
        for i in range(95):
            left.send(frame(i, 200))
        right.receive(95)
        check(b.stop(), 0, 95)
        files = sorted(n for n in os.listdir(lab.dir) if n.startswith("r") and n.endswith(".pcap"))
        equal(len(files), 3, f"files that are kept: {files}")
        last = capfile.File(lab.path(files[-1])).packets[-1]
        equal((last.data, last.wire_len), (frame(94, 200)[:64], 200), "the last packet")


def tap_fails(programs):
    """A disk that is full ends the copy and not the line."""
    with Line(programs) as lab:
        where = lab.mount("small", "-t", "tmpfs", "-o", "size=9m", "none")
        b = lab.bridge("-w", os.path.join(where, "t.pcapng"), "v0", "w0")
        left, right = lab.ends()
        for i in range(12000):
            left.send(frame(i, 1514))
        equal(len(right.receive(12000)), 12000, "frames")
        b.wait_text("packets are still passed on")
        left.send(frame(12001, 100))
        equal(right.receive(1), [frame(12001, 100)], "a frame after the disk was full")
        report = b.stop(expect=3)
        check(report, 0, 12001)
        t = report["tap"]
        true(t["packets_dropped"] > 0 and report["tap_failed"], f"the loss is counted: {t}")


TCP_SERVER = """
import hashlib, socket
s = socket.create_server(("192.0.2.2", 5001))
print("ready", flush=True)
c, _ = s.accept()
h, n = hashlib.sha256(), 0
while True:
    d = c.recv(1 << 20)
    if not d:
        break
    h.update(d)
    n += len(d)
print(n, h.hexdigest(), flush=True)
"""


def tcp(programs):
    """Super-frames and checksums that are left to the NIC: a transfer arrives as it was sent."""
    with Line(programs) as lab:
        lab.addresses()
        b = lab.bridge("v0", "w0")
        server = lab.inside_python(lab.right, TCP_SERVER)
        equal(server.stdout.readline(), "ready\n", "the server")
        digest, chunk = hashlib.sha256(), random.Random(1).randbytes(1 << 20)
        with lab.entered(lab.left):
            s = socket.create_connection(("192.0.2.2", 5001), timeout=harness.WAIT_S)
        for i in range(TCP_BYTES >> 20):
            part = struct.pack(">I", i) + chunk[4:]
            digest.update(part)
            s.sendall(part)
        s.close()
        equal(server.stdout.readline().split(), [str(TCP_BYTES), digest.hexdigest()], "arrived")
        report = b.stop()
        check_sum(report)
        true(report["directions"][0]["super_frames"] > 100, f"super-frames: {report}")
        true(sum(d["checksums_left"] for d in report["directions"]) > 0, "checksums left")
        equal([d["packets_dropped"] for d in report["directions"]], [0, 0], "dropped")


@contextlib.contextmanager
def stopped(b):
    """What is sent meanwhile comes to the bridge all at once."""
    b.signal(signal.SIGSTOP)
    wait_for("it stands still", lambda: status_of(b.pid)["State"][0] == "T")
    yield
    b.signal(signal.SIGCONT)


def sleeping(b):
    """All threads wait: none goes round and round."""
    return all(status_of(b.pid, int(t))["State"][0] == "S"
               for t in os.listdir(f"/proc/{b.pid}/task"))


def ones_sum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data[:len(data) & ~1]))
    total += data[-1] << 8 if len(data) % 2 else 0
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def pseudo_sum(ip, length):
    return ones_sum(ip[12:20] + struct.pack(">HH", 6, length))


def super_frame(payload, mss, tagged):
    """IPv4 and TCP with all of the payload, its checksum begun only, and what to say of it."""
    tcp_head = struct.pack(">HHIIBBHHH", 1000, 2000, 1, 1, 0x50, 0x10, 1000, 0, 0)
    ip = bytearray(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 1, 0x4000, 64, 6, 0,
                               bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2))))
    ip[10:12] = struct.pack(">H", ~ones_sum(ip) & 0xffff)
    begun = struct.pack(">H", pseudo_sum(ip, 20 + len(payload)))
    tag = struct.pack(">HH", 0x8100, 0x6007) if tagged else b""
    bytes_ = (line.MAC_R + line.MAC_L + tag + b"\x08\0" + ip + tcp_head[:16] + begun +
              tcp_head[18:] + payload)
    start = 34 + len(tag)
    return struct.pack("=BBHHHH", 1, 1, start + 20, mss, start, 16) + bytes_


def super_cut(programs):
    """A super-frame, with a VLAN tag and without, to an interface that cannot cut it: the kernel
    does, and every segment is whole; one whose segments are too long is counted."""
    with Line(programs, mtu=9000, right_mtu=1500) as lab:
        if not shutil.which("ethtool"):
            raise harness.Skip("the program 'ethtool' is not installed")
        lab.run("ethtool", "-K", "w0", "tso", "off", "gso", "off", "tx", "off")
        b = lab.bridge("v0", "w0")
        left, right = lab.ends()
        with lab.entered(lab.left):
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            s.setsockopt(line.SOL_PACKET, line.PACKET_VNET_HDR, 1)
            s.bind(("a0", 0))
        payload = random.Random(4).randbytes(40001)
        for tagged in (False, True):
            # In the ring, behind the ring, and between others.
            for size in (3000, 20000, 40001):
                with stopped(b):
                    left.send(frame(1, 100))
                    s.send(super_frame(payload[:size], 1448, tagged))
                    left.send(frame(2, 100))
                n = (size + 1447) // 1448
                got = right.receive(n + 2)
                equal((got[0], got[-1]), (frame(1, 100), frame(2, 100)), "the order")
                check_segments(got[1:-1], payload[:size], tagged)
            s.send(super_frame(payload, 1461, tagged))
        check(b.stop(), 0, 20, too_long=2)
        right.nothing()


def check_segments(got, payload, tagged):
    arrived = b""
    for one in got:
        if tagged:
            equal(one[12:16], b"\x81\0\x60\x07", "the tag")
            one = one[:12] + one[16:]
        total, = struct.unpack_from(">H", one, 16)
        equal(len(one), 14 + total, "length")
        equal(ones_sum(one[14:34]), 0xffff, "IP checksum")
        sum_ = ones_sum(struct.pack(">HH", pseudo_sum(one[14:34], total - 20),
                                    ones_sum(one[34:])))
        equal(sum_, 0xffff, "TCP checksum")
        equal(struct.unpack_from(">I", one, 38)[0], 1 + len(arrived), "sequence number")
        arrived += one[54:]
    equal(arrived, payload, "payload")


def udp(programs):
    with Line(programs) as lab:
        lab.addresses()
        b = lab.bridge("v0", "w0")
        with lab.entered(lab.right):
            there = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            there.setsockopt(socket.SOL_SOCKET, line.SO_RCVBUFFORCE, 16 << 20)
            there.bind(("192.0.2.2", 9000))
            there.settimeout(harness.WAIT_S)
        with lab.entered(lab.left):
            here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        # The first ones wait for ARP, whose queue is short.
        here.sendto(b"hello", ("192.0.2.2", 9000))
        equal(there.recv(100), b"hello", "the first")
        sent = [random.Random(i).randbytes(1 + i * 3 % 4000) for i in range(1000)] # some in fragments
        for i, one in enumerate(sent):
            here.sendto(one, ("192.0.2.2", 9000))
            if i % 50 == 49: # no more than the stack's queue for a CPU takes
                equal([there.recv(9000) for _ in range(50)], sent[i - 49:i + 1], "datagrams")
        check_sum(b.stop())


def too_long(programs):
    """What the other side does not take is dropped and counted, long frames and super-frames."""
    with Line(programs, mtu=9000, right_mtu=1500) as lab:
        b = lab.bridge("-v", "v0", "w0")
        b.wait_text("MTU")
        left, right = lab.ends()
        good = []
        for i in range(200):
            one = frame(i, (1514, 1515, 4000, 9014)[i % 4])
            left.send(one)
            if i % 4 == 0:
                good.append(one)
        equal(right.receive(len(good)), good, "those that fit")
        check(b.stop(), 0, 200, too_long=150)


def mtu_grows(programs):
    """The slots for what is sent stay as they are: what is longer is said and counted."""
    with Line(programs, mtu=9000, right_mtu=1500) as lab:
        b = lab.bridge("-v", "v0", "w0")
        left, right = lab.ends()
        for link, ns in (("w0", lab.ns), ("b0", lab.right)):
            lab.ip("link", "set", link, "mtu", "9000", ns=ns)
        b.wait_text("w0: its MTU is 9000 now")
        sizes = (1514, 9014, 1500, 4000)
        for i, size in enumerate(sizes):
            left.send(frame(i, size))
        equal(right.receive(2), [frame(0, 1514), frame(2, 1500)], "those that fit")
        for link, ns in (("w0", lab.ns), ("b0", lab.right)):
            lab.ip("link", "set", link, "mtu", "1400", ns=ns)

        def refused_now(r):
            left.send(frame(9, 1500))
            return r["directions"][0]["dropped"]["too_long"] > 3

        b.wait_report("drops after it has shrunk", refused_now)
        check_sum(b.stop())


def huge(programs):
    """64 KiB and no word on how to cut it: passed on where it fits, else refused; no overrun."""
    with Line(programs, mtu=65535, right_mtu=65535) as lab:
        b = lab.bridge("v0", "w0")
        left, right = lab.ends()
        sent = [frame(i, size) for i, size in
                enumerate([60, 65549, 60, 16000, 16300, 16400, 16500, 40000, 65549, 61] * 5)]
        for one in sent:
            left.send(one)
        equal(right.receive(len(sent)), sent, "frames")
        report = b.stop()
        check(report, 0, len(sent))
    with Line(programs, mtu=65535, right_mtu=1500) as lab:
        b = lab.bridge("v0", "w0")
        left, right = lab.ends()
        for i in range(100):
            left.send(frame(i, 65549 if i % 2 else 100))
        equal(len(right.receive(50)), 50, "those that fit")
        check(b.stop(), 0, 100, too_long=50)


def huge_dropped(programs):
    """Those that wait beside the ring go as the ring's frames do: no later one takes their bytes."""
    with Line(programs, mtu=65535, right_mtu=65535) as lab:
        b = lab.bridge("-v", "v0", "w0")
        left, right = lab.ends()
        lab.ip("link", "set", "w0", "down")
        b.wait_text("w0: is down")
        for i in range(10):
            left.send(frame(i, 30000 + i))
        b.wait_report("the drops", lambda r: r["directions"][0]["packets_dropped"] == 10)
        lab.ip("link", "set", "w0", "up")
        b.wait_text("w0: is up again")
        lab.wait_up()
        with stopped(b): # more than may wait there, which is 16 MiB and then some
            for i in range(10, 1000):
                left.send(frame(i, 65549))
        b.wait_report("all of them", lambda r: r["directions"][0]["received"] == 1000 and
                      not r["directions"][0]["in_flight"])
        left.send(frame(1000, 20000))
        last = []
        wait_for("the last one", lambda: last.append(right.receive_one()) or
                 last[-1] == frame(1000, 20000))
        d = b.stop()["directions"][0]
        kept = [f for f in last if f is not None]
        equal(len(kept), d["forwarded"], "frames that came")
        equal(kept, [frame(i, len(f)) for f in kept
                     for i in struct.unpack_from(">I", f, 14)], "their bytes")
        equal([d["received"], d["dropped"]["egress_down"], d["in_flight"]], [1001, 10, 0], "counts")
        true(d["dropped"]["queue_full"] > 0, f"some found no memory: {d}")


def long_ones_at(left, right, b):
    """One after the other, of a length and bytes of its own."""
    for i in range(2000, 2005):
        left.send(frame(i, 20000 + i))
        wait_for(f"frame {i}", lambda i=i: right.receive_one() == frame(i, 20000 + i))
    wait_for("the threads to sleep", lambda: sleeping(b))


def ingress_fails(programs):
    """The interface goes down when packets wait beside the ring: its error is none of theirs."""
    with Line(programs, mtu=65535, right_mtu=65535) as lab:
        try:
            lab.run("tc", "qdisc", "replace", "dev", "w0", "root", "tbf", "rate", "8kbit",
                    "burst", "70000", "limit", "70000")
        except AssertionError as err:
            raise harness.Skip(f"no tbf queueing discipline here: {err}") from err
        b = lab.bridge("-v", "--qdisc", "v0", "w0")
        left, right = lab.ends()
        with stopped(b):
            for i in range(3000):
                left.send(frame(i, 1000))
        b.signal(signal.SIGUSR1)
        with stopped(b): # it waits for room, and not for packets
            for i in range(6):
                left.send(frame(5000 + i, 30000 + i))
            lab.ip("link", "set", "v0", "down")
        b.wait_report("the drops", lambda r: r["directions"][0]["received"] == 3006 and
                      r["directions"][0]["packets_dropped"] > 1000)
        lab.run("tc", "qdisc", "del", "dev", "w0", "root")
        lab.ip("link", "set", "v0", "up")
        b.wait_text("v0: is up again")
        lab.wait_up()
        long_ones_at(left, right, b)
        d = b.stop()["directions"][0]
        equal((d["dropped"]["queue_full"], d["in_flight"]), (0, 0), f"counts: {d}")


def tap_device(lab, name):
    """What a virtual machine has: a descriptor whose packets have a virtio_net_hdr in front."""
    if not os.path.exists("/dev/net/tun"):
        raise harness.Skip("no /dev/net/tun here")
    with lab.entered(lab.ns):
        fd = os.open("/dev/net/tun", os.O_RDWR)
        iff_tap_no_pi_vnet_hdr = 0x0002 | 0x1000 | 0x4000
        fcntl.ioctl(fd, 0x400454ca, struct.pack("16sH22x", name.encode(), iff_tap_no_pi_vnet_hdr))
    lab.ip("link", "set", name, "up")
    return fd


def udp_to_cut(size, fragment):
    """To be cut into IP fragments (UFO): no virtio_net_hdr of a packet socket can say so."""
    ip = bytearray(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28 + size, 1, 0, 64, 17, 0,
                               bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2))))
    ip[10:12] = struct.pack(">H", ~ones_sum(ip) & 0xffff)
    return (struct.pack("=BBHHHH", 1, 3, 42, fragment, 34, 6) + line.MAC_R + line.MAC_L + b"\x08\0" +
            ip + struct.pack(">HHHH", 1, 2, 8 + size, 0) + bytes(size))


def undescribed(programs):
    """A packet that the kernel cannot describe blocks its ring for ever: it is replaced."""
    with Line(programs) as lab:
        t0 = tap_device(lab, "t0")
        b = lab.bridge("-v", "t0", "w0")
        right = lab.ends()[1]
        for _ in range(2):
            os.write(t0, udp_to_cut(3000, 1480))
            wait_for("a frame afterwards",
                     lambda: os.write(t0, bytes(10) + frame(7, 100)) and right.receive_one())
        b.wait_text("t0: a packet came that the kernel cannot describe")
        os.close(t0)
        equal(b.wait(), 3, "exit status")
        d = b.totals["directions"][0]
        check_sum(b.totals)
        equal((d["ring_renewed"], d["packets_dropped"]), (2, d["dropped"]["ring_full"]), "counts")


def tunnel_frame(inner, ip_version):
    """IP in IP: what is inside is to be cut, and nothing says so of what is outside."""
    head, bytes_ = inner[:10], inner[10:]
    ip = bytes_[14:]
    if ip_version == 4:
        outer = bytearray(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(ip), 1, 0, 64, 4, 0,
                                      bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2))))
        outer[10:12] = struct.pack(">H", ~ones_sum(outer) & 0xffff)
    else:
        outer = struct.pack(">IHBB32s", 0x60000000, len(ip), 4, 64, bytes(32))
    flags, kind, length, mss, start, offset = struct.unpack("=BBHHHH", head)
    return (struct.pack("=BBHHHH", flags, kind, length + len(outer), mss, start + len(outer), offset) +
            bytes_[:12] + (b"\x08\0" if ip_version == 4 else b"\x86\xdd") + outer + ip)


def tunnels(programs):
    """Merged packets in a tunnel would be cut wrong: they are refused, and those beside it go on."""
    with Line(programs) as lab:
        t0 = tap_device(lab, "t0")
        b = lab.bridge("t0", "w0")
        right = lab.ends()[1]
        flat = super_frame(bytes(5000), 1400, False)
        for one in (tunnel_frame(flat, 4), tunnel_frame(flat, 6), flat, bytes(10) + frame(1, 100)):
            os.write(t0, one)
        equal([len(f) for f in right.receive(2)], [len(flat) - 10, 100], "what was passed on")
        check(b.stop(), 0, 4, tunnelled=2)
        os.close(t0)


def hostile_offloads(programs):
    """Packets that lie about their checksum and segments: each is passed on or counted."""
    with Line(programs) as lab:
        b = lab.bridge("v0", "w0")
        left, right = lab.ends()
        with lab.entered(lab.left):
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            s.setsockopt(line.SOL_PACKET, line.PACKET_VNET_HDR, 1)
            s.bind(("a0", 0))
        r = random.Random(3)
        taken = 0
        for i in range(3000):
            size = r.choice((60, 100, 600, 1514, 3000, 20000, 65000))
            data = bytearray(frame(i, size, ethertype=r.choice((0x0800, 0x86dd, 0x88b5))))
            data[14] = r.choice((0x45, 0x46, 0x60, data[14]))
            data[23] = r.choice((6, 17, data[23]))
            data[46] = r.choice((0x50, 0xf0, data[46]))
            gso = r.choice((0, 1, 3, 4, 5, 0x81))
            head = struct.pack("=BBHHHH", r.choice((0, 1)), gso, r.choice((0, 54, 60, size)),
                               r.choice((0, 1, 500, 1448, 9000, 65535)),
                               r.choice((14, 34, 54, size - 2 & 0xffff)), r.choice((6, 16, 0)))
            with contextlib.suppress(OSError):
                s.send(head + data)
                taken += 1
            while select.select([right.socket], [], [], 0)[0]:
                right.receive_one()
        true(taken > 100, f"packets that the kernel has sent: {taken}")
        left.send(frame(5000, 100))
        wait_for("a sane frame", lambda: right.receive_one() == frame(5000, 100))
        check_sum(b.stop())


def down_and_up(programs):
    with Line(programs) as lab:
        b = lab.bridge("-v", "v0", "w0")
        left, right = lab.ends()
        left.send(frame(0, 100))
        right.receive(1)
        lab.ip("link", "set", "w0", "down")
        b.wait_text("w0: is down")
        for i in range(100):
            left.send(frame(i, 100))
        b.wait_report("the drops", lambda r: r["directions"][0]["dropped"]["egress_down"] == 100)
        lab.ip("link", "set", "w0", "up")
        b.wait_text("w0: is up again")
        lab.wait_up()
        for i in range(100):
            left.send(frame(200 + i, 100))
            right.send(frame(400 + i, 100))
        equal(right.receive(100), [frame(200 + i, 100) for i in range(100)], "frames afterwards")
        equal(left.receive(100), [frame(400 + i, 100) for i in range(100)], "the other way")
        lab.ip("link", "set", "v0", "down")
        b.wait_text("v0: is down")
        wait_for("the threads to sleep", lambda: sleeping(b))
        report = b.stop()
        check(report, 0, 201, egress_down=100)
        check(report, 1, 100)


def no_carrier(programs):
    """The far end of the wire is switched off."""
    with Line(programs) as lab:
        b = lab.bridge("-v", "v0", "w0")
        left, right = lab.ends()
        lab.ip("link", "set", "b0", "down", ns=lab.right)
        b.wait_text("w0: has no carrier")
        for i in range(100):
            left.send(frame(i, 100))
        b.wait_report("the drops", lambda r: r["directions"][0]["packets_dropped"] == 100)
        lab.ip("link", "set", "b0", "up", ns=lab.right)
        b.wait_text("w0: is up again")
        lab.wait_up()
        right = lab.ends()[1]
        left.send(frame(7, 100))
        equal(right.receive(1), [frame(7, 100)], "a frame afterwards")
        check(b.stop(), 0, 101, no_carrier=100)


def starts_down(programs):
    with Line(programs) as lab:
        lab.ip("link", "set", "v0", "down")
        b = lab.bridge("-v", "v0", "w0")
        b.wait_text("v0: is down; waiting for it")
        lab.ip("link", "set", "v0", "up")
        b.wait_text("v0: is up again")
        lab.wait_up()
        left, right = lab.ends()
        left.send(frame(7, 100))
        equal(right.receive(1), [frame(7, 100)], "a frame")
        check(b.stop(), 0, 1)


def queued(programs):
    """--qdisc: what the discipline drops is not called passed on; --netns: from elsewhere."""
    with Line(programs) as lab:
        lab.run("tc", "qdisc", "replace", "dev", "w0", "root", "pfifo", "limit", "1000")
        b = lab.bridge("--qdisc", "--netns", lab.ns, "v0", "w0")
        left, right = lab.ends()
        sent = [frame(i, 60 + i) for i in range(1000)]
        for one in sent:
            left.send(one)
        equal(right.receive(1000), sent, "frames")
        check(b.stop(), 0, 1000)
        passed = lab.run("tc", "-s", "qdisc", "show", "dev", "w0")
        true(" 1000 pkt" in passed, f"they went through it: {passed}")


def egress_full(programs):
    """The outgoing interface takes nearly nothing for seconds: it does not hang, and all is counted."""
    with Line(programs) as lab:
        try:
            lab.run("tc", "qdisc", "replace", "dev", "w0", "root", "tbf", "rate", "8kbit",
                    "burst", "3000", "limit", "3000")
        except AssertionError as err:
            raise harness.Skip(f"no tbf queueing discipline here: {err}") from err
        b = lab.bridge("--qdisc", "v0", "w0")
        left, _ = lab.ends()

        def flooded(r):
            for i in range(200):
                left.send(frame(i, 1000))
            return r["directions"][0]["dropped"]["egress_full"] > 100

        b.wait_report("drops", flooded)
        report = b.stop()
        d = report["directions"][0]
        check_sum(report)
        true(d["forwarded"] > 0 and d["waits"] > 0, f"some were forwarded: {d}")


def gone(programs):
    """An interface is deleted, with packets under way: the bridge ends, and says what became."""
    for victim in ("v0", "w0"):
        with Line(programs) as lab:
            b = lab.bridge("v0", "w0")
            left, right = lab.ends()
            for i in range(500):
                left.send(frame(i, 500))
            right.receive(500)
            lab.ip("link", "del", victim)
            equal(b.wait(), 3, "exit status")
            true(f"{victim}: the interface is gone" in b.text(), b.text())
            check(b.totals, 0, 500)


def limit(programs):
    with Line(programs) as lab:
        b = lab.bridge("-c", "100", "v0", "w0")
        left, right = lab.ends()
        for i in range(130):
            left.send(frame(i, 100))
        equal(b.wait(), 0, "exit status")
        equal(right.receive(100), [frame(i, 100) for i in range(100)], "frames")
        right.nothing()
        equal(b.totals["directions"][0]["forwarded"], 100, "forwarded")
        check_sum(b.totals)
        b = lab.bridge("--duration", "0.3s", "v0", "w0")
        equal(b.wait(), 0, "exit status")
        check_sum(b.totals)


def signals(programs):
    with Line(programs) as lab:
        b = lab.bridge("v0", "w0", json_report=False, ready=False)
        wait_for("promiscuous", lambda: "promiscuity 1" in lab.ip("-d", "link", "show", "w0"))
        left, right = lab.ends()
        wait_for("a frame", lambda: [left.send(frame(1, 100)), right.receive_one()][1])
        b.signal(signal.SIGUSR1)
        b.wait_text("v0 > w0:")
        b.signal(signal.SIGTERM)
        equal(b.wait(), 0, "exit status")
        true("forwarded" in b.text() and "w0 > v0: 0 packets received" in b.text(), b.text())
        true("promiscuity 0" in lab.ip("-d", "link", "show", "w0"), "promiscuous mode is over")


def refused(programs):
    with Line(programs) as lab:
        lab.ip("link", "add", "x0", "type", "veth", "peer", "name", "x1")
        lab.ip("tuntap", "add", "t0", "mode", "tun")
        for status, words, args in (
                (2, "same interface", ("v0", "v0")),
                (2, "loopback", ("lo", "v0")),
                (2, "no such interface", ("v0", "nothing0")),
                (2, "link types", ("v0", "t0")),
                (2, "one veth pair", ("x0", "x1")),
                (2, "--cpus", ("--cpus", "511", "v0", "w0")),
                (1, "one CPU or two", ("--cpus", "0,1,2", "v0", "w0")),
                (1, "one CPU or two", ("--cpus", "0-1", "v0", "w0")),
                (1, "two interfaces", ("v0",)),
                (1, "two interfaces", ()),
                (1, "bridge: filter", ("v0", "w0", "ether", "froto", "1")),
                (1, "-w is missing", ("-C", "5MiB", "v0", "w0")),
                (1, "bridge: -C", ("-C", "5x", "-w", "x", "v0", "w0")),
                (1, "did you mean --one-way", ("--oneway", "v0", "w0")),
                (1, "-B", ("-B", "1", "v0", "w0"))):
            b = lab.bridge(*args, ready=False)
            equal(b.wait(), status, f"{args}: exit status ({b.text()})")
            true(words in b.text(), f"{args}: {words!r} is said: {b.text()}")


def can_add(lab, *args):
    with contextlib.suppress(AssertionError):
        lab.ip("link", "add", *args)
        return True
    return False


def related(programs):
    """Interfaces that have to do with each other: packets would go round."""
    with Line(programs) as lab:
        made = [can_add(lab, *args) for args in (
            ("link", "v0", "name", "v0.5", "type", "vlan", "id", "5"),
            ("link", "v0", "name", "m0", "type", "macvlan", "mode", "bridge"),
            ("link", "v0", "name", "m1", "type", "macvlan", "mode", "bridge"),
            ("name", "br0", "type", "bridge"))]
        if made[3]:
            lab.ip("link", "set", "w0", "master", "br0")
        for there, words, args in (
                (made[0], "a part of the other", ("v0", "v0.5")),
                (made[0], "a part of the other", ("v0.5", "v0")),
                (made[1], "a part of the other", ("m0", "v0")),
                (made[1] and made[2], "lie on the same interface", ("m0", "m1")),
                (made[3], "a part of the other", ("br0", "w0"))):
            if not there:
                continue
            b = lab.bridge(*args, ready=False)
            equal(b.wait(), 2, f"{args}: exit status ({b.text()})")
            true(words in b.text(), f"{args}: {words!r} is said: {b.text()}")
        if not any(made):
            raise harness.Skip("no VLANs, macvlans and bridges here")


def cpus(programs):
    """The first CPU is the first direction's, whichever is the lower one."""
    if len(os.sched_getaffinity(0)) < 2:
        raise harness.Skip("one CPU only")
    low, high = sorted(os.sched_getaffinity(0))[:2]
    with Line(programs) as lab:
        for first, second in ((low, high), (high, low)):
            b = lab.bridge("--cpus", f"{first},{second}", "v0", "w0")
            threads = sorted(int(t) for t in os.listdir(f"/proc/{b.pid}/task"))
            equal([status_of(b.pid, t)["Cpus_allowed_list"] for t in threads[-2:]],
                  [str(first), str(second)], "CPUs of the directions")
            b.stop()


def under_load(programs):
    """More than can be passed on: whatever is lost is counted, and the rest is in order."""
    with Line(programs) as lab:
        b = lab.bridge("-B", "2MiB", "v0", "w0")
        offered = lab.generate("-n", "300000", "-s", "100", interface="v0")
        def settled(r):
            d = r["directions"][0]
            return d["received"] >= offered and not d["in_flight"]
        b.wait_report("everything to be accounted for", settled)
        report = b.stop()
        d = report["directions"][0]
        equal(d["received"], offered, "received")
        check_sum(report)
        true(d["forwarded"] > 0, "some were forwarded")


TESTS = [sizes_both_ways, tags, one_way, filtered, tap, tap_fails, tcp, super_cut, udp, too_long,
         mtu_grows, huge, huge_dropped, ingress_fails, undescribed, tunnels, hostile_offloads, down_and_up, no_carrier, starts_down, queued, egress_full,
         gone, limit, signals,
         refused, related, cpus, under_load]

if __name__ == "__main__":
    harness.main(TESTS)
