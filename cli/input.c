#include "cli/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/summary.h"
#include "pcapio/spool.h"
#include "pcapio/summary_file.h"

enum { SUMMARY_BYTES = sizeof(struct summary) + sizeof(struct summary_extra) };

struct input {
	struct source *src; /* its reader's */
	struct reader *packets;
	struct summary_reader *summaries; /* exactly one of the two is set */
	bool take_blocks;
	uint8_t current[SUMMARY_BYTES]; /* handed out */
	uint8_t ahead[SUMMARY_BYTES];   /* read, but its extra record may follow */
	size_t ahead_len;               /* 0: nothing */
};

int input_open(const char *path, struct input **ret, struct errmsg *err)
{
	return input_open_follow(path, false, ret, err);
}

static int open_source(const char *path, bool follow, struct source **ret, struct errmsg *err)
{
	int code = source_open(path, ret, err);

	if (code || !follow)
		return code;
	code = source_follow(*ret);
	if (code) {
		source_close(*ret);
		errmsg_set(err, code, "%s: cannot be followed: %s", path, strerror(-code));
	}
	return code;
}

int input_open_follow(const char *path, bool follow, struct input **ret, struct errmsg *err)
{
	struct input *in = calloc(1, sizeof(*in));
	enum reader_format format;
	struct source *src;
	int code;

	if (!in)
		return errmsg_set(err, -ENOMEM, "out of memory");
	code = open_source(path, follow, &src, err);
	if (code) {
		free(in);
		return code;
	}
	code = reader_detect(src, &format, err);
	if (code)
		source_close(src);
	else if (format == READER_SUMMARIES)
		code = summary_reader_open(src, &in->summaries, err);
	else
		code = reader_open_source(src, &in->packets, err);
	if (code) {
		free(in);
		return code;
	}
	in->src = src;
	*ret = in;
	return 0;
}

static struct frame_view summary_frame(const uint8_t *bytes, size_t len)
{
	struct summary s;

	memcpy(&s, bytes, sizeof(s));
	return (struct frame_view){ .data = bytes,
				    .ts_ns = s.ts_ns,
				    .cap_len = (uint32_t)len,
				    .wire_len = s.wire_len,
				    .ifindex = s.ifindex };
}

/* Hands out what was read ahead; `next`, if there is one, takes its place. */
static bool shift_summary(struct input *in, const struct summary_record *next,
			  struct input_item *ret)
{
	const size_t len = in->ahead_len;

	memcpy(in->current, in->ahead, len);
	in->ahead_len = 0;
	if (next) {
		memcpy(in->ahead, next->payload, sizeof(struct summary));
		in->ahead_len = sizeof(struct summary);
	}
	if (!len)
		return false;
	*ret = (struct input_item){ .frame = summary_frame(in->current, len), .is_summary = true };
	return true;
}

static int next_summary(struct input *in, struct input_item *ret, struct errmsg *err)
{
	struct summary_record rec;
	int code;

	while ((code = summary_reader_next(in->summaries, &rec, err)) > 0) {
		if (rec.type == SPOOL_SUMMARY && rec.len == sizeof(struct summary)) {
			if (shift_summary(in, &rec, ret))
				return 1;
		} else if (rec.type == SPOOL_EXTRA && rec.len == sizeof(struct summary_extra) &&
			   in->ahead_len == sizeof(struct summary)) {
			memcpy(in->ahead + in->ahead_len, rec.payload, rec.len);
			in->ahead_len += rec.len;
		}
	}
	if (code == -EAGAIN) /* its extra may still come */
		return code;
	/* The last one, also before an error, which the next call reports again. */
	return shift_summary(in, NULL, ret) ? 1 : code;
}

static int next_with_block(struct input *in, struct input_item *ret, struct errmsg *err)
{
	const int code = reader_next_any(in->packets, &ret->frame, err);
	const struct reader_block *block;

	if (code <= 0)
		return code;
	block = reader_block(in->packets);
	if (block)
		ret->block = *block;
	else
		ret->block.bytes = NULL;
	ret->is_block = code == READER_BLOCK;
	if (ret->is_block)
		ret->frame = (struct frame_view){ 0 };
	return 1;
}

int input_next(struct input *in, struct input_item *ret, struct errmsg *err)
{
	if (in->summaries)
		return next_summary(in, ret, err);
	ret->is_summary = false;
	if (in->take_blocks)
		return next_with_block(in, ret, err);
	ret->is_block = false;
	ret->block.bytes = NULL;
	return reader_next(in->packets, &ret->frame, err);
}

void input_take_blocks(struct input *in)
{
	in->take_blocks = true;
}

bool input_settle(struct input *in, struct input_item *ret)
{
	return shift_summary(in, NULL, ret);
}

void input_never_wait(struct input *in)
{
	source_never_wait(in->src);
}

int input_poll_fd(const struct input *in)
{
	return source_poll_fd(in->src);
}

const char *input_follow_ended(const struct input *in)
{
	return source_follow_ended(in->src);
}

uint64_t input_file_offset(const struct input *in)
{
	return source_file_offset(in->src);
}

const struct reader *input_reader(const struct input *in)
{
	return in->packets;
}

void input_close(struct input *in)
{
	if (!in)
		return;
	reader_close(in->packets);
	summary_reader_close(in->summaries);
	free(in);
}
