#include "cli/moment.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/units.h"
#include "core/clock.h"

/* Exactly n digits at *p; false leaves *p alone. */
static bool take_digits(const char **p, int n, int *ret)
{
	int i, v = 0;

	for (i = 0; i < n; i++) {
		if (!isdigit((unsigned char)(*p)[i]))
			return false;
		v = v * 10 + ((*p)[i] - '0');
	}
	*p += n;
	*ret = v;
	return true;
}

static bool take_char(const char **p, const char *set)
{
	if (!**p || !strchr(set, **p))
		return false;
	++*p;
	return true;
}

/* ".25" -> 250000000; nothing there: 0. False: more than nine digits, or none behind the point. */
static bool take_fraction(const char **p, uint64_t *ret)
{
	uint64_t unit = NS_PER_SEC;

	*ret = 0;
	if (!take_char(p, "."))
		return true;
	if (!isdigit((unsigned char)**p))
		return false;
	while (isdigit((unsigned char)**p)) {
		unit /= 10;
		if (!unit)
			return false;
		*ret += (uint64_t)(*(*p)++ - '0') * unit;
	}
	return true;
}

/* "17:03", "17:03:25", "17:03:25.5" */
static bool take_clock(const char **p, struct tm *tm, uint64_t *ret_fraction)
{
	*ret_fraction = 0;
	tm->tm_sec = 0;
	if (!take_digits(p, 2, &tm->tm_hour) || !take_char(p, ":") ||
	    !take_digits(p, 2, &tm->tm_min))
		return false;
	if (take_char(p, ":") &&
	    (!take_digits(p, 2, &tm->tm_sec) || !take_fraction(p, ret_fraction)))
		return false;
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= 60;
}

static bool take_date(const char **p, struct tm *tm)
{
	if (!take_digits(p, 4, &tm->tm_year) || !take_char(p, "-") ||
	    !take_digits(p, 2, &tm->tm_mon) || !take_char(p, "-") ||
	    !take_digits(p, 2, &tm->tm_mday))
		return false;
	tm->tm_year -= 1900;
	tm->tm_mon -= 1;
	tm->tm_isdst = -1;
	return tm->tm_year >= 70 && tm->tm_mon >= 0 && tm->tm_mon < 12 && tm->tm_mday >= 1 &&
	       tm->tm_mday <= 31;
}

static int parse_date_time(const char *p, struct moment *ret)
{
	struct tm tm = { 0 };
	uint64_t fraction = 0;
	time_t seconds;
	bool utc;

	if (!take_date(&p, &tm) || (take_char(&p, " T") && *p && !take_clock(&p, &tm, &fraction)))
		return -EINVAL;
	utc = take_char(&p, "Zz");
	if (*p)
		return -EINVAL;
	seconds = utc ? timegm(&tm) : mktime(&tm);
	if (seconds < 0)
		return -EINVAL;
	*ret = (struct moment){ MOMENT_ABSOLUTE, (uint64_t)seconds * NS_PER_SEC + fraction };
	return 0;
}

static int parse_epoch(const char *p, struct moment *ret)
{
	uint64_t seconds = 0, fraction;
	int digits;

	for (digits = 0; isdigit((unsigned char)*p); digits++)
		seconds = seconds * 10 + (uint64_t)(*p++ - '0');
	if (!digits || digits > 10 || !take_fraction(&p, &fraction) || *p)
		return -EINVAL;
	*ret = (struct moment){ MOMENT_ABSOLUTE, seconds * NS_PER_SEC + fraction };
	return 0;
}

int moment_parse(const char *text, struct moment *ret)
{
	struct tm tm = { 0 };
	const char *p = text;
	uint64_t ns;

	if (text[0] == '+') {
		if (parse_duration_ns(text + 1, &ns))
			return -EINVAL;
		*ret = (struct moment){ MOMENT_SINCE, ns };
		return 0;
	}
	if (take_clock(&p, &tm, &ns) && !*p) {
		ns += (uint64_t)(tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec) * NS_PER_SEC;
		*ret = (struct moment){ MOMENT_CLOCK, ns };
		return 0;
	}
	return strchr(text, '-') ? parse_date_time(text, ret) : parse_epoch(text, ret);
}

uint64_t moment_resolve(const struct moment *m, uint64_t first_ns)
{
	const time_t first = (time_t)(first_ns / NS_PER_SEC);
	struct tm tm;

	switch (m->kind) {
	case MOMENT_SINCE:
		return first_ns + m->ns;
	case MOMENT_CLOCK:
		if (!localtime_r(&first, &tm))
			break;
		tm.tm_hour = (int)(m->ns / NS_PER_SEC / 3600);
		tm.tm_min = (int)(m->ns / NS_PER_SEC / 60 % 60);
		tm.tm_sec = (int)(m->ns / NS_PER_SEC % 60);
		tm.tm_isdst = -1;
		return (uint64_t)mktime(&tm) * NS_PER_SEC + m->ns % NS_PER_SEC;
	case MOMENT_NONE:
	case MOMENT_ABSOLUTE:
		break;
	}
	return m->ns;
}
