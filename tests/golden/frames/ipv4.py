from packets import addr, eth, h, ip4, ip4_packet, u16, u32, udp

SHOW = ("ip",)
BODY = udp(40000, 40001, b"hello")


def route(kind, pointer, *hops):
    return bytes([kind, 3 + 4 * len(hops), pointer]) + b"".join(addr(a) for a in hops)


TIMES = bytes([68, 20, 13, 0x31]) + addr("192.0.2.7") + u32(1000) + addr("192.0.2.8") + u32(0)
CIPSO = bytes([134, 12]) + u32(3) + h("01 06 00 05 a0 01")


def bad_checksum():
    packet = bytearray(ip4_packet(17, BODY))
    packet[10] ^= 0x55
    return eth(0x0800, bytes(packet))


def no_checksum():
    packet = bytearray(ip4_packet(17, BODY))
    packet[10:12] = b"\0\0"
    return eth(0x0800, bytes(packet))


FRAMES = [
    ("record-route", ip4(17, BODY, options=route(7, 8, "192.0.2.7", "0.0.0.0"))),
    ("loose-route", ip4(17, udp(40000, 40001, b"hello", dst="192.0.2.9"), options=route(131, 4, "192.0.2.7", "192.0.2.9"))),
    ("strict-route-done", ip4(17, BODY, options=b"\1" + route(137, 12, "192.0.2.7", "192.0.2.9"))),
    ("timestamps", ip4(17, BODY, options=TIMES)),
    ("timestamps-only", ip4(17, BODY, options=bytes([68, 8, 5, 0]) + u32(43200000))),
    ("router-alert", ip4(2, h("1600 09f9 c0000207"), options=h("94 04 0000"))),
    ("traceroute", ip4(17, BODY, options=bytes([82, 12]) + u16(7) + u16(2) + u16(0xffff) +
                       addr("192.0.2.1"))),
    ("cipso", ip4(17, BODY, options=CIPSO)),
    ("unknown-option", ip4(17, BODY, options=h("9e 04 abcd"))),
    ("option-length-lies", ip4(17, BODY, options=h("07 28 04 00"))),
    ("bad-checksum", bad_checksum()),
    ("checksum-offload", no_checksum()),
    ("first-fragment", ip4(17, BODY, frag=0x2000)),
    ("later-fragment", ip4(17, b"later part", frag=0x0004, tos=0xb9)),
    ("ipip", ip4(4, ip4_packet(17, BODY))),
    ("truncated-options", 1, ip4(17, BODY, options=route(7, 8, "192.0.2.7", "0.0.0.0"))[:38], 60),
    ("header-length-lies", eth(0x0800, b"\x44" + ip4_packet(17, BODY)[1:])),
]
