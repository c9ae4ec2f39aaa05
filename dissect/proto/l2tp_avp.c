/* dissect/proto/l2tp_avp.c -- L2TP control messages: RFC 2661 4 and 5, RFC 3931 5. */
#include "dissect/proto/l2tp_avp.h"

enum {
	AVP_HDR_LEN = 6,
	AVP_MESSAGE_TYPE = 0,
	AVP_LEN_MASK = 0x3ff,
	AVP_HIDDEN = 0x40,
};

static const struct name_map message_names[] = {
	{ 1, "SCCRQ" }, { 2, "SCCRP" }, { 3, "SCCCN" }, { 4, "StopCCN" },
	{ 6, "Hello" }, { 7, "OCRQ" },  { 8, "OCRP" },  { 9, "OCCN" },
	{ 10, "ICRQ" }, { 11, "ICRP" }, { 12, "ICCN" }, { 14, "CDN" },
	{ 15, "WEN" },  { 16, "SLI" },  { 20, "ACK" },  { 0, NULL },
};

static const struct name_map avp_names[] = {
	{ AVP_MESSAGE_TYPE, "Control message" },
	{ 1, "Result and error code" },
	{ 2, "Protocol version" },
	{ 3, "Framing capabilities" },
	{ 4, "Bearer capabilities" },
	{ 5, "Tie breaker" },
	{ 6, "Firmware revision" },
	{ 7, "Host name" },
	{ 8, "Vendor name" },
	{ 9, "Assigned tunnel" },
	{ 10, "Receive window size" },
	{ 11, "Challenge" },
	{ 12, "Cause code" },
	{ 13, "Challenge response" },
	{ 14, "Assigned session" },
	{ 15, "Call serial number" },
	{ 16, "Minimum bit/s" },
	{ 17, "Maximum bit/s" },
	{ 18, "Bearer type" },
	{ 19, "Framing type" },
	{ 21, "Called number" },
	{ 22, "Calling number" },
	{ 23, "Sub-address" },
	{ 24, "Connect speed" },
	{ 25, "Physical channel" },
	{ 26, "Initial received LCP CONFREQ" },
	{ 27, "Last sent LCP CONFREQ" },
	{ 28, "Last received LCP CONFREQ" },
	{ 29, "Proxy authentication type" },
	{ 30, "Proxy authentication name" },
	{ 31, "Proxy authentication challenge" },
	{ 32, "Proxy authentication id" },
	{ 33, "Proxy authentication response" },
	{ 34, "Call errors" },
	{ 35, "ACCM" },
	{ 36, "Random vector" },
	{ 37, "Private group" },
	{ 38, "Rx connect speed" },
	{ 39, "Sequencing required" },
	{ 59, "Message digest" },
	{ 60, "Router id" },
	{ 61, "Assigned control connection" },
	{ 62, "Pseudowire capabilities" },
	{ 63, "Local session" },
	{ 64, "Remote session" },
	{ 65, "Assigned cookie" },
	{ 66, "Remote end id" },
	{ 68, "Pseudowire type" },
	{ 69, "Layer 2 specific sublayer" },
	{ 70, "Data sequencing" },
	{ 71, "Circuit status" },
	{ 72, "Preferred language" },
	{ 73, "Authentication nonce" },
	{ 74, "Tx connect speed" },
	{ 75, "Rx connect speed" },
	{ 0, NULL },
};

enum {
	A_AVP = L2TP_OWN_NR,
	A_MANDATORY,
	A_HIDDEN,
	A_LENGTH,
	A_VENDOR,
	A_TYPE,
	A_MESSAGE,
	A_RESULT,
	A_ERROR,
	A_ERROR_TEXT,
	A_VERSION,
	A_REVISION,
	A_ASYNC_FRAMING,
	A_SYNC_FRAMING,
	A_ANALOG,
	A_DIGITAL,
	A_TIE,
	A_FIRMWARE,
	A_HOST,
	A_VENDOR_NAME,
	A_TUNNEL,
	A_WINDOW,
	A_CHALLENGE,
	A_CHALLENGE_RESPONSE,
	A_SESSION,
	A_SERIAL,
	A_CALLED,
	A_CALLING,
	A_TX_SPEED,
	A_RX_SPEED,
	A_ROUTER,
	A_CONNECTION,
	A_LOCAL_SESSION,
	A_REMOTE_SESSION,
	A_COOKIE,
	A_END_ID,
	A_PW_TYPE,
	A_DATA,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

/* Bits count from the AVP's first byte. */
const struct field_desc l2tp_described[] = {
	[L2TP_NS] = { "l2tp.Ns", "Ns", 0, 16, FIELD_UINT, FIELD_DESCRIBED },
	{ "l2tp.Nr", "Nr", 16, 16, FIELD_UINT, FIELD_DESCRIBED },
	[L2TP_OFFSET] = { "l2tp.offset", "Offset", 0, 0, FIELD_UINT, FIELD_DESCRIBED },
	[A_AVP] = { "l2tp.avp", "AVP", 0, 0, FIELD_GROUP, LISTED },
	[A_MANDATORY] = { "l2tp.avp.mandatory", "Mandatory", 0, 1, FIELD_FLAG, LISTED },
	[A_HIDDEN] = { "l2tp.avp.hidden", "Hidden", 1, 1, FIELD_FLAG, LISTED },
	[A_LENGTH] = { "l2tp.avp.length", "Length", 6, 10, FIELD_UINT, LISTED, .unit = "bytes" },
	[A_VENDOR] = { "l2tp.avp.vendor_id", "Vendor", 16, 16, FIELD_UINT, LISTED },
	[A_TYPE] = { "l2tp.avp.type", "Type", 32, 16, FIELD_ENUM, LISTED, .names = avp_names },
	[A_MESSAGE] = { "l2tp.avp.message_type", "Message type", 48, 16, FIELD_ENUM, LISTED,
			.names = message_names },
	[A_RESULT] = { "l2tp.result_code", "Result code", 48, 16, FIELD_UINT, LISTED },
	[A_ERROR] = { "l2tp.avp.error_code", "Error code", 64, 16, FIELD_UINT, LISTED },
	[A_ERROR_TEXT] = { "l2tp.avp.error_message", "Error message", 0, 0, FIELD_TEXT, LISTED },
	[A_VERSION] = { "l2tp.avp.protocol_version", "Version", 48, 8, FIELD_UINT, LISTED },
	[A_REVISION] = { "l2tp.avp.protocol_revision", "Revision", 56, 8, FIELD_UINT, LISTED },
	[A_ASYNC_FRAMING] = { "l2tp.avp.async_framing_supported", "Asynchronous framing", 78, 1,
			      FIELD_FLAG, LISTED },
	[A_SYNC_FRAMING] = { "l2tp.avp.sync_framing_supported", "Synchronous framing", 79, 1,
			     FIELD_FLAG, LISTED },
	[A_ANALOG] = { "l2tp.avp.analog_access_supported", "Analog access", 78, 1, FIELD_FLAG,
		       LISTED },
	[A_DIGITAL] = { "l2tp.avp.digital_access_supported", "Digital access", 79, 1, FIELD_FLAG,
			LISTED },
	[A_TIE] = { "l2tp.tie_breaker", "Tie breaker", 48, 64, FIELD_HEX, LISTED },
	[A_FIRMWARE] = { "l2tp.avp.firmware_revision", "Firmware revision", 48, 16, FIELD_UINT,
			 LISTED },
	[A_HOST] = { "l2tp.avp.host_name", "Host name", 0, 0, FIELD_TEXT, LISTED },
	[A_VENDOR_NAME] = { "l2tp.avp.vendor_name", "Vendor name", 0, 0, FIELD_TEXT, LISTED },
	[A_TUNNEL] = { "l2tp.avp.assigned_tunnel_id", "Assigned tunnel", 48, 16, FIELD_UINT,
		       LISTED },
	[A_WINDOW] = { "l2tp.avp.receive_window_size", "Receive window", 48, 16, FIELD_UINT,
		       LISTED },
	[A_CHALLENGE] = { "l2tp.avp.chap_challenge", "Challenge", 0, 0, FIELD_BYTES, LISTED },
	[A_CHALLENGE_RESPONSE] = { "l2tp.avp.chap_challenge_response", "Challenge response", 0, 0,
				   FIELD_BYTES, LISTED },
	[A_SESSION] = { "l2tp.avp.assigned_session_id", "Assigned session", 48, 16, FIELD_UINT,
			LISTED },
	[A_SERIAL] = { "l2tp.avp.call_serial_number", "Call serial number", 48, 32, FIELD_UINT,
		       LISTED },
	[A_CALLED] = { "l2tp.avp.called_number", "Called number", 0, 0, FIELD_TEXT, LISTED },
	[A_CALLING] = { "l2tp.avp.calling_number", "Calling number", 0, 0, FIELD_TEXT, LISTED },
	[A_TX_SPEED] = { "l2tp.avp.connect_speed", "Connect speed", 48, 32, FIELD_UINT, LISTED,
			 .unit = "bit/s" },
	[A_RX_SPEED] = { "l2tp.avp.rx_connect_speed", "Receive speed", 48, 32, FIELD_UINT, LISTED,
			 .unit = "bit/s" },
	[A_ROUTER] = { "l2tp.avp.router_id", "Router", 48, 32, FIELD_UINT, LISTED },
	[A_CONNECTION] = { "l2tp.avp.assigned_control_conn_id", "Assigned control connection", 48,
			   32, FIELD_UINT, LISTED },
	[A_LOCAL_SESSION] = { "l2tp.avp.local_session_id", "Local session", 48, 32, FIELD_UINT,
			      LISTED },
	[A_REMOTE_SESSION] = { "l2tp.avp.remote_session_id", "Remote session", 48, 32, FIELD_UINT,
			       LISTED },
	[A_COOKIE] = { "l2tp.avp.assigned_cookie", "Assigned cookie", 0, 0, FIELD_BYTES, LISTED },
	[A_END_ID] = { "l2tp.avp.remote_end_id", "Remote end", 0, 0, FIELD_TEXT, LISTED },
	[A_PW_TYPE] = { "l2tp.avp.pseudowire_type", "Pseudowire type", 48, 16, FIELD_UINT, LISTED },
	[A_DATA] = { "l2tp.avp.data", "Data", 0, 0, FIELD_BYTES, LISTED },
};

_Static_assert(ARRAY_SIZE(l2tp_described) == L2TP_NR_DESCRIBED, "l2tp_avp.h");

/* The value's descriptors: nr of fixed place in `len` bytes, or (0) one that takes all of them. */
static const struct {
	uint8_t type, len, first, nr;
} shapes[] = {
	{ AVP_MESSAGE_TYPE, 2, A_MESSAGE, 1 },
	{ 2, 2, A_VERSION, 2 },
	{ 3, 4, A_ASYNC_FRAMING, 2 },
	{ 4, 4, A_ANALOG, 2 },
	{ 5, 8, A_TIE, 1 },
	{ 6, 2, A_FIRMWARE, 1 },
	{ 7, 0, A_HOST, 0 },
	{ 8, 0, A_VENDOR_NAME, 0 },
	{ 9, 2, A_TUNNEL, 1 },
	{ 10, 2, A_WINDOW, 1 },
	{ 11, 0, A_CHALLENGE, 0 },
	{ 13, 0, A_CHALLENGE_RESPONSE, 0 },
	{ 14, 2, A_SESSION, 1 },
	{ 15, 4, A_SERIAL, 1 },
	{ 21, 0, A_CALLED, 0 },
	{ 22, 0, A_CALLING, 0 },
	{ 24, 4, A_TX_SPEED, 1 },
	{ 38, 4, A_RX_SPEED, 1 },
	{ 60, 4, A_ROUTER, 1 },
	{ 61, 4, A_CONNECTION, 1 },
	{ 63, 4, A_LOCAL_SESSION, 1 },
	{ 64, 4, A_REMOTE_SESSION, 1 },
	{ 65, 0, A_COOKIE, 0 },
	{ 66, 0, A_END_ID, 0 },
	{ 68, 2, A_PW_TYPE, 1 },
};

static void describe_result(const uint8_t *p, size_t len, struct field_out *o)
{
	field_put_table(o, &l2tp_described[A_RESULT], 2, 0, p, len);
	if (len > AVP_HDR_LEN + 4)
		field_put_bytes(o, &l2tp_described[A_ERROR_TEXT], p + AVP_HDR_LEN + 4,
				len - AVP_HDR_LEN - 4);
}

static void describe_value(const uint8_t *p, size_t len, struct field_out *o)
{
	const uint8_t *value = p + AVP_HDR_LEN;
	const size_t value_len = len - AVP_HDR_LEN;
	unsigned field = A_DATA;
	size_t i;

	/* What is hidden is encrypted, and of other vendors we know nothing. */
	if (!(p[0] & AVP_HIDDEN) && !load_be16(p + 2)) {
		if (load_be16(p + 4) == 1 && value_len >= 2) {
			describe_result(p, len, o);
			return;
		}
		for (i = 0; i < ARRAY_SIZE(shapes); i++) {
			if (shapes[i].type != load_be16(p + 4))
				continue;
			if (!shapes[i].nr) {
				field = shapes[i].first;
			} else if (shapes[i].len == value_len) {
				field_put_table(o, &l2tp_described[shapes[i].first], shapes[i].nr,
						0, p, len);
				return;
			}
		}
	}
	if (value_len)
		field_put_bytes(o, &l2tp_described[field], value, value_len);
}

void l2tp_avps_describe(struct cursor *c, struct field_out *o)
{
	while (cursor_left(c) >= AVP_HDR_LEN) {
		const uint8_t *p = c->pos;
		const size_t len = load_be16(p) & AVP_LEN_MASK;

		if (len < AVP_HDR_LEN || !cursor_take(c, len))
			return;
		field_put_group(o, &l2tp_described[A_AVP],
				load_be16(p + 2) ? NULL : name_find(avp_names, load_be16(p + 4)), p,
				len);
		field_put_table(o, &l2tp_described[A_MANDATORY], A_TYPE - A_MANDATORY + 1, 0, p,
				AVP_HDR_LEN);
		describe_value(p, len, o);
	}
}

const char *l2tp_message_name(const struct cursor *c)
{
	const uint8_t *p = c->pos;

	if (cursor_left(c) < AVP_HDR_LEN + 2 || load_be16(p + 2) ||
	    load_be16(p + 4) != AVP_MESSAGE_TYPE)
		return NULL;
	return name_find(message_names, load_be16(p + AVP_HDR_LEN));
}
