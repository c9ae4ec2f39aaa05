"""A second opinion on capture files: a small, strict reader that shares no code with ringtap."""
import struct
import subprocess

LOCAL_USE = 0x80000000


class Broken(AssertionError):
    """The file contradicts the format."""


class Packet:
    __slots__ = ("interface", "ts_ns", "data", "wire_len", "flags", "dropcount")

    def __init__(self, interface, ts_ns, data, wire_len, flags=None, dropcount=0):
        self.interface, self.ts_ns, self.data, self.wire_len = interface, ts_ns, data, wire_len
        self.flags, self.dropcount = flags, dropcount


class File:
    """Packets, interfaces (link type, snaplen, name) and the last statistics of each interface."""

    def __init__(self, path):
        self.path = path
        self.packets, self.interfaces, self.statistics = [], [], {}
        with open(path, "rb") as f:
            self.bytes = f.read()
        if self.bytes[:4] == b"\x0a\x0d\x0d\x0a":
            self.format = "pcapng"
            self.read_pcapng()
        else:
            self.format = "pcap"
            self.read_pcap()

    def broken(self, off, why):
        raise Broken(f"{self.path}: offset {off}: {why}")

    def read_pcap(self):
        b, off = self.bytes, 24
        if len(b) < 24:
            self.broken(0, "no pcap header")
        magic, _, _, _, _, snaplen, linktype = struct.unpack_from("<IHHiIII", b)
        if magic not in (0xa1b2c3d4, 0xa1b23c4d):
            self.broken(0, f"magic {magic:#x}")
        self.nanoseconds = magic == 0xa1b23c4d
        self.interfaces.append((linktype, snaplen, ""))
        while off < len(b):
            if len(b) - off < 16:
                self.broken(off, "a record's head is cut")
            sec, frac, cap, wire = struct.unpack_from("<IIII", b, off)
            if cap > snaplen or cap > wire or frac >= (10**9 if self.nanoseconds else 10**6):
                self.broken(off, f"record: {frac=} {cap=} {wire=}")
            off += 16
            if len(b) - off < cap:
                self.broken(off, "a record is cut")
            ns = sec * 10**9 + (frac if self.nanoseconds else frac * 1000)
            self.packets.append(Packet(0, ns, b[off:off + cap], wire))
            off += cap

    def read_pcapng(self):
        b, off, head = self.bytes, 0, struct.Struct("<II")
        while off < len(b):
            if len(b) - off < 12:
                self.broken(off, "a block's head is cut")
            kind, length = head.unpack_from(b, off)
            if length % 4 or length < 12 or length > len(b) - off:
                self.broken(off, f"block {kind:#x} of {length} bytes")
            if struct.unpack_from("<I", b, off + length - 4)[0] != length:
                self.broken(off, "the two lengths of a block differ")
            if kind == 6:
                self.packet_block(off, length)
            elif kind == 1:
                linktype, _, snaplen = struct.unpack_from("<HHI", b, off + 8)
                options = self.options(off + 16, off + length - 4)
                if options.get(9) != b"\x09":
                    self.broken(off, "if_tsresol is not 9")
                self.interfaces.append((linktype, snaplen, options.get(2, b"").decode()))
            elif kind == 5:
                self.statistics_block(off, length)
            elif kind == 0x0a0d0d0a:
                if off:
                    self.broken(off, "a second section")
                if struct.unpack_from("<IHHq", b, off + 8) != (0x1a2b3c4d, 1, 0, -1):
                    self.broken(off, "section header")
            elif kind < LOCAL_USE:
                self.broken(off, f"block type {kind:#x}")
            off += length

    def packet_block(self, off, length):
        interface, high, low, cap, wire = struct.unpack_from("<IIIII", self.bytes, off + 8)
        if interface >= len(self.interfaces):
            self.broken(off, f"interface {interface} is not described")
        padded = (cap + 3) & ~3
        if cap > wire or padded > length - 32 or cap > self.interfaces[interface][1]:
            self.broken(off, f"packet {cap=} {wire=} in a block of {length}")
        data = self.bytes[off + 28:off + 28 + cap]
        if any(self.bytes[off + 28 + cap:off + 28 + padded]):
            self.broken(off, "padding is not zero")
        options = self.options(off + 28 + padded, off + length - 4)
        flags = struct.unpack("<I", options[2])[0] if 2 in options else None
        dropcount = struct.unpack("<Q", options[4])[0] if 4 in options else 0
        self.packets.append(Packet(interface, high << 32 | low, data, wire, flags, dropcount))

    def statistics_block(self, off, length):
        interface, high, low = struct.unpack_from("<III", self.bytes, off + 8)
        options = self.options(off + 20, off + length - 4)
        values = {code: struct.unpack("<Q", options[code])[0] for code in (4, 5, 7, 8)
                  if code in options}
        if interface >= len(self.interfaces):
            self.broken(off, f"statistics of interface {interface}")
        before = self.statistics.get(interface, {})
        for code, value in values.items():
            if value < before.get(code, 0):
                self.broken(off, f"statistic {code} of interface {interface} fell")
        values["ts_ns"] = high << 32 | low
        self.statistics[interface] = values

    def options(self, off, end):
        """Option values by code; behind the end mark all must be zero."""
        found, b = {}, self.bytes
        while end - off >= 4:
            code, length = struct.unpack_from("<HH", b, off)
            off += 4
            if code == 0:
                if length or b[off:end].count(0) != end - off:
                    self.broken(off, "bytes behind the last option")
                return found
            if length > end - off:
                self.broken(off, "an option leaves its block")
            found[code] = b[off:off + length]
            off += (length + 3) & ~3
        if off != end:
            self.broken(off, "options do not end where their block ends")
        return found


IMIX = [1514] + [590 if i % 3 == 1 else 64 for i in range(1, 12)]


class Frames:
    """What the generator sends (bench/gen.h), built a second time."""

    def __init__(self, size, tpid=0, tci=0):
        self.l3 = 18 if tpid else 14
        self.sizes = IMIX if size == "imix" else [1514 if size == 1500 else max(size, 60)]
        self.parts = {n: self.build(n, tpid, tci) for n in set(self.sizes)}

    def build(self, length, tpid, tci):
        f = bytearray((i * 7 + i // 251) & 255 for i in range(length))
        f[:12] = b"\x02rtap\x02\x02rtap\x01"
        if tpid:
            struct.pack_into(">HH", f, 12, tpid, tci)
        l3, udp = self.l3, self.l3 + 20
        struct.pack_into(">H", f, l3 - 2, 0x0800)
        f[l3:udp] = struct.pack(">BBHHHBBHII", 0x45, 0, length - l3, 0, 0, 64, 17, 0, 0xc6120001,
                                0xc6120002)
        total = sum(struct.unpack_from(">10H", f, l3))
        total = (total & 0xffff) + (total >> 16)
        struct.pack_into(">H", f, l3 + 10, ~((total & 0xffff) + (total >> 16)) & 0xffff)
        struct.pack_into(">HHHH", f, udp, 10000, 9, length - udp, 0)
        struct.pack_into(">I", f, udp + 16, 0x52544150)
        return bytes(f[:udp + 8]), bytes(f[udp + 16:])

    def sequence(self, data):
        """The number of a frame; Broken when one byte of it is not what was sent."""
        at = self.l3 + 28
        if len(data) < at + 8:
            raise Broken(f"a frame of {len(data)} bytes")
        n = int.from_bytes(data[at:at + 8], "big")
        head, tail = self.parts[self.sizes[n % len(self.sizes)]]
        if data[:at] != head or data[at + 8:] != tail:
            raise Broken(f"frame {n} ({len(data)} bytes) is not what was sent")
        return n


def check_order(packets):
    """Times never go back within an interface id, that is, within a ring."""
    last = {}
    for i, p in enumerate(packets):
        if p.ts_ns < last.get(p.interface, 0):
            raise Broken(f"packet {i}: its time is {last[p.interface] - p.ts_ns} ns before the "
                         "one before it")
        last[p.interface] = p.ts_ns


def count_unordered(packets):
    """Packets whose time is before that of any packet ahead of them."""
    latest = late = 0
    for p in packets:
        late += p.ts_ns < latest
        latest = max(latest, p.ts_ns)
    return late


def check_sequences(packets, frames, offered, in_order=True):
    """Every packet's bytes are those sent, none is there twice, each ring is in order."""
    last, seen = {}, set()
    for p in packets:
        n = frames.sequence(p.data)
        if p.wire_len != len(p.data):
            raise Broken(f"frame {n}: length on the wire {p.wire_len}, {len(p.data)} stored")
        if in_order and n <= last.get(p.interface, -1):
            raise Broken(f"frame {n} after {last[p.interface]}")
        last[p.interface] = n
        seen.add(n)
    if len(seen) != len(packets):
        raise Broken(f"{len(packets) - len(seen)} packets are there twice")
    if seen and max(seen) >= offered:
        raise Broken(f"frame {max(seen)} was never sent")
    return seen


def output_of(*command):
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def count_tcpdump(path):
    status, out, err = output_of("tcpdump", "-n", "--count", "-r", path)
    text = (out.decode() + err).splitlines()
    counts = [line.split()[0] for line in text if line.endswith((" packets", " packet"))]
    if status or not counts:
        raise Broken(f"tcpdump -r {path}: status {status}: {err.strip()}")
    return int(counts[-1])


def count_capinfos(path):
    status, out, err = output_of("capinfos", "-c", "-M", "-T", "-r", "-m", path)
    if status:
        raise Broken(f"capinfos {path}: status {status}: {err.strip()}")
    return int(out.decode().strip().rsplit(",", 1)[1].strip('"'))


def count_tshark(path):
    status, out, err = output_of("tshark", "-n", "-r", path, "-T", "fields", "-e", "frame.len")
    if status:
        raise Broken(f"tshark -r {path}: status {status}: {err.strip()}")
    return out.count(b"\n")


def count_ringtap(ringtap, path):
    status, out, err = output_of(ringtap, "read", "-n", "-q", path)
    if status:
        raise Broken(f"ringtap read {path}: status {status}: {err.strip()}")
    return out.count(b"\n")
