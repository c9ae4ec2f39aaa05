#include <errno.h>
#include <string.h>

#include "dissect/display/node.h"

static int check_value(struct compiler *c, struct node *n);

const char *type_name(enum value_type type)
{
	switch (type) {
	case TYPE_NONE:
		return "a heading";
	case TYPE_BOOL:
		return "a flag";
	case TYPE_UINT:
		return "a number";
	case TYPE_INT:
		return "a signed number";
	case TYPE_DATE:
		return "a time";
	case TYPE_SPAN:
		return "a number of seconds";
	case TYPE_IPV4:
		return "an IPv4 address";
	case TYPE_IPV6:
		return "an IPv6 address";
	case TYPE_MAC:
		return "a MAC address";
	case TYPE_BYTES:
		return "bytes";
	case TYPE_TEXT:
		return "a text";
	case TYPE_PROTO:
		return "a protocol";
	}
	return "nothing";
}

/* What n is called in a message: its name, or what it is. */
static const char *node_name(const struct node *n)
{
	return n->text && (n->kind == NODE_FIELD || n->kind == NODE_PROTO) ? n->text : "this";
}

static bool has_bytes(enum value_type t)
{
	return t >= TYPE_IPV4;
}

static int check_slice(struct compiler *c, struct node *n)
{
	struct node *of = n->child;
	int code = check_value(c, of);

	if (code)
		return code;
	if (of->kind == NODE_LITERAL)
		return names_refuse(c, of);
	if (!has_bytes(of->type))
		return filter_error_set(c->err, -EINVAL, of->begin, of->end,
					"%.60s is %s, and only bytes can be cut into slices",
					node_name(of), type_name(of->type));
	n->type = TYPE_BYTES;
	return 0;
}

static int arith_refuse(struct compiler *c, const struct node *n, const struct node *operand)
{
	return filter_error_set(c->err, -EINVAL, operand->begin, operand->end,
				"%.60s is %s, for which there is no '%c'", node_name(operand),
				type_name(operand->type), n->arith);
}

static bool is_plain_bytes(enum value_type t)
{
	return t == TYPE_BYTES || t == TYPE_MAC;
}

static bool arith_allowed(char sign, enum value_type a, enum value_type b)
{
	const bool numbers = (a == TYPE_UINT || a == TYPE_INT) && (b == TYPE_UINT || b == TYPE_INT);

	if ((a == TYPE_IPV4 && b == TYPE_IPV4) || (a == TYPE_IPV6 && b == TYPE_IPV6) ||
	    (is_plain_bytes(a) && is_plain_bytes(b)))
		return sign == '&';
	if (sign == '+' || sign == '-')
		return numbers || ((a == TYPE_SPAN || a == TYPE_DATE) && b == TYPE_SPAN);
	return numbers;
}

static int check_arith(struct compiler *c, struct node *n)
{
	struct node *a = n->child, *b = a->next;
	int code = check_value(c, a);

	if (!code && b)
		code = check_value(c, b);
	if (code)
		return code;
	if (a->kind == NODE_LITERAL && b && b->kind == NODE_LITERAL)
		return literal_fold(c, n);
	if (a->kind == NODE_LITERAL && b && !is_plain_bytes(b->type))
		code = literal_check(c, a, b, false);
	else if (b && b->kind == NODE_LITERAL &&
		 (b->literal == LITERAL_WORD || !is_plain_bytes(a->type)))
		code = literal_check(c, b, a, false);
	else if (a->kind == NODE_LITERAL || (b && b->kind == NODE_LITERAL))
		return filter_error_set(c->err, -EINVAL, n->begin, n->end,
					"a calculation is field, sign, value");
	if (code)
		return code;
	if (!b) {
		if (a->type != TYPE_UINT && a->type != TYPE_INT && a->type != TYPE_SPAN)
			return arith_refuse(c, n, a);
		n->type = a->type == TYPE_SPAN ? TYPE_SPAN : TYPE_INT;
		return 0;
	}
	if (!arith_allowed(n->arith, a->type, b->type))
		return arith_refuse(c, n, a);
	n->type = a->type == b->type || !is_plain_bytes(a->type) ? a->type : TYPE_BYTES;
	if (b->type == TYPE_INT || (n->arith == '-' && a->type == TYPE_UINT))
		n->type = TYPE_INT;
	return 0;
}

/* Names become fields. What stays NODE_LITERAL is for whoever knows what it is compared with. */
static int check_value(struct compiler *c, struct node *n)
{
	switch (n->kind) {
	case NODE_LITERAL:
		if (!n->text)
			return filter_error_set(c->err, -ENOMEM, n->begin, n->end, "out of memory");
		if (n->literal == LITERAL_WORD && !n->forced_literal &&
		    names_resolve(c, n, n->text))
			return 0;
		return n->forced_field || n->layers ? names_refuse(c, n) : 0;
	case NODE_SLICE:
		return check_slice(c, n);
	case NODE_CALL:
		return function_check(c, n);
	case NODE_ARITH:
		return check_arith(c, n);
	default:
		return 0;
	}
}

/* The type in which values of a and b are compared; TYPE_NONE: they are not. */
static enum value_type common_type(enum value_type a, enum value_type b)
{
	if (a == b)
		return a;
	if ((a == TYPE_UINT && b == TYPE_INT) || (a == TYPE_INT && b == TYPE_UINT))
		return TYPE_INT;
	if (has_bytes(a) && has_bytes(b) &&
	    (a == TYPE_BYTES || b == TYPE_BYTES || a == TYPE_PROTO || b == TYPE_PROTO))
		return TYPE_BYTES;
	return TYPE_NONE;
}

static int refuse_constants(struct compiler *c, const struct node *a, const struct node *b)
{
	if (a->literal == LITERAL_WORD && (a->text[0] | 0x20) >= 'a' && (a->text[0] | 0x20) <= 'z')
		return names_refuse(c, a);
	if (b->literal == LITERAL_WORD && (b->text[0] | 0x20) >= 'a' && (b->text[0] | 0x20) <= 'z')
		return names_refuse(c, b);
	return filter_error_set(c->err, -EINVAL, a->begin, b->end,
				"neither side is a field: the same for every packet");
}

static int check_matches(struct compiler *c, struct node *n, struct node *a, struct node *b)
{
	if (a->type != TYPE_TEXT && a->type != TYPE_PROTO && !is_plain_bytes(a->type))
		return filter_error_set(c->err, -EINVAL, a->begin, a->end,
					"%.60s is %s; patterns are for text, bytes and protocols, "
					"and string(...) makes a text of a number",
					node_name(a), type_name(a->type));
	if (b->kind != NODE_LITERAL || b->literal != LITERAL_STRING)
		return filter_error_set(c->err, -EINVAL, b->begin, b->end,
					"a pattern is written in double quotes");
	n->type = a->type;
	return regex_check(c, b, &n->regex);
}

static int check_contains(struct compiler *c, struct node *a)
{
	if (a->type == TYPE_TEXT || a->type == TYPE_BYTES || a->type == TYPE_PROTO ||
	    a->type == TYPE_MAC)
		return 0;
	return filter_error_set(c->err, -EINVAL, a->begin, a->end,
				"%.60s is %s; 'contains' is for text, bytes and protocols",
				node_name(a), type_name(a->type));
}

/* a and b become comparable; ret is the type in which they are. */
static int check_pair(struct compiler *c, struct node *a, struct node *b, bool as_bytes,
		      enum value_type *ret)
{
	int code = 0;

	if (a->kind == NODE_LITERAL && b->kind == NODE_LITERAL)
		return refuse_constants(c, a, b);
	if (a->kind == NODE_LITERAL)
		code = literal_check(c, a, b, false);
	else if (b->kind == NODE_LITERAL)
		code = literal_check(c, b, a, as_bytes);
	if (code)
		return code;
	*ret = as_bytes && has_bytes(b->type) ? TYPE_BYTES : common_type(a->type, b->type);
	if (*ret != TYPE_NONE)
		return 0;
	return filter_error_set(c->err, -EINVAL, b->begin, b->end,
				"%.60s is %s and %.60s is %s: they cannot be compared",
				node_name(a), type_name(a->type), node_name(b), type_name(b->type));
}

static bool is_quick(const struct node *n, const struct node *a, const struct node *b)
{
	const struct field_ref *ref;

	if (a->kind != NODE_FIELD || a->frame_field || a->layers || b->kind != NODE_CONST ||
	    b->nr_values != 1 || n->op >= OP_CONTAINS)
		return false;
	for (ref = a->refs; ref; ref = ref->next)
		if (ref->described)
			return false;
	return true;
}

static int check_compare(struct compiler *c, struct node *n)
{
	struct node *a = n->child, *b = a->next;
	int code = check_value(c, a);

	if (!code && a->kind == NODE_LITERAL && n->op >= OP_CONTAINS)
		return names_refuse(c, a);
	if (!code && n->op == OP_MATCHES)
		return check_matches(c, n, a, b);
	if (!code)
		code = check_value(c, b);
	if (!code && n->op == OP_CONTAINS)
		code = check_contains(c, a);
	if (!code)
		code = check_pair(c, a, b, n->op == OP_CONTAINS, &n->type);
	if (!code)
		n->quick = is_quick(n, a, b);
	return code;
}

static int check_member(struct compiler *c, struct node *value, struct node *member)
{
	struct node *first, *last;
	enum value_type type;
	int code;

	if (member->kind != NODE_RANGE) {
		code = check_value(c, member);
		return code ? code : check_pair(c, value, member, false, &member->as);
	}
	first = member->child;
	last = first->next;
	code = check_value(c, first);
	if (!code)
		code = check_value(c, last);
	if (!code)
		code = check_pair(c, value, first, false, &type);
	if (!code)
		code = check_pair(c, value, last, false, &member->type);
	return code;
}

static int check_set(struct compiler *c, struct node *n)
{
	struct node *value = n->child, *member;
	int code = check_value(c, value);

	if (code)
		return code;
	if (value->kind == NODE_LITERAL)
		return names_refuse(c, value);
	for (member = value->next; member; member = member->next) {
		code = check_member(c, value, member);
		if (code)
			return code;
	}
	return set_sort(c, n);
}

static int check_presence(struct compiler *c, struct node *n)
{
	struct node *of = n->child;
	int code = check_value(c, of);

	if (code)
		return code;
	if (of->kind == NODE_CALL && !of->named_call)
		return filter_error_set(c->err, -EINVAL, of->begin, of->end,
					"compare what the function gives, as in len(...) > 10");
	return of->kind == NODE_LITERAL ? names_refuse(c, of) : 0;
}

int display_check(struct compiler *c, struct node *n)
{
	struct node *child;
	int code = 0;

	switch (n->kind) {
	case NODE_AND:
	case NODE_OR:
	case NODE_XOR:
	case NODE_NOT:
		for (child = n->child; child && !code; child = child->next)
			code = display_check(c, child);
		return code;
	case NODE_HAS:
		return check_presence(c, n);
	case NODE_NONZERO:
		code = check_arith(c, n->child);
		if (!code && n->child->kind == NODE_LITERAL)
			return filter_error_set(c->err, -EINVAL, n->begin, n->end,
						"a calculation needs a field");
		return code;
	case NODE_COMPARE:
		return check_compare(c, n);
	case NODE_IN:
		return check_set(c, n);
	default:
		return 0;
	}
}
