#include "pcapio/packet_out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "pcapio/packet_out_internal.h"
#include "pcapio/pcapng_transcode.h"

static bool is_classic(const struct packet_out *o)
{
	return o->format != PACKET_FORMAT_PCAPNG;
}

/* ---- opening ---- */

static int check_options(const struct packet_out_options *o, struct errmsg *err)
{
	if (o->resolution > PCAPNG_RESOLUTION_MAX)
		return errmsg_set(
			err, -EINVAL,
			"%s: time stamps of 10^-%d seconds: 64 bits of them do not last a "
			"second; 9 counts nanoseconds",
			o->path, o->resolution);
	return 0;
}

static int open_stream(struct packet_out *out, const struct packet_out_options *o,
		       struct errmsg *err)
{
	const struct out_stream_options s = {
		.fd = out->fd,
		.name = out->path,
		.codec = o->codec,
		.level = o->level,
		.threads = o->threads,
		.own_file = out->own_file,
		.many = o->many,
	};

	return out_stream_open(&s, &out->stream, err);
}

int packet_out_open(const struct packet_out_options *o, struct packet_out **ret, struct errmsg *err)
{
	struct packet_out *out = calloc(1, sizeof(*out));
	int code;

	if (!out)
		return errmsg_set(err, -ENOMEM, "out of memory");
	out->fd = -1;
	out->format = o->format;
	out->snaplen = o->snaplen;
	out->resolution = o->resolution;
	out->linktype = PACKET_OUT_NO_LINKTYPE;
	out->one_section = o->one_section || o->same_interfaces;
	out->same_interfaces = o->same_interfaces;
	out->has_linktype_given = o->linktype_given;
	out->linktype_given = o->linktype;
	out->nr_inputs = o->nr_inputs;
	out->inputs = calloc(MAX_OF(o->nr_inputs, (size_t)1), sizeof(*out->inputs));
	code = out->inputs ? check_options(o, err) : errmsg_set(err, -ENOMEM, "out of memory");
	if (!code)
		code = packet_out_open_file(out, o, err);
	if (!code)
		code = open_stream(out, o, err);
	if (code) {
		(void)!packet_out_close(out, true, NULL);
		return code;
	}
	*ret = out;
	return 0;
}

void packet_out_by_name(const char *path, bool nano, struct packet_out_options *ret)
{
	static const char classic[] = ".pcap";
	const size_t end = sizeof(classic) - 1;
	size_t stem;

	ret->codec = codec_of_name(path, &stem);
	ret->format = stem >= end && !strncasecmp(path + stem - end, classic, end)
			      ? nano ? PACKET_FORMAT_PCAP_NS : PACKET_FORMAT_PCAP
			      : PACKET_FORMAT_PCAPNG;
	ret->resolution = -1;
}

/* ---- room ---- */

static int grow(uint8_t **bytes, size_t *size, size_t want, struct errmsg *err)
{
	uint8_t *grown;

	if (want <= *size)
		return 0;
	grown = realloc(*bytes, want);
	if (!grown)
		return errmsg_set(err, -ENOMEM, "out of memory");
	*bytes = grown;
	*size = want;
	return 0;
}

static int hold_room(struct packet_out *o, size_t len, uint8_t **ret, struct errmsg *err)
{
	struct out_header *h = &o->header;
	const size_t want = h->blocks_len + len;
	const int code = want <= h->blocks_size
				 ? 0
				 : grow(&h->blocks, &h->blocks_size, want + want / 2, err);

	if (!code)
		*ret = h->blocks + h->blocks_len;
	return code;
}

int packet_out_room(struct packet_out *o, size_t len, uint8_t **ret, struct errmsg *err)
{
	int code;

	if (unlikely(o->header.holding))
		return hold_room(o, len, ret, err);
	if (likely(len <= OUT_STREAM_ROOM))
		return out_stream_room(o->stream, ret, err);
	code = grow(&o->scratch, &o->scratch_size, len, err);
	if (!code)
		*ret = o->scratch;
	return code;
}

int packet_out_take(struct packet_out *o, const uint8_t *room, size_t len, struct errmsg *err)
{
	if (unlikely(o->header.holding)) {
		o->header.blocks_len += len;
		return 0;
	}
	if (unlikely(room == o->scratch))
		return packet_out_put(o, room, len, err);
	out_stream_take(o->stream, len);
	return 0;
}

int packet_out_append(struct packet_out *o, const uint8_t *p, size_t len, struct errmsg *err)
{
	uint8_t *room;
	const int code = packet_out_room(o, len, &room, err);

	if (code)
		return code;
	if (room != p) /* it may lie there already */
		memcpy(room, p, len);
	return packet_out_take(o, room, len, err);
}

/* ---- packets and blocks ---- */

int packet_out_add(struct packet_out *o, size_t input, const struct reader *r,
		   const struct frame_view *f, const struct reader_block *block, struct errmsg *err)
{
	const int code = is_classic(o) ? packet_out_pcap_add(o, r, f, block, err)
				       : packet_out_pcapng_add(o, input, r, f, block, err);

	o->counts.packets += !code;
	return code;
}

int packet_out_block(struct packet_out *o, size_t input, const struct reader *r,
		     const struct reader_block *block, struct errmsg *err)
{
	if (!is_classic(o))
		return packet_out_pcapng_block(o, input, r, block, err);
	packet_out_pcap_block(o, block);
	return 0;
}

int packet_out_describe(struct packet_out *o, size_t input, const struct reader *r,
			struct errmsg *err)
{
	return is_classic(o) ? packet_out_pcap_describe(o, r, err)
			     : packet_out_pcapng_describe(o, input, r, err);
}

int packet_out_flush(struct packet_out *o, struct errmsg *err)
{
	return out_stream_flush(o->stream, err);
}

struct packet_out_counts packet_out_counts(const struct packet_out *o)
{
	struct packet_out_counts counts = o->counts;

	counts.bytes = out_stream_bytes(o->stream) + o->header.blocks_len;
	return counts;
}

/* ---- the end ---- */

static int finish(struct packet_out *o, struct errmsg *err)
{
	int code =
		is_classic(o) ? packet_out_pcap_finish(o, err) : packet_out_pcapng_finish(o, err);

	return code ? code : out_stream_finish(o->stream, err);
}

int packet_out_close(struct packet_out *o, bool discard, struct errmsg *err)
{
	int code = 0;

	if (!o)
		return 0;
	discard = discard && !o->counts.packets;
	if (o->stream && !discard)
		code = finish(o, err);
	out_stream_close(o->stream);
	/* A network file system may only now say that there was no room. */
	if (o->fd >= 0 && o->fd != STDOUT_FILENO && close(o->fd) && !code)
		code = errmsg_set(err, -errno, "%s: %s", o->path, strerror(errno));
	if (discard && o->created)
		unlink(o->path);
	packet_out_section_free(o);
	free(o->scratch);
	free(o);
	return code;
}
