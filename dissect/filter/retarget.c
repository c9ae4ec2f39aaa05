/*
 * dissect/filter/retarget.c -- asks the kernel's packet what was to be asked of the file's.
 *
 * A packet socket hands its filter bytes that are not yet those of the file (capture/block.c
 * completes them): a stripped VLAN tag is missing between the addresses and the type, a cooked
 * header is missing in front. What is missing can be asked for beside the bytes (SKF_AD_*,
 * linux/filter.h). A view says where each byte of the file's packet is to be had; every load of
 * the tree is looked up in it.
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>

#include "core/compiler.h"
#include "core/linktype.h"
#include "dissect/filter/retarget.h"

enum {
	MAC_PAIR = 12,
	TAG = 4,
	SLL_HEAD = 16,
	SLL2_HEAD = 20,
	/* Bytes that a socket's Ethernet packet always has, its tag not counted. */
	ETHER_LIVE_MIN = 14,
};

static const struct field ether_tagged[] = {
	{ 0, MAC_PAIR, FROM_PACKET, 0 },
	{ 12, 2, FROM_ANCILLARY, SKF_AD_VLAN_TPID },
	{ 14, 2, FROM_ANCILLARY, SKF_AD_VLAN_TAG },
};

static const struct field sll2_plain[] = {
	{ 0, 2, FROM_ANCILLARY, SKF_AD_PROTOCOL }, { 2, 2, FROM_ZERO, 0 },
	{ 4, 4, FROM_ANCILLARY, SKF_AD_IFINDEX },  { 8, 2, FROM_ANCILLARY, SKF_AD_HATYPE },
	{ 10, 1, FROM_ANCILLARY, SKF_AD_PKTTYPE }, { 11, 9, FROM_NOWHERE, 0 },
};

static const struct field sll2_tagged[] = {
	{ 0, 2, FROM_ANCILLARY, SKF_AD_VLAN_TPID }, { 2, 2, FROM_ZERO, 0 },
	{ 4, 4, FROM_ANCILLARY, SKF_AD_IFINDEX },   { 8, 2, FROM_ANCILLARY, SKF_AD_HATYPE },
	{ 10, 1, FROM_ANCILLARY, SKF_AD_PKTTYPE },  { 11, 9, FROM_NOWHERE, 0 },
	{ 20, 2, FROM_ANCILLARY, SKF_AD_VLAN_TAG }, { 22, 2, FROM_ANCILLARY, SKF_AD_PROTOCOL },
};

static const struct field netlink[] = {
	{ 0, 2, FROM_ANCILLARY, SKF_AD_PKTTYPE },
	{ 2, 2, FROM_ANCILLARY, SKF_AD_HATYPE },
	{ 4, 10, FROM_NOWHERE, 0 },
	{ 14, 2, FROM_ANCILLARY, SKF_AD_PROTOCOL },
};

static const struct view view_ether_tagged = { ether_tagged,   MAC_PAIR + TAG, TAG,
					       ETHER_LIVE_MIN, MAC_PAIR,       true };
static const struct view view_sll2 = { sll2_plain, SLL2_HEAD, SLL2_HEAD, 0, 0, false };
static const struct view view_sll2_tagged = { sll2_tagged, SLL2_HEAD + TAG, SLL2_HEAD + TAG, 0, 0,
					      true };
static const struct view view_netlink = { netlink, SLL_HEAD, SLL_HEAD, 0, 0, false };

static uint16_t words_used(const struct cond *c)
{
	const struct cond_stmt *s;
	uint16_t used = 0;

	for (; c; c = c->b) {
		for (s = c->code.first; s; s = s->next)
			if (BPF_CLASS(s->code) == BPF_ST || BPF_CLASS(s->code) == BPF_STX)
				used |= (uint16_t)(1u << s->k % FILTER_SCRATCH);
		used |= words_used(c->a);
	}
	return used;
}

static bool has_loop(const struct cond *c)
{
	for (; c; c = c->b)
		if (c->kind == COND_LOOP || c->kind == COND_AGAIN || has_loop(c->a))
			return true;
	return false;
}

static void choose_words(struct retarget *r)
{
	int i, w = FILTER_SCRATCH - 1;

	for (i = 0; i < SCRATCH_NR; i++, w--) {
		while (w >= 0 && r->used & 1u << w)
			w--;
		if (w < 0)
			return;
		r->word[i] = (uint8_t)w;
	}
	r->have_words = true;
}

/* ---- statements ---- */

/* Where an indirect load begins, lowest and highest. */
struct places {
	uint64_t lo, hi;
};

/* A negative k leads in front of X: the sum wraps, for some X at least. */
static struct places indirect_places(const struct range *x, uint32_t k)
{
	struct places at = { (uint64_t)x->lo + k, (uint64_t)x->hi + k };

	if (k <= INT32_MAX || at.hi <= UINT32_MAX)
		return at;
	if (at.lo <= UINT32_MAX)
		return (struct places){ 0, UINT32_MAX };
	return (struct places){ at.lo - UINT32_MAX - 1, at.hi - UINT32_MAX - 1 };
}

/* The same statement for the socket's packet; a dynamic load returns what must come before. */
static struct cond *put_stmt(struct retarget *r, struct cond_code *out, const struct cond_stmt *s,
			     const struct range *x)
{
	const uint16_t mode = is_load(s->code) ? BPF_MODE(s->code) : BPF_MEM;
	const uint32_t size = load_size(s->code), untouched = r->view->untouched;
	struct places at = { 0 };

	if (mode == BPF_IND)
		at = indirect_places(x, s->k);
	if (mode == BPF_LEN) {
		r->changed = true;
		retarget_length(r, out, s->code);
	} else if (mode == BPF_MSH) {
		r->changed |= s->k >= untouched;
		retarget_header_length(r, out, s->k);
	} else if (mode == BPF_ABS && s->k < ANCILLARY_FROM) {
		r->changed |= s->k + size > untouched;
		retarget_load(r, out, s->k, size);
	} else if (mode != BPF_IND || at.hi + size <= untouched) {
		code_add(r->arena, out, s->code, s->k);
	} else {
		r->changed = true;
		if (at.lo == at.hi && at.hi < ANCILLARY_FROM) {
			retarget_load(r, out, (uint32_t)at.lo, size);
		} else if (at.lo < r->view->body) {
			return retarget_dynamic(r, out, s);
		} else {
			/*
			 * Below zero where X alone lies behind the head: the sum wraps. That a
			 * larger X would wrap into the head is not followed: no packet has it.
			 */
			code_add(r->arena, out, s->code, s->k - r->view->shift);
		}
	}
	return NULL;
}

/*
 * A test of the TPID alone: it is 0x8100 or 0x88a8, for the kernel strips no other (if_vlan.h,
 * eth_type_vlan()). True when both give the same answer, which is then in *ret.
 */
static bool decided(const struct view *v, const struct cond *c, bool *ret)
{
	static const uint32_t tpids[2] = { ETH_P_8021Q, ETH_P_8021AD };
	const uint32_t tpid_at = v->fields == ether_tagged ? MAC_PAIR : 0;
	const struct cond_stmt *s = c->code.first;
	bool says[2];
	int i;

	if (!v->tagged || !s || s->next || s->code != (BPF_LD | BPF_H | BPF_ABS) ||
	    s->k != tpid_at || BPF_SRC(c->jump) != BPF_K)
		return false;
	for (i = 0; i < 2; i++) {
		if (c->jump == BPF_JEQ)
			says[i] = tpids[i] == c->k;
		else if (c->jump == BPF_JGT)
			says[i] = tpids[i] > c->k;
		else if (c->jump == BPF_JGE)
			says[i] = tpids[i] >= c->k;
		else if (c->jump == BPF_JSET)
			says[i] = tpids[i] & c->k;
		else
			return false;
	}
	*ret = says[0];
	return says[0] == says[1];
}

/* What the words hold behind a test or a tree, when it was true and when it was false. */
struct outcome {
	const struct retarget_words *yes, *no; /* NULL: that cannot be */
};

static struct cond *constant(struct retarget *r, bool says, const struct retarget_words *in,
			     struct outcome *out)
{
	*out = (struct outcome){ says ? in : NULL, says ? NULL : in };
	return says ? cond_true(r->arena) : cond_false(r->arena);
}

static struct cond *map_test(struct retarget *r, const struct cond *c,
			     const struct retarget_words *in, struct outcome *ret)
{
	struct registers regs = { { 0, UINT32_MAX }, { 0, UINT32_MAX } };
	struct cond_code out = { 0 };
	struct cond *all = NULL, *before, *test;
	const struct cond_stmt *s;
	bool says;

	if (decided(r->view, c, &says)) {
		r->changed = true;
		return constant(r, says, in, ret);
	}
	for (s = c->code.first; s; s = s->next) {
		before = put_stmt(r, &out, s, &regs.x);
		if (before)
			all = all ? cond_then(r->arena, all, before) : before;
		in = retarget_follow(r->arena, in, s, &regs);
	}
	*ret = (struct outcome){ in, c->jump == COND_ALWAYS ? NULL : in };
	test = c->jump == COND_ALWAYS ? cond_do(r->arena, out)
				      : cond_test(r->arena, out, c->jump, c->k);
	if (test)
		test->why = c->why;
	return all ? cond_then(r->arena, all, test) : test;
}

/* ---- trees ---- */

/* Neither rejects the packet nor leaves anything behind: may be left away when its result is. */
static bool is_pure(const struct view *v, const struct cond *c)
{
	const struct cond_stmt *s;

	for (; c; c = c->b) {
		if (c->kind == COND_LOOP || c->kind == COND_AGAIN || (c->a && !is_pure(v, c->a)))
			return false;
		for (s = c->code.first; s; s = s->next) {
			const uint16_t class = BPF_CLASS(s->code);

			if (class == BPF_ST || class == BPF_STX ||
			    (class == BPF_ALU && BPF_SRC(s->code) == BPF_X))
				return false;
			if (!is_load(s->code) || BPF_MODE(s->code) == BPF_IMM ||
			    BPF_MODE(s->code) == BPF_LEN || BPF_MODE(s->code) == BPF_MEM)
				continue;
			if (BPF_MODE(s->code) == BPF_IND ||
			    (s->k < ANCILLARY_FROM && s->k + load_size(s->code) > v->live_min))
				return false;
		}
	}
	return true;
}

/* `end` is what makes the whole false (and) or true (or) from either side. */
static struct cond *join(struct retarget *r, struct cond *x, struct cond *y, bool and)
{
	const uint8_t end = and? COND_FALSE : COND_TRUE, idle = and? COND_TRUE : COND_FALSE;

	if (!x || !y)
		return NULL;
	if (x->kind == end || y->kind == idle)
		return x;
	if (x->kind == idle || (y->kind == end && is_pure(r->view, x)))
		return y;
	return and? cond_and(r->arena, x, y) : cond_or(r->arena, x, y);
}

static struct cond *map_tree(struct retarget *r, const struct cond *c,
			     const struct retarget_words *in, struct outcome *out);

static struct cond *map_not(struct retarget *r, const struct cond *c,
			    const struct retarget_words *in, struct outcome *out)
{
	struct outcome inner;
	struct cond *x = map_tree(r, c->a, in, &inner);

	*out = (struct outcome){ inner.no, inner.yes };
	if (x && x->kind == COND_TRUE)
		return cond_false(r->arena);
	if (x && x->kind == COND_FALSE)
		return cond_true(r->arena);
	return cond_not(r->arena, x);
}

static struct cond *map_and_or(struct retarget *r, const struct cond *c,
			       const struct retarget_words *in, struct outcome *out)
{
	const bool and = c->kind == COND_AND;
	struct outcome second;
	struct cond *x = map_tree(r, c->a, in, out), *y;

	if (x && x->kind == (and? COND_FALSE : COND_TRUE))
		return x;
	y = map_tree(r, c->b, and? out->yes : out->no, &second);
	if (and)
		*out = (struct outcome){ second.yes, retarget_join(r->arena, out->no, second.no) };
	else
		*out = (struct outcome){ retarget_join(r->arena, out->yes, second.yes), second.no };
	return join(r, x, y, and);
}

static struct cond *map_tree(struct retarget *r, const struct cond *c,
			     const struct retarget_words *in, struct outcome *out)
{
	struct cond *x, *y;

	*out = (struct outcome){ in, in };
	if (!c)
		return NULL;
	if (!in) /* nobody comes here */
		return cond_false(r->arena);
	switch (c->kind) {
	case COND_TEST:
		return map_test(r, c, in, out);
	case COND_NOT:
		return map_not(r, c, in, out);
	case COND_AND:
	case COND_OR:
		return map_and_or(r, c, in, out);
	case COND_THEN:
		x = map_tree(r, c->a, in, out);
		y = map_tree(r, c->b, retarget_join(r->arena, out->yes, out->no), out);
		return x && is_pure(r->view, x) ? y : cond_then(r->arena, x, y);
	default:
		return constant(r, c->kind == COND_TRUE, in, out);
	}
}

static struct cond *map_view(struct retarget *r, const struct view *v, const struct cond *c)
{
	struct outcome out;

	r->view = v;
	r->changed = false;
	return map_tree(r, c, &retarget_unknown, &out);
}

static struct cond *tag_absent(struct arena *a)
{
	struct cond_code code = { 0 };

	code_add(a, &code, BPF_LD | BPF_W | BPF_ABS,
		 (uint32_t)(SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT));
	return cond_test(a, code, BPF_JEQ | BPF_K, 0);
}

/* Asks once whether there is a stripped tag; each side knows then what it has. */
static struct cond *by_tag(struct retarget *r, struct cond *tagged, struct cond *plain)
{
	struct arena *a = r->arena;

	if (!tagged || !plain)
		return NULL;
	if (tagged->kind == COND_FALSE)
		return plain->kind == COND_FALSE ? plain : cond_and(a, tag_absent(a), plain);
	if (plain->kind == COND_FALSE)
		return cond_and(a, cond_not(a, tag_absent(a)), tagged);
	if (tagged->kind == COND_TRUE)
		return plain->kind == COND_TRUE ? plain
						: cond_or(a, cond_not(a, tag_absent(a)), plain);
	return cond_or(a, cond_and(a, cond_not(a, tag_absent(a)), tagged),
		       cond_and(a, tag_absent(a), plain));
}

struct cond *filter_retarget(struct arena *arena, struct cond *c, const struct filter_options *opt,
			     struct filter_error *err)
{
	struct retarget r = { .arena = arena };
	struct cond *tagged, *ret = c;

	if (!c || opt->target != FILTER_SOCKET)
		return c;
	if (has_loop(c)) {
		filter_error_set(err, -EINVAL, 0, UINT32_MAX,
				 "the kernel's filters cannot follow a chain of headers of any "
				 "length (protochain); filter when reading");
		return NULL;
	}
	r.used = words_used(c);
	choose_words(&r);
	if (opt->linktype == LINKTYPE_ETHERNET) {
		tagged = map_view(&r, &view_ether_tagged, c);
		if (r.changed)
			ret = by_tag(&r, tagged, c);
	} else if (opt->linktype == LINKTYPE_LINUX_SLL2) {
		tagged = map_view(&r, &view_sll2_tagged, c);
		ret = by_tag(&r, tagged, map_view(&r, &view_sll2, c));
	} else if (opt->linktype == LINKTYPE_NETLINK) {
		ret = map_view(&r, &view_netlink, c);
	}
	if (r.why) {
		filter_error_set(err, -EINVAL, 0, UINT32_MAX, "%s", r.why);
		return NULL;
	}
	return ret;
}
