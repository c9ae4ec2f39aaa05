/*
 * Programs: whatever filter_check() takes, filter_run() runs, and the listings print; what is
 * printed in numbers reads back as the same program.
 *
 * Input: one byte (bit 0: numbers as text follow, not instructions; bit 1: loops are fine), one
 * byte (number of instructions), 8 bytes per instruction (code in host order, jt, jf, k), the rest
 * is the packet. Of text all that follows is read.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/filter/program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 2, AS_TEXT = 1, LOOPS = 2, INPUT_MAX = 4096, PRINTED_MAX = 64 << 10 };

static char printed[PRINTED_MAX];

static void print(const struct filter_program *p)
{
	struct strbuf s = strbuf_over(printed, sizeof(printed));
	struct filter_program again = { 0 };
	struct errmsg err = { "" };
	int ret;

	filter_print_listing(p, &s);
	strbuf_reset(&s);
	filter_print_c(p, &s);
	ret = filter_parse_numbers(printed, &again, &err);
	assert(s.overflow || (!ret && again.len == p->len));
	filter_program_free(&again);
	strbuf_reset(&s);
	filter_print_numbers(p, &s);
	ret = filter_parse_numbers(printed, &again, &err);
	assert(s.overflow || (!ret && again.len == p->len && again.loops == p->loops &&
			      !memcmp(again.insns, p->insns, p->len * sizeof(*p->insns))));
	filter_program_free(&again);
}

static void read_numbers(const uint8_t *data, size_t size)
{
	struct filter_program p = { 0 };
	struct errmsg err = { "" };
	char *text = malloc(size + 1);

	if (!text)
		return;
	memcpy(text, data, size);
	text[size] = '\0';
	if (!filter_parse_numbers(text, &p, &err)) {
		assert(p.len && !filter_check(p.insns, p.len, true, &err));
		filter_run(&p, data, (uint32_t)size + 4, (uint32_t)size, NULL);
		print(&p);
	}
	filter_program_free(&p);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct filter_ancillary anc = { .protocol = 0x800, .vlan_tci = 5, .vlan_present = 1 };
	struct filter_program p = { 0 };
	struct errmsg err = { "" };
	uint32_t len;
	uint8_t *packet;

	if (size < HEAD || size > INPUT_MAX)
		return 0;
	if (data[0] & AS_TEXT) {
		read_numbers(data + HEAD, size - HEAD);
		return 0;
	}
	p.len = data[1];
	if (p.len * sizeof(*p.insns) > size - HEAD)
		return 0;
	/* Copies of exactly their size: what lies behind belongs to nobody. */
	p.insns = malloc(p.len ? p.len * sizeof(*p.insns) : 1);
	len = (uint32_t)(size - HEAD - p.len * sizeof(*p.insns));
	packet = malloc(len ? len : 1);
	if (p.insns && packet) {
		memcpy(p.insns, data + HEAD, p.len * sizeof(*p.insns));
		memcpy(packet, data + size - len, len);
		if (!filter_check(p.insns, p.len, data[0] & LOOPS, &err)) {
			p.loops = filter_check(p.insns, p.len, false, &err);
			filter_run(&p, packet, len + 7, len, NULL);
			filter_run(&p, packet, len, len, &anc);
			print(&p);
		}
	}
	free(packet);
	filter_program_free(&p);
	return 0;
}
