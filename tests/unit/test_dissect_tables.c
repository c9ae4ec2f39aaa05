/* Mechanical checks of every dissector's tables: what no reviewer sees in the hundredth of them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "dissect/dissect.h"
#include "dissect/registry.h"

static struct registry *reg;

static void setup(void)
{
	cr_assert_eq(registry_init(&reg, NULL), 0);
}

static void teardown(void)
{
	registry_free(reg);
}

TestSuite(tables, .init = setup, .fini = teardown);

#define for_each_dissector(p, id)             \
	for (id = 0; id < PROTO_ID_MAX; id++) \
		if ((p = reg->by_id[id]))

static bool can_meet(const struct field_desc *a, const struct field_desc *b)
{
	return !a->variants || !b->variants || (a->variants & b->variants);
}

static void check_width(const struct field_desc *fd)
{
	static const unsigned widths[] = {
		[FIELD_FLAG] = 1,  [FIELD_PORT] = 16,  [FIELD_MAC] = 48,
		[FIELD_IPV4] = 32, [FIELD_IPV6] = 128,
	};

	cr_expect_gt(fd->bits, 0, "%s", fd->name);
	if (fd->kind < ARRAY_SIZE(widths) && widths[fd->kind])
		cr_expect_eq(fd->bits, widths[fd->kind], "%s", fd->name);
	if (fd->kind >= FIELD_MAC || fd->flags & FIELD_LE)
		cr_expect(fd->bit % 8 == 0 && fd->bits % 8 == 0, "%s: whole bytes", fd->name);
	else
		cr_expect_leq(fd->bit % 8 + fd->bits, 64, "%s: within 8 bytes", fd->name);
	cr_expect(fd->names || fd->kind != FIELD_ENUM, "%s: FIELD_ENUM without names", fd->name);
}

Test(tables, fields_lie_in_their_headers)
{
	const struct dissector *p;
	unsigned id;
	size_t i;

	for_each_dissector(p, id)
	{
		cr_expect(p->name && p->title, "id %u", id);
		cr_expect_eq(p->id, id);
		for (i = 0; i < p->nr_fields; i++) {
			const struct field_desc *fd = &p->fields[i];

			cr_expect(fd->name && fd->label && *fd->name && *fd->label, "%s", p->name);
			check_width(fd);
			cr_expect_not(fd->flags & FIELD_DESCRIBED, "%s", fd->name);
			if (!(fd->flags & FIELD_OPT) && !fd->variants)
				cr_expect_leq((fd->bit + fd->bits + 7) / 8, p->min_hdr_len, "%s",
					      fd->name);
		}
		cr_expect_lt(p->nr_described, 512, "%s: render_json.c has room for fewer", p->name);
		for (i = 0; i < p->nr_described; i++) {
			cr_expect(p->described[i].name && p->described[i].label, "%s", p->name);
			cr_expect(p->described[i].flags & FIELD_DESCRIBED, "%s",
				  p->described[i].name);
		}
		cr_expect(!p->nr_described == !p->describe, "%s", p->name);
	}
}

Test(tables, no_two_fields_share_bits_unless_they_say_so)
{
	const struct dissector *p;
	unsigned id;
	size_t i, k;

	for_each_dissector(p, id)
	{
		for (i = 0; i < p->nr_fields; i++) {
			for (k = 0; k < i; k++) {
				const struct field_desc *a = &p->fields[i], *b = &p->fields[k];
				const bool apart =
					a->bit + a->bits <= b->bit || b->bit + b->bits <= a->bit;

				cr_expect(apart || !can_meet(a, b) ||
						  (a->flags | b->flags) & FIELD_OVERLAP,
					  "%s and %s", a->name, b->name);
			}
		}
	}
}

/* A name may come again only within one protocol, in a shape that excludes the first. */
static void check_name(const struct dissector *p, const struct field_desc *a)
{
	const struct dissector *q;
	unsigned id;
	size_t k;

	for_each_dissector(q, id)
	{
		for (k = 0; k < q->nr_fields; k++) {
			const struct field_desc *b = &q->fields[k];

			if (a == b || strcmp(a->name, b->name))
				continue;
			cr_expect_eq(p, q, "%s in %s and %s", a->name, p->name, q->name);
			cr_expect_not(can_meet(a, b), "%s twice in one header", a->name);
			cr_expect_eq(a->kind, b->kind, "%s has two types", a->name);
		}
		for (k = 0; k < q->nr_described; k++)
			cr_expect(a == &q->described[k] || strcmp(a->name, q->described[k].name),
				  "%s", a->name);
	}
}

Test(tables, names_are_unique)
{
	const struct dissector *p, *q;
	unsigned id, other;
	size_t i;

	for_each_dissector(p, id)
	{
		for_each_dissector(q, other)
			cr_expect(p == q || strcmp(p->name, q->name), "%s", p->name);
		for (i = 0; i < p->nr_fields; i++)
			check_name(p, &p->fields[i]);
		for (i = 0; i < p->nr_described; i++)
			check_name(p, &p->described[i]);
	}
}

Test(tables, lookups)
{
	const struct dissector *owner = NULL;
	const struct field_desc *fd = registry_field(reg, "tcp.dstport", &owner);

	cr_assert(fd);
	cr_expect_eq(fd->bit, 16);
	cr_expect_eq(owner, registry_by_name(reg, "tcp"));
	cr_expect(registry_field(reg, "tcp.options.mss_val", NULL));
	cr_expect_not(registry_field(reg, "tcp.dst", NULL));
	cr_expect_not(registry_field(reg, "tcp.dstportx", NULL));
	cr_expect_not(registry_by_id(reg, 9999));
	cr_expect_str_eq(registry_proto_name(reg, 250), "?");
}

static struct next stub_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	return next_none();
}

Test(tables, a_key_or_id_with_two_owners_is_refused)
{
	static const struct dissector a = {
		.name = "a", .id = 100, .keys = { { KEY_UDP_PORT, 53 } }, .dissect = stub_dissect
	};
	static const struct dissector b = {
		.name = "b", .id = 101, .keys = { { KEY_UDP_PORT, 53 } }, .dissect = stub_dissect
	};
	static const struct dissector c = {
		.name = "c", .id = 100, .keys = { { KEY_TCP_PORT, 53 } }, .dissect = stub_dissect
	};
	static const struct dissector e = {
		.name = "e", .id = 102, .keys = { { KEY_IPPROTO, 300 } }, .dissect = stub_dissect
	};
	static const struct dissector g = {
		.name = "g", .id = 103, .dissect = stub_dissect, .brief = "G {no.such.field}"
	};
	const struct dissector *const same_key[] = { &a, &b }, *const same_id[] = { &a, &c };
	const struct dissector *const out_of_range[] = { &e }, *const bad_brief[] = { &g };
	struct registry *r = NULL;
	struct errmsg err;

	cr_expect_eq(registry_build(same_key, 2, &r, &err), -EEXIST);
	cr_expect(strstr(err.text, "53"), "%s", err.text);
	cr_expect_eq(registry_build(same_id, 2, &r, &err), -EEXIST);
	cr_expect_eq(registry_build(out_of_range, 1, &r, &err), -EINVAL);
	cr_expect_eq(registry_build(bad_brief, 1, &r, &err), -EINVAL);
	cr_expect(strstr(err.text, "no.such.field"), "%s", err.text);
	cr_expect_not(r);
}
