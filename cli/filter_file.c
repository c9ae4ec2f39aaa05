#include "cli/filter_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "dissect/filter/filter.h"

static char *complain(const char *verb, const char *path, const char *what)
{
	log_error("%s: -F %s: %s", verb, path, what);
	return NULL;
}

char *filter_file_read(const char *verb, const char *path)
{
	char *text = malloc(FILTER_TEXT_MAX + 2);
	FILE *f = text ? fopen(path, "re") : NULL;
	const char *wrong = NULL;
	size_t n;

	if (!f) {
		wrong = strerror(errno);
		free(text);
		return complain(verb, path, wrong);
	}
	n = fread(text, 1, FILTER_TEXT_MAX + 1, f);
	if (ferror(f))
		wrong = strerror(errno);
	else if (n > FILTER_TEXT_MAX)
		wrong = "a filter has 64 KiB at most";
	else if (memchr(text, 0, n))
		wrong = "is no text";
	fclose(f);
	if (wrong) {
		free(text);
		return complain(verb, path, wrong);
	}
	/* The end of the last line would put a caret behind the expression on a line of its own. */
	while (n && (text[n - 1] == '\n' || text[n - 1] == ' ' || text[n - 1] == '\t'))
		n--;
	text[n] = '\0';
	return text;
}
