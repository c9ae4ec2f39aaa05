"""POP3: RFC 1939."""
from packets import IP_A, IP_B, tcp4


def client(*lines):
    return tcp4(50000, 110, "\r\n".join(lines).encode() + b"\r\n")


def server(*lines):
    return tcp4(110, 50000, "\r\n".join(lines).encode() + b"\r\n", src=IP_B, dst=IP_A)


CLIENT_HELLO = (b"\x16\3\1\0\x2d\1\0\0\x29\3\3" + b"\x41" * 32
                + b"\0\0\2\x13\1\1\0")

FRAMES = [
    ("greeting", server("+OK POP3 ready <1896.697170952@dbc.mtview.ca.us>")),
    ("user", client("USER mrose")),
    ("pass", client("PASS tanstaaf")),
    ("apop", client("APOP mrose c4c9334bac560ecc979e58001b3e22fb")),
    ("error", server("-ERR [AUTH] invalid password")),
    ("stat", client("STAT")),
    ("list_answer", server("+OK 2 messages (320 octets)", "1 120", "2 200", ".")),
    ("pipelined", client("RETR 1", "DELE 1", "QUIT")),
    ("message", server("+OK 120 octets", "From: a@example.com", "", "+OK said the text", ".")),
    ("middle_of_a_message", server("a line of a mail", "another")),
    ("stls", client("STLS")),
    ("auth_secret", client("AHVzZXIAcGFzcw==")),
    ("tls_after_stls", tcp4(50000, 110, CLIENT_HELLO)),
    ("need_more", tcp4(110, 50000, b"+OK hel")),
    ("truncated", 1, client("USER mrose")[:60], 66),
    ("binary", tcp4(110, 50000, bytes(range(128, 160)))),
]
