#include "pcapio/salvage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pcapio/pcap_format.h"
#include "pcapio/salvage_internal.h"
#include "pcapio/summary_file.h"

enum {
	ASK_BYTES = 1 << 20, /* between two questions whether to stop */
	SALVAGE_DETECT = SUMMARY_FILE_MAGIC_LEN,
};

static const struct {
	const char *name, *text;
} reasons[SALVAGE_NR] = {
	[SALVAGE_ZEROS] = { "zeros", "zeros: never written" },
	[SALVAGE_CUT] = { "cut", "the file ends inside it" },
	[SALVAGE_HEADER] = { "header", "no header that is known" },
	[SALVAGE_LENGTH] = { "length", "a length that is not possible" },
	[SALVAGE_LENGTHS] = { "lengths", "another length at the end than at the start" },
	[SALVAGE_CONTENT] = { "content", "a block whose content is not possible" },
	[SALVAGE_INTERFACE] = { "interface", "of an interface that is not described" },
	[SALVAGE_RECORD] = { "record", "no packet's header" },
	[SALVAGE_UNREADABLE] = { "unreadable", "could not be read" },
};

const char *salvage_reason_text(enum salvage_reason reason)
{
	return reasons[reason].text;
}

const char *salvage_reason_name(enum salvage_reason reason)
{
	return reasons[reason].name;
}

/* The source has failed somewhere in the next len bytes: finds out where. */
static void find_end(struct salvage *s, size_t len, int code)
{
	const uint8_t *p;
	size_t low = 0, have;

	s->failure = code;
	if (!s->report->failure) {
		s->report->failure = code;
		errmsg_set(&s->report->failure_text, code, "%s", source_failure(s->src));
	}
	while (low < len) {
		const size_t middle = low + (len - low + 1) / 2;

		if (source_peek(s->src, middle, &p, &have) == 0 && have == middle)
			low = middle;
		else
			len = middle - 1;
	}
	s->end = source_offset(s->src) + low;
}

size_t salvage_look(struct salvage *s, size_t len, const uint8_t **ret)
{
	size_t have;
	int code;

	if (s->end != UINT64_MAX && len > s->end - source_offset(s->src))
		len = (size_t)(s->end - source_offset(s->src));
	code = source_peek(s->src, len, ret, &have);
	if (!code)
		return have;
	if (s->end == UINT64_MAX)
		find_end(s, len, code);
	else
		s->end = source_offset(s->src); /* it fails where it did not before */
	return salvage_look(s, len, ret);
}

uint64_t salvage_offset(const struct salvage *s)
{
	return source_offset(s->src);
}

int salvage_put(struct salvage *s, const uint8_t *bytes, size_t len)
{
	return s->o->put ? s->o->put(s->o->context, bytes, len) : 0;
}

int salvage_keep(struct salvage *s, const uint8_t *bytes, size_t len)
{
	const int code = salvage_put(s, bytes, len);

	source_consume(s->src, len);
	if (!code)
		s->report->bytes += len;
	return code;
}

void salvage_lost(struct salvage *s, uint64_t offset, enum salvage_reason reason)
{
	struct salvage_report *r = s->report;
	const uint64_t len = salvage_offset(s) - offset;

	if (!len)
		return;
	r->lost_bytes += len;
	r->reasons[reason]++;
	if (r->nr_regions < SALVAGE_REGIONS_MAX)
		r->regions[r->nr_regions] = (struct salvage_region){ offset, len, reason };
	r->nr_regions++;
}

bool salvage_stop(struct salvage *s)
{
	struct salvage_report *r = s->report;

	if (!r->stopped && s->o->stop && salvage_offset(s) - s->asked >= ASK_BYTES) {
		s->asked = salvage_offset(s);
		r->stopped = s->o->stop(s->o->context, r);
	}
	return r->stopped;
}

bool salvage_search(struct salvage *s, salvage_find *find, size_t skip)
{
	const uint8_t *p;
	size_t have;
	int64_t at;

	for (;;) {
		have = salvage_look(s, SALVAGE_WINDOW, &p);
		at = find(s, p, have, skip);
		if (at >= 0) {
			source_consume(s->src, (size_t)at);
			return true;
		}
		if (have < SALVAGE_WINDOW) {
			source_consume(s->src, have);
			return false;
		}
		source_consume(s->src, SALVAGE_STEP);
		if (salvage_stop(s))
			return false;
		skip = 0;
	}
}

/*
 * Which of the two it was, the first bytes being neither; up to a place where it goes on. The
 * readings of pcap set more than those of pcapng: they come last if they are the ones that count.
 */
static int64_t find_either(struct salvage *s, const uint8_t *p, size_t have, size_t at)
{
	const int64_t pcap = salvage_pcap_find_any(s, p, have, at);
	const int64_t pcapng = salvage_pcapng_find_any(s, p, have, at);

	if (pcapng >= 0 && (pcap < 0 || pcapng <= pcap)) {
		s->report->format = READER_PCAPNG;
		return pcapng;
	}
	if (pcap < 0)
		return -1;
	s->report->format = READER_PCAP;
	return salvage_pcap_find_any(s, p, have, (size_t)pcap);
}

bool salvage_search_resumed(struct salvage *s, salvage_find *find)
{
	const uint64_t offset = salvage_offset(s);
	const bool found = salvage_search(s, find, 0);

	s->origin = salvage_offset(s);
	s->unaligned = false;
	salvage_lost(s, offset, SALVAGE_UNREADABLE);
	return found;
}

static bool has_format(const struct salvage *s)
{
	return s->report->format == READER_PCAP || s->report->format == READER_PCAPNG;
}

/* By the file's first bytes, if they are a header's. */
static int detect(struct salvage *s)
{
	const uint8_t *p;
	int code = 0;

	/* Asked where enough can be read for it not to fail. */
	if (salvage_look(s, SALVAGE_DETECT, &p) == SALVAGE_DETECT)
		code = reader_detect(s->src, &s->report->format, s->err);
	if (!code && !has_format(s))
		s->report->format = READER_UNKNOWN;
	return code;
}

/* The first block or record, without a header in front. */
static bool search_beginning(struct salvage *s)
{
	const uint64_t offset = salvage_offset(s);
	bool found;

	s->headless = true;
	if (s->unaligned)
		return salvage_search_resumed(s, find_either);
	found = salvage_search(s, find_either, 0);
	salvage_lost(s, offset, SALVAGE_HEADER);
	return found;
}

/* Up to what is a capture, in the first frame that can be read and has some. 0 or -errno. */
static int find_beginning(struct salvage *s)
{
	int code;

	for (;;) {
		code = detect(s);
		if (code || has_format(s))
			break;
		/* What looks like no capture may be a frame whose first bytes are damaged. */
		if (source_codec(s->src) == CODEC_NONE && salvage_resume(s))
			continue;
		if (search_beginning(s) || !salvage_resume(s))
			break;
	}
	s->origin = salvage_offset(s);
	s->unaligned = false;
	return code;
}

int salvage(struct source *src, const struct salvage_options *o, struct salvage_report *ret,
	    struct errmsg *err)
{
	struct salvage s = { .src = src, .o = o, .report = ret, .err = err, .end = UINT64_MAX };
	int code;

	*ret = (struct salvage_report){ .linktype_made = (uint16_t)MAX_OF(o->linktype, 0) };
	code = find_beginning(&s);
	if (!code && ret->format == READER_PCAPNG)
		code = salvage_pcapng(&s);
	else if (!code && ret->format == READER_PCAP)
		code = salvage_pcap(&s);
	ret->ends_early = s.failure != 0;
	free(s.interfaces);
	return code;
}
