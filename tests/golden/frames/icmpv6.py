"""ICMPv6: errors, echo, neighbour discovery with its options, MLD, the rarer types."""
from packets import *


def icmp6(kind, code, rest, src=IP6_A, dst=IP6_B):
    data = u8(kind) + u8(code) + u16(0) + rest
    return put_checksum(data, 2, pseudo_header(src, dst, 58, len(data)))


def message(kind, code, rest, src=IP6_A, dst=IP6_B, **keywords):
    return ip6(58, icmp6(kind, code, rest, src, dst), src=src, dst=dst, **keywords)


def option(kind, value):
    value += b"\0" * (-(len(value) + 2) % 8)
    return u8(kind) + u8((len(value) + 2) // 8) + value


def name(text):
    return b"".join(u8(len(part)) + part.encode() for part in text.split(".")) + b"\0"


LINK = "fe80::1"
NODES = "ff02::1"
QUOTED = ip6_packet(17, udp(5353, 9, b"hello", src=IP6_B, dst=IP6_A), src=IP6_B, dst=IP6_A)
SOURCE = option(1, MAC_A)
TARGET = option(2, MAC_B)
RA_OPTIONS = [
    SOURCE,
    option(5, u16(0) + u32(1500)),
    option(3, u8(64) + u8(0xc0) + u32(2592000) + u32(604800) + u32(0) + addr("2001:db8:1::")),
    option(24, u8(48) + u8(0x08) + u32(1800) + addr("2001:db8:2::")[:8]),
    option(25, u16(0) + u32(600) + addr("2001:db8::53") + addr("2001:db8::54")),
    option(31, u16(0) + u32(600) + name("example.com") + name("lab.example.com")),
    option(26, u16(0xa000) + u32(0)),
    option(7, u16(0) + u32(3000)),
    option(8, u16(0) + u16(10) + u16(1800)),
    option(37, b"https://portal.example.com/"),
    option(38, u16(600 // 8 << 3) + addr("64:ff9b::")[:12]),
    option(34, u8(64) + u8(0x11) + u16(0) + u16(100) + addr("2001:db8:3::")[:8]),
    option(35, u16(7) + u16(0) + u16(100) + addr("2001:db8::9")),
    option(99, b"unknown!"),
]
RECORDS = (u8(4) + u8(0) + u16(0) + addr("ff02::fb") +
           u8(3) + u8(1) + u16(2) + addr("ff3e::1234") + addr(IP6_A) + addr(IP6_B) + b"aux!")

FRAMES = [
    ("unreachable", message(1, 4, u32(0) + QUOTED)),
    ("too-big", message(2, 0, u32(1280) + QUOTED)),
    ("time-exceeded", message(3, 0, u32(0) + QUOTED[:48])),
    ("parameter-problem", message(4, 1, u32(40) + QUOTED)),
    ("echo-request", message(128, 0, u16(0x1234) + u16(1) + b"abcdefgh")),
    ("echo-reply-bad-checksum", ip6(58, u8(129) + u8(0) + u16(0xbeef) + u16(7) + u16(2))),
    ("router-solicitation", message(133, 0, u32(0) + SOURCE, LINK, "ff02::2")),
    ("router-advertisement",
     message(134, 0, u8(64) + u8(0xc8) + u16(1800) + u32(30000) + u32(1000) + b"".join(RA_OPTIONS),
             LINK, NODES)),
    ("neighbor-solicitation",
     message(135, 0, u32(0) + addr(IP6_B) + SOURCE + option(14, b"\1\2\3\4\5\6"))),
    ("neighbor-advertisement", message(136, 0, u32(0xe0000000) + addr(IP6_B) + TARGET)),
    ("redirect",
     message(137, 0, u32(0) + addr("fe80::2") + addr(IP6_B) + TARGET + option(4, b"\0" * 6 +
     QUOTED))),
    ("send-timestamp",
     message(135, 0, u32(0) + addr(IP6_B) + option(13, b"\0" * 6 +
     u64(1700000000 << 16 | 0x8000)))),
    ("registration",
     message(135, 0, u32(0) + addr(IP6_B) + option(33, u8(1) + u24(0) + u16(60) +
     b"\2\0\0\xff\xfe\0\0\1"))),
    ("mld-query", message(130, 0, u16(10000) + u16(0) + addr("::"), LINK, NODES)),
    ("mld-report", message(131, 0, u16(0) + u16(0) + addr("ff02::fb"), LINK, "ff02::fb")),
    ("mld-done", message(132, 0, u16(0) + u16(0) + addr("ff02::fb"), LINK, "ff02::2")),
    ("mld2-query",
     message(130, 0, u16(1000) + u16(0) + addr("ff3e::1") + u8(0x0a) + u8(125) + u16(1) +
     addr(IP6_A),
             LINK, "ff3e::1")),
    ("mld2-report", message(143, 0, u16(0) + u16(2) + RECORDS, LINK, "ff02::16")),
    ("renumbering", message(138, 0, u32(5) + u8(1) + u8(0xe0) + u16(1000) + u32(0))),
    ("node-query", message(139, 1, u16(2) + u16(0) + u64(0x0102030405060708) + name("host"))),
    ("node-reply-name",
     message(140, 0, u16(2) + u16(0) + u64(1) + u32(60) + name("host.example.com"))),
    ("node-reply-address", message(140, 0, u16(3) + u16(0x3e) + u64(1) + u32(60) + addr(IP6_B))),
    ("inverse-solicitation", message(141, 0, u32(0) + SOURCE + TARGET)),
    ("home-agents", message(145, 0, u16(3) + u16(0) + addr(IP6_A) + addr(IP6_B))),
    ("prefix-advertisement", message(147, 0, u16(3) + u16(0x8000) + RA_OPTIONS[2])),
    ("multicast-router", message(151, 20, u16(125) + u16(2))),
    ("rpl", message(155, 1, b"\0" * 24)),
    ("duplicate-address", message(157, 0, u8(0) + u8(0) + u16(60) + b"\2\0\0\xff\xfe\0\0\1" +
     addr(IP6_A))),
    ("extended-echo-reply", message(161, 0, u16(9) + u8(1) + u8(0x47))),
    ("unknown-type", message(250, 1, b"\1\2\3\4")),
    ("truncated", 1, *cut(message(134, 0, u8(64) + u8(0) + u16(1800) + u64(0) +
     b"".join(RA_OPTIONS)), 90)),
    ("prefix-advertisement-truncated", 1, *cut(message(147, 0, u16(3) + u16(0x8000)), 60)),
    ("option-of-length-zero", message(135, 0, u32(0) + addr(IP6_B) + u8(1) + u8(0) + MAC_A)),
    ("option-too-long", message(135, 0, u32(0) + addr(IP6_B) + u8(1) + u8(9) + MAC_A)),
    ("mld2-lying-count", message(143, 0, u16(0) + u16(9999) + RECORDS[:20])),
]
