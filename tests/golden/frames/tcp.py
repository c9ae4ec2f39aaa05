from packets import cut, h, ip4, tcp, tcp4, tcp6, u16, u32, u64

SHOW = ("tcp",)


def syn(options, **keywords):
    return tcp4(40000, 40001, flags="S", seq=1000, ack=0, options=options, **keywords)


def ack(options, payload=b""):
    return tcp4(40000, 40001, payload, flags="A", seq=1001, ack=5000, options=options)


def offloaded():
    segment = bytearray(tcp(40000, 40001, b"hello"))
    segment[16:18] = u16(0x841f)
    return ip4(6, bytes(segment))


def bad_checksum():
    segment = bytearray(tcp(40000, 40001, b"hello"))
    segment[17] ^= 1
    return ip4(6, bytes(segment))


KEY = u64(0x0102030405060708)
FRAMES = [
    ("syn", syn(h("0204 05b4 0402 080a 00000064 00000000 01 0303 07"))),
    ("data", tcp4(40000, 40001, b"hello")),
    ("ipv6-odd-flags", tcp6(40000, 40001, b"x", flags="FPUEC", urgent=1)),
    ("null-scan", tcp4(40000, 40001, flags="")),
    ("sack", ack(h("0101 0512") + u32(6000) + u32(7000) + u32(8000) + u32(9000))),
    ("dsack", ack(h("0101 0512") + u32(4000) + u32(4500) + u32(8000) + u32(9000))),
    ("md5", ack(h("13 12") + bytes(range(16)))),
    ("ao-uto", ack(h("1d 0c 01 02") + bytes(range(8)) + h("1c 04 8005"))),
    ("fast-open", syn(h("22 0a 0102030405060708"))),
    ("fast-open-request", syn(h("22 02"))),
    ("experimental", syn(h("fe 06 f989 abcd fd 06 1234 0001"))),
    ("mptcp-capable", syn(h("1e 0c 00 81") + KEY)),
    ("mptcp-join-syn", syn(h("1e 0c 11 02") + u32(0xcafe0001) + u32(0x1234))),
    ("mptcp-join-synack", syn(h("1e 10 10 02") + KEY + u32(0x1234))),
    ("mptcp-join-ack", ack(h("1e 18 10 00") + bytes(range(20)))),
    ("mptcp-dss", ack(h("1e 14 20 05") + u32(77) + u32(88) + u32(1) + u16(5) + u16(0xbeef),
                      b"hello")),
    ("mptcp-dss-long", ack(h("1e 0c 20 03") + u64(0x1122334455667788))),
    ("mptcp-add-addr", ack(h("1e 08 34 03 c0000209"))),
    ("mptcp-add-addr-v1", ack(h("1e 12 30 03 c0000209 1f90") + KEY)),
    ("mptcp-remove-addr", ack(h("1e 05 40 03 04"))),
    ("mptcp-prio-fail-close", ack(h("1e 04 51 02") + h("1e 0c 60 00") + KEY + h("1e 0c 70 00") + KEY)),
    ("mptcp-rst", tcp4(40000, 40001, flags="R", options=h("1e 04 81 02"))),
    ("scps-unknown", syn(h("14 04 a0 01 48 04 abcd"))),
    ("bad-checksum", bad_checksum()),
    ("checksum-offload", offloaded()),
    ("option-length-zero", syn(h("0200 0000"))),
    ("option-runs-out", syn(h("0402 08 0a"))),
    ("truncated-options", 1, syn(h("0204 05b4 0402 080a 00000064 00000000 01 0303 07"))[:60], 74),
    ("truncated-ports", 1, syn(b"")[:40], 54),
    ("header-length-lies", ip4(6, tcp(40000, 40001)[:12] + b"\x40" + tcp(40000, 40001)[13:])),
    ("accurate-ecn", syn(h("ac 0b 000001 000002 000003"))),
    ("accurate-ecn-experiment", syn(h("fe 0a acc1 000003 000002"))),
    ("option-cut", 1, *cut(syn(h("0204 05b4 1d10 0102") + bytes(12)), 62)),
    ("first-fragment", ip4(6, tcp(40000, 40001, b"x" * 16), frag=0x2000)),
]
