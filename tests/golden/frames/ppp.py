"""PPP: link types 9 and 50, address and control, protocol numbers; LCP, IPCP, IPV6CP, CCP, PAP, CHAP."""
from packets import *

PACKET4 = ip4_packet(17, udp(1000, 2000, b"hello"))
PACKET6 = ip6_packet(17, udp(1000, 2000, b"hello", IP6_A, IP6_B))
HDLC = h("ff03")


def opt(kind, value=b""):
    return u8(kind) + u8(2 + len(value)) + value


def cp(proto, code, body, ident=1, length=None):
    return u16(proto) + u8(code) + u8(ident) + u16(4 + len(body) if length is None else length) + body


LCP_OPTIONS = [opt(1, u16(1492)), opt(2, u32(0xa0000)), opt(3, u16(0xc023)), opt(5, u32(0xdeadbeef)),
               opt(7), opt(8)]
LCP_MORE = [opt(3, u16(0xc223) + u8(5)), opt(4, u16(0xc025) + u32(1000)), opt(9, u8(2)), opt(10, u8(3)),
            opt(13, u8(6)), opt(17, u16(1500)), opt(18), opt(19, u8(3) + MAC_A), opt(19, u8(1) + b"xyz"),
            opt(23, u16(77)), opt(99, b"\x01\x02")]

FRAMES = [
    ("ipv4", 9, HDLC + u16(0x21) + PACKET4),
    ("ipv6", 9, HDLC + u16(0x57) + PACKET6),
    ("no-address", 9, u16(0x21) + PACKET4),
    ("compressed-protocol", 9, h("21") + PACKET4),
    ("hdlc-like", 50, HDLC + u16(0x21) + PACKET4),
    ("mpls", 9, HDLC + u16(0x281) + u32(16 << 12 | 0x100 | 64) + PACKET4),
    ("unknown-protocol", 9, HDLC + u16(0x4021) + b"what"),
    ("lcp-request", 9, HDLC + cp(0xc021, 1, b"".join(LCP_OPTIONS))),
    ("lcp-request-more", 9, HDLC + cp(0xc021, 1, b"".join(LCP_MORE))),
    ("lcp-ack", 9, HDLC + cp(0xc021, 2, b"".join(LCP_OPTIONS[:2]))),
    ("lcp-nak", 9, HDLC + cp(0xc021, 3, LCP_MORE[0])),
    ("lcp-reject", 9, HDLC + cp(0xc021, 4, LCP_OPTIONS[5])),
    ("lcp-terminate", 9, HDLC + cp(0xc021, 5, b"User request")),
    ("lcp-terminate-ack", 9, HDLC + cp(0xc021, 6, b"")),
    ("lcp-code-reject", 9, HDLC + cp(0xc021, 7, h("0f010004"))),
    ("lcp-protocol-reject", 9, HDLC + cp(0xc021, 8, u16(0x80fd) + h("0101000a"))),
    ("lcp-echo-request", 9, HDLC + cp(0xc021, 9, u32(0xdeadbeef))),
    ("lcp-echo-reply", 9, HDLC + cp(0xc021, 10, u32(0xdeadbeef) + b"data")),
    ("lcp-discard", 9, HDLC + cp(0xc021, 11, u32(0xdeadbeef))),
    ("lcp-identification", 9, HDLC + cp(0xc021, 12, u32(0xdeadbeef) + b"MSRASV5.10")),
    ("lcp-time-remaining", 9, HDLC + cp(0xc021, 13, u32(0xdeadbeef) + u32(600))),
    ("lcp-unknown-code", 9, HDLC + cp(0xc021, 77, b"abc")),
    ("lcp-option-length-zero", 9, HDLC + cp(0xc021, 1, h("0100 05dc"))),
    ("lcp-option-length-lies", 9, HDLC + cp(0xc021, 1, h("01f0 05dc"))),
    ("lcp-empty-options", 9, HDLC + cp(0xc021, 1, b"".join(opt(k) for k in range(32)))),
    ("ipcp-empty-options", 9, HDLC + cp(0x8021, 1, b"".join(opt(k) for k in (1, 2, 3, 4, 129, 130, 131, 132)))),
    ("lcp-length-lies", 9, HDLC + cp(0xc021, 1, LCP_OPTIONS[0], length=500)),
    ("lcp-length-short", 9, HDLC + cp(0xc021, 1, LCP_OPTIONS[0], length=2)),
    ("lcp-padded", 9, HDLC + cp(0xc021, 9, u32(1)) + bytes(10)),
    ("ipcp-request", 9, HDLC + cp(0x8021, 1, opt(3, addr("0.0.0.0")) + opt(129, addr("192.0.2.53")) +
                                  opt(131, addr("198.51.100.53")) + opt(130, addr(IP_A)) + opt(132, addr(IP_B)))),
    ("ipcp-compression", 9, HDLC + cp(0x8021, 1, opt(2, u16(0x2d) + h("0f01")))),
    ("ipcp-old-addresses", 9, HDLC + cp(0x8021, 1, opt(1, addr(IP_A) + addr(IP_B)))),
    ("ipcp-nak", 9, HDLC + cp(0x8021, 3, opt(3, addr(IP_B)))),
    ("ipv6cp-request", 9, HDLC + cp(0x8057, 1, opt(1, h("020000fffe000001")))),
    ("ccp-request", 9, HDLC + cp(0x80fd, 1, opt(18, h("01000060")) + opt(21, h("7801")))),
    ("ccp-reset", 9, HDLC + cp(0x80fd, 14, b"")),
    ("pap-request", 9, HDLC + cp(0xc023, 1, b"\x04user\x06secret")),
    ("pap-ack", 9, HDLC + cp(0xc023, 2, b"\x08Login ok")),
    ("pap-nak", 9, HDLC + cp(0xc023, 3, b"\x00")),
    ("pap-length-lies", 9, HDLC + cp(0xc023, 1, b"\xf0user")),
    ("chap-challenge", 9, HDLC + cp(0xc223, 1, b"\x10" + bytes(range(16)) + b"router")),
    ("chap-response", 9, HDLC + cp(0xc223, 2, b"\x10" + bytes(range(16)) + b"user")),
    ("chap-success", 9, HDLC + cp(0xc223, 3, b"Welcome")),
    ("chap-failure", 9, HDLC + cp(0xc223, 4, b"E=691 R=1")),
    ("truncated", 9, (HDLC + cp(0xc021, 1, b"".join(LCP_OPTIONS)))[:14], 40),
]
