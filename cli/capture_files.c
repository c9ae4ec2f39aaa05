/* cli/capture_files.c -- -w and all that is said of the files behind it. */
#include "cli/capture_files.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/options.h"
#include "cli/units.h"
#include "core/bytes.h"
#include "core/clock.h"
#include "core/log.h"
#include "pcapio/compress.h"

enum {
	COMPRESS_THREADS_MAX = 16,
	ROTATE_MAX_DAYS = 10000,
	POST_JOBS_MAX = 64,
	KEEP_PARTS = 16, /* files that --keep-bytes is divided into where nothing else says */
};

static const struct option file_options[] = {
	{ "write-file", required_argument, NULL, 'w' },
	{ "rotate-size", required_argument, NULL, 'C' },
	{ "rotate-time", required_argument, NULL, 'G' },
	{ "rotate-packets", required_argument, NULL, FILES_ROTATE_PACKETS },
	{ "keep-files", required_argument, NULL, 'W' },
	{ "keep-bytes", required_argument, NULL, FILES_KEEP_BYTES },
	{ "keep-free", required_argument, NULL, FILES_KEEP_FREE },
	{ "post", required_argument, NULL, FILES_POST },
	{ "post-jobs", required_argument, NULL, FILES_POST_JOBS },
	{ "compress-level", required_argument, NULL, FILES_COMPRESS_LEVEL },
	{ "compress-threads", required_argument, NULL, FILES_COMPRESS_THREADS },
	{ "durable", optional_argument, NULL, FILES_DURABLE },
	{ NULL },
};

const struct option *capture_file_table(const struct option *own)
{
	static struct option all[CAPTURE_FILE_TABLE_MAX];
	size_t n = 0;

	for (; own->name; own++)
		all[n++] = *own;
	assert(n + ARRAY_SIZE(file_options) <= ARRAY_SIZE(all));
	memcpy(all + n, file_options, sizeof(file_options));
	return all;
}

/* Whose options these are: a process has one verb. */
static const char *verb = "capture";

void capture_files_of(const char *name)
{
	verb = name;
}

static int complain(const char *option, const char *value, const char *what)
{
	log_error("%s: %s %s: %s", verb, option, value, what);
	return -1;
}

/* A bare number counts in tcpdump's unit, a million bytes; with a suffix it says its own. */
static int take_rotate_size(const char *value, struct engine_config *c)
{
	const uint64_t unit = 1000000;
	uint64_t n;

	if (parse_count(value, &n) == 0) {
		if (n > UINT64_MAX / unit / 2 || !n)
			return complain("-C", value, "out of range");
		c->rotate_bytes = n * unit;
		return 1;
	}
	if (!option_size(verb, "-C", value, &c->rotate_bytes))
		return -1;
	return c->rotate_bytes ? 1 : complain("-C", value, "must be more than 0");
}

static int take_rotate_time(const char *value, struct engine_config *c)
{
	if (!option_duration(verb, "-G", value, &c->rotate_ns))
		return -1;
	return c->rotate_ns >= NS_PER_SEC && c->rotate_ns <= ROTATE_MAX_DAYS * 86400ull * NS_PER_SEC
		       ? 1
		       : complain("-G", value, "1s to 10000d is expected");
}

static int take_u32(const char *option, const char *value, uint64_t max, uint32_t *ret)
{
	char text[64];
	uint64_t n;

	if (!option_count(verb, option, value, &n))
		return -1;
	snprintf(text, sizeof(text), "must lie between 1 and %llu", (unsigned long long)max);
	if (!n || n > max)
		return complain(option, value, text);
	*ret = (uint32_t)n;
	return 1;
}

static int take_packets(const char *value, struct engine_config *c)
{
	if (!option_count(verb, "--rotate-packets", value, &c->rotate_packets))
		return -1;
	return c->rotate_packets ? 1 : complain("--rotate-packets", value, "must be more than 0");
}

static int take_keep_bytes(const char *value, struct engine_config *c)
{
	if (!option_size(verb, "--keep-bytes", value, &c->keep_bytes))
		return -1;
	return c->keep_bytes >= 1 << 20
		       ? 1
		       : complain("--keep-bytes", value, "at least 1MiB is expected");
}

/* "10%" of the file system, or a size. */
static int take_keep_free(const char *value, struct engine_config *c)
{
	const size_t len = strlen(value);
	char number[16];
	uint64_t percent;

	c->keep_free = c->keep_free_percent = 0;
	if (!len || value[len - 1] != '%') {
		if (!option_size(verb, "--keep-free", value, &c->keep_free))
			return -1;
		return c->keep_free ? 1 : complain("--keep-free", value, "must be more than 0");
	}
	snprintf(number, sizeof(number), "%.*s", (int)MIN_OF(len - 1, sizeof(number) - 1), value);
	if (parse_count(number, &percent) < 0 || !percent || percent > 99)
		return complain("--keep-free", value, "1% to 99%, or a size, is expected");
	c->keep_free_percent = (uint32_t)percent;
	return 1;
}

/* The path comes with its own quotes: within others it would stand bare before the shell. */
static bool quotes_path(const char *command)
{
	char quote = 0;

	for (; *command; command++) {
		if (quote && !strncmp(command, "{}", 2))
			return true;
		if (*command == '\\' && quote != '\'' && command[1])
			command++;
		else if (*command == quote)
			quote = 0;
		else if (!quote && (*command == '\'' || *command == '"'))
			quote = *command;
	}
	return false;
}

static int take_post(const char *value, struct engine_config *c)
{
	if (!value[strspn(value, " \t\n")])
		return complain("--post", "''", "a command is expected, such as 'gzip {}'");
	if (quotes_path(value))
		return complain("--post", value,
				"the path is quoted already: leave away the quotes around {}, or "
				"write \"$RINGTAP_FILE\"");
	c->post = value;
	return 1;
}

/* "5s" is a time, "64MiB" a size; a bare number is seconds, as for every time. */
static int take_durable(const char *value, struct engine_config *c)
{
	c->durable_ns = c->durable_bytes = 0;
	if (!value)
		c->durable_ns = NS_PER_SEC;
	else if (parse_duration_ns(value, &c->durable_ns) < 0 &&
		 parse_size(value, &c->durable_bytes) < 0)
		return complain("--durable", value,
				"a time or a size is expected, such as 500ms or 64MiB");
	return c->durable_ns || c->durable_bytes
		       ? 1
		       : complain("--durable", value, "must be more than 0");
}

int capture_file_option(int opt, const char *value, struct engine_config *c)
{
	uint32_t level = 0;
	int ret;

	switch (opt) {
	case 'w':
		c->output = value;
		return 1;
	case 'C':
		return take_rotate_size(value, c);
	case 'G':
		return take_rotate_time(value, c);
	case 'W':
		return take_u32("-W", value, KEEP_FILES_MAX, &c->keep_files);
	case FILES_ROTATE_PACKETS:
		return take_packets(value, c);
	case FILES_KEEP_BYTES:
		return take_keep_bytes(value, c);
	case FILES_KEEP_FREE:
		return take_keep_free(value, c);
	case FILES_POST:
		return take_post(value, c);
	case FILES_POST_JOBS:
		return take_u32("--post-jobs", value, POST_JOBS_MAX, &c->post_jobs);
	case FILES_COMPRESS_LEVEL:
		ret = take_u32("--compress-level", value, 99, &level);
		c->compress_level = (int)level;
		return ret;
	case FILES_COMPRESS_THREADS:
		return take_u32("--compress-threads", value, COMPRESS_THREADS_MAX,
				&c->compress_threads);
	case FILES_DURABLE:
		return take_durable(value, c);
	default:
		return 0;
	}
}

static bool refuse(const char *option, const char *value, const char *what)
{
	(void)complain(option, value, what);
	return false;
}

/* What the name's end says of the packets and of the bytes around them. */
static void take_form(struct engine_config *c)
{
	size_t stem;

	c->codec = codec_of_name(c->output, &stem);
	c->pcap = stem >= 5 && !strncasecmp(c->output + stem - 5, ".pcap", 5);
}

static bool check_compression(const struct engine_config *c)
{
	int min, max;
	char value[16], what[64];

	if (c->codec == CODEC_NONE && (c->compress_level || c->compress_threads)) {
		log_error("%s: --compress-level, --compress-threads: the output is not "
			  "compressed; name it .zst, .gz, .lz4 or .xz",
			  verb);
		return false;
	}
	if (c->codec == CODEC_NONE)
		return true;
	if (c->mode == WRITE_INPLACE)
		return refuse("--write", "inplace",
			      "what is compressed is copied; leave it away, or name the file "
			      ".pcapng");
	compress_levels(c->codec, &min, &max);
	if (!c->compress_level || c->compress_level <= max)
		return true;
	snprintf(value, sizeof(value), "%d", c->compress_level);
	snprintf(what, sizeof(what), "%s has levels up to %d", codec_name(c->codec), max);
	return refuse("--compress-level", value, what);
}

/* An option that says something of files where there is none, or of several where there is one. */
static const char *needs_files(const struct engine_config *c)
{
	if (c->rotate_bytes || c->rotate_ns || c->rotate_packets)
		return "-C, -G, --rotate-packets";
	if (c->keep_files || c->keep_bytes || c->keep_free || c->keep_free_percent)
		return "-W, --keep-bytes, --keep-free";
	return c->post ? "--post" : NULL;
}

/* Only finished files are removed, so something must finish them. */
static bool check_retention(struct engine_config *c)
{
	const bool rotates = c->rotate_bytes || c->rotate_ns || c->rotate_packets;
	char text[32];
	struct strbuf size = strbuf_over(text, sizeof(text));

	if (!rotates && (c->keep_free || c->keep_free_percent) && !c->keep_bytes) {
		log_error("%s: --keep-free: only finished files are removed: "
			  "-C, -G or --rotate-packets is missing",
			  verb);
		return false;
	}
	if (c->keep_bytes && !rotates) {
		c->rotate_bytes = c->keep_bytes / KEEP_PARTS;
		format_size(&size, c->rotate_bytes);
		log_note("--keep-bytes: files of %s, as no -C, -G or --rotate-packets says "
			 "otherwise",
			 text);
	}
	strbuf_reset(&size);
	format_size(&size, c->keep_bytes);
	if (c->keep_bytes && c->rotate_bytes > c->keep_bytes / 2)
		return refuse("--keep-bytes", text, "must be two files of -C at least");
	if (c->keep_bytes && c->rotate_bytes && c->keep_bytes / c->rotate_bytes > KEEP_FILES_MAX)
		return refuse("--keep-bytes", text,
			      "would be more than 65536 files, which is all that are kept; make -C "
			      "larger");
	return true;
}

static bool check_packets(const struct engine_config *c)
{
	if (c->rotate_packets && c->mode == WRITE_INPLACE)
		return refuse("--write", "inplace",
			      "packets that are counted out with --rotate-packets are copied; "
			      "leave it away");
	if (c->post_jobs && !c->post) {
		log_error("%s: --post-jobs: --post is missing", verb);
		return false;
	}
	return true;
}

static bool check_form(const struct engine_config *c)
{
	if (c->summaries && !strcmp(c->output, c->summaries))
		return refuse("--summaries", c->summaries, "is the name of the packets' file");
	if (c->pcap && c->mode == WRITE_INPLACE)
		return refuse("--write", "inplace",
			      "classic pcap has no room for it; name the file .pcapng");
	return check_compression(c) && check_packets(c);
}

bool capture_files_finish(struct engine_config *c)
{
	const char *files = needs_files(c);

	if (c->summaries && !strcmp(c->summaries, "-"))
		return refuse("--summaries", "-", "summaries go to a file only; name one");
	if (!c->output && (files || c->durable_ns || c->durable_bytes)) {
		log_error("%s: %s: there is no file for it: -w is missing", verb,
			  files ? files : "--durable");
		return false;
	}
	if (!c->output)
		return check_compression(c);
	if (!*c->output)
		return refuse("-w", "''", "a file name is expected");
	if (!strcmp(c->output, "-") && files)
		return refuse("-w", "-", "a pipe is one stream and cannot be rotated");
	if (!strcmp(c->output, "-") && (c->durable_ns || c->durable_bytes))
		return refuse("--durable", "-w -", "standard output is not synced; name a file");
	take_form(c);
	return check_form(c) && check_retention(c);
}
