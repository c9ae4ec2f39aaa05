#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zstd.h>

#include "core/bytes.h"
#include "pcapio/compress.h"

enum { PIECE = 64 << 10, PIECES = 23, DATA = PIECE * PIECES - 1234, JOBS = 6 };

/* Text-like in one half, noise in the other: neither compresses to nothing nor grows unseen. */
static uint8_t *some_data(void)
{
	uint8_t *data = malloc(DATA);
	uint32_t x = 12345;

	cr_assert_not_null(data);
	for (size_t i = 0; i < DATA; i++) {
		x = x * 1664525 + 1013904223;
		data[i] =
			i / 100000 % 2 ? (uint8_t)(x >> 24) : (uint8_t)("capture"[i % 7] + i / 999);
	}
	return data;
}

struct stream {
	uint8_t *bytes;
	size_t len;
	struct seek_table *table;
};

static void stream_take(struct stream *s, struct compressor *c, struct compress_job *job)
{
	compressor_wait(c, job);
	cr_assert_eq(job->error, 0);
	cr_assert_leq(job->out_len, job->out_size);
	memcpy(s->bytes + s->len, job->out, job->out_len);
	s->len += job->out_len;
	if (s->table)
		seek_table_add(s->table, job->out_len, job->in_len);
}

/* All pieces through a pool, JOBS at a time, in their order. */
static struct stream compress_all(enum codec codec, int level, uint32_t threads, int event_fd,
				  const uint8_t *data, bool with_table)
{
	const struct compress_options o = { .codec = codec,
					    .level = level,
					    .nr_threads = threads,
					    .piece_max = PIECE,
					    .jobs_max = JOBS,
					    .event_fd = event_fd };
	const uint32_t bound = compress_bound(codec, PIECE);
	struct stream s = { .bytes = malloc((size_t)bound * PIECES) };
	struct compress_job jobs[JOBS] = { 0 };
	struct compressor *c;
	struct errmsg err;

	cr_assert_not_null(s.bytes);
	cr_assert_eq(compressor_open(&o, &c, &err), 0, "%s", err.text);
	if (with_table)
		cr_assert_eq(seek_table_new(&s.table), 0);
	for (size_t i = 0; i < PIECES; i++) {
		struct compress_job *job = &jobs[i % JOBS];

		if (i >= JOBS)
			stream_take(&s, c, job);
		else
			job->out = malloc(bound);
		job->out_size = bound;
		job->in = data + i * PIECE;
		job->in_len = (uint32_t)MIN_OF((size_t)PIECE, DATA - i * PIECE);
		compressor_submit(c, job);
	}
	for (size_t i = PIECES - JOBS; i < PIECES; i++)
		stream_take(&s, c, &jobs[i % JOBS]);
	compressor_close(c);
	for (size_t i = 0; i < JOBS; i++)
		free(jobs[i].out);
	return s;
}

static int memory_file(const void *bytes, size_t len)
{
	const int fd = memfd_create("test", 0);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, bytes, len), (ssize_t)len);
	cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* The exit status of a program with these as its input and output; 127: not there. */
static int run_tool(char *const *argv, int in, int out)
{
	const pid_t pid = fork();
	int status;

	cr_assert_geq(pid, 0);
	if (!pid) {
		dup2(in, STDIN_FILENO);
		dup2(out, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void tool_gives_back(const char *tool, const struct stream *s, const uint8_t *data)
{
	char *argv[] = { (char *)(uintptr_t)tool, (char *)(uintptr_t) "-dc", NULL };
	const int in = memory_file(s->bytes, s->len), out = memfd_create("out", 0);
	const int status = run_tool(argv, in, out);
	uint8_t *back;
	struct stat st;

	if (status == 127)
		cr_skip_test("%s is not installed", tool);
	cr_assert_eq(status, 0, "%s says %d", tool, status);
	cr_assert_eq(fstat(out, &st), 0);
	cr_assert_eq(st.st_size, DATA);
	back = mmap(NULL, DATA, PROT_READ, MAP_SHARED, out, 0);
	cr_assert_neq(back, MAP_FAILED);
	cr_assert(!memcmp(back, data, DATA));
	munmap(back, DATA);
	close(in);
	close(out);
}

struct form {
	enum codec codec;
	char tool[8];
	int level;
};

ParameterizedTestParameters(compress, tools_read_it)
{
	static struct form forms[] = {
		{ CODEC_GZIP, "gzip", 0 }, { CODEC_GZIP, "gzip", 9 }, { CODEC_ZSTD, "zstd", 0 },
		{ CODEC_ZSTD, "zstd", 1 }, { CODEC_ZSTD, "zstd", 9 }, { CODEC_LZ4, "lz4", 0 },
		{ CODEC_LZ4, "lz4", 9 },   { CODEC_XZ, "xz", 0 },     { CODEC_XZ, "xz", 6 },
	};

	return cr_make_param_array(struct form, forms, ARRAY_SIZE(forms));
}

ParameterizedTest(struct form *form, compress, tools_read_it)
{
	uint8_t *data = some_data();

	for (uint32_t threads = 1; threads <= 3; threads += 2) {
		struct stream s = compress_all(form->codec, form->level, threads, -1, data, false);

		cr_assert_lt(s.len, DATA * 3 / 4);
		cr_assert_eq(codec_detect(s.bytes, s.len), form->codec);
		tool_gives_back(form->tool, &s, data);
		free(s.bytes);
	}
	free(data);
}

/* Nothing in it depends on the thread or the moment. */
Test(compress, same_bytes_for_any_number_of_threads)
{
	uint8_t *data = some_data();

	for (int codec = CODEC_NONE + 1; codec < CODEC_NR; codec++) {
		struct stream a = compress_all((enum codec)codec, 0, 1, -1, data, false);
		struct stream b = compress_all((enum codec)codec, 0, 4, -1, data, false);

		cr_assert_eq(a.len, b.len);
		cr_assert(!memcmp(a.bytes, b.bytes, a.len));
		free(a.bytes);
		free(b.bytes);
	}
	free(data);
}

Test(compress, incompressible_fits_its_bound)
{
	for (int codec = CODEC_NONE + 1; codec < CODEC_NR; codec++) {
		static uint8_t noise[PIECE];
		const struct compress_options o = { .codec = (enum codec)codec,
						    .nr_threads = 1,
						    .piece_max = PIECE,
						    .jobs_max = 1,
						    .event_fd = -1 };
		const uint32_t lengths[] = { 0, 1, 65, 4096, PIECE };
		struct compressor *c;
		struct errmsg err;
		uint32_t x = 1;

		for (size_t i = 0; i < PIECE; i++)
			noise[i] = (uint8_t)((x = x * 1664525 + 1013904223) >> 24);
		cr_assert_eq(compressor_open(&o, &c, &err), 0);
		for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
			const uint32_t bound = compress_bound((enum codec)codec, lengths[i]);
			struct compress_job job = { .in = noise,
						    .in_len = lengths[i],
						    .out = malloc(bound),
						    .out_size = bound };

			compressor_submit(c, &job);
			compressor_wait(c, &job);
			cr_assert_eq(job.error, 0, "%s of %u", codec_name((enum codec)codec),
				     lengths[i]);
			cr_assert_gt(job.out_len, 0);
			free(job.out);
		}
		compressor_close(c);
	}
}

/* A job that cannot be done says so, and the thread goes on with the next. */
Test(compress, too_small_an_output_is_an_error_of_the_job)
{
	uint8_t *data = some_data();

	for (int codec = CODEC_NONE + 1; codec < CODEC_NR; codec++) {
		const struct compress_options o = { .codec = (enum codec)codec,
						    .nr_threads = 1,
						    .piece_max = PIECE,
						    .jobs_max = 2,
						    .event_fd = -1 };
		const uint32_t bound = compress_bound((enum codec)codec, PIECE);
		uint8_t *out = malloc(bound);
		struct compress_job bad = {
			.in = data, .in_len = PIECE, .out = out, .out_size = 9
		};
		struct compress_job good = {
			.in = data, .in_len = PIECE, .out = out, .out_size = bound
		};
		struct compressor *c;
		struct errmsg err;

		cr_assert_eq(compressor_open(&o, &c, &err), 0);
		compressor_submit(c, &bad);
		compressor_submit(c, &good);
		compressor_wait(c, &good);
		cr_assert_lt(bad.error, 0);
		cr_assert_eq(bad.out_len, 0);
		cr_assert_eq(good.error, 0);
		compressor_close(c);
		free(out);
	}
	free(data);
}

Test(compress, event_after_each_job)
{
	const int fd = eventfd(0, EFD_NONBLOCK);
	uint8_t *data = some_data();
	struct stream s = compress_all(CODEC_LZ4, 0, 2, fd, data, false);
	uint64_t n;

	cr_assert_eq(read(fd, &n, sizeof(n)), (ssize_t)sizeof(n));
	cr_assert_eq(n, PIECES);
	close(fd);
	free(s.bytes);
	free(data);
}

Test(compress, refuses_what_it_cannot_do)
{
	struct compress_options o = { .codec = CODEC_ZSTD,
				      .nr_threads = 1,
				      .piece_max = PIECE,
				      .jobs_max = 1,
				      .event_fd = -1,
				      .level = 20 };
	struct compressor *c;
	struct errmsg err;

	cr_assert_eq(compressor_open(&o, &c, &err), -EINVAL);
	cr_assert_str_eq(err.text, "zstd has levels 1 to 19, not 20");
	o.level = 0;
	o.codec = CODEC_NONE;
	cr_assert_eq(compressor_open(&o, &c, &err), -EINVAL);
	o.codec = CODEC_ZSTD;
	o.piece_max = (16 << 20) + 1;
	cr_assert_eq(compressor_open(&o, &c, &err), -EINVAL);
}

Test(compress, memory_limits_the_threads)
{
	const struct compress_options o = { .codec = CODEC_XZ,
					    .nr_threads = 16,
					    .piece_max = 256 << 10,
					    .jobs_max = 1,
					    .event_fd = -1,
					    .memory_max = 1 };
	struct compressor *c;
	struct errmsg err;

	cr_assert_eq(compressor_open(&o, &c, &err), 0);
	cr_assert_eq(compressor_nr_threads(c), 1);
	compressor_close(c);
}

static _Atomic int signals;
static pthread_t opener;

static void count_signal(int sig)
{
	signals += pthread_equal(pthread_self(), opener) ? 1 : 1000;
}

/* A signal for the process finds the thread that waits for it, not one that compresses. */
Test(compress, signals_are_for_the_opener)
{
	const struct compress_options o = { .codec = CODEC_LZ4,
					    .nr_threads = 2,
					    .piece_max = PIECE,
					    .jobs_max = 1,
					    .event_fd = -1 };
	struct compressor *c;
	struct errmsg err;
	sigset_t usr1;

	opener = pthread_self();
	signal(SIGUSR1, count_signal);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	cr_assert_eq(compressor_open(&o, &c, &err), 0);
	/* Blocked here: it stays pending, unless a thread of the pool takes it. */
	pthread_sigmask(SIG_BLOCK, &usr1, NULL);
	kill(getpid(), SIGUSR1);
	compressor_close(c);
	cr_assert_eq(signals, 0);
	pthread_sigmask(SIG_UNBLOCK, &usr1, NULL);
	cr_assert_eq(signals, 1);
}

Test(seek_table, zstd_reads_over_it_and_lists_the_frames)
{
	char *list[] = { (char *)(uintptr_t) "zstd", (char *)(uintptr_t) "-l", NULL, NULL };
	uint8_t *data = some_data();
	struct stream s = compress_all(CODEC_ZSTD, 0, 2, -1, data, true);
	char path[] = "/tmp/ringtap-test-XXXXXX", text[4096] = "";
	const int file = mkstemp(path), out = memfd_create("list", 0);
	const uint8_t *table, *end;
	size_t len, at = 0;

	table = seek_table_bytes(s.table, &len);
	cr_assert_eq(len, 8 + PIECES * 8 + 9);
	memcpy(s.bytes + s.len, table, len);
	end = s.bytes + s.len + len;
	cr_assert_eq(load_le32(end - 4), 0x8f92eab1u);
	cr_assert_eq(end[-5], 0);
	cr_assert_eq(load_le32(end - 9), PIECES);
	for (size_t i = 0; i < PIECES; i++) { /* each frame is where the table says */
		const uint8_t *entry = table + 8 + i * 8;

		cr_assert_eq(ZSTD_getFrameContentSize(s.bytes + at, s.len - at),
			     load_le32(entry + 4));
		at += load_le32(entry);
	}
	cr_assert_eq(at, s.len);
	s.len += len;
	tool_gives_back("zstd", &s, data);
	cr_assert_eq(write(file, s.bytes, s.len), (ssize_t)s.len);
	list[2] = path;
	cr_assert_eq(run_tool(list, STDIN_FILENO, out), 0);
	cr_assert_gt(pread(out, text, sizeof(text) - 1, 0), 0);
	unlink(path);
	cr_assert_not_null(strstr(text, " 24 "), "%s", text); /* with the table */
	seek_table_reset(s.table);
	cr_assert_not_null(seek_table_bytes(s.table, &len));
	cr_assert_eq(len, 17);
	seek_table_free(s.table);
	free(s.bytes);
	free(data);
}

Test(seek_table, given_up_when_it_grows_too_large)
{
	struct seek_table *t;
	size_t len;

	cr_assert_eq(seek_table_new(&t), 0);
	for (uint32_t i = 0; i < SEEK_TABLE_FRAMES; i++)
		seek_table_add(t, i, i);
	cr_assert_not_null(seek_table_bytes(t, &len));
	cr_assert_eq(len, 8 + (size_t)SEEK_TABLE_FRAMES * 8 + 9);
	seek_table_add(t, 1, 1);
	cr_assert_null(seek_table_bytes(t, &len));
	cr_assert_eq(len, 0);
	seek_table_reset(t);
	seek_table_add(t, 1, 1);
	cr_assert_not_null(seek_table_bytes(t, &len));
	seek_table_free(t);
}
