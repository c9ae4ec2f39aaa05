/* The content of files, pipes and memory: plain, compressed in four ways, and damaged. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "core/bytes.h"
#include "pcapio/source.h"

enum {
	PACKED_MAX = 16 << 10,
	CONTENT_MAX = 8 << 10,
	CONTENT = 600, /* of one frame */
};

struct bytes {
	size_t len;
	uint8_t at[PACKED_MAX];
};

static const enum codec codecs[] = { CODEC_GZIP, CODEC_ZSTD, CODEC_LZ4, CODEC_XZ };

/* Neither all the same nor incompressible. */
static void make_content(uint8_t *p, size_t len)
{
	uint32_t x = 1;

	for (size_t i = 0; i < len; i++) {
		x = x * 1103515245 + 12345;
		p[i] = i % 7 < 4 ? (uint8_t)i : (uint8_t)(x >> 16);
	}
}

static void pack_gzip(struct bytes *b, const uint8_t *data, size_t len)
{
	z_stream z = { .next_in = (z_const Bytef *)data,
		       .avail_in = (uInt)len,
		       .next_out = b->at + b->len,
		       .avail_out = (uInt)(PACKED_MAX - b->len) };

	cr_assert_eq(deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	b->len += z.total_out;
	deflateEnd(&z);
}

static void pack_zstd(struct bytes *b, const uint8_t *data, size_t len)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	size_t n;

	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
	n = ZSTD_compress2(c, b->at + b->len, PACKED_MAX - b->len, data, len);
	cr_assert_not(ZSTD_isError(n));
	b->len += n;
	ZSTD_freeCCtx(c);
}

static void pack_lz4(struct bytes *b, const uint8_t *data, size_t len)
{
	const LZ4F_preferences_t p = { .frameInfo = {
					       .contentChecksumFlag = LZ4F_contentChecksumEnabled,
					       .blockChecksumFlag = LZ4F_blockChecksumEnabled } };
	const size_t n = LZ4F_compressFrame(b->at + b->len, PACKED_MAX - b->len, data, len, &p);

	cr_assert_not(LZ4F_isError(n));
	b->len += n;
}

static void pack_xz(struct bytes *b, const uint8_t *data, size_t len)
{
	cr_assert_eq(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, data, len, b->at, &b->len,
					     PACKED_MAX),
		     LZMA_OK);
}

/* One more frame. */
static void pack(struct bytes *b, enum codec c, const uint8_t *data, size_t len)
{
	switch (c) {
	case CODEC_GZIP:
		return pack_gzip(b, data, len);
	case CODEC_ZSTD:
		return pack_zstd(b, data, len);
	case CODEC_LZ4:
		return pack_lz4(b, data, len);
	default:
		return pack_xz(b, data, len);
	}
}

static void put(struct bytes *b, const void *data, size_t len)
{
	cr_assert_leq(len, PACKED_MAX - b->len);
	memcpy(b->at + b->len, data, len);
	b->len += len;
}

struct outcome {
	int code;
	size_t len;
	uint8_t at[CONTENT_MAX];
	char text[512];
};

/* Takes up to 13 bytes a time, then byte by byte, until there are none or it fails. */
static void drain(struct source *s, struct outcome *o)
{
	const uint8_t *p;
	size_t have, step = 13;

	for (;;) {
		o->code = source_peek(s, step, &p, &have);
		if (o->code && o->code != -EAGAIN && step > 1) {
			step = 1; /* what is there comes first */
			continue;
		}
		if (o->code || !have)
			break;
		cr_assert_leq(o->len + have, CONTENT_MAX);
		memcpy(o->at + o->len, p, have);
		o->len += have;
		source_consume(s, have);
		cr_assert_eq(source_offset(s), o->len);
	}
	if (o->code && o->code != -EAGAIN)
		snprintf(o->text, sizeof(o->text), "%s", source_failure(s));
}

static struct outcome unpack(const uint8_t *data, size_t len)
{
	struct outcome o = { 0 };
	struct source *s;

	cr_assert_eq(source_open_memory("memory", data, len, &s), 0);
	drain(s, &o);
	source_close(s);
	return o;
}

static void expect_content(const struct outcome *o, enum codec c, const uint8_t *content,
			   size_t len)
{
	cr_expect_eq(o->code, 0, "%s: %d %s", codec_name(c), o->code, o->text);
	cr_expect_eq(o->len, len, "%s: %zu bytes", codec_name(c), o->len);
	cr_expect_eq(memcmp(o->at, content, MIN_OF(len, o->len)), 0, "%s", codec_name(c));
}

/* Two frames, with what is allowed between and behind them. */
static void pack_two(struct bytes *b, enum codec c, const uint8_t *content)
{
	static const uint8_t skippable[] = { 0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c' };
	const bool padded = c == CODEC_GZIP || c == CODEC_XZ;

	b->len = 0;
	pack(b, c, content, CONTENT);
	if (!padded)
		put(b, skippable, sizeof(skippable));
	pack(b, c, content, 0); /* an empty one */
	pack(b, c, content + CONTENT, CONTENT);
	if (padded)
		put(b, (const uint8_t[8]){ 0 }, 8);
	else
		put(b, skippable, sizeof(skippable));
}

Test(source, every_codec_and_several_frames)
{
	uint8_t content[2 * CONTENT];
	static struct bytes b;

	make_content(content, sizeof(content));
	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++) {
		struct outcome o;

		pack_two(&b, codecs[i], content);
		cr_expect_eq(codec_detect(b.at, b.len), codecs[i]);
		o = unpack(b.at, b.len);
		expect_content(&o, codecs[i], content, sizeof(content));
	}
}

Test(source, a_file_that_begins_with_a_skippable_frame)
{
	static const uint8_t skippable[] = { 0x5e, 0x2a, 0x4d, 0x18, 0, 0, 0, 0 };
	static struct bytes b;
	uint8_t content[CONTENT];
	struct outcome o;

	make_content(content, sizeof(content));
	put(&b, skippable, sizeof(skippable));
	pack_zstd(&b, content, sizeof(content));
	o = unpack(b.at, b.len);
	expect_content(&o, CODEC_ZSTD, content, sizeof(content));
}

/* A pipe that has brought this much and no more; then the rest. */
Test(source, resumes_at_every_byte_of_a_pipe)
{
	uint8_t content[2 * CONTENT];
	static struct bytes b;

	make_content(content, sizeof(content));
	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++) {
		pack_two(&b, codecs[i], content);
		for (size_t cut = 0; cut < b.len; cut++) {
			struct outcome o = { 0 };
			struct errmsg err;
			struct source *s;
			char path[64];
			int fds[2];

			cr_assert_eq(pipe(fds), 0);
			snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
			cr_assert_eq(source_open(path, &s, &err), 0, "%s", err.text);
			source_never_wait(s);
			cr_assert_geq(source_poll_fd(s), 0);
			cr_assert_eq(write(fds[1], b.at, cut), (ssize_t)cut);
			drain(s, &o);
			cr_assert_eq(o.code, -EAGAIN, "%s cut at %zu", codec_name(codecs[i]), cut);
			cr_assert_eq(write(fds[1], b.at + cut, b.len - cut),
				     (ssize_t)(b.len - cut));
			close(fds[1]);
			drain(s, &o);
			expect_content(&o, codecs[i], content, sizeof(content));
			source_close(s);
			close(fds[0]);
		}
	}
}

Test(source, cut_at_every_byte)
{
	static const size_t shortest[CODEC_NR] = {
		[CODEC_GZIP] = 2, [CODEC_ZSTD] = 4, [CODEC_LZ4] = 4, [CODEC_XZ] = 6
	};
	uint8_t content[CONTENT];
	static struct bytes b;

	make_content(content, sizeof(content));
	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++) {
		b.len = 0;
		pack(&b, codecs[i], content, sizeof(content));
		for (size_t cut = shortest[codecs[i]]; cut < b.len; cut++) {
			const struct outcome o = unpack(b.at, cut);

			cr_expect_eq(o.code, -ENODATA, "%s cut at %zu: %d %s",
				     codec_name(codecs[i]), cut, o.code, o.text);
			cr_expect(strstr(o.text, "ends early") &&
				  strstr(o.text, codec_name(codecs[i])));
			cr_expect_leq(o.len, sizeof(content));
			cr_expect_eq(memcmp(o.at, content, o.len), 0);
		}
	}
}

/* Whatever byte is wrong: it is said, or it did not matter. */
Test(source, damaged_at_every_byte)
{
	uint8_t content[CONTENT];
	static struct bytes b;
	size_t refused = 0;

	make_content(content, sizeof(content));
	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++) {
		b.len = 0;
		pack(&b, codecs[i], content, sizeof(content));
		for (size_t at = 6; at < b.len; at++) {
			struct outcome o;

			b.at[at] ^= 0x41;
			o = unpack(b.at, b.len);
			b.at[at] ^= 0x41;
			if (!o.code)
				expect_content(&o, codecs[i], content, sizeof(content));
			else
				cr_expect(o.text[0], "%s at %zu", codec_name(codecs[i]), at);
			refused += o.code != 0;
		}
		cr_expect_gt(refused, b.len / 2);
	}
}

Test(source, garbage_behind_the_last_frame_is_said)
{
	uint8_t content[CONTENT];
	static struct bytes b;

	make_content(content, sizeof(content));
	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++)
		for (size_t len = 1; len < 9; len++) {
			struct outcome o;

			b.len = 0;
			pack(&b, codecs[i], content, sizeof(content));
			put(&b, "garbage!", len);
			o = unpack(b.at, b.len);
			cr_expect_eq(o.code, -EBADMSG, "%s", codec_name(codecs[i]));
			cr_expect(strstr(o.text, "behind the last"), "%s", o.text);
			cr_expect_eq(o.len, sizeof(content));
		}
}

Test(source, what_needs_too_much_memory_is_refused_with_a_remedy)
{
	/* A frame whose descriptor asks for a window of 128 MiB, as zstd --long=27 does. */
	static const uint8_t zstd_long[] = { 0x28, 0xb5, 0x2f, 0xfd, 0, 17 << 3, 1, 0, 0 };
	uint8_t content[CONTENT] = { 0 };
	struct outcome o = unpack(zstd_long, sizeof(zstd_long));
	static struct bytes b;

	cr_expect_eq(o.code, -EOPNOTSUPP);
	cr_expect(strstr(o.text, "zstd -d --long=31"), "%s", o.text);
	cr_assert_eq(lzma_easy_buffer_encode(9, LZMA_CHECK_CRC32, NULL, content, sizeof(content),
					     b.at, &b.len, PACKED_MAX),
		     LZMA_OK);
	o = unpack(b.at, b.len);
	cr_expect_eq(o.code, -EOPNOTSUPP);
	cr_expect(strstr(o.text, "65 MiB") && strstr(o.text, "xz -dc"), "%s", o.text);
}

Test(source, small_content_of_a_few_bytes_is_plain)
{
	struct outcome o = unpack((const uint8_t *)"", 0);

	cr_expect(!o.code && !o.len);
	o = unpack((const uint8_t *)"\x28\xb5\x2f", 3);
	cr_expect(!o.code && o.len == 3);
}

/* A file of our own with a name; the caller unlinks it. */
static int new_file(char *path, size_t size)
{
	int fd;

	snprintf(path, size, "/tmp/ringtap-test-source-XXXXXX");
	fd = mkstemp(path);
	cr_assert_geq(fd, 0);
	return fd;
}

Test(source, files_are_decompressed_and_their_own_offset_is_known)
{
	uint8_t content[2 * CONTENT];
	static struct bytes b;
	struct errmsg err;
	char path[64];

	make_content(content, sizeof(content));
	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++) {
		const int fd = new_file(path, sizeof(path));
		struct outcome o = { 0 };
		struct source *s;

		pack_two(&b, codecs[i], content);
		cr_assert_eq(write(fd, b.at, b.len), (ssize_t)b.len);
		cr_assert_eq(source_open(path, &s, &err), 0);
		drain(s, &o);
		expect_content(&o, codecs[i], content, sizeof(content));
		cr_expect_eq(source_codec(s), codecs[i]);
		cr_expect_eq(source_file_offset(s), b.len);
		cr_expect_eq(source_poll_fd(s), -1);
		source_close(s);
		close(fd);
		unlink(path);
	}
}

Test(source, seeks_in_plain_files_and_memory_only)
{
	uint8_t content[CONTENT];
	static struct bytes b;
	struct errmsg err;
	const uint8_t *p;
	struct source *s;
	char path[64];
	size_t have;
	const int fd = new_file(path, sizeof(path));

	make_content(content, sizeof(content));
	cr_assert_eq(write(fd, content, sizeof(content)), (ssize_t)sizeof(content));
	cr_assert_eq(source_open(path, &s, &err), 0);
	cr_assert_eq(source_peek(s, 10, &p, &have), 0);
	for (size_t at = sizeof(content); at-- > 0;) {
		cr_assert_eq(source_seek(s, at), 0);
		cr_assert_eq(source_offset(s), at);
		cr_assert_eq(source_peek(s, sizeof(content), &p, &have), 0);
		cr_assert_eq(have, sizeof(content) - at);
		cr_assert_eq(*p, content[at]);
	}
	cr_expect_eq(source_seek(s, 1 << 20), 0);
	cr_expect_eq(source_offset(s), sizeof(content), "behind the end is its end");
	source_close(s);
	close(fd);
	unlink(path);
	pack_gzip(&b, content, sizeof(content));
	cr_assert_eq(source_open_memory("memory", b.at, b.len, &s), 0);
	cr_assert_eq(source_peek(s, 10, &p, &have), 0);
	cr_expect_eq(source_seek(s, 1 << 20), -ESPIPE);
	source_close(s);
}

/* zstd's seekable format: frames of CONTENT bytes and the table behind them. */
static void pack_seekable(struct bytes *b, const uint8_t *content, uint32_t nr, uint32_t lie)
{
	struct bytes table = { 0 };
	uint8_t word[4];

	for (uint32_t i = 0; i < nr; i++) {
		const size_t before = b->len;

		pack_zstd(b, content + (size_t)i * CONTENT, CONTENT);
		store_le32(word, (uint32_t)(b->len - before));
		put(&table, word, 4);
		store_le32(word, CONTENT);
		put(&table, word, 4);
	}
	put(b, "\x5e\x2a\x4d\x18", 4);
	store_le32(word, (uint32_t)table.len + 9);
	put(b, word, 4);
	put(b, table.at, table.len);
	store_le32(word, nr + lie);
	put(b, word, 4);
	put(b, "\0\xb1\xea\x92\x8f", 5);
}

Test(source, seeks_to_the_frames_of_a_seekable_file)
{
	enum { NR = 5 };
	static struct bytes b;
	uint8_t content[NR * CONTENT];

	make_content(content, sizeof(content));
	for (uint32_t lie = 0; lie < 2; lie++) {
		const struct source_frame *frames;
		struct errmsg err;
		struct source *s;
		const uint8_t *p;
		char path[64];
		size_t nr, have;
		const int fd = new_file(path, sizeof(path));

		b.len = 0;
		pack_seekable(&b, content, NR, lie);
		cr_assert_eq(write(fd, b.at, b.len), (ssize_t)b.len);
		cr_assert_eq(source_open(path, &s, &err), 0);
		source_set_chunk(s, 256);
		cr_assert_eq(source_peek(s, 1, &p, &have), 0);
		cr_assert_eq(source_frames(s, &frames, &nr), lie ? -ESPIPE : 0);
		for (size_t at = sizeof(content); !lie && at-- > 0;) {
			cr_assert_eq(source_seek(s, at), 0);
			cr_assert_eq(source_offset(s), at);
			cr_assert_eq(source_peek(s, sizeof(content), &p, &have), 0);
			cr_assert_eq(have, sizeof(content) - at);
			cr_assert_eq(memcmp(p, content + at, have), 0);
		}
		if (!lie) {
			cr_expect_eq(nr, NR);
			cr_expect_eq(frames[NR].offset, sizeof(content));
			cr_expect_eq(source_seek(s, 1 << 20), 0);
			cr_expect_eq(source_offset(s), sizeof(content));
		}
		source_close(s);
		close(fd);
		unlink(path);
	}
}
