"""No link layer, or four bytes of it: NULL (0), LOOP (108), RAW (101), IPV4 (228), IPV6 (229)."""
import struct

from packets import *

PACKET4 = ip4_packet(17, udp(1000, 2000, b"hello"))
PACKET6 = ip6_packet(17, udp(1000, 2000, b"hello", IP6_A, IP6_B))

FRAMES = [
    ("null-ipv4-le", 0, struct.pack("<I", 2) + PACKET4),
    ("null-ipv4-be", 0, u32(2) + PACKET4),
    ("null-ipv6-macos", 0, struct.pack("<I", 30) + PACKET6),
    ("null-ipv6-freebsd", 0, struct.pack("<I", 28) + PACKET6),
    ("null-ipv6-openbsd", 0, struct.pack("<I", 24) + PACKET6),
    ("null-ipv6-linux", 0, struct.pack("<I", 10) + PACKET6),
    ("null-unknown", 0, struct.pack("<I", 77) + b"what"),
    ("null-hdlc", 0, h("0f000800") + PACKET4),
    ("null-ppp", 0, h("ff030021") + PACKET4),
    ("null-truncated", 0, h("0200"), 48),
    ("loop-ipv4", 108, u32(2) + PACKET4),
    ("loop-ipv6", 108, u32(24) + PACKET6),
    ("raw-ipv4", 101, PACKET4),
    ("raw-ipv6", 101, PACKET6),
    ("raw-neither", 101, h("f0") + bytes(19)),
    ("raw-empty", 101, b"", 40),
    ("ipv4", 228, PACKET4),
    ("ipv6", 229, PACKET6),
]
