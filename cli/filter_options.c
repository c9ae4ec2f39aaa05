#include "cli/filter_options.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/units.h"
#include "core/bytes.h"
#include "core/linktype.h"
#include "core/log.h"

enum {
	LINKTYPE_NAMED_MAX = 512, /* numbers below are looked at for a name */
	RENDER_EXTRA = 1024,      /* beside the expression and its caret line */
};

bool linktype_parse(const char *text, uint16_t *ret)
{
	/* libpcap's own names, where they are not the registry's. */
	static const struct {
		const char *name;
		uint16_t linktype;
	} others[] = { { "EN10MB", LINKTYPE_ETHERNET },
		       { "IEEE802_11_RADIO", LINKTYPE_IEEE802_11_RADIOTAP } };
	uint64_t number;

	if (!parse_count(text, &number)) {
		*ret = (uint16_t)number;
		return number <= UINT16_MAX;
	}
	if (!strncasecmp(text, "LINKTYPE_", 9))
		text += 9;
	else if (!strncasecmp(text, "DLT_", 4))
		text += 4;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (!strcasecmp(text, others[i].name)) {
			*ret = others[i].linktype;
			return true;
		}
	for (unsigned i = 0; i < LINKTYPE_NAMED_MAX; i++)
		if (linktype_name((uint16_t)i) && !strcasecmp(text, linktype_name((uint16_t)i))) {
			*ret = (uint16_t)i;
			return true;
		}
	return false;
}

const char *linktype_text(uint16_t linktype, char ret[32])
{
	if (linktype_name(linktype))
		return linktype_name(linktype);
	snprintf(ret, 32, "link type %u", linktype);
	return ret;
}

char *filter_join_words(int argc, char **argv, int first)
{
	size_t len = 1;
	char *text, *p;
	int i;

	for (i = first; i < argc; i++)
		len += strlen(argv[i]) + 1;
	text = malloc(len);
	if (!text)
		return NULL;
	*text = '\0';
	for (p = text, i = first; i < argc; i++) {
		if (i > first)
			*p++ = ' ';
		p = stpcpy(p, argv[i]);
	}
	return text;
}

bool option_filter_mode(const char *verb, const char *text, struct filter_options *o)
{
	if (!strcmp(text, "extended") || !strcmp(text, "libpcap")) {
		o->extended = *text == 'e';
		return true;
	}
	log_error("%s: --filter-mode %s: it takes libpcap (the default) or extended", verb, text);
	return false;
}

bool option_netmask(const char *verb, const char *text, struct filter_options *o)
{
	struct in_addr address;
	uint64_t len;

	if (text[0] == '/' && !parse_count(text + 1, &len) && len <= 32) {
		o->netmask = len ? ~0u << (32 - len) : 0;
		return true;
	}
	/* Dotted, or one number in any base. */
	if (text[0] != '/' && inet_aton(text, &address)) {
		o->netmask = load_be32(&address.s_addr);
		return true;
	}
	log_error("%s: --netmask %s: a netmask is 255.255.255.0, 0xffffff00 or /24", verb, text);
	return false;
}

void filter_complain(const char *verb, const char *about, const char *expr,
		     const struct filter_error *e)
{
	const size_t size = 4 * strlen(expr) + sizeof(e->text) + RENDER_EXTRA;
	char *memory = malloc(size);
	struct strbuf text;

	if (!memory) {
		log_error("%s: %s: %s", verb, about, e->text);
		return;
	}
	text = strbuf_over(memory, size);
	filter_error_render(expr, e, &text);
	log_error("%s: %s:", verb, about);
	fprintf(stderr, "%s\n", memory);
	free(memory);
}
