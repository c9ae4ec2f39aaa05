/* dissect/proto/nbns.c -- NetBIOS Name Service, RFC 1001 and 1002: DNS's format, names of its own.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/dns_name.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	NBNS_HEADER = 12,
	NETBIOS_NAME = 16, /* the last byte is a suffix: what kind of service this is */
	TYPE_NB = 32,
	TYPE_NBSTAT = 33,
	OPCODE_MAX = 9,
	OPCODE_MULTIHOMED = 15,
	NAME_TEXT_MAX = 400, /* a name of unprintable bytes with its kind, or a long scope */
	STATUS_NAME = 18,    /* name and flags, in a status */
	STATISTICS = 46,
	RECORDS_SHOWN = 3,
};

enum { IN_QUERY = 1 << 0, IN_RESPONSE = 1 << 1 };

static const struct name_map opcode_names[] = {
	{ 0, "query" },
	{ 5, "registration" },
	{ 6, "release" },
	{ 7, "wait" },
	{ 8, "refresh" },
	{ 9, "refresh" },
	{ 15, "multi-homed registration" },
	{ 0, NULL },
};

static const struct name_map rcode_names[] = {
	{ 0, "no error" },       { 1, "format error" },    { 2, "server failure" },
	{ 3, "no such name" },   { 4, "not implemented" }, { 5, "refused" },
	{ 6, "name is active" }, { 7, "name conflict" },   { 0, NULL },
};

static const struct name_map type_names[] = {
	{ 1, "A" }, { 2, "NS" }, { 10, "NULL" }, { 32, "NB" }, { 33, "NBSTAT" }, { 0, NULL },
};

static const struct name_map class_names[] = { { 1, "IN" }, { 0, NULL } };

static const struct name_map node_names[] = {
	{ 0, "B-node" }, { 1, "P-node" }, { 2, "M-node" }, { 3, "H-node" }, { 0, NULL },
};

/* What a name's last byte stands for; the words are those that Wireshark puts behind the name. */
static const struct name_map suffix_names[] = {
	{ 0x00, "Workstation/Redirector" },
	{ 0x01, "Browser" },
	{ 0x02, "Workstation/Redirector" },
	{ 0x03, "Messenger service/Main name" },
	{ 0x05, "Forwarded name" },
	{ 0x06, "RAS Server service" },
	{ 0x1b, "Domain Master Browser" },
	{ 0x1c, "Domain Controllers" },
	{ 0x1d, "Local Master Browser" },
	{ 0x1e, "Browser Election Service" },
	{ 0x1f, "Net DDE Service" },
	{ 0x20, "Server service" },
	{ 0x21, "RAS client service" },
	{ 0x22, "Exchange Interchange (MSMail Connector)" },
	{ 0x23, "Exchange Store" },
	{ 0x24, "Exchange Directory" },
	{ 0x2b, "Lotus Notes Server service" },
	{ 0x30, "Modem sharing server service" },
	{ 0x31, "Modem sharing client service" },
	{ 0x43, "SMS Clients Remote Control" },
	{ 0x44, "SMS Administrators Remote Control Tool" },
	{ 0x45, "SMS Clients Remote Chat" },
	{ 0x46, "SMS Clients Remote Transfer" },
	{ 0x4c, "DEC Pathworks TCP/IP Service on Windows NT" },
	{ 0x52, "DEC Pathworks TCP/IP Service on Windows NT" },
	{ 0x6a, "Microsoft Exchange IMC" },
	{ 0x87, "Microsoft Exchange MTA" },
	{ 0xbe, "Network Monitor Agent" },
	{ 0xbf, "Network Monitor Analyzer" },
	{ 0, NULL },
};

#define RESPONSE_ONLY .variants = IN_RESPONSE

static const struct field_desc nbns_fields[] = {
	{ "nbns.id", "Transaction id", 0, 16, FIELD_HEX },
	{ "nbns.flags", "Flags", 16, 16, FIELD_HEX },
	{ "nbns.flags.response", "Response", 16, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "nbns.flags.opcode", "Opcode", 17, 4, FIELD_ENUM, FIELD_OVERLAP, .names = opcode_names },
	{ "nbns.flags.authoritative", "Authoritative", 21, 1, FIELD_FLAG, FIELD_OVERLAP,
	  RESPONSE_ONLY },
	{ "nbns.flags.truncated", "Truncated", 22, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "nbns.flags.recdesired", "Recursion desired", 23, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "nbns.flags.recavail", "Recursion available", 24, 1, FIELD_FLAG, FIELD_OVERLAP,
	  RESPONSE_ONLY },
	{ "nbns.flags.broadcast", "Broadcast", 27, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "nbns.flags.rcode", "Reply code", 28, 4, FIELD_ENUM, FIELD_OVERLAP, .names = rcode_names,
	  RESPONSE_ONLY },
	{ "nbns.count.queries", "Questions", 32, 16, FIELD_UINT },
	{ "nbns.count.answers", "Answers", 48, 16, FIELD_UINT },
	{ "nbns.count.auth_rr", "Authority records", 64, 16, FIELD_UINT },
	{ "nbns.count.add_rr", "Additional records", 80, 16, FIELD_UINT },
};

enum {
	NB_RECORD,
	NB_NAME,
	NB_TYPE,
	NB_CLASS,
	NB_TTL,
	NB_LENGTH,
	NB_DATA,
	NB_BROKEN,
	NB_FLAGS,
	NB_FLAGS_GROUP,
	NB_FLAGS_ONT,
	NB_ADDR,
	NB_COUNT_NAMES,
	NB_STATUS_NAME,
	NB_SUFFIX,
	NB_NAME_FLAGS,
	NB_NAME_GROUP,
	NB_NAME_ONT,
	NB_NAME_DRG,
	NB_NAME_CNF,
	NB_NAME_ACT,
	NB_NAME_PRM,
	NB_UNIT, /* the statistics, from here to the end */
};

#define LIST (FIELD_DESCRIBED | FIELD_LIST)
#define BITS (LIST | FIELD_OVERLAP)
#define ONCE FIELD_DESCRIBED

static const struct field_desc nbns_described[] = {
	[NB_RECORD] = { "nbns.record", "Record", 0, 0, FIELD_GROUP, LIST },
	[NB_NAME] = { "nbns.name", "Name", 0, 0, FIELD_TEXT, LIST },
	[NB_TYPE] = { "nbns.type", "Type", 0, 0, FIELD_ENUM, LIST, .names = type_names },
	[NB_CLASS] = { "nbns.class", "Class", 0, 0, FIELD_ENUM, LIST, .names = class_names },
	[NB_TTL] = { "nbns.ttl", "Time to live", 0, 0, FIELD_UINT, LIST, .unit = "s" },
	[NB_LENGTH] = { "nbns.data_length", "Data length", 0, 0, FIELD_UINT, LIST,
			.unit = "bytes" },
	[NB_DATA] = { "nbns.data", "Data", 0, 0, FIELD_BYTES, LIST },
	[NB_BROKEN] = { "nbns.unparsed", "Cannot be parsed", 0, 0, FIELD_BYTES, LIST },
	[NB_FLAGS] = { "nbns.nb_flags", "Name flags", 0, 16, FIELD_HEX, LIST },
	[NB_FLAGS_GROUP] = { "nbns.nb_flags.group", "Group name", 0, 1, FIELD_FLAG, BITS },
	[NB_FLAGS_ONT] = { "nbns.nb_flags.ont", "Node", 1, 2, FIELD_ENUM, BITS,
			   .names = node_names },
	[NB_ADDR] = { "nbns.addr", "Address", 16, 32, FIELD_IPV4, LIST },
	[NB_COUNT_NAMES] = { "nbns.number_of_names", "Number of names", 0, 0, FIELD_UINT, LIST },
	[NB_STATUS_NAME] = { "nbns.netbios_name", "Name", 0, 0, FIELD_TEXT, LIST },
	[NB_SUFFIX] = { "nbns.netbios_suffix", "Kind", 0, 0, FIELD_ENUM, LIST | FIELD_BASE_HEX,
			.names = suffix_names },
	[NB_NAME_FLAGS] = { "nbns.name_flags", "Name flags", 0, 16, FIELD_HEX, LIST },
	[NB_NAME_GROUP] = { "nbns.name_flags.group", "Group name", 0, 1, FIELD_FLAG, BITS },
	[NB_NAME_ONT] = { "nbns.name_flags.ont", "Node", 1, 2, FIELD_ENUM, BITS,
			  .names = node_names },
	[NB_NAME_DRG] = { "nbns.name_flags.drg", "Being deregistered", 3, 1, FIELD_FLAG, BITS },
	[NB_NAME_CNF] = { "nbns.name_flags.cnf", "In conflict", 4, 1, FIELD_FLAG, BITS },
	[NB_NAME_ACT] = { "nbns.name_flags.act", "Active", 5, 1, FIELD_FLAG, BITS },
	[NB_NAME_PRM] = { "nbns.name_flags.prm", "Permanent node name", 6, 1, FIELD_FLAG, BITS },
	[NB_UNIT] = { "nbns.unit_id", "Unit id", 0, 48, FIELD_MAC, ONCE },
	{ "nbns.jumpers", "Jumpers", 48, 8, FIELD_HEX, ONCE },
	{ "nbns.test_result", "Test result", 56, 8, FIELD_HEX, ONCE },
	{ "nbns.version_number", "Version", 64, 16, FIELD_HEX, ONCE },
	{ "nbns.period_of_statistics", "Period", 80, 16, FIELD_HEX, ONCE },
	{ "nbns.num_crcs", "CRC errors", 96, 16, FIELD_UINT, ONCE },
	{ "nbns.num_alignment_errors", "Alignment errors", 112, 16, FIELD_UINT, ONCE },
	{ "nbns.num_collisions", "Collisions", 128, 16, FIELD_UINT, ONCE },
	{ "nbns.num_send_aborts", "Sends aborted", 144, 16, FIELD_UINT, ONCE },
	{ "nbns.num_good_sends", "Good sends", 160, 32, FIELD_UINT, ONCE },
	{ "nbns.num_good_receives", "Good receives", 192, 32, FIELD_UINT, ONCE },
	{ "nbns.numretransmits", "Retransmissions", 224, 16, FIELD_UINT, ONCE },
	{ "nbns.num_no_resource_conditions", "Out of resources", 240, 16, FIELD_UINT, ONCE },
	{ "nbns.numcommand_blocks", "Command blocks", 256, 16, FIELD_UINT, ONCE },
	{ "nbns.numpending_sessions", "Pending sessions", 272, 16, FIELD_UINT, ONCE },
	{ "nbns.max_num_pending_sessions", "Most pending sessions", 288, 16, FIELD_UINT, ONCE },
	{ "nbns.max_total_sessions_possible", "Most sessions", 304, 16, FIELD_UINT, ONCE },
	{ "nbns.session_data_packet_size", "Packet size", 320, 16, FIELD_UINT, ONCE },
};

static const struct field_desc *const fields = nbns_described;

static struct next nbns_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, NBNS_HEADER);
	unsigned opcode, records;

	if (!p)
		return c->clipped ? next_none() : next_reject();
	opcode = p[2] >> 3 & 15;
	records = load_be16(p + 4) + load_be16(p + 6) + load_be16(p + 8) + load_be16(p + 10);
	/* Each message has a name, RFC 1002 4.2: one without any record is none. */
	if (!records || (opcode > OPCODE_MAX && opcode != OPCODE_MULTIHOMED) ||
	    (opcode && opcode < 5) || (!c->clipped && records * 6u > cursor_left(c)))
		return next_reject();
	l->variant = p[2] & 0x80 ? IN_RESPONSE : IN_QUERY;
	dissect_take_rest(d, c);
	return next_none();
}

/* Fifteen bytes of name without the blanks that fill them up. */
static size_t plain_len(const uint8_t *name)
{
	size_t n = NETBIOS_NAME - 1;

	while (n && name[n - 1] == ' ')
		n--;
	return n;
}

/* Bytes that are no text are written as their number. */
static void put_plain(const uint8_t *name, struct strbuf *out)
{
	const size_t n = plain_len(name);
	size_t i;

	for (i = 0; i < n; i++) {
		if (name[i] >= 0x20 && name[i] < 0x7f) {
			strbuf_putc(out, (char)name[i]);
			continue;
		}
		strbuf_putc(out, '<');
		strbuf_hex(out, name[i], 2);
		strbuf_putc(out, '>');
	}
}

static void put_netbios(const uint8_t *name, struct strbuf *out)
{
	put_plain(name, out);
	strbuf_putc(out, '<');
	strbuf_hex(out, name[NETBIOS_NAME - 1], 2);
	strbuf_putc(out, '>');
}

/* RFC 1001 §14: each half of a byte is a letter from A to P in the first label. */
static bool name_decode(const struct dns_name *name, uint8_t ret[NETBIOS_NAME])
{
	size_t i;

	for (i = 0; i < NETBIOS_NAME && name->len >= 2 * NETBIOS_NAME; i++) {
		const unsigned hi = (unsigned)(uint8_t)name->text[2 * i] - 'A';
		const unsigned lo = (unsigned)(uint8_t)name->text[2 * i + 1] - 'A';

		if (hi > 15 || lo > 15)
			return false;
		ret[i] = (uint8_t)(hi << 4 | lo);
	}
	return i == NETBIOS_NAME;
}

/* The other labels are a scope. What is no such name is shown as it stands. */
static void name_text(const struct dns_name *name, struct strbuf *out)
{
	uint8_t plain[NETBIOS_NAME];

	if (!name_decode(name, plain)) {
		text_printable((const uint8_t *)name->text, name->len, DNS_NAME_MAX, out);
		return;
	}
	put_netbios(plain, out);
	text_printable((const uint8_t *)name->text + 2 * NETBIOS_NAME,
		       name->len - 2u * NETBIOS_NAME, DNS_NAME_MAX, out);
}

/* " (Server service)", which Wireshark puts behind the names of records. */
static void suffix_text(const struct dns_name *name, struct strbuf *out)
{
	uint8_t plain[NETBIOS_NAME];
	const char *kind;

	if (!name_decode(name, plain))
		return;
	kind = name_find(suffix_names, plain[NETBIOS_NAME - 1]);
	strbuf_puts(out, " (");
	strbuf_puts(out, kind ? kind : "Unknown");
	strbuf_putc(out, ')');
}

struct record {
	struct dns_name name;
	const uint8_t *start, *fixed, *data; /* data is NULL in a question */
	size_t len;                          /* of data */
};

static bool record_next(const uint8_t *msg, struct cursor *c, bool question, struct record *ret)
{
	const size_t len = (size_t)(c->end - msg);

	ret->start = c->pos;
	if (!dns_name_read(msg, len, (size_t)(c->pos - msg), &ret->name))
		return false;
	cursor_skip(c, ret->name.place);
	ret->fixed = cursor_take(c, question ? 4 : 10);
	ret->data = NULL;
	ret->len = 0;
	if (!ret->fixed || question)
		return ret->fixed;
	ret->len = load_be16(ret->fixed + 8);
	ret->data = cursor_take(c, ret->len);
	return ret->data;
}

static void addresses_describe(const uint8_t *p, size_t n, struct field_out *o)
{
	for (; n >= 6; n -= 6, p += 6)
		field_put_table(o, &fields[NB_FLAGS], NB_ADDR - NB_FLAGS + 1, 0, p, 6);
	if (n)
		field_put_bytes(o, &fields[NB_DATA], p, n);
}

/* Node status: names that a machine has, then its statistics. */
static void status_describe(const uint8_t *data, size_t n, struct field_out *o)
{
	struct cursor c = cursor_over(data, n, false);
	unsigned left = cursor_u8(&c);

	if (!n)
		return;
	field_put_uint(o, &fields[NB_COUNT_NAMES], data, 1);
	for (; left; left--) {
		const uint8_t *p = cursor_take(&c, STATUS_NAME);

		char text[NAME_TEXT_MAX];
		struct strbuf s = strbuf_over(text, sizeof(text));

		if (!p)
			return;
		put_plain(p, &s);
		field_put_text(o, &fields[NB_STATUS_NAME], text, s.len, p, NETBIOS_NAME - 1);
		field_put_uint(o, &fields[NB_SUFFIX], p + NETBIOS_NAME - 1, 1);
		field_put_table(o, &fields[NB_NAME_FLAGS], NB_NAME_PRM - NB_NAME_FLAGS + 1, 0,
				p + NETBIOS_NAME, 2);
	}
	field_put_table(o, &fields[NB_UNIT], ARRAY_SIZE(nbns_described) - NB_UNIT, 0, c.pos,
			MIN_OF(cursor_left(&c), (size_t)STATISTICS));
}

static void record_describe(const struct record *r, struct field_out *o)
{
	char text[NAME_TEXT_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	name_text(&r->name, &s);
	if (r->data && load_be16(r->fixed) == TYPE_NB)
		suffix_text(&r->name, &s);
	field_put_group(o, &fields[NB_RECORD], text, r->start,
			(size_t)(r->fixed - r->start) + (r->data ? 10 + r->len : 4));
	field_put_text(o, &fields[NB_NAME], text, s.len, r->start, r->name.place);
	field_put_uint(o, &fields[NB_TYPE], r->fixed, 2);
	field_put_uint(o, &fields[NB_CLASS], r->fixed + 2, 2);
	if (!r->data)
		return;
	field_put_uint(o, &fields[NB_TTL], r->fixed + 4, 4);
	field_put_uint(o, &fields[NB_LENGTH], r->fixed + 8, 2);
	if (load_be16(r->fixed) == TYPE_NB)
		addresses_describe(r->data, r->len, o);
	else if (load_be16(r->fixed) == TYPE_NBSTAT)
		status_describe(r->data, r->len, o);
	else if (r->len)
		field_put_bytes(o, &fields[NB_DATA], r->data, r->len);
}

static void nbns_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *msg = layer_bytes(d, l, 0, NBNS_HEADER);
	struct cursor c = layer_cursor(d, l, NBNS_HEADER);
	unsigned section, left;

	for (section = 0; msg && section < 4; section++) {
		for (left = load_be16(msg + 4 + 2 * section); left; left--) {
			const uint8_t *start = c.pos;
			struct record r;

			if (!record_next(msg, &c, !section, &r)) {
				if (start < c.end)
					field_put_bytes(o, &fields[NB_BROKEN], start,
							(size_t)(c.end - start));
				return;
			}
			record_describe(&r, o);
		}
	}
}

static void line_addresses(const struct record *r, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < RECORDS_SHOWN && (i + 1) * 6 <= r->len; i++) {
		strbuf_putc(out, ' ');
		text_ipv4(r->data + i * 6 + 2, out);
	}
}

static void line_status(const struct record *r, struct strbuf *out)
{
	size_t i;

	for (i = 0; r->len && i < r->data[0] && i < RECORDS_SHOWN; i++) {
		if (1 + (i + 1) * STATUS_NAME > r->len)
			return;
		strbuf_putc(out, ' ');
		put_netbios(r->data + 1 + i * STATUS_NAME, out);
	}
	if (r->len && r->data[0] > RECORDS_SHOWN) {
		strbuf_puts(out, " (+");
		strbuf_uint(out, r->data[0] - (unsigned)RECORDS_SHOWN);
		strbuf_puts(out, " more)");
	}
}

static void line_record(const struct record *r, bool asks, struct strbuf *out)
{
	static const uint8_t anybody[NETBIOS_NAME] = { '*' };
	uint8_t plain[NETBIOS_NAME];
	const char *name = name_find(type_names, load_be16(r->fixed));

	strbuf_putc(out, ' ');
	strbuf_puts(out, name ? name : "type ?");
	strbuf_puts(out, asks ? "? " : " ");
	if (name_decode(&r->name, plain) && !memcmp(plain, anybody, NETBIOS_NAME))
		strbuf_putc(out, '*');
	else
		name_text(&r->name, out);
	if (!r->data)
		return;
	if (load_be16(r->fixed) == TYPE_NB)
		line_addresses(r, out);
	else if (load_be16(r->fixed) == TYPE_NBSTAT)
		line_status(r, out);
}

static void nbns_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *msg = layer_bytes(d, l, 0, NBNS_HEADER);
	struct cursor c = layer_cursor(d, l, NBNS_HEADER);
	const char *name;
	unsigned opcode, i;
	struct record r;

	line_paint(opt, PAINT_PROTOCOL, "NBNS", out);
	if (!msg)
		return;
	strbuf_puts(out, " 0x");
	strbuf_hex(out, load_be16(msg), 4);
	opcode = msg[2] >> 3 & 15;
	name = name_find(opcode_names, opcode);
	strbuf_putc(out, ' ');
	strbuf_puts(out, name ? name : "?");
	if (msg[2] & 0x80) {
		name = name_find(rcode_names, msg[3] & 15);
		strbuf_puts(out, " response");
		if (msg[3] & 15) {
			strbuf_puts(out, ", ");
			strbuf_puts(out, name ? name : "unknown error");
		}
	}
	/* A registration's question says again what its record says. */
	for (i = load_be16(msg + 4) ? 0 : 1; i < 2 && record_next(msg, &c, !i, &r); i++) {
		if (!i && opcode && cursor_left(&c))
			continue;
		line_record(&r, !i && !opcode, out);
		if (opt->quiet || !cursor_left(&c))
			return;
	}
}

const struct dissector nbns_dissector = {
	.name = "nbns",
	.title = "NetBIOS Name Service",
	.id = PROTO_NBNS,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = NBNS_HEADER,
	.fields = nbns_fields,
	.nr_fields = ARRAY_SIZE(nbns_fields),
	.described = nbns_described,
	.nr_described = ARRAY_SIZE(nbns_described),
	.keys = { { KEY_UDP_PORT, 137 } },
	.dissect = nbns_dissect,
	.describe = nbns_describe,
	.line = nbns_line,
};
