"""SSH: RFC 4253."""
from packets import IP_A, IP_B, h, tcp4, u32, u8


def text(s):
    return u32(len(s)) + s


def packet(code, body, padding=None):
    n = 1 + 1 + len(body)
    if padding is None:
        padding = 8 - (4 + n) % 8
        padding += 8 if padding < 4 else 0
    return u32(n + padding) + u8(padding) + u8(code) + body + b"\0" * padding


def server(payload):
    return tcp4(22, 50000, payload, src=IP_B, dst=IP_A)


KEXINIT = packet(20, bytes(range(16)) + b"".join(map(text, (
    b"sntrup761x25519-sha512@openssh.com,curve25519-sha256,kex-strict-c-v00@openssh.com",
    b"ssh-ed25519,rsa-sha2-512", b"chacha20-poly1305@openssh.com,aes128-ctr", b"aes128-ctr",
    b"umac-64-etm@openssh.com", b"hmac-sha2-256", b"none,zlib@openssh.com", b"none", b"", b"en")))
    + b"\1" + u32(0))
BANNER = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"

FRAMES = [
    ("banner", server(BANNER)),
    ("banner_and_kexinit", tcp4(50000, 22, b"SSH-2.0-Go\r\n" + KEXINIT)),
    ("kexinit", tcp4(50000, 22, KEXINIT)),
    ("dh_and_newkeys", tcp4(50000, 22, packet(30, text(b"\x44" * 32)) + packet(21, b""))),
    ("newkeys_and_more", server(packet(31, text(b"\x55" * 32)) + packet(21, b"")
                              + h("8f1b2c3d4e5f60718293a4b5c6d7e8f9"))),
    ("disconnect", server(packet(1, u32(2) + text(b"Too many authentication failures")
                                          + text(b"")))),
    ("encrypted", tcp4(50000, 22, h("d1f2a3b4c5d6e7f8091a2b3c4d5e6f70"))),
    ("any_port", tcp4(22222, 50000, BANNER)),
    ("need_more_banner", server(BANNER[:20])),
    ("need_more_kexinit", tcp4(50000, 22, KEXINIT[:120])),
    ("truncated", 1, tcp4(50000, 22, KEXINIT)[:100], 54 + len(KEXINIT)),
    ("lying_list", tcp4(50000, 22, packet(20, bytes(16) + u32(0xFFFFFFFF) + b"x"))),
    ("control_bytes", server(b"SSH-2.0-\x1b[31mred\x07\r\n")),
]
