"""Frames from parts, checksums right unless told otherwise. Bytes in, bytes out.

Addresses are documentation addresses (RFC 5737, RFC 3849) and locally administered MACs.
"""
import ipaddress
import struct

ETHERNET = 1
MAC_A = bytes.fromhex("020000000001")
MAC_B = bytes.fromhex("020000000002")
IP_A, IP_B = "192.0.2.1", "192.0.2.2"
IP6_A, IP6_B = "2001:db8::1", "2001:db8::2"


def h(text):
    """Bytes of hexadecimal text with blanks and # comments anywhere."""
    return bytes.fromhex("".join(line.split("#")[0] for line in text.splitlines()).replace(" ", ""))


def u8(v):
    return struct.pack(">B", v)


def u16(v):
    return struct.pack(">H", v)


def u24(v):
    return struct.pack(">I", v)[1:]


def u32(v):
    return struct.pack(">I", v)


def u64(v):
    return struct.pack(">Q", v)


def addr(text):
    """An IPv4 or IPv6 address as bytes."""
    return ipaddress.ip_address(text).packed


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def put_checksum(data, offset, pseudo=b""):
    """data with its checksum at offset, which is zero so far."""
    return data[:offset] + u16(checksum(pseudo + data)) + data[offset + 2:]


def pseudo_header(src, dst, proto, length):
    """RFC 9293 3.1 and RFC 8200 8.1."""
    src, dst = addr(src), addr(dst)
    if len(src) == 4:
        return src + dst + struct.pack(">BBH", 0, proto, length)
    return src + dst + struct.pack(">II", length, proto)


def eth(ethertype, payload, src=MAC_A, dst=MAC_B):
    return dst + src + u16(ethertype) + payload


def vlan(tci, ethertype, payload):
    """What follows an ethertype of 0x8100 or 0x88a8."""
    return u16(tci) + u16(ethertype) + payload


def ip4_packet(proto, payload, src=IP_A, dst=IP_B, ttl=64, ident=0x1234, frag=0, tos=0,
               options=b"", length=None):
    options += b"\0" * (-len(options) % 4)
    ihl = 5 + len(options) // 4
    total = ihl * 4 + len(payload) if length is None else length
    header = struct.pack(">BBHHHBBH", 0x40 | ihl, tos, total, ident, frag, ttl, proto, 0)
    header += addr(src) + addr(dst) + options
    return put_checksum(header, 10) + payload


def ip6_packet(nxt, payload, src=IP6_A, dst=IP6_B, hop_limit=64, traffic=0, flow=0, length=None):
    length = len(payload) if length is None else length
    first = 6 << 28 | traffic << 20 | flow
    return struct.pack(">IHBB", first, length, nxt, hop_limit) + addr(src) + addr(dst) + payload


def udp(sport, dport, payload, src=IP_A, dst=IP_B, length=None):
    """A UDP header for these addresses and its payload."""
    length = 8 + len(payload) if length is None else length
    data = struct.pack(">HHHH", sport, dport, length, 0) + payload
    return put_checksum(data, 6, pseudo_header(src, dst, 17, len(data)))


def tcp(sport, dport, payload=b"", flags="PA", seq=1, ack=1, window=512, options=b"", urgent=0,
        src=IP_A, dst=IP_B):
    """A TCP header for these addresses and its payload; flags are letters of "FSRPAUEC"."""
    options += b"\0" * (-len(options) % 4)
    bits = sum(1 << "FSRPAUEC".index(c) for c in flags)
    offset = 5 + len(options) // 4
    data = struct.pack(">HHIIBBHHH", sport, dport, seq, ack, offset << 4, bits, window, 0, urgent)
    data += options + payload
    return put_checksum(data, 16, pseudo_header(src, dst, 6, len(data)))


def ip4(proto, payload, **keywords):
    return eth(0x0800, ip4_packet(proto, payload, **keywords))


def ip6(nxt, payload, **keywords):
    return eth(0x86DD, ip6_packet(nxt, payload, **keywords))


def udp4(sport, dport, payload, src=IP_A, dst=IP_B):
    return ip4(17, udp(sport, dport, payload, src, dst), src=src, dst=dst)


def udp6(sport, dport, payload, src=IP6_A, dst=IP6_B):
    return ip6(17, udp(sport, dport, payload, src, dst), src=src, dst=dst)


def tcp4(sport, dport, payload=b"", flags="PA", src=IP_A, dst=IP_B, **keywords):
    return ip4(6, tcp(sport, dport, payload, flags, src=src, dst=dst, **keywords), src=src, dst=dst)


def tcp6(sport, dport, payload=b"", flags="PA", src=IP6_A, dst=IP6_B, **keywords):
    return ip6(6, tcp(sport, dport, payload, flags, src=src, dst=dst, **keywords), src=src, dst=dst)


def tlv8(kind, value):
    """One byte of type, one of length."""
    return u8(kind) + u8(len(value)) + value


def tlv16(kind, value):
    return u16(kind) + u16(len(value)) + value


def cut(frame, length):
    """The rest of a golden frame's tuple: its first bytes, and how long it was on the wire."""
    return frame[:length], len(frame)
