from packets import addr, h, ip4, u16, u32, udp4

SHOW = ()


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return (crc ^ 0xffffffff).to_bytes(4, "little")


def packet(*chunks, tag=0xcafe):
    data = u16(40000) + u16(40001) + u32(tag) + bytes(4) + b"".join(chunks)
    return data[:8] + crc32c(data) + data[12:]


def chunk(kind, flags, value):
    return bytes([kind, flags]) + u16(4 + len(value)) + value + bytes(-len(value) % 4)


def parameter(kind, value):
    return u16(kind) + u16(4 + len(value)) + value + bytes(-len(value) % 4)


INIT = u32(0x11223344) + u32(65536) + u16(10) + u16(20) + u32(1000)
DATA = chunk(0, 3, u32(1000) + u16(1) + u16(5) + u32(46) + b"hello")
FRAMES = [
    ("init", ip4(132, packet(chunk(1, 0, INIT + parameter(5, addr("192.0.2.1")) +
                                   parameter(0x8008, h("c0 40 82")) + parameter(12, h("0005 0006"))),
                             tag=0))),
    ("init-ack", ip4(132, packet(chunk(2, 0, INIT + parameter(7, b"a cookie"))))),
    ("cookie-echo-data", ip4(132, packet(chunk(10, 0, b"a cookie"), DATA))),
    ("sack", ip4(132, packet(chunk(3, 0, u32(1000) + u32(65000) + u16(1) + u16(1) + u16(2) + u16(3) +
                                   u32(999))))),
    ("heartbeat", ip4(132, packet(chunk(4, 0, parameter(1, b"12345678"))))),
    ("abort", ip4(132, packet(chunk(6, 1, u16(12) + u16(8) + b"bye!")))),
    ("shutdown", ip4(132, packet(chunk(7, 0, u32(1000))))),
    ("shutdown-complete", ip4(132, packet(chunk(8, 0, b""), chunk(14, 1, b""), chunk(11, 0, b"")))),
    ("error-ecne-cwr", ip4(132, packet(chunk(9, 0, u16(1) + u16(8) + u16(7) + u16(0)),
                                       chunk(12, 0, u32(5)), chunk(13, 0, u32(6))))),
    ("auth-asconf", ip4(132, packet(chunk(15, 0, u16(1) + u16(3) + bytes(range(8))),
                                    chunk(193, 0, u32(9) + parameter(5, addr("192.0.2.1")) +
                                          parameter(0xc001, u32(1) +
                                                    parameter(5, addr("192.0.2.7"))))))),
    ("i-data", ip4(132, packet(chunk(64, 2, u32(1000) + u16(1) + u16(0) + u32(3) + u32(51) + b"first"),
                               chunk(64, 1, u32(1001) + u16(1) + u16(0) + u32(3) + u32(1) + b"last")))),
    ("forward-reconfig-pad", ip4(132, packet(chunk(192, 0, u32(1005) + u16(1) + u16(9)),
                                             chunk(130, 0, parameter(14, u32(7) + u16(1))),
                                             chunk(132, 0, bytes(4)), chunk(77, 0, b"????")))),
    ("over-udp", udp4(9899, 9899, packet(DATA))),
    ("bad-checksum", ip4(132, packet(DATA)[:8] + h("12345678") + packet(DATA)[12:])),
    ("truncated", 1, ip4(132, packet(DATA))[:64], 72),
    ("chunk-length-lies", ip4(132, packet(h("0003 00ff") + bytes(12)))),
    ("chunk-length-zero", ip4(132, packet(h("0003 0000") + bytes(12)))),
]
