"""RADIUS: codes, attributes of each type, vendors, never a password."""
from packets import *


def message(code, attributes, sport=40000, dport=1812, length=None):
    length = 20 + len(attributes) if length is None else length
    return udp4(sport, dport, u8(code) + u8(7) + u16(length) + bytes(range(16)) + attributes)


def avp(kind, value):
    return u8(kind) + u8(2 + len(value)) + value


ACCESS = (avp(1, b"alice") + avp(2, b"\xaa" * 16) + avp(4, addr(IP_A)) + avp(5, u32(3)) + avp(6,
    u32(2)) +
          avp(31, b"02-00-00-00-00-01") + avp(61, u32(15)) + avp(79, b"\2\1\0\x0a\1alice") +
          avp(80, b"\xbb" * 16) + avp(95, addr(IP6_A)) + avp(96, b"\0\0\0\0\0\0\0\1"))
ACCEPT = (avp(8, addr("192.0.2.77")) + avp(24, b"state") + avp(27, u32(3600)) + avp(56,
    u32(0x31000064)) +
          avp(58, b"\x32voice") + avp(64, u8(1) + u24(13)) + avp(65, u8(1) + u24(6)) + avp(81,
          u8(1) + b"100") +
          avp(81, b"200") + avp(69, u8(1) + b"\x80\1" + b"\xcc" * 16) + avp(97, b"\0\x40" +
          addr("2001:db8::")[:8]) +
          avp(26, u32(9) + avp(1, b"cisco-avpair") + avp(2, b"more")) + avp(18, b"welcome") +
          avp(250, b"\1\2\3"))
ACCOUNTING = (avp(40, u32(1)) + avp(44, b"session-1") + avp(42, u32(12345)) + avp(46, u32(60)) +
              avp(49, u32(1)) + avp(55, u32(1700000000)))

FRAMES = [
    ("access-request", message(1, ACCESS)),
    ("access-accept", message(2, ACCEPT, 1812, 40000)),
    ("access-reject", message(3, avp(18, b"no"), 1812, 40000)),
    ("challenge", message(11, avp(79, b"\1\2\0\5\1") + avp(24, b"x"), 1812, 40000)),
    ("accounting", message(4, ACCOUNTING, dport=1813)),
    ("old-port", message(4, ACCOUNTING, dport=1646)),
    ("disconnect-nak", message(42, avp(101, u32(503)), 3799, 40000)),
    ("coa", message(43, avp(1, b"alice"), dport=3799)),
    ("status", message(12, b"")),
    ("not-radius", message(199, b"")),
    ("truncated", 1, *cut(message(1, ACCESS), 90)),
    ("lying-attribute", message(1, u8(1) + u8(200) + b"abc")),
    ("attribute-too-short", message(1, u8(1) + u8(1) + b"abc")),
    ("lying-length", message(1, ACCESS, length=4000)),
    ("trailing-bytes", udp4(40000, 1812, u8(12) + u8(7) + u16(20) + bytes(range(16)) + b"pad")),
]
