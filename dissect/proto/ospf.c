/*
 * dissect/proto/ospf.c -- Open Shortest Path First: version 2 RFC 2328, version 3 RFC 5340,
 * link-local signaling RFC 5613. Advertisements are in ospf_lsa.c.
 */
#include "dissect/proto/ospf.h"
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	HEADER2 = 24,
	HEADER3 = 16,
	MSG_HELLO = 1,
	MSG_DD = 2,
	MSG_REQUEST = 3,
	MSG_UPDATE = 4,
	MSG_ACK = 5,
	AUTH_NONE = 0,
	AUTH_SIMPLE = 1,
	AUTH_CRYPT = 2,
	OPTION_LLS = 0x10,
	IPPROTO_OSPF_NR = 89,
	AUTH_AT = 16, /* what the checksum leaves out */
	AUTH_LEN = 8,
};

enum {
	VERSION_2 = 1 << 0,
	VERSION_3 = 1 << 1,
	HAS_NONE = 1 << 2,
	HAS_SIMPLE = 1 << 3,
	HAS_CRYPT = 1 << 4,
};

static const struct name_map msg_names[] = {
	{ MSG_HELLO, "hello" },        { MSG_DD, "database description" },
	{ MSG_REQUEST, "LS request" }, { MSG_UPDATE, "LS update" },
	{ MSG_ACK, "LS ack" },         { 0, NULL },
};

static const struct name_map auth_names[] = {
	{ AUTH_NONE, "none" },
	{ AUTH_SIMPLE, "simple password" },
	{ AUTH_CRYPT, "cryptographic" },
	{ 0, NULL },
};

static const struct field_desc ospf_fields[] = {
	{ "ospf.version", "Version", 0, 8, FIELD_UINT },
	{ "ospf.msg", "Message", 8, 8, FIELD_ENUM, .names = msg_names },
	{ "ospf.packet_length", "Length", 16, 16, FIELD_UINT },
	{ "ospf.srcrouter", "Router", 32, 32, FIELD_IPV4 },
	{ "ospf.area_id", "Area", 64, 32, FIELD_IPV4 },
	{ "ospf.checksum", "Checksum", 96, 16, FIELD_HEX },
	{ "ospf.auth.type", "Authentication", 112, 16, FIELD_ENUM, FIELD_OPT, .variants = VERSION_2,
	  .names = auth_names },
	{ "ospf.auth.none", "Authentication data", 128, 64, FIELD_BYTES, FIELD_OPT,
	  .variants = HAS_NONE },
	{ "ospf.auth.crypt.key_id", "Key", 144, 8, FIELD_UINT, FIELD_OPT, .variants = HAS_CRYPT },
	{ "ospf.auth.crypt.data_length", "Authentication data length", 152, 8, FIELD_UINT,
	  FIELD_OPT, .variants = HAS_CRYPT },
	{ "ospf.auth.crypt.seq_nbr", "Sequence number", 160, 32, FIELD_UINT, FIELD_OPT,
	  .variants = HAS_CRYPT },
	{ "ospf.instance_id", "Instance", 112, 8, FIELD_UINT, FIELD_OPT, .variants = VERSION_3 },
};

static struct next ospf_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;

	if (cursor_left(c) && *p != 2 && *p != 3)
		return next_reject();
	if (!cursor_take(c, HEADER3))
		return next_none();
	if (load_be16(p + 2) < (*p == 2 ? HEADER2 : HEADER3) ||
	    l->off + load_be16(p + 2) > d->wire_end)
		d->notes |= NOTE_BAD_LENGTH;
	if (*p == 3) {
		l->variant = VERSION_3;
	} else {
		l->variant = VERSION_2;
		switch (load_be16(p + 14)) {
		case AUTH_NONE:
			l->variant |= HAS_NONE;
			break;
		case AUTH_SIMPLE:
			l->variant |= HAS_SIMPLE;
			break;
		case AUTH_CRYPT:
			l->variant |= HAS_CRYPT;
			break;
		}
		if (!cursor_take(c, HEADER2 - HEADER3))
			return next_none();
	}
	dissect_take_rest(d, c); /* also what follows the packet: authentication, LLS */
	return next_none();
}

/* RFC 2328 A.3.1: version 2 leaves out its authentication field, and has none when encrypted. */
static struct checksum_found ospf_checksum(const struct dissection *d, const struct layer *l,
					   const uint8_t *p)
{
	const size_t len = load_be16(p + 2);
	struct checksum_found ret = { .status = CHECKSUM_ABSENT, .found = load_be16(p + 12) };
	uint32_t sum;

	if (l->variant & VERSION_3)
		return checksum_find(d, l, IPPROTO_OSPF_NR, len, len, 12);
	if (l->variant & HAS_CRYPT)
		return ret;
	ret.status = CHECKSUM_UNVERIFIED;
	if (len < HEADER2 || !layer_bytes(d, l, 0, len) || d->notes & NOTE_FRAGMENT)
		return ret;
	sum = checksum_partial(p, AUTH_AT, 0);
	sum = checksum_partial(p + HEADER2, len - HEADER2, sum);
	ret.expected = checksum_fold(sum + (uint16_t)~ret.found);
	ret.computed = true;
	ret.status = checksum_fold(sum) ? CHECKSUM_BAD : CHECKSUM_GOOD;
	return ret;
}

static void put_options(struct field_out *o, bool v3, const uint8_t *p)
{
	if (v3)
		ospf_put_table(o, OSPF_OPTIONS3, 10, p, 3);
	else
		field_put_table(o, &ospf_described[OSPF_OPTIONS2], 9, 1, p, 1);
}

static void describe_hello(struct cursor *c, bool v3, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 20), *neighbor;

	if (!p)
		return;
	if (v3) {
		ospf_put(o, OSPF_HELLO3, p, 4);
		ospf_put(o, OSPF_HELLO2 + 2, p + 4, 1);
		put_options(o, v3, p + 5);
		ospf_put(o, OSPF_HELLO2 + 1, p + 8, 2);
		ospf_put(o, OSPF_HELLO2 + 3, p + 10, 2);
	} else {
		ospf_put_bytes(o, OSPF_HELLO2, p, 4);
		ospf_put(o, OSPF_HELLO2 + 1, p + 4, 2);
		put_options(o, v3, p + 6);
		ospf_put(o, OSPF_HELLO2 + 2, p + 7, 1);
		ospf_put(o, OSPF_HELLO2 + 3, p + 8, 4);
	}
	ospf_put_table(o, OSPF_HELLO2 + 4, 2, p + 12, 8);
	while ((neighbor = cursor_take(c, 4)))
		ospf_put_bytes(o, OSPF_NEIGHBOR, neighbor, 4);
}

static void describe_dd(struct cursor *c, bool v3, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, v3 ? 12 : 8);

	if (!p)
		return;
	if (v3)
		put_options(o, v3, p + 1);
	ospf_put(o, OSPF_MTU, v3 ? p + 4 : p, 2);
	if (!v3)
		put_options(o, v3, p + 2);
	ospf_put_table(o, OSPF_DD, 6, p + (v3 ? 7 : 3), 5);
	while (ospf_describe_lsa(c, v3 ? 3 : 2, false, o))
		;
}

static void describe_request(struct cursor *c, bool v3, struct field_out *o)
{
	const uint8_t *p;

	while ((p = cursor_take(c, 12))) {
		if (v3)
			ospf_put_table(o, OSPF_TYPE3, 4, p + 2, 2);
		else
			ospf_put(o, OSPF_TYPE2, p, 4);
		ospf_put_bytes(o, OSPF_ID3, p + 4, 4);
		ospf_put_bytes(o, OSPF_ADV_ROUTER, p + 8, 4);
	}
}

static void describe_message(uint8_t msg, struct cursor *c, bool v3, struct field_out *o)
{
	const unsigned version = v3 ? 3 : 2;
	const uint8_t *p;
	uint32_t nr;

	switch (msg) {
	case MSG_HELLO:
		describe_hello(c, v3, o);
		break;
	case MSG_DD:
		describe_dd(c, v3, o);
		break;
	case MSG_REQUEST:
		describe_request(c, v3, o);
		break;
	case MSG_UPDATE:
		p = cursor_take(c, 4);
		if (!p)
			return;
		ospf_put(o, OSPF_NR_LSAS, p, 4);
		for (nr = load_be32(p); nr && ospf_describe_lsa(c, version, true, o); nr--)
			;
		break;
	case MSG_ACK:
		while (ospf_describe_lsa(c, version, false, o))
			;
		break;
	}
}

/* RFC 5613 2: a block behind the packet, and behind its authentication data. */
static void describe_lls(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4), *start;
	struct cursor value;
	uint16_t type;

	if (!p)
		return;
	ospf_put_table(o, OSPF_LLS, 2, p, 4);
	while (ospf_tlv_next(c, &type, &value, &start)) {
		const size_t n = cursor_left(&value);

		field_put_group(o, &ospf_described[OSPF_TLV], NULL, start, 4 + n);
		ospf_put_table(o, OSPF_TLV_HEAD, 2, start, 4);
		if (type == 1) {
			ospf_put_table(o, OSPF_LLS_OPTIONS, 3, start + 4, n);
		} else if (type == 2 && n > 4) {
			ospf_put(o, OSPF_LLS_AUTH, start + 4, 4);
			ospf_put_bytes(o, OSPF_LLS_AUTH_DATA, start + 8, n - 4);
		} else if (n) {
			ospf_put_bytes(o, OSPF_TLV_VALUE, start + 4, n);
		}
	}
}

/* Whether the options of a hello or a database description announce an LLS block. */
static bool has_lls(const struct dissection *d, const struct layer *l, const uint8_t *p)
{
	const uint8_t *options = NULL;

	if (p[1] == MSG_HELLO || p[1] == MSG_DD)
		options = layer_bytes(d, l, HEADER2 + (p[1] == MSG_HELLO ? 6 : 2), 1);
	return l->variant & VERSION_2 && options && *options & OPTION_LLS;
}

static void ospf_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, HEADER3);
	const size_t header = l->variant & VERSION_2 ? HEADER2 : HEADER3;
	struct cursor c = layer_cursor(d, l, header);
	struct checksum_found sum;
	const uint8_t *auth;
	size_t len;

	if (!p)
		return;
	sum = ospf_checksum(d, l, p);
	checksum_put(o, &ospf_described[OSPF_CHECKSUM], &sum, p + 12, 2);
	if (l->variant & HAS_SIMPLE && layer_bytes(d, l, AUTH_AT, AUTH_LEN))
		ospf_put_bytes(o, OSPF_PASSWORD, p + AUTH_AT,
			       strnlen((const char *)p + AUTH_AT, AUTH_LEN));
	len = load_be16(p + 2);
	if (len >= header && len - header <= cursor_left(&c))
		c.end = c.pos + (len - header);
	else
		len = l->hdr_len;
	describe_message(p[1], &c, l->variant & VERSION_3, o);
	c = layer_cursor(d, l, len);
	if (l->variant & HAS_CRYPT && layer_bytes(d, l, 0, HEADER2) && p[19]) {
		auth = cursor_take(&c, p[19]);
		if (auth)
			ospf_put_bytes(o, OSPF_AUTH_DATA, auth, p[19]);
	}
	if (has_lls(d, l, p))
		describe_lls(&c, o);
}

static void ospf_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, HEADER3);
	const size_t header = l->variant & VERSION_2 ? HEADER2 : HEADER3;
	const uint8_t *body = layer_bytes(d, l, header, 4);
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, "OSPF", out);
	if (!p)
		return;
	name = name_find(msg_names, p[1]);
	strbuf_printf(out, "v%u %s, router ", p[0], name ? name : "?");
	text_ipv4(p + 4, out);
	strbuf_puts(out, ", area ");
	text_ipv4(p + 8, out);
	if (p[1] == MSG_HELLO && layer_bytes(d, l, header, 20)) {
		strbuf_puts(out, ", DR ");
		text_ipv4(body + 12, out);
		if (load_be16(p + 2) >= header + 20)
			strbuf_printf(out, ", %zu neighbors", (load_be16(p + 2) - header - 20) / 4);
	} else if (p[1] == MSG_UPDATE && body) {
		strbuf_printf(out, ", %u LSAs", load_be32(body));
	}
	strbuf_puts(out, ", length ");
	strbuf_uint(out, load_be16(p + 2));
}

const struct dissector ospf_dissector = {
	.name = "ospf",
	.title = "Open Shortest Path First",
	.id = PROTO_OSPF,
	.layer_class = CLASS_TRANSPORT,
	.min_hdr_len = HEADER3,
	.fields = ospf_fields,
	.nr_fields = ARRAY_SIZE(ospf_fields),
	.described = ospf_described,
	.nr_described = OSPF_NR_DESCRIBED,
	.keys = { { KEY_IPPROTO, IPPROTO_OSPF_NR } },
	.dissect = ospf_dissect,
	.describe = ospf_describe,
	.line = ospf_line,
};
