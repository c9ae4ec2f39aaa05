/* pcapio/writer_name.c -- template, time and number to a file name. */
#include "pcapio/writer_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/strbuf.h"
#include "pcapio/codec.h"

enum { SUFFIX_ROOM = 16 };

static const char number_word[] = "{number";

const char *writer_name_number(const char *template, const char **ret_end, unsigned *ret_width)
{
	const char *p = strstr(template, number_word);
	unsigned width = 0;

	for (; p; p = strstr(p + 1, number_word)) {
		const char *q = p + sizeof(number_word) - 1;

		width = 0;
		if (*q == ':')
			for (q++; *q >= '0' && *q <= '9' && width <= NUMBER_WIDTH_MAX; q++)
				width = width * 10 + (unsigned)(*q - '0');
		if (*q == '}' && width <= NUMBER_WIDTH_MAX) {
			*ret_end = q + 1;
			*ret_width = width;
			return p;
		}
	}
	return NULL;
}

size_t writer_name_extension(const char *name)
{
	size_t stem, i;

	(void)codec_of_name(name, &stem);
	for (i = stem; i > 1 && name[i - 1] != '/'; i--)
		if (name[i - 1] == '.' && name[i - 2] != '/')
			return i - 1;
	return stem;
}

/* The template with its number, then its strftime parts replaced. */
static void expand(const struct writer_config *c, const struct segment_file_id *id,
		   char ret[SEGMENT_NAME_MAX])
{
	const time_t local = (time_t)(id->second + (uint64_t)id->utc_offset_s);
	char numbered[SEGMENT_NAME_MAX];
	struct strbuf out = strbuf_over(numbered, sizeof(numbered));
	const char *end, *number;
	unsigned width;
	struct tm tm;

	number = writer_name_number(c->name, &end, &width);
	if (number) {
		strbuf_put(&out, c->name, (size_t)(number - c->name));
		strbuf_printf(&out, "%0*" PRIu32, (int)width, id->number);
		strbuf_puts(&out, end);
	} else {
		strbuf_puts(&out, c->name);
	}
	if (!strchr(numbered, '%'))
		snprintf(ret, SEGMENT_NAME_MAX, "%s", numbered);
	else if (!gmtime_r(&local, &tm) || !strftime(ret, SEGMENT_NAME_MAX, numbered, &tm))
		snprintf(ret, SEGMENT_NAME_MAX, "ringtap-%lld-%" PRIu32, (long long)local,
			 id->number);
}

/* Several files of one second are the rule, so the first has its number too: they sort by it. */
static bool always_numbered(const struct writer_config *c)
{
	return c->rotate_bytes || c->rotate_packets;
}

void writer_name(const struct writer_config *c, const struct segment_file_id *id,
		 char ret[SEGMENT_PATH_MAX])
{
	char name[SEGMENT_NAME_MAX], suffix[SUFFIX_ROOM] = "";
	size_t dot;

	expand(c, id, name);
	if (id->suffix)
		snprintf(suffix, sizeof(suffix), ".%u", id->suffix);
	if (writer_name_counts(c) || (id->number <= 1 && !always_numbered(c))) {
		snprintf(ret, SEGMENT_PATH_MAX, "%s%s", name, suffix);
		return;
	}
	dot = writer_name_extension(name);
	snprintf(ret, SEGMENT_PATH_MAX, "%.*s_%03u%s%s", (int)dot, name, id->number, name + dot,
		 suffix);
}

bool writer_name_counts(const struct writer_config *c)
{
	const char *end;
	unsigned width;

	return writer_name_number(c->name, &end, &width) != NULL;
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
