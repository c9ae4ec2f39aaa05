"""HTTP/1.x over TCP."""
import gzip
import itertools

from packets import *


def request(*lines, body=b""):
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


GET = request("GET /index.html HTTP/1.1", "Host: www.example.com", "User-Agent: golden/1.0",
              "Accept: text/html, */*;q=0.1", "Accept-Language: en", "Accept-Encoding: gzip",
              "Connection: keep-alive", "Referer: http://www.example.com/")
QUERY = request("GET /a/b;c=1/search?q=two+words&lang=en%20gb&empty HTTP/1.1", "host: example.com:8080",
                "Cookie: id=7; theme=dark;last=1", "X-Forwarded-For: 192.0.2.7, 198.51.100.1",
                "DNT: 1", "Cache-Control: no-cache")
FORM = b"user=J%C3%B6rg+B&text=a%26b%3D1&empty=&flag"
POST = request("POST /form HTTP/1.1", "Host: www.example.com",
               "Content-Type: application/x-www-form-urlencoded", "Content-Length: %d" % len(FORM),
               body=FORM)
BASIC = request("PROPFIND /dav/ HTTP/1.1", "Host: dav.example.com", "Depth: 1",
                "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Content-Length: 0")
BODY = gzip.compress(b"<html></html>\n", mtime=0)
OK = request("HTTP/1.1 200 OK", "Date: Tue, 09 Feb 2010 02:30:26 GMT", "Server: golden",
             "Last-Modified: Tue, 09 Feb 2010 02:30:26 GMT", "Content-Type: text/html; charset=UTF-8",
             "Content-Encoding: gzip", "Content-Length: %d" % len(BODY),
             "Set-Cookie: id=7; path=/", "Set-Cookie: theme=dark", "X-Powered-By: chalk", body=BODY)
FOUND = request("HTTP/1.1 302 Found", "Location: https://www.example.com/new?a=b", "Content-Length: 0")
CHUNKED = request("HTTP/1.1 200 OK", "Content-Type: text/plain", "Transfer-Encoding: chunked",
                  body=b"5\r\nhello\r\n7;ext=1\r\n, world\r\n0\r\nX-Trailer: 1\r\n\r\n")
UPGRADE = request("GET /chat HTTP/1.1", "Host: ws.example.com", "Upgrade: websocket",
                  "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                  "Sec-WebSocket-Protocol: chat, superchat", "Sec-WebSocket-Version: 13")
SWITCHING = request("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                    body=h("81 05 48 65 6c 6c 6f"))
UNTIL_CLOSE = request("HTTP/1.0 200 OK", "Content-Type: text/plain", body=b"until the end")
LONG = request("HTTP/1.1 200 OK", "Content-Type: image/png", "Content-Length: 4633", body=b"\x89PNG")


clients = itertools.count(49152)  # a port each: no frame continues another one's connection


def to_server(data, port=80, **keywords):
    return tcp4(next(clients), port, data, **keywords)


def to_client(data, port=80, **keywords):
    return tcp4(port, next(clients), data, src=IP_B, dst=IP_A, **keywords)


FRAMES = [
    ("get", to_server(GET)),
    ("query_cookies", to_server(QUERY, 8080)),
    ("post_form", to_server(POST)),
    ("webdav_basic", to_server(BASIC)),
    ("absolute_uri", to_server(request("GET http://www.example.com/x HTTP/1.1",
                                       "Host: www.example.com", "Proxy-Connection: close"), 3128)),
    ("connect", to_server(request("CONNECT example.com:443 HTTP/1.1", "Host: example.com:443"), 3128)),
    ("options_star", to_server(request("OPTIONS * HTTP/1.1", "Host: example.com"))),
    ("old_request", to_server(b"GET /old\r\n")),
    ("ok_gzip", to_client(OK)),
    ("found", to_client(FOUND)),
    ("not_modified", to_client(request("HTTP/1.1 304 Not Modified", 'ETag: "1"',
                                       "Content-Length: 1234"))),
    ("no_phrase", to_client(request("HTTP/1.1 404 ", "Content-Length: 0"))),
    ("unauthorized", to_client(request("HTTP/1.1 401 Unauthorized", 'WWW-Authenticate: Basic realm="x"',
                                       "Content-Length: 0"))),
    ("chunked", to_client(CHUNKED)),
    ("chunk_goes_on", to_client(request("HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked",
                                        body=b"3\r\nabc\r\n1000\r\nxyz"))),
    ("websocket_request", to_server(UPGRADE)),
    ("websocket_accepted", to_client(SWITCHING)),
    ("until_close", to_client(UNTIL_CLOSE)),
    ("until_close_fin", to_client(UNTIL_CLOSE, flags="FPA")),
    ("body_goes_on", to_client(LONG)),
    ("head_goes_on", to_server(GET[:70])),
    ("first_line_goes_on", to_server(b"GET /a/very/long")),
    ("middle_of_a_body", to_client(b"</td><td>GET /\r\n\r\n")),
    ("pipelined", to_server(GET + POST + b"\r\n" + GET[:40])),
    ("two_answers", to_client(FOUND + OK)),
    ("other_port", to_server(GET, 49999)),
    ("answer_on_other_port", to_client(FOUND, 49999)),
    ("tls_on_80", to_server(h("16030100050100000100"))),
    ("rtsp_is_not_http", to_server(request("OPTIONS rtsp://192.0.2.2/ RTSP/1.0", "CSeq: 1"), 8000)),
    ("folded_and_odd_headers", to_server(b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: one\r\n two\r\n"
                                         b"no colon here\r\n: nameless\r\nAccept : x\r\n\r\n")),
    ("control_bytes", to_server(b"GET /\x1b[2J\x07 HTTP/1.1\r\nHost: a\x1b]0;x\x07b\r\n\r\n")),
    ("bad_length", to_client(request("HTTP/1.1 200 OK", "Content-Length: -5", body=b"abc"))),
    ("two_lengths", to_client(request("HTTP/1.1 200 OK", "Content-Length: 3",
                                      "Content-Length: 99999999999999", body=b"abcdef"))),
    ("bad_chunk_size", to_client(request("HTTP/1.1 200 OK", "Transfer-Encoding: chunked",
                                         body=b"zz\r\nabc\r\n"))),
    ("bare_line_feeds", to_server(b"GET /lf HTTP/1.0\nHost: lf.example.com\n\n")),
    ("ipv6", tcp6(49152, 80, GET)),
    ("truncated_in_head", ETHERNET, to_server(GET)[:130], len(to_server(GET))),
    ("truncated_in_body", ETHERNET, to_client(OK)[:-9], len(to_client(OK))),
]
