"""OSPF versions 2 and 3: every message, the kinds of advertisements, authentication, LLS."""
from packets import *

ALL, ALL6 = "224.0.0.5", "ff02::5"
ROUTER, AREA = addr("192.0.2.1"), addr("0.0.0.1")


def v2(kind, body, auth_type=0, auth=b"\0" * 8, tail=b"", length=None):
    length = 24 + len(body) if length is None else length
    head = u8(2) + u8(kind) + u16(length) + ROUTER + AREA
    total = u16(0) if auth_type == 2 else u16(checksum(head + u16(0) + u16(auth_type) + body))
    return ip4(89, head + total + u16(auth_type) + auth + body + tail, dst=ALL, ttl=1)


def v3(kind, body, src="fe80::1"):
    data = u8(3) + u8(kind) + u16(16 + len(body)) + ROUTER + AREA + u16(0) + u8(0) + u8(0) + body
    return ip6(89, put_checksum(data, 12, pseudo_header(src, ALL6, 89, len(data))), src=src,
        dst=ALL6)


def lsa2(kind, ident, body, options=0x22):
    return (u16(100) + u8(options) + u8(kind) + ident + ROUTER + u32(0x80000001) + u16(0x1234) +
            u16(20 + len(body)) + body)


def lsa3(kind, body, ident=u32(5)):
    return (u16(100) + u16(kind) + ident + ROUTER + u32(0x80000001) + u16(0x1234) +
            u16(20 + len(body)) + body)


def prefix(text, length, between=u16(0), options=0):
    return u8(length) + u8(options) + between + addr(text)[:(length + 31) // 32 * 4]


def te_tlv(kind, value):
    return tlv16(kind, value) + b"\0" * (-len(value) % 4)


HELLO2 = (addr("255.255.255.0") + u16(10) + u8(0x12) + u8(1) + u32(40) + addr("192.0.2.1") +
          addr("192.0.2.2") + addr("198.51.100.1"))
HELLO3 = (u32(5) + u8(1) + u24(0x000013) + u16(10) + u16(40) + addr("192.0.2.1") + addr("0.0.0.0") +
          addr("198.51.100.1"))
LLS = u16(0) + u16(3) + tlv16(1, u32(1))
BANDWIDTH = bytes.fromhex("4c944c00")
OPTIONS3 = u24(0x000033)
LSAS2 = [
    lsa2(1, ROUTER, u8(3) + u8(0) + u16(2) + addr("192.0.2.2") + addr("192.0.2.1") + u8(2) + u8(0) +
         u16(10) + addr("198.51.100.0") + addr("255.255.255.0") + u8(3) + u8(1) + u16(1) + u8(8) +
         u8(0) +
         u16(5)),
    lsa2(2, ROUTER, addr("255.255.255.0") + ROUTER + addr("192.0.2.2")),
    lsa2(3, addr("203.0.113.0"), addr("255.255.255.0") + u32(20)),
    lsa2(4, addr("192.0.2.9"), addr("0.0.0.0") + u32(30)),
    lsa2(5, addr("203.0.113.0"), addr("255.255.255.0") + u8(0x80) + u24(20) + addr("0.0.0.0") +
    u32(7)),
    lsa2(7, addr("203.0.113.0"), addr("255.255.255.0") + u8(0) + u24(20) + addr("192.0.2.3") +
    u32(7), 0x08),
    lsa2(9, u8(3) + u24(0), te_tlv(1, u32(120)) + te_tlv(2, u8(1)) + te_tlv(3, ROUTER), 0x40),
    lsa2(10, u8(1) + u8(0) + u16(8), te_tlv(1, ROUTER) + te_tlv(
        2, te_tlv(1, u8(1)) + te_tlv(2, addr("192.0.2.2")) + te_tlv(3, ROUTER) + te_tlv(5,
            u32(63)) +
        te_tlv(6, BANDWIDTH) + te_tlv(8, BANDWIDTH * 8) + te_tlv(9, u32(0xff)) + te_tlv(99,
        b"xyz")), 0x40),
    lsa2(10, u8(4) + u24(1), te_tlv(1, u32(0x80000000)), 0x40),
]
LSAS3 = [
    lsa3(0x2001, u8(1) + OPTIONS3 + u8(2) + u8(0) + u16(64) + u32(6) + u32(7) + addr("192.0.2.2")),
    lsa3(0x2002, u8(0) + OPTIONS3 + ROUTER + addr("192.0.2.2")),
    lsa3(0x2003, u8(0) + u24(20) + prefix("2001:db8:4::", 48)),
    lsa3(0x2004, u8(0) + OPTIONS3 + u8(0) + u24(30) + addr("192.0.2.9")),
    lsa3(0x4005, u8(7) + u24(20) + prefix("2001:db8:5::", 64, u16(0)) + addr(IP6_A) + u32(99)),
    lsa3(0x2007, u8(0) + u24(20) + prefix("2001:db8:7::", 64, u16(0x2001)) + u32(5)),
    lsa3(0x0008, u8(1) + OPTIONS3 + addr("fe80::1") + u32(2) + prefix("2001:db8:8::", 64) +
         prefix("2001:db8:9::", 64, options=2)),
    lsa3(0x2009, u16(1) + u16(0x2002) + u32(5) + ROUTER + prefix("2001:db8:9::", 64, u16(10))),
]

FRAMES = [
    ("hello", v2(1, HELLO2)),
    ("hello-password", v2(1, HELLO2[:20], 1, b"secret\0\0")),
    ("hello-md5-lls", v2(1, HELLO2, 2, u16(0) + u8(1) + u8(16) + u32(7), b"\xaa" * 16 + LLS)),
    ("description", v2(2, u16(1500) + u8(2) + u8(7) + u32(1234))),
    ("description-headers", v2(2, u16(1500) + u8(0x42) + u8(2) + u32(1234) + LSAS2[0][:20] +
     LSAS2[5][:20])),
    ("request", v2(3, u32(1) + ROUTER + ROUTER + u32(5) + addr("203.0.113.0") + ROUTER)),
] + [("update-%d-%d" % (i, lsa[3]), v2(4, u32(1) + lsa)) for i, lsa in enumerate(LSAS2)] + [
    ("update-two", v2(4, u32(2) + LSAS2[1] + LSAS2[2])),
    ("ack", v2(5, LSAS2[0][:20] + LSAS2[1][:20])),
    ("bad-checksum", ip4(89, u8(2) + u8(1) + u16(44) + ROUTER + AREA + u16(0xbeef) + u16(0) +
     b"\0" * 8 +
                         HELLO2[:20], dst=ALL)),
    ("v3-hello", v3(1, HELLO3)),
    ("v3-description", v3(2, u8(0) + OPTIONS3 + u16(1500) + u8(0) + u8(7) + u32(9) +
     LSAS3[0][:20])),
    ("v3-request", v3(3, u16(0) + u16(0x2001) + u32(0) + ROUTER)),
] + [("v3-update-%04x" % int.from_bytes(lsa[2:4], "big"), v3(4, u32(1) + lsa)) for lsa in LSAS3] + [
    ("v3-ack", v3(5, LSAS3[0][:20])),
    ("unknown-version", ip4(89, u8(9) + b"\1" * 30, dst=ALL)),
    ("truncated", 1, *cut(v2(4, u32(1) + LSAS2[0]), 100)),
    ("lying-length", v2(1, HELLO2, length=4000)),
    ("lying-lsa", v2(4, u32(5) + LSAS2[0][:18] + u16(5000) + b"\0" * 8)),
    ("lsa-too-short", v2(4, u32(5) + LSAS2[0][:18] + u16(4) + b"\0" * 8)),
]
