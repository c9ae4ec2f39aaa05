#include "cli/cut_duplicates.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "core/siphash.h"

/* A packet, known by its number: it stands in slots[number % nr_slots]. */
struct slot {
	struct siphash hash;
	uint64_t ts_ns;
	uint64_t older; /* number of the one before it in its bucket; 0: none */
};

struct duplicates {
	struct duplicate_window window;
	struct siphash_key key;
	uint64_t number;   /* of the last packet; the first is 1 */
	uint64_t nr_slots; /* packets that are remembered, the newest included */
	uint64_t forgotten;
	uint64_t mask;    /* of bucket numbers */
	uint64_t *newest; /* of each bucket; 0: none */
	struct slot *slots;
};

int duplicates_open(const struct duplicate_window *window, struct duplicates **ret)
{
	struct duplicates *d = calloc(1, sizeof(*d));
	uint64_t buckets = 8;

	if (!d)
		return -ENOMEM;
	d->window = *window;
	d->nr_slots = window->packets ? window->packets : DUPLICATES_MAX;
	while (buckets < d->nr_slots)
		buckets *= 2;
	d->mask = buckets - 1;
	d->newest = calloc(buckets, sizeof(*d->newest));
	d->slots = calloc(d->nr_slots, sizeof(*d->slots));
	if (!d->newest || !d->slots) {
		duplicates_close(d);
		return -ENOMEM;
	}
	/* Fails only before the system has gathered any randomness: zeros work, too. */
	(void)!getrandom(&d->key, sizeof(d->key), GRND_NONBLOCK);
	*ret = d;
	return 0;
}

void duplicates_close(struct duplicates *d)
{
	if (!d)
		return;
	free(d->newest);
	free(d->slots);
	free(d);
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* What is not in the bytes changes the key. */
static struct siphash hash_frame(const struct duplicates *d, const struct frame_view *f)
{
	const uint64_t about = (uint64_t)f->wire_len << 16 | f->linktype;
	const struct siphash_key key = { { d->key.word[0] ^ about, d->key.word[1] } };

	return siphash_128(&key, f->data, f->cap_len);
}

/* The last packet of this hash that is still remembered; NULL: none. */
static const struct slot *find(const struct duplicates *d, const struct siphash *hash)
{
	uint64_t number = d->newest[hash->word[0] & d->mask];

	/* From where it is forgotten on, the rest of the bucket is, too. */
	while (number && d->number - number < d->nr_slots) {
		const struct slot *s = &d->slots[number % d->nr_slots];

		if (s->hash.word[0] == hash->word[0] && s->hash.word[1] == hash->word[1])
			return s;
		number = s->older;
	}
	return NULL;
}

bool duplicates_seen(struct duplicates *d, const struct frame_view *f)
{
	const struct siphash hash = hash_frame(d, f);
	uint64_t *const newest = &d->newest[hash.word[0] & d->mask];
	struct slot *const mine = &d->slots[++d->number % d->nr_slots];
	const struct slot *const same = find(d, &hash);
	const bool seen =
		same && (d->window.packets || distance(f->ts_ns, same->ts_ns) <= d->window.span_ns);

	if (!d->window.packets && d->number > d->nr_slots &&
	    distance(f->ts_ns, mine->ts_ns) <= d->window.span_ns)
		d->forgotten++;
	*mine = (struct slot){ .hash = hash, .ts_ns = f->ts_ns, .older = *newest };
	*newest = d->number;
	return seen;
}

uint64_t duplicates_forgotten(const struct duplicates *d)
{
	return d->forgotten;
}
