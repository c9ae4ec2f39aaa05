"""Two wires with a machine in their middle, for what passes packets on.

left (in <ns>l: a0) ---- v0 (in <ns>) the middle w0 ---- b0 (in <ns>r): right
"""
import os
import random
import socket
import struct
import subprocess

from harness import Capture, Lab, call, die_with_parent, equal, true, wait_for

ETH_P_ALL = 3
SOL_PACKET = 263
PACKET_AUXDATA, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING = 8, 15, 23
SO_RCVBUFFORCE = 33
VLAN_VALID, VLAN_TPID_VALID = 1 << 4, 1 << 6
MAC_L, MAC_R = b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02"


class Line(Lab):
    def __init__(self, programs, mtu=1500, right_mtu=None):
        super().__init__(programs)
        self.left, self.right = self.ns + "l", self.ns + "r"
        self.mtus = {self.left: mtu, self.right: right_mtu or mtu}

    def __enter__(self):
        try:
            for ns in (self.ns, self.left, self.right):
                call("ip", "netns", "add", ns)
                for which in ("all", "default"):
                    path = f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6"
                    self.run("sh", "-c", f"test ! -e {path} || echo 1 > {path}", ns=ns)
            self.add_wire("v0", "a0", self.left)
            self.add_wire("w0", "b0", self.right)
            self.wait_up()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind, value, trace):
        super().__exit__(kind, value, trace)
        for ns in (self.left, self.right):
            subprocess.run(["ip", "netns", "del", ns], check=False, stderr=subprocess.DEVNULL)

    def add_wire(self, inner, outer, ns):
        self.ip("link", "add", inner, "type", "veth", "peer", "name", outer)
        self.ip("link", "set", outer, "netns", ns)
        for link, where in ((inner, self.ns), (outer, ns)):
            self.ip("link", "set", link, "mtu", str(self.mtus[ns]), ns=where)
            self.ip("link", "set", link, "up", ns=where)

    def wait_up(self):
        """A wire that has just got its carrier drops what is sent, until the kernel comes to it."""
        for link, ns in (("a0", self.left), ("v0", self.ns), ("w0", self.ns), ("b0", self.right)):
            wait_for(f"{link} to be up", lambda link=link, ns=ns: " state UP " in
                     self.ip("-o", "link", "show", "dev", link, ns=ns))

    def addresses(self):
        """192.0.2.1 on the left, 192.0.2.2 on the right."""
        self.ip("addr", "add", "192.0.2.1/24", "dev", "a0", ns=self.left)
        self.ip("addr", "add", "192.0.2.2/24", "dev", "b0", ns=self.right)

    def ends(self):
        return End(self, "a0", self.left), End(self, "b0", self.right)

    def bridge(self, *args, **kwargs):
        return Bridge(self, args, **kwargs)

    def inside_python(self, ns, code):
        return self.process([*self.inside(ns), "python3", "-c", code], stdout=subprocess.PIPE,
                            text=True)


class Bridge(Capture):
    """A running `ringtap bridge`."""

    # pylint: disable-next=super-init-not-called
    def __init__(self, lab, args, ready=True, json_report=True):
        self.lab = lab
        self.errors = os.path.join(lab.dir, f"stderr-{lab.unique()}")
        command = [*lab.inside(), lab.ringtap, "bridge", *args]
        if json_report:
            command.insert(len(lab.inside()) + 2, "--json")
        with open(self.errors, "wb") as stderr:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=stderr,
                                            cwd=lab.dir, preexec_fn=die_with_parent)
        self.pid = self.process.pid
        self.totals = None
        lab.processes.append(self)
        if ready:
            self.wait_ready()

    def wait_all(self, forwarded, way=0):
        return self.wait_report(f"{forwarded} packets forwarded",
                                lambda r: r["directions"][way]["forwarded"] >= forwarded)


class End:
    """An outer interface: sends frames, and has what came in with its VLAN tag put back."""

    def __init__(self, lab, interface, ns):
        self.lab, self.interface, self.ns = lab, interface, ns
        with lab.entered(ns):
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            s.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
            s.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
            s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
            s.bind((interface, ETH_P_ALL))
            s.settimeout(0.05)
        self.socket = s

    def send(self, frame):
        self.socket.send(frame)

    def receive_one(self):
        try:
            data, control, _, _ = self.socket.recvmsg(70000, 256)
        except TimeoutError:
            return None
        for level, kind, value in control:
            if level != SOL_PACKET or kind != PACKET_AUXDATA:
                continue
            status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", value[:20])
            if status & VLAN_VALID:
                tpid = tpid if status & VLAN_TPID_VALID else 0x8100
                data = data[:12] + struct.pack(">HH", tpid, tci) + data[12:]
        return data

    def receive(self, n, got=None):
        """n frames, in their order."""
        got = [] if got is None else got

        def more():
            frame = self.receive_one()
            while frame is not None:
                got.append(frame)
                frame = self.receive_one() if len(got) < n else None
            return len(got) >= n

        try:
            wait_for(f"{n} frames at {self.interface}", more)
        except AssertionError as late:
            raise AssertionError(f"{late}; {len(got)} came") from late
        return got

    def nothing(self):
        """What has come in and was not received yet: there is to be none."""
        equal(self.receive_one(), None, f"a frame at {self.interface}")


def frame(serial, size, source=MAC_L, target=MAC_R, ethertype=0x88b5, tags=()):
    """Bytes that are like those of no other serial; size counts no tag."""
    head = target + source + b"".join(struct.pack(">HH", *t) for t in tags)
    head += struct.pack(">HI", ethertype, serial)
    body = random.Random(serial).randbytes(size + 4 * len(tags) - len(head))
    return head + body


def check(report, way, received, forwarded=None, **dropped):
    """The counts of one direction, and that they add up."""
    d = report["directions"][way]
    equal(d["received"], received, f"{d['from']} > {d['to']}: received")
    equal({k: v for k, v in d["dropped"].items() if v}, dropped, "dropped by cause")
    equal(d["packets_dropped"], sum(d["dropped"].values()), "dropped")
    equal(d["forwarded"], received - sum(dropped.values()) if forwarded is None else forwarded,
          "forwarded")
    check_sum(report)


def check_sum(report):
    for d in report["directions"]:
        equal(d["received"], d["forwarded"] + d["packets_dropped"] + d["in_flight"],
              f"{d['from']} > {d['to']}: the sum")
        equal(d["in_flight"], 0, "in flight")
    true(report["directions"], "there are directions")
