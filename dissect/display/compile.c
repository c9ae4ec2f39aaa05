#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/display/display.h"
#include "dissect/display/node.h"

int display_compile(const struct registry *reg, const char *expr, struct display_filter **ret,
		    struct filter_error *err)
{
	struct filter_error unused;
	struct compiler c = { .expr = expr, .err = err ? err : &unused };
	int code;

	*c.err = (struct filter_error){ .text = "" };
	if (strlen(expr) > FILTER_TEXT_MAX)
		return filter_error_set(c.err, -EINVAL, 0, 0, "an expression has at most %d bytes",
					FILTER_TEXT_MAX);
	c.f = calloc(1, sizeof(*c.f));
	if (!c.f)
		return filter_error_set(c.err, -ENOMEM, 0, 0, "out of memory");
	c.f->reg = reg;
	c.f->root = display_parse(&c);
	code = c.f->root ? display_check(&c, c.f->root) : -EINVAL;
	if (!code)
		code = names_assign_slots(&c);
	if (c.f->arena.failed)
		code = filter_error_set(c.err, -ENOMEM, 0, 0, "out of memory");
	if (code) {
		display_free(c.f);
		return code;
	}
	*ret = c.f;
	return 0;
}

void display_free(struct display_filter *f)
{
	if (!f)
		return;
	regex_free_all(f);
	arena_free(&f->arena);
	free(f);
}
