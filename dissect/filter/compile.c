/* dissect/filter/compile.c -- an expression becomes a program. */
#include "dissect/filter/filter.h"

#include <errno.h>
#include <string.h>

#include "dissect/filter/arena.h"
#include "dissect/filter/ast.h"
#include "dissect/filter/flow.h"

enum { SNAPLEN_DEFAULT = 262144 };

/* What a NULL of the generator means. */
static int failed(const struct arena *arena, struct filter_error *err)
{
	if (!arena->failed)
		return -EINVAL;
	return filter_error_set(err, -ENOMEM, 0, UINT32_MAX,
				"this would be far more than %d instructions (or there is no "
				"memory); nets and port ranges need fewer",
				FILTER_INSNS_MAX);
}

static int to_cond(struct arena *arena, const char *expr, const struct filter_options *opt,
		   struct cond **ret, struct filter_error *err)
{
	const struct filter_node *ast;
	int r;

	r = filter_parse(arena, expr, &ast, err);
	if (r == -ENOMEM)
		return failed(arena, err);
	if (r < 0)
		return r;
	*ret = filter_generate(arena, ast, opt, err);
	if (*ret && opt->target == FILTER_SOCKET)
		*ret = filter_retarget(arena, *ret, opt, err);
	return *ret && !arena->failed ? 0 : failed(arena, err);
}

static int compile(struct arena *arena, const char *expr, const struct filter_options *opt,
		   struct filter_program *ret, struct flow_notes *notes, struct filter_error *err)
{
	const size_t len = strlen(expr);
	struct cond *c = NULL;
	int r;

	if (len > FILTER_TEXT_MAX)
		return filter_error_set(err, -E2BIG, 0, 0,
					"the expression has %zu bytes; %d is the most", len,
					FILTER_TEXT_MAX);
	r = to_cond(arena, expr, opt, &c, err);
	if (r < 0)
		return r;
	r = filter_assemble_noted(arena, c, opt->snaplen ? opt->snaplen : SNAPLEN_DEFAULT,
				  !opt->unoptimized, ret, notes, err);
	if (r == -ENOMEM)
		return failed(arena, err);
	if (r < 0)
		return r;
	if (!opt->unoptimized && ret->len == 1 && ret->insns[0].code == (BPF_RET | BPF_K) &&
	    !ret->insns[0].k) {
		filter_program_free(ret);
		return filter_error_set(err, -EINVAL, 0, (uint32_t)len,
					"the expression rejects all packets");
	}
	return 0;
}

int filter_compile(const char *expr, const struct filter_options *opt, struct filter_program *ret,
		   struct filter_error *err)
{
	struct arena arena = { 0 };
	int r;

	*ret = (struct filter_program){ 0 };
	*err = (struct filter_error){ 0 };
	r = compile(&arena, expr, opt, ret, NULL, err);
	arena_free(&arena);
	return r;
}

int filter_print_explained(const char *expr, const struct filter_options *opt, struct strbuf *out,
			   struct filter_error *err)
{
	struct filter_program p = { 0 };
	struct arena arena = { 0 };
	struct flow_notes *notes;
	int r;

	*err = (struct filter_error){ 0 };
	notes = arena_alloc(&arena, sizeof(*notes));
	if (!notes)
		return filter_error_set(err, -ENOMEM, 0, 0, "no memory for a program");
	r = compile(&arena, expr, opt, &p, notes, err);
	if (!r)
		filter_print_noted(&p, notes, out);
	filter_program_free(&p);
	arena_free(&arena);
	return r;
}
