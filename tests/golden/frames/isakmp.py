"""IKE versions 1 and 2, behind NATs too."""
from packets import *

INITIATOR, RESPONDER = b"\x11" * 8, b"\x22" * 8


def payload(nxt, body, critical=0):
    return u8(nxt) + u8(critical) + u16(4 + len(body)) + body


def message(version, exchange, flags, first, body, responder=RESPONDER, ident=1, length=None):
    length = 28 + len(body) if length is None else length
    return (INITIATOR + responder + u8(first) + u8(version) + u8(exchange) + u8(flags) +
        u32(ident) +
            u32(length) + body)


def v1(exchange, first, body, flags=0, **keywords):
    return udp4(500, 500, message(0x10, exchange, flags, first, body, **keywords))


def v2(exchange, first, body, flags=0x08, **keywords):
    return udp4(500, 500, message(0x20, exchange, flags, first, body, **keywords))


def short(kind, value):
    return u16(0x8000 | kind) + u16(value)


ATTRIBUTES = (short(1, 7) + short(14, 256) + short(2, 4) + short(4, 14) + short(3, 1) + short(11,
    1) +
              u16(12) + u16(4) + u32(28800))
TRANSFORM1 = payload(0, u8(1) + u8(1) + u16(0) + ATTRIBUTES)
SA1 = u32(1) + u32(1) + payload(0, u8(1) + u8(1) + u8(0) + u8(1) + TRANSFORM1)
SA1_ESP = u32(1) + u32(1) + payload(0, u8(1) + u8(3) + u8(4) + u8(1) + b"\xde\xad\xbe\xef" +
    payload(
    0, u8(1) + u8(12) + u16(0) + short(4, 3) + short(1, 1) + short(2, 3600) + short(5, 5) +
        short(6, 128)))
TRANSFORMS2 = (payload(3, u8(1) + u8(0) + u16(20) + short(14, 256)) + payload(3, u8(2) + u8(0) +
    u16(5)) +
               payload(3, u8(3) + u8(0) + u16(12)) + payload(3, u8(4) + u8(0) + u16(31)) +
               payload(3, u8(5) + u8(0) + u16(0)) + payload(0, u8(9) + u8(0) + u16(1)))
SA2 = (payload(2, u8(1) + u8(1) + u8(0) + u8(6) + TRANSFORMS2) +
       payload(0, u8(2) + u8(3) + u8(4) + u8(1) + b"\xca\xfe\xba\xbe" + payload(0, u8(5) + u8(0) +
       u16(1))))
SELECTORS = (u8(2) + u24(0) + u8(7) + u8(6) + u16(16) + u16(0) + u16(65535) + addr("192.0.2.0") +
             addr("192.0.2.255") + u8(8) + u8(0) + u16(40) + u16(0) + u16(65535) +
             addr("2001:db8::") +
             addr("2001:db8::ffff"))
INIT = (payload(34, SA2) + payload(40, u16(31) + u16(0) + b"\xab" * 32) + payload(41,
    b"\xcd" * 32) +
        payload(41, u8(0) + u8(0) + u16(16388) + b"\xee" * 20) + payload(43, u8(1) + u8(0) +
        u16(16430)) +
        payload(0, bytes.fromhex("882fe56d6fd20dbc2251613b2ebe5beb")))
PLAIN2 = (payload(36, u8(2) + u24(0) + b"host.example.com") + payload(37, u8(1) + u24(0) +
    addr(IP_A)) +
          payload(38, u8(4) + b"certificate") + payload(39, u8(4) + b"\x01" * 20) +
          payload(44, u8(2) + u24(0) + b"\x02" * 32) + payload(45, SELECTORS) + payload(47,
          SELECTORS) +
          payload(48, u8(1) + u24(0) + u16(1) + u16(0) + u16(3) + u16(4) + addr("192.0.2.53")) +
          payload(42, b"\2\1\0\5\1") + payload(0, u8(3) + u8(4) + u16(1) + b"\xde\xad\xbe\xef"))

FRAMES = [
    ("v1-main-sa", v1(2, 1, payload(13, SA1) + payload(13,
     bytes.fromhex("4a131c81070358455c5728f20e95452f")) +
                      payload(0, bytes.fromhex("afcad71368a1f1c96b8696fc77570100")),
                      responder=b"\0" * 8)),
    ("v1-main-ke", v1(2, 4, payload(10, b"\xaa" * 32) + payload(20, b"\xbb" * 16) + payload(20,
     b"\xcc" * 20) +
                      payload(0, b"\xdd" * 20))),
    ("v1-aggressive", v1(4, 5, payload(8, u8(1) + u8(17) + u16(500) + addr(IP_A)) + payload(9,
     b"\1" * 20) +
                         payload(6, b"\2" * 20) + payload(7, u8(4) + b"cert") + payload(21, u8(4) +
                         b"ca") +
                         payload(0, u8(1) + u24(0) + addr(IP_B)))),
    ("v1-quick", v1(32, 1, payload(5, SA1_ESP) + payload(0, u8(3) + u8(0) + u16(0) +
     b"user@example.com"))),
    ("v1-notify", v1(5, 11, payload(12, u32(1) + u8(1) + u8(0) + u16(14) + b"why") +
                     payload(0, u32(1) + u8(3) + u8(4) + u16(1) + b"\xde\xad\xbe\xef"))),
    ("v1-configuration", v1(6, 14, payload(0, u8(2) + u8(0) + u16(7) + u16(16521) + u16(4) +
     b"user" +
                                           u16(16522) + u16(6) + b"secret"))),
    ("v1-encrypted", v1(2, 5, b"\xaa" * 40, flags=1)),
    ("v1-fragment", v1(2, 132, payload(0, u16(1) + u8(2) + u8(1) + b"\x55" * 30))),
    ("v2-init", v2(34, 33, INIT, responder=b"\0" * 8)),
    ("v2-init-response", v2(34, 33, INIT, flags=0x20)),
    ("v2-auth", v2(35, 46, payload(35, b"\xaa" * 64))),
    ("v2-auth-fragment", v2(35, 53, payload(0, u16(2) + u16(3) + b"\xaa" * 64))),
    ("v2-plain", v2(37, 35, PLAIN2)),
    ("v2-critical", v2(37, 99, payload(0, b"abc", 0x80))),
    ("nat-ike", udp4(4500, 4500, b"\0" * 4 + message(0x20, 37, 0x08, 46, payload(0,
     b"\xaa" * 20)))),
    ("nat-esp", udp4(4500, 4500, u32(0xdeadbeef) + u32(1) + b"\x77" * 32)),
    ("nat-keepalive", udp4(4500, 4500, b"\xff")),
    ("ipv6", udp6(500, 500, message(0x20, 37, 0x20, 0, b""))),
    ("not-ike", udp4(500, 500, b"hello, this is no IKE at all, as all can see")),
    ("truncated", 1, *cut(v2(34, 33, INIT), 120)),
    ("lying-length", v2(34, 33, INIT, length=9999)),
    ("lying-payload", v2(34, 40, u8(0) + u8(0) + u16(500) + b"abc")),
    ("transform-not-the-last", v2(34, 33, payload(0, payload(0, u8(1) + u8(1) + u8(0) + u8(2) +
     payload(46, u8(2) + u8(0) + u16(5)) + payload(0, u8(3) + u8(0) + u16(12)))))),
    ("payload-too-short", v2(34, 40, u8(40) + u8(0) + u16(2) + b"abcdefgh")),
]
