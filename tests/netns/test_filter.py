"""Filters on running captures: the verdict live is that on the file written at the same time."""
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import threading

import capfile
import harness
from harness import Lab, equal, true, wait_for
from test_frames import MACS, SLL2, send_all, tagged

SMALL = ("-B", "1MiB", "--block-size", "64KiB", "--rings", "1", "--latency", "20ms")
BROADCAST = b"\xff" * 6 + b"\x02\x00\x00\x00\x00\xaa"


# ---- frames ----

def ipv4(proto, src, dst, payload, fragment=0, options=b""):
    head = struct.pack(">BBHHHBBH4s4s", 0x45 + len(options) // 4, 0,
                       20 + len(options) + len(payload), 7, fragment, 64, proto, 0,
                       socket.inet_aton(src), socket.inet_aton(dst))
    return head + options + payload


def ipv6(following, payload, src="fd00::1", dst="fd00::2"):
    return (struct.pack(">IHBB", 6 << 28, len(payload), following, 64) +
            socket.inet_pton(socket.AF_INET6, src) + socket.inet_pton(socket.AF_INET6, dst) +
            payload)


def udp(sport, dport, data=b""):
    return struct.pack(">HHHH", sport, dport, 8 + len(data), 0) + data


def tcp(sport, dport, flags, data=b""):
    return struct.pack(">HHIIBBHHH", sport, dport, 1, 2, 5 << 4, flags, 1000, 0, 0) + data


def arp():
    return (struct.pack(">HHBBH", 1, 0x800, 6, 4, 1) + MACS[6:] + socket.inet_aton("10.0.0.1") +
            bytes(6) + socket.inet_aton("10.0.0.2"))


def padded(frame):
    return frame + bytes(max(0, 60 - len(frame)))


def payloads():
    """(ethertype, what follows)."""
    for src, dst in (("10.0.0.1", "10.0.0.2"), ("192.168.1.7", "10.0.0.1")):
        for proto, segment in ((17, udp(53, 5353, b"x" * 9)), (17, udp(1000, 80)),
                               (6, tcp(40000, 80, 2)), (6, tcp(80, 40000, 0x18, b"GET")),
                               (1, b"\x08\0\0\0" + bytes(8))):
            yield 0x800, ipv4(proto, src, dst, segment)
    yield 0x800, ipv4(6, "10.0.0.1", "10.0.0.2", tcp(1, 80, 16), options=b"\x01" * 8)
    yield 0x800, ipv4(17, "10.0.0.1", "10.0.0.2", b"y" * 30, fragment=100)
    yield 0x86dd, ipv6(17, udp(53, 53, b"6"))
    yield 0x86dd, ipv6(6, tcp(5, 80, 2))
    yield 0x86dd, ipv6(58, b"\x80\0\0\0" + bytes(8))
    yield 0x806, arp()
    yield 0x8847, struct.pack(">I", 1000 << 12 | 1 << 8 | 64) + ipv4(17, "10.0.0.1", "10.0.0.2",
                                                                   udp(53, 53))
    yield 0x8864, struct.pack(">BBHHH", 0x11, 0, 7, 40, 0x21) + ipv4(6, "10.0.0.1", "10.0.0.3",
                                                                    tcp(80, 80, 1))
    yield 0x88b5, b"nothing that anybody knows"


def frames():
    """Every payload without a tag, with one, with two; some cut short."""
    tags = ([], [(0x8100, 0x2064)], [(0x88a8, 100)], [(0x88a8, 0x6001), (0x8100, 100)],
            [(0x8100, 100), (0x8100, 200)], [(0x8100, 0)])
    out = []
    for stack in tags:
        for kind, payload in payloads():
            out.append(padded(tagged(stack, b"")[:-2] + struct.pack(">H", kind) + payload))
    for stack in tags[:4]:
        out.append(BROADCAST + tagged(stack, b"")[12:-2] + struct.pack(">H", 0x800) +
                   ipv4(17, "10.0.0.1", "10.0.0.255", udp(137, 137)))
        # 802.3 with LLC
        out.append(padded(tagged(stack, b"")[:-2] + struct.pack(">H", 38) + b"\x42\x42\x03" +
                          bytes(35)))
        # The kernel drops a tagged frame with less than a type and two bytes behind the tag.
        for n in (2, 9, 20, 23, 30) if stack else (0, 1, 9, 20, 23, 30):
            out.append(tagged(stack, b"")[:-2] + struct.pack(">H", 0x800) +
                       ipv4(6, "10.0.0.1", "10.0.0.2", tcp(80, 80, 2))[:n])
    return out


EXPRESSIONS = [
    "tcp port 80", "not tcp port 80", "udp", "ip6 and tcp", "host 10.0.0.1 and not port 53",
    "net 10.0.0.0/8 or arp", "vlan", "vlan 100", "not vlan", "vlan 100 and tcp port 80",
    "vlan and vlan 200", "vlan and not ip", "vlan and arp", "vlan 1 and vlan 100 and udp port 53",
    "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "ether[12:2] = 0x8100", "ether[12:4] = 0x81000064",
    "ether[10:4] & 0xffff = 0x88a8", "ether[15] = 100", "ether[ether[3]:2] = 0x0200",
    "ether[12 + (ether[11] & 3)] = 0x81", "ip[2:2] > 40 and less 100", "greater 64", "less 60",
    "len = 64", "ip[6:2] & 0x1fff != 0", "ether proto 0x88b5", "ether broadcast", "stp or llc",
    "mpls 1000 and udp", "pppoes 7 and tcp", "icmp or icmp6", "inbound", "outbound",
    "ip or (vlan and ip)", "ether host 02:00:00:00:00:aa and ip proto 17", "portrange 50-60",
    "tcp[(tcp[12] & 0xf0) >> 2:2] = 0x4745", "vlan and tcp[tcp[12] / 4] = 71",
    "ip protochain 17", "vlan and ip6 protochain 58",
]


def matching(lab, path, *args):
    """The packets of the file that an expression accepts: bytes, in order."""
    out = lab.path("match.pcapng")
    subprocess.run([lab.ringtap, "read", "-r", path, "-w", out, "--force", *args], check=True,
                   capture_output=True, timeout=60)
    return [p.data for p in capfile.File(out).packets]


def tcpdump_matching(lab, path, expression):
    out = lab.path("match.pcap")
    subprocess.run(["tcpdump", "-r", path, "-w", out, expression], check=True,
                   capture_output=True, timeout=60)
    return [p.data for p in capfile.File(out).packets]


def compare(programs, interface, expressions, sent, options=(), oracle=None):
    """A capture of everything beside one with each expression."""
    for start in range(0, len(expressions), 8):
        batch = expressions[start:start + 8]
        with Lab(programs) as lab:
            lab.ip("link", "set", "lo", "up")
            everything = lab.capture("-i", interface, "-w", lab.path("all.pcapng"), *SMALL)
            running = [lab.capture("-i", interface, "-w", lab.path(f"{i}.pcapng"), *SMALL,
                                   *options, e) for i, e in enumerate(batch)]
            send_all(lab, sent)
            everything.wait_report("all frames", lambda r: r["packets_captured"] >= len(sent))
            everything.stop()
            for i, e in enumerate(batch):
                totals = running[i].stop()
                equal(totals["packets_dropped"], 0, "dropped")
                live = [p.data for p in capfile.File(lab.path(f"{i}.pcapng")).packets]
                want = matching(lab, lab.path("all.pcapng"), *options, e)
                equal(live, want, f"{interface}: '{e}': {len(live)} packets live, {len(want)} of "
                      f"the file; live only: {[x.hex() for x in live if x not in want][:3]}, file "
                      f"only: {[x.hex() for x in want if x not in live][:3]}")
                if oracle and not re.search(oracle, e):
                    equal(live, tcpdump_matching(lab, lab.path("all.pcapng"), e),
                          f"'{e}', by tcpdump")


def same_verdicts(programs):
    # What libpcap of this age does not know of files, and what it knows otherwise.
    oracle = r"bound" if shutil.which("tcpdump") else None
    compare(programs, "v0", EXPRESSIONS, frames(), oracle=oracle)


def same_verdicts_extended(programs):
    compare(programs, "v0", ["tcp port 80", "udp port 53", "vlan 100 and tcp port 80"], frames(),
            ("--filter-mode", "extended"))
    compare(programs, "v0", ["tcp port 80", "ip6", "arp or icmp", "not ip"], frames(),
            ("--vlan-transparent",))


def same_verdicts_cooked(programs):
    """-i any: what stands in the cooked header is asked of the kernel."""
    untagged = [f for f in frames() if f[12:14] not in (b"\x81\x00", b"\x88\xa8")]
    compare(programs, "any", ["tcp port 80", "ip6", "not udp", "inbound", "outbound", "ifindex 2",
                              "link[0:2] = 0x86dd", "link[2:4] = 0", "link[8:2] = 1",
                              "link[10] = 4", "len < 80", "arp or icmp", "ip[8] = 64",
                              "tcp[(tcp[12] & 0xf0) >> 2:2] = 0x4745", "tcp[tcp[12] / 4] = 71"],
            untagged)


def addresses_of_cooked_packets(programs):
    with Lab(programs) as lab:
        status, text = lab.refused("-i", "any", "--discard", "link[12:4] = 1")
        equal(status, 1, "exit status")
        true("address" in text, text)


def loopback_once(programs):
    """What a filter accepts on lo is still there once only."""
    with Lab(programs) as lab:
        lab.ip("link", "set", "lo", "up")
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "lo", "-w", path, *SMALL, "udp", "dst", "port", "9009")
        with lab.entered():
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with s:
            for i in range(10):
                s.sendto(b"%d" % i, ("127.0.0.1", 9009 + i % 2))
        c.wait_report("packets", lambda r: r["packets_captured"] >= 5)
        equal(c.stop()["packets_stored"], 5, "packets")
        equal([p.data[42:] for p in capfile.File(path).packets],
              [b"%d" % i for i in range(0, 10, 2)], "payloads")


def nothing_slips_in(programs):
    """While rings are opened packets already flow: none that does not match is in the file."""
    for rings in (("--rings", "1"), ("--rings", "4", "--fanout", "lb")):
        with Lab(programs) as lab:
            generator = lab.generator("-n", "2000000", "-s", "100", "-r", "100kpps")
            path = lab.path("a.pcapng")
            c = lab.capture("-i", "v0", "-w", path, "--latency", "10ms", *rings, "arp")
            send_all(lab, [padded(MACS + b"\x08\x06" + arp())] * 5)
            c.wait_report("the five", lambda r: r["packets_captured"] >= 5)
            totals = c.stop()
            generator.kill()
            equal(totals["packets_seen"], 5, "packets seen")
            equal([p.data[12:14] for p in capfile.File(path).packets], [b"\x08\x06"] * 5, "types")


def control(lab, *args, expect=0):
    done = subprocess.run([lab.ringtap, "control", *args], capture_output=True, text=True,
                          timeout=30, check=False)
    equal(done.returncode, expect, f"exit status of control ({done.stderr})")
    return done.stderr


def status_filter(lab, c):
    out = subprocess.run([lab.ringtap, "status", "--json", "--interval", "1ms", str(c.pid)],
                         capture_output=True, text=True, timeout=30, check=True).stdout
    return json.loads(out)["filter"]


class Sender(threading.Thread):
    """Numbered datagrams to three ports, until told to stop."""

    def __init__(self, lab):
        super().__init__()
        self.socket = lab.packet_socket("v1")
        self.count, self.ending = 0, False

    def run(self):
        while not self.ending:
            for port in (1001, 1002, 1003):
                self.socket.send(padded(MACS + b"\x08\0" + ipv4(
                    17, "10.0.0.1", "10.0.0.2", udp(1, port, struct.pack(">I", self.count)))))
            self.count += 1


def numbers(path, port):
    return [struct.unpack_from(">I", p.data, 42)[0] for p in capfile.File(path).packets
            if p.data[36:38] == struct.pack(">H", port)]


def swapped_under_traffic(programs):
    """Packets that both filters want are all there, whatever happens in between."""
    a, b = "udp dst port 1001 or udp dst port 1002", "udp dst port 1002 or udp dst port 1003"
    for rings in (("--rings", "1"), ("--rings", "2", "--fanout", "lb")):
        with Lab(programs) as lab:
            path = lab.path("a.pcapng")
            c = lab.capture("-i", "v0", "-w", path, "-B", "16MiB", "--latency", "10ms", *rings, a)
            equal(status_filter(lab, c), a, "filter in status")
            sender = Sender(lab)
            sender.start()
            for i in range(20):
                before = sender.count
                control(lab, "--pid", str(c.pid), a if i % 2 else b)
                wait_for("some more packets", lambda: sender.count > before + 20)
            control(lab, "--pid", str(c.pid), b)
            equal(status_filter(lab, c), b, "filter in status")
            sender.ending = True
            sender.join()
            sender.socket.close()
            c.wait_report("all of 1002", lambda r: r["packets_captured"] >= sender.count)
            totals = c.stop()
            equal(totals["packets_dropped"], 0, "dropped")
            equal(sorted(numbers(path, 1002)), list(range(sender.count)), "packets to 1002")
            for port in (1001, 1003):
                true(0 < len(numbers(path, port)) < sender.count, f"port {port}: only partly")


def control_is_refused(programs):
    with Lab(programs) as lab:
        c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), *SMALL, "udp")
        text = control(lab, "--pid", str(c.pid), "udp prot 80", expect=1)
        true("^" in text, f"no caret: {text}")
        equal(status_filter(lab, c), "udp", "the old filter stays")
        control(lab, "--pid", "1", "udp", expect=2)
        control(lab, "--pid", str(c.pid), expect=1)
        # Nobody else's business.
        done = subprocess.run(["setpriv", "--reuid", "65534", "--clear-groups", lab.ringtap,
                               "control", "--pid", str(c.pid), "tcp"], capture_output=True,
                              text=True, timeout=30, check=False)
        equal(done.returncode, 2, f"another user ({done.stderr})")
        inside = subprocess.run([*lab.inside(), "setpriv", "--reuid", "65534", "--clear-groups",
                                 lab.ringtap, "control", "--pid", str(c.pid), "tcp"],
                                capture_output=True, text=True, timeout=30, check=False)
        equal(inside.returncode, 2, f"another user in the namespace ({inside.stderr})")
        equal(status_filter(lab, c), "udp", "the old filter stays")
        control(lab, "--pid", str(c.pid), "")
        equal(status_filter(lab, c), "", "no filter")
        send_all(lab, [padded(MACS + b"\x08\x06" + arp())])
        c.wait_report("the packet", lambda r: r["packets_captured"] >= 1)
        c.stop()


def swapped_by_a_user(programs):
    """Nothing of the privileges that are gone is needed to change a filter."""
    with Lab(programs) as lab:
        os.chmod(lab.dir, 0o777)
        c = lab.capture("-i", "v0", "-w", lab.path("a.pcapng"), *SMALL, "-Z", "nobody", "udp")
        control(lab, "arp")
        send_all(lab, [padded(MACS + b"\x08\x06" + arp())])
        c.wait_report("the packet", lambda r: r["packets_captured"] >= 1)
        equal(c.stop()["packets_stored"], 1, "stored")


def write_filter(lab, text):
    with open(lab.path("filter.new"), "w", encoding="utf-8") as f:
        f.write(text)
    os.rename(lab.path("filter.new"), lab.path("filter"))


def file_read_again(programs):
    """SIGHUP reads -F again, and rotates as ever; what does not compile changes nothing."""
    with Lab(programs) as lab:
        write_filter(lab, "udp\n dst port 1001\n")
        c = lab.capture("-i", "v0", "-w", lab.path("a-%s.pcapng"), *SMALL, "-F",
                        lab.path("filter"), json_report=False, ready=False)
        c.wait_text("ring")
        wait_for("it runs", lambda: os.path.exists(f"/proc/{c.pid}/fd") and
                 status_filter(lab, c))
        equal(status_filter(lab, c), "udp\n dst port 1001", "filter")
        write_filter(lab, "udp dst port 1002")
        c.signal(signal.SIGHUP)
        c.wait_text("filter: now udp dst port 1002")
        equal(status_filter(lab, c), "udp dst port 1002", "filter")
        write_filter(lab, "udp dst prt 1002")
        c.signal(signal.SIGHUP)
        c.wait_text("stays as it was")
        true("^" in c.text(), f"no caret: {c.text()}")
        equal(status_filter(lab, c), "udp dst port 1002", "filter")
        os.unlink(lab.path("filter"))
        c.signal(signal.SIGHUP)
        wait_for("said again", lambda: c.text().count("stays as it was") == 2)
        c.signal(signal.SIGINT)
        equal(c.wait(), 0, "exit status")


def wrong_expressions(programs):
    """Exit status 1, a caret, and the output is as it was."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        with open(path, "w", encoding="ascii") as f:
            f.write("precious")
        for args in (("tcp", "prot", "80"), ("host 10.0.0.300",), ("-Y", "tcp.prt == 80"),
                     ("-Y", "tcp.port == \"x\"")):
            status, text = lab.refused("-i", "v0", "--force", "-w", path, *args)
            equal(status, 1, f"exit status of {args} ({text})")
            true("^" in text, f"no caret: {text}")
        write_filter(lab, "tcp and and")
        status, text = lab.refused("-i", "v0", "--force", "-w", path, "-F", lab.path("filter"))
        equal(status, 1, f"exit status of -F ({text})")
        status, _ = lab.refused("-i", "v0", "--force", "-w", path, "-F", lab.path("filter"), "tcp")
        equal(status, 1, "-F and an expression")
        with open(path, encoding="ascii") as f:
            equal(f.read(), "precious", "the output file")


def sums_with_display(totals):
    equal(totals["packets_seen"], totals["packets_stored"] + totals["packets_dropped"] +
          totals["packets_filtered"] + totals["packets_beyond_limit"], f"sums ({totals})")


def display_filter(programs):
    """-Y: what does not match is not in the file, and is counted."""
    sent = [f for f in frames() if f[12:14] not in (b"\x81\x00", b"\x88\xa8")]
    others = [f for f in frames() if f not in sent]
    want = [f for f in sent if f[12:14] == b"\x08\0" and f[23:24] == b"\x06" and len(f) > 36 or
            f[12:14] == b"\x88\x64"]
    shape = {"inplace": ("a.pcapng", "--write", "inplace"), "packed": ("a.pcapng",),
             "pcap": ("a.pcap",), "pipe": ("-",),
             "sorted": ("a.pcapng", "--write", "sorted", "--rings", "2", "--fanout", "lb")}
    for form, (name, *args) in shape.items():
        with Lab(programs) as lab:
            path = lab.path("a.pcapng" if name == "-" else name)
            with open(lab.path("pipe"), "wb") as pipe:
                c = lab.capture("-i", "v0", "-w", "-" if name == "-" else path, "--latency", "10ms",
                                *args, "-Y", "tcp.port == 80 && ip.ttl == 64", "not vlan",
                                stdout=pipe)
            send_all(lab, others + sent)
            c.wait_report("all", lambda r: r["packets_captured"] + r["packets_filtered"] >=
                          len(sent))
            totals = c.stop()
            sums_with_display(totals)
            f = capfile.File(lab.path("pipe") if name == "-" else path)
            got = [p.data for p in f.packets]
            equal(got, want, f"{form}: only there: {[x.hex() for x in got if x not in want]}, "
                  f"missing: {[x.hex() for x in want if x not in got]}")
            equal(totals["packets_filtered"], len(sent) - len(want), "counted")


def display_filter_limit(programs):
    """-c counts what matches; summaries are of that only."""
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-w", path, "--latency", "10ms", "-c", "4", "--summaries",
                        lab.path("s"), "-Y", "arp")
        while c.process.poll() is None:
            send_all(lab, frames())
        equal(c.wait(), 0, f"exit status ({c.text()})")
        sums_with_display(c.totals)
        equal(c.totals["packets_stored"], 4, "stored")
        equal(c.totals["summaries"], 4, "summaries")
        true(all(b"\x08\x06\0\x01" in p.data[12:26] for p in capfile.File(path).packets), "types")


def display_filter_printed(programs):
    with Lab(programs) as lab:
        with open(lab.path("out"), "w+", encoding="utf-8") as out:
            c = lab.capture("-i", "v0", "-n", "-Y", "arp", stdout=out)
            send_all(lab, frames())
            c.wait_report("all", lambda r: r["packets_captured"] >= 6)
            totals = c.stop()
            out.seek(0)
            lines = [x for x in out.read().splitlines() if x]
        equal(totals["packets_captured"], 6, "printed")
        equal(len(lines), 6, f"lines ({lines})")
        true(all("ARP" in x or "arp" in x.lower() for x in lines), f"{lines}")


def filter_in_the_file(programs):
    with Lab(programs) as lab:
        path = lab.path("a.pcapng")
        c = lab.capture("-i", "v0", "-w", path, *SMALL, "udp", "port", "53")
        c.stop()
        with open(path, "rb") as f:
            true(struct.pack("<HHB", 11, 12, 0) + b"udp port 53" in f.read(4096), "if_filter")


TESTS = [same_verdicts, same_verdicts_extended, same_verdicts_cooked, addresses_of_cooked_packets,
         loopback_once, nothing_slips_in, swapped_under_traffic, control_is_refused,
         swapped_by_a_user,
         file_read_again, wrong_expressions, display_filter, display_filter_limit,
         display_filter_printed, filter_in_the_file]

if __name__ == "__main__":
    harness.main(TESTS)
