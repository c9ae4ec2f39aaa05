/*
 * dissect/proto/tcp_options.c -- TCP options: RFC 9293 3.1, RFC 7323, RFC 2018, RFC 2385, RFC 5482,
 * RFC 5925, RFC 7413, RFC 8684 (Multipath TCP), RFC 4782, RFC 6994.
 */
#include "dissect/proto/tcp_options.h"

/* Options of fixed shape: how long they are and which descriptors they have. */
static const struct {
	uint8_t kind, len, first, nr;
} shapes[] = {
	{ OPT_MSS, 4, T_MSS, 1 },    { 6, 6, T_ECHO, 1 },
	{ 7, 6, T_ECHO, 1 },         { 11, 6, T_CC, 1 },
	{ 12, 6, T_CC, 1 },          { 13, 6, T_CC, 1 },
	{ OPT_MD5, 18, T_MD5, 1 },   { OPT_TIMESTAMP, 10, T_TSVAL, 2 },
	{ 20, 4, T_SCPS, 7 },        { 27, 8, T_QS_RATE, 2 },
	{ 28, 4, T_UTO_MINUTES, 2 },
};

struct option {
	const uint8_t *start;
	size_t len; /* of all of it */
	uint8_t kind;
};

static struct cursor options_of(const struct dissection *d, const struct layer *l)
{
	return layer_cursor(d, l, TCP_HDR_MIN);
}

/* False at the end, or where the list does not parse: then bytes are left or the cursor failed. */
static bool option_next(struct cursor *c, struct option *ret)
{
	if (!cursor_left(c))
		return false;
	ret->start = c->pos;
	ret->kind = cursor_u8(c);
	ret->len = 1;
	if (ret->kind <= OPT_NOP)
		return true;
	ret->len = cursor_u8(c);
	return ret->len >= 2 && cursor_take(c, ret->len - 2);
}

static void put_slice(const struct option *opt, unsigned first, unsigned nr, struct field_out *o)
{
	field_put_table(o, &tcp_described[first], nr, 0, opt->start, opt->len);
}

/* A number or bytes at the cursor. */
static void put_next(struct cursor *c, unsigned field, size_t len, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, len);

	if (!p || !len)
		return;
	if (tcp_described[field].kind >= FIELD_MAC)
		field_put_bytes(o, &tcp_described[field], p, len);
	else
		field_put_uint(o, &tcp_described[field], p, len);
}

/* RFC 2883: a first block below the ack, or within the second, tells of bytes received twice. */
static bool sack_is_duplicate(const struct option *opt, uint32_t ack)
{
	const uint8_t *p = opt->start + 2;
	const uint32_t le = load_be32(p), re = load_be32(p + 4);

	if ((int32_t)(re - ack) <= 0)
		return true;
	return opt->len >= 18 && (int32_t)(le - load_be32(p + 8)) >= 0 &&
	       (int32_t)(re - load_be32(p + 12)) <= 0;
}

static void describe_sack(const struct option *opt, uint32_t ack, struct field_out *o)
{
	struct cursor c = cursor_over(opt->start + 2, opt->len - 2, false);
	bool duplicate = opt->len >= 10 && sack_is_duplicate(opt, ack);
	unsigned nr = 0;

	while (cursor_left(&c) >= 8) {
		if (duplicate) {
			field_put_uint(o, &tcp_described[T_DSACK_LE], c.pos, 4);
			field_put_uint(o, &tcp_described[T_DSACK_RE], c.pos + 4, 4);
		}
		duplicate = false;
		put_next(&c, T_SACK_LE, 4, o);
		put_next(&c, T_SACK_RE, 4, o);
		nr++;
	}
	field_put_num(o, &tcp_described[T_SACK_COUNT], nr, opt->start, opt->len);
}

/* The byte that Wireshark calls so: the subtype is in it where the flags are but four bits. */
static void put_flags(const struct option *opt, size_t at, struct field_out *o)
{
	field_put_uint(o, &tcp_described[T_MP_FLAGS], opt->start + at, 1);
}

static void describe_capable(const struct option *opt, struct cursor *c, struct field_out *o)
{
	put_slice(opt, T_MP_VERSION, 1, o);
	put_flags(opt, 3, o);
	put_slice(opt, T_MP_CHECKSUM_WANTED, 2, o);
	if (opt->start[2] & 15)
		put_slice(opt, T_MP_NO_MORE, 2, o);
	else
		put_slice(opt, T_MP_SHA1, 1, o);
	put_next(c, T_MP_SEND_KEY, 8, o);
	put_next(c, T_MP_RECV_KEY, 8, o);
	put_next(c, T_MP_DATA_LEN, 2, o);
	put_next(c, T_MP_CHECKSUM, 2, o);
}

static void describe_join(const struct option *opt, struct cursor *c, struct field_out *o)
{
	if (opt->len == 24) { /* the third packet of the handshake */
		put_next(c, T_MP_HMAC, 20, o);
		return;
	}
	put_flags(opt, 2, o);
	put_slice(opt, T_MP_BACKUP, 2, o);
	if (opt->len == 12)
		put_next(c, T_MP_RECV_TOKEN, 4, o);
	else
		put_next(c, T_MP_SHORT_HMAC, 8, o);
	put_next(c, T_MP_SEND_RANDOM, 4, o);
}

static void describe_dss(const struct option *opt, struct cursor *c, struct field_out *o)
{
	const uint8_t flags = opt->start[3];

	put_flags(opt, 3, o);
	put_slice(opt, T_MP_DATA_FIN, T_MP_ACK_HERE - T_MP_DATA_FIN + 1, o);
	if (flags & 1)
		put_next(c, T_MP_DATA_ACK, flags & 2 ? 8 : 4, o);
	if (!(flags & 4))
		return;
	put_next(c, T_MP_DSN, flags & 8 ? 8 : 4, o);
	put_next(c, T_MP_SUBFLOW_SEQ, 4, o);
	put_next(c, T_MP_DATA_LEN, 2, o);
	put_next(c, T_MP_CHECKSUM, 2, o);
}

/* Version 0 has the IP version in the four bits where version 1 has its flags: 0 or 1. */
static void describe_add_addr(const struct option *opt, struct cursor *c, struct field_out *o)
{
	const bool version_0 = (opt->start[2] & 15) > 1;
	const size_t left = opt->len - 4;
	const bool v6 = version_0 ? (opt->start[2] & 15) == 6 : left >= 16 && left != 4 + 2 + 8;

	put_slice(opt, version_0 ? T_MP_IP_VERSION : T_MP_ECHO, 1, o);
	put_slice(opt, T_MP_ADDR_ID, 1, o);
	put_next(c, v6 ? T_MP_IPV6 : T_MP_IPV4, v6 ? 16 : 4, o);
	if (cursor_left(c) % 8 == 2)
		put_next(c, T_MP_PORT, 2, o);
	if (cursor_left(c) == 8)
		put_next(c, T_MP_ADDR_HMAC, 8, o);
}

static void describe_mptcp(const struct option *opt, struct field_out *o)
{
	struct cursor c = cursor_over(opt->start + opt->len, 0, false);
	size_t i;

	put_slice(opt, T_MP_SUBTYPE, 1, o);
	if (opt->len > 4)
		c = cursor_over(opt->start + 4, opt->len - 4, false);
	switch (opt->len >= 4 ? opt->start[2] >> 4 : opt->start[2] >> 4 | 0x10) {
	case MP_CAPABLE:
		describe_capable(opt, &c, o);
		break;
	case MP_JOIN:
		describe_join(opt, &c, o);
		break;
	case MP_DSS:
		describe_dss(opt, &c, o);
		break;
	case MP_ADD_ADDR:
		describe_add_addr(opt, &c, o);
		break;
	case MP_FAIL:
		put_next(&c, T_MP_DSN, 8, o);
		break;
	case MP_FASTCLOSE:
		put_next(&c, T_MP_RECV_KEY, 8, o);
		break;
	case MP_TCPRST:
		put_flags(opt, 2, o);
		put_slice(opt, T_MP_TRANSIENT, 2, o);
		break;
	case MP_PRIO:
	case MP_PRIO | 0x10:
		put_flags(opt, 2, o);
		put_slice(opt, T_MP_BACKUP, 2, o);
		break;
	case MP_REMOVE_ADDR:
		for (i = 3; i < opt->len; i++)
			field_put_uint(o, &tcp_described[T_MP_ADDR_ID], opt->start + i, 1);
		break;
	}
}

/* draft-ietf-tcpm-accurate-ecn 3.2.3: up to three counters; order 1 has them backwards. */
static void describe_acc_ecn(const uint8_t *p, size_t len, bool order_1, struct field_out *o)
{
	unsigned i;

	for (i = 0; i < 3 && len >= 3; i++, p += 3, len -= 3)
		field_put_uint(o, &tcp_described[T_ECN_ECT0 + (order_1 ? 2 - i : i)], p, 3);
}

static void describe_experiment(const struct option *opt, struct field_out *o)
{
	const uint16_t exid = load_be16(opt->start + 2);

	put_slice(opt, T_EXID, 1, o);
	if (exid == EXID_ACC_ECN_0 || exid == EXID_ACC_ECN_1)
		describe_acc_ecn(opt->start + 4, opt->len - 4, exid == EXID_ACC_ECN_1, o);
	else if (opt->len > 4)
		field_put_bytes(o, &tcp_described[exid == EXID_FAST_OPEN ? T_TFO : T_EXP_DATA],
				opt->start + 4, opt->len - 4);
}

/* What is not of a fixed shape. */
static void describe_value(const struct option *opt, uint32_t ack, struct field_out *o)
{
	const uint8_t *p = opt->start;

	if (opt->kind == OPT_WSCALE && opt->len == 3) {
		put_slice(opt, T_WSCALE, 1, o);
		field_put_num(o, &tcp_described[T_WSCALE_BY], 1u << MIN_OF(p[2], WSCALE_MAX), p + 2,
			      1);
	} else if (opt->kind == OPT_SACK) {
		describe_sack(opt, ack, o);
	} else if (opt->kind == OPT_MPTCP && opt->len >= 3) {
		describe_mptcp(opt, o);
	} else if (opt->kind == OPT_AO && opt->len >= 4) {
		put_slice(opt, T_AO_KEY, 2, o);
		field_put_bytes(o, &tcp_described[T_AO_MAC], p + 4, opt->len - 4);
	} else if (opt->kind == OPT_FAST_OPEN && opt->len > 2) {
		field_put_bytes(o, &tcp_described[T_TFO], p + 2, opt->len - 2);
	} else if (opt->kind == OPT_ACC_ECN_0 || opt->kind == OPT_ACC_ECN_1) {
		describe_acc_ecn(p + 2, opt->len - 2, opt->kind == OPT_ACC_ECN_1, o);
	} else if (opt->kind >= OPT_EXPERIMENT_1 && opt->kind <= OPT_EXPERIMENT_2 &&
		   opt->len >= 4) {
		describe_experiment(opt, o);
	} else if (opt->len > 2) {
		field_put_bytes(o, &tcp_described[T_UNKNOWN], p + 2, opt->len - 2);
	}
}

/* An option that is not all here: the snaplen cut it, or its length does not fit. */
static void describe_rest(const struct dissection *d, const struct layer *l, struct option *opt,
			  size_t left, struct field_out *o)
{
	const uint8_t *hdr = d->frame.data + l->off;
	const size_t hdr_len = (hdr[12] >> 4) * 4u;
	size_t shown = 0;

	field_put_group(o, &tcp_described[T_OPT],
			l->hdr_len < hdr_len ? "cut" : "its length does not fit", opt->start, left);
	if (l->hdr_len < hdr_len && left >= 2 && opt->start[1] >= 2 &&
	    (size_t)(opt->start - hdr) + opt->start[1] <= hdr_len) {
		opt->len = shown = 2;
		put_slice(opt, T_KIND, 2, o);
	}
	if (left > shown)
		field_put_bytes(o, &tcp_described[T_UNKNOWN], opt->start + shown, left - shown);
}

void tcp_options_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint32_t ack = load_be32(d->frame.data + l->off + 8);
	struct cursor c = options_of(d, l);
	struct option opt;
	size_t i;

	while (option_next(&c, &opt)) {
		field_put_group(o, &tcp_described[T_OPT], name_find(tcp_option_names, opt.kind),
				opt.start, opt.len);
		put_slice(&opt, T_KIND, 2, o);
		for (i = 0; i < ARRAY_SIZE(shapes); i++)
			if (shapes[i].kind == opt.kind && shapes[i].len == opt.len)
				break;
		if (i < ARRAY_SIZE(shapes))
			put_slice(&opt, shapes[i].first, shapes[i].nr, o);
		else
			describe_value(&opt, ack, o);
		/* What follows the end shall be zeros; if it is not, it is no options all the same.
		 */
		if (opt.kind == OPT_END && cursor_left(&c) && *c.pos)
			return;
	}
	if (cursor_left(&c) || c.failed)
		describe_rest(d, l, &opt, (size_t)(c.end - opt.start), o);
}

static void line_value(const struct option *opt, struct strbuf *out)
{
	const uint8_t *p = opt->start + 2;
	const char *name;
	size_t i;

	switch (opt->kind) {
	case OPT_MSS:
		if (opt->len == 4)
			strbuf_printf(out, " %u", load_be16(p));
		break;
	case OPT_WSCALE:
		if (opt->len == 3)
			strbuf_printf(out, " %u", p[0]);
		break;
	case OPT_TIMESTAMP:
		if (opt->len != 10)
			break;
		strbuf_puts(out, " val ");
		strbuf_uint(out, load_be32(p));
		strbuf_puts(out, " ecr ");
		strbuf_uint(out, load_be32(p + 4));
		break;
	case OPT_SACK:
		for (i = 2; i + 8 <= opt->len; i += 8)
			strbuf_printf(out, " {%u:%u}", load_be32(p + i - 2), load_be32(p + i + 2));
		break;
	case OPT_MPTCP:
		name = opt->len > 2 ? name_find(tcp_mptcp_names, p[0] >> 4) : NULL;
		strbuf_puts(out, name ? " " : "");
		strbuf_puts(out, name ? name : "");
		break;
	case OPT_FAST_OPEN:
		strbuf_puts(out, opt->len > 2 ? " cookie" : " cookie request");
		break;
	}
}

void tcp_options_line(const struct dissection *d, const struct layer *l, struct strbuf *out)
{
	struct cursor c = options_of(d, l);
	struct option opt;
	bool first = true;

	while (option_next(&c, &opt)) {
		const char *name = name_find(tcp_option_names, opt.kind);

		if (!first)
			strbuf_putc(out, ',');
		first = false;
		if (name)
			strbuf_puts(out, name);
		else
			strbuf_printf(out, "option-%u %zu bytes", opt.kind, opt.len - 2);
		line_value(&opt, out);
		if (opt.kind == OPT_END)
			return;
	}
	if (l->hdr_len < (d->frame.data[l->off + 12] >> 4) * 4u)
		strbuf_puts(out, first ? "..." : ",..."); /* not all of them were captured */
	else if (cursor_left(&c) || c.failed)
		strbuf_puts(out, first ? "bad" : ",bad");
}
