"""Syslog as RFC 3164 found it and as RFC 5424 wants it."""
from packets import *


def message(text):
    return udp4(40000, 514, text)


FRAMES = [
    ("bsd",
     message(b"<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8")),
    ("bsd-process", message(b"<13>Feb  5 17:32:18 192.0.2.99 sshd[411]: Accepted password\n")),
    ("bsd-no-time", message(b"<0>kernel panic\0")),
    ("ietf",
     message(b"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - 'su root' failed")),
    ("ietf-data",
     message(b'<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - '
             b'[exampleSDID@32473 iut="3" eventSource="App \\"x\\" ]"][other@1 a="b"] text')),
    ("ietf-nothing", message(b"<15>1 - - - - - -")),
    ("ietf-bad-time", message(b"<15>1 2003-13-45Thello host app 1 id - text")),
    ("control-bytes", message(b"<13>Oct 11 22:14:15 host app: \x1b[31mred\x07")),
    ("not-syslog", message(b"hello")),
    ("priority-too-large", message(b"<192>hello")),
    ("priority-without-end", message(b"<1234>hello")),
    ("truncated", 1, *cut(message(b"<34>Oct 11 22:14:15 mymachine su: failed"), 60)),
]
