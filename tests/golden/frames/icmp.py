"""ICMP for IPv4: every shape, quotations, extensions, cut and lying ones."""
from packets import *


def icmp(kind, code, rest):
    return put_checksum(u8(kind) + u8(code) + u16(0) + rest, 2)


def message(kind, code, rest, **keywords):
    return ip4(1, icmp(kind, code, rest), **keywords)


QUOTED_UDP = ip4_packet(17, udp(5353, 9, b"hello"), src=IP_B, dst=IP_A, ttl=1)
QUOTED_TCP = ip4_packet(6, tcp(40000, 80, src=IP_B, dst=IP_A), src=IP_B, dst=IP_A)[:28]
QUOTED_PING = ip4_packet(1, icmp(8, 0, u16(7) + u16(1)), src=IP_B, dst=IP_A)


def extension(*objects):
    return put_checksum(u8(0x20) + u8(0) + u16(0) + b"".join(objects), 2)


def extension_object(cls, ctype, body):
    return u16(4 + len(body)) + u8(cls) + u8(ctype) + body


MPLS = extension_object(1, 1, u32(0x12345 << 12 | 5 << 9 | 1 << 8 | 1))
INTERFACE = extension_object(2, 0x4e, u32(3) + u16(1) + u16(0) + addr("192.0.2.9") +
                             u8(8) + b"eth0\0\0\0")
PADDED = QUOTED_UDP + b"\0" * (128 - len(QUOTED_UDP))

FRAMES = [
    ("echo-request", message(8, 0, u16(0x1234) + u16(1) + b"abcdefgh")),
    ("echo-reply-bad-checksum", ip4(1, u8(0) + u8(0) + u16(0xbeef) + u16(7) + u16(2))),
    ("port-unreachable", message(3, 3, u32(0) + QUOTED_UDP)),
    ("need-to-fragment", message(3, 4, u16(0) + u16(1400) + QUOTED_TCP)),
    ("quench", message(4, 0, u32(0) + QUOTED_TCP)),
    ("redirect", message(5, 1, addr("192.0.2.254") + QUOTED_PING)),
    ("time-exceeded-mpls", message(11, 0, u8(0) + u8(32) + u16(0) + PADDED + extension(MPLS))),
    ("time-exceeded-old-mpls", message(11, 0, u32(0) + PADDED + extension(MPLS))),
    ("time-exceeded-interface",
     message(11, 0, u8(0) + u8(32) + u16(0) + PADDED + extension(INTERFACE))),
    ("parameter-problem", message(12, 0, u8(20) + u24(0) + QUOTED_TCP)),
    ("router-advertisement",
     message(9, 0, u8(2) + u8(2) + u16(1800) + addr("192.0.2.1") + u32(0) + addr("192.0.2.3") +
             u32(0x80000000))),
    ("router-solicitation", message(10, 0, u32(0))),
    ("timestamp", message(13, 0, u16(1) + u16(2) + u32(3600000) + u32(0) + u32(0))),
    ("timestamp-reply", message(14, 0, u16(1) + u16(2) + u32(3600000) + u32(3600005) +
     u32(3600006))),
    ("mask-reply", message(18, 0, u16(1) + u16(2) + addr("255.255.255.0"))),
    ("information", message(15, 0, u16(1) + u16(2))),
    ("extended-echo",
     message(42, 0, u16(9) + u8(1) + u8(1) + extension(extension_object(3, 1, b"eth1")))),
    ("extended-echo-reply", message(43, 2, u16(9) + u8(1) + u8(0x46))),
    ("unknown-type", message(99, 5, b"\1\2\3\4")),
    ("quote-of-a-quote",
     message(11, 0, u32(0) + ip4_packet(1, icmp(3, 3, u32(0) + QUOTED_UDP), src=IP_B, dst=IP_A))),
    ("quote-is-garbage", message(3, 1, u32(0) + b"\xff" * 20)),
    ("truncated", 1, *cut(message(3, 3, u32(0) + QUOTED_UDP), 50)),
    ("cut-in-header", 1, *cut(message(8, 0, u16(1) + u16(1)), 37)),
    ("lying-extension",
     message(11, 0, u8(0) + u8(32) + u16(0) + PADDED +
             extension(u16(200) + u8(1) + u8(1) + u32(0)))),
]
