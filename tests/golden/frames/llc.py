"""IEEE 802.2: unnumbered, supervisory and information frames, SNAP with its organisations."""
from packets import *


def llc(payload):
    return eth(len(payload), payload) + bytes(max(0, 46 - len(payload)))


def snap(oui, pid, payload):
    return llc(h("aaaa03") + u24(oui) + u16(pid) + payload)


FRAMES = [
    ("snap-ipv4", snap(0, 0x0800, ip4_packet(17, udp(1000, 2000, b"hello")))),
    ("snap-unknown-type", snap(0, 0x88b5, b"experimental")),
    ("snap-cisco-unknown", snap(0x00000c, 0x2003, b"vtp or what")),
    ("snap-cisco-pvst", snap(0x00000c, 0x010b, h("0000 00 00 00 8001020000000001 00000000"
                                                 "8001020000000001 8001 0000 1400 0200 0f00"
                                                 "0000 0000 0002 0001"))),
    ("snap-apple", snap(0x080007, 0x809b, bytes(13))),
    ("snap-bridged-ethernet", snap(0x0080c2, 0x0007, eth(0x0800, ip4_packet(17, udp(1, 2, b""))))),
    ("snap-other", snap(0x123456, 0x0001, b"private")),
    ("stp", llc(h("424203 0000 00 80"))),
    ("xid", llc(h("0001af 810100"))),
    ("xid-response", llc(h("0001bf 810100"))),
    ("test", llc(h("0000f3") + b"test")),
    ("sabme", llc(h("f0f07f"))),
    ("ua", llc(h("f0f173"))),
    ("disc", llc(h("f0f053"))),
    ("frmr", llc(h("f0f187 0000000000"))),
    ("supervisory-rr", llc(h("f0f0 0103"))),
    ("supervisory-rej", llc(h("f0f1 0902"))),
    ("information", llc(h("f0f0 0406") + b"payload")),
    ("netbios-ui", llc(h("f0f003") + h("2c00ffef08"))),
    ("osi", llc(h("fefe03") + h("831b0100"))),
    ("ipx-novell", llc(h("e0e003") + h("ffff0022001100000000"))),
    ("ip-sap", llc(h("060603") + ip4_packet(17, udp(1000, 2000, b"hello")))),
    ("truncated", 1, snap(0, 0x0800, bytes(40))[:19], 60),
    ("snap-cut-by-length", eth(5, h("aaaa030000")) + bytes(41)),
    ("one-byte", eth(1, h("aa")) + bytes(45)),
    ("snap-nortel", snap(0x000081, 0x01a2, h("0a000001 000000 0c 02 01 01"))),
]
