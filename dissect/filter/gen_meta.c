/*
 * dissect/filter/gen_meta.c -- "inbound", "outbound" and "ifindex": from the cooked header where
 * there is one, otherwise from what the kernel or a pcapng file tells beside the packet.
 */
#include <linux/if_packet.h>

#include "dissect/filter/gen_link.h"

enum {
	SLL_PACKET_TYPE = 0,
	SLL2_IFINDEX = 4,
	SLL2_PACKET_TYPE = 10,
};

static bool meta_known(struct gen *g, const char *what)
{
	if (g->opt->has_direction || g->opt->target == FILTER_SOCKET)
		return true;
	gen_fail(g,
		 "'%s': %s packets do not say it, and nothing beside them does; a live capture or "
		 "a pcapng file would",
		 what, link_words(g->opt->linktype));
	return false;
}

static struct cond *gen_outgoing(struct gen *g, const char *what)
{
	switch (g->opt->linktype) {
	case LINKTYPE_LINUX_SLL:
	case LINKTYPE_NETLINK:
		return gen_cmp(g, GEN_PACKET, SLL_PACKET_TYPE, 2, PACKET_OUTGOING);
	case LINKTYPE_LINUX_SLL2:
		return gen_cmp(g, GEN_PACKET, SLL2_PACKET_TYPE, 1, PACKET_OUTGOING);
	default:
		if (!meta_known(g, what))
			return NULL;
		return gen_test(g, gen_load_ancillary(g, SKF_AD_PKTTYPE), BPF_JEQ | BPF_K,
				PACKET_OUTGOING);
	}
}

static struct cond *gen_ifindex(struct gen *g, uint32_t number)
{
	g->why = gen_text(g, "interface %u", number);
	if (g->opt->linktype == LINKTYPE_LINUX_SLL2)
		return gen_cmp(g, GEN_PACKET, SLL2_IFINDEX, 4, number);
	if (!meta_known(g, "ifindex"))
		return NULL;
	return gen_test(g, gen_load_ancillary(g, SKF_AD_IFINDEX), BPF_JEQ | BPF_K, number);
}

struct cond *gen_meta_word(struct gen *g, const struct filter_node *n)
{
	struct cond *c;

	if (n->word == FW_IFINDEX)
		return gen_ifindex(g, n->number);
	g->why = "outbound";
	c = gen_outgoing(g, n->word == FW_OUTBOUND ? "outbound" : "inbound");
	return n->word == FW_OUTBOUND ? c : cond_not(g->arena, c);
}
