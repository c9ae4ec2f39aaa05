/*
 * dissect/proto/dhcpv6_option.c -- what DHCPv6's options hold. RFC 8415 §21; DNS RFC 3646, full
 * names RFC 4704, NTP RFC 5908.
 */
#include "dissect/proto/dhcpv6.h"
#include "dissect/proto/dns_name.h"
#include "dissect/text.h"

enum { RELAY_FORWARD = 12, RELAY_REPLY = 13, SECONDS_TO_2000 = 946684800 };

enum shape {
	SHAPE_ADDRESSES,
	SHAPE_NAMES,
	SHAPE_NUMBER,  /* of `more` bytes */
	SHAPE_NUMBERS, /* the same, to the end */
	SHAPE_TEXT,
	SHAPE_BYTES,
	SHAPE_DUID,
	SHAPE_TABLE,    /* `more` fields, then the next field or nothing */
	SHAPE_NUMBERED, /* 32 bits, then bytes of the next field */
	SHAPE_NESTED,   /* a number as text and fields, then options: see nested[] */
	SHAPE_CLASSES,
	SHAPE_NTP,
	SHAPE_RELAY,
};

static const struct option_shape {
	uint8_t code, shape, field, more;
} shapes[] = {
	{ DHCPV6_OPT_CLIENT, SHAPE_DUID, D6_DUID, 0 },
	{ DHCPV6_OPT_SERVER, SHAPE_DUID, D6_DUID, 0 },
	{ DHCPV6_OPT_IA_NA, SHAPE_NESTED, 0, 0 },
	{ DHCPV6_OPT_IA_TA, SHAPE_NESTED, 0, 0 },
	{ DHCPV6_OPT_ADDRESS, SHAPE_NESTED, 0, 0 },
	{ 6, SHAPE_NUMBERS, D6_REQUESTED, 2 },
	{ 7, SHAPE_NUMBER, D6_PREFERENCE, 1 },
	{ 8, SHAPE_NUMBER, D6_ELAPSED, 2 },
	{ DHCPV6_OPT_RELAY, SHAPE_RELAY, 0, 0 },
	{ 11, SHAPE_TABLE, D6_AUTH_PROTOCOL, 4 },
	{ 12, SHAPE_ADDRESSES, D6_UNICAST, 0 },
	{ DHCPV6_OPT_STATUS, SHAPE_NUMBERED, D6_STATUS, 2 },
	{ DHCPV6_OPT_USER_CLASS, SHAPE_CLASSES, D6_USER_LEN, 0 },
	{ 16, SHAPE_NUMBERED, D6_VENDOR_CLASS, 4 },
	{ 17, SHAPE_NUMBERED, D6_VENDOR_OPTS, 4 },
	{ 18, SHAPE_BYTES, D6_INTERFACE, 0 },
	{ 19, SHAPE_NUMBER, D6_RECONFIGURE, 1 },
	{ 21, SHAPE_NAMES, D6_SIP_NAME, 0 },
	{ 22, SHAPE_ADDRESSES, D6_SIP, 0 },
	{ 23, SHAPE_ADDRESSES, D6_DNS, 0 },
	{ 24, SHAPE_NAMES, D6_SEARCH, 0 },
	{ DHCPV6_OPT_IA_PD, SHAPE_NESTED, 0, 0 },
	{ DHCPV6_OPT_PREFIX, SHAPE_NESTED, 0, 0 },
	{ 27, SHAPE_ADDRESSES, D6_NIS, 0 },
	{ 28, SHAPE_ADDRESSES, D6_NISP, 0 },
	{ 29, SHAPE_NAMES, D6_NIS_NAME, 0 },
	{ 30, SHAPE_NAMES, D6_NISP_NAME, 0 },
	{ 31, SHAPE_ADDRESSES, D6_SNTP, 0 },
	{ 32, SHAPE_NUMBER, D6_LIFETIME, 4 },
	{ 37, SHAPE_NUMBERED, D6_REMOTE_ENTERPRISE, 4 },
	{ 38, SHAPE_TEXT, D6_SUBSCRIBER, 0 },
	{ DHCPV6_OPT_FQDN, SHAPE_TABLE, D6_FQDN_FLAGS, 6 },
	{ 40, SHAPE_ADDRESSES, D6_PANA, 0 },
	{ 41, SHAPE_TEXT, D6_TZ_POSIX, 0 },
	{ 42, SHAPE_TEXT, D6_TZ, 0 },
	{ 52, SHAPE_ADDRESSES, D6_CAPWAP, 0 },
	{ 56, SHAPE_NTP, D6_NTP, 0 },
	{ 59, SHAPE_TEXT, D6_BOOT_URL, 0 },
	{ 64, SHAPE_NAMES, D6_AFTR, 0 },
	{ 79, SHAPE_BYTES, D6_CLIENT_LL, 0 },
	{ 103, SHAPE_TEXT, D6_CAPTIVE, 0 },
	{ 112, SHAPE_TEXT, D6_MUD, 0 },
};

/* Options that hold options behind a fixed part. */
static const struct nested_shape {
	uint8_t code, fixed, id_field, first, nr;
} nested[] = {
	{ DHCPV6_OPT_IA_NA, 12, D6_IAID, D6_T1, 2 },
	{ DHCPV6_OPT_IA_TA, 4, D6_IATA, 0, 0 },
	{ DHCPV6_OPT_ADDRESS, 24, D6_COUNT, D6_ADDR, 3 },
	{ DHCPV6_OPT_IA_PD, 12, D6_IAID, D6_T1, 2 },
	{ DHCPV6_OPT_PREFIX, 25, D6_COUNT, D6_PD_PREFERRED, 4 },
};

static const struct field_desc *const fields = dhcpv6_described;

bool dhcpv6_option_next(struct cursor *c, struct dhcpv6_option *ret)
{
	if (!cursor_left(c))
		return false;
	ret->start = c->pos;
	ret->code = cursor_be16(c);
	ret->len = cursor_be16(c);
	ret->data = cursor_take(c, ret->len);
	return ret->data && !c->failed;
}

size_t dhcpv6_header_len(uint8_t type)
{
	return type == RELAY_FORWARD || type == RELAY_REPLY ? DHCPV6_RELAY_HEADER
							    : DHCPV6_PLAIN_HEADER;
}

static void put_link_address(unsigned field, const uint8_t *p, size_t n, struct field_out *o)
{
	char text[64];
	struct strbuf s = strbuf_over(text, sizeof(text));

	text_bytes(p, n, 20, &s);
	field_put_text(o, &fields[field], text, s.len, p, n);
}

/* RFC 8415 §11. */
static bool put_duid(const uint8_t *p, size_t n, struct field_out *o)
{
	if (n < 2)
		return false;
	field_put_bytes(o, &fields[D6_DUID], p, n);
	field_put_uint(o, &fields[D6_DUID_TYPE], p, 2);
	switch (load_be16(p)) {
	case 1:
		if (n < 8)
			return false;
		field_put_uint(o, &fields[D6_LLT_HW], p + 2, 2);
		field_put_num(o, &fields[D6_LLT_TIME],
			      (load_be32(p + 4) + (uint64_t)SECONDS_TO_2000) * 1000000000u, p + 4,
			      4);
		put_link_address(D6_LLT_ADDR, p + 8, n - 8, o);
		break;
	case 2:
		if (n < 6)
			return false;
		field_put_uint(o, &fields[D6_EN_NUMBER], p + 2, 4);
		field_put_bytes(o, &fields[D6_EN_ID], p + 6, n - 6);
		break;
	case 3:
		if (n < 4)
			return false;
		field_put_uint(o, &fields[D6_LL_HW], p + 2, 2);
		put_link_address(D6_LL_ADDR, p + 4, n - 4, o);
		break;
	case 4:
		field_put_bytes(o, &fields[D6_UUID], p + 2, n - 2);
		break;
	default:
		break;
	}
	return true;
}

static bool put_series(const struct field_desc *fd, size_t size, const uint8_t *p, size_t n,
		       struct field_out *o)
{
	if (n % size)
		return false;
	for (; n; n -= size, p += size) {
		if (fd->kind == FIELD_IPV6)
			field_put_bytes(o, fd, p, size);
		else
			field_put_uint(o, fd, p, size);
	}
	return true;
}

/* Uncompressed, RFC 8415 §10. A full name ends in a dot; a partial one has no root at its end. */
static bool put_names(unsigned field, const uint8_t *p, size_t n, struct field_out *o)
{
	struct cursor c = cursor_over(p, n, false);

	while (cursor_left(&c)) {
		const uint8_t *start = c.pos;
		char text[DNS_NAME_MAX + 1];
		struct strbuf s = strbuf_over(text, sizeof(text));

		while (cursor_left(&c)) {
			const uint8_t len = cursor_u8(&c);
			const uint8_t *label = cursor_take(&c, len);

			if (!label || len > DNS_LABEL_MAX)
				return false;
			if (s.len && s.text[s.len - 1] != '.')
				strbuf_putc(&s, '.');
			if (!len)
				break;
			strbuf_put(&s, (const char *)label, len);
		}
		if (s.overflow)
			return false;
		field_put_text(o, &fields[field], text, s.len, start, (size_t)(c.pos - start));
	}
	return true;
}

/* A fixed part; what follows it depends on the option. */
static bool put_table(const struct option_shape *s, const uint8_t *p, size_t n,
		      struct dhcpv6_place at, struct field_out *o)
{
	const size_t fixed = s->code == DHCPV6_OPT_FQDN ? 1 : 11;

	if (n < fixed)
		return false;
	field_put_table(o, &fields[s->field], s->more, at.from_server ? 2 : 1, p, n);
	if (s->code == DHCPV6_OPT_FQDN)
		return put_names(D6_FQDN, p + 1, n - 1, o);
	if (n > fixed)
		field_put_bytes(o, &fields[D6_AUTH_INFO], p + fixed, n - fixed);
	return true;
}

/* Numbered as the vendor likes. */
static bool put_vendor(const uint8_t *p, size_t n, struct field_out *o)
{
	struct cursor c = cursor_over(p, n, false);
	struct dhcpv6_option sub;

	while (dhcpv6_option_next(&c, &sub)) {
		field_put_uint(o, &fields[D6_VENDOR_CODE], sub.start, 2);
		field_put_uint(o, &fields[D6_VENDOR_LENGTH], sub.start + 2, 2);
		field_put_bytes(o, &fields[D6_VENDOR_VALUE], sub.data, sub.len);
	}
	return !c.failed;
}

static bool put_numbered(const struct option_shape *s, const uint8_t *p, size_t n,
			 struct field_out *o)
{
	size_t skip = s->more;
	unsigned field = s->field + 1u;

	if (n < skip)
		return false;
	field_put_uint(o, &fields[s->field], p, s->more);
	if (s->field == D6_VENDOR_OPTS)
		return put_vendor(p + skip, n - skip, o);
	if (s->field == D6_VENDOR_CLASS)
		skip += MIN_OF(n - skip, 2u); /* a length again */
	if (n > skip)
		field_put_bytes(o, &fields[field], p + skip, n - skip);
	return true;
}

static bool put_classes(const uint8_t *data, size_t n, struct field_out *o)
{
	struct cursor c = cursor_over(data, n, false);

	while (cursor_left(&c)) {
		const uint8_t *start = c.pos;
		const uint16_t len = cursor_be16(&c);
		const uint8_t *p = cursor_take(&c, len);

		if (!p || c.failed)
			return false;
		field_put_uint(o, &fields[D6_USER_LEN], start, 2);
		field_put_bytes(o, &fields[D6_USER_DATA], p, len);
	}
	return true;
}

/* RFC 5908. */
static bool put_ntp(const uint8_t *data, size_t n, struct field_out *o)
{
	struct cursor c = cursor_over(data, n, false);
	struct dhcpv6_option sub;

	while (dhcpv6_option_next(&c, &sub)) {
		field_put_uint(o, &fields[D6_NTP_CODE], sub.start, 2);
		field_put_uint(o, &fields[D6_NTP_LENGTH], sub.start + 2, 2);
		if (sub.code == 1 || sub.code == 2)
			field_put_bytes(o, &fields[sub.code == 1 ? D6_NTP : D6_NTP_MC], sub.data,
					sub.len);
		else if (sub.code == 3)
			put_names(D6_NTP_NAME, sub.data, sub.len, o);
	}
	return !c.failed;
}

static void options_describe(const uint8_t *p, size_t n, struct dhcpv6_place at,
			     struct field_out *o);

static bool put_nested(uint16_t code, const uint8_t *p, size_t n, struct dhcpv6_place at,
		       struct field_out *o)
{
	const struct nested_shape *s = nested;
	char text[16];
	struct strbuf hex = strbuf_over(text, sizeof(text));

	while (s->code != code)
		s++;
	if (n < s->fixed)
		return false;
	if (s->id_field != D6_COUNT) {
		strbuf_hex(&hex, load_be32(p), 8);
		field_put_text(o, &fields[s->id_field], text, hex.len, p, 4);
	}
	field_put_table(o, &fields[s->first], s->nr, 0, p, s->fixed);
	options_describe(p + s->fixed, n - s->fixed, dhcpv6_inside(at), o);
	return true;
}

static bool put_shape(const struct option_shape *s, const uint8_t *p, size_t n,
		      struct dhcpv6_place at, struct field_out *o)
{
	const struct field_desc *fd = &fields[s->field];

	switch ((enum shape)s->shape) {
	case SHAPE_ADDRESSES:
		return put_series(fd, 16, p, n, o);
	case SHAPE_NAMES:
		return put_names(s->field, p, n, o);
	case SHAPE_NUMBER:
		return n == s->more && put_series(fd, s->more, p, n, o);
	case SHAPE_NUMBERS:
		return put_series(fd, s->more, p, n, o);
	case SHAPE_TEXT:
	case SHAPE_BYTES:
		field_put_bytes(o, fd, p, n);
		return true;
	case SHAPE_DUID:
		return put_duid(p, n, o);
	case SHAPE_TABLE:
		return put_table(s, p, n, at, o);
	case SHAPE_NUMBERED:
		return put_numbered(s, p, n, o);
	case SHAPE_NESTED:
		return put_nested(s->code, p, n, at, o);
	case SHAPE_CLASSES:
		return put_classes(p, n, o);
	case SHAPE_NTP:
		return put_ntp(p, n, o);
	case SHAPE_RELAY:
		dhcpv6_message_describe(p, n, dhcpv6_inside(at), o);
		return true;
	}
	return false;
}

static void option_describe(const struct dhcpv6_option *opt, struct dhcpv6_place at,
			    struct field_out *o)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		if (shapes[i].code != opt->code)
			continue;
		if (!put_shape(&shapes[i], opt->data, opt->len, at, o) && opt->len)
			field_put_bytes(o, &fields[D6_BROKEN], opt->data, opt->len);
		return;
	}
	if (opt->len)
		field_put_bytes(o, &fields[D6_VALUE], opt->data, opt->len);
}

static void options_describe(const uint8_t *p, size_t n, struct dhcpv6_place at,
			     struct field_out *o)
{
	struct cursor c = cursor_over(p, n, false);
	struct dhcpv6_option opt;

	if (at.depth > DHCPV6_NESTING_MAX) {
		field_put_bytes(o, &fields[D6_VALUE], p, n);
		return;
	}
	while (dhcpv6_option_next(&c, &opt)) {
		field_put_group(o, &fields[D6_OPTION], name_find(dhcpv6_option_names, opt.code),
				opt.start, opt.len + 4u);
		field_put_uint(o, &fields[D6_CODE], opt.start, 2);
		field_put_uint(o, &fields[D6_LENGTH], opt.start + 2, 2);
		option_describe(&opt, at, o);
	}
	if (c.failed)
		field_put_bytes(o, &fields[D6_BROKEN], opt.start, (size_t)(c.end - opt.start));
}

/* Advertise, reply and reconfigure. */
static bool is_servers(uint8_t type)
{
	return type == 2 || type == 7 || type == 10;
}

void dhcpv6_message_describe(const uint8_t *p, size_t n, struct dhcpv6_place at,
			     struct field_out *o)
{
	const size_t header = n ? dhcpv6_header_len(p[0]) : 0;

	field_put_table(o, &fields[D6_TYPE], D6_PEER - D6_TYPE + 1,
			header == DHCPV6_PLAIN_HEADER ? 1 : 2, p, n);
	if (n)
		at.from_server = is_servers(p[0]);
	if (n > header)
		options_describe(p + header, n - header, at, o);
}
