#include "core/suggest.h"

#include <stdint.h>
#include <string.h>

#include "core/compiler.h"

enum { WORD_MAX = 31 }; /* longer words are compared by their beginning */

/* The row of the optimal string alignment for one letter of a, whose previous one is `before`. */
static unsigned next_row(char letter, char before, const char *b, size_t b_len,
			 const uint8_t *older, const uint8_t *above, uint8_t *row)
{
	unsigned least = row[0];
	size_t j;

	for (j = 1; j <= b_len; j++) {
		unsigned d = above[j - 1] + (letter != b[j - 1]);

		d = MIN_OF(d, MIN_OF(above[j], row[j - 1]) + 1u);
		if (before && j > 1 && letter == b[j - 2] && before == b[j - 1])
			d = MIN_OF(d, older[j - 2] + 1u);
		row[j] = (uint8_t)d;
		least = MIN_OF(least, d);
	}
	return least;
}

size_t edit_distance(const char *a, const char *b, size_t below)
{
	const size_t a_len = strnlen(a, WORD_MAX), b_len = strnlen(b, WORD_MAX);
	uint8_t rows[3][WORD_MAX + 1] = { 0 };
	unsigned least = 0, before = 0;
	size_t i;

	for (i = 0; i <= b_len; i++)
		rows[0][i] = (uint8_t)i;
	for (i = 1; i <= a_len; i++) {
		const unsigned last = least;

		rows[i % 3][0] = (uint8_t)i;
		least = next_row(a[i - 1], (char)before, b, b_len, rows[(i + 1) % 3],
				 rows[(i + 2) % 3], rows[i % 3]);
		/* A swap reaches back over one row: two in a row that are too far end it. */
		if (least >= below && last >= below)
			return below;
		before = (unsigned char)a[i - 1];
	}
	return rows[a_len % 3][b_len];
}

const char *suggest(const char *word, const char *const *names, size_t nr)
{
	const size_t len = strlen(word);
	const char *best = NULL;
	size_t best_distance = 3; /* two slips of the finger */

	for (size_t i = 0; i < nr; i++) {
		const size_t other = strlen(names[i]);
		size_t distance = len > other ? len - other : other - len;

		/* "int" means "interfaces", however far it is */
		if (len >= 2 && strncmp(word, names[i], len) == 0)
			distance = 0;
		else if (distance < best_distance) /* as many letters are missing at least */
			distance = edit_distance(word, names[i], best_distance);
		if (distance < best_distance && distance < other) {
			best = names[i];
			best_distance = distance;
		}
	}
	return best;
}
