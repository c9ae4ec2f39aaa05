/* dissect/proto/snmp_fields.c -- what is in SNMP messages, RFC 3416 and 3412, by name. */
#include "dissect/proto/snmp.h"

static const struct name_map version_names[] = {
	{ 0, "v1" }, { 1, "v2c" }, { 2, "v2u" }, { 3, "v3" }, { 0, NULL },
};

static const struct name_map pdu_names[] = {
	{ 0, "get-request" },    { 1, "get-next-request" },
	{ 2, "response" },       { 3, "set-request" },
	{ 4, "trap" },           { 5, "get-bulk-request" },
	{ 6, "inform-request" }, { 7, "trap v2" },
	{ 8, "report" },         { 0, NULL },
};

static const struct name_map error_names[] = {
	{ 0, "no error" },
	{ 1, "too big" },
	{ 2, "no such name" },
	{ 3, "bad value" },
	{ 4, "read only" },
	{ 5, "general error" },
	{ 6, "no access" },
	{ 7, "wrong type" },
	{ 8, "wrong length" },
	{ 9, "wrong encoding" },
	{ 10, "wrong value" },
	{ 11, "no creation" },
	{ 12, "inconsistent value" },
	{ 13, "resource unavailable" },
	{ 14, "commit failed" },
	{ 15, "undo failed" },
	{ 16, "authorization error" },
	{ 17, "not writable" },
	{ 18, "inconsistent name" },
	{ 0, NULL },
};

static const struct name_map trap_names[] = {
	{ 0, "cold start" },
	{ 1, "warm start" },
	{ 2, "link down" },
	{ 3, "link up" },
	{ 4, "authentication failure" },
	{ 5, "EGP neighbor loss" },
	{ 6, "enterprise specific" },
	{ 0, NULL },
};

static const struct name_map model_names[] = {
	{ 0, "any" }, { 1, "v1" }, { 2, "v2c" }, { 3, "USM" }, { 4, "TSM" }, { 0, NULL },
};

static const struct name_map msg_data_names[] = {
	{ 0, "plaintext" },
	{ 1, "encrypted" },
	{ 0, NULL },
};

static const struct name_map engine_names[] = {
	{ 1, "IPv4 address" }, { 2, "IPv6 address" }, { 3, "MAC address" },
	{ 4, "text" },         { 5, "octets" },       { 0, NULL },
};

#define ONCE   FIELD_DESCRIBED
#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

const struct field_desc snmp_described[SNMP_NR_DESCRIBED] = {
	[SNMP_VERSION] = { "snmp.version", "Version", 0, 0, FIELD_ENUM, ONCE,
			   .names = version_names },
	[SNMP_COMMUNITY] = { "snmp.community", "Community", 0, 0, FIELD_TEXT, ONCE },
	[SNMP_DATA] = { "snmp.data", "PDU type", 0, 0, FIELD_ENUM, ONCE, .names = pdu_names },
	[SNMP_PDU] = { "snmp.pdu", "PDU", 0, 0, FIELD_GROUP, ONCE },
	[SNMP_REQUEST_ID] = { "snmp.request_id", "Request", 0, 0, FIELD_INT, ONCE },
	[SNMP_ERROR_STATUS] = { "snmp.error_status", "Error", 0, 0, FIELD_ENUM, ONCE,
				.names = error_names },
	[SNMP_ERROR_INDEX] = { "snmp.error_index", "Error index", 0, 0, FIELD_INT, ONCE },
	[SNMP_NON_REPEATERS] = { "snmp.non_repeaters", "Non-repeaters", 0, 0, FIELD_UINT, ONCE },
	[SNMP_MAX_REPETITIONS] = { "snmp.max_repetitions", "Maximum repetitions", 0, 0, FIELD_UINT,
				   ONCE },
	[SNMP_ENTERPRISE] = { "snmp.enterprise", "Enterprise", 0, 0, FIELD_TEXT, ONCE },
	[SNMP_AGENT] = { "snmp.agent_addr", "Agent", 0, 0, FIELD_IPV4, ONCE },
	[SNMP_GENERIC] = { "snmp.generic_trap", "Generic trap", 0, 0, FIELD_ENUM, ONCE,
			   .names = trap_names },
	[SNMP_SPECIFIC] = { "snmp.specific_trap", "Specific trap", 0, 0, FIELD_INT, ONCE },
	[SNMP_TIME_STAMP] = { "snmp.time_stamp", "Time stamp", 0, 0, FIELD_UINT, ONCE,
			      .unit = "hundredths of a second" },
	[SNMP_BINDINGS] = { "snmp.variable_bindings", "Variable bindings", 0, 0, FIELD_UINT, ONCE },
	[SNMP_BINDING] = { "snmp.VarBind_element", "Variable binding", 0, 0, FIELD_GROUP, LISTED },
	[SNMP_NAME] = { "snmp.name", "Name", 0, 0, FIELD_TEXT, LISTED },
	[SNMP_INT] = { "snmp.value.int", "Integer", 0, 0, FIELD_INT, LISTED },
	[SNMP_OCTETS] = { "snmp.value.octets", "Octets", 0, 0, FIELD_BYTES, LISTED },
	[SNMP_NULL] = { "snmp.value.null", "Null", 0, 0, FIELD_GROUP, LISTED },
	[SNMP_OID] = { "snmp.value.oid", "Object", 0, 0, FIELD_TEXT, LISTED },
	[SNMP_IPV4] = { "snmp.value.ipv4", "Address", 0, 0, FIELD_IPV4, LISTED },
	[SNMP_COUNTER] = { "snmp.value.counter", "Counter", 0, 0, FIELD_UINT, LISTED },
	[SNMP_GAUGE] = { "snmp.value.g32", "Gauge", 0, 0, FIELD_INT, LISTED },
	[SNMP_TICKS] = { "snmp.value.timeticks", "Time", 0, 0, FIELD_UINT, LISTED,
			 .unit = "hundredths of a second" },
	[SNMP_OPAQUE] = { "snmp.value.opaque", "Opaque", 0, 0, FIELD_BYTES, LISTED },
	[SNMP_UNSIGNED] = { "snmp.value.u32", "Unsigned", 0, 0, FIELD_INT, LISTED },
	[SNMP_NO_OBJECT] = { "snmp.noSuchObject", "No such object", 0, 0, FIELD_GROUP, LISTED },
	[SNMP_NO_INSTANCE] = { "snmp.noSuchInstance", "No such instance", 0, 0, FIELD_GROUP,
			       LISTED },
	[SNMP_END_OF_VIEW] = { "snmp.endOfMibView", "End of MIB view", 0, 0, FIELD_GROUP, LISTED },
	[SNMP_UNKNOWN] = { "snmp.value.unk", "Value", 0, 0, FIELD_BYTES, LISTED },
	[SNMP_MSG_VERSION] = { "snmp.msgVersion", "Version", 0, 0, FIELD_ENUM, ONCE,
			       .names = version_names },
	[SNMP_MSG_ID] = { "snmp.msgID", "Message", 0, 0, FIELD_UINT, ONCE },
	[SNMP_MAX_SIZE] = { "snmp.msgMaxSize", "Maximum size", 0, 0, FIELD_UINT, ONCE },
	[SNMP_FLAGS] = { "snmp.msgFlags", "Flags", 0, 0, FIELD_BYTES, ONCE },
	[SNMP_FLAG_BITS] = { "snmp.v3.flags.report", "Reportable", 5, 1, FIELD_FLAG, ONCE },
	{ "snmp.v3.flags.crypt", "Encrypted", 6, 1, FIELD_FLAG, ONCE },
	{ "snmp.v3.flags.auth", "Authenticated", 7, 1, FIELD_FLAG, ONCE },
	[SNMP_MODEL] = { "snmp.msgSecurityModel", "Security model", 0, 0, FIELD_ENUM, ONCE,
			 .names = model_names },
	[SNMP_ENGINE] = { "snmp.msgAuthoritativeEngineID", "Engine", 0, 0, FIELD_BYTES, ONCE },
	[SNMP_BOOTS] = { "snmp.msgAuthoritativeEngineBoots", "Engine boots", 0, 0, FIELD_UINT,
			 ONCE },
	[SNMP_TIME] = { "snmp.msgAuthoritativeEngineTime", "Engine time", 0, 0, FIELD_UINT, ONCE,
			.unit = "s" },
	[SNMP_USER] = { "snmp.msgUserName", "User", 0, 0, FIELD_TEXT, ONCE },
	[SNMP_AUTH] = { "snmp.msgAuthenticationParameters", "Authentication", 0, 0, FIELD_BYTES,
			ONCE },
	[SNMP_PRIVACY] = { "snmp.msgPrivacyParameters", "Privacy", 0, 0, FIELD_BYTES, ONCE },
	[SNMP_MSG_DATA] = { "snmp.msgData", "Message data", 0, 0, FIELD_ENUM, ONCE,
			    .names = msg_data_names },
	[SNMP_ENCRYPTED] = { "snmp.encryptedPDU", "Encrypted PDU", 0, 0, FIELD_BYTES, ONCE },
	[SNMP_CONTEXT_ENGINE] = { "snmp.contextEngineID", "Context engine", 0, 0, FIELD_BYTES,
				  ONCE },
	[SNMP_CONTEXT] = { "snmp.contextName", "Context name", 0, 0, FIELD_TEXT, ONCE },
	[SNMP_ENGINE_CONFORM] = { "snmp.engineid.conform", "Conforms to RFC 3411", 0, 1, FIELD_FLAG,
				  LISTED },
	[SNMP_ENGINE_ENTERPRISE] = { "snmp.engineid.enterprise", "Enterprise", 0, 0, FIELD_UINT,
				     LISTED },
	[SNMP_ENGINE_FORMAT] = { "snmp.engineid.format", "Format", 0, 0, FIELD_ENUM, LISTED,
				 .names = engine_names },
	[SNMP_ENGINE_IPV4] = { "snmp.engineid.ipv4", "Address", 0, 0, FIELD_IPV4, LISTED },
	[SNMP_ENGINE_IPV6] = { "snmp.engineid.ipv6", "Address", 0, 0, FIELD_IPV6, LISTED },
	[SNMP_ENGINE_MAC] = { "snmp.engineid.mac", "Address", 0, 0, FIELD_MAC, LISTED },
	[SNMP_ENGINE_TEXT] = { "snmp.engineid.text", "Text", 0, 0, FIELD_TEXT, LISTED },
	[SNMP_ENGINE_DATA] = { "snmp.engineid.data", "Data", 0, 0, FIELD_BYTES, LISTED },
};
