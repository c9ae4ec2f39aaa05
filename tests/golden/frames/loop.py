"""Ethernet's own loopback test (0x9000), Wake-on-LAN, EtherIP."""
from packets import *

MAGIC = b"\xff" * 6 + MAC_B * 16


def loop(payload):
    return eth(0x9000, payload + bytes(max(0, 46 - len(payload))))


FRAMES = [
    ("reply", loop(h("0000 0100 0700"))),
    ("forward", loop(h("0000 0200 020000000003 0100 0700"))),
    ("forwarded", loop(h("0800 0200 020000000003 0100 0700"))),
    ("unknown-function", loop(h("0000 0900"))),
    ("skip-count-lies", loop(h("ffff 0100 0700"))),
    ("loop-truncated", 1, loop(h("0000 0100"))[:15], 60),
    ("wake-ethernet", eth(0x0842, MAGIC)),
    ("wake-udp", udp4(49152, 9, MAGIC)),
    ("wake-udp-any-port", udp4(49152, 40000, MAGIC)),
    ("wake-password", eth(0x0842, MAGIC + h("010203040506"))),
    ("wake-password-udp", udp4(49152, 9, MAGIC + h("01020304"))),
    ("wake-not", eth(0x0842, b"\xff" * 6 + MAC_B * 15 + MAC_A)),
    ("discard-not", udp4(49152, 9, b"\xff" * 20)),
    ("etherip", ip4(97, h("3000") + eth(0x0800, ip4_packet(17, udp(1000, 2000, b"hello"))))),
    ("etherip-version-wrong", ip4(97, h("4000") + bytes(20))),
    ("etherip-truncated", 1, ip4(97, h("3000") + bytes(20))[:35], 80),
]
