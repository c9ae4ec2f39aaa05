"""PIM version 2: each message, IPv4 and IPv6 addresses."""
from packets import *

GROUP, GROUP6 = "224.0.0.13", "ff02::d"


def message(kind, body, sub=0):
    return ip4(103, put_checksum(u8(0x20 | kind) + u8(sub) + u16(0) + body, 2), dst=GROUP, ttl=1)


def message6(kind, body, src="fe80::1", dst=GROUP6):
    data = u8(0x20 | kind) + u8(0) + u16(0) + body
    return ip6(103, put_checksum(data, 2, pseudo_header(src, dst, 103, len(data))), src=src,
        dst=dst)


def family(text):
    return u8(2 if ":" in text else 1)


def unicast(text):
    return family(text) + u8(0) + addr(text)


def group(text, length=32, flags=0):
    return family(text) + u8(0) + u8(flags) + u8(length) + addr(text)


def source(text, length=32, flags=4, encoding=0):
    return family(text) + u8(encoding) + u8(flags) + u8(length) + addr(text)


HELLO = [
    tlv16(1, u16(105)),
    tlv16(2, u16(0x8000 | 500) + u16(2500)),
    tlv16(19, u32(1)),
    tlv16(20, u32(0x12345678)),
    tlv16(21, u8(1) + u8(0) + u16(0)),
    tlv16(24, unicast("192.0.2.7") + unicast("192.0.2.8")),
    tlv16(26, b""),
    tlv16(65000, b"\1\2\3"),
]
JOIN = (unicast("192.0.2.254") + u8(0) + u8(2) + u16(210) +
        group("239.1.2.3") + u16(1) + u16(1) + source("192.0.2.1", flags=7) + source("192.0.2.2") +
        group("232.1.1.1") + u16(1) + u16(0) + source("192.0.2.3", encoding=1) + u8(0x40) + u8(2) +
        b"ab")
REGISTER = u8(0x21) + u8(0) + u16(0) + u32(0)
INNER = ip4_packet(17, udp(1000, 2000, b"data", dst="239.1.2.3"), dst="239.1.2.3")

FRAMES = [
    ("hello", message(0, b"".join(HELLO))),
    ("hello-ipv6", message6(0, HELLO[0] + tlv16(24, unicast("2001:db8::7")))),
    ("register", ip4(103, put_checksum(REGISTER, 2) + INNER)),
    ("register-null", ip4(103, put_checksum(u8(0x21) + u8(0) + u16(0) + u32(0x40000000), 2) +
     INNER[:20])),
    ("register-stop", message(2, group("239.1.2.3") + unicast("192.0.2.1"))),
    ("join-prune", message(3, JOIN)),
    ("join-ipv6",
     message6(3, unicast("fe80::2") + u8(0) + u8(1) + u16(210) + group("ff3e::1", 128) + u16(1) +
              u16(0) + source("2001:db8::1", 128))),
    ("bootstrap",
     message(4, u16(0x1234) + u8(30) + u8(200) + unicast("192.0.2.1") + group("224.0.0.0", 4) +
     u8(2) +
             u8(2) + u16(0) + unicast("192.0.2.2") + u16(150) + u8(0) + u8(0) +
             unicast("192.0.2.3") +
             u16(150) + u8(5) + u8(0))),
    ("assert", message(5, group("239.1.2.3") + unicast("192.0.2.1") + u32(0x80000065) + u32(20))),
    ("graft", message(6, JOIN[:6] + u8(0) + u8(1) + u16(0) + group("239.1.2.3") + u16(1) + u16(0) +
                      source("192.0.2.1"))),
    ("candidate", message(8, u8(1) + u8(192) + u16(150) + unicast("192.0.2.2") + group("224.0.0.0",
     4))),
    ("state-refresh",
     message(9, group("239.1.2.3") + unicast("192.0.2.1") + unicast("192.0.2.2") + u32(100) +
     u32(10) +
             u8(24) + u8(16) + u8(0xa0) + u8(60))),
    ("election-offer", message(10, unicast("192.0.2.2") + u32(100) + u32(10), 0x10)),
    ("election-pass",
     message(10, unicast("192.0.2.2") + u32(100) + u32(10) + unicast("192.0.2.3") + u32(90) +
     u32(5), 0x40)),
    ("bad-checksum", ip4(103, u8(0x20) + u8(0) + u16(0xbeef) + HELLO[0], dst=GROUP)),
    ("truncated", 1, *cut(message(3, JOIN), 60)),
    ("truncated-in-header", 1, *cut(message(3, JOIN), 36)),
    ("lying-option", message(0, u16(1) + u16(200) + u16(105))),
    ("lying-family", message(3, u8(9) + u8(0) + b"\1\2\3\4" + u32(0))),
]
