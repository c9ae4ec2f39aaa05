"""TLS: RFC 8446, RFC 5246; fingerprints whose values are published."""
from packets import h, tcp4, u8, u16, u24, u32

RANDOM = bytes(range(32))
RETRY = h("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
GREASE = 0x1A1A


def record(kind, body, version=0x0303, length=None):
    return u8(kind) + u16(version) + u16(len(body) if length is None else length) + body


def message(kind, body, length=None):
    return u8(kind) + u24(len(body) if length is None else length) + body


def ext(kind, body=b""):
    return u16(kind) + u16(len(body)) + body


def vec8(body):
    return u8(len(body)) + body


def vec16(body):
    return u16(len(body)) + body


def vec24(body):
    return u24(len(body)) + body


def numbers(*values):
    return b"".join(map(u16, values))


def hello(kind, ciphers, extensions, version=0x0303, random=RANDOM, session=b""):
    body = u16(version) + random + vec8(session)
    if kind == 1:
        body += vec16(ciphers) + vec8(b"\0")
    else:
        body += ciphers + b"\0"
    return message(kind, body + (vec16(extensions) if extensions is not None else b""))


def sni(name):
    return ext(0, vec16(b"\0" + vec16(name)))


def alpn(*names):
    return ext(16, vec16(b"".join(map(vec8, names))))


# A browser whose JA4 is FoxIO's own example: t13d1516h2_8daaf6152771_e5627efa2ab1
BROWSER = hello(1, numbers(GREASE, 0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9,
                           0xCCA8, 0xC013, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035),
                ext(GREASE)
                + ext(0x1B, vec8(u16(2)))
                + sni(b"www.example.com")
                + ext(0x33, vec16(u16(GREASE) + vec16(b"\0") + u16(29) + vec16(b"\x5a" * 32)))
                + alpn(b"h2", b"http/1.1")
                + ext(0x4469, vec16(vec8(b"h2")))
                + ext(0x17)
                + ext(0x2D, vec8(b"\x01"))
                + ext(0x0D, vec16(numbers(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806,
                                          0x0601)))
                + ext(0x05, b"\x01\0\0\0\0")
                + ext(0x23)
                + ext(0x12)
                + ext(0x2B, vec8(numbers(GREASE, 0x0304, 0x0303)))
                + ext(0xFF01, b"\0")
                + ext(0x0B, vec8(b"\0"))
                + ext(0x0A, vec16(numbers(GREASE, 29, 23, 24)))
                + ext(0x15, b"\0" * 8), session=b"\x77" * 32)

# 1.2 without SNI and ALPN; what JA4 has for such, and an ALPN that is no letter below.
OLD = hello(1, numbers(0xC02F, 0x00FF), ext(0x0A, vec16(numbers(23))) + ext(0x0B, vec8(b"\0\1")))
ODD = hello(1, numbers(0x1301), alpn(b"\xab\xcd") + ext(0x2B, vec8(u16(0x0304)))
            + ext(0x2C, vec16(b"cookie")) + ext(0x1C, u16(16385)) + ext(1, b"\2")
            + ext(0xFE0D, b"\0" * 4) + ext(13172) + ext(0x22, vec16(u16(0x0403)))
            + ext(0x29, vec16(vec16(b"ticket") + u32(0x01020304)) + vec16(vec8(b"\x66" * 32))))
ANCIENT = message(1, u16(0x0300) + RANDOM + vec8(b"") + vec16(numbers(0x000A)) + vec8(b"\0"))

SERVER13 = hello(2, u16(0x1301), ext(0x2B, u16(0x0304))
                 + ext(0x33, u16(29) + vec16(b"\x6b" * 32)) + ext(0x29, u16(0)))
SERVER12 = hello(2, u16(0xC02F), ext(0xFF01, vec8(b"")) + ext(0) + alpn(b"h2") + ext(0x17))
AGAIN = hello(2, u16(0x1301), ext(0x2B, u16(0x0304)) + ext(0x33, u16(24)), random=RETRY)


def der(tag, body):
    n = len(body)
    head = u8(n) if n < 128 else b"\x81" + u8(n) if n < 256 else b"\x82" + u16(n)
    return u8(tag) + head + body


def name(*parts):
    return der(0x30, b"".join(der(0x31, der(0x30, der(6, oid) + der(tag, text)))
                              for oid, tag, text in parts))


def cert_ext(number, value, critical=False):
    return der(0x30, der(6, b"\x55\x1d" + u8(number)) + (der(1, b"\xff") if critical else b"")
               + der(4, value))


KEY = der(0x30, der(2, b"\0\xc5\x01") + der(2, b"\1\0\1"))
RSA, SHA256RSA = h("2a864886f70d010101"), h("2a864886f70d01010b")
C, O, CN, SERIAL, MAIL = (h("550406"), h("55040a"), h("550403"), h("550405"),
                          h("2a864886f70d010901"))
CERT = der(0x30, der(0x30, der(0xA0, der(2, b"\2"))
                     + der(2, b"\0\xe9\x68\xb9")
                     + der(0x30, der(6, SHA256RSA) + der(5, b""))
                     + name((C, 0x13, b"DE"), (O, 0x0C, b"Example Trust"),
                            (CN, 0x1E, b"\0C\0A"), (MAIL, 0x16, b"ca@example.org"))
                     + der(0x30, der(0x17, b"251201000000Z") + der(0x18, b"20501231235959Z"))
                     + name((C, 0x13, b"DE"), (O, 0x0C, b"Example Org"), (SERIAL, 0x13, b"42"),
                            (CN, 0x14, b"www.example.com"))
                     + der(0x30, der(0x30, der(6, RSA) + der(5, b"")) + der(3, b"\0" + KEY))
                     + der(0xA3, der(0x30, cert_ext(14, der(4, b"\x11" * 4))
                                     + cert_ext(35, der(0x30, der(0x80, b"\x22" * 4)))
                                     + cert_ext(17, der(0x30, der(0x82, b"www.example.com")
                                                        + der(0x82, b"*.example.com")
                                                        + der(0x87, b"\xc0\0\2\7")
                                                        + der(0x87, b"\x20\1\x0d\xb8" + b"\0" * 12)
                                                        + der(0x81, b"a@example.com")
                                                        + der(0x86, b"https://example.com/")))
                                     + cert_ext(19, der(0x30, der(1, b"\xff") + der(2, b"\0")),
                                                True)
                                     + cert_ext(37, der(0x30, der(6, h("2b06010505070301")))))))
           + der(0x30, der(6, SHA256RSA) + der(5, b"")) + der(3, b"\0" + b"SIGN"))
CERTIFICATE = message(11, vec24(vec24(CERT)))


def cert_ext_oid(oid, value):
    return der(0x30, der(6, h(oid)) + der(4, value))


# What RFC 5280 4.2 and RFC 7633 have besides, on a key of P-256.
WEB = der(0x86, b"http://a.example/")
RICH = der(0x30, der(0x30, der(0xA0, der(2, b"\2")) + der(2, b"\5")
                     + der(0x30, der(6, SHA256RSA) + der(5, b"")) + name((CN, 0x0C, b"CA"))
                     + der(0x30, der(0x17, b"251201000000Z") + der(0x17, b"261201000000Z"))
                     + name((CN, 0x0C, b"b"))
                     + der(0x30, der(0x30, der(6, h("2a8648ce3d0201"))
                                     + der(6, h("2a8648ce3d030107"))) + der(3, b"\0\4" + b"\x61" * 8))
                     + der(0xA3, der(0x30, cert_ext(15, der(3, b"\7\xa1\x80"), True)
                                     + cert_ext(18, der(0x30, der(0x88, b"\x2a\3")
                                                        + der(0xA4, name((O, 0x0C, b"Dir")))))
                                     + cert_ext(30, der(0x30, der(0xA0, der(0x30, der(0x82, b".a")))
                                                        + der(0xA1, der(0x30, der(0x82, b".b")))))
                                     + cert_ext(31, der(0x30, der(0x30, der(0xA0, der(0xA0, WEB)))))
                                     + cert_ext(32, der(0x30, der(0x30, der(6, b"\x2a\3"))
                                                        + der(0x30, der(6, b"\x2a\4") + der(0x30, der(
                                                            0x30, der(6, h("2b06010505070201"))
                                                            + der(0x16, b"http://cps/"))
                                                            + der(0x30, der(6, h("2b06010505070202"))
                                                                  + der(0x30, der(0x1A, b"note")))))))
                                     + cert_ext(35, der(0x30, der(0x80, b"\x22" * 4)
                                                        + der(0xA1, der(0xA4, name((CN, 0x0C, b"CA"))))
                                                        + der(0x82, b"\1\2")))
                                     + cert_ext_oid("2b06010505070101", der(0x30, der(0x30, der(
                                         6, h("2b06010505073001")) + WEB)))
                                     + cert_ext_oid("2b06010505070118", der(0x30, der(2, b"\5")))
                                     + cert_ext_oid("6086480186f842010d", der(0x16, b"hello"))
                                     + cert_ext(15, der(3, b"\0")) + cert_ext(32, b"\x30\x7f\x30"))))
           + der(0x30, der(6, SHA256RSA) + der(5, b"")) + der(3, b"\0" + b"SIGN"))
RICH_CERTIFICATE = message(11, vec24(vec24(RICH)))
KEY_EXCHANGE = message(12, b"\3" + u16(29) + vec8(b"\x44" * 32) + u16(0x0804) + vec16(b"\x55" * 8))
CERT_REQUEST = message(13, vec8(b"\1\x40") + vec16(numbers(0x0401, 0x0403))
                       + vec16(vec16(name((CN, 0x0C, b"CA")))))
DONE = message(14, b"")
CLIENT_KEY = message(16, vec8(b"\4" + b"\x33" * 64))
VERIFY = message(15, u16(0x0401) + vec16(b"\x77" * 8))
TICKET = message(4, u32(300) + vec16(b"\x99" * 16))
STATUS = message(22, b"\1" + vec24(b"\x30\3\x0a\1\0"))
DHE_PARAMS = vec16(b"\x17") + vec16(b"\2") + vec16(b"\x0b")
DHE_KEY = message(12, DHE_PARAMS + vec16(b"\xaa" * 4))
CCS = record(20, b"\1")
ENCRYPTED = record(22, h("00000000000000008f2b6c") + b"\xee" * 29)

FRAMES = [
    ("client_hello_browser", tcp4(50000, 443, record(22, BROWSER, 0x0301))),
    ("client_hello_1_2", tcp4(50000, 443, record(22, OLD, 0x0301))),
    ("client_hello_odd", tcp4(50000, 8443, record(22, ODD, 0x0301))),
    ("client_hello_ssl3", tcp4(50000, 636, record(22, ANCIENT, 0x0300))),
    ("server_hello_1_3", tcp4(443, 50000, record(22, SERVER13) + CCS + record(23, b"\x21" * 40))),
    ("hello_retry", tcp4(443, 50000, record(22, AGAIN) + CCS)),
    ("second_hello", tcp4(50000, 443, CCS + record(22, BROWSER))),
    ("server_flight", tcp4(443, 50000, record(22, SERVER12) + record(22, CERTIFICATE)
                           + record(22, STATUS + KEY_EXCHANGE + CERT_REQUEST + DONE))),
    ("server_dhe", tcp4(993, 50000, record(22, hello(2, u16(0x0033), None, 0x0302) + DHE_KEY,
                                           0x0302))),
    ("server_dh_anon", tcp4(443, 50000, record(22, hello(2, u16(0x00A6), None)
                                               + message(12, DHE_PARAMS)))),
    ("server_dhe_psk", tcp4(443, 50000, record(22, hello(2, u16(0x00AA), None)
                                               + message(12, vec16(b"hint") + DHE_PARAMS)))),
    ("certificate_extensions", tcp4(443, 50000, record(22, RICH_CERTIFICATE))),
    ("client_finish", tcp4(50000, 443, record(22, CERTIFICATE) + record(22, CLIENT_KEY)
                           + record(22, VERIFY) + CCS + ENCRYPTED)),
    ("ticket", tcp4(443, 50000, record(22, TICKET) + CCS + ENCRYPTED)),
    ("application_data", tcp4(443, 50000, record(23, b"secret") + record(23, b"") +
                              record(23, b"more secret"))),
    ("alert", tcp4(443, 50000, record(21, b"\2\x28"))),
    ("alert_unknown", tcp4(443, 50000, record(21, b"\1\xc8"))),
    ("alert_encrypted", tcp4(443, 50000, record(21, b"\x10" * 26))),
    ("heartbeat", tcp4(443, 50000, record(24, b"\1\0\3abc" + b"\0" * 16))),
    ("any_port", tcp4(50000, 44444, record(22, OLD, 0x0301))),
    ("need_more_hello", tcp4(50000, 443, record(22, BROWSER, 0x0301)[:150])),
    ("need_more_in_name", tcp4(50000, 443, record(22, BROWSER, 0x0301)[:139])),
    ("need_more_certificate", tcp4(443, 50000, record(22, CERTIFICATE)[:250])),
    ("need_more_header", tcp4(443, 50000, record(23, b"abc") + b"\x17\3\3")),
    ("fragmented_message", tcp4(50000, 443, record(22, OLD[:20]) + record(22, OLD[20:]))),
    ("snaplen", 1, tcp4(50000, 443, record(22, BROWSER, 0x0301))[:180],
     len(tcp4(50000, 443, record(22, BROWSER, 0x0301)))),
    ("lying_extension", tcp4(50000, 443, record(22, hello(1, numbers(0x1301),
                                                          u16(0) + u16(500) + b"\0\x10\0")))),
    ("lying_certificate", tcp4(443, 50000, record(22, message(11, vec24(vec24(
        b"\x30\x84\xff\xff\xff\xff\x30\x80" + b"\x30" * 20)))))),
    ("zeros_after_record", tcp4(443, 50000, record(23, b"abc") + b"\0" * 12)),
    ("not_tls", tcp4(50000, 443, b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")),
    ("middle_of_a_record", tcp4(443, 50000, b"\x5a" * 100)),
]
