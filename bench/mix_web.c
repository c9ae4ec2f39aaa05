/* bench/mix_web.c -- what is said over TCP in the mix: HTTP, TLS, SMTP. */
#include <stdarg.h>
#include <stdio.h>

#include "bench/mix_internal.h"

void buf_printf(struct mix_buf *b, const char *fmt, ...)
{
	char *const at = (char *)b->p + b->len;
	const size_t room = b->size - b->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(at, room, fmt, ap);
	va_end(ap);
	assert(n >= 0 && (size_t)n < room);
	b->len += (size_t)n;
}

/* ---- HTTP/1.1: requests and answers in turn on one connection ---- */

static const char *const http_agents[] = {
	"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
	("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
	 "Chrome/126.0.0.0 Safari/537.36"),
	"curl/7.88.1",
	"stock-agent/2.11 (updates)",
};

static const char *const http_paths[] = {
	"/",
	"/index.html",
	"/assets/main.css?v=20261108",
	"/assets/app.3f9c1e.js",
	"/api/v2/orders?state=open&limit=50&cursor=eyJpZCI6NDcxMX0",
	"/api/v2/devices/0a3c9d7e/telemetry",
	"/img/catalogue/0471/large/front.bin",
	"/pool/main/updates/stable/Packages.xz",
};

static void http_request(struct mix *m, struct mix_flow *w)
{
	struct mix_buf b = tcp_say(w, 0);
	const bool post = mix_chance(m, 12);
	const unsigned agent = mix_below(m, ARRAY_SIZE(http_agents));
	char json[160];
	int n;

	buf_printf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\n", post ? "POST" : "GET",
		   http_paths[mix_below(m, ARRAY_SIZE(http_paths))], w->host, http_agents[agent]);
	buf_puts(&b, agent < 2 ? "Accept: text/html,application/xhtml+xml,application/json;q=0.9,"
				 "*/*;q=0.8\r\nAccept-Language: en-GB,en;q=0.7,de;q=0.3\r\n"
			       : "Accept: */*\r\n");
	if (agent < 2)
		buf_printf(&b, "Referer: http://%s/\r\nCookie: session=%016llx; theme=light\r\n",
			   w->host, (unsigned long long)mix_random(m));
	if (mix_chance(m, 30))
		buf_puts(&b, "If-Modified-Since: Fri, 20 Nov 2026 08:12:31 GMT\r\n");
	if (!post) {
		buf_puts(&b, "Connection: keep-alive\r\n\r\n");
		tcp_said(w, &b, BODY_RANDOM, 0);
		return;
	}
	n = snprintf(json, sizeof(json), "{\"device\":\"%08x\",\"temperature\":%u.%u,\"open\":%s}",
		     (unsigned)mix_random(m), mix_below(m, 40), mix_below(m, 10),
		     mix_chance(m, 50) ? "true" : "false");
	buf_printf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", n, json);
	tcp_said(w, &b, BODY_RANDOM, 0);
}

static void http_answer(struct mix *m, struct mix_flow *w)
{
	static const char *const types[] = { "text/html; charset=utf-8", "text/css",
					     "text/javascript" };
	struct mix_buf b = tcp_say(w, 1);
	const unsigned what = mix_below(m, 100);
	const bool text = what < 55;
	uint32_t body;

	if (what >= 85) {
		buf_printf(&b,
			   "HTTP/1.1 304 Not Modified\r\nDate: Sat, 21 Nov 2026 09:%02u:%02u "
			   "GMT\r\nETag: \"%08x\"\r\nServer: nginx\r\n\r\n",
			   mix_below(m, 60), mix_below(m, 60), (unsigned)mix_random(m));
		tcp_said(w, &b, BODY_RANDOM, 0);
		return;
	}
	body = mix_tail(m, 200, text ? 9000 : 40000);
	buf_printf(&b,
		   "HTTP/1.1 %s\r\nDate: Sat, 21 Nov 2026 09:%02u:%02u GMT\r\nServer: nginx\r\n"
		   "Content-Type: %s\r\nContent-Length: %u\r\nETag: \"%08x-%x\"\r\n"
		   "Cache-Control: max-age=%u, public\r\nVary: Accept-Encoding\r\n"
		   "X-Request-Id: %016llx\r\nConnection: keep-alive\r\n\r\n",
		   what < 5 ? "404 Not Found" : "200 OK", mix_below(m, 60), mix_below(m, 60),
		   text ? types[what % ARRAY_SIZE(types)] : "application/octet-stream", body,
		   (unsigned)mix_random(m), body, 60 * mix_below(m, 1440),
		   (unsigned long long)mix_random(m));
	tcp_said(w, &b, text ? BODY_TEXT : BODY_RANDOM, body);
}

bool http_message(struct mix *m, struct mix_flow *w)
{
	if (!w->step)
		w->steps = 2 * mix_tail(m, 1, 12);
	if (w->step == w->steps)
		return false;
	if (w->step++ % 2 == 0)
		http_request(m, w);
	else
		http_answer(m, w);
	return true;
}

/* ---- TLS 1.3: the hellos in clear, all else in records that nobody can read ---- */

static void tls_extension_host(struct mix_buf *b, const char *host)
{
	size_t ext, list, name;

	buf_be16(b, 0); /* server_name */
	ext = buf_open16(b);
	list = buf_open16(b);
	buf_u8(b, 0);
	name = buf_open16(b);
	buf_puts(b, host);
	buf_close16(b, name);
	buf_close16(b, list);
	buf_close16(b, ext);
}

static void tls_extensions(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	/*
	 * In this order: extended master secret, renegotiation, groups, point formats, session
	 * ticket, application protocols, status request, signatures, key exchange modes, versions,
	 * key share (X25519; the key follows).
	 */
	static const uint8_t fixed[] = {
		0x00, 0x17, 0,    0,    0xff, 0x01, 0,    1,    0,    0x00, 0x0a, 0,   8,    0,
		6,    0,    0x1d, 0,    0x17, 0,    0x18, 0x00, 0x0b, 0,    2,    1,   0,    0x00,
		0x23, 0,    0,    0x00, 0x10, 0,    14,   0,    12,   2,    'h',  '2', 8,    'h',
		't',  't',  'p',  '/',  '1',  '.',  '1',  0x00, 0x05, 0,    5,    1,   0,    0,
		0,    0,    0x00, 0x0d, 0,    10,   0,    8,    4,    3,    8,    4,   4,    1,
		5,    3,    0x00, 0x2d, 0,    2,    1,    1,    0x00, 0x2b, 0,    5,   4,    3,
		4,    3,    3,    0x00, 0x33, 0,    0x26, 0,    0x24, 0,    0x1d, 0,   0x20,
	};
	const size_t all = buf_open16(b);

	tls_extension_host(b, w->host);
	buf_bytes(b, fixed, sizeof(fixed));
	buf_random(b, m, 32);
	/* Padding to 517 bytes, as browsers have it. */
	if (b->len < 513) {
		const size_t pad = 513 - b->len;

		buf_be16(b, 21);
		buf_be16(b, (unsigned)pad);
		buf_zeros(b, pad);
	}
	buf_close16(b, all);
}

/* The lengths of record and message stand at 3 and 6. */
static void tls_hello_end(struct mix_buf *b)
{
	store_be16(b->p + 3, (uint16_t)(b->len - 5));
	b->p[6] = 0;
	store_be16(b->p + 7, (uint16_t)(b->len - 9));
}

static void tls_client_hello(struct mix *m, struct mix_flow *w)
{
	static const uint8_t suites[] = { 0,    18,   0x13, 0x01, 0x13, 0x03, 0x13, 0x02,
					  0xc0, 0x2b, 0xc0, 0x2f, 0xcc, 0xa9, 0xcc, 0xa8,
					  0xc0, 0x2c, 0xc0, 0x30, 1,    0 };
	static const uint8_t start[] = { 22, 3, 1, 0, 0, 1, 0, 0, 0, 3, 3 };
	struct mix_buf b = tcp_say(w, 0);

	buf_bytes(&b, start, sizeof(start));
	buf_random(&b, m, 32);
	buf_u8(&b, 32);
	buf_random(&b, m, 32);
	buf_bytes(&b, suites, sizeof(suites));
	tls_extensions(m, w, &b);
	tls_hello_end(&b);
	tcp_said(w, &b, BODY_TLS, 0);
}

/* Behind it come the change of cipher and the encrypted rest: extensions, certificate, finished. */
static void tls_server_hello(struct mix *m, struct mix_flow *w)
{
	static const uint8_t start[] = { 22, 3, 3, 0, 0, 2, 0, 0, 0, 3, 3 };
	static const uint8_t end[] = { 0x13, 0x01, 0,  0, 46, 0, 43, 0, 2, 3,
				       4,    0,    51, 0, 36, 0, 29, 0, 32 };
	static const uint8_t change[] = { 20, 3, 3, 0, 1, 1 };
	struct mix_buf b = tcp_say(w, 1);

	buf_bytes(&b, start, sizeof(start));
	buf_random(&b, m, 32);
	buf_u8(&b, 32);
	buf_random(&b, m, 32);
	buf_bytes(&b, end, sizeof(end));
	buf_random(&b, m, 32);
	tls_hello_end(&b);
	buf_bytes(&b, change, sizeof(change));
	w->record_max = 16384;
	tcp_said(w, &b, BODY_TLS, 2200 + mix_below(m, 2200));
	w->record_max = mix_chance(m, 50) ? 1360 : 8192;
}

static void tls_data(struct mix_flow *w, unsigned from, uint32_t bytes, bool change)
{
	static const uint8_t record[] = { 20, 3, 3, 0, 1, 1 };
	struct mix_buf b = tcp_say(w, from);

	if (change)
		buf_bytes(&b, record, sizeof(record));
	tcp_said(w, &b, BODY_TLS, bytes);
}

bool tls_message(struct mix *m, struct mix_flow *w)
{
	const unsigned step = w->step++;

	switch (step) {
	case 0:
		w->steps = 5 + 2 * mix_tail(m, 1, 16);
		tls_client_hello(m, w);
		return true;
	case 1:
		tls_server_hello(m, w);
		return true;
	case 2:
		tls_data(w, 0, 53, true);
		return true;
	case 3:
		tls_data(w, 1, 2 * (200 + mix_below(m, 60)), false);
		return true;
	}
	if (step == w->steps)
		return false;
	if (step % 2 == 0)
		tls_data(w, 0, mix_tail(m, 40, 1400), false);
	else
		tls_data(w, 1, mix_tail(m, 60, 30000), false);
	return true;
}

/* ---- SMTP: a mail goes out ---- */

static void smtp_mail(struct mix *m, struct mix_buf *b, const char *host)
{
	buf_printf(
		b,
		"From: Stock <stock@%s>\r\nTo: Purchase <purchase@example.net>\r\n"
		"Subject: Order %u is on its way\r\nDate: Sat, 21 Nov 2026 09:%02u:%02u +0000\r\n"
		"Message-ID: <%016llx@%s>\r\nMIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n\r\n",
		host, mix_below(m, 100000), mix_below(m, 60), mix_below(m, 60),
		(unsigned long long)mix_random(m), host);
	for (unsigned i = 2 + mix_below(m, 10); i; i--)
		buf_printf(b, "Item %u: %u pieces, from shelf %u, checked and packed.\r\n", i,
			   1 + mix_below(m, 500), mix_below(m, 90));
	buf_puts(b, ".\r\n");
}

bool smtp_message(struct mix *m, struct mix_flow *w)
{
	static const char *const lines[] = {
		"220 mx.example.net ESMTP\r\n",
		"EHLO out.example.org\r\n",
		("250-mx.example.net\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250 "
		 "SMTPUTF8\r\n"),
		"MAIL FROM:<stock@example.org> BODY=8BITMIME\r\n",
		"250 2.1.0 Ok\r\n",
		"RCPT TO:<purchase@example.net>\r\n",
		"250 2.1.5 Ok\r\n",
		"DATA\r\n",
		"354 End data with <CR><LF>.<CR><LF>\r\n",
		NULL, /* the mail */
		"250 2.0.0 Ok: queued\r\n",
		"QUIT\r\n",
		"221 2.0.0 Bye\r\n",
	};
	const unsigned step = w->step++;
	struct mix_buf b;

	if (step == ARRAY_SIZE(lines))
		return false;
	b = tcp_say(w, step % 2 == 0);
	if (lines[step])
		buf_puts(&b, lines[step]);
	else
		smtp_mail(m, &b, w->host);
	tcp_said(w, &b, BODY_RANDOM, 0);
	return true;
}
