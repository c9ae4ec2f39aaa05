#include "cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/units.h"
#include "cli/verbs.h"
#include "core/compiler.h"
#include "core/log.h"
#include "core/suggest.h"

enum { OPTIONS_MAX = 128 };

static const char *option_name_of(int val, const struct option *options)
{
	for (; options->name; options++)
		if (options->val == val && !options->flag)
			return options->name;
	return NULL;
}

static void complain_unknown(const char *verb, const char *word, const struct option *options)
{
	const char *names[OPTIONS_MAX];
	char name[64];
	const char *meant;
	size_t nr = 0;

	for (; options->name && nr < ARRAY_SIZE(names); options++)
		names[nr++] = options->name;
	strncpy(name, word + 2, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	name[strcspn(name, "=")] = '\0';
	meant = suggest(name, names, nr);
	if (meant)
		log_error("%s: no option --%s; did you mean --%s?", verb, name, meant);
	else
		log_error("%s: no option --%s; 'ringtap %s --help' lists them", verb, name, verb);
}

int option_error(const char *verb, int argc, char **argv, int opt, const struct option *options)
{
	const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";
	const char *name = option_name_of(optopt, options);
	const bool is_long = strncmp(word, "--", 2) == 0;

	if (opt == ':' && is_long)
		log_error("%s: %s needs a value", verb, word);
	else if (opt == ':')
		log_error("%s: -%c needs a value", verb, optopt);
	else if (is_long && optopt && name)
		log_error("%s: --%s takes no value", verb, name);
	else if (is_long && !optopt)
		complain_unknown(verb, word, options);
	else
		log_error("%s: no option -%c; 'ringtap %s --help' lists them", verb, optopt, verb);
	return EXIT_USAGE;
}

int options_take(const struct option_set *set, int argc, char **argv, void *arg)
{
	int opt;

	opterr = 0;
	optind = 1;
	while ((opt = getopt_long(argc, argv, set->letters, set->table, NULL)) != -1) {
		if (opt == set->help_value) {
			fputs(set->help, stdout);
			return EXIT_DONE;
		}
		if (opt == '?' || opt == ':')
			return option_error(set->verb, argc, argv, opt, set->table);
		if (!set->take(opt, arg))
			return EXIT_USAGE;
	}
	return -1;
}

static bool option_result(const char *verb, const char *name, const char *text, int code,
			  const char *example)
{
	if (code == -ERANGE)
		log_error("%s: %s %s: the number is too large", verb, name, text);
	else if (code)
		log_error("%s: %s %s: not understood; write %s", verb, name, text, example);
	return code == 0;
}

bool option_count(const char *verb, const char *name, const char *text, uint64_t *ret)
{
	return option_result(verb, name, text, parse_count(text, ret), "a number, as 1000");
}

bool option_size(const char *verb, const char *name, const char *text, uint64_t *ret)
{
	return option_result(verb, name, text, parse_size(text, ret), "a size, as 64MiB");
}

bool option_duration(const char *verb, const char *name, const char *text, uint64_t *ret)
{
	return option_result(verb, name, text, parse_duration_ns(text, ret), "a time, as 100ms");
}
