#include "cli/generate_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/filter_options.h"
#include "core/log.h"

struct description_text {
	char *text; /* CRAFT_TEXT_MAX + 2 bytes */
	size_t len;
	size_t file_len; /* of that, the file of -f */
};

static int complain_file(const char *path, const char *what, int code)
{
	log_error("generate: -f %s: %s", path, what);
	return code;
}

static int add_file(struct description_text *t, const char *path)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "re") : stdin;
	int error;

	if (!f)
		return complain_file(path, strerror(errno), -errno);
	t->len = fread(t->text, 1, CRAFT_TEXT_MAX + 1, f);
	error = ferror(f) ? errno : 0;
	if (f != stdin)
		fclose(f);
	if (error)
		return complain_file(path, strerror(error), -error);
	if (t->len > CRAFT_TEXT_MAX)
		return complain_file(path, "descriptions have 256 KiB at most", -EINVAL);
	if (memchr(t->text, 0, t->len))
		return complain_file(path, "is no text", -EINVAL);
	t->file_len = t->len;
	return 0;
}

static int add_word(struct description_text *t, const char *word)
{
	const size_t len = strlen(word);

	if (len >= CRAFT_TEXT_MAX - t->len) {
		log_error("generate: descriptions have %d KiB at most", CRAFT_TEXT_MAX >> 10);
		return -EINVAL;
	}
	if (t->len && t->text[t->len - 1] != '\n')
		t->text[t->len++] = '\n';
	memcpy(t->text + t->len, word, len);
	t->len += len;
	return 0;
}

/* Of the text only the line that is meant. */
static void complain(const struct generate_options *o, struct description_text *t,
		     const struct filter_error *e)
{
	const uint32_t place = (uint32_t)MIN_OF(e->begin, t->len);
	struct filter_error at = *e;
	uint32_t begin = place, end;
	unsigned line = 1;
	char about[320];

	/* What is missing at the end is missing on the last line that has something. */
	while (begin && begin == t->len && t->text[begin - 1] == '\n')
		begin--;
	end = begin;
	while (begin && t->text[begin - 1] != '\n')
		begin--;
	end += (uint32_t)strcspn(t->text + end, "\n");
	t->text[end] = '\0';
	at.begin = MIN_OF(place, end) - begin;
	at.end = MAX_OF(MIN_OF(e->end, end), at.begin + begin) - begin;
	for (uint32_t i = 0; i < begin; i++)
		line += t->text[i] == '\n';
	if (place < t->file_len || !o->nr_words)
		snprintf(about, sizeof(about), "%.255s, line %u", o->file, line);
	else
		snprintf(about, sizeof(about), "the description is not understood");
	filter_complain("generate", about, t->text + begin, &at);
}

int generate_compile(const struct generate_options *o, struct craft **ret)
{
	struct description_text t = { .text = malloc(CRAFT_TEXT_MAX + 2) };
	struct filter_error error;
	int code = 0;

	if (!t.text) {
		log_error("generate: out of memory");
		return -ENOMEM;
	}
	if (o->file)
		code = add_file(&t, o->file);
	for (int i = 0; !code && i < o->nr_words; i++)
		code = add_word(&t, o->words[i]);
	if (!code) {
		t.text[t.len] = '\0';
		code = craft_open(t.text, &o->craft, ret, &error);
		if (code)
			complain(o, &t, &error);
	}
	free(t.text);
	return code;
}
