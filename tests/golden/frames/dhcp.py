from frames._dns import name, pointer
from packets import IP_A, IP_B, addr, h, ip4, tlv8, u8, u16, u32, udp

CLIENT = h("020000000001")


def message(op, options=b"", xid=0x12345678, flags=0, secs=0, hops=0, hlen=6, htype=1, ci="0.0.0.0",
            yi="0.0.0.0", si="0.0.0.0", gi="0.0.0.0", sname=b"", file=b"", chaddr=CLIENT,
            cookie=h("63825363")):
    return (u8(op) + u8(htype) + u8(hlen) + u8(hops) + u32(xid) + u16(secs) + u16(flags) + addr(ci)
            + addr(yi) + addr(si) + addr(gi) + chaddr.ljust(16, b"\0") + sname.ljust(64, b"\0")
            + file.ljust(128, b"\0") + cookie + options)


def request(payload):
    return ip4(17, udp(68, 67, payload, src="0.0.0.0", dst="255.255.255.255"), src="0.0.0.0",
               dst="255.255.255.255")


def reply(payload):
    return ip4(17, udp(67, 68, payload), src=IP_A, dst=IP_B)


def kind(number):
    return tlv8(53, u8(number))


def addresses(code, *texts):
    return tlv8(code, b"".join(map(addr, texts)))


END = b"\xff"
SECONDS = tlv8(51, u32(3600)) + tlv8(58, u32(1800)) + tlv8(59, u32(3150))
ROUTES = h("00 c0000201") + h("18 c63364 c00002fe") + h("1d cb007108 c00002fd")
SEARCH = name("eng.example.com") + name("lab", pointer(4))
EVERYTHING = b"".join([
    kind(5), addresses(54, IP_A), SECONDS, addresses(1, "255.255.255.0"),
    addresses(3, "192.0.2.254"), addresses(6, "192.0.2.53", "198.51.100.53"),
    tlv8(15, b"example.com"), tlv8(26, u16(1400)), addresses(28, "192.0.2.255"),
    addresses(42, "192.0.2.123"), addresses(44, "192.0.2.137"), tlv8(46, u8(8)), tlv8(47, b"SCOPE"),
    tlv8(2, h("ffffc7c0")), tlv8(19, u8(1)), addresses(33, "10.0.0.1", "192.0.2.3"),
    tlv8(43, h("01020304")), tlv8(66, b"tftp.example.com"), tlv8(67, b"boot.img\0"),
    tlv8(108, u32(1800)), tlv8(114, b"https://portal.example.com/"), tlv8(119, SEARCH),
    tlv8(121, ROUTES), addresses(150, "192.0.2.69"), tlv8(252, b"http://wpad/wpad.dat"),
    tlv8(125, u32(32473) + tlv8(1, b"x")[1:]), tlv8(224, h("c0ffee")), END])
RELAY = tlv8(82, tlv8(1, b"eth0/1") + tlv8(2, CLIENT) + tlv8(5, addr("198.51.100.0"))
             + tlv8(6, b"room 4") + tlv8(11, addr("192.0.2.9")) + tlv8(9, h("0102")))

FRAMES = [
    ("discover", request(message(1, kind(1) + addresses(50, "192.0.2.77") + tlv8(12, b"host-a")
                                 + tlv8(55, bytes([1, 28, 2, 3, 15, 6, 119, 121, 42, 200])) + END,
                                 flags=0x8000, secs=3) + bytes(4))),
    ("discover-boot", request(message(1, kind(1) + tlv8(60, b"PXEClient:Arch:00007") + tlv8(
        61, b"\1" + CLIENT) + tlv8(57, u16(1472)) + tlv8(93, u16(7)) + tlv8(94, h("010310"))
        + tlv8(97, b"\0" + bytes(range(16))) + tlv8(77, tlv8(4, b"")[:1] + b"abcd") + END))),
    ("offer", reply(message(2, kind(2) + addresses(54, IP_A) + SECONDS + END, yi="192.0.2.77",
                            si=IP_A, sname=b"boot", file=b"pxe.0"))),
    ("request", request(message(1, kind(3) + addresses(54, IP_A) + addresses(50, "192.0.2.77")
                                + tlv8(81, h("05 00 00") + name("host-a.example.com"))
                                + tlv8(61, h("ff 01020304 0003 0001 020000000001")) + END))),
    ("request-name-ascii", request(message(1, kind(3) + tlv8(81, h("01 00 00") + b"host-a") + END))),
    ("ack", reply(message(2, EVERYTHING, yi="192.0.2.77"))),
    ("nak", reply(message(2, kind(6) + addresses(54, IP_A) + tlv8(56, b"wrong network") + END))),
    ("release", request(message(1, kind(7) + addresses(54, IP_A) + END, ci="192.0.2.77"))),
    ("inform", request(message(1, kind(8) + END, ci="192.0.2.77"))),
    ("leasequery", request(message(1, kind(10) + END, ci="192.0.2.77", hlen=0, htype=0))),
    ("relayed", ip4(17, udp(67, 67, message(1, kind(1) + RELAY + END, gi="198.51.100.1", hops=1)))),
    ("overload", reply(message(2, tlv8(52, u8(3)) + kind(5) + END, file=tlv8(67, b"long.img") + END,
                               sname=tlv8(12, b"host-b") + END))),
    ("concatenated", reply(message(2, kind(5) + tlv8(119, SEARCH[:9]) + tlv8(15, b"example.")
                                   + tlv8(119, SEARCH[9:]) + tlv8(15, b"com") + END))),
    ("padding", reply(message(2, b"\0\0" + kind(5) + b"\0" + END + bytes(8)))),
    ("no-end", reply(message(2, kind(5)))),
    ("bootp", request(message(1, bytes(56), cookie=h("01020304"), secs=7))),
    ("infiniband", request(message(1, kind(1) + END, htype=32, hlen=0, flags=0x8000))),
    ("option-wrong-length", reply(message(2, kind(5) + tlv8(1, b"\xff\xff") + tlv8(121, h("21 00"))
                                          + tlv8(82, h("01 09 00")) + END))),
    ("option-runs-out", reply(message(2, kind(5) + h("0c 20") + b"host"))),
    ("truncated", 1, reply(message(2, EVERYTHING))[:300], len(reply(message(2, EVERYTHING)))),
    ("truncated-in-header", 1, reply(message(2, EVERYTHING))[:80], 600),
    ("not-dhcp", reply(h("17 03 03") + bytes(300))),
]
