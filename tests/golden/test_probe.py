#!/usr/bin/env python3
"""`ringtap probe` against servers on the loopback interface: what it sends, prints and concludes.

    test_probe.py RINGTAP
"""
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import cli  # noqa: E402
import packets as p  # noqa: E402
import run  # noqa: E402
from cli import Skip, equal, true  # noqa: E402

# What was sent to a Skype node in 2009, and what came back for it three times.
ASKED = bytes.fromhex("924002a16665ea0d8c82c30c27cdc5e74e78fea150a6")
TAILS = [bytes.fromhex(t) for t in ("17c0a8001374a041f0", "67c0a800131100104f",
                                    "37c0a800136808433a")]
HTTP_404 = b"HTTP/1.0 404 Not Found\r\n\r\n"
BOUND = 20  # seconds for what takes none


class Server:
    """Answers in a thread, keeps what came, until the end of the with block."""

    def __init__(self, answer, family=socket.AF_INET, kind=socket.SOCK_DGRAM):
        self.answer, self.got, self.from_ports = answer, [], []
        self.changed = threading.Condition()
        self.kind = kind
        self.socket = socket.socket(family, kind)
        self.socket.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
        if kind == socket.SOCK_STREAM:
            self.socket.listen(16)
        self.socket.settimeout(0.05)
        self.port = self.socket.getsockname()[1]
        self.target = ("127.0.0.1:%d" if family == socket.AF_INET else "[::1]:%d") % self.port
        self.stopping = False
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping = True
        self.thread.join(BOUND)
        self.socket.close()

    def keep(self, data, port):
        with self.changed:
            self.got.append(data)
            self.from_ports.append(port)
            self.changed.notify_all()

    def wait_for(self, count):
        with self.changed:
            true(self.changed.wait_for(lambda: len(self.got) >= count, BOUND),
                 "%d payloads arrive" % count)

    def run(self):
        while not self.stopping:
            try:
                if self.kind == socket.SOCK_DGRAM:
                    data, peer = self.socket.recvfrom(65536)
                    self.keep(data, peer[1])
                    for reply in self.answer(data, len(self.got) - 1):
                        self.socket.sendto(reply, peer)
                else:
                    conn, peer = self.socket.accept()
                    conn.settimeout(BOUND)
                    with conn:
                        self.answer(self, conn, peer[1])
            except socket.timeout:
                pass
            except OSError:  # the other side has gone
                pass


def skype(data, number):
    return [data[:2] + TAILS[number % 3]]


def silent(data, number):
    return []


def datagrams(case, *payloads, name="a.pcap"):
    return case.pcap(name, [p.udp4(5000, 48915, d) for d in payloads])


def without_times(text):
    return re.sub(r"after [0-9.]+ [num]?s\b", "after T", text)


def report(case, *words, **keywords):
    return json.loads(case.call("probe", *words, "--json", **keywords)[0])


def value(lines, label):
    """What stands behind a label of the report."""
    found = [line[12:] for line in lines if line[:12].rstrip() == label]
    true(found, "a line '%s' in %r" % (label, lines))
    return found[0]


def the_seed_side_by_side(case):
    with Server(skype) as server:
        out, text = case.call("probe", server.target, "-r", datagrams(case, ASKED), "--repeat", "3")
    equal(text, "", "standard error")
    equal(server.got, [ASKED] * 3, "what arrived")
    out = re.sub(r"(after T) to [0-9.]+ [num]?s", r"\1 to T", without_times(out.decode()))
    equal(out, """\
probe 1, packet 1: 22 bytes              reply after T: 11 bytes
0000  92 40 02 a1 66 65 ea 0d .@..fe..  =92=40 17 c0 a8 00 13 74 .@.....t
0008  8c 82 c3 0c 27 cd c5 e7 ....'...   a0 41 f0                .A.
0010  4e 78 fe a1 50 a6       Nx..P.

probe 2, packet 1: 22 bytes              reply after T: 11 bytes
0000  92 40 02 a1 66 65 ea 0d .@..fe..  =92=40 67 c0 a8 00 13 11 .@g.....
0008  8c 82 c3 0c 27 cd c5 e7 ....'...   00 10 4f                ..O
0010  4e 78 fe a1 50 a6       Nx..P.

probe 3, packet 1: 22 bytes              reply after T: 11 bytes
0000  92 40 02 a1 66 65 ea 0d .@..fe..  =92=40 37 c0 a8 00 13 68 .@7....h
0008  8c 82 c3 0c 27 cd c5 e7 ....'...   08 43 3a                .C:
0010  4e 78 fe a1 50 a6       Nx..P.

sent        3 times, of 1 payload
answered    3
no reply    0
replies     3, 0 of them late
            after T to T
lengths     11 bytes (3)
alike       none of 3 replies is like another
constant    92 40 .7 c0 a8 00 13 .. .. .. ..
            (a point: not the same in all 3 replies)
            the first 2 bytes of all replies are the same
echo        the first 2 bytes sent come back in front of 3 of 3 replies
            (all that was sent begins alike: it may be a constant as well)
address     192.168.0.19, at byte 3 of all 3 replies: it may be one;
            neither ours nor the target's
Skype       looks like it: 3 of 3 replies have 11 bytes, an id that was sent
            in front, and type 7 (3) or 5 (0); 192.168.0.19 is at byte 3
            of 3 of these; the last four bytes differ
""", "what is printed")
    true(all(len(line) <= 80 for line in out.splitlines()), "80 columns")


def our_own_address_within(case):
    def answer(data, number):
        return [data[:2] + b"\x17\x7f\0\0\1" + struct.pack(">I", 77 + number)]

    with Server(answer) as server:
        out = report(case, server.target, "-r", datagrams(case, ASKED, b"\1\2" + ASKED))
    equal(out["analysis"]["own_address"], {"offset": 3, "replies": 2}, "our own address")
    equal(out["analysis"]["echo"]["length"], 2, "bytes that are echoed")
    equal(out["analysis"]["echo"]["different"], 2, "different ones")
    equal(out["analysis"]["skype"]["looks_like"], True, "like Skype")
    equal(out["analysis"]["constant_address"], None, "no other address")


def what_is_not_skype(case):
    nack = [bytes([i, 2, 0x17, 10, 0, 0, 1]) + bytes(4) for i in range(6)]
    replies = {
        "DNS": lambda d, n: [d[:2] + b"\x85\x80" + bytes(8 + n)],
        "an echo": lambda d, n: [d],
        "eleven bytes without an id": lambda d, n: [b"\x77\x88" + TAILS[n % 3]],
        "many addresses": lambda d, n: [d[:2] + b"\x17" + bytes([9, n, n, n]) + bytes([n] * 4)],
        "always the same behind it": lambda d, n: [d[:2] + TAILS[0]],
        "no address of a host": lambda d, n: [d[:2] + b"\x17\0\0\0\1" + bytes([n] * 4)],
        "another type": lambda d, n: [d[:2] + b"\x12" + TAILS[n % 3][1:]],
        "twelve bytes": lambda d, n: [d[:2] + TAILS[n % 3] + b"\0"],
    }
    for what, answer in replies.items():
        with Server(answer) as server:
            out = report(case, server.target, "-r", datagrams(case, *nack), "--pps", "200")
        equal(out["answered"], 6, what + ": answers")
        equal(out["analysis"]["skype"]["looks_like"], False, what)
    # One alone is too little.
    with Server(skype) as server:
        lines = case.lines("probe", server.target, "-r", datagrams(case, ASKED), "-q")
    true(value(lines, "Skype").startswith("too little to say: 1 of 1"), lines)


def nobody_answers(case):
    payloads = [b"one", b"", b"x" * 1400, b"\0" * 5]
    began = time.monotonic()
    with Server(silent) as server:
        path = datagrams(case, *payloads)
        lines = case.lines("probe", server.target, "-r", path, "--wait", "50ms", "--pps", "100")
    true(time.monotonic() - began >= 0.2, "each is waited for")
    equal(server.got, payloads, "what arrived, in its order")
    equal(len(set(server.from_ports)), 1, "ports of ours")
    equal(lines[0], "probe 1, packet 1: 3 bytes; no reply within 50.0 ms", "a line")
    equal(value(lines, "answered"), "0", "answered")
    equal(value(lines, "no reply"), "4", "without a reply")
    true(not any(line.startswith("Skype") for line in lines), "nothing is concluded of nothing")


def the_port_is_closed(case):
    with Server(silent) as server:
        target = server.target
    lines = case.lines("probe", target, "-r", datagrams(case, b"one", b"two"))
    reason = "port unreachable (ICMP type 3, code 3, of 127.0.0.1)"
    equal(lines[:2], ["probe %d, packet %d: 3 bytes; %s" % (i, i, reason) for i in (1, 2)], "lines")
    equal(value(lines, "sent"), "2 times, of 2 payloads", "sent")
    equal(value(lines, "refused"), "2: " + reason, "refused")
    out = report(case, target, "-r", datagrams(case, b"one", b"two"))
    equal([(s["outcome"], s["icmp_type"], s["icmp_code"]) for s in out["probes"]],
          [("refused", 3, 3)] * 2, "as JSON")


def over_ipv6(case):
    try:
        server = Server(skype, family=socket.AF_INET6)
    except OSError as reason:
        raise Skip("no IPv6: %s" % reason)
    with server:
        out = report(case, server.target, "-r", datagrams(case, ASKED))
    equal(out["address"], "[::1]:%d" % server.port, "the target")
    true(out["local"].startswith("[::1]:"), "our end")
    equal(out["answered"], 1, "answered")
    out = report(case, server.target, "-r", datagrams(case, ASKED))
    equal((out["refused"], out["probes"][0]["icmp_type"], out["probes"][0]["icmp_code"]),
          (1, 1, 4), "the port is closed now")


def hostile_replies(case):
    def answer(data, number):
        if number == 0:
            return [bytes(65507)]
        if number == 1:
            return [b""] * 3
        return [b"flood %d" % i for i in range(100)]

    with Server(answer) as server:
        path = datagrams(case, b"a", b"b", b"c")
        out = report(case, server.target, "-r", path, "--wait", "500ms")
        true(out["replies"] > 20, "replies are counted: %d" % out["replies"])
        equal(sum(s["nr_replies"] for s in out["probes"]), out["replies"], "replies in all")
        equal([len(s["replies"]) for s in out["probes"]], [1, 3, 16], "replies kept")
        equal(out["not_kept"], out["replies"] - 20, "not kept")
        equal(len(out["probes"][0]["replies"][0]["bytes"]), 2 * 65507, "all bytes of a long one")
        equal(out["analysis"]["empty"], 3, "empty ones")
        equal(out["analysis"]["skype"]["fit"], 0, "no sign of Skype")
    with Server(answer) as server:
        lines = case.lines("probe", server.target, "-r", path, "--wait", "500ms")
    true("      0 more bytes sent, 65443 more got (--full shows them)" in lines, "cut, and said")
    with Server(answer) as server:
        lines = case.lines("probe", server.target, "-r", path, "--wait", "500ms", "--full")
    true(any(line.startswith("ffe0  ") for line in lines), "the last row with --full")


def too_long_for_a_datagram(case):
    """IPv6 has room for a few bytes more than IPv4."""
    path = case.pcap("long.pcap", [p.udp6(1, 2, bytes(20)), p.udp6(1, 2, bytes(65510))])
    with Server(silent) as server:
        out = report(case, server.target, "-r", path, "--wait", "20ms")
    equal([(s["outcome"], s["reason"]) for s in out["probes"]],
          [("unanswered", None), ("not_sent", "longer than a datagram can be")], "outcomes")
    equal(out["sent"], 1, "sent")


def late_replies(case):
    """The first is answered when the second was sent, which is known by its first two bytes."""
    def answer(data, number):
        return [] if number == 0 else [b"\x11\x11 late", b"\x22\x22 in time"]

    with Server(answer) as server:
        path = datagrams(case, b"\x11\x11 first", b"\x22\x22 second")
        lines = case.lines("probe", server.target, "-r", path, "--wait", "400ms")
    lines = [without_times(line) for line in lines]
    equal(lines[0], "probe 1, packet 1: 8 bytes; no reply within 400 ms", "it was over")
    true("probe 1, packet 1: again                 late reply, after T: 7 bytes" in lines, lines)
    equal(value(lines, "answered"), "1", "answered")
    equal(value(lines, "no reply"), "1", "without a reply in time")
    equal(value(lines, "replies"), "2, 1 of them late", "replies")


def rate_and_repeat(case):
    path = datagrams(case, *[b"%d" % i for i in range(5)])
    with Server(skype) as server:
        began = time.monotonic()
        _, text = case.call("probe", server.target, "-r", path, "-c", "3", "--repeat", "2", "--pps",
                            "20", "-q")
        took = time.monotonic() - began
    equal(server.got, [b"0", b"0", b"1", b"1", b"2", b"2"], "what arrived")
    true(took >= 0.25, "six at 20 per second took %.3f s" % took)
    with Server(skype) as server:
        _, text = case.call("probe", server.target, "-r", path, "-c", "3")
    equal(text, "ringtap: probe: the first 3 of 5 payloads; -c takes more\n", "standard error")


def from_a_port(case):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        free = taken.getsockname()[1]
        with Server(silent) as server:
            words = ["probe", server.target, "-r", datagrams(case, b"x"), "--wait", "10ms",
                     "--from-port", str(free)]
            text = case.call(*words, status=2)[1]
            true("--from-port %d: Address already in use" % free in text, text)
            taken.close()
            case.call(*words)
        equal(server.from_ports, [free], "the port")


def fragment(payload):
    return p.ip4(17, p.udp(5000, 48915, payload)[:16], frag=0x2000)


def what_is_in_the_file(case):
    frames = [p.udp4(5000, 1, b"first"), p.tcp4(1, 2, b"tcp"), fragment(b"a fragment"),
              p.ip4(1, b"\x08\0\0\0" + bytes(8)), p.udp6(5000, 2, b"six"),
              # Padding is no payload; what an ICMP error quotes was not sent here.
              p.udp4(5000, 3, b"\x01") + bytes(18),
              p.ip4(1, b"\x03\x03" + bytes(6) + p.ip4_packet(17, p.udp(9, 9, b"quoted")))]
    path = case.pcap("mixed.pcap", frames)
    with Server(silent) as server:
        out = report(case, server.target, "-r", path, "--wait", "10ms")
        equal(server.got, [b"first", b"six", b"\x01"], "payloads")
        equal((out["file_totals"]["fragments"], out["file_totals"]["tcp"]), (1, 1), "the others")
        report(case, server.target, "-r", path, "--wait", "10ms", "dst", "port", "1")
        equal(server.got[3:], [b"first"], "with a filter")
        equal(case.call("probe", server.target, "-r", path, "port", "and", status=1)[0], b"",
              "a wrong filter")
    text = case.call("probe", "127.0.0.1:9", "-r", case.pcap("tcp.pcap", [frames[1], frames[3]]),
                     status=2)[1]
    true("no UDP payload: 2 packets" in text and "1 TCP with bytes" in text and
         "--tcp sends those" in text, text)
    case.call("probe", "127.0.0.1:9", "-r", case.path("none.pcap"), status=2)


def a_truncated_file(case):
    path = datagrams(case, b"one", b"two", b"three")
    with open(path, "r+b") as file:
        file.truncate(os.path.getsize(path) - 3)
    with Server(silent) as server:
        _, text = case.call("probe", server.target, "-r", path, "--wait", "10ms", status=3)
    equal(server.got, [b"one", b"two"], "what came before")
    true("what came before is used" in text, text)
    with Server(silent) as server, open(path, "rb") as file:
        case.call("probe", server.target, "-r", "-", "--wait", "10ms", status=3, stdin=file.read())
    equal(server.got, [b"one", b"two"], "out of a pipe")
    cut = case.file("cut.pcap", cli.section() + cli.interface(1, "a", snaplen=50) +
                    cli.packet(0, 0, p.udp4(1, 2, bytes(50))[:50], wire=92))
    true("1 not whole" in case.call("probe", "127.0.0.1:9", "-r", cut, status=2)[1],
         "packets that were cut are not sent")


def wrong_words(case):
    path = datagrams(case, b"x")
    for target in ("here", "192.0.2.1", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.0/24:5",
                   "192.0.2.1:5-9", "192.0.2.1:5,6", "192.0.2.1,192.0.2.2:5", "::1:5", "[::1]5",
                   "0.0.0.0:5", "255.255.255.255:5", "224.0.0.1:5", "[ff02::1]:5", "[::]:5",
                   "[::ffff:224.0.0.1]:5", "[fe80::1]:5", ":5", "192.0.2.1:" + "0" * 9000 + "5"):
        out, text = case.call("probe", target, "-r", path, status=1)
        equal(out, b"", target)
        true(text.startswith("ringtap: probe: ") and text.count("\n") == 1, text)
    for words in (["-c", "0"], ["-c", "10001"], ["--pps", "1001"], ["--pps", "0"],
                  ["--repeat", "101"], ["-c", "5000", "--repeat", "3"], ["--wait", "61s"],
                  ["--wait", "0"], ["--from-port", "65536"], ["--from-port", "0"],
                  ["-r", path], ["-f", "udp", "udp"]):
        out, text = case.call("probe", "127.0.0.1:9", "-r", path, *words, status=1)
        equal(out, b"", str(words))
        true(text.startswith("ringtap: probe: "), text)
    for words in ([], ["127.0.0.1:9"], ["-r", path, "--tcp"], ["-r", path, "--skype"],
                  ["-r", path, "--pps", "5"], ["127.0.0.1:9", "--skype", "--tcp"],
                  ["127.0.0.1:9", "--skype", "udp"]):
        case.call("probe", *words, status=1)


def interrupted(case):
    path = datagrams(case, *[b"%d" % i for i in range(50)])
    with Server(silent) as server:
        child = subprocess.Popen([case.program, "probe", server.target, "-r", path, "--wait", "30s"],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=cli.ENV)
        server.wait_for(1)
        child.send_signal(signal.SIGINT)
        out, text = child.communicate(timeout=BOUND)
    equal(child.returncode, 3, "exit status (%s)" % text)
    lines = out.decode().splitlines()
    equal(lines[0], "probe 1, packet 1: 1 bytes; interrupted", "not: no reply within 30 s")
    equal(value(lines, "sent"), "1 time, of 50 payloads; interrupted", "sent")


def interrupted_over_tcp(case):
    """What came before it is shown."""
    def partly(server, conn, port):
        server.keep(conn.recv(65536), port)
        conn.sendall(b"partly")
        conn.recv(1)

    path = case.pcap("t.pcap", stream(2000, ("c", b"one"), ("s", b"ok"), ("c", b"two")))
    with Server(partly, kind=socket.SOCK_STREAM) as server:
        child = subprocess.Popen([case.program, "probe", server.target, "-r", path, "--tcp",
                                  "--pps", "1"],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=cli.ENV)
        line = child.stdout.readline()
        child.send_signal(signal.SIGTERM)
        out, text = child.communicate(timeout=BOUND)
    equal(child.returncode, 3, "exit status (%s)" % text)
    lines = without_times((line + out).decode()).splitlines()
    equal(lines[0], "probe 1, packet 3: 3 bytes               reply after T: 6 bytes", "a reply")
    equal(value(lines, "sent"), "1 time, of 2 payloads; interrupted", "sent")
    with Server(partly, kind=socket.SOCK_STREAM) as server:
        child = subprocess.Popen([case.program, "probe", server.target, "-r", path, "--tcp",
                                  "--wait", "30s", "--pps", "1"],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=cli.ENV)
        server.wait_for(1)
        child.send_signal(signal.SIGTERM)
        out, text = child.communicate(timeout=BOUND)
    equal(child.returncode, 3, "exit status (%s)" % text)
    true(out.startswith(b"probe 1, packet 3: 3 bytes"), "it is shown: %s" % out)


def interrupted_before_the_file(case):
    """Nothing is kept that would have to be saved: a silent pipe does not hold it."""
    read, write = os.pipe()
    child = subprocess.Popen([case.program, "probe", "127.0.0.1:9", "-r", "-"], stdin=read,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=cli.ENV)
    try:
        deadline = time.monotonic() + BOUND
        while state(child.pid) != "S" and time.monotonic() < deadline:
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        equal(child.wait(BOUND), -signal.SIGINT, "it ends")
    finally:
        child.kill()
        child.communicate()
        os.close(read)
        os.close(write)


def state(pid):
    """S: it sleeps."""
    with open("/proc/%d/stat" % pid) as file:
        return file.read().rpartition(")")[2].split()[0]


def replies_that_the_kernel_drops(case):
    """More than its socket holds, while it cannot read: what is missing is counted."""
    size, pid = 2000, []

    def flood(data, number):
        os.kill(pid[0], signal.SIGSTOP)
        os.waitid(os.P_PID, pid[0], os.WSTOPPED | os.WNOWAIT)
        yield from [b"x"] * size
        os.kill(pid[0], signal.SIGCONT)

    with Server(flood) as server:
        path = datagrams(case, b"x")
        # A file that is given later: the process is known before it sends.
        child = subprocess.Popen([case.program, "probe", server.target, "-r", "-", "--json",
                                  "--wait", "2s", "--pps", "1000"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, env=cli.ENV)
        pid.append(child.pid)
        try:
            with open(path, "rb") as file:
                out, text = child.communicate(file.read(), timeout=BOUND)
        finally:
            child.kill()
    equal(child.returncode, 0, "exit status (%s)" % text)
    out = json.loads(out)
    true(out["dropped"] > 0, "some are dropped")
    equal(out["replies"] + out["dropped"], size, "replies in all")


def from_the_port_itself(case):
    """A socket that is connected to itself would answer all that it is asked."""
    with Server(silent) as server:
        port, target = str(server.port), server.target
    text = case.call("probe", target, "-r", datagrams(case, b"x"), "--from-port", port, status=1)[1]
    true("is the socket that asks; choose another --from-port" in text, text)
    lines = case.lines("probe", target, "-r", case.pcap("t.pcap", stream(2000, ("c", b"x"))),
                       "--tcp", "--from-port", port)
    equal(value(lines, "refused"), "1: Connection refused", "nobody listens there")


def the_port_goes_meanwhile(case):
    """What was done before the second connection fails is reported."""
    with socket.socket() as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]

        def takes_it(server, conn, from_port):
            server.keep(conn.recv(65536), from_port)
            conn.sendall(b"ok")
            conn.recv(1)  # closed
            own.bind(("127.0.0.1", port))
            own.listen(1)

        path = case.pcap("t.pcap", stream(2000, ("c", b"one")) + stream(2001, ("c", b"two")))
        with Server(takes_it, kind=socket.SOCK_STREAM) as server:
            out, text = case.call("probe", server.target, "-r", path, "--tcp", "--from-port",
                                  str(port), "--pps", "2", status=3)
    equal(text, "ringtap: probe: --from-port %d: Address already in use; choose another\n" % port,
          "standard error")
    equal(value(out.decode().splitlines(), "answered"), "1", "the first")


def ids_of_many_conversations(case):
    """All recorded payloads go to one target, so it may answer with the id of any."""
    def twice(data, number):
        return [] if number == 0 else [data[:2] + TAILS[0], b"\x11\x11" + TAILS[1],
                                       b"\x11\x11" + TAILS[2]]

    path = case.pcap("two.pcap", [p.udp4(1, 2, b"\x11\x11 one"), p.udp4(3, 4, b"\x22\x22 two")])
    with Server(twice) as server:
        out = report(case, server.target, "-r", path, "--wait", "200ms")
    equal(out["analysis"]["skype"]["fit"], 3, "replies of that form")


def nobody_reads(case):
    """The reader of the output has gone: nothing more is sent."""
    path = datagrams(case, *[b"%d" % i for i in range(20)])
    with Server(skype) as server:
        child = subprocess.Popen([case.program, "probe", server.target, "-r", path, "--pps", "100"],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=cli.ENV)
        child.stdout.readline()
        child.stdout.close()
        child.stderr.read()
        equal(child.wait(BOUND), 0, "exit status")
    true(len(server.got) < 20, "%d were sent" % len(server.got))


def recorded_exchanges(case):
    """As a capture of 2006 has them: the address within is the router's, not one of the packets'."""
    home, peer = "192.0.2.1", "192.0.2.2"
    seen_as = b"\x56\x80\xf5\x73"
    frames = []
    for i in range(4):
        frames.append(p.udp4(4000, 5000 + i, bytes([0x40 + i, i]) + ASKED[2:], home, peer))
        frames.append(p.udp4(5000 + i, 4000, bytes([0x40 + i, i, 0x27 - 2 * (i % 2)]) + seen_as +
                             bytes([i] * 4), peer, home))
    # The one who was asked asks as well, and is answered in the same way.
    frames.append(p.udp4(5000, 4000, b"\x99\x88\x02" + bytes(20), peer, home))
    frames.append(p.udp4(4000, 5000, b"\x99\x88\x17" + seen_as + b"abcd", home, peer))
    frames += [p.udp4(6000, 53, b"\1\2" + bytes(20)), p.udp4(6001, 53, b"\1\2" + bytes(20))]
    out = report(case, "-r", case.pcap("old.pcap", frames))
    skype_like = out["analysis"]["skype"]
    equal((skype_like["looks_like"], skype_like["fit"], skype_like["type_5"], skype_like["type_7"],
           skype_like["address"], skype_like["same_address"]),
          (True, 5, 2, 3, "86.128.245.115", 5), "what is recognised")
    equal((out["sent"], out["unanswered"], out["target"]), (7, 2, None), "what was asked")
    lines = case.lines("probe", "-r", case.path("old.pcap"), "-f", "port 53")
    equal(lines[0], "asked       2 times; nothing was sent now, the file has it", "with a filter")


# ---- TCP ----

def stream(port, *parts, begin=1000):
    """A connection: "c" the client, "s" the server, "r" the client once more; other numbers are
    places in the client's stream."""
    frames = [p.tcp4(port, 80, flags="S", seq=(begin - 1) % 2**32),
              p.tcp4(80, port, flags="SA", src=p.IP_B, dst=p.IP_A)]
    seq = begin
    for who, data in parts:
        if who == "c":
            frames.append(p.tcp4(port, 80, data, seq=seq))
            seq += len(data)
        elif who == "r":
            frames.append(p.tcp4(port, 80, data, seq=seq - len(data)))
        elif who == "s":
            frames.append(p.tcp4(80, port, data, src=p.IP_B, dst=p.IP_A))
        else:
            frames.append(p.tcp4(port, 80, data, seq=(begin + who) % 2**32))
    return frames


def node(server, conn, port):
    """Fact 1 of 2009: an HTTP server that has nothing, and noise."""
    data = conn.recv(65536)
    server.keep(data, port)
    if data.startswith(b"GET "):
        conn.sendall(HTTP_404)
        return
    conn.sendall(bytes(range(128, 228)))
    while conn.recv(65536):
        pass


def conversation(server, conn, port):
    """Answers each line it gets until the other side ends."""
    while True:
        data = conn.recv(65536)
        if not data:
            return
        server.keep(data, port)
        conn.sendall(b"got %d" % len(data))


def tcp_in_order_and_once(case):
    frames = stream(2000, ("c", b"one "), ("r", b"one "), ("c", b"message"), ("s", b"ok"),
                    ("c", b"two"), ("s", b"ok"))
    # Out of order, overlapping, and with the byte of a keep-alive.
    frames += stream(2001, (4, b"late"), (0, b"was "), (2, b"s l"), (7, b"e!"), begin=2**32 - 3)
    with Server(conversation, kind=socket.SOCK_STREAM) as server:
        lines = case.lines("probe", server.target, "-r", case.pcap("t.pcap", frames), "--tcp",
                           "--pps", "100")
    equal(server.got, [b"one message", b"two", b"was late!"], "what arrived")
    equal(server.from_ports[0] == server.from_ports[1] != server.from_ports[2], True,
          "a connection for each")
    equal(value(lines, "answered"), "3", "answered")
    true("left out    2 TCP segments that were sent again" in lines, lines)
    equal(value(lines, "lengths"), "5 bytes (2), 6 bytes (1)", "lengths")


def tcp_the_first_of_many(case):
    frames = stream(2000, ("c", b"one"), ("s", b"ok"), ("c", b"t"), ("c", b"w"), ("c", b"o"),
                    ("s", b"ok"), ("c", b"three"))
    with Server(conversation, kind=socket.SOCK_STREAM) as server:
        _, text = case.call("probe", server.target, "-r", case.pcap("t.pcap", frames), "--tcp",
                            "-c", "1")
    equal(server.got, [b"one"], "what arrived")
    equal(text, "ringtap: probe: the first 1 of 3 payloads; -c takes more\n", "standard error")


def tcp_missing_bytes(case):
    frames = stream(2000, (0, b"here"), (10, b"there"))
    with Server(conversation, kind=socket.SOCK_STREAM) as server:
        out = report(case, server.target, "-r", case.pcap("t.pcap", frames), "--tcp")
    equal(server.got, [b"herethere"], "what arrived")
    equal(out["file_totals"]["gaps"], 1, "it is said")


def tcp_as_the_seed(case):
    frames = stream(2000, ("c", b"GET / HTTP/1.1\r\n\r\n"), ("s", b"x"), ("c", b"more"))
    frames += stream(2001, ("c", b"thisissomegarbage"))
    with Server(node, kind=socket.SOCK_STREAM) as server:
        words = ["probe", server.target, "-r", case.pcap("t.pcap", frames), "--tcp", "--skype"]
        lines = case.lines(*words)
        out = report(case, *words[1:])
    lines = [without_times(line) for line in lines]
    true("probe 1, packet 3: 18 bytes              reply after T: 26 bytes" in lines, lines)
    true("      then the other side ended the connection" in lines, lines)
    true("probe 2, packet 5: not sent, 4 bytes; the other side had ended the connection" in lines,
         lines)
    equal(value(lines, "not sent"), "1: the other side had ended the connection", "not sent")
    equal(lines[-3:], ['Skype, TCP  GET / HTTP/1.0: only "HTTP/1.0 404 Not Found"',
                       "            random data: 100 bytes that are no text",
                       "            looks like Skype, by the rule of nmap's skypev2-version"], "Skype")
    equal(out["skype_tcp"]["looks_like"], True, "as JSON")
    equal(bytes.fromhex(out["skype_tcp"]["http"]["bytes"]), HTTP_404, "its bytes")
    equal(server.got[:4], [b"GET / HTTP/1.1\r\n\r\n", b"thisissomegarbage",
                           b"GET / HTTP/1.0\r\n\r\n", b"random data\r\n\r\n"], "what was asked")


def tcp_an_http_server(case):
    """Noise for garbage, but an answer to GET that is not the one of Skype to the byte."""
    for answer in (HTTP_404[:-2] + b"Content-Length: 0\r\n\r\n", HTTP_404 + b"x", b""):
        def http(server, conn, port, answer=answer):
            conn.sendall(answer if conn.recv(65536).startswith(b"GET ") else bytes(range(128, 200)))

        with Server(http, kind=socket.SOCK_STREAM) as server:
            lines = case.lines("probe", server.target, "--skype")
        equal(lines[-1].strip(), "does not look like Skype, by the rule of nmap's skypev2-version",
              repr(answer))


def tcp_more_after_a_pause(case):
    """What comes before the next payload is sent is no reply to that."""
    def pauses(server, conn, port):
        for answer in (b"one", b"two"):
            server.keep(conn.recv(65536), port)
            conn.sendall(answer)
            time.sleep(0.3)  # more than what ends a reply, less than until the next is sent
            conn.sendall(b" more")
        conn.recv(1)

    path = case.pcap("t.pcap", stream(2000, ("c", b"a"), ("s", b"x"), ("c", b"b")))
    with Server(pauses, kind=socket.SOCK_STREAM) as server:
        out = report(case, server.target, "-r", path, "--tcp", "--pps", "1")
    first, second = [b"".join(bytes.fromhex(r["bytes"]) for r in s["replies"])
                     for s in out["probes"]]
    equal(first, b"one more", "for the first")
    true(second.startswith(b"two"), "for the second: %r" % second)


def tcp_ended_before_the_next(case):
    def ends(server, conn, port):
        server.keep(conn.recv(65536), port)
        conn.sendall(b"one")
        time.sleep(0.3)

    path = case.pcap("t.pcap", stream(2000, ("c", b"a"), ("s", b"x"), ("c", b"b")))
    with Server(ends, kind=socket.SOCK_STREAM) as server:
        out = report(case, server.target, "-r", path, "--tcp", "--pps", "1")
    equal([(s["outcome"], s["reason"]) for s in out["probes"]],
          [("answered", None), ("not_sent", "the other side had ended the connection")], "outcomes")
    equal(out["sent"], 1, "what no one reads is not sent")


def tcp_nobody_to_ask(case):
    with Server(node, kind=socket.SOCK_STREAM) as server:
        target = server.target
    lines = case.lines("probe", target, "--skype")  # closed: an answer, but not to this
    equal(lines[0], "Skype, TCP  GET / HTTP/1.0: no TCP connection: Connection refused", "refused")
    equal(lines[-1].strip(), "nothing to say: the rule of nmap's skypev2-version needs both", "end")
    equal(report(case, target, "--skype")["skype_tcp"]["looks_like"], None, "as JSON")
    # There is no route to a broadcast address for TCP.
    text = case.call("probe", "127.255.255.255:9", "--skype", status=2)[1]
    true(text.endswith("nothing could be sent\n"), text)
    text = case.call("probe", "127.255.255.255:9", "-r", datagrams(case, b"x"), status=1)[1]
    true("is a broadcast address; one host is probed" in text, text)


def tcp_a_greeting(case):
    def greets(server, conn, port):
        conn.sendall(b"220 hello\r\n")
        conversation(server, conn, port)

    frames = stream(2000, ("s", b"220 recorded\r\n"), ("c", b"EHLO\r\n"))
    with Server(greets, kind=socket.SOCK_STREAM) as server:
        out = report(case, server.target, "-r", case.pcap("t.pcap", frames), "--tcp")
    replies = out["probes"][0]["replies"]
    equal([(bytes.fromhex(r["bytes"]), r["unasked"]) for r in replies],
          [(b"220 hello\r\n", True), (b"got 6", False)], "what came")
    equal((out["replies"], out["unasked"], out["analysis"]["replies"]), (1, 1, 1), "counts")
    equal(out["probes"][0]["nr_replies"], 1, "replies to it")

    def greets_for_long(server, conn, port):
        conn.sendall(bytes(100000))
        conversation(server, conn, port)

    with Server(greets_for_long, kind=socket.SOCK_STREAM) as server:
        out = report(case, server.target, "-r", case.path("t.pcap"), "--tcp")
    reply = out["probes"][0]["replies"][0]
    equal((reply["length"], len(reply["bytes"])), (100000, 2 * 65536), "counted, kept")


def tcp_closes_early(case):
    def closes(server, conn, port):
        server.keep(b"", port)

    frames = stream(2000, ("c", b"a"), ("s", b"b"), ("c", b"c")) + stream(2001, ("c", b"d"))
    path = case.pcap("t.pcap", frames)
    with Server(closes, kind=socket.SOCK_STREAM) as server:
        out = report(case, server.target, "-r", path, "--tcp")
    equal(len(server.got), 2, "connections")
    equal(out["answered"], 0, "answered")
    equal(out["probes"][1]["outcome"], "not_sent", "the second of the first connection")

    def reads_and_closes(server, conn, port):
        conn.recv(65536)

    with Server(reads_and_closes, kind=socket.SOCK_STREAM) as server:
        lines = case.lines("probe", server.target, "-r", path, "--tcp")
    equal(lines[0], "probe 1, packet 3: 1 bytes; no reply; then the other side ended the connection",
          "not: within 1 s")
    lines = case.lines("probe", server.target, "-r", path, "--tcp")  # gone
    equal(value(lines, "sent"), "0 times, of 3 payloads", "sent")
    equal(value(lines, "refused"), "2: Connection refused", "refused")
    equal(value(lines, "not sent"), "1: its connection was not made", "not sent")


def tcp_takes_nothing(case):
    """A server that never reads: the wait bounds it; and one that never stops talking."""
    def sleeps(server, conn, port):
        while not server.stopping:
            time.sleep(0.02)

    def talks(server, conn, port):
        while not server.stopping:
            conn.sendall(bytes(65536))

    # Many times the buffers of both ends.
    parts = [("c", bytes(60000)) for _ in range(300)]
    path = case.file("big.pcap", run.pcap(1, []) + b"".join(
        struct.pack("<IIII", 1, 0, len(f), len(f)) + f for f in stream(2000, *parts)))
    with Server(sleeps, kind=socket.SOCK_STREAM) as server:
        out = report(case, server.target, "-r", path, "--tcp", "--wait", "10ms", "--pps", "1000",
                     "-c", "300")
        equal(out["replies"], 0, "replies")
        true(out["not_sent"] > 0, "not all fits into buffers: %d" % out["sent"])
        equal({s["reason"] for s in out["probes"] if s["outcome"] == "not_sent"},
              {"the other side took no more bytes in time"}, "why")
        equal(out["sent"] + out["not_sent"], len(out["probes"]), "payloads in all")
    with Server(talks, kind=socket.SOCK_STREAM) as server:
        path = case.pcap("t.pcap", stream(2000, ("c", b"go")))
        out = report(case, server.target, "-r", path, "--tcp", "--wait", "200ms")
    reply = out["probes"][0]["replies"][0]
    true(reply["length"] > 65536, "all bytes are counted: %d" % reply["length"])
    equal(len(reply["bytes"]), 2 * 65536, "64 KiB are kept")


if __name__ == "__main__":
    sys.exit(cli.main([
        the_seed_side_by_side, our_own_address_within, what_is_not_skype, nobody_answers,
        the_port_is_closed, over_ipv6, hostile_replies, too_long_for_a_datagram, late_replies,
        rate_and_repeat, from_a_port, what_is_in_the_file, a_truncated_file, wrong_words,
        interrupted, interrupted_over_tcp, interrupted_before_the_file,
        replies_that_the_kernel_drops, from_the_port_itself, the_port_goes_meanwhile,
        ids_of_many_conversations, nobody_reads, recorded_exchanges, tcp_in_order_and_once,
        tcp_the_first_of_many, tcp_missing_bytes, tcp_as_the_seed, tcp_an_http_server,
        tcp_more_after_a_pause, tcp_ended_before_the_next, tcp_nobody_to_ask, tcp_a_greeting, tcp_closes_early, tcp_takes_nothing]))
