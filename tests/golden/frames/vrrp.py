"""VRRP versions 2 and 3, over IPv6 too, and CARP, which shares their number."""
from packets import *

GROUP, GROUP6 = "224.0.0.18", "ff02::12"


def v2(body, **keywords):
    return ip4(112, put_checksum(body, 6), dst=GROUP, ttl=255, **keywords)


def v3(body, src=IP_A, dst=GROUP):
    pseudo = pseudo_header(src, dst, 112, len(body))
    return ip4(112, put_checksum(body, 6, pseudo), src=src, dst=dst, ttl=255)


def v3_ip6(body, src="fe80::1", dst=GROUP6):
    pseudo = pseudo_header(src, dst, 112, len(body))
    return ip6(112, put_checksum(body, 6, pseudo), src=src, dst=dst, hop_limit=255)


HEAD2 = u8(0x21) + u8(42) + u8(100)
HEAD3 = u8(0x31) + u8(7) + u8(255)
CARP = (u8(0x21) + u8(1) + u8(100) + u8(7) + u8(0) + u8(1) + u16(0) + u64(12345678) +
        bytes(range(20)))

FRAMES = [
    ("v2", v2(HEAD2 + u8(1) + u8(0) + u8(1) + u16(0) + addr(IP_A) + b"\0" * 8)),
    ("v2-password", v2(HEAD2 + u8(1) + u8(1) + u8(1) + u16(0) + addr(IP_A) + b"secret\0\0")),
    ("v2-gives-up", v2(u8(0x21) + u8(42) + u8(0) + u8(1) + u8(0) + u8(1) + u16(0) + addr(IP_A))),
    ("v3", v3(HEAD3 + u8(2) + u16(100) + u16(0) + addr(IP_A) + addr(IP_B))),
    ("v3-bad-checksum", ip4(112, HEAD3 + u8(1) + u16(100) + u16(0xbeef) + addr(IP_A), dst=GROUP)),
    ("v3-ipv6", v3_ip6(HEAD3 + u8(1) + u16(50) + u16(0) + addr("fe80::99"))),
    ("unknown-version", v2(u8(0x51) + b"\1\2\3\0\0\0\0")),
    ("carp", v2(CARP)),
    ("carp-truncated", 1, *cut(v2(CARP), 60)),
    ("v2-lying-count", v2(HEAD2 + u8(200) + u8(0) + u8(1) + u16(0) + addr(IP_A))),
    ("v3-truncated-in-header", 1, *cut(v3(HEAD3 + u8(1) + u16(100) + u16(0) + addr(IP_A)), 40)),
    ("truncated", 1, *cut(v2(HEAD2 + u8(2) + u8(0) + u8(1) + u16(0) + addr(IP_A) * 2), 44)),
]
