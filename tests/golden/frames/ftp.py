"""FTP: RFC 959, RFC 2428."""
from packets import IP_A, IP_B, tcp4


def client(*lines):
    return tcp4(50000, 21, "\r\n".join(lines).encode() + b"\r\n")


def server(*lines):
    return tcp4(21, 50000, "\r\n".join(lines).encode() + b"\r\n", src=IP_B, dst=IP_A)


CLIENT_HELLO = (b"\x16\3\1\0\x2d\1\0\0\x29\3\3" + b"\x41" * 32
                + b"\0\0\2\x13\1\1\0")

FRAMES = [
    ("banner", server("220-Welcome", "  to this server", "220 ready")),
    ("user", client("USER anonymous")),
    ("pass", client("PASS secret@example.com")),
    ("logged_in", server("230 Login successful.")),
    ("port", client("PORT 192,0,2,1,19,137")),
    ("eprt", client("EPRT |1|192.0.2.1|5001|")),
    ("eprt_ipv6", client("EPRT |2|2001:db8::1|5002|")),
    ("pasv", client("PASV")),
    ("pasv_answer", server("227 Entering Passive Mode (192,0,2,2,192,11)")),
    ("epsv_answer", server("229 Entering Extended Passive Mode (|||49163|)")),
    ("retr", client("RETR some file.txt")),
    ("no_such_file", server("550 some file.txt: No such file")),
    ("middle_of_a_reply", server(" a line of a long reply")),
    ("auth_tls", client("AUTH TLS")),
    ("tls_after_auth", tcp4(50000, 21, CLIENT_HELLO)),
    ("need_more", tcp4(50000, 21, b"RETR half")),
    ("truncated", 1, client("USER anonymous")[:60], 70),
    ("lying_port", client("PORT 300,0,2,1,19,137", "EPRT |1|999.0.2.1|5001|", "EPRT |1|")),
    ("lying_pasv", server("227 Entering Passive Mode (192,0,2,2,192)")),
    ("control_bytes", tcp4(21, 50000, b"220 \x1b[2Jhello\r\n")),
    ("not_ftp", tcp4(50000, 21, b"\0\1\2\3\4")),
]
