/* dissect/filter/explain_id.c -- a capture filter's hosts, networks, ports and protocols in words.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>

#include "core/linktype.h"
#include "dissect/filter/explain.h"
#include "dissect/filter/names.h"

enum { NAMES_SIZE = 1024 }; /* of an entry of the system's databases */

/* "the source or destination port" */
static void put_side(struct explain *e, uint8_t dir, const char *what)
{
	static const char *const sides[] = {
		[FD_DEFAULT] = "the source or destination %s",
		[FD_SRC] = "the source %s",
		[FD_DST] = "the destination %s",
		[FD_SRC_OR_DST] = "the source or destination %s",
		[FD_SRC_AND_DST] = "both the source and the destination %s",
		[FD_ADDR1] = "%s 1",
		[FD_ADDR2] = "%s 2",
		[FD_ADDR3] = "%s 3",
		[FD_ADDR4] = "%s 4",
		[FD_RA] = "the receiver %s",
		[FD_TA] = "the transmitter %s",
	};
	const char *const side = sides[dir], *const place = strstr(side, "%s");

	strbuf_put(e->out, side, (size_t)(place - side));
	strbuf_puts(e->out, what);
	strbuf_puts(e->out, place + 2);
}

/* Transport protocols. */
enum { SET_TCP = 1, SET_UDP = 2, SET_SCTP = 4, SET_ALL = 7 };

/* The protocols that a number is a port of, after the qualifier. */
static unsigned set_of(uint8_t proto)
{
	switch (proto) {
	case FP_TCP:
		return SET_TCP;
	case FP_UDP:
		return SET_UDP;
	case FP_SCTP:
		return SET_SCTP;
	default:
		return SET_ALL;
	}
}

static const char *set_words(unsigned set)
{
	switch (set) {
	case SET_TCP:
		return explain_proto(FP_TCP);
	case SET_UDP:
		return explain_proto(FP_UDP);
	case SET_SCTP:
		return explain_proto(FP_SCTP);
	default:
		return "TCP, UDP or SCTP over IPv4 or IPv6";
	}
}

/*
 * A port's number; *set is narrowed to the protocols that the name stands for. One that TCP and
 * UDP have in common stands for the number.
 */
static uint32_t port_of(const char *text, unsigned *set)
{
	struct names_ports p;

	if (!names_port(text, &p))
		return 0;
	if (*set == SET_ALL && !(p.has_tcp && p.has_udp && p.tcp == p.udp))
		*set = p.has_tcp ? SET_TCP : p.has_udp ? SET_UDP : SET_SCTP;
	if (*set & SET_TCP)
		return p.tcp;
	return *set & SET_UDP ? p.udp : p.sctp;
}

static void put_port(struct explain *e, uint32_t port, unsigned set)
{
	static const char *const names[] = {
		[SET_TCP] = "tcp", [SET_UDP] = "udp", [SET_SCTP] = "sctp", [SET_ALL] = NULL
	};
	char buf[NAMES_SIZE];
	struct servent entry, *found = NULL;
	int wire;

	strbuf_uint(e->out, port);
	if (port > UINT16_MAX)
		return;
	wire = htons((uint16_t)port); /* lint: allow htons, because getservbyport_r() wants it */
	if (getservbyport_r(wire, names[set], &entry, buf, sizeof(buf), &found) == 0 && found)
		strbuf_printf(e->out, " (%s)", found->s_name);
}

/* "6000-6010"; names may have hyphens too: the first place where both sides are ports. */
static bool range_of(struct explain *e, const char *text, uint32_t ret[static 2], unsigned *set)
{
	const char *hyphen = strchr(text, '-');
	unsigned first = *set, last = *set;
	struct names_ports p;
	const char *head = NULL;

	for (; hyphen; hyphen = strchr(hyphen + 1, '-')) {
		head = arena_text(e->arena, text, (size_t)(hyphen - text));
		if (!head || (names_port(head, &p) && names_port(hyphen + 1, &p)))
			break;
	}
	if (!hyphen || !head)
		return false;
	ret[0] = port_of(head, &first);
	ret[1] = port_of(hyphen + 1, &last);
	*set = first == last ? first : *set;
	return true;
}

static void explain_port(struct explain *e, const struct filter_node *n)
{
	const struct filter_id *id = &n->id;
	unsigned set = set_of(n->qual.proto);
	const unsigned asked = set;
	uint32_t ports[2] = { id->number, id->number };
	bool range = false;

	if (id->kind != FID_NUMBER) {
		range = n->qual.addr == FA_PORTRANGE && range_of(e, id->text, ports, &set);
		if (!range)
			ports[0] = port_of(id->text, &set);
	}
	explain_note(e, NOTE_FRAGMENT);
	explain_note(e, NOTE_EXTENSION);
	if (set != asked)
		explain_note(e, NOTE_PORT_NAME);
	strbuf_printf(e->out, "%s where ", set_words(set));
	put_side(e, n->qual.dir, "port");
	strbuf_puts(e->out, range ? " is between " : " is ");
	put_port(e, range ? MIN_OF(ports[0], ports[1]) : ports[0], set);
	if (range) {
		strbuf_puts(e->out, " and ");
		put_port(e, MAX_OF(ports[0], ports[1]), set);
	}
}

/* The bits that "net 10.1" and "net 10" leave to be compared: as many octets as were written. */
static unsigned implied_prefix(const struct filter_id *id)
{
	uint32_t number = id->number;
	unsigned bits = 32;

	if (id->kind == FID_DOTTED)
		return 8u * id->octets;
	while (number && !(number & 0xff000000)) {
		number <<= 8;
		bits -= 8;
	}
	return bits;
}

/*
 * The protocols whose addresses these are; hosts: of a name. ARP is there where the link type has
 * it.
 */
static const char *address_protos(struct explain *e, const struct filter_node *n,
				  const struct names_hosts *hosts)
{
	const bool ipv4_alone = e->opt->linktype == LINKTYPE_RAW ||
				e->opt->linktype == LINKTYPE_IPV4 ||
				e->opt->linktype == LINKTYPE_IPV6;

	if (n->qual.proto != FP_DEFAULT)
		return explain_proto(n->qual.proto);
	if (n->id.kind == FID_IPV6 || (hosts->nr_v6 && !hosts->nr_v4))
		return "IPv6";
	if (ipv4_alone)
		return hosts->nr_v6 ? "IPv4 or IPv6" : "IPv4";
	explain_note(e, NOTE_HOST);
	return hosts->nr_v6 ? "IPv4, IPv6, ARP or RARP" : "IPv4, ARP or RARP";
}

static void put_ipv4(struct explain *e, uint32_t addr)
{
	strbuf_printf(e->out, "%u.%u.%u.%u", addr >> 24, addr >> 16 & 255, addr >> 8 & 255,
		      addr & 255);
}

static void put_network(struct explain *e, const struct filter_id *id)
{
	const unsigned bits = implied_prefix(id);

	/* a lone number stands for as many octets as it has */
	put_ipv4(e, id->kind == FID_NUMBER ? id->number << (32 - bits) : id->number);
	if (id->has_mask) {
		strbuf_puts(e->out, " with the mask ");
		put_ipv4(e, id->mask);
	} else {
		strbuf_printf(e->out, "/%u", id->has_prefix ? id->prefix : bits);
	}
}

/* What a host's name stands for now; the filter keeps it. */
static void put_resolved(struct explain *e, const struct names_hosts *hosts)
{
	char text[INET6_ADDRSTRLEN];
	unsigned nr = 0;

	for (unsigned i = 0; i < hosts->nr_v4; i++) {
		strbuf_puts(e->out, nr++ ? ", " : ": ");
		put_ipv4(e, hosts->v4[i]);
	}
	for (unsigned i = 0; i < hosts->nr_v6; i++) {
		(void)inet_ntop(AF_INET6, hosts->v6[i], text, sizeof(text));
		strbuf_printf(e->out, "%s%s", nr++ ? ", " : ": ", text);
	}
}

/* Those that the qualifier asks for; none of what is no host's name. */
static void resolve(const struct filter_node *n, struct names_hosts *ret)
{
	struct errmsg why;

	*ret = (struct names_hosts){ 0 };
	if (n->id.kind != FID_NAME || n->qual.addr == FA_NET || n->qual.addr == FA_GATEWAY ||
	    n->qual.proto == FP_LINK || n->qual.dir >= FD_ADDR1 ||
	    names_host(n->id.text, ret, &why) < 0)
		return;
	if (n->qual.proto == FP_IPV6)
		ret->nr_v4 = 0;
	else if (n->qual.proto != FP_DEFAULT)
		ret->nr_v6 = 0;
}

static void put_address(struct explain *e, const struct filter_node *n,
			const struct names_hosts *hosts)
{
	const struct filter_id *id = &n->id;
	const bool net = n->qual.addr == FA_NET;
	char text[INET6_ADDRSTRLEN];

	switch (id->kind) {
	case FID_MAC:
		strbuf_printf(e->out, "is %02x:%02x:%02x:%02x:%02x:%02x", id->mac[0], id->mac[1],
			      id->mac[2], id->mac[3], id->mac[4], id->mac[5]);
		break;
	case FID_IPV6:
		(void)inet_ntop(AF_INET6, id->ipv6, text, sizeof(text));
		if (id->has_prefix && id->prefix < 128)
			strbuf_printf(e->out, "is in %s/%u", text, id->prefix);
		else
			strbuf_printf(e->out, "is %s", text);
		break;
	case FID_NAME:
		strbuf_printf(e->out, net ? "is in the network '%s'" : "is one of those of '%s'",
			      id->text);
		put_resolved(e, hosts);
		break;
	default:
		strbuf_puts(e->out, net ? "is in " : "is ");
		if (n->qual.proto == FP_DECNET || id->kind == FID_ARCNET)
			strbuf_puts(e->out, id->text);
		else if (net)
			put_network(e, id);
		else
			put_ipv4(e, id->number);
		break;
	}
}

static void explain_address(struct explain *e, const struct filter_node *n)
{
	const uint8_t proto = n->qual.proto;
	const bool mac = proto == FP_LINK || n->id.kind == FID_MAC || n->qual.dir >= FD_ADDR1;
	struct names_hosts hosts;

	if (n->qual.addr == FA_GATEWAY) {
		strbuf_printf(e->out,
			      "packets to or from the MAC address of '%s' and neither to nor from "
			      "its IP address",
			      n->id.text);
		return;
	}
	resolve(n, &hosts);
	if (mac) {
		strbuf_puts(e->out, "frames where ");
		put_side(e, n->qual.dir, "MAC address");
	} else {
		strbuf_printf(e->out, "%s where ", address_protos(e, n, &hosts));
		put_side(e, n->qual.dir, "address");
	}
	strbuf_putc(e->out, ' ');
	put_address(e, n, &hosts);
}

static void put_proto_id(struct explain *e, const struct filter_id *id)
{
	char names[NAMES_SIZE];
	struct protoent entry, *found = NULL;

	uint32_t number = id->number;

	if (id->kind != FID_NUMBER && names_ip_proto(id->text, &number)) {
		strbuf_printf(e->out, "%u (%s)", number, id->text);
		return;
	}
	strbuf_uint(e->out, number);
	if (getprotobynumber_r((int)number, &entry, names, sizeof(names), &found) == 0 && found)
		strbuf_printf(e->out, " (%s)", found->p_name);
}

static bool names_of_link(uint8_t proto, const char *name, uint32_t *ret)
{
	return proto == FP_LINK ? names_ether_proto(name, ret) : names_iso_proto(name, ret);
}

static void explain_proto_id(struct explain *e, const struct filter_node *n)
{
	uint32_t number;
	const uint8_t proto = n->qual.proto;
	const struct filter_id *id = &n->id;

	if (proto == FP_LINK || proto == FP_ISO || proto == FP_ISIS) {
		if (proto == FP_LINK)
			strbuf_puts(e->out, "frames of the link protocol ");
		else
			strbuf_puts(e->out,
				    proto == FP_ISO ? "OSI, protocol " : "IS-IS PDUs of type ");
		if (id->kind == FID_NUMBER)
			strbuf_printf(e->out, "0x%x", id->number);
		else if (names_of_link(proto, id->text, &number))
			strbuf_printf(e->out, "0x%x (%s)", number, id->text);
		else
			strbuf_puts(e->out, id->text);
		return;
	}
	strbuf_puts(e->out, proto == FP_DEFAULT ? "IPv4 or IPv6" : explain_proto(proto));
	if (n->qual.addr == FA_PROTOCHAIN) {
		explain_note(e, NOTE_CHAIN);
		strbuf_puts(e->out, " with, anywhere in the chain of its headers, protocol ");
	} else {
		if (proto != FP_IP)
			explain_note(e, NOTE_FRAGMENT_HEADER);
		strbuf_puts(e->out, " carrying protocol ");
	}
	put_proto_id(e, id);
}

void explain_id(struct explain *e, const struct filter_node *n)
{
	switch (n->qual.addr) {
	case FA_PORT:
	case FA_PORTRANGE:
		explain_port(e, n);
		break;
	case FA_PROTO:
	case FA_PROTOCHAIN:
		explain_proto_id(e, n);
		break;
	default:
		explain_address(e, n);
		break;
	}
}
