"""SNMP versions 1, 2c and 3 in BER."""
from packets import *


def ber(tag, value):
    if len(value) < 128:
        return u8(tag) + u8(len(value)) + value
    return u8(tag) + u8(0x82) + u16(len(value)) + value


def integer(value, tag=2):
    size = max(1, (value.bit_length() + 8) // 8)
    return ber(tag, value.to_bytes(size, "big", signed=True))


def octets(value):
    return ber(4, value)


def oid(text):
    arcs = [int(a) for a in text.split(".")]
    out = b""
    for arc in [arcs[0] * 40 + arcs[1]] + arcs[2:]:
        part = u8(arc & 0x7f)
        while arc > 0x7f:
            arc >>= 7
            part = u8(arc & 0x7f | 0x80) + part
        out += part
    return ber(6, out)


def sequence(*parts):
    return ber(0x30, b"".join(parts))


def bindings(*pairs):
    return sequence(*[sequence(oid(name), value) for name, value in pairs])


def pdu(kind, *parts):
    return ber(0xa0 + kind, b"".join(parts))


def message(version, body, port=161, community=b"public"):
    return udp4(40000, port, sequence(integer(version), octets(community), body))


NULL = ber(5, b"")
SYS = "1.3.6.1.2.1.1."
GET = pdu(0, integer(1234), integer(0), integer(0), bindings((SYS + "1.0", NULL)))
VALUES = bindings(
    (SYS + "1.0", octets(b"a router")),
    (SYS + "2.0", oid("1.3.6.1.4.1.8072.3.2.10")),
    (SYS + "3.0", ber(0x43, u24(123456))),
    ("1.3.6.1.2.1.2.2.1.10.1", ber(0x41, b"\0" + u32(4000000000))),
    ("1.3.6.1.2.1.2.2.1.5.1", ber(0x42, u32(1000000000))),
    ("1.3.6.1.2.1.4.20.1.1", ber(0x40, addr(IP_A))),
    ("1.3.6.1.2.1.31.1.1.1.6.1", ber(0x46, u64(1 << 40))),
    ("1.3.6.1.4.1.1.1", ber(0x44, b"\x9f\x78\4abcd")),
    ("1.3.6.1.4.1.1.2", integer(-5)),
    ("1.3.6.1.4.1.1.3", ber(0x80, b"")),
    ("1.3.6.1.4.1.1.4", ber(0x81, b"")),
    ("1.3.6.1.4.1.4294967295.1", ber(0x82, b"")))
ENGINE = bytes.fromhex("80001f8803") + MAC_A


def v3(flags, data, user=b"admin", auth=b"", privacy=b"", engine=ENGINE):
    security = sequence(octets(engine), integer(3), integer(1000), octets(user), octets(auth),
        octets(privacy))
    glob = sequence(integer(77), integer(65507), octets(u8(flags)), integer(3))
    return udp4(40000, 161, sequence(integer(3), glob, octets(security), data))


FRAMES = [
    ("v1-get", message(0, GET)),
    ("v1-response", message(0, pdu(2, integer(1234), integer(2), integer(1),
     bindings((SYS + "1.0", NULL))))),
    ("v1-trap", message(0, pdu(4, oid("1.3.6.1.4.1.8072"), ber(0x40, addr(IP_A)), integer(6),
     integer(17),
                               ber(0x43, u24(100)), bindings((SYS + "1.0", NULL))), 162)),
    ("v2c-get-next", message(1, pdu(1, integer(-3), integer(0), integer(0),
     bindings((SYS + "1", NULL), (SYS + "2", NULL), (SYS + "3", NULL))))),
    ("v2c-bulk", message(1, pdu(5, integer(1), integer(0), integer(25),
     bindings((SYS + "1", NULL))))),
    ("v2c-response", message(1, pdu(2, integer(1), integer(0), integer(0), VALUES))),
    ("v2c-trap", message(1, pdu(7, integer(5), integer(0), integer(0),
     bindings(("1.3.6.1.2.1.1.3.0", ber(0x43, u8(9))))), 162)),
    ("v2c-inform", message(1, pdu(6, integer(5), integer(0), integer(0), bindings()), 162)),
    ("v2c-set", message(1, pdu(3, integer(5), integer(0), integer(0),
     bindings((SYS + "5.0", octets(b"name")))), community=b"private")),
    ("v3-discovery", v3(4, sequence(octets(b""), octets(b""), GET), user=b"", engine=b"")),
    ("v3-plain", v3(5, sequence(octets(ENGINE), octets(b"context"), GET), auth=b"\xaa" * 12)),
    ("v3-encrypted", v3(7, octets(b"\xbb" * 40), auth=b"\xaa" * 12, privacy=b"\xcc" * 8)),
    ("v3-report", v3(0, sequence(octets(ENGINE), octets(b""), pdu(8, integer(0), integer(0),
     integer(0), bindings(("1.3.6.1.6.3.15.1.1.4.0", ber(0x41, u8(7)))))))),
    ("not-snmp", udp4(40000, 161, b"GET / HTTP/1.1\r\n")),
    ("v3-truncated", 1, *cut(v3(5, sequence(octets(ENGINE), octets(b"context"), GET)), 60)),
    ("truncated", 1, *cut(message(1, pdu(2, integer(1), integer(0), integer(0), VALUES)), 120)),
    ("lying-length", udp4(40000, 161, u8(0x30) + u8(0x84) + u32(0xffffffff) + integer(1) +
     octets(b"public") + GET)),
    ("lying-binding", message(1, pdu(0, integer(1), integer(0), integer(0), sequence(u8(0x30) +
     u8(100) + oid(SYS + "1"))))),
    ("endless-oid", message(1, pdu(0, integer(1), integer(0), integer(0),
     sequence(sequence(ber(6, b"\xff" * 100), NULL))))),
]
