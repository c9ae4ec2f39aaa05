from packets import IP_A, IP_B, ip4, ip6, pseudo_header, put_checksum, u16, udp, udp4

SHOW = ("udp",)


def lite(cover, payload=b"hello"):
    data = u16(40000) + u16(40001) + u16(cover) + b"\0\0" + payload
    part = data[:cover] if cover >= 8 else data
    return ip4(136, put_checksum(part, 6, pseudo_header(IP_A, IP_B, 136, len(data))) +
               data[len(part):])


def raw(checksum, ip=ip4):
    return ip(17, u16(40000) + u16(40001) + u16(13) + u16(checksum) + b"hello")


FRAMES = [
    ("header-only", lite(8)),
    ("all", lite(0)),
    ("cover-lies", lite(4)),
    ("udp-none", raw(0)),
    ("udp-none-ipv6", raw(0, ip6)),
    ("udp-bad", raw(0x1234)),
    ("udp-offload", raw(0x8422)),
    ("udp-jumbo", ip4(17, udp(40000, 40001, b"hello", length=0))),
]
