"""What tests of the command line share: files of packets, a program's run, one line a case (TAP)."""
import os
import struct
import subprocess
import sys
import tempfile

import run

ENV = dict(os.environ, TZ="UTC", NO_COLOR="1")


class Skip(Exception):
    pass


def equal(got, want, what):
    if got != want:
        raise AssertionError("%s: %r instead of %r" % (what, got, want))


def true(value, what):
    if not value:
        raise AssertionError(what)


class Case:
    """A directory of its own, and the program under test."""

    def __init__(self, program):
        self.program = program
        self.directory = tempfile.TemporaryDirectory()

    def sanitized(self):
        """With AddressSanitizer: memory is not what it is without."""
        with open(self.program, "rb") as program:
            return b"__asan_init" in program.read()

    def path(self, name):
        return os.path.join(self.directory.name, name)

    def file(self, name, data):
        with open(self.path(name), "wb") as out:
            out.write(data)
        return self.path(name)

    def pcap(self, name, frames, linktype=1):
        """Frames a second apart."""
        return self.file(name, run.pcap(linktype, [(i, f, len(f)) for i, f in enumerate(frames)]))

    def call(self, *words, status=0, stdin=None):
        """(standard output as bytes, standard error as text)"""
        done = subprocess.run([self.program, *words], capture_output=True, env=ENV, input=stdin,
                              timeout=60)
        text = done.stderr.decode()
        equal(done.returncode, status, "exit status of %s (%s)" % (" ".join(words[1:]), text))
        return done.stdout, text

    def lines(self, *words, **keywords):
        return self.call(*words, **keywords)[0].decode().splitlines()


def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def section():
    return block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(linktype, name, snaplen=65535):
    return block(1, struct.pack("<HHI", linktype, 0, snaplen) + option(2, name.encode()) +
                 option(9, b"\x09") + option(0, b""))


def packet(iface, ns, data, options=b"", wire=None):
    head = struct.pack("<IIIII", iface, ns >> 32, ns & 0xFFFFFFFF, len(data), wire or len(data))
    return block(6, head + data + bytes(-len(data) % 4) + options)


def parse_pcapng(data):
    """([(linktype, name)], [(interface, ns, bytes, wire length, {option: value})])"""
    interfaces, packets, at = [], [], 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        body = data[at + 8:at + length - 4]
        equal(struct.unpack_from("<I", data, at + length - 4)[0], length, "the block's last word")
        if kind == 1:
            found = options(body[8:])
            interfaces.append((struct.unpack_from("<H", body)[0], found.get(2, b"").decode()))
        elif kind == 6:
            i, high, low, cap, wire = struct.unpack_from("<IIIII", body)
            packets.append((i, high << 32 | low, body[20:20 + cap], wire,
                            options(body[20 + cap + -cap % 4:])))
        at += length
    return interfaces, packets


def options(data):
    out, at = {}, 0
    while at + 4 <= len(data):
        code, length = struct.unpack_from("<HH", data, at)
        if code == 0:
            break
        out[code] = data[at + 4:at + 4 + length]
        at += 4 + length + -length % 4
    return out


def main(cases):
    """CASES are functions that take a Case."""
    if len(sys.argv) != 2:
        sys.exit("usage: %s RINGTAP" % sys.argv[0])
    failed = False
    print("1..%d" % len(cases))
    for number, case in enumerate(cases, 1):
        name = "%d - %s" % (number, case.__name__)
        try:
            case(Case(sys.argv[1]))
            print("ok", name)
        except Skip as reason:
            print("ok %s # SKIP %s" % (name, reason))
        except (AssertionError, subprocess.TimeoutExpired) as reason:
            failed = True
            print("not ok %s\n# %s" % (name, str(reason).replace("\n", "\n# ")))
    return failed
