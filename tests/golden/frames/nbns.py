from frames._dns import message, pointer, question, record
from packets import addr, h, ip4, u8, u16, udp, udp4


def name(text, suffix, scope=b"\0"):
    plain = text.ljust(15).encode() + bytes([suffix])
    return b"\x20" + b"".join(bytes([65 + (b >> 4), 65 + (b & 15)]) for b in plain) + scope


def status_name(text, suffix, flags):
    return text.ljust(15).encode() + bytes([suffix]) + u16(flags)


def broadcast(payload):
    return ip4(17, udp(137, 137, payload, dst="192.0.2.255"), dst="192.0.2.255")


STATUS = u8(4) + status_name("HOST-A", 0, 0x0400) + status_name("WORKGROUP", 0, 0x8400) \
    + status_name("HOST-A", 0x20, 0x6600) + status_name("\x01\x02__MSBROWSE__\x02", 1, 0x8400) \
    + h("020000000001 0f 00 0102 0304") + b"".join(map(u16, range(1, 19)))

FRAMES = [
    ("query", broadcast(message(0x8D40, 0x0110, [question(name("WORKGROUP", 0x1B), 32)]))),
    ("query-status", udp4(137, 137, message(1, 0, [question(name("*" + "\0" * 14, 0), 33)]))),
    ("query-scope", broadcast(message(2, 0x0110, [
        question(name("HOST-A", 0x20, b"\7example\3com\0"), 32)]))),
    ("registration", broadcast(message(3, 0x2910, [question(name("HOST-A", 0), 32)], additional=[
        record(pointer(12), 32, u16(0x6000) + addr("192.0.2.1"), ttl=300000)]))),
    ("release", broadcast(message(4, 0x3010, [question(name("HOST-A", 0), 32)], additional=[
        record(pointer(12), 32, u16(0) + addr("192.0.2.1"), ttl=0)]))),
    ("response", udp4(137, 137, message(0x8D40, 0x8500, [], [
        record(name("DOMAIN", 0x1C), 32, u16(0xE000) + addr("192.0.2.5")
               + u16(0xE000) + addr("192.0.2.6"))]))),
    ("response-negative", udp4(137, 137, message(5, 0x8583, [], [
        record(name("NOBODY", 0x20), 10, b"")]))),
    ("response-status", udp4(137, 137, message(1, 0x8400, [], [
        record(name("*" + "\0" * 14, 0), 33, STATUS, ttl=0)]))),
    ("name-not-encoded", udp4(137, 137, message(6, 0x0110, [question(b"\3foo\0", 32)]))),
    ("truncated", 1, broadcast(message(7, 0x0110, [question(name("HOST-A", 0), 32)]))[:70], 92),
    ("count-lies", broadcast(message(8, 0x8500, [], [
        record(name("HOST-A", 0), 32, u16(0) + addr("192.0.2.1"))], counts=(0, 3, 0, 0)))),
    ("not-nbns", udp4(137, 137, b"\xff" * 40)),
]
