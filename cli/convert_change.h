/*
 * cli/convert_change.h -- what `ringtap convert` takes out of a file or rewrites in it: options,
 * names, secrets, and link types that differ in nothing but their number or the order of bytes.
 */
#ifndef CLI_CONVERT_CHANGE_H
#define CLI_CONVERT_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/compiler.h"
#include "core/errmsg.h"
#include "core/frame.h"
#include "pcapio/reader.h"

struct convert_change {
	bool strip_options, strip_names, strip_secrets;
	bool linktype_given;
	uint16_t linktype; /* what all packets become */
	/* What has been taken out. */
	uint64_t options, names, secrets; /* packets with options, blocks, blocks */
	uint8_t *buffer;                  /* of the last block that was rewritten */
	size_t buffer_size;
};

/* Whether anything of a packet changes; else convert_packet() need not be called. */
static inline bool convert_changes_packets(const struct convert_change *c)
{
	return c->strip_options || c->linktype_given;
}

/*
 * Whether a packet can have the link type: 0, or -EINVAL with the reason; `number` counts from 1.
 */
int convert_check(const struct convert_change *c, const struct reader *r,
		  const struct frame_view *f, uint64_t number, struct errmsg *err) must_check;
/*
 * Rewrites a packet that convert_check() has let through, and its block where there is one, into
 * copies that are valid until the next call. 0 or -ENOMEM.
 */
int convert_packet(struct convert_change *c, struct frame_view *f, const struct reader_block *in,
		   struct reader_block *ret, struct errmsg *err) must_check;
/* The same for a block that is no packet: 1 = *ret is what becomes of it, 0 = it is left out. */
int convert_block(struct convert_change *c, const struct reader_block *in, struct reader_block *ret,
		  struct errmsg *err) must_check;
void convert_close(struct convert_change *c);

#endif
