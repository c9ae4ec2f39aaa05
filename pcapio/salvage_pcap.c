/* pcapio/salvage_pcap.c -- classic pcap files of which parts are missing: records say little. */
#include <errno.h>

#include "core/clock.h"
#include "core/limits.h"
#include "core/linktype.h"
#include "pcapio/pcap_format.h"
#include "pcapio/reader_internal.h"
#include "pcapio/salvage_internal.h"

enum {
	WIRE_MAX = 1 << 20, /* what offloads make of packets is at most about half of it */
	NEAR_SECONDS = 30 * 86400,
	HOUR = 3600,
	CHAIN = 4,                /* records in a row that are no accident */
	CHAIN_SECONDS = 86400,    /* from one to the next */
	FIRST_SECOND = 631152000, /* 1990: a time of which nothing else is known */
};

struct record {
	uint32_t sec, frac, cap_len, wire_len;
};

static struct record read_record(const struct salvage *s, const uint8_t *p)
{
	struct record r = { salvage_u32(p, s->swapped), salvage_u32(p + 4, s->swapped),
			    salvage_u32(p + 8, s->swapped), salvage_u32(p + 12, s->swapped) };

	if (s->pcap.lengths_swapped || (s->pcap.lengths_unsure && r.cap_len > r.wire_len)) {
		const uint32_t t = r.cap_len;

		r.cap_len = r.wire_len;
		r.wire_len = t;
	}
	return r;
}

static uint32_t apart(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/* As writers make them. */
static bool is_usual(const struct salvage *s, const struct record *r)
{
	return r->frac < s->pcap.frac_end && r->cap_len <= r->wire_len && r->wire_len <= WIRE_MAX &&
	       r->cap_len <= s->pcap.max_len;
}

static bool is_zero(const struct record *r)
{
	return !r->sec && !r->frac && !r->cap_len && !r->wire_len;
}

/*
 * How many usual records follow each other from here, CHAIN at most, each within a day of the one
 * before; as many where the end of what is in sight, or zeros, comes right behind one.
 */
static unsigned chain(const struct salvage *s, const uint8_t *p, size_t have, uint32_t sec)
{
	const uint32_t header = s->pcap.header_len;
	unsigned n;

	for (n = 0; n < CHAIN; n++) {
		struct record r;

		if (have < header)
			return n ? CHAIN : 0;
		r = read_record(s, p);
		if (is_zero(&r))
			return n ? CHAIN : 0;
		if (!is_usual(s, &r) || apart(r.sec, sec) > CHAIN_SECONDS ||
		    r.cap_len > have - header)
			return n;
		sec = r.sec;
		p += header + r.cap_len;
		have -= header + r.cap_len;
	}
	return n;
}

static bool is_record(const struct salvage *s, const uint8_t *p, size_t have)
{
	const struct record r = read_record(s, p);

	if (!is_usual(s, &r) || !r.cap_len || r.cap_len > have - s->pcap.header_len)
		return false;
	if (s->pcap.has_last && apart(r.sec, s->pcap.last_sec) <= HOUR)
		return true;
	if (s->pcap.has_last && apart(r.sec, s->pcap.last_sec) <= NEAR_SECONDS)
		return chain(s, p, have, r.sec) >= 2;
	return r.sec >= FIRST_SECOND && chain(s, p, have, r.sec) >= CHAIN;
}

static int64_t find_before(const struct salvage *s, const uint8_t *p, size_t have, size_t at,
			   size_t end)
{
	for (; at < end && have - at >= s->pcap.header_len; at++)
		if (is_record(s, p + at, have - at))
			return (int64_t)at;
	return -1;
}

static int64_t find_record(struct salvage *s, const uint8_t *p, size_t have, size_t at)
{
	return find_before(s, p, have, at, salvage_places(have));
}

/* Nothing in the first records is finer than a microsecond: it is the unit. */
static bool counts_us(const struct salvage *s, const uint8_t *p, size_t have)
{
	for (unsigned n = 0; n < 16 && have >= s->pcap.header_len; n++) {
		const struct record r = read_record(s, p);

		if (r.frac >= NS_PER_SEC / NS_PER_US)
			return false;
		if (!is_usual(s, &r) || r.cap_len > have - s->pcap.header_len)
			break;
		p += s->pcap.header_len + r.cap_len;
		have -= s->pcap.header_len + r.cap_len;
	}
	return true;
}

int64_t salvage_pcap_find_any(struct salvage *s, const uint8_t *p, size_t have, size_t at)
{
	int64_t found, other;

	s->pcap = (struct salvage_pcap){ .header_len = PCAP_RECORD_HEADER,
					 .max_len = SNAPLEN_MAX,
					 .frac_end = NS_PER_SEC };
	s->swapped = false;
	found = find_record(s, p, have, at);
	s->swapped = true;
	other = find_record(s, p, have, at);
	s->swapped = other >= 0 && (found < 0 || other < found);
	if (s->swapped)
		found = other;
	if (found >= 0 && counts_us(s, p + found, have - (size_t)found))
		s->pcap.frac_end = NS_PER_SEC / NS_PER_US;
	return found;
}

static void put_swapped(uint8_t *p, size_t words)
{
	for (; words--; p += 4)
		store_u32(p, swap_u32(load_u32(p)));
}

static int make_header(struct salvage *s)
{
	const bool nano = s->pcap.frac_end == NS_PER_SEC;
	uint8_t p[PCAP_FILE_HEADER];

	s->report->header_made = true;
	s->report->tsresol_made = nano ? 9 : 6;
	s->report->linktype_made =
		s->o->linktype >= 0 ? (uint16_t)s->o->linktype : (uint16_t)LINKTYPE_ETHERNET;
	pcap_put_file_header(p, nano, SNAPLEN_MAX, s->report->linktype_made);
	if (s->swapped) {
		put_swapped(p, 1);
		store_u16(p + 4, swap_u16(2));
		store_u16(p + 6, swap_u16(4));
		put_swapped(p + 8, 4);
	}
	return salvage_put(s, p, sizeof(p));
}

/* What the file's header says of the records, by the reader's own eyes. */
static bool take_header(struct salvage *s, const uint8_t *p, size_t have)
{
	struct reader *r;
	struct errmsg err;
	uint32_t magic;

	if (have < PCAP_FILE_HEADER || reader_open_memory(p, PCAP_FILE_HEADER, &r, &err))
		return false;
	magic = salvage_u32(p, r->swapped);
	s->swapped = r->swapped;
	s->pcap = (struct salvage_pcap){
		.header_len =
			magic == PCAP_MAGIC_US || magic == PCAP_MAGIC_NS ? PCAP_RECORD_HEADER : 24,
		.max_len = reader_snaplen_max(r->interfaces[0].linktype),
		.frac_end = r->interfaces[0].tick_ns == 1 ? NS_PER_SEC : NS_PER_SEC / NS_PER_US,
		.lengths_swapped = r->lengths_swapped,
		.lengths_unsure = r->lengths_unsure,
	};
	reader_close(r);
	return true;
}

static int begin(struct salvage *s)
{
	const uint8_t *p;
	const size_t have = salvage_look(s, PCAP_FILE_HEADER, &p);
	const uint64_t offset = salvage_offset(s);

	if (s->headless)
		return make_header(s);
	if (take_header(s, p, have))
		return salvage_keep(s, p, have);
	if (!salvage_search(s, salvage_pcap_find_any, MIN_OF(have, PCAP_FILE_HEADER))) {
		salvage_lost(s, offset, have < PCAP_FILE_HEADER ? SALVAGE_CUT : SALVAGE_HEADER);
		return 0;
	}
	salvage_lost(s, offset, SALVAGE_HEADER);
	return make_header(s);
}

static int keep_record(struct salvage *s, const uint8_t *p, const struct record *r)
{
	s->pcap.last_sec = r->sec;
	s->pcap.has_last = true;
	s->report->packets++;
	return salvage_keep(s, p, s->pcap.header_len + (size_t)r->cap_len);
}

static int pass_over(struct salvage *s, enum salvage_reason reason)
{
	const uint64_t offset = salvage_offset(s);
	const bool found = salvage_search(s, find_record, 1);

	if (reason == SALVAGE_CUT && found)
		reason = SALVAGE_RECORD;
	else if (reason == SALVAGE_CUT && s->report->failure)
		reason = SALVAGE_UNREADABLE;
	salvage_lost(s, offset, reason);
	return 0;
}

/* What follows a record of this length fits: nothing, another one, or a hole. */
static bool leads_on(const struct salvage *s, const uint8_t *p, size_t have, const struct record *r)
{
	struct record next;

	p += s->pcap.header_len + r->cap_len;
	have -= s->pcap.header_len + r->cap_len;
	if (have < s->pcap.header_len)
		return true;
	next = read_record(s, p);
	/* Whatever else is odd about it: not by accident its time is near. */
	return is_zero(&next) ||
	       (next.cap_len <= s->pcap.max_len && apart(next.sec, r->sec) <= CHAIN_SECONDS) ||
	       (is_usual(s, &next) && apart(next.sec, r->sec) <= NEAR_SECONDS) ||
	       chain(s, p, have, next.sec) == CHAIN;
}

/*
 * A hole begins at a multiple of the page, not behind a record: where zeros follow one, and it has
 * been zeros since the page's start, its end was never written either.
 */
static bool ends_in_hole(const struct salvage *s, const uint8_t *p, size_t have,
			 const struct record *r)
{
	const size_t len = s->pcap.header_len + (size_t)r->cap_len;
	const size_t behind = (size_t)((salvage_offset(s) + len) % FILE_PAGE);
	size_t at = len - behind;
	struct record next;

	if (have - len < s->pcap.header_len || !behind || behind >= len)
		return false;
	next = read_record(s, p + len);
	while (at < len && !p[at])
		at++;
	return at == len && is_zero(&next);
}

static int next_record(struct salvage *s, const uint8_t *p, size_t have)
{
	const uint32_t header = s->pcap.header_len;
	struct record r;

	if (have < header)
		return pass_over(s, SALVAGE_CUT);
	r = read_record(s, p);
	if (is_zero(&r))
		return pass_over(s, SALVAGE_ZEROS);
	if (r.cap_len > s->pcap.max_len)
		return pass_over(s, SALVAGE_RECORD);
	have = salvage_look(s, header + (size_t)r.cap_len + header, &p);
	if (have < header + (size_t)r.cap_len)
		return pass_over(s, SALVAGE_CUT);
	if (ends_in_hole(s, p, have, &r))
		return pass_over(s, SALVAGE_ZEROS);
	if (leads_on(s, p, have, &r))
		return keep_record(s, p, &r);
	have = salvage_look(s, SALVAGE_WINDOW, &p);
	if (leads_on(s, p, have, &r))
		return keep_record(s, p, &r);
	/* It is the next one that is damaged, or this one's length. */
	if (!is_usual(s, &r) || find_before(s, p, have, header, header + r.cap_len) >= 0)
		return pass_over(s, SALVAGE_RECORD);
	return keep_record(s, p, &r);
}

int salvage_pcap(struct salvage *s)
{
	const uint8_t *p;
	size_t have;
	int code = begin(s);

	while (!code && !salvage_stop(s)) {
		have = salvage_look(s, s->pcap.header_len, &p);
		if (have)
			code = next_record(s, p, have);
		else if (salvage_resume(s))
			(void)salvage_search_resumed(s, find_record);
		else
			break;
	}
	return code;
}
