/* bench/files_input.c -- large capture files: a few packets of many protocols, again and again with
 * later times. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/files.h"
#include "bench/mix.h"
#include "bench/run_count.h"
#include "bench/trial.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "pcapio/pcap_format.h"
#include "pcapio/pcapng_build.h"
#include "pcapio/pcapng_format.h"

enum {
	BASE_BYTES = 64 << 20,
	BUFFER_SIZE = 1 << 20,
	GAP_NS = 2000, /* between the last packet of the base and the first of the next turn */
	TSRESOL_NS = 9,
};

static const char *const spread_names[FILES_EIGHT] = { "in-1.pcap", "in-2.pcap", "in-3.pcap",
						       "in-4.pcap", "in-5.pcap", "in-6.pcap",
						       "in-7.pcap", "in-8.pcap" };

/* Records of a pcap file, one behind the other. */
struct base {
	uint8_t *bytes;
	size_t len;
	uint64_t first_ns, span_ns;
};

struct out_file {
	int fd;
	size_t fill;
	uint64_t bytes;
	uint8_t buffer[BUFFER_SIZE];
};

static int base_make(uint64_t limit, struct base *ret)
{
	struct mix *m;
	uint64_t last_ns = 0;
	int code;

	*ret = (struct base){ .bytes = malloc(BASE_BYTES) };
	code = ret->bytes ? mix_open(1, &m) : -ENOMEM;
	if (code)
		return code;
	while (ret->len + MIX_RECORD_HEAD + MIX_FRAME_MAX <= MIN_OF(limit, (uint64_t)BASE_BYTES)) {
		const struct mix_packet p = mix_next(m);

		pcap_put_record_header(ret->bytes + ret->len, true, p.ts_ns, p.len, p.len);
		memcpy(ret->bytes + ret->len + MIX_RECORD_HEAD, p.data, p.len);
		if (!ret->len)
			ret->first_ns = p.ts_ns;
		ret->len += MIX_RECORD_HEAD + p.len;
		last_ns = p.ts_ns;
	}
	ret->span_ns = last_ns - ret->first_ns + GAP_NS;
	mix_close(m);
	return ret->len ? 0 : -EINVAL;
}

static int out_flush(struct out_file *f)
{
	const uint8_t *p = f->buffer;

	while (f->fill) {
		const ssize_t n = write(f->fd, p, f->fill);

		if (n < 0 && (errno != EINTR || bench_interrupted))
			return -errno;
		p += n > 0 ? n : 0;
		f->fill -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static uint8_t *out_room(struct out_file *f, size_t len, int *code)
{
	uint8_t *p;

	if (f->fill + len > BUFFER_SIZE)
		*code = out_flush(f);
	p = f->buffer + f->fill;
	f->fill += len;
	f->bytes += len;
	return p;
}

static int put_head(struct out_file *f, bool pcapng)
{
	uint8_t bytes[256];
	struct pcapng_builder b = { .data = bytes, .size = sizeof(bytes) };
	const uint8_t resolution = TSRESOL_NS;
	int code = 0;

	if (pcapng) {
		pcapng_section(&b, NULL, NULL, "ringtap-bench " RINGTAP_VERSION, NULL);
		pcapng_begin(&b, PCAPNG_IDB);
		pcapng_u16(&b, 1);
		pcapng_u16(&b, 0);
		pcapng_u32(&b, SNAPLEN_MAX);
		pcapng_option_text(&b, PCAPNG_IF_NAME, "bench0");
		pcapng_option(&b, PCAPNG_IF_TSRESOL, &resolution, 1);
		pcapng_end(&b, true);
	} else {
		pcap_put_file_header(bytes, true, SNAPLEN_MAX, 1);
		b.len = PCAP_FILE_HEADER;
	}
	memcpy(out_room(f, b.len, &code), bytes, b.len);
	return code;
}

/* A packet of the base at its new time. 0 or -errno. */
static int put_packet(struct out_file *f, const uint8_t *data, uint32_t len, uint64_t ns,
		      bool pcapng)
{
	const uint32_t padded = (uint32_t)align_up(len, 4);
	const uint32_t total = PCAPNG_EPB_HEADER + padded + 4;
	int code = 0;
	uint8_t *p;

	if (!pcapng) {
		p = out_room(f, PCAP_RECORD_HEADER + len, &code);
		pcap_put_record_header(p, true, ns, len, len);
		memcpy(p + PCAP_RECORD_HEADER, data, len);
		return code;
	}
	p = out_room(f, total, &code);
	store_u32(p, PCAPNG_EPB);
	store_u32(p + 4, total);
	store_u32(p + 8, 0);
	store_u32(p + 12, (uint32_t)(ns >> 32));
	store_u32(p + 16, (uint32_t)ns);
	store_u32(p + 20, len);
	store_u32(p + 24, len);
	memset(p + total - 8, 0, 4);
	memcpy(p + PCAPNG_EPB_HEADER, data, len);
	store_u32(p + total - 4, total);
	return code;
}

/* The base, until there are `size` bytes in all files; packet after packet goes to the next. */
static int write_all(struct out_file *files, size_t nr, const struct base *base, uint64_t size,
		     bool pcapng, uint64_t *ret_packets)
{
	uint64_t packets = 0, written = 0;
	int code = 0;

	for (uint64_t turn = 0; written < size; turn++)
		for (size_t at = 0; at < base->len && written < size;) {
			const uint8_t *record = base->bytes + at;
			const uint32_t len = load_u32(record + 8);
			const uint64_t ns = (uint64_t)load_u32(record) * NS_PER_SEC +
					    load_u32(record + 4) + turn * base->span_ns;

			code = put_packet(&files[packets++ % nr], record + MIX_RECORD_HEAD, len, ns,
					  pcapng);
			if (code || bench_interrupted)
				return code ? code : -EINTR;
			at += MIX_RECORD_HEAD + len;
			written += MIX_RECORD_HEAD + len;
		}
	for (size_t i = 0; !code && i < nr; i++) {
		code = out_flush(&files[i]);
		/* What is still to be written to the disk would fall on the first program. */
		if (!code && fsync(files[i].fd))
			code = -errno;
	}
	*ret_packets = packets;
	return code;
}

static int write_files(struct files_bench *b, enum files_input kind, struct errmsg *err)
{
	struct files_made *const m = &b->made;
	struct base base = { 0 };
	struct out_file *files;
	char path[PATH_MAX + 64];
	int code = 0;

	m->nr = kind == FILES_SPREAD ? FILES_EIGHT : 1;
	files = calloc(m->nr, sizeof(*files));
	if (!files)
		return errmsg_set(err, -ENOMEM, "out of memory");
	for (size_t i = 0; i < m->nr; i++) {
		m->names[i] = kind == FILES_SPREAD ? spread_names[i]
			      : kind == FILES_PCAP ? "in.pcap"
						   : "in.pcapng";
		workplace_path(&b->place, m->names[i], path);
		files[i].fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (files[i].fd < 0 && !code)
			code = -errno;
		if (!code)
			code = put_head(&files[i], kind == FILES_PCAPNG);
	}
	if (!code)
		code = base_make(b->size, &base);
	if (!code)
		code = write_all(files, m->nr, &base, b->size, kind == FILES_PCAPNG, &m->packets);
	m->bytes = 0;
	for (size_t i = 0; i < m->nr; i++) {
		m->bytes += files[i].bytes;
		if (files[i].fd >= 0)
			close(files[i].fd);
	}
	free(base.bytes);
	free(files);
	return code ? errmsg_set(err, code, "%s: cannot make the files: %s", b->place.dir,
				 strerror(-code))
		    : 0;
}

/* By zstd into a single frame, which is all that Wireshark 4.0 reads; without it by ringtap. */
static int compress_file(struct files_bench *b, struct errmsg *err)
{
	char in[PATH_MAX + 64], out[PATH_MAX + 64], log[PATH_MAX + 64], note[200] = "";
	char *const zstd[] = {
		(char[]){ "zstd" }, (char[]){ "-qT0" }, in, (char[]){ "-o" }, out, NULL
	};
	char *const ours[] = {
		b->place.ringtap, (char[]){ "convert" }, in, (char[]){ "-w" }, out, NULL
	};
	struct run_count count = { 0 };
	struct run_result r;
	struct stat st;
	int code;

	workplace_path(&b->place, "in.pcapng", in);
	workplace_path(&b->place, "in.pcapng.zst", out);
	workplace_path(&b->place, "log", log);
	code = run_counted(zstd, -1, log, &count, &r, note, sizeof(note));
	if (code && !bench_interrupted) {
		unlink(out);
		code = run_counted(ours, -1, log, &count, &r, note, sizeof(note));
	}
	unlink(in);
	b->made.names[0] = "in.pcapng.zst";
	if (code || stat(out, &st))
		return errmsg_set(err, -EIO, "%s: cannot be made: %s", out, note);
	b->made.bytes = (uint64_t)st.st_size;
	return 0;
}

void files_unmake(struct files_bench *b)
{
	char path[PATH_MAX + 64];

	for (size_t i = 0; i < b->made.nr; i++) {
		workplace_path(&b->place, b->made.names[i], path);
		unlink(path);
	}
	b->made = (struct files_made){ 0 };
}

int files_make(struct files_bench *b, enum files_input kind, struct errmsg *err)
{
	int code = 0;

	if (b->made.kind == kind)
		return 0;
	if (kind != FILES_ZSTD || b->made.kind != FILES_PCAPNG) {
		files_unmake(b);
		code = write_files(b, kind == FILES_ZSTD ? FILES_PCAPNG : kind, err);
	}
	if (!code && kind == FILES_ZSTD)
		code = compress_file(b, err);
	b->made.kind = kind;
	return code;
}
