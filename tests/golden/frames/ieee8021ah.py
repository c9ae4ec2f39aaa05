"""Provider backbone bridges: I-TAG behind a B-TAG or alone."""
from packets import *

PACKET = ip4_packet(17, udp(1000, 2000, b"hello"))
ITAG = h("60") + u24(123456) + h("020000000004 020000000003")

FRAMES = [
    ("itag", eth(0x88e7, ITAG + u16(0x0800) + PACKET)),
    ("btag-itag", eth(0x88a8, vlan(0x6064, 0x88e7, ITAG + u16(0x0800) + PACKET))),
    ("customer-tag-inside", eth(0x88e7, ITAG + u16(0x8100) + vlan(5, 0x0800, PACKET))),
    ("drop-eligible", eth(0x88e7, h("18") + ITAG[1:] + u16(0x88b5) + b"experimental")),
    ("length-llc", eth(0x88e7, ITAG + u16(3) + h("e0e003") + bytes(20))),
    ("truncated", 1, eth(0x88e7, ITAG)[:24], 80),
]
