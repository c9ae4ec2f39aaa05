from frames._dns import message, name, opt, pointer, question, record
from packets import addr, h, tcp4, tlv16, u8, u16, u32, udp4

EXAMPLE = name("www.example.com")
Q = pointer(12)  # the first question's name
ZONE = pointer(16)  # example.com, where the first name is www.example.com


def query(payload):
    return udp4(40000, 53, payload, src="192.0.2.1", dst="192.0.2.53")


def reply(payload):
    return udp4(53, 40000, payload, src="192.0.2.53", dst="192.0.2.1")


def one(kind, data, **keywords):
    """A response of one record."""
    return reply(message(0x1234, 0x8180, [question(EXAMPLE, kind)],
                         [record(Q, kind, data, **keywords)]))


def text(value):
    return u8(len(value)) + value


def framed(payload):
    return u16(len(payload)) + payload


CNAMES = message(0x180F, 0x8180, [question(EXAMPLE, 1)], [
    record(Q, 5, name("web", ZONE)),
    record(name("web", ZONE), 1, addr("192.0.2.80"), ttl=60),
    record(name("web", ZONE), 1, addr("192.0.2.81"), ttl=60),
    record(name("web", ZONE), 1, addr("192.0.2.82"), ttl=60),
    record(name("web", ZONE), 1, addr("192.0.2.83"), ttl=60)])
SOA = (name("ns1", ZONE) + name("hostmaster", ZONE) + u32(2023111401) + u32(7200) + u32(900)
       + u32(1209600) + u32(300))
EDNS = opt(tlv16(8, u16(1) + u8(24) + u8(0) + bytes([198, 51, 100]))
           + tlv16(8, u16(2) + u8(56) + u8(48) + addr("2001:db8:1::")[:7])
           + tlv16(10, h("0102030405060708")) + tlv16(3, b"") + tlv16(11, u16(300))
           + tlv16(5, bytes([8, 13])) + tlv16(13, name("example.com")) + tlv16(12, bytes(5))
           + tlv16(65001, b"own"), flags=0x8000)
EDNS_REPLY = opt(tlv16(10, h("0102030405060708 1112131415161718")) + tlv16(3, b"ns1.fra")
                 + tlv16(15, u16(15) + b"on the list"), rcode=1)
NSEC_TYPES = h("00 06 40 01 00 00 00 03")  # A MX RRSIG NSEC
AXFR = message(7, 0x8480, [question(name("example.com"), 252)], [
    record(Q, 6, name("ns1", Q) + name("root", Q) + u32(1) * 5),
    record(Q, 2, name("ns1", Q)), record(name("ns1", Q), 1, addr("192.0.2.53")),
    record(Q, 6, name("ns1", Q) + name("root", Q) + u32(1) * 5)])
AXFR_QUERY = message(7, 0x0100, [question(name("example.com"), 252)]) + b"MS"

FRAMES = [
    ("query", query(message(0x180F, 0x0100, [question(EXAMPLE, 1)]))),
    ("query-authenticated", query(message(0x1810, 0x0120, [question(EXAMPLE, 28)],
                                          additional=[EDNS]))),
    ("query-chaos", query(message(1, 0, [question(name("version.bind"), 16, 3)]))),
    ("query-two", query(message(1, 0, [question(EXAMPLE, 1), question(Q, 28)]))),
    ("query-unknown-type", query(message(1, 0, [question(EXAMPLE, 4711, 77)]))),
    ("query-root", query(message(1, 0, [question(b"\0", 2)]))),
    ("cname-chain", reply(CNAMES)),
    ("nxdomain", reply(message(2, 0x8183, [question(EXAMPLE, 1)],
                               authority=[record(ZONE, 6, SOA)]))),
    ("no-answer", reply(message(2, 0x8180, [question(EXAMPLE, 28)]))),
    ("referral", reply(message(2, 0x8000, [question(EXAMPLE, 1)], authority=[
        record(ZONE, 2, name("ns1", ZONE)), record(ZONE, 2, name("ns2", ZONE))],
        additional=[record(name("ns1", ZONE), 1, addr("192.0.2.53"))]))),
    ("truncated-flag", reply(message(2, 0x8380, [question(EXAMPLE, 16)]))),
    ("refused-with-reason", reply(message(2, 0x8185, [question(EXAMPLE, 1)],
                                          additional=[EDNS_REPLY]))),
    ("ns", one(2, name("ns1", ZONE))),
    ("ptr", one(12, name("host.example.net"))),
    ("mx", one(15, u16(10) + name("mail", ZONE))),
    ("txt", one(16, text(b"v=spf1 -all") + text(b"second \x1b[2J"))),
    ("hinfo", one(13, text(b"ARM64") + text(b"Linux"))),
    ("aaaa", one(28, addr("2001:db8::80"))),
    ("loc", one(29, h("00 12 16 13 89 17 2d d0 70 be 15 f0 00 98 8d 20"))),
    ("srv", reply(message(3, 0x8180, [question(name("_sip._tcp.example.com"), 33)], [
        record(Q, 33, u16(10) + u16(60) + u16(5060) + name("sip.example.com"))]))),
    ("naptr", one(35, u16(100) + u16(10) + text(b"U") + text(b"E2U+sip")
                  + text(b"!^.*$!sip:info@example.com!") + b"\0")),
    ("ds", one(43, u16(60485) + bytes([5, 1]) + h("2bb183af5f22588179a53b0a98631fad1a292118"))),
    ("sshfp", one(44, bytes([4, 2]) + bytes(range(32)))),
    ("rrsig", one(46, u16(1) + bytes([13, 3]) + u32(3600) + u32(1700086400) + u32(1699913600)
                  + u16(12345) + name("example.com") + bytes(range(64)))),
    ("nsec", one(47, name("a", ZONE) + NSEC_TYPES)),
    ("dnskey", one(48, u16(257) + bytes([3, 13]) + bytes(range(64)))),
    ("nsec3", one(50, bytes([1, 1]) + u16(12) + text(h("aabbccdd"))
                  + text(h("0123456789abcdef0123456789abcdef01234567")) + NSEC_TYPES)),
    ("nsec3param", one(51, bytes([1, 0]) + u16(10) + text(h("aabb")))),
    ("tlsa", one(52, bytes([3, 1, 1]) + bytes(range(32)))),
    ("https", one(65, u16(1) + b"\0" + tlv16(1, text(b"h2") + text(b"h3")) + tlv16(3, u16(8443))
                  + tlv16(4, addr("192.0.2.80") + addr("192.0.2.81"))
                  + tlv16(5, h("fe0d0102")) + tlv16(6, addr("2001:db8::80")))),
    ("svcb-mandatory", one(64, u16(2) + name("svc.example.net") + tlv16(0, u16(1) + u16(4))
                           + tlv16(1, text(b"dot")) + tlv16(4, addr("192.0.2.9"))
                           + tlv16(7, b"/dns-query{?dns}"))),
    ("caa", one(257, h("80 05") + b"issue" + b"ca.example.net")),
    ("caa-unknown", one(257, h("00 03") + b"tbs" + b"Unknown")),
    ("uri", one(256, u16(10) + u16(1) + b"https://www.example.com/")),
    ("unknown-type", one(65280, h("de ad be ef"))),
    ("tsig", reply(message(9, 0x8180, [question(EXAMPLE, 1)], additional=[
        record(name("key"), 250, name("hmac-sha256") + h("0000 6553f100") + u16(300) + u16(4)
               + h("01020304") + u16(9) + u16(17) + u16(0), ttl=0, klass=255)]))),
    ("notify", query(message(10, 0x2400, [question(name("example.com"), 6)]))),
    ("notify-reply", reply(message(10, 0xA400, [question(name("example.com"), 6)]))),
    ("update", query(message(11, 0x2800, [question(name("example.com"), 6)],
                             [record(name("old", Q), 255, b"", ttl=0, klass=255)],
                             [record(name("new", Q), 1, addr("192.0.2.77")),
                              record(name("old", Q), 1, b"", ttl=0, klass=255)]))),
    ("tcp-prefix-alone", tcp4(40000, 53, u16(len(AXFR_QUERY)))),
    ("tcp-without-prefix", tcp4(40000, 53, AXFR_QUERY)),
    ("tcp-transfer", tcp4(53, 40000, framed(AXFR))),
    ("tcp-two-messages", tcp4(53, 40000, framed(CNAMES) + framed(AXFR))),
    ("tcp-goes-on", tcp4(53, 40000, framed(AXFR) + framed(CNAMES)[:60])),
    ("tcp-middle", tcp4(53, 40000, bytes(range(200, 255)) * 3)),
    ("name-loop", reply(message(12, 0x8180, [question(pointer(12), 1)]))),
    ("name-too-long", reply(message(12, 0x8180, [question(
        name(".".join(["a" * 63] * 3), b"\x3f" + b"b" * 63 + b"\0"), 1)]))),
    ("name-label-kind", reply(message(12, 0x8180, [question(b"\x41abc\0", 1)]))),
    ("count-lies", reply(message(12, 0x8180, [question(EXAMPLE, 1)],
                                 [record(Q, 1, addr("192.0.2.80"))], counts=(1, 9, 0, 0)))),
    ("rdata-too-short", one(15, u16(10))),
    ("trailing-bytes", reply(CNAMES + b"\0\0\0")),
    ("truncated", 1, reply(CNAMES)[:75], len(reply(CNAMES))),
    ("truncated-in-header", 1, reply(CNAMES)[:49], len(reply(CNAMES))),
    ("not-dns", query(h("ff ff ff ff 00 00") + b"something else entirely")),
]
