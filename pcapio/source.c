#include "pcapio/source.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/bytes.h"
#include "pcapio/source_decode.h"
#include "pcapio/source_frames.h"

enum {
	/* One read(2): large enough to make the call cheap, small enough to stay in the cache. */
	SOURCE_CHUNK = 256 << 10,
	MEMORY_CHUNK = 4 << 10, /* memory is often small */
	/* A large file comes from the disk, where fewer and larger reads cost half as much. */
	LARGE_CHUNK = 1 << 20,
	LARGE_FILE = 64 << 20,
};

struct source {
	char *name;
	struct source_input in;
	struct source_decoder dec;
	uint8_t *owned;      /* the buffer; NULL when the bytes are the caller's */
	const uint8_t *data; /* owned, or the caller's memory */
	size_t pos, len, size;
	size_t chunk;  /* bytes of one read */
	size_t soft;   /* of a file that is followed: zeros at the end that are not sure */
	uint64_t base; /* offset in the content of data[0] */
	bool is_stdin;
	bool known; /* whether it is compressed */
	bool at_end;
	struct source_frame *frames; /* once they were asked for */
	size_t nr_frames;
	struct frame_content *contents; /* the same */
	int failure;                    /* sticky */
	struct errmsg failure_text;
};

static int source_new(const char *name, int fd, struct source **ret)
{
	struct source *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->name = strdup(name);
	if (!s->name) {
		free(s);
		return -ENOMEM;
	}
	source_input_init(&s->in, fd);
	s->chunk = fd < 0 ? MEMORY_CHUNK : SOURCE_CHUNK;
	if (s->in.is_file && s->in.size >= LARGE_FILE)
		s->chunk = LARGE_CHUNK;
	*ret = s;
	return 0;
}

static int open_path(const char *path, struct errmsg *err)
{
	struct stat st;
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return errmsg_set(err, -errno, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		return errmsg_set(err, -EISDIR, "%s: is a directory", path);
	}
	return fd;
}

int source_open(const char *path, struct source **ret, struct errmsg *err)
{
	const bool is_stdin = strcmp(path, "-") == 0;
	const int fd = is_stdin ? STDIN_FILENO : open_path(path, err);

	if (fd < 0)
		return fd;
	if (source_new(is_stdin ? "standard input" : path, fd, ret)) {
		if (!is_stdin)
			close(fd);
		return errmsg_set(err, -ENOMEM, "%s: out of memory", path);
	}
	(*ret)->is_stdin = is_stdin;
	return 0;
}

int source_open_memory(const char *name, const void *data, size_t len, struct source **ret)
{
	const enum codec codec = codec_detect(data, len);
	struct source *s;
	int code = source_new(name, -1, &s);

	if (code)
		return code;
	s->known = true;
	s->in.memory = data;
	s->in.memory_len = len;
	if (codec == CODEC_NONE) {
		s->data = len ? data : (const void *)"";
		s->len = len;
		s->at_end = true;
	} else {
		code = source_decoder_begin(&s->dec, codec, &s->in, NULL, 0, 0);
	}
	if (code)
		source_close(s);
	else
		*ret = s;
	return code;
}

/*
 * Room behind what is there, which moves to the front. A buffer that is full of what is asked for
 * grows, but only as bytes arrive: who claims a large packet in a small file costs nothing.
 */
static int source_make_room(struct source *s, size_t len)
{
	size_t size = s->size ? s->size : s->chunk;
	uint8_t *grown;

	if (s->pos) {
		memmove(s->owned, s->owned + s->pos, s->len - s->pos);
		s->base += s->pos;
		s->len -= s->pos;
		s->pos = 0;
	}
	if (s->len == size)
		size = MIN_OF(size * 2, align_up(len, s->chunk));
	if (size == s->size)
		return 0;
	grown = realloc(s->owned, size);
	if (!grown)
		return -ENOMEM;
	s->owned = grown;
	s->data = grown;
	s->size = size;
	return 0;
}

/* By what was read first: plain bytes stay where they are, compressed ones are the decoder's. */
static int source_begin_content(struct source *s)
{
	const enum codec codec = codec_detect(s->owned, s->len);
	int code;

	s->known = true;
	if (codec == CODEC_NONE)
		return 0;
	code = source_decoder_begin(&s->dec, codec, &s->in, s->owned, s->len - s->soft, s->size);
	if (code)
		return errmsg_set(&s->failure_text, code, "out of memory");
	s->owned = NULL;
	s->len = s->size = s->soft = 0;
	s->at_end = false;
	return source_make_room(s, 1);
}

/* Of a file that is followed: bytes at the buffer's end that are read again. */
static size_t take_soft(struct source *s)
{
	const size_t soft = MIN_OF(s->soft, s->len - s->pos);

	s->in.offset += s->soft - soft;
	s->soft = soft;
	return soft;
}

/* One read, or one piece of content. */
static int source_more(struct source *s)
{
	const size_t soft = take_soft(s);
	uint8_t *to = s->owned + s->len - soft;
	const size_t room = s->size - s->len + soft;
	const ssize_t n = s->dec.d ? source_decode(&s->dec, to, room, &s->failure_text)
				   : source_input_read(&s->in, to, room, &s->failure_text);

	if (n < 0)
		return (int)n;
	s->at_end = n == 0;
	if (n > 0 && !s->dec.d) {
		s->soft = s->in.follow.soft;
		s->len += s->soft - soft;
	}
	s->len += (size_t)n;
	if (!s->known && (s->len >= CODEC_MAGIC_LEN || s->at_end))
		return source_begin_content(s);
	return 0;
}

static int source_fill(struct source *s, size_t len)
{
	int code = s->failure;

	while (!code && s->len - s->pos < len && !s->at_end) {
		if (s->size - s->pos < len || s->len == s->size) {
			code = source_make_room(s, len);
			if (code) {
				errmsg_set(&s->failure_text, code, "out of memory");
				break;
			}
		}
		code = source_more(s);
	}
	if (code != -EAGAIN)
		s->failure = code;
	return code;
}

int source_peek(struct source *s, size_t len, const uint8_t **ret, size_t *ret_len)
{
	if (s->len - s->pos < len && !s->at_end) {
		const int code = source_fill(s, len);

		if (code)
			return code;
	}
	*ret = s->data + s->pos;
	*ret_len = s->len - s->pos < len ? s->len - s->pos : len;
	return 0;
}

void source_consume(struct source *s, size_t len)
{
	assert(len <= s->len - s->pos);
	s->pos += len;
}

uint64_t source_offset(const struct source *s)
{
	return s->base + s->pos;
}

uint64_t source_file_offset(const struct source *s)
{
	return s->dec.d ? source_decoder_offset(&s->dec) : source_offset(s);
}

enum codec source_codec(const struct source *s)
{
	return s->dec.codec;
}

const char *source_failure(const struct source *s)
{
	return s->failure_text.text;
}

void source_set_chunk(struct source *s, size_t bytes)
{
	s->chunk = bytes;
}

void source_never_wait(struct source *s)
{
	s->in.never_wait = true;
}

int source_poll_fd(const struct source *s)
{
	if (s->in.follow.timer >= 0)
		return s->in.follow.timer;
	return s->in.is_file ? -1 : s->in.fd;
}

int source_follow(struct source *s)
{
	return source_follow_begin(&s->in, s->is_stdin ? NULL : s->name);
}

const char *source_follow_ended(const struct source *s)
{
	return s->in.follow.ended;
}

int source_frames(struct source *s, const struct source_frame **ret, size_t *ret_nr)
{
	int code = 0;

	if (s->dec.codec != CODEC_ZSTD || s->in.follow.timer >= 0)
		return -ESPIPE;
	if (!s->frames)
		code = source_frames_load(&s->in, &s->frames, &s->nr_frames);
	if (code)
		return code;
	*ret = s->frames;
	*ret_nr = s->nr_frames;
	return 0;
}

int source_frame_contents(struct source *s, const struct frame_content **ret)
{
	const struct source_frame *frames;
	size_t nr;
	int code = source_frames(s, &frames, &nr);

	if (!code && !s->contents)
		code = source_frames_load_contents(&s->in, frames, nr, &s->contents);
	if (!code)
		*ret = s->contents;
	return code;
}

/* Nothing is looked at yet; the next byte of the input is this one of the content. */
static void start_at(struct source *s, uint64_t offset)
{
	s->base = offset;
	s->pos = s->len = s->soft = 0;
	s->at_end = false;
}

/* Where all bytes are the file's own. */
static int seek_plain(struct source *s, uint64_t offset)
{
	struct stat st;

	if (!s->in.is_file)
		return -ESPIPE;
	if (fstat(s->in.fd, &st))
		return -errno;
	start_at(s,
		 MIN_OF(offset, (uint64_t)st.st_size - MIN_OF(s->in.start, (uint64_t)st.st_size)));
	s->in.offset = s->base;
	return 0;
}

/* From the start of a frame on everything is decompressed and passed over. */
static int seek_frames(struct source *s, uint64_t offset)
{
	const struct source_frame *frames = NULL;
	const uint8_t *p;
	size_t nr, have;
	int code = source_frames(s, &frames, &nr);

	if (code || !frames)
		return code ? code : -ESPIPE;
	frames += source_frames_find(frames, nr, offset);
	code = source_decoder_restart(&s->dec, frames->file_offset);
	if (code)
		return code;
	start_at(s, frames->offset);
	while (!code && s->base + s->pos < offset) {
		code = source_peek(s, 1, &p, &have);
		if (!code && !have)
			break;
		if (!code)
			source_consume(s, (size_t)MIN_OF((uint64_t)(s->len - s->pos),
							 offset - s->base - s->pos));
	}
	return code;
}

int source_seek(struct source *s, uint64_t offset)
{
	if (s->failure)
		return s->failure;
	if (!s->known)
		return -ESPIPE;
	if (offset >= s->base && offset - s->base <= s->len) {
		s->pos = (size_t)(offset - s->base);
		return 0;
	}
	if (s->dec.d)
		return seek_frames(s, offset);
	if (s->in.fd < 0) {
		s->pos = s->len;
		return 0;
	}
	return seek_plain(s, offset);
}

uint64_t source_frame_offset(const struct source *s)
{
	return s->dec.d ? source_decoder_frame_offset(&s->dec) : 0;
}

uint64_t source_file_size(const struct source *s)
{
	return s->in.fd < 0 ? s->in.memory_len : s->in.size - MIN_OF(s->in.start, s->in.size);
}

ssize_t source_pread(const struct source *s, void *to, size_t len, uint64_t file_offset)
{
	ssize_t n;

	if (s->in.fd < 0) {
		const uint64_t from = MIN_OF(file_offset, (uint64_t)s->in.memory_len);

		len = MIN_OF(len, s->in.memory_len - (size_t)from);
		if (len)
			memcpy(to, s->in.memory + from, len);
		return (ssize_t)len;
	}
	if (!s->in.is_file)
		return -ESPIPE;
	n = pread(s->in.fd, to, len, (off_t)(s->in.start + file_offset));
	return n < 0 ? -errno : n;
}

/* From the next byte on the content is what a decompressor makes of the file. */
static int begin_decoding(struct source *s, enum codec codec)
{
	uint8_t *raw = s->in.fd < 0 ? NULL : malloc(s->chunk);
	int code;

	if (!raw && s->in.fd >= 0)
		return -ENOMEM;
	code = source_decoder_begin(&s->dec, codec, &s->in, raw, 0, s->chunk);
	if (code)
		free(raw);
	return code;
}

int source_restart(struct source *s, enum codec codec, uint64_t file_offset)
{
	const uint64_t offset = source_offset(s);
	int code = s->in.fd >= 0 && !s->in.is_file ? -ESPIPE : 0;

	if (!code && !s->dec.d)
		code = begin_decoding(s, codec);
	if (!code)
		code = source_decoder_restart(&s->dec, file_offset);
	if (code)
		return code;
	start_at(s, offset);
	s->known = true;
	s->failure = 0;
	return 0;
}

const char *source_name(const struct source *s)
{
	return s->name;
}

void source_close(struct source *s)
{
	if (!s)
		return;
	source_decoder_close(&s->dec);
	source_input_close(&s->in);
	free(s->frames);
	free(s->contents);
	free(s->owned);
	free(s->name);
	free(s);
}
