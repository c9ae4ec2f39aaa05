"""XMPP: RFC 6120."""
from packets import IP_A, IP_B, tcp4


def client(text, port=5222):
    return tcp4(50000, port, text.encode())


def server(text, port=5222):
    return tcp4(port, 50000, text.encode(), src=IP_B, dst=IP_A)


STREAM = ("<?xml version='1.0'?><stream:stream to='example.com' from=\"a@example.com\" id='s1' "
          "version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>")

CLIENT_HELLO = (b"\x16\3\1\0\x2d\1\0\0\x29\3\3" + b"\x41" * 32
                + b"\0\0\2\x13\1\1\0")

FRAMES = [
    ("stream", client(STREAM)),
    ("features", server("<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>"
                        "<required/></starttls><mechanisms "
                        "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1"
                        "</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>")),
    ("starttls", client("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")),
    ("proceed", server("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")),
    ("tls_after_proceed", tcp4(50000, 5222, CLIENT_HELLO)),
    ("auth", client("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
                    "AGEAc2VjcmV0</auth>")),
    ("success", server("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")),
    ("failure", server("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/>"
                       "</failure>")),
    ("iq", client("<iq type='get' id='q1' to='example.com'>"
                  "<query xmlns='jabber:iq:roster'/></iq>")),
    ("message_and_presence", client("<message type='chat' from='a@example.com' to='b@example.org' "
                                    "id='m1'><body>private words</body></message>"
                                    "<presence><show>away</show></presence>")),
    ("end_of_stream", client("</stream:stream>")),
    ("keepalive", client(" ")),
    ("server_to_server", client(STREAM.replace("jabber:client", "jabber:server"), 5269)),
    ("need_more", client("<presence/><message to='b@exam")),
    ("middle_of_a_message", client("words of a body</body></message>")),
    ("truncated", 1, client(STREAM)[:100], 54 + len(STREAM)),
    ("odd_xml", client("<a/><//><iq/ ><iq type=get><message type='><!-- <b> --><c d='e")),
    ("not_xmpp", client("GET / HTTP/1.1\r\n\r\n")),
]
