/* What is made of values: slices and functions. */
#include <string.h>

#include "dissect/display/state.h"

enum { STRING_MAX = 64 << 10 }; /* bytes that string() makes of one value */

static struct value slice_value(struct display_state *s, const struct slice *slice,
				const struct value *from)
{
	struct value v = { .bytes = from->bytes };
	uint32_t start, len, total = 0;
	uint8_t *copy;
	unsigned i, nr = 0;

	for (; nr < slice->nr && slice_part_find(&slice->parts[nr], from->len, &start, &len); nr++)
		total += len;
	if (!nr)
		return v;
	if (nr == 1) {
		v.bytes += start;
		v.len = total;
		if (slice->nr == 1)
			return v;
		slice_part_find(&slice->parts[0], from->len, &start, &len);
		v.bytes = from->bytes + start;
		return v;
	}
	copy = scratch_alloc(s, total);
	for (i = 0; copy && i < nr; i++) {
		slice_part_find(&slice->parts[i], from->len, &start, &len);
		memcpy(copy + v.len, from->bytes + start, len);
		v.len += len;
	}
	v.bytes = copy;
	return v;
}

bool values_slice(struct display_state *s, const struct node *n, struct values *ret)
{
	struct values from;
	struct value *v;
	size_t i;

	if (!values_get(s, n->child, &from))
		return false;
	v = scratch_alloc(s, from.nr * sizeof(*v));
	if (!v)
		return false;
	for (i = 0; i < from.nr; i++)
		v[i] = slice_value(s, n->slice, &from.v[i]);
	*ret = (struct values){ v, from.nr };
	return true;
}

static bool change_case(struct display_state *s, bool upper, struct value *v)
{
	uint8_t *copy = scratch_alloc(s, v->len);
	uint32_t i;

	if (!copy)
		return false;
	for (i = 0; i < v->len; i++) {
		const uint8_t c = v->bytes[i], low = c | 0x20;
		const bool letter = low >= 'a' && low <= 'z';

		copy[i] = !letter ? c : upper ? c & 0xdf : low;
	}
	v->bytes = copy;
	return true;
}

static bool make_text(struct display_state *s, const struct node *of, struct value *v)
{
	const size_t size = MIN_OF((size_t)v->len * 3 + 128, (size_t)STRING_MAX);
	const struct field_value field = { .desc = v->desc,
					   .num = v->num,
					   .bytes = v->bytes,
					   .len = v->len,
					   .at = v->bytes,
					   .at_len = v->len };
	char *text = scratch_alloc(s, size);
	struct strbuf out;

	if (!text)
		return false;
	out = strbuf_over(text, size);
	if (of->kind == NODE_FIELD && of->frame_field)
		frame_field_text(of->frame_field, s->d, s->ctx, &out);
	else if (of->type == TYPE_UINT)
		strbuf_uint(&out, v->num);
	else if (of->type == TYPE_INT)
		strbuf_printf(&out, "%lld", (long long)v->num);
	else if (v->desc)
		field_plain(&field, &out);
	else if (type_is_number(of->type))
		frame_seconds(0, v->num, &out);
	else
		for (uint32_t i = 0; i < v->len; i++)
			strbuf_hex(&out, v->bytes[i], 2);
	v->desc = NULL;
	v->bytes = (const uint8_t *)text;
	v->len = (uint32_t)out.len;
	return true;
}

/* Numbers that are computed count as 32 bits; flags and times have no bytes. */
static uint32_t value_len(enum value_type type, const struct value *v)
{
	if (type == TYPE_UINT || type == TYPE_INT)
		return v->len ? v->len : 4;
	return type_is_number(type) ? 0 : v->len;
}

static bool call_each(struct display_state *s, const struct node *n, struct value *v)
{
	switch (n->func) {
	case FUNC_LEN:
		*v = (struct value){ .num = value_len(n->child->type, v), .len = 4 };
		return true;
	case FUNC_LOWER:
	case FUNC_UPPER:
		return change_case(s, n->func == FUNC_UPPER, v);
	case FUNC_STRING:
		return make_text(s, n->child, v);
	case FUNC_ABS:
		if (n->type != TYPE_UINT && (int64_t)v->num < 0)
			v->num = -v->num;
		v->desc = NULL;
		return true;
	default:
		return false;
	}
}

static bool call_extreme(struct display_state *s, const struct node *n, struct value *ret)
{
	const struct node *argument;
	struct values from;
	bool found = false;
	size_t i;

	for (argument = n->child; argument; argument = argument->next) {
		if (!values_get(s, argument, &from))
			continue;
		for (i = 0; i < from.nr; i++) {
			const int order = found ? compare_order(n->type, &from.v[i], ret) : 0;

			if (!found || (n->func == FUNC_MAX ? order > 0 : order < 0))
				*ret = from.v[i];
			found = true;
		}
	}
	return found;
}

bool values_call(struct display_state *s, const struct node *n, struct values *ret)
{
	struct values from;
	struct value *v;
	size_t i, nr = 0;

	if (n->func == FUNC_MAX || n->func == FUNC_MIN) {
		v = scratch_alloc(s, sizeof(*v));
		*ret = (struct values){ v, 1 };
		return v && call_extreme(s, n, v);
	}
	if (!values_get(s, n->child, &from))
		return false;
	v = scratch_alloc(s, from.nr * sizeof(*v));
	if (!v)
		return false;
	if (n->func == FUNC_COUNT) {
		v[0] = (struct value){ .num = from.nr, .len = 4 };
		*ret = (struct values){ v, 1 };
		return true;
	}
	for (i = 0; i < from.nr; i++) {
		v[nr] = from.v[i];
		nr += call_each(s, n, &v[nr]);
	}
	*ret = (struct values){ v, nr };
	return nr;
}
