#include "cli/suggest.h"

#include <string.h>

#include "core/compiler.h"

enum { WORD_MAX = 31 }; /* longer words are compared by their beginning */

size_t edit_distance(const char *a, const char *b)
{
	const size_t a_len = strnlen(a, WORD_MAX), b_len = strnlen(b, WORD_MAX);
	size_t d[WORD_MAX + 1][WORD_MAX + 1]; /* optimal string alignment */

	for (size_t i = 0; i <= a_len; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= b_len; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= a_len; i++)
		for (size_t j = 1; j <= b_len; j++) {
			const size_t replace = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			d[i][j] = MIN_OF(MIN_OF(d[i - 1][j], d[i][j - 1]) + 1, replace);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = MIN_OF(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[a_len][b_len];
}

const char *suggest(const char *word, const char *const *names, size_t nr)
{
	const size_t len = strlen(word);
	const char *best = NULL;
	size_t best_distance = 3; /* two slips of the finger */

	for (size_t i = 0; i < nr; i++) {
		size_t distance = edit_distance(word, names[i]);

		/* "int" means "interfaces", however far it is */
		if (len >= 2 && strncmp(word, names[i], len) == 0)
			distance = 0;
		if (distance < best_distance && distance < strlen(names[i])) {
			best = names[i];
			best_distance = distance;
		}
	}
	return best;
}
