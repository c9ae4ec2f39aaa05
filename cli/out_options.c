#include "cli/out_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "core/limits.h"
#include "core/log.h"
#include "core/suggest.h"
#include "pcapio/compress.h"

enum { THREADS_MAX = 64, NONE = -1 };

/* In the order of enum packet_format. */
static const char *const format_names[] = { "pcapng", "pcap", "pcap-ns" };

/* Its index in names, or NONE: complained. */
static int find_word(const char *verb, const char *option, const char *word,
		     const char *const *names, size_t nr, const char *list)
{
	const char *meant;

	for (size_t i = 0; i < nr; i++)
		if (!strcmp(word, names[i]))
			return (int)i;
	meant = suggest(word, names, nr);
	if (meant)
		log_error("%s: %s %s: no such %s; did you mean %s?", verb, option, word, list,
			  meant);
	else
		log_error("%s: %s %s: no such %s; %s", verb, option, word, list,
			  names == format_names ? "it takes pcapng, pcap or pcap-ns"
						: "it takes gzip, zstd, lz4, xz or none");
	return NONE;
}

static int find_format(const char *verb, const char *word)
{
	return find_word(verb, "--format", word, format_names, ARRAY_SIZE(format_names), "format");
}

static int find_codec(const char *verb, const char *word)
{
	const char *names[CODEC_NR];

	for (int i = 0; i < CODEC_NR; i++)
		names[i] = codec_name((enum codec)i);
	return find_word(verb, "--compress", word, names, ARRAY_SIZE(names), "compression");
}

/* zstd has levels below zero too. */
static bool take_level(const char *verb, const char *text, struct out_options *o)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(text, &end, 10);
	if (end == text || *end || errno || v < INT16_MIN || v > INT16_MAX) {
		log_error("%s: --level %s: not understood; write a number, as 9", verb, text);
		return false;
	}
	o->level = (int)v;
	o->level_given = true;
	return true;
}

static bool take_threads(const char *verb, const char *text, struct out_options *o)
{
	uint64_t v;

	if (!option_count(verb, "--threads", text, &v))
		return false;
	if (!v || v > THREADS_MAX) {
		log_error("%s: --threads %s: from 1 to %d", verb, text, THREADS_MAX);
		return false;
	}
	o->threads = (uint32_t)v;
	return true;
}

static bool take_path(const char *verb, const char *path, struct out_options *o)
{
	if (o->path) {
		log_error("%s: -w %s: -w %s is given already; one file is written", verb, path,
			  o->path);
		return false;
	}
	if (!*path) {
		log_error("%s: -w: the name of the file is empty", verb);
		return false;
	}
	o->path = path;
	return true;
}

int out_option(const char *verb, int option, const char *value, struct out_options *o)
{
	switch (option) {
	case 'w':
		return take_path(verb, value, o) ? 1 : -1;
	case OUT_OPTION_FORMAT:
		o->format = value;
		return find_format(verb, value) == NONE ? -1 : 1;
	case OUT_OPTION_COMPRESS:
		o->compress = value;
		return find_codec(verb, value) == NONE ? -1 : 1;
	case OUT_OPTION_LEVEL:
		return take_level(verb, value, o) ? 1 : -1;
	case OUT_OPTION_THREADS:
		return take_threads(verb, value, o) ? 1 : -1;
	case OUT_OPTION_FORCE:
		o->force = true;
		return 1;
	default:
		return 0;
	}
}

static bool check_compression(const char *verb, const struct out_options *o, enum codec codec)
{
	int min, max;

	if (codec == CODEC_NONE) {
		if (o->level_given || o->threads)
			log_error("%s: %s is for compressed files; --compress zstd makes one, or a "
				  "name that ends in .zst",
				  verb, o->level_given ? "--level" : "--threads");
		return !o->level_given && !o->threads;
	}
	compress_levels(codec, &min, &max);
	if (o->level_given && (o->level < min || o->level > max)) {
		log_error("%s: --level %d: %s has levels from %d to %d", verb, o->level,
			  codec_name(codec), min, max);
		return false;
	}
	return true;
}

bool out_options_finish(const char *verb, const struct out_options *o, const char *const *inputs,
			size_t nr_inputs, struct packet_out_options *ret)
{
	if (!o->path) {
		log_error("%s: where to? -w FILE names the file that is written; -w - is standard "
			  "output",
			  verb);
		return false;
	}
	*ret = (struct packet_out_options){ .path = o->path,
					    .level = o->level,
					    .threads = o->threads,
					    .force = o->force,
					    .nr_inputs = nr_inputs,
					    .inputs = inputs };
	packet_out_by_name(o->path, false, ret);
	ret->resolution = -1; /* as it was read */
	if (o->format)
		ret->format = (enum packet_format)find_format(verb, o->format);
	if (o->compress)
		ret->codec = (enum codec)find_codec(verb, o->compress);
	return check_compression(verb, o, ret->codec);
}

const char *out_format_name(enum packet_format format)
{
	return format_names[format];
}

bool out_snaplen(const char *verb, const char *text, uint32_t *ret)
{
	uint64_t v;

	if (!option_count(verb, "-s", text, &v))
		return false;
	if (!v || v > SNAPLEN_MAX) {
		log_error("%s: -s %s: from 1 to %d", verb, text, SNAPLEN_MAX);
		return false;
	}
	*ret = (uint32_t)v;
	return true;
}
