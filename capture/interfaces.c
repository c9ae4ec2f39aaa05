/* capture/interfaces.c -- the interfaces of a capture: looked up at start, followed while it runs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/engine_internal.h"
#include "core/clock.h"
#include "core/log.h"

/* The kernel's addresses of a link are in the full list only. */
static void fill_addresses(struct link_info *link)
{
	struct link_info *all;
	size_t i, nr;

	if (link_list(&all, &nr, NULL) < 0)
		return;
	for (i = 0; i < nr; i++)
		if (all[i].ifindex == link->ifindex)
			*link = all[i];
	free(all);
}

static int open_one(struct engine *e, struct ethtool *tool, const char *name,
		    struct engine_interface *itf, struct errmsg *err)
{
	int ret, known;

	*itf = (struct engine_interface){ .any = !strcmp(name, "any") };
	snprintf(itf->name, sizeof(itf->name), "%s", name);
	if (itf->any)
		return e->cfg.hardware_time ? hwtstamp_enable(itf, err) : 0;
	ret = link_by_name(name, &itf->link, err);
	if (ret < 0)
		return ret;
	snprintf(itf->name, sizeof(itf->name), "%s", itf->link.name);
	fill_addresses(&itf->link);
	/* What driver and NIC do not tell stays zero: unknown. */
	known = tool ? ethtool_read(tool, &itf->link, &itf->facts) : -ENOSYS;
	if (known == 0)
		known = link_read_stats(itf->link.ifindex, &itf->stats_at_start);
	if (known < 0)
		log_verbose("%s: not all is known of it: %s", itf->name, strerror(-known));
	itf->down = !itf->link.up;
	if (itf->down)
		log_note("%s: is down; packets will come when it is up (ip link set %s up)",
			 itf->name, itf->name);
	return e->cfg.hardware_time ? hwtstamp_enable(itf, err) : 0;
}

int interfaces_open(struct engine *e, struct errmsg *err)
{
	struct ethtool *tool = NULL;
	uint32_t i;
	int ret = 0;

	e->interfaces = calloc(e->cfg.nr_interfaces, sizeof(*e->interfaces));
	if (!e->interfaces)
		return errmsg_set(err, -ENOMEM, "out of memory");
	if (ethtool_open(&tool, NULL) < 0)
		tool = NULL;
	for (i = 0; i < e->cfg.nr_interfaces && ret == 0; i++)
		ret = open_one(e, tool, e->cfg.interfaces[i], &e->interfaces[i], err);
	ethtool_close(tool);
	return ret;
}

/* The NUMA node that a file in /sys names, -1: none, or one for all. */
static int read_node(const char *path)
{
	FILE *f = fopen(path, "re");
	int node = -1;

	if (!f)
		return -1;
	if (fscanf(f, "%d", &node) != 1)
		node = -1;
	fclose(f);
	return node;
}

static void warn_of_numa(const struct engine *e, const struct engine_interface *itf)
{
	char path[128];
	uint32_t r;
	int node;

	snprintf(path, sizeof(path), "/sys/class/net/%s/device/numa_node", itf->name);
	node = itf->any ? -1 : read_node(path);
	for (r = 0; node >= 0 && r < itf->nr_rings; r++) {
		const int cpu = e->workers[itf->first_ring + r].cpu;

		snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/cpu%d", node, cpu);
		if (cpu < 0 || access(path, F_OK) == 0)
			continue;
		log_note("%s: is on NUMA node %d, CPU %d is not: packets cross between nodes "
			 "(--cpus)",
			 itf->name, node, cpu);
		return;
	}
}

static void say_rings(const struct engine *e, const struct engine_interface *itf)
{
	const struct ring *r = &e->workers[itf->first_ring].ring;
	const unsigned long long kib = (uint64_t)r->nr_blocks * r->block_size >> 10;
	const unsigned long long wanted = e->cfg.ring_bytes / r->block_size * r->block_size >> 10;
	const unsigned long long spools = e->spool_len * itf->nr_rings >> 10;
	const bool mib = kib >= 10240, spools_mib = spools >= 10240;
	char also[64] = "";

	if (e->cfg.summaries)
		snprintf(also, sizeof(also), ", %llu %s for summaries",
			 spools_mib ? spools >> 10 : spools, spools_mib ? "MiB" : "KiB");
	log_note("%s: %u ring%s of %llu %s%s", itf->name, itf->nr_rings,
		 itf->nr_rings > 1 ? "s" : "", mib ? kib >> 10 : kib, mib ? "MiB" : "KiB", also);
	if (kib < wanted)
		log_note("%s: instead of %llu MiB: %s", itf->name, wanted >> 10,
			 r->nr_blocks == RING_BLOCKS_MAX
				 ? "a ring has no more blocks than 65535 (--block-size)"
				 : "memory is short");
}

/* What falsifies a capture, or will lose packets, is said before it starts. */
void interfaces_warn(const struct engine *e)
{
	uint32_t i;

	for (i = 0; i < e->cfg.nr_interfaces; i++) {
		const struct engine_interface *itf = &e->interfaces[i];
		const struct worker *w = &e->workers[itf->first_ring];
		const uint64_t ring =
			(uint64_t)w->ring.nr_blocks * w->ring.block_size * itf->nr_rings;

		say_rings(e, itf);
		if (w->ring.link_note && !itf->any)
			log_note("%s: %s", itf->name, w->ring.link_note);
		if (itf->facts.offloads_known && itf->facts.offloads & ETHTOOL_MERGING &&
		    !itf->link.loopback)
			log_note("%s: receive offload is on: merged packets are not what was on "
				 "the wire "
				 "(ethtool -K %s gro off lro off)",
				 itf->name, itf->name);
		warn_of_numa(e, itf);
		/* One second of the link's rate, in bytes, is Mbit/s x 125000. */
		if (e->cfg.output && itf->facts.speed_mbit &&
		    ring < itf->facts.speed_mbit * 125000 / 8)
			log_verbose("%s: the rings hold less than 1/8 s at %llu Mbit/s; -B makes "
				    "them larger",
				    itf->name, (unsigned long long)itf->facts.speed_mbit);
	}
}

static void ring_is_gone(struct engine *e, const struct engine_interface *itf)
{
	uint32_t r;

	for (r = 0; r < itf->nr_rings; r++) {
		/* Release: pairs with the worker's acquire; it drains its ring and ends. */
		atomic_store_explicit(&e->workers[itf->first_ring + r].gone, 1,
				      memory_order_release);
		worker_kick(&e->workers[itf->first_ring + r]);
	}
}

static bool others_remain(const struct engine *e)
{
	uint32_t i;

	for (i = 0; i < e->cfg.nr_interfaces; i++)
		if (!e->interfaces[i].gone)
			return true;
	return false;
}

static void follow(struct engine *e, struct engine_interface *itf, enum link_event event,
		   const struct link_info *info)
{
	if (event == LINK_GONE) {
		itf->gone = true;
		log_error("%s: the interface is gone; %s", itf->name,
			  others_remain(e) ? "its capture ends, others go on" : "the capture ends");
		ring_is_gone(e, itf);
		return;
	}
	if (strcmp(itf->name, info->name)) {
		log_note("%s: is called %s now; the capture goes on", itf->name, info->name);
		snprintf(itf->name, sizeof(itf->name), "%s", info->name);
	}
	if (itf->down == !info->up)
		return;
	itf->down = !info->up;
	log_note("%s: is %s%s", itf->name, info->up ? "up again" : "down",
		 info->up ? "" : "; waiting for it");
}

void interfaces_event(void *ctx, enum link_event event, const struct link_info *info)
{
	struct engine *e = ctx;
	uint32_t i;

	if (event == LINK_GONE)
		link_tables_remove(&e->links, info->ifindex);
	else if (link_tables_set(&e->links, info) < 0)
		log_error("%s: no memory to note its name", info->name);
	for (i = 0; i < e->cfg.nr_interfaces; i++)
		if (!e->interfaces[i].any && !e->interfaces[i].gone &&
		    e->interfaces[i].link.ifindex == info->ifindex)
			follow(e, &e->interfaces[i], event, info);
}

/* Packets that the NICs lost before the kernel saw them, where they count them. */
void interfaces_read_nic(struct engine *e)
{
	uint64_t missed = 0;
	struct link_stats st;
	uint32_t i;

	for (i = 0; i < e->cfg.nr_interfaces; i++) {
		const struct engine_interface *itf = &e->interfaces[i];

		if (itf->any || itf->gone || link_read_stats(itf->link.ifindex, &st) < 0)
			continue;
		missed += st.rx_missed - itf->stats_at_start.rx_missed + st.rx_fifo -
			  itf->stats_at_start.rx_fifo;
	}
	if (missed > counter_get(&e->seg.header->control.nic_missed))
		counter_set(&e->seg.header->control.nic_missed, missed);
}

void interfaces_restore(struct engine *e)
{
	uint32_t i;

	for (i = 0; e->interfaces && i < e->cfg.nr_interfaces; i++)
		hwtstamp_restore(&e->interfaces[i]);
}
