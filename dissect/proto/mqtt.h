/* dissect/proto/mqtt.h -- shared by the files of the MQTT dissector. */
#ifndef DISSECT_PROTO_MQTT_H
#define DISSECT_PROTO_MQTT_H

#include "core/cursor.h"
#include "dissect/dissect.h"
#include "dissect/field.h"

enum mqtt_type {
	MQTT_CONNECT = 1,
	MQTT_CONNACK = 2,
	MQTT_PUBLISH = 3,
	MQTT_PUBACK = 4,
	MQTT_PUBREC = 5,
	MQTT_PUBREL = 6,
	MQTT_PUBCOMP = 7,
	MQTT_SUBSCRIBE = 8,
	MQTT_SUBACK = 9,
	MQTT_UNSUBSCRIBE = 10,
	MQTT_UNSUBACK = 11,
	MQTT_PINGREQ = 12,
	MQTT_PINGRESP = 13,
	MQTT_DISCONNECT = 14,
	MQTT_AUTH = 15,
};

/* Flags of CONNECT. */
enum { MQTT_WILL = 0x04, MQTT_PASSWORD = 0x40, MQTT_USERNAME = 0x80 };

enum { MQTT_VARINT_MAX = 4 }; /* bytes */

struct mqtt_message {
	const uint8_t *start;
	uint8_t type, flags;
	uint32_t len; /* behind the fixed header, as it claims */
	struct cursor body;
	bool whole;
};

/* False: no message starts at c, or its fixed header is not all here. */
bool mqtt_message_next(struct cursor *c, struct mqtt_message *ret);
/* A number of 7 bits a byte, the least significant first. False: cut (c failed), or too long. */
bool mqtt_varint(struct cursor *c, uint32_t *ret);
/* Could c start with the properties of a PUBLISH? */
bool mqtt_properties_fit(struct cursor c);
/* 3, 4 (3.1.1) or 5 when m is a CONNECT that says so, else `known`. */
unsigned mqtt_connect_version(const struct mqtt_message *m, unsigned known);
/* 0: cannot be told from this message. known: of the CONNECT before it, or 0. */
unsigned mqtt_version_of(const struct mqtt_message *m, unsigned known);

void mqtt_describe(const struct dissection *d, const struct layer *l, struct field_out *o);

enum mqtt_field {
	QF_MESSAGE,
	QF_HDRFLAGS,
	QF_TYPE,
	QF_RESERVED,
	QF_DUP,
	QF_QOS,
	QF_RETAIN,
	QF_LEN,
	QF_PROTO_LEN,
	QF_PROTO,
	QF_VERSION,
	QF_CONFLAGS,
	QF_CONFLAG_UNAME,
	QF_CONFLAG_PASSWD,
	QF_CONFLAG_RETAIN,
	QF_CONFLAG_QOS,
	QF_CONFLAG_WILL,
	QF_CONFLAG_CLEAN,
	QF_CONFLAG_RESERVED,
	QF_KEEPALIVE,
	QF_CLIENTID_LEN,
	QF_CLIENTID,
	QF_WILLTOPIC_LEN,
	QF_WILLTOPIC,
	QF_WILLMSG_LEN,
	QF_WILLMSG,
	QF_USERNAME_LEN,
	QF_USERNAME,
	QF_PASSWD_LEN,
	QF_PASSWD,
	QF_ACK_FLAGS,
	QF_ACK_RESERVED,
	QF_ACK_SESSION,
	QF_ACK_VAL,
	QF_CONNACK_REASON,
	QF_TOPIC_LEN,
	QF_TOPIC,
	QF_MSGID,
	QF_MSG,
	QF_UNDECIDED,
	QF_PUBACK_REASON,
	QF_PUBREC_REASON,
	QF_PUBREL_REASON,
	QF_PUBCOMP_REASON,
	QF_SUB_QOS,
	QF_SUB_OPTIONS,
	QF_SUB_RESERVED,
	QF_SUB_RETAIN,
	QF_SUB_RAP,
	QF_SUB_NL,
	QF_SUB_OPTIONS_QOS,
	QF_SUBACK_QOS,
	QF_SUBACK_REASON,
	QF_UNSUBACK_REASON,
	QF_DISCONNECT_REASON,
	QF_AUTH_REASON,
	QF_PROPERTIES,
	QF_WILL_PROPERTIES,
	QF_PROPERTY_LEN,
	QF_PROPERTY_ID,
	QF_PROP_NUMBER,
	QF_PROP_STRING_LEN,
	QF_PROP_STRING,
	QF_PROP_KEY_LEN,
	QF_PROP_KEY,
	QF_PROP_VALUE_LEN,
	QF_PROP_VALUE,
	QF_MAX_QOS,
	QF_TOPIC_ALIAS,
	QF_MAX,
};

extern const struct field_desc mqtt_described[QF_MAX];
extern const struct name_map mqtt_type_names[];
extern const struct name_map mqtt_return_names[]; /* CONNACK before version 5 */
extern const struct name_map mqtt_reason_names[]; /* version 5 */
extern const struct name_map mqtt_property_names[];

#endif
