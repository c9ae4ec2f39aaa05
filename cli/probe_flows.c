#include "cli/probe_flows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/siphash.h"

enum { SLOTS = 2 * PROBE_FLOWS_MAX };

struct end {
	uint8_t address[16];
	uint16_t port;
	uint16_t addr_len; /* no padding: keys are compared as bytes */
};

struct key {
	struct end end[2];
};

struct probe_flows {
	struct siphash_key secret; /* of the slots: a file must not choose them */
	struct key key[PROBE_FLOWS_MAX];
	uint32_t slot[SLOTS]; /* number + 1; 0: free */
	uint32_t nr;
};

int probe_flows_open(struct probe_flows **ret)
{
	struct probe_flows *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	if (getrandom(&t->secret, sizeof(t->secret), 0) != sizeof(t->secret))
		t->secret.word[0] = (uintptr_t)t;
	*ret = t;
	return 0;
}

void probe_flows_close(struct probe_flows *t)
{
	free(t);
}

static struct end end_of(const uint8_t *address, const struct flow *f, uint16_t port)
{
	struct end e = { .port = port, .addr_len = f->addr_len };

	memcpy(e.address, address, sizeof(e.address));
	return e;
}

uint32_t probe_flow_number(struct probe_flows *t, const struct flow *f, unsigned *ret_side)
{
	struct key k = { { end_of(f->src, f, f->sport), end_of(f->dst, f, f->dport) } };
	uint32_t at;

	*ret_side = memcmp(&k.end[0], &k.end[1], sizeof(k.end[0])) > 0;
	if (*ret_side) {
		const struct end swap = k.end[0];

		k.end[0] = k.end[1];
		k.end[1] = swap;
	}
	at = (uint32_t)(siphash_128(&t->secret, &k, sizeof(k)).word[0] % SLOTS);
	for (; t->slot[at]; at = (at + 1) % SLOTS)
		if (!memcmp(&t->key[t->slot[at] - 1], &k, sizeof(k)))
			return t->slot[at] - 1;
	if (t->nr == PROBE_FLOWS_MAX)
		return PROBE_NO_FLOW;
	t->key[t->nr++] = k;
	t->slot[at] = t->nr;
	return t->nr - 1;
}
