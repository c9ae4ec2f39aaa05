/*
 * dissect/proto/mbtcp.c -- Modbus over TCP: the specifications "MODBUS Messaging on TCP/IP" V1.0b
 * and "MODBUS Application Protocol" V1.1b3; IEC 61158. The function is part of the same layer: its
 * fields are modbus.*.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	MBAP_HDR = 7, /* up to the unit; then the function */
	MODBUS_PORT = 502,
	LENGTH_MIN = 2, /* unit and function */
	LENGTH_MAX = 254,
	EXCEPTION = 0x80,
	FUNCTION_MEI = 43,
	MEI_DEVICE_ID = 14,
	MESSAGES_SHOWN_MAX = 8,
};

enum { IS_REQUEST = 1 << 0, IS_RESPONSE = 1 << 1 };

static const struct name_map function_names[] = {
	{ 1, "Read Coils" },
	{ 2, "Read Discrete Inputs" },
	{ 3, "Read Holding Registers" },
	{ 4, "Read Input Registers" },
	{ 5, "Write Single Coil" },
	{ 6, "Write Single Register" },
	{ 7, "Read Exception Status" },
	{ 8, "Diagnostics" },
	{ 11, "Get Comm. Event Counters" },
	{ 12, "Get Comm. Event Log" },
	{ 15, "Write Multiple Coils" },
	{ 16, "Write Multiple Registers" },
	{ 17, "Report Slave ID" },
	{ 20, "Read File Record" },
	{ 21, "Write File Record" },
	{ 22, "Mask Write Register" },
	{ 23, "Read Write Register" },
	{ 24, "Read FIFO Queue" },
	{ 43, "Encapsulated Interface Transport" },
	{ 90, "Unity (Schneider)" },
	{ 0, NULL },
};

static const struct name_map exception_names[] = {
	{ 1, "Illegal function" },
	{ 2, "Illegal data address" },
	{ 3, "Illegal data value" },
	{ 4, "Slave device failure" },
	{ 5, "Acknowledge" },
	{ 6, "Slave device busy" },
	{ 8, "Memory parity error" },
	{ 10, "Gateway path unavailable" },
	{ 11, "Gateway target device failed to respond" },
	{ 0, NULL },
};

static const struct name_map diagnostic_names[] = {
	{ 0, "Return Query Data" },
	{ 1, "Restart Communications Option" },
	{ 2, "Return Diagnostic Register" },
	{ 3, "Change ASCII Input Delimiter" },
	{ 4, "Force Listen Only Mode" },
	{ 10, "Clear Counters and Diagnostic Register" },
	{ 11, "Return Bus Message Count" },
	{ 12, "Return Bus Communication Error Count" },
	{ 13, "Return Bus Exception Error Count" },
	{ 14, "Return Slave Message Count" },
	{ 15, "Return Slave No Response Count" },
	{ 16, "Return Slave NAK Count" },
	{ 17, "Return Slave Busy Count" },
	{ 18, "Return Bus Character Overrun Count" },
	{ 0, NULL },
};

static const struct name_map mei_names[] = {
	{ 13, "CANopen General Reference Request and Response PDU" },
	{ 14, "Read Device Identification" },
	{ 0, NULL },
};

static const struct name_map device_id_names[] = {
	{ 1, "basic" }, { 2, "regular" }, { 3, "extended" }, { 4, "one object" }, { 0, NULL },
};

static const struct name_map object_names[] = {
	{ 0, "VendorName" },  { 1, "ProductCode" }, { 2, "MajorMinorRevision" }, { 3, "VendorURL" },
	{ 4, "ProductName" }, { 5, "ModelName" },   { 6, "UserAppName" },        { 0, NULL },
};

enum modbus_field {
	MF_MESSAGE,
	MF_TRANSACTION,
	MF_PROTOCOL,
	MF_LENGTH,
	MF_UNIT,
	MF_FUNCTION,
	MF_EXCEPTION,
	MF_REFERENCE,
	MF_BIT_COUNT,
	MF_WORD_COUNT,
	MF_BYTE_COUNT,
	MF_VALUE,
	MF_AND_MASK,
	MF_OR_MASK,
	MF_READ_REFERENCE,
	MF_READ_COUNT,
	MF_WRITE_REFERENCE,
	MF_WRITE_COUNT,
	MF_DIAGNOSTIC,
	MF_MEI,
	MF_DEVICE_ID,
	MF_OBJECT,
	MF_DATA,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc modbus_described[] = {
	[MF_MESSAGE] = { "mbtcp.message", "Message", 0, 0, FIELD_GROUP, LISTED },
	[MF_TRANSACTION] = { "mbtcp.trans_id", "Transaction", 0, 0, FIELD_UINT, LISTED },
	[MF_PROTOCOL] = { "mbtcp.prot_id", "Protocol", 0, 0, FIELD_UINT, LISTED },
	[MF_LENGTH] = { "mbtcp.len", "Length", 0, 0, FIELD_UINT, LISTED, .unit = "bytes" },
	[MF_UNIT] = { "mbtcp.unit_id", "Unit", 0, 0, FIELD_UINT, LISTED },
	[MF_FUNCTION] = { "modbus.func_code", "Function", 0, 0, FIELD_ENUM, LISTED,
			  .names = function_names },
	[MF_EXCEPTION] = { "modbus.exception_code", "Exception", 0, 0, FIELD_ENUM, LISTED,
			   .names = exception_names },
	[MF_REFERENCE] = { "modbus.reference_num", "Reference number", 0, 0, FIELD_UINT, LISTED },
	[MF_BIT_COUNT] = { "modbus.bit_cnt", "Bit count", 0, 0, FIELD_UINT, LISTED },
	[MF_WORD_COUNT] = { "modbus.word_cnt", "Word count", 0, 0, FIELD_UINT, LISTED },
	[MF_BYTE_COUNT] = { "modbus.byte_cnt", "Byte count", 0, 0, FIELD_UINT, LISTED },
	[MF_VALUE] = { "modbus.regval_uint16", "Register value", 0, 0, FIELD_UINT, LISTED },
	[MF_AND_MASK] = { "modbus.and_mask", "And mask", 0, 0, FIELD_HEX, LISTED },
	[MF_OR_MASK] = { "modbus.or_mask", "Or mask", 0, 0, FIELD_HEX, LISTED },
	[MF_READ_REFERENCE] = { "modbus.read_reference_num", "Read reference number", 0, 0,
				FIELD_UINT, LISTED },
	[MF_READ_COUNT] = { "modbus.read_word_cnt", "Read word count", 0, 0, FIELD_UINT, LISTED },
	[MF_WRITE_REFERENCE] = { "modbus.write_reference_num", "Write reference number", 0, 0,
				 FIELD_UINT, LISTED },
	[MF_WRITE_COUNT] = { "modbus.write_word_cnt", "Write word count", 0, 0, FIELD_UINT,
			     LISTED },
	[MF_DIAGNOSTIC] = { "modbus.diagnostic_code", "Diagnostic", 0, 0, FIELD_ENUM, LISTED,
			    .names = diagnostic_names },
	[MF_MEI] = { "modbus.mei", "MEI type", 0, 0, FIELD_ENUM, LISTED, .names = mei_names },
	[MF_DEVICE_ID] = { "modbus.read_device_id", "Read device id", 0, 0, FIELD_ENUM, LISTED,
			   .names = device_id_names },
	[MF_OBJECT] = { "modbus.object_id", "Object", 0, 0, FIELD_ENUM, LISTED,
			.names = object_names },
	[MF_DATA] = { "modbus.data", "Data", 0, 0, FIELD_BYTES, LISTED },
};

/*
 * What stands behind the function, in order: each letter is a field. 'B' and 'W' are counts of
 * bytes before data and before registers, 'R' registers up to the end, 'D' data up to the end.
 */
static const struct shape {
	uint8_t function;
	const char *request, *response;
} shapes[] = {
	{ 1, "rb", "BD" },    { 2, "rb", "BD" },    { 3, "rw", "BR" },    { 4, "rw", "BR" },
	{ 5, "rD", "rD" },    { 6, "rD", "rD" },    { 7, "", "D" },       { 8, "dD", "dD" },
	{ 15, "rbBD", "rb" }, { 16, "rwBR", "rw" }, { 22, "rao", "rao" }, { 23, "1234BD", "BD" },
	{ 43, "m", "m" },
};

static const struct {
	char letter;
	uint8_t bytes;
	enum modbus_field field;
} parts[] = {
	{ 'r', 2, MF_REFERENCE },      { 'b', 2, MF_BIT_COUNT },  { 'w', 2, MF_WORD_COUNT },
	{ 'B', 1, MF_BYTE_COUNT },     { 'a', 2, MF_AND_MASK },   { 'o', 2, MF_OR_MASK },
	{ '1', 2, MF_READ_REFERENCE }, { '2', 2, MF_READ_COUNT }, { '3', 2, MF_WRITE_REFERENCE },
	{ '4', 2, MF_WRITE_COUNT },    { 'd', 2, MF_DIAGNOSTIC }, { 'm', 1, MF_MEI },
};

/* p has at least MBAP_HDR bytes. */
static bool is_modbus(const uint8_t *p)
{
	return !load_be16(p + 2) && load_be16(p + 4) >= LENGTH_MIN &&
	       load_be16(p + 4) <= LENGTH_MAX;
}

static struct next mbtcp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const struct flow *flow = flow_current(d);

	if (cursor_left(c) < MBAP_HDR || !is_modbus(c->pos))
		return next_reject();
	l->variant =
		flow->dport == MODBUS_PORT || flow->dport < flow->sport ? IS_REQUEST : IS_RESPONSE;
	while (cursor_left(c)) {
		const uint8_t *start = c->pos;

		if (cursor_left(c) >= MBAP_HDR && !is_modbus(start))
			break;
		if (cursor_left(c) < MBAP_HDR) {
			dissect_take_pdu(d, l, c, start, MBAP_HDR);
			break;
		}
		if (!dissect_take_pdu(d, l, c, start, 6u + load_be16(start + 4)))
			break;
	}
	return next_none();
}

static void put_part(struct cursor *c, enum modbus_field f, size_t n, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, n);

	if (p)
		field_put_uint(o, &modbus_described[f], p, n);
}

static void put_rest(struct cursor *c, struct field_out *o)
{
	const size_t n = cursor_left(c);

	if (n)
		field_put_bytes(o, &modbus_described[MF_DATA], cursor_take(c, n), n);
}

static void put_shape(const char *shape, struct cursor *c, struct field_out *o)
{
	size_t i;

	for (; *shape; shape++) {
		for (i = 0; i < ARRAY_SIZE(parts); i++)
			if (parts[i].letter == *shape)
				put_part(c, parts[i].field, parts[i].bytes, o);
		if (*shape == 'D')
			put_rest(c, o);
		while (*shape == 'R' && cursor_left(c) >= 2)
			put_part(c, MF_VALUE, 2, o);
	}
}

static void describe_function(struct cursor *c, bool request, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 1);
	const uint8_t function = p ? *p & 0x7f : 0;
	size_t i;

	if (!p)
		return;
	field_put_num(o, &modbus_described[MF_FUNCTION], function, p, 1);
	if (*p & EXCEPTION) {
		put_part(c, MF_EXCEPTION, 1, o);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(shapes); i++)
		if (shapes[i].function == function)
			put_shape(request ? shapes[i].request : shapes[i].response, c, o);
	if (function == FUNCTION_MEI && request && c->pos[-1] == MEI_DEVICE_ID) {
		put_part(c, MF_DEVICE_ID, 1, o);
		put_part(c, MF_OBJECT, 1, o);
	}
	put_rest(c, o);
}

/* The next message: its header is here, of the rest what is. False: no more. */
static bool message_next(struct cursor *c, const uint8_t **start, struct cursor *ret)
{
	size_t here;

	if (cursor_left(c) < MBAP_HDR || !is_modbus(c->pos))
		return false;
	*start = c->pos;
	here = MIN_OF(cursor_left(c), (size_t)6 + load_be16(c->pos + 4));
	*ret = cursor_over(c->pos + MBAP_HDR, here - MBAP_HDR, false);
	c->pos += here;
	return true;
}

static void mbtcp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0), body;
	const uint8_t *p;

	while (message_next(&c, &p, &body)) {
		field_put_group(o, &modbus_described[MF_MESSAGE],
				l->variant == IS_REQUEST ? "query" : "response", p,
				(size_t)(body.end - p));
		field_put_uint(o, &modbus_described[MF_TRANSACTION], p, 2);
		field_put_uint(o, &modbus_described[MF_PROTOCOL], p + 2, 2);
		field_put_uint(o, &modbus_described[MF_LENGTH], p + 4, 2);
		field_put_uint(o, &modbus_described[MF_UNIT], p + 6, 1);
		describe_function(&body, l->variant == IS_REQUEST, o);
	}
}

static void line_message(const uint8_t *p, struct cursor body, struct strbuf *out)
{
	const uint8_t code = cursor_u8(&body);
	const char *name = name_find(function_names, code & 0x7f);

	strbuf_puts(out, " trans ");
	strbuf_uint(out, load_be16(p));
	strbuf_puts(out, " unit ");
	strbuf_uint(out, p[6]);
	if (name) {
		strbuf_putc(out, ' ');
		strbuf_puts(out, name);
	} else {
		strbuf_puts(out, " function ");
		strbuf_uint(out, code & 0x7f);
	}
	if (code & EXCEPTION) {
		const uint8_t why = cursor_u8(&body);

		name = name_find(exception_names, why);
		strbuf_puts(out, " exception ");
		if (name)
			strbuf_puts(out, name);
		else
			strbuf_uint(out, why);
	}
}

static void mbtcp_line(const struct dissection *d, const struct layer *l,
		       const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0), body;
	unsigned nr = 0;
	const uint8_t *p;

	line_paint(opt, PAINT_PROTOCOL, "Modbus", out);
	strbuf_puts(out, l->variant == IS_REQUEST ? " query" : " response");
	while (nr < MESSAGES_SHOWN_MAX && message_next(&c, &p, &body)) {
		strbuf_puts(out, nr++ ? "," : "");
		line_message(p, body, out);
	}
}

const struct dissector mbtcp_dissector = {
	.name = "mbtcp",
	.title = "Modbus over TCP",
	.id = PROTO_MBTCP,
	.layer_class = CLASS_APPLICATION,
	.described = modbus_described,
	.nr_described = ARRAY_SIZE(modbus_described),
	.keys = { { KEY_TCP_PORT, MODBUS_PORT } },
	.dissect = mbtcp_dissect,
	.describe = mbtcp_describe,
	.line = mbtcp_line,
};
