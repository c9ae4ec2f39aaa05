/*
 * dissect/proto/dns.c -- Domain Name System, RFC 1035: messages, over UDP and behind a length over
 * TCP (RFC 7766). NOTIFY RFC 1996, UPDATE RFC 2136, transfers RFC 5936.
 */
#include "dissect/proto/dns.h"

#include "dissect/proto/all.h"

_Static_assert(DNSF_COUNT <= 256, "shapes name fields with one byte");

enum { SECTIONS = 4 };

/* Variants of the layer. */
enum {
	DNS_DATAGRAM = 1 << 0,
	DNS_STREAM = 1 << 1,
	DNS_BARE = 1 << 2, /* over TCP; its length was in the segment before */
};

size_t dns_record_skip(const uint8_t *p, size_t len, size_t off)
{
	const size_t name = dns_name_skip(p, len, off);

	off += name;
	if (!name || len - off < 10)
		return 0;
	off += 10;
	return load_be16(p + off - 2) <= len - off ? off + load_be16(p + off - 2) : 0;
}

/* What a header's counts need at least. */
static size_t least_len(const uint8_t *p)
{
	return DNS_HEADER + load_be16(p + 4) * (size_t)DNS_QUESTION_MIN +
	       (load_be16(p + 6) + load_be16(p + 8) + load_be16(p + 10)) * (size_t)DNS_RECORD_MIN;
}

enum verdict { IS_DNS, IS_BROKEN_DNS, IS_NOT_DNS };

/*
 * Walks a whole message, a few nanoseconds for each record. What neither has a question nor could
 * hold what it announces is something else on this port.
 */
static enum verdict judge(const uint8_t *p, size_t len)
{
	const unsigned opcode = len >= DNS_HEADER ? dns_opcode(p) : 3;
	enum verdict otherwise;
	unsigned questions, records, i;
	size_t off = DNS_HEADER, n;

	if (opcode == 3 || opcode > 6)
		return IS_NOT_DNS;
	questions = load_be16(p + 4);
	records = load_be16(p + 6) + load_be16(p + 8) + load_be16(p + 10);
	/* A bare header is an error's answer (RFC 2671 5.3); RFC 8490's messages have TLVs instead.
	 */
	if (!questions && !records && opcode != 6 && !(p[2] & 0x80 && len == DNS_HEADER))
		return IS_NOT_DNS;
	otherwise = questions == 1 && least_len(p) <= len ? IS_BROKEN_DNS : IS_NOT_DNS;
	for (i = 0; i < questions; i++) {
		n = dns_name_skip(p, len, off);
		if (!n || len - off - n < 4)
			return i ? IS_BROKEN_DNS : otherwise;
		off += n + 4;
	}
	for (i = 0; i < records; i++) {
		off = dns_record_skip(p, len, off);
		if (off)
			continue;
		if (p[2] & DNS_TRUNCATED >> 8) /* some servers cut where the space ended */
			return IS_DNS;
		return questions || i ? IS_BROKEN_DNS : IS_NOT_DNS;
	}
	return IS_DNS;
}

struct next dns_dissect_datagram(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;
	enum verdict verdict;

	l->variant = DNS_DATAGRAM;
	if (c->clipped) { /* the rest was on the wire: what is here proves little */
		if (cursor_left(c) >= 3 && (dns_opcode(p) == 3 || dns_opcode(p) > 6))
			return next_reject();
		dissect_take_rest(d, c);
		return next_none();
	}
	verdict = judge(p, cursor_left(c));
	if (verdict == IS_NOT_DNS)
		return next_reject();
	if (verdict == IS_BROKEN_DNS)
		d->notes |= NOTE_BAD_LENGTH;
	cursor_skip(c, cursor_left(c));
	return next_none();
}

/* Many send a message's length by itself; who sees no more of it believes only a usual one. */
enum { LONE_PREFIX_MAX = 4096 };

/*
 * Does a message start here, as far as one can see? `len` is what its prefix claims; fewer bytes
 * may be here.
 */
static bool stream_plausible(const uint8_t *p, size_t have, size_t len)
{
	if (len < DNS_HEADER)
		return false;
	if (have < 6 && len > LONE_PREFIX_MAX)
		return false;
	if (have < DNS_HEADER)
		return (have < 3 || (dns_opcode(p) != 3 && dns_opcode(p) <= 6)) &&
		       (have < 6 || load_be16(p + 4) <= 1);
	return dns_opcode(p) != 3 && dns_opcode(p) <= 6 && least_len(p) <= len &&
	       load_be16(p + 4) <= 1 && (load_be64(p + 4) || dns_opcode(p) == 6 || p[2] & 0x80);
}

static struct next dns_dissect_stream(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;
	const size_t left = cursor_left(c);

	l->variant = DNS_STREAM;
	if (left == 1 && *p > LONE_PREFIX_MAX >> 8)
		return next_reject();
	if (left >= 2 && !stream_plausible(p + 2, left - 2, load_be16(p))) {
		if (judge(p, left) != IS_DNS || load_be16(p + 4) != 1)
			return next_reject();
		l->variant = DNS_BARE;
		cursor_skip(c, left);
		return next_none();
	}
	while (cursor_left(c)) {
		const uint8_t *pdu = c->pos;
		size_t len;

		if (!dissect_take_pdu(d, l, c, pdu, 2))
			break;
		len = load_be16(pdu);
		if (len < DNS_HEADER) {
			cursor_skip(c, cursor_left(c));
			return next_malformed(d, NOTE_BAD_LENGTH);
		}
		if (!dissect_take_pdu(d, l, c, pdu, len))
			break;
		if (judge(pdu + 2, len) != IS_DNS)
			d->notes |= NOTE_BAD_LENGTH;
	}
	return next_none();
}

struct next dns_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	if (layer_carrier(d, l) == PROTO_TCP)
		return dns_dissect_stream(d, l, c);
	return dns_dissect_datagram(d, l, c);
}

static void question_describe(const struct dns_message *m, size_t off, const struct dns_name *name,
			      struct field_out *o)
{
	const uint8_t *p = m->data + off, *fixed = p + name->place;
	const size_t len = name->place + 4u;
	uint16_t class = load_be16(fixed + 2);
	char text[DNS_NAME_MAX + 32];
	struct strbuf s = strbuf_over(text, sizeof(text));

	strbuf_put(&s, name->text, name->len);
	strbuf_puts(&s, ": type ");
	dns_type_text(load_be16(fixed), &s);
	field_put_group(o, &dns_described[DNSF_QUESTION], text, p, len);
	field_put_text(o, &dns_described[DNSF_QRY_NAME], name->text, name->len, p, name->place);
	field_put_num(o, &dns_described[DNSF_QRY_NAME_LEN], name->len, p, name->place);
	field_put_num(o, &dns_described[DNSF_LABELS], MAX_OF(name->labels, 1), p, name->place);
	field_put_uint(o, &dns_described[DNSF_QRY_TYPE], fixed, 2);
	if (m->kind == DNS_MULTICAST) {
		field_put_num(o, &dns_described[DNSF_QRY_QU], class >> 15, fixed + 2, 2);
		class &= (uint16_t)~DNS_CLASS_TOP;
	}
	field_put_num(o, &dns_described[DNSF_QRY_CLASS], class, fixed + 2, 2);
}

/* A service's name has its parts in front: _ldap._tcp.example.com. */
static void owner_describe(const struct dns_record *rr, const uint8_t *p, struct field_out *o)
{
	const char *text = rr->name.text, *end = text + rr->name.len;
	const char *proto, *rest;

	proto = rr->type == DNS_SRV ? memchr(text, '.', rr->name.len) : NULL;
	rest = proto ? memchr(proto + 1, '.', (size_t)(end - proto - 1)) : NULL;
	if (!rest) {
		field_put_text(o, &dns_described[DNSF_RESP_NAME], text, rr->name.len, p,
			       rr->name.place);
		return;
	}
	field_put_text(o, &dns_described[DNSF_SRV_SERVICE], text, (size_t)(proto - text), p,
		       rr->name.place);
	field_put_text(o, &dns_described[DNSF_SRV_PROTO], proto + 1, (size_t)(rest - proto - 1), p,
		       rr->name.place);
	field_put_text(o, &dns_described[DNSF_SRV_NAME], rest + 1, (size_t)(end - rest - 1), p,
		       rr->name.place);
}

static void record_describe(const struct dns_message *m, const struct dns_record *rr,
			    struct field_out *o)
{
	const uint8_t *p = m->data + rr->off, *fixed = p + rr->name.place;
	char text[2 * DNS_NAME_MAX + 64];
	struct strbuf s = strbuf_over(text, sizeof(text));
	uint16_t class = rr->class;

	strbuf_put(&s, rr->name.text, rr->name.len);
	strbuf_puts(&s, ": type ");
	dns_type_text(rr->type, &s);
	if (rr->type != DNS_OPT && rr->data_len) {
		strbuf_puts(&s, ", ");
		dns_record_text(m, rr, &s);
	}
	field_put_group(o, &dns_described[DNSF_RECORD], text, p,
			rr->data_off + rr->data_len - rr->off);
	owner_describe(rr, p, o);
	field_put_uint(o, &dns_described[DNSF_RESP_TYPE], fixed, 2);
	if (rr->type == DNS_OPT) {
		field_put_table(o, &dns_described[DNSF_OPT_SIZE], 6, 0, fixed + 2, 6);
	} else {
		if (m->kind == DNS_MULTICAST) {
			field_put_num(o, &dns_described[DNSF_CACHE_FLUSH], class >> 15, fixed + 2,
				      2);
			class &= (uint16_t)~DNS_CLASS_TOP;
		}
		field_put_num(o, &dns_described[DNSF_RESP_CLASS], class, fixed + 2, 2);
		field_put_uint(o, &dns_described[DNSF_RESP_TTL], fixed + 4, 4);
	}
	field_put_uint(o, &dns_described[DNSF_RESP_LEN], fixed + 8, 2);
	dns_record_describe(m, rr, o);
}

/* One section from *off on; false where the rest cannot be parsed. */
static bool section_describe(const struct dns_message *m, unsigned section, size_t *off,
			     struct field_out *o)
{
	unsigned left = load_be16(m->data + 4 + 2 * section);
	struct dns_record rr;
	struct dns_name name;

	for (; left; left--) {
		if (section) {
			if (!dns_record_read(m, off, &rr))
				return false;
			record_describe(m, &rr, o);
			continue;
		}
		if (!dns_name_read(m->data, m->len, *off, &name) || m->len - *off - name.place < 4)
			return false;
		question_describe(m, *off, &name, o);
		*off += name.place + 4u;
	}
	return true;
}

size_t dns_section_end(const struct dns_message *m, unsigned section, size_t off)
{
	unsigned left = load_be16(m->data + 4 + 2 * section);
	size_t n;

	for (; left; left--) {
		if (section) {
			n = dns_record_skip(m->data, m->len, off);
			if (!n)
				return m->len;
			off = n;
			continue;
		}
		n = dns_name_skip(m->data, m->len, off);
		if (!n || m->len - off - n < 4)
			return m->len;
		off += n + 4;
	}
	return off;
}

static void header_describe(const struct dns_message *m, struct field_out *o)
{
	const bool response = m->len >= 3 && m->data[2] & 0x80;
	const bool update = m->len >= 3 && dns_opcode(m->data) == DNS_UPDATE;
	uint8_t variant = response ? DNS_IN_RESPONSE : DNS_IN_QUERY;

	if (m->kind == DNS_LLMNR)
		variant = response ? DNS_IN_LLMNR_RESPONSE : DNS_IN_LLMNR;
	else if (!response && m->len >= 4 && m->data[3] & DNS_AUTHENTICATED)
		variant |= DNS_IN_AD_QUERY;
	variant |= update ? DNS_COUNTS_UPDATE : DNS_COUNTS;
	field_put_table(o, &dns_described[DNSF_ID], DNSF_ADDITIONAL - DNSF_ID + 1, variant, m->data,
			m->len);
}

static void message_describe(const struct dns_message *m, struct field_out *o)
{
	static const char *const names[2][SECTIONS] = {
		{ "Queries", "Answers", "Authority", "Additional" },
		{ "Zone", "Prerequisites", "Updates", "Additional" },
	};
	size_t off = DNS_HEADER;
	unsigned section;

	header_describe(m, o);
	if (m->len < DNS_HEADER)
		return;
	for (section = 0; section < SECTIONS; section++) {
		const size_t start = off, end = dns_section_end(m, section, off);

		if (!load_be16(m->data + 4 + 2 * section))
			continue;
		if (end > start)
			field_put_group(o, &dns_described[DNSF_SECTION],
					names[dns_opcode(m->data) == DNS_UPDATE][section],
					m->data + start, end - start);
		if (!section_describe(m, section, &off, o)) {
			if (off < m->len)
				field_put_bytes(o, &dns_described[DNSF_BROKEN], m->data + off,
						m->len - off);
			return;
		}
	}
	if (off < m->len) {
		field_put_bytes(o, &dns_described[DNSF_EXTRA_DATA], m->data + off, m->len - off);
		field_put_num(o, &dns_described[DNSF_EXTRA_LEN], m->len - off, m->data + off,
			      m->len - off);
	}
}

bool dns_message_next(const struct layer *l, struct cursor *c, struct dns_message *ret,
		      const uint8_t **prefix)
{
	size_t len = cursor_left(c);

	*prefix = NULL;
	if (!len)
		return false;
	if (l->variant == DNS_STREAM) {
		*prefix = cursor_take(c, 2);
		if (!*prefix)
			return false;
		len = MIN_OF(load_be16(*prefix), cursor_left(c));
	}
	ret->data = c->pos;
	ret->len = len;
	cursor_skip(c, len);
	return true;
}

void dns_layer_describe(const struct dissection *d, const struct layer *l, enum dns_kind kind,
			struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);
	struct dns_message m = { .kind = kind };
	const uint8_t *prefix;

	while (dns_message_next(l, &c, &m, &prefix)) {
		if (prefix)
			field_put_uint(o, &dns_described[DNSF_LENGTH], prefix, 2);
		message_describe(&m, o);
	}
}

static void dns_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	dns_layer_describe(d, l, DNS_PLAIN, o);
}

static void dns_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	dns_layer_line(d, l, DNS_PLAIN, opt, out);
}

const struct dissector dns_dissector = {
	.name = "dns",
	.title = "Domain Name System",
	.id = PROTO_DNS,
	.layer_class = CLASS_APPLICATION,
	.described = dns_described,
	.nr_described = DNSF_COUNT,
	.keys = { { KEY_UDP_PORT, 53 }, { KEY_TCP_PORT, 53 } },
	.dissect = dns_dissect,
	.describe = dns_describe,
	.line = dns_line,
};
