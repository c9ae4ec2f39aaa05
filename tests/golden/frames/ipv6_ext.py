from packets import addr, h, ip4, ip6, ip6_packet, pseudo_header, put_checksum, u16, u32, u64, udp

SHOW = ("ipv6",)
A, B, C = "2001:db8::1", "2001:db8::2", "2001:db8::3"
BODY = udp(40000, 40001, b"hello", A, B)
FAR = udp(40000, 40001, b"hello", A, C)


def options(nxt, *values):
    data = b"".join(values)
    pad = -(2 + len(data)) % 8
    data += b"" if not pad else b"\0" if pad == 1 else bytes([1, pad - 2]) + bytes(pad - 2)
    return bytes([nxt, len(data) // 8]) + data


def routing(nxt, kind, left, rest):
    return bytes([nxt, (4 + len(rest)) // 8 - (1 if (4 + len(rest)) % 8 == 0 else 0), kind, left]) + rest


def mobility(kind, message):
    data = bytes([59, (6 + len(message)) // 8 - 1, kind, 0]) + b"\0\0" + message
    return ip6(135, put_checksum(data, 4, pseudo_header(A, B, 135, len(data))))


HOME = addr("2001:db8:1::7")

FRAMES = [
    ("router-alert", ip6(0, options(17, h("05 02 0000")) + BODY)),
    ("jumbogram", ip6(0, options(17, h("c2 04") + u32(8 + len(BODY))) + BODY, length=0)),
    ("jumbogram-lies", ip6(0, options(17, h("c2 04") + u32(70000)) + BODY, length=0)),
    ("rpl-and-unknown", ip6(0, options(17, h("63 04 80 1e 0100"), h("3f 02 beef")) + BODY)),
    ("path-mtu", ip6(0, options(17, h("30 04 05dc 0579")) + BODY)),
    ("home-address", ip6(60, options(17, h("04 01 03"), h("c9 10") + HOME) +
                         udp(40000, 40001, b"hello", "2001:db8:1::7", B))),
    ("routing-0", ip6(43, routing(17, 0, 1, u32(0) + addr(C)) + FAR)),
    ("routing-2", ip6(43, routing(17, 2, 1, u32(0) + addr(C)) + FAR)),
    ("routing-rpl", ip6(43, routing(17, 3, 2, h("ef 50 0000") + h("0005 03") + b"\0" + b"\0\0\0\0") +
                        FAR)),
    ("routing-segments", ip6(43, routing(17, 4, 1, h("01 00 0007") + addr(C) + addr(B)) + FAR)),
    ("routing-segments-tlv", ip6(43, routing(17, 4, 0, h("00 00 0000") + addr(B) +
                                             h("04 06 000000000000")) + BODY)),
    ("routing-unknown", ip6(43, routing(17, 9, 0, u32(0xdeadbeef)) + BODY)),
    ("fragment", ip6(44, h("11 00 0001 0badcafe") + BODY)),
    ("ah", ip6(51, h("11 04 0000 00000100 00000007") + bytes(range(12)) + BODY)),
    ("6in4", ip4(41, ip6_packet(17, BODY))),
    ("binding-update", mobility(5, u16(17) + h("d000") + u16(60) + h("01 00") +
                                bytes([1, 2, 0, 0]) + h("03 10") + addr(C) + h("0102 0000"))),
    ("binding-ack", mobility(6, h("00 80") + u16(17) + u16(60) + h("01 02 0000"))),
    ("home-test", mobility(3, u16(5) + u64(0x1122334455667788) + u64(0x99aabbccddeeff00))),
    ("binding-error", mobility(7, h("01 00") + HOME)),
    ("mobility-unknown", mobility(99, h("0102"))),
    ("truncated", 1, ip6(0, options(17, h("c9 10") + HOME) + BODY)[:64], 100),
    ("option-length-lies", ip6(0, h("11 00 05 7f 0000 0100") + BODY)),
]
