/* capture/output_name.c -- from what -w says to a template: words in braces, time, number. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/engine_internal.h"
#include "core/strbuf.h"
#include "pcapio/writer_name.h"

/* Somebody else's text as part of a name: no directory, and nothing that strftime() replaces. */
static void put_plain(struct strbuf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '%')
			strbuf_putc(out, '%');
		strbuf_putc(out, *text == '/' || iscntrl((unsigned char)*text) ? '_' : *text);
	}
}

static void put_interfaces(struct strbuf *out, const struct engine_config *cfg)
{
	uint32_t i;

	for (i = 0; i < cfg->nr_interfaces; i++) {
		if (i)
			strbuf_putc(out, '+');
		put_plain(out, cfg->interfaces[i]);
	}
}

static int put_word(struct strbuf *out, const char *word, size_t len,
		    const struct engine_config *cfg, struct errmsg *err)
{
	char host[256] = "";
	const char *end;
	unsigned width;

	if (len == 11 && !memcmp(word, "{interface}", len)) {
		put_interfaces(out, cfg);
	} else if (len == 6 && !memcmp(word, "{host}", len)) {
		if (gethostname(host, sizeof(host) - 1) < 0)
			return errmsg_set(err, -errno, "-w {host}: %s", strerror(errno));
		put_plain(out, host);
	} else if (writer_name_number(word, &end, &width) == word && end == word + len) {
		strbuf_put(out, word, len);
	} else {
		return errmsg_set(err, -EINVAL,
				  "-w %.*s: a name knows {interface}, {host}, {number} and "
				  "{number:06}, and the %% of strftime()",
				  (int)len, word);
	}
	return 0;
}

/* The words that are known now; {number} stays for the writer. */
static int replace_words(const struct engine_config *cfg, const char *name, struct strbuf *out,
			 struct errmsg *err)
{
	int ret = 0;

	while (*name && ret == 0) {
		const size_t plain = strcspn(name, "{");
		const size_t len = strcspn(name + plain, "}") + 1;

		strbuf_put(out, name, plain);
		name += plain;
		if (!*name)
			break;
		if (!name[len - 1]) { /* a brace that nothing closes is a character */
			strbuf_puts(out, name);
			break;
		}
		ret = put_word(out, name, len, cfg, err);
		name += len;
	}
	return ret;
}

int output_template(const struct engine_config *cfg, const char *name, bool rotating,
		    struct engine_output *o, struct errmsg *err)
{
	static const char when[] = "-%Y%m%d-%H%M%S";
	struct strbuf out = strbuf_over(o->name, sizeof(o->name) - 64);
	char given[SEGMENT_NAME_MAX];
	struct strbuf words = strbuf_over(given, sizeof(given) - 64);
	const char *end;
	unsigned width;
	size_t dot;
	int ret;

	ret = replace_words(cfg, *name || !rotating ? name : "ringtap", &words, err);
	if (ret < 0)
		return ret;
	dot = writer_name_extension(given);
	strbuf_put(&out, given, dot);
	/* x.pcapng and rotation: x-20261121-060000.pcapng. */
	if (rotating && !strchr(given, '%') && !writer_name_number(given, &end, &width)) {
		strbuf_puts(&out, when);
		strbuf_puts(&out, given[dot] ? "" : cfg->pcap ? ".pcap" : ".pcapng");
	}
	strbuf_puts(&out, given + dot);
	if (words.overflow || out.overflow)
		return errmsg_set(err, -ENAMETOOLONG, "%s: a file name has %zu bytes at most",
				  cfg->output, sizeof(given) - 65);
	return 0;
}

/* The number in a name that is made like ours; 0: it is not. */
static uint64_t number_in(const char *name, const char *template, const char *number,
			  const char *end)
{
	const size_t before = (size_t)(number - template);
	char *rest;
	uint64_t n;

	if (strncmp(name, template, before) != 0 || !isdigit((unsigned char)name[before]))
		return 0;
	errno = 0;
	n = strtoull(name + before, &rest, 10);
	return !errno && n < UINT32_MAX && !strncmp(rest, end, strlen(end)) ? n : 0;
}

int output_first_number(struct engine_output *o, struct errmsg *err)
{
	const char *end, *number;
	const struct dirent *entry;
	uint64_t highest = 0, n;
	unsigned width;
	DIR *dir;
	int fd;

	o->first_number = 1;
	number = writer_name_number(o->name, &end, &width);
	/* With a time in the name each run has its own anyway. */
	if (!number || strchr(o->name, '%'))
		return 0;
	fd = openat(o->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		const int code = -errno;

		if (fd >= 0)
			close(fd);
		return errmsg_set(err, code,
				  "-w {number}: the directory cannot be listed to go on behind "
				  "the last number: %s",
				  strerror(-code));
	}
	while ((entry = readdir(dir))) {
		n = number_in(entry->d_name, o->name, number, end);
		highest = n > highest ? n : highest;
	}
	closedir(dir);
	o->first_number = (uint32_t)highest + 1;
	return 0;
}
