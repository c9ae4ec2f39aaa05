/* capture/engine_rings.c -- how many rings, on which CPUs, and in which groups. */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "capture/engine_internal.h"
#include "core/log.h"

static uint32_t allowed_cpus(int *ret, uint32_t max)
{
	cpu_set_t set;
	uint32_t n = 0;
	int i;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 0;
	for (i = 0; i < CPU_SETSIZE && n < max; i++)
		if (CPU_ISSET((unsigned)i, &set))
			ret[n++] = i;
	return n;
}

static int check_cpus(const struct engine_config *cfg, const int *allowed, uint32_t nr_allowed,
		      struct errmsg *err)
{
	uint32_t i, k;

	for (i = 0; i < cfg->nr_cpus; i++) {
		for (k = 0; k < nr_allowed && allowed[k] != cfg->cpus[i]; k++)
			;
		if (k == nr_allowed)
			return errmsg_set(err, -EINVAL,
					  "--cpus: CPU %d does not exist or is not allowed here "
					  "(taskset -p $$)",
					  cfg->cpus[i]);
	}
	return 0;
}

/* --rings, or one per CPU of --cpus, or one per receive queue as far as there are CPUs. */
static uint32_t rings_of(const struct engine_config *cfg, const struct engine_interface *itf,
			 uint32_t nr_allowed)
{
	uint32_t n = cfg->rings ? cfg->rings : cfg->nr_cpus;

	if (!n)
		n = MIN_OF(MAX_OF(itf->facts.rx_queues, 1u), nr_allowed);
	return MIN_OF(MAX_OF(n, 1u), (uint32_t)RINGS_MAX);
}

static int open_ring(struct engine *e, struct engine_interface *itf, struct worker *w,
		     struct errmsg *err)
{
	const struct ring_config cfg = {
		.ifindex = itf->link.ifindex,
		.arphrd = itf->link.arphrd,
		.ring_bytes = e->cfg.ring_bytes,
		.block_size = e->cfg.block_size,
		.latency_ms = e->cfg.latency_ms,
		.snaplen = e->cfg.snaplen,
		.promiscuous = !e->cfg.no_promiscuous && !itf->any && w->index == itf->first_ring,
		.hardware_time = e->cfg.hardware_time,
		.want_hash = e->cfg.fanout == FANOUT_HASH && itf->nr_rings > 1,
	};

	return ring_open(&cfg, itf->name, &w->ring, err);
}

/* The rings of one interface, joined to a group when there are several. All still closed. */
static int open_rings_of(struct engine *e, struct engine_interface *itf, const int *cpus,
			 uint32_t nr_cpus, struct errmsg *err)
{
	const bool pinned = e->cfg.nr_cpus || itf->nr_rings >= nr_cpus;
	struct fanout_config fanout = { .mode = e->cfg.fanout,
					.members = itf->nr_rings,
					.ebpf_path = e->cfg.fanout_ebpf };
	int members[RINGS_MAX];
	uint32_t r;
	int ret = 0;

	fanout.cpus = members;
	for (r = 0; r < itf->nr_rings && ret == 0; r++) {
		struct worker *w = &e->workers[itf->first_ring + r];

		w->index = itf->first_ring + r;
		w->cpu = pinned ? cpus[r % nr_cpus] : -1;
		members[r] = pinned && itf->nr_rings <= nr_cpus ? w->cpu : (int)r;
		ret = open_ring(e, itf, w, err);
	}
	for (r = 0; r < itf->nr_rings && ret == 0 && itf->nr_rings > 1; r++)
		ret = ring_join_fanout(&e->workers[itf->first_ring + r].ring, &fanout,
				       r + 1 == itf->nr_rings, err);
	return ret;
}

int engine_open_rings(struct engine *e, struct errmsg *err)
{
	int cpus[RINGS_MAX];
	uint32_t nr_cpus = allowed_cpus(cpus, RINGS_MAX), i;
	int ret = check_cpus(&e->cfg, cpus, nr_cpus, err);

	if (ret < 0)
		return ret;
	if (!nr_cpus) /* the kernel does not say: one CPU there is */
		cpus[nr_cpus++] = 0;
	if (e->cfg.nr_cpus) {
		nr_cpus = e->cfg.nr_cpus;
		memcpy(cpus, e->cfg.cpus, nr_cpus * sizeof(cpus[0]));
	}
	for (i = 0; i < e->cfg.nr_interfaces; i++) {
		e->interfaces[i].first_ring = e->nr_workers;
		e->interfaces[i].nr_rings = rings_of(&e->cfg, &e->interfaces[i], nr_cpus);
		e->nr_workers += e->interfaces[i].nr_rings;
	}
	if (e->nr_workers > RINGS_MAX)
		return errmsg_set(err, -E2BIG, "%u rings are too many (%u at most); see --rings",
				  e->nr_workers, RINGS_MAX);
	e->workers = calloc(e->nr_workers, sizeof(*e->workers));
	if (!e->workers)
		return errmsg_set(err, -ENOMEM, "out of memory");
	for (i = 0; i < e->nr_workers; i++)
		e->workers[i].ring.fd = e->workers[i].stop_fd = e->workers[i].epoll_fd = -1;
	for (i = 0; i < e->cfg.nr_interfaces && ret == 0; i++)
		ret = open_rings_of(e, &e->interfaces[i], cpus, nr_cpus, err);
	return ret;
}

/* libpcap reads no file whose interfaces differ in link type; classic pcap has only one. */
int engine_check_linktypes(const struct engine *e, struct errmsg *err)
{
	uint32_t i;

	for (i = 1; i < e->nr_workers && e->cfg.output; i++) {
		if (e->workers[i].ring.traits.linktype == e->workers[0].ring.traits.linktype)
			continue;
		if (e->cfg.pcap)
			return errmsg_set(err, -EINVAL,
					  "the interfaces have different link types: classic pcap "
					  "cannot hold "
					  "both; write pcapng");
		log_note("the interfaces have different link types: Wireshark reads such a file, "
			 "tcpdump "
			 "does not");
		return 0;
	}
	return 0;
}
