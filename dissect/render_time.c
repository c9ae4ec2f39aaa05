#include <time.h>

#include "core/clock.h"
#include "dissect/render.h"

/* The part after the second's point. */
static void put_fraction(uint64_t ns, bool nano, struct strbuf *out)
{
	const unsigned digits = nano ? 9 : 6;
	uint64_t v = nano ? ns % NS_PER_SEC : ns % NS_PER_SEC / NS_PER_US;
	char text[10];
	unsigned i;

	text[0] = '.';
	for (i = digits; i; i--) {
		text[i] = (char)('0' + v % 10);
		v /= 10;
	}
	strbuf_put(out, text, digits + 1);
}

static void put_two(int v, struct strbuf *out)
{
	strbuf_putc(out, (char)('0' + v / 10 % 10));
	strbuf_putc(out, (char)('0' + v % 10));
}

static void put_clock(const struct tm *tm, struct strbuf *out)
{
	put_two(tm->tm_hour, out);
	strbuf_putc(out, ':');
	put_two(tm->tm_min, out);
	strbuf_putc(out, ':');
	put_two(tm->tm_sec, out);
}

static void put_date(const struct tm *tm, struct strbuf *out)
{
	strbuf_printf(out, "%04d-", tm->tm_year + 1900);
	put_two(tm->tm_mon + 1, out);
	strbuf_putc(out, '-');
	put_two(tm->tm_mday, out);
	strbuf_putc(out, ' ');
}

/* An interval as [-][days ]hours:minutes:seconds. */
static void put_interval(uint64_t now, uint64_t then, bool nano, struct strbuf *out)
{
	const uint64_t ns = now >= then ? now - then : then - now;
	const uint64_t sec = ns / NS_PER_SEC;
	const struct tm tm = { .tm_hour = (int)(sec / 3600 % 24),
			       .tm_min = (int)(sec / 60 % 60),
			       .tm_sec = (int)(sec % 60) };

	if (now < then)
		strbuf_putc(out, '-');
	if (sec >= 86400)
		strbuf_printf(out, "%llud ", (unsigned long long)(sec / 86400));
	put_clock(&tm, out);
	put_fraction(ns, nano, out);
}

/* The C library's takes a lock and looks at its rules each time; a second has many packets. */
static void local_time(time_t sec, struct tm *ret)
{
	static _Thread_local struct tm last;
	static _Thread_local time_t last_sec = -1;

	if (sec != last_sec) {
		last_sec = sec;
		localtime_r(&sec, &last);
	}
	*ret = last;
}

void render_time(uint64_t ts_ns, enum time_format fmt, uint64_t prev_ns, uint64_t first_ns,
		 struct strbuf *out)
{
	const bool nano = fmt & TIME_NANO;
	const time_t sec = (time_t)(ts_ns / NS_PER_SEC);
	struct tm tm = { 0 };

	switch ((unsigned)fmt & ~(unsigned)TIME_NANO) {
	case TIME_NONE:
		return;
	case TIME_EPOCH:
		strbuf_uint(out, ts_ns / NS_PER_SEC);
		put_fraction(ts_ns, nano, out);
		break;
	case TIME_DELTA:
		put_interval(ts_ns, prev_ns, nano, out);
		break;
	case TIME_SINCE_FIRST:
		put_interval(ts_ns, first_ns, nano, out);
		break;
	default:
		local_time(sec, &tm);
		if (((unsigned)fmt & ~(unsigned)TIME_NANO) == TIME_DATE)
			put_date(&tm, out);
		put_clock(&tm, out);
		put_fraction(ts_ns, nano, out);
		break;
	}
	strbuf_putc(out, ' ');
}

void render_arrival(uint64_t ns, bool utc, struct strbuf *out)
{
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	const time_t seconds = (time_t)(ns / NS_PER_SEC);
	struct tm tm = { 0 };
	char zone[16];

	if (utc)
		gmtime_r(&seconds, &tm);
	else
		local_time(seconds, &tm);
	strbuf_printf(out, "%s %2d, %d %02d:%02d:%02d", months[tm.tm_mon % 12], tm.tm_mday,
		      tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	put_fraction(ns, true, out);
	if (utc)
		strbuf_puts(out, " UTC");
	else if (strftime(zone, sizeof(zone), " %Z", &tm))
		strbuf_puts(out, zone);
}
