from packets import IP_A, IP_B, h, ip4, pseudo_header, put_checksum, u16, u24, u32


def dccp(kind, rest, payload=b"", options=b"", long=True, seq=1000, cover=0, offset=None):
    head = h("0000") + seq.to_bytes(6, "big")
    head = bytes([kind << 1 | 1]) + b"\0" + seq.to_bytes(6, "big") if long else \
        bytes([kind << 1]) + u24(seq)
    options += bytes(-len(options) % 4)
    length = 8 + len(head) + len(rest) + len(options)
    data = u16(40000) + u16(40001) + bytes([length // 4 if offset is None else offset, cover]) + b"\0\0"
    data += head + rest + options
    summed = data if cover == 1 else data + payload
    summed = put_checksum(summed, 6, pseudo_header(IP_A, IP_B, 33, len(data + payload)))
    return ip4(33, summed + (payload if cover == 1 else b""))


ACK = b"\0\0" + (900).to_bytes(6, "big")
FRAMES = [
    ("request", dccp(0, u32(0x44495343), options=h("20 04 01 02 22 04 01 02"))),
    ("response", dccp(1, ACK + u32(0x44495343), options=h("25 03 07 29 06 00000064"))),
    ("data-short", dccp(2, b"", b"hello", long=False)),
    ("ack-short", dccp(3, b"\0" + u24(900), long=False, options=h("26 04 01 02 2b 04 0010"))),
    ("data-ack", dccp(4, ACK, b"hello", options=h("2a 06 00000064 c0 06 00000001"), cover=1)),
    ("reset", dccp(7, ACK + h("07 01 02 03"))),
    ("close", dccp(6, ACK, options=h("01 02"))),
    ("truncated", 1, dccp(1, ACK + u32(1))[:60], 70),
    ("offset-lies", dccp(1, ACK + u32(1), offset=3)),
    ("option-length-zero", dccp(4, ACK, options=h("2a 00 0000"))),
]
