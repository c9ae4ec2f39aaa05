/* dissect/proto/mdns.c -- Multicast DNS, RFC 6762: DNS's messages among neighbours. */
#include "dissect/proto/all.h"
#include "dissect/proto/dns.h"

static void mdns_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	dns_layer_describe(d, l, DNS_MULTICAST, o);
}

static void mdns_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	dns_layer_line(d, l, DNS_MULTICAST, opt, out);
}

const struct dissector mdns_dissector = {
	.name = "mdns",
	.title = "Multicast DNS",
	.id = PROTO_MDNS,
	.layer_class = CLASS_APPLICATION,
	.described = dns_described,
	.nr_described = DNSF_COUNT,
	.keys = { { KEY_UDP_PORT, 5353 } },
	.dissect = dns_dissect_datagram,
	.describe = mdns_describe,
	.line = mdns_line,
};
