#include "cli/cut_blocks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pcapio/pcapng_format.h"

struct kept_block {
	struct reader_block block; /* its bytes are ours */
	bool once;
};

static bool is_structure(uint32_t type)
{
	return type == PCAPNG_SHB || type == PCAPNG_IDB;
}

static bool is_needed(uint32_t type)
{
	return is_structure(type) || type == PCAPNG_NRB || type == PCAPNG_DSB;
}

/* What bounds blocks of its type. */
static uint64_t *account(struct cut_blocks *b, uint32_t type)
{
	return is_structure(type) ? &b->described : &b->bytes;
}

static void forget(struct cut_blocks *b, const struct kept_block *k)
{
	*account(b, k->block.type) -= k->block.len;
	free((void *)(uintptr_t)k->block.bytes);
}

/* A new section says everything anew. */
static void forget_section(struct cut_blocks *b)
{
	for (size_t i = 0; i < b->nr; i++) {
		b->dropped += b->list[i].once;
		forget(b, &b->list[i]);
	}
	b->nr = 0;
}

static int append(struct cut_blocks *b, const struct reader_block *block, struct errmsg *err)
{
	uint8_t *bytes;

	if (b->nr == b->size) {
		const size_t size = b->size ? b->size * 2 : 8;
		struct kept_block *grown = reallocarray(b->list, size, sizeof(*grown));

		if (!grown)
			return errmsg_set(err, -ENOMEM, "out of memory");
		b->list = grown;
		b->size = size;
	}
	bytes = malloc(block->len);
	if (!bytes)
		return errmsg_set(err, -ENOMEM, "out of memory");
	memcpy(bytes, block->bytes, block->len);
	b->list[b->nr] = (struct kept_block){ .block = *block, .once = !is_needed(block->type) };
	b->list[b->nr++].block.bytes = bytes;
	*account(b, block->type) += block->len;
	return 0;
}

int cut_blocks_keep(struct cut_blocks *b, const struct reader_block *block, bool once,
		    struct errmsg *err)
{
	if (!once && !is_needed(block->type))
		return 0;
	if (block->type == PCAPNG_SHB)
		forget_section(b);
	if (is_structure(block->type) && b->described + block->len > CUT_DESCRIPTIONS_MAX)
		return errmsg_set(err, -E2BIG,
				  "the descriptions of a section's interfaces take more than %d "
				  "MiB, too much to be repeated in each part",
				  CUT_DESCRIPTIONS_MAX >> 20);
	if (!is_structure(block->type) && b->bytes + block->len > CUT_BLOCKS_MAX) {
		b->dropped++;
		return 0;
	}
	return append(b, block, err);
}

int cut_blocks_replay(struct cut_blocks *b, struct packet_out *out, const struct reader *r,
		      struct errmsg *err)
{
	size_t kept = 0;
	int code = 0;

	for (size_t i = 0; i < b->nr; i++) {
		if (!code)
			code = packet_out_block(out, 0, r, &b->list[i].block, err);
		if (b->list[i].once)
			forget(b, &b->list[i]);
		else
			b->list[kept++] = b->list[i];
	}
	b->nr = kept;
	return code;
}

void cut_blocks_free(struct cut_blocks *b)
{
	forget_section(b);
	free(b->list);
	*b = (struct cut_blocks){ 0 };
}
