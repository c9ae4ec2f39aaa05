/* Sizes, times and CPU lists as people type them; guesses at what they meant. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "cli/units.h"
#include "core/compiler.h"
#include "core/suggest.h"

struct parse_case {
	const char *text;
	int code;
	uint64_t value;
};

typedef int parse_fn(const char *text, uint64_t *ret);

static void check_all(parse_fn *parse, const struct parse_case *cases, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		uint64_t v = 4711;
		const int code = parse(cases[i].text, &v);

		cr_expect_eq(code, cases[i].code, "'%s': %d", cases[i].text, code);
		cr_expect_eq(v, cases[i].code ? 4711 : cases[i].value, "'%s': %lu", cases[i].text,
			     v);
	}
}

Test(units, sizes)
{
	static const struct parse_case cases[] = {
		{ "0", 0, 0 },
		{ "1", 0, 1 },
		{ "17B", 0, 17 },
		{ "1k", 0, 1024 },
		{ "1K", 0, 1024 },
		{ "1KiB", 0, 1024 },
		{ "1kB", 0, 1000 },
		{ "1KB", 0, 1000 },
		{ "64MiB", 0, 64ull << 20 },
		{ "64 MiB", 0, 64ull << 20 },
		{ "3M", 0, 3ull << 20 },
		{ "3MB", 0, 3000000 },
		{ "2G", 0, 2ull << 30 },
		{ "2GB", 0, 2000000000 },
		{ "1T", 0, 1ull << 40 },
		{ "1.5GiB", 0, 3ull << 29 },
		{ "0.5k", 0, 512 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "99999999999999999999999999", -ERANGE, 0 },
		{ "16777216T", -ERANGE, 0 },
		{ "16777215T", 0, 16777215ull << 40 },
		{ "", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1.", -EINVAL, 0 },
		{ ".5", -EINVAL, 0 },
		{ "1X", -EINVAL, 0 },
		{ "1MiBs", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },
		{ "1 2", -EINVAL, 0 },
	};

	check_all(parse_size, cases, ARRAY_SIZE(cases));
}

Test(units, durations)
{
	static const struct parse_case cases[] = {
		{ "1", 0, 1000000000 },
		{ "1s", 0, 1000000000 },
		{ "100ms", 0, 100000000 },
		{ "10us", 0, 10000 },
		{ "7ns", 0, 7 },
		{ "2min", 0, 120000000000ull },
		{ "1h", 0, 3600000000000ull },
		{ "1d", 0, 86400000000000ull },
		{ "0.2s", 0, 200000000 },
		{ "0.000000001", 0, 1 },
		{ "1.5ms", 0, 1500000 },
		{ "0", 0, 0 },
		{ "1m", -EINVAL, 0 }, /* a minute or a millisecond? */
		{ "s", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 },
		{ "18446744074", -ERANGE, 0 },
		{ "18446744073", 0, 18446744073000000000ull },
		{ "300000d", -ERANGE, 0 },
	};

	check_all(parse_duration_ns, cases, ARRAY_SIZE(cases));
}

Test(units, counts)
{
	static const struct parse_case cases[] = {
		{ "0", 0, 0 },
		{ "12", 0, 12 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "12k", -EINVAL, 0 },
		{ "1.5", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
	};

	check_all(parse_count, cases, ARRAY_SIZE(cases));
}

Test(units, cpu_lists)
{
	static const struct {
		const char *text;
		int code, count;
	} cases[] = {
		{ "0", 0, 1 },
		{ "0-3", 0, 4 },
		{ "0-3,8", 0, 5 },
		{ "1,1,1", 0, 1 },
		{ "1023", 0, 1 },
		{ "1024", -ERANGE, 0 },
		{ "0-99999999999999999999", -ERANGE, 0 },
		{ "3-1", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
		{ ",", -EINVAL, 0 },
		{ "1,", -EINVAL, 0 },
		{ "1-", -EINVAL, 0 },
		{ "a", -EINVAL, 0 },
		{ "1 2", -EINVAL, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cpu_set_t set;
		const int code = parse_cpu_list(cases[i].text, &set);

		cr_expect_eq(code, cases[i].code, "'%s': %d", cases[i].text, code);
		if (!code)
			cr_expect_eq(CPU_COUNT(&set), cases[i].count, "'%s'", cases[i].text);
	}
}

static const char *sized(uint64_t v)
{
	static char text[64];
	struct strbuf out = strbuf_over(text, sizeof(text));

	format_size(&out, v);
	return text;
}

static const char *rated(double v)
{
	static char text[64];
	struct strbuf out = strbuf_over(text, sizeof(text));

	format_rate(&out, v);
	return text;
}

static const char *counted(double v)
{
	static char text[64];
	struct strbuf out = strbuf_over(text, sizeof(text));

	format_count(&out, v);
	return text;
}

static const char *lasted(uint64_t ns)
{
	static char text[64];
	struct strbuf out = strbuf_over(text, sizeof(text));

	format_duration(&out, ns);
	return text;
}

Test(units, formats)
{
	cr_expect_str_eq(sized(0), "0 B");
	cr_expect_str_eq(sized(1023), "1023 B");
	cr_expect_str_eq(sized(1024), "1.00 KiB");
	cr_expect_str_eq(sized(3 << 19), "1.50 MiB");
	cr_expect_str_eq(sized(64 << 20), "64.0 MiB");
	cr_expect_str_eq(sized(1023999), "1000 KiB");
	cr_expect_str_eq(sized(UINT64_MAX), "16.0 EiB");
	cr_expect_str_eq(rated(0), "0 bit/s");
	cr_expect_str_eq(rated(940e6), "940 Mbit/s");
	cr_expect_str_eq(rated(9.412e9), "9.41 Gbit/s");
	cr_expect_str_eq(rated(999.9e6), "1.00 Gbit/s");
	cr_expect_str_eq(counted(17), "17");
	cr_expect_str_eq(counted(1500000), "1.50 M");
	cr_expect_str_eq(lasted(250000000), "250 ms");
	cr_expect_str_eq(lasted(1500000000), "1.50 s");
	cr_expect_str_eq(lasted(7500000000000ull), "2 h 5 min");
	cr_expect_str_eq(lasted(125000000000ull), "2 min 5 s");
}

Test(suggest, nearest)
{
	static const char *const names[] = { "capture", "read", "interfaces", "status", "help" };

	cr_expect_eq(edit_distance("read", "read", 99), 0);
	cr_expect_eq(edit_distance("raed", "read", 99), 1);
	cr_expect_eq(edit_distance("", "read", 99), 4);
	cr_expect_eq(edit_distance("kitten", "sitting", 99), 3);
	cr_expect_geq(edit_distance("kitten", "sitting", 2), 2, "no more is said than asked");
	cr_expect_str_eq(suggest("raed", names, 5), "read");
	cr_expect_str_eq(suggest("captrue", names, 5), "capture");
	cr_expect_str_eq(suggest("interface", names, 5), "interfaces");
	cr_expect_str_eq(suggest("int", names, 5), "interfaces");
	cr_expect_null(suggest("frobnicate", names, 5));
	cr_expect_null(suggest("x", names, 5));
	cr_expect_null(suggest("a word that is far longer than any verb will ever be", names, 5));
}
