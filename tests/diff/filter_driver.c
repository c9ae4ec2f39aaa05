/*
 * The filter library behind a line protocol, for the tests in Python: one command per line on
 * standard input, one line of answer, "ok ..." or "error ...". A byte 1 stands for a newline.
 *
 *	load PATH                 packets of a capture, behind those that are there
 *	clear                     no packets
 *	thin N                    at most N packets of each link type, spread evenly
 *	compile SLOT LINKTYPE FLAGS SNAPLEN EXPR    FLAGS: letters u(noptimized) d(irection)
 *	                          e(xtended) s(ocket), or -   -> "ok INSTRUCTIONS"
 *	code SLOT NUMBERS         a program in numbers, ';' between instructions
 *	time LINKTYPE ROUNDS EXPR -> "ok NANOSECONDS", one compilation, the best of the rounds
 *	verdicts SLOT             -> "ok LINKTYPE V V V ..." over all packets
 *	compare LINKTYPE CUTS A B [C]   A gives what B or C gives, for each packet and cut
 *	                          -> "ok RUNS ACCEPTED", "error PACKET LENGTH A B C HOW", HOW is
 *"short" where B gives 0 because a load of it is beyond the packet's end bytes PACKET -> "ok
 *WIRE_LEN HEX" listing SLOT              -> "ok ", the listing with ';' for newlines kernel SLOT
 *the kernel takes it
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "dissect/filter/filter.h"
#include "pcapio/reader.h"

enum { NR_SLOTS = 8, LINE_MAX_BYTES = 1 << 20, TEXT_MAX = 1 << 20, NR_CUTS = 12 };

/* Owns data. */
struct packet {
	uint8_t *data;
	uint32_t wire_len, cap_len;
	uint16_t linktype;
};

static struct packet *packets;
static size_t nr_packets, packets_room;
static struct filter_program slots[NR_SLOTS];
static char text[TEXT_MAX];

static void packets_clear(void)
{
	while (nr_packets)
		free(packets[--nr_packets].data);
}

static int packets_add(const struct frame_view *f)
{
	uint8_t *copy = malloc(f->cap_len ? f->cap_len : 1);

	if (nr_packets == packets_room) {
		const size_t room = packets_room ? packets_room * 2 : 1024;
		struct packet *more = reallocarray(packets, room, sizeof(*more));

		if (!more) {
			free(copy);
			return -ENOMEM;
		}
		packets = more;
		packets_room = room;
	}
	if (!copy)
		return -ENOMEM;
	memcpy(copy, f->data, f->cap_len);
	packets[nr_packets++] = (struct packet){
		.data = copy,
		.wire_len = f->wire_len,
		.cap_len = f->cap_len,
		.linktype = f->linktype,
	};
	return 0;
}

static void do_load(const char *path)
{
	struct errmsg err = { "" };
	struct frame_view f;
	struct reader *r;
	size_t before = nr_packets;
	int ret = reader_open(path, &r, &err);

	if (!ret) {
		while ((ret = reader_next(r, &f, &err)) > 0) {
			ret = packets_add(&f);
			if (ret)
				break;
		}
		reader_close(r);
	}
	printf("%s %zu %s\n", ret ? "error" : "ok", nr_packets - before, ret ? err.text : "");
}

/* Every link type keeps `most` packets, from its first to its last. */
static void do_thin(size_t most)
{
	static size_t total[65536], seen[65536];
	size_t i, kept = 0;

	memset(total, 0, sizeof(total));
	memset(seen, 0, sizeof(seen));
	for (i = 0; i < nr_packets; i++)
		total[packets[i].linktype]++;
	for (i = 0; i < nr_packets; i++) {
		const size_t n = total[packets[i].linktype];
		const size_t k = seen[packets[i].linktype]++;

		if (n <= most || k * most / n != (k + 1) * most / n)
			packets[kept++] = packets[i];
		else
			free(packets[i].data);
	}
	nr_packets = kept;
	printf("ok %zu\n", kept);
}

static struct filter_options options_of(unsigned linktype, const char *flags, unsigned snaplen)
{
	return (struct filter_options){
		.linktype = (uint16_t)linktype,
		.target = strchr(flags, 's') ? FILTER_SOCKET : FILTER_FILE,
		.snaplen = snaplen,
		.netmask = FILTER_NETMASK_UNKNOWN,
		.has_direction = strchr(flags, 'd'),
		.unoptimized = strchr(flags, 'u'),
		.extended = strchr(flags, 'e'),
	};
}

static void do_compile(char *args)
{
	struct filter_error err = { "" };
	struct filter_options opt;
	struct errmsg why = { "" };
	unsigned slot, linktype, snaplen;
	char flags[16];
	int at = 0, ret;

	if (sscanf(args, "%u %u %15s %u%n", &slot, &linktype, flags, &snaplen, &at) < 4 ||
	    slot >= NR_SLOTS) {
		puts("error usage");
		return;
	}
	if (args[at] == ' ')
		at++;
	opt = options_of(linktype, flags, snaplen);
	filter_program_free(&slots[slot]);
	ret = filter_compile(args + at, &opt, &slots[slot], &err);
	if (ret) {
		printf("error %d %u-%u %s\n", ret, err.begin, err.end, err.text);
		return;
	}
	if (filter_check(slots[slot].insns, slots[slot].len, true, &why)) {
		printf("error 0 0-0 BAD PROGRAM: %s\n", why.text);
		filter_program_free(&slots[slot]);
		return;
	}
	printf("ok %u\n", slots[slot].len);
}

static void do_code(char *args)
{
	struct errmsg err = { "" };
	unsigned slot;
	int at = 0;
	char *p;

	if (sscanf(args, "%u %n", &slot, &at) < 1 || slot >= NR_SLOTS) {
		puts("error usage");
		return;
	}
	for (p = args; (p = strchr(p, ';'));)
		*p = '\n';
	filter_program_free(&slots[slot]);
	if (filter_parse_numbers(args + at, &slots[slot], &err))
		printf("error %s\n", err.text);
	else
		printf("ok %u\n", slots[slot].len);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void do_time(const char *args)
{
	struct filter_error err = { "" };
	uint64_t best = UINT64_MAX;
	struct filter_options opt;
	unsigned linktype, rounds;
	int at = 0;

	if (sscanf(args, "%u %u%n", &linktype, &rounds, &at) < 2) {
		puts("error usage");
		return;
	}
	if (args[at] == ' ')
		at++;
	opt = options_of(linktype, "-", 0);
	while (rounds--) {
		struct filter_program p = { 0 };
		const uint64_t start = now_ns();
		const int ret = filter_compile(args + at, &opt, &p, &err);
		const uint64_t took = now_ns() - start;

		filter_program_free(&p);
		if (ret) {
			puts("error not compiled");
			return;
		}
		if (took < best)
			best = took;
	}
	printf("ok %llu\n", (unsigned long long)best);
}

static struct filter_program *slot_of(unsigned slot)
{
	return slot < NR_SLOTS && slots[slot].insns ? &slots[slot] : NULL;
}

static void do_verdicts(const char *args)
{
	const struct filter_program *p = slot_of((unsigned)strtoul(args, NULL, 10));
	size_t i;

	if (!p) {
		puts("error no program");
		return;
	}
	printf("ok %d", nr_packets ? packets[0].linktype : -1);
	for (i = 0; i < nr_packets; i++)
		printf(" %u", filter_run(p, packets[i].data, packets[i].wire_len,
					 packets[i].cap_len, NULL));
	putchar('\n');
}

/* Where headers of the usual packets end, and one byte short of it. */
static const uint32_t cuts[NR_CUTS] = { 0, 13, 16, 23, 33, 35, 40, 47, 53, 57, 66, 90 };

/*
 * True where the first gives what the second or the third gives: what rejects packets that are too
 * short is a load, and libpcap's optimiser leaves loads out.
 */
static bool agree(struct filter_program *const p[3], const struct packet *k, uint32_t len,
		  uint32_t ret[3])
{
	/* Memory of its own: a load behind the end is seen by the sanitizer. */
	uint8_t *copy = malloc(len ? len : 1);
	int i;

	if (!copy)
		abort();
	memcpy(copy, k->data, len);
	for (i = 0; i < 3; i++)
		ret[i] = p[i] ? filter_run(p[i], copy, k->wire_len, len, NULL) : 0;
	free(copy);
	return ret[0] == ret[1] || (p[2] && ret[0] == ret[2]);
}

/* With other numbers where p returns 0 it would still give 0. */
static bool too_short(const struct filter_program *p, const struct packet *k, uint32_t len)
{
	struct filter_program other = { .len = p->len, .loops = p->loops };
	bool ret;
	uint32_t i;

	other.insns = malloc(p->len * sizeof(*other.insns));
	if (!other.insns)
		abort();
	memcpy(other.insns, p->insns, p->len * sizeof(*other.insns));
	for (i = 0; i < p->len; i++)
		if (other.insns[i].code == (BPF_RET | BPF_K) && !other.insns[i].k)
			other.insns[i].k = 1;
	ret = !filter_run(&other, k->data, k->wire_len, len, NULL);
	filter_program_free(&other);
	return ret;
}

static void do_compare(const char *args)
{
	unsigned linktype, nr_cuts, slot[3] = { 0, 0, NR_SLOTS };
	struct filter_program *p[3];
	unsigned long runs = 0, accepted = 0;
	uint32_t ret[3] = { 0 };
	size_t i;

	if (sscanf(args, "%u %u %u %u %u", &linktype, &nr_cuts, &slot[0], &slot[1], &slot[2]) < 4) {
		puts("error usage");
		return;
	}
	for (i = 0; i < 3; i++)
		p[i] = slot_of(slot[i]);
	if (!p[0] || !p[1] || nr_cuts > NR_CUTS) {
		puts("error no program");
		return;
	}
	for (i = 0; i < nr_packets; i++) {
		const struct packet *k = &packets[i];
		uint32_t len = k->cap_len;
		unsigned c = 0;

		if (k->linktype != linktype)
			continue;
		for (;;) {
			runs++;
			if (!agree(p, k, len, ret)) {
				printf("error %zu %u %u %u %u %s\n", i, len, ret[0], ret[1], ret[2],
				       too_short(p[1], k, len) ? "short" : "decided");
				return;
			}
			accepted += len == k->cap_len && ret[0];
			while (c < nr_cuts && cuts[c] >= k->cap_len)
				c++;
			if (c == nr_cuts)
				break;
			len = cuts[c++];
		}
	}
	printf("ok %lu %lu\n", runs, accepted);
}

static void do_bytes(const char *args)
{
	const size_t n = strtoul(args, NULL, 10);
	uint32_t i;

	if (n >= nr_packets) {
		puts("error no packet");
		return;
	}
	printf("ok %u ", packets[n].wire_len);
	for (i = 0; i < packets[n].cap_len; i++)
		printf("%02x", packets[n].data[i]);
	putchar('\n');
}

static void do_listing(const char *args)
{
	const struct filter_program *p = slot_of((unsigned)strtoul(args, NULL, 10));
	struct strbuf s = strbuf_over(text, sizeof(text));
	char *c;

	if (p)
		filter_print_listing(p, &s);
	for (c = text; (c = strchr(c, '\n'));)
		*c = ';';
	printf("%s %s\n", p ? "ok" : "error", text);
}

static void do_kernel(const char *args)
{
	const struct filter_program *p = slot_of((unsigned)strtoul(args, NULL, 10));
	struct errmsg err = { "" };

	if (p && !filter_check_kernel(p, &err))
		puts("ok");
	else
		printf("error %s\n", err.text);
}

static void obey(char *line)
{
	char *args = strchr(line, ' '), *c;

	for (c = line; (c = strchr(c, 1));)
		*c = '\n';
	if (args)
		*args++ = '\0';
	else
		args = line + strlen(line);
	if (!strcmp(line, "load"))
		do_load(args);
	else if (!strcmp(line, "thin"))
		do_thin(strtoul(args, NULL, 10));
	else if (!strcmp(line, "compile"))
		do_compile(args);
	else if (!strcmp(line, "code"))
		do_code(args);
	else if (!strcmp(line, "time"))
		do_time(args);
	else if (!strcmp(line, "verdicts"))
		do_verdicts(args);
	else if (!strcmp(line, "compare"))
		do_compare(args);
	else if (!strcmp(line, "bytes"))
		do_bytes(args);
	else if (!strcmp(line, "listing"))
		do_listing(args);
	else if (!strcmp(line, "kernel"))
		do_kernel(args);
	else if (!strcmp(line, "clear")) {
		packets_clear();
		puts("ok");
	} else {
		puts("error unknown command");
	}
}

int main(void)
{
	static char line[LINE_MAX_BYTES];
	unsigned i;

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		obey(line);
		fflush(stdout);
	}
	packets_clear();
	free(packets);
	for (i = 0; i < NR_SLOTS; i++)
		filter_program_free(&slots[i]);
	return 0;
}
