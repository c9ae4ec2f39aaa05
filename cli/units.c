#include "cli/units.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "core/clock.h"

/* A decimal number: whole + fraction / scale. */
struct number {
	uint64_t whole, fraction, scale;
};

struct unit {
	const char *name;
	uint64_t factor;
};

#define KIB 1024ull
#define KB  1000ull

static const struct unit size_units[] = {
	{ "", 1 },
	{ "b", 1 },
	{ "k", KIB },
	{ "kib", KIB },
	{ "kb", KB },
	{ "m", KIB *KIB },
	{ "mib", KIB *KIB },
	{ "mb", KB *KB },
	{ "g", KIB *KIB *KIB },
	{ "gib", KIB *KIB *KIB },
	{ "gb", KB *KB *KB },
	{ "t", KIB *KIB *KIB *KIB },
	{ "tib", KIB *KIB *KIB *KIB },
	{ "tb", KB *KB *KB *KB },
};

static const struct unit duration_units[] = {
	{ "", NS_PER_SEC },          { "ns", 1 },
	{ "us", NS_PER_US },         { "ms", NS_PER_MS },
	{ "s", NS_PER_SEC },         { "sec", NS_PER_SEC },
	{ "min", 60 * NS_PER_SEC },  { "h", 3600 * NS_PER_SEC },
	{ "d", 86400 * NS_PER_SEC },
};

/* The end of the digits at text; *ret saturates into -ERANGE. */
static int parse_digits(const char **text, uint64_t *ret)
{
	uint64_t v = 0;
	int code = 0;

	if (!isdigit((unsigned char)**text))
		return -EINVAL;
	for (; isdigit((unsigned char)**text); (*text)++) {
		const unsigned digit = (unsigned)(**text - '0');

		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, digit, &v))
			code = -ERANGE;
	}
	*ret = v;
	return code;
}

/* Digits of a fraction beyond the ninth say nothing that a unit of ours could hold. */
static int parse_number(const char **text, struct number *ret)
{
	int code = parse_digits(text, &ret->whole);

	ret->fraction = 0;
	ret->scale = 1;
	if (code || **text != '.')
		return code;
	(*text)++;
	if (!isdigit((unsigned char)**text))
		return -EINVAL;
	for (; isdigit((unsigned char)**text); (*text)++)
		if (ret->scale < NS_PER_SEC) {
			ret->fraction = ret->fraction * 10 + (unsigned)(**text - '0');
			ret->scale *= 10;
		}
	return 0;
}

static int parse_with_units(const char *text, const struct unit *units, size_t nr, uint64_t *ret)
{
	__extension__ unsigned __int128 v;
	struct number number;
	const int code = parse_number(&text, &number);

	if (code)
		return code;
	while (*text == ' ')
		text++;
	for (size_t i = 0; i < nr; i++) {
		if (strcasecmp(text, units[i].name) != 0)
			continue;
		v = number.whole;
		v = v * units[i].factor;
		v += (uint64_t)((double)number.fraction * (double)units[i].factor /
				(double)number.scale);
		if (v > UINT64_MAX)
			return -ERANGE;
		*ret = (uint64_t)v;
		return 0;
	}
	return -EINVAL;
}

int parse_count(const char *text, uint64_t *ret)
{
	uint64_t v;
	const int code = parse_digits(&text, &v);

	if (code)
		return code;
	if (*text)
		return -EINVAL;
	*ret = v;
	return 0;
}

int parse_size(const char *text, uint64_t *ret)
{
	return parse_with_units(text, size_units, ARRAY_SIZE(size_units), ret);
}

int parse_duration_ns(const char *text, uint64_t *ret)
{
	return parse_with_units(text, duration_units, ARRAY_SIZE(duration_units), ret);
}

int parse_rate(const char *text, double *ret)
{
	static const char letters[] = "kmgt";
	struct number number;
	const int code = parse_number(&text, &number);
	double v = (double)number.whole;
	const char *letter;

	if (code)
		return code;
	v += (double)number.fraction / (double)number.scale;
	letter = *text ? strchr(letters, tolower((unsigned char)*text)) : NULL;
	for (const char *l = letters; letter && l <= letter; l++)
		v *= 1000;
	if (!(v > 0) || text[letter ? 1 : 0])
		return -EINVAL;
	*ret = v;
	return 0;
}

int parse_cpu_list(const char *text, cpu_set_t *ret)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (;;) {
		uint64_t first = 0, last;
		int code = parse_digits(&text, &first);

		last = first;
		if (!code && *text == '-') {
			text++;
			code = parse_digits(&text, &last);
		}
		if (code)
			return code;
		if (last < first)
			return -EINVAL;
		if (last >= CPU_SETSIZE)
			return -ERANGE;
		for (uint64_t cpu = first; cpu <= last; cpu++)
			CPU_SET(cpu, &set);
		if (*text != ',')
			break;
		text++;
	}
	if (*text)
		return -EINVAL;
	*ret = set;
	return 0;
}

/* Three significant digits and the largest unit that leaves at least 1. */
static void format_scaled(struct strbuf *out, double v, double step, const char *const *units,
			  size_t nr)
{
	size_t i = 0;

	/* 999.5 would be printed as 1000 */
	while (i + 1 < nr && v >= step - 0.5) {
		v /= step;
		i++;
	}
	if (i == 0 || v >= 99.95)
		strbuf_printf(out, "%.0f %s", v, units[i]);
	else
		strbuf_printf(out, v >= 9.995 ? "%.1f %s" : "%.2f %s", v, units[i]);
}

void format_size(struct strbuf *out, uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };

	format_scaled(out, (double)bytes, 1024, units, ARRAY_SIZE(units));
}

void format_rate(struct strbuf *out, double bits_per_s)
{
	static const char *const units[] = { "bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s" };

	format_scaled(out, bits_per_s, 1000, units, ARRAY_SIZE(units));
}

void format_count(struct strbuf *out, double count)
{
	static const char *const units[] = { "", "k", "M", "G", "T" };

	format_scaled(out, count, 1000, units, ARRAY_SIZE(units));
	/* a bare count has no unit, and so no space before one */
	if (out->len && out->text[out->len - 1] == ' ')
		out->text[--out->len] = '\0';
}

void format_duration(struct strbuf *out, uint64_t ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	const uint64_t s = ns / NS_PER_SEC;

	if (s >= 3600)
		strbuf_printf(out, "%llu h %llu min", (unsigned long long)(s / 3600),
			      (unsigned long long)(s / 60 % 60));
	else if (s >= 100)
		strbuf_printf(out, "%llu min %llu s", (unsigned long long)(s / 60),
			      (unsigned long long)(s % 60));
	else
		format_scaled(out, (double)ns, 1000, units, ARRAY_SIZE(units));
}
