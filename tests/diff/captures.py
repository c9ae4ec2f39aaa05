"""Packets and blocks of capture files, read a second time, plainly: what the tests here compare with."""
import struct

MAGICS = {0xA1B2C3D4: (16, 1000), 0xA1B23C4D: (16, 1), 0xA1B2CD34: (24, 1000)}
SHB, IDB, PB, SPB, ISB, EPB = 0x0A0D0D0A, 1, 2, 3, 5, 6
FILLERS = (0x80005200, 0x80005201)
NO_TIME = None


def blocks(data):
    """(offset, bytes, type, byte order) of each whole block; it ends at the first that is not."""
    at, order = 0, "<"
    while at + 12 <= len(data):
        if data[at:at + 4] == b"\n\r\r\n":
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
        kind, length = struct.unpack_from(order + "II", data, at)
        if length < 12 or length % 4 or at + length > len(data):
            return
        if struct.unpack_from(order + "I", data, at + length - 4)[0] != length:
            return
        yield at, data[at:at + length], kind, order
        at += length


def interfaces(data):
    """The interface of each block as `ringtap info --blocks` numbers them, None: of nothing."""
    base = nr = 0
    for _at, block, kind, order in blocks(data):
        number = None
        if kind == SHB:
            base = nr
        elif kind == IDB:
            number, nr = nr, nr + 1
        elif kind in (EPB, ISB, PB, SPB):
            number = base
            if kind != SPB:
                number += struct.unpack_from(order + ("H" if kind == PB else "I"), block, 8)[0]
            if number >= nr:
                number = None
        yield number


def describe(block, order):
    """(snaplen, nanoseconds by ticks) of an interface."""
    ticks, offset, at = (10, 6), 0, 16
    while at + 4 < len(block) - 4:
        code, length = struct.unpack_from(order + "HH", block, at)
        value = block[at + 4:at + 4 + length]
        if code == 0:
            break
        if code == 9:
            ticks = (2, value[0] & 0x7F) if value[0] & 0x80 else (10, value[0])
        if code == 14:
            offset = struct.unpack(order + "q", value)[0]
        at += 4 + (length + 3) // 4 * 4
    snaplen = struct.unpack_from(order + "I", block, 12)[0]
    return snaplen, lambda n: n * 10**9 // ticks[0] ** ticks[1] + offset * 10**9


def pcapng_packets(data):
    known = []
    for _at, block, kind, order in blocks(data):
        if kind == SHB:
            known = []
        elif kind == IDB:
            known.append(describe(block, order))
        elif kind == SPB:
            wire = struct.unpack_from(order + "I", block, 8)[0]
            length = min(wire, known[0][0] or wire)
            yield NO_TIME, block[12:12 + length], wire
        elif kind in (EPB, PB):
            number = struct.unpack_from(order + ("H" if kind == PB else "I"), block, 8)[0]
            high, low, length, wire = struct.unpack_from(order + "IIII", block, 12)
            yield known[number][1](high << 32 | low), block[28:28 + length], max(length, wire)


def pcap_unit(data):
    """Nanoseconds of a classic capture's fractions."""
    return next(MAGICS[m][1] for m in struct.unpack("<I", data[:4]) + struct.unpack(">I", data[:4]) if m in MAGICS)


def pcap_packets(data):
    order = "<" if struct.unpack_from("<I", data)[0] in MAGICS else ">"
    header, unit = MAGICS[struct.unpack_from(order + "I", data)[0]]
    minor = struct.unpack_from(order + "H", data, 6)[0]
    at = 24
    while at + header <= len(data):
        seconds, fraction, length, wire = struct.unpack_from(order + "IIII", data, at)
        if minor < 3 or (minor == 3 and length > wire):
            length, wire = wire, length
        if at + header + length > len(data):
            return
        yield seconds * 10**9 + fraction * unit, data[at + header:at + header + length], max(length, wire)
        at += header + length


def packets(data):
    """(nanoseconds, bytes, length on the wire) of each whole packet."""
    return list(pcapng_packets(data) if data[:4] == b"\n\r\r\n" else pcap_packets(data))
