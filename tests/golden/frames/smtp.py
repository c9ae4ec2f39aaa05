"""SMTP: RFC 5321."""
from packets import IP_A, IP_B, tcp4


def client(*lines, port=25):
    return tcp4(50000, port, "\r\n".join(lines).encode() + b"\r\n")


def server(*lines, port=25):
    return tcp4(port, 50000, "\r\n".join(lines).encode() + b"\r\n", src=IP_B, dst=IP_A)


CLIENT_HELLO = (b"\x16\3\1\0\x2d\1\0\0\x29\3\3" + b"\x41" * 32
                + b"\0\0\2\x13\1\1\0")

FRAMES = [
    ("banner", server("220 mail.example.com ESMTP Postfix")),
    ("ehlo", client("EHLO [192.0.2.1]")),
    ("ehlo_answer", server("250-mail.example.com", "250-PIPELINING", "250-SIZE 10240000",
                           "250-STARTTLS", "250-AUTH PLAIN LOGIN", "250 8BITMIME")),
    ("pipelined", client("MAIL FROM:<a@example.com> SIZE=732", "RCPT TO:<b@example.org>", "DATA")),
    ("pipelined_answers", server("250 2.1.0 Ok", "550 5.1.1 <b@example.org>: unknown",
                                 "354 End data with <CR><LF>.<CR><LF>")),
    ("message_and_quit", client("Received: from x", "\tby y", "From: A <a@example.com>",
                                "To: b@example.org", "Subject: A test",
                                "Date: Mon, 21 Nov 2022 08:00:00 +0000", "Message-ID: <1@x>", "",
                                "Subject: not a header", "QUIT is not a command here", "..", ".",
                                "QUIT")),
    ("middle_of_a_message", client("some words of a mail", "and more of them")),
    ("end_of_message", client(".")),
    ("lower_case", client("rset", "quit")),
    ("auth_plain", client("AUTH PLAIN AHVzZXIAcGFzcw==", port=587)),
    ("auth_challenge", server("334 VXNlcm5hbWU6", port=587)),
    ("auth_secret", client("dXNlcg==", port=587)),
    ("bdat", tcp4(50000, 25, b"BDAT 10 LAST\r\nQUIT\r\nabc\nNOOP\r\n")),
    ("starttls", client("STARTTLS", port=2525)),
    ("starttls_answer", server("220 2.0.0 Ready to start TLS", port=2525)),
    ("tls_after_starttls", tcp4(50000, 25, CLIENT_HELLO)),
    ("need_more", tcp4(25, 50000, b"250-mail.example.com\r\n250-PIPELI")),
    ("truncated", 1, server("250-mail.example.com", "250 8BITMIME")[:70], 90),
    ("control_bytes", tcp4(25, 50000, b"220 \x1b]0;title\x07 hello\r\n")),
    ("binary", tcp4(50000, 25, bytes(range(200, 232)))),
]
