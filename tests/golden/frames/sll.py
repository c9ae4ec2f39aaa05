"""Linux cooked captures, version 1 (113) and 2 (276)."""
from packets import *

PACKET = ip4_packet(17, udp(1000, 2000, b"hello"))


def sll(kind, hatype, address, proto, payload):
    return u16(kind) + u16(hatype) + u16(len(address)) + address.ljust(8, b"\0")[:8] + u16(proto) + payload


def sll2(kind, hatype, address, proto, payload, ifindex=3):
    return (u16(proto) + u16(0) + u32(ifindex) + u16(hatype) + u8(kind) + u8(len(address)) +
            address.ljust(8, b"\0")[:8] + payload)


FRAMES = [
    ("v1-in", 113, sll(0, 1, MAC_A, 0x0800, PACKET)),
    ("v1-out-vlan", 113, sll(4, 1, MAC_A, 0x8100, vlan(5, 0x0800, PACKET))),
    ("v1-broadcast-arp", 113, sll(1, 1, MAC_A, 0x0806, u16(1) + u16(0x0800) + u8(6) + u8(4) + u16(1) +
                                  MAC_A + addr(IP_A) + bytes(6) + addr(IP_B))),
    ("v1-loopback", 113, sll(0, 772, bytes(6), 0x86dd, ip6_packet(17, udp(1, 2, b"", IP6_A, IP6_B)))),
    ("v1-llc", 113, sll(2, 1, MAC_A, 4, h("424203 0000 00 80"))),
    ("v1-novell", 113, sll(2, 1, MAC_A, 1, h("ffff0022"))),
    ("v1-gre", 113, sll(0, 778, addr(IP_A), 0x0800, PACKET)),
    ("v1-tunnel-no-address", 113, sll(3, 65534, b"", 0x0800, PACKET)),
    ("v1-infiniband", 113, sll(0, 32, bytes(range(20)), 0x0800, PACKET)),
    ("v1-can", 113, sll(1, 280, b"", 0x000c, u32(0x123) + u8(2) + bytes(3) + h("1122") + bytes(6))),
    ("v1-unknown", 113, sll(0, 1, MAC_A, 0x88b5, b"experimental")),
    ("v1-truncated", 113, sll(0, 1, MAC_A, 0x0800, PACKET)[:12], 60),
    ("v2-in", 276, sll2(0, 1, MAC_A, 0x0800, PACKET)),
    ("v2-out", 276, sll2(4, 1, MAC_A, 0x86dd, ip6_packet(17, udp(1, 2, b"", IP6_A, IP6_B)))),
    ("v2-llc", 276, sll2(2, 1, MAC_A, 4, h("424203 0000 00 80"))),
    ("v2-gre-address", 276, sll2(0, 778, addr(IP_A), 0x0800, PACKET)),
    ("v2-unknown", 276, sll2(0, 1, MAC_A, 0x88b5, b"experimental")),
    ("v2-truncated", 276, sll2(0, 1, MAC_A, 0x0800, PACKET)[:12], 60),
]
