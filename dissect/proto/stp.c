/*
 * dissect/proto/stp.c -- spanning tree: IEEE 802.1D-2004 clause 9 (STP, RSTP), 802.1Q-2018 clause
 * 14 (MSTP, SPT), and the VLAN that Cisco's PVST+ appends.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { BPDU_CONFIGURATION = 0x00, BPDU_RAPID = 0x02, BPDU_TOPOLOGY_CHANGE = 0x80 };

enum { VERSION_RAPID = 2, VERSION_MULTIPLE = 3, VERSION_SHORTEST_PATH = 4 };

/* Places in a BPDU, bytes from its start. */
enum {
	STP_FIXED_LEN = 4,
	STP_FLAGS = 4,
	STP_ROOT = 5,
	STP_COST = 13,
	STP_BRIDGE = 17,
	STP_PORT = 25,
	STP_TIMES = 27,
	STP_BODY_END = 35,
	CONFIG_ID_LEN = 51,
	MST_CONFIG_LEN = 64, /* of what stands before the instances in a version 3 part */
	MSTI_LEN = 16,
	MSTI_MAX = 64, /* IEEE 802.1Q allows as many in a BPDU */
	PVST_TLVS_MAX = 16,
};

enum { STP_CLASSIC = 1 << 0, STP_RAPID = 1 << 1, STP_NOTICE = 1 << 2, STP_OTHER = 1 << 3 };

static const struct name_map version_names[] = {
	{ 0, "STP" },
	{ VERSION_RAPID, "RSTP" },
	{ VERSION_MULTIPLE, "MSTP" },
	{ VERSION_SHORTEST_PATH, "SPT" },
	{ 0, NULL },
};

static const struct name_map type_names[] = {
	{ BPDU_CONFIGURATION, "configuration" },
	{ BPDU_RAPID, "rapid or multiple" },
	{ BPDU_TOPOLOGY_CHANGE, "topology change" },
	{ 0, NULL },
};

static const struct name_map role_names[] = {
	{ 0, "master" }, { 1, "alternate or backup" }, { 2, "root" }, { 3, "designated" },
	{ 0, NULL },
};

static const struct name_map pvst_names[] = { { 0, "originating VLAN" }, { 0, NULL } };

static const struct field_desc stp_fields[] = {
	{ "stp.protocol", "Protocol", 0, 16, FIELD_HEX },
	{ "stp.version", "Version", 16, 8, FIELD_ENUM, .names = version_names },
	{ "stp.type", "Type", 24, 8, FIELD_ENUM, FIELD_BASE_HEX, .names = type_names },
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

/* The eight bits of flags and the parts of an instance are tables; bits count from their start. */
enum {
	F_FLAGS,
	F_FLAG_FIRST,
	F_FLAG_LAST = F_FLAG_FIRST + 6,
	F_ROOT_GROUP,
	F_ROOT_PRIO,
	F_ROOT_EXT,
	F_ROOT_HW,
	F_COST,
	F_BRIDGE_GROUP,
	F_BRIDGE_PRIO,
	F_BRIDGE_EXT,
	F_BRIDGE_HW,
	F_PORT,
	F_MSG_AGE,
	F_MAX_AGE,
	F_HELLO,
	F_FORWARD,
	F_V1_LENGTH,
	F_V3_LENGTH,
	F_CONFIG_FIRST,
	F_CONFIG_LAST = F_CONFIG_FIRST + 3,
	F_CIST_COST,
	F_CIST_GROUP,
	F_CIST_PRIO,
	F_CIST_EXT,
	F_CIST_HW,
	F_CIST_HOPS,
	F_MSTI_GROUP,
	F_MSTI_FLAGS,
	F_MSTI_FIRST,
	F_MSTI_LAST = F_MSTI_FIRST + 6,
	F_V4_LENGTH,
	F_V4_DATA,
	F_PVST_GROUP,
	F_PVST_TYPE,
	F_PVST_LEN,
	F_PVST_VLAN,
	F_PVST_VALUE,
};

#define FLAG(name, label, bit)                                          \
	{                                                               \
		name, label, bit, 1, FIELD_FLAG, LISTED | FIELD_OVERLAP \
	}

static const struct field_desc stp_described[] = {
	[F_FLAGS] = { "stp.flags", "Flags", 0, 8, FIELD_HEX, FIELD_DESCRIBED },
	[F_FLAG_FIRST] = FLAG("stp.flags.tcack", "Topology change acknowledged", 0),
	{ "stp.flags.agreement", "Agreement", 1, 1, FIELD_FLAG, LISTED | FIELD_OVERLAP,
	  .variants = STP_RAPID },
	{ "stp.flags.forwarding", "Forwarding", 2, 1, FIELD_FLAG, LISTED | FIELD_OVERLAP,
	  .variants = STP_RAPID },
	{ "stp.flags.learning", "Learning", 3, 1, FIELD_FLAG, LISTED | FIELD_OVERLAP,
	  .variants = STP_RAPID },
	{ "stp.flags.port_role", "Port role", 4, 2, FIELD_ENUM, LISTED | FIELD_OVERLAP,
	  .variants = STP_RAPID, .names = role_names },
	{ "stp.flags.proposal", "Proposal", 6, 1, FIELD_FLAG, LISTED | FIELD_OVERLAP,
	  .variants = STP_RAPID },
	[F_FLAG_LAST] = FLAG("stp.flags.tc", "Topology change", 7),
	[F_ROOT_GROUP] = { "stp.root", "Root", 0, 0, FIELD_GROUP, FIELD_DESCRIBED },
	[F_ROOT_PRIO] = { "stp.root.prio", "Priority", 0, 0, FIELD_UINT, FIELD_DESCRIBED },
	[F_ROOT_EXT] = { "stp.root.ext", "System id extension", 0, 0, FIELD_UINT, FIELD_DESCRIBED },
	[F_ROOT_HW] = { "stp.root.hw", "System id", 0, 0, FIELD_MAC, FIELD_DESCRIBED },
	[F_COST] = { "stp.root.cost", "Root path cost", 0, 0, FIELD_UINT, FIELD_DESCRIBED },
	[F_BRIDGE_GROUP] = { "stp.bridge", "Bridge", 0, 0, FIELD_GROUP, FIELD_DESCRIBED },
	[F_BRIDGE_PRIO] = { "stp.bridge.prio", "Priority", 0, 0, FIELD_UINT, FIELD_DESCRIBED },
	[F_BRIDGE_EXT] = { "stp.bridge.ext", "System id extension", 0, 0, FIELD_UINT,
			   FIELD_DESCRIBED },
	[F_BRIDGE_HW] = { "stp.bridge.hw", "System id", 0, 0, FIELD_MAC, FIELD_DESCRIBED },
	[F_PORT] = { "stp.port", "Port", 0, 0, FIELD_HEX, FIELD_DESCRIBED },
	[F_MSG_AGE] = { "stp.msg_age", "Message age in s", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[F_MAX_AGE] = { "stp.max_age", "Maximum age in s", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[F_HELLO] = { "stp.hello", "Hello time in s", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[F_FORWARD] = { "stp.forward", "Forward delay in s", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[F_V1_LENGTH] = { "stp.version_1_length", "Version 1 length", 0, 0, FIELD_UINT,
			  FIELD_DESCRIBED },
	[F_V3_LENGTH] = { "mstp.version_3_length", "Version 3 length", 0, 0, FIELD_UINT,
			  FIELD_DESCRIBED },
	[F_CONFIG_FIRST] = { "mstp.config_format_selector", "Configuration id format", 0, 8,
			     FIELD_UINT, LISTED },
	{ "mstp.config_name", "Configuration name", 0, 0, FIELD_TEXT, LISTED },
	{ "mstp.config_revision_level", "Configuration revision", 264, 16, FIELD_UINT, LISTED },
	[F_CONFIG_LAST] = { "mstp.config_digest", "Configuration digest", 280, 128, FIELD_BYTES,
			    LISTED },
	[F_CIST_COST] = { "mstp.cist_internal_root_path_cost", "Internal root path cost", 0, 0,
			  FIELD_UINT, FIELD_DESCRIBED },
	[F_CIST_GROUP] = { "mstp.cist_bridge", "CIST bridge", 0, 0, FIELD_GROUP, FIELD_DESCRIBED },
	[F_CIST_PRIO] = { "mstp.cist_bridge.prio", "Priority", 0, 0, FIELD_UINT, FIELD_DESCRIBED },
	[F_CIST_EXT] = { "mstp.cist_bridge.ext", "System id extension", 0, 0, FIELD_UINT,
			 FIELD_DESCRIBED },
	[F_CIST_HW] = { "mstp.cist_bridge.hw", "System id", 0, 0, FIELD_MAC, FIELD_DESCRIBED },
	[F_CIST_HOPS] = { "mstp.cist_remaining_hops", "Remaining hops", 0, 0, FIELD_UINT,
			  FIELD_DESCRIBED },
	[F_MSTI_GROUP] = { "mstp.msti", "Instance", 0, 0, FIELD_GROUP, LISTED },
	[F_MSTI_FLAGS] = { "mstp.msti.flags", "Flags", 0, 8, FIELD_HEX, LISTED },
	[F_MSTI_FIRST] = { "mstp.msti.priority", "Priority", 8, 4, FIELD_HEX, LISTED, .digits = 2 },
	{ "mstp.msti.msti_id", "Instance id", 12, 12, FIELD_UINT, LISTED },
	{ "mstp.msti.root.hw", "Regional root", 24, 48, FIELD_MAC, LISTED },
	{ "mstp.msti.root_cost", "Internal root path cost", 72, 32, FIELD_UINT, LISTED },
	{ "mstp.msti.bridge_priority", "Bridge priority", 104, 4, FIELD_UINT, LISTED },
	{ "mstp.msti.port_priority", "Port priority", 112, 4, FIELD_UINT, LISTED },
	[F_MSTI_LAST] = { "mstp.msti.remaining_hops", "Remaining hops", 120, 8, FIELD_UINT,
			  LISTED },
	[F_V4_LENGTH] = { "mstp.version_4_length", "Version 4 length", 0, 0, FIELD_UINT,
			  FIELD_DESCRIBED },
	[F_V4_DATA] = { "mstp.version_4_data", "Version 4 data", 0, 0, FIELD_BYTES,
			FIELD_DESCRIBED },
	[F_PVST_GROUP] = { "stp.pvst", "Appended by Cisco", 0, 0, FIELD_GROUP, LISTED },
	[F_PVST_TYPE] = { "stp.pvst.tlvtype", "Type", 0, 0, FIELD_ENUM, LISTED | FIELD_BASE_HEX,
			  .names = pvst_names },
	[F_PVST_LEN] = { "stp.pvst.tlvlen", "Length", 0, 0, FIELD_UINT, LISTED },
	[F_PVST_VLAN] = { "stp.pvst.origvlan", "Originating VLAN", 0, 0, FIELD_UINT, LISTED },
	[F_PVST_VALUE] = { "stp.pvst.tlvval", "Value", 0, 0, FIELD_BYTES, LISTED },
};

/* The parts that later versions appended, the length of version 3's checked. */
static void take_rest(struct dissection *d, struct cursor *c, uint8_t version)
{
	const size_t left = cursor_left(c);

	if (version >= VERSION_MULTIPLE && left >= 3 && !c->clipped &&
	    load_be16(c->pos + 1) > left - 3)
		d->notes |= NOTE_BAD_LENGTH;
	cursor_skip(c, left);
}

static struct next stp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, STP_FIXED_LEN);

	l->variant = STP_OTHER;
	if (unlikely(!p))
		return next_none();
	if (load_be16(p)) /* no BPDU of IEEE's */
		return next_none();
	if (p[3] == BPDU_TOPOLOGY_CHANGE) {
		l->variant = STP_NOTICE;
	} else if (p[3] == BPDU_CONFIGURATION || p[3] == BPDU_RAPID) {
		l->variant = p[3] == BPDU_RAPID ? STP_RAPID : STP_CLASSIC;
		cursor_skip(c, STP_BODY_END - STP_FIXED_LEN);
		if (!c->failed)
			take_rest(d, c, p[2]);
	}
	return next_none();
}

/* Times are in 1/256 s, which eight decimals tell exactly. */
static void put_time(struct field_out *o, unsigned field, const uint8_t *p)
{
	const uint16_t ticks = load_be16(p);
	char text[24];
	struct strbuf s = strbuf_over(text, sizeof(text));

	strbuf_uint(&s, ticks / 256);
	if (ticks % 256) {
		strbuf_printf(&s, ".%08u", ticks % 256 * 390625u);
		while (text[s.len - 1] == '0')
			s.len--;
	}
	field_put_text(o, &stp_described[field], text, s.len, p, 2);
}

static void text_bridge(const uint8_t *p, struct strbuf *out)
{
	strbuf_printf(out, "%u.%u.", load_be16(p) & 0xf000, load_be16(p) & 0xfff);
	text_mac(p + 2, out);
}

/* Eight bytes: four bits of priority, twelve of extension, an address. `group` is the first of
 * four. */
static void put_bridge(struct field_out *o, unsigned group, const uint8_t *p)
{
	char text[40];
	struct strbuf s = strbuf_over(text, sizeof(text));

	text_bridge(p, &s);
	field_put_group(o, &stp_described[group], text, p, 8);
	field_put_num(o, &stp_described[group + 1], load_be16(p) & 0xf000, p, 1);
	field_put_num(o, &stp_described[group + 2], load_be16(p) & 0xfff, p, 2);
	field_put_bytes(o, &stp_described[group + 3], p + 2, 6);
}

static void put_flags(struct field_out *o, unsigned field, uint8_t variant, const uint8_t *p)
{
	field_put_uint(o, &stp_described[field], p, 1);
	field_put_table(o, &stp_described[F_FLAG_FIRST], F_FLAG_LAST - F_FLAG_FIRST + 1, variant, p,
			1);
}

static void describe_body(const uint8_t *p, uint8_t variant, struct field_out *o)
{
	put_flags(o, F_FLAGS, variant, p + STP_FLAGS);
	put_bridge(o, F_ROOT_GROUP, p + STP_ROOT);
	field_put_uint(o, &stp_described[F_COST], p + STP_COST, 4);
	put_bridge(o, F_BRIDGE_GROUP, p + STP_BRIDGE);
	field_put_uint(o, &stp_described[F_PORT], p + STP_PORT, 2);
	put_time(o, F_MSG_AGE, p + STP_TIMES);
	put_time(o, F_MAX_AGE, p + STP_TIMES + 2);
	put_time(o, F_HELLO, p + STP_TIMES + 4);
	put_time(o, F_FORWARD, p + STP_TIMES + 6);
}

static void describe_instance(const uint8_t *p, struct field_out *o)
{
	char text[48];
	struct strbuf s = strbuf_over(text, sizeof(text));

	strbuf_printf(&s, "%u, regional root %u.", load_be16(p + 1) & 0xfff,
		      load_be16(p + 1) & 0xf000);
	text_mac(p + 3, &s);
	field_put_group(o, &stp_described[F_MSTI_GROUP], text, p, MSTI_LEN);
	put_flags(o, F_MSTI_FLAGS, STP_RAPID, p);
	field_put_table(o, &stp_described[F_MSTI_FIRST], F_MSTI_LAST - F_MSTI_FIRST + 1, 0, p,
			MSTI_LEN);
}

static void describe_config(const uint8_t *p, struct field_out *o)
{
	const size_t name_len = strnlen((const char *)p + 1, 32);

	field_put_uint(o, &stp_described[F_CONFIG_FIRST], p, 1);
	field_put_bytes(o, &stp_described[F_CONFIG_FIRST + 1], p + 1, name_len);
	field_put_table(o, &stp_described[F_CONFIG_FIRST + 2], 2, 0, p, CONFIG_ID_LEN);
}

static void describe_version4(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 2);
	size_t len;

	if (!p)
		return;
	field_put_uint(o, &stp_described[F_V4_LENGTH], p, 2);
	len = MIN_OF((size_t)load_be16(p), cursor_left(c));
	p = cursor_take(c, len);
	if (len >= CONFIG_ID_LEN) {
		describe_config(p, o);
		p += CONFIG_ID_LEN;
		len -= CONFIG_ID_LEN;
	}
	if (len)
		field_put_bytes(o, &stp_described[F_V4_DATA], p, len);
}

/* The version 3 part, IEEE 802.1Q 14.4; what does not fit is left unsaid. */
static void describe_mst(struct cursor *c, uint8_t version, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 2);
	struct cursor instances;
	unsigned n;
	size_t len;

	if (!p)
		return;
	field_put_uint(o, &stp_described[F_V3_LENGTH], p, 2);
	len = load_be16(p);
	p = cursor_take(c, MST_CONFIG_LEN);
	if (!p || len < MST_CONFIG_LEN)
		return;
	describe_config(p, o);
	field_put_uint(o, &stp_described[F_CIST_COST], p + CONFIG_ID_LEN, 4);
	put_bridge(o, F_CIST_GROUP, p + CONFIG_ID_LEN + 4);
	field_put_uint(o, &stp_described[F_CIST_HOPS], p + MST_CONFIG_LEN - 1, 1);
	len = MIN_OF(len - MST_CONFIG_LEN, cursor_left(c));
	instances = cursor_over(c->pos, len, false);
	for (n = 0; n < MSTI_MAX && (p = cursor_take(&instances, MSTI_LEN)); n++)
		describe_instance(p, o);
	cursor_skip(c, len);
	if (version >= VERSION_SHORTEST_PATH)
		describe_version4(c, o);
}

/* Type, length and value, two bytes the first two; the VLAN comes first. */
static void describe_pvst(struct cursor *c, struct field_out *o)
{
	unsigned n;

	for (n = 0; n < PVST_TLVS_MAX && cursor_left(c) >= 4; n++) {
		const uint8_t *p = cursor_take(c, 4);
		const size_t len = load_be16(p + 2);

		if (!cursor_take(c, len))
			return;
		field_put_group(o, &stp_described[F_PVST_GROUP], NULL, p, 4 + len);
		field_put_uint(o, &stp_described[F_PVST_TYPE], p, 2);
		field_put_uint(o, &stp_described[F_PVST_LEN], p + 2, 2);
		if (!load_be16(p) && len == 2)
			field_put_uint(o, &stp_described[F_PVST_VLAN], p + 4, 2);
		else if (len)
			field_put_bytes(o, &stp_described[F_PVST_VALUE], p + 4, len);
	}
}

/* Cisco's own multicast groups are announced by its SNAP header. */
static bool is_pvst(const struct dissection *d, const struct layer *l)
{
	return layer_carrier(d, l) == PROTO_LLC && l[-1].hdr_len == 8;
}

static void stp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, STP_BODY_END), *v1;
	struct cursor c = layer_cursor(d, l, STP_BODY_END);

	if (!p || !(l->variant & (STP_CLASSIC | STP_RAPID)))
		return;
	describe_body(p, l->variant, o);
	/* PVST+ has the byte in both kinds. */
	v1 = l->variant == STP_RAPID || is_pvst(d, l) ? cursor_take(&c, 1) : NULL;
	if (v1 && l->variant == STP_RAPID)
		field_put_uint(o, &stp_described[F_V1_LENGTH], v1, 1);
	if (is_pvst(d, l))
		describe_pvst(&c, o);
	else if (v1 && p[2] >= VERSION_MULTIPLE)
		describe_mst(&c, p[2], o);
}

static void line_rapid_flags(uint8_t flags, struct strbuf *out)
{
	strbuf_putc(out, ' ');
	strbuf_puts(out, name_find(role_names, flags >> 2 & 3));
	if (flags & 0x20)
		strbuf_puts(out, " forwarding");
	else if (flags & 0x10)
		strbuf_puts(out, " learning");
	if (flags & 0x02)
		strbuf_puts(out, " proposal");
	if (flags & 0x40)
		strbuf_puts(out, " agreement");
}

static void stp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *fixed = layer_bytes(d, l, 0, STP_FIXED_LEN);
	const uint8_t *p = layer_bytes(d, l, 0, STP_BODY_END);
	const char *version = fixed ? name_find(version_names, fixed[2]) : NULL;

	line_paint(opt, PAINT_PROTOCOL, version ? version : "STP", out);
	if (l->variant == STP_NOTICE)
		strbuf_puts(out, " topology change notification");
	else if (fixed && l->variant == STP_OTHER)
		strbuf_printf(out, " protocol 0x%04x type 0x%02x", load_be16(fixed), fixed[3]);
	if (!p || !(l->variant & (STP_CLASSIC | STP_RAPID)))
		return;
	if (l->variant == STP_RAPID)
		line_rapid_flags(p[STP_FLAGS], out);
	else
		strbuf_puts(out, " configuration");
	strbuf_puts(out, p[STP_FLAGS] & 1 ? " topology-change root " : " root ");
	text_bridge(p + STP_ROOT, out);
	strbuf_printf(out, " cost %u", load_be32(p + STP_COST));
	if (!opt->quiet) {
		strbuf_puts(out, " bridge ");
		text_bridge(p + STP_BRIDGE, out);
	}
	strbuf_printf(out, " port 0x%04x", load_be16(p + STP_PORT));
}

const struct dissector stp_dissector = {
	.name = "stp",
	.title = "Spanning Tree Protocol",
	.id = PROTO_STP,
	.layer_class = CLASS_LINK,
	.min_hdr_len = STP_FIXED_LEN,
	.fields = stp_fields,
	.nr_fields = ARRAY_SIZE(stp_fields),
	.described = stp_described,
	.nr_described = ARRAY_SIZE(stp_described),
	.dissect = stp_dissect,
	.describe = stp_describe,
	.line = stp_line,
};
