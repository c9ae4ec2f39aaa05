#include <errno.h>
#include <string.h>

#include "dissect/display/node.h"

static const char *const names[] = {
	[FUNC_LEN] = "len",     [FUNC_COUNT] = "count",   [FUNC_LOWER] = "lower",
	[FUNC_UPPER] = "upper", [FUNC_STRING] = "string", [FUNC_MAX] = "max",
	[FUNC_MIN] = "min",     [FUNC_ABS] = "abs",
};

bool function_find(const char *name, size_t len, enum function *ret)
{
	size_t i;

	for (i = 0; name && i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == len && !memcmp(names[i], name, len)) {
			*ret = (enum function)i;
			return true;
		}
	return false;
}

int function_refuse(struct compiler *c, const struct node *n)
{
	return filter_error_set(c->err, -EINVAL, n->begin, n->end,
				"there is no such function; there are len, count, lower, upper, "
				"string, max, min and abs");
}

static int refuse_argument(struct compiler *c, const struct node *n, const struct node *argument,
			   const char *wanted)
{
	return filter_error_set(c->err, -EINVAL, argument->begin, argument->end, "%s() takes %s",
				names[n->func], wanted);
}

/* Reuses the checks of a presence test: its value is a field, a protocol or a slice of one. */
static int check_argument(struct compiler *c, struct node *n, struct node *argument)
{
	struct node probe = { .kind = argument->kind == NODE_ARITH ? NODE_NONZERO : NODE_HAS,
			      .child = argument,
			      .begin = argument->begin,
			      .end = argument->end };

	if (argument->kind == NODE_CALL)
		return function_check(c, argument);
	if (argument->kind == NODE_LITERAL && argument->literal != LITERAL_WORD)
		return refuse_argument(c, n, argument, "fields");
	return display_check(c, &probe);
}

static bool is_ordered(enum value_type t)
{
	return t == TYPE_UINT || t == TYPE_INT || t == TYPE_SPAN || t == TYPE_DATE;
}

static int check_type(struct compiler *c, struct node *n, const struct node *argument)
{
	switch (n->func) {
	case FUNC_LEN:
	case FUNC_COUNT:
		n->type = TYPE_UINT;
		return 0;
	case FUNC_LOWER:
	case FUNC_UPPER:
		n->type = TYPE_TEXT;
		return argument->type == TYPE_TEXT ? 0 : refuse_argument(c, n, argument, "a text");
	case FUNC_STRING:
		n->type = TYPE_TEXT;
		return argument->type == TYPE_TEXT || argument->type == TYPE_PROTO ||
				       argument->type == TYPE_NONE
			       ? refuse_argument(c, n, argument, "what is no text yet")
			       : 0;
	case FUNC_MAX:
	case FUNC_MIN:
		n->type = argument->type;
		return n->type == TYPE_NONE ? refuse_argument(c, n, argument, "what has an order")
					    : 0;
	case FUNC_ABS:
		if (!is_ordered(argument->type))
			return refuse_argument(c, n, argument, "numbers or times");
		n->type = argument->type;
		return 0;
	}
	return 0;
}

static bool is_number_literal(const struct node *n)
{
	return n->kind == NODE_LITERAL && n->literal == LITERAL_WORD && n->text &&
	       strchr("-0123456789", n->text[0]);
}

/* max() and min() also take numbers, to be compared with their first field. */
static int check_constants(struct compiler *c, struct node *n, const struct node *field)
{
	struct node *argument;
	int code = 0;

	for (argument = n->child; argument && !code; argument = argument->next)
		if (argument->kind == NODE_LITERAL)
			code = field ? literal_check(c, argument, field, false)
				     : refuse_argument(c, n, argument, "a field");
	return code;
}

int function_check(struct compiler *c, struct node *n)
{
	const bool several = n->func == FUNC_MAX || n->func == FUNC_MIN;
	const struct node *field = NULL;
	struct node *argument;
	unsigned nr = 0;
	int code = 0;

	for (argument = n->child; argument && !code; argument = argument->next) {
		if (++nr > (several ? ARGUMENTS_MAX : 1u))
			return refuse_argument(c, n, argument, several ? "32 fields" : "one field");
		if (several && is_number_literal(argument))
			continue;
		code = check_argument(c, n, argument);
		if (!code)
			code = check_type(c, n, argument);
		if (!field)
			field = argument;
	}
	if (!code)
		code = check_constants(c, n, field);
	for (argument = n->child; field && argument && !code; argument = argument->next)
		if (argument->type != field->type)
			code = refuse_argument(c, n, argument, "fields of one type");
	return code;
}
