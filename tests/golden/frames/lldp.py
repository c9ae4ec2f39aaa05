"""LLDP, IEEE 802.1AB, with the TLVs of IEEE 802.1, IEEE 802.3, TIA (MED), PROFIBUS and others."""
from packets import *


def tlv(kind, value):
    return u16(kind << 9 | len(value)) + value


def org(oui, subtype, value):
    return tlv(127, u24(oui) + u8(subtype) + value)


def lldp(*tlvs, end=b"\0\0"):
    return eth(0x88cc, b"".join(tlvs) + end, dst=h("0180c200000e"))


CHASSIS = tlv(1, u8(4) + MAC_A)
PORT = tlv(2, u8(5) + b"Gi0/1")
TTL = tlv(3, u16(120))
BASE = (CHASSIS, PORT, TTL)
O1, O3, MED, PNO = 0x0080c2, 0x00120f, 0x0012bb, 0x000ecf

FRAMES = [
    ("mandatory", lldp(*BASE)),
    ("optional", lldp(*BASE, tlv(4, b"uplink"), tlv(5, b"switch-1"), tlv(6, b"Linux 6.1\nhand-made"),
                      tlv(7, u16(0x0034) + u16(0x0014)),
                      tlv(8, u8(5) + u8(1) + addr("192.0.2.10") + u8(2) + u32(7) + u8(3) + h("2b0601")),
                      tlv(8, u8(17) + u8(2) + addr("2001:db8::10") + u8(3) + u32(9) + u8(0)),
                      tlv(8, u8(7) + u8(6) + MAC_A + u8(1) + u32(0) + u8(0)))),
    ("chassis-component", lldp(tlv(1, u8(1) + b"slot 1"), tlv(2, u8(1) + b"alias"), TTL)),
    ("chassis-network", lldp(tlv(1, u8(5) + u8(1) + addr(IP_A)), tlv(2, u8(4) + u8(1) + addr(IP_B)), TTL)),
    ("chassis-network-6", lldp(tlv(1, u8(5) + u8(2) + addr(IP6_A)), tlv(2, u8(3) + MAC_B), TTL)),
    ("chassis-names", lldp(tlv(1, u8(6) + b"eth0"), tlv(2, u8(7) + b"local-7"), TTL)),
    ("chassis-local", lldp(tlv(1, u8(7) + b"host"), tlv(2, u8(6) + h("0102aabb")), TTL)),
    ("chassis-reserved", lldp(tlv(1, u8(99) + b"what"), tlv(2, u8(99) + b"what"), TTL)),
    ("shutdown", lldp(CHASSIS, PORT, tlv(3, u16(0)))),
    ("ieee-802-1", lldp(*BASE, org(O1, 1, u16(5)), org(O1, 2, u8(6) + u16(99)),
                        org(O1, 3, u16(5) + u8(4) + b"prod"), org(O1, 4, u8(2) + h("88cc")),
                        org(O1, 5, u16(77)), org(O1, 6, u16(3)), org(O1, 7, u8(3) + u32(12)))),
    ("ieee-802-1-dcbx", lldp(*BASE, org(O1, 8, h("0000")),
                             org(O1, 9, h("83") + h("01234567") + h("0a141e2800000000") + h("0000000002020202")),
                             org(O1, 10, h("00") + h("01234567") + h("0a141e2800000000") + h("0000000002020202")),
                             org(O1, 11, h("08 18")), org(O1, 12, h("00") + h("69 8906") + h("44 0cbc")))),
    ("ieee-802-3", lldp(*BASE, org(O3, 1, h("03 6c03 001e")), org(O3, 2, h("07 01 04")),
                        org(O3, 3, u8(3) + u32(10)), org(O3, 4, u16(1522)),
                        org(O3, 2, h("0f 01 05 5300 8200b0")), org(O3, 5, bytes(10) + h("0011001100")),
                        org(O3, 9, h("01")))),
    ("med", lldp(*BASE, org(MED, 1, u16(0x3f) + u8(3)), org(MED, 2, u8(1) + u24(0x4 << 20 | 0)),
                 org(MED, 2, h("01 40 54 6e")), org(MED, 2, h("02 80 00 00")),
                 org(MED, 3, u8(3) + b"\x0aELIN123456"), org(MED, 4, h("51 0041")),
                 org(MED, 5, b"hw1"), org(MED, 6, b"fw2"), org(MED, 7, b"sw3"), org(MED, 8, b"sn4"),
                 org(MED, 9, b"maker"), org(MED, 10, b"model"), org(MED, 11, b"asset"))),
    ("med-location", lldp(*BASE, org(MED, 3, u8(2) + u8(12) + u8(1) + b"DE" + h("01 02") + b"BY" + h("03 04") + b"City"),
                          org(MED, 3, u8(1) + bytes(range(16))), org(MED, 3, u8(9) + b"??"))),
    ("profibus", lldp(*BASE, org(PNO, 1, bytes(range(20))), org(PNO, 2, h("0000 0000")), org(PNO, 5, MAC_B))),
    ("unknown-organization", lldp(*BASE, org(0x123456, 7, b"private"))),
    ("reserved-type", lldp(*BASE, tlv(50, b"\x01\x02"))),
    ("no-end", lldp(*BASE, end=b"")),
    ("padded", lldp(*BASE) + bytes(20)),
    ("length-lies", lldp(*BASE, u16(5 << 9 | 500) + b"abc")),
    ("order-wrong", lldp(PORT, CHASSIS, TTL)),
    ("address-length-lies", lldp(*BASE, tlv(8, u8(200) + u8(1) + addr(IP_A)))),
    ("empty-values", lldp(tlv(1, b""), tlv(2, b""), tlv(3, b""), tlv(7, b""), tlv(8, b""), tlv(127, b""))),
    ("vlan-name-length-lies", lldp(*BASE, org(O1, 3, u16(5) + u8(200) + b"prod"))),
    ("truncated", 1, lldp(*BASE)[:26], 60),
]
