/* bench/replay_run.c -- the programs that send, in turn, and what arrives of it. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "bench/link_count.h"
#include "bench/replay.h"
#include "bench/run_count.h"
#include "bench/trial.h"
#include "core/clock.h"

enum {
	STEP_MS = 2,
	STALL_MS = 10000, /* without an arrival: it hangs */
	END_MS = 30000,
	SETTLE_MS = 2000,
	LOG_MAX = 1 << 16,
};

/*
 * Each with the options that make it fastest here, found by trying: of netsniff-ng the kernel is
 * told of new frames every 100 us instead of 10; its own choice of a ring the kernel refuses for
 * veth. {file} goes round {loop} times; netsniff-ng can send a file once only, so {large} has as
 * many packets.
 */
const struct replay_contender replay_contenders[NR_REPLAY_WHO] = {
	[REPLAY_RING] = { "ringtap",
			  NULL,
			  NULL,
			  { "replay", "-r", "{file}", "-i", REPLAY_IF, "--preload", "--topspeed",
			    "--loop", "{loop}", "--json" },
			  "\"sent\":",
			  1.2 },
	[REPLAY_XDP] = { "ringtap-xdp",
			 NULL,
			 NULL,
			 { "replay", "-r", "{file}", "-i", REPLAY_IF, "--preload", "--topspeed",
			   "--loop", "{loop}", "--json", "--xdp" },
			 "\"sent\":",
			 2 },
	[REPLAY_TCPREPLAY] = { "tcpreplay",
			       "tcpreplay",
			       "tcpreplay",
			       { "--topspeed", "--preload-pcap", "--no-flow-stats", "--loop",
				 "{loop}", "-i", REPLAY_IF, "{file}" },
			       "Successful packets:" },
	[REPLAY_NETSNIFF] = { "netsniff-ng",
			      "netsniff-ng",
			      "netsniff-ng",
			      { "--in", "{large}", "--out", REPLAY_IF, "--silent", "--mmap",
				"--ring-size", "2MiB", "--kernel-pull", "100", "--no-sock-mem" },
			      "packets outgoing" },
	[REPLAY_TRAFGEN] = { "trafgen",
			     "trafgen",
			     "netsniff-ng",
			     { "--conf", "{conf}", "--dev", REPLAY_IF, "--cpus", "1", "--num",
			       "{packets}", "--notouch-irq", "--no-sock-mem" },
			     "packets outgoing" },
};

static char *arg(const char *text)
{
	return (char *)(uintptr_t)text; /* nobody writes to it */
}

void replay_find_programs(struct replay_bench *b)
{
	for (size_t who = 0; who < NR_REPLAY_WHO; who++) {
		const struct replay_contender *const c = &replay_contenders[who];
		char *argv[] = { arg(c->program ? c->program : b->place.ringtap), arg("--version"),
				 NULL };

		run_query(argv, -1, b->version[who], sizeof(b->version[who]));
		if (!b->version[who][0])
			snprintf(b->missing[who], sizeof(b->missing[who]), "it cannot be run%s%s",
				 c->package ? "; apt install " : "", c->package ? c->package : "");
		/* It binds itself to the first CPU, whatever it is given. */
		else if (who == REPLAY_TRAFGEN && b->place.cpu != 0)
			snprintf(b->missing[who], sizeof(b->missing[who]), "it runs on CPU 0 only");
		if (b->missing[who][0])
			fprintf(stderr, "ringtap-bench: %s: left out: %s\n", c->name,
				b->missing[who]);
	}
}

/* One word of a command line; text is its memory where it has to be made. */
static char *expand(const struct replay_bench *b, const char *word, uint64_t packets, uint64_t loop,
		    char text[PATH_MAX + 64])
{
	static const struct {
		const char *word, *file;
	} files[] = { { "{file}", REPLAY_FILE },
		      { "{large}", REPLAY_LARGE },
		      { "{conf}", REPLAY_CONF },
		      { "{timed}", REPLAY_TIMED } };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (!strcmp(word, files[i].word)) {
			workplace_path(&b->place, files[i].file, text);
			return text;
		}
	if (strcmp(word, "{loop}") && strcmp(word, "{packets}"))
		return arg(word);
	snprintf(text, PATH_MAX + 64, "%" PRIu64, word[1] == 'l' ? loop : packets);
	return text;
}

int replay_start(const struct replay_bench *b, enum replay_who who, const char *const *args,
		 uint64_t packets, uint64_t loop, struct run *ret, char *note, size_t size)
{
	const struct replay_contender *const c = &replay_contenders[who];
	static char words[REPLAY_ARGS_MAX + 1][PATH_MAX + 64];
	char log[PATH_MAX + 64], *argv[REPLAY_ARGS_MAX + 2];
	struct errmsg err;
	size_t n = 0;
	int code;

	argv[n++] = arg(c->program ? c->program : b->place.ringtap);
	for (; *args; args++, n++)
		argv[n] = expand(b, *args, packets, loop, words[n]);
	argv[n] = NULL;
	workplace_path(&b->place, "log", log);
	code = run_start(argv, b->place.cpu, -1, log, ret, &err);
	if (code)
		snprintf(note, size, "%.190s", err.text);
	return code;
}

static void take_mark(const struct replay_bench *b, const struct run *run, struct replay_mark *ret)
{
	struct run_activity activity;
	struct link_count count;

	run_look(run, &activity);
	ret->cpu_s = activity.cpu_s;
	ret->busy_s = cpu_busy_s(b->place.cpu);
	ret->ns = clock_monotonic_ns();
	ret->packets = link_count_read(REPLAY_PEER, &count) ? 0 : count.rx_packets;
}

/* Until the program has ended; marks when a tenth and nine tenths have come. */
static bool watch(const struct replay_bench *b, const struct run *run, uint64_t before,
		  struct replay_trial *t)
{
	struct link_count count = { 0 };
	uint64_t last = 0, moved_ns = clock_monotonic_ns();

	while (!run_has_ended(run) && !bench_interrupted) {
		if (link_count_read(REPLAY_PEER, &count))
			return false;
		count.rx_packets -= before;
		if (!t->from.ns && count.rx_packets >= t->expected / 10)
			take_mark(b, run, &t->from);
		if (!t->to.ns && count.rx_packets >= t->expected / 10 * 9)
			take_mark(b, run, &t->to);
		if (count.rx_packets != last)
			moved_ns = clock_monotonic_ns();
		else if (clock_monotonic_ns() - moved_ns > STALL_MS * NS_PER_MS)
			return false;
		last = count.rx_packets;
		sleep_ms(STEP_MS);
	}
	return !bench_interrupted;
}

/* How many it says it has sent: the number behind the words, or before them. */
static uint64_t read_claim(const struct replay_bench *b, const char *words)
{
	char path[PATH_MAX + 64], *p;
	static char text[LOG_MAX];
	uint64_t n = UINT64_MAX;
	FILE *f;

	workplace_path(&b->place, "log", path);
	f = fopen(path, "re");
	if (!f)
		return n;
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	p = strstr(text, words);
	if (!p)
		return n;
	if (strchr(words, ':'))
		return strtoull(p + strlen(words), NULL, 10);
	while (p > text && (p[-1] == ' ' || (p[-1] >= '0' && p[-1] <= '9')))
		p--;
	return strtoull(p, NULL, 10);
}

static void judge(const struct run_result *r, struct replay_trial *t)
{
	const uint64_t packets = t->to.packets - t->from.packets;

	if (r->killed)
		snprintf(t->note, sizeof(t->note), "it did not end and was killed");
	else if (!WIFEXITED(r->status) || WEXITSTATUS(r->status))
		snprintf(t->note, sizeof(t->note), "it ended with status %d",
			 WIFEXITED(r->status) ? WEXITSTATUS(r->status) : 128 + WTERMSIG(r->status));
	else if (t->arrived > t->expected)
		snprintf(t->note, sizeof(t->note), "%" PRIu64 " arrived: more than were sent",
			 t->arrived);
	else if (!t->from.ns || !t->to.ns || t->to.cpu_s <= t->from.cpu_s || !packets)
		snprintf(t->note, sizeof(t->note), "too few packets to measure");
	else
		t->valid = true;
	if (t->valid && t->claimed != t->arrived && t->claimed != UINT64_MAX)
		snprintf(t->note, sizeof(t->note), "says %" PRIu64 ", and %" PRIu64 " arrived",
			 t->claimed, t->arrived);
}

static void trial_once(const struct replay_bench *b, size_t size, enum replay_who who,
		       struct replay_trial *t)
{
	const struct replay_contender *const c = &replay_contenders[who];
	struct link_count before, after, sender, sent;
	struct run_result r;
	struct errmsg err;
	char log[PATH_MAX + 64];
	struct run run;
	bool steady;

	t->expected = replay_packets_of(b, size, who);
	if (link_count_settled(REPLAY_PEER, SETTLE_MS, &before) ||
	    link_count_read(REPLAY_IF, &sender)) {
		snprintf(t->note, sizeof(t->note), "the interface cannot be read");
		return;
	}
	if (replay_start(b, who, c->args, t->expected, t->expected / b->file_packets, &run, t->note,
			 sizeof(t->note)))
		return;
	steady = watch(b, &run, before.rx_packets, t);
	if (run_wait(&run, steady ? END_MS : 1, &r, &err)) {
		snprintf(t->note, sizeof(t->note), "%.190s", err.text);
		return;
	}
	t->wall_s = r.wall_s;
	t->cpu_s = r.user_s + r.system_s;
	t->claimed = read_claim(b, c->claims);
	if (link_count_settled(REPLAY_PEER, SETTLE_MS, &after) || link_count_read(REPLAY_IF, &sent))
		return;
	t->arrived = after.rx_packets - before.rx_packets;
	t->dropped = after.rx_dropped - before.rx_dropped + sent.tx_dropped - sender.tx_dropped;
	judge(&r, t);
	if (!t->valid) {
		workplace_path(&b->place, "log", log);
		run_put_complaint(log, t->note, sizeof(t->note));
	}
}

void replay_run_round(struct replay_bench *b, size_t size, size_t round)
{
	for (size_t who = 0; who < NR_REPLAY_WHO && !bench_interrupted; who++) {
		struct replay_trial *const t = &b->trials[size][who][round];

		if (b->missing[who][0])
			continue;
		trial_once(b, size, (enum replay_who)who, t);
		fprintf(stderr, "round %zu, %u bytes, %s: %.2f s, %" PRIu64 " arrived%s%s%s\n",
			round + 1, b->sizes[size], replay_contenders[who].name, t->wall_s,
			t->arrived, t->valid ? "" : ": not counted", t->note[0] ? ": " : "",
			t->note);
	}
}
