#include "cli/info_blocks.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "cli/info_text.h"
#include "cli/read_watch.h"
#include "cli/verbs.h"
#include "core/log.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/reader.h"

enum { LINE_TEXT_MAX = 1 << 16 /* JSON makes six bytes of each in a path, at most */ };

/* A block, or a record of a classic file. */
struct line {
	uint64_t index, offset;
	uint32_t len;
	const char *type;
	const struct reader_block *block; /* NULL: a record */
	const struct frame_view *frame;   /* NULL: no packet */
	bool has_time;
};

static void put_line(struct strbuf *out, const struct line *l, bool utc)
{
	strbuf_printf(out, "%7" PRIu64 "  %12" PRIu64 "  %8u  %-10s", l->index, l->offset, l->len,
		      l->type);
	if (l->block && l->block->interface_id != READER_NO_INTERFACE)
		strbuf_printf(out, "  %4u", l->block->interface_id);
	else
		strbuf_puts(out, l->block ? "     -" : "     0");
	if (l->frame) {
		strbuf_puts(out, "  ");
		if (l->has_time)
			put_moment(out, l->frame->ts_ns, utc);
		else
			strbuf_puts(out, "-");
		strbuf_printf(out, "  %u  %u", l->frame->cap_len, l->frame->wire_len);
	}
	strbuf_putc(out, '\n');
}

static void put_line_json(struct strbuf *out, const char *file, const struct line *l)
{
	strbuf_puts(out, "{\"file\":");
	strbuf_json_string(out, file, strlen(file));
	strbuf_printf(out, ",\"index\":%" PRIu64 ",\"offset\":%" PRIu64 ",\"length\":%u", l->index,
		      l->offset, l->len);
	strbuf_printf(out, ",\"type\":\"%s\"", l->type);
	if (l->block) {
		strbuf_printf(out, ",\"type_number\":%u,\"section\":%u", l->block->type,
			      l->block->section);
		strbuf_printf(out, ",\"byte_order\":\"%s\"", byte_order_name(l->block->swapped));
	}
	if (!l->block || l->block->interface_id != READER_NO_INTERFACE)
		strbuf_printf(out, ",\"interface\":%u", l->block ? l->block->interface_id : 0);
	if (l->frame) {
		if (l->has_time) {
			strbuf_puts(out, ",\"time\":\"");
			put_moment(out, l->frame->ts_ns, true);
			strbuf_putc(out, '"');
		}
		strbuf_printf(out, ",\"captured\":%u,\"original\":%u", l->frame->cap_len,
			      l->frame->wire_len);
	}
	strbuf_puts(out, "}\n");
}

static void fill_line(struct line *l, const struct reader *r, const struct frame_view *frame,
		      char name[BLOCK_NAME_MAX])
{
	const struct reader_block *b = reader_block(r);

	l->index++;
	l->block = b;
	l->frame = frame;
	l->has_time = frame && (!b || b->type != PCAPNG_SPB);
	l->type = b ? block_type_name(b->type, name) : "record";
	l->offset = b ? b->offset : reader_offset(r);
	l->len = (uint32_t)reader_item_size(r);
}

static int list(struct reader *r, const struct info_options *o, struct errmsg *err)
{
	static char text[LINE_TEXT_MAX];
	struct strbuf out = strbuf_over(text, sizeof(text));
	struct line line = { 0 };
	struct frame_view frame;
	char name[BLOCK_NAME_MAX];
	int code = 0;

	while (!read_watch_interrupted() && (code = reader_next_any(r, &frame, err)) > 0) {
		fill_line(&line, r, code == READER_FRAME ? &frame : NULL, name);
		strbuf_reset(&out);
		if (o->json)
			put_line_json(&out, reader_name(r), &line);
		else
			put_line(&out, &line, o->utc);
		if (fwrite(out.text, 1, out.len, stdout) != out.len)
			return -EPIPE;
	}
	return code;
}

static void print_heading(const struct reader *r)
{
	char name[INFO_STRING_SHOWN + 8];
	struct strbuf s = strbuf_over(name, sizeof(name));

	put_string(&s, reader_name(r));
	printf("%s: %s\n%7s  %12s  %8s  %-10s  %4s  time, captured and original length\n", name,
	       reader_format_name(r), "block", "offset", "length", "type", "if");
}

int info_blocks(const char *path, const struct info_options *o)
{
	struct errmsg err = { .text = "" };
	struct reader *r;
	int code = reader_open(path, &r, &err);

	if (code) {
		log_error("%s", err.text);
		return EXIT_NOT_STARTED;
	}
	if (!o->json)
		print_heading(r);
	code = list(r, o, &err);
	reader_close(r);
	if (code < 0 && err.text[0])
		log_error("%s", err.text);
	return code < 0 || read_watch_interrupted() ? EXIT_EARLY : EXIT_DONE;
}
