/*
 * dissect/proto/ipv6_opts.c -- hop-by-hop and destination options, RFC 8200 4.2; jumbograms RFC
 * 2675, router alert RFC 2711, home address RFC 6275 6.3, RPL RFC 6553.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/ipv6_ext.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	OPT_PAD1 = 0,
	OPT_PADN = 1,
	OPT_ROUTER_ALERT = 5,
	OPT_JUMBO = 0xc2,
	OPT_HOME_ADDRESS = 0xc9,
	ADDR_LEN = 16,
};

static const struct field_desc hopopts_fields[] = {
	{ "ipv6.hopopts.nxt", "Next header", 0, 8, FIELD_ENUM, .names = ipproto_names },
	{ "ipv6.hopopts.len", "Length in 8 bytes, less 1", 8, 8, FIELD_UINT },
};

static const struct field_desc dstopts_fields[] = {
	{ "ipv6.dstopts.nxt", "Next header", 0, 8, FIELD_ENUM, .names = ipproto_names },
	{ "ipv6.dstopts.len", "Length in 8 bytes, less 1", 8, 8, FIELD_UINT },
};

static const struct name_map option_names[] = {
	{ OPT_PAD1, "Pad1" },
	{ OPT_PADN, "PadN" },
	{ 0x04, "Tunnel encapsulation limit" },
	{ OPT_ROUTER_ALERT, "Router alert" },
	{ 0x07, "CALIPSO" },
	{ 0x08, "SMF duplicate detection" },
	{ 0x0f, "Performance and diagnostic metrics" },
	{ 0x11, "IOAM" },
	{ 0x1e, "Experimental" },
	{ 0x23, "RPL" },
	{ 0x26, "Quick-start" },
	{ 0x30, "Minimum path MTU" },
	{ 0x31, "IOAM" },
	{ 0x3e, "Experimental" },
	{ 0x63, "RPL" },
	{ 0x6d, "MPL" },
	{ 0x8b, "ILNP nonce" },
	{ 0x8c, "Line identification" },
	{ OPT_JUMBO, "Jumbo payload" },
	{ OPT_HOME_ADDRESS, "Home address" },
	{ 0xee, "Depth-first forwarding" },
	{ 0, NULL },
};

static const struct name_map action_names[] = {
	{ 0, "Skip and continue" },
	{ 1, "Discard" },
	{ 2, "Discard, send ICMP" },
	{ 3, "Discard, send ICMP unless multicast" },
	{ 0, NULL },
};

static const struct name_map alert_names[] = {
	{ 0, "MLD" },
	{ 1, "RSVP" },
	{ 2, "Active Networks" },
	{ 0, NULL },
};

enum {
	OPT_GROUP,
	OPT_TYPE,
	OPT_ACTION,
	OPT_CHANGE,
	OPT_REST,
	OPT_LENGTH,
	OPT_PADDING,
	OPT_TEL,
	OPT_ALERT,
	OPT_JUMBO_LEN,
	OPT_HOME,
	OPT_RPL_FLAGS,
	OPT_RPL_DOWN,
	OPT_RPL_RANK_ERROR,
	OPT_RPL_FORWARD_ERROR,
	OPT_RPL_INSTANCE,
	OPT_RPL_RANK,
	OPT_PMTU_MIN,
	OPT_PMTU_RTN,
	OPT_PMTU_FLAG,
	OPT_PDM_DTLR,
	OPT_PDM_DTLS,
	OPT_PDM_PSN,
	OPT_PDM_PSN_LAST,
	OPT_PDM_RECV,
	OPT_PDM_SENT,
	OPT_CALIPSO_DOI,
	OPT_CALIPSO_CMPT_LEN,
	OPT_CALIPSO_LEVEL,
	OPT_CALIPSO_CHECKSUM,
	OPT_IOAM_RSV,
	OPT_IOAM_TYPE,
	OPT_NONCE,
	OPT_LINE_LEN,
	OPT_UNKNOWN,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

/* Both kinds of option headers have these; bits count from the option's first byte. */
static const struct field_desc option_described[] = {
	[OPT_GROUP] = { "ipv6.opt", "Option", 0, 0, FIELD_GROUP, LISTED },
	[OPT_TYPE] = { "ipv6.opt.type", "Type", 0, 8, FIELD_ENUM, LISTED | FIELD_BASE_HEX,
		       .names = option_names },
	[OPT_ACTION] = { "ipv6.opt.type.action", "When unknown", 0, 2, FIELD_ENUM,
			 LISTED | FIELD_OVERLAP, .names = action_names },
	[OPT_CHANGE] = { "ipv6.opt.type.change", "May change on the way", 2, 1, FIELD_FLAG,
			 LISTED | FIELD_OVERLAP },
	[OPT_REST] = { "ipv6.opt.type.rest", "Low-order bits", 3, 5, FIELD_HEX,
		       LISTED | FIELD_OVERLAP },
	[OPT_LENGTH] = { "ipv6.opt.length", "Length", 8, 8, FIELD_UINT, LISTED, .unit = "bytes" },
	[OPT_PADDING] = { "ipv6.opt.padn", "Padding", 0, 0, FIELD_BYTES, LISTED },
	[OPT_TEL] = { "ipv6.opt.tel", "Tunnel encapsulation limit", 16, 8, FIELD_UINT, LISTED },
	[OPT_ALERT] = { "ipv6.opt.router_alert", "Router alert", 16, 16, FIELD_ENUM, LISTED,
			.names = alert_names },
	[OPT_JUMBO_LEN] = { "ipv6.opt.jumbo", "Payload length", 16, 32, FIELD_UINT, LISTED,
			    .unit = "bytes" },
	[OPT_HOME] = { "ipv6.opt.mipv6.home_address", "Home address", 16, 128, FIELD_IPV6, LISTED },
	[OPT_RPL_FLAGS] = { "ipv6.opt.rpl.flag", "Flags", 16, 8, FIELD_HEX, LISTED },
	[OPT_RPL_DOWN] = { "ipv6.opt.rpl.flag.o", "Down", 16, 1, FIELD_FLAG,
			   LISTED | FIELD_OVERLAP },
	[OPT_RPL_RANK_ERROR] = { "ipv6.opt.rpl.flag.r", "Rank error", 17, 1, FIELD_FLAG,
				 LISTED | FIELD_OVERLAP },
	[OPT_RPL_FORWARD_ERROR] = { "ipv6.opt.rpl.flag.f", "Forwarding error", 18, 1, FIELD_FLAG,
				    LISTED | FIELD_OVERLAP },
	[OPT_RPL_INSTANCE] = { "ipv6.opt.rpl.instance_id", "Instance", 24, 8, FIELD_HEX, LISTED },
	[OPT_RPL_RANK] = { "ipv6.opt.rpl.sender_rank", "Sender's rank", 32, 16, FIELD_HEX, LISTED },
	[OPT_PMTU_MIN] = { "ipv6.opt.pmtu.min", "Minimum path MTU so far", 16, 16, FIELD_UINT,
			   LISTED },
	[OPT_PMTU_RTN] = { "ipv6.opt.pmtu.rtn", "Minimum path MTU returned", 32, 15, FIELD_UINT,
			   LISTED, .scale = 2 },
	[OPT_PMTU_FLAG] = { "ipv6.opt.pmtu.r_flag", "Return wanted", 47, 1, FIELD_FLAG, LISTED },
	[OPT_PDM_DTLR] = { "ipv6.opt.pdm.scale_dtlr", "Scale of time since last received", 16, 8,
			   FIELD_UINT, LISTED },
	[OPT_PDM_DTLS] = { "ipv6.opt.pdm.scale_dtls", "Scale of time since last sent", 24, 8,
			   FIELD_UINT, LISTED },
	[OPT_PDM_PSN] = { "ipv6.opt.pdm.psn_this_pkt", "Sequence of this packet", 32, 16,
			  FIELD_UINT, LISTED },
	[OPT_PDM_PSN_LAST] = { "ipv6.opt.pdm.psn_last_recv", "Sequence last received", 48, 16,
			       FIELD_UINT, LISTED },
	[OPT_PDM_RECV] = { "ipv6.opt.pdm.delta_last_recv", "Time since last received", 64, 16,
			   FIELD_UINT, LISTED },
	[OPT_PDM_SENT] = { "ipv6.opt.pdm.delta_last_sent", "Time since last sent", 80, 16,
			   FIELD_UINT, LISTED },
	[OPT_CALIPSO_DOI] = { "ipv6.opt.calipso.doi", "Domain of interpretation", 16, 32,
			      FIELD_UINT, LISTED },
	[OPT_CALIPSO_CMPT_LEN] = { "ipv6.opt.calipso.cmpt.length", "Compartments in 4 bytes", 48, 8,
				   FIELD_UINT, LISTED },
	[OPT_CALIPSO_LEVEL] = { "ipv6.opt.calipso.sens_level", "Sensitivity level", 56, 8,
				FIELD_UINT, LISTED },
	[OPT_CALIPSO_CHECKSUM] = { "ipv6.opt.calipso.checksum", "Checksum", 64, 16, FIELD_HEX,
				   LISTED },
	[OPT_IOAM_RSV] = { "ipv6.opt.ioam.rsv", "Reserved", 16, 8, FIELD_UINT, LISTED },
	[OPT_IOAM_TYPE] = { "ipv6.opt.ioam.opt_type", "IOAM option", 24, 8, FIELD_UINT, LISTED },
	[OPT_NONCE] = { "ipv6.opt.ilnp_nonce", "Nonce", 0, 0, FIELD_BYTES, LISTED },
	[OPT_LINE_LEN] = { "ipv6.opt.lio.length", "Line id length", 16, 8, FIELD_UINT, LISTED },
	[OPT_UNKNOWN] = { "ipv6.opt.unknown", "Data", 0, 0, FIELD_BYTES, LISTED },
};

/* Which descriptors make up an option's value; behind `bytes` of it the rest is unknown data. */
static const struct {
	uint8_t type, bytes, first, nr;
} option_shapes[] = {
	{ 0x04, 1, OPT_TEL, 1 },
	{ OPT_ROUTER_ALERT, 2, OPT_ALERT, 1 },
	{ 0x07, 8, OPT_CALIPSO_DOI, 4 },
	{ 0x0f, 10, OPT_PDM_DTLR, 6 },
	{ 0x11, 2, OPT_IOAM_RSV, 2 },
	{ 0x23, 4, OPT_RPL_FLAGS, 6 },
	{ 0x30, 4, OPT_PMTU_MIN, 3 },
	{ 0x31, 2, OPT_IOAM_RSV, 2 },
	{ 0x63, 4, OPT_RPL_FLAGS, 6 },
	{ 0x8c, 1, OPT_LINE_LEN, 1 },
	{ OPT_JUMBO, 4, OPT_JUMBO_LEN, 1 },
	{ OPT_HOME_ADDRESS, ADDR_LEN, OPT_HOME, 1 },
};

struct option {
	const uint8_t *start;
	size_t len; /* of all of it */
};

/* False at the end, or where the list does not parse: then the cursor has failed. */
static bool option_next(struct cursor *c, struct option *ret)
{
	if (!cursor_left(c))
		return false;
	ret->start = c->pos;
	ret->len = 1;
	if (cursor_u8(c) == OPT_PAD1)
		return true;
	ret->len = 2u + cursor_u8(c);
	return cursor_take(c, ret->len - 2);
}

/* A length that IPv6's own field has no room for. */
static void hopopts_jumbo(struct dissection *d, const struct layer *l, const uint8_t *p,
			  struct cursor *c)
{
	const size_t taken = (size_t)(c->pos - (d->frame.data + l->off));
	struct cursor list = cursor_over(p + 2, taken - 2, false);
	struct option opt;

	while (option_next(&list, &opt)) {
		if (*opt.start != OPT_JUMBO || opt.len != 6)
			continue;
		if (load_be32(opt.start + 2) < taken)
			d->notes |= NOTE_BAD_LENGTH;
		else
			dissect_limit(d, c, load_be32(opt.start + 2) - taken);
		return;
	}
}

static struct next hopopts_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = d->frame.data + l->off;
	const struct next next = ipv6_ext_dissect(d, l, c);

	if (unlikely(d->notes & NOTE_NO_LENGTH) && !c->failed && layer_carrier(d, l) == PROTO_IPV6)
		hopopts_jumbo(d, l, p, c);
	return next;
}

static void describe_option(const struct option *opt, struct field_out *o)
{
	const uint8_t *p = opt->start;
	size_t i, known = 0;

	field_put_group(o, &option_described[OPT_GROUP], name_find(option_names, *p), p, opt->len);
	field_put_table(o, &option_described[OPT_TYPE], 1, 0, p, 1);
	if (*p != OPT_PAD1)
		field_put_table(o, &option_described[OPT_ACTION], OPT_REST - OPT_ACTION + 1, 0, p,
				1);
	if (opt->len >= 2)
		field_put_table(o, &option_described[OPT_LENGTH], 1, 0, p, 2);
	for (i = 0; i < ARRAY_SIZE(option_shapes); i++) {
		if (option_shapes[i].type != *p || opt->len < 2u + option_shapes[i].bytes)
			continue;
		known = option_shapes[i].bytes;
		field_put_table(o, &option_described[option_shapes[i].first], option_shapes[i].nr,
				0, p, 2 + known);
	}
	if (opt->len > 2 + known)
		field_put_bytes(o,
				&option_described[*p == OPT_PADN ? OPT_PADDING
						  : *p == 0x8b   ? OPT_NONCE
								 : OPT_UNKNOWN],
				p + 2 + known, opt->len - 2 - known);
}

/* An option that is not all here: the snaplen cut it, or its length does not fit. */
static void describe_rest(const struct dissection *d, const struct layer *l, const uint8_t *p,
			  size_t left, struct field_out *o)
{
	const size_t hdr_len = (d->frame.data[l->off + 1] + 1u) * 8;
	const size_t at = (size_t)(p - (d->frame.data + l->off));
	const bool cut = l->hdr_len < hdr_len;
	size_t shown = 0;

	field_put_group(o, &option_described[OPT_GROUP], cut ? "cut" : "its length does not fit", p,
			left);
	if (cut && left >= 2 && at + 2 + p[1] <= hdr_len) {
		shown = 2;
		field_put_table(o, &option_described[OPT_TYPE], OPT_LENGTH - OPT_TYPE + 1, 0, p, 2);
	}
	if (left > shown)
		field_put_bytes(o, &option_described[OPT_UNKNOWN], p + shown, left - shown);
}

static void options_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 2);
	struct option opt;

	while (option_next(&c, &opt))
		describe_option(&opt, o);
	if (!c.failed)
		return;
	describe_rest(d, l, opt.start, (size_t)(c.end - opt.start), o);
}

static void line_option(const struct option *opt, struct strbuf *out)
{
	const char *name = name_find(option_names, *opt->start);

	strbuf_putc(out, ' ');
	if (name) {
		strbuf_puts(out, name);
	} else {
		strbuf_puts(out, "option 0x");
		strbuf_hex(out, *opt->start, 2);
	}
	if (*opt->start == OPT_JUMBO && opt->len == 6) {
		strbuf_putc(out, ' ');
		strbuf_uint(out, load_be32(opt->start + 2));
	} else if (*opt->start == OPT_HOME_ADDRESS && opt->len == 2 + ADDR_LEN) {
		strbuf_putc(out, ' ');
		text_ipv6(opt->start + 2, out);
	}
}

static void line_options(const struct dissection *d, const struct layer *l, const char *name,
			 const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 2);
	struct option o;

	strbuf_puts(out, name);
	while (!opt->quiet && option_next(&c, &o))
		if (*o.start != OPT_PAD1 && *o.start != OPT_PADN)
			line_option(&o, out);
	ipv6_ext_line(d, l, "", out);
}

static void hopopts_line(const struct dissection *d, const struct layer *l,
			 const struct render_options *opt, struct strbuf *out)
{
	line_options(d, l, "hop-by-hop", opt, out);
}

static void dstopts_line(const struct dissection *d, const struct layer *l,
			 const struct render_options *opt, struct strbuf *out)
{
	line_options(d, l, "destination-options", opt, out);
}

const struct dissector ipv6_hopopts_dissector = {
	.name = "ipv6.hopopts",
	.title = "IPv6 hop-by-hop options",
	.id = PROTO_IPV6_HOPOPTS,
	.layer_class = CLASS_EXTENSION,
	.min_hdr_len = 8,
	.fields = hopopts_fields,
	.nr_fields = ARRAY_SIZE(hopopts_fields),
	.described = option_described,
	.nr_described = ARRAY_SIZE(option_described),
	.keys = { { KEY_IPPROTO, 0 } },
	.dissect = hopopts_dissect,
	.describe = options_describe,
	.line = hopopts_line,
};

const struct dissector ipv6_dstopts_dissector = {
	.name = "ipv6.dstopts",
	.title = "IPv6 destination options",
	.id = PROTO_IPV6_DSTOPTS,
	.layer_class = CLASS_EXTENSION,
	.min_hdr_len = 8,
	.fields = dstopts_fields,
	.nr_fields = ARRAY_SIZE(dstopts_fields),
	.described = option_described,
	.nr_described = ARRAY_SIZE(option_described),
	.keys = { { KEY_IPPROTO, 60 } },
	.dissect = ipv6_ext_dissect,
	.describe = options_describe,
	.line = dstopts_line,
};
