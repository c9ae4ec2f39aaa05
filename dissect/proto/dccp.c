/* dissect/proto/dccp.c -- Datagram Congestion Control Protocol, RFC 4340; RFC 4342's options. */
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	DCCP_HDR_MIN = 12, /* with sequence numbers of 24 bits */
	DCCP_HDR_LONG = 16,
	DCCP_REQUEST = 0,
	DCCP_RESPONSE = 1,
	DCCP_DATA = 2,
	DCCP_ACK = 3,
	DCCP_DATAACK = 4,
	DCCP_RESET = 7,
	DCCP_SYNCACK = 9,
	IPPROTO_DCCP_NR = 33,
	OPTION_SHORT_MAX = 31, /* up to this one an option is one byte */
	IS_LONG = 1 << 0,
	IS_SHORT = 1 << 1,
	ACK_LONG = 1 << 2,
	ACK_SHORT = 1 << 3,
	HAS_SERVICE = 1 << 4, /* a request: behind the header */
	HAS_SERVICE_ACK = 1 << 5,
	HAS_RESET = 1 << 6,
};

static const struct name_map type_names[] = {
	{ DCCP_REQUEST, "Request" },
	{ DCCP_RESPONSE, "Response" },
	{ DCCP_DATA, "Data" },
	{ DCCP_ACK, "Ack" },
	{ DCCP_DATAACK, "DataAck" },
	{ 5, "CloseReq" },
	{ 6, "Close" },
	{ DCCP_RESET, "Reset" },
	{ 8, "Sync" },
	{ DCCP_SYNCACK, "SyncAck" },
	{ 0, NULL },
};

static const struct name_map reset_names[] = {
	{ 0, "Unspecified" },
	{ 1, "Closed" },
	{ 2, "Aborted" },
	{ 3, "No connection" },
	{ 4, "Packet error" },
	{ 5, "Option error" },
	{ 6, "Mandatory error" },
	{ 7, "Connection refused" },
	{ 8, "Bad service code" },
	{ 9, "Too busy" },
	{ 10, "Bad init cookie" },
	{ 11, "Aggression penalty" },
	{ 0, NULL },
};

static const struct name_map option_names[] = {
	{ 0, "Padding" },
	{ 1, "Mandatory" },
	{ 2, "Slow receiver" },
	{ 32, "Change L" },
	{ 33, "Confirm L" },
	{ 34, "Change R" },
	{ 35, "Confirm R" },
	{ 36, "Init cookie" },
	{ 37, "NDP count" },
	{ 38, "Ack vector, nonce 0" },
	{ 39, "Ack vector, nonce 1" },
	{ 40, "Data dropped" },
	{ 41, "Timestamp" },
	{ 42, "Timestamp echo" },
	{ 43, "Elapsed time" },
	{ 44, "Data checksum" },
	{ 192, "Loss event rate" },
	{ 193, "Loss intervals" },
	{ 194, "Receive rate" },
	{ 0, NULL },
};

static const struct name_map feature_names[] = {
	{ 1, "CCID" },
	{ 2, "Allow short sequence numbers" },
	{ 3, "Sequence window" },
	{ 4, "ECN incapable" },
	{ 5, "Ack ratio" },
	{ 6, "Send ack vector" },
	{ 7, "Send NDP count" },
	{ 8, "Minimum checksum coverage" },
	{ 9, "Check data checksum" },
	{ 192, "Send loss event rate" },
	{ 0, NULL },
};

static const struct field_desc dccp_fields[] = {
	{ "dccp.srcport", "Source port", 0, 16, FIELD_PORT },
	{ "dccp.dstport", "Destination port", 16, 16, FIELD_PORT },
	{ "dccp.data_offset", "Data offset in 4 bytes", 32, 8, FIELD_UINT },
	{ "dccp.ccval", "Congestion control's value", 40, 4, FIELD_UINT },
	{ "dccp.cscov", "Checksum coverage", 44, 4, FIELD_UINT },
	{ "dccp.checksum", "Checksum", 48, 16, FIELD_HEX },
	{ "dccp.res1", "Reserved", 64, 3, FIELD_HEX, .digits = 2 },
	{ "dccp.type", "Type", 67, 4, FIELD_ENUM, .names = type_names },
	{ "dccp.x", "Long sequence numbers", 71, 1, FIELD_FLAG },
	{ "dccp.seq_raw", "Sequence number", 72, 24, FIELD_UINT, .variants = IS_SHORT },
	{ "dccp.res2", "Reserved", 72, 8, FIELD_HEX, .variants = IS_LONG },
	{ "dccp.seq_raw", "Sequence number", 80, 48, FIELD_UINT, FIELD_OPT, .variants = IS_LONG },
	{ "dccp.ack_raw", "Acknowledgment number", 104, 24, FIELD_UINT, FIELD_OPT,
	  .variants = ACK_SHORT },
	{ "dccp.ack_res", "Reserved", 96, 8, FIELD_HEX, FIELD_OPT, .variants = ACK_SHORT },
	{ "dccp.ack_res", "Reserved", 128, 16, FIELD_HEX, FIELD_OPT, .variants = ACK_LONG },
	{ "dccp.ack_raw", "Acknowledgment number", 144, 48, FIELD_UINT, FIELD_OPT,
	  .variants = ACK_LONG },
	{ "dccp.service_code", "Service code", 128, 32, FIELD_UINT, FIELD_OPT,
	  .variants = HAS_SERVICE },
	{ "dccp.service_code", "Service code", 192, 32, FIELD_UINT, FIELD_OPT,
	  .variants = HAS_SERVICE_ACK },
	{ "dccp.reset_code", "Reset code", 192, 8, FIELD_ENUM, FIELD_OPT, .variants = HAS_RESET,
	  .names = reset_names },
	{ "dccp.data1", "Data 1", 200, 8, FIELD_UINT, FIELD_OPT, .variants = HAS_RESET },
	{ "dccp.data2", "Data 2", 208, 8, FIELD_UINT, FIELD_OPT, .variants = HAS_RESET },
	{ "dccp.data3", "Data 3", 216, 8, FIELD_UINT, FIELD_OPT, .variants = HAS_RESET },
};

enum {
	D_CHECKSUM, /* and the two after it */
	D_OPTION = D_CHECKSUM + 3,
	D_TYPE,
	D_FEATURE,
	D_FEATURE_VALUE,
	D_NDP,
	D_TIMESTAMP,
	D_ECHO,
	D_ELAPSED,
	D_DATA_CHECKSUM,
	D_LOSS_RATE,
	D_RECEIVE_RATE,
	D_COOKIE,
	D_VECTOR_0,
	D_VECTOR_1,
	D_DROPPED,
	D_INTERVALS,
	D_UNKNOWN,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc dccp_described[] = {
	CHECKSUM_STATUS("dccp.checksum.status"),
	CHECKSUM_EXPECTED("dccp.checksum_calculated"),
	CHECKSUM_NOTE("dccp.checksum.note"),
	[D_OPTION] = { "dccp.options", "Option", 0, 0, FIELD_GROUP, LISTED },
	[D_TYPE] = { "dccp.option_type", "Type", 0, 0, FIELD_ENUM, LISTED, .names = option_names },
	[D_FEATURE] = { "dccp.feature_number", "Feature", 0, 0, FIELD_ENUM, LISTED,
			.names = feature_names },
	[D_FEATURE_VALUE] = { "dccp.feature_value", "Values wanted", 0, 0, FIELD_BYTES, LISTED },
	[D_NDP] = { "dccp.ndp_count", "Packets without data", 0, 0, FIELD_UINT, LISTED },
	[D_TIMESTAMP] = { "dccp.timestamp", "Timestamp in 10 us", 0, 0, FIELD_UINT, LISTED },
	[D_ECHO] = { "dccp.timestamp_echo", "Timestamp echoed", 0, 0, FIELD_UINT, LISTED },
	[D_ELAPSED] = { "dccp.elapsed_time", "Elapsed time in 10 us", 0, 0, FIELD_UINT, LISTED },
	[D_DATA_CHECKSUM] = { "dccp.checksum_data", "CRC-32C of the data", 0, 0, FIELD_HEX,
			      LISTED },
	[D_LOSS_RATE] = { "dccp.ccid3_loss_event_rate", "Loss event rate, inverted", 0, 0,
			  FIELD_UINT, LISTED },
	[D_RECEIVE_RATE] = { "dccp.ccid3_receive_rate", "Receive rate", 0, 0, FIELD_UINT, LISTED,
			     .unit = "bytes/s" },
	[D_COOKIE] = { "dccp.init_cookie", "Init cookie", 0, 0, FIELD_BYTES, LISTED },
	[D_VECTOR_0] = { "dccp.ack_vector.nonce_0", "Ack vector", 0, 0, FIELD_BYTES, LISTED },
	[D_VECTOR_1] = { "dccp.ack_vector.nonce_1", "Ack vector", 0, 0, FIELD_BYTES, LISTED },
	[D_DROPPED] = { "dccp.data_dropped", "Data dropped", 0, 0, FIELD_BYTES, LISTED },
	[D_INTERVALS] = { "dccp.ccid3_loss_intervals", "Loss intervals", 0, 0, FIELD_BYTES,
			  LISTED },
	[D_UNKNOWN] = { "dccp.option_unknown", "Data", 0, 0, FIELD_BYTES, LISTED },
};

/* Bytes before the options: the acknowledgment, and what the type adds. */
static size_t dccp_fixed_len(const uint8_t *p, uint8_t *ret_variant)
{
	const unsigned type = p[8] >> 1 & 15;
	const bool is_long = p[8] & 1;
	size_t len = is_long ? DCCP_HDR_LONG : DCCP_HDR_MIN;

	*ret_variant = is_long ? IS_LONG : IS_SHORT;
	if (type != DCCP_REQUEST && type != DCCP_DATA) {
		*ret_variant |= is_long ? ACK_LONG : ACK_SHORT;
		len += is_long ? 8 : 4;
	}
	/* These have long numbers by definition. */
	if (type == DCCP_REQUEST && is_long)
		*ret_variant |= HAS_SERVICE;
	if (type == DCCP_RESPONSE && is_long)
		*ret_variant |= HAS_SERVICE_ACK;
	if (type == DCCP_RESET && is_long)
		*ret_variant |= HAS_RESET;
	return type <= DCCP_RESPONSE || type == DCCP_RESET ? len + 4 : len;
}

static struct next dccp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, DCCP_HDR_MIN);
	struct flow *flow;
	size_t len;

	if (unlikely(!p))
		return next_cut_ports(d, l, c);
	flow = flow_current(d);
	flow->sport = load_be16(p);
	flow->dport = load_be16(p + 2);
	len = p[4] * 4u;
	if (len < dccp_fixed_len(p, &l->variant))
		return next_malformed(d, NOTE_BAD_HEADER_LEN);
	cursor_skip(c, len - DCCP_HDR_MIN);
	return next_none();
}

static unsigned bytes_field(uint8_t type)
{
	switch (type) {
	case 36:
		return D_COOKIE;
	case 38:
		return D_VECTOR_0;
	case 39:
		return D_VECTOR_1;
	case 40:
		return D_DROPPED;
	case 193:
		return D_INTERVALS;
	default:
		return D_UNKNOWN;
	}
}

static void describe_value(uint8_t type, const uint8_t *p, size_t len, struct field_out *o)
{
	if (type >= 32 && type <= 35 && len) {
		field_put_uint(o, &dccp_described[D_FEATURE], p, 1);
		if (len > 1)
			field_put_bytes(o, &dccp_described[D_FEATURE_VALUE], p + 1, len - 1);
	} else if (type == 37 && len && len <= 6) {
		field_put_uint(o, &dccp_described[D_NDP], p, len);
	} else if (type == 41 && len == 4) {
		field_put_uint(o, &dccp_described[D_TIMESTAMP], p, 4);
	} else if (type == 42 && (len == 4 || len == 6 || len == 8)) {
		field_put_uint(o, &dccp_described[D_ECHO], p, 4);
		if (len > 4)
			field_put_uint(o, &dccp_described[D_ELAPSED], p + 4, len - 4);
	} else if (type == 43 && (len == 2 || len == 4)) {
		field_put_uint(o, &dccp_described[D_ELAPSED], p, len);
	} else if (type == 44 && len == 4) {
		field_put_uint(o, &dccp_described[D_DATA_CHECKSUM], p, 4);
	} else if ((type == 192 || type == 194) && len == 4) {
		field_put_uint(o, &dccp_described[type == 192 ? D_LOSS_RATE : D_RECEIVE_RATE], p,
			       4);
	} else if (len) {
		field_put_bytes(o, &dccp_described[bytes_field(type)], p, len);
	}
}

static void describe_options(struct cursor *c, struct field_out *o)
{
	while (cursor_left(c)) {
		const uint8_t *p = c->pos;
		const uint8_t type = cursor_u8(c);
		size_t len = 1;

		if (type > OPTION_SHORT_MAX) {
			len = cursor_u8(c);
			if (len < 2 || !cursor_take(c, len - 2))
				return;
		}
		field_put_group(o, &dccp_described[D_OPTION], name_find(option_names, type), p,
				len);
		field_put_uint(o, &dccp_described[D_TYPE], p, 1);
		if (len > 2)
			describe_value(type, p + 2, len - 2, o);
	}
}

static void dccp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, DCCP_HDR_MIN);
	const size_t len = checksum_layer_len(d, l);
	struct checksum_found found;
	struct cursor c;
	uint8_t variant;
	size_t cover = len;

	if (!p)
		return;
	if (p[5] & 15) /* the header, and so many less one words of the data */
		cover = MIN_OF(len, p[4] * 4u + ((p[5] & 15) - 1) * 4u);
	found = checksum_find(d, l, IPPROTO_DCCP_NR, len, cover, 6);
	checksum_put(o, &dccp_described[D_CHECKSUM], &found, p + 6, 2);
	c = layer_cursor(d, l, dccp_fixed_len(p, &variant));
	describe_options(&c, o);
}

static void dccp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, DCCP_HDR_MIN);
	const char *name;
	struct field_value v;
	size_t i;

	line_paint(opt, PAINT_PROTOCOL, "DCCP", out);
	if (!p)
		return;
	name = name_find(type_names, p[8] >> 1 & 15);
	strbuf_printf(out, " %s", name ? name : "reserved type");
	for (i = 0; i < ARRAY_SIZE(dccp_fields); i++) {
		const struct field_desc *fd = &dccp_fields[i];

		if (fd->bit < 72 || !field_read(d, l, fd, &v))
			continue;
		if (!strcmp(fd->name, "dccp.seq_raw"))
			strbuf_puts(out, ", seq ");
		else if (!strcmp(fd->name, "dccp.ack_raw"))
			strbuf_puts(out, ", ack ");
		else if (!strcmp(fd->name, "dccp.service_code"))
			strbuf_puts(out, ", service ");
		else if (!strcmp(fd->name, "dccp.reset_code"))
			strbuf_puts(out, ", ");
		else
			continue;
		field_text(&v, out);
	}
	strbuf_puts(out, ", ");
	line_length(d, out);
}

const struct dissector dccp_dissector = {
	.name = "dccp",
	.title = "Datagram Congestion Control Protocol",
	.id = PROTO_DCCP,
	.layer_class = CLASS_TRANSPORT,
	.has_ports = true,
	.min_hdr_len = DCCP_HDR_MIN,
	.fields = dccp_fields,
	.nr_fields = ARRAY_SIZE(dccp_fields),
	.described = dccp_described,
	.nr_described = ARRAY_SIZE(dccp_described),
	.keys = { { KEY_IPPROTO, IPPROTO_DCCP_NR } },
	.dissect = dccp_dissect,
	.describe = dccp_describe,
	.line = dccp_line,
};
