"""SSDP: HTTP's messages in datagrams."""
from packets import *

GROUP = "239.255.255.250"


def message(*lines):
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


SEARCH = message("M-SEARCH * HTTP/1.1", "HOST: 239.255.255.250:1900", 'MAN: "ssdp:discover"', "MX: 3",
                 "ST: upnp:rootdevice")
NOTIFY = message("NOTIFY * HTTP/1.1", "HOST: 239.255.255.250:1900", "CACHE-CONTROL: max-age=1800",
                 "LOCATION: http://192.0.2.1:49152/desc.xml", "SERVER: Linux/6.1 UPnP/1.1 golden/1",
                 "NT: upnp:rootdevice", "NTS: ssdp:alive",
                 "USN: uuid:2fac1234-31f8-11b4-a222-08002b34c003::upnp:rootdevice")
ANSWER = message("HTTP/1.1 200 OK", "CACHE-CONTROL: max-age=1800", "EXT:", "ST: ssdp:all",
                 "LOCATION: http://[2001:db8::2]:80/d.xml", "USN: uuid:1::ssdp:all")

FRAMES = [
    ("search", udp4(50000, 1900, SEARCH, dst=GROUP)),
    ("notify", udp4(50001, 1900, NOTIFY, dst=GROUP)),
    ("byebye_without_empty_line", udp4(50002, 1900, message(
        "NOTIFY * HTTP/1.1", "NT: upnp:rootdevice", "NTS: ssdp:byebye")[:-2], dst=GROUP)),
    ("answer", udp4(1900, 50000, ANSWER, src=IP_B, dst=IP_A)),
    ("answer_ipv6", udp6(1900, 50000, ANSWER, src=IP6_B, dst=IP6_A)),
    ("truncated", ETHERNET, udp4(50003, 1900, NOTIFY, dst=GROUP)[:120], 42 + len(NOTIFY)),
    ("first_line_only", udp4(50004, 1900, b"M-SEARCH * HTTP/1.1", dst=GROUP)),
    ("something_else", udp4(50005, 1900, h("00 01 02 03 ff fe"), dst=GROUP)),
]
