/*
 * capture/link_table.h -- interface names and states for running workers, under RCU (QSBR flavour).
 *
 * The control thread replaces the whole table when a link changes; a worker reads it between two
 * quiescent states (it reports one per block) and never waits.
 */
#ifndef CAPTURE_LINK_TABLE_H
#define CAPTURE_LINK_TABLE_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "capture/link.h"

struct link_entry {
	uint32_t ifindex;
	uint16_t arphrd;
	bool up;
	char name[IFNAMSIZ];
};

/* Immutable once published. */
struct link_table {
	uint32_t nr;
	struct link_entry entries[]; /* by ifindex */
};

struct link_tables {
	struct link_table
		*current; /* rcu_dereference() by workers, replaced by the control thread */
};

/* Control thread. Replaces or adds (-ENOMEM leaves the old table). Waits for one grace period. */
int link_tables_set(struct link_tables *t, const struct link_info *info);
void link_tables_remove(struct link_tables *t, uint32_t ifindex);
void link_tables_free(struct link_tables *t);

/* Worker, inside a read section: valid until its next quiescent state; NULL: no such link. */
const struct link_entry *link_tables_find(const struct link_tables *t, uint32_t ifindex);

#endif
