#include "cli/probe_analyse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/probe_analyse_skype.h"
#include "core/bytes.h"
#include "core/siphash.h"

enum {
	SEARCH_MAX = 1024,   /* bytes of a reply that are searched for an address */
	SEARCH_SHORT = 64,   /* for a port: two bytes are found anywhere sooner or later */
	ECHO_MAX = 64 << 10, /* as PROBE_REPLY_MAX */
	SHIFTED_LEN = 4,
};

static const uint8_t *sent_data(const struct probe_log *log, const struct probe_reply *r,
				uint32_t *ret_len)
{
	const struct probe_payload *p = log->sent[r->sent].payload;

	*ret_len = p->len;
	return p->data;
}

static bool counts(const struct probe_reply *r)
{
	return r->kept && !r->unasked;
}

static uint32_t common(const uint8_t *a, const uint8_t *b, uint32_t len)
{
	uint32_t n = 0;

	while (n < len && a[n] == b[n])
		n++;
	return n;
}

/* ---- how many are alike ---- */

static int compare_u64(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* How many different ones there are; sorts them. */
static uint32_t runs(uint64_t *list, uint32_t nr, uint32_t *ret_longest)
{
	uint32_t different = 0, run = 0, longest = 0;

	qsort(list, nr, sizeof(*list), compare_u64);
	for (uint32_t i = 0; i < nr; i++) {
		run = i && list[i] == list[i - 1] ? run + 1 : 1;
		different += run == 1;
		longest = MAX_OF(longest, run);
	}
	*ret_longest = longest;
	return different;
}

static uint64_t hash(const uint8_t *data, size_t len)
{
	static const struct siphash_key key = { { 0x70726f6265, 1 } };

	return siphash_128(&key, data, len).word[0];
}

static void find_lengths(const struct probe_log *log, uint64_t *list, struct probe_analysis *a)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < log->nr_replies; i++)
		if (!log->replies[i].unasked)
			list[nr++] = log->replies[i].len;
	qsort(list, nr, sizeof(*list), compare_u64);
	for (uint32_t i = 0, n; i < nr; i += n) {
		struct probe_length one = { .len = list[i] };
		uint32_t at = a->nr_lengths;

		for (n = 0; i + n < nr && list[i + n] == list[i]; n++)
			one.count++;
		while (at && a->lengths[at - 1].count < one.count)
			at--;
		if (a->nr_lengths == PROBE_LENGTHS_MAX)
			a->other_lengths +=
				at == a->nr_lengths ? one.count : a->lengths[--a->nr_lengths].count;
		if (at == PROBE_LENGTHS_MAX)
			continue;
		memmove(&a->lengths[at + 1], &a->lengths[at],
			(a->nr_lengths - at) * sizeof(a->lengths[0]));
		a->lengths[at] = one;
		a->nr_lengths++;
	}
}

static void find_alike(const struct probe_log *log, uint64_t *list, struct probe_analysis *a)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < log->nr_replies; i++)
		if (counts(&log->replies[i]))
			list[nr++] = hash(log->replies[i].data, log->replies[i].kept);
	a->different = runs(list, nr, &a->identical_max);
}

/* ---- what is the same in all ---- */

static void find_mask(const struct probe_log *log, struct probe_analysis *a)
{
	const struct probe_reply *first = NULL;

	for (uint32_t i = 0; i < log->nr_replies; i++) {
		const struct probe_reply *r = &log->replies[i];

		if (!counts(r))
			continue;
		if (!first) {
			first = r;
			a->prefix = r->kept;
			a->mask_len = MIN_OF(r->kept, (uint32_t)PROBE_MASK_MAX);
			memcpy(a->value, r->data, a->mask_len);
			memset(a->mask, 0xff, a->mask_len);
		}
		a->prefix = common(first->data, r->data, MIN_OF(a->prefix, r->kept));
		a->mask_len = MIN_OF(a->mask_len, r->kept);
		for (uint32_t at = 0; at < a->mask_len; at++) {
			const uint8_t changed = (uint8_t)(a->value[at] ^ r->data[at]);

			a->mask[at] &= (uint8_t) ~((changed & 0xf0 ? 0xf0 : 0) |
						   (changed & 0x0f ? 0x0f : 0));
		}
	}
	for (uint32_t at = 0; at < a->mask_len; at++) {
		if (a->replies < PROBE_NIBBLES_FROM && a->mask[at] != 0xff)
			a->mask[at] = 0;
		a->value[at] &= a->mask[at];
	}
}

/* ---- what was sent, in what came ---- */

/* How long an echo is: the longest that nearly all of those have that echo two bytes. */
static void find_echo(const struct probe_log *log, uint64_t *list, struct probe_analysis *a)
{
	static uint32_t at_least[ECHO_MAX + 2];
	uint32_t nr = 0, len = 0, longest;

	memset(at_least, 0, sizeof(at_least));
	for (uint32_t i = 0; i < log->nr_replies; i++) {
		const struct probe_reply *r = &log->replies[i];
		const uint8_t *sent = sent_data(log, r, &len);

		if (!counts(r))
			continue;
		a->whole += r->len == len && r->kept == len && !memcmp(sent, r->data, len);
		at_least[common(sent, r->data, MIN_OF(len, r->kept))]++;
	}
	for (uint32_t k = ECHO_MAX; k > 0; k--)
		at_least[k] += at_least[k + 1];
	len = at_least[2] ? 2 : 1;
	while (len < ECHO_MAX && len > 1 && at_least[len + 1] * 10ull >= at_least[2] * 9ull)
		len++;
	/* One byte is the same by accident in one reply of 256. */
	if (!at_least[len] || (len == 1 && (at_least[1] < 2 || at_least[1] * 2 < a->replies)))
		return;
	a->echo_len = len;
	a->echo_count = at_least[len];
	for (uint32_t i = 0; i < log->nr_replies; i++) {
		const struct probe_reply *r = &log->replies[i];
		uint32_t sent_len;
		const uint8_t *sent = sent_data(log, r, &sent_len);

		if (counts(r) && common(sent, r->data, MIN_OF(sent_len, r->kept)) >= len)
			list[nr++] = hash(sent, len);
	}
	a->echo_values = runs(list, nr, &longest);
}

/* Where most replies have it: `find` says what is looked for in each. */
typedef const uint8_t *wanted_bytes(const struct probe_log *log, const struct probe_reply *r,
				    const void *arg, uint32_t *ret_len);

static struct probe_place find(const struct probe_log *log, wanted_bytes *wanted, const void *arg,
			       uint32_t from, uint32_t to)
{
	static uint32_t places[SEARCH_MAX];
	struct probe_place best = { 0 };

	memset(places, 0, sizeof(places));
	for (uint32_t i = 0; i < log->nr_replies; i++) {
		const struct probe_reply *r = &log->replies[i];
		uint32_t len;
		const uint8_t *p = wanted(log, r, arg, &len);

		if (!counts(r) || !len)
			continue;
		for (uint32_t at = from; at < to && at + len <= r->kept; at++)
			places[at] += !memcmp(r->data + at, p, len);
	}
	for (uint32_t at = from; at < to; at++)
		if (places[at] > best.count)
			best = (struct probe_place){ .count = places[at], .offset = at };
	return best;
}

static const uint8_t *wanted_start(const struct probe_log *log, const struct probe_reply *r,
				   const void *arg, uint32_t *ret_len)
{
	const uint8_t *sent = sent_data(log, r, ret_len);

	*ret_len = *ret_len < SHIFTED_LEN ? 0 : SHIFTED_LEN;
	return sent;
}

struct bytes {
	const uint8_t *data;
	uint32_t len;
};

static const uint8_t *wanted_same(const struct probe_log *log, const struct probe_reply *r,
				  const void *arg, uint32_t *ret_len)
{
	const struct bytes *b = arg;

	*ret_len = b->len;
	return b->data;
}

/* ---- addresses ---- */

static void find_end(const struct probe_log *log, const struct probe_address *end,
		     struct probe_place *address, struct probe_place *port, uint32_t replies)
{
	struct bytes b = { 0 };
	uint8_t number[2];

	if (!end || !end->len)
		return;
	b.data = probe_address_bytes(end, &b.len);
	*address = find(log, wanted_same, &b, 0, SEARCH_MAX);
	store_be16(number, probe_address_port(end));
	b = (struct bytes){ .data = number, .len = sizeof(number) };
	*port = find(log, wanted_same, &b, 0, SEARCH_SHORT);
	if (port->count * 2 < replies)
		*port = (struct probe_place){ 0 };
}

/* Words of a protocol are constant more often than an address is four letters. */
static bool is_word(const uint8_t *p)
{
	for (unsigned i = 0; i < 4; i++)
		if (p[i] < 0x20 || p[i] > 0x7e)
			return false;
	return true;
}

static bool is_private(const uint8_t *p)
{
	return p[0] == 10 || (p[0] == 172 && p[1] >> 4 == 1) || (p[0] == 192 && p[1] == 168);
}

/* Constant bytes between others that are not: four that a host may have, or in up to six a private
 * address. */
static void find_constant(struct probe_analysis *a)
{
	uint32_t start = a->echo_len, end;

	for (; a->replies > 1 && start < a->mask_len && !a->has_constant; start = end + 1) {
		for (end = start; end < a->mask_len && a->mask[end] == 0xff; end++)
			;
		if (end - start < 4 || end - start > 6)
			continue;
		for (uint32_t at = start; at + 4 <= end && !a->has_constant; at++) {
			const uint8_t *p = a->value + at;
			const bool known =
				(a->own_address.count && a->own_address.offset == at) ||
				(a->target_address.count && a->target_address.offset == at);

			if (known || is_word(p) ||
			    (end - start > 4 ? !is_private(p) : !p[0] || p[0] >= 224))
				continue;
			a->has_constant = true;
			a->constant_offset = at;
			memcpy(a->constant, p, sizeof(a->constant));
		}
	}
}

int probe_analyse(const struct probe_log *log, const struct probe_address *local,
		  const struct probe_address *target, struct probe_analysis *a)
{
	uint64_t *list = calloc(log->nr_replies + 1ul, sizeof(*list));

	*a = (struct probe_analysis){ 0 };
	if (!list)
		return -ENOMEM;
	for (uint32_t i = 0; i < log->nr_replies; i++) {
		a->replies += counts(&log->replies[i]);
		a->empty += !log->replies[i].len && !log->replies[i].unasked;
	}
	find_lengths(log, list, a);
	find_alike(log, list, a);
	find_mask(log, a);
	find_echo(log, list, a);
	a->shifted = find(log, wanted_start, NULL, 1, SEARCH_MAX);
	a->shifted_len = a->shifted.count ? SHIFTED_LEN : 0;
	find_end(log, local, &a->own_address, &a->own_port, a->replies);
	find_end(log, target, &a->target_address, &a->target_port, a->replies);
	find_constant(a);
	free(list);
	return probe_analyse_skype(log, &a->skype);
}
