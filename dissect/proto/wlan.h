/* dissect/proto/wlan.h -- what the files of IEEE 802.11 share, and what radiotap tells them. */
#ifndef DISSECT_PROTO_WLAN_H
#define DISSECT_PROTO_WLAN_H

#include "dissect/dissect.h"
#include "dissect/proto/wlan_fields.h"

/* Variants of a radiotap layer: they shape the frame that follows. */
enum {
	WLAN_HAS_FCS = 1 << 0, /* four bytes of checksum at the frame's end */
	WLAN_HAS_PAD = 1 << 1, /* the header is padded to a multiple of 4 */
};

enum wlan_type { WLAN_MANAGEMENT, WLAN_CONTROL, WLAN_DATA, WLAN_EXTENSION };

/* Subtypes of management frames. */
enum {
	WLAN_ASSOC_REQUEST = 0,
	WLAN_ASSOC_RESPONSE = 1,
	WLAN_REASSOC_REQUEST = 2,
	WLAN_REASSOC_RESPONSE = 3,
	WLAN_PROBE_REQUEST = 4,
	WLAN_PROBE_RESPONSE = 5,
	WLAN_BEACON = 8,
	WLAN_DISASSOC = 10,
	WLAN_AUTH = 11,
	WLAN_DEAUTH = 12,
	WLAN_ACTION = 13,
	WLAN_ACTION_NO_ACK = 14,
};

extern const struct name_map wlan_reason_names[];
extern const struct name_map wlan_status_names[];
extern const struct name_map wlan_category_names[];
extern const struct name_map wlan_auth_names[];

extern const struct name_map wlan_subtype_names[];
extern const struct name_map wlan_cipher_names[];
extern const struct name_map wlan_akm_names[];
extern const struct field_desc wlan_described[WLANF_COUNT];

/* The body of a management frame: fixed parameters, then information elements. */
void wlan_management_describe(unsigned subtype, const uint8_t *p, size_t n, struct field_out *o);
/* Network name, channel, security, reason: what a line has room for. */
void wlan_management_line(unsigned subtype, const uint8_t *p, size_t n, struct strbuf *out);
/* "from > to" of a whole header of this variant: a data frame's ends, not who relays it. */
void wlan_line_addresses(const uint8_t *p, uint8_t variant, struct strbuf *out);

#endif
