#include "tests/fuzz/walk.h"

#include <stdlib.h>
#include <string.h>

#include "pcapio/pcapng_options.h"

void walk_require(bool truth)
{
	if (!truth)
		abort();
}

unsigned walk_touch(const uint8_t *data, size_t len)
{
	unsigned sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += data[i];
	return sum;
}

static unsigned walk_frame(const struct reader *r, const struct frame_view *f)
{
	walk_require(f->cap_len <= f->wire_len && f->cap_len <= READER_BLOCK_MAX);
	walk_require(reader_interface(r, f->ifindex) != NULL);
	walk_require(reader_interface(r, f->ifindex)->linktype == f->linktype);
	return walk_touch(f->data, f->cap_len);
}

static unsigned walk_block(const struct reader *r, const struct reader_block *b)
{
	struct pcapng_option_view o;
	struct pcapng_options options;
	unsigned sum = walk_touch(b->bytes, b->len);
	int code;

	walk_require(b->len >= 12 && b->len % 4 == 0 && b->len <= READER_BLOCK_MAX);
	walk_require(b->interface_id == READER_NO_INTERFACE ||
		     b->interface_id < reader_nr_interfaces(r));
	code = pcapng_options_begin(b, &options);
	while (code > 0 && (code = pcapng_options_next(&options, &o)) > 0)
		sum += walk_touch(o.value, o.len) + pcapng_option_kind(b->type, o.code);
	return sum;
}

unsigned walk_reader(struct reader *r, uint64_t max)
{
	struct errmsg err = { .text = "" }, again;
	struct frame_view f;
	uint64_t last = 0;
	unsigned sum = 0;
	int code;

	while ((code = reader_next_any(r, &f, &err)) > 0 && last < max) {
		walk_require(last == 0 || reader_offset(r) > last);
		last = reader_offset(r);
		if (code == READER_FRAME)
			sum += walk_frame(r, &f);
		else
			walk_require(reader_block(r) != NULL);
		if (reader_block(r))
			sum += walk_block(r, reader_block(r));
	}
	if (code < 0) {
		walk_require(err.text[0] != '\0');
		walk_require(reader_next(r, &f, &again) == code && !strcmp(err.text, again.text));
	}
	walk_require(reader_close(r) == 0);
	return sum;
}
