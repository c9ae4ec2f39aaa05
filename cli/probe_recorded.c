#include "cli/probe_recorded.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/probe_flows.h"

enum { ID_LEN = 2 };

struct conversation {
	uint32_t last;   /* index of the last question in the log, + 1; 0: none yet */
	uint32_t answer; /* index of the last datagram of the other side, + 1; 0: none, or taken */
	uint8_t asks;    /* which side */
};

static void ask(struct probe_log *log, const struct probe_payload *one)
{
	probe_log_send(log, one, one->ts_ns)->went = true;
}

static void reply(struct probe_log *log, uint32_t to, const struct probe_payload *one,
		  uint64_t wait_ns)
{
	const uint64_t then = log->sent[to].at_ns;

	(void)probe_log_reply(log, to, one->data, one->len,
			      one->ts_ns > then ? one->ts_ns - then : 0, wait_ns);
}

static bool same_id(const struct probe_payload *a, const struct probe_payload *b)
{
	return a->len >= ID_LEN && b->len >= ID_LEN && !memcmp(a->data, b->data, ID_LEN);
}

/*
 * Roles may change: it begins as the other side's last datagram does, and not as what its own side
 * has sent before.
 */
static bool turns_round(const struct probe_payload *answer, const struct probe_payload *one,
			const struct probe_payload *before)
{
	return same_id(answer, one) && !same_id(before, one);
}

int probe_recorded(const struct probe_payloads *p, uint64_t wait_ns, struct probe_log *log)
{
	struct conversation *list = calloc(PROBE_FLOWS_MAX, sizeof(*list));
	int code = list ? probe_log_open(log, p->nr) : -ENOMEM;

	for (uint32_t i = 0; !code && i < p->nr; i++) {
		const struct probe_payload *one = &p->list[i];
		struct conversation *c = &list[one->flow];

		if (!c->last)
			c->asks = one->side;
		if (one->side != c->asks) {
			reply(log, c->last - 1, one, wait_ns);
			c->answer = i + 1;
		} else if (c->answer && turns_round(&p->list[c->answer - 1], one,
						    log->sent[c->last - 1].payload)) {
			ask(log, &p->list[c->answer - 1]);
			reply(log, log->nr_sent - 1, one, wait_ns);
			c->answer = 0;
		} else {
			ask(log, one);
			c->last = log->nr_sent;
		}
	}
	free(list);
	return code;
}
