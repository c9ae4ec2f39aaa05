from packets import (addr, checksum, eth, h, ip4, ip4_packet, ip6_packet, put_checksum, u16, u24, u32,
                     udp, udp4, vlan)

INNER = eth(0x0800, ip4_packet(17, udp(40000, 40001, b"hi", "198.51.100.1", "198.51.100.2"),
                               src="198.51.100.1", dst="198.51.100.2"))
PACKET = INNER[14:]
PACKET6 = ip6_packet(17, udp(40000, 40001, b"hi", "2001:db8:1::1", "2001:db8:1::2"),
                     src="2001:db8:1::1", dst="2001:db8:1::2")
OPTION = u16(0x0102) + h("80 01 00010002")


def gre(flags, proto, rest):
    return ip4(47, u16(flags) + u16(proto) + rest)


def gre_summed(proto, rest):
    return ip4(47, put_checksum(h("8000") + u16(proto) + u32(0) + rest, 4))


def gre_wrong(proto, rest):
    return ip4(47, h("8000") + u16(proto) + h("1234 0000") + rest)


def gtp(flags, message, teid, rest):
    return udp4(2152, 2152, bytes([flags, message]) + u16(len(rest)) + u32(teid) + rest)


FRAMES = [
    ("vxlan", udp4(50000, 4789, h("0800 0000") + u24(5) + b"\0" + INNER)),
    ("vxlan-policy", udp4(50000, 8472, h("8808 0064") + u24(5) + b"\0" + INNER)),
    ("vxlan-gpe", udp4(50000, 4790, h("0c00 0002") + u24(5) + b"\0" + PACKET6)),
    ("vxlan-not", udp4(50000, 4789, h("0000 0000") + u24(5) + b"\0" + INNER)),
    ("vxlan-vlan", udp4(50000, 4789, h("0800 0000") + u24(5) + b"\0" +
                        eth(0x8100, vlan(7, 0x0800, PACKET)))),
    ("vxlan-truncated", 1, udp4(50000, 4789, h("0800 0000") + u24(5) + b"\0" + INNER)[:46], 100),
    ("geneve", udp4(50000, 6081, h("0240 6558") + u24(9) + b"\0" + OPTION + INNER)),
    ("geneve-ip", udp4(50000, 6081, h("0080 0800") + u24(9) + b"\0" + PACKET)),
    ("geneve-options-lie", udp4(50000, 6081, h("3f00 6558") + u24(9) + b"\0" + OPTION)),
    ("gre", gre(0, 0x0800, PACKET)),
    ("gre-key-seq", gre(0x3000, 0x0800, u32(0xcafe) + u32(7) + PACKET)),
    ("gre-checksum", gre_summed(0x0800, PACKET)),
    ("gre-checksum-bad", gre_wrong(0x86dd, PACKET6)),
    ("gre-routing", gre(0x4000, 0x0800, u32(0) + h("0002 0004") + addr("192.0.2.9") + u32(0) +
                        PACKET)),
    ("nvgre", gre(0x2000, 0x6558, u24(77) + b"\3" + INNER)),
    ("gre-unknown", gre(0, 0x1234, b"what is it")),
    ("gre-version-2", gre(2, 0x0800, PACKET)),
    ("pptp", gre(0x3081, 0x880b, u16(3) + u16(42) + u32(1) + u32(2) + h("c021 01"))),
    ("pptp-ack", gre(0x2081, 0x880b, u16(0) + u16(42) + u32(2))),
    ("erspan-1", gre(0, 0x88be, INNER)),
    ("erspan-2", gre(0x1000, 0x88be, u32(3) + h("1007 1864 00000005") + INNER)),
    ("erspan-3", gre(0x1000, 0x22eb, u32(3) + h("2007 0064 00010203 0000 0009") +
                     h("0c00000000000000") + INNER)),
    ("gtp-user", gtp(0x30, 255, 0x1001, PACKET)),
    ("gtp-session", gtp(0x34, 255, 0x1001, h("0000 00 85") + h("01 00 09 00") + PACKET6)),
    ("gtp-echo", gtp(0x32, 1, 0, h("0007 0000"))),
    ("gtp-extension-lies", gtp(0x34, 255, 0x1001, h("0000 00 85") + h("00 00 09 00") + PACKET6)),
    ("gtpv2", udp4(50000, 2123, bytes([0x48, 32]) + u16(8 + 6 + 12) + u32(0) + u24(3) + b"\0" +
                   h("02 0002 00 10 00") + bytes([71]) + u16(8) + b"\0" + b"\3abc\3net")),
    ("gtpv2-echo", udp4(50000, 2123, bytes([0x40, 1]) + u16(9) + u24(3) + b"\0" +
                        h("03 0001 00 2a"))),
    ("gtp-v1-control", udp4(50000, 2123, bytes([0x32, 16]) + u16(6) + u32(0) + h("0001 0000") +
                            h("0e 07"))),
    ("l2tp-data", udp4(1701, 1701, h("4002") + u16(8 + 4) + u16(7) + u16(9) + h("ff03 c021"))),
    ("l2tp-control", udp4(1701, 1701, h("c802") + u16(12 + 8 + 9 + 8) + u16(0) + u16(0) + u16(1) +
                          u16(0) + h("8008 0000 0000 0001") + h("8009 0000 0007") + b"lac" +
                          h("8008 0000 0009 002a"))),
    ("l2tp-zlb", udp4(1701, 1701, h("c802") + u16(12) + u16(7) + u16(0) + u16(1) + u16(2))),
    ("l2tp-length-lies", udp4(1701, 1701, h("c802") + u16(5) + u16(7) + u16(0) + u16(1) + u16(2))),
    ("l2tpv3-udp", udp4(1701, 1701, h("0003 0000") + u32(0xabcd) + b"data")),
    ("l2tpv3-ip", ip4(115, u32(0xabcd) + b"data")),
    ("l2tpv3-ip-control", ip4(115, u32(0) + h("c803") + u16(20) + u32(1) + u16(3) + u16(4) +
                              h("8008 0000 0000 0006"))),
    ("esp", ip4(50, u32(0x1000) + u32(77) + bytes(32))),
    ("wg-initiation", udp4(50000, 51820, b"\1\0\0\0" + h("78563412") + bytes(range(140)))),
    ("wg-response", udp4(51820, 50000, b"\2\0\0\0" + h("01000000 78563412") + bytes(range(80)))),
    ("wg-cookie", udp4(50000, 50001, b"\3\0\0\0" + h("78563412") + bytes(range(56)))),
    ("wg-data", udp4(50000, 50001, b"\4\0\0\0" + h("78563412 0700000000000000") + bytes(48))),
    ("wg-keepalive", udp4(50000, 50001, b"\4\0\0\0" + h("78563412 0700000000000000") + bytes(16))),
    ("wg-not", udp4(50000, 51820, b"\4\0\0\0" + bytes(27))),
    ("geneve-google", udp4(50000, 6081, h("0a00 6558") + u24(9) + b"\0" + h("0132 01 01 00000591") +
                           h("0132 02 04 c0000201 00000000 00000000 00000000") +
                           h("0132 03 02 00000000 00001234") + INNER)),
    ("gre-cdp", gre(0, 0x2000, h("02 b4 0000 0001 0006 6131"))),
]
