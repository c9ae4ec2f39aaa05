/* bench/filter_report.c -- what was measured of filters: the tables and the JSON. */
#include <math.h>
#include <string.h>

#include "bench/filter.h"
#include "bench/json.h"

static double rate(const struct filter_side *s, const struct filter_trial *t)
{
	return (double)(s->packets - 1) / (t->wall_s - t->start_wall_s);
}

/* Packets a second, without the start. */
static struct spread rate_of(const struct filter_bench *b, size_t race, size_t who)
{
	const struct filter_side *s = &b->sides[race][who];
	double values[WORKPLACE_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < b->place.rounds; i++)
		if (s->trials[i].valid)
			values[n++] = rate(s, &s->trials[i]);
	return spread_of(values, n);
}

/* Seconds of wall time, the start included. */
static struct spread wall_of(const struct filter_bench *b, size_t race, size_t who)
{
	const struct filter_side *s = &b->sides[race][who];
	double values[WORKPLACE_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < b->place.rounds; i++)
		if (s->trials[i].valid)
			values[n++] = s->trials[i].wall_s;
	return spread_of(values, n);
}

/* Ours divided by the peer's, round by round. */
static struct spread ratio_of(const struct filter_bench *b, size_t race)
{
	const struct filter_side *ours = &b->sides[race][FILTER_OURS];
	const struct filter_side *peer = &b->sides[race][FILTER_PEER];
	double values[WORKPLACE_ROUNDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < b->place.rounds; i++)
		if (ours->trials[i].valid && peer->trials[i].valid)
			values[n++] = rate(ours, &ours->trials[i]) / rate(peer, &peer->trials[i]);
	return spread_of(values, n);
}

static const char *peer_name(size_t race)
{
	return filter_races[race].writes ? "tcpdump" : "tshark";
}

static void print_races(const struct filter_bench *b, FILE *out)
{
	fprintf(out, "\n  %-8s%-10s%-24s%-22s%-22s%-8s\n", "", "program", "1000 packets/s",
		"wall s", "ratio", "target");
	for (size_t race = 0; race < NR_FILTER_RACES; race++) {
		const struct spread ratio = ratio_of(b, race);

		for (size_t who = 0; who < NR_FILTER_WHO; who++) {
			fprintf(out, "  %-8s%-10s", who ? "" : filter_races[race].name,
				who ? peer_name(race) : "ringtap");
			if (b->sides[race][who].missing[0]) {
				fprintf(out, "NOT MEASURED: %s\n", b->sides[race][who].missing);
				continue;
			}
			spread_print(out, rate_of(b, race, who), 1e-3, 24);
			spread_print(out, wall_of(b, race, who), 1, 22);
			if (who == FILTER_OURS) {
				spread_print(out, ratio, 1, 22);
				fprintf(out, ">= %-5g%s", filter_races[race].target,
					verdict(ratio.n,
						ratio.median >= filter_races[race].target));
			}
			fputc('\n', out);
		}
	}
}

static void print_vm(const struct filter_bench *b, FILE *out)
{
	fprintf(out, "\n  %-22s%-8s%-12s%s\n", "VM, ns per packet", "insns", "accepted", "filter");
	for (size_t i = 0; i < NR_FILTER_VM; i++) {
		const struct filter_vm *vm = &b->vm[i];
		double ns[WORKPLACE_ROUNDS_MAX];

		if (vm->error[0]) {
			fprintf(out, "  NOT MEASURED: %s: %s\n", filter_vm_exprs[i], vm->error);
			continue;
		}
		memcpy(ns, vm->ns, sizeof(ns));
		fputs("  ", out);
		spread_print(out, spread_of(ns, b->place.rounds), 1, 22);
		fprintf(out, "%-8u%-5.1f %%     %s\n", vm->insns, vm->accepted * 100,
			filter_vm_exprs[i]);
	}
}

struct code_means {
	size_t n;
	double insns, time; /* geometric means of ours divided by tcpdump's */
};

static struct code_means code_means(const struct filter_bench *b)
{
	struct code_means m = { 0 };

	for (size_t i = 0; i < NR_FILTER_CODE; i++) {
		const struct filter_code *c = &b->code[i];

		if (!c->insns || !c->peer_insns || c->peer_ms <= 0)
			continue;
		m.insns += log((double)c->insns / c->peer_insns);
		m.time += log(c->compile_ns / (c->peer_ms * 1e6));
		m.n++;
	}
	if (m.n) {
		m.insns = exp(m.insns / (double)m.n);
		m.time = exp(m.time / (double)m.n);
	}
	return m;
}

static void print_code(const struct filter_bench *b, FILE *out)
{
	const struct code_means m = code_means(b);

	fprintf(out, "\n  %-9s%-9s%-12s%-14s%s\n", "insns", "tcpdump", "compile us",
		"tcpdump -d ms", "filter");
	for (size_t i = 0; i < NR_FILTER_CODE; i++) {
		const struct filter_code *c = &b->code[i];

		if (!c->insns)
			fprintf(out, "  NOT COMPILED: %s: %s\n", filter_code_exprs[i], c->error);
		else
			fprintf(out, "  %-9u%-9u%-12.2f%-14.2f%s\n", c->insns, c->peer_insns,
				c->compile_ns / 1e3, c->peer_ms, filter_code_exprs[i]);
	}
	fprintf(out,
		"\n  geometric mean over %zu of %d: instructions, ours / libpcap's optimised: "
		"%.3f, "
		"target <= 1.0: %s\n"
		"  compile time, ours in process / tcpdump -d as a whole: %.4f, target <= 1.0: "
		"%s\n",
		m.n, NR_FILTER_CODE, m.insns, verdict(m.n, m.insns <= 1), m.time,
		verdict(m.n, m.time <= 1));
}

void filter_print_report(const struct filter_bench *b, FILE *out)
{
	fprintf(out,
		"ringtap-bench %s filter  %s\n%s, %s, %d CPUs, files on %s, in the page cache\n"
		"%llu packets of many protocols, %.0f bytes on average; tshark gets the first "
		"%llu; "
		"%llu rounds interleaved\n%s; %s; %s\n"
		"write: matches into a file; the others: -Y, lines to /dev/null; packets/s without "
		"the start\n",
		RINGTAP_VERSION, b->place.host.when, b->place.host.kernel, b->place.host.cpu,
		b->place.host.cpus, b->place.host.fs, (unsigned long long)b->packets,
		(double)b->stats.bytes / (double)b->stats.packets,
		(unsigned long long)b->peer_packets, (unsigned long long)b->place.rounds,
		b->version[0], b->version[1], b->version[2]);
	for (size_t race = 0; race < NR_FILTER_RACES; race++)
		fprintf(out, "  %-8s%s\n", filter_races[race].name, filter_races[race].expr);
	print_races(b, out);
	print_vm(b, out);
	print_code(b, out);
	fflush(out);
}

/* ---- JSON ---- */

static void put_race(FILE *f, const struct filter_bench *b, size_t race)
{
	const struct spread ratio = ratio_of(b, race);

	fprintf(f, "{\"race\":\"%s\",\"filter\":", filter_races[race].name);
	json_put_string(f, filter_races[race].expr);
	fprintf(f, ",\"target\":%g,\"target_met\":%s,", filter_races[race].target,
		!ratio.n                                    ? "null"
		: ratio.median >= filter_races[race].target ? "true"
							    : "false");
	json_put_spread(f, "ratio_packets_per_s", ratio);
	fputs(",\"contenders\":[", f);
	for (size_t who = 0; who < NR_FILTER_WHO; who++) {
		const struct filter_side *s = &b->sides[race][who];

		fprintf(f, "%s\n{\"program\":\"%s\",\"packets\":%llu,", who ? "," : "",
			who ? peer_name(race) : "ringtap", (unsigned long long)s->packets);
		json_put_spread(f, "packets_per_s", rate_of(b, race, who));
		fputc(',', f);
		json_put_spread(f, "wall_s", wall_of(b, race, who));
		fputs(",\"missing\":", f);
		json_put_string(f, s->missing);
		fputc('}', f);
	}
	fputs("]}", f);
}

static void put_vm(FILE *f, const struct filter_bench *b, size_t i)
{
	double ns[WORKPLACE_ROUNDS_MAX];

	memcpy(ns, b->vm[i].ns, sizeof(ns));
	fputs("{\"filter\":", f);
	json_put_string(f, filter_vm_exprs[i]);
	fprintf(f, ",\"instructions\":%u,\"accepted\":%.4f,", b->vm[i].insns, b->vm[i].accepted);
	json_put_spread(f, "ns_per_packet", spread_of(ns, b->vm[i].error[0] ? 0 : b->place.rounds));
	fputs(",\"error\":", f);
	json_put_string(f, b->vm[i].error);
	fputc('}', f);
}

static void put_code(FILE *f, const struct filter_code *c, const char *expr)
{
	fputs("{\"filter\":", f);
	json_put_string(f, expr);
	fprintf(f,
		",\"instructions\":%u,\"peer_instructions\":%u,\"compile_ns\":%.1f,\"peer_ms\":%."
		"3f,"
		"\"error\":",
		c->insns, c->peer_insns, c->compile_ns, c->peer_ms);
	json_put_string(f, c->error);
	fputc('}', f);
}

int filter_write_json(const struct filter_bench *b, struct errmsg *err)
{
	const struct code_means m = code_means(b);
	FILE *f;
	const int code = json_open(b->place.json, &f, err);

	if (code)
		return code;
	fputc('{', f);
	json_put_head(f, "filter", &b->place.host);
	fprintf(f, ",\"packets\":%llu,\"peer_packets\":%llu,\"rounds\":%llu,\"versions\":[",
		(unsigned long long)b->packets, (unsigned long long)b->peer_packets,
		(unsigned long long)b->place.rounds);
	for (size_t i = 0; i < ARRAY_SIZE(b->version); i++) {
		fputs(i ? "," : "", f);
		json_put_string(f, b->version[i]);
	}
	fputs("],\n\"races\":[", f);
	for (size_t i = 0; i < NR_FILTER_RACES; i++) {
		fputs(i ? ",\n" : "\n", f);
		put_race(f, b, i);
	}
	fputs("],\n\"vm\":[", f);
	for (size_t i = 0; i < NR_FILTER_VM; i++) {
		fputs(i ? ",\n" : "\n", f);
		put_vm(f, b, i);
	}
	fprintf(f,
		"],\n\"code\":{\"expressions\":%zu,\"ratio_instructions\":%.5f,"
		"\"ratio_compile_time\":%.6f,\"each\":[",
		m.n, m.insns, m.time);
	for (size_t i = 0; i < NR_FILTER_CODE; i++) {
		fputs(i ? ",\n" : "\n", f);
		put_code(f, &b->code[i], filter_code_exprs[i]);
	}
	fputs("]}}\n", f);
	return json_close(f, b->place.json, err);
}
