"""Every kind of frame and interface: tags, lengths, super-frames, link types."""
import contextlib
import fcntl
import json
import os
import re
import socket
import struct
import subprocess
import threading

import capfile
import harness
from harness import Lab, Skip, equal, true
from test_counts import check_readers, check_sums

ETHERNET, RAW, NETLINK, SLL2 = 1, 101, 253, 276
MACS = b"\x02\x00\x00\x00\x00\xbb\x02\x00\x00\x00\x00\xaa"


def tagged(tags, payload):
    """A frame with VLAN tags (TPID, TCI), outermost first, and an experimental type."""
    return MACS + b"".join(struct.pack(">HH", *t) for t in tags) + b"\x88\xb5" + payload


def body(n, seed=0):
    return bytes((i * 31 + seed * 7 + 1) & 255 for i in range(n))


def send_all(lab, frames, interface="v1"):
    with lab.packet_socket(interface) as s:
        for frame in frames:
            equal(s.send(frame), len(frame), "bytes sent")


def capture_frames(lab, frames, *args, name="a.pcapng"):
    """Sends the frames while a capture runs; (file, final report)."""
    path = lab.path(name)
    c = lab.capture("-i", "v0", "-w", path, "--latency", "20ms", *args)
    send_all(lab, frames)
    c.wait_report("all frames captured", lambda r: r["packets_captured"] >= len(frames))
    totals = c.stop()
    check_sums(totals, len(frames))
    check_readers(lab, path, len(frames))
    return capfile.File(path), totals


def expect_frames(f, frames, snaplen=262144):
    equal(len(f.packets), len(frames), "packets")
    for i, (p, frame) in enumerate(zip(f.packets, frames)):
        equal(p.wire_len, len(frame), f"length of frame {i}")
        equal(p.data, frame[:snaplen], f"bytes of frame {i}")


def vlan_frames():
    frames = []
    for tpid in (0x8100, 0x88a8):
        for tci in (0x0000, 0x0001, 0x0fff, 0xe064, 0x1064, 0xffff):
            for n in (46, 47, 48, 49, 500, 1400):
                frames.append(tagged([(tpid, tci)], body(n, tci & 15)))
    frames.append(tagged([(0x88a8, 0x6001), (0x8100, 0xa002)], body(100)))
    frames.append(tagged([(0x8100, 0x2003), (0x8100, 0x4004)], body(101)))
    frames.append(tagged([(0x88a8, 1), (0x88a8, 2), (0x8100, 3)], body(102)))
    frames.append(tagged([], body(60)))
    return frames


def vlan_tags(programs):
    """Tags are back in the bytes with TPID, priority and DEI, in every form of output."""
    frames = vlan_frames()
    for name, *args in (("a.pcapng",), ("a.pcapng", "--write", "inplace"),
                        ("a.pcapng", "--write", "packed"), ("a.pcap", "--nano")):
        with Lab(programs) as lab:
            f, _ = capture_frames(lab, frames, *args, name=name)
            expect_frames(f, frames)


def vlan_generated(programs):
    for args, tpid in ((("--vlan", "291"), 0x8100), (("--vlan", "291", "--qinq"), 0x88a8)):
        with Lab(programs) as lab:
            path = lab.path("a.pcapng")
            c = lab.capture("-i", "v0", "-w", path)
            offered = lab.generate("-n", "3000", "-s", "200", *args)
            check_sums(c.stop(), offered)
            f = capfile.File(path)
            equal(len(capfile.check_sequences(f.packets, capfile.Frames(200, tpid, 291), offered)),
                  offered, "packets")


def vlan_outgoing(programs):
    """A tag that a VLAN device leaves to the NIC is in the bytes on the sending side too."""
    with Lab(programs) as lab:
        try:
            lab.ip("link", "add", "link", "v1", "name", "v1.100", "type", "vlan", "id", "100",
                   "egress-qos-map", "0:5")
        except AssertionError as err:
            raise Skip(f"this kernel has no VLAN devices: {err}") from err
        lab.ip("link", "set", "v1.100", "up")
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v1", "-w", path)
        frames = [tagged([], body(n)) for n in (46, 100, 1000)]
        send_all(lab, frames, "v1.100")
        totals = c.stop()
        check_sums(totals, 3)
        f = capfile.File(path)
        expect_frames(f, [x[:12] + struct.pack(">HH", 0x8100, 5 << 13 | 100) + x[12:]
                          for x in frames])
        equal({p.flags & 3 for p in f.packets}, {2}, "direction: outgoing")


def snap_lengths(programs):
    """Cut at -s, the length on the wire kept; a tag put back never pushes a packet beyond it."""
    frames = vlan_frames()
    for snaplen in (96, 18, 14, 1):
        for name, *args in (("a.pcapng", "--write", "inplace"), ("a.pcapng", "--write", "packed"),
                            ("a.pcap",)):
            with Lab(programs) as lab:
                path = lab.path(name)
                c = lab.capture("-i", "v0", "-s", str(snaplen), "-w", path, *args)
                send_all(lab, frames)
                totals = c.stop()
                check_sums(totals, len(frames))
                f = capfile.File(path)
                equal(f.interfaces[0][1], snaplen, "snaplen in the file's head")
                equal(totals["packets_truncated"], sum(len(x) > snaplen for x in frames),
                      "packets truncated")
                if snaplen >= 14: # below, the kernel's copy has no addresses to put a tag between
                    expect_frames(f, frames, snaplen)
                check_readers(lab, path, len(frames))


def count_exactly(programs):
    """-c N stores N and ends by itself, with one ring and with two, in every form."""
    for rings in (("--rings", "1"), ("--rings", "2", "--fanout", "lb")):
        for name, *args in (("a.pcapng", "--write", "inplace"), ("a.pcapng", "--write", "packed"),
                            ("a.pcap",)):
            for n in (1, 777):
                with Lab(programs) as lab:
                    path = lab.path(name)
                    c = lab.capture("-i", "v0", "-c", str(n), "-w", path, *rings, *args)
                    lab.generate("-n", "2000", "-s", "300")
                    equal(c.wait(), 0, f"exit status ({c.text()})")
                    equal(c.totals["packets_stored"], n, "packets stored")
                    equal(c.totals["packets_seen"], n + c.totals["packets_beyond_limit"] +
                          c.totals["packets_dropped"], "seen = stored + beyond + dropped")
                    f = capfile.File(path)
                    equal(len(f.packets), n, "packets in the file")
                    capfile.check_sequences(f.packets, capfile.Frames(300), 2000)
                    check_readers(lab, path, n)


def short_frames(programs):
    """Down to a bare Ethernet header, every length once: every misalignment of padding."""
    frames = [tagged([], body(n, n)) for n in range(0, 70)]
    for name, *args in (("a.pcapng", "--write", "inplace"), ("a.pcapng", "--write", "packed"),
                        ("a.pcap",)):
        with Lab(programs) as lab:
            with lab.packet_socket("v1") as s:
                try:
                    s.send(frames[0])
                except OSError: # kernels differ on frames without a payload
                    frames = frames[1:]
            f, _ = capture_frames(lab, frames, *args, name=name)
            expect_frames(f, frames)


def jumbo_frames(programs):
    frames = [tagged([], body(n)) for n in (9000, 8999, 1501, 4083, 4096)] * 20
    with Lab(programs, mtu=9000) as lab:
        f, _ = capture_frames(lab, frames, "--write", "inplace")
        expect_frames(f, frames)


def larger_than_a_block(programs):
    """Frames of 64 KiB in blocks of 64 KiB are cut to what a block holds, and stay readable."""
    sizes = (65535, 65520, 65400, 65325, 65326, 65327, 65328, 100, 65300, 65535)
    frames = [tagged([], body(n, i)) for i, n in enumerate(sizes)]
    for name, *args in (("a.pcapng", "--write", "inplace"), ("a.pcapng", "--write", "packed"),
                        ("a.pcapng",), ("a.pcap",), ("-",)):
        with Lab(programs, mtu=65535) as lab:
            path = lab.path("a.pcapng" if name == "-" else name)
            with contextlib.ExitStack() as stack:
                stdout = stack.enter_context(open(path, "wb")) if name == "-" else None
                c = lab.capture("-i", "v0", "-w", name if name == "-" else path, *args,
                                "--block-size", "64KiB", "-B", "2MiB", stdout=stdout)
            send_all(lab, frames)
            c.wait_report("all frames", lambda r, n=len(frames): r["packets_captured"] >= n)
            totals = c.stop()
            check_sums(totals, len(frames))
            equal(totals["packets_stored"], len(frames), "packets stored")
            f = capfile.File(path)
            for p, frame in zip(f.packets, frames):
                equal(p.wire_len, len(frame), "length on the wire")
                equal(p.data, frame[:len(p.data)], "bytes")
                true(len(p.data) == len(frame) or len(p.data) > 65000, "cut to a block at most")
            equal(len(f.packets), len(frames), "packets in the file")
            check_readers(lab, path, len(frames))


def tcp_super_frames(programs):
    """GSO frames of a TCP stream: one packet each, marked, payload complete."""
    with Lab(programs, peer_apart=True) as lab:
        lab.ip("addr", "add", "10.9.0.1/24", "dev", "v0")
        lab.ip("addr", "add", "10.9.0.2/24", "dev", "v1", ns=lab.peer_ns)
        total = 8 << 20
        for args in (("--write", "inplace"), ("--write", "packed"),
                     ("--write", "inplace", "--block-size", "64KiB")):
            path = lab.path(f"a{lab.unique()}.pcapng")
            c = lab.capture("-i", "v0", "-w", path, *args)
            stream_tcp(lab, total)
            totals = c.stop()
            equal(totals["packets_stored"] + totals["packets_dropped"], totals["packets_seen"],
                  "stored + dropped")
            f = capfile.File(path)
            large = [p for p in f.packets if len(p.data) > 1600]
            true(large and max(len(p.data) for p in large) > 30000, "super-frames were captured")
            equal(tcp_payload(f.packets), total, "bytes of payload, each once")
            check_readers(lab, path, totals["packets_stored"])


def stream_tcp(lab, total):
    with lab.entered():
        server = socket.create_server(("10.9.0.1", 9000))
    got = []

    def receive():
        with server, server.accept()[0] as s:
            n = 0
            while chunk := s.recv(1 << 20):
                n += len(chunk)
            got.append(n)

    thread = threading.Thread(target=receive)
    thread.start()
    with lab.entered(lab.peer_ns):
        client = socket.socket()
    with client:
        client.connect(("10.9.0.1", 9000))
        client.sendall(bytes(total))
    thread.join(20)
    equal(got, [total], "bytes received")


def tcp_payload(packets):
    """Distinct payload bytes from 10.9.0.2 by their sequence numbers."""
    spans = []
    for p in packets:
        if p.data[12:14] != b"\x08\x00" or p.data[26:30] != bytes((10, 9, 0, 2)):
            continue
        ihl = (p.data[14] & 15) * 4
        tcp = 14 + ihl
        if p.data[23] != 6:
            continue
        n = len(p.data) - tcp - (p.data[tcp + 12] >> 4) * 4
        if n > 0 and p.wire_len > 60:
            spans.append((int.from_bytes(p.data[tcp + 4:tcp + 8], "big"), n))
    base = spans[0][0] if spans else 0
    spans = sorted(((s - base) & 0xffffffff, n) for s, n in spans)
    end = covered = 0
    for start, n in spans:
        covered += max(0, start + n - max(start, end))
        end = max(end, start + n)
    return covered


def ipv6_packets(programs):
    with Lab(programs, peer_apart=True) as lab:
        for ns, link, addr in ((lab.ns, "v0", "fd09::1"), (lab.peer_ns, "v1", "fd09::2")):
            lab.run("sh", "-c", f"echo 0 > /proc/sys/net/ipv6/conf/{link}/disable_ipv6", ns=ns)
            lab.ip("addr", "add", addr + "/64", "dev", link, "nodad", ns=ns)
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-w", path)
        with lab.entered(lab.peer_ns):
            s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        with s:
            for i in range(50):
                s.sendto(b"number %d" % i, ("fd09::1", 9))
        c.wait_report("packets", lambda r: r["packets_captured"] >= 50)
        totals = c.stop()
        f = capfile.File(path)
        check_readers(lab, path, totals["packets_stored"])
        found = [p.data[62:] for p in f.packets
                 if p.data[12:14] == b"\x86\xdd" and p.data[20] == 17]
        equal(found, [b"number %d" % i for i in range(50)], "UDP payloads")


def interface_any(programs):
    """SLL2 over all interfaces: the interface's index and the type stand before the payload."""
    with Lab(programs) as lab:
        lab.add_pair("w0", "w1")
        path = lab.path("a.pcapng")
        plain, vlan = tagged([], body(50)), tagged([(0x88a8, 0x6123)], body(51))
        c = lab.capture("-i", "any", "-w", path)
        send_all(lab, [plain, vlan], "v1")
        send_all(lab, [plain], "w1")
        totals = c.stop()
        f = capfile.File(path)
        equal(f.interfaces[0][0], SLL2, "link type")
        with lab.entered():
            index = {n: socket.if_nametoindex(n) for n in ("v0", "v1", "w0", "w1")}
        got = {(struct.unpack_from(">I", p.data, 4)[0], p.data[10], p.data[:2], p.data[20:])
               for p in f.packets}
        vlan_rest = struct.pack(">H", 0x6123) + b"\x88\xb5" + body(51)
        want = {(index["v1"], 4, b"\x88\xb5", body(50)), (index["v0"], 3, b"\x88\xb5", body(50)),
                (index["w1"], 4, b"\x88\xb5", body(50)), (index["w0"], 3, b"\x88\xb5", body(50)),
                (index["v0"], 3, b"\x88\xa8", vlan_rest)}
        true(want <= got, f"missing: {want - got}, there: {got}")
        equal(len(f.packets), 6, "packets")
        check_sums(totals, 6)
        check_readers(lab, path, 6)


def several_interfaces(programs):
    with Lab(programs) as lab:
        lab.add_pair("w0", "w1")
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-i", "w0", "-w", path)
        a = lab.generate("-n", "1000", "-s", "100")
        b = lab.generate("-n", "2000", "-s", "100", interface="w0")
        totals = c.stop()
        check_sums(totals, a + b)
        f = capfile.File(path)
        names = [name for _, _, name in f.interfaces]
        count = {n: sum(names[p.interface] == n for p in f.packets) for n in set(names)}
        equal(count, {"v0": a, "w0": b}, "packets per interface")
        for name, offered in (("v0", a), ("w0", b)):
            capfile.check_sequences([p for p in f.packets if names[p.interface] == name],
                                    capfile.Frames(100), offered)
        check_readers(lab, path, a + b)


def loopback_once(programs):
    """What crosses lo passes the tap twice and is stored once."""
    for interface in ("lo", "any"):
        with Lab(programs) as lab:
            lab.ip("link", "set", "lo", "up")
            path = lab.path("a.pcapng")
            c = lab.capture("-i", interface, "-w", path)
            with lab.entered():
                r = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            with r, s:
                r.bind(("127.0.0.1", 9009))
                for i in range(20):
                    s.sendto(b"lo %d" % i, ("127.0.0.1", 9009))
            c.wait_report("packets", lambda x: x["packets_captured"] >= 20)
            totals = c.stop()
            check_sums(totals, 20)
            f = capfile.File(path)
            head = 14 if interface == "lo" else 20
            equal(f.interfaces[0][0], ETHERNET if interface == "lo" else SLL2, "link type")
            equal([p.data[head + 28:] for p in f.packets], [b"lo %d" % i for i in range(20)],
                  "payloads")


def tunnel_raw(programs):
    """A tun device has no link header: LINKTYPE_RAW, the packet as written."""
    if not os.path.exists("/dev/net/tun"):
        raise Skip("no /dev/net/tun")
    for args in (("--write", "inplace"), ("--write", "packed")):
        with Lab(programs) as lab:
            try:
                with lab.entered():
                    tun = os.open("/dev/net/tun", os.O_RDWR)
                    fcntl.ioctl(tun, 0x400454ca, struct.pack("16sH22x", b"tun9", 0x1001))
            except OSError as err:
                raise Skip(f"no tun device can be made here: {err.strerror}") from err
            lab.ip("link", "set", "tun9", "up")
            path = lab.path("a.pcapng")
            c = lab.capture("-i", "tun9", "-w", path, *args)
            packets = [b"\x45\0" + struct.pack(">H", 20 + n) + bytes(4) + b"\x40\xfd\0\0" +
                       bytes((198, 18, 0, 1, 198, 18, 0, 2)) + body(n) for n in range(0, 60)]
            for packet in packets:
                os.write(tun, packet)
            c.wait_report("packets", lambda r, n=len(packets): r["packets_captured"] >= n)
            totals = c.stop()
            os.close(tun)
            check_sums(totals, len(packets))
            f = capfile.File(path)
            equal(f.interfaces[0][0], RAW, "link type")
            expect_frames(f, packets)
            check_readers(lab, path, len(packets))


def netlink_messages(programs):
    with Lab(programs) as lab:
        try:
            lab.ip("link", "add", "nlmon0", "type", "nlmon")
        except AssertionError as err:
            raise Skip(f"this kernel has no nlmon: {err}") from err
        lab.ip("link", "set", "nlmon0", "up")
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "nlmon0", "-w", path)
        lab.run("ip", "link", "show")
        c.wait_report("messages", lambda r: r["packets_captured"] >= 2)
        totals = c.stop()
        f = capfile.File(path)
        equal(f.interfaces[0][0], NETLINK, "link type")
        equal(len(f.packets), totals["packets_stored"], "messages")
        for p in f.packets:
            equal(struct.unpack_from(">H", p.data, 2)[0], 824, "ARPHRD_NETLINK in the header")
            equal(struct.unpack_from("<I", p.data, 16)[0] <= len(p.data) - 16, True, "nlmsg_len")
        check_readers(lab, path, len(f.packets))


def two_link_types(programs):
    """Ethernet and raw IP in one pcapng; classic pcap refuses."""
    with Lab(programs) as lab:
        try:
            lab.ip("tuntap", "add", "dev", "tun9", "mode", "tun")
        except AssertionError as err:
            raise Skip(f"no tun device can be made here: {err}") from err
        lab.ip("link", "set", "tun9", "up")
        status, text = lab.refused("-i", "v0", "-i", "tun9", "-w", lab.path("a.pcap"))
        equal(status, 2, "exit status")
        true("pcapng" in text, f"the remedy is named: {text}")
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-i", "tun9", "-w", path)
        offered = lab.generate("-n", "100")
        check_sums(c.stop(), offered)
        equal([kind for kind, _, _ in capfile.File(path).interfaces], [ETHERNET, RAW],
              "link types")
        equal(capfile.count_ringtap(lab.ringtap, path), offered, "packets that ringtap reads")


def printed_lines(programs):
    """Without -w one line per packet, summaries into their own file."""
    with Lab(programs) as lab:
        with open(lab.path("lines"), "wb") as out:
            c = lab.capture("-i", "v0", "-n", stdout=out)
        offered = lab.generate("-n", "1000", "-s", "100", "-r", "20kpps")
        totals = c.stop()
        with open(lab.path("lines"), "rb") as lines:
            equal(lines.read().count(b"\n") + totals["summaries_lost"], offered, "lines")
        equal(totals["packets_captured"], offered, "packets captured")
        c = lab.capture("-i", "v0", "--summaries", lab.path("s"), "-w", lab.path("a.pcapng"))
        offered = lab.generate("-n", "3000", "-s", "100")
        totals = c.stop()
        check_sums(totals, offered)
        equal(totals["summaries"] + totals["summaries_lost"], offered, "summaries")
        equal(capfile.count_ringtap(lab.ringtap, lab.path("s")), totals["summaries"],
              "summaries in the file")


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


def printed_json(programs):
    """Live objects are those that `ringtap read` makes of the same packets in a file."""
    for args in ((), ("--rings", "2", "--fanout", "lb")):
        with Lab(programs) as lab:
            with open(lab.path("lines"), "wb") as out:
                live = lab.capture("-i", "v0", *args, stdout=out)
            path = lab.path("a.pcapng")
            stored = lab.capture("-i", "v0", "-w", path)
            send_all(lab, [tagged([(0x8100, 5)], body(50)), tagged([], body(90))])
            offered = lab.generate("-n", "200", "-s", "100", "-r", "2kpps") + 2
            for c in (live, stored):
                c.wait_report("all of them", lambda r, n=offered: r["packets_captured"] == n)
                c.stop()
            with open(lab.path("lines"), encoding="utf-8") as lines:
                got = objects(lines.read())
            want = objects(harness.call(lab.ringtap, "read", "--json", path))
            equal([o["frame.number"] for o in got], list(range(1, offered + 1)), "numbers")
            equal({o["frame.interface_name"] for o in got}, {"v0"}, "names")
            for o in got + want:
                # Each capture's clock is read for itself; the ring is another one.
                del o["frame.number"], o["frame.time_epoch"]
                if args:
                    del o["frame.interface_id"]
            if args: # two rings whose times are equal
                got, want = (sorted(x, key=str) for x in (got, want))
            equal(got, want, "objects")


def reader_goes_away(programs):
    """Lines that the pipe has taken count as printed, the others do not."""
    with Lab(programs) as lab:
        head = lab.process(["head", "-n", "3"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        c = lab.capture("-i", "v0", "-n", "-v", "-l", stdout=head.stdin, json_report=False,
                        ready=False)
        head.stdin.close()
        c.wait_text("ring")
        generator = lab.generator("-n", "20000", "-s", "100", "-r", "20kpps")
        equal(c.wait(), 0, f"exit status ({c.text()})")
        generator.kill()
        equal(len(head.stdout.readlines()), 3, "lines read")
        counts = re.search(r"(\d+) packets seen, (\d+) printed, (\d+) dropped", c.text())
        true(counts and int(counts[2]) >= 1, f"some were printed: {c.text()}")
        unprinted = re.search(r"(\d+) lines were not printed: their reader has gone", c.text())
        true(unprinted, f"the reason: {c.text()}")
        equal(int(counts[2]) + int(counts[3]), int(counts[1]), f"the sum: {c.text()}")
        head = lab.process(["head", "-c", "10000"], stdin=subprocess.PIPE,
                           stdout=subprocess.DEVNULL)
        c = lab.capture("-i", "v0", "-w", "-", stdout=head.stdin, json_report=False, ready=False)
        head.stdin.close()
        c.wait_text("ring")
        generator = lab.generator("-n", "20000", "-s", "300", "-r", "20kpps")
        equal(c.wait(), 3, f"exit status ({c.text()})")
        generator.kill()
        for words in ("the reader of our output has gone\n",
                      "write_error: came when the reader of the output had gone"):
            true(words in c.text(), f"{words!r} in {c.text()!r}")
        for words in ("kept", "Broken pipe", "disk full"):
            true(words not in c.text(), f"{words!r} in {c.text()!r}")


def refused_clearly(programs):
    """The thing, the reason and the remedy, and nothing that is not so."""
    with Lab(programs) as lab:
        os.symlink("target.pcapng", lab.path("link.pcapng"))
        readonly = lab.mount("readonly", "-t", "tmpfs", "-o", "ro", "none")
        for status, words, args in (
                (1, ("-B 4MiB", "8.00 MiB", "2.00 MiB"), ("-B", "4MiB", "--discard")),
                (1, ("-B 100", "256 KiB", "64.0 KiB"), ("-B", "100", "--block-size", "64KiB")),
                (1, ("--summaries -", "file"), ("--summaries", "-")),
                (1, ("there is no file for it: -w is missing",), ("-W", "3")),
                (2, ("/dev/null", "--discard"), ("-w", "/dev/null", "--force")),
                (2, ("/dev/null", "--discard"), ("-w", "/dev/null")),
                (2, ("/dev/full", "not a plain file"), ("--summaries", "/dev/full", "--force")),
                (2, ("link.pcapng", "symbolic link"), ("-w", lab.path("link.pcapng"), "--force")),
                (2, ("Read-only file system",), ("-w", os.path.join(readonly, "a.pcapng"))),
                (2, ("Read-only file system",),
                 ("--summaries", os.path.join(readonly, "s")))):
            got, text = lab.refused("-i", "v0", *args)
            equal(got, status, f"exit status of {args} ({text})")
            for word in words:
                true(word in text, f"{word!r} in {text!r}")
            true("stored before" not in text, f"nothing was stored: {text!r}")


def summaries_disk_full(programs):
    """What does not fit is not said to be slow."""
    with Lab(programs) as lab:
        where = lab.mount("small", "-t", "tmpfs", "-o", "size=1m", "none")
        c = lab.capture("-i", "v0", "--summaries", os.path.join(where, "s"), "--discard",
                        json_report=False, ready=False)
        c.wait_text("ring")
        generator = lab.generator("-n", "100000", "-s", "64", "-r", "50kpps")
        equal(c.wait(), 3, f"exit status ({c.text()})")
        generator.kill()
        true(re.search(r"summaries lost: No space left on device", c.text()), c.text())
        true("slow" not in c.text(), f"words: {c.text()}")


TESTS = [vlan_tags, vlan_generated, vlan_outgoing, snap_lengths, count_exactly, short_frames,
         jumbo_frames, larger_than_a_block, tcp_super_frames, ipv6_packets, interface_any,
         several_interfaces, loopback_once, tunnel_raw, netlink_messages, two_link_types,
         printed_lines, printed_json, reader_goes_away, refused_clearly, summaries_disk_full]

if __name__ == "__main__":
    harness.main(TESTS)
