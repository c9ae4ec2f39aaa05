/* dissect/proto/ipv4.c -- Internet Protocol version 4, RFC 791; DSCP RFC 2474, ECN RFC 3168. */
#include <stdio.h>

#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { IPV4_HDR_MIN = 20, IPV4_MF = 0x2000, IPV4_OFFSET_MASK = 0x1fff };

static const struct field_desc ipv4_fields[] = {
	{ "ip.version", "Version", 0, 4, FIELD_UINT },
	{ "ip.hdr_len", "Header length", 4, 4, FIELD_UINT, .scale = 4 },
	{ "ip.dsfield", "Differentiated services", 8, 8, FIELD_HEX },
	{ "ip.dsfield.dscp", "DSCP", 8, 6, FIELD_UINT, FIELD_OVERLAP },
	{ "ip.dsfield.ecn", "ECN", 14, 2, FIELD_UINT, FIELD_OVERLAP },
	{ "ip.len", "Total length", 16, 16, FIELD_UINT },
	{ "ip.id", "Identification", 32, 16, FIELD_HEX },
	{ "ip.flags", "Flags", 48, 3, FIELD_HEX, .digits = 2 },
	{ "ip.flags.rb", "Reserved bit", 48, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "ip.flags.df", "Don't fragment", 49, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "ip.flags.mf", "More fragments", 50, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "ip.frag_offset", "Fragment offset in 8 bytes", 51, 13, FIELD_UINT },
	{ "ip.ttl", "Time to live", 64, 8, FIELD_UINT },
	{ "ip.proto", "Protocol", 72, 8, FIELD_ENUM, .names = ipproto_names },
	{ "ip.checksum", "Header checksum", 80, 16, FIELD_HEX },
	{ "ip.src", "Source", 96, 32, FIELD_IPV4 },
	{ "ip.dst", "Destination", 128, 32, FIELD_IPV4 },
};

enum {
	OPT_END = 0,
	OPT_NOP = 1,
	OPT_RECORD_ROUTE = 7,
	OPT_MTU_PROBE = 11,
	OPT_MTU_REPLY = 12,
	OPT_QUICK_START = 25,
	OPT_TIMESTAMP = 68,
	OPT_TRACEROUTE = 82,
	OPT_SECURITY = 130,
	OPT_LOOSE_ROUTE = 131,
	OPT_CIPSO = 134,
	OPT_STREAM_ID = 136,
	OPT_STRICT_ROUTE = 137,
	OPT_ROUTER_ALERT = 148,
	TIME_ADDRESSES = 1, /* a flag of the timestamp option, RFC 781: each time has its address */
	TIME_ASKED = 3,     /* the same, and only the hosts named are to write theirs */
	CIPSO_TAGS_AT = 6,
	CATEGORIES_TEXT_MAX = 1280, /* as many as the longest option has bits, with commas */
};

static const struct name_map option_names[] = {
	{ OPT_END, "End" },
	{ OPT_NOP, "No operation" },
	{ OPT_RECORD_ROUTE, "Record route" },
	{ OPT_MTU_PROBE, "MTU probe" },
	{ OPT_MTU_REPLY, "MTU reply" },
	{ OPT_QUICK_START, "Quick-start" },
	{ OPT_TIMESTAMP, "Timestamp" },
	{ OPT_TRACEROUTE, "Traceroute" },
	{ OPT_SECURITY, "Security" },
	{ OPT_LOOSE_ROUTE, "Loose source route" },
	{ 133, "Extended security" },
	{ OPT_CIPSO, "Commercial security" },
	{ OPT_STREAM_ID, "Stream id" },
	{ OPT_STRICT_ROUTE, "Strict source route" },
	{ OPT_ROUTER_ALERT, "Router alert" },
	{ 149, "Selective directed broadcast" },
	{ 0, NULL },
};

static const struct name_map class_names[] = {
	{ 0, "Control" },
	{ 1, "Reserved for future use" },
	{ 2, "Debugging and measurement" },
	{ 3, "Reserved for future use" },
	{ 0, NULL },
};

static const struct name_map alert_names[] = {
	{ 0, "Router shall examine packet" },
	{ 0, NULL },
};

static const struct name_map time_flag_names[] = {
	{ 0, "Time stamps only" },
	{ TIME_ADDRESSES, "Time stamp and address" },
	{ TIME_ASKED, "Time stamps for prespecified addresses" },
	{ 0, NULL },
};

static const struct name_map cipso_tag_names[] = {
	{ 1, "Restrictive category bitmap" },
	{ 2, "Enumerated categories" },
	{ 5, "Ranged categories" },
	{ 6, "Permissive category bitmap" },
	{ 7, "Free form" },
	{ 128, "Local" },
	{ 0, NULL },
};

enum {
	IPV4_CHECKSUM, /* and the two after it */
	IPV4_OPT = IPV4_CHECKSUM + 3,
	IPV4_OPT_TYPE,
	IPV4_OPT_COPY,
	IPV4_OPT_CLASS,
	IPV4_OPT_NUMBER,
	IPV4_OPT_LEN,
	IPV4_OPT_PTR,
	IPV4_REC_RT,
	IPV4_EMPTY_RT,
	IPV4_SRC_RT,
	IPV4_OPT_OVERFLOW,
	IPV4_OPT_FLAG,
	IPV4_OPT_TIME,
	IPV4_OPT_TIME_ADDR,
	IPV4_OPT_RA,
	IPV4_OPT_SID,
	IPV4_OPT_MTU,
	IPV4_OPT_ID,
	IPV4_OPT_OHC,
	IPV4_OPT_RHC,
	IPV4_OPT_ORIGINATOR,
	IPV4_OPT_SEC_CL,
	IPV4_CIPSO_DOI,
	IPV4_CIPSO_TAG,
	IPV4_CIPSO_LEVEL,
	IPV4_CIPSO_CATEGORIES,
	IPV4_OPT_DATA,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc ipv4_described[] = {
	CHECKSUM_STATUS("ip.checksum.status"),
	CHECKSUM_EXPECTED("ip.checksum_calculated"),
	CHECKSUM_NOTE("ip.checksum.note"),
	[IPV4_OPT] = { "ip.opt", "Option", 0, 0, FIELD_GROUP, LISTED },
	/* The first byte in parts: these two lie within it. */
	[IPV4_OPT_TYPE] = { "ip.opt.type", "Type", 0, 8, FIELD_ENUM, LISTED,
			    .names = option_names },
	[IPV4_OPT_COPY] = { "ip.opt.type.copy", "Copied into fragments", 0, 1, FIELD_FLAG,
			    LISTED | FIELD_OVERLAP },
	[IPV4_OPT_CLASS] = { "ip.opt.type.class", "Class", 1, 2, FIELD_ENUM, LISTED | FIELD_OVERLAP,
			     .names = class_names },
	[IPV4_OPT_NUMBER] = { "ip.opt.type.number", "Number", 3, 5, FIELD_UINT,
			      LISTED | FIELD_OVERLAP },
	[IPV4_OPT_LEN] = { "ip.opt.len", "Length", 0, 0, FIELD_UINT, LISTED, .unit = "bytes" },
	[IPV4_OPT_PTR] = { "ip.opt.ptr", "Pointer", 0, 0, FIELD_UINT, LISTED },
	[IPV4_REC_RT] = { "ip.rec_rt", "Recorded route", 0, 0, FIELD_IPV4, LISTED },
	[IPV4_EMPTY_RT] = { "ip.empty_rt", "Empty place", 0, 0, FIELD_IPV4, LISTED },
	[IPV4_SRC_RT] = { "ip.src_rt", "Source route", 0, 0, FIELD_IPV4, LISTED },
	[IPV4_OPT_OVERFLOW] = { "ip.opt.overflow", "Hosts that found no place", 0, 4, FIELD_UINT,
				LISTED },
	[IPV4_OPT_FLAG] = { "ip.opt.flag", "Flag", 4, 4, FIELD_ENUM, LISTED | FIELD_BASE_HEX,
			    .names = time_flag_names, .digits = 2 },
	[IPV4_OPT_TIME] = { "ip.opt.time_stamp", "Time since midnight UTC", 0, 0, FIELD_UINT,
			    LISTED, .unit = "ms" },
	[IPV4_OPT_TIME_ADDR] = { "ip.opt.time_stamp_addr", "Address", 0, 0, FIELD_IPV4, LISTED },
	[IPV4_OPT_RA] = { "ip.opt.ra", "Router alert", 0, 0, FIELD_ENUM, LISTED,
			  .names = alert_names },
	[IPV4_OPT_SID] = { "ip.opt.sid", "Stream identifier", 0, 0, FIELD_UINT, LISTED },
	[IPV4_OPT_MTU] = { "ip.opt.mtu", "MTU", 0, 0, FIELD_UINT, LISTED },
	[IPV4_OPT_ID] = { "ip.opt.id_number", "Traceroute id", 0, 0, FIELD_UINT, LISTED },
	[IPV4_OPT_OHC] = { "ip.opt.ohc", "Hops out", 0, 0, FIELD_UINT, LISTED },
	[IPV4_OPT_RHC] = { "ip.opt.rhc", "Hops back", 0, 0, FIELD_UINT, LISTED },
	[IPV4_OPT_ORIGINATOR] = { "ip.opt.originator", "Originator", 0, 0, FIELD_IPV4, LISTED },
	[IPV4_OPT_SEC_CL] = { "ip.opt.sec_cl", "Classification level", 0, 0, FIELD_HEX, LISTED },
	[IPV4_CIPSO_DOI] = { "ip.cipso.doi", "Domain of interpretation", 0, 0, FIELD_UINT, LISTED },
	[IPV4_CIPSO_TAG] = { "ip.cipso.tag_type", "Tag type", 0, 0, FIELD_ENUM, LISTED,
			     .names = cipso_tag_names },
	[IPV4_CIPSO_LEVEL] = { "ip.cipso.sensitivity_level", "Sensitivity level", 0, 0, FIELD_UINT,
			       LISTED },
	[IPV4_CIPSO_CATEGORIES] = { "ip.cipso.categories", "Categories", 0, 0, FIELD_TEXT, LISTED },
	[IPV4_OPT_DATA] = { "ip.opt.data", "Data", 0, 0, FIELD_BYTES, LISTED },
};

/* A fragment: what is here is not the whole datagram, so running out of it proves no lie. */
static bool ipv4_fragment(struct dissection *d, struct cursor *c, uint16_t frag)
{
	d->notes |= NOTE_FRAGMENT;
	if (frag & IPV4_OFFSET_MASK) {
		d->notes |= NOTE_LATER_FRAGMENT;
		return false;
	}
	c->clipped = true;
	return true;
}

static struct next ipv4_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, IPV4_HDR_MIN);
	size_t hdr_len, total;
	struct flow *flow;
	uint16_t frag;

	if (unlikely(!p))
		return next_none();
	if (unlikely(p[0] != 0x45)) {
		if (p[0] >> 4 != 4)
			return next_malformed(d, NOTE_BAD_VERSION);
		if ((p[0] & 15) * 4 < IPV4_HDR_MIN)
			return next_malformed(d, NOTE_BAD_HEADER_LEN);
	}
	flow = flow_begin(d);
	flow->addr_len = 4;
	flow->l4_proto = p[9];
	memcpy(flow->src, p + 12, 4);
	memcpy(flow->dst, p + 16, 4);
	hdr_len = (p[0] & 15) * 4u;
	total = load_be16(p + 2);
	frag = load_be16(p + 6);
	if (unlikely(hdr_len > IPV4_HDR_MIN))
		cursor_skip(c, hdr_len - IPV4_HDR_MIN);
	if (unlikely(c->failed))
		return next_none();
	if (likely(total >= hdr_len))
		dissect_limit(d, c, total - hdr_len);
	else if (total)
		return next_malformed(d, NOTE_BAD_LENGTH);
	else
		d->notes |= NOTE_NO_LENGTH;
	if (unlikely(frag & (IPV4_MF | IPV4_OFFSET_MASK)) && !ipv4_fragment(d, c, frag))
		return next_none();
	return next_key(KEY_IPPROTO, p[9]);
}

struct ipv4_option {
	const uint8_t *start;
	size_t len; /* of all of it */
};

/* False at the end, or where the list does not parse: then the cursor has failed. */
static bool ipv4_option_next(struct cursor *c, struct ipv4_option *ret)
{
	uint8_t type;

	if (!cursor_left(c))
		return false;
	ret->start = c->pos;
	ret->len = 1;
	type = cursor_u8(c);
	if (type == OPT_END || type == OPT_NOP)
		return true;
	ret->len = cursor_u8(c);
	if (ret->len < 2)
		c->failed = true;
	else
		cursor_skip(c, ret->len - 2);
	return !c->failed;
}

/* Addresses with a pointer (1-based) to the place of the next: RFC 791 3.1. */
static void describe_route(const struct ipv4_option *opt, struct field_out *o)
{
	const bool record = *opt->start == OPT_RECORD_ROUTE;
	size_t i;

	for (i = 3; i + 4 <= opt->len; i += 4) {
		unsigned field = IPV4_REC_RT;

		if (i + 1 >= opt->start[2])
			field = record ? IPV4_EMPTY_RT : IPV4_SRC_RT;
		field_put_bytes(o, &ipv4_described[field], opt->start + i, 4);
	}
}

static void describe_times(const struct ipv4_option *opt, struct field_out *o)
{
	const uint8_t *p = opt->start;
	const uint8_t flag = p[3] & 15;
	const size_t step = flag == TIME_ADDRESSES || flag == TIME_ASKED ? 8 : 4;
	size_t i;

	field_put_num(o, &ipv4_described[IPV4_OPT_OVERFLOW], p[3] >> 4, p + 3, 1);
	field_put_num(o, &ipv4_described[IPV4_OPT_FLAG], flag, p + 3, 1);
	for (i = 4; i + step <= opt->len; i += step) {
		if (step == 8)
			field_put_bytes(o, &ipv4_described[IPV4_OPT_TIME_ADDR], p + i, 4);
		field_put_uint(o, &ipv4_described[IPV4_OPT_TIME], p + i + step - 4, 4);
	}
}

/* A bitmap as the numbers of its bits, the most significant one first: "0,2,15". */
static void put_categories(const uint8_t *p, size_t len, struct field_out *o)
{
	char text[CATEGORIES_TEXT_MAX];
	struct strbuf out = strbuf_over(text, sizeof(text));
	unsigned i;

	for (i = 0; i < len * 8; i++) {
		if (!(p[i / 8] & 0x80 >> i % 8))
			continue;
		if (out.len)
			strbuf_putc(&out, ',');
		strbuf_uint(&out, i);
	}
	field_put_text(o, &ipv4_described[IPV4_CIPSO_CATEGORIES], text, out.len, p, len);
}

/* FIPS 188: tags, each with its own length; only the bitmap types agree on what is in them. */
static void describe_cipso(const struct ipv4_option *opt, struct field_out *o)
{
	struct cursor c = cursor_over(opt->start + CIPSO_TAGS_AT, opt->len - CIPSO_TAGS_AT, false);

	field_put_uint(o, &ipv4_described[IPV4_CIPSO_DOI], opt->start + 2, 4);
	while (cursor_left(&c) >= 2) {
		const uint8_t *tag = c.pos;
		const size_t len = tag[1];

		if (len < 2 || !cursor_take(&c, len))
			return;
		field_put_uint(o, &ipv4_described[IPV4_CIPSO_TAG], tag, 1);
		if (tag[0] < 7 && len >= 4) {
			field_put_uint(o, &ipv4_described[IPV4_CIPSO_LEVEL], tag + 3, 1);
			if (tag[0] == 1)
				put_categories(tag + 4, len - 4, o);
			else if (len > 4)
				field_put_bytes(o, &ipv4_described[IPV4_OPT_DATA], tag + 4,
						len - 4);
		} else if (len > 2) {
			field_put_bytes(o, &ipv4_described[IPV4_OPT_DATA], tag + 2, len - 2);
		}
	}
}

static void describe_number(const struct ipv4_option *opt, unsigned field, struct field_out *o)
{
	field_put_uint(o, &ipv4_described[field], opt->start + 2, 2);
}

/* The value of one option, when it is as long as it must be. */
static bool describe_value(const struct ipv4_option *opt, struct field_out *o)
{
	const uint8_t *p = opt->start;

	switch (*p) {
	case OPT_RECORD_ROUTE:
	case OPT_LOOSE_ROUTE:
	case OPT_STRICT_ROUTE:
		if (opt->len < 3)
			return false;
		field_put_uint(o, &ipv4_described[IPV4_OPT_PTR], p + 2, 1);
		describe_route(opt, o);
		return true;
	case OPT_TIMESTAMP:
		if (opt->len < 4)
			return false;
		field_put_uint(o, &ipv4_described[IPV4_OPT_PTR], p + 2, 1);
		describe_times(opt, o);
		return true;
	case OPT_ROUTER_ALERT:
	case OPT_STREAM_ID:
	case OPT_MTU_PROBE:
	case OPT_MTU_REPLY:
		if (opt->len != 4)
			return false;
		describe_number(opt,
				*p == OPT_ROUTER_ALERT ? IPV4_OPT_RA
				: *p == OPT_STREAM_ID  ? IPV4_OPT_SID
						       : IPV4_OPT_MTU,
				o);
		return true;
	case OPT_TRACEROUTE: /* RFC 1393 */
		if (opt->len != 12)
			return false;
		describe_number(opt, IPV4_OPT_ID, o);
		field_put_uint(o, &ipv4_described[IPV4_OPT_OHC], p + 4, 2);
		field_put_uint(o, &ipv4_described[IPV4_OPT_RHC], p + 6, 2);
		field_put_bytes(o, &ipv4_described[IPV4_OPT_ORIGINATOR], p + 8, 4);
		return true;
	case OPT_CIPSO:
		if (opt->len < CIPSO_TAGS_AT)
			return false;
		describe_cipso(opt, o);
		return true;
	case OPT_SECURITY: /* RFC 1108; RFC 791's is always 11 bytes */
		if (opt->len < 3 || opt->len == 11)
			return false;
		field_put_uint(o, &ipv4_described[IPV4_OPT_SEC_CL], p + 2, 1);
		return true;
	}
	return false;
}

static void describe_option(const struct ipv4_option *opt, struct field_out *o)
{
	const uint8_t *p = opt->start;

	field_put_group(o, &ipv4_described[IPV4_OPT], name_find(option_names, *p), p, opt->len);
	field_put_table(o, &ipv4_described[IPV4_OPT_TYPE], IPV4_OPT_NUMBER - IPV4_OPT_TYPE + 1, 0,
			p, 1);
	if (opt->len < 2)
		return;
	field_put_uint(o, &ipv4_described[IPV4_OPT_LEN], p + 1, 1);
	if (!describe_value(opt, o) && opt->len > 2)
		field_put_bytes(o, &ipv4_described[IPV4_OPT_DATA], p + 2, opt->len - 2);
}

/* An option that claims to be longer than the header, or shorter than itself. */
static void describe_bad(const uint8_t *p, size_t len, struct field_out *o)
{
	field_put_group(o, &ipv4_described[IPV4_OPT], "its length does not fit", p, len);
	field_put_bytes(o, &ipv4_described[IPV4_OPT_DATA], p, len);
}

/* The stack writes this one also where it leaves the transport's to the NIC; a zero was left. */
static struct checksum_found ipv4_checksum(const uint8_t *p, size_t len)
{
	const uint16_t found = load_be16(p + 10);
	const uint32_t sum = checksum_partial(p, len, 0);
	struct checksum_found f = {
		.status = checksum_fold(sum) ? CHECKSUM_BAD : CHECKSUM_GOOD,
		.found = found,
		.expected = checksum_fold(sum + (uint16_t)~found),
		.computed = true,
	};

	if (!found && f.status == CHECKSUM_BAD) {
		f.status = CHECKSUM_UNVERIFIED;
		f.offloaded = true;
	}
	return f;
}

static void ipv4_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, IPV4_HDR_MIN);
	const uint8_t *p = layer_bytes(d, l, 0, IPV4_HDR_MIN);
	struct checksum_found found = { .status = CHECKSUM_UNVERIFIED };
	struct ipv4_option opt;

	if (!p)
		return;
	if ((p[0] & 15) * 4 >= IPV4_HDR_MIN && l->hdr_len >= (p[0] & 15) * 4u)
		found = ipv4_checksum(p, l->hdr_len);
	checksum_put(o, &ipv4_described[IPV4_CHECKSUM], &found, p + 10, 2);
	while (ipv4_option_next(&c, &opt)) {
		describe_option(&opt, o);
		if (*opt.start == OPT_END)
			return;
	}
	if (c.failed)
		describe_bad(opt.start, (size_t)(c.end - opt.start), o);
}

static void line_option(const struct ipv4_option *opt, struct strbuf *out)
{
	const char *name = name_find(option_names, *opt->start);
	const uint8_t *p = opt->start;
	size_t i;

	if (name) {
		strbuf_puts(out, name);
	} else {
		strbuf_puts(out, "option ");
		strbuf_uint(out, *p);
	}
	switch (*p) {
	case OPT_RECORD_ROUTE:
	case OPT_LOOSE_ROUTE:
	case OPT_STRICT_ROUTE:
		for (i = 3; opt->len > 3 && i + 4 <= opt->len; i += 4) {
			strbuf_puts(out, i + 1 == p[2] ? " ^" : " ");
			text_ipv4(p + i, out);
		}
		break;
	case OPT_ROUTER_ALERT:
		if (opt->len == 4 && load_be16(p + 2)) {
			strbuf_putc(out, ' ');
			strbuf_uint(out, load_be16(p + 2));
		}
		break;
	}
}

static void line_options(const struct dissection *d, const struct layer *l, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, IPV4_HDR_MIN);
	struct ipv4_option opt;
	bool first = true;

	strbuf_puts(out, ": options [");
	while (ipv4_option_next(&c, &opt)) {
		if (*opt.start == OPT_END)
			break;
		if (*opt.start == OPT_NOP)
			continue;
		strbuf_puts(out, first ? "" : ",");
		first = false;
		line_option(&opt, out);
	}
	if (c.failed && l->hdr_len < (d->frame.data[l->off] & 15) * 4u)
		strbuf_puts(out, first ? "..." : ",...");
	else if (c.failed)
		strbuf_puts(out, first ? "bad" : ",bad");
	strbuf_putc(out, ']');
}

static void line_checksum(const uint8_t *p, size_t len, const struct render_options *opt,
			  struct strbuf *out)
{
	const struct checksum_found f = ipv4_checksum(p, len);
	char text[64];

	if (f.status != CHECKSUM_BAD)
		return;
	snprintf(text, sizeof(text), " [bad checksum 0x%04x, should be 0x%04x]", f.found,
		 f.expected);
	line_paint(opt, PAINT_WARNING, text, out);
}

static void ipv4_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, IPV4_HDR_MIN);
	uint16_t frag;

	line_paint(opt, PAINT_PROTOCOL, "IP", out);
	if (!p)
		return;
	if (p[0] >> 4 != 4) { /* whatever this is, those are no addresses */
		strbuf_printf(out, " version %u", p[0] >> 4);
		return;
	}
	strbuf_putc(out, ' ');
	line_endpoints(d, l, p + 12, p + 16, 4, opt, out);
	frag = load_be16(p + 6);
	if (frag & (IPV4_MF | IPV4_OFFSET_MASK))
		strbuf_printf(out, ": fragment id %u offset %u%s", load_be16(p + 4),
			      (frag & IPV4_OFFSET_MASK) * 8u, frag & IPV4_MF ? "+" : "");
	if (l->hdr_len > IPV4_HDR_MIN && !opt->quiet)
		line_options(d, l, out);
	if ((p[0] & 15) * 4 >= IPV4_HDR_MIN && l->hdr_len >= (p[0] & 15) * 4u)
		line_checksum(p, l->hdr_len, opt, out);
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ": ");
		line_unknown_ipproto(d, p[9], out);
	}
}

const struct dissector ipv4_dissector = {
	.name = "ip",
	.title = "Internet Protocol version 4",
	.id = PROTO_IPV4,
	.layer_class = CLASS_NETWORK,
	.min_hdr_len = IPV4_HDR_MIN,
	.fields = ipv4_fields,
	.nr_fields = ARRAY_SIZE(ipv4_fields),
	.described = ipv4_described,
	.nr_described = ARRAY_SIZE(ipv4_described),
	.keys = { { KEY_ETHERTYPE, 0x0800 }, { KEY_IPPROTO, 4 }, { KEY_LINKTYPE, 228 } },
	.dissect = ipv4_dissect,
	.describe = ipv4_describe,
	.line = ipv4_line,
};
