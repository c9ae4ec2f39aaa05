#include "cli/cut_parts.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/bytes.h"
#include "core/clock.h"
#include "pcapio/pcapng_format.h"

enum {
	NAME_MAX_SHOWN = 32, /* bytes of an interface's name in a file's */
	RECORD_HEAD_MAX = 36 /* of a packet without a block of its own, and its padding */
};

struct part {
	struct packet_out *out;
	uint64_t packets;
	uint64_t end_ns; /* --split-time: where the next one begins */
	char path[PATH_MAX];
};

/* ---- names ---- */

/* Where the extensions begin: "x.pcapng.zst" at the first. */
static size_t stem_of(const char *path)
{
	const char *const slash = strrchr(path, '/'), *const base = slash ? slash + 1 : path;
	size_t len;

	(void)codec_of_name(path, &len);
	for (size_t i = len; i-- > (size_t)(base - path) + 1;)
		if (path[i] == '.')
			return i;
	return len;
}

/* A file says what its interfaces are called: no name of a path, nothing a shell looks at. */
static void put_interface_name(struct strbuf *s, const struct reader *r, uint32_t id)
{
	const char *name = reader_interface(r, id)->name;

	strbuf_putc(s, '-');
	if (!name || !*name) {
		strbuf_printf(s, "%u", id);
		return;
	}
	for (size_t i = 0; name[i] && i < NAME_MAX_SHOWN; i++)
		strbuf_putc(s, isascii(name[i]) && (isalnum((unsigned char)name[i]) ||
						    strchr("._-", name[i]))
				       ? name[i]
				       : '_');
}

/* In local time, as the names of captures. */
static void put_time(struct strbuf *s, uint64_t ns)
{
	const time_t second = (time_t)(ns / NS_PER_SEC);
	char text[32];
	struct tm tm;

	if (localtime_r(&second, &tm) && strftime(text, sizeof(text), "-%Y%m%d-%H%M%S", &tm))
		strbuf_puts(s, text);
}

static int name_part(const struct cut_parts *p, const struct reader *r, const struct frame_view *f,
		     uint64_t begin_ns, struct part *part, struct errmsg *err)
{
	const char *const path = p->out->path;
	struct strbuf s = strbuf_over(part->path, sizeof(part->path));
	size_t stem;

	if (!cut_is_split(p->o)) {
		strbuf_puts(&s, path);
	} else {
		stem = stem_of(path);
		strbuf_put(&s, path, stem);
		strbuf_printf(&s, "-%05llu", (unsigned long long)p->nr_made + 1);
		if (f && p->o->split.interface)
			put_interface_name(&s, r, f->ifindex);
		if (f && begin_ns)
			put_time(&s, begin_ns);
		strbuf_puts(&s, path + stem);
	}
	return s.overflow ? errmsg_set(err, -ENAMETOOLONG, "%.100s...: the name is too long", path)
			  : 0;
}

/* ---- opening and closing ---- */

/* The time by the clock at which what holds ns begins. */
static uint64_t period_of(uint64_t ns, uint64_t span_ns)
{
	const time_t second = (time_t)(ns / NS_PER_SEC);
	struct tm tm = { 0 };
	uint64_t offset, since;

	if (!localtime_r(&second, &tm))
		return ns;
	offset = (uint64_t)(tm.tm_gmtoff * (int64_t)NS_PER_SEC);
	since = (ns + offset) % span_ns;
	return since < ns ? ns - since : 0;
}

/* f is its first packet; NULL: there is none. */
static int part_open(struct cut_parts *p, struct part *part, const struct reader *r,
		     const struct frame_view *f, struct errmsg *err)
{
	const uint64_t span = p->o->split.span_ns;
	const uint64_t begin = !f ? 0 : span ? period_of(f->ts_ns, span) : f->ts_ns;
	struct packet_out_options options = *p->out;
	int code;

	if (p->nr_made == CUT_PARTS_MAX)
		return errmsg_set(err, -E2BIG,
				  "%s: %d parts are made, and more are not; larger ones", p->last,
				  CUT_PARTS_MAX);
	part->packets = 0;
	part->end_ns = span && begin < UINT64_MAX - span ? begin + span : UINT64_MAX;
	code = name_part(p, r, f, begin, part, err);
	options.path = part->path;
	options.many = p->o->split.interface;
	if (!code)
		code = packet_out_open(&options, &part->out, err);
	if (code) {
		part->out = NULL;
		return code;
	}
	snprintf(p->last, sizeof(p->last), "%s", part->path);
	if (!p->nr_made++)
		snprintf(p->first, sizeof(p->first), "%s", part->path);
	/* A classic file has nothing of them, and would count them as lost again and again. */
	return options.format == PACKET_FORMAT_PCAPNG
		       ? cut_blocks_replay(&p->blocks, part->out, r, err)
		       : 0;
}

static int part_close(struct cut_parts *p, struct part *part, bool discard, struct errmsg *err)
{
	struct packet_out_counts c;
	int code;

	if (!part->out)
		return 0;
	c = packet_out_counts(part->out);
	p->total.packets += c.packets;
	p->total.bytes += c.bytes;
	p->total.cut += c.cut;
	p->total.times_lost += c.times_lost;
	p->total.blocks_lost += c.blocks_lost;
	p->total.options_lost += c.options_lost;
	p->total.no_time += c.no_time;
	if (discard && !c.packets)
		p->nr_made--;
	code = packet_out_close(part->out, discard, err);
	part->out = NULL;
	p->write_failed |= code != 0;
	return code;
}

int cut_parts_open(struct cut_parts *p, struct errmsg *err)
{
	p->nr_parts = p->o->split.interface ? 0 : 1;
	p->parts = calloc(p->o->split.interface ? CUT_PARTS_OPEN : 1, sizeof(*p->parts));
	if (!p->parts)
		return errmsg_set(err, -ENOMEM, "out of memory");
	return cut_is_split(p->o) ? 0 : part_open(p, p->parts, NULL, NULL, err);
}

int cut_parts_close(struct cut_parts *p, const struct reader *r, bool discard, struct errmsg *err)
{
	int code = 0;

	if (!p->parts)
		return 0;
	/* Of splitting nothing there would be no file at all. */
	if (!p->nr_made && !discard) {
		p->nr_parts = 1;
		code = part_open(p, p->parts, r, NULL, err);
	}
	for (size_t i = 0; i < p->nr_parts; i++) {
		struct part *const part = &p->parts[i];
		int closed = 0;

		if (part->out && !part->packets && !discard && !code)
			code = packet_out_describe(part->out, 0, r, err);
		closed = part_close(p, part, discard, code ? NULL : err);
		code = code ? code : closed;
	}
	cut_blocks_free(&p->blocks);
	free(p->part_of);
	free(p->parts);
	p->part_of = NULL;
	p->parts = NULL;
	return code;
}

int cut_parts_flush(struct cut_parts *p, struct errmsg *err)
{
	int code = 0;

	for (size_t i = 0; !code && i < p->nr_parts; i++)
		if (p->parts[i].out)
			code = packet_out_flush(p->parts[i].out, err);
	return code;
}

/* ---- what comes ---- */

/* The part of an interface; NULL: it has none yet. */
static struct part *find_part(const struct cut_parts *p, uint32_t id)
{
	if (!p->o->split.interface)
		return p->parts;
	return id < p->nr_interfaces && p->part_of[id] ? &p->parts[p->part_of[id] - 1] : NULL;
}

/* Statistics of one interface belong into its own part. */
static int block_of_interface(struct cut_parts *p, const struct reader *r,
			      const struct reader_block *b, struct errmsg *err)
{
	const struct part *part = find_part(p, b->interface_id);

	if (part && part->out)
		return out_losses_block(&p->losses, part->out, 0, r, b, err);
	p->blocks_left_out++;
	return 0;
}

int cut_parts_block(struct cut_parts *p, const struct reader *r, struct errmsg *err)
{
	const struct reader_block *b = reader_block(r);
	int code = 0;

	if (cut_is_split(p->o) && b->type != PCAPNG_FILLER && b->type != PCAPNG_RING_HEAD)
		code = cut_blocks_keep(&p->blocks, b, !p->nr_made, err);
	if (code)
		return code;
	if (p->o->split.interface && p->nr_made && b->type == PCAPNG_ISB)
		return block_of_interface(p, r, b, err);
	for (size_t i = 0; !code && i < p->nr_parts; i++)
		if (p->parts[i].out)
			code = out_losses_block(&p->losses, p->parts[i].out, 0, r, b, err);
	return code;
}

static int new_interface(struct cut_parts *p, const struct reader *r, uint32_t id,
			 struct errmsg *err)
{
	const size_t nr = MAX_OF(reader_nr_interfaces(r), (size_t)id + 1);

	if (p->nr_parts == CUT_PARTS_OPEN)
		return errmsg_set(
			err, -E2BIG,
			"%s: more than %d interfaces have packets; --interface takes some "
			"of them at a time",
			reader_name(r), CUT_PARTS_OPEN);
	if (id >= p->nr_interfaces) {
		uint32_t *grown = reallocarray(p->part_of, nr, sizeof(*grown));

		if (!grown)
			return errmsg_set(err, -ENOMEM, "out of memory");
		memset(grown + p->nr_interfaces, 0, (nr - p->nr_interfaces) * sizeof(*grown));
		p->part_of = grown;
		p->nr_interfaces = nr;
	}
	p->part_of[id] = (uint32_t)++p->nr_parts;
	return 0;
}

/* Does the packet begin the next part? */
static bool is_full(const struct cut_parts *p, const struct part *part, const struct frame_view *f,
		    const struct reader_block *block)
{
	const struct cut_split *const split = &p->o->split;

	if (!part->packets)
		return false;
	return (split->packets && part->packets >= split->packets) || f->ts_ns >= part->end_ns ||
	       (split->bytes &&
		packet_out_counts(part->out).bytes +
				(block ? block->len : f->cap_len + RECORD_HEAD_MAX) >
			split->bytes);
}

int cut_parts_add(struct cut_parts *p, const struct reader *r, const struct frame_view *f,
		  struct errmsg *err)
{
	const struct reader_block *const block = reader_block(r);
	struct part *part = find_part(p, f->ifindex);
	int code = 0;

	if (unlikely(!part)) {
		code = new_interface(p, r, f->ifindex, err);
		if (code)
			return code;
		part = find_part(p, f->ifindex);
	}
	if (part->out && is_full(p, part, f, block))
		code = part_close(p, part, false, err);
	if (!code && unlikely(!part->out))
		code = part_open(p, part, r, f, err);
	if (!code)
		code = packet_out_add(part->out, 0, r, f, block, err);
	part->packets += !code;
	return code;
}
