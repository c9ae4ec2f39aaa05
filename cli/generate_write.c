#include "cli/generate_write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/pace.h"
#include "cli/out_report.h"
#include "cli/read_watch.h"
#include "cli/units.h"
#include "cli/verbs.h"
#include "core/clock.h"
#include "core/linktype.h"
#include "core/log.h"
#include "dissect/registry.h"
#include "dissect/render.h"
#include "pcapio/pcap_format.h"

/* 2000-01-01 00:00:00 UTC: the same file whenever it is made. */
#define START_NS (946684800 * NS_PER_SEC)
/* Behind it: 500 years, less than what 64 bits of nanoseconds end with. */
#define TIME_MAX_NS (500 * 365.0 * 86400 * (double)NS_PER_SEC)

struct writing {
	const struct generate_options *o;
	const struct craft *craft;
	struct packet_out_options out;
	struct packet_out *packets;
	struct reader *reader; /* a file without packets: it describes the interface */
	uint8_t *frame;
	uint64_t frames, bytes;
	bool interrupted;
};

static int open_reader(struct writing *w, struct errmsg *err)
{
	static uint8_t header[PCAP_FILE_HEADER];

	pcap_put_file_header(header, true, SNAPLEN_MAX, LINKTYPE_ETHERNET);
	return reader_open_memory(header, sizeof(header), &w->reader, err);
}

static int write_frame(struct writing *w, uint64_t index, struct pace *pace, struct errmsg *err)
{
	/* The time of a frame does not depend on its own length, only on those before. */
	struct frame_view f = { .data = w->frame, .linktype = LINKTYPE_ETHERNET };
	struct pace next = *pace;

	if (pace->ahead_ns > TIME_MAX_NS)
		return errmsg_set(err, -ERANGE,
				  "frame %" PRIu64 " is later than 2500: give a higher rate, or "
				  "fewer frames",
				  index + 1);
	f.ts_ns = pace_next(&next, 0, 0);
	if (w->o->duration_ns && f.ts_ns - START_NS >= w->o->duration_ns)
		return 0;
	f.cap_len = craft_frame(w->craft, index, f.ts_ns, w->frame, CRAFT_FRAME_MAX);
	f.wire_len = f.cap_len;
	(void)pace_next(pace, 0, f.cap_len);
	w->frames++;
	w->bytes += f.cap_len;
	return packet_out_add(w->packets, 0, w->reader, &f, NULL, err) ?: 1;
}

static void show(struct writing *w, struct read_watch *watch)
{
	const double total = (double)w->o->count * craft_frame_mean(w->craft);

	if (read_watch_due(watch, w->frames))
		read_watch_show("generate", w->bytes,
				!w->o->duration_ns && total < 1e18 ? (uint64_t)total : 0,
				w->frames);
}

static int write_all(struct writing *w, struct errmsg *err)
{
	struct read_watch watch;
	struct pace pace;
	int more = 1;

	pace_begin(&pace, &w->o->send.pace, START_NS);
	read_watch_begin(&watch);
	for (uint64_t i = 0; more > 0 && (!w->o->count || i < w->o->count); i++) {
		more = write_frame(w, i, &pace, err);
		show(w, &watch);
		w->interrupted = read_watch_interrupted();
		if (w->interrupted)
			break;
	}
	read_watch_end(&watch);
	return MIN_OF(more, 0);
}

static void report(const struct writing *w)
{
	char text[4096 + 512];
	struct strbuf s = strbuf_over(text, sizeof(text));
	const char *path = strcmp(w->out.path, "-") ? w->out.path : "standard output";

	if (w->o->send.json) {
		strbuf_puts(&s, "{\"output\":");
		strbuf_json_string(&s, w->out.path, strlen(w->out.path));
		strbuf_printf(&s,
			      ",\"format\":\"%s\",\"written\":%" PRIu64 ",\"bytes\":%" PRIu64
			      ",\"seed\":%" PRIu64 ",\"period\":%" PRIu64 ",\"interrupted\":%s}\n",
			      out_format_name(w->out.format), w->frames, w->bytes, w->o->craft.seed,
			      craft_period(w->craft), w->interrupted ? "true" : "false");
		out_report_print(&w->out, &s);
		return;
	}
	format_size(&s, w->bytes);
	if (!w->o->send.quiet)
		log_note("generate: %" PRIu64 " frames (%s) written to %s%s", w->frames, text, path,
			 w->interrupted ? "; interrupted" : "");
}

int generate_write(const struct generate_options *o, const struct craft *craft)
{
	struct writing w = { .o = o, .craft = craft };
	struct errmsg err = { .text = "" };
	bool is_new;
	int code, status;

	if (!out_options_finish("generate", &o->out, NULL, 0, &w.out))
		return EXIT_USAGE;
	is_new = out_is_new(&w.out);
	w.out.nr_inputs = 1; /* packet_out counts interfaces by input */
	w.out.inputs = (const char *const[]){ "/dev/null" };
	w.frame = malloc(CRAFT_FRAME_MAX);
	code = w.frame ? open_reader(&w, &err) : errmsg_set(&err, -ENOMEM, "out of memory");
	read_watch_signals(); /* from here on a file may have to be ended */
	if (!code)
		code = packet_out_open(&w.out, &w.packets, &err);
	if (code) {
		log_error("generate: %s", err.text);
		status = EXIT_NOT_STARTED;
	} else {
		code = packet_out_describe(w.packets, 0, w.reader, &err);
		if (!code)
			code = write_all(&w, &err);
		status = out_end(&w.out, w.packets, is_new, code, &err, false);
	}
	if (!code && status == EXIT_DONE) {
		report(&w);
		status = w.interrupted ? EXIT_EARLY : EXIT_DONE;
	}
	reader_close(w.reader);
	free(w.frame);
	return status;
}

/* ---- --print ---- */

struct printing {
	const struct registry *registry;
	char *text;
	uint8_t *frame;
};

enum { PRINT_SIZE = 1 << 20 };

static bool print_frame(const struct printing *p, const struct craft *craft, uint64_t index)
{
	static const struct render_options render = { .numeric = true };
	struct frame_view f = { .data = p->frame,
				.ts_ns = START_NS,
				.linktype = LINKTYPE_ETHERNET };
	struct strbuf s = strbuf_over(p->text, PRINT_SIZE);
	struct dissection d;

	f.cap_len = craft_frame(craft, index, START_NS, p->frame, CRAFT_FRAME_MAX);
	f.wire_len = f.cap_len;
	dissect_frame(p->registry, &f, &d);
	strbuf_printf(&s, "%sframe %" PRIu64 ", %" PRIu32 " bytes: ", index ? "\n" : "", index + 1,
		      f.cap_len);
	render_line(p->registry, &d, &render, &s);
	strbuf_putc(&s, '\n');
	render_tree(p->registry, &d, &render, &s);
	render_hex(f.data, f.cap_len, true, &s);
	return fwrite(s.text, 1, s.len, stdout) == s.len;
}

int generate_print(const struct generate_options *o, const struct craft *craft)
{
	struct printing p = { .text = malloc(PRINT_SIZE), .frame = malloc(CRAFT_FRAME_MAX) };
	struct registry *registry = NULL;
	struct errmsg err = { .text = "out of memory" };
	const int code = p.text && p.frame ? registry_init(&registry, &err) : -ENOMEM;
	bool ok = true, unread;

	p.registry = registry;
	read_watch_signals();
	for (uint64_t i = 0; !code && ok && i < o->print && !read_watch_interrupted(); i++)
		ok = print_frame(&p, craft, i);
	ok &= !fflush(stdout);
	unread = !ok && errno == EPIPE;
	if (code)
		log_error("generate: %s", err.text);
	else if (!ok && !unread)
		log_error("generate: standard output: %s", strerror(errno));
	registry_free(registry);
	free(p.text);
	free(p.frame);
	if (code)
		return EXIT_NOT_STARTED;
	return (ok || unread) && !read_watch_interrupted() ? EXIT_DONE : EXIT_EARLY;
}
