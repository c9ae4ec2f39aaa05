/* capture/engine_rings.c -- how many rings, on which CPUs, and in which groups. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/engine_internal.h"
#include "capture/ring_batch.h"
#include "core/log.h"

enum {
	RING_SMALL = 64 << 20,     /* each: enough where no disk can stall */
	RING_LARGE = 1536 << 20,   /* each, at most, unless asked for */
	LIMITED_PACKET = 16 << 10, /* for each packet of -c: few are larger */
	MEMORY_SHARE = 16,         /* one part of so many of the machine's memory, for all rings */
	/* And at most one part of so many of what is free. */
	AVAILABLE_SHARE = 4,
	AVAILABLE_SHARE_ASKED = 2,
	SPOOL_MIN = 256 << 10,      /* each */
	SPOOL_LINES = 8 << 20,      /* each, at most, where somebody reads lines */
	SPOOL_ALL = 16 << 20,       /* of all rings together, beside these */
	SPOOL_ALL_LARGE = 64 << 20, /* the same where they are taken out of the rings */
	SPOOL_SHARE = 8,            /* one part of so many of the ring */
};

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

struct memory {
	uint64_t total, available; /* bytes; 0 and UINT64_MAX: the machine does not say */
};

static struct memory memory_read(void)
{
	struct memory m = { .available = UINT64_MAX };
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long long kib;
	char line[128];

	if (!f)
		return m;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "MemTotal: %llu kB", &kib) == 1)
			m.total = kib << 10;
		else if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1)
			m.available = kib << 10;
	fclose(f);
	return m;
}

/*
 * Bytes to ask for each ring. A ring is how long a disk may stall: its size over the rate of the
 * packets. Where a disk takes them, so, the rings have a share of the machine's memory; elsewhere
 * whoever takes the packets is awake, and a small ring stays nearer to the CPU's caches. Whatever
 * is wanted, the machine keeps most of the memory that it has left.
 */
static uint64_t plan_ring_bytes(struct engine *e)
{
	const struct memory m = memory_read();
	const bool asked = e->cfg.ring_bytes, file = e->cfg.output && e->output.pipe_fd < 0;
	/* Of few packets (-c) a ring need not hold more than there will be. */
	const uint64_t few = e->cfg.limit && e->cfg.limit < RING_LARGE / LIMITED_PACKET
				     ? e->cfg.limit * LIMITED_PACKET
				     : RING_LARGE;
	const uint64_t share = MIN_OF(m.total / MEMORY_SHARE / e->nr_workers, few);
	const uint64_t limit = m.available / (asked ? AVAILABLE_SHARE_ASKED : AVAILABLE_SHARE);

	if (!asked)
		e->cfg.ring_bytes =
			file ? MIN_OF(MAX_OF(share, (uint64_t)RING_SMALL), (uint64_t)RING_LARGE)
			     : RING_SMALL;
	return MIN_OF(MIN_OF(e->cfg.ring_bytes, limit / e->nr_workers),
		      (uint64_t)RING_BLOCKS_MAX * e->cfg.block_size);
}

/*
 * The spools share what a capture may have beyond its rings. A disk that stalls stalls summaries
 * too: where nobody has said how large a ring is to be, theirs grow with it, and then the ring
 * gives up exactly their bytes. `bytes` is one ring's; what is left of it is returned.
 */
static uint64_t plan_spool(struct engine *e, uint64_t bytes, bool asked)
{
	uint64_t len = e->cfg.summaries ? SPOOL_ALL : SPOOL_LINES, larger;

	if (!e->cfg.summaries && !e->cfg.lines)
		return bytes;
	while (len > SPOOL_MIN && len * e->nr_workers > SPOOL_ALL)
		len /= 2;
	for (larger = len * 2; e->cfg.summaries && !asked && larger <= bytes / SPOOL_SHARE &&
			       larger * e->nr_workers <= SPOOL_ALL_LARGE;
	     larger *= 2)
		if (larger % e->cfg.block_size == 0) /* a ring has whole blocks */
			len = larger;
	e->spool_len = len;
	if (asked || len * e->nr_workers <= SPOOL_ALL || len > bytes / SPOOL_SHARE)
		return bytes;
	e->cfg.ring_bytes -= len;
	return bytes - len;
}

static struct ring_job ring_job(const struct engine *e, const struct engine_interface *itf,
				struct worker *w, uint64_t bytes)
{
	return (struct ring_job){
		.cfg = {
			.ifindex = itf->link.ifindex,
			.arphrd = itf->link.arphrd,
			.ring_bytes = bytes,
			.block_size = e->cfg.block_size,
			.latency_ms = e->cfg.latency_ms,
			.snaplen = e->cfg.snaplen,
			.promiscuous = !e->cfg.no_promiscuous && !itf->any &&
				       w->index == itf->first_ring,
			.no_outgoing = e->cfg.no_outgoing,
			.hardware_time = e->cfg.hardware_time,
			.want_hash = e->cfg.fanout == FANOUT_HASH && itf->nr_rings > 1,
		},
		.name = itf->name,
		.ring = &w->ring,
	};
}

static int open_all_rings(struct engine *e, struct errmsg *err)
{
	const bool asked = e->cfg.ring_bytes;
	const uint64_t bytes = plan_spool(e, plan_ring_bytes(e), asked);
	struct ring_job jobs[RINGS_MAX];
	uint32_t i, r;

	for (i = 0; i < e->cfg.nr_interfaces; i++) {
		const struct engine_interface *itf = &e->interfaces[i];

		for (r = itf->first_ring; r < itf->first_ring + itf->nr_rings; r++) {
			e->workers[r].index = r;
			jobs[r] = ring_job(e, itf, &e->workers[r], bytes);
		}
	}
	return ring_batch_open(jobs, e->nr_workers, err);
}

void engine_close_rings(struct engine *e)
{
	struct ring_job jobs[RINGS_MAX];
	uint32_t i;

	for (i = 0; i < e->nr_workers; i++)
		jobs[i] = (struct ring_job){ .ring = &e->workers[i].ring };
	ring_batch_close(jobs, e->nr_workers);
}

/* CPUs for the rings of one interface, which join a group when there are several. */
static int group_rings_of(struct engine *e, const struct engine_interface *itf, const int *cpus,
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
	for (r = 0; r < itf->nr_rings; r++) {
		struct worker *w = &e->workers[itf->first_ring + r];

		w->cpu = pinned ? cpus[r % nr_cpus] : -1;
		members[r] = pinned && itf->nr_rings <= nr_cpus ? w->cpu : (int)r;
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
	ret = open_all_rings(e, err);
	for (i = 0; i < e->cfg.nr_interfaces && ret == 0; i++)
		ret = group_rings_of(e, &e->interfaces[i], cpus, nr_cpus, err);
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
