/* bench/mix_media.c -- conversations of the mix that last: QUIC, calls, SCTP associations. */
#include "bench/mix_internal.h"
#include "dissect/checksum.h"

/* ---- QUIC: long headers with a true start, then short ones; what is behind cannot be read ---- */

enum { QUIC_DATAGRAM = 1200, QUIC_FULL = 1350 };

void quic_begin(struct mix *m, struct mix_flow *w)
{
	w->steps = 6 + mix_tail(m, 10, 400);
	mix_fill(m, w->side[0].id, sizeof(w->side[0].id));
	mix_fill(m, w->side[1].id, sizeof(w->side[1].id));
}

/* One packet with a long header, `len` bytes in all. Initial packets have a token, of no bytes. */
static void quic_long(struct mix *m, struct mix_flow *w, unsigned from, unsigned type, size_t len,
		      struct mix_buf *b)
{
	const size_t start = b->len;

	buf_u8(b, (uint8_t)(0xc0 | type << 4 | mix_below(m, 16)));
	buf_be32(b, 1);
	buf_u8(b, 8);
	buf_bytes(b, w->side[!from].id, 8);
	buf_u8(b, 8);
	buf_bytes(b, w->side[from].id, 8);
	if (!type)
		buf_u8(b, 0);
	len -= b->len - start + 2;
	buf_be16(b, 0x4000 | (unsigned)len);
	buf_random(b, m, len);
}

static void quic_short(struct mix *m, struct mix_flow *w, unsigned from, size_t len,
		       struct mix_buf *b)
{
	buf_u8(b, (uint8_t)(0x40 | mix_below(m, 64)));
	buf_bytes(b, w->side[!from].id, 8);
	buf_random(b, m, len - 9);
}

bool quic_step(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	unsigned from;

	switch (w->step++) {
	case 0:
		quic_long(m, w, 0, 0, QUIC_DATAGRAM, b);
		from = 0;
		break;
	case 1:
		quic_long(m, w, 1, 0, 160, b);
		quic_long(m, w, 1, 2, QUIC_DATAGRAM - 160, b);
		from = 1;
		break;
	case 2:
		quic_long(m, w, 1, 2, 900, b);
		from = 1;
		break;
	case 3:
		quic_long(m, w, 0, 2, 90, b);
		from = 0;
		break;
	default:
		from = mix_chance(m, 62);
		if (from)
			quic_short(m, w, 1,
				   mix_chance(m, 60) ? QUIC_FULL - mix_overhead(w)
						     : 40 + mix_below(m, 1000),
				   b);
		else
			quic_short(m, w, 0,
				   mix_chance(m, 75) ? 31 + mix_below(m, 12)
						     : 60 + mix_below(m, 500),
				   b);
	}
	mix_put_udp(w, from, b);
	return w->step < w->steps;
}

/* ---- a call: SIP sets it up and ends it, RTP in between ---- */

enum { CALL_SETUP = 5, RTP_SAMPLES = 160, RTP_PORTS = 16384 };

void call_begin(struct mix *m, struct mix_flow *w)
{
	w->steps = CALL_SETUP + 2 * (20 + mix_below(m, 400)) + 2;
	for (size_t i = 0; i < 2; i++) {
		w->side[i].tag = (uint32_t)mix_random(m);
		w->side[i].ts_base = (uint32_t)mix_random(m);
		w->side[i].seq = mix_below(m, 60000);
		w->side[i].ts_last = RTP_PORTS + 2 * mix_below(m, 8192);
	}
}

static void put_address(const struct mix_flow *w, unsigned side, struct mix_buf *b)
{
	const uint8_t *a = w->side[side].addr;

	if (!w->ip6) {
		buf_printf(b, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
		return;
	}
	for (size_t i = 0; i < 16; i += 2)
		buf_printf(b, "%s%x", i ? ":" : "", load_be16(a + i));
}

static void sip_session(const struct mix_flow *w, unsigned from, struct mix_buf *b)
{
	const char *const family = w->ip6 ? "IP6" : "IP4";

	buf_printf(b, "v=0\r\no=phone %u 1 IN %s ", w->side[from].tag, family);
	put_address(w, from, b);
	buf_printf(b, "\r\ns=call\r\nc=IN %s ", family);
	put_address(w, from, b);
	buf_printf(b,
		   "\r\nt=0 0\r\nm=audio %u RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
		   "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n"
		   "a=sendrecv\r\n",
		   w->side[from].ts_last);
}

static void sip_message(struct mix *m, const struct mix_flow *w, const char *start,
			const char *method, unsigned number, bool session, struct mix_buf *b)
{
	const bool request = !strstr(start, "SIP/2.0 ");
	uint8_t memory[512];
	struct mix_buf body = { .p = memory, .size = sizeof(memory) };

	buf_puts(b, start);
	if (request)
		buf_printf(b, " sip:200@%s SIP/2.0", w->host);
	buf_puts(b, "\r\nVia: SIP/2.0/UDP ");
	if (w->ip6)
		buf_u8(b, '[');
	put_address(w, 0, b);
	if (w->ip6)
		buf_u8(b, ']');
	buf_printf(b,
		   ":5060;branch=z9hG4bK%08x\r\nMax-Forwards: 70\r\n"
		   "From: \"Desk\" <sip:100@%s>;tag=%08x\r\nTo: <sip:200@%s>%s",
		   w->number + number, w->host, w->side[0].tag, w->host, "");
	if (!request || number > 1)
		buf_printf(b, ";tag=%08x", w->side[1].tag);
	buf_printf(b,
		   "\r\nCall-ID: %08x%08x@%s\r\nCSeq: %u %s\r\nContact: <sip:100@%s:5060>\r\n"
		   "User-Agent: desk-phone/3.1\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\n",
		   w->number, w->side[0].tag, w->host, number, method, w->host);
	if (session) {
		sip_session(w, !request, &body);
		buf_puts(b, "Content-Type: application/sdp\r\n");
	}
	buf_printf(b, "Content-Length: %zu\r\n\r\n", body.len);
	buf_bytes(b, body.p, body.len);
}

static void call_media(struct mix *m, struct mix_flow *w, unsigned from, struct mix_buf *b)
{
	const unsigned nr = (w->step - CALL_SETUP) / 2;
	struct mix_side *s = &w->side[from];
	const uint16_t ports[2] = { w->side[0].port, w->side[1].port };

	buf_u8(b, 0x80);
	buf_u8(b, nr ? 0 : 0x80); /* PCMU; the first one is marked */
	buf_be16(b, s->seq + nr);
	buf_be32(b, s->ts_base + RTP_SAMPLES * nr);
	buf_be32(b, s->tag);
	buf_random(b, m, RTP_SAMPLES);
	for (size_t i = 0; i < 2; i++)
		w->side[i].port = (uint16_t)w->side[i].ts_last;
	mix_put_udp(w, from, b);
	for (size_t i = 0; i < 2; i++)
		w->side[i].port = ports[i];
}

bool call_step(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	static const struct {
		const char *start, *method;
		unsigned number, from;
		bool session;
	} messages[] = {
		{ "INVITE", "INVITE", 1, 0, true },
		{ "SIP/2.0 100 Trying", "INVITE", 1, 1, false },
		{ "SIP/2.0 180 Ringing", "INVITE", 1, 1, false },
		{ "SIP/2.0 200 OK", "INVITE", 1, 1, true },
		{ "ACK", "ACK", 1, 0, false },
		{ "BYE", "BYE", 2, 0, false },
		{ "SIP/2.0 200 OK", "BYE", 2, 1, false },
	};
	size_t i = w->step;

	if (w->step >= CALL_SETUP && w->step < w->steps - 2) {
		call_media(m, w, w->step & 1, b);
		w->step++;
		return true;
	}
	if (w->step >= CALL_SETUP)
		i = CALL_SETUP + (w->step - (w->steps - 2));
	w->side[0].port = w->side[1].port = 5060;
	sip_message(m, w, messages[i].start, messages[i].method, messages[i].number,
		    messages[i].session, b);
	mix_put_udp(w, messages[i].from, b);
	return ++w->step < w->steps;
}

/* ---- SCTP: an association with data and acknowledgments ---- */

enum { SCTP_OPENING = 4, SCTP_ENDING = 3, SCTP_RWND = 131072, SCTP_COOKIE = 64 };

void sctp_begin(struct mix *m, struct mix_flow *w)
{
	w->steps = SCTP_OPENING + 3 * (2 + mix_below(m, 40)) + SCTP_ENDING;
	for (size_t i = 0; i < 2; i++) {
		w->side[i].tag = (uint32_t)mix_random(m) | 1;
		w->side[i].seq = (uint32_t)mix_random(m);
		w->side[i].ts_last = 0; /* the stream's sequence number */
	}
}

static void sctp_init(struct mix *m, const struct mix_side *s, bool answer, struct mix_buf *b)
{
	buf_be16(b, answer ? 0x0200 : 0x0100);
	buf_be16(b, answer ? 20 + 4 + SCTP_COOKIE : 20);
	buf_be32(b, s->tag);
	buf_be32(b, SCTP_RWND);
	buf_be16(b, 10);
	buf_be16(b, 10);
	buf_be32(b, s->seq);
	if (answer) {
		buf_be16(b, 7);
		buf_be16(b, 4 + SCTP_COOKIE);
		buf_random(b, m, SCTP_COOKIE);
	}
}

static void sctp_data(struct mix *m, struct mix_side *s, struct mix_buf *b)
{
	const uint32_t len = mix_tail(m, 20, 1200);

	buf_be16(b, 0x0003);
	buf_be16(b, 16 + len);
	buf_be32(b, s->seq++);
	buf_be16(b, 0);
	buf_be16(b, s->ts_last++);
	buf_be32(b, 0);
	buf_be32(b, 0x5254a000); /* nothing that one could take for a known protocol */
	buf_random(b, m, len - 4);
	buf_zeros(b, -len & 3);
}

static void sctp_plain(struct mix_buf *b, unsigned type, const uint32_t *word)
{
	buf_be16(b, type << 8);
	buf_be16(b, word ? 8 : 4);
	if (word)
		buf_be32(b, *word);
}

static void sctp_sack(uint32_t tsn, struct mix_buf *b)
{
	buf_be16(b, 0x0300);
	buf_be16(b, 16);
	buf_be32(b, tsn);
	buf_be32(b, SCTP_RWND);
	buf_be32(b, 0);
}

static unsigned sctp_opening(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	switch (w->step) {
	case 0:
		sctp_init(m, &w->side[0], false, b);
		return 0;
	case 1:
		sctp_init(m, &w->side[1], true, b);
		return 1;
	case 2:
		buf_be16(b, 0x0a00);
		buf_be16(b, 4 + SCTP_COOKIE);
		buf_random(b, m, SCTP_COOKIE);
		return 0;
	default:
		sctp_plain(b, 11, NULL);
		return 1;
	}
}

static unsigned sctp_ending(struct mix_flow *w, unsigned at, struct mix_buf *b)
{
	const uint32_t seen = w->side[1].seq - 1;

	sctp_plain(b, at == 0 ? 7 : at == 1 ? 8 : 14, at ? NULL : &seen);
	return at & 1;
}

bool sctp_step(struct mix *m, struct mix_flow *w, struct mix_buf *b)
{
	const unsigned end = w->steps - SCTP_ENDING, at = w->step - SCTP_OPENING;
	unsigned from = at / 3 & 1;
	uint8_t *p;

	if (w->step < SCTP_OPENING) {
		from = sctp_opening(m, w, b);
	} else if (w->step >= end) {
		from = sctp_ending(w, w->step - end, b);
	} else if (at % 3 < 2) {
		sctp_data(m, &w->side[from], b);
	} else {
		sctp_sack(w->side[from].seq - 1, b);
		from = !from;
	}
	p = buf_push(b, 12);
	store_be16(p, w->side[from].port);
	store_be16(p + 2, w->side[!from].port);
	store_be32(p + 4, w->step ? w->side[!from].tag : 0);
	store_be32(p + 8, 0);
	store_le32(p + 8, checksum_crc32c(p, b->len, 0));
	mix_put_ip(w, from, IP_SCTP, b);
	return ++w->step < w->steps;
}
