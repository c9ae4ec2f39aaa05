"""SIP over UDP and TCP, and the SDP in it."""
import itertools

from packets import *

SDP = b"\r\n".join([
    b"v=0", b"o=alice 2890844526 2890844527 IN IP4 192.0.2.1", b"s=A call", b"i=Information",
    b"c=IN IP4 192.0.2.1", b"b=AS:64", b"t=0 0", b"a=sendrecv",
    b"m=audio 49170 RTP/AVP 0 8 101", b"a=rtpmap:0 PCMU/8000", b"a=rtpmap:101 telephone-event/8000",
    b"a=fmtp:101 0-16", b"m=video 51372 RTP/AVP 31", b"c=IN IP4 233.252.0.1/127", b"a=rtpmap:31 H261/90000",
    b"a=recvonly", b""])


def message(first, *lines, body=b""):
    return "\r\n".join((first,) + lines).encode() + b"\r\n\r\n" + body


VIA = "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776asdhds;rport"
DIALOG = ('From: "Alice" <sip:alice@atlanta.example.com>;tag=1928301774',
          "To: Bob <sip:bob@biloxi.example.com:5080;transport=udp>",
          "Call-ID: a84b4c76e66710@192.0.2.1")
INVITE = message("INVITE sip:bob@biloxi.example.com SIP/2.0", VIA, "Max-Forwards: 70", *DIALOG,
                 "CSeq: 314159 INVITE", "Contact: <sip:alice@192.0.2.1:5060>", "User-Agent: golden/1",
                 "Allow: INVITE, ACK, BYE", "Supported: replaces", "Content-Type: application/sdp",
                 "Content-Length: %d" % len(SDP), body=SDP)
RINGING = message("SIP/2.0 180 Ringing", VIA.replace("rport", "rport=5060;received=192.0.2.9"),
                  "Via: SIP/2.0/TCP proxy.example.com;branch=z9hG4bK2", DIALOG[0],
                  DIALOG[1] + ";tag=a6c85cf", DIALOG[2], "CSeq: 314159 INVITE", "Server: golden",
                  "Content-Length: 0")
BYE = message("BYE sip:alice@192.0.2.1:5060;lr SIP/2.0", VIA, "From: <sip:bob@biloxi.example.com>;tag=1",
              "To: sip:alice@atlanta.example.com;tag=2", DIALOG[2], "CSeq: 231 BYE",
              "Reason: Q.850;cause=16", "Content-Length: 0")
COMPACT = message("MESSAGE sip:bob@biloxi.example.com SIP/2.0", "v: SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bK3",
                  "f: <sip:alice@atlanta.example.com>;tag=3", "t: <sips:bob@biloxi.example.com>",
                  "i: 77@example.com", "CSeq: 1 MESSAGE", "m: *", "c: text/plain", "s: Hi", "k: 100rel",
                  "l: 5", body=b"hello")
REGISTER = message("REGISTER sip:registrar.example.com SIP/2.0", VIA, *DIALOG, "CSeq: 2 REGISTER",
                   "Contact: <sip:alice@192.0.2.1>;expires=60", "Expires: 7200",
                   'Authorization: Digest username="alice", realm="example.com", nonce="84a4cc", '
                   'uri="sip:registrar.example.com", response="7587245234b3434cc3412213e5f113a5"',
                   "Content-Length: 0")
UNAUTHORIZED = message("SIP/2.0 401 Unauthorized", VIA, *DIALOG, "CSeq: 1 REGISTER",
                       'WWW-Authenticate: Digest realm="example.com", nonce="84a4cc", algorithm=MD5',
                       "Retry-After: 5", "Content-Length: 0")
OPTIONS = message("OPTIONS sip:carol@chicago.example.com SIP/2.0", VIA, "Accept: application/sdp",
                  "Expires: 5", "X-Own: 1", "Content-Length: 0")

ports = itertools.count(5070)


def to_server(data, **keywords):
    return udp4(next(ports), 5060, data, **keywords)


def tcp_to_server(data):
    return tcp4(next(ports), 5060, data)


FRAMES = [
    ("invite", to_server(INVITE)),
    ("ringing", to_server(RINGING)),
    ("ok_sdp", to_server(message("SIP/2.0 200 OK", VIA, *DIALOG, "CSeq: 314159 INVITE",
                                 "Content-Type: application/sdp; charset=utf-8",
                                 "Content-Length: %d" % len(SDP), body=SDP))),
    ("bye", to_server(BYE)),
    ("compact", to_server(COMPACT)),
    ("register", to_server(REGISTER)),
    ("unauthorized", to_server(UNAUTHORIZED)),
    ("options", to_server(OPTIONS)),
    ("other_port", udp4(40000, 40001, OPTIONS)),
    ("answer_other_port", udp4(40000, 40001, RINGING)),
    ("tcp_two", tcp_to_server(OPTIONS + INVITE)),
    ("tcp_body_goes_on", tcp_to_server(INVITE[:-40])),
    ("tcp_header_goes_on", tcp_to_server(INVITE[:200])),
    ("tcp_other_port", tcp4(40000, 40001, BYE)),
    ("ipv6", udp6(next(ports), 5060, OPTIONS)),
    ("keep_alive", to_server(b"\r\n\r\n")),
    ("keep_alive_nat", to_server(h("00 00 00 00"))),
    ("length_lies", to_server(BYE.replace(b"Content-Length: 0", b"Content-Length: 999"))),
    ("length_too_small", to_server(INVITE.replace(b"Content-Length: %d" % len(SDP), b"Content-Length: 5"))),
    ("odd_headers", to_server(message("OPTIONS sip:x SIP/2.0", "From sip:a", "Via: nonsense",
                                      "CSeq: x", "From: \"unclosed <sip:", "To:", "Contact: <>"))),
    ("odd_sdp", to_server(message("ACK sip:x SIP/2.0", "Content-Type: application/sdp", body=b"v=0\r\n"
                                  b"o=\r\nc=IN\r\nnothing\r\nm=audio\r\nm=video x/2 y\r\na=\r\nq=1\r\na=rtpmap"))),
    ("truncated", ETHERNET, to_server(INVITE)[:300], 42 + len(INVITE)),
    ("http_is_not_sip", tcp_to_server(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")),
]
