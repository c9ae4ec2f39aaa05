/* dissect/highlight.h -- which bytes of a packet hold a field: for hex dumps that mark them. */
#ifndef DISSECT_HIGHLIGHT_H
#define DISSECT_HIGHLIGHT_H

#include "core/errmsg.h"
#include "dissect/dissect.h"
#include "dissect/registry.h"

enum { HIGHLIGHT_SPANS_MAX = 64 };

struct highlight {
	struct {
		uint32_t off, len; /* bytes of the frame */
	} spans[HIGHLIGHT_SPANS_MAX];
	unsigned nr; /* more than fit are not marked */
};

/* Every place of the field `name`, or of all fields of the protocol `name`, in this packet. */
void highlight_find(const struct dissection *d, const char *name, struct highlight *ret);

static inline bool highlight_has(const struct highlight *h, size_t off)
{
	unsigned i;

	for (i = 0; i < h->nr; i++)
		if (off >= h->spans[i].off && off - h->spans[i].off < h->spans[i].len)
			return true;
	return false;
}

#endif
