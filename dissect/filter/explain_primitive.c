/* dissect/filter/explain_primitive.c -- a capture filter's keywords in words. */
#include "dissect/filter/explain.h"

const char *explain_proto(uint8_t proto)
{
	static const char *const names[] = {
		[FP_DEFAULT] = "packets",
		[FP_LINK] = "frames",
		[FP_IP] = "IPv4",
		[FP_ARP] = "ARP",
		[FP_RARP] = "RARP",
		[FP_IPV6] = "IPv6",
		[FP_SCTP] = "SCTP over IPv4 or IPv6",
		[FP_TCP] = "TCP over IPv4 or IPv6",
		[FP_UDP] = "UDP over IPv4 or IPv6",
		[FP_ICMP] = "ICMP over IPv4",
		[FP_IGMP] = "IGMP over IPv4",
		[FP_IGRP] = "IGRP (protocol 9) over IPv4",
		[FP_PIM] = "PIM over IPv4 or IPv6",
		[FP_VRRP] = "VRRP or CARP (protocol 112) over IPv4",
		[FP_CARP] = "VRRP or CARP (protocol 112) over IPv4",
		[FP_ICMPV6] = "ICMPv6 over IPv6",
		[FP_AH] = "AH over IPv4 or IPv6",
		[FP_ESP] = "ESP over IPv4 or IPv6",
		[FP_ATALK] = "AppleTalk",
		[FP_AARP] = "AppleTalk ARP",
		[FP_DECNET] = "DECnet",
		[FP_LAT] = "DEC LAT",
		[FP_SCA] = "DEC SCA",
		[FP_MOPRC] = "DEC MOP remote console",
		[FP_MOPDL] = "DEC MOP dump/load",
		[FP_ISO] = "OSI (CLNP, ES-IS, IS-IS)",
		[FP_ESIS] = "ES-IS",
		[FP_ISIS] = "IS-IS",
		[FP_CLNP] = "CLNP",
		[FP_STP] = "spanning tree",
		[FP_IPX] = "IPX",
		[FP_NETBEUI] = "NetBEUI",
		[FP_ISIS_L1] = "IS-IS of level 1",
		[FP_ISIS_L2] = "IS-IS of level 2",
		[FP_ISIS_IIH] = "IS-IS hellos",
		[FP_ISIS_SNP] = "IS-IS sequence number PDUs",
		[FP_ISIS_CSNP] = "IS-IS complete sequence number PDUs",
		[FP_ISIS_PSNP] = "IS-IS partial sequence number PDUs",
		[FP_ISIS_LSP] = "IS-IS link state PDUs",
		[FP_RADIO] = "frames with a radio header",
	};

	return names[proto];
}

static void explain_name(struct explain *e, uint8_t proto)
{
	switch (proto) {
	case FP_TCP:
	case FP_UDP:
	case FP_SCTP:
	case FP_PIM:
	case FP_AH:
	case FP_ESP:
	case FP_ICMPV6:
		explain_note(e, NOTE_FRAGMENT_HEADER);
		break;
	default:
		break;
	}
	strbuf_puts(e->out, explain_proto(proto));
}

static void explain_cast(struct explain *e, const struct filter_node *n)
{
	const uint8_t proto = n->qual.proto;

	if (n->word == FW_BROADCAST) {
		strbuf_puts(e->out,
			    proto == FP_IP
				    ? "IPv4 to a broadcast address of the interface's network"
				    : "frames to the broadcast address");
	} else if (proto == FP_IP) {
		strbuf_puts(e->out, "IPv4 to 224.0.0.0 or above: multicast and broadcast");
	} else if (proto == FP_IPV6) {
		strbuf_puts(e->out, "IPv6 to a multicast address (ff00::/8)");
	} else {
		explain_note(e, NOTE_GROUP);
		strbuf_puts(e->out, "frames to a multicast address");
	}
}

static void explain_byte(struct explain *e, const struct filter_node *n)
{
	explain_note(e, NOTE_BYTE);
	strbuf_printf(e->out, "packets where byte %u of the frame ", n->number);
	switch (n->byte_op) {
	case '=':
		strbuf_printf(e->out, "is %u", n->number2);
		break;
	case '<':
		strbuf_printf(e->out, "is less than %u", n->number2);
		break;
	case '>':
		strbuf_printf(e->out, "is more than %u", n->number2);
		break;
	default:
		strbuf_printf(e->out, "%c %u is not 0", n->byte_op, n->number2);
		break;
	}
}

/* A name or, where none was written, the number. */
static void put_value(struct explain *e, const char *text, uint32_t number)
{
	if (text)
		strbuf_puts(e->out, text);
	else
		strbuf_printf(e->out, "0x%x", number);
}

static void explain_wlan(struct explain *e, const struct filter_node *n)
{
	strbuf_puts(e->out, "802.11 frames");
	if (n->word == FW_WLAN_DIR) {
		strbuf_puts(e->out, " with the direction ");
		put_value(e, n->text, n->number);
		return;
	}
	if (n->text || n->has_number) {
		strbuf_puts(e->out, " of type ");
		put_value(e, n->text, n->number);
	}
	if (n->text2 || n->has_number2) {
		strbuf_puts(e->out, " of subtype ");
		put_value(e, n->text2, n->number2);
	}
}

/* Encapsulations, with the number that tells one from another. */
static void explain_layer(struct explain *e, const struct filter_node *n)
{
	static const char *const names[][2] = {
		[FW_VLAN] = { "frames with a VLAN tag", ", VLAN" },
		[FW_MPLS] = { "frames with an MPLS label", ":" },
		[FW_PPPOED] = { "PPPoE discovery", "" },
		[FW_PPPOES] = { "PPPoE session frames", ", session" },
		[FW_GENEVE] = { "GENEVE (UDP to port 6081)", ", network" },
		[FW_VXLAN] = { "VXLAN (UDP to port 4789)", ", network" },
	};

	strbuf_puts(e->out, names[n->word][0]);
	if (n->has_number)
		strbuf_printf(e->out, "%s %u", names[n->word][1], n->number);
}

static void explain_word(struct explain *e, const struct filter_node *n)
{
	switch ((enum filter_word)n->word) {
	case FW_BROADCAST:
	case FW_MULTICAST:
		explain_cast(e, n);
		break;
	case FW_LESS:
		strbuf_printf(e->out, "packets of at most %u bytes", n->number);
		break;
	case FW_GREATER:
		strbuf_printf(e->out, "packets of at least %u bytes", n->number);
		break;
	case FW_BYTE:
		explain_byte(e, n);
		break;
	case FW_INBOUND:
		strbuf_puts(e->out, "packets that came in");
		break;
	case FW_OUTBOUND:
		strbuf_puts(e->out, "packets that this host sent");
		break;
	case FW_IFINDEX:
		strbuf_printf(e->out, "packets of the interface with index %u", n->number);
		break;
	case FW_VLAN:
	case FW_MPLS:
	case FW_PPPOED:
	case FW_PPPOES:
	case FW_GENEVE:
	case FW_VXLAN:
		explain_layer(e, n);
		break;
	case FW_LLC:
		strbuf_puts(e->out, "frames with an 802.2 header");
		if (n->text)
			strbuf_printf(e->out, " of type %s", n->text);
		break;
	case FW_WLAN_TYPE:
	case FW_WLAN_SUBTYPE:
	case FW_WLAN_DIR:
		explain_wlan(e, n);
		break;
	}
}

void explain_primitive(struct explain *e, const struct filter_node *n)
{
	switch (n->kind) {
	case NODE_ID:
		explain_id(e, n);
		break;
	case NODE_NAME:
		explain_name(e, n->qual.proto);
		break;
	case NODE_REL:
		explain_relation(e, n);
		break;
	default:
		explain_word(e, n);
		break;
	}
}
