"""Slow protocols (IEEE 802.3 annex 57A): LACP and marker (802.1AX), OAM (802.3 clause 57), ESMC."""
from packets import *


def slow(payload, pad=True):
    return eth(0x8809, payload + bytes(max(0, 46 - len(payload)) if pad else 0), dst=h("0180c2000002"))


def participant(kind, system, key, port, state):
    return u8(kind) + u8(20) + u16(32768) + system + u16(key) + u16(255) + u16(port) + u8(state) + bytes(3)


def lacp(actor, partner, version=1, tail=b"\x00\x00" + bytes(50)):
    return slow(u8(1) + u8(version) + actor + partner + h("03 10 8000") + bytes(12) + tail)


def marker(kind):
    return slow(h("02 01") + u8(kind) + h("10 0007 020000000001 0000002a 0000 0000") + bytes(90))


def oam(flags, code, data):
    return slow(u8(3) + u16(flags) + u8(code) + data)


LOCAL = h("01 10 01 0001 00 0f 05dc 00000c 12345678".replace("0001", "0003"))
REMOTE = h("02 10 01 0004 01 1d 05dc 0080c2 00000000")

FRAMES = [
    ("lacp", lacp(participant(1, MAC_A, 13, 22, 0x3d), participant(2, MAC_B, 13, 25, 0x3f))),
    ("lacp-defaulted", lacp(participant(1, MAC_A, 13, 22, 0x45), participant(2, bytes(6), 0, 0, 0))),
    ("lacp-version-2", lacp(participant(1, MAC_A, 13, 22, 0x3d), participant(2, MAC_B, 13, 25, 0x3f), 2,
                            h("04 08 00000001 0203 0000") + bytes(42))),
    ("lacp-wrong-tlv", slow(h("01 01 07 14") + bytes(106))),
    ("marker", marker(1)),
    ("marker-response", marker(2)),
    ("oam-information", oam(0x0050, 0, LOCAL + REMOTE)),
    ("oam-information-vendor", oam(0x0008, 0, LOCAL + h("fe 0a 123456 0102030405") + h("00"))),
    ("oam-event", oam(0x0050, 1, h("0001 01 28 0010") + u64(100) + u64(1) + u64(2) + u64(3) + u64(4) +
                                 h("02 1a 0011 000a 00000001 00000002") + u64(9) + u32(5))),
    ("oam-event-period", oam(0x0050, 1, h("0002 03 1c 0012 00000064 00000001 00000002") + u64(9) + u32(5) +
                                        h("04 12 0013 003c 0001 0002 00000009 00000005"))),
    ("oam-request", oam(0x0050, 2, h("07 0005 04 0002 00 00"))),
    ("oam-response", oam(0x0050, 3, h("07 0005 04 00000001 07 0006 81 00 00"))),
    ("oam-loopback", oam(0x0050, 4, h("01"))),
    ("oam-vendor", oam(0x0050, 0xfe, h("00000c 0102"))),
    ("oam-reserved-code", oam(0x0001, 0x20, h("01020304"))),
    ("esmc", slow(h("0a 0019a7 0001 18 000000 01 0004 02"))),
    ("esmc-unknown-itu", slow(h("0a 0019a7 0009 18 000000"))),
    ("ossp-other", slow(h("0a 123456 0001"))),
    ("unknown-subtype", slow(h("63 0102"))),
    ("lacp-truncated", 1, lacp(participant(1, MAC_A, 13, 22, 0x3d), participant(2, MAC_B, 13, 25, 0x3f))[:40], 124),
    ("oam-length-lies", slow(h("03 0050 00 01 ff") + bytes(40))),
    ("empty", eth(0x8809, b"")),
]
