from packets import ip4, udp, udp4, udp6

SHOW = ("eth", "ip", "ipv6")
FRAMES = [
    ("unknown-port", udp4(40000, 40001, b"hello")),
    ("ipv6", udp6(40000, 40001, b"hello")),
    ("truncated", 1, udp4(40000, 40001, b"hello" * 20)[:60], 142),
    ("length-lies", ip4(17, udp(40000, 40001, b"hello", length=99))),
    ("length-too-small", ip4(17, udp(40000, 40001, b"hello", length=3))),
]
