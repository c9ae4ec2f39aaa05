"""VLAN tags: 802.1Q, 802.1ad, stacks of them."""
from packets import *

PACKET = ip4_packet(17, udp(1000, 2000, b"hello"))

FRAMES = [
    ("one", eth(0x8100, vlan(0x0005, 0x0800, PACKET))),
    ("priority-dei", eth(0x8100, vlan(0xf064, 0x0800, PACKET))),
    ("priority-tag", eth(0x8100, vlan(0xe000, 0x0800, PACKET))),
    ("q-in-q", eth(0x88a8, vlan(0x600a, 0x8100, vlan(0x0014, 0x0800, PACKET)))),
    ("q-in-q-9100", eth(0x9100, vlan(0x000a, 0x8100, vlan(0x0014, 0x0800, PACKET)))),
    ("q-in-q-8100", eth(0x8100, vlan(0x000a, 0x8100, vlan(0x0014, 0x0800, PACKET)))),
    ("provider-twice", eth(0x88a8, vlan(0x000a, 0x88a8, vlan(0x1014, 0x0800, PACKET)))),
    ("provider-alone", eth(0x88a8, vlan(0x300a, 0x0800, PACKET))),
    ("length-llc", eth(0x8100, vlan(7, 3, h("e0e003")) + bytes(39))),
    ("unknown-type", eth(0x8100, vlan(7, 0x88b5, b"experimental"))),
    ("truncated", 1, eth(0x8100, vlan(7, 0x0800, PACKET))[:16], 60),
    ("nothing-behind", eth(0x8100, vlan(7, 0x0800, b""))),
    ("too-many", eth(0x8100, b"".join(vlan(i, 0x8100, b"") for i in range(20)))),
]
