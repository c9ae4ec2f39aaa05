#include "cli/probe_streams.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/probe_flows.h"

enum {
	FIN = 1,
	SYN = 2,
	ACK = 16,
	HELD_MAX = 64,             /* segments of a connection that came too early */
	HELD_BYTES_MAX = 16 << 20, /* of all connections */
	NO_MESSAGE = UINT32_MAX,
	LEFT_OUT = UINT32_MAX - 1, /* it goes on, and is only counted */
};

/* A segment that came before those in front of it. Owned; sorted by place. */
struct held {
	struct held *next;
	uint64_t packet, ts_ns;
	uint32_t seq, len;
	uint8_t data[];
};

struct stream {
	uint32_t group;       /* of its payloads: one for each connection */
	uint32_t message;     /* index of the one that goes on, or as above */
	uint32_t left_out;    /* bytes of one that is only counted */
	uint32_t first, next; /* sequence numbers of the client's first and next byte */
	uint8_t client;       /* the side */
	bool known, started, counted;
	bool spoken; /* the server, since the last message */
	struct held *held;
	uint32_t nr_held;
};

struct probe_streams {
	struct probe_payloads *to;
	struct probe_flows *flows;
	struct stream *streams; /* PROBE_FLOWS_MAX */
	uint32_t nr_groups;
	uint64_t held_bytes;
};

int probe_streams_open(struct probe_payloads *to, struct probe_streams **ret)
{
	struct probe_streams *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->to = to;
	s->streams = calloc(PROBE_FLOWS_MAX, sizeof(*s->streams));
	if (!s->streams || probe_flows_open(&s->flows)) {
		probe_streams_close(s);
		return -ENOMEM;
	}
	*ret = s;
	return 0;
}

static void drop_first(struct probe_streams *s, struct stream *c)
{
	struct held *h = c->held;

	c->held = h->next;
	c->nr_held--;
	s->held_bytes -= h->len;
	free(h);
}

void probe_streams_close(struct probe_streams *s)
{
	if (!s)
		return;
	for (uint32_t i = 0; s->streams && i < PROBE_FLOWS_MAX; i++)
		while (s->streams[i].held)
			drop_first(s, &s->streams[i]);
	free(s->streams);
	probe_flows_close(s->flows);
	free(s);
}

/* ---- messages ---- */

static void put_bytes(struct probe_streams *s, struct stream *c, const uint8_t *data, uint32_t len,
		      uint64_t packet, uint64_t ts_ns)
{
	struct probe_payloads *const to = s->to;
	struct probe_payload *m;

	if (!c->counted)
		to->connections++;
	c->counted = true;
	if (c->message == LEFT_OUT && c->left_out + len <= PROBE_MESSAGE_MAX) {
		c->left_out += len;
		return;
	}
	if (c->message < LEFT_OUT && probe_payload_append(to, &to->list[c->message], data, len))
		return;
	m = probe_payloads_add(to, data, len);
	c->message = m ? (uint32_t)(m - to->list) : LEFT_OUT;
	c->left_out = len;
	if (!m)
		return;
	m->flow = c->group;
	m->packet = packet;
	m->ts_ns = ts_ns;
	m->side = c->client;
	m->is_answer = c->spoken;
	c->spoken = false;
}

/* The part of a segment that has not been there before. */
static void put_segment(struct probe_streams *s, struct stream *c, const struct probe_segment *seg)
{
	const uint32_t old = c->next - seg->seq;

	if (old >= seg->len) {
		s->to->repeated++;
		return;
	}
	put_bytes(s, c, seg->data + old, seg->len - old, seg->packet, seg->ts_ns);
	c->next = seg->seq + seg->len;
}

/* Those whose turn has come; with `gap` the first's has, whatever is missing before it. */
static void release(struct probe_streams *s, struct stream *c, bool gap)
{
	while (c->held && (gap || (int32_t)(c->held->seq - c->next) <= 0)) {
		const struct held *h = c->held;
		const struct probe_segment seg = { .data = h->data,
						   .len = h->len,
						   .seq = h->seq,
						   .packet = h->packet,
						   .ts_ns = h->ts_ns };

		if ((int32_t)(h->seq - c->next) > 0) {
			s->to->gaps++;
			c->next = h->seq;
		}
		put_segment(s, c, &seg);
		drop_first(s, c);
		gap = false;
	}
}

static int hold(struct probe_streams *s, struct stream *c, const struct probe_segment *seg)
{
	struct held **at = &c->held, *h;

	while (c->held && (c->nr_held == HELD_MAX || s->held_bytes + seg->len > HELD_BYTES_MAX))
		release(s, c, true);
	if ((int32_t)(seg->seq - c->next) <= 0) {
		put_segment(s, c, seg);
		return 0;
	}
	if (s->held_bytes + seg->len > HELD_BYTES_MAX) {
		s->to->gaps++;
		c->next = seg->seq;
		put_segment(s, c, seg);
		return 0;
	}
	h = malloc(sizeof(*h) + seg->len);
	if (!h)
		return -ENOMEM;
	*h = (struct held){
		.packet = seg->packet, .ts_ns = seg->ts_ns, .seq = seg->seq, .len = seg->len
	};
	memcpy(h->data, seg->data, seg->len);
	while (*at && (int32_t)((*at)->seq - seg->seq) <= 0)
		at = &(*at)->next;
	h->next = *at;
	*at = h;
	c->nr_held++;
	s->held_bytes += seg->len;
	return 0;
}

/* ---- connections ---- */

static void give_out_held(struct probe_streams *s, struct stream *c)
{
	while (c->held)
		release(s, c, true);
}

/* The same addresses and ports for another connection, or the first one. */
static void begin(struct probe_streams *s, struct stream *c, uint8_t client)
{
	give_out_held(s, c);
	*c = (struct stream){
		.group = s->nr_groups++, .message = NO_MESSAGE, .client = client, .known = true
	};
}

int probe_streams_take(struct probe_streams *s, const struct probe_segment *seg)
{
	const bool syn = seg->flags & SYN, ack = seg->flags & ACK;
	unsigned side;
	const uint32_t number = probe_flow_number(s->flows, seg->flow, &side);
	const uint32_t seq = seg->seq + syn; /* a SYN takes a number of its own */
	struct probe_segment rest = *seg;
	struct stream *c;

	if (number == PROBE_NO_FLOW) {
		s->to->conversations_left_out++;
		return 0;
	}
	c = &s->streams[number];
	/* A SYN that is repeated has the number that is known; else the ports are used again. */
	if (syn && !ack && (!c->started || c->client != side || c->first != seq)) {
		begin(s, c, (uint8_t)side);
		c->first = c->next = seq;
		c->started = true;
	} else if (!c->known && (syn || seg->len)) {
		begin(s, c, (uint8_t)(syn ? !side : side));
	}
	if (!seg->len)
		return 0;
	if (side != c->client) {
		c->message = NO_MESSAGE;
		c->spoken = true;
		return 0;
	}
	if (!c->started)
		c->first = c->next = seq;
	c->started = true;
	rest.seq = seq;
	if ((int32_t)(seq - c->next) > 0)
		return hold(s, c, &rest);
	put_segment(s, c, &rest);
	release(s, c, false);
	return 0;
}

void probe_streams_finish(struct probe_streams *s)
{
	for (uint32_t i = 0; i < PROBE_FLOWS_MAX; i++)
		give_out_held(s, &s->streams[i]);
}
