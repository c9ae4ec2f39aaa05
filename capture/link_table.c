/* capture/link_table.c -- copy, change, publish, wait, free. */
#include "capture/link_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <urcu-qsbr.h>

/* The place of ifindex in the sorted entries, whether it is there or not. */
static uint32_t place_of(const struct link_table *t, uint32_t ifindex)
{
	uint32_t low = 0, high = t ? t->nr : 0;

	while (low < high) {
		const uint32_t mid = low + (high - low) / 2;

		if (t->entries[mid].ifindex < ifindex)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct link_table *table_alloc(uint32_t nr)
{
	struct link_table *t = malloc(sizeof(*t) + nr * sizeof(t->entries[0]));

	if (t)
		t->nr = nr;
	return t;
}

/* Publishes `next`; the old table is freed when no worker can hold it any more. */
static void replace(struct link_tables *t, struct link_table *next)
{
	struct link_table *old = t->current;

	rcu_assign_pointer(t->current, next);
	synchronize_rcu();
	free(old);
}

int link_tables_set(struct link_tables *t, const struct link_info *info)
{
	const struct link_table *old = t->current;
	const uint32_t nr = old ? old->nr : 0, at = place_of(old, info->ifindex);
	const bool present = at < nr && old->entries[at].ifindex == info->ifindex;
	struct link_table *next = table_alloc(nr + !present);
	struct link_entry *e;

	if (!next)
		return -ENOMEM;
	if (old) {
		memcpy(next->entries, old->entries, at * sizeof(*e));
		memcpy(next->entries + at + !present, old->entries + at, (nr - at) * sizeof(*e));
	}
	e = &next->entries[at];
	*e = (struct link_entry){ .ifindex = info->ifindex,
				  .arphrd = info->arphrd,
				  .up = info->up };
	memcpy(e->name, info->name, sizeof(e->name));
	replace(t, next);
	return 0;
}

void link_tables_remove(struct link_tables *t, uint32_t ifindex)
{
	const struct link_table *old = t->current;
	const uint32_t at = place_of(old, ifindex);
	struct link_table *next;

	if (!old || at >= old->nr || old->entries[at].ifindex != ifindex)
		return;
	next = table_alloc(old->nr - 1);
	if (!next)
		return; /* a stale name does no harm */
	memcpy(next->entries, old->entries, at * sizeof(old->entries[0]));
	memcpy(next->entries + at, old->entries + at + 1,
	       (next->nr - at) * sizeof(old->entries[0]));
	replace(t, next);
}

void link_tables_free(struct link_tables *t)
{
	free(t->current);
	t->current = NULL;
}

const struct link_entry *link_tables_find(const struct link_tables *t, uint32_t ifindex)
{
	const struct link_table *table = rcu_dereference(t->current);
	const uint32_t at = place_of(table, ifindex);

	if (!table || at >= table->nr || table->entries[at].ifindex != ifindex)
		return NULL;
	return &table->entries[at];
}
