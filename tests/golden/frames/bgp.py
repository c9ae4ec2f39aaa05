"""BGP: every message, capabilities, path attributes, families, streams that are cut."""
import itertools

from packets import *

MARKER = b"\xff" * 16


def message(kind, body, length=None):
    return MARKER + u16(19 + len(body) if length is None else length) + u8(kind) + body


PORTS = itertools.count(40000)


def segment(*messages):
    """On a connection of its own, lest other programs see retransmissions."""
    return tcp4(179, next(PORTS), b"".join(messages))


def capability(kind, value=b""):
    return tlv8(kind, value)


def attribute(kind, value, flags=0x40):
    if len(value) > 255:
        return u8(flags | 0x10) + u8(kind) + u16(len(value)) + value
    return u8(flags) + u8(kind) + u8(len(value)) + value


def update(withdrawn=b"", attributes=b"", nlri=b""):
    return message(2, u16(len(withdrawn)) + withdrawn + u16(len(attributes)) + attributes + nlri)


def prefix(text, length):
    return u8(length) + addr(text)[:(length + 7) // 8]


CAPABILITIES = [
    capability(1, u16(1) + u8(0) + u8(1)),
    capability(2),
    capability(3, u16(1) + u8(0) + u8(1) + u8(1) + u8(64) + u8(3)),
    capability(5, u16(1) + u16(1) + u16(2)),
    capability(6),
    capability(7, u8(0x08) + u16(1)),
    capability(64, u16(0x8078) + u16(1) + u8(1) + u8(0x80)),
    capability(65, u32(65536)),
    capability(67, u8(1) + u8(2)),
    capability(69, u16(1) + u8(1) + u8(3)),
    capability(73, u8(6) + b"router" + u8(11) + b"example.com"),
    capability(99, b"abc"),
]
OPEN = u8(4) + u16(23456) + u16(180) + addr("192.0.2.1")
PARAMS = b"".join(tlv8(2, c) for c in CAPABILITIES)
ORIGIN = attribute(1, u8(0))
PATH2 = attribute(2, u8(2) + u8(2) + u16(65001) + u16(65002))
PATH4 = attribute(2, u8(2) + u8(2) + u32(65536) + u32(65002) + u8(1) + u8(1) + u32(7))
NEXT_HOP = attribute(3, addr("192.0.2.1"))
MANY = [
    ORIGIN, PATH4, NEXT_HOP,
    attribute(4, u32(50), 0x80), attribute(5, u32(100)), attribute(6, b""),
    attribute(7, u32(65536) + addr("192.0.2.9"), 0xc0),
    attribute(8, u16(65001) + u16(7) + u32(0xffffff01), 0xc0),
    attribute(9, addr("192.0.2.8"), 0x80), attribute(10, addr("192.0.2.7") + addr("192.0.2.6"),
    0x80),
    attribute(16, u8(0) + u8(2) + u16(65001) + u32(5) + u8(1) + u8(2) + addr("192.0.2.5") + u16(6) +
              u8(2) + u8(3) + u32(65536) + u16(9) + u8(3) + u8(11) + u16(0) + u32(100) +
              u8(0x80) + u8(6) + b"\0" * 6, 0xc0),
    attribute(17, u8(2) + u8(1) + u32(65536), 0xc0),
    attribute(26, u8(1) + u16(11) + u64(77), 0x80),
    attribute(32, u32(65536) + u32(1) + u32(2), 0xc0),
    attribute(35, u32(65001), 0xc0),
]
RD = u16(0) + u16(65001) + u32(7)
REACH6 = attribute(14, u16(2) + u8(1) + u8(32) + addr("2001:db8::1") + addr("fe80::1") + u8(0) +
                   prefix("2001:db8:1::", 48) + prefix("::", 0), 0x80)
REACH_VPN = attribute(14, u16(1) + u8(128) + u8(12) + u64(0) + addr("192.0.2.1") + u8(0) +
                      u8(24 + 64 + 24) + u24(100 << 4 | 1) + RD + addr("203.0.113.0")[:3], 0x80)
REACH_LABELED = attribute(14, u16(1) + u8(4) + u8(4) + addr("192.0.2.1") + u8(0) + u8(48 + 32) +
                          u24(100 << 4) + u24(101 << 4 | 1) + addr("203.0.113.1"), 0x80)
REACH_EVPN = attribute(14, u16(25) + u8(70) + u8(4) + addr("192.0.2.1") + u8(0) + b"\3\4abcd", 0x80)
UNREACH6 = attribute(15, u16(2) + u8(1) + prefix("2001:db8:2::", 48), 0x80)
ROUTES = prefix("203.0.113.0", 24) + prefix("198.51.100.128", 25)
WHOLE = update(b"", ORIGIN + PATH2 + NEXT_HOP, ROUTES)

FRAMES = [
    ("open", segment(message(1, OPEN + u8(len(PARAMS)) + PARAMS))),
    ("open-plain", segment(message(1, OPEN + u8(0)))),
    ("open-long-parameters",
     segment(message(1, OPEN + u8(255) + u8(255) + u16(len(CAPABILITIES[0]) + 3) + u8(2) +
                     u16(len(CAPABILITIES[0])) + CAPABILITIES[0]))),
    ("keepalive", segment(message(4, b""))),
    ("update", segment(WHOLE)),
    ("update-withdraw", segment(update(prefix("203.0.113.0", 24) + prefix("0.0.0.0", 0)))),
    ("update-attributes", segment(update(b"", b"".join(MANY), ROUTES))),
    ("update-ipv6", segment(update(b"", ORIGIN + PATH2 + REACH6 + UNREACH6))),
    ("update-vpn", segment(update(b"", ORIGIN + REACH_VPN))),
    ("update-labeled", segment(update(b"", ORIGIN + REACH_LABELED))),
    ("update-evpn", segment(update(b"", ORIGIN + REACH_EVPN))),
    ("update-add-path",
     segment(update(b"", ORIGIN + NEXT_HOP, u32(1) + prefix("203.0.113.0", 24) + u32(2) +
                    prefix("203.0.113.0", 24)))),
    ("update-end-of-rib", segment(update())),
    ("notification", segment(message(3, u8(2) + u8(2) + u16(65001)))),
    ("notification-shutdown", segment(message(3, u8(6) + u8(2) + tlv8(5, b"going down")[1:]))),
    ("route-refresh", segment(message(5, u16(1) + u8(1) + u8(1)))),
    ("several", segment(message(4, b""), WHOLE, message(4, b""), message(4, b""), message(4, b""))),
    ("continues", segment(message(4, b""), WHOLE[:40])),
    ("continues-in-header", segment(message(4, b""), WHOLE[:17])),
    ("middle", segment(WHOLE[40:])),
    ("middle-then-message", segment(WHOLE[40:], message(4, b""))),
    ("ipv6", tcp6(40000, 179, message(4, b""))),
    ("truncated", 1, *cut(segment(WHOLE), 90)),
    ("lying-attributes", segment(message(2, u16(0) + u16(999) + ORIGIN))),
    ("lying-capability", segment(message(1, OPEN + u8(6) + u8(2) + u8(4) + u8(1) + u8(200) +
     u16(1)))),
    ("lying-prefix", segment(update(b"", ORIGIN, u8(77) + b"\1\2\3\4"))),
    ("length-too-short", segment(message(4, b"", length=3))),
]
