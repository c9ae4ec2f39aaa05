/* bench/bridge_run.c -- two veth pairs and a program between them: how much passes, how late. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/bridge.h"
#include "bench/gen.h"
#include "bench/link_count.h"
#include "bench/netns.h"
#include "bench/run_count.h"
#include "bench/stamp_tap.h"
#include "bench/trial.h"
#include "core/clock.h"

/* Packets come in at IN as if its peer had sent them; what OUT sends arrives at FAR. */
#define IN  "rtbench1"
#define OUT "rtbench2"
#define FAR "rtbench3"

enum {
	READY_MS = 10000,
	STEP_MS = 10,
	SETTLE_MS = 3000,
	STOP_MS = 5000,
	WARM_PACKETS = 1000,
	WARM_PPS = 10000,
	SEARCH_STEPS = 8,
	SEARCH_RANGE = 1024, /* from full speed down to this part of it */
	LATENCY_PACKETS_MAX = 50000,
};

/*
 * netsniff-ng's own choice of a ring the kernel refuses for veth. Unasked it tells the kernel of
 * new frames every 10 us, by a signal, which takes most of its time; every 100 us it passes on
 * several times as many, later.
 */
const struct bridge_contender bridge_contenders[NR_BRIDGE_WHO] = {
	[BRIDGE_OURS] = { "ringtap", NULL, { "bridge", IN, OUT, "--one-way", "--json" } },
	[BRIDGE_NETSNIFF] = { "netsniff-ng",
			      "netsniff-ng",
			      { "--in", IN, "--out", OUT, "--silent", "--no-sock-mem",
				"--ring-size", "16MiB" } },
	[BRIDGE_NETSNIFF_SLOW] = { "netsniff-ng-k100",
				   "netsniff-ng",
				   { "--in", IN, "--out", OUT, "--silent", "--no-sock-mem",
				     "--ring-size", "16MiB", "--kernel-pull", "100" } },
};

/* What one rate came to. */
struct passage {
	double offered_pps, passed_pps, loss;
};

static char *arg(const char *text)
{
	return (char *)(uintptr_t)text; /* nobody writes to it */
}

int bridge_prepare(struct bridge_bench *b, struct errmsg *err)
{
	int code = netns_enter(err);

	if (!code)
		code = netns_add_veth("rtbench0", IN, err);
	if (!code)
		code = netns_add_veth(OUT, FAR, err);
	for (size_t who = 0; !code && who < NR_BRIDGE_WHO; who++) {
		const struct bridge_contender *const c = &bridge_contenders[who];
		char *argv[] = { arg(c->program ? c->program : b->place.ringtap), arg("--version"),
				 NULL };

		run_query(argv, -1, b->version[who], sizeof(b->version[who]));
		if (b->version[who][0])
			continue;
		snprintf(b->missing[who], sizeof(b->missing[who]), "it cannot be run%s",
			 c->program ? "; apt install netsniff-ng" : "");
		fprintf(stderr, "ringtap-bench: %s: left out: %s\n", c->name, b->missing[who]);
	}
	return code;
}

/* Sends at IN, so many a second (0: at full speed) for about this long. */
static int offer(uint32_t bytes, uint64_t pps, uint64_t packets, uint64_t ns, struct gen_count *ret,
		 struct errmsg *err)
{
	const struct gen_config cfg = { .ifname = IN, .frame_bytes = bytes, .rate_pps = pps };
	struct gen *gen;
	int code = gen_open(&cfg, &gen, err);

	if (code)
		return code;
	trial_watch(gen);
	code = gen_run(gen, packets, ns, ret, err);
	trial_watch(NULL);
	gen_close(gen);
	return code;
}

static int try_rate(const struct bridge_bench *b, size_t size, double pps, struct passage *ret,
		    struct errmsg *err)
{
	struct link_count before, after;
	struct gen_count sent = { 0 };
	int code = link_count_settled(FAR, SETTLE_MS, &before);

	if (!code)
		code = offer(b->sizes[size], (uint64_t)pps, 0, b->step_ns, &sent, err);
	else
		return errmsg_set(err, code, "%s: cannot be counted", FAR);
	if (!code && link_count_settled(FAR, SETTLE_MS, &after))
		code = errmsg_set(err, -EIO, "%s: cannot be counted", FAR);
	if (code || bench_interrupted || !sent.packets)
		return code ? code : errmsg_set(err, -EINTR, "interrupted");
	after.rx_packets -= before.rx_packets;
	ret->offered_pps = (double)sent.packets / ((double)sent.ns / 1e9);
	ret->passed_pps = (double)after.rx_packets / ((double)sent.ns / 1e9);
	ret->loss = 1 - (double)after.rx_packets / (double)sent.packets;
	return 0;
}

/* A loss may be somebody else's doing: what fails is given a second chance. */
static int passes(const struct bridge_bench *b, size_t size, double pps, struct passage *ret,
		  bool *ret_passes, struct errmsg *err)
{
	int code = try_rate(b, size, pps, ret, err);

	if (!code && ret->loss > BRIDGE_LOSS)
		code = try_rate(b, size, pps, ret, err);
	*ret_passes = !code && ret->loss <= BRIDGE_LOSS;
	return code;
}

/* The rate is halved, in its logarithm, between one that passes and one that does not. */
static int search(const struct bridge_bench *b, size_t size, struct bridge_trial *t,
		  struct errmsg *err)
{
	struct passage p;
	double low, high;
	bool ok;
	int code = passes(b, size, 0, &p, &ok, err);

	if (code)
		return code;
	t->full_pps = p.offered_pps;
	t->full_passed = p.passed_pps;
	t->best_pps = ok ? p.offered_pps : 0;
	t->bounded = ok;
	high = p.offered_pps;
	low = high / SEARCH_RANGE;
	for (int i = 0; !ok && i < SEARCH_STEPS; i++) {
		const double middle = sqrt(low * high);
		bool fits;

		code = passes(b, size, middle, &p, &fits, err);
		if (code)
			return code;
		if (fits) {
			t->best_pps = p.offered_pps;
			low = middle;
		} else {
			high = middle;
		}
	}
	t->valid = t->best_pps > 0;
	if (!t->valid)
		snprintf(t->note, sizeof(t->note), "it loses at every rate that was tried");
	return 0;
}

/* Until the first packets come out at the other end. */
static bool wait_ready(const struct run *run, struct errmsg *err)
{
	struct link_count before, now;
	struct gen_count sent;

	for (unsigned waited = 0; waited < READY_MS && !bench_interrupted; waited += STEP_MS) {
		sleep_ms(STEP_MS);
		if (run_has_ended(run))
			return false;
		if (netns_count_taps(IN) <= 0 || link_count_read(FAR, &before))
			continue;
		if (offer(GEN_FRAME_MIN, WARM_PPS, WARM_PACKETS, NS_PER_SEC, &sent, err) ||
		    link_count_settled(FAR, SETTLE_MS, &now))
			return false;
		if (now.rx_packets != before.rx_packets)
			return true;
	}
	return false;
}

static bool start(const struct bridge_bench *b, enum bridge_who who, struct run *ret,
		  struct bridge_trial *t)
{
	const struct bridge_contender *const c = &bridge_contenders[who];
	char *argv[BRIDGE_ARGS_MAX + 2], log[PATH_MAX + 64];
	struct run_result r;
	struct errmsg err = { "" };
	size_t n = 0;

	argv[n++] = arg(c->program ? c->program : b->place.ringtap);
	for (size_t i = 0; c->args[i]; i++)
		argv[n++] = arg(c->args[i]);
	argv[n] = NULL;
	workplace_path(&b->place, "log", log);
	if (run_start(argv, b->place.cpu, -1, log, ret, &err)) {
		snprintf(t->note, sizeof(t->note), "%.190s", err.text);
		return false;
	}
	if (wait_ready(ret, &err))
		return true;
	snprintf(t->note, sizeof(t->note), "it passes nothing on%s%.150s", *err.text ? ": " : "",
		 err.text);
	if (!run_stop(ret, STOP_MS, &r, &err))
		run_put_complaint(log, t->note, sizeof(t->note));
	return false;
}

static void stop(struct run *run, struct bridge_trial *t)
{
	const bool gone = run_has_ended(run);
	struct run_result r;
	struct errmsg err;

	if (!run_stop(run, STOP_MS, &r, &err) && !gone && !r.killed)
		return;
	t->valid = false;
	snprintf(t->note, sizeof(t->note), gone ? "it ended before its time" : "it would not end");
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void work_out(const struct stamp_tap *in, const struct stamp_tap *out,
		     struct bridge_latency *ret)
{
	double *const us = calloc(in->nr, sizeof(*us));
	size_t n = 0;

	for (uint64_t seq = 0; us && seq < in->nr; seq++)
		if (in->ns[seq] && out->ns[seq])
			us[n++] = ((double)out->ns[seq] - (double)in->ns[seq]) / 1e3;
	if (n)
		qsort(us, n, sizeof(*us), compare);
	ret->passed = n;
	ret->median_us = percentile_of(us, n, 50);
	ret->p99_us = percentile_of(us, n, 99);
	ret->max_us = n ? us[n - 1] : 0;
	ret->valid = n > 0;
	free(us);
}

/* Numbered packets, each with its time where it comes in and where it arrives. */
static int measure_latency(const struct bridge_bench *b, size_t size, double pps,
			   struct bridge_latency *ret, struct errmsg *err)
{
	const double wanted = pps * (double)b->step_ns / 1e9;
	const uint64_t packets = (uint64_t)fmin(fmax(wanted, 1), LATENCY_PACKETS_MAX);
	struct stamp_tap in, out = { .fd = -1, .ring = MAP_FAILED };
	struct gen_count sent = { 0 };
	struct link_count settled;
	int code = stamp_tap_open(IN, packets, &in, err);

	if (!code)
		code = stamp_tap_open(FAR, packets, &out, err);
	if (!code)
		code = offer(b->sizes[size], (uint64_t)pps, packets, 0, &sent, err);
	if (!code && !bench_interrupted) {
		if (link_count_settled(FAR, SETTLE_MS, &settled))
			code = errmsg_set(err, -EIO, "%s: cannot be counted", FAR);
		stamp_tap_read(&in);
		stamp_tap_read(&out);
		work_out(&in, &out, ret);
		ret->offered = sent.packets;
		ret->pps = (double)sent.packets / ((double)sent.ns / 1e9);
	}
	stamp_tap_close(&in);
	stamp_tap_close(&out);
	return code;
}

/* Half of what the best peer passes without loss in this round; of ours where there is none. */
static double half_rate(const struct bridge_bench *b, size_t size, size_t round)
{
	double best = 0;

	for (size_t who = BRIDGE_NETSNIFF; who < NR_BRIDGE_WHO; who++)
		if (b->trials[size][who][round].valid)
			best = fmax(best, b->trials[size][who][round].best_pps);
	return (best > 0 ? best : b->trials[size][BRIDGE_OURS][round].best_pps) / 2;
}

static int latencies(struct bridge_bench *b, size_t size, enum bridge_who who, double half,
		     struct bridge_trial *t, struct errmsg *err)
{
	const double rates[NR_BRIDGE_RATES] = { BRIDGE_SLOW_PPS, half };
	struct run run;
	int code = 0;

	if (!start(b, who, &run, t)) {
		t->valid = false;
		return 0;
	}
	for (size_t i = 0; !code && i < NR_BRIDGE_RATES && !bench_interrupted; i++)
		code = measure_latency(b, size, rates[i], &t->latency[i], err);
	stop(&run, t);
	return code;
}

int bridge_run_round(struct bridge_bench *b, size_t size, size_t round, struct errmsg *err)
{
	double half;
	struct run run;
	int code = 0;

	for (size_t who = 0; !code && who < NR_BRIDGE_WHO && !bench_interrupted; who++) {
		struct bridge_trial *const t = &b->trials[size][who][round];

		if (b->missing[who][0] || !start(b, (enum bridge_who)who, &run, t))
			continue;
		code = search(b, size, t, err);
		stop(&run, t);
		fprintf(stderr, "round %zu, %u bytes, %s: %.0f packets/s without loss%s%s\n",
			round + 1, b->sizes[size], bridge_contenders[who].name, t->best_pps,
			t->note[0] ? ": " : "", t->note);
	}
	half = half_rate(b, size, round);
	for (size_t who = 0; !code && who < NR_BRIDGE_WHO && !bench_interrupted; who++) {
		struct bridge_trial *const t = &b->trials[size][who][round];

		if (!t->valid)
			continue;
		code = latencies(b, size, (enum bridge_who)who, half, t, err);
		fprintf(stderr, "round %zu, %u bytes, %s: %.1f us at %.0f packets/s\n", round + 1,
			b->sizes[size], bridge_contenders[who].name, t->latency[1].median_us,
			t->latency[1].pps);
	}
	return bench_interrupted ? 0 : code;
}
