/*
 * dissect/proto.h -- what a protocol is to the rest of the tree: keys, a field table, a function
 * that finds its edges.
 *
 * Adding one: a file in dissect/proto/ and a line in dissect/proto_list.h. dissect() is hot: it
 * takes its fixed header with one cursor_take(), notes what the flow needs and names what comes
 * next. It prints and allocates nothing, and no packet may trip an assert in it.
 */
#ifndef DISSECT_PROTO_H
#define DISSECT_PROTO_H

#include <stddef.h>
#include <stdint.h>

#include "core/cursor.h"
#include "core/strbuf.h"
#include "dissect/field.h"
#include "dissect/proto_list.h"

struct render_options;

enum proto_id {
	PROTO_NONE = 0,
#define PROTO_CONSTANT(number, constant, symbol) PROTO_##constant = (number),
	FOR_EACH_PROTOCOL(PROTO_CONSTANT)
#undef PROTO_CONSTANT
		PROTO_ID_MAX = 256, /* one past the last possible id: tables hold them in a byte */
};

/* A key means something only together with its space: an ethertype is not an IP protocol. */
enum key_space {
	KEY_NONE = 0, /* nothing follows, or nobody can say what */
	KEY_LINKTYPE,
	KEY_ETHERTYPE,
	KEY_IPPROTO,
	KEY_UDP_PORT,
	KEY_TCP_PORT,
	KEY_PROTO, /* the key is an enum proto_id: the header leaves no choice */
	/*
	 * These bytes are not this protocol, whatever the port said. The layer is taken back and
	 * the next candidate asked: the other port's owner, then whoever knows such bytes by their
	 * look.
	 */
	KEY_REJECT,
	KEY_SPACES,
};

struct proto_key {
	uint8_t space; /* enum key_space; KEY_NONE ends the list */
	uint16_t key;
};

/*
 * What follows a header. Ports are two keys: the first that anybody knows wins. One word, for
 * compilers build a struct of small members in memory, and reading it back as a whole then stalls:
 * that took two thirds of the time of a TCP packet.
 */
struct next {
	uint64_t word; /* other << 32 | space << 16 | key: the low half indexes registry.owner */
};

/* Where a layer stands in the line that an operator reads; decides what is written after it. */
enum layer_class {
	CLASS_LINK,
	CLASS_TAG,     /* a shim between link and network: VLAN */
	CLASS_NETWORK, /* has the addresses */
	CLASS_EXTENSION,
	CLASS_TRANSPORT,
	CLASS_APPLICATION,
};

enum { PROTO_KEYS_MAX = 10 };

struct dissector {
	const char *name;  /* "ip": as in Wireshark's frame.protocols */
	const char *title; /* "Internet Protocol version 4" */
	enum proto_id id;
	uint8_t layer_class;  /* enum layer_class */
	bool has_ports;       /* the header starts with two 16-bit ports */
	uint16_t min_hdr_len; /* bytes; a field without FIELD_OPT ends inside them */
	const struct field_desc *fields;
	size_t nr_fields;
	const struct field_desc *described; /* what describe() may emit */
	size_t nr_described;
	struct proto_key keys[PROTO_KEYS_MAX];

	/*
	 * Optional, for protocols that are certain by their first bytes and met on any port: asked
	 * for payload of TCP (guess_tcp) or UDP (guess_udp) whose ports say nothing. guess_first
	 * lists the first bytes that are worth the call. len is at least 1.
	 */
	bool (*guess)(const uint8_t *p, size_t len);
	const char *guess_first;
	bool guess_tcp, guess_udp;

	/* Hot. The layer's offset and id are set; its length is what dissect() takes from c. */
	struct next (*dissect)(struct dissection *d, struct layer *l, struct cursor *c);
	/* Cold, optional: walks the variable part with a cursor of its own. */
	void (*describe)(const struct dissection *d, const struct layer *l, struct field_out *o);
	/*
	 * The layer's part of the line, cold. Either a function or a template: "{udp.length}" in it
	 * becomes that field's value. registry_init() refuses a template with an unknown name.
	 */
	void (*line)(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out);
	const char *brief;
};

static inline struct next next_pair(enum key_space space, uint16_t key, uint16_t other)
{
	return (struct next){ (uint64_t)other << 32 | (uint32_t)space << 16 | key };
}

static inline enum key_space next_space(struct next next)
{
	return (enum key_space)((uint32_t)next.word >> 16);
}

static inline struct next next_key(enum key_space space, uint16_t key)
{
	return next_pair(space, key, 0);
}

static inline struct next next_none(void)
{
	return next_pair(KEY_NONE, 0, 0);
}

/* Only before the cursor was limited. */
static inline struct next next_reject(void)
{
	return next_pair(KEY_REJECT, 0, 0);
}

#endif
