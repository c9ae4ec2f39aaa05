"""Cisco Discovery Protocol."""
from packets import *


def tlv(kind, value):
    return u16(kind) + u16(4 + len(value)) + value


def cdp(*tlvs, version=2, ttl=180):
    body = u8(version) + u8(ttl) + u16(0) + b"".join(tlvs)
    body = put_checksum(body, 2)
    snap = h("aaaa03 00000c 2000") + body
    return eth(len(snap), snap, dst=h("01000ccccccc"))


def address(ip):
    packed = addr(ip)
    if len(packed) == 4:
        return u8(1) + u8(1) + u8(0xcc) + u16(4) + packed
    return u8(2) + u8(8) + h("aaaa03 000000 86dd") + u16(16) + packed


FRAMES = [
    ("switch", cdp(
        tlv(1, b"switch-1.example.com"),
        tlv(2, u32(2) + address("192.0.2.10") + address("2001:db8::10")),
        tlv(3, b"GigabitEthernet0/1"),
        tlv(4, u32(0x28)),
        tlv(5, b"Cisco IOS Software, Version 15.0(2)SE\nCompiled by hand"),
        tlv(6, b"cisco WS-C2960"),
        tlv(9, b"domain-1"),
        tlv(10, u16(99)),
        tlv(11, u8(1)),
        tlv(0x12, u8(0)), tlv(0x13, u8(5)),
        tlv(0x16, u32(1) + address("192.0.2.11")),
        tlv(0x14, b"sysname"), tlv(0x15, h("06082b0601040109")),
        tlv(0x17, b"\x00rack 7"),
        tlv(0x1a, u16(1) + u16(2) + u32(15400) + u32(30000)),
    )),
    ("phone", cdp(
        tlv(1, b"SEP020000000001"),
        tlv(2, u32(1) + address("192.0.2.20")),
        tlv(3, b"Port 1"),
        tlv(4, u32(0x490)),
        tlv(5, b"SCCP42.9-0-3S"),
        tlv(6, b"Cisco IP Phone 7942"),
        tlv(0x0e, u8(1) + u16(42)), tlv(0x0f, u8(1) + u16(43)),
        tlv(0x10, u16(6300)), tlv(0x19, u16(1) + u16(2) + u32(6300)),
        tlv(0x1f, u8(3)),
        tlv(0x11, u32(1500)),
        tlv(11, u8(0)),
    )),
    ("cluster-hello", cdp(tlv(1, b"a"), tlv(8, h("00000c 0112 00000000 ffffffff 010221ff"
                                                 "020000000001 020000000002 ff 0001")),
                          tlv(8, h("123456 0001 aabb")))),
    ("prefixes", cdp(tlv(1, b"hub"), tlv(7, addr("192.0.2.0") + u8(24) + addr("198.51.100.0") + u8(25)))),
    ("spoke-gateway", cdp(tlv(1, b"spoke"), tlv(7, addr("192.0.2.254")))),
    ("unknown-tlv", cdp(tlv(1, b"x"), tlv(0x1234, b"\x01\x02\x03"))),
    ("empty-values", cdp(*(tlv(kind, b"") for kind in range(1, 0x20)))),
    ("version-1", cdp(tlv(1, b"old"), version=1)),
    ("length-zero", cdp(tlv(1, b"x"), u16(3) + u16(0))),
    ("length-lies", cdp(tlv(1, b"x"), u16(3) + u16(500) + b"abc")),
    ("address-count-lies", cdp(tlv(2, u32(0xffffffff) + address("192.0.2.10")))),
    ("control-characters", cdp(tlv(1, b"\x1b[31mred\r\n"))),
    ("truncated", 1, cdp(tlv(1, b"switch-1.example.com"), tlv(3, b"Gi0/1"))[:40], 64),
]
