/* bench/replay_input.c -- what is sent: capture files, and a trafgen configuration. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/gen.h"
#include "bench/replay.h"
#include "core/bytes.h"

enum { SECOND = 1700000000, FILE_HEAD = 24, RECORD_HEAD = 16 };

uint64_t replay_packets_of(const struct replay_bench *b, size_t size, enum replay_who who)
{
	const uint64_t room = REPLAY_LARGE_BYTES / (RECORD_HEAD + b->sizes[size]);

	if (who == REPLAY_TRAFGEN)
		return b->packets;
	if (who == REPLAY_NETSNIFF)
		return MIN_OF(b->packets, room);
	return MAX_OF(b->packets / b->file_packets, 1ull) * b->file_packets;
}

static int fail(struct errmsg *err, const char *path)
{
	const int code = errno ? -errno : -EIO;

	return errmsg_set(err, code, "%s: %s", path, strerror(-code));
}

/* Classic pcap with microseconds, which all of them read. */
static FILE *begin_pcap(const char *path)
{
	FILE *f = fopen(path, "we");
	uint8_t head[FILE_HEAD] = { 0 };

	if (!f)
		return NULL;
	store_u32(head, 0xa1b2c3d4);
	store_u16(head + 4, 2);
	store_u16(head + 6, 4);
	store_u32(head + 16, 65535);
	store_u32(head + 20, 1); /* LINKTYPE_ETHERNET */
	fwrite(head, 1, sizeof(head), f);
	return f;
}

static void put_packet(FILE *f, uint32_t bytes, uint64_t seq, uint64_t us)
{
	const struct gen_config cfg = { .frame_bytes = bytes };
	uint8_t record[RECORD_HEAD + GEN_FRAME_MAX];

	store_u32(record, SECOND + (uint32_t)(us / 1000000));
	store_u32(record + 4, (uint32_t)(us % 1000000));
	store_u32(record + 8, bytes);
	store_u32(record + 12, bytes);
	gen_frame(&cfg, seq, record + RECORD_HEAD);
	fwrite(record, 1, RECORD_HEAD + bytes, f);
}

static int end_file(FILE *f, const char *path, struct errmsg *err)
{
	const bool failed = ferror(f);

	return fclose(f) || failed ? fail(err, path) : 0;
}

static int make_pcap(const struct replay_bench *b, const char *name, uint32_t bytes,
		     uint64_t packets, struct errmsg *err)
{
	char path[PATH_MAX + 64];
	FILE *f;

	workplace_path(&b->place, name, path);
	f = begin_pcap(path);
	if (!f)
		return fail(err, path);
	for (uint64_t i = 0; i < packets && !ferror(f); i++)
		put_packet(f, bytes, i, i);
	return end_file(f, path, err);
}

/* One packet, all of its bytes fixed: nothing to compute while it sends. */
static int make_conf(const struct replay_bench *b, uint32_t bytes, struct errmsg *err)
{
	const struct gen_config cfg = { .frame_bytes = bytes };
	uint8_t frame[GEN_FRAME_MAX];
	char path[PATH_MAX + 64];
	FILE *f;

	workplace_path(&b->place, REPLAY_CONF, path);
	f = fopen(path, "we");
	if (!f)
		return fail(err, path);
	gen_frame(&cfg, 0, frame);
	for (uint32_t i = 0; i < bytes; i++)
		fprintf(f, "%s0x%02x", i ? ", " : "{ ", frame[i]);
	fputs(" }\n", f);
	return end_file(f, path, err);
}

int replay_make_files(const struct replay_bench *b, size_t size, struct errmsg *err)
{
	const uint32_t bytes = b->sizes[size];
	int code = make_pcap(b, REPLAY_FILE, bytes, b->file_packets, err);

	if (!code && !b->missing[REPLAY_NETSNIFF][0])
		code = make_pcap(b, REPLAY_LARGE, bytes,
				 replay_packets_of(b, size, REPLAY_NETSNIFF), err);
	return code ? code : make_conf(b, bytes, err);
}

/* The same numbers on every machine (SplitMix64). */
static double next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return ((double)((z ^ z >> 31) >> 11) + 1) * 0x1p-53;
}

int replay_make_timed(const struct replay_bench *b, uint32_t *gaps_us, struct errmsg *err)
{
	const double mean_us = 1e6 / REPLAY_TIMED_PPS;
	uint64_t us = 0, state = 1;
	char path[PATH_MAX + 64];
	FILE *f;

	workplace_path(&b->place, REPLAY_TIMED, path);
	f = begin_pcap(path);
	if (!f)
		return fail(err, path);
	for (uint64_t i = 0; i < b->timed_packets; i++) {
		gaps_us[i] = i ? (uint32_t)(-log(next_random(&state)) * mean_us) : 0;
		us += gaps_us[i];
		put_packet(f, REPLAY_TIMED_BYTES, i, us);
	}
	return end_file(f, path, err);
}
