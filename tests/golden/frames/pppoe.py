"""PPP over Ethernet, RFC 2516, 4938, 5578; vendor tags TR-101."""
from packets import *

PACKET4 = ip4_packet(17, udp(1000, 2000, b"hello"))


def tag(kind, value=b""):
    return u16(kind) + u16(len(value)) + value


def pppoe(code, session, payload, length=None, ethertype=0x8863, version=0x11, pad=True):
    body = u8(version) + u8(code) + u16(session) + u16(len(payload) if length is None else length) + payload
    return eth(ethertype, body + bytes(max(0, 46 - len(body)) if pad else 0))


TR101 = u32(3561) + h("01 05") + b"dslam" + h("02 04") + b"user" + h("81 04 00000400 82 04 00002000 90 03 010203")

FRAMES = [
    ("padi", pppoe(9, 0, tag(0x0101) + tag(0x0103, h("01020304")))),
    ("pado", pppoe(7, 0, tag(0x0101, b"internet") + tag(0x0102, b"bras-1") + tag(0x0103, h("01020304")) +
                   tag(0x0104, bytes(range(16))))),
    ("padr", pppoe(0x19, 0, tag(0x0101) + tag(0x0104, bytes(range(16))) + tag(0x0120, u16(1500)))),
    ("pads", pppoe(0x65, 0x1234, tag(0x0101) + tag(0x0103, h("01020304")))),
    ("padt", pppoe(0xa7, 0x1234, tag(0x0203, b"bye"))),
    ("padi-vendor", pppoe(9, 0, tag(0x0101) + tag(0x0105, TR101))),
    ("padi-vendor-other", pppoe(9, 0, tag(0x0105, u32(9) + b"cisco"))),
    ("relay", pppoe(9, 0, tag(0x0110, h("aabbccdd")) + tag(0, b""))),
    ("errors", pppoe(0x65, 0, tag(0x0201, b"no service") + tag(0x0202, b"busy") + tag(0x0111, b"http://x"))),
    ("padg", pppoe(0x0a, 0x1234, tag(0x0107, u16(1)) + tag(0x0106, u16(10) + u16(20)))),
    ("padq", pppoe(0x0c, 0x1234, tag(0x0107, u16(1) + u8(90) + u8(80) + u16(5) + u16(100) + u16(200)))),
    ("unknown-tag", pppoe(9, 0, tag(0x7777, b"??"))),
    ("empty-tags", pppoe(9, 0, b"".join(tag(kind) for kind in (*range(0x101, 0x10a), 0x110, 0x111, 0x112, 0x120,
                                                                0x121, 0x201, 0x202, 0x203)))),
    ("tag-length-lies", pppoe(9, 0, u16(0x0101) + u16(500) + b"abc")),
    ("unknown-code", pppoe(0x55, 0, b"")),
    ("length-lies", pppoe(9, 0, tag(0x0101), length=1000)),
    ("discovery-truncated", 1, pppoe(7, 0, tag(0x0101, b"internet"), pad=False)[:24], 60),
    ("session-ipv4", pppoe(0, 0x1234, u16(0x21) + PACKET4, ethertype=0x8864)),
    ("session-lcp-echo", pppoe(0, 0x1234, u16(0xc021) + h("09010008 deadbeef"), ethertype=0x8864)),
    ("session-compressed-protocol", pppoe(0, 0x1234, h("21") + PACKET4, ethertype=0x8864)),
    ("session-version-wrong", pppoe(0, 0x1234, u16(0x21) + PACKET4, ethertype=0x8864, version=0x21)),
    ("session-code-wrong", pppoe(9, 0x1234, u16(0x21) + PACKET4, ethertype=0x8864)),
    ("session-empty", pppoe(0, 0x1234, b"", ethertype=0x8864)),
    ("session-vlan", eth(0x8100, vlan(7, 0x8864, h("1100 0001") + u16(2 + len(PACKET4)) + u16(0x21) + PACKET4))),
]
