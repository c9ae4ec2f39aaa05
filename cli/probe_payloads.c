#include "cli/probe_payloads.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/display_judge.h"
#include "cli/packet_filter.h"
#include "cli/probe_flows.h"
#include "cli/probe_streams.h"
#include "cli/read_watch.h"
#include "core/log.h"
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "pcapio/reader.h"
#include "pcapio/source.h"

enum { SILENCE_MS = 200, UDP_HDR_LEN = 8, TCP_HDR_LEN = 20 };

struct reading {
	struct probe_payloads *to;
	const struct probe_options *o;
	struct packet_filter *filter;
	struct registry *registry;
	struct probe_flows *flows;     /* UDP */
	struct probe_streams *streams; /* TCP; NULL: they are not asked for */
	struct source *src;            /* the reader's */
	struct reader *r;
	uint64_t size;
};

/* ---- the list ---- */

struct probe_payload *probe_payloads_add(struct probe_payloads *p, const uint8_t *data,
					 uint32_t len)
{
	struct probe_payload *one;

	p->found++;
	if (p->nr == p->max || p->bytes + len > PROBE_BYTES_MAX)
		return NULL;
	one = &p->list[p->nr];
	*one = (struct probe_payload){ .len = len };
	if (len) {
		one->data = malloc(len);
		if (!one->data)
			return NULL;
		memcpy(one->data, data, len);
	}
	p->nr++;
	p->bytes += len;
	return one;
}

bool probe_payload_append(struct probe_payloads *p, struct probe_payload *to, const uint8_t *data,
			  uint32_t len)
{
	uint8_t *grown;

	if (len > PROBE_MESSAGE_MAX || to->len > PROBE_MESSAGE_MAX - len ||
	    p->bytes + len > PROBE_BYTES_MAX)
		return false;
	grown = realloc(to->data, to->len + len);
	if (!grown)
		return false;
	memcpy(grown + to->len, data, len);
	to->data = grown;
	to->len += len;
	p->bytes += len;
	return true;
}

void probe_payloads_free(struct probe_payloads *p)
{
	for (uint32_t i = 0; i < p->nr; i++)
		free(p->list[i].data);
	free(p->list);
	*p = (struct probe_payloads){ 0 };
}

/* ---- a packet ---- */

/* The first layer of this protocol, which nobody only quotes; NULL: there is none. */
static const struct layer *find_layer(const struct dissection *d, unsigned proto)
{
	for (const struct layer *l = d->layers; l < d->layers + d->nr_layers; l++)
		if (l->proto == proto && !layer_is_quoted(d, l))
			return l;
	return NULL;
}

/* Of the IP level that carries it: what is inside of it in a tunnel is its payload. */
static const struct flow *flow_of(const struct dissection *d, const struct layer *l)
{
	unsigned levels = 0;

	for (const struct layer *at = d->layers; at < l; at++)
		levels += at->proto == PROTO_IPV4 || at->proto == PROTO_IPV6;
	return levels > 1 ? &d->inner : &d->flow;
}

static void take_udp(struct reading *r, const struct dissection *d, const struct layer *l,
		     const struct frame_view *f)
{
	struct probe_payloads *const to = r->to;
	const uint32_t len = l->hdr_len < UDP_HDR_LEN ? 0 : load_be16(f->data + l->off + 4);
	struct probe_payload *one;
	uint32_t flow = 0;
	unsigned side = 0;

	if (len < UDP_HDR_LEN || len > checksum_layer_len(d, l) || l->off + len > f->cap_len) {
		to->cut++;
		return;
	}
	to->udp++;
	if (r->streams)
		return;
	/* To a target all of them are one conversation. */
	if (!r->o->target)
		flow = probe_flow_number(r->flows, flow_of(d, l), &side);
	if (flow == PROBE_NO_FLOW) {
		to->conversations_left_out++;
		return;
	}
	one = probe_payloads_add(to, f->data + l->off + UDP_HDR_LEN, len - UDP_HDR_LEN);
	if (!one)
		return;
	one->flow = flow;
	one->side = (uint8_t)side;
	one->packet = to->packets;
	one->ts_ns = f->ts_ns;
}

static int take_tcp(struct reading *r, const struct dissection *d, const struct layer *l,
		    const struct frame_view *f)
{
	const size_t len = checksum_layer_len(d, l);
	const uint8_t *p = f->data + l->off;
	size_t head;

	if (l->hdr_len < TCP_HDR_LEN) {
		r->to->cut++;
		return 0;
	}
	head = (size_t)(p[12] >> 4) * 4;
	if (head < TCP_HDR_LEN || head > len || l->off + len > f->cap_len) {
		r->to->cut++;
		return 0;
	}
	r->to->tcp += len > head;
	if (!r->streams)
		return 0;
	return probe_streams_take(r->streams, &(struct probe_segment){
						      .flow = flow_of(d, l),
						      .data = p + head,
						      .len = (uint32_t)(len - head),
						      .seq = load_be32(p + 4),
						      .flags = p[13],
						      .packet = r->to->packets,
						      .ts_ns = f->ts_ns,
					      });
}

/* 0 or -errno. */
static int take_frame(struct reading *r, const struct frame_view *f)
{
	const struct layer *udp, *tcp;
	struct dissection d;
	int code = 1;

	r->to->packets++;
	if (r->filter)
		code = packet_filter_accepts(r->filter, r->r, f);
	r->to->filtered += !code;
	if (code <= 0)
		return code;
	(void)dissect_frame(r->registry, f, &d);
	udp = find_layer(&d, PROTO_UDP);
	tcp = find_layer(&d, PROTO_TCP);
	if (d.notes & (NOTE_FRAGMENT | NOTE_LATER_FRAGMENT))
		r->to->fragments++;
	else if (udp && (!tcp || udp < tcp))
		take_udp(r, &d, udp, f);
	else if (tcp)
		return take_tcp(r, &d, tcp, f);
	return 0;
}

/* ---- the file ---- */

static int open_input(struct reading *r, struct errmsg *err)
{
	const char *path = r->o->file;
	struct stat st;
	int code = source_open(path, &r->src, err);

	if (code)
		return code;
	if (strcmp(path, "-") && !stat(path, &st) && S_ISREG(st.st_mode))
		r->size = (uint64_t)st.st_size;
	code = reader_open_source(r->src, &r->r, err);
	if (code)
		return code;
	source_never_wait(r->src);
	return r->filter ? packet_filter_prepare(r->filter, r->r) : 0;
}

static int read_all(struct reading *r)
{
	struct errmsg err = { .text = "" };
	struct read_watch watch = { 0 };
	struct frame_view f = { 0 };
	int code = 0;

	read_watch_begin(&watch);
	while (!code && !(r->to->interrupted = read_watch_interrupted())) {
		code = reader_next(r->r, &f, &err);
		if (code == -EAGAIN) {
			struct pollfd fd = { .fd = source_poll_fd(r->src), .events = POLLIN };

			poll(&fd, 1, SILENCE_MS);
			code = 0;
			continue;
		}
		if (code <= 0)
			break;
		code = take_frame(r, &f);
		if (read_watch_due(&watch, r->to->packets))
			read_watch_show("probe", source_file_offset(r->src), r->size,
					r->to->packets);
	}
	read_watch_end(&watch);
	if (code && err.text[0]) {
		log_error("%s; what came before is used", err.text);
		r->to->damaged = true;
		code = 0;
	}
	return code;
}

/* 0 or -errno, after a complaint or with words. */
static int prepare(struct reading *r, struct errmsg *err)
{
	const struct probe_options *o = r->o;
	int code = 0;

	r->to->max = (uint32_t)o->count;
	r->to->list = calloc(r->to->max, sizeof(*r->to->list));
	if (!r->to->list)
		code = -ENOMEM;
	if (!code)
		code = probe_flows_open(&r->flows);
	if (!code && o->tcp)
		code = probe_streams_open(r->to, &r->streams);
	if (code)
		return errmsg_set(err, code, "probe: out of memory");
	if (o->filter)
		code = packet_filter_open("probe", o->filter, &o->filter_options, &r->filter);
	if (!code)
		code = display_registry("probe", NULL, 0, &r->registry);
	return code ? code : open_input(r, err);
}

int probe_payloads_read(struct probe_payloads *p, const struct probe_options *o, struct errmsg *err)
{
	struct reading r = { .to = p, .o = o };
	int code = prepare(&r, err);

	read_watch_signals(); /* until here, and while a pipe is silent, they end it at once */
	if (!code)
		code = read_all(&r);
	if (code == -ENOMEM && !err->text[0])
		errmsg_set(err, code, "probe: out of memory");
	if (!code && r.streams)
		probe_streams_finish(r.streams);
	probe_streams_close(r.streams);
	probe_flows_close(r.flows);
	reader_close(r.r);
	packet_filter_close(r.filter);
	registry_free(r.registry);
	return code;
}
