#include "cli/filter_count.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/filter_options.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/log.h"
#include "core/strbuf.h"

enum { STRING_TEXT_MAX = 6 * READER_STRING_MAX + 3 }; /* a name in JSON */

/* Bytes are those on the wire. */
struct counts {
	uint64_t packets, bytes, matched, matched_bytes;
};

struct counting {
	struct counts all;
	struct counts *by_interface;
	size_t nr_interfaces;
};

static void counts_add(struct counts *c, const struct frame_view *f, bool matched)
{
	c->packets++;
	c->bytes += f->wire_len;
	if (matched) {
		c->matched++;
		c->matched_bytes += f->wire_len;
	}
}

static int counting_grow(struct counting *c, size_t nr)
{
	struct counts *grown = reallocarray(c->by_interface, nr, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	memset(grown + c->nr_interfaces, 0, (nr - c->nr_interfaces) * sizeof(*grown));
	c->by_interface = grown;
	c->nr_interfaces = nr;
	return 0;
}

/* 0 at the end of the file, or -errno. */
static int count_packets(struct reader *r, struct packet_filter *f, struct counting *c,
			 struct errmsg *err)
{
	struct frame_view frame;
	int code;

	while ((code = reader_next(r, &frame, err)) > 0) {
		const int matched = packet_filter_accepts(f, r, &frame);

		if (matched < 0)
			return matched;
		if (frame.ifindex >= c->nr_interfaces) {
			code = counting_grow(c, (size_t)frame.ifindex + 1);
			if (code)
				return code;
		}
		counts_add(&c->all, &frame, matched);
		counts_add(&c->by_interface[frame.ifindex], &frame, matched);
	}
	return code;
}

static void put_counts(struct strbuf *s, const struct counts *c)
{
	strbuf_printf(s, "%llu of %llu packets", (unsigned long long)c->matched,
		      (unsigned long long)c->packets);
	if (c->packets)
		strbuf_printf(s, " (%.4g %%)", 100.0 * (double)c->matched / (double)c->packets);
	strbuf_puts(s, ", ");
	format_size(s, c->matched_bytes);
	strbuf_puts(s, " of ");
	format_size(s, c->bytes);
}

static void print_text(const struct reader *r, const struct counting *c)
{
	char memory[256], name[32];
	struct strbuf s = strbuf_over(memory, sizeof(memory));

	put_counts(&s, &c->all);
	printf("%s: %s\n", reader_name(r), memory);
	for (uint32_t i = 0; c->nr_interfaces > 1 && i < c->nr_interfaces; i++) {
		const struct reader_interface *iface = reader_interface(r, i);
		char text[STRING_TEXT_MAX];
		struct strbuf quoted = strbuf_over(text, sizeof(text));

		strbuf_reset(&s);
		put_counts(&s, &c->by_interface[i]);
		/* Names come from files: nothing of theirs may speak to the terminal. */
		strbuf_json_string(&quoted, iface->name ? iface->name : "",
				   iface->name ? strlen(iface->name) : 0);
		printf("  interface %u%s%s (%s): %s\n", i, iface->name ? " " : "",
		       iface->name ? text : "", linktype_text(iface->linktype, name), memory);
	}
}

static void print_json_counts(const struct counts *c)
{
	printf("\"packets\":%llu,\"bytes\":%llu,\"matched\":%llu,\"matched_bytes\":%llu",
	       (unsigned long long)c->packets, (unsigned long long)c->bytes,
	       (unsigned long long)c->matched, (unsigned long long)c->matched_bytes);
}

static void print_string(const char *text)
{
	char memory[STRING_TEXT_MAX];
	struct strbuf s = strbuf_over(memory, sizeof(memory));

	strbuf_json_string(&s, text, strnlen(text, READER_STRING_MAX));
	fputs(memory, stdout);
}

static void print_json(const struct reader *r, const struct counting *c)
{
	fputs("{\"file\":", stdout);
	print_string(reader_name(r));
	putchar(',');
	print_json_counts(&c->all);
	fputs(",\"interfaces\":[", stdout);
	for (uint32_t i = 0; i < c->nr_interfaces; i++) {
		const struct reader_interface *iface = reader_interface(r, i);

		printf("%s{\"id\":%u,\"name\":", i ? "," : "", i);
		if (iface->name)
			print_string(iface->name);
		else
			fputs("null", stdout);
		printf(",\"linktype\":%u,", iface->linktype);
		print_json_counts(&c->by_interface[i]);
		putchar('}');
	}
	fputs("]}", stdout);
}

int filter_count_file(const char *path, struct packet_filter *f, bool json)
{
	struct counting c = { 0 };
	struct reader *r = NULL;
	struct errmsg err = { .text = "" };
	int code = reader_open(path, &r, &err);
	int status = EXIT_DONE;

	if (!code)
		code = packet_filter_prepare(f, r);
	if (code) {
		if (err.text[0])
			log_error("%s", err.text);
		if (json) {
			fputs("{\"file\":", stdout);
			print_string(path);
			fputs(",\"packets\":null}", stdout);
		}
		reader_close(r);
		return code == -EINVAL ? EXIT_USAGE : EXIT_NOT_STARTED;
	}
	code = count_packets(r, f, &c, &err);
	if (code) {
		if (err.text[0])
			log_error("%s", err.text);
		status = EXIT_EARLY;
	}
	if (json)
		print_json(r, &c);
	else
		print_text(r, &c);
	free(c.by_interface);
	reader_close(r);
	return status;
}
