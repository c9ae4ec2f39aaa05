"""IMAP: RFC 9051, RFC 3501."""
from packets import IP_A, IP_B, tcp4


def client(*lines):
    return tcp4(50000, 143, "\r\n".join(lines).encode() + b"\r\n")


def server(*lines):
    return tcp4(143, 50000, "\r\n".join(lines).encode() + b"\r\n", src=IP_B, dst=IP_A)


CLIENT_HELLO = (b"\x16\3\1\0\x2d\1\0\0\x29\3\3" + b"\x41" * 32
                + b"\0\0\2\x13\1\1\0")

FRAMES = [
    ("greeting", server("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] Dovecot ready.")),
    ("capability", client("a001 CAPABILITY")),
    ("capability_answer", server("* CAPABILITY IMAP4rev1 AUTH=PLAIN", "a001 OK completed")),
    ("login", client('a002 LOGIN "some user" "pass\\"word"')),
    ("login_atoms", client("a003 LOGIN user secret")),
    ("login_no", server("a002 NO [AUTHENTICATIONFAILED] Authentication failed.")),
    ("authenticate", client("a004 AUTHENTICATE PLAIN AHVzZXIAcGFzcw==")),
    ("continue", server("+ ")),
    ("secret", client("AHVzZXIAcGFzcw==")),
    ("select", client("a005 SELECT INBOX")),
    ("select_answer", server("* 172 EXISTS", "* 1 RECENT",
                             "a005 OK [READ-WRITE] SELECT completed")),
    ("uid_fetch", client("a006 UID FETCH 1:* (FLAGS)")),
    ("fetch_literal", server("* 1 FETCH (BODY[HEADER] {25}", "Subject: a001 OK fake", "", ")",
                             "a007 OK done")),
    ("append_literal", client("a008 APPEND saved {3+}", "abc", "a009 NOOP")),
    ("starttls", client("1 STARTTLS")),
    ("starttls_answer", server("1 OK Begin TLS negotiation now.")),
    ("tls_after_starttls", tcp4(50000, 143, CLIENT_HELLO)),
    ("need_more", tcp4(143, 50000, b"* OK hello\r\n* CAPABI")),
    ("truncated", 1, client("a001 CAPABILITY")[:62], 71),
    ("lying_literal", server("* 1 FETCH (BODY[] {999999999}", "abc")),
    ("binary", tcp4(143, 50000, bytes(range(128, 160)))),
]
