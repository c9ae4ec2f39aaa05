/* tests/unit/reader_drive.c */
#include "tests/unit/reader_drive.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/linktype.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/reader.h"
#include "pcapio/summary_file.h"

struct outcome drain(struct reader *r)
{
	struct outcome o = { 0 };
	struct errmsg err = { "" };
	struct frame_view f;
	uint32_t sum = 0;

	while ((o.code = reader_next(r, &f, &err)) > 0) {
		cr_assert_lt(o.nr, FRAMES_MAX);
		for (uint32_t i = 0; i < f.cap_len; i++) /* every byte can be touched */
			sum += f.data[i];
		o.first_byte[o.nr] = f.cap_len ? f.data[0] : 0;
		o.frames[o.nr++] = f;
	}
	cr_assert_leq(sum, UINT32_MAX);
	if (o.code < 0) {
		struct errmsg again;

		cr_assert_eq(reader_next(r, &f, &again), o.code, "an error must stick");
		cr_assert_str_eq(again.text, err.text);
	}
	memcpy(o.text, err.text, sizeof(o.text));
	return o;
}

struct outcome read_bytes(const uint8_t *bytes, size_t len)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const size_t room = (len / page + 1) * page;
	struct errmsg err = { "" };
	struct outcome o = { 0 };
	struct reader *r;
	uint8_t *map =
		mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(map, MAP_FAILED);
	cr_assert_eq(mprotect(map + room, page, PROT_NONE), 0);
	memcpy(map + room - len, bytes, len);
	o.code = reader_open_memory(map + room - len, len, &r, &err);
	if (o.code) {
		memcpy(o.text, err.text, sizeof(o.text));
	} else {
		o = drain(r);
		cr_assert_eq(reader_close(r), 0);
	}
	munmap(map, room + page);
	return o;
}

struct outcome read_capture(const struct capture *c)
{
	return read_bytes(c->bytes, c->len);
}

void expect_refused(const struct capture *c, size_t nr, int code, const char *reason)
{
	const struct outcome o = read_capture(c);

	cr_expect_eq(o.code, code, "%d, not %d: %s", o.code, code, o.text);
	cr_expect_eq(o.nr, nr, "%zu frames, not %zu", o.nr, nr);
	cr_expect(strstr(o.text, reason), "'%s' does not say '%s'", o.text, reason);
	cr_expect(strstr(o.text, "offset "), "'%s' names no offset", o.text);
}

void pcap_of_three(struct capture *c, uint32_t magic)
{
	pcap_header(c, magic, 262144, LINKTYPE_ETHERNET);
	pcap_record(c, 1000, 1, 60, 60, 10);
	pcap_record(c, 1000, 999999, 14, 1500, 20);
	pcap_record(c, 4000000000u, 0, 0, 0, 30);
}

void pcapng_of_three(struct capture *c)
{
	section_header(c);
	interface_block(c, LINKTYPE_ETHERNET, 262144, 9);
	packet_block(c, 0, 1000000000001ull, 60, 60);
	packet_block(c, 0, 1000000000002ull, 61, 1500);
	packet_begin(c, 0, 1000000000003ull, 62, 62);
	option_u32(c, PCAPNG_EPB_FLAGS, 1);
	option_end(c);
	block_end(c);
}
