"""mDNS and LLMNR: DNS's format with bits of their own."""
from frames._dns import message, name, pointer, question, record
from packets import addr, ip4, udp, tcp4, u16, u8

GROUP = "224.0.0.251"


def mdns(payload):
    return ip4(17, udp(5353, 5353, payload, dst=GROUP), dst=GROUP, ttl=255)


def llmnr(payload, sport=50000, dport=5355, dst="224.0.0.252"):
    return ip4(17, udp(sport, dport, payload, dst=dst), dst=dst)


SERVICE = name("_ipp._tcp.local")
PRINTER = name("Front desk._ipp._tcp.local")
TXT = b"rp=printers/front"

FRAMES = [
    ("query", mdns(message(0, 0, [question(SERVICE, 12), question(PRINTER, 255, 0x8001)]))),
    ("query-known", mdns(message(0, 0, [question(SERVICE, 12)],
                                 [record(pointer(12), 12, PRINTER, ttl=4500)]))),
    ("response", mdns(message(0, 0x8400, [], [
        record(SERVICE, 12, PRINTER, ttl=4500),
        record(PRINTER, 33, u16(0) + u16(0) + u16(631) + name("desk.local"), klass=0x8001),
        record(PRINTER, 16, u8(len(TXT)) + TXT, klass=0x8001)],
        additional=[record(name("desk.local"), 1, addr("192.0.2.9"), ttl=120, klass=0x8001)]))),
    ("llmnr-query", llmnr(message(0xBEEF, 0, [question(name("desk"), 1)]))),
    ("llmnr-response", llmnr(message(0xBEEF, 0x8500, [question(name("desk"), 1)],
                                     [record(pointer(12), 1, addr("192.0.2.9"), ttl=30)]),
                             5355, 50000, "192.0.2.2")),
    ("llmnr-tcp", tcp4(50000, 5355, u16(22) + message(1, 0, [question(name("desk"), 28)]))),
    ("truncated", 1, mdns(message(0, 0, [question(SERVICE, 12)]))[:60], 75),
    ("not-mdns", mdns(b"\xff" * 30)),
]
