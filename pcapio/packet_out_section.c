/* pcapio/packet_out_section.c -- the header of the one section, and the numbers of its interfaces.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/siphash.h"
#include "pcapio/packet_out_internal.h"
#include "pcapio/pcapng_build.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/pcapng_options.h"

enum {
	/* Comments of the inputs, together: thousands of files may be merged. */
	HEADER_OPTIONS_MAX = 256 << 10,
	HEADER_OTHER_MAX = 2 * (UINT16_MAX + 8) + 256, /* hardware, system, program, and lengths */
	/* Four strings of READER_STRING_MAX bytes and their neighbours. */
	DESCRIPTION_MAX = 4 * READER_STRING_MAX + 512,
	DESCRIPTIONS_BYTES_MAX = 4 << 20,
};

/* ---- the section header ---- */

/* Hardware or system of the machine: kept while all agree. */
static int agree(char **kept, const struct pcapng_option_view *o, bool *ret_lost)
{
	if (!*kept) {
		*kept = strndup((const char *)o->value, o->len);
		return *kept ? 0 : -ENOMEM;
	}
	if (strlen(*kept) != o->len || memcmp(*kept, o->value, o->len) != 0) {
		**kept = '\0';
		*ret_lost = true;
	}
	return 0;
}

/* A comment, or a custom option that may be copied: behind those that are there. */
static int keep_option(struct out_header *h, const struct pcapng_option_view *o, bool swapped,
		       bool *ret_lost)
{
	struct pcapng_builder b = { .data = h->options, .len = h->len, .size = HEADER_OPTIONS_MAX };
	const size_t start = b.len;

	if (!b.data) {
		b.data = h->options = malloc(HEADER_OPTIONS_MAX);
		if (!b.data)
			return -ENOMEM;
	}
	pcapng_option(&b, o->code, o->value, o->len);
	if (b.overflow) {
		*ret_lost = true;
		return 0;
	}
	/* The number that says whose it is. */
	if (swapped && o->code != PCAPNG_OPT_COMMENT && o->len >= 4)
		store_u32(b.data + start + 4, swap_u32(load_u32(o->value)));
	h->len = b.len;
	return 0;
}

static int header_option(struct out_header *h, const struct pcapng_option_view *o, bool swapped,
			 bool *ret_lost)
{
	switch (o->code) {
	case PCAPNG_SHB_USERAPPL: /* of this file it is us */
		return 0;
	case PCAPNG_SHB_HARDWARE:
		return agree(&h->hardware, o, ret_lost);
	case PCAPNG_SHB_OS:
		return agree(&h->os, o, ret_lost);
	case PCAPNG_OPT_COMMENT:
	case PCAPNG_OPT_CUSTOM_TEXT:
	case PCAPNG_OPT_CUSTOM_DATA:
		return keep_option(h, o, swapped, ret_lost);
	default:
		*ret_lost = true;
		return 0;
	}
}

int packet_out_header_add(struct packet_out *o, const struct reader_block *block,
			  struct errmsg *err)
{
	struct pcapng_options options;
	struct pcapng_option_view v;
	bool lost = false;
	int code = pcapng_options_begin(block, &options);

	while (code > 0 && (code = pcapng_options_next(&options, &v)) > 0) {
		if (o->header.written) /* too late */
			lost |= v.code != PCAPNG_SHB_USERAPPL;
		else if (header_option(&o->header, &v, block->swapped, &lost))
			return errmsg_set(err, -ENOMEM, "out of memory");
	}
	o->counts.options_lost += lost || code < 0;
	return 0;
}

void packet_out_header_hold(struct packet_out *o)
{
	o->header.holding = !o->header.written;
}

static int put_header(struct packet_out *o, struct errmsg *err)
{
	struct out_header *h = &o->header;
	struct pcapng_builder b = { .size = h->len + HEADER_OTHER_MAX };
	int code;

	b.data = malloc(b.size);
	if (!b.data)
		return errmsg_set(err, -ENOMEM, "out of memory");
	pcapng_begin(&b, PCAPNG_SHB);
	pcapng_u32(&b, PCAPNG_BYTE_ORDER_MAGIC);
	pcapng_u16(&b, 1);
	pcapng_u16(&b, 0);
	pcapng_u64(&b, UINT64_MAX); /* its length is not known in advance */
	if (h->len) {
		memcpy(b.data + b.len, h->options, h->len);
		b.len += h->len;
	}
	pcapng_option_text(&b, PCAPNG_SHB_HARDWARE, h->hardware);
	pcapng_option_text(&b, PCAPNG_SHB_OS, h->os);
	pcapng_option_text(&b, PCAPNG_SHB_USERAPPL, "ringtap " RINGTAP_VERSION);
	pcapng_end(&b, true);
	code = packet_out_put(o, b.data, b.len, err);
	free(b.data);
	return code;
}

int packet_out_header_write(struct packet_out *o, struct errmsg *err)
{
	struct out_header *h = &o->header;
	int code;

	if (likely(h->written))
		return 0;
	h->written = true;
	h->holding = false;
	code = put_header(o, err);
	if (!code && h->blocks_len)
		code = packet_out_put(o, h->blocks, h->blocks_len, err);
	free(h->blocks);
	h->blocks = NULL;
	h->blocks_len = h->blocks_size = 0;
	return code;
}

/* ---- interfaces ---- */

static int put_description(struct packet_out *o, const struct reader_interface *iface,
			   struct out_interface *slot, struct errmsg *err)
{
	uint8_t bytes[DESCRIPTION_MAX];
	struct pcapng_builder b = { .data = bytes, .size = sizeof(bytes) };
	const uint8_t tsresol = o->resolution < 0 ? iface->tsresol : (uint8_t)o->resolution;
	uint32_t snaplen = iface->snaplen;
	char filter[READER_STRING_MAX + 2];

	if (o->snaplen && (!snaplen || snaplen > o->snaplen))
		snaplen = o->snaplen;
	pcapng_begin(&b, PCAPNG_IDB);
	pcapng_u16(&b, o->has_linktype_given ? o->linktype_given : iface->linktype);
	pcapng_u16(&b, 0);
	pcapng_u32(&b, snaplen);
	pcapng_option_text(&b, PCAPNG_IF_NAME, iface->name);
	pcapng_option_text(&b, PCAPNG_IF_DESCRIPTION, iface->description);
	if (iface->speed)
		pcapng_option_u64(&b, PCAPNG_IF_SPEED, iface->speed);
	pcapng_option(&b, PCAPNG_IF_TSRESOL, &tsresol, 1);
	if (iface->filter) {
		const size_t len = strnlen(iface->filter, READER_STRING_MAX);

		filter[0] = 0; /* an expression follows */
		memcpy(filter + 1, iface->filter, len);
		pcapng_option(&b, PCAPNG_IF_FILTER, filter, len + 1);
	}
	pcapng_option_text(&b, PCAPNG_IF_OS, iface->os);
	if (iface->fcs_len)
		pcapng_option(&b, PCAPNG_IF_FCSLEN, &iface->fcs_len, 1);
	if (iface->tsoffset)
		pcapng_option_u64(&b, PCAPNG_IF_TSOFFSET, (uint64_t)iface->tsoffset);
	pcapng_option_text(&b, PCAPNG_IF_HARDWARE, iface->hardware);
	pcapng_end(&b, true);
	if (b.overflow)
		return errmsg_set(err, -E2BIG, "%s: the description of an interface is too long",
				  o->path);
	return packet_out_interface_put(o, slot, bytes, b.len, err);
}

static uint32_t *bucket_of(const struct packet_out *o, const uint8_t *bytes, size_t len)
{
	const struct siphash_key key = { { 0 } };

	return &o->description_buckets[siphash_128(&key, bytes, len).word[0] %
				       OUT_DESCRIPTION_BUCKETS];
}

/* NULL: there is none like it. */
static const struct out_description *find_description(const struct packet_out *o,
						      const uint8_t *bytes, size_t len)
{
	uint32_t at = o->description_buckets ? *bucket_of(o, bytes, len) : 0;

	while (at) {
		const struct out_description *d = &o->descriptions[at - 1];

		if (d->len == len && !memcmp(d->bytes, bytes, len))
			return d;
		at = d->next;
	}
	return NULL;
}

/* Remembers a description; what there is no memory for has no others like it. */
static void remember(struct packet_out *o, uint32_t id, const uint8_t *bytes, size_t len)
{
	struct out_description *d;
	uint32_t *bucket;

	if (!o->description_buckets)
		o->description_buckets =
			calloc(OUT_DESCRIPTION_BUCKETS, sizeof(*o->description_buckets));
	if (!o->description_buckets || o->descriptions_bytes + len > DESCRIPTIONS_BYTES_MAX)
		return;
	if (o->nr_descriptions == o->descriptions_size) {
		const size_t size = MAX_OF(o->descriptions_size * 2, (size_t)16);

		d = reallocarray(o->descriptions, size, sizeof(*d));
		if (!d)
			return;
		o->descriptions = d;
		o->descriptions_size = size;
	}
	bucket = bucket_of(o, bytes, len);
	d = &o->descriptions[o->nr_descriptions];
	*d = (struct out_description){
		.id = id, .len = (uint32_t)len, .next = *bucket, .bytes = malloc(len)
	};
	if (!d->bytes)
		return;
	memcpy(d->bytes, bytes, len);
	o->descriptions_bytes += len;
	*bucket = (uint32_t)++o->nr_descriptions;
}

int packet_out_interface_put(struct packet_out *o, struct out_interface *slot, const uint8_t *bytes,
			     size_t len, struct errmsg *err)
{
	const struct out_description *d = find_description(o, bytes, len);
	int code;

	if (d) {
		slot->id = d->id + 1;
		return 0;
	}
	if (o->same_interfaces)
		remember(o, o->nr_interfaces, bytes, len);
	code = packet_out_append(o, bytes, len, err);
	if (!code)
		slot->id = ++o->nr_interfaces;
	return code;
}

int packet_out_interface_slot(struct packet_out *o, size_t input, uint32_t id,
			      struct out_interface **ret, struct errmsg *err)
{
	struct out_input *in = &o->inputs[input];

	if (id >= in->nr) {
		const size_t nr = MAX_OF((size_t)id + 1, in->nr * 2);
		struct out_interface *grown =
			reallocarray(in->interfaces, nr, sizeof(*in->interfaces));

		if (!grown)
			return errmsg_set(err, -ENOMEM, "out of memory");
		memset(grown + in->nr, 0, (nr - in->nr) * sizeof(*grown));
		in->interfaces = grown;
		in->nr = nr;
	}
	*ret = &in->interfaces[id];
	return 0;
}

int packet_out_interface(struct packet_out *o, size_t input, const struct reader *r, uint32_t id,
			 uint32_t *ret, struct errmsg *err)
{
	const struct out_input *in = &o->inputs[input];
	struct out_interface *slot;
	int code;

	if (likely(id < in->nr && in->interfaces[id].id)) {
		*ret = in->interfaces[id].id - 1;
		return 0;
	}
	code = packet_out_interface_slot(o, input, id, &slot, err);
	if (!code)
		code = put_description(o, reader_interface(r, id), slot, err);
	if (!code)
		*ret = slot->id - 1;
	return code;
}

void packet_out_section_free(struct packet_out *o)
{
	for (size_t i = 0; o->inputs && i < o->nr_inputs; i++)
		free(o->inputs[i].interfaces);
	free(o->inputs);
	for (size_t i = 0; i < o->nr_descriptions; i++)
		free(o->descriptions[i].bytes);
	free(o->descriptions);
	free(o->description_buckets);
	free(o->header.blocks);
	free(o->header.options);
	free(o->header.hardware);
	free(o->header.os);
}
