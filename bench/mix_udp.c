/* bench/mix_udp.c -- questions and answers over UDP in the mix: DNS, NTP, SNMP, syslog, DHCP. */
#include "bench/mix_internal.h"

/* ---- DNS ---- */

enum {
	DNS_A = 1,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_OPT = 41
};

static void dns_name(struct mix_buf *b, const char *name)
{
	while (*name) {
		const size_t n = strcspn(name, ".");

		buf_u8(b, (uint8_t)n);
		buf_bytes(b, name, n);
		name += n + (name[n] == '.');
	}
	buf_u8(b, 0);
}

/* A record whose name is a pointer to `at`, up to its length, which buf_close16() sets. */
static size_t dns_record(struct mix_buf *b, size_t at, unsigned type, uint32_t ttl)
{
	buf_be16(b, 0xc000 | (unsigned)at);
	buf_be16(b, type);
	buf_be16(b, 1);
	buf_be32(b, ttl);
	return buf_open16(b);
}

static unsigned dns_type(const struct mix_flow *w)
{
	const unsigned draw = w->number >> 16 & 0xff;

	return draw < 120 ? DNS_A : draw < 215 ? DNS_AAAA : draw < 230 ? DNS_MX : DNS_TXT;
}

static void dns_addresses(struct mix *m, struct mix_flow *w, struct mix_buf *b, unsigned nr)
{
	const unsigned type = dns_type(w);
	size_t at = 12, len;

	if (w->number & 0x01000000) { /* another name for it first */
		len = dns_record(b, 12, DNS_CNAME, 300);
		at = len;
		dns_name(b, "edge.pool.example.net");
		buf_close16(b, len);
		store_be16(b->p + 6, (uint16_t)(nr + 1));
	}
	for (unsigned i = 0; i < nr; i++) {
		len = dns_record(b, at, type, 60 + mix_below(m, 3600));
		if (type == DNS_A) {
			buf_be32(b, 0xc6120000 | mix_below(m, 0x20000));
		} else {
			buf_be32(b, 0x20010db8);
			buf_random(b, m, 12);
		}
		buf_close16(b, len);
	}
}

static void dns_answers(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	const unsigned nr = 1 + mix_below(m, 4);
	size_t len;

	store_be16(b->p + 6, (uint16_t)nr);
	switch (dns_type(w)) {
	case DNS_A:
	case DNS_AAAA:
		dns_addresses(m, w, b, nr);
		return;
	case DNS_MX:
		for (unsigned i = 0; i < nr; i++) {
			len = dns_record(b, 12, DNS_MX, 3600);
			buf_be16(b, 10 * (i + 1));
			buf_u8(b, 3);
			buf_u8(b, 'm');
			buf_u8(b, 'x');
			buf_u8(b, (uint8_t)('1' + i));
			buf_be16(b, 0xc00c);
			buf_close16(b, len);
		}
		return;
	default:
		for (unsigned i = 0; i < nr; i++) {
			static const char text[] =
				"v=spf1 ip4:198.51.100.0/24 include:mail.example -all";

			len = dns_record(b, 12, DNS_TXT, 3600);
			buf_u8(b, sizeof(text) - 1);
			buf_bytes(b, text, sizeof(text) - 1);
			buf_close16(b, len);
		}
	}
}

/* No such name: what the zone says about itself goes with it. */
static void dns_denial(struct mix_buf *b)
{
	size_t len;

	b->p[3] |= 3;
	store_be16(b->p + 8, 1);
	len = dns_record(b, 12, DNS_SOA, 900);
	dns_name(b, "ns1.example.net");
	dns_name(b, "hostmaster.example.net");
	buf_be32(b, 2026112101);
	buf_be32(b, 7200);
	buf_be32(b, 900);
	buf_be32(b, 1209600);
	buf_be32(b, 900);
	buf_close16(b, len);
}

bool dns_step(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	const bool answer = w->step++, edns = w->number & 0x02000000;

	buf_be16(b, w->number & 0xffff);
	buf_be16(b, answer ? 0x8180 : 0x0100);
	buf_be16(b, 1);
	buf_zeros(b, 4);
	buf_be16(b, edns);
	dns_name(b, w->host);
	buf_be16(b, dns_type(w));
	buf_be16(b, 1);
	if (answer && mix_chance(m, 12))
		dns_denial(b);
	else if (answer)
		dns_answers(m, w, b);
	if (edns) {
		buf_u8(b, 0);
		buf_be16(b, DNS_OPT);
		buf_be16(b, 1232);
		buf_zeros(b, 6);
	}
	mix_put_udp(w, answer, b);
	return !answer;
}

/* ---- NTP ---- */

static void ntp_time(struct mix *m, struct mix_buf *b, uint32_t before_ms)
{
	const uint64_t now = mix_now_ns(m) - before_ms * 1000000ull;

	buf_be32(b, (uint32_t)(now / 1000000000 + 2208988800u));
	buf_be32(b, (uint32_t)((now % 1000000000 << 32) / 1000000000));
}

bool ntp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	const bool answer = w->step++;

	w->side[0].port = 123;
	buf_u8(b, answer ? 0x24 : 0x23);
	buf_u8(b, answer ? 2 : 3);
	buf_u8(b, 6);
	buf_u8(b, 0xe9);
	buf_be32(b, mix_below(m, 0x1000));
	buf_be32(b, mix_below(m, 0x1000));
	buf_be32(b, 0xc6336401);
	ntp_time(m, b, 30000);
	ntp_time(m, b, answer ? 20 : 64000);
	ntp_time(m, b, answer ? 10 : 63980);
	ntp_time(m, b, 0);
	mix_put_udp(w, answer, b);
	return !answer;
}

/* ---- SNMPv2c, its BER from the end to the start ---- */

/* `len` bytes of content are there: their tag and length in front. */
static void ber_wrap(struct mix_buf *b, uint8_t tag, size_t len)
{
	uint8_t *p;

	if (len < 128) {
		p = buf_push(b, 2);
		p[1] = (uint8_t)len;
	} else {
		p = buf_push(b, 4);
		p[1] = 0x82;
		store_be16(p + 2, (uint16_t)len);
	}
	p[0] = tag;
}

static void ber_number(struct mix_buf *b, uint8_t tag, uint32_t v)
{
	size_t n = 0;

	do {
		*buf_push(b, 1) = (uint8_t)v;
		n++;
		v >>= 8;
	} while (v);
	if (*b->p & 0x80) {
		*buf_push(b, 1) = 0;
		n++;
	}
	ber_wrap(b, tag, n);
}

bool snmp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	static const uint8_t name[] = { 0x2b, 6, 1, 2, 1, 2, 2, 1, 10 }; /* ifInOctets */
	const bool answer = w->step++;
	const size_t nr = 1 + w->number % 6;

	for (size_t i = 0; i < nr; i++) {
		const size_t end = b->len;

		if (answer)
			ber_number(b, 0x41, (uint32_t)mix_random(m));
		else
			ber_wrap(b, 5, 0);
		*buf_push(b, 1) = (uint8_t)(nr - i);
		memcpy(buf_push(b, sizeof(name)), name, sizeof(name));
		ber_wrap(b, 6, sizeof(name) + 1);
		ber_wrap(b, 0x30, b->len - end);
	}
	ber_wrap(b, 0x30, b->len);
	ber_number(b, 2, 0);
	ber_number(b, 2, 0);
	ber_number(b, 2, w->number & 0x7fffffff);
	ber_wrap(b, answer ? 0xa2 : 0xa0, b->len);
	memcpy(buf_push(b, 6), "public", 6);
	ber_wrap(b, 4, 6);
	ber_number(b, 2, 1);
	ber_wrap(b, 0x30, b->len);
	mix_put_udp(w, answer, b);
	return !answer;
}

/* ---- syslog, RFC 5424 ---- */

bool syslog_step(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	const uint64_t ms = mix_now_ns(m) / 1000000;

	buf_printf(b, "<%u>1 2026-11-21T09:%02u:%02u.%03uZ %s ", 8 * 16 + 4 + mix_below(m, 3),
		   (unsigned)(ms / 60000 % 60), (unsigned)(ms / 1000 % 60), (unsigned)(ms % 1000),
		   w->host);
	switch (mix_below(m, 4)) {
	case 0:
		buf_printf(b,
			   "sshd %u - - Accepted publickey for deploy from 10.4.0.9 port %u ssh2",
			   mix_below(m, 32768), 32768 + mix_below(m, 28000));
		break;
	case 1:
		buf_printf(b, "kernel - - - eth%u: link up, 10000 Mbit/s, full duplex",
			   mix_below(m, 8));
		break;
	case 2:
		buf_printf(b, "web %u - - 10.9.1.%u GET /api/v2/orders 200 %u", mix_below(m, 32768),
			   mix_below(m, 256), mix_below(m, 90000));
		break;
	default:
		buf_printf(b, "dhcpd %u - - lease of 10.20.0.%u renewed for 3600 s",
			   mix_below(m, 32768), mix_below(m, 256));
	}
	mix_put_udp(w, 0, b);
	return ++w->step < 20;
}

/* ---- DHCP: discover, offer, request, acknowledge ---- */

enum { DHCP_MIN = 300 };

static void dhcp_options(struct mix_flow *w, bool server, struct mix_buf *b)
{
	static const uint8_t types[] = { 1, 2, 3, 5 };
	static const uint8_t asked[] = { 1, 3, 6, 15, 26, 28, 42, 51, 58, 59 };
	static const uint8_t answer[] = { 54, 4, 10,  20,  0, 1, 51, 4,  0,  0,  14, 16,
					  1,  4, 255, 255, 0, 0, 3,  4,  10, 20, 0,  1,
					  6,  8, 10,  20,  0, 2, 10, 20, 0,  3 };

	buf_be32(b, 0x63825363);
	buf_be16(b, 53 << 8 | 1);
	buf_u8(b, types[w->step]);
	if (server) {
		buf_bytes(b, answer, sizeof(answer));
		buf_be16(b, 15 << 8 | 11);
		buf_puts(b, "example.net");
	} else {
		buf_be16(b, 61 << 8 | 7);
		buf_u8(b, 1);
		buf_bytes(b, w->side[0].mac, 6);
		if (w->step) {
			buf_be16(b, 50 << 8 | 4);
			buf_be32(b, 0x0a140000 | (w->number & 0x3fff));
			buf_be16(b, 54 << 8 | 4);
			buf_be32(b, 0x0a140001);
		}
		buf_be16(b, 12 << 8 | 8);
		buf_printf(b, "desk%04x", w->number & 0xffff);
		buf_be16(b, 55 << 8 | sizeof(asked));
		buf_bytes(b, asked, sizeof(asked));
	}
	buf_u8(b, 255);
}

bool dhcp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	static const uint8_t nobody[6], everybody[6] = { 255, 255, 255, 255, 255, 255 };
	const bool server = w->step & 1;
	const struct mix_flow saved = { .side = { w->side[0], w->side[1] } };

	buf_be32(b, server ? 0x02010600 : 0x01010600);
	buf_be32(b, w->number);
	buf_be16(b, 0);
	buf_be16(b, 0x8000);
	buf_zeros(b, 4);
	buf_be32(b, server ? 0x0a140000 | (w->number & 0x3fff) : 0);
	buf_zeros(b, 8);
	buf_bytes(b, w->side[0].mac, 6);
	buf_zeros(b, 10 + 192);
	dhcp_options(w, server, b);
	if (b->len < DHCP_MIN)
		buf_zeros(b, DHCP_MIN - b->len);
	w->side[0].port = 68;
	memcpy(w->side[!server].mac, everybody, 6);
	memcpy(w->side[!server].addr, everybody, 4);
	if (server)
		store_be32(w->side[1].addr, 0x0a140001);
	else
		memcpy(w->side[0].addr, nobody, 4);
	mix_put_udp(w, server, b);
	for (size_t i = 0; i < 2; i++) {
		memcpy(w->side[i].mac, saved.side[i].mac, 6);
		memcpy(w->side[i].addr, saved.side[i].addr, 16);
	}
	return w->step++ < 3;
}
