"""IEEE 802.11, bare and behind radiotap."""
import struct

from packets import IP_A, IP_B, addr, h, ip4_packet, tlv8, u8, u16, udp

WLAN, RADIOTAP = 105, 127
AP = h("020000000001")
STA = h("020000000002")
HOST = h("020000000003")
ALL = b"\xff" * 6
SSID = tlv8(0, b"Guests")
RATES = tlv8(1, h("82848b960c121824")) + tlv8(50, h("3048606c"))
OUI = h("000fac")
RSN = tlv8(48, h("0100") + OUI + u8(4) + h("0100") + OUI + u8(4) + h("0200") + OUI + u8(2) + OUI
           + u8(8) + h("8c00") + h("0100") + bytes(range(16)) + OUI + u8(6))
WPA = tlv8(221, h("0050f201 0100 0050f202 0100 0050f202 0100 0050f202"))


def le16(v):
    return struct.pack("<H", v)


def header(fc, flags, one=ALL, two=STA, three=AP, seq=0x1230, duration=44):
    return u8(fc) + u8(flags) + le16(duration) + one + two + three + le16(seq)


def radiotap(frame, fields="00 02 6c09 a000 d6 01", present=0x82E, flags=0x10, fcs=True):
    """Flags, rate, channel, signal, antenna."""
    data = u8(flags) + h(fields)[1:]
    crc = h("78563412") if fcs else b""
    return u8(0) + u8(0) + le16(8 + len(data)) + struct.pack("<I", present) + data + frame + crc


def aligned(fields):
    """A header of (bit, alignment, bytes)."""
    data = bytes(8)
    for _, align, value in fields:
        data += bytes(-len(data) % align) + value
    return u8(0) + u8(0) + le16(len(data)) + struct.pack("<I", sum(1 << f[0] for f in fields)) + data[8:]


def llc(ethertype, payload):
    return h("aaaa03000000") + u16(ethertype) + payload


IP = ip4_packet(17, udp(40000, 40001, b"over the air"), src=IP_A, dst=IP_B)
OPEN = llc(0x0800, IP)
BEACON = header(0x80, 0, ALL, AP, AP) + struct.pack("<QHH", 57240960, 100, 0x0431) + SSID + RATES \
    + tlv8(3, u8(6)) + tlv8(5, h("00020103")) + tlv8(7, b"DE " + h("010d14")) + tlv8(42, h("03")) \
    + tlv8(11, h("0500 20 0000")) + tlv8(45, h("ef11 17") + bytes(23)) + tlv8(61, h("0b05") + bytes(20)) \
    + tlv8(191, h("b2718003 fffe 0000 faff 0000")) + tlv8(192, h("012a00 0000")) + RSN + WPA \
    + tlv8(221, h("0050f202 0101 80")) + tlv8(221, h("506f9a1c00")) + tlv8(127, h("0400"))
CCMP = header(0x08, 0x41, AP, STA, HOST) + h("0201 00 60 03040506") + bytes(range(24))

FRAMES = [
    ("beacon", RADIOTAP, radiotap(BEACON)),
    ("beacon-no-fcs", RADIOTAP, radiotap(BEACON, flags=0, fcs=False)),
    ("probe-request", WLAN, header(0x40, 0, ALL, STA, ALL) + tlv8(0, b"") + RATES),
    ("probe-response", WLAN, header(0x50, 0x08, STA, AP, AP)
     + struct.pack("<QHH", 1, 100, 0x0001) + SSID),
    ("authentication", WLAN, header(0xB0, 0, AP, STA, AP) + le16(0) + le16(1) + le16(0)),
    ("authentication-shared-key", WLAN, header(0xB0, 0, STA, AP, AP) + le16(1) + le16(2) + le16(0)
     + tlv8(16, bytes(range(16)))),
    ("authentication-sae", WLAN, header(0xB0, 0, STA, AP, AP) + le16(3) + le16(1) + le16(126)
     + le16(19) + bytes(32)),
    ("authentication-wep", WLAN, header(0xB0, 0x40, AP, STA, AP) + h("aabbcc 40") + bytes(24)),
    ("association-request", WLAN, header(0x00, 0, AP, STA, AP) + le16(0x0431) + le16(10) + SSID
     + RATES + RSN),
    ("association-response", WLAN, header(0x10, 0, STA, AP, AP) + le16(0x0431) + le16(0)
     + le16(0xC001) + RATES),
    ("reassociation-request", WLAN, header(0x20, 0, AP, STA, AP) + le16(0x0431) + le16(10) + HOST
     + SSID + tlv8(54, h("3412 01"))),
    ("association-denied", WLAN, header(0x10, 0, STA, AP, AP) + le16(1) + le16(17) + le16(0)),
    ("deauthentication", WLAN, header(0xC0, 0, STA, AP, AP) + le16(7)),
    ("disassociation", WLAN, header(0xA0, 0, STA, AP, AP) + le16(8)),
    ("action-block-ack", WLAN, header(0xD0, 0, STA, AP, AP) + h("03 00 01 0210 0000 0000")),
    ("channel-switch", WLAN, header(0x80, 0, ALL, AP, AP) + struct.pack("<QHH", 1, 100, 1)
     + tlv8(37, h("000b03")) + tlv8(32, u8(3))),
    ("rts", WLAN, h("b400") + le16(100) + AP + STA),
    ("cts", WLAN, h("c400") + le16(60) + STA),
    ("ack", RADIOTAP, radiotap(h("d400") + le16(0) + STA)),
    ("ps-poll", WLAN, h("a410") + le16(0xC001) + AP + STA),
    ("block-ack-request", WLAN, h("8400") + le16(0) + AP + STA + h("0450 3012")),
    ("block-ack", WLAN, h("9400") + le16(0) + STA + AP + h("0550 3012") + h("ff00000000000001")),
    ("data-to-ap", RADIOTAP, radiotap(header(0x08, 0x01, AP, STA, HOST) + OPEN)),
    ("data-from-ap", WLAN, header(0x08, 0x02, STA, AP, HOST) + OPEN),
    ("data-ad-hoc", WLAN, header(0x08, 0x00, STA, HOST, AP) + OPEN),
    ("data-qos", WLAN, header(0x88, 0x02, STA, AP, HOST) + le16(0x0015) + OPEN),
    ("data-bridged", WLAN, header(0x08, 0x03, AP, STA, HOST) + h("020000000004") + OPEN),
    ("data-bridged-qos-htc", WLAN, header(0x88, 0x83, AP, STA, HOST) + h("020000000004")
     + le16(0x0026) + h("01020304") + OPEN),
    ("data-padded-header", RADIOTAP, radiotap(header(0x88, 0x01, AP, STA, HOST) + le16(0) + b"\0\0"
                                              + OPEN, flags=0x30)),
    ("data-aggregate", WLAN, header(0x88, 0x01, AP, STA, HOST) + le16(0x0080) + HOST + STA
     + u16(len(OPEN)) + OPEN),
    ("data-fragment", WLAN, header(0x08, 0x05, AP, STA, HOST, seq=0x1231) + b"the middle of it"),
    ("null", WLAN, header(0x48, 0x11, AP, STA, AP)),
    ("qos-null", WLAN, header(0xC8, 0x01, AP, STA, AP) + le16(7)),
    ("wep", WLAN, header(0x08, 0x42, STA, AP, HOST) + h("aabbcc 80") + bytes(range(20))),
    ("tkip", WLAN, header(0x08, 0x41, AP, STA, HOST) + h("01 21 02 20 03040506") + bytes(range(24))),
    ("ccmp", RADIOTAP, radiotap(CCMP)),
    ("address-extension", WLAN, h("bc00") + bytes(20)),
    ("bad-version", WLAN, h("8100") + bytes(30)),
    ("element-runs-out", WLAN, header(0x40, 0, ALL, STA, ALL) + tlv8(0, b"x") + h("01 20 82")),
    ("rsn-cut-short", WLAN, header(0x40, 0, ALL, STA, ALL) + tlv8(48, h("0100") + OUI + u8(4)
                                                                 + h("0900") + OUI)),
    ("truncated", RADIOTAP, radiotap(BEACON)[:60], len(radiotap(BEACON))),
    ("truncated-in-radiotap", RADIOTAP, radiotap(BEACON)[:10], 300),
    ("radiotap-many", RADIOTAP, aligned([
        (0, 8, h("8877665544332211")), (1, 1, h("00")), (2, 1, h("0b")), (3, 2, h("7109 c000")),
        (4, 2, h("0102")), (5, 1, h("d6")), (6, 1, h("a6")), (7, 2, h("6400")), (10, 1, h("14")),
        (11, 1, h("01")), (12, 1, h("2a")), (14, 2, h("0200")), (15, 2, h("0800")),
        (17, 1, h("03")), (18, 4, h("a0000000 7109 02 14")), (19, 1, h("07 05 0f")),
        (20, 4, h("01000000 0c00 5a 00")), (21, 2, h("4400 04 04 92000000 01 3f 0100")),
        (22, 8, h("0807060504030201 0a00 11 03")), (23, 2, bytes(range(12)))])
     + h("d400") + le16(0) + STA),
    ("radiotap-two-words", RADIOTAP, h("00 00 1400 200000a0 20080000 d6 d0 00 00 0000 0000")
     + h("d400") + le16(0) + STA),
    ("radiotap-vendor", RADIOTAP, h("00 00 1c00 200000c0 01000000 d6 00 001122 00 0400 aabbccdd")
     + bytes(4) + h("d400") + le16(0) + STA),
    ("radiotap-length-lies", RADIOTAP, h("00 00 0400 00000000") + BEACON),
    ("radiotap-word-chain", RADIOTAP, h("00 00 1000") + h("000000a0") * 3 + BEACON),
]
