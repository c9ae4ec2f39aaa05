/* dissect/proto/dhcpv6.h -- what the files of DHCPv6 share: fields, options, nested messages. */
#ifndef DISSECT_PROTO_DHCPV6_H
#define DISSECT_PROTO_DHCPV6_H

#include "dissect/dissect.h"

enum {
	DHCPV6_PLAIN_HEADER = 4,
	DHCPV6_RELAY_HEADER = 34,
	DHCPV6_NESTING_MAX = 8, /* options in options; what is deeper is shown as bytes */
};

enum {
	DHCPV6_OPT_CLIENT = 1,
	DHCPV6_OPT_SERVER = 2,
	DHCPV6_OPT_IA_NA = 3,
	DHCPV6_OPT_IA_TA = 4,
	DHCPV6_OPT_ADDRESS = 5,
	DHCPV6_OPT_RELAY = 9,
	DHCPV6_OPT_STATUS = 13,
	DHCPV6_OPT_USER_CLASS = 15,
	DHCPV6_OPT_IA_PD = 25,
	DHCPV6_OPT_PREFIX = 26,
	DHCPV6_OPT_FQDN = 39,
};

enum dhcpv6_field {
	D6_TYPE,
	D6_XID,
	D6_HOPS,
	D6_LINK,
	D6_PEER,
	D6_OPTION,
	D6_CODE,
	D6_LENGTH,
	D6_VALUE,
	D6_BROKEN,
	D6_DUID,
	D6_DUID_TYPE,
	D6_LLT_HW,
	D6_LLT_TIME,
	D6_LLT_ADDR,
	D6_EN_NUMBER,
	D6_EN_ID,
	D6_LL_HW,
	D6_LL_ADDR,
	D6_UUID,
	D6_IAID,
	D6_T1,
	D6_T2,
	D6_IATA,
	D6_ADDR,
	D6_ADDR_PREFERRED,
	D6_ADDR_VALID,
	D6_PD_PREFERRED,
	D6_PD_VALID,
	D6_PD_LEN,
	D6_PD_ADDR,
	D6_REQUESTED,
	D6_PREFERENCE,
	D6_ELAPSED,
	D6_AUTH_PROTOCOL,
	D6_AUTH_ALGORITHM,
	D6_AUTH_RDM,
	D6_AUTH_REPLAY,
	D6_AUTH_INFO,
	D6_UNICAST,
	D6_STATUS,
	D6_STATUS_TEXT,
	D6_USER_LEN,
	D6_USER_DATA,
	D6_VENDOR_CLASS,
	D6_VENDOR_DATA,
	D6_VENDOR_OPTS,
	D6_INTERFACE,
	D6_RECONFIGURE,
	D6_SIP_NAME,
	D6_SIP,
	D6_DNS,
	D6_SEARCH,
	D6_NIS,
	D6_NISP,
	D6_NIS_NAME,
	D6_NISP_NAME,
	D6_SNTP,
	D6_LIFETIME,
	D6_REMOTE_ENTERPRISE,
	D6_REMOTE,
	D6_SUBSCRIBER,
	D6_FQDN_FLAGS,
	D6_FQDN_N,
	D6_FQDN_O,
	D6_FQDN_S,
	D6_FQDN_SERVER_N,
	D6_FQDN_SERVER_S,
	D6_FQDN,
	D6_PANA,
	D6_TZ_POSIX,
	D6_TZ,
	D6_CAPWAP,
	D6_NTP,
	D6_NTP_MC,
	D6_NTP_NAME,
	D6_BOOT_URL,
	D6_AFTR,
	D6_CLIENT_LL,
	D6_CAPTIVE,
	D6_MUD,
	D6_NTP_CODE,
	D6_NTP_LENGTH,
	D6_VENDOR_CODE,
	D6_VENDOR_LENGTH,
	D6_VENDOR_VALUE,
	D6_COUNT,
};

extern const struct field_desc dhcpv6_described[D6_COUNT];
extern const struct name_map dhcpv6_message_names[];
extern const struct name_map dhcpv6_option_names[];
extern const struct name_map dhcpv6_status_names[];

struct dhcpv6_option {
	const uint8_t *start, *data;
	uint16_t code, len; /* of data */
};

/* False at the end, or where an option runs out of its area: then the cursor has failed. */
bool dhcpv6_option_next(struct cursor *c, struct dhcpv6_option *ret);
/* Relayed messages have a longer header. */
size_t dhcpv6_header_len(uint8_t type);
/* Where in a message an option stands. */
struct dhcpv6_place {
	uint8_t depth; /* nestings around it */
	bool from_server;
};

static inline struct dhcpv6_place dhcpv6_inside(struct dhcpv6_place at)
{
	at.depth++;
	return at;
}

/* A message with all that is in it. */
void dhcpv6_message_describe(const uint8_t *p, size_t n, struct dhcpv6_place at,
			     struct field_out *o);

#endif
