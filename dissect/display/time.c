#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "dissect/display/node.h"

enum { FRACTION_DIGITS = 9, SECONDS_DIGITS_MAX = 10 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ".5" at *pp, or nothing: nanoseconds. */
static bool read_fraction(const char **pp, uint64_t *ret)
{
	const char *p = *pp;
	unsigned digits = 0;

	*ret = 0;
	if (*p != '.')
		return true;
	for (p++; is_digit(*p); p++, digits++)
		if (digits < FRACTION_DIGITS)
			*ret = *ret * 10 + (uint64_t)(*p - '0');
	*pp = p;
	for (; digits < FRACTION_DIGITS && digits; digits++)
		*ret *= 10;
	return digits;
}

bool time_parse_span(const char *text, int64_t *ret_ns)
{
	const bool negative = *text == '-';
	const char *p = text + negative;
	int64_t seconds = 0;
	uint64_t ns;
	int digits = 0;

	for (; is_digit(*p); p++)
		if (seconds || *p != '0') {
			if (++digits > SECONDS_DIGITS_MAX)
				return false;
			seconds = seconds * 10 + (*p - '0');
		}
	if (!is_digit(text[negative]) && text[negative] != '.')
		return false;
	if (!read_fraction(&p, &ns) || *p || seconds > INT64_MAX / (int64_t)NS_PER_SEC - 1)
		return false;
	*ret_ns = seconds * (int64_t)NS_PER_SEC + (int64_t)ns;
	if (negative)
		*ret_ns = -*ret_ns;
	return true;
}

/* "Z", "UTC", "+02:00", "-0500" or nothing. */
static bool read_zone(const char *p, bool *ret_local, int *ret_seconds)
{
	int hours, minutes, n = 0;

	while (*p == ' ')
		p++;
	*ret_local = !*p;
	*ret_seconds = 0;
	if (!*p || !strcmp(p, "Z") || !strcmp(p, "UTC") || !strcmp(p, "GMT"))
		return true;
	if (*p != '+' && *p != '-')
		return false;
	if ((sscanf(p + 1, "%2d:%2d%n", &hours, &minutes, &n) != 2 || !n) &&
	    (sscanf(p + 1, "%2d%2d%n", &hours, &minutes, &n) != 2 || !n))
		return false;
	if (p[1 + n] || hours < 0 || hours > 14 || minutes < 0 || minutes > 59)
		return false;
	*ret_seconds = (hours * 60 + minutes) * 60 * (*p == '-' ? -1 : 1);
	return true;
}

/* "2026-11-21", "Nov 21, 2026": where what follows begins, or NULL. */
static const char *read_day(const char *text, struct tm *tm)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char month[4] = "";
	const char *name;
	int n = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &tm->tm_year, &tm->tm_mon, &tm->tm_mday, &n) == 3 && n) {
		tm->tm_mon--;
	} else if (sscanf(text, "%3[A-Za-z] %2d, %4d%n", month, &tm->tm_mday, &tm->tm_year, &n) ==
			   3 &&
		   n) {
		name = strlen(month) == 3 ? strstr(names, month) : NULL;
		if (!name || (name - names) % 3)
			return NULL;
		tm->tm_mon = (int)(name - names) / 3;
	} else {
		return NULL;
	}
	tm->tm_year -= 1900;
	return text + n;
}

bool time_parse_date(const char *text, uint64_t *ret_ns)
{
	struct tm tm = { .tm_isdst = -1 };
	const char *p = read_day(text, &tm);
	uint64_t ns = 0;
	int zone, n = 0;
	bool local;
	time_t t;

	if (!p)
		return false;
	if ((*p == ' ' || *p == 'T') && is_digit(p[1])) {
		if (sscanf(p + 1, "%2d:%2d%n", &tm.tm_hour, &tm.tm_min, &n) != 2 || !n)
			return false;
		p += 1 + n;
		n = 0;
		if (*p == ':') {
			if (sscanf(p + 1, "%2d%n", &tm.tm_sec, &n) != 1 || !n)
				return false;
			p += 1 + n;
		}
		if (!read_fraction(&p, &ns))
			return false;
	}
	if (!read_zone(p, &local, &zone) || tm.tm_year < 70 || tm.tm_year > 600 || tm.tm_mon < 0 ||
	    tm.tm_mon > 11 || tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour < 0 ||
	    tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59 || tm.tm_sec < 0 || tm.tm_sec > 60)
		return false;
	t = local ? mktime(&tm) : timegm(&tm) - zone;
	if (t < 0)
		return false;
	*ret_ns = (uint64_t)t * NS_PER_SEC + ns;
	return true;
}
