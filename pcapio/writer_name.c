/* pcapio/writer_name.c -- template, time and number to a file name. */
#include "pcapio/writer_name.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SUFFIX_ROOM = 16 };

/* The template with its strftime parts replaced. */
static void expand(const struct writer_config *c, uint64_t second, char ret[SEGMENT_NAME_MAX])
{
	const time_t local = (time_t)((int64_t)second + c->utc_offset_s);
	struct tm tm;

	/* Local time by the offset taken at start: the sandbox opens no zone files. */
	if (!strchr(c->name, '%'))
		snprintf(ret, SEGMENT_NAME_MAX, "%s", c->name);
	else if (!gmtime_r(&local, &tm) || !strftime(ret, SEGMENT_NAME_MAX, c->name, &tm))
		snprintf(ret, SEGMENT_NAME_MAX, "ringtap-%lld", (long long)local);
}

void writer_name(const struct writer_config *c, const struct segment_file_id *id,
		 char ret[SEGMENT_PATH_MAX])
{
	char name[SEGMENT_NAME_MAX], suffix[SUFFIX_ROOM] = "";
	const char *dot;

	expand(c, id->second, name);
	if (id->suffix)
		snprintf(suffix, sizeof(suffix), ".%u", id->suffix);
	if (id->number <= 1) {
		snprintf(ret, SEGMENT_PATH_MAX, "%s%s", name, suffix);
		return;
	}
	dot = strrchr(name, '.');
	if (!dot || dot == name || strchr(dot, '/'))
		dot = name + strlen(name);
	snprintf(ret, SEGMENT_PATH_MAX, "%.*s-%03u%s%s", (int)(dot - name), name, id->number, dot,
		 suffix);
}

void writer_name_hidden(const struct writer_config *c, const struct segment_file_id *id,
			char ret[SEGMENT_PATH_MAX])
{
	char name[SEGMENT_PATH_MAX];
	const char *slash;
	int dir;

	writer_name(c, id, name);
	slash = strrchr(name, '/');
	dir = slash ? (int)(slash - name + 1) : 0;
	snprintf(ret, SEGMENT_PATH_MAX, "%.*s.%.*s.part", dir, name, SEGMENT_NAME_MAX + 32,
		 name + dir);
}
