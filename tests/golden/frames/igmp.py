"""IGMP versions 0 to 3."""
from packets import *


def message(body, dst="224.0.0.1", **keywords):
    return ip4(2, put_checksum(body, 2), dst=dst, ttl=1, **keywords)


def igmp(kind, code, group):
    return u8(kind) + u8(code) + u16(0) + addr(group)


RECORDS = (u8(4) + u8(0) + u16(0) + addr("239.1.2.3") +
           u8(6) + u8(1) + u16(2) + addr("232.1.1.1") + addr(IP_A) + addr(IP_B) + b"aux!")

FRAMES = [
    ("v0-join", message(u8(3) + u8(0) + u16(0) + u32(7) + addr("239.0.0.1") + b"secret!!")),
    ("v1-query", message(igmp(0x11, 0, "0.0.0.0"))),
    ("v1-report", message(igmp(0x12, 0, "239.1.2.3"), "239.1.2.3")),
    ("v2-query", message(igmp(0x11, 100, "239.1.2.3"), "239.1.2.3")),
    ("v2-report", message(igmp(0x16, 0, "239.1.2.3"), "239.1.2.3")),
    ("v2-leave", message(igmp(0x17, 0, "239.1.2.3"), "224.0.0.2")),
    ("v3-query",
     message(igmp(0x11, 0x9f, "232.1.1.1") + u8(0x0a) + u8(125) + u16(2) + addr(IP_A) +
     addr(IP_B))),
    ("v3-report", message(u8(0x22) + u8(0) + u16(0) + u16(0) + u16(2) + RECORDS, "224.0.0.22")),
    ("v3-many",
     message(u8(0x22) + u8(0) + u16(0) + u16(0) + u16(6) + RECORDS[:8] * 6, "224.0.0.22")),
    ("bad-checksum", ip4(2, u8(0x16) + u8(0) + u16(0xbeef) + addr("239.1.2.3"), dst="239.1.2.3")),
    ("pim-v1", message(u8(0x14) + u8(0) + u16(0) + u32(0x10000000) + u32(0x10000069))),
    ("dvmrp", message(u8(0x13) + u8(1) + u16(0) + u32(0x0e03))),
    ("unknown", message(igmp(0x77, 1, "239.1.2.3"))),
    ("truncated", 1, *cut(message(u8(0x22) + u8(0) + u16(0) + u16(0) + u16(2) + RECORDS,
     "224.0.0.22"), 50)),
    ("lying-count", message(u8(0x22) + u8(0) + u16(0) + u16(0) + u16(500) + RECORDS[:8])),
]
