"""Spanning tree: IEEE 802.1D, 802.1w, 802.1Q (MSTP, SPT), Cisco's PVST+."""
from packets import *

ROOT = h("8000 020000000001")
BRIDGE = h("9005 020000000002")
TIMES = h("0180 1400 0200 0f00")  # 1.5 s, 20 s, 2 s, 15 s


def bpdu(payload, vlan_id=None):
    body = h("424203") + payload
    return eth(len(body), body, dst=h("0180c2000000")) + bytes(max(0, 46 - len(body)))


def body(version, kind, flags, times=TIMES):
    return u16(0) + u8(version) + u8(kind) + u8(flags) + ROOT + u32(20004) + BRIDGE + h("8003") + times


def mst(records, version=3, name=b"region-1", extra=b""):
    config = u8(0) + name.ljust(32, b"\0") + u16(7) + h("ac36177f50283cd4b83821d8ab26de62")
    v3 = config + u32(200) + h("a000 020000000003") + u8(19) + b"".join(records)
    return body(version, 2, 0x7c) + u8(0) + u16(len(v3)) + v3 + extra


def msti(ident, flags=0x7c):
    return u8(flags) + u16(0x8000 | ident) + MAC_A + u32(20000) + u8(0x80) + u8(0x70) + u8(18)


def pvst(payload):
    snap = h("aaaa03 00000c 010b") + payload
    return eth(len(snap), snap, dst=h("01000ccccccd"))


FRAMES = [
    ("configuration", bpdu(body(0, 0, 0x81))),
    ("topology-change", bpdu(h("0000 00 80"))),
    ("rapid", bpdu(body(2, 2, 0x3c) + u8(0))),
    ("rapid-proposal", bpdu(body(2, 2, 0x0e) + u8(0))),
    ("multiple", bpdu(mst([]))),
    ("multiple-instances", bpdu(mst([msti(1), msti(2, 0x78), msti(4094)]))),
    ("shortest-path", bpdu(mst([msti(1)], 4, extra=u16(55) + h("1e") + bytes(7) + bytes(range(20)) +
                                        bytes(27)))),
    ("pvst", pvst(body(0, 0, 1) + h("00 0000 0002 0064"))),
    ("pvst-rapid", pvst(body(2, 2, 0x3c) + h("00 0000 0002 0064"))),
    ("pvst-unknown-tlv", pvst(body(2, 2, 0x3c) + h("00 0000 0002 0064 0005 0003 aabbcc"))),
    ("unknown-type", bpdu(h("0000 02 55 0011"))),
    ("unknown-protocol", bpdu(h("0001 00 00 0011"))),
    ("short-configuration", bpdu(body(0, 0, 0)[:20])),
    ("version-3-length-lies", bpdu(mst([msti(1)])[:36] + u16(1000) + mst([msti(1)])[38:])),
    ("truncated", 1, bpdu(body(0, 0, 1))[:30], 60),
]
