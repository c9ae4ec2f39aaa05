/* bench/replay_report.c -- what was measured of sending: the figures and the tables. */
#include "bench/replay.h"

/* Beyond this the CPU has done more than what its programs are told of. */
#define OTHERS 1.25

static double rate(const struct replay_trial *t)
{
	return (double)(t->to.packets - t->from.packets) / ((double)(t->to.ns - t->from.ns) / 1e9);
}

/* ns for each packet: of its own processes, or of the CPU as a whole. */
static double cpu(const struct replay_trial *t, bool busy)
{
	const double s = busy ? t->to.busy_s - t->from.busy_s : t->to.cpu_s - t->from.cpu_s;

	return s * 1e9 / (double)(t->to.packets - t->from.packets);
}

struct spread replay_rate_of(const struct replay_bench *b, size_t size, size_t who)
{
	double values[WORKPLACE_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < b->place.rounds; i++)
		if (b->trials[size][who][i].valid)
			values[n++] = rate(&b->trials[size][who][i]);
	return spread_of(values, n);
}

struct spread replay_cpu_of(const struct replay_bench *b, size_t size, size_t who, bool busy)
{
	double values[WORKPLACE_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < b->place.rounds; i++)
		if (b->trials[size][who][i].valid)
			values[n++] = cpu(&b->trials[size][who][i], busy);
	return spread_of(values, n);
}

/* The peer with the highest median rate, or with the lowest of CPU time; NR_REPLAY_WHO: none. */
static size_t best_peer(const struct replay_bench *b, size_t size, bool by_cpu)
{
	size_t best = NR_REPLAY_WHO;
	double least = 0;

	for (size_t who = 0; who < NR_REPLAY_WHO; who++) {
		const struct spread s =
			by_cpu ? replay_cpu_of(b, size, who, false) : replay_rate_of(b, size, who);
		const double cost = by_cpu ? s.median : -s.median;

		if (!replay_contenders[who].program || !s.n)
			continue;
		if (best == NR_REPLAY_WHO || cost < least) {
			best = who;
			least = cost;
		}
	}
	return best;
}

static struct spread ratio_of(const struct replay_bench *b, size_t size, size_t who, bool by_cpu)
{
	const size_t peer = best_peer(b, size, by_cpu);
	double values[WORKPLACE_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; peer < NR_REPLAY_WHO && i < b->place.rounds; i++) {
		const struct replay_trial *const ours = &b->trials[size][who][i];
		const struct replay_trial *const theirs = &b->trials[size][peer][i];

		if (ours->valid && theirs->valid)
			values[n++] = by_cpu ? cpu(theirs, false) / cpu(ours, false)
					     : rate(ours) / rate(theirs);
	}
	return spread_of(values, n);
}

struct spread replay_rate_ratio(const struct replay_bench *b, size_t size, size_t who)
{
	return ratio_of(b, size, who, false);
}

struct spread replay_cpu_ratio(const struct replay_bench *b, size_t size, size_t who)
{
	return ratio_of(b, size, who, true);
}

double replay_timing_median(const struct replay_timing *t)
{
	return t->median_us;
}

double replay_timing_p99(const struct replay_timing *t)
{
	return t->p99_us;
}

static double timing_cpu(const struct replay_timing *t)
{
	return t->cpu_share * 100;
}

static double timing_span(const struct replay_timing *t)
{
	return t->span_ratio;
}

struct spread replay_timing_of(const struct replay_bench *b, size_t who,
			       double (*figure)(const struct replay_timing *t))
{
	double values[WORKPLACE_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < b->place.rounds; i++)
		if (b->timings[who][i].valid)
			values[n++] = figure(&b->timings[who][i]);
	return spread_of(values, n);
}

/* What did not arrive, and what does not agree: as loud as the figures. */
static void print_notes(const struct replay_bench *b, size_t size, size_t who, FILE *out)
{
	for (size_t i = 0; i < b->place.rounds; i++) {
		const struct replay_trial *const t = &b->trials[size][who][i];

		if (t->valid && t->arrived != t->expected)
			fprintf(out,
				"    round %zu: %llu of %llu ARRIVED, %llu dropped by the link\n",
				i + 1, (unsigned long long)t->arrived,
				(unsigned long long)t->expected, (unsigned long long)t->dropped);
		if (t->valid && cpu(t, true) > cpu(t, false) * OTHERS)
			fprintf(out,
				"    round %zu: OTHERS had the CPU for %.0f %% of the time: its "
				"rate "
				"is too low\n",
				i + 1, (1 - cpu(t, false) / cpu(t, true)) * 100);
		if (t->note[0])
			fprintf(out, "    round %zu%s: %s\n", i + 1, t->valid ? "" : " NOT COUNTED",
				t->note);
	}
}

static void print_size(const struct replay_bench *b, size_t size, FILE *out)
{
	const size_t fast = best_peer(b, size, false), thrifty = best_peer(b, size, true);

	fprintf(out, "\n%u bytes; best peers: %s (rate), %s (CPU)\n  %-13s%-22s%-20s%-16s%-20s%s\n",
		b->sizes[size], fast < NR_REPLAY_WHO ? replay_contenders[fast].name : "none",
		thrifty < NR_REPLAY_WHO ? replay_contenders[thrifty].name : "none", "program",
		"1000 packets/s", "own CPU ns/packet", "CPU busy ns", "rate / best peer's",
		"target");
	for (size_t who = 0; who < NR_REPLAY_WHO; who++) {
		const struct replay_contender *const c = &replay_contenders[who];
		const struct spread ratio = replay_rate_ratio(b, size, who);

		fprintf(out, "  %-13s", c->name);
		if (b->missing[who][0]) {
			fprintf(out, "NOT MEASURED: %s\n", b->missing[who]);
			continue;
		}
		spread_print(out, replay_rate_of(b, size, who), 1e-3, 22);
		spread_print(out, replay_cpu_of(b, size, who, false), 1, 20);
		spread_print(out, replay_cpu_of(b, size, who, true), 1, 16);
		if (!c->program) {
			spread_print(out, ratio, 1, 20);
			fprintf(out, ">= %-4g %s", c->target,
				verdict(ratio.n, ratio.median >= c->target));
		}
		fputc('\n', out);
		print_notes(b, size, who, out);
	}
	for (size_t who = 0; who < NR_REPLAY_WHO; who++) {
		const struct spread ratio = replay_cpu_ratio(b, size, who);

		if (replay_contenders[who].program || b->missing[who][0])
			continue;
		fprintf(out, "  %s: CPU per packet, the thriftiest peer's / ours: ",
			replay_contenders[who].name);
		spread_print(out, ratio, 1, 20);
		fprintf(out, ">= 1 %s\n", verdict(ratio.n, ratio.median >= 1));
	}
}

static void print_timing(const struct replay_bench *b, FILE *out)
{
	fprintf(out,
		"\nrecorded gaps: %llu frames of %d bytes, %d a second at random distances; the "
		"kernel's\ntime stamps where they arrive; lasted: from first to last, divided by "
		"the recorded time\n"
		"  %-13s%-22s%-22s%-22s%-18s%s\n",
		(unsigned long long)b->timed_packets, REPLAY_TIMED_BYTES, REPLAY_TIMED_PPS,
		"program", "median error us", "p99 us", "lasted", "CPU %", "target of the median");
	for (size_t k = 0; k < NR_REPLAY_TIMED; k++) {
		const enum replay_who who = replay_timed[k];
		const struct spread median = replay_timing_of(b, k, replay_timing_median);

		fprintf(out, "  %-13s", replay_contenders[who].name);
		if (b->missing[who][0]) {
			fprintf(out, "NOT MEASURED: %s\n", b->missing[who]);
			continue;
		}
		spread_print(out, median, 1, 22);
		spread_print(out, replay_timing_of(b, k, replay_timing_p99), 1, 22);
		spread_print(out, replay_timing_of(b, k, timing_span), 1, 22);
		spread_print(out, replay_timing_of(b, k, timing_cpu), 1, 18);
		if (who == REPLAY_RING)
			fprintf(out, "<= %d us %s", REPLAY_TARGET_US,
				verdict(median.n, median.median <= REPLAY_TARGET_US));
		fputc('\n', out);
		for (size_t i = 0; i < b->place.rounds; i++) {
			const struct replay_timing *const t = &b->timings[k][i];

			if (t->valid && t->arrived != b->timed_packets)
				fprintf(out,
					"    round %zu: %llu of %llu SEEN, %llu lost by the "
					"socket that looks\n",
					i + 1, (unsigned long long)t->arrived,
					(unsigned long long)b->timed_packets,
					(unsigned long long)t->lost);
			if (t->note[0])
				fprintf(out, "    round %zu NOT COUNTED: %s\n", i + 1, t->note);
		}
	}
}

void replay_print_report(const struct replay_bench *b, FILE *out)
{
	fprintf(out,
		"ringtap-bench %s replay  %s\n%s, %s, %d CPUs; a veth pair in a namespace of its "
		"own, GRO on at the\nreceiving end (live frames need it), for all; all on CPU %d, "
		"the counting on another one\n%llu packets a run, %llu rounds interleaved; a file "
		"of %llu packets that goes round, for netsniff-ng one\nof up to %d MiB that goes "
		"once, for trafgen one packet; counted where they arrive; rates and CPU time\nfrom "
		"a tenth to nine tenths of the arrivals\n",
		RINGTAP_VERSION, b->place.host.when, b->place.host.kernel, b->place.host.cpu,
		b->place.host.cpus, b->place.cpu, (unsigned long long)b->packets,
		(unsigned long long)b->place.rounds, (unsigned long long)b->file_packets,
		REPLAY_LARGE_BYTES >> 20);
	for (size_t who = REPLAY_XDP; who < NR_REPLAY_WHO; who++)
		if (b->version[who][0])
			fprintf(out, "%s\n", b->version[who]);
	for (size_t size = 0; b->speed && size < b->nr_sizes; size++)
		print_size(b, size, out);
	if (b->timing)
		print_timing(b, out);
	fflush(out);
}
