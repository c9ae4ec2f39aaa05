"""MPLS: label stacks, what stands under them, pseudowires (RFC 4385, 4448), over UDP and IP."""
from packets import *

PACKET = ip4_packet(17, udp(1000, 2000, b"hello"))
PACKET6 = ip6_packet(17, udp(1000, 2000, b"hello", IP6_A, IP6_B))


def label(value, exp=0, bottom=0, ttl=64):
    return u32(value << 12 | exp << 9 | bottom << 8 | ttl)


FRAMES = [
    ("ipv4", eth(0x8847, label(16, 5, 1) + PACKET)),
    ("ipv6", eth(0x8847, label(100000, 0, 1, 255) + PACKET6)),
    ("stack", eth(0x8847, label(16) + label(17, 1) + label(18, 0, 1, 1) + PACKET)),
    ("multicast", eth(0x8848, label(16, 0, 1) + PACKET)),
    ("explicit-null", eth(0x8847, label(0, 0, 1) + PACKET)),
    ("explicit-null-ipv6", eth(0x8847, label(2, 0, 1) + PACKET6)),
    ("entropy", eth(0x8847, label(16) + label(7) + label(123456, 0, 1, 0) + PACKET)),
    ("pseudowire", eth(0x8847, label(16, 0, 1) + h("00000007") + eth(0x0800, PACKET))),
    ("pseudowire-no-control-word", eth(0x8847, label(16, 0, 1) + eth(0x0800, PACKET, dst=h("8c0000000002")))),
    ("pseudowire-vlan", eth(0x8847, label(16, 0, 1) + h("00000007") + eth(0x8100, vlan(5, 0x0800, PACKET)))),
    ("pseudowire-short", eth(0x8847, label(16, 0, 1) + h("00000007 0102030405"))),
    ("associated-channel", eth(0x8847, label(16, 0, 1) + h("10000021") + PACKET)),
    ("generic-channel", eth(0x8847, label(16) + label(13, 0, 1, 1) + h("10000007") + bytes(24))),
    ("nothing-below", eth(0x8847, label(16, 0, 1))),
    ("no-bottom", eth(0x8847, label(16) + label(17))),
    ("deep", eth(0x8847, b"".join(label(i) for i in range(16, 40)) + label(99, 0, 1) + PACKET)),
    ("udp", udp4(49152, 6635, label(16, 0, 1) + PACKET)),
    ("ip", ip4(137, label(16, 0, 1) + PACKET)),
    ("vlan", eth(0x8100, vlan(5, 0x8847, label(16, 0, 1) + PACKET))),
    ("unknown-below", eth(0x8847, label(16, 0, 1) + h("f0010203"))),
    ("truncated", 1, eth(0x8847, label(16) + label(17))[:20], 80),
]
