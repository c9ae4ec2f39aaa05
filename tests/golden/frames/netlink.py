"""Netlink behind its cooked header; most as a little-endian machine sends it."""
import struct

from packets import addr, h, u16

NETLINK = 253
ROUTE, DIAG, NETFILTER, GENERIC, AUDIT = 0, 4, 12, 16, 9
REQUEST, MULTI, DUMP = 0x001, 0x002, 0x300


def cooked(family, payload, pkttype=4):
    return u16(pkttype) + u16(824) + bytes(10) + u16(family) + payload


def message(kind, body=b"", flags=MULTI, seq=7, pid=1234, order="<", length=None):
    length = 16 + len(body) if length is None else length
    head = struct.pack(order + "IHHII", length, kind, flags, seq, pid)
    return head + body + bytes(-len(body) % 4)


def attr(kind, data, order="<"):
    return struct.pack(order + "HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def le32(v):
    return struct.pack("<I", v)


LINK = message(16, struct.pack("<BBHiII", 0, 0, 1, 2, 0x11043, 0) + attr(3, b"eth0\0")
               + attr(13, le32(1000)) + attr(16, b"\6") + attr(4, le32(1500)) + attr(33, b"\1")
               + attr(1, h("020000000001")) + attr(2, b"\xff" * 6) + attr(6, b"fq_codel\0")
               + attr(10, le32(5)) + attr(999, h("c0ffee")))
ADDRESS = message(20, struct.pack("<BBBBI", 2, 24, 0x80, 0, 2) + attr(1, addr("192.0.2.1"))
                  + attr(2, addr("192.0.2.1")) + attr(3, b"eth0\0") + attr(8, le32(0x80)))
ADDRESS6 = message(20, struct.pack("<BBBBI", 10, 64, 0x80, 253, 2) + attr(1, addr("fe80::1")))
ROUTES = message(24, struct.pack("<BBBBBBBBI", 2, 0, 0, 0, 254, 16, 0, 1, 0) + attr(15, le32(254))
                 + attr(5, addr("192.0.2.254")) + attr(4, le32(2)) + attr(6, le32(100))) \
    + message(24, struct.pack("<BBBBBBBBI", 10, 32, 0, 0, 254, 2, 0, 1, 0)
              + attr(1, addr("2001:db8::")) + attr(7, addr("2001:db8::1")) + attr(4, le32(2)))
NEIGHBOR = message(28, struct.pack("<BBHiHBB", 2, 0, 0, 2, 2, 0, 1) + attr(1, addr("192.0.2.9"))
                   + attr(2, h("020000000009")))
FAMILY = message(16, struct.pack("<BBH", 1, 2, 0) + attr(2, b"nl80211\0")
                 + attr(1, struct.pack("<H", 28)) + attr(3, le32(1)) + attr(4, le32(0))
                 + attr(5, le32(300)) + attr(6, attr(1, attr(1, le32(1)) + attr(2, le32(0x0E))))
                 + attr(7, attr(1, attr(2, le32(5)) + attr(1, b"scan\0"))), flags=0)
SOCKET = struct.pack(">HH", 22, 50000) + addr("192.0.2.1") + bytes(12) + addr("192.0.2.2") \
    + bytes(12) + le32(2) + struct.pack("<Q", 0x42)
INET = message(20, struct.pack("<BBBB", 2, 1, 0, 0) + SOCKET
               + struct.pack("<IIIII", 0, 3, 4, 1000, 777) + attr(8, b"\0"))
UNIX = message(20, struct.pack("<BBBBIQ", 1, 1, 10, 0, 4711, 9) + attr(0, b"/run/x.sock")
               + attr(2, le32(4712))) \
    + message(20, struct.pack("<BBBBIQ", 1, 2, 7, 0, 4713, 9) + attr(0, b"\0abstract"))

FRAMES = [
    ("route-get", NETLINK, cooked(ROUTE, message(18, bytes(16), REQUEST | DUMP), 7)),
    ("route-link", NETLINK, cooked(ROUTE, LINK, 6)),
    ("route-addresses", NETLINK, cooked(ROUTE, ADDRESS + ADDRESS6)),
    ("route-routes", NETLINK, cooked(ROUTE, ROUTES)),
    ("route-neighbor", NETLINK, cooked(ROUTE, NEIGHBOR)),
    ("route-rule", NETLINK, cooked(ROUTE, message(32, bytes(12)))),
    ("route-big-endian", NETLINK, cooked(ROUTE, message(
        20, struct.pack(">BBBBI", 2, 24, 0, 0, 2) + attr(1, addr("192.0.2.1"), ">"), order=">"))),
    ("done", NETLINK, cooked(ROUTE, message(3, le32(0)))),
    ("error", NETLINK, cooked(ROUTE, message(2, struct.pack("<i", -17) + message(
        16, flags=REQUEST)[:16], flags=0))),
    ("generic-control", NETLINK, cooked(GENERIC, FAMILY)),
    ("generic-get", NETLINK, cooked(GENERIC, message(
        16, struct.pack("<BBH", 3, 1, 0) + attr(2, b"nl80211\0"), REQUEST))),
    ("generic-other", NETLINK, cooked(GENERIC, message(
        28, struct.pack("<BBH", 5, 0, 0) + attr(3, le32(2))))),
    ("diag-request", NETLINK, cooked(DIAG, message(
        20, struct.pack("<BBBBI", 2, 6, 2, 0, 0xFFF) + SOCKET, REQUEST | DUMP))),
    ("diag-inet", NETLINK, cooked(DIAG, INET)),
    ("diag-unix", NETLINK, cooked(DIAG, UNIX)),
    ("diag-other", NETLINK, cooked(DIAG, message(20, struct.pack("<BBBB", 17, 3, 0, 0)))),
    ("netfilter", NETLINK, cooked(NETFILTER, message(
        10 << 8 | 3, struct.pack(">BBH", 2, 0, 5) + attr(1, b"filter\0")))),
    ("netfilter-unknown", NETLINK, cooked(NETFILTER, message(99 << 8, b"\2\0"))),
    ("other-family", NETLINK, cooked(AUDIT, message(1300, b"audit(...)"))),
    ("attribute-lies", NETLINK, cooked(ROUTE, message(
        20, struct.pack("<BBBBI", 2, 24, 0, 0, 2) + struct.pack("<HH", 99, 1) + bytes(4)))),
    ("length-lies", NETLINK, cooked(ROUTE, message(20, bytes(8), length=3))),
    ("length-too-long", NETLINK, cooked(ROUTE, message(20, bytes(8), length=400))),
    ("truncated", NETLINK, cooked(ROUTE, LINK)[:60], 16 + len(LINK)),
    ("header-only", NETLINK, cooked(ROUTE, b"")),
]
