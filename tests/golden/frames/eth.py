"""Ethernet II, IEEE 802.3 lengths, padding and trailers; what no dissector owns."""
from packets import *

SHOW = ("eth",)

DATA = udp(1000, 2000, b"hello")
PACKET = ip4_packet(17, DATA)

FRAMES = [
    ("ipv4-padded", eth(0x0800, PACKET) + bytes(60 - 14 - len(PACKET))),
    ("ipv4-padded-fcs", eth(0x0800, PACKET) + bytes(60 - 14 - len(PACKET)) + h("deadbeef")),
    ("ipv4-trailer", eth(0x0800, PACKET) + h("aabb")),
    ("ipv4-trailer-fcs", eth(0x0800, ip4_packet(17, udp(1000, 2000, bytes(60)))) + h("01020304050607")),
    ("multicast", eth(0x0800, PACKET, dst=h("01005e000001"))),
    ("group-source", eth(0x0800, PACKET, src=b"\xff" * 6)),
    ("unknown-type", eth(0x88b5, b"experimental")),
    ("length-llc", eth(3, h("e0e003")) + bytes(43)),
    ("length-raw-ipx", eth(34, h("ffff0022 0000 00000000 ffffffffffff 0452 00000000 020000000001"
                                 "4003 00010000")) + bytes(12)),
    ("length-lies", eth(1000, h("424203") + bytes(35))),
    ("neither-type-nor-length", eth(0x05dd, bytes(46))),
    ("pause", eth(0x8808, h("0001 ffff") + bytes(42), dst=h("0180c2000001"))),
    ("truncated", 1, eth(0x0800, PACKET)[:10], 60),
    ("only-a-header", eth(0x0800, b"")),
    ("trailer-cut", 1, *cut(eth(0x0800, PACKET) + bytes(32) + b"trailer", 64)),
    ("padded-in-a-tunnel", udp4(50000, 6081, h("00006558 00000900") + eth(0x0806, h(
        "0001080006040001 020000000001 c0000201 000000000000 c0000202")) + bytes(18))),
]
