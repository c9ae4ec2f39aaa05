/* cli/cmd_filter.c -- `ringtap filter`: what a capture filter becomes, and what it accepts. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/filter_count.h"
#include "cli/filter_options.h"
#include "cli/options.h"
#include "cli/packet_filter.h"
#include "cli/verbs.h"
#include "core/limits.h"
#include "core/linktype.h"
#include "core/log.h"

static const char help_text[] =
	"Usage: ringtap filter [OPTIONS] EXPRESSION\n"
	"       ringtap filter [OPTIONS] -F FILE\n"
	"\n"
	"Shows the program that a capture filter becomes, says in words what it accepts, counts "
	"what\n"
	"it accepts of files, and asks the kernel whether it takes it. 'ringtap help pcap-filter' "
	"has\n"
	"the language.\n"
	"\n"
	"  -d                    the program, with what each jump decides (the default)\n"
	"  -dd, -ddd             the program as C, as decimal numbers\n"
	"      --plain           with -d: without comments, as tcpdump -d\n"
	"      --explain         in words, what the expression accepts\n"
	"      --check           ask the kernel: attach it to a socket; --target is then socket\n"
	"  -r, --read FILE       count the packets of a file that it accepts (repeatable)\n"
	"  -F, --numbers FILE    no expression, but numbers as tcpdump -ddd and bpfc write them\n"
	"  -y, --linktype NAME   of the packets: EN10MB (the default), LINUX_SLL2, RAW, ... or a\n"
	"                        number; with -r it is the files'\n"
	"      --target TARGET   file (the default), or socket: what a capture attaches\n"
	"  -s, --snaplen BYTES   what the program returns for a packet that it accepts\n"
	"      --netmask MASK    of the network, for 'ip broadcast'\n"
	"  -O, --unoptimized     tests one by one, in the order of the expression\n"
	"      --filter-mode extended  ports and accessors behind IPv6, its headers, in fragments\n"
	"      --vlan-transparent  VLAN tags do not hide what is inside\n"
	"      --json            all of it as one JSON object\n"
	"\n"
	"Example: ringtap filter --explain 'tcp port 443 and not host 10.0.0.1'\n";

enum {
	OPT_PLAIN = 256,
	OPT_EXPLAIN,
	OPT_CHECK,
	OPT_TARGET,
	OPT_NETMASK,
	OPT_FILTER_MODE,
	OPT_VLAN_TRANSPARENT,
	OPT_JSON,
	OPT_HELP,
	FILES_MAX = 1024,
	NUMBERS_MAX = 1 << 20, /* bytes of -F: 4096 instructions are less in any form */
	TEXT_MAX = 4 << 20,    /* of a listing with its comments */
};

static const struct option long_options[] = {
	{ "plain", no_argument, NULL, OPT_PLAIN },
	{ "explain", no_argument, NULL, OPT_EXPLAIN },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "read", required_argument, NULL, 'r' },
	{ "numbers", required_argument, NULL, 'F' },
	{ "linktype", required_argument, NULL, 'y' },
	{ "target", required_argument, NULL, OPT_TARGET },
	{ "snaplen", required_argument, NULL, 's' },
	{ "netmask", required_argument, NULL, OPT_NETMASK },
	{ "unoptimized", no_argument, NULL, 'O' },
	{ "filter-mode", required_argument, NULL, OPT_FILTER_MODE },
	{ "vlan-transparent", no_argument, NULL, OPT_VLAN_TRANSPARENT },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL },
};

struct filter_command {
	struct filter_options options;
	const char *numbers;          /* -F, or NULL */
	const char *files[FILES_MAX]; /* -r */
	size_t nr_files;
	unsigned listing; /* how many -d */
	bool plain, explain, check, json, target_given;
	char *expr; /* ours; NULL with -F */
	struct filter_program program;
};

static bool take_target(struct filter_command *c)
{
	c->target_given = true;
	c->options.target = FILTER_SOCKET;
	if (!strcmp(optarg, "socket"))
		return true;
	c->options.target = FILTER_FILE;
	if (!strcmp(optarg, "file"))
		return true;
	log_error("filter: --target %s: it takes file or socket", optarg);
	return false;
}

static bool take_linktype(struct filter_command *c)
{
	if (linktype_parse(optarg, &c->options.linktype))
		return true;
	log_error("filter: -y %s: no such link type; EN10MB, NULL, LOOP, RAW, IPV4, IPV6, PPP, "
		  "LINUX_SLL, LINUX_SLL2, IEEE802_11, IEEE802_11_RADIO, PPI and NETLINK are known",
		  optarg);
	return false;
}

static bool take_snaplen(struct filter_command *c)
{
	uint64_t v;

	if (!option_count("filter", "-s", optarg, &v))
		return false;
	if (v > UINT32_MAX) {
		log_error("filter: -s %s: at most 4294967295", optarg);
		return false;
	}
	c->options.snaplen = (uint32_t)v;
	return true;
}

static bool take_file(struct filter_command *c)
{
	if (c->nr_files == FILES_MAX) {
		log_error("filter: more than %d files", FILES_MAX);
		return false;
	}
	c->files[c->nr_files++] = optarg;
	return true;
}

/* False: it was wrong, and has been complained about. */
static bool take_option(int opt, void *arg)
{
	struct filter_command *const c = arg;

	switch (opt) {
	case 'd':
		c->listing++;
		return true;
	case 'r':
		return take_file(c);
	case 'F':
		c->numbers = optarg;
		return true;
	case 'y':
		return take_linktype(c);
	case 's':
		return take_snaplen(c);
	case 'O':
		return c->options.unoptimized = true;
	case OPT_PLAIN:
		return c->plain = true;
	case OPT_EXPLAIN:
		return c->explain = true;
	case OPT_CHECK:
		return c->check = true;
	case OPT_JSON:
		return c->json = true;
	case OPT_TARGET:
		return take_target(c);
	case OPT_NETMASK:
		return option_netmask("filter", optarg, &c->options);
	case OPT_FILTER_MODE:
		return option_filter_mode("filter", optarg, &c->options);
	case OPT_VLAN_TRANSPARENT:
		return c->options.vlan_transparent = true;
	}
	return false;
}

static bool finish_options(int argc, char **argv, struct filter_command *c)
{
	if (c->listing > 3) {
		log_error("filter: at most three -d");
		return false;
	}
	if (c->numbers && optind < argc) {
		log_error("filter: -F %s is a program already; '%s' is not needed", c->numbers,
			  argv[optind]);
		return false;
	}
	if (c->numbers && c->explain) {
		log_error("filter: --explain needs the expression; -F has only its numbers");
		return false;
	}
	if (!c->numbers && optind >= argc) {
		log_error("filter: no expression; '' accepts everything, 'ringtap filter --help' "
			  "has an example");
		return false;
	}
	if (!c->numbers) {
		c->expr = filter_join_words(argc, argv, optind);
		if (!c->expr) {
			log_error("filter: out of memory");
			return false;
		}
	}
	if (c->check && !c->target_given)
		c->options.target = FILTER_SOCKET;
	if (!c->listing && !c->explain && !c->check && !c->nr_files)
		c->listing = 1;
	/* A socket knows which way packets go; of files it depends on the file. */
	c->options.has_direction = c->options.target == FILTER_SOCKET;
	return true;
}

/* All of a small file, terminated; the caller's. NULL: complained. */
static char *read_text(const char *path)
{
	const bool is_stdin = !strcmp(path, "-");
	FILE *f = is_stdin ? stdin : fopen(path, "re");
	char *text = malloc(NUMBERS_MAX + 1);
	size_t len = 0;
	bool fine = false;

	if (!f || !text) {
		log_error("filter: %s: %s", path, strerror(errno));
	} else {
		len = fread(text, 1, NUMBERS_MAX + 1, f);
		fine = !ferror(f) && len <= NUMBERS_MAX;
		if (!fine)
			log_error("filter: %s: %s", path,
				  ferror(f) ? strerror(errno) : "too long for a program");
	}
	if (f && !is_stdin)
		fclose(f);
	if (!fine) {
		free(text);
		return NULL;
	}
	text[len] = '\0';
	return text;
}

static int load_numbers(struct filter_command *c)
{
	char *text = read_text(c->numbers);
	struct errmsg err = { .text = "" };
	int code;

	if (!text)
		return -EINVAL;
	code = filter_parse_numbers(text, &c->program, &err);
	if (code)
		log_error("filter: %s: %s", c->numbers, err.text);
	free(text);
	return code;
}

static int load_program(struct filter_command *c)
{
	struct filter_error error;
	int code;

	if (c->numbers)
		return load_numbers(c);
	/* With -r alone the files say which link types there are. */
	if (!c->listing && !c->explain && !c->check && !c->json)
		return 0;
	code = filter_compile(c->expr, &c->options, &c->program, &error);
	/* For Ethernet it is not; for the files it may be, and who reads them will say. */
	if (code && c->nr_files && !c->listing && !c->explain && !c->check)
		return 0;
	if (code)
		filter_complain("filter", "the expression cannot be used", c->expr, &error);
	return code;
}

/* Room for the texts below; NULL: complained. */
static char *text_alloc(struct strbuf *ret)
{
	char *memory = malloc(TEXT_MAX);

	if (memory)
		*ret = strbuf_over(memory, TEXT_MAX);
	else
		log_error("filter: out of memory");
	return memory;
}

/* Whoever made the text may or may not have ended its last line. */
static void print_text(const struct strbuf *s)
{
	printf("%s%s", s->text, s->len && s->text[s->len - 1] != '\n' ? "\n" : "");
}

static int print_listing(const struct filter_command *c, struct strbuf *s)
{
	struct filter_error error;

	if (c->listing == 3)
		filter_print_numbers(&c->program, s);
	else if (c->listing == 2)
		filter_print_c(&c->program, s);
	else if (c->plain || c->numbers)
		filter_print_listing(&c->program, s);
	else if (filter_print_explained(c->expr, &c->options, s, &error))
		return EXIT_USAGE; /* it has been compiled: there is no memory */
	print_text(s);
	return EXIT_DONE;
}

static int print_explanation(const struct filter_command *c, struct strbuf *s)
{
	struct filter_error error;

	strbuf_reset(s);
	if (filter_explain(c->expr, &c->options, s, &error)) {
		filter_complain("filter", "the expression cannot be used", c->expr, &error);
		return EXIT_USAGE;
	}
	print_text(s);
	return EXIT_DONE;
}

static int print_check(const struct filter_command *c)
{
	struct errmsg err = { .text = "" };

	if (filter_check_kernel(&c->program, &err)) {
		log_error("filter: the kernel refuses the program: %s", err.text);
		return EXIT_USAGE;
	}
	printf("the kernel takes the program of %u instruction%s\n", c->program.len,
	       c->program.len == 1 ? "" : "s");
	return EXIT_DONE;
}

static void put_json_program(const struct filter_program *p, struct strbuf *s)
{
	strbuf_printf(s, ",\"instructions\":%u,\"loops\":%s,\"program\":[", p->len,
		      p->loops ? "true" : "false");
	for (uint32_t i = 0; i < p->len; i++) {
		const struct sock_filter *insn = &p->insns[i];

		strbuf_printf(s, "%s[%u,%u,%u,%u]", i ? "," : "", insn->code, insn->jt, insn->jf,
			      insn->k);
	}
	strbuf_puts(s, "]");
}

/* The members before "files". */
static int print_json_program(const struct filter_command *c, struct strbuf *s)
{
	struct errmsg err = { .text = "" };
	struct filter_error error;
	char name[32];

	strbuf_puts(s, "{\"expression\":");
	if (c->expr)
		strbuf_json_string(s, c->expr, strlen(c->expr));
	else
		strbuf_puts(s, "null");
	if (c->program.len) {
		strbuf_printf(s, ",\"linktype\":\"%s\",\"target\":\"%s\"",
			      linktype_text(c->options.linktype, name),
			      c->options.target == FILTER_SOCKET ? "socket" : "file");
		put_json_program(&c->program, s);
	}
	fputs(s->text, stdout);
	strbuf_reset(s);
	if (c->explain && !filter_explain(c->expr, &c->options, s, &error)) {
		char *memory;
		struct strbuf quoted;

		memory = text_alloc(&quoted);
		if (!memory)
			return EXIT_NOT_STARTED;
		strbuf_json_string(&quoted, s->text, s->len);
		printf(",\"explanation\":%s", memory);
		free(memory);
	}
	if (c->check) {
		const int code = filter_check_kernel(&c->program, &err);

		strbuf_reset(s);
		strbuf_json_string(s, err.text, strlen(err.text));
		printf(",\"kernel\":{\"accepted\":%s,\"reason\":%s}", code ? "false" : "true",
		       code ? s->text : "null");
	}
	return EXIT_DONE;
}

/* Takes the program of -F over. */
static int count_files(struct filter_command *c)
{
	struct packet_filter *filter = NULL;
	int status = EXIT_DONE;
	int code;

	if (!c->nr_files)
		return EXIT_DONE;
	code = c->numbers ? packet_filter_open_program(&c->program, &filter)
			  : packet_filter_open("filter", c->expr, &c->options, &filter);
	if (code)
		return code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	for (size_t i = 0; i < c->nr_files; i++) {
		int one;

		if (c->json && i)
			putchar(',');
		one = filter_count_file(c->files[i], filter, c->json);
		status = MAX_OF(status, one);
	}
	packet_filter_close(filter);
	return status;
}

static int show(struct filter_command *c)
{
	struct strbuf s;
	char *memory = text_alloc(&s);
	int status = EXIT_DONE, files;

	if (!memory)
		return EXIT_NOT_STARTED;
	if (c->json) {
		status = print_json_program(c, &s);
		fputs(",\"files\":[", stdout);
	} else {
		if (c->listing)
			status = print_listing(c, &s);
		if (c->explain && !status)
			status = print_explanation(c, &s);
		if (c->check && !status)
			status = print_check(c);
	}
	free(memory);
	files = status && !c->json ? EXIT_DONE : count_files(c);
	if (c->json)
		fputs("]}\n", stdout);
	return MAX_OF(status, files);
}

int cmd_filter(int argc, char **argv)
{
	static const struct option_set set = { .verb = "filter",
					       .letters = "+:dr:F:y:s:O",
					       .table = long_options,
					       .help = help_text,
					       .help_value = OPT_HELP,
					       .take = take_option };
	static struct filter_command c = {
		.options = { .linktype = LINKTYPE_ETHERNET, .netmask = FILTER_NETMASK_UNKNOWN },
	};
	int status;

	status = options_take(&set, argc, argv, &c);
	if (status >= 0)
		return status;
	status = finish_options(argc, argv, &c) && !load_program(&c) ? show(&c) : EXIT_USAGE;
	filter_program_free(&c.program);
	free(c.expr);
	return status;
}
