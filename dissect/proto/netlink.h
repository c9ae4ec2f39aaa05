/*
 * dissect/proto/netlink.h -- what netlink's families share: messages, attributes, one table of
 * fields. A family's layer is all messages of the packet.
 */
#ifndef DISSECT_PROTO_NETLINK_H
#define DISSECT_PROTO_NETLINK_H

#include "dissect/dissect.h"
#include "dissect/proto/netlink_fields.h"

enum {
	NETLINK_COOKED = 16,
	NETLINK_HEADER = 16,
	NETLINK_FAMILY_TYPES = 16, /* types below are the same in all families */
	NETLINK_REQUEST = 0x0001,
	NETLINK_LITTLE = 1 << 0, /* variant: the sender's byte order */
};

extern const struct name_map nl_control_names[], nl_route_names[], nl_ifla_names[], nl_ifa_names[],
	nl_rta_names[], nl_nda_names[], nl_nud_names[], nl_genl_names[], nl_ctrl_names[],
	nl_diag_names[], nl_tcp_names[], nl_subsys_names[], nl_family_names[];
extern const struct field_desc netlink_described[NLF_COUNT];

struct netlink_message {
	const uint8_t *start, *body;
	size_t len; /* of body, captured */
	uint16_t type, flags;
	bool little;
	struct field_out *o; /* where its fields go; NULL while a line is made */
};

struct netlink_attr {
	const uint8_t *start, *data;
	size_t len; /* of data */
	uint16_t type;
};

/* Byte order by the first message's length, then all messages. */
struct next netlink_take(struct dissection *d, struct layer *l, struct cursor *c);
/* The next message of a layer. False at the end, or where the rest is none: then bytes are left. */
bool netlink_message_next(const struct layer *l, struct cursor *c, struct netlink_message *ret);
bool netlink_attr_next(const struct netlink_message *m, struct cursor *c, struct netlink_attr *ret);
uint64_t netlink_number(const struct netlink_message *m, const uint8_t *p, size_t n);

/* Up to 8 bytes in the sender's order. */
void netlink_put(const struct netlink_message *m, enum netlink_field f, const uint8_t *p, size_t n);
/* Heading, length and type of an attribute; `f` is the field of its type. */
void netlink_put_attr(const struct netlink_message *m, const struct netlink_attr *a,
		      enum netlink_field f);
/* Text up to its zero. */
void netlink_put_text(const struct netlink_message *m, enum netlink_field f, const uint8_t *p,
		      size_t n);

/* Walks a layer: headers and control messages are netlink's, bodies the family's. */
void netlink_describe(const struct dissection *d, const struct layer *l, enum netlink_field type,
		      void (*body)(const struct netlink_message *m), struct field_out *o);
/* "RTM_NEWLINK ..., +2 messages"; body adds what the first message is about. */
void netlink_line(const struct dissection *d, const struct layer *l, const char *title,
		  const struct name_map *types,
		  void (*body)(const struct netlink_message *m, struct strbuf *out),
		  const struct render_options *opt, struct strbuf *out);

#endif
