/*
 * dissect/dissect.h -- finds the layers of a frame: per layer an offset, a length, a protocol.
 *
 * One call per packet, on the worker's stack: no allocation, no output, bounded depth. What a
 * header says beyond that is read later, by whoever asks, through the field tables.
 */
#ifndef DISSECT_DISSECT_H
#define DISSECT_DISSECT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/cursor.h"
#include "core/frame.h"
#include "core/limits.h"
#include "dissect/proto.h"

struct registry;

enum dissect_status {
	DISSECT_OK,
	DISSECT_TRUNCATED, /* the snaplen, or fragmentation, cut a header that was on the wire */
	DISSECT_MALFORMED, /* the packet contradicts itself */
	DISSECT_TOO_DEEP,  /* more than DISSECT_LAYERS_MAX layers */
};

enum dissect_note {
	NOTE_BAD_LENGTH = 1 << 0,     /* a length field claims more, or less, than there can be */
	NOTE_BAD_HEADER_LEN = 1 << 1, /* a header shorter than its own fixed part */
	NOTE_BAD_VERSION = 1 << 2,    /* an IP version that its carrier did not announce */
	NOTE_MALFORMED = NOTE_BAD_LENGTH | NOTE_BAD_HEADER_LEN | NOTE_BAD_VERSION,
	NOTE_FRAGMENT = 1 << 3,       /* part of a fragmented datagram */
	NOTE_LATER_FRAGMENT = 1 << 4, /* not its first part: there is no transport header in it */
	NOTE_NO_LENGTH = 1 << 5,      /* IP length 0: offloaded super-frame or jumbogram */
	NOTE_NEED_MORE = 1 << 6,      /* a message goes on in a later segment: see pdu_need */
	NOTE_QUOTE = 1 << 7,          /* the layers from quote_from on quote another packet */
};

enum { VLAN_NONE = 0xffff };

struct layer {
	uint32_t off;     /* bytes from the start of the frame */
	uint32_t hdr_len; /* captured bytes of this header; off + hdr_len <= cap_len */
	uint8_t proto;    /* enum proto_id */
	uint8_t variant;  /* a bit of the protocol's own: which of its shapes this header has */
};

/* One IP level: addresses and what the transport above it says. */
struct flow {
	uint8_t src[16], dst[16]; /* the first addr_len bytes, zeros behind them */
	uint16_t sport, dport;    /* ICMP, as in NetFlow: sport 0, dport type << 8 | code */
	uint8_t addr_len;         /* 4, 16, or 0: no addresses */
	uint8_t l4_proto;         /* IP protocol number behind all extension headers */
	uint8_t tcp_flags;        /* FIN is bit 0 */
};

/* Borrows the frame's bytes, owns nothing. `inner` is set only when nr_ip > 1. */
struct dissection {
	const struct registry *reg; /* by which it was dissected */
	struct frame_view frame;
	struct flow flow;          /* the outermost addresses; ARP's protocol addresses too */
	struct flow inner;         /* the innermost ones of a tunnel */
	struct flow quoted;        /* with NOTE_QUOTE: those of the quoted packet */
	uint32_t payload_off;      /* bytes; what no layer has taken */
	uint32_t payload_len;      /* captured bytes of it, without link-layer padding */
	uint32_t payload_wire_len; /* what the headers claim; may be more than was captured */
	uint32_t wire_end; /* frame offset where the innermost length field ends the packet */
	/*
	 * With NOTE_NEED_MORE: the frame offset where the unfinished message starts, and how many
	 * bytes more it needs at least. All before pdu_off was whole.
	 */
	uint32_t pdu_off, pdu_need;
	uint16_t notes;   /* enum dissect_note */
	uint16_t vlan[2]; /* outer and second VLAN id, or VLAN_NONE */
	uint8_t nr_ip;    /* IP headers met; saturates */
	uint8_t nr_vlans;
	uint8_t status; /* enum dissect_status */
	uint8_t nr_layers;
	uint8_t quote_from; /* with NOTE_QUOTE: index of a layer, or nr_layers */
	struct layer layers[DISSECT_LAYERS_MAX]; /* only the first nr_layers are set */
};

/*
 * Thread-safe: reg is read only. ret is valid as long as f->data is. Returns ret->status; fields up
 * to the failing byte can be read whatever it is.
 */
enum dissect_status dissect_frame(const struct registry *reg, const struct frame_view *f,
				  struct dissection *ret);

/* The same of d->frame, which the caller has filled in: a copy less for each packet. */
enum dissect_status dissect_own_frame(const struct registry *reg, struct dissection *d);

/*
 * The same, from byte `off` of the frame on, which `proto` (enum proto_id) owns: for bytes that
 * come out of a stream. `over` is what carries them, PROTO_TCP or PROTO_UDP; its layer is in ret,
 * empty.
 */
enum dissect_status dissect_from(const struct registry *reg, const struct frame_view *f,
				 uint32_t off, unsigned over, unsigned proto,
				 struct dissection *ret);

/* "ok", "truncated", "malformed", "too deep" */
const char *dissect_status_name(enum dissect_status status);

/* Frame offset of the first layer above the link and its tags; the link's own where there is none.
 */
uint32_t dissect_network_offset(const struct registry *reg, const struct dissection *d);

/* len bytes at off in a layer's header, or NULL where the header does not reach so far. */
static inline const uint8_t *layer_bytes(const struct dissection *d, const struct layer *l,
					 size_t off, size_t len)
{
	if (off > l->hdr_len || len > l->hdr_len - off)
		return NULL;
	return d->frame.data + l->off + off;
}

/* A cursor over the layer's header from byte `skip` on, for describe(). */
static inline struct cursor layer_cursor(const struct dissection *d, const struct layer *l,
					 size_t skip)
{
	const size_t off = skip < l->hdr_len ? skip : l->hdr_len;

	return cursor_over(d->frame.data + l->off + off, l->hdr_len - off, false);
}

/* Which protocol carries this layer: PROTO_NONE under the first. */
static inline unsigned layer_carrier(const struct dissection *d, const struct layer *l)
{
	return l > d->layers ? l[-1].proto : (unsigned)PROTO_NONE;
}

static inline bool layer_is_last(const struct dissection *d, const struct layer *l)
{
	return l == &d->layers[d->nr_layers - 1];
}

/* ---- for dissectors ---- */

/* The flow of the IP level that is being dissected. */
static inline struct flow *flow_current(struct dissection *d)
{
	if (unlikely(d->notes & NOTE_QUOTE))
		return &d->quoted;
	return d->nr_ip > 1 ? &d->inner : &d->flow;
}

/* An IP header starts: a new level. The first one's flow has been cleared with the packet. */
static inline struct flow *flow_begin(struct dissection *d)
{
	struct flow *flow;

	d->nr_ip += d->nr_ip < UINT8_MAX && !(d->notes & NOTE_QUOTE);
	flow = flow_current(d);
	if (unlikely(flow != &d->flow || flow->addr_len))
		memset(flow, 0, sizeof(*flow));
	return flow;
}

static inline struct next next_malformed(struct dissection *d, enum dissect_note note)
{
	d->notes |= (uint16_t)note;
	return next_none();
}

/* An IP packet of either version, told by its first bits; anything else is not known. */
static inline struct next next_ip(const struct cursor *c)
{
	const unsigned version = cursor_left(c) ? *c->pos >> 4 : 0;

	if (version == 4)
		return next_key(KEY_PROTO, PROTO_IPV4);
	return version == 6 ? next_key(KEY_PROTO, PROTO_IPV6) : next_none();
}

static inline struct next next_ipproto(struct dissection *d, uint8_t proto)
{
	flow_current(d)->l4_proto = proto;
	return next_key(KEY_IPPROTO, proto);
}

/*
 * The rest of this packet is at most len bytes, says a header. A lie is noted, also where the
 * snaplen cut the packet: what encloses it has said how long it was on the wire. Only a fragment's
 * transport header may claim more, for it speaks of the whole datagram.
 */
static inline void dissect_limit(struct dissection *d, struct cursor *c, size_t len)
{
	const size_t end = (size_t)(c->pos - d->frame.data) + len;

	if (unlikely(end > d->wire_end && !(d->notes & (NOTE_FRAGMENT | NOTE_QUOTE))) ||
	    !cursor_limit(c, len))
		d->notes |= NOTE_BAD_LENGTH;
	else
		d->wire_end = (uint32_t)end;
}

/*
 * What follows l are the first bytes of another packet, of IP version 4 or 6, as an ICMP error
 * quotes it. Its layers are shown and change nothing: neither the flow nor the status, for a
 * quotation may end anywhere.
 */
struct next next_quote(struct dissection *d, const struct layer *l, struct cursor *c);

/* The layer belongs to a quoted packet: it says nothing of this one. */
static inline bool layer_is_quoted(const struct dissection *d, const struct layer *l)
{
	return d->notes & NOTE_QUOTE && l - d->layers >= d->quote_from;
}

/* The transport header is cut short; its ports, if they are there, are worth having. Cold. */
struct next next_cut_ports(struct dissection *d, const struct layer *l, const struct cursor *c);

/* Takes all that the innermost length field still announces: a list that fills the packet. */
static inline void dissect_take_rest(const struct dissection *d, struct cursor *c)
{
	const size_t pos = (size_t)(c->pos - d->frame.data);

	cursor_skip(c, d->wire_end > pos ? d->wire_end - pos : 0);
}

/*
 * The next `len` bytes belong to the message that starts at `pdu`. Over a stream, what is not here
 * yet comes in a later segment; it is no error. False, with all that is here taken, when some is
 * missing. Elsewhere the same as cursor_take().
 */
bool dissect_take_pdu(struct dissection *d, const struct layer *l, struct cursor *c,
		      const uint8_t *pdu, size_t len);

/* The message that starts at `pdu` needs at least `need` bytes more than there are. */
static inline void dissect_need_more(struct dissection *d, const uint8_t *pdu, size_t need)
{
	d->notes |= NOTE_NEED_MORE;
	d->pdu_off = (uint32_t)(pdu - d->frame.data);
	d->pdu_need = (uint32_t)need;
}

/* The lower port first, as servers have them; nothing when no payload is here. */
static inline struct next next_ports(const struct dissection *d, const struct cursor *c,
				     enum key_space space, uint16_t sport, uint16_t dport)
{
	if ((size_t)(c->pos - d->frame.data) >= d->wire_end || !cursor_left(c))
		return next_none();
	return next_pair(space, MIN_OF(sport, dport), MAX_OF(sport, dport));
}

#endif
