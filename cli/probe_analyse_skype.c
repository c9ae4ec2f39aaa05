#include "cli/probe_analyse_skype.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"

enum {
	NACK_LEN = 11,
	ID_LEN = 2,
	TYPE_AT = 2,
	ADDRESS_AT = 3,
	TAIL_AT = 7,
	CRC_ERROR = 5,
	CRC_ERROR_RESEND = 7,
	ID_BACK = 4096, /* payloads before the one that it came for */
};

/* Its first two bytes were sent before it came, in the same conversation. */
static bool id_was_sent(const struct probe_log *log, const struct probe_reply *r)
{
	const uint64_t came = log->sent[r->sent].at_ns + r->after_ns;
	const uint32_t flow = log->sent[r->sent].payload->flow;
	uint32_t i = r->sent;

	while (i + 1 < log->nr_sent && log->sent[i + 1].at_ns <= came && i - r->sent < ID_BACK)
		i++;
	for (uint32_t n = 0; n < 2 * ID_BACK; n++, i--) {
		const struct probe_payload *p = log->sent[i].payload;

		if (p->flow == flow && p->len >= ID_LEN && !memcmp(p->data, r->data, ID_LEN))
			return true;
		if (!i)
			return false;
	}
	return false;
}

/* What only comes back as it was sent is an echo. */
static bool is_echo(const struct probe_log *log, const struct probe_reply *r)
{
	const struct probe_payload *p = log->sent[r->sent].payload;

	return p->len == r->kept && !memcmp(p->data, r->data, p->len);
}

static bool fits(const struct probe_log *log, const struct probe_reply *r)
{
	unsigned type;

	if (r->unasked || r->len != NACK_LEN || r->kept != NACK_LEN)
		return false;
	type = r->data[TYPE_AT] & 0xf;
	return (type == CRC_ERROR || type == CRC_ERROR_RESEND) && !is_echo(log, r) &&
	       id_was_sent(log, r);
}

static int compare_u32(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The most frequent of them; sorts them. */
static void take_address(struct probe_skype_pattern *s, uint32_t *list)
{
	uint32_t run = 0;

	qsort(list, s->fit, sizeof(*list), compare_u32);
	for (uint32_t i = 0; i < s->fit; i++) {
		run = i && list[i] == list[i - 1] ? run + 1 : 1;
		if (run > s->same_address) {
			s->same_address = run;
			store_be32(s->address, list[i]);
		}
	}
}

int probe_analyse_skype(const struct probe_log *log, struct probe_skype_pattern *s)
{
	uint32_t *list = calloc(log->nr_replies + 1ul, sizeof(*list));
	uint32_t tail = 0;

	*s = (struct probe_skype_pattern){ 0 };
	if (!list)
		return -ENOMEM;
	for (uint32_t i = 0; i < log->nr_replies; i++) {
		const struct probe_reply *r = &log->replies[i];

		if (!fits(log, r))
			continue;
		if (!s->fit)
			tail = load_be32(r->data + TAIL_AT);
		s->tails = MAX_OF(s->tails, 1u + (load_be32(r->data + TAIL_AT) != tail));
		s->type5 += (r->data[TYPE_AT] & 0xf) == CRC_ERROR;
		s->type7 += (r->data[TYPE_AT] & 0xf) == CRC_ERROR_RESEND;
		list[s->fit++] = load_be32(r->data + ADDRESS_AT);
	}
	take_address(s, list);
	free(list);
	s->likely = s->fit >= 2 && s->same_address >= 2 &&
		    s->same_address * 4ull >= s->fit * 3ull && s->tails > 1 && s->address[0] &&
		    s->address[0] < 224;
	return 0;
}
