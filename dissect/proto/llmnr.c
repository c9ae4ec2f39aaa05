/* dissect/proto/llmnr.c -- Link-local Multicast Name Resolution, RFC 4795. */
#include "dissect/proto/all.h"
#include "dissect/proto/dns.h"

static void llmnr_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	dns_layer_describe(d, l, DNS_LLMNR, o);
}

static void llmnr_line(const struct dissection *d, const struct layer *l,
		       const struct render_options *opt, struct strbuf *out)
{
	dns_layer_line(d, l, DNS_LLMNR, opt, out);
}

const struct dissector llmnr_dissector = {
	.name = "llmnr",
	.title = "Link-local Multicast Name Resolution",
	.id = PROTO_LLMNR,
	.layer_class = CLASS_APPLICATION,
	.described = dns_described,
	.nr_described = DNSF_COUNT,
	.keys = { { KEY_UDP_PORT, 5355 }, { KEY_TCP_PORT, 5355 } },
	.dissect = dns_dissect,
	.describe = llmnr_describe,
	.line = llmnr_line,
};
