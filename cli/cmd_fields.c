/* cli/cmd_fields.c -- `ringtap fields`: what there is to print and to ask for, out of the tables.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "cli/verbs.h"
#include "core/log.h"
#include "core/suggest.h"
#include "dissect/frame_fields.h"
#include "dissect/registry.h"

static const char help_text[] =
	"Usage: ringtap fields [OPTIONS] [PROTOCOL | FIELD]...\n"
	"\n"
	"Lists the fields that 'ringtap read' shows: name, type, description. With PROTOCOL (dns) "
	"its\n"
	"fields, with FIELD (dns.qry.name) that one and what its values mean.\n"
	"\n"
	"  -p, --protocols    only the protocols\n"
	"      --man          the manual page of all fields, as mandoc\n"
	"      --help         this text\n"
	"\n"
	"Example: ringtap fields tcp\n";

enum { OPT_MAN = 256, OPT_HELP };

static const struct option long_options[] = {
	{ "protocols", no_argument, NULL, 'p' },
	{ "man", no_argument, NULL, OPT_MAN },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL },
};

static const char *kind_name(const struct field_desc *fd)
{
	switch ((enum field_kind)fd->kind) {
	case FIELD_UINT:
		return "number";
	case FIELD_INT:
		return "signed";
	case FIELD_HEX:
		return "hex";
	case FIELD_FLAG:
		return "flag";
	case FIELD_ENUM:
		return "named";
	case FIELD_PORT:
		return "port";
	case FIELD_TIME:
		return "time";
	case FIELD_MAC:
		return "MAC";
	case FIELD_IPV4:
		return "IPv4";
	case FIELD_IPV6:
		return "IPv6";
	case FIELD_BYTES:
		return "bytes";
	case FIELD_TEXT:
		return "text";
	case FIELD_GROUP:
		return "heading";
	}
	return "?";
}

static void print_field(const struct field_desc *fd)
{
	printf("  %-40s %-8s %s%s%s%s\n", fd->name, kind_name(fd), fd->label,
	       fd->unit ? ", in " : "", fd->unit ? fd->unit : "",
	       fd->flags & FIELD_LIST ? " (may occur several times)" : "");
}

/* A name stands in a table once for each shape of the header. */
static bool seen_before(const struct field_desc *list, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (!strcmp(list[k].name, list[i].name))
			return true;
	return false;
}

typedef void field_fn(const struct field_desc *fd);

static void each_field(const struct field_desc *list, size_t nr, field_fn *fn)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (list[i].kind != FIELD_GROUP && !seen_before(list, i))
			fn(&list[i]);
}

static void each_of(const struct dissector *p, field_fn *fn)
{
	each_field(p->fields, p->nr_fields, fn);
	each_field(p->described, p->nr_described, fn);
}

static void print_protocol(const struct dissector *p)
{
	printf("%s: %s\n", p->name, p->title);
	each_of(p, print_field);
}

static void print_values(const struct field_desc *fd)
{
	const struct name_map *map = fd->names;

	print_field(fd);
	for (; map && map->name; map++)
		printf("    %10u  0x%04x  %s\n", map->value, map->value, map->name);
}

static void man_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
	}
}

static void man_field(const struct field_desc *fd)
{
	fputs(".It Sy ", stdout);
	man_text(fd->name);
	printf("\n%s: ", kind_name(fd));
	man_text(fd->label);
	if (fd->unit)
		printf(", in %s", fd->unit);
	putchar('\n');
}

static void print_man(const struct registry *reg)
{
	unsigned id;

	puts(".Dd November 21, 2026\n.Dt RINGTAP-FIELDS 7\n.Os\n.Sh NAME\n.Nm ringtap-fields\n"
	     ".Nd fields of packets that ringtap knows\n.Sh DESCRIPTION\n"
	     "Made from the tables of the dissectors.\nNames are those of Wireshark.\n"
	     "They are the keys of\n.Cm ringtap read --json ,\nthe arguments of its\n.Fl e ,\n"
	     "and the names in its tree.");
	puts(".Ss frame: the packet itself\n.Bl -tag -width Ds -compact");
	each_field(frame_fields, nr_frame_fields, man_field);
	puts(".El");
	for (id = 0; id < PROTO_ID_MAX; id++) {
		const struct dissector *p = reg->by_id[id];

		if (!p || (!p->nr_fields && !p->nr_described))
			continue;
		printf(".Ss %s: ", p->name);
		man_text(p->title);
		puts("\n.Bl -tag -width Ds -compact");
		each_of(p, man_field);
		puts(".El");
	}
	puts(".Sh SEE ALSO\n.Xr ringtap-fields 1 ,\n.Xr ringtap-read 1");
}

static void print_all(const struct registry *reg, bool protocols)
{
	unsigned id;

	if (!protocols) {
		puts("frame: the packet itself");
		each_field(frame_fields, nr_frame_fields, print_field);
	}
	for (id = 0; id < PROTO_ID_MAX; id++) {
		const struct dissector *p = reg->by_id[id];

		if (p && protocols)
			printf("%-16s %s\n", p->name, p->title);
		else if (p)
			print_protocol(p);
	}
}

static bool print_named(const struct registry *reg, const char *name)
{
	const struct dissector *p = registry_by_name(reg, name);
	const struct field_desc *fd = registry_field(reg, name, NULL);
	const char *names[PROTO_ID_MAX], *meant;
	size_t i, nr = 0;

	if (p)
		print_protocol(p);
	else if (fd)
		print_values(fd);
	else if (!strcmp(name, "frame"))
		each_field(frame_fields, nr_frame_fields, print_field);
	if (p || fd || !strcmp(name, "frame"))
		return true;
	for (i = 0; i < PROTO_ID_MAX; i++)
		if (reg->by_id[i])
			names[nr++] = reg->by_id[i]->name;
	meant = suggest(name, names, nr);
	log_error("fields: %s: no such protocol or field%s%s%s", name,
		  meant ? "; did you mean '" : "; 'ringtap fields -p' lists the protocols",
		  meant ? meant : "", meant ? "'?" : "");
	return false;
}

int cmd_fields(int argc, char **argv)
{
	bool protocols = false, man = false, good = true;
	struct registry *reg;
	struct errmsg err;
	int opt;

	opterr = 0;
	optind = 1;
	while ((opt = getopt_long(argc, argv, ":p", long_options, NULL)) != -1)
		switch (opt) {
		case 'p':
			protocols = true;
			break;
		case OPT_MAN:
			man = true;
			break;
		case OPT_HELP:
			fputs(help_text, stdout);
			return EXIT_DONE;
		default:
			return option_error("fields", argc, argv, opt, long_options);
		}
	if (registry_init(&reg, &err)) {
		log_error("%s", err.text);
		return EXIT_NOT_STARTED;
	}
	if (man)
		print_man(reg);
	else if (optind == argc)
		print_all(reg, protocols);
	for (; !man && optind < argc; optind++)
		good &= print_named(reg, argv[optind]);
	registry_free(reg);
	return good ? EXIT_DONE : EXIT_USAGE;
}
