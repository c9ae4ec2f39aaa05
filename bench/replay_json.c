/* bench/replay_json.c -- what was measured of sending, as JSON. */
#include <inttypes.h>

#include "bench/json.h"
#include "bench/replay.h"

static void put_trial(FILE *f, const struct replay_trial *t)
{
	fprintf(f,
		"{\"valid\":%s,\"packets\":%" PRIu64 ",\"arrived\":%" PRIu64
		",\"dropped_by_link\":%" PRIu64 ",\"wall_s\":%.6f,\"cpu_s\":%.6f,\"claimed\":",
		t->valid ? "true" : "false", t->expected, t->arrived, t->dropped, t->wall_s,
		t->cpu_s);
	if (t->claimed == UINT64_MAX)
		fputs("null", f);
	else
		fprintf(f, "%" PRIu64, t->claimed);
	fputs(",\"note\":", f);
	json_put_string(f, t->note);
	fputc('}', f);
}

static void put_contender(FILE *f, const struct replay_bench *b, size_t size, size_t who)
{
	const struct replay_contender *const c = &replay_contenders[who];
	const struct spread ratio = replay_rate_ratio(b, size, who);
	const struct spread thrift = replay_cpu_ratio(b, size, who);

	json_put_program(f, c->name, !b->missing[who][0], b->version[who], c->args);
	fputs(",\"missing\":", f);
	json_put_string(f, b->missing[who]);
	fputc(',', f);
	json_put_spread(f, "packets_per_s", replay_rate_of(b, size, who));
	fputc(',', f);
	json_put_spread(f, "cpu_ns_per_packet", replay_cpu_of(b, size, who, false));
	fputc(',', f);
	json_put_spread(f, "cpu_busy_ns_per_packet", replay_cpu_of(b, size, who, true));
	if (!c->program) {
		fprintf(f, ",\"target\":%g,\"target_met\":%s,", c->target,
			json_target_met(ratio, c->target));
		json_put_spread(f, "ratio_packets_per_s", ratio);
		fprintf(f, ",\"cpu_target\":1,\"cpu_target_met\":%s,", json_target_met(thrift, 1));
		json_put_spread(f, "ratio_cpu", thrift);
	}
	fputs(",\"rounds\":[", f);
	for (size_t i = 0; !b->missing[who][0] && i < b->place.rounds; i++) {
		fputs(i ? ",\n" : "", f);
		put_trial(f, &b->trials[size][who][i]);
	}
	fputs("]}", f);
}

static void put_timing(FILE *f, const struct replay_bench *b, size_t k)
{
	const enum replay_who who = replay_timed[k];
	const struct spread median = replay_timing_of(b, k, replay_timing_median);

	fprintf(f, "{\"program\":\"%s\",", replay_contenders[who].name);
	json_put_spread(f, "gap_error_median_us", median);
	fputc(',', f);
	json_put_spread(f, "gap_error_p99_us", replay_timing_of(b, k, replay_timing_p99));
	if (who == REPLAY_RING)
		fprintf(f, ",\"target_us\":%d,\"target_met\":%s", REPLAY_TARGET_US,
			!median.n                                   ? "null"
			: median.median <= (double)REPLAY_TARGET_US ? "true"
								    : "false");
	fputs(",\"rounds\":[", f);
	for (size_t i = 0; !b->missing[who][0] && i < b->place.rounds; i++) {
		const struct replay_timing *const t = &b->timings[k][i];

		fprintf(f,
			"%s{\"valid\":%s,\"arrived\":%" PRIu64 ",\"lost\":%" PRIu64
			",\"max_us\":%.3f,\"span_ratio\":%.6f,\"cpu_share\":%.4f,\"note\":",
			i ? "," : "", t->valid ? "true" : "false", t->arrived, t->lost, t->max_us,
			t->span_ratio, t->cpu_share);
		json_put_string(f, t->note);
		fputc('}', f);
	}
	fputs("]}", f);
}

int replay_write_json(const struct replay_bench *b, struct errmsg *err)
{
	FILE *f;
	const int code = json_open(b->place.json, &f, err);

	if (code)
		return code;
	fputc('{', f);
	json_put_head(f, "replay", &b->place.host);
	fprintf(f,
		",\"packets\":%" PRIu64 ",\"file_packets\":%" PRIu64 ",\"rounds\":%" PRIu64
		",\"contender_cpu\":%d,\"gro_at_receiver\":true,\n\"sizes\":[",
		b->packets, b->file_packets, b->place.rounds, b->place.cpu);
	for (size_t size = 0; b->speed && size < b->nr_sizes; size++) {
		fprintf(f, "%s\n{\"frame_bytes\":%u,\"contenders\":[", size ? "," : "",
			b->sizes[size]);
		for (size_t who = 0; who < NR_REPLAY_WHO; who++) {
			fputs(who ? ",\n" : "\n", f);
			put_contender(f, b, size, who);
		}
		fputs("]}", f);
	}
	fputs("],\n\"timing\":", f);
	if (b->timing) {
		fprintf(f, "{\"packets\":%" PRIu64 ",\"packets_per_s\":%d,\"contenders\":[",
			b->timed_packets, REPLAY_TIMED_PPS);
		for (size_t k = 0; k < NR_REPLAY_TIMED; k++) {
			fputs(k ? ",\n" : "\n", f);
			put_timing(f, b, k);
		}
		fputs("]}}\n", f);
	} else {
		fputs("null}\n", f);
	}
	return json_close(f, b->place.json, err);
}
