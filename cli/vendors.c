#include "cli/vendors.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/compiler.h"

enum {
	VENDORS_MAX = 1 << 18, /* there are 55 thousand today */
	NAME_MAX_BYTES = 40,
};

/* MA-L, MA-M, MA-S and the older IAB: 24, 28 and 36 bits of an address. */
static const char *const lists[] = { "oui.csv", "mam.csv", "oui36.csv", "iab.csv" };
static const char *const directories[] = { "/usr/share/ieee-data", "/var/lib/ieee-data" };

struct vendor {
	uint64_t prefix; /* in the upper bits of 48 */
	uint8_t bits;
	char name[NAME_MAX_BYTES];
};

struct vendors {
	struct vendor *list; /* by prefix, then by bits */
	size_t nr, size;
};

static int compare(const void *a, const void *b)
{
	const struct vendor *x = a, *y = b;

	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return (int)x->bits - (int)y->bits;
}

/* One field of a line of CSV, with or without quotes; *p moves behind its comma. */
static void csv_field(char **p, char *ret, size_t size)
{
	const bool quoted = **p == '"';
	size_t n = 0;

	*p += quoted;
	for (; **p; ++*p) {
		if (quoted && **p == '"' && (*p)[1] != '"')
			break;
		if (!quoted && **p == ',')
			break;
		if (quoted && **p == '"')
			++*p;
		if (n + 1 < size && isprint((unsigned char)**p))
			ret[n++] = **p;
	}
	ret[n] = '\0';
	while (**p && **p != ',')
		++*p;
	*p += **p == ',';
}

/* "MA-L,00005E,ICANN,..." */
static void add_line(struct vendors *v, char *line)
{
	char registry[16], assignment[16], *end;
	struct vendor *entry;
	size_t digits;

	if (v->nr == VENDORS_MAX)
		return;
	if (v->nr == v->size) {
		const size_t size = v->size ? v->size * 2 : 1 << 15;
		struct vendor *list = reallocarray(v->list, size, sizeof(*list));

		if (!list)
			return;
		v->list = list;
		v->size = size;
	}
	entry = &v->list[v->nr];
	csv_field(&line, registry, sizeof(registry));
	csv_field(&line, assignment, sizeof(assignment));
	csv_field(&line, entry->name, sizeof(entry->name));
	digits = strlen(assignment);
	entry->prefix = strtoull(assignment, &end, 16);
	if (*end || digits < 6 || digits > 12 || !entry->name[0])
		return;
	entry->bits = (uint8_t)(digits * 4);
	entry->prefix <<= 48 - entry->bits;
	v->nr++;
}

static bool read_list(struct vendors *v, const char *directory, const char *name)
{
	char path[128], *line = NULL;
	size_t size = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (getline(&line, &size, f) > 0)
		add_line(v, line);
	free(line);
	fclose(f);
	return true;
}

struct vendors *vendors_open(void)
{
	struct vendors *v = calloc(1, sizeof(*v));
	size_t i, k;

	if (!v)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		for (k = 0; k < ARRAY_SIZE(directories); k++)
			if (read_list(v, directories[k], lists[i]))
				break;
	if (!v->nr) {
		vendors_close(v);
		return NULL;
	}
	qsort(v->list, v->nr, sizeof(*v->list), compare);
	return v;
}

const char *vendors_find(const void *context, const uint8_t *mac)
{
	static const uint8_t widths[] = { 36, 28, 24 }; /* the longest assignment is the owner */
	const struct vendors *v = context;
	const uint64_t addr = (uint64_t)mac[0] << 40 | (uint64_t)mac[1] << 32 |
			      (uint64_t)mac[2] << 24 | (uint64_t)mac[3] << 16 |
			      (uint64_t)mac[4] << 8 | mac[5];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(widths); i++) {
		const struct vendor key = { .prefix = addr >> (48 - widths[i]) << (48 - widths[i]),
					    .bits = widths[i] };
		const struct vendor *found =
			bsearch(&key, v->list, v->nr, sizeof(*v->list), compare);

		if (found)
			return found->name;
	}
	return NULL;
}

void vendors_close(struct vendors *v)
{
	if (!v)
		return;
	free(v->list);
	free(v);
}
