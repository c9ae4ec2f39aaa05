/* Summary files built here: what the reader hands out, and where it stops. */
#include <criterion/criterion.h>
#include <errno.h>

#include "core/bytes.h"
#include "pcapio/spool.h"
#include "pcapio/summary_file.h"
#include "tests/unit/capture_bytes.h"

static void summary_header(struct capture *c)
{
	const struct summary_file_header h = { .magic = SUMMARY_FILE_MAGIC,
					       .byte_order = SUMMARY_FILE_BYTE_ORDER,
					       .version = SUMMARY_FILE_VERSION,
					       .record_size = 64,
					       .start_ns = 42 };

	capture_put(c, &h, sizeof(h));
}

static void summary_record(struct capture *c, uint32_t word, uint16_t type, const char *payload)
{
	const uint32_t len = word & SPOOL_LEN;
	uint8_t head[8] = { 0 };

	store_u32(head, word);
	store_u16(head + 4, type);
	capture_put(c, head, sizeof(head));
	capture_put(c, payload, len);
	capture_zero(c, align_up(len, 8) - len);
}

static int drain_summaries(const struct capture *c, size_t len, size_t *ret_nr, struct errmsg *err)
{
	struct summary_record rec;
	struct summary_reader *r;
	struct source *src;
	int code;

	*ret_nr = 0;
	cr_assert_eq(source_open_memory("summaries", c->bytes, len, &src), 0);
	code = summary_reader_open(src, &r, err);
	if (code)
		return code;
	cr_expect_eq(summary_reader_header(r)->start_ns, 42);
	while ((code = summary_reader_next(r, &rec, err)) > 0) {
		cr_expect_eq(rec.type, SPOOL_SUMMARY + *ret_nr);
		cr_expect_eq(rec.payload[0], 'a' + *ret_nr);
		++*ret_nr;
	}
	summary_reader_close(r);
	return code;
}

Test(summary_file, records)
{
	struct capture c = { 0 };
	struct errmsg err = { "" };
	size_t nr, ends[3];

	summary_header(&c);
	summary_record(&c, 3, SPOOL_SUMMARY, "aaa");
	ends[0] = c.len;
	summary_record(&c, 5 | SPOOL_DISCARD, SPOOL_SUMMARY, "?????");
	ends[1] = c.len;
	summary_record(&c, 8, SPOOL_SUMMARY + 1, "bbbbbbbb");
	ends[2] = c.len;
	cr_expect_eq(drain_summaries(&c, c.len, &nr, &err), 0, "%s", err.text);
	cr_expect_eq(nr, 2);
	for (size_t len = 0; len < c.len; len++) {
		const bool clean = len == 32 || len == ends[0] || len == ends[1];
		const int code = drain_summaries(&c, len, &nr, &err);

		cr_expect_eq(code, clean ? 0 : -ENODATA, "%zu: %d", len, code);
		cr_expect_eq(nr, len >= ends[0] ? 1u : 0u);
	}
	cr_assert_eq(ends[2], c.len);
	store_u32(c.bytes + ends[1], SPOOL_LEN);
	cr_expect_eq(drain_summaries(&c, c.len, &nr, &err), -EBADMSG);
}

Test(summary_file, headers)
{
	static const struct {
		size_t at;
		uint32_t word;
		int code;
	} cases[] = {
		{ 0, 0, -EBADMSG },
		{ 8, 0x4d3c2b1a, -EOPNOTSUPP }, /* the other byte order */
		{ 8, 1, -EBADMSG },
		{ 12, 2, -EOPNOTSUPP },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct capture c = { 0 };
		struct errmsg err = { "" };
		size_t nr;

		summary_header(&c);
		store_u32(c.bytes + cases[i].at, cases[i].word);
		cr_expect_eq(drain_summaries(&c, c.len, &nr, &err), cases[i].code, "%zu", i);
		cr_expect_neq(err.text[0], '\0');
	}
}

Test(summary_file, zero_tail)
{
	struct capture c = { 0 };
	struct errmsg err = { "" };
	size_t nr;

	summary_header(&c);
	summary_record(&c, 3, SPOOL_SUMMARY, "aaa");
	capture_zero(&c, 64);
	cr_expect_eq(drain_summaries(&c, c.len, &nr, &err), -ENODATA);
	cr_expect_eq(nr, 1);
}
