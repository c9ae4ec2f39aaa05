"""Per-Packet Information (link type 192): 802.11 common field, others, other link types."""
import struct

from packets import *

BEACON = h("8000 0000 ffffffffffff 020000000001 020000000001 1000") + bytes(8) + h("6400 0100") + h("0004") + b"home"


def field(kind, value):
    return struct.pack("<HH", kind, len(value)) + value


def ppi(dlt, fields, payload, flags=0, version=0, length=None):
    return struct.pack("<BBHI", version, flags, 8 + len(fields) if length is None else length, dlt) + fields + payload


def common(flags=0, signal=-42, noise=-95):
    return field(2, struct.pack("<QHHHHBBbb", 123456789, flags, 22, 2437, 0x00a0, 0, 0, signal, noise))


FRAMES = [
    ("beacon", 192, ppi(105, common(), BEACON)),
    ("beacon-fcs", 192, ppi(105, common(1), BEACON + h("01020304"))),
    ("ethernet", 192, ppi(1, b"", eth(0x0800, ip4_packet(17, udp(1000, 2000, b"hello"))))),
    ("other-fields", 192, ppi(105, common() + field(5, b"\x01\x02\x03"), BEACON)),
    ("aligned", 192, ppi(105, field(5, b"\x01\x02\x03") + b"\0" + common(), BEACON, flags=1)),
    ("unknown-link-type", 192, ppi(9999, b"", b"what")),
    ("field-length-lies", 192, ppi(105, struct.pack("<HH", 2, 500), BEACON)),
    ("header-length-short", 192, ppi(105, b"", BEACON, length=4)),
    ("header-length-lies", 192, ppi(105, b"", BEACON, length=4000)),
    ("truncated", 192, ppi(105, common(), BEACON)[:20], 80),
]
