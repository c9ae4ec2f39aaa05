/*
 * dissect/proto/bgp_community.c -- communities: RFC 1997, extended RFC 4360, link bandwidth
 * draft-ietf-idr-link-bandwidth.
 */
#include <stdio.h>

#include "dissect/dissect.h"
#include "dissect/proto/bgp.h"

enum {
	EXT_OPAQUE = 3, /* the last of four types that have names for their subtypes */
	EXT_LOCAL_AS2 = 0x40,
	EXT_BANDWIDTH = 4,
};

void bgp_describe_communities(struct cursor *c, struct field_out *o)
{
	const uint8_t *p;

	while ((p = cursor_take(c, 4))) {
		if (bgp_name(BGP_COMMUNITY_KNOWN, load_be32(p)))
			bgp_put(o, BGP_COMMUNITY_KNOWN, p, 4);
		else
			bgp_put_table(o, BGP_COMMUNITY, 2, p, 4);
	}
}

static unsigned ext_subtype(uint8_t type)
{
	if (type == EXT_LOCAL_AS2)
		return BGP_EXT_LOCAL_SUB;
	return BGP_EXT_SUB + (type <= EXT_OPAQUE ? type : EXT_OPAQUE + 1u);
}

/* IEEE 754 in four bytes, as text: fields have no such kind. */
static void describe_bandwidth(const uint8_t *p, struct field_out *o)
{
	const uint32_t bits = load_be32(p);
	char text[32];
	float v;

	memcpy(&v, &bits, sizeof(v));
	snprintf(text, sizeof(text), "%g", (double)v);
	field_put_text(o, &bgp_described[BGP_EXT_LINK], text, strlen(text), p, 4);
}

void bgp_describe_ext_communities(struct cursor *c, struct field_out *o)
{
	const uint8_t *p;

	while ((p = cursor_take(c, 8))) {
		field_put_group(o, &bgp_described[BGP_EXT], NULL, p, 8);
		bgp_put_table(o, BGP_EXT_TYPE, 3, p, 1);
		bgp_put(o, ext_subtype(p[0]), p + 1, 1);
		switch (p[0]) {
		case EXT_LOCAL_AS2:
			bgp_put(o, BGP_EXT_AS2, p + 2, 2);
			if (p[1] == EXT_BANDWIDTH)
				describe_bandwidth(p + 4, o);
			else
				bgp_put(o, BGP_EXT_AN4, p + 4, 4);
			break;
		case 0:
			bgp_put(o, BGP_EXT_AS2, p + 2, 2);
			bgp_put(o, BGP_EXT_AN4, p + 4, 4);
			break;
		case 1:
			bgp_put_bytes(o, BGP_EXT_IPV4, p + 2, 4);
			bgp_put(o, BGP_EXT_AN2, p + 6, 2);
			break;
		case 2:
			bgp_put(o, BGP_EXT_AS4, p + 2, 4);
			bgp_put(o, BGP_EXT_AN2, p + 6, 2);
			break;
		default:
			bgp_put(o, BGP_EXT_RAW, p + 2, 6);
		}
	}
}
