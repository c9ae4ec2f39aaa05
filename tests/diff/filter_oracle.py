"""What the filter tests share: the driver (filter_driver.c), listings of other programs as numbers,
and libpcap's compiler, which is asked in this process."""
import ctypes
import os
import pathlib
import re
import struct
import subprocess
import tempfile

# Name in filtertests.json -> link type in files
LINK_TYPES = {
    "NULL": 0, "EN10MB": 1, "PPP": 9, "RAW": 101, "IEEE802_11": 105, "LOOP": 108,
    "LINUX_SLL": 113, "IEEE802_11_RADIO": 127, "PPI": 192, "IPV4": 228, "IPV6": 229,
    "NETLINK": 253, "LINUX_SLL2": 276,
}
OURS, REFERENCE, UNOPTIMIZED, OURS_PLAIN = range(4)  # slots of the driver
ALL_CUTS = 12


class Driver:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1, errors="surrogateescape")

    def ask(self, *words):
        """(worked, the rest of the answer)"""
        line = " ".join(str(w) for w in words).replace("\n", "\x01")
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"the driver died of: {line[:2000]}\n(status {self.process.wait()})")
        status, _, rest = answer.rstrip("\n").partition(" ")
        return status == "ok", rest

    def compile(self, slot, linktype, expression, flags="-", snaplen=0):
        return self.ask("compile", slot, linktype, flags, snaplen, expression)

    def code(self, slot, instructions):
        return self.ask("code", slot, ";".join(" ".join(map(str, i)) for i in instructions))


# Names of a listing -> code; the second table is for those with x behind them.
LOADS = {"ld": 0x00, "ldh": 0x08, "ldb": 0x10}
ALU = {"add": 0x04, "sub": 0x14, "mul": 0x24, "div": 0x34, "or": 0x44, "and": 0x54, "lsh": 0x64,
       "rsh": 0x74, "mod": 0x94, "xor": 0xa4}
JUMPS = {"jeq": 0x15, "jgt": 0x25, "jge": 0x35, "jset": 0x45}
PLAIN = {"neg": 0x84, "tax": 0x07, "txa": 0x87}


def operand(name, argument):
    """(code, k) of an instruction that does not jump."""
    def number(pattern):
        found = re.fullmatch(pattern, argument)
        return int(found.group(1), 0) & 0xffffffff if found else None

    if name in PLAIN:
        return PLAIN[name], 0
    table = [
        (name == "ret", r"#(\S+)", 0x06),
        (name == "ldxb", r"4\*\(\[(\d+)\]&0xf\)", 0xb1),
        (name == "ld", r"M\[(\d+)\]", 0x60), (name == "ldx", r"M\[(\d+)\]", 0x61),
        (name == "st", r"M\[(\d+)\]", 0x02), (name == "stx", r"M\[(\d+)\]", 0x03),
        (name in LOADS, r"\[x \+ (\d+)\]", LOADS.get(name, 0) | 0x40),
        (name in LOADS, r"\[(-?\d+)\]", LOADS.get(name, 0) | 0x20),
        (name in ALU, r"#(\S+)", ALU.get(name)),
    ]
    if argument == "#pktlen":
        return (0x80 if name == "ld" else 0x81), 0
    if name == "ret" and argument in ("a", ""):
        return 0x16, 0
    if name in ALU and argument == "x":
        return ALU[name] | 0x08, 0
    for applies, pattern, code in table:
        if applies and number(pattern) is not None:
            return code, number(pattern)
    if name in ("ld", "ldx") and number(r"#(\S+)") is not None:
        return (0x00 if name == "ld" else 0x01), number(r"#(\S+)")
    raise ValueError(f"no such instruction: {name} {argument}")


def parse_listing(listing):
    """[(code, jt, jf, k)] of what tcpdump -d prints."""
    program = []
    for at, line in enumerate(l for l in listing.splitlines() if l.strip()):
        found = re.fullmatch(r"\((\d+)\)\s+(\S+)\s*(.*?)\s*", line.strip())
        if not found or int(found.group(1)) != at:
            raise ValueError(f"not a line of a listing: {line!r}")
        name, argument = found.group(2), found.group(3)
        jump = re.fullmatch(r"(#\S+|x)\s+jt (\d+)\s+jf (\d+)", argument)
        if name in JUMPS and jump:
            by_x = jump.group(1) == "x"
            program.append((JUMPS[name] | (8 if by_x else 0), int(jump.group(2)) - at - 1,
                            int(jump.group(3)) - at - 1,
                            0 if by_x else int(jump.group(1)[1:], 0)))
        elif name == "ja":
            program.append((0x05, 0, 0, (int(argument, 0) - at - 1) & 0xffffffff))
        else:
            code, k = operand(name, argument)
            program.append((code, 0, 0, k))
    return program


class Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte),
                ("k", ctypes.c_uint32)]


class Program(ctypes.Structure):
    _fields_ = [("len", ctypes.c_uint), ("instructions", ctypes.POINTER(Instruction))]


class Libpcap:
    """None of its code runs in the product: it says what an expression has meant so far."""

    def __init__(self):
        self.library = ctypes.CDLL("libpcap.so.0.8")
        self.library.pcap_open_offline.restype = ctypes.c_void_p
        self.library.pcap_geterr.restype = ctypes.c_char_p
        self.library.pcap_geterr.argtypes = [ctypes.c_void_p]
        self.library.pcap_lib_version.restype = ctypes.c_char_p
        self.library.pcap_compile.argtypes = [ctypes.c_void_p, ctypes.POINTER(Program),
                                              ctypes.c_char_p, ctypes.c_int, ctypes.c_uint32]
        self.errors = ctypes.create_string_buffer(256)
        self.handles = {}

    def version(self):
        return self.library.pcap_lib_version().decode()

    def handle(self, link_type):
        """Of an empty file: then it compiles for the packets of files, as tcpdump -r does."""
        if link_type not in self.handles:
            with tempfile.NamedTemporaryFile() as file:
                file.write(struct.pack("=IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, link_type))
                file.flush()
                self.handles[link_type] = self.library.pcap_open_offline(
                    file.name.encode(), self.errors)
        return self.handles[link_type]

    def compile(self, link_type, expression, optimize=True):
        """([(code, jt, jf, k)], None) or (None, why not)"""
        program = Program()
        handle = self.handle(link_type)
        if self.library.pcap_compile(handle, ctypes.byref(program), expression.encode(),
                                     int(optimize), 0xffffffff):
            return None, self.library.pcap_geterr(handle).decode(errors="replace")
        code = [(i.code, i.jt, i.jf, i.k) for i in program.instructions[:program.len]]
        self.library.pcap_freecode(ctypes.byref(program))
        return code, None

    def time(self, link_type, expression, rounds, clock):
        """Nanoseconds of one compilation, the best of the rounds; with the cost of the call."""
        program = Program()
        handle, text, best = self.handle(link_type), expression.encode(), None
        for _ in range(rounds):
            start = clock()
            failed = self.library.pcap_compile(handle, ctypes.byref(program), text, 1, 0xffffffff)
            took = clock() - start
            if failed:
                return None
            self.library.pcap_freecode(ctypes.byref(program))
            best = took if best is None else min(best, took)
        return best


def libpcap_or_none():
    try:
        return Libpcap()
    except OSError:
        return None


def corpora():
    """The directory of foreign captures, or None."""
    root = os.environ.get("RINGTAP_CORPORA")
    return pathlib.Path(root) if root and pathlib.Path(root).is_dir() else None


def captures(root):
    for folder in ("libpcap-tests/tests/filter", "tcpdump-tests", "ppa-chrissanders"):
        yield from sorted(p for p in (root / folder).rglob("*.pcap*")
                          if p.suffix in (".pcap", ".pcapng"))


def known_differences(path):
    """[(what it is about, pattern of names, reason)]; see filters.known"""
    known = []
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            about, pattern, reason = (part.strip() for part in line.split(" | ", 2))
            known.append((about, re.compile(pattern), reason))
    return known
