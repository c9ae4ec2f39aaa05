"""PTP: IEEE 1588-2008 and -2019 over Ethernet and UDP, gPTP (802.1AS), IEEE 1588-2002."""
from packets import *

CLOCK = h("020000fffe000001")
OTHER = h("020000fffe000002")
STAMP = h("000065000000 075bcd15")
L2 = dict(dst=h("011b19000000"))


def v2(kind, body, flags=0x0200, correction=0, seq=7, control=5, interval=0, domain=0, version=2, major=0,
       length=None):
    total = 34 + len(body) if length is None else length
    return (u8(major << 4 | kind) + u8(version) + u16(total) + u8(domain) + u8(0) + u16(flags) +
            u64(correction & (2**64 - 1)) + u32(0) + CLOCK + u16(1) + u16(seq) + u8(control) +
            u8(interval & 255) + body)


def tlv(kind, value):
    return u16(kind) + u16(len(value)) + value


def l2(message):
    return eth(0x88f7, message + bytes(max(0, 46 - len(message))), **L2)


ANNOUNCE = STAMP + h("0025 00 80 f8 fe ffff 80") + OTHER + h("0000 a0")


def v1(kind, control, body):
    return (u16(1) + u16(1) + b"_DFLT".ljust(16, b"\0") + u8(kind) + u8(1) + MAC_A + u16(1) + u16(7) +
            u8(control) + u8(0) + u16(8) + bytes(4) + body)


FRAMES = [
    ("sync", l2(v2(0, STAMP, control=0))),
    ("sync-one-step", l2(v2(0, STAMP, 0, 0x18000, control=0))),
    ("delay-request", l2(v2(1, bytes(10), control=1, interval=0x7f))),
    ("peer-delay-request", l2(v2(2, bytes(20)))),
    ("peer-delay-response", l2(v2(3, STAMP + OTHER + u16(2)))),
    ("follow-up", l2(v2(8, STAMP, 0, -0x20000, control=2, interval=-3))),
    ("delay-response", l2(v2(9, STAMP + OTHER + u16(2), control=3))),
    ("peer-delay-follow-up", l2(v2(10, STAMP + OTHER + u16(2)))),
    ("announce", l2(v2(11, ANNOUNCE, 0x003c, interval=1))),
    ("announce-path-trace", l2(v2(11, ANNOUNCE + tlv(8, CLOCK + OTHER), 0x003c))),
    ("announce-offset", l2(v2(11, ANNOUNCE + tlv(9, u8(1) + u32(3600) + u32(1800) + u24(0) + u24(100) +
                                                  u8(3) + b"CET" + b"\0\0")))),
    ("signaling-unicast", l2(v2(12, OTHER + u16(0xffff) + tlv(4, h("b0 01 0000012c"))))),
    ("signaling-grant", l2(v2(12, OTHER + u16(1) + tlv(5, h("b0 01 0000012c 00 01"))))),
    ("signaling-cancel", l2(v2(12, OTHER + u16(1) + tlv(6, h("b000")) + tlv(7, h("b000"))))),
    ("management-get", l2(v2(13, OTHER + u16(0xffff) + h("01 01 00 00") + tlv(1, u16(0x2000)), control=4))),
    ("management-response", l2(v2(13, OTHER + u16(1) + h("00 00 02 00") +
                                  tlv(1, u16(0x2000) + h("0300 0001 80 f8fe ffff 80") + CLOCK + h("0000")), control=4))),
    ("management-error", l2(v2(13, OTHER + u16(1) + h("00 00 02 00") + tlv(2, u16(2) + u16(0x2000) + bytes(4)), control=4))),
    ("organization-tlv", l2(v2(8, STAMP + tlv(3, h("0080c2 000001") + bytes(22)), major=1))),
    ("unknown-tlv", l2(v2(11, ANNOUNCE + tlv(0x7777, b"\x01\x02")))),
    ("udp-event", udp4(319, 319, v2(0, STAMP, control=0))),
    ("udp-general", udp4(320, 320, v2(11, ANNOUNCE, 0x003c))),
    ("udp6", udp6(320, 320, v2(9, STAMP + OTHER + u16(2), control=3))),
    ("v1-sync", udp4(319, 319, v1(1, 0, STAMP[2:6] + h("075bcd15") + bytes(84)))),
    ("v1-delay-request", udp4(319, 319, v1(1, 1, STAMP[2:6] + h("075bcd15") + bytes(84)))),
    ("v1-follow-up", udp4(320, 320, v1(2, 2, h("0000 0007") + STAMP[2:6] + h("075bcd15")))),
    ("v1-delay-response", udp4(320, 320, v1(2, 3, STAMP[2:6] + h("075bcd15") + h("0001") + MAC_B + h("0001 0007")))),
    ("reserved-message", l2(v2(5, bytes(10)))),
    ("v2-1", l2(v2(0, STAMP, version=0x12, control=0))),
    ("not-ptp", udp4(319, 40000, b"something else entirely")),
    ("length-lies", l2(v2(0, STAMP, length=1000))),
    ("length-short", l2(v2(0, STAMP, length=10))),
    ("tlv-length-lies", l2(v2(11, ANNOUNCE + u16(8) + u16(500)))),
    ("truncated", 1, l2(v2(11, ANNOUNCE))[:40], 78),
]
