/* What `ringtap probe` concludes from replies, and how a row of bytes is printed. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cli/probe_analyse.h"
#include "cli/probe_connection.h"
#include "cli/probe_log.h"
#include "cli/probe_print.h"
#include "cli/probe_recorded.h"
#include "core/bytes.h"
#include "core/clock.h"

enum { NR_MAX = 64, LEN_MAX = 64 };

/* A conversation that is written down. */
struct talk {
	struct probe_log log;
	struct probe_payload payloads[NR_MAX];
	uint8_t bytes[NR_MAX][LEN_MAX];
	uint32_t nr;
	struct probe_analysis analysis;
};

static size_t from_hex(const char *text, uint8_t *ret)
{
	size_t len = 0;
	int used;
	unsigned byte;

	for (; sscanf(text, " %2x%n", &byte, &used) == 1; text += used)
		ret[len++] = (uint8_t)byte;
	return len;
}

static void asks(struct talk *t, const char *hex)
{
	struct probe_payload *p = &t->payloads[t->nr];

	if (!t->nr)
		cr_assert_eq(probe_log_open(&t->log, NR_MAX), 0);
	p->data = t->bytes[t->nr++];
	p->len = (uint32_t)from_hex(hex, p->data);
	probe_log_send(&t->log, p, t->nr * NS_PER_SEC);
}

static void answers(struct talk *t, const char *hex)
{
	uint8_t bytes[LEN_MAX];
	const size_t len = from_hex(hex, bytes);

	probe_log_reply(&t->log, probe_log_match(&t->log, bytes, len), bytes, len, NS_PER_MS,
			NS_PER_SEC);
}

static const struct probe_analysis *conclude(struct talk *t)
{
	cr_assert_eq(probe_analyse(&t->log, NULL, NULL, &t->analysis), 0);
	return &t->analysis;
}

static const char seed_sent[] = "92 40 02 a1 66 65 ea 0d 8c 82 c3 0c 27 cd c5 e7 4e 78 fe a1 50 a6";

static void seed(struct talk *t)
{
	static const char *const replies[] = { "92 40 17 c0 a8 00 13 74 a0 41 f0",
					       "92 40 67 c0 a8 00 13 11 00 10 4f",
					       "92 40 37 c0 a8 00 13 68 08 43 3a" };

	for (size_t i = 0; i < ARRAY_SIZE(replies); i++) {
		asks(t, seed_sent);
		answers(t, replies[i]);
		if (i == 1) {
			cr_assert_eq(probe_analyse(&t->log, NULL, NULL, &t->analysis), 0);
			cr_expect_eq(t->analysis.mask[2], 0, "half a byte of two is an accident");
		}
	}
}

Test(probe, the_bytes_of_2009)
{
	static const uint8_t mask[] = { 255, 255, 15, 255, 255, 255, 255, 0, 0, 0, 0 };
	static const uint8_t value[] = { 0x92, 0x40, 7, 0xc0, 0xa8, 0, 0x13, 0, 0, 0, 0 };
	static struct talk t;
	const struct probe_analysis *a;

	seed(&t);
	a = conclude(&t);
	cr_expect_eq(a->replies, 3);
	cr_expect_eq(a->different, 3);
	cr_expect_eq(a->prefix, 2);
	cr_expect_eq(a->nr_lengths, 1);
	cr_expect_eq(a->lengths[0].len, 11);
	cr_assert_eq(a->mask_len, 11);
	cr_expect_arr_eq(a->mask, mask, sizeof(mask));
	cr_expect_arr_eq(a->value, value, sizeof(value));
	cr_expect_eq(a->echo_len, 2);
	cr_expect_eq(a->echo_count, 3);
	cr_expect_eq(a->echo_values, 1, "it may be a constant as well");
	cr_expect(a->has_constant);
	cr_expect_eq(a->constant_offset, 3);
	cr_expect_eq(load_be32(a->constant), 0xc0a80013);
	cr_expect_eq(a->skype.fit, 3);
	cr_expect_eq(a->skype.type7, 3);
	cr_expect_eq(a->skype.type5, 0);
	cr_expect_eq(load_be32(a->skype.address), 0xc0a80013);
	cr_expect_eq(a->skype.same_address, 3);
	cr_expect(a->skype.likely);
	probe_log_close(&t.log);
}

Test(probe, names_the_ends)
{
	const struct probe_address local = {
		.v4 = { .sin_family = AF_INET,
			.sin_port = htobe16(0x7400),
			.sin_addr.s_addr = htobe32(0xc0a80013) },
		.len = sizeof(local.v4),
	};
	const struct probe_address target = {
		.v4 = { .sin_family = AF_INET,
			.sin_port = htobe16(0x4017),
			.sin_addr.s_addr = htobe32(0xc0a8000e) },
		.len = sizeof(target.v4),
	};
	static struct talk t;
	struct probe_analysis a;

	seed(&t);
	cr_assert_eq(probe_analyse(&t.log, &local, &target, &a), 0);
	cr_expect_eq(a.own_address.count, 3);
	cr_expect_eq(a.own_address.offset, 3);
	cr_expect_eq(a.target_address.count, 0);
	cr_expect_not(a.has_constant, "it has a name");
	cr_expect_eq(a.target_port.count, 0, "in one of three: an accident");
	probe_log_close(&t.log);
}

/* A new conversation: each is answered at once. `fit` have the form. */
static bool looks_like_skype(const char *const *sent, const char *const *got, size_t nr,
			     uint32_t fit)
{
	struct talk *t = calloc(1, sizeof(*t));
	bool likely;

	for (size_t i = 0; i < nr; i++) {
		asks(t, sent[i]);
		answers(t, got[i]);
	}
	cr_expect_eq(conclude(t)->skype.fit, fit, "%u of %zu, first %s", t->analysis.skype.fit, nr,
		     got[0]);
	likely = t->analysis.skype.likely;
	probe_log_close(&t->log);
	free(t);
	return likely;
}

#define LIKE_SKYPE(sent, got, fit) looks_like_skype(sent, got, ARRAY_SIZE(got), fit)

Test(probe, what_is_not_skype)
{
	static const char *const ask[] = { "1111 02 00", "2222 02 00", "3333 02 00", "4444 02 00" };
	static const char *const dns[] = { "1111 8580 0001 0000 0000 0000", /* echoes the id too */
					   "2222 8185 0001 0001 0000 0000",
					   "3333 8583 0000 0000 0000 0000" };
	static const char *const no_id[] = { "9999 17 c0a80013 00000001",
					     "9998 17 c0a80013 00000002" };
	static const char *const other_type[] = { "1111 12 c0a80013 00000001",
						  "2222 18 c0a80013 00000002" };
	static const char *const long_ones[] = { "1111 17 c0a80013 00000001 00",
						 "2222 17 c0a80013 00000002 00" };
	static const char *const no_host[] = { "1111 17 00000001 00000001",
					       "2222 17 00000001 00000002" };
	static const char *const group[] = { "1111 17 e0000001 00000001",
					     "2222 17 e0000001 00000002" };
	static const char *const many[] = { "1111 17 c0a80013 00000001",
					    "2222 17 c0a80013 00000002",
					    "3333 17 0a000001 00000003",
					    "4444 17 0a000002 00000004" };
	static const char *const fixed[] = { "1111 17 c0a80013 00000001",
					     "2222 17 c0a80013 00000001" };
	static const char *const one[] = { "1111 17 c0a80013 00000001" };

	cr_expect_not(LIKE_SKYPE(ask, dns, 0));
	cr_expect_not(LIKE_SKYPE(ask, no_id, 0));
	cr_expect_not(LIKE_SKYPE(ask, other_type, 0));
	cr_expect_not(LIKE_SKYPE(ask, long_ones, 0));
	cr_expect_not(LIKE_SKYPE(ask, no_host, 2));
	cr_expect_not(LIKE_SKYPE(ask, group, 2));
	cr_expect_not(LIKE_SKYPE(ask, many, 4));
	cr_expect_not(LIKE_SKYPE(ask, fixed, 2));
	cr_expect_not(LIKE_SKYPE(ask, one, 1));
	cr_expect_not(LIKE_SKYPE(many, many, 0), "an echo");
}

Test(probe, three_of_four_addresses_are_enough)
{
	static const char *const ask[] = { "1111 02", "2222 02", "3333 02", "4444 02" };
	static const char *const got[] = { "1111 17 5680f573 00000001", "2222 25 5680f573 00000002",
					   "3333 37 5680f573 00000003",
					   "4444 47 0a000002 00000004" };

	cr_expect(LIKE_SKYPE(ask, got, 4));
}

/* The id may be of any datagram before, not of one after, nor of another conversation. */
Test(probe, the_id_was_sent_before)
{
	static struct talk t;

	asks(&t, "1111 02");
	asks(&t, "2222 02");
	answers(&t, "1111 17 c0a80013 00000001");
	cr_expect_eq(t.log.replies[0].sent, 0, "it belongs to the first");
	cr_expect_eq(conclude(&t)->skype.fit, 1);
	answers(&t, "3333 17 c0a80013 00000001");
	cr_expect_eq(t.log.replies[1].sent, 1);
	asks(&t, "3333 02");
	cr_expect_eq(conclude(&t)->skype.fit, 1, "it was sent later");
	answers(&t, "1111 17 c0a80013 00000002");
	cr_assert_eq(t.log.replies[2].sent, 2);
	cr_expect_eq(conclude(&t)->skype.fit, 2, "one long before");
	t.payloads[0].flow = 1;
	cr_expect_eq(conclude(&t)->skype.fit, 1, "of another conversation");
	probe_log_close(&t.log);
}

Test(probe, echoes)
{
	static struct talk t, all, elsewhere, chance;
	const struct probe_analysis *a;

	asks(&t, "0102030405 06");
	answers(&t, "0102030405 99");
	asks(&t, "1112131415 16");
	answers(&t, "1112131415 98 01");
	asks(&t, "2122");
	answers(&t, "ff");
	a = conclude(&t);
	cr_expect_eq(a->echo_len, 5);
	cr_expect_eq(a->echo_count, 2);
	cr_expect_eq(a->echo_values, 2);
	cr_expect_eq(a->mask_len, 1, "up to the shortest");
	cr_expect_eq(a->nr_lengths, 3);
	probe_log_close(&t.log);

	asks(&all, "01020304");
	answers(&all, "01020304");
	a = conclude(&all);
	cr_expect_eq(a->whole, 1);
	cr_expect_eq(a->echo_len, 4);
	probe_log_close(&all.log);

	asks(&elsewhere, "01020304 aa");
	answers(&elsewhere, "ffff 01020304");
	asks(&elsewhere, "11121314 aa");
	answers(&elsewhere, "ffff 11121314");
	a = conclude(&elsewhere);
	cr_expect_eq(a->echo_len, 0);
	cr_expect_eq(a->shifted.offset, 2);
	cr_expect_eq(a->shifted.count, 2);
	cr_expect_eq(a->prefix, 2);
	probe_log_close(&elsewhere.log);

	asks(&chance, "01 02");
	answers(&chance, "01 ff");
	a = conclude(&chance);
	cr_expect_eq(a->echo_len, 0, "one byte of one reply says nothing");
	probe_log_close(&chance.log);
}

Test(probe, a_word_is_no_address)
{
	static struct talk t;

	asks(&t, "01");
	answers(&t, "67 6f 74 20 31");
	asks(&t, "02");
	answers(&t, "67 6f 74 20 92");
	cr_expect_eq(conclude(&t)->prefix, 4);
	cr_expect_not(t.analysis.has_constant);
	probe_log_close(&t.log);
}

Test(probe, nothing_came)
{
	static struct talk t;
	const struct probe_analysis *a;

	asks(&t, "");
	a = conclude(&t);
	cr_expect_eq(a->replies, 0);
	cr_expect_eq(a->mask_len, 0);
	answers(&t, "");
	a = conclude(&t);
	cr_expect_eq(a->replies, 0);
	cr_expect_eq(a->empty, 1);
	cr_expect_eq(a->lengths[0].count, 1);
	cr_expect_eq(a->echo_len, 0);
	probe_log_close(&t.log);
}

Test(probe, the_most_frequent_lengths_come_first)
{
	static struct talk t;
	const struct probe_analysis *a;
	static const uint8_t bytes[LEN_MAX];

	asks(&t, "01");
	/* Of length i there are i, for seven lengths; 16 replies are kept of each. */
	for (unsigned i = 1; i <= PROBE_LENGTHS_MAX + 1; i++)
		for (unsigned n = 0; n < i; n++) {
			if (t.log.sent[t.nr - 1].replies == PROBE_REPLIES_EACH)
				asks(&t, "01");
			probe_log_reply(&t.log, t.nr - 1, bytes, i, 0, 1);
		}
	a = conclude(&t);
	cr_assert_eq(a->nr_lengths, PROBE_LENGTHS_MAX);
	for (unsigned i = 0; i < PROBE_LENGTHS_MAX; i++) {
		cr_expect_eq(a->lengths[i].len, PROBE_LENGTHS_MAX + 1 - i);
		cr_expect_eq(a->lengths[i].count, PROBE_LENGTHS_MAX + 1 - i);
	}
	cr_expect_eq(a->other_lengths, 1);
	probe_log_close(&t.log);
}

Test(probe, the_log_is_bounded)
{
	static struct talk t;
	static uint8_t large[PROBE_REPLY_MAX + 100];
	struct probe_reply *r;

	asks(&t, "01");
	r = probe_log_reply(&t.log, 0, large, sizeof(large), 5, 10);
	cr_assert_not_null(r);
	cr_expect_eq(r->kept, PROBE_REPLY_MAX);
	cr_expect_eq(r->len, sizeof(large));
	probe_log_more(&t.log, r, large, 7);
	cr_expect_eq(r->len, sizeof(large) + 7);
	cr_expect_eq(r->kept, PROBE_REPLY_MAX);
	for (unsigned i = 1; i < 100; i++)
		probe_log_reply(&t.log, 0, large, 10, 20, 10);
	cr_expect_eq(t.log.nr_replies, PROBE_REPLIES_EACH);
	cr_expect_eq(t.log.not_kept, 100 - PROBE_REPLIES_EACH);
	cr_expect_eq(t.log.total, 100);
	cr_expect_eq(t.log.nr_late, 99);
	cr_expect_eq(t.log.sent[0].outcome, PROBE_ANSWERED);
	probe_log_close(&t.log);
}

/* What comes is put back by who takes it, so that there is always more. */
static void put_back(void *arg, const uint8_t *data, size_t len)
{
	const int *other = arg;

	cr_assert_eq(send(*other, data, len, MSG_NOSIGNAL), (ssize_t)len);
}

Test(probe, a_server_that_only_talks_ends_at_its_time, .timeout = 10)
{
	static uint8_t much[16 << 20];
	int fd[2];
	struct probe_connection c;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	c = (struct probe_connection){ .fd = fd[0] };
	cr_assert_eq(send(fd[1], "talk", 4, 0), 4);
	cr_expect_eq(probe_connection_send(&c, much, sizeof(much),
					   clock_monotonic_ns() + 50 * NS_PER_MS, put_back, &fd[1]),
		     -ETIMEDOUT);
	close(fd[0]);
	close(fd[1]);
}

Test(probe, a_server_that_has_ended_is_waited_for_asleep, .timeout = 10)
{
	static uint8_t much[16 << 20];
	const uint64_t wait_ns = 400 * NS_PER_MS;
	clock_t cpu;
	int fd[2];
	struct probe_connection c;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	c = (struct probe_connection){ .fd = fd[0] };
	cr_assert_eq(shutdown(fd[1], SHUT_WR), 0);
	cpu = clock();
	cr_expect_eq(probe_connection_send(&c, much, sizeof(much), clock_monotonic_ns() + wait_ns,
					   put_back, &fd[1]),
		     -ETIMEDOUT);
	cr_expect_lt((uint64_t)(clock() - cpu) * (NS_PER_SEC / CLOCKS_PER_SEC), wait_ns / 2);
	close(fd[0]);
	close(fd[1]);
}

static const char *row(const char *left_hex, const char *right_hex, uint64_t at, bool color)
{
	static char text[PROBE_ROW_TEXT];
	struct strbuf s = strbuf_over(text, sizeof(text));
	uint8_t left[LEN_MAX], right[LEN_MAX];
	const size_t left_len = from_hex(left_hex, left), right_len = from_hex(right_hex, right);

	probe_print_row(left, left_len, right_len ? right : NULL, right_len, at, color, &s);
	return text;
}

Test(probe, rows)
{
	cr_expect_str_eq(row(seed_sent, "92 40 17 c0 a8 00 13 74 a0 41 f0", 0, false),
			 "0000  92 40 02 a1 66 65 ea 0d .@..fe..  =92=40 17 c0 a8 00 13 74 "
			 ".@.....t\n");
	cr_expect_str_eq(row(seed_sent, "92 40 17 c0 a8 00 13 74 a0 41 f0", 8, false),
			 "0008  8c 82 c3 0c 27 cd c5 e7 ....'...   a0 41 f0                .A.\n");
	cr_expect_str_eq(row(seed_sent, "", 16, false), "0010  4e 78 fe a1 50 a6       Nx..P.\n");
	cr_expect_str_eq(
		row("41", "41 20 7f 00 ff 1b 5b 33 32", 0, false),
		"0000  41                      A         =41 20 7f 00 ff 1b 5b 33 A ....[3\n");
	cr_expect_str_eq(row("41", "41 20 7f 00 ff 1b 5b 33 32", 8, false),
			 "0008                                     32                      2\n");
	cr_expect_str_eq(row("41", "41", 0, true),
			 "0000  41                      A         \033[1;32m=41\033[0m"
			 "                      A\n");
}

Test(probe, who_asks_in_a_file)
{
	static struct probe_payload list[] = {
		{ .data = (uint8_t *)"aa", .len = 2, .side = 1, .ts_ns = 100 },
		{ .data = (uint8_t *)"xx", .len = 2, .side = 0, .ts_ns = 150 },
		{ .data = (uint8_t *)"yy", .len = 2, .side = 0, .ts_ns = 400 },
		{ .data = (uint8_t *)"bb", .len = 2, .side = 1, .ts_ns = 500 },
		{ .data = (uint8_t *)"cc", .len = 2, .side = 0, .flow = 1, .ts_ns = 600 },
		{ .data = (uint8_t *)"yy+", .len = 3, .side = 1, .ts_ns = 700 },
	};
	const struct probe_payloads p = { .list = list, .nr = ARRAY_SIZE(list) };
	struct probe_log log;

	cr_assert_eq(probe_recorded(&p, 200, &log), 0);
	cr_assert_eq(log.nr_sent, 4);
	cr_assert_eq(log.nr_replies, 3);
	cr_expect_eq(log.replies[0].sent, 0);
	cr_expect_eq(log.replies[0].after_ns, 50);
	cr_expect_not(log.replies[0].late);
	cr_expect(log.replies[1].late);
	cr_expect_eq(log.sent[0].outcome, PROBE_ANSWERED);
	cr_expect_eq(log.sent[1].outcome, PROBE_UNANSWERED);
	/* It begins as the other side's last did. */
	cr_expect_eq(log.sent[3].payload, &list[2]);
	cr_expect_eq(log.replies[2].sent, 3);
	probe_log_close(&log);
}
