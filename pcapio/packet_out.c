#include "pcapio/packet_out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/limits.h"
#include "core/linktype.h"
#include "pcapio/out_stream.h"
#include "pcapio/pcap_format.h"
#include "pcapio/pcapng_build.h"
#include "pcapio/pcapng_format.h"

enum {
	/* Four strings of READER_STRING_MAX bytes and their neighbours. */
	DESCRIPTION_MAX = 4 * READER_STRING_MAX + 512,
	OPTIONS_MAX = 64, /* of a packet */
	TRAILER = 4,
	TSRESOL_NS = 9,
	UNKNOWN = UINT16_MAX + 1, /* link type of a classic file without a packet */
};

/* Output id of each interface of an input, plus one; 0: not described yet. */
struct input_ids {
	uint32_t *ids;
	size_t nr;
};

struct packet_out {
	const char *path;
	int fd;
	bool pcap, nano, created;
	uint32_t linktype; /* of a classic file */
	uint32_t nr_interfaces;
	uint64_t packets;
	struct input_ids *inputs;
	size_t nr_inputs;
	struct out_stream *stream;
};

int packet_out_flush(struct packet_out *o, struct errmsg *err)
{
	return out_stream_flush(o->stream, err);
}

static int put(struct packet_out *o, const void *data, size_t len, struct errmsg *err)
{
	return out_stream_put(o->stream, data, len, err);
}

/* ---- opening ---- */

/* What is read must not be cut to nothing. */
static int refuse_inputs(const struct packet_out_options *o, const struct stat *st,
			 struct errmsg *err)
{
	struct stat in;

	for (size_t i = 0; i < o->nr_inputs; i++) {
		const bool is_stdin = !strcmp(o->inputs[i], "-");

		if (is_stdin ? fstat(STDIN_FILENO, &in) : stat(o->inputs[i], &in))
			continue;
		if (S_ISREG(in.st_mode) && in.st_dev == st->st_dev && in.st_ino == st->st_ino)
			return errmsg_set(err, -EINVAL,
					  "%s: is read, and cannot be written at the same time; "
					  "give another name",
					  o->path);
	}
	return 0;
}

static int open_stdout(struct packet_out *out, const struct packet_out_options *o,
		       struct errmsg *err)
{
	struct stat st;

	if (isatty(STDOUT_FILENO))
		return errmsg_set(err, -EINVAL,
				  "-w -: packets are no text for a terminal; redirect the output");
	if (!fstat(STDOUT_FILENO, &st)) {
		const int code = refuse_inputs(o, &st, err);

		if (code)
			return code;
	}
	out->path = "standard output";
	out->fd = STDOUT_FILENO;
	return 0;
}

static int open_file(struct packet_out *out, const struct packet_out_options *o, struct errmsg *err)
{
	int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY;
	struct stat st;

	if (stat(o->path, &st)) {
		flags |= O_CREAT | O_EXCL;
	} else if (S_ISREG(st.st_mode)) {
		const int code = refuse_inputs(o, &st, err);

		if (code)
			return code;
		flags |= O_CREAT | (o->force ? O_TRUNC : O_EXCL);
	}
	out->fd = open(o->path, flags, 0640);
	if (out->fd < 0 && errno == EEXIST)
		return errmsg_set(err, -EEXIST, "%s: exists; --force replaces it", o->path);
	if (out->fd < 0)
		return errmsg_set(err, -errno, "%s: %s", o->path, strerror(errno));
	out->created = (flags & O_EXCL) != 0;
	return 0;
}

static int put_section(struct packet_out *o, struct errmsg *err)
{
	uint8_t bytes[256];
	struct pcapng_builder b = { .data = bytes, .size = sizeof(bytes) };

	pcapng_section(&b, NULL, NULL, "ringtap " RINGTAP_VERSION, NULL);
	return put(o, bytes, b.len, err);
}

int packet_out_open(const struct packet_out_options *o, struct packet_out **ret, struct errmsg *err)
{
	struct packet_out *out = calloc(1, sizeof(*out));
	int code;

	if (!out)
		return errmsg_set(err, -ENOMEM, "out of memory");
	out->path = o->path;
	out->fd = -1;
	out->pcap = o->pcap;
	out->nano = o->nano;
	out->linktype = UNKNOWN;
	out->nr_inputs = o->nr_inputs;
	out->inputs = calloc(MAX_OF(o->nr_inputs, (size_t)1), sizeof(*out->inputs));
	if (!out->inputs)
		code = errmsg_set(err, -ENOMEM, "out of memory");
	else if (!strcmp(o->path, "-"))
		code = open_stdout(out, o, err);
	else
		code = open_file(out, o, err);
	if (!code && out_stream_open(out->fd, out->path, &out->stream))
		code = errmsg_set(err, -ENOMEM, "out of memory");
	if (!code && !o->pcap)
		code = put_section(out, err);
	if (code) {
		(void)!packet_out_close(out, true, NULL);
		return code;
	}
	*ret = out;
	return 0;
}

/* ---- interfaces ---- */

static int put_file_header(struct packet_out *o, const struct reader_interface *iface,
			   struct errmsg *err)
{
	const uint32_t fcs = iface->fcs_len
				     ? PCAP_LINKTYPE_HAS_FCS | (uint32_t)iface->fcs_len / 2
								       << PCAP_LINKTYPE_FCS_SHIFT
				     : 0;
	uint8_t head[PCAP_FILE_HEADER];

	o->linktype = iface->linktype;
	pcap_put_file_header(head, o->nano, SNAPLEN_MAX, iface->linktype | fcs);
	return put(o, head, sizeof(head), err);
}

static int put_interface(struct packet_out *o, const struct reader_interface *iface,
			 struct errmsg *err)
{
	uint8_t bytes[DESCRIPTION_MAX];
	struct pcapng_builder b = { .data = bytes, .size = sizeof(bytes) };
	const uint8_t tsresol = TSRESOL_NS;
	char filter[READER_STRING_MAX + 2];

	pcapng_begin(&b, PCAPNG_IDB);
	pcapng_u16(&b, iface->linktype);
	pcapng_u16(&b, 0);
	pcapng_u32(&b, iface->snaplen);
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
	pcapng_option_text(&b, PCAPNG_IF_HARDWARE, iface->hardware);
	pcapng_end(&b, true);
	if (b.overflow)
		return errmsg_set(err, -E2BIG, "%s: the description of an interface is too long",
				  o->path);
	return put(o, bytes, b.len, err);
}

/* The interface is described in the output from now on. */
static int describe(struct packet_out *o, size_t input, const struct reader *r, uint32_t id,
		    struct errmsg *err)
{
	struct input_ids *in = &o->inputs[input];
	int code;

	if (id >= in->nr) {
		const size_t nr = MAX_OF(reader_nr_interfaces(r), (size_t)id + 1);
		uint32_t *ids = reallocarray(in->ids, nr, sizeof(*ids));

		if (!ids)
			return errmsg_set(err, -ENOMEM, "out of memory");
		memset(ids + in->nr, 0, (nr - in->nr) * sizeof(*ids));
		in->ids = ids;
		in->nr = nr;
	}
	if (in->ids[id])
		return 0;
	code = put_interface(o, reader_interface(r, id), err);
	if (!code)
		in->ids[id] = ++o->nr_interfaces;
	return code;
}

int packet_out_describe(struct packet_out *o, size_t input, const struct reader *r,
			struct errmsg *err)
{
	int code = 0;

	if (o->pcap)
		return o->linktype == UNKNOWN && reader_nr_interfaces(r)
			       ? put_file_header(o, reader_interface(r, 0), err)
			       : 0;
	for (uint32_t i = 0; !code && i < reader_nr_interfaces(r); i++)
		code = describe(o, input, r, i, err);
	return code;
}

/* ---- packets ---- */

static int add_pcap(struct packet_out *o, const struct reader *r, const struct frame_view *f,
		    struct errmsg *err)
{
	uint8_t head[PCAP_RECORD_HEADER];
	int code = 0;

	if (unlikely(o->linktype != f->linktype)) {
		if (o->linktype != UNKNOWN)
			return errmsg_set(err, -EINVAL,
					  "%s: a classic pcap file holds one link type, and %s has "
					  "packets of another (%s); a name that ends in .pcapng "
					  "takes both",
					  o->path, reader_name(r),
					  linktype_name(f->linktype) ? linktype_name(f->linktype)
								     : "unknown");
		code = put_file_header(o, reader_interface(r, f->ifindex), err);
	}
	if (!code && unlikely(f->ts_ns / NS_PER_SEC > UINT32_MAX))
		return errmsg_set(err, -EINVAL,
				  "%s: a packet is later than 2106, which only pcapng can say; a "
				  "name that ends in .pcapng",
				  o->path);
	if (code)
		return code;
	pcap_put_record_header(head, o->nano, f->ts_ns, f->cap_len, f->wire_len);
	code = put(o, head, sizeof(head), err);
	return code ? code : put(o, f->data, f->cap_len, err);
}

static uint32_t frame_flags(const struct frame_view *f)
{
	return (f->direction & PCAPNG_FLAG_DIRECTION) |
	       (((uint32_t)f->reception << PCAPNG_FLAG_RECEPTION_SHIFT) & PCAPNG_FLAG_RECEPTION) |
	       (f->flags & FRAME_CSUM_NOT_READY ? PCAPNG_FLAG_CSUM_NOT_READY : 0) |
	       (f->flags & FRAME_CSUM_VALID ? PCAPNG_FLAG_CSUM_VALID : 0) |
	       (f->flags & FRAME_GSO_TCP ? PCAPNG_FLAG_TCP_SEGMENTED : 0);
}

/* Zeros up to the next word, the options, and room for the length behind them. */
static size_t build_tail(const struct frame_view *f, uint8_t *bytes, size_t size)
{
	const size_t pad = align_up(f->cap_len, 4) - f->cap_len;
	struct pcapng_builder b = { .data = bytes, .len = pad, .size = size };
	const uint32_t flags = frame_flags(f);

	memset(bytes, 0, pad);
	if (flags)
		pcapng_option(&b, PCAPNG_EPB_FLAGS, &flags, sizeof(flags));
	if (f->flags & FRAME_HAS_HASH) {
		uint8_t hash[5] = { PCAPNG_HASH_TOEPLITZ };

		store_u32(hash + 1, f->hash);
		pcapng_option(&b, PCAPNG_EPB_HASH, hash, sizeof(hash));
	}
	if (f->flags & FRAME_HAS_QUEUE)
		pcapng_option(&b, PCAPNG_EPB_QUEUE, &f->queue, sizeof(f->queue));
	if (b.len > pad)
		pcapng_u32(&b, PCAPNG_OPT_END);
	return b.len;
}

static int add_pcapng(struct packet_out *o, size_t input, const struct reader *r,
		      const struct frame_view *f, struct errmsg *err)
{
	uint8_t head[PCAPNG_EPB_HEADER], tail[OPTIONS_MAX];
	const struct input_ids *in = &o->inputs[input];
	size_t tail_len;
	uint32_t total;
	int code = 0;

	if (unlikely(f->ifindex >= in->nr || !in->ids[f->ifindex]))
		code = describe(o, input, r, f->ifindex, err);
	if (code)
		return code;
	tail_len = build_tail(f, tail, sizeof(tail) - TRAILER);
	total = (uint32_t)(sizeof(head) + f->cap_len + tail_len + TRAILER);
	store_u32(tail + tail_len, total);
	store_u32(head, PCAPNG_EPB);
	store_u32(head + 4, total);
	store_u32(head + 8, in->ids[f->ifindex] - 1);
	store_u32(head + 12, (uint32_t)(f->ts_ns >> 32));
	store_u32(head + 16, (uint32_t)f->ts_ns);
	store_u32(head + 20, f->cap_len);
	store_u32(head + 24, f->wire_len);
	code = put(o, head, sizeof(head), err);
	if (!code)
		code = put(o, f->data, f->cap_len, err);
	return code ? code : put(o, tail, tail_len + TRAILER, err);
}

int packet_out_add(struct packet_out *o, size_t input, const struct reader *r,
		   const struct frame_view *f, struct errmsg *err)
{
	const int code = o->pcap ? add_pcap(o, r, f, err) : add_pcapng(o, input, r, f, err);

	o->packets += !code;
	return code;
}

int packet_out_close(struct packet_out *o, bool discard, struct errmsg *err)
{
	int code;

	if (!o)
		return 0;
	discard = discard && !o->packets;
	code = !o->stream || discard ? 0 : packet_out_flush(o, err);
	out_stream_close(o->stream);
	/* A network file system may only now say that there was no room. */
	if (o->fd >= 0 && o->fd != STDOUT_FILENO && close(o->fd) && !code)
		code = errmsg_set(err, -errno, "%s: %s", o->path, strerror(errno));
	if (discard && o->created)
		unlink(o->path);
	for (size_t i = 0; o->inputs && i < o->nr_inputs; i++)
		free(o->inputs[i].ids);
	free(o->inputs);
	free(o);
	return code;
}
