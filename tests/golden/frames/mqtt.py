"""MQTT 3.1.1 and 5.0."""
from packets import IP_A, IP_B, tcp4, u16, u32, u8


def text(s):
    return u16(len(s)) + s


def varint(n):
    out = b""
    while True:
        n, low = n >> 7, n & 0x7F
        out += u8(low | (0x80 if n else 0))
        if not n:
            return out


def message(kind, body=b"", flags=0, length=None):
    return u8(kind << 4 | flags) + varint(len(body) if length is None else length) + body


def props(*parts):
    body = b"".join(parts)
    return varint(len(body)) + body


def broker(port, payload):
    return tcp4(1883, port, payload, src=IP_B, dst=IP_A)


CONNECT = message(1, text(b"MQTT") + b"\x04\xee" + u16(60) + text(b"sensor-7") + text(b"will/topic")
                  + text(b"gone") + text(b"user") + text(b"secret"))
CONNECT5 = message(1, text(b"MQTT") + b"\x05\x06" + u16(30)
                   + props(b"\x11" + u32(3600), b"\x21" + u16(20),
                           b"\x26" + text(b"k") + text(b"v"),
                           b"\x17\1", b"\x15" + text(b"SCRAM"))
                   + text(b"c5") + props(b"\x18" + u32(5)) + text(b"w") + text(b"m"))

FRAMES = [
    ("connect", tcp4(50001, 1883, CONNECT)),
    ("connect_3_1", tcp4(50002, 1883, message(1, text(b"MQIsdp") + b"\x03\x02" + u16(10)
                                              + text(b"old")))),
    ("connect_5", tcp4(50003, 1883, CONNECT5)),
    ("connack", broker(50001, message(2, b"\x01\x00"))),
    ("connack_refused", broker(50002, message(2, b"\x00\x05"))),
    ("connack_5", broker(50003, message(2, b"\x00\x00" + props(
        b"\x24\1", b"\x12" + text(b"given"), b"\x22" + u16(10), b"\x27" + u32(65536))))),
    ("connect_and_more", tcp4(50004, 1883, message(1, text(b"MQTT") + b"\x04\x02" + u16(60)
                                                   + text(b"x"))
                              + message(8, u16(1) + text(b"a/#") + b"\1", 2)
                              + message(3, text(b"t") + b"hello"))),
    ("connect_5_and_publish", tcp4(50005, 1883, message(1, text(b"MQTT") + b"\x05\x02" + u16(60)
                                                        + props() + text(b"x"))
                                   + message(3, text(b"t") + u16(9)
                                             + props(b"\x23" + u16(3), b"\x0b\x07") + b"hello",
                                             10))),
    ("publish", tcp4(50001, 1883, message(3, text(b"sensors/7/temp") + b'{"t":21.5}'))),
    ("publish_qos1_dup_retain", tcp4(50001, 1883, message(3, text(b"a") + u16(10) + b"x", 0xB))),
    ("acks", broker(50001, message(4, u16(10)) + message(5, u16(11)) + message(6, u16(11), 2)
                  + message(7, u16(11)))),
    ("puback_5", broker(50003, message(4, u16(12) + b"\x10" + props(b"\x1f" + text(b"none"))))),
    ("subscribe", tcp4(50001, 1883, message(8, u16(2) + text(b"a/#") + b"\0" + text(b"b/+") + b"\2",
                                            2))),
    ("subscribe_5", tcp4(50003, 1883, message(8, u16(2) + props(b"\x0b\x01") + text(b"a/#")
                                              + b"\x2d", 2))),
    ("suback", broker(50001, message(9, u16(2) + b"\1\x80"))),
    ("suback_undecided", broker(50006, message(9, u16(2) + b"\0\1"))),
    ("unsubscribe", tcp4(50001, 1883, message(10, u16(3) + text(b"a/#"), 2))),
    ("unsuback", broker(50001, message(11, u16(3)))),
    ("unsuback_5", broker(50003, message(11, u16(3) + props() + b"\x11"))),
    ("ping", tcp4(50001, 1883, message(12))),
    ("pong", broker(50001, message(13))),
    ("disconnect", tcp4(50001, 1883, message(14))),
    ("disconnect_5", broker(50003, message(14, b"\x8e" + props(b"\x1f" + text(b"taken"))))),
    ("auth_5", broker(50003, message(15, b"\x18" + props(b"\x16" + text(b"\1\2"))))),
    ("need_more", tcp4(50001, 1883, message(12) + message(3, text(b"big/topic") + b"x" * 10,
                                                          length=70000))),
    ("need_more_length", tcp4(50001, 1883, message(12) + b"\x30\x80")),
    ("truncated", 1, tcp4(50001, 1883, CONNECT)[:75], 54 + len(CONNECT)),
    ("lying_string", tcp4(50001, 1883, message(3, u16(500) + b"short"))),
    ("lying_properties", tcp4(50003, 1883, message(2, b"\0\0\x7f\x26\xff"))),
    ("not_mqtt", tcp4(50001, 1883, b"GET / HTTP/1.1\r\n\r\n")),
    ("not_mqtt_flags", tcp4(50001, 1883, b"\x8f\x05hello")),
]
