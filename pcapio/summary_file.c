#include "pcapio/summary_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "pcapio/spool.h"

enum { RECORD_HEADER = 8 };

static_assert(sizeof(struct spool_record) == RECORD_HEADER, "a record in a file is one of a spool");

struct summary_reader {
	struct source *src;
	struct summary_file_header header;
	size_t pending; /* bytes of the record handed out last */
	int failure;
	struct errmsg failure_text;
};

static int summary_fail(struct summary_reader *r, int code, const char *reason)
{
	r->failure = code;
	return errmsg_set(&r->failure_text, code, "%.100s: offset %llu: %s", source_name(r->src),
			  (unsigned long long)source_offset(r->src), reason);
}

/* len bytes, or the sticky failure; -EAGAIN, as source_peek(), is none. */
static int summary_need(struct summary_reader *r, size_t len, const uint8_t **ret)
{
	size_t have;
	const int code = source_peek(r->src, len, ret, &have);

	if (code == -EAGAIN)
		return code;
	if (code)
		return summary_fail(r, code, strerror(-code));
	return have < len ? summary_fail(r, -ENODATA, "the file ends inside a record") : 0;
}

static int summary_check_header(struct summary_reader *r)
{
	const struct summary_file_header *h = &r->header;
	const uint8_t *p;
	int code = summary_need(r, sizeof(*h), &p);

	if (code)
		return code;
	memcpy(&r->header, p, sizeof(*h));
	if (memcmp(h->magic, SUMMARY_FILE_MAGIC, SUMMARY_FILE_MAGIC_LEN) != 0)
		return summary_fail(r, -EBADMSG, "not a summary file");
	if (h->byte_order == swap_u32(SUMMARY_FILE_BYTE_ORDER))
		return summary_fail(r, -EOPNOTSUPP,
				    "written on a machine of the other byte order: read it there");
	if (h->byte_order != SUMMARY_FILE_BYTE_ORDER)
		return summary_fail(r, -EBADMSG, "a summary file without byte-order mark");
	if (h->version != SUMMARY_FILE_VERSION)
		return summary_fail(
			r, -EOPNOTSUPP,
			"a version of the summary format that is not read; version 1 is");
	source_consume(r->src, sizeof(*h));
	return 0;
}

int summary_reader_open(struct source *src, struct summary_reader **ret, struct errmsg *err)
{
	struct summary_reader *r = calloc(1, sizeof(*r));
	int code;

	if (!r) {
		code = errmsg_set(err, -ENOMEM, "%s: out of memory", source_name(src));
		source_close(src);
		return code;
	}
	r->src = src;
	code = summary_check_header(r);
	if (code) {
		if (err)
			*err = r->failure_text;
		summary_reader_close(r);
		return code;
	}
	*ret = r;
	return 0;
}

const struct summary_file_header *summary_reader_header(const struct summary_reader *r)
{
	return &r->header;
}

static int record_next(struct summary_reader *r, struct summary_record *ret)
{
	const uint8_t *p;
	uint32_t word;
	size_t have;
	int code;

	for (;;) {
		source_consume(r->src, r->pending);
		r->pending = 0;
		code = source_peek(r->src, RECORD_HEADER, &p, &have);
		if (code == -EAGAIN || (!code && have == 0))
			return code;
		code = summary_need(r, RECORD_HEADER, &p);
		if (code)
			return code;
		word = load_u32(p);
		if (word == 0 && load_u32(p + 4) == 0)
			return summary_fail(
				r, -ENODATA,
				"zeros instead of a record: the writer was stopped before "
				"it finished the file; everything before is whole");
		if ((word & SPOOL_BUSY) || (word & SPOOL_LEN) > SUMMARY_FILE_RECORD_MAX)
			return summary_fail(r, -EBADMSG, "a record's length is not possible");
		ret->len = word & SPOOL_LEN;
		code = summary_need(r, RECORD_HEADER + align_up(ret->len, 8), &p);
		if (code)
			return code;
		r->pending = RECORD_HEADER + align_up(ret->len, 8);
		ret->type = load_u16(p + 4);
		ret->payload = p + RECORD_HEADER;
		if (!(word & SPOOL_DISCARD))
			return 1;
	}
}

int summary_reader_next(struct summary_reader *r, struct summary_record *ret, struct errmsg *err)
{
	const int code = r->failure ? r->failure : record_next(r, ret);

	if (code < 0 && code != -EAGAIN && err)
		*err = r->failure_text;
	return code;
}

void summary_reader_close(struct summary_reader *r)
{
	if (!r)
		return;
	source_close(r->src);
	free(r);
}
