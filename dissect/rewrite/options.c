/* dissect/rewrite/options.c -- the text of each rule, once, when the command line is read. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "core/bytes.h"
#include "core/strbuf.h"
#include "dissect/rewrite/rewrite.h"

enum { SIDE_MAX = 64, PREFIX_DIGITS_MAX = 3, PORT_DIGITS_MAX = 5, VLAN_ID_LAST = 4094 };

/* "OLD=NEW" taken apart. */
struct sides {
	char old[SIDE_MAX], new[SIDE_MAX];
};

static int split(const char *text, const char *example, struct sides *ret, struct errmsg *err)
{
	const char *equal = strchr(text, '=');
	size_t old_len, new_len;

	if (!equal || equal == text || !equal[1])
		return errmsg_set(err, -EINVAL, "%s: no old and new; write OLD=NEW, as in %s", text,
				  example);
	old_len = (size_t)(equal - text);
	new_len = strlen(equal + 1);
	if (old_len >= SIDE_MAX || new_len >= SIDE_MAX)
		return errmsg_set(err, -EINVAL, "%.64s...: too long; write OLD=NEW, as in %s", text,
				  example);
	memcpy(ret->old, text, old_len);
	ret->old[old_len] = '\0';
	memcpy(ret->new, equal + 1, new_len + 1);
	return 0;
}

static int full(const char *text, const char *what, struct errmsg *err)
{
	return errmsg_set(err, -E2BIG, "%s: more than %d %s; join neighbours into one", text,
			  REWRITE_MAPS_MAX, what);
}

/* Digits alone, at most digits_max of them, up to max. */
static bool parse_number(const char *text, size_t digits_max, unsigned max, unsigned *ret)
{
	const size_t len = strspn(text, "0123456789");
	unsigned long v;

	if (!len || len > digits_max || text[len])
		return false;
	v = strtoul(text, NULL, 10);
	if (v > max)
		return false;
	*ret = (unsigned)v;
	return true;
}

struct prefix {
	int family;
	uint8_t bytes[16], mask[16];
};

static void fill_mask(uint8_t *mask, unsigned bits)
{
	unsigned i;

	memset(mask, 0, 16);
	for (i = 0; i < bits; i++)
		mask[i / 8] |= (uint8_t)(0x80 >> i % 8);
}

/* The address without the bits that its prefix leaves to hosts: what may have been meant. */
static int host_bits(const struct prefix *p, const char *text, unsigned bits, struct errmsg *err)
{
	char network[INET6_ADDRSTRLEN];
	uint8_t masked[16];
	int i;

	for (i = 0; i < 16; i++)
		masked[i] = p->bytes[i] & p->mask[i];
	if (!memcmp(masked, p->bytes, sizeof(masked)))
		return 0;
	inet_ntop(p->family, masked, network, sizeof(network));
	return errmsg_set(err, -EINVAL,
			  "%s: the address has bits behind its prefix; write %s/%u for the "
			  "network, or leave /%u out for the one address",
			  text, network, bits, bits);
}

static int parse_prefix(const char *text, struct prefix *ret, struct errmsg *err)
{
	const bool v6 = strchr(text, ':');
	const unsigned bits_max = v6 ? 128 : 32;
	const char *slash = strchr(text, '/');
	unsigned bits = bits_max;
	char address[SIDE_MAX];
	size_t len = slash ? (size_t)(slash - text) : strlen(text);

	*ret = (struct prefix){ .family = v6 ? AF_INET6 : AF_INET };
	memcpy(address, text, len); /* a side's, so it fits */
	address[len] = '\0';
	if (inet_pton(ret->family, address, ret->bytes) != 1)
		return errmsg_set(err, -EINVAL,
				  "%s: no IP address; write 10.0.0.0/8, 10.0.0.1 or 2001:db8::/32",
				  text);
	if (slash && !parse_number(slash + 1, PREFIX_DIGITS_MAX, bits_max, &bits))
		return errmsg_set(err, -EINVAL,
				  "%s: no prefix length behind '/'; it is a number from 0 to %u",
				  text, bits_max);
	fill_mask(ret->mask, bits);
	return host_bits(ret, text, bits, err);
}

static void fill_v4(struct rewrite_map *m, const struct prefix *old, const struct prefix *new)
{
	*m = (struct rewrite_map){ .net = { load_u32(old->bytes) },
				   .mask = { load_u32(old->mask) },
				   .to = { load_u32(new->bytes) },
				   .keep = { (uint32_t)~load_u32(new->mask) } };
}

static void fill_v6(struct rewrite_map *m, const struct prefix *old, const struct prefix *new)
{
	int i;

	for (i = 0; i < 2; i++) {
		m->net[i] = load_u64(old->bytes + 8 * i);
		m->mask[i] = load_u64(old->mask + 8 * i);
		m->to[i] = load_u64(new->bytes + 8 * i);
		m->keep[i] = ~load_u64(new->mask + 8 * i);
	}
}

int rewrite_add_map(struct rewrite *rw, const char *text, struct errmsg *err)
{
	struct prefix old, new;
	struct sides s;
	int e = split(text, "10.0.0.0/8=192.0.2.0/24", &s, err);

	e = e ?: parse_prefix(s.old, &old, err);
	e = e ?: parse_prefix(s.new, &new, err);
	if (e)
		return e;
	if (old.family != new.family)
		return errmsg_set(
			err, -EINVAL,
			"%s: one side is IPv4, the other IPv6; a packet stays of its version",
			text);
	if ((old.family == AF_INET ? rw->nr_v4 : rw->nr_v6) == REWRITE_MAPS_MAX)
		return full(text, "address maps", err);
	if (old.family == AF_INET)
		fill_v4(&rw->v4[rw->nr_v4++], &old, &new);
	else
		fill_v6(&rw->v6[rw->nr_v6++], &old, &new);
	return 0;
}

/* "80" or "8000-8099" */
static int parse_ports(char *text, unsigned *ret_first, unsigned *ret_last, struct errmsg *err)
{
	char *dash = strchr(text, '-');
	bool good;

	if (dash)
		*dash = '\0';
	good = parse_number(text, PORT_DIGITS_MAX, UINT16_MAX, ret_first);
	*ret_last = *ret_first;
	if (good && dash)
		good = parse_number(dash + 1, PORT_DIGITS_MAX, UINT16_MAX, ret_last) &&
		       *ret_first <= *ret_last;
	if (dash)
		*dash = '-';
	if (!good)
		return errmsg_set(
			err, -EINVAL,
			"%s: no port and no range of ports; write 80 or 8000-8099 (0 to %d)", text,
			UINT16_MAX);
	return 0;
}

/* What stands before ':' in "tcp:80"; 0: nothing. *rest: behind it. */
static int parse_transport(char *text, char **rest, struct errmsg *err)
{
	static const struct {
		const char *name;
		uint8_t proto;
	} protos[] = {
		{ "tcp", 6 }, { "udp", 17 }, { "sctp", 132 }, { "dccp", 33 }, { "udplite", 136 },
	};
	char *colon = strchr(text, ':');
	size_t i;

	*rest = colon ? colon + 1 : text;
	if (!colon)
		return 0;
	*colon = '\0';
	for (i = 0; i < ARRAY_SIZE(protos); i++)
		if (!strcmp(text, protos[i].name))
			return protos[i].proto;
	return errmsg_set(err, -EINVAL,
			  "%s: no protocol with ports; it is one of tcp, udp, sctp, dccp, udplite",
			  text);
}

int rewrite_add_map_port(struct rewrite *rw, const char *text, struct errmsg *err)
{
	unsigned first = 0, last = 0, to = 0, to_last = 0;
	struct sides s;
	char *old;
	int proto;
	int e = split(text, "80=8080 or udp:5000-5009=6000-6009", &s, err);

	if (e)
		return e;
	proto = parse_transport(s.old, &old, err);
	if (proto < 0)
		return proto;
	e = parse_ports(old, &first, &last, err);
	e = e ?: parse_ports(s.new, &to, &to_last, err);
	if (e)
		return e;
	if (last - first != to_last - to)
		return errmsg_set(err, -EINVAL,
				  "%s: %u ports become %u; both ranges must be of one length", text,
				  last - first + 1, to_last - to + 1);
	if (rw->nr_ports == REWRITE_MAPS_MAX)
		return full(text, "port maps", err);
	rw->ports[rw->nr_ports++] = (struct rewrite_port_map){ (uint16_t)first, (uint16_t)last,
							       (uint16_t)to, (uint8_t)proto };
	return 0;
}

static int hex_value(char c)
{
	if (!isxdigit((unsigned char)c))
		return -1;
	return isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* `groups` numbers of at most `digits` hexadecimal digits with `sep` between. */
static bool parse_groups(const char *text, unsigned groups, unsigned digits, char sep,
			 uint8_t ret[REWRITE_MAC_LEN])
{
	const unsigned width = REWRITE_MAC_LEN / groups;
	unsigned i, n;

	for (i = 0; i < groups; i++) {
		unsigned v = 0;

		for (n = 0; n < digits && hex_value(*text) >= 0; n++)
			v = v << 4 | (unsigned)hex_value(*text++);
		if (!n || *text != (i + 1 < groups ? sep : '\0'))
			return false;
		text += i + 1 < groups;
		if (width == 2)
			ret[i * 2] = (uint8_t)(v >> 8);
		ret[i * width + width - 1] = (uint8_t)v;
	}
	return true;
}

int rewrite_parse_mac(const char *text, uint8_t ret[REWRITE_MAC_LEN])
{
	uint8_t mac[REWRITE_MAC_LEN];

	if (!parse_groups(text, 6, 2, ':', mac) && !parse_groups(text, 6, 2, '-', mac) &&
	    !parse_groups(text, 3, 4, '.', mac))
		return -EINVAL;
	memcpy(ret, mac, sizeof(mac));
	return 0;
}

static int parse_mac(const char *text, uint8_t *ret, struct errmsg *err)
{
	if (rewrite_parse_mac(text, ret))
		return errmsg_set(err, -EINVAL, "%.64s: no MAC address; write 02:00:00:00:00:01",
				  text);
	return 0;
}

int rewrite_add_map_mac(struct rewrite *rw, const char *text, struct errmsg *err)
{
	struct rewrite_mac_map m;
	struct sides s;
	int e = split(text, "02:00:00:00:00:01=02:00:00:00:00:02", &s, err);

	e = e ?: parse_mac(s.old, m.from, err);
	e = e ?: parse_mac(s.new, m.to, err);
	if (e)
		return e;
	if (rw->nr_macs == REWRITE_MAPS_MAX)
		return full(text, "MAC address maps", err);
	rw->macs[rw->nr_macs++] = m;
	return 0;
}

int rewrite_set_src_mac(struct rewrite *rw, const char *text, struct errmsg *err)
{
	const int e = parse_mac(text, rw->src_mac, err);

	rw->has_src_mac |= !e;
	return e;
}

int rewrite_set_dst_mac(struct rewrite *rw, const char *text, struct errmsg *err)
{
	const int e = parse_mac(text, rw->dst_mac, err);

	rw->has_dst_mac |= !e;
	return e;
}

int rewrite_set_vlan(struct rewrite *rw, const char *text, struct errmsg *err)
{
	const bool push = !strncmp(text, "push:", 5);
	unsigned id = 0;

	if (!strcmp(text, "pop")) {
		rw->vlan = REWRITE_VLAN_POP;
		return 0;
	}
	if (!parse_number(push ? text + 5 : text, 4, VLAN_ID_LAST, &id))
		return errmsg_set(err, -EINVAL,
				  "%.64s: no VLAN id; write 100, push:100 (0 to %d) or pop", text,
				  VLAN_ID_LAST);
	rw->vlan = push ? REWRITE_VLAN_PUSH : REWRITE_VLAN_SET;
	rw->vlan_id = (uint16_t)id;
	return 0;
}
