/*
 * pcapio/seek_table.c -- zstd's seekable format 0.1.0 (contrib/seekable_format of zstd): a
 * skippable frame of u32 pairs, all little-endian, and a footer that is found from the end of the
 * file.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "pcapio/compress.h"
#include "pcapio/frame_index.h"

#define SKIPPABLE_MAGIC  0x184d2a5eu
#define SEEK_TABLE_MAGIC 0x8f92eab1u

enum {
	HEADER = 8,     /* magic, length of what follows */
	ENTRY = 8,      /* compressed, decompressed */
	FOOTER = 9,     /* number of frames, descriptor, magic */
	DESCRIPTOR = 0, /* no checksums: the frames have their own */
	FIRST_ENTRIES = 1024,
};

/* The entries under construction, and what is made of them. */
struct seek_table {
	uint8_t *bytes;
	uint32_t nr, size; /* in entries */
	bool given_up;
	struct frame_index *index;
	uint8_t *whole; /* of a file that has ended: index and table; NULL: not yet made */
	size_t whole_len;
};

static bool grow(struct seek_table *t, uint32_t size)
{
	uint8_t *bytes = realloc(t->bytes, (size_t)size * ENTRY);

	if (!bytes)
		return false;
	t->bytes = bytes;
	t->size = size;
	return true;
}

int seek_table_new(struct seek_table **ret)
{
	struct seek_table *t = calloc(1, sizeof(*t));

	if (!t || !grow(t, FIRST_ENTRIES) || frame_index_new(&t->index)) {
		seek_table_free(t);
		return -ENOMEM;
	}
	*ret = t;
	return 0;
}

static void forget_whole(struct seek_table *t)
{
	free(t->whole);
	t->whole = NULL;
}

void seek_table_note(struct seek_table *t, const uint8_t *content, uint32_t len)
{
	frame_index_add(t->index, content, len);
}

static void put_entry(uint8_t *p, uint32_t compressed, uint32_t decompressed)
{
	store_le32(p, compressed);
	store_le32(p + 4, decompressed);
}

void seek_table_add(struct seek_table *t, uint32_t compressed, uint32_t decompressed)
{
	if (t->given_up)
		return;
	forget_whole(t);
	if (t->nr == SEEK_TABLE_FRAMES || (t->nr == t->size && !grow(t, t->size * 2))) {
		t->given_up = true;
		return;
	}
	put_entry(t->bytes + (size_t)t->nr++ * ENTRY, compressed, decompressed);
}

/* The index is a frame as any other, which decompresses to nothing. */
static bool make_whole(struct seek_table *t)
{
	const size_t index = frame_index_size(t->index, t->nr), entries = (size_t)t->nr * ENTRY;
	const uint32_t nr = t->nr + (index != 0);
	uint8_t *p;

	t->whole_len = index + HEADER + (size_t)nr * ENTRY + FOOTER;
	t->whole = malloc(t->whole_len);
	if (!t->whole)
		return false;
	if (index)
		frame_index_put(t->index, t->whole);
	p = t->whole + index;
	store_le32(p, SKIPPABLE_MAGIC);
	store_le32(p + 4, nr * ENTRY + FOOTER);
	p += HEADER;
	memcpy(p, t->bytes, entries);
	p += entries;
	if (index) {
		put_entry(p, (uint32_t)index, 0);
		p += ENTRY;
	}
	store_le32(p, nr);
	p[4] = DESCRIPTOR;
	store_le32(p + 5, SEEK_TABLE_MAGIC);
	return true;
}

const uint8_t *seek_table_bytes(struct seek_table *t, size_t *ret_len)
{
	*ret_len = 0;
	if (t->given_up || (!t->whole && !make_whole(t)))
		return NULL;
	*ret_len = t->whole_len;
	return t->whole;
}

void seek_table_reset(struct seek_table *t)
{
	t->nr = 0;
	t->given_up = false;
	forget_whole(t);
	frame_index_reset(t->index);
}

void seek_table_free(struct seek_table *t)
{
	if (!t)
		return;
	frame_index_free(t->index);
	free(t->whole);
	free(t->bytes);
	free(t);
}
