/*
 * dissect/registry.h -- which dissector answers to which key.
 *
 * Flat tables, built once at start and constant afterwards, so that all threads share them.
 */
#ifndef DISSECT_REGISTRY_H
#define DISSECT_REGISTRY_H

#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "dissect/proto.h"

enum { LINKTYPE_KEYS = 512, GUESSERS_MAX = 32 };

enum { JSON_KEY_MAX = 64 };

/* `,"ip.src":` ready to be copied, padded so that the copy has a fixed size. */
struct json_key {
	uint8_t len; /* 0: the name is too long */
	char text[JSON_KEY_MAX - 1];
};

struct registry {
	const struct dissector *by_id[PROTO_ID_MAX];
	uint8_t ipproto[256];
	uint8_t linktype[LINKTYPE_KEYS];
	uint8_t ethertype[65536];
	uint8_t udp_port[65536];
	uint8_t tcp_port[65536];
	/* Who may know payload by its first byte: bit i is guessers[i]. */
	uint32_t guess_udp[256], guess_tcp[256];
	const struct dissector *guessers[GUESSERS_MAX];
	unsigned nr_guessers;
	/* Of a protocol's fields, behind them of the described ones. */
	struct json_key *json_keys[PROTO_ID_MAX];
};

/* All dissectors of this program. 0, -ENOMEM, or -EINVAL with the offender named. */
int registry_init(struct registry **ret, struct errmsg *err) must_check;
/* The same over a list of the caller's: two owners of one id or key are refused (-EEXIST). */
int registry_build(const struct dissector *const *list, size_t nr, struct registry **ret,
		   struct errmsg *err) must_check;
/*
 * "udp.port==5000,dns": from now on that port belongs to that protocol; "none" takes it from its
 * owner. Before the table is shared. -EINVAL with the offender and a remedy in err.
 */
int registry_decode(struct registry *reg, const char *rule, struct errmsg *err) must_check;
void registry_free(struct registry *reg); /* NULL is fine */

/* NULL: nobody has this id. */
static inline const struct dissector *registry_by_id(const struct registry *reg, unsigned id)
{
	return id < PROTO_ID_MAX ? reg->by_id[id] : NULL;
}

/* "tcp" -> its dissector, or NULL. */
const struct dissector *registry_by_name(const struct registry *reg, const char *name);
/* "tcp.dstport" -> the first descriptor of that name and its owner, or NULL. */
const struct field_desc *registry_field(const struct registry *reg, const char *name,
					const struct dissector **ret_owner);
/* The name of a dissector for people who print ids from files: "?" where nobody knows it. */
const char *registry_proto_name(const struct registry *reg, unsigned id);

/* Who knows such payload by its look. NULL: nobody. */
const struct dissector *registry_guess(const struct registry *reg, enum key_space space,
				       const uint8_t *p, size_t len);

/* Who follows. NULL: nobody known. Hot. */
static inline const struct dissector *registry_next(const struct registry *reg, struct next next)
{
	const uint16_t key = (uint16_t)next.word;
	const uint16_t other = (uint16_t)(next.word >> 16);
	unsigned id = PROTO_NONE;

	switch ((enum key_space)(next.word >> 32)) {
	case KEY_NONE:
	case KEY_REJECT:
		return NULL;
	case KEY_LINKTYPE:
		id = key < LINKTYPE_KEYS ? reg->linktype[key] : PROTO_NONE;
		break;
	case KEY_ETHERTYPE:
		id = reg->ethertype[key];
		break;
	case KEY_IPPROTO:
		id = reg->ipproto[key & 0xff];
		break;
	case KEY_UDP_PORT:
		id = reg->udp_port[key];
		if (id == PROTO_NONE)
			id = reg->udp_port[other];
		break;
	case KEY_TCP_PORT:
		id = reg->tcp_port[key];
		if (id == PROTO_NONE)
			id = reg->tcp_port[other];
		break;
	case KEY_PROTO:
		id = key & 0xff;
		break;
	}
	return reg->by_id[id]; /* by_id[PROTO_NONE] is NULL */
}

#endif
