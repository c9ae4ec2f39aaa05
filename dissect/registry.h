/*
 * dissect/registry.h -- which dissector answers to which key.
 *
 * Flat tables, built once at start and constant afterwards, so that all threads share them.
 */
#ifndef DISSECT_REGISTRY_H
#define DISSECT_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "dissect/proto.h"

enum { GUESSERS_MAX = 32 };

enum { JSON_KEY_MAX = 64 };

/* `,"ip.src":` ready to be copied, padded so that the copy has a fixed size. */
struct json_key {
	uint8_t len; /* 0: the name is too long */
	char text[JSON_KEY_MAX - 1];
};

typedef struct next dissect_fn(struct dissection *d, struct layer *l, struct cursor *c);

struct registry {
	/* Hot: who owns a key of a space, an enum proto_id; and what is called for it. */
	uint8_t owner[KEY_SPACES][65536];
	dissect_fn *dissect[PROTO_ID_MAX];
	bool has_port_rules; /* of registry_decode(): they go before what is well known */
	uint8_t port_rules[KEY_SPACES][65536 / 8];
	const struct dissector *by_id[PROTO_ID_MAX];
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

/* Who knows such payload by its look. PROTO_NONE: nobody. len is at least 1. */
unsigned registry_guess(const struct registry *reg, enum key_space space, const uint8_t *p,
			size_t len);

static inline bool registry_is_ruled(const struct registry *reg, enum key_space space,
				     uint16_t port)
{
	return reg->port_rules[space][port / 8] & 1 << port % 8;
}

/* Who follows, an enum proto_id; PROTO_NONE: nobody known. Hot: one load for all but second ports.
 */
static inline unsigned registry_next(const struct registry *reg, struct next next)
{
	const uint8_t *owner = reg->owner[0];
	const unsigned id = owner[(uint32_t)next.word];
	const enum key_space space = next_space(next);
	const uint16_t other = (uint16_t)(next.word >> 32);

	if (unlikely(reg->has_port_rules) && (space == KEY_UDP_PORT || space == KEY_TCP_PORT) &&
	    !registry_is_ruled(reg, space, (uint16_t)next.word) &&
	    registry_is_ruled(reg, space, other) && reg->owner[space][other] != PROTO_NONE)
		return reg->owner[space][other];
	if (likely(id != PROTO_NONE) || (space != KEY_UDP_PORT && space != KEY_TCP_PORT))
		return id;
	return reg->owner[space][other];
}

#endif
