#include "cli/cut_ranges.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool take_number(const char **p, uint64_t *ret)
{
	char *end;

	if (!isdigit((unsigned char)**p))
		return false;
	errno = 0;
	*ret = strtoull(*p, &end, 10);
	*p = end;
	return !errno;
}

/* "7", "7-9", "7-" */
static bool take_range(const char **p, uint64_t min, struct number_range *ret)
{
	if (!take_number(p, &ret->first) || ret->first < min)
		return false;
	ret->last = ret->first;
	if (**p != '-')
		return true;
	++*p;
	ret->last = UINT64_MAX;
	if (**p && **p != ',' && !take_number(p, &ret->last))
		return false;
	return ret->last >= ret->first;
}

static int by_first(const void *a, const void *b)
{
	const struct number_range *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Sorted, and what touches becomes one. */
static void tidy(struct number_ranges *r)
{
	size_t kept = 0;

	qsort(r->list, r->nr, sizeof(*r->list), by_first);
	for (size_t i = 1; i < r->nr; i++) {
		struct number_range *const last = &r->list[kept];

		if (last->last == UINT64_MAX || r->list[i].first <= last->last + 1)
			last->last = last->last > r->list[i].last ? last->last : r->list[i].last;
		else
			r->list[++kept] = r->list[i];
	}
	r->nr = kept + 1;
}

int ranges_parse(const char *text, uint64_t min, struct number_ranges *ret)
{
	struct number_ranges r = { 0 };
	size_t room = 1;

	for (const char *p = text; *p; p++)
		room += *p == ',';
	r.list = calloc(room, sizeof(*r.list));
	if (!r.list)
		return -ENOMEM;
	for (const char *p = text; take_range(&p, min, &r.list[r.nr]); p++) {
		r.nr++;
		if (*p == ',')
			continue;
		if (*p)
			break;
		tidy(&r);
		*ret = r;
		return 0;
	}
	free(r.list);
	return -EINVAL;
}

void ranges_free(struct number_ranges *r)
{
	free(r->list);
	*r = (struct number_ranges){ 0 };
}

bool ranges_have(const struct number_ranges *r, uint64_t number, size_t *at)
{
	size_t i = *at;

	/* Numbers that grow walk on; others begin anew. */
	if (number < r->list[i].first)
		i = 0;
	while (i + 1 < r->nr && number > r->list[i].last)
		i++;
	*at = i;
	return number >= r->list[i].first && number <= r->list[i].last;
}

bool ranges_end(const struct number_ranges *r, uint64_t number)
{
	return number >= r->list[r->nr - 1].last;
}
