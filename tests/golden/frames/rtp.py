from packets import h, u16, u24, u32, udp4

MEDIA = u16(4711) + u32(160000) + u32(0xdeadbeef)
REPORT = u32(0x11111111) + b"\x40" + h("fffffe") + u32(70001) + u32(33) + u32(0x12345678) + u32(65536)
SENDER = u32(0xdeadbeef) + u32(0xe8fe6f80) + u32(0x80000000) + u32(160000) + u32(100) + u32(16000)


def control(count, kind, rest):
    return bytes([0x80 | count, kind]) + u16(len(rest) // 4) + rest


NAME = u32(0xdeadbeef) + h("01 05") + b"a@b.c" + h("08 03 01") + b"xy" + h("00 0000 00")[:3]
NAME += bytes(-len(NAME) % 4)
FRAMES = [
    ("pcmu", udp4(5004, 5004, h("80 80") + MEDIA + bytes(160))),
    ("dynamic-csrc", udp4(5004, 5004, h("82 60") + MEDIA + u32(1) + u32(2) + b"media")),
    ("extension", udp4(5004, 5004, h("90 6f") + MEDIA + h("bede 0002") + h("10 aa 21 0102 00 00 00") +
                       b"media")),
    ("extension-two-bytes", udp4(5004, 5004, h("90 6f") + MEDIA + h("1000 0002") +
                                 h("05 03 010203 06 00 00") + b"media")),
    ("extension-other", udp4(5004, 5004, h("90 6f") + MEDIA + h("abcd 0001 01020304") + b"media")),
    ("padding", udp4(5004, 5004, h("a0 08") + MEDIA + b"media" + h("000003"))),
    ("rtp-not", udp4(5004, 5004, h("40 08") + MEDIA + b"media")),
    ("rtp-truncated", 1, udp4(5004, 5004, h("90 6f") + MEDIA + h("bede 0002") + bytes(8))[:58], 90),
    ("rtp-extension-lies", udp4(5004, 5004, h("90 6f") + MEDIA + h("bede 7fff"))),
    ("sender-report", udp4(5005, 5005, control(1, 200, SENDER + REPORT) + control(1, 202, NAME))),
    ("receiver-report", udp4(5005, 5005, control(1, 201, u32(0xdeadbeef) + REPORT) +
                             control(1, 203, u32(0xdeadbeef) + h("03") + b"bye"))),
    ("app", udp4(5005, 5005, control(5, 204, u32(0xdeadbeef) + b"PoC1" + h("01020304")))),
    ("feedback", udp4(5005, 5005, control(1, 206, u32(0xdeadbeef) + u32(0x11111111)) +
                      control(1, 205, u32(0xdeadbeef) + u32(0x11111111) + h("0007 0000")))),
    ("rtcp-length-lies", udp4(5005, 5005, h("81 c8 0fff") + SENDER)),
    ("rtcp-not", udp4(5005, 5005, b"no rtcp at all")),
]
