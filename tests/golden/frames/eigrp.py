"""EIGRP: messages and TLVs."""
from packets import *

GROUP = "224.0.0.10"


def message(opcode, body, flags=0, seq=0, ack=0):
    head = u8(2) + u8(opcode) + u16(0) + u32(flags) + u32(seq) + u32(ack) + u16(0) + u16(100)
    return ip4(88, put_checksum(head + body, 2), dst=GROUP, ttl=1)


def tlv(kind, value):
    return u16(kind) + u16(4 + len(value)) + value


PARAMETERS = tlv(1, bytes([1, 0, 1, 0, 0, 0]) + u16(15))
VERSION = tlv(4, bytes([12, 4, 1, 2]))
METRIC = u32(28160) + u32(256000) + u24(1500) + u8(1) + u8(255) + u8(1) + u8(0) + u8(4)
DESTINATIONS = u8(24) + addr("198.51.100.0")[:3] + u8(0) + u8(32) + addr("203.0.113.1")
EXTERNAL = addr("192.0.2.9") + u32(65000) + u32(7) + u32(20) + u16(0) + u8(11) + u8(2)

FRAMES = [
    ("hello", message(5, PARAMETERS + VERSION)),
    ("hello-goodbye", message(5, tlv(1, b"\xff" * 6 + u16(15)) + tlv(7, b""))),
    ("hello-stub", message(5, PARAMETERS + tlv(6, u16(0x000d)))),
    ("hello-sequence", message(5, tlv(3, u8(4) + addr(IP_B)) + tlv(5, u32(77)))),
    ("hello-md5", message(5, tlv(2, u16(2) + u16(16) + u32(1) + u32(0) + b"\0" * 8 +
     b"\xaa" * 16))),
    ("ack", message(5, b"", ack=45)),
    ("update-init", message(1, b"", flags=1, seq=44)),
    ("update-internal", message(1, tlv(0x0102, addr("0.0.0.0") + METRIC + DESTINATIONS), seq=45)),
    ("update-external", message(1, tlv(0x0103, addr("0.0.0.0") + EXTERNAL + METRIC + DESTINATIONS),
     seq=46)),
    ("query", message(3, tlv(0x0102, addr("0.0.0.0") + METRIC + DESTINATIONS), flags=8, seq=47)),
    ("reply-ipv6", message(4, tlv(0x0402, addr("fe80::1") + METRIC + u8(48) +
     addr("2001:db8:1::")[:6]))),
    ("unknown-tlv", message(5, tlv(0x7777, b"abc"))),
    ("bad-checksum", ip4(88, u8(2) + u8(5) + u16(0xbeef) + b"\0" * 16, dst=GROUP)),
    ("truncated", 1, *cut(message(5, PARAMETERS + VERSION), 60)),
    ("lying-tlv", message(5, u16(1) + u16(500) + b"\1" * 8)),
    ("tlv-of-length-zero", message(5, u16(1) + u16(0) + b"\1" * 8)),
    ("lying-prefix", message(1, tlv(0x0102, addr("0.0.0.0") + METRIC + u8(200) + b"\1\2\3"))),
]
