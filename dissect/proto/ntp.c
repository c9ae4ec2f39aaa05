/*
 * dissect/proto/ntp.c -- Network Time Protocol: RFC 5905, extension fields RFC 7822, control
 * messages RFC 9327; private messages as ntpd has them.
 */
#include "core/clock.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	TIME_LEN = 48,
	CONTROL_LEN = 12,
	PRIVATE_LEN = 8,
	MODE_CONTROL = 6,
	OP_READ_STATUS = 1,
	MODE_PRIVATE = 7,
	STRATUM_MAX = 16,
	OP_LAST = 12,
	OP_UNSET_TRAP = 31,
	CONTROL_MAC_MAX = 68, /* a key's number and at most 64 bytes of digest */
	VERSION_MAX = 4,
	MAC_MAX = 24, /* key and digest; what is longer starts with an extension field, RFC 7822 */
};

/* Seconds from 1900, the start of era 0, and from 2036, that of era 1, to 1970. */
#define ERA_0_TO_UNIX (-2208988800ll)
#define ERA_1_TO_UNIX (ERA_0_TO_UNIX + (1ll << 32))

enum {
	IS_TIME = 1 << 0,
	IS_CONTROL = 1 << 1,
	IS_PRIVATE = 1 << 2,
	IS_PUBLIC = IS_TIME | IS_CONTROL,
};

static const struct name_map mode_names[] = {
	{ 0, "unspecified" }, { 1, "symmetric active" }, { 2, "symmetric passive" },
	{ 3, "client" },      { 4, "server" },           { 5, "broadcast" },
	{ 6, "control" },     { 7, "private" },          { 0, NULL },
};

static const struct name_map leap_names[] = {
	{ 0, "no warning" },
	{ 1, "last minute has 61 seconds" },
	{ 2, "last minute has 59 seconds" },
	{ 3, "unsynchronized" },
	{ 0, NULL },
};

static const struct name_map stratum_names[] = {
	{ 0, "unspecified" },
	{ 1, "primary reference" },
	{ 16, "unsynchronized" },
	{ 0, NULL },
};

static const struct name_map opcode_names[] = {
	{ 1, "read status" },
	{ 2, "read variables" },
	{ 3, "write variables" },
	{ 4, "read clock variables" },
	{ 5, "write clock variables" },
	{ 6, "set trap" },
	{ 7, "trap" },
	{ 8, "configure" },
	{ 9, "export configuration" },
	{ 10, "read MRU list" },
	{ 11, "read ordered list" },
	{ 12, "request nonce" },
	{ 31, "unset trap" },
	{ 0, NULL },
};

static const struct name_map request_names[] = {
	{ 0, "PEER_LIST" },         { 1, "PEER_LIST_SUM" },
	{ 2, "PEER_INFO" },         { 3, "PEER_STATS" },
	{ 4, "SYS_INFO" },          { 5, "SYS_STATS" },
	{ 6, "IO_STATS" },          { 7, "MEM_STATS" },
	{ 8, "LOOP_INFO" },         { 9, "TIMER_STATS" },
	{ 10, "CONFIG" },           { 11, "UNCONFIG" },
	{ 12, "SET_SYS_FLAG" },     { 13, "CLR_SYS_FLAG" },
	{ 16, "GET_RESTRICT" },     { 17, "RESADDFLAGS" },
	{ 18, "RESSUBFLAGS" },      { 19, "UNRESTRICT" },
	{ 20, "MON_GETLIST" },      { 21, "RESET_STATS" },
	{ 22, "RESET_PEER" },       { 23, "REREAD_KEYS" },
	{ 26, "TRUSTKEY" },         { 27, "UNTRUSTKEY" },
	{ 28, "AUTHINFO" },         { 29, "TRAPS" },
	{ 30, "ADD_TRAP" },         { 31, "CLR_TRAP" },
	{ 32, "REQUEST_KEY" },      { 33, "CONTROL_KEY" },
	{ 34, "GET_CTLSTATS" },     { 36, "GET_CLOCKINFO" },
	{ 37, "SET_CLKFUDGE" },     { 38, "GET_KERNEL" },
	{ 39, "GET_CLKBUGINFO" },   { 42, "MON_GETLIST_1" },
	{ 43, "HOSTNAME_ASSOCID" }, { 44, "IF_STATS" },
	{ 45, "IF_RELOAD" },        { 0, NULL },
};

static const struct name_map implementation_names[] = {
	{ 0, "UNIV" },
	{ 2, "XNTPD_OLD" },
	{ 3, "XNTPD" },
	{ 0, NULL },
};

static const struct name_map extension_names[] = {
	{ 0x0104, "unique identifier" },      { 0x0204, "NTS cookie" },
	{ 0x0304, "NTS cookie placeholder" }, { 0x0404, "NTS authenticator" },
	{ 0x2005, "checksum complement" },    { 0, NULL },
};

#define TIME_FIELD FIELD_OPT, .variants = IS_TIME
#define CTRL_FIELD FIELD_OPT, .variants = IS_CONTROL
#define PRIV_FIELD FIELD_OPT, .variants = IS_PRIVATE
#define PRIV_PART  FIELD_OPT | FIELD_OVERLAP, .variants = IS_PRIVATE
#define CTRL_PART  FIELD_OPT | FIELD_OVERLAP, .variants = IS_CONTROL

static const struct field_desc ntp_fields[] = {
	{ "ntp.flags", "Flags", 0, 8, FIELD_HEX },
	{ "ntp.flags.li", "Leap indicator", 0, 2, FIELD_ENUM, FIELD_OVERLAP, .variants = IS_PUBLIC,
	  .names = leap_names },
	{ "ntp.priv.flags.r", "Response", 0, 1, FIELD_UINT, PRIV_PART },
	{ "ntp.priv.flags.more", "More", 1, 1, FIELD_UINT, PRIV_PART },
	{ "ntp.flags.vn", "Version", 2, 3, FIELD_UINT, FIELD_OVERLAP },
	{ "ntp.flags.mode", "Mode", 5, 3, FIELD_ENUM, FIELD_OVERLAP, .names = mode_names },
	{ "ntp.stratum", "Stratum", 8, 8, FIELD_ENUM, TIME_FIELD, .names = stratum_names },
	{ "ntp.ppoll", "Polling interval, log2 of seconds", 16, 8, FIELD_UINT, TIME_FIELD },
	{ "ntp.precision", "Precision, log2 of seconds", 24, 8, FIELD_UINT, TIME_FIELD },
	{ "ntp.rootdelay", "Root delay", 32, 32, FIELD_UINT, TIME_FIELD, .unit = "/65536 s" },
	{ "ntp.rootdispersion", "Root dispersion", 64, 32, FIELD_UINT, TIME_FIELD,
	  .unit = "/65536 s" },
	{ "ntp.refid", "Reference", 96, 32, FIELD_BYTES, TIME_FIELD },
	{ "ntp.ctrl.flags2", "Control flags", 8, 8, FIELD_HEX, CTRL_FIELD },
	{ "ntp.ctrl.flags2.r", "Response", 8, 1, FIELD_UINT, CTRL_PART },
	{ "ntp.ctrl.flags2.error", "Error", 9, 1, FIELD_UINT, CTRL_PART },
	{ "ntp.ctrl.flags2.more", "More", 10, 1, FIELD_UINT, CTRL_PART },
	{ "ntp.ctrl.flags2.opcode", "Opcode", 11, 5, FIELD_ENUM, CTRL_PART, .names = opcode_names },
	{ "ntp.ctrl.sequence", "Sequence", 16, 16, FIELD_UINT, CTRL_FIELD },
	{ "ntp.ctrl.offset", "Offset", 64, 16, FIELD_UINT, CTRL_FIELD },
	{ "ntp.ctrl.count", "Count", 80, 16, FIELD_UINT, CTRL_FIELD },
	{ "ntp.priv.auth", "Authenticated", 8, 1, FIELD_UINT, PRIV_FIELD },
	{ "ntp.priv.seq", "Sequence", 9, 7, FIELD_UINT, PRIV_FIELD },
	{ "ntp.priv.impl", "Implementation", 16, 8, FIELD_ENUM, PRIV_FIELD,
	  .names = implementation_names },
	{ "ntp.priv.reqcode", "Request", 24, 8, FIELD_ENUM, PRIV_FIELD, .names = request_names },
	{ "ntp.priv.err", "Error", 32, 4, FIELD_HEX, PRIV_FIELD, .digits = 2 },
	{ "ntp.priv.numitems", "Number of items", 36, 12, FIELD_UINT, PRIV_FIELD },
	{ "ntp.priv.reserved", "Reserved", 48, 4, FIELD_HEX, PRIV_FIELD, .digits = 2 },
	{ "ntp.priv.itemsize", "Size of an item", 52, 12, FIELD_UINT, PRIV_FIELD },
};

enum {
	D_TIMES, /* reference, origin, receive, transmit */
	D_REF_TEXT = D_TIMES + 4,
	D_EXT,
	D_EXT_TYPE,
	D_EXT_LEN,
	D_EXT_VALUE,
	D_KEY,
	D_MAC,
	D_STATUS,
	D_ASSOCIATION,
	D_DATA,
	NR_D,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc ntp_described[NR_D] = {
	[D_TIMES] = { "ntp.reftime", "Reference time", 0, 0, FIELD_TIME, FIELD_DESCRIBED },
	{ "ntp.org", "Origin time", 0, 0, FIELD_TIME, FIELD_DESCRIBED },
	{ "ntp.rec", "Receive time", 0, 0, FIELD_TIME, FIELD_DESCRIBED },
	{ "ntp.xmt", "Transmit time", 0, 0, FIELD_TIME, FIELD_DESCRIBED },
	[D_REF_TEXT] = { "ntp.refid.text", "Reference is", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[D_EXT] = { "ntp.ext", "Extension field", 0, 0, FIELD_GROUP, LISTED },
	[D_EXT_TYPE] = { "ntp.ext.type", "Type", 0, 0, FIELD_ENUM, LISTED | FIELD_BASE_HEX,
			 .names = extension_names },
	[D_EXT_LEN] = { "ntp.ext.length", "Length", 0, 0, FIELD_UINT, LISTED },
	[D_EXT_VALUE] = { "ntp.ext.value", "Value", 0, 0, FIELD_BYTES, LISTED },
	[D_KEY] = { "ntp.keyid", "Key", 0, 0, FIELD_BYTES, FIELD_DESCRIBED },
	[D_MAC] = { "ntp.mac", "Message authentication code", 0, 0, FIELD_BYTES, FIELD_DESCRIBED },
	[D_STATUS] = { "ntp.ctrl.status", "Status", 0, 16, FIELD_HEX, LISTED },
	[D_ASSOCIATION] = { "ntp.ctrl.associd", "Association", 0, 16, FIELD_UINT, LISTED },
	[D_DATA] = { "ntp.ctrl.data", "Data", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
};

/* What follows the 48 bytes, extensions and a MAC, comes in words. `len` is that of the datagram.
 */
static bool time_plausible(const uint8_t *p, size_t len)
{
	if (!(p[0] & 7)) /* RFC 1059 had no modes yet, nor anything behind the header */
		return len == TIME_LEN;
	return p[1] <= STRATUM_MAX && len % 4 == 0;
}

static bool control_plausible(const uint8_t *p, size_t len)
{
	const unsigned op = p[1] & 31;
	const size_t end = CONTROL_LEN + (size_t)load_be16(p + 10);

	/* A response may be cut where its datagram ended. */
	return (op <= OP_LAST || op == OP_UNSET_TRAP) && (p[1] & 0x80 || end <= len) &&
	       len <= align_up(end, 8) + CONTROL_MAC_MAX;
}

/* ntpd's numbers for itself are 0, 2 and 3; four bits before the items' size are zero. */
static bool private_plausible(const uint8_t *p, size_t len)
{
	const size_t items = (load_be16(p + 4) & 0xfff) * (size_t)(load_be16(p + 6) & 0xfff);

	return (p[2] == 0 || p[2] == 2 || p[2] == 3) && !(p[6] & 0xf0) &&
	       (!(p[0] & 0x80) || PRIVATE_LEN + items <= len);
}

/* Headers of which only a part is here are taken for what their first byte says. */
static bool ntp_plausible(const struct layer *l, const uint8_t *p, size_t here, size_t len)
{
	switch (l->variant) {
	case IS_CONTROL:
		return here < CONTROL_LEN || control_plausible(p, len);
	case IS_PRIVATE:
		return here < PRIVATE_LEN || private_plausible(p, len);
	default:
		return here < TIME_LEN || time_plausible(p, len);
	}
}

static struct next ntp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;
	size_t need = TIME_LEN;

	if (!cursor_left(c))
		return next_reject();
	l->variant = IS_TIME;
	if ((p[0] & 7) == MODE_CONTROL) {
		l->variant = IS_CONTROL;
		need = CONTROL_LEN;
	} else if ((p[0] & 7) == MODE_PRIVATE) {
		l->variant = IS_PRIVATE;
		need = PRIVATE_LEN;
	}
	if ((p[0] >> 3 & 7) > VERSION_MAX || !(p[0] >> 3 & 7) || d->wire_end < l->off + need ||
	    !ntp_plausible(l, p, cursor_left(c), d->wire_end - l->off))
		return next_reject();
	if (cursor_take(c, need))
		dissect_take_rest(d, c);
	return next_none();
}

/* 0 means that the time is not known. A first bit of 0 means the era that starts in 2036. */
static bool ntp_time(const uint8_t *p, uint64_t *ret_ns)
{
	const uint64_t seconds = load_be32(p);
	const uint64_t fraction = load_be32(p + 4);
	const int64_t unix_s = (int64_t)seconds + (seconds >> 31 ? ERA_0_TO_UNIX : ERA_1_TO_UNIX);

	if ((!seconds && !fraction) || unix_s < 0)
		return false;
	*ret_ns = (uint64_t)unix_s * NS_PER_SEC + ((fraction * NS_PER_SEC) >> 32);
	return true;
}

/* RFC 5905 7.3: the kiss code or the source's name below stratum 2, else mostly an address. */
static void ref_text(const uint8_t *p, struct strbuf *out)
{
	size_t len = 4;

	if (p[1] >= 2) {
		text_ipv4(p + 12, out);
		return;
	}
	while (len && !p[12 + len - 1])
		len--;
	text_printable(p + 12, len, 4, out);
}

static void describe_tail(struct cursor *c, bool extensions, struct field_out *o)
{
	const uint8_t *p;
	size_t len;

	while (extensions && cursor_left(c) > MAC_MAX) {
		p = cursor_take(c, 4);
		len = load_be16(p + 2);
		if (len < 4 || !cursor_take(c, len - 4))
			return;
		field_put_group(o, &ntp_described[D_EXT], name_find(extension_names, load_be16(p)),
				p, len);
		field_put_uint(o, &ntp_described[D_EXT_TYPE], p, 2);
		field_put_uint(o, &ntp_described[D_EXT_LEN], p + 2, 2);
		field_put_bytes(o, &ntp_described[D_EXT_VALUE], p + 4, len - 4);
	}
	p = cursor_take(c, 4);
	if (!p)
		return;
	field_put_bytes(o, &ntp_described[D_KEY], p, 4);
	if (cursor_left(c))
		field_put_bytes(o, &ntp_described[D_MAC], c->pos, cursor_left(c));
}

static void describe_time(const uint8_t *p, struct cursor *c, struct field_out *o)
{
	char text[32];
	struct strbuf out = strbuf_over(text, sizeof(text));
	uint64_t ns;
	unsigned i;

	ref_text(p, &out);
	field_put_text(o, &ntp_described[D_REF_TEXT], out.text, out.len, p + 12, 4);
	for (i = 0; i < 4; i++)
		if (ntp_time(p + 16 + i * 8, &ns))
			field_put_num(o, &ntp_described[D_TIMES + i], ns, p + 16 + i * 8, 8);
	describe_tail(c, (p[0] >> 3 & 7) == VERSION_MAX, o);
}

/* RFC 9327 3 and 4.1: the answer to "read status" without an association lists them all. */
static void describe_control(const uint8_t *p, struct cursor *c, struct field_out *o)
{
	const size_t len = MIN_OF(cursor_left(c), (size_t)load_be16(p + 10));
	const uint8_t *data = c->pos, *pair;

	field_put_uint(o, &ntp_described[D_STATUS], p + 4, 2);
	field_put_uint(o, &ntp_described[D_ASSOCIATION], p + 6, 2);
	if (!len)
		return;
	if ((p[1] & 31) != OP_READ_STATUS || !(p[1] & 0x80) || load_be16(p + 6)) {
		field_put_bytes(o, &ntp_described[D_DATA], data, len);
		return;
	}
	c->end = c->pos + len;
	while ((pair = cursor_take(c, 4))) {
		field_put_uint(o, &ntp_described[D_ASSOCIATION], pair, 2);
		field_put_uint(o, &ntp_described[D_STATUS], pair + 2, 2);
	}
}

static void ntp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, TIME_LEN);
	struct cursor c = layer_cursor(d, l, TIME_LEN);

	if (l->variant == IS_TIME && p)
		describe_time(p, &c, o);
	p = layer_bytes(d, l, 0, CONTROL_LEN);
	if (l->variant == IS_CONTROL && p) {
		c = layer_cursor(d, l, CONTROL_LEN);
		describe_control(p, &c, o);
	}
}

static void ntp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, PRIVATE_LEN);
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, "NTP", out);
	if (!p)
		return;
	strbuf_puts(out, " v");
	strbuf_uint(out, p[0] >> 3 & 7);
	strbuf_putc(out, ' ');
	strbuf_puts(out, name_find(mode_names, p[0] & 7));
	if (l->variant == IS_CONTROL) {
		name = name_find(opcode_names, p[1] & 31);
		strbuf_printf(out, " %s %s, seq %u", name ? name : "?",
			      p[1] & 0x80 ? "response" : "request", load_be16(p + 2));
	} else if (l->variant == IS_PRIVATE) {
		name = name_find(request_names, p[3]);
		strbuf_printf(out, " %s %s", name ? name : "?",
			      p[0] & 0x80 ? "response" : "request");
	} else if (layer_bytes(d, l, 0, TIME_LEN) && !opt->quiet && p[1]) {
		strbuf_puts(out, ", stratum ");
		strbuf_uint(out, p[1]);
		strbuf_puts(out, ", reference ");
		ref_text(p, out);
	} else if (layer_bytes(d, l, 0, TIME_LEN) && (p[0] & 7) == 4) {
		strbuf_puts(out, ", kiss ");
		ref_text(p, out);
	}
	if (p[0] >> 6 == 3 && l->variant == IS_TIME && p[1])
		strbuf_puts(out, ", unsynchronized");
}

const struct dissector ntp_dissector = {
	.name = "ntp",
	.title = "Network Time Protocol",
	.id = PROTO_NTP,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = 8,
	.fields = ntp_fields,
	.nr_fields = ARRAY_SIZE(ntp_fields),
	.described = ntp_described,
	.nr_described = ARRAY_SIZE(ntp_described),
	.keys = { { KEY_UDP_PORT, 123 } },
	.dissect = ntp_dissect,
	.describe = ntp_describe,
	.line = ntp_line,
};
