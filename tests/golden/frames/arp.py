"""ARP and its kin: RFC 826, 903 (reverse), 2390 (inverse), 5227 (probe, announcement)."""
from packets import *

BROADCAST = b"\xff" * 6
NOBODY = b"\0" * 6


def arp(op, sha, spa, tha, tpa, ethertype=0x0806, dst=BROADCAST, pad=True):
    body = u16(1) + u16(0x0800) + u8(6) + u8(4) + u16(op) + sha + addr(spa) + tha + addr(tpa)
    return eth(ethertype, body + bytes(18 if pad else 0), dst=dst)


FRAMES = [
    ("request", arp(1, MAC_A, IP_A, NOBODY, IP_B)),
    ("reply", arp(2, MAC_B, IP_B, MAC_A, IP_A, dst=MAC_A)),
    ("probe", arp(1, MAC_A, "0.0.0.0", NOBODY, IP_A)),
    ("announcement", arp(1, MAC_A, IP_A, NOBODY, IP_A)),
    ("gratuitous-reply", arp(2, MAC_A, IP_A, BROADCAST, IP_A)),
    ("rarp-request", arp(3, MAC_A, "0.0.0.0", MAC_A, "0.0.0.0", 0x8035)),
    ("rarp-reply", arp(4, MAC_B, IP_B, MAC_A, IP_A, 0x8035, dst=MAC_A)),
    ("inverse-request", arp(8, MAC_A, IP_A, MAC_B, "0.0.0.0")),
    ("inverse-reply", arp(9, MAC_B, IP_B, MAC_A, IP_A)),
    ("drarp-error", arp(7, MAC_B, IP_B, MAC_A, IP_A, 0x8035)),
    ("unknown-opcode", arp(99, MAC_A, IP_A, NOBODY, IP_B)),
    # InfiniBand, RFC 4391: addresses of 20 bytes.
    ("infiniband", eth(0x0806, u16(32) + u16(0x0800) + u8(20) + u8(4) + u16(1) + bytes(range(20)) +
                       addr(IP_A) + bytes(20) + addr(IP_B))),
    ("ipv6-like", eth(0x0806, u16(1) + u16(0x86dd) + u8(6) + u8(16) + u16(1) + MAC_A + addr(IP6_A) +
                      NOBODY + addr(IP6_B))),
    ("no-addresses", eth(0x0806, u16(1) + u16(0x0800) + u8(0) + u8(0) + u16(1))),
    ("truncated", 1, arp(1, MAC_A, IP_A, NOBODY, IP_B, pad=False)[:30], 42),
    ("sizes-lie", eth(0x0806, u16(1) + u16(0x0800) + u8(255) + u8(255) + u16(1) + bytes(20))),
]
