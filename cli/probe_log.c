#include "cli/probe_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	REPLIES_FIRST = 256,
	ID_LEN = 2,
	MATCH_BACK = 64, /* so many earlier ones are looked at */
};

int probe_log_open(struct probe_log *l, uint32_t max_sent)
{
	*l = (struct probe_log){ .max_sent = max_sent };
	l->sent = calloc(MAX_OF(max_sent, 1u), sizeof(*l->sent));
	return l->sent ? 0 : -ENOMEM;
}

void probe_log_close(struct probe_log *l)
{
	for (uint32_t i = 0; i < l->nr_replies; i++)
		free(l->replies[i].data);
	free(l->replies);
	free(l->sent);
	*l = (struct probe_log){ 0 };
}

struct probe_sent *probe_log_send(struct probe_log *l, const struct probe_payload *payload,
				  uint64_t at_ns)
{
	struct probe_sent *s = &l->sent[l->nr_sent++];

	*s = (struct probe_sent){ .payload = payload, .at_ns = at_ns };
	return s;
}

/* Room for one reply more; NULL: it is only counted. */
static struct probe_reply *new_reply(struct probe_log *l)
{
	const uint32_t max = l->max_replies ? 2 * l->max_replies : REPLIES_FIRST;
	struct probe_reply *grown;

	if (l->nr_replies < l->max_replies)
		return &l->replies[l->nr_replies];
	if (l->nr_replies == PROBE_REPLIES_MAX)
		return NULL;
	grown = realloc(l->replies, max * sizeof(*grown));
	if (!grown)
		return NULL;
	l->replies = grown;
	l->max_replies = max;
	return &l->replies[l->nr_replies];
}

static struct probe_reply *keep(struct probe_log *l, struct probe_reply like, const uint8_t *data,
				uint64_t len)
{
	struct probe_sent *const to = &l->sent[like.sent];
	struct probe_reply *r = NULL;

	if (to->replies < PROBE_REPLIES_EACH && l->bytes < PROBE_BYTES_MAX)
		r = new_reply(l);
	to->replies += !like.unasked;
	if (!r) {
		l->not_kept++;
		return NULL;
	}
	*r = like;
	l->nr_replies++;
	probe_log_more(l, r, data, len);
	return r;
}

struct probe_reply *probe_log_reply(struct probe_log *l, uint32_t sent, const uint8_t *data,
				    uint64_t len, uint64_t after_ns, uint64_t wait_ns)
{
	const bool late = after_ns > wait_ns;

	l->total++;
	l->nr_late += late;
	if (!late)
		l->sent[sent].outcome = PROBE_ANSWERED;
	return keep(l, (struct probe_reply){ .sent = sent, .after_ns = after_ns, .late = late },
		    data, len);
}

void probe_log_unasked(struct probe_log *l, uint32_t sent, const uint8_t *data, uint64_t len)
{
	l->nr_unasked++;
	keep(l, (struct probe_reply){ .sent = sent, .unasked = true }, data, len);
}

void probe_log_more(struct probe_log *l, struct probe_reply *r, const uint8_t *data, uint64_t len)
{
	const uint64_t room =
		MIN_OF((uint64_t)PROBE_REPLY_MAX - r->kept, PROBE_BYTES_MAX - l->bytes);
	const uint32_t n = (uint32_t)MIN_OF(len, room);
	uint8_t *grown = n ? realloc(r->data, r->kept + n) : NULL;

	/* Bytes that came after a hole would be shown at a wrong offset. */
	if (grown && r->kept == r->len) {
		memcpy(grown + r->kept, data, n);
		r->kept += n;
		l->bytes += n;
	}
	if (grown)
		r->data = grown;
	r->len += len;
}

static bool begins_with(const struct probe_sent *s, const uint8_t *id)
{
	return s->payload->len >= ID_LEN && !memcmp(s->payload->data, id, ID_LEN);
}

uint32_t probe_log_match(const struct probe_log *l, const uint8_t *data, uint64_t len)
{
	const uint32_t last = l->nr_sent - 1;

	if (len < ID_LEN || begins_with(&l->sent[last], data))
		return last;
	for (uint32_t i = last; i-- > 0 && last - i <= MATCH_BACK;)
		if (!l->sent[i].replies && l->sent[i].outcome == PROBE_UNANSWERED &&
		    begins_with(&l->sent[i], data))
			return i;
	return last;
}

uint64_t probe_log_went(const struct probe_log *l)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < l->nr_sent; i++)
		n += l->sent[i].went;
	return n;
}

uint64_t probe_log_count(const struct probe_log *l, enum probe_outcome outcome)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < l->nr_sent; i++)
		n += l->sent[i].outcome == outcome;
	return n;
}
