"""EAPOL (IEEE 802.1X) and EAP (RFC 3748): login, key frames of RC4 and WPA."""
from packets import *


def eapol(kind, body, version=2, length=None, pad=True):
    frame = u8(version) + u8(kind) + u16(len(body) if length is None else length) + body
    return eth(0x888e, frame + bytes(max(0, 46 - len(frame)) if pad else 0), dst=h("0180c2000003"))


def eap(code, ident, data=b"", length=None):
    return eapol(0, u8(code) + u8(ident) + u16(4 + len(data) if length is None else length) + data)


def key(info, replay, nonce=bytes(32), mic=bytes(16), data=b"", length=0, kind=2):
    return eapol(3, u8(kind) + u16(info) + u16(length) + u64(replay) + nonce + bytes(16) + u64(0) +
                 u64(0) + mic + u16(len(data)) + data)


NONCE = bytes(range(32))
RSN = h("30 14 0100 000fac04 0100 000fac04 0100 000fac02 0000")

FRAMES = [
    ("start", eapol(1, b"")),
    ("logoff", eapol(2, b"")),
    ("request-identity", eap(1, 1, h("01") + b"who?")),
    ("response-identity", eap(2, 1, h("01") + b"user@example.com")),
    ("request-notification", eap(1, 2, h("02") + b"password expires")),
    ("response-nak", eap(2, 3, h("03 19 15"))),
    ("request-md5", eap(1, 4, h("04 10") + bytes(range(16)) + b"radius")),
    ("request-tls-start", eap(1, 5, h("0d 20"))),
    ("request-peap-start", eap(1, 6, h("19 21"))),
    ("response-tls-fragment", eap(2, 7, h("0d c0 00000400") + h("1603010200") + bytes(20))),
    ("request-ttls", eap(1, 8, h("15 00"))),
    ("request-gtc", eap(1, 9, h("06") + b"Token:")),
    ("request-mschapv2", eap(1, 10, h("1a 01 0a 0015 10") + bytes(range(16)))),
    ("request-expanded", eap(1, 11, h("fe 00372a 00000001 0100"))),
    ("request-unknown", eap(1, 12, h("c8 0102"))),
    ("success", eap(3, 5)),
    ("failure", eap(4, 5)),
    ("unknown-code", eap(9, 5, h("00"))),
    ("eap-length-lies", eap(1, 1, h("01"), length=500)),
    ("eap-length-short", eap(1, 1, h("01"), length=2)),
    ("rc4-key", eapol(3, h("01 0005 0000000000000001") + bytes(range(16)) + h("81") + bytes(16) + h("0102030405"))),
    ("handshake-1", key(0x008a, 1, NONCE, length=16)),
    ("handshake-2", key(0x010a, 1, NONCE, bytes(range(16)), RSN)),
    ("handshake-3", key(0x13ca, 2, NONCE, bytes(range(16)), bytes(range(56)), 16)),
    ("handshake-4", key(0x030a, 2, mic=bytes(range(16)))),
    ("group-1", key(0x1382, 3, NONCE, bytes(range(16)), bytes(range(40)), 16)),
    ("group-2", key(0x0302, 3, mic=bytes(range(16)))),
    ("wpa1", key(0x0089, 1, NONCE, length=32, kind=254)),
    ("key-unknown-descriptor", eapol(3, h("99 0102"))),
    ("alert", eapol(4, h("aabb"))),
    ("mka", eapol(5, h("0120 0000"))),
    ("unknown-type", eapol(77, h("aabb"))),
    ("length-lies", eapol(0, h("01010005 01"), length=1000)),
    ("truncated", 1, key(0x008a, 1, NONCE)[:50], 113),
]
