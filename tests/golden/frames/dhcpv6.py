from frames._dns import name
from packets import addr, h, tlv16, u8, u16, u24, u32, udp6

LLT = h("0001 0001 2cb01234 020000000001")
LL = h("0003 0001 020000000002")
EN = h("0002 00007ed9") + b"abcdef"
UUID = h("0004") + bytes(range(16))


def client(payload):
    return udp6(546, 547, payload, src="fe80::1", dst="ff02::1:2")


def server(payload, sport=547):
    return udp6(sport, 546, payload, src="fe80::2", dst="fe80::1")


def message(kind, options, xid=0x9DE03F):
    return u8(kind) + u24(xid) + options


def relay(kind, inner, options=b"", hops=0):
    return (u8(kind) + u8(hops) + addr("2001:db8:1::1") + addr("fe80::1") + tlv16(9, inner)
            + options)


ADDRESS = tlv16(5, addr("2001:db8:1::1002") + u32(3600) + u32(7200))
IA_NA = tlv16(3, u32(0x295E7744) + u32(1800) + u32(2880) + ADDRESS)
IA_TA = tlv16(4, u32(1) + ADDRESS)
PREFIX = tlv16(26, u32(3600) + u32(7200) + u8(56) + addr("2001:db8:ff00::")
               + tlv16(13, u16(0) + b"fine"))
IA_PD = tlv16(25, u32(2) + u32(1800) + u32(2880) + PREFIX)
SOLICIT = message(1, tlv16(1, LLT) + tlv16(6, u16(23) + u16(24) + u16(39) + u16(999))
                  + tlv16(8, u16(150)) + tlv16(3, u32(1) + u32(0) + u32(0)) + tlv16(14, b"")
                  + tlv16(39, u8(1) + name("host-a", b"")))
REPLY = message(7, b"".join([
    tlv16(1, LLT), tlv16(2, EN), IA_NA, IA_TA, IA_PD, tlv16(7, u8(255)),
    tlv16(12, addr("2001:db8::2")), tlv16(15, tlv16(0, b"abc")[2:]),
    tlv16(16, u32(32473) + u16(3) + b"cpe"), tlv16(17, u32(32473) + tlv16(1, b"x")),
    tlv16(22, addr("2001:db8::5060")), tlv16(21, name("sip.example.com")),
    tlv16(23, addr("2001:db8::53") + addr("2001:db8::54")),
    tlv16(24, name("example.com") + name("example.net")), tlv16(31, addr("2001:db8::123")),
    tlv16(32, u32(86400)), tlv16(39, u8(3) + name("host-a.example.com")),
    tlv16(56, tlv16(1, addr("2001:db8::123")) + tlv16(3, name("ntp.example.com"))),
    tlv16(59, b"https://boot.example.com/"), tlv16(64, name("aftr.example.com")),
    tlv16(11, h("03 01 00 0000000000000001") + b"key"), tlv16(999, h("c0ffee"))]))
NEST = b""
for _ in range(12):
    NEST = tlv16(4, u32(7) + NEST)

FRAMES = [
    ("solicit", client(SOLICIT)),
    ("advertise-odd-port", server(message(2, tlv16(1, LLT) + tlv16(2, LL) + IA_NA), 57236)),
    ("request-uuid", client(message(3, tlv16(1, UUID) + IA_NA))),
    ("reply", server(REPLY)),
    ("reply-no-addresses", server(message(7, tlv16(1, LL) + tlv16(13, u16(2) + b"none left")))),
    ("reconfigure", server(message(10, tlv16(19, u8(5)), 0))),
    ("relay-forward", udp6(547, 547, relay(12, SOLICIT, tlv16(18, b"eth0/1") + tlv16(
        37, u32(32473) + h("0102")) + tlv16(38, b"room 4") + tlv16(79, h("0001 020000000001"))))),
    ("relay-of-relay", udp6(547, 547, relay(13, relay(13, REPLY), hops=1))),
    ("nested-too-deep", client(message(1, NEST))),
    ("option-runs-out", client(message(1, tlv16(1, LLT) + h("0003 00ff 0000")))),
    ("option-wrong-length", client(message(1, tlv16(8, b"\1") + tlv16(23, bytes(15)) + tlv16(
        3, b"\0") + tlv16(24, h("3f00")) + tlv16(1, b"\0")))),
    ("truncated", 1, server(REPLY)[:120], len(server(REPLY))),
    ("not-dhcpv6", client(b"\xee" * 20)),
]
