#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/display/node.h"

struct regex_list {
	pcre2_code *code;
	struct regex_list *next; /* all of it in the arena */
};

int regex_check(struct compiler *c, struct node *n, pcre2_code **ret)
{
	struct display_filter *f = c->f;
	struct regex_list *entry = arena_alloc(&f->arena, sizeof(*entry));
	PCRE2_UCHAR reason[160];
	PCRE2_SIZE offset;
	int code;

	if (!entry || !n->text)
		return filter_error_set(c->err, -ENOMEM, n->begin, n->end, "out of memory");
	entry->code = pcre2_compile((PCRE2_SPTR)n->text, n->text_len,
				    PCRE2_CASELESS | PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C,
				    &code, &offset, NULL);
	if (!entry->code) {
		pcre2_get_error_message(code, reason, sizeof(reason));
		return filter_error_set(c->err, -EINVAL, n->begin, n->end,
					"the pattern is wrong at its byte %zu: %s", (size_t)offset,
					(const char *)reason);
	}
	entry->next = f->regexes;
	f->regexes = entry;
	f->nr_regexes++;
	/* Without it, or where memory cannot become executable, the interpreter matches. */
	(void)pcre2_jit_compile(entry->code, PCRE2_JIT_COMPLETE);
	*ret = entry->code;
	return 0;
}

void regex_free_all(struct display_filter *f)
{
	const struct regex_list *entry;

	for (entry = f->regexes; entry; entry = entry->next)
		pcre2_code_free(entry->code);
}
