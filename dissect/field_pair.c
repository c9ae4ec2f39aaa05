#include "dissect/field_pair.h"

#include <string.h>

#include "core/compiler.h"

const struct field_pair field_pairs[] = {
	{ "eth.addr", { "eth.dst", "eth.src" } },
	{ "ip.addr", { "ip.src", "ip.dst" } },
	{ "ip.host", { "ip.src", "ip.dst" }, .text = true },
	{ "ip.src_host", { "ip.src" }, .text = true },
	{ "ip.dst_host", { "ip.dst" }, .text = true },
	{ "ip.version", { "ip.version", "ipv6.version" } },
	{ "ipv6.addr", { "ipv6.src", "ipv6.dst" } },
	{ "ipv6.host", { "ipv6.src", "ipv6.dst" }, .text = true },
	{ "ipv6.src_host", { "ipv6.src" }, .text = true },
	{ "ipv6.dst_host", { "ipv6.dst" }, .text = true },
	{ "tcp.port", { "tcp.srcport", "tcp.dstport" } },
	{ "udp.port", { "udp.srcport", "udp.dstport" } },
	{ "sctp.port", { "sctp.srcport", "sctp.dstport" } },
	{ "wlan.addr", { "wlan.sa", "wlan.da" } },
};
const size_t nr_field_pairs = ARRAY_SIZE(field_pairs);

const struct field_pair *field_pair_find(const char *name)
{
	size_t i;

	for (i = 0; i < nr_field_pairs; i++)
		if (!strcmp(field_pairs[i].name, name))
			return &field_pairs[i];
	return NULL;
}
