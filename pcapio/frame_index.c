#include "pcapio/frame_index.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/bytes.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/reader_internal.h"

#define INDEX_MAGIC 0x184d2a5bu
#define INDEX_NAME  "RTINDEX1"

enum {
	NAME_LEN = 8,
	FIRST_FRAMES = 256,
	PACKET_HEAD = 20, /* of a packet or statistics block, up to the end of its time */
};

/* A walk over the blocks of a file that comes in pieces. */
struct frame_index {
	struct frame_content *frames;
	size_t nr, size;
	struct reader_interface *interfaces; /* of the section; how they count time */
	size_t nr_interfaces, interfaces_size;
	uint64_t rest; /* of a block that began in a piece before */
	bool begun, swapped;
	bool given_up;
};

int frame_index_new(struct frame_index **ret)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret ? 0 : -ENOMEM;
}

void frame_index_reset(struct frame_index *x)
{
	x->nr = x->nr_interfaces = 0;
	x->rest = 0;
	x->begun = x->given_up = false;
}

void frame_index_free(struct frame_index *x)
{
	if (!x)
		return;
	free(x->frames);
	free(x->interfaces);
	free(x);
}

/* ---- the walk ---- */

static uint32_t word(const struct frame_index *x, const uint8_t *p)
{
	return x->swapped ? swap_u32(load_u32(p)) : load_u32(p);
}

/* Of all that the block says only how time is counted. */
static bool read_time_options(const struct reader_block *b, struct reader_interface *iface)
{
	struct pcapng_options options;
	struct pcapng_option_view o;
	int code;

	if (pcapng_options_begin(b, &options) <= 0)
		return false;
	while ((code = pcapng_options_next(&options, &o)) > 0) {
		if (o.code == PCAPNG_IF_TSRESOL && o.len == 1)
			iface->tsresol = o.value[0];
		else if (o.code == PCAPNG_IF_TSOFFSET && o.len == 8)
			iface->tsoffset = (int64_t)(b->swapped ? swap_u64(load_u64(o.value))
							       : load_u64(o.value));
	}
	return code == 0;
}

static bool add_interface(struct frame_index *x, const struct reader_block *b)
{
	struct reader_interface *iface;

	if (x->nr_interfaces == READER_INTERFACES_MAX)
		return false;
	if (x->nr_interfaces == x->interfaces_size) {
		const size_t size = x->interfaces_size ? x->interfaces_size * 2 : 4;

		iface = reallocarray(x->interfaces, size, sizeof(*iface));
		if (!iface)
			return false;
		x->interfaces = iface;
		x->interfaces_size = size;
	}
	iface = &x->interfaces[x->nr_interfaces];
	*iface = (struct reader_interface){ .tsresol = 6 };
	x->nr_interfaces += read_time_options(b, iface);
	return true;
}

static void note_time(struct frame_content *c, uint64_t ns)
{
	const bool first = c->packets + c->statistics == 0;

	c->first_ns = first ? ns : MIN_OF(c->first_ns, ns);
	c->last_ns = first ? ns : MAX_OF(c->last_ns, ns);
}

/* A block that has an interface and a time behind its head. */
static void timed_block(const struct frame_index *x, struct frame_content *c,
			const struct reader_block *b)
{
	uint32_t id = word(x, b->bytes + 8);
	uint64_t ticks;

	if (b->type == PCAPNG_PB)
		id = b->swapped ? swap_u16(load_u16(b->bytes + 8)) : load_u16(b->bytes + 8);
	if (id >= x->nr_interfaces) {
		c->flags |= FRAME_HAS_OTHERS;
		return;
	}
	ticks = (uint64_t)word(x, b->bytes + 12) << 32 | word(x, b->bytes + 16);
	note_time(c, pcapng_ticks_to_ns(&x->interfaces[id], ticks));
	c->statistics += b->type == PCAPNG_ISB;
	c->packets += b->type != PCAPNG_ISB;
}

/* A block of which `have` bytes are in this piece. False: the rest of the file is not understood.
 */
static bool take_block(struct frame_index *x, struct frame_content *c, const struct reader_block *b,
		       size_t have)
{
	switch (b->type) {
	case PCAPNG_EPB:
	case PCAPNG_PB:
	case PCAPNG_ISB:
		if (have < PACKET_HEAD)
			return false;
		timed_block(x, c, b);
		return true;
	case PCAPNG_SPB: /* its time is 0, as the reader has it */
		note_time(c, 0);
		c->packets++;
		return true;
	case PCAPNG_FILLER:
	case PCAPNG_RING_HEAD:
		return true;
	case PCAPNG_SHB:
		x->nr_interfaces = 0;
		break;
	case PCAPNG_IDB:
		if (have < b->len || !add_interface(x, b))
			return false;
		break;
	}
	c->flags |= FRAME_HAS_OTHERS;
	return true;
}

/* False: what is there does not go on as a pcapng file does. */
static bool walk(struct frame_index *x, struct frame_content *c, const uint8_t *p, size_t len)
{
	size_t pos = (size_t)MIN_OF(x->rest, (uint64_t)len);

	c->begin = (uint32_t)pos;
	x->rest -= pos;
	while (pos < len) {
		struct reader_block b = { .bytes = p + pos };
		const size_t have = len - pos;

		if (have < PCAPNG_BLOCK_MIN || (!x->begun && load_u32(b.bytes) != PCAPNG_SHB))
			return false;
		if (load_u32(b.bytes) == PCAPNG_SHB)
			x->swapped = load_u32(b.bytes + 8) != PCAPNG_BYTE_ORDER_MAGIC;
		x->begun = true;
		b.swapped = x->swapped;
		b.type = word(x, b.bytes);
		b.len = word(x, b.bytes + 4);
		if (b.len < PCAPNG_BLOCK_MIN || b.len % 4 ||
		    !take_block(x, c, &b, MIN_OF(have, (size_t)b.len)))
			return false;
		x->rest = b.len - MIN_OF(have, (size_t)b.len);
		pos += MIN_OF(have, (size_t)b.len);
	}
	return true;
}

static bool room(struct frame_index *x)
{
	const size_t size = x->size ? x->size * 2 : FIRST_FRAMES;
	struct frame_content *frames;

	if (x->nr < x->size)
		return true;
	if (size > FRAME_INDEX_MAX)
		return false;
	frames = reallocarray(x->frames, size, sizeof(*frames));
	if (!frames)
		return false;
	x->frames = frames;
	x->size = size;
	return true;
}

void frame_index_add(struct frame_index *x, const uint8_t *content, size_t len)
{
	struct frame_content c = { 0 };

	if (x->given_up)
		return;
	x->given_up = !room(x) || !walk(x, &c, content, len);
	if (!x->given_up)
		x->frames[x->nr++] = c;
}

/* ---- in the file ---- */

size_t frame_index_size(const struct frame_index *x, size_t nr_frames)
{
	return x->given_up || !nr_frames || x->nr != nr_frames
		       ? 0
		       : FRAME_INDEX_HEADER + nr_frames * FRAME_INDEX_ENTRY;
}

static void store_le64(uint8_t *p, uint64_t v)
{
	store_le32(p, (uint32_t)v);
	store_le32(p + 4, (uint32_t)(v >> 32));
}

static uint64_t load_le64(const uint8_t *p)
{
	return load_le32(p) | (uint64_t)load_le32(p + 4) << 32;
}

void frame_index_put(const struct frame_index *x, uint8_t *to)
{
	const size_t len = x->nr * FRAME_INDEX_ENTRY;
	uint8_t *const header = to;

	to += FRAME_INDEX_HEADER;
	for (size_t i = 0; i < x->nr; i++, to += FRAME_INDEX_ENTRY) {
		const struct frame_content *c = &x->frames[i];

		store_le64(to, c->first_ns);
		store_le64(to + 8, c->last_ns);
		store_le32(to + 16, c->packets);
		store_le32(to + 20, c->statistics);
		store_le32(to + 24, c->flags);
		store_le32(to + 28, c->begin);
	}
	store_le32(header, INDEX_MAGIC);
	store_le32(header + 4, (uint32_t)(FRAME_INDEX_HEADER - 8 + len));
	memcpy(header + 8, INDEX_NAME, NAME_LEN);
	store_le32(header + 16, (uint32_t)crc32_z(0, header + FRAME_INDEX_HEADER, len));
}

int frame_index_parse(const uint8_t *bytes, size_t len, struct frame_content *ret, size_t nr)
{
	if (len != FRAME_INDEX_HEADER + nr * FRAME_INDEX_ENTRY || load_le32(bytes) != INDEX_MAGIC ||
	    load_le32(bytes + 4) != len - 8 || memcmp(bytes + 8, INDEX_NAME, NAME_LEN) != 0 ||
	    load_le32(bytes + 16) !=
		    crc32_z(0, bytes + FRAME_INDEX_HEADER, len - FRAME_INDEX_HEADER))
		return -ESPIPE;
	bytes += FRAME_INDEX_HEADER;
	for (size_t i = 0; i < nr; i++, bytes += FRAME_INDEX_ENTRY) {
		ret[i] = (struct frame_content){ .first_ns = load_le64(bytes),
						 .last_ns = load_le64(bytes + 8),
						 .packets = load_le32(bytes + 16),
						 .statistics = load_le32(bytes + 20),
						 .flags = load_le32(bytes + 24),
						 .begin = load_le32(bytes + 28) };
		/* What a later version says there is not understood. */
		if (ret[i].flags)
			ret[i].flags |= FRAME_HAS_OTHERS;
	}
	return 0;
}
