#include "dissect/checksum.h"

#include "dissect/dissect.h"

enum {
	IP_LOOSE_ROUTE = 131,
	IP_STRICT_ROUTE = 137,
	ROUTING_SOURCE = 0,
	ROUTING_MOBILE = 2,
	ROUTING_RPL = 3,
	ROUTING_SEGMENTS = 4,
	OPT_HOME_ADDRESS = 0xc9,
	ADDR_LEN = CHECKSUM_ADDR_LEN,
};

const struct name_map checksum_status_names[] = {
	{ CHECKSUM_BAD, "Bad" },
	{ CHECKSUM_GOOD, "Good" },
	{ CHECKSUM_UNVERIFIED, "Unverified" },
	{ CHECKSUM_ABSENT, "Not present" },
	{ CHECKSUM_ILLEGAL, "Illegal" },
	{ 0, NULL },
};

static uint32_t fold_once(uint64_t sum)
{
	sum = (sum >> 32) + (uint32_t)sum;
	return (uint32_t)((sum >> 32) + (uint32_t)sum);
}

/* Ones' complement sums come out the same in any byte order, swapped: so add words of the host. */
uint32_t checksum_partial(const uint8_t *p, size_t len, uint32_t sum)
{
	uint64_t acc = 0, word;
	uint32_t half;

	for (; len >= sizeof(word); len -= sizeof(word), p += sizeof(word)) {
		word = load_u64(p);
		acc += word;
		acc += acc < word;
	}
	if (len) {
		word = 0;
		memcpy(&word, p, len);
		acc += word;
		acc += acc < word;
	}
	half = fold_once(acc);
	half = (half >> 16) + (uint16_t)half;
	half = (half >> 16) + (uint16_t)half;
	return fold_once((uint64_t)sum + be16toh((uint16_t)half));
}

uint16_t checksum_fold(uint32_t sum)
{
	sum = (sum >> 16) + (uint16_t)sum;
	sum = (sum >> 16) + (uint16_t)sum;
	return (uint16_t)~sum;
}

uint32_t checksum_crc32c(const uint8_t *p, size_t len, uint32_t crc)
{
	/* Four bits a step; the polynomial is 0x1edc6f41 with its bits reversed. */
	static const uint32_t nibble[16] = {
		0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
		0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
		0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
	};

	crc = ~crc;
	for (; len; len--, p++) {
		crc ^= *p;
		crc = nibble[crc & 15] ^ crc >> 4;
		crc = nibble[crc & 15] ^ crc >> 4;
	}
	return ~crc;
}

/* The nearest IP header below l, or NULL: none, or one that is not wholly here. */
static const struct layer *ip_below(const struct dissection *d, const struct layer *l)
{
	while (l-- > d->layers) {
		if (l->proto == PROTO_IPV4)
			return layer_bytes(d, l, 0, 20) ? l : NULL;
		if (l->proto == PROTO_IPV6)
			return layer_bytes(d, l, 0, 40) ? l : NULL;
	}
	return NULL;
}

size_t checksum_layer_len(const struct dissection *d, const struct layer *l)
{
	const struct layer *ip = ip_below(d, l);
	size_t end = d->frame.wire_len;
	const uint8_t *p;

	if (ip) {
		p = d->frame.data + ip->off;
		if (ip->proto == PROTO_IPV4 && load_be16(p + 2))
			end = ip->off + (size_t)load_be16(p + 2);
		else if (ip->proto == PROTO_IPV6 && load_be16(p + 4))
			end = ip->off + 40 + (size_t)load_be16(p + 4);
	}
	return end > l->off ? end - l->off : 0;
}

bool checksum_span(const struct dissection *d, const struct layer *l, size_t *ret_len)
{
	const size_t len = checksum_layer_len(d, l);

	if (!ip_below(d, l) || l->off + len > d->frame.cap_len)
		return false;
	*ret_len = len;
	return true;
}

bool checksum_is_ipv6(const struct dissection *d, const struct layer *l)
{
	const struct layer *ip = ip_below(d, l);

	return ip && ip->proto == PROTO_IPV6;
}

/* RPL leaves out the first CmprE bytes of its last address, which are the packet's destination's
 * (RFC 6554 3). */
void checksum_pseudo_route(struct checksum_pseudo *ps, const uint8_t *p, size_t len)
{
	const size_t missing = p[4] & 15, pad = p[5] >> 4;

	if (!p[3] || (p[2] != ROUTING_RPL && len < 8 + ADDR_LEN))
		return;
	switch (p[2]) {
	case ROUTING_SOURCE:
	case ROUTING_MOBILE:
		memcpy(ps->dst, p + 8 + ((len - 8) / ADDR_LEN - 1) * ADDR_LEN, ADDR_LEN);
		break;
	case ROUTING_SEGMENTS: /* the last segment stands first, RFC 8754 2 */
		memcpy(ps->dst, p + 8, ADDR_LEN);
		break;
	case ROUTING_RPL:
		if (len >= 8 + pad + ADDR_LEN - missing)
			memcpy(ps->dst + missing, p + len - pad - (ADDR_LEN - missing),
			       ADDR_LEN - missing);
		break;
	}
}

void checksum_pseudo_home(struct checksum_pseudo *ps, const uint8_t *p, size_t len)
{
	struct cursor c = cursor_over(p + 2, len - 2, false);

	while (cursor_left(&c)) {
		const uint8_t type = cursor_u8(&c);
		const uint8_t *value;
		size_t opt_len;

		if (!type)
			continue; /* Pad1 */
		opt_len = cursor_u8(&c);
		value = cursor_take(&c, opt_len);
		if (value && type == OPT_HOME_ADDRESS && opt_len == ADDR_LEN)
			memcpy(ps->src, value, ADDR_LEN);
	}
}

void checksum_pseudo_options(struct checksum_pseudo *ps, const uint8_t *p, size_t len)
{
	struct cursor c = cursor_over(p, len, false);

	while (cursor_left(&c) >= 2 && *c.pos) {
		const uint8_t *opt = c.pos;

		if (*opt == 1) {
			cursor_skip(&c, 1);
			continue;
		}
		if (opt[1] < 2 || !cursor_take(&c, opt[1]))
			return;
		if ((*opt == IP_LOOSE_ROUTE || *opt == IP_STRICT_ROUTE) && opt[1] >= 7 &&
		    opt[2] < opt[1])
			memcpy(ps->dst, opt + 3 + ((opt[1] - 3u) / 4 - 1) * 4, 4);
	}
}

/* What a header between IP and the transport changes. False: it is not wholly here. */
static bool pseudo_extension(const struct dissection *d, const struct layer *ext,
			     struct checksum_pseudo *ps)
{
	const uint8_t *p = layer_bytes(d, ext, 0, 8);

	if (!p)
		return false;
	if (ext->proto == PROTO_IPV6_ROUTING)
		checksum_pseudo_route(ps, p, ext->hdr_len);
	else if (ext->proto == PROTO_IPV6_DSTOPTS)
		checksum_pseudo_home(ps, p, ext->hdr_len);
	else if (ext->proto == PROTO_IPV6_FRAGMENT)
		ps->fragment |= (load_be16(p + 2) & 0xfff9) != 0;
	return true;
}

/* The addresses as the last destination sees them. False: no IP below. */
static bool pseudo_read(const struct dissection *d, const struct layer *l,
			struct checksum_pseudo *ret)
{
	const struct layer *ip = ip_below(d, l);
	const uint8_t *p;

	if (!ip)
		return false;
	p = d->frame.data + ip->off;
	if (ip->proto == PROTO_IPV4) {
		ret->addr_len = 4;
		memcpy(ret->src, p + 12, 4);
		memcpy(ret->dst, p + 16, 4);
		ret->fragment = load_be16(p + 6) & 0x3fff;
		checksum_pseudo_options(ret, p + 20, ip->hdr_len - 20);
		return true;
	}
	ret->addr_len = ADDR_LEN;
	memcpy(ret->src, p + 8, ADDR_LEN);
	memcpy(ret->dst, p + 24, ADDR_LEN);
	ret->fragment = false;
	while (++ip < l)
		if (!pseudo_extension(d, ip, ret))
			return false;
	return true;
}

static uint32_t pseudo_sum(const struct checksum_pseudo *ps, uint8_t proto, size_t len)
{
	uint32_t sum = (uint32_t)(len >> 16) + (uint16_t)len + proto;

	sum = checksum_partial(ps->src, ps->addr_len, sum);
	return checksum_partial(ps->dst, ps->addr_len, sum);
}

/* Bytes that are not here, and those that the NIC was to complete, prove nothing. */
static bool can_verify(const struct dissection *d, const struct layer *l, size_t len)
{
	return l->off <= d->frame.cap_len && len <= d->frame.cap_len - l->off &&
	       !(d->frame.flags & FRAME_CSUM_NOT_READY) && !layer_is_quoted(d, l);
}

static enum checksum_status verify(const struct dissection *d, const struct layer *l, size_t len,
				   uint32_t pseudo)
{
	return checksum_fold(checksum_partial(d->frame.data + l->off, len, pseudo)) ? CHECKSUM_BAD
										    : CHECKSUM_GOOD;
}

enum checksum_status checksum_layer(const struct dissection *d, const struct layer *l, size_t len)
{
	struct checksum_pseudo ps;

	if (!can_verify(d, l, len) || (pseudo_read(d, l, &ps) && ps.fragment))
		return CHECKSUM_UNVERIFIED;
	return verify(d, l, len, 0);
}

enum checksum_status checksum_transport(const struct dissection *d, const struct layer *l,
					uint8_t proto, size_t len)
{
	struct checksum_pseudo ps;

	if (!can_verify(d, l, len) || !pseudo_read(d, l, &ps) || ps.fragment)
		return CHECKSUM_UNVERIFIED;
	return verify(d, l, len, pseudo_sum(&ps, proto, len));
}

/* cover bytes with a checksum at `at`, pseudo header or nothing already in sum. */
static void find(const struct dissection *d, const struct layer *l, size_t cover, uint32_t pseudo,
		 struct checksum_found *f)
{
	const uint32_t all = checksum_partial(d->frame.data + l->off, cover, pseudo);

	f->expected = checksum_fold(all + (uint16_t)~f->found); /* as if it were zero */
	f->computed = true;
	f->status = checksum_fold(all) ? CHECKSUM_BAD : CHECKSUM_GOOD;
}

/* The checksum itself, unverified. False: not even that can be read, or the rest is not here. */
static bool find_begin(const struct dissection *d, const struct layer *l, size_t cover, size_t at,
		       struct checksum_found *ret)
{
	*ret = (struct checksum_found){ .status = CHECKSUM_UNVERIFIED };
	if (at % 2 || at + 2 > cover || l->off + at + 2 > d->frame.cap_len)
		return false;
	ret->found = load_be16(d->frame.data + l->off + at);
	ret->offloaded = d->frame.flags & FRAME_CSUM_NOT_READY;
	return can_verify(d, l, cover);
}

struct checksum_found checksum_find(const struct dissection *d, const struct layer *l,
				    uint8_t proto, size_t len, size_t cover, size_t at)
{
	struct checksum_found f;
	struct checksum_pseudo ps;
	uint32_t sum;

	if (!find_begin(d, l, cover, at, &f) || !pseudo_read(d, l, &ps) || ps.fragment)
		return f;
	sum = pseudo_sum(&ps, proto, len);
	find(d, l, cover, sum, &f);
	if (f.status == CHECKSUM_BAD && f.found == (uint16_t)~checksum_fold(sum)) {
		f.status = CHECKSUM_UNVERIFIED;
		f.offloaded = true;
	}
	return f;
}

struct checksum_found checksum_find_plain(const struct dissection *d, const struct layer *l,
					  size_t len, size_t at)
{
	struct checksum_found f;
	struct checksum_pseudo ps;

	if (find_begin(d, l, len, at, &f) && !(pseudo_read(d, l, &ps) && ps.fragment))
		find(d, l, len, 0, &f);
	return f;
}

void checksum_put(struct field_out *o, const struct field_desc *fields,
		  const struct checksum_found *found, const uint8_t *p, size_t n)
{
	static const char note[] = "not filled in yet: sent with checksum offload";

	field_put_num(o, &fields[0], found->status, p, n);
	if (found->computed)
		field_put_num(o, &fields[1], found->expected, p, n);
	if (found->offloaded)
		field_put_text(o, &fields[2], note, sizeof(note) - 1, p, n);
}
