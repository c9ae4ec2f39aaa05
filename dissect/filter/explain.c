/* dissect/filter/explain.c -- a capture filter in words. */
#include "dissect/filter/explain.h"

#include <errno.h>

enum {
	NESTING_MAX = 24, /* of groups that are told; what is deeper is repeated as it stands */
	REPEATED_MAX = 60,
};

void explain_note(struct explain *e, enum explain_note note)
{
	e->notes |= 1u << note;
}

static void put_indent(struct explain *e, unsigned depth)
{
	while (depth--)
		strbuf_puts(e->out, "  ");
}

static void put_layers(struct explain *e)
{
	for (unsigned i = 0; i < e->layer_nr; i++)
		strbuf_printf(e->out, "%s%s", i ? ", " : " [behind ", e->layers[i]);
	if (e->layer_nr)
		strbuf_putc(e->out, ']');
}

/* vlan and its like move what stands to the right of them, wherever that is. */
static void add_layer(struct explain *e, const struct filter_node *n)
{
	const char *layer;

	switch (n->word) {
	case FW_VLAN:
		layer = "the VLAN tag";
		break;
	case FW_MPLS:
		layer = "the MPLS label";
		break;
	case FW_PPPOES:
		layer = "PPPoE";
		break;
	case FW_GENEVE:
		layer = "GENEVE";
		break;
	case FW_VXLAN:
		layer = "VXLAN";
		break;
	default:
		return;
	}
	explain_note(e, n->word == FW_VLAN ? NOTE_VLAN : NOTE_TUNNEL);
	if (e->layer_nr < EXPLAIN_LAYERS_MAX)
		e->layers[e->layer_nr++] = layer;
}

static void explain_leaf(struct explain *e, const struct filter_node *n)
{
	explain_primitive(e, n);
	put_layers(e);
	if (n->kind == NODE_WORD)
		add_layer(e, n);
}

/* `a or b and c`: one operator follows another that no parenthesis separates it from. */
static bool is_mixed(const struct filter_node *n)
{
	const struct filter_node *const a = n->a;

	return (a->kind == NODE_AND || a->kind == NODE_OR) && a->kind != n->kind &&
	       a->span.begin == n->span.begin;
}

struct operand {
	const struct filter_node *node;
};

/* The operands of a chain of one operator, from the left; NULL when the arena has failed. */
static struct operand *operands_of(struct explain *e, const struct filter_node *n, size_t *ret_nr)
{
	struct operand *list;
	const struct filter_node *at;
	size_t nr = 1;

	for (at = n; at->kind == n->kind; at = at->a)
		nr++;
	list = arena_alloc(e->arena, nr * sizeof(*list));
	if (!list)
		return NULL;
	*ret_nr = nr;
	for (at = n; at->kind == n->kind; at = at->a) {
		if (is_mixed(at))
			explain_note(e, NOTE_RANK);
		list[--nr].node = at->b;
	}
	list[0].node = at;
	return list;
}

static void explain_node(struct explain *e, const struct filter_node *n, unsigned depth);

static void explain_group(struct explain *e, const struct filter_node *n, unsigned depth)
{
	size_t nr;
	const struct operand *const list = operands_of(e, n, &nr);

	for (size_t i = 0; list && i < nr; i++) {
		strbuf_putc(e->out, '\n');
		put_indent(e, depth + 1);
		strbuf_puts(e->out, "- ");
		explain_node(e, list[i].node, depth + 1);
	}
}

/* What n says, and whether it is negated: `not not` is nothing. */
static const struct filter_node *node_negated(const struct filter_node *n, bool *ret)
{
	*ret = false;
	while (n->kind == NODE_NOT) {
		*ret = !*ret;
		n = n->a;
	}
	return n;
}

static void explain_node(struct explain *e, const struct filter_node *n, unsigned depth)
{
	const uint32_t len = n->span.end - n->span.begin;
	bool negated;

	if (n->kind == NODE_NOT)
		explain_note(e, NOTE_NOT);
	n = node_negated(n, &negated);
	if (n->kind != NODE_AND && n->kind != NODE_OR) {
		strbuf_puts(e->out, negated ? "not: " : "");
		explain_leaf(e, n);
	} else if (depth == NESTING_MAX) {
		strbuf_printf(e->out, "what '%.*s%s' says", (int)MIN_OF(len, REPEATED_MAX),
			      e->expr + n->span.begin, len > REPEATED_MAX ? "..." : "");
	} else {
		if (n->kind == NODE_AND)
			strbuf_puts(e->out, negated ? "not all of these:" : "all of these:");
		else
			strbuf_puts(e->out, negated ? "none of these:" : "any of these:");
		explain_group(e, n, depth);
	}
}

static void put_notes(struct explain *e)
{
	static const char *const notes[NOTE_NR] = {
		[NOTE_RANK] = "'and' and 'or' have the same rank: without parentheses they are "
			      "taken from left to right",
		[NOTE_FRAGMENT] = "of a fragmented IPv4 datagram only the first fragment has ports "
				  "and what else is behind the IP header",
		[NOTE_EXTENSION] = "IPv6 packets with extension headers have no ports here",
		[NOTE_ACCESSOR] = "loads such as tcp[13] look behind IPv4 headers only, never "
				  "behind IPv6",
		[NOTE_ICMPV6] =
			"icmp6[...] is what is 40 bytes behind the start of the IPv6 header: "
			"without extension headers",
		[NOTE_HOST] = "'host' and 'net' without a protocol mean ARP and RARP too, for an "
			      "IPv4 address; write 'ip host' for IPv4 alone",
		[NOTE_VLAN] =
			"'vlan' moves all that stands to the right of it behind the tag, also "
			"behind 'or' and 'not': its place in the filter matters",
		[NOTE_TUNNEL] = "mpls, pppoes, geneve and vxlan move all that stands to the right "
				"of them into what they carry, also behind 'or' and 'not'",
		[NOTE_NOT] = "a packet that ends before the place that a test looks at is refused, "
			     "also when the test stands behind 'not'",
		[NOTE_RANKLESS] =
			"% and ^ have no rank: what is right of them goes on as far as it "
			"can, which the parentheses above show",
		[NOTE_DIVISION] = "a packet for which something is divided by 0 is refused",
		[NOTE_GROUP] = "broadcast is a multicast address as well",
		[NOTE_CHAIN] =
			"'protochain' follows all headers in a file, but eight of them in a live "
			"capture, where the kernel runs no loops",
		[NOTE_PORT_NAME] =
			"a port's name stands for the protocols that the system's list of "
			"services has it for",
		[NOTE_FRAGMENT_HEADER] = "over IPv6 a protocol is found directly behind the fixed "
					 "header or behind a fragment header, not behind others",
		[NOTE_BYTE] = "'byte' is deprecated: 'link[0] = 5' says the same as 'byte 0 = 5'",
	};
	bool first = true;

	if (e->opt->extended)
		e->notes &= ~(1u << NOTE_FRAGMENT | 1u << NOTE_EXTENSION | 1u << NOTE_ACCESSOR |
			      1u << NOTE_FRAGMENT_HEADER | 1u << NOTE_ICMPV6);
	for (unsigned i = 0; i < NOTE_NR; i++) {
		if (!(e->notes & 1u << i))
			continue;
		strbuf_printf(e->out, "%s\n  - %s", first ? "\nNote:" : "", notes[i]);
		first = false;
	}
	if (e->opt->extended)
		strbuf_puts(e->out, "\nExtended: also behind IPv6 and its extension headers; later "
				    "fragments count as having the port.");
	if (e->opt->vlan_transparent)
		strbuf_puts(e->out, "\nVLAN tags do not hide what is inside.");
}

static void explain_all(struct explain *e, const struct filter_node *n)
{
	bool negated;
	const struct filter_node *const what = node_negated(n, &negated);

	if (what->kind == NODE_AND || what->kind == NODE_OR) {
		strbuf_puts(e->out, "Accepts a packet that is ");
		explain_node(e, n, 0);
		return;
	}
	if (n->kind == NODE_NOT)
		explain_note(e, NOTE_NOT);
	strbuf_puts(e->out, negated ? "Accepts every packet but " : "Accepts ");
	explain_leaf(e, what);
}

int filter_explain(const char *expr, const struct filter_options *opt, struct strbuf *out,
		   struct filter_error *err)
{
	struct arena arena = { 0 };
	struct explain e = { .expr = expr, .opt = opt, .arena = &arena, .out = out };
	struct filter_program program = { 0 };
	const struct filter_node *n;
	int r;

	/* What cannot be compiled accepts nothing, whatever the words say. */
	r = filter_compile(expr, opt, &program, err);
	filter_program_free(&program);
	if (r == 0)
		r = filter_parse(&arena, expr, &n, err);
	if (r == 0 && n)
		explain_all(&e, n);
	else if (r == 0)
		strbuf_puts(out, "Accepts every packet");
	if (r == 0)
		put_notes(&e);
	if (arena.failed)
		r = filter_error_set(err, -ENOMEM, 0, 0, "too large for the memory there is");
	arena_free(&arena);
	return r;
}
