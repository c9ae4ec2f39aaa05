#include "core/utf8.h"

size_t utf8_sequence(const uint8_t *p, size_t left)
{
	size_t n, i;

	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		n = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (n > left)
		return 0;
	for (i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

size_t utf8_printable(const uint8_t *p, size_t left)
{
	const size_t n = utf8_sequence(p, left);

	if (n == 2 && p[0] == 0xc2 && p[1] < 0xa0)
		return 0; /* U+0080 to U+009F */
	if (n == 3 && p[0] == 0xe2 && p[1] == 0x80 &&
	    ((p[2] >= 0x8b && p[2] <= 0x8f) || (p[2] >= 0xa8 && p[2] <= 0xae)))
		return 0; /* U+200B to U+200F, U+2028 to U+202E */
	if (n == 3 && p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)
		return 0; /* U+2066 to U+2069 */
	if (n == 3 && p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf)
		return 0; /* U+FEFF */
	return n;
}
