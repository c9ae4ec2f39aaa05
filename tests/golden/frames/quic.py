from packets import h, u16, u32, udp4

DCID, SCID = h("8394c8f03e515708"), h("f067a5502a4262b5")


def long(first, version, rest, dcid=DCID, scid=SCID):
    return bytes([first]) + u32(version) + bytes([len(dcid)]) + dcid + bytes([len(scid)]) + scid + rest


def initial(first=0xc3, version=1, token=b"", body=bytes(range(40))):
    return long(first, version, bytes([len(token)]) + token + u16(0x4000 | len(body)) + body)


FRAMES = [
    ("initial", udp4(50000, 443, initial())),
    ("initial-token", udp4(50000, 443, initial(token=b"a token"))),
    ("initial-any-port", udp4(50000, 50001, initial())),
    ("coalesced", udp4(443, 50000, initial() + long(0xe1, 1, u16(0x4014) + bytes(20)) +
                       h("4f") + bytes(range(30)))),
    ("zero-rtt-padded", udp4(50000, 443, long(0xd1, 1, u16(0x4014) + bytes(range(20))) + bytes(9))),
    ("retry", udp4(443, 50000, long(0xf0, 1, b"the retry token" + bytes(range(16))))),
    ("version-2", udp4(50000, 443, initial(first=0xd3, version=0x6b3343cf))),
    ("negotiation", udp4(443, 50000, long(0x8a, 0, u32(1) + u32(0x6b3343cf) + u32(0x1a2a3a4a)))),
    ("grease", udp4(50000, 443, long(0xc0, 0x1a2a3a4a, b"whatever it is"))),
    ("short", udp4(50000, 443, h("65") + bytes(range(40)))),
    ("short-too-short", udp4(50000, 443, h("65") + bytes(range(8)))),
    ("not-quic", udp4(50000, 443, b"\0not quic at all")),
    ("length-lies", udp4(50000, 443, long(0xc3, 1, h("00 7fff") + bytes(40)))),
    ("truncated", 1, udp4(50000, 443, initial(body=bytes(1160)))[:90], 1230),
]
