"""NTP: the modes, extension fields, authentication, control and private messages."""
from packets import *

NOW = (1700000000 + 2208988800) << 32 | 0x80000000


def time(mode, stratum=2, leap=0, version=4, refid=b"\xc0\0\2\x01", tail=b"",
         times=(NOW, NOW, NOW + 1, NOW + 2)):
    head = (u8(leap << 6 | version << 3 | mode) + u8(stratum) + u8(6) + u8(0xe9) + u32(1119) +
            u32(48) + refid)
    return udp4(123 if mode != 3 else 40000, 123, head + b"".join(u64(t) for t in times) + tail)


CONTROL = b'version="ntpd 4.2.8", processor="x86_64", leap=00'

FRAMES = [
    ("client", time(3, 0, 3, refid=b"\0" * 4, times=(0, 0, 0, NOW))),
    ("server", time(4)),
    ("server-gps", time(4, 1, refid=b"GPS\0")),
    ("kiss", time(4, 0, 3, refid=b"RATE")),
    ("active", time(1)),
    ("passive", time(2)),
    ("broadcast", time(5)),
    ("version-1", time(0, version=1)),
    ("next-era", time(4, times=(1 << 32, 1 << 32, 1 << 32, 2 << 32))),
    ("mac", time(3, tail=u32(8) + b"\xaa" * 16)),
    ("extensions", time(3, tail=u16(0x0104) + u16(36) + b"\1" * 32 + u16(0x0404) + u16(28) +
     b"\2" * 24)),
    ("control-request", udp4(40000, 123, u8(0x16) + u8(2) + u16(1) + u16(0) + u16(0) + u16(0) +
     u16(0))),
    ("control-response", udp4(123, 40000, u8(0x16) + u8(0x82) + u16(1) + u16(0x0615) + u16(0) +
     u16(0) +
                              u16(len(CONTROL)) + CONTROL)),
    ("private", udp4(40000, 123, u8(0x17) + u8(0) + u8(3) + u8(42) + u16(0) + u16(0) + b"\0" * 40)),
    ("not-ntp", udp4(40000, 123, b"\xff" * 48)),
    ("too-short", udp4(40000, 123, b"\x23" + b"\0" * 20)),
    ("truncated", 1, *cut(time(4), 70)),
    ("lying-extension", time(3, tail=u16(0x0104) + u16(5000) + b"\1" * 32)),
    ("control-lying-count", udp4(123, 40000, u8(0x16) + u8(0x82) + u16(1) + u16(0) + u16(0) +
     u16(0) + u16(999) + b"a=1")),
]
