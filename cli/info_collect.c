#include "cli/info_collect.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/info_pcapng.h"
#include "cli/info_text.h"
#include "cli/read_watch.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/source.h"

enum { LOOK_PACKETS = 1 << 12 /* between two looks at signals and the clock */ };

/* What the reader has learnt of interfaces since the last call. */
static int sync_interfaces(struct info *in)
{
	const size_t nr = reader_nr_interfaces(in->reader);

	if (nr > in->interfaces_size) {
		const size_t size = MAX_OF(nr, in->interfaces_size * 2);
		struct info_interface *grown =
			reallocarray(in->interfaces, size, sizeof(*in->interfaces));

		if (!grown)
			return -ENOMEM;
		memset(grown + in->interfaces_size, 0,
		       (size - in->interfaces_size) * sizeof(*grown));
		in->interfaces = grown;
		in->interfaces_size = size;
	}
	in->nr_interfaces = nr;
	return 0;
}

static inline void count_time(struct info *in, struct info_interface *i, uint64_t ts_ns)
{
	info_times_add(&in->times, ts_ns);
	if (!i->timed++)
		i->first_ns = i->last_ns = ts_ns;
	else if (ts_ns > i->last_ns)
		i->last_ns = ts_ns;
	else if (ts_ns < i->first_ns)
		i->first_ns = ts_ns;
}

static inline void count_packet(struct info *in, const struct frame_view *f,
				const struct reader_block *b)
{
	struct info_interface *i = &in->interfaces[f->ifindex];

	i->packets++;
	i->cap_bytes += f->cap_len;
	i->wire_bytes += f->wire_len;
	i->truncated += f->cap_len < f->wire_len;
	in->packets++;
	in->cap_max = MAX_OF(in->cap_max, f->cap_len);
	if (!b || b->type != PCAPNG_SPB)
		count_time(in, i, f->ts_ns);
}

/* Nothing is there yet: waits. False: a signal has come. */
static bool wait_for(struct source *src)
{
	struct pollfd fd = { .fd = source_poll_fd(src), .events = POLLIN };

	return poll(&fd, 1, -1) >= 0 || (errno == EINTR && !read_watch_interrupted());
}

static int take_item(struct info *in, int item, const struct frame_view *frame)
{
	const struct reader_block *b = reader_block(in->reader);
	int code = 0;

	if (item == READER_BLOCK && b->type == PCAPNG_IDB)
		code = sync_interfaces(in);
	if (item == READER_FRAME)
		count_packet(in, frame, b);
	if (!code && b)
		code = info_block(in, b);
	return code;
}

static void look_around(struct info *in, const struct source *src, struct read_watch *watch)
{
	if (read_watch_interrupted())
		in->interrupted = true;
	if (read_watch_due(watch, 0))
		read_watch_show("info", source_file_offset(src), in->size, in->packets);
}

static void read_all(struct info *in, struct source *src)
{
	struct read_watch watch;
	struct frame_view frame;
	uint64_t items = 0;
	int code;

	read_watch_begin(&watch);
	watch.wanted = isatty(STDERR_FILENO);
	while (!in->interrupted) {
		code = reader_next_any(in->reader, &frame, &in->failure_text);
		if (code == -EAGAIN) {
			in->interrupted = !wait_for(src);
			continue;
		}
		if (code < 0)
			in->failure = code;
		if (code <= 0)
			break;
		if (take_item(in, code, &frame)) {
			in->failure = errmsg_set(&in->failure_text, -ENOMEM, "%s: out of memory",
						 in->path);
			break;
		}
		in->read = reader_offset(in->reader) + reader_item_size(in->reader);
		if (++items % LOOK_PACKETS == 0)
			look_around(in, src, &watch);
	}
	read_watch_end(&watch);
}

static void sum_up(struct info *in)
{
	for (size_t i = 0; i < in->nr_interfaces; i++) {
		in->cap_bytes += in->interfaces[i].cap_bytes;
		in->wire_bytes += in->interfaces[i].wire_bytes;
		in->truncated += in->interfaces[i].truncated;
	}
	for (uint32_t i = 0; in->reader && i < reader_nr_interfaces(in->reader); i++)
		in->times_cut += reader_interface(in->reader, i)->times_cut;
}

int info_collect(const char *path, const struct info_options *o, struct info *in,
		 struct errmsg *err)
{
	struct source *src;
	int code;

	*in = (struct info){ .o = o, .path = path };
	in->size_known = regular_file_size(path, &in->size);
	code = source_open(path, &src, err);
	if (code)
		return code;
	code = reader_open_source(src, &in->reader, err);
	if (code)
		return code;
	source_never_wait(src);
	in->codec = source_codec(src);
	info_times_begin(&in->times, o->gap_given ? o->gap_ns : 0);
	in->comments = calloc(MAX_OF(o->comments_max, 1), sizeof(*in->comments));
	if (!in->comments || sync_interfaces(in)) {
		info_free(in);
		return errmsg_set(err, -ENOMEM, "%s: out of memory", path);
	}
	read_all(in, src);
	sum_up(in);
	return 0;
}

void info_free(struct info *in)
{
	for (size_t i = 0; in->comments && i < in->nr_comments_kept; i++)
		free(in->comments[i].text);
	free(in->comments);
	free(in->interfaces);
	info_drops_free(&in->drops);
	reader_close(in->reader);
}
