/* bench/filter_run.c -- ringtap, tcpdump and tshark as programs, in turn. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/filter.h"
#include "bench/run_count.h"
#include "bench/trial.h"

enum { WORDS_MAX = 12, QUERY_ROUNDS = 3 };

const struct filter_race filter_races[NR_FILTER_RACES] = {
	{ "write", "tcp port 80", true, 1.5 },
	{ "port", "tcp.port == 80", false, 20 },
	{ "text", "dns.qry.name contains \"a\"", false, 20 },
	{ "flags", "ip.addr == 10.0.0.0/8 and tcp.flags.syn == 1", false, 20 },
};

static char *arg(const char *text)
{
	return (char *)(uintptr_t)text; /* nobody writes to it */
}

static const char *who_name(size_t race, enum filter_who who)
{
	return who == FILTER_OURS ? "ringtap" : filter_races[race].writes ? "tcpdump" : "tshark";
}

static void fill_argv(const struct filter_bench *b, size_t race, enum filter_who who, char *in,
		      char *out, char **argv)
{
	const struct filter_race *r = &filter_races[race];
	const char *const ours_write[] = { b->place.ringtap, "read",    "-r",    in,  "-w", out,
					   "--nano",         "--force", r->expr, NULL };
	const char *const peer_write[] = {
		"tcpdump", "--time-stamp-precision=nano", "-r", in, "-w", out, r->expr, NULL
	};
	const char *const ours_show[] = {
		b->place.ringtap, "read", "-nn", "-Y", r->expr, in, NULL
	};
	const char *const peer_show[] = { "tshark", "-n", "-Y", r->expr, "-r", in, NULL };
	const char *const *from = r->writes ? who == FILTER_OURS ? ours_write : peer_write
				  : who == FILTER_OURS ? ours_show
						       : peer_show;
	size_t n = 0;

	for (; *from; from++)
		argv[n++] = arg(*from);
	argv[n] = NULL;
}

static int run_once(const struct filter_bench *b, size_t race, enum filter_who who,
		    const char *file, struct run_count *count, struct run_result *ret, char *note,
		    size_t size)
{
	char in[PATH_MAX + 32], out[PATH_MAX + 32], log[PATH_MAX + 32], *argv[WORDS_MAX];

	snprintf(in, sizeof(in), "%s/%s", b->place.dir, file);
	snprintf(out, sizeof(out), "%s/out-%s.pcap", b->place.dir, who_name(race, who));
	snprintf(log, sizeof(log), "%s/log", b->place.dir);
	unlink(out); /* emptying the file of the run before would be measured too */
	fill_argv(b, race, who, in, out, argv);
	return run_counted(argv, b->place.cpu, log, count, ret, note, size);
}

static uint64_t bytes_written(const struct filter_bench *b, size_t race, enum filter_who who)
{
	char out[PATH_MAX + 32];
	struct stat st;

	snprintf(out, sizeof(out), "%s/out-%s.pcap", b->place.dir, who_name(race, who));
	return stat(out, &st) ? 0 : (uint64_t)st.st_size;
}

static void check_side(struct filter_bench *b, size_t race, enum filter_who who)
{
	struct filter_side *s = &b->sides[race][who];
	struct run_count count = { .wanted = !filter_races[race].writes };
	struct run_result r;

	s->packets =
		!filter_races[race].writes && who == FILTER_PEER ? b->peer_packets : b->packets;
	if (run_once(b, race, who, "peer.pcap", &count, &r, s->missing, sizeof(s->missing)))
		return;
	s->matched = filter_races[race].writes ? bytes_written(b, race, who) : count.lines;
}

void filter_check_races(struct filter_bench *b)
{
	static char option[] = "--version";
	const char *const programs[] = { b->place.ringtap, "tcpdump", "tshark" };

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		char *argv[] = { arg(programs[i]), option, NULL };

		run_query(argv, -1, b->version[i], sizeof(b->version[i]));
	}
	for (size_t race = 0; race < NR_FILTER_RACES && !bench_interrupted; race++) {
		struct filter_side *ours = &b->sides[race][FILTER_OURS];
		struct filter_side *peer = &b->sides[race][FILTER_PEER];

		check_side(b, race, FILTER_OURS);
		check_side(b, race, FILTER_PEER);
		/* What finds other packets does other work. */
		if (!ours->missing[0] && !peer->missing[0] && ours->matched != peer->matched)
			snprintf(ours->missing, sizeof(ours->missing),
				 "not the same packets: %llu %s, %s: %llu",
				 (unsigned long long)ours->matched,
				 filter_races[race].writes ? "bytes" : "lines",
				 who_name(race, FILTER_PEER), (unsigned long long)peer->matched);
		for (size_t who = 0; who < NR_FILTER_WHO; who++)
			if (b->sides[race][who].missing[0])
				fprintf(stderr, "ringtap-bench: %s, %s: left out: %s\n",
					filter_races[race].name,
					who_name(race, (enum filter_who)who),
					b->sides[race][who].missing);
	}
}

static void trial_once(struct filter_bench *b, size_t race, enum filter_who who, size_t round)
{
	struct filter_side *s = &b->sides[race][who];
	struct filter_trial *t = &s->trials[round];
	const char *file = s->packets < b->packets ? "peer.pcap" : "all.pcap";
	struct run_count count = { .wanted = false };
	struct run_result start, all;

	if (run_once(b, race, who, "one.pcap", &count, &start, t->note, sizeof(t->note)) ||
	    run_once(b, race, who, file, &count, &all, t->note, sizeof(t->note)))
		return;
	t->wall_s = all.wall_s;
	t->cpu_s = all.user_s + all.system_s;
	t->start_wall_s = start.wall_s;
	t->valid = t->wall_s > t->start_wall_s;
	if (!t->valid)
		snprintf(t->note, sizeof(t->note), "too few packets to measure");
}

void filter_run_round(struct filter_bench *b, size_t round)
{
	for (size_t race = 0; race < NR_FILTER_RACES; race++)
		for (size_t who = 0; who < NR_FILTER_WHO && !bench_interrupted; who++) {
			const struct filter_side *s = &b->sides[race][who];

			if (s->missing[0])
				continue;
			trial_once(b, race, (enum filter_who)who, round);
			fprintf(stderr, "round %zu, %s, %s: %.2f s%s%s\n", round + 1,
				filter_races[race].name, who_name(race, (enum filter_who)who),
				s->trials[round].wall_s,
				s->trials[round].valid ? "" : ": not counted: ",
				s->trials[round].note);
		}
}

void filter_ask_tcpdump(struct filter_bench *b)
{
	for (size_t i = 0; i < NR_FILTER_CODE && !bench_interrupted; i++) {
		struct filter_code *c = &b->code[i];
		char *numbers[] = { arg("tcpdump"),
				    arg("-y"),
				    arg("EN10MB"),
				    arg("-ddd"),
				    arg(filter_code_exprs[i]),
				    NULL };
		char *listing[] = { arg("tcpdump"),
				    arg("-y"),
				    arg("EN10MB"),
				    arg("-d"),
				    arg(filter_code_exprs[i]),
				    NULL };
		double ms[QUERY_ROUNDS];
		char line[64], log[PATH_MAX + 32], note[200];
		size_t n = 0;

		run_query(numbers, -1, line, sizeof(line));
		c->peer_insns = (uint32_t)strtoul(line, NULL, 10);
		snprintf(log, sizeof(log), "%s/log", b->place.dir);
		for (size_t k = 0; k < QUERY_ROUNDS; k++) {
			struct run_count count = { .wanted = false };
			struct run_result r;

			if (!run_counted(listing, b->place.cpu, log, &count, &r, note,
					 sizeof(note)))
				ms[n++] = r.wall_s * 1e3;
		}
		c->peer_ms = spread_of(ms, n).median;
	}
}
