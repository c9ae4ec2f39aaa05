/* dissect/proto/mqtt_fields.c -- the fields of MQTT and their names: ISO/IEC 20922, OASIS MQTT 5.0.
 */
#include "dissect/proto/mqtt.h"

const struct name_map mqtt_type_names[] = {
	{ MQTT_CONNECT, "CONNECT" },   { MQTT_CONNACK, "CONNACK" },
	{ MQTT_PUBLISH, "PUBLISH" },   { MQTT_PUBACK, "PUBACK" },
	{ MQTT_PUBREC, "PUBREC" },     { MQTT_PUBREL, "PUBREL" },
	{ MQTT_PUBCOMP, "PUBCOMP" },   { MQTT_SUBSCRIBE, "SUBSCRIBE" },
	{ MQTT_SUBACK, "SUBACK" },     { MQTT_UNSUBSCRIBE, "UNSUBSCRIBE" },
	{ MQTT_UNSUBACK, "UNSUBACK" }, { MQTT_PINGREQ, "PINGREQ" },
	{ MQTT_PINGRESP, "PINGRESP" }, { MQTT_DISCONNECT, "DISCONNECT" },
	{ MQTT_AUTH, "AUTH" },         { 0, NULL },
};

const struct name_map mqtt_return_names[] = {
	{ 0, "accepted" },
	{ 1, "refused: protocol version" },
	{ 2, "refused: client id" },
	{ 3, "refused: server unavailable" },
	{ 4, "refused: user name or password" },
	{ 5, "refused: not authorized" },
	{ 0, NULL },
};

/* 2.4 of version 5 */
const struct name_map mqtt_reason_names[] = {
	{ 0x00, "success" },
	{ 0x01, "granted QoS 1" },
	{ 0x02, "granted QoS 2" },
	{ 0x04, "disconnect with will message" },
	{ 0x10, "no matching subscribers" },
	{ 0x11, "no subscription existed" },
	{ 0x18, "continue authentication" },
	{ 0x19, "re-authenticate" },
	{ 0x80, "unspecified error" },
	{ 0x81, "malformed packet" },
	{ 0x82, "protocol error" },
	{ 0x83, "implementation specific error" },
	{ 0x84, "unsupported protocol version" },
	{ 0x85, "client identifier not valid" },
	{ 0x86, "bad user name or password" },
	{ 0x87, "not authorized" },
	{ 0x88, "server unavailable" },
	{ 0x89, "server busy" },
	{ 0x8a, "banned" },
	{ 0x8b, "server shutting down" },
	{ 0x8c, "bad authentication method" },
	{ 0x8d, "keep alive timeout" },
	{ 0x8e, "session taken over" },
	{ 0x8f, "topic filter invalid" },
	{ 0x90, "topic name invalid" },
	{ 0x91, "packet identifier in use" },
	{ 0x92, "packet identifier not found" },
	{ 0x93, "receive maximum exceeded" },
	{ 0x94, "topic alias invalid" },
	{ 0x95, "packet too large" },
	{ 0x96, "message rate too high" },
	{ 0x97, "quota exceeded" },
	{ 0x98, "administrative action" },
	{ 0x99, "payload format invalid" },
	{ 0x9a, "retain not supported" },
	{ 0x9b, "QoS not supported" },
	{ 0x9c, "use another server" },
	{ 0x9d, "server moved" },
	{ 0x9e, "shared subscriptions not supported" },
	{ 0x9f, "connection rate exceeded" },
	{ 0xa0, "maximum connect time" },
	{ 0xa1, "subscription identifiers not supported" },
	{ 0xa2, "wildcard subscriptions not supported" },
	{ 0, NULL },
};

static const struct name_map version_names[] = {
	{ 3, "MQTT v3.1" }, { 4, "MQTT v3.1.1" }, { 5, "MQTT v5.0" }, { 0, NULL }
};

static const struct name_map qos_names[] = {
	{ 0, "at most once" }, { 1, "at least once" }, { 2, "exactly once" }, { 128, "failure" },
	{ 0, NULL },
};

static const struct name_map retain_names[] = {
	{ 0, "send retained messages" },
	{ 1, "send them when the subscription is new" },
	{ 2, "do not send them" },
	{ 0, NULL },
};

/* 2.2.2.2 of version 5 */
const struct name_map mqtt_property_names[] = {
	{ 0x01, "payload format" },
	{ 0x02, "message expiry interval" },
	{ 0x03, "content type" },
	{ 0x08, "response topic" },
	{ 0x09, "correlation data" },
	{ 0x0b, "subscription identifier" },
	{ 0x11, "session expiry interval" },
	{ 0x12, "assigned client identifier" },
	{ 0x13, "server keep alive" },
	{ 0x15, "authentication method" },
	{ 0x16, "authentication data" },
	{ 0x17, "request problem information" },
	{ 0x18, "will delay interval" },
	{ 0x19, "request response information" },
	{ 0x1a, "response information" },
	{ 0x1c, "server reference" },
	{ 0x1f, "reason string" },
	{ 0x21, "receive maximum" },
	{ 0x22, "topic alias maximum" },
	{ 0x23, "topic alias" },
	{ 0x24, "maximum QoS" },
	{ 0x25, "retain available" },
	{ 0x26, "user property" },
	{ 0x27, "maximum packet size" },
	{ 0x28, "wildcard subscription available" },
	{ 0x29, "subscription identifiers available" },
	{ 0x2a, "shared subscription available" },
	{ 0, NULL },
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)
#define LENGTH(name, label)                                            \
	{                                                              \
		name, label, 0, 0, FIELD_UINT, LISTED, .unit = "bytes" \
	}
#define TEXT(name, label)                             \
	{                                             \
		name, label, 0, 0, FIELD_TEXT, LISTED \
	}
#define REASON(name)                                                                 \
	{                                                                            \
		name, "Reason", 0, 0, FIELD_ENUM, LISTED, .names = mqtt_reason_names \
	}
#define BITS(name, label, bit, bits, kind)           \
	{                                            \
		name, label, bit, bits, kind, LISTED \
	}

const struct field_desc mqtt_described[QF_MAX] = {
	[QF_MESSAGE] = { "mqtt.message", "Message", 0, 0, FIELD_GROUP, LISTED },
	[QF_HDRFLAGS] = BITS("mqtt.hdrflags", "Header flags", 0, 8, FIELD_HEX),
	[QF_TYPE] = { "mqtt.msgtype", "Type", 0, 4, FIELD_ENUM, LISTED, .names = mqtt_type_names },
	[QF_RESERVED] = BITS("mqtt.hdr_reserved", "Reserved", 4, 4, FIELD_UINT),
	[QF_DUP] = BITS("mqtt.dupflag", "Duplicate", 4, 1, FIELD_FLAG),
	[QF_QOS] = { "mqtt.qos", "Quality of service", 5, 2, FIELD_ENUM, LISTED,
		     .names = qos_names },
	[QF_RETAIN] = BITS("mqtt.retain", "Retain", 7, 1, FIELD_FLAG),
	[QF_LEN] = LENGTH("mqtt.len", "Length"),
	[QF_PROTO_LEN] = LENGTH("mqtt.proto_len", "Protocol name length"),
	[QF_PROTO] = TEXT("mqtt.protoname", "Protocol name"),
	[QF_VERSION] = { "mqtt.ver", "Version", 0, 0, FIELD_ENUM, LISTED, .names = version_names },
	[QF_CONFLAGS] = BITS("mqtt.conflags", "Connect flags", 0, 8, FIELD_HEX),
	[QF_CONFLAG_UNAME] = BITS("mqtt.conflag.uname", "User name", 0, 1, FIELD_FLAG),
	[QF_CONFLAG_PASSWD] = BITS("mqtt.conflag.passwd", "Password", 1, 1, FIELD_FLAG),
	[QF_CONFLAG_RETAIN] = BITS("mqtt.conflag.retain", "Will retain", 2, 1, FIELD_FLAG),
	[QF_CONFLAG_QOS] = { "mqtt.conflag.qos", "Will QoS", 3, 2, FIELD_ENUM, LISTED,
			     .names = qos_names },
	[QF_CONFLAG_WILL] = BITS("mqtt.conflag.willflag", "Will", 5, 1, FIELD_FLAG),
	[QF_CONFLAG_CLEAN] = BITS("mqtt.conflag.cleansess", "Clean session", 6, 1, FIELD_FLAG),
	[QF_CONFLAG_RESERVED] = BITS("mqtt.conflag.reserved", "Reserved", 7, 1, FIELD_FLAG),
	[QF_KEEPALIVE] = { "mqtt.kalive", "Keep alive", 0, 0, FIELD_UINT, LISTED, .unit = "s" },
	[QF_CLIENTID_LEN] = LENGTH("mqtt.clientid_len", "Client id length"),
	[QF_CLIENTID] = TEXT("mqtt.clientid", "Client id"),
	[QF_WILLTOPIC_LEN] = LENGTH("mqtt.willtopic_len", "Will topic length"),
	[QF_WILLTOPIC] = TEXT("mqtt.willtopic", "Will topic"),
	[QF_WILLMSG_LEN] = LENGTH("mqtt.willmsg_len", "Will message length"),
	[QF_WILLMSG] = { "mqtt.willmsg", "Will message", 0, 0, FIELD_BYTES, LISTED },
	[QF_USERNAME_LEN] = LENGTH("mqtt.username_len", "User name length"),
	[QF_USERNAME] = TEXT("mqtt.username", "User name"),
	[QF_PASSWD_LEN] = LENGTH("mqtt.passwd_len", "Password length"),
	[QF_PASSWD] = TEXT("mqtt.passwd", "Password"),
	[QF_ACK_FLAGS] = BITS("mqtt.conack.flags", "Acknowledge flags", 0, 8, FIELD_HEX),
	[QF_ACK_RESERVED] = BITS("mqtt.conack.flags.reserved", "Reserved", 0, 7, FIELD_UINT),
	[QF_ACK_SESSION] = BITS("mqtt.conack.flags.sp", "Session present", 7, 1, FIELD_FLAG),
	[QF_ACK_VAL] = { "mqtt.conack.val", "Return code", 0, 0, FIELD_ENUM, LISTED,
			 .names = mqtt_return_names },
	[QF_CONNACK_REASON] = REASON("mqtt.connack.reason_code"),
	[QF_TOPIC_LEN] = LENGTH("mqtt.topic_len", "Topic length"),
	[QF_TOPIC] = TEXT("mqtt.topic", "Topic"),
	[QF_MSGID] = { "mqtt.msgid", "Message id", 0, 0, FIELD_UINT, LISTED },
	[QF_MSG] = { "mqtt.msg", "Message", 0, 0, FIELD_BYTES, LISTED },
	[QF_UNDECIDED] = { "mqtt.undecided", "The rest, in version 5 properties first", 0, 0,
			   FIELD_BYTES, LISTED },
	[QF_PUBACK_REASON] = REASON("mqtt.puback.reason_code"),
	[QF_PUBREC_REASON] = REASON("mqtt.pubrec.reason_code"),
	[QF_PUBREL_REASON] = REASON("mqtt.pubrel.reason_code"),
	[QF_PUBCOMP_REASON] = REASON("mqtt.pubcomp.reason_code"),
	[QF_SUB_QOS] = { "mqtt.sub.qos", "Requested QoS", 0, 0, FIELD_ENUM, LISTED,
			 .names = qos_names },
	[QF_SUB_OPTIONS] = BITS("mqtt.subscription_options", "Options", 0, 8, FIELD_HEX),
	[QF_SUB_RESERVED] = { "mqtt.subscription_options_reserved", "Reserved", 0, 2, FIELD_HEX,
			      LISTED, .digits = 2 },
	[QF_SUB_RETAIN] = { "mqtt.subscription_options_retain", "Retain handling", 2, 2, FIELD_ENUM,
			    LISTED, .names = retain_names },
	[QF_SUB_RAP] =
		BITS("mqtt.subscription_options_rap", "Retain as published", 4, 1, FIELD_FLAG),
	[QF_SUB_NL] = BITS("mqtt.subscription_options_nl", "No local", 5, 1, FIELD_FLAG),
	[QF_SUB_OPTIONS_QOS] = { "mqtt.subscription_options_qos", "Requested QoS", 6, 2, FIELD_ENUM,
				 LISTED, .names = qos_names },
	[QF_SUBACK_QOS] = { "mqtt.suback.qos", "Granted QoS", 0, 0, FIELD_ENUM, LISTED,
			    .names = qos_names },
	[QF_SUBACK_REASON] = REASON("mqtt.suback.reason_code"),
	[QF_UNSUBACK_REASON] = REASON("mqtt.unsuback.reason_code"),
	[QF_DISCONNECT_REASON] = REASON("mqtt.disconnect.reason_code"),
	[QF_AUTH_REASON] = REASON("mqtt.auth.reason_code"),
	[QF_PROPERTIES] = { "mqtt.properties", "Properties", 0, 0, FIELD_GROUP, LISTED },
	[QF_WILL_PROPERTIES] = { "mqtt.will_properties", "Will properties", 0, 0, FIELD_GROUP,
				 LISTED },
	[QF_PROPERTY_LEN] = LENGTH("mqtt.property_len", "Properties length"),
	[QF_PROPERTY_ID] = { "mqtt.property_id", "Property", 0, 8, FIELD_ENUM,
			     LISTED | FIELD_BASE_HEX, .names = mqtt_property_names },
	[QF_PROP_NUMBER] = { "mqtt.prop_number", "Value", 0, 0, FIELD_UINT, LISTED },
	[QF_PROP_STRING_LEN] = LENGTH("mqtt.prop_string_len", "Value length"),
	[QF_PROP_STRING] = TEXT("mqtt.prop_string", "Value"),
	[QF_PROP_KEY_LEN] = LENGTH("mqtt.prop_key_len", "Key length"),
	[QF_PROP_KEY] = TEXT("mqtt.prop_key", "Key"),
	[QF_PROP_VALUE_LEN] = LENGTH("mqtt.prop_value_len", "Value length"),
	[QF_PROP_VALUE] = TEXT("mqtt.prop_value", "Value"),
	[QF_MAX_QOS] = { "mqtt.property.max_qos", "Value", 0, 0, FIELD_ENUM, LISTED,
			 .names = qos_names },
	[QF_TOPIC_ALIAS] = { "mqtt.property.topic_alias", "Value", 0, 0, FIELD_UINT, LISTED },
};
