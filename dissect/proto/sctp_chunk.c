/*
 * dissect/proto/sctp_chunk.c -- SCTP chunks: RFC 9260 3.3, I-DATA RFC 8260, AUTH RFC 4895, FORWARD
 * TSN RFC 3758, ASCONF RFC 5061, RE-CONFIG RFC 6525, PAD RFC 4820.
 */
#include "dissect/proto/sctp_chunk.h"

#include "dissect/checksum.h"

enum { PARAMETER_DEPTH_MAX = 1 };

const struct name_map sctp_chunk_names[] = {
	{ SCTP_DATA, "DATA" },
	{ SCTP_INIT, "INIT" },
	{ SCTP_INIT_ACK, "INIT_ACK" },
	{ SCTP_SACK, "SACK" },
	{ SCTP_HEARTBEAT, "HEARTBEAT" },
	{ SCTP_HEARTBEAT_ACK, "HEARTBEAT_ACK" },
	{ SCTP_ABORT, "ABORT" },
	{ SCTP_SHUTDOWN, "SHUTDOWN" },
	{ SCTP_SHUTDOWN_ACK, "SHUTDOWN_ACK" },
	{ SCTP_ERROR, "ERROR" },
	{ SCTP_COOKIE_ECHO, "COOKIE_ECHO" },
	{ SCTP_COOKIE_ACK, "COOKIE_ACK" },
	{ SCTP_ECNE, "ECNE" },
	{ SCTP_CWR, "CWR" },
	{ SCTP_SHUTDOWN_COMPLETE, "SHUTDOWN_COMPLETE" },
	{ SCTP_AUTH, "AUTH" },
	{ 16, "NR_SACK" },
	{ SCTP_I_DATA, "I_DATA" },
	{ SCTP_ASCONF_ACK, "ASCONF_ACK" },
	{ 129, "PKTDROP" },
	{ SCTP_RECONFIG, "RE_CONFIG" },
	{ SCTP_PAD, "PAD" },
	{ SCTP_FORWARD_TSN, "FORWARD_TSN" },
	{ SCTP_ASCONF, "ASCONF" },
	{ 194, "I_FORWARD_TSN" },
	{ 0, NULL },
};

/* IANA's registry of payload protocol identifiers, the common part. */
const struct name_map sctp_ppid_names[] = {
	{ 0, "not specified" },
	{ 1, "IUA" },
	{ 2, "M2UA" },
	{ 3, "M3UA" },
	{ 4, "SUA" },
	{ 5, "M2PA" },
	{ 6, "V5UA" },
	{ 7, "H.248" },
	{ 8, "BICC/Q.2150.3" },
	{ 9, "TALI" },
	{ 10, "DUA" },
	{ 11, "ASAP" },
	{ 12, "ENRP" },
	{ 13, "H.323" },
	{ 14, "Q.IPC/Q.2150.3" },
	{ 15, "SIMCO" },
	{ 18, "S1AP" },
	{ 19, "RUA" },
	{ 20, "HNBAP" },
	{ 24, "SBc-AP" },
	{ 25, "NBAP" },
	{ 27, "X2AP" },
	{ 29, "LCS-AP" },
	{ 43, "M2AP" },
	{ 44, "M3AP" },
	{ 46, "Diameter" },
	{ 47, "Diameter over DTLS" },
	{ 50, "WebRTC control" },
	{ 51, "WebRTC string" },
	{ 53, "WebRTC binary" },
	{ 56, "WebRTC empty string" },
	{ 57, "WebRTC empty binary" },
	{ 58, "XwAP" },
	{ 60, "NGAP" },
	{ 61, "XnAP" },
	{ 62, "F1AP" },
	{ 64, "E1AP" },
	{ 0, NULL },
};

static const struct name_map parameter_names[] = {
	{ 1, "Heartbeat info" },
	{ 5, "IPv4 address" },
	{ 6, "IPv6 address" },
	{ 7, "State cookie" },
	{ 8, "Unrecognized parameter" },
	{ 9, "Cookie preservative" },
	{ 11, "Hostname address" },
	{ 12, "Supported address types" },
	{ 13, "Outgoing SSN reset request" },
	{ 14, "Incoming SSN reset request" },
	{ 15, "SSN/TSN reset request" },
	{ 16, "Re-configuration response" },
	{ 17, "Add outgoing streams request" },
	{ 18, "Add incoming streams request" },
	{ 0x8000, "ECN" },
	{ 0x8002, "Random" },
	{ 0x8003, "Authenticated chunk list" },
	{ 0x8004, "Requested HMAC algorithm" },
	{ 0x8005, "Padding" },
	{ 0x8008, "Supported extensions" },
	{ 0xc000, "Forward TSN supported" },
	{ 0xc001, "Add IP address" },
	{ 0xc002, "Delete IP address" },
	{ 0xc003, "Error cause indication" },
	{ 0xc004, "Set primary address" },
	{ 0xc005, "Success report" },
	{ 0xc006, "Adaptation layer indication" },
	{ 0, NULL },
};

const struct name_map sctp_cause_names[] = {
	{ 1, "Invalid stream identifier" },
	{ 2, "Missing mandatory parameter" },
	{ 3, "Stale cookie" },
	{ 4, "Out of resource" },
	{ 5, "Unresolvable address" },
	{ 6, "Unrecognized chunk type" },
	{ 7, "Invalid mandatory parameter" },
	{ 8, "Unrecognized parameters" },
	{ 9, "No user data" },
	{ 10, "Cookie received while shutting down" },
	{ 11, "Restart with new addresses" },
	{ 12, "User-initiated abort" },
	{ 13, "Protocol violation" },
	{ 0x00a0, "Delete last remaining address" },
	{ 0x00a1, "Refused for lack of resources" },
	{ 0x00a2, "Delete source address" },
	{ 0x0105, "Unsupported HMAC" },
	{ 0, NULL },
};

enum {
	S_CHUNK = SCTP_STATUS + 1,
	S_TYPE,
	S_FLAGS,
	S_LENGTH,
	S_DATA_FLAGS,
	S_DATA = S_DATA_FLAGS + 4,
	S_I_DATA = S_DATA + 4,
	S_FSN = S_I_DATA + 2,
	S_INIT,
	S_INIT_ACK = S_INIT + 5,
	S_SACK = S_INIT_ACK + 5,
	S_GAP_START = S_SACK + 4,
	S_GAP_END,
	S_DUPLICATE,
	S_SHUTDOWN,
	S_ECNE,
	S_CWR,
	S_ABORT_T,
	S_COMPLETE_T,
	S_COOKIE,
	S_KEY,
	S_HMAC_ID,
	S_HMAC,
	S_FORWARD,
	S_FORWARD_SID,
	S_FORWARD_SSN,
	S_ASCONF,
	S_ASCONF_ACK,
	S_PAD,
	S_VALUE,
	S_USER_DATA,
	S_PARAMETER,
	S_PARAMETER_TYPE,
	S_PARAMETER_LEN,
	S_IPV4,
	S_IPV6,
	S_HEARTBEAT_INFO,
	S_STATE_COOKIE,
	S_PRESERVATIVE,
	S_HOSTNAME,
	S_ADDRESS_TYPE,
	S_CHUNK_SUPPORTED,
	S_CORRELATION,
	S_ADAPTATION,
	S_REQUEST,
	S_RESPONSE,
	S_LAST_TSN,
	S_RESULT,
	S_RESET_SID,
	S_PARAMETER_VALUE,
	S_CAUSE,
	S_CAUSE_CODE,
	S_CAUSE_LEN,
	S_CAUSE_STREAM,
	S_CAUSE_RESERVED,
	S_CAUSE_INFO,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

/* Bits count from the first byte of the chunk, parameter or cause. */
const struct field_desc sctp_described[] = {
	[SCTP_STATUS] = CHECKSUM_STATUS("sctp.checksum.status"),
	[S_CHUNK] = { "sctp.chunk", "Chunk", 0, 0, FIELD_GROUP, LISTED },
	[S_TYPE] = { "sctp.chunk_type", "Type", 0, 8, FIELD_ENUM, LISTED,
		     .names = sctp_chunk_names },
	[S_FLAGS] = { "sctp.chunk_flags", "Flags", 8, 8, FIELD_HEX, LISTED },
	[S_LENGTH] = { "sctp.chunk_length", "Length", 16, 16, FIELD_UINT, LISTED, .unit = "bytes" },
	[S_DATA_FLAGS] = { "sctp.data_i_bit", "Send ack at once", 12, 1, FIELD_FLAG,
			   LISTED | FIELD_OVERLAP },
	{ "sctp.data_u_bit", "Unordered", 13, 1, FIELD_FLAG, LISTED | FIELD_OVERLAP },
	{ "sctp.data_b_bit", "First part", 14, 1, FIELD_FLAG, LISTED | FIELD_OVERLAP },
	{ "sctp.data_e_bit", "Last part", 15, 1, FIELD_FLAG, LISTED | FIELD_OVERLAP },
	[S_DATA] = { "sctp.data_tsn_raw", "TSN", 32, 32, FIELD_UINT, LISTED },
	{ "sctp.data_sid", "Stream", 64, 16, FIELD_HEX, LISTED },
	{ "sctp.data_ssn", "Stream sequence number", 80, 16, FIELD_UINT, LISTED },
	{ "sctp.data_payload_proto_id", "Payload protocol", 96, 32, FIELD_ENUM, LISTED,
	  .names = sctp_ppid_names },
	[S_I_DATA] = { "sctp.data_reserved", "Reserved", 80, 16, FIELD_UINT, LISTED },
	{ "sctp.data_mid", "Message id", 96, 32, FIELD_UINT, LISTED },
	[S_FSN] = { "sctp.data_fsn", "Fragment sequence number", 128, 32, FIELD_UINT, LISTED },
	[S_INIT] = { "sctp.init_initiate_tag", "Initiate tag", 32, 32, FIELD_HEX, LISTED },
	{ "sctp.init_credit", "Advertised window", 64, 32, FIELD_UINT, LISTED },
	{ "sctp.init_nr_out_streams", "Outbound streams", 96, 16, FIELD_UINT, LISTED },
	{ "sctp.init_nr_in_streams", "Inbound streams", 112, 16, FIELD_UINT, LISTED },
	{ "sctp.init_initial_tsn", "Initial TSN", 128, 32, FIELD_UINT, LISTED },
	[S_INIT_ACK] = { "sctp.initack_initiate_tag", "Initiate tag", 32, 32, FIELD_HEX, LISTED },
	{ "sctp.initack_credit", "Advertised window", 64, 32, FIELD_UINT, LISTED },
	{ "sctp.initack_nr_out_streams", "Outbound streams", 96, 16, FIELD_UINT, LISTED },
	{ "sctp.initack_nr_in_streams", "Inbound streams", 112, 16, FIELD_UINT, LISTED },
	{ "sctp.initack_initial_tsn", "Initial TSN", 128, 32, FIELD_UINT, LISTED },
	[S_SACK] = { "sctp.sack_cumulative_tsn_ack_raw", "Cumulative TSN ack", 32, 32, FIELD_UINT,
		     LISTED },
	{ "sctp.sack_a_rwnd", "Advertised window", 64, 32, FIELD_UINT, LISTED },
	{ "sctp.sack_number_of_gap_blocks", "Gap blocks", 96, 16, FIELD_UINT, LISTED },
	{ "sctp.sack_number_of_duplicated_tsns", "Duplicates", 112, 16, FIELD_UINT, LISTED },
	[S_GAP_START] = { "sctp.sack_gap_block_start", "Gap block from", 0, 0, FIELD_UINT, LISTED },
	[S_GAP_END] = { "sctp.sack_gap_block_end", "Gap block to", 0, 0, FIELD_UINT, LISTED },
	[S_DUPLICATE] = { "sctp.sack_duplicate_tsn", "Duplicate TSN", 0, 0, FIELD_UINT, LISTED },
	[S_SHUTDOWN] = { "sctp.shutdown_cumulative_tsn_ack", "Cumulative TSN ack", 32, 32,
			 FIELD_UINT, LISTED },
	[S_ECNE] = { "sctp.ecne_lowest_tsn", "Lowest TSN", 32, 32, FIELD_UINT, LISTED },
	[S_CWR] = { "sctp.cwr_lowest_tsn", "Lowest TSN", 32, 32, FIELD_UINT, LISTED },
	[S_ABORT_T] = { "sctp.abort_t_bit", "Sender had no association", 15, 1, FIELD_FLAG,
			LISTED | FIELD_OVERLAP },
	[S_COMPLETE_T] = { "sctp.shutdown_complete_t_bit", "Sender had no association", 15, 1,
			   FIELD_FLAG, LISTED | FIELD_OVERLAP },
	[S_COOKIE] = { "sctp.cookie", "Cookie", 0, 0, FIELD_BYTES, LISTED },
	[S_KEY] = { "sctp.shared_key_id", "Shared key", 32, 16, FIELD_UINT, LISTED },
	[S_HMAC_ID] = { "sctp.hmac_id", "HMAC algorithm", 48, 16, FIELD_UINT, LISTED },
	[S_HMAC] = { "sctp.hmac", "HMAC", 0, 0, FIELD_BYTES, LISTED },
	[S_FORWARD] = { "sctp.forward_tsn_tsn", "New cumulative TSN", 32, 32, FIELD_UINT, LISTED },
	[S_FORWARD_SID] = { "sctp.forward_tsn_sid", "Stream", 0, 0, FIELD_UINT, LISTED },
	[S_FORWARD_SSN] = { "sctp.forward_tsn_ssn", "Stream sequence number", 0, 0, FIELD_UINT,
			    LISTED },
	[S_ASCONF] = { "sctp.asconf_seq_nr_number", "Sequence number", 32, 32, FIELD_HEX, LISTED },
	[S_ASCONF_ACK] = { "sctp.asconf_ack_seq_nr_number", "Sequence number", 32, 32, FIELD_HEX,
			   LISTED },
	[S_PAD] = { "sctp.padding_data", "Padding", 0, 0, FIELD_BYTES, LISTED },
	[S_VALUE] = { "sctp.chunk_value", "Data", 0, 0, FIELD_BYTES, LISTED },
	[S_USER_DATA] = { "sctp.user_data", "User data", 0, 0, FIELD_BYTES, LISTED },
	[S_PARAMETER] = { "sctp.parameter", "Parameter", 0, 0, FIELD_GROUP, LISTED },
	[S_PARAMETER_TYPE] = { "sctp.parameter_type", "Type", 0, 16, FIELD_ENUM,
			       LISTED | FIELD_BASE_HEX, .names = parameter_names },
	[S_PARAMETER_LEN] = { "sctp.parameter_length", "Length", 16, 16, FIELD_UINT, LISTED,
			      .unit = "bytes" },
	[S_IPV4] = { "sctp.parameter_ipv4_address", "Address", 0, 0, FIELD_IPV4, LISTED },
	[S_IPV6] = { "sctp.parameter_ipv6_address", "Address", 0, 0, FIELD_IPV6, LISTED },
	[S_HEARTBEAT_INFO] = { "sctp.parameter_heartbeat_information", "Sender's own data", 0, 0,
			       FIELD_BYTES, LISTED },
	[S_STATE_COOKIE] = { "sctp.parameter_state_cookie", "State cookie", 0, 0, FIELD_BYTES,
			     LISTED },
	[S_PRESERVATIVE] = { "sctp.parameter_cookie_preservative_incr", "Life of the cookie", 0, 0,
			     FIELD_UINT, LISTED, .unit = "ms" },
	[S_HOSTNAME] = { "sctp.parameter_hostname", "Host name", 0, 0, FIELD_TEXT, LISTED },
	[S_ADDRESS_TYPE] = { "sctp.parameter_supported_address_type", "Address type", 0, 0,
			     FIELD_ENUM, LISTED, .names = parameter_names },
	[S_CHUNK_SUPPORTED] = { "sctp.supported_chunk_type", "Chunk type", 0, 0, FIELD_ENUM, LISTED,
				.names = sctp_chunk_names },
	[S_CORRELATION] = { "sctp.correlation_id", "Correlation", 0, 0, FIELD_HEX, LISTED },
	[S_ADAPTATION] = { "sctp.adaptation_layer_indication", "Adaptation", 0, 0, FIELD_HEX,
			   LISTED },
	[S_REQUEST] = { "sctp.parameter_reconfig_request_sequence_number", "Request", 0, 0,
			FIELD_UINT, LISTED },
	[S_RESPONSE] = { "sctp.parameter_reconfig_response_sequence_number", "Response to", 0, 0,
			 FIELD_UINT, LISTED },
	[S_LAST_TSN] = { "sctp.parameter_senders_last_assigned_tsn", "Last TSN", 0, 0, FIELD_UINT,
			 LISTED },
	[S_RESULT] = { "sctp.parameter_reconfig_response_result", "Result", 0, 0, FIELD_UINT,
		       LISTED },
	[S_RESET_SID] = { "sctp.parameter_reconfig_sid", "Stream", 0, 0, FIELD_UINT, LISTED },
	[S_PARAMETER_VALUE] = { "sctp.parameter_value", "Data", 0, 0, FIELD_BYTES, LISTED },
	[S_CAUSE] = { "sctp.cause", "Error cause", 0, 0, FIELD_GROUP, LISTED },
	[S_CAUSE_CODE] = { "sctp.cause_code", "Code", 0, 16, FIELD_ENUM, LISTED | FIELD_BASE_HEX,
			   .names = sctp_cause_names },
	[S_CAUSE_LEN] = { "sctp.cause_length", "Length", 16, 16, FIELD_UINT, LISTED,
			  .unit = "bytes" },
	[S_CAUSE_STREAM] = { "sctp.cause_stream_identifier", "Stream", 32, 16, FIELD_UINT, LISTED },
	[S_CAUSE_RESERVED] = { "sctp.cause_reserved", "Reserved", 48, 16, FIELD_UINT, LISTED },
	[S_CAUSE_INFO] = { "sctp.cause_information", "Data", 0, 0, FIELD_BYTES, LISTED },
};

_Static_assert(ARRAY_SIZE(sctp_described) == SCTP_NR_DESCRIBED, "sctp_chunk.h");

/* The fixed part of a chunk: up to where it reaches and its descriptors. What follows it depends.
 */
static const struct {
	uint8_t type, len, first, nr;
} shapes[] = {
	{ SCTP_DATA, 16, S_DATA_FLAGS, 8 },
	{ SCTP_INIT, 20, S_INIT, 5 },
	{ SCTP_INIT_ACK, 20, S_INIT_ACK, 5 },
	{ SCTP_SACK, 16, S_SACK, 4 },
	{ SCTP_ABORT, 4, S_ABORT_T, 1 },
	{ SCTP_SHUTDOWN, 8, S_SHUTDOWN, 1 },
	{ SCTP_ECNE, 8, S_ECNE, 1 },
	{ SCTP_CWR, 8, S_CWR, 1 },
	{ SCTP_SHUTDOWN_COMPLETE, 4, S_COMPLETE_T, 1 },
	{ SCTP_AUTH, 8, S_KEY, 2 },
	{ SCTP_I_DATA, 16, S_DATA_FLAGS, 4 },
	{ SCTP_FORWARD_TSN, 8, S_FORWARD, 1 },
	{ SCTP_ASCONF, 8, S_ASCONF, 1 },
	{ SCTP_ASCONF_ACK, 8, S_ASCONF_ACK, 1 },
};

bool sctp_chunk_next(struct cursor *c, struct sctp_chunk *ret)
{
	const uint8_t *p = cursor_take(c, SCTP_CHUNK_HDR_LEN);
	size_t padded;

	if (!p)
		return false;
	ret->start = p;
	ret->type = p[0];
	ret->flags = p[1];
	ret->len = load_be16(p + 2);
	if (ret->len < SCTP_CHUNK_HDR_LEN)
		return false;
	ret->here = MIN_OF(ret->len, SCTP_CHUNK_HDR_LEN + cursor_left(c));
	/* The last chunk's padding may be missing, RFC 9260 3.2. */
	padded = align_up(ret->len, 4) - SCTP_CHUNK_HDR_LEN;
	c->pos += MIN_OF(padded, cursor_left(c));
	return true;
}

static void put_rest(const struct sctp_chunk *chunk, size_t from, unsigned field,
		     struct field_out *o)
{
	if (chunk->here > from)
		field_put_bytes(o, &sctp_described[field], chunk->start + from, chunk->here - from);
}

static void describe_sack(const struct sctp_chunk *chunk, struct field_out *o)
{
	struct cursor c = cursor_over(chunk->start + 16, chunk->here - 16, false);
	unsigned gaps = load_be16(chunk->start + 12), duplicates = load_be16(chunk->start + 14);
	const uint8_t *p;

	for (; gaps && (p = cursor_take(&c, 4)); gaps--) {
		field_put_uint(o, &sctp_described[S_GAP_START], p, 2);
		field_put_uint(o, &sctp_described[S_GAP_END], p + 2, 2);
	}
	for (; duplicates && (p = cursor_take(&c, 4)); duplicates--)
		field_put_uint(o, &sctp_described[S_DUPLICATE], p, 4);
}

static void describe_value(uint16_t type, const uint8_t *p, size_t len, struct field_out *o)
{
	unsigned field = S_PARAMETER_VALUE;
	size_t i;

	switch (type) {
	case 1:
		field = S_HEARTBEAT_INFO;
		break;
	case 5:
		field = len == 4 ? S_IPV4 : field;
		break;
	case 6:
		field = len == 16 ? S_IPV6 : field;
		break;
	case 7:
		field = S_STATE_COOKIE;
		break;
	case 11:
		field = S_HOSTNAME;
		break;
	case 12:
		for (i = 0; i + 2 <= len; i += 2)
			field_put_uint(o, &sctp_described[S_ADDRESS_TYPE], p + i, 2);
		return;
	case 0x8008:
		for (i = 0; i < len; i++)
			field_put_uint(o, &sctp_described[S_CHUNK_SUPPORTED], p + i, 1);
		return;
	case 9:
	case 0xc006:
		if (len == 4) {
			field_put_uint(o,
				       &sctp_described[type == 9 ? S_PRESERVATIVE : S_ADAPTATION],
				       p, 4);
			return;
		}
		break;
	}
	if (len)
		field_put_bytes(o, &sctp_described[field], p, len);
}

/* RE-CONFIG's requests and responses start with numbers, RFC 6525 4; then streams. */
static void describe_reconfig(uint16_t type, const uint8_t *p, size_t len, struct field_out *o)
{
	static const uint8_t numbers[][3] = {
		{ S_REQUEST, S_RESPONSE, S_LAST_TSN }, /* 13: outgoing */
		{ S_REQUEST },                         /* 14: incoming */
		{ S_REQUEST },                         /* 15: all */
		{ S_RESPONSE, S_RESULT },              /* 16 */
	};
	const uint8_t *fields = numbers[type - 13];
	size_t i, at = 0;

	for (i = 0; i < 3 && fields[i] && at + 4 <= len; i++, at += 4)
		field_put_uint(o, &sctp_described[fields[i]], p + at, 4);
	for (; type < 15 && at + 2 <= len; at += 2)
		field_put_uint(o, &sctp_described[S_RESET_SID], p + at, 2);
	if (at < len)
		field_put_bytes(o, &sctp_described[S_PARAMETER_VALUE], p + at, len - at);
}

/* Type, length, value; a length counts its head, and padding follows. */
static void describe_parameters(const uint8_t *p, size_t len, unsigned depth, struct field_out *o)
{
	struct cursor c = cursor_over(p, len, false);

	while (cursor_left(&c) >= 4) {
		const uint16_t type = load_be16(c.pos);
		const size_t whole = load_be16(c.pos + 2);
		const size_t here = MIN_OF(whole, cursor_left(&c));

		if (whole < 4)
			return;
		p = c.pos;
		field_put_group(o, &sctp_described[S_PARAMETER], name_find(parameter_names, type),
				p, here);
		field_put_table(o, &sctp_described[S_PARAMETER_TYPE], 2, 0, p, 4);
		/* Those of ASCONF have a number of their own and a parameter behind it. */
		if (type >= 0xc001 && type <= 0xc005 && here >= 8 && depth < PARAMETER_DEPTH_MAX) {
			field_put_uint(o, &sctp_described[S_CORRELATION], p + 4, 4);
			describe_parameters(p + 8, here - 8, depth + 1, o);
		} else if (type >= 13 && type <= 16) {
			describe_reconfig(type, p + 4, here - 4, o);
		} else {
			describe_value(type, p + 4, here - 4, o);
		}
		cursor_skip(&c, MIN_OF(align_up(whole, 4), cursor_left(&c)));
	}
}

static void describe_causes(const uint8_t *p, size_t len, struct field_out *o)
{
	struct cursor c = cursor_over(p, len, false);

	while (cursor_left(&c) >= 4) {
		const size_t whole = load_be16(c.pos + 2);
		const size_t here = MIN_OF(whole, cursor_left(&c));

		if (whole < 4)
			return;
		p = c.pos;
		field_put_group(o, &sctp_described[S_CAUSE],
				name_find(sctp_cause_names, load_be16(p)), p, here);
		field_put_table(o, &sctp_described[S_CAUSE_CODE], 2, 0, p, 4);
		if (load_be16(p) == 1 && here == 8)
			field_put_table(o, &sctp_described[S_CAUSE_STREAM], 2, 0, p, 8);
		else if (here > 4)
			field_put_bytes(o, &sctp_described[S_CAUSE_INFO], p + 4, here - 4);
		cursor_skip(&c, MIN_OF(align_up(whole, 4), cursor_left(&c)));
	}
}

static void describe_skipped(const struct sctp_chunk *chunk, struct field_out *o)
{
	size_t i;

	for (i = 8; i + 4 <= chunk->here; i += 4) {
		field_put_uint(o, &sctp_described[S_FORWARD_SID], chunk->start + i, 2);
		field_put_uint(o, &sctp_described[S_FORWARD_SSN], chunk->start + i + 2, 2);
	}
}

/* The first fragment of an interleaved message has its protocol where the others have a number. */
static void describe_i_data(const struct sctp_chunk *chunk, struct field_out *o)
{
	const uint8_t *p = chunk->start;

	field_put_table(o, &sctp_described[S_DATA], 2, 0, p, chunk->here);
	field_put_table(o, &sctp_described[S_I_DATA], 2, 0, p, chunk->here);
	if (chunk->here >= 20)
		field_put_uint(o, &sctp_described[chunk->flags & 2 ? S_DATA + 3 : S_FSN], p + 16,
			       4);
	put_rest(chunk, 20, S_USER_DATA, o);
}

/* What follows the fixed part, `from` bytes. */
static void describe_rest(const struct sctp_chunk *chunk, size_t from, struct field_out *o)
{
	switch (chunk->type) {
	case SCTP_SACK:
		describe_sack(chunk, o);
		break;
	case SCTP_INIT:
	case SCTP_INIT_ACK:
	case SCTP_HEARTBEAT:
	case SCTP_HEARTBEAT_ACK:
	case SCTP_RECONFIG:
	case SCTP_ASCONF:
	case SCTP_ASCONF_ACK:
		describe_parameters(chunk->start + from, chunk->here - from, 0, o);
		break;
	case SCTP_ABORT:
	case SCTP_ERROR:
		describe_causes(chunk->start + from, chunk->here - from, o);
		break;
	case SCTP_COOKIE_ECHO:
		put_rest(chunk, from, S_COOKIE, o);
		break;
	case SCTP_AUTH:
		put_rest(chunk, from, S_HMAC, o);
		break;
	case SCTP_PAD:
		put_rest(chunk, from, S_PAD, o);
		break;
	case SCTP_FORWARD_TSN:
		describe_skipped(chunk, o);
		break;
	case SCTP_I_DATA:
		describe_i_data(chunk, o);
		break;
	case SCTP_DATA:
		put_rest(chunk, from, S_USER_DATA, o);
		break;
	default:
		put_rest(chunk, from, S_VALUE, o);
		break;
	}
}

void sctp_chunk_describe(const struct sctp_chunk *chunk, struct field_out *o)
{
	const uint8_t *p = chunk->start;
	size_t i, from = SCTP_CHUNK_HDR_LEN;

	field_put_group(o, &sctp_described[S_CHUNK], name_find(sctp_chunk_names, chunk->type), p,
			chunk->here);
	field_put_table(o, &sctp_described[S_TYPE], 3, 0, p, SCTP_CHUNK_HDR_LEN);
	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		if (shapes[i].type != chunk->type)
			continue;
		field_put_table(o, &sctp_described[shapes[i].first], shapes[i].nr, 0, p,
				MIN_OF(chunk->here, (size_t)shapes[i].len));
		from = shapes[i].len;
	}
	if (chunk->here >= from)
		describe_rest(chunk, from, o);
}
