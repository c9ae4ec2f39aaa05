"""MACsec, IEEE 802.1AE: integrity only, encrypted, with and without channel identifier."""
from packets import *

PACKET = ip4_packet(17, udp(1000, 2000, b"hello" * 10))
ICV = bytes(range(0x10, 0x20))


def sectag(tci_an, pn, sci=b"", short=0):
    return u8(tci_an) + u8(short) + u32(pn) + sci


SCI = MAC_A + u16(1)

FRAMES = [
    ("integrity-only", eth(0x88e5, sectag(0x20, 7, SCI) + u16(0x0800) + PACKET + ICV)),
    ("integrity-only-no-sci", eth(0x88e5, sectag(0x41, 8) + u16(0x0800) + PACKET + ICV)),
    ("encrypted", eth(0x88e5, sectag(0x2e, 9, SCI) + bytes(range(64)) + ICV)),
    ("encrypted-no-sci", eth(0x88e5, sectag(0x0f, 10) + bytes(range(64)) + ICV)),
    ("changed-text", eth(0x88e5, sectag(0x24, 11, SCI) + bytes(range(64)) + ICV)),
    ("short-length", eth(0x88e5, sectag(0x2c, 12, SCI, 20) + bytes(range(20)) + ICV)),
    ("single-copy-broadcast", eth(0x88e5, sectag(0x1c, 13) + bytes(range(64)) + ICV)),
    ("too-short-for-a-check-value", eth(0x88e5, sectag(0x00, 14) + u16(0x0800) + b"abc")),
    ("sci-cut", eth(0x88e5, sectag(0x20, 15) + b"abc")),
    ("truncated", 1, eth(0x88e5, sectag(0x20, 7, SCI))[:18], 120),
]
