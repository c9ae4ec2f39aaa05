"""TFTP; transfers themselves run on other ports and need --decode."""
from packets import *


def message(body, sport=40000):
    return udp4(sport, 69, body)


FRAMES = [
    ("read", message(u16(1) + b"boot/pxelinux.0\0octet\0")),
    ("read-options", message(u16(1) + b"file\0octet\0tsize\0" + b"0\0blksize\0" + b"1468\0")),
    ("write", message(u16(2) + b"config.txt\0netascii\0")),
    ("data", message(u16(3) + u16(1) + b"x" * 100)),
    ("last-data", message(u16(3) + u16(2))),
    ("ack", message(u16(4) + u16(1))),
    ("error", message(u16(5) + u16(1) + b"File not found\0")),
    ("option-ack", message(u16(6) + b"tsize\0" + b"26\0")),
    ("unknown-opcode", message(u16(9) + b"abc")),
    ("not-tftp", message(u16(1) + b"\0\0\0")),
    ("no-end", message(u16(1) + b"file-without-end")),
    ("truncated", 1, *cut(message(u16(1) + b"boot/pxelinux.0\0octet\0"), 52)),
]
