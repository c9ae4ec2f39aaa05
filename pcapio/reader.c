#include "pcapio/reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/linktype.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/reader_internal.h"
#include "pcapio/summary_file.h"

enum {
	LINKTYPE_RAW_BSD =
		12, /* what raw IP was called on most systems and on OpenBSD before 101 */
	LINKTYPE_RAW_OPENBSD = 14,
	LINKTYPE_USB_LINUX = 189,
	LINKTYPE_USB_LINUX_MMAPPED = 220,
	LINKTYPE_DBUS = 231,
	LINKTYPE_USBPCAP = 249,
	LINKTYPE_EBHSCR = 279,

	ZEROS_CHUNK = 64 << 10,
	ZEROS_MAX = 256 << 20, /* more are not counted: a writer allocates less ahead */
};

int reader_fail(const struct reader *r, struct errmsg *err, int code, const char *fmt, ...)
{
	char text[384];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return errmsg_set(err, code, "%.100s: offset %llu: %s", source_name(r->src),
			  (unsigned long long)source_offset(r->src), text);
}

int reader_need(struct reader *r, size_t len, const char *what, const uint8_t **ret,
		struct errmsg *err)
{
	size_t have;
	const int code = source_peek(r->src, len, ret, &have);

	if (code == -EAGAIN)
		return code;
	if (code)
		return reader_fail(r, err, code, "%s", strerror(-code));
	if (have < len)
		return reader_fail(r, err, -ENODATA,
				   "the file ends inside %s: %zu bytes are needed, %zu are there",
				   what, len, have);
	return 0;
}

/* "61 MiB", "4 KiB", "12 bytes"; rounded down. */
static void format_size(uint64_t bytes, char *ret, size_t size)
{
	if (bytes >= 1 << 20)
		snprintf(ret, size, "%llu MiB", (unsigned long long)bytes >> 20);
	else if (bytes >= 1 << 10)
		snprintf(ret, size, "%llu KiB", (unsigned long long)bytes >> 10);
	else
		snprintf(ret, size, "%llu bytes", (unsigned long long)bytes);
}

int reader_fail_zeros(struct reader *r, int otherwise, struct errmsg *err)
{
	const uint64_t start = source_offset(r->src);
	uint64_t zeros = 0;
	const uint8_t *p;
	char size[32];
	size_t have, n;
	int code;

	do {
		code = source_peek(r->src, ZEROS_CHUNK, &p, &have);
		if (code == -EAGAIN) { /* whatever a pipe brings later, this stays a failure */
			have = 0;
			break;
		}
		if (code)
			return reader_fail(r, err, code, "%s", strerror(-code));
		for (n = 0; n < have && !p[n]; n++)
			;
		source_consume(r->src, n);
		zeros += n;
	} while (have && n == have && zeros < ZEROS_MAX);
	format_size(zeros, size, sizeof(size));
	if (have && otherwise)
		return otherwise;
	if (have)
		return errmsg_set(err, -ENODATA,
				  "%.100s: %s of zeros from offset %llu, and more behind them that "
				  "is not read: its writer was killed, or still writes; every "
				  "packet before is whole",
				  source_name(r->src), size, (unsigned long long)start);
	return errmsg_set(err, -ENODATA,
			  "%.100s: ends in %s of zeros from offset %llu: its writer was killed, or "
			  "still writes; every packet before is whole",
			  source_name(r->src), size, (unsigned long long)start);
}

int reader_add_interface(struct reader *r, struct reader_interface **ret, struct errmsg *err)
{
	struct reader_interface *iface;

	if (r->nr_interfaces == READER_INTERFACES_MAX)
		return reader_fail(r, err, -EBADMSG, "more than %d interfaces",
				   READER_INTERFACES_MAX);
	if (r->nr_interfaces == r->interfaces_size) {
		const size_t size = r->interfaces_size ? r->interfaces_size * 2 : 4;

		iface = reallocarray(r->interfaces, size, sizeof(*iface));
		if (!iface)
			return reader_fail(r, err, -ENOMEM, "out of memory");
		r->interfaces = iface;
		r->interfaces_size = size;
	}
	iface = &r->interfaces[r->nr_interfaces++];
	*iface = (struct reader_interface){ .tsresol = 6, .section = r->section };
	*ret = iface;
	return 0;
}

uint32_t reader_snaplen_max(uint16_t linktype)
{
	switch (linktype) {
	case LINKTYPE_DBUS:
	case LINKTYPE_USB_LINUX:
	case LINKTYPE_USB_LINUX_MMAPPED:
	case LINKTYPE_USBPCAP:
	case LINKTYPE_EBHSCR:
		return READER_BLOCK_MAX;
	default:
		return SNAPLEN_MAX;
	}
}

uint16_t reader_linktype(uint16_t linktype)
{
	return linktype == LINKTYPE_RAW_BSD || linktype == LINKTYPE_RAW_OPENBSD ? LINKTYPE_RAW
										: linktype;
}

static bool is_pcap_magic(uint32_t magic)
{
	return magic == 0xa1b2c3d4 || magic == 0xa1b23c4d || magic == 0xa1b2cd34;
}

/* Formats that a user may hand us and that something else can turn into ours. */
static const char *foreign_remedy(const uint8_t *p, size_t len)
{
	static const struct {
		const char *magic, *remedy;
		size_t len;
	} known[] = {
		{ "\x1f\x8b", "compressed with gzip; zcat FILE | ringtap read -", 2 },
		{ "\x28\xb5\x2f\xfd", "compressed with zstd; zstdcat FILE | ringtap read -", 4 },
		{ "\x04\x22\x4d\x18", "compressed with lz4; lz4cat FILE | ringtap read -", 4 },
		{ "\xfd"
		  "7zXZ",
		  "compressed with xz; xzcat FILE | ringtap read -", 5 },
		{ "BZh", "compressed with bzip2; bzcat FILE | ringtap read -", 3 },
		{ "snoop", "a snoop file; editcap -F pcapng turns it into one that is read", 5 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (len >= known[i].len && memcmp(p, known[i].magic, known[i].len) == 0)
			return known[i].remedy;
	return "neither pcap nor pcapng";
}

int reader_detect(struct source *src, enum reader_format *ret, struct errmsg *err)
{
	const uint8_t *p;
	size_t len;
	const int code = source_peek(src, SUMMARY_FILE_MAGIC_LEN, &p, &len);
	uint32_t magic;

	if (code)
		return errmsg_set(err, code, "%s: %s", source_name(src), strerror(-code));
	if (len == 0)
		return errmsg_set(err, -ENODATA, "%s: is empty", source_name(src));
	*ret = READER_UNKNOWN;
	if (len < sizeof(magic))
		return 0;
	magic = load_u32(p);
	if (magic == PCAPNG_SHB)
		*ret = READER_PCAPNG;
	else if (is_pcap_magic(magic) || is_pcap_magic(swap_u32(magic)))
		*ret = READER_PCAP;
	else if (len == SUMMARY_FILE_MAGIC_LEN && memcmp(p, SUMMARY_FILE_MAGIC, len) == 0)
		*ret = READER_SUMMARIES;
	return 0;
}

/* What reader_detect() did not know, in words. */
static int refuse_unknown(struct source *src, struct errmsg *err)
{
	const uint8_t *p;
	size_t len;
	const int code = source_peek(src, 8, &p, &len);

	if (code)
		return code;
	return errmsg_set(err, -EOPNOTSUPP, "%s: %s", source_name(src), foreign_remedy(p, len));
}

int reader_open_source(struct source *src, struct reader **ret, struct errmsg *err)
{
	enum reader_format format;
	struct reader *r = NULL;
	int code = reader_detect(src, &format, err);

	if (code)
		goto out;
	if (format == READER_SUMMARIES)
		code = errmsg_set(err, -EOPNOTSUPP, "%s: holds summaries, not packets",
				  source_name(src));
	else if (format == READER_UNKNOWN)
		code = refuse_unknown(src, err);
	if (code)
		goto out;
	r = calloc(1, sizeof(*r));
	if (!r) {
		code = errmsg_set(err, -ENOMEM, "%s: out of memory", source_name(src));
		goto out;
	}
	r->src = src;
	r->ops = format == READER_PCAP ? &pcap_reader_ops : &pcapng_reader_ops;
	code = r->ops->start(r, err);
	if (!code) {
		*ret = r;
		return 0;
	}
	src = NULL; /* the reader closes it */
out:
	if (r)
		reader_close(r);
	source_close(src);
	return code;
}

int reader_open(const char *path, struct reader **ret, struct errmsg *err)
{
	struct source *src;
	const int code = source_open(path, &src, err);

	return code ? code : reader_open_source(src, ret, err);
}

int reader_open_memory(const void *data, size_t len, struct reader **ret, struct errmsg *err)
{
	struct source *src;
	const int code = source_open_memory("memory", data, len, &src);

	return code ? errmsg_set(err, code, "out of memory") : reader_open_source(src, ret, err);
}

int reader_next(struct reader *r, struct frame_view *ret, struct errmsg *err)
{
	int code;

	if (r->failure) {
		if (err)
			*err = r->failure_text;
		return r->failure;
	}
	source_consume(r->src, r->pending);
	r->pending = 0;
	code = r->ops->next(r, ret, &r->failure_text);
	if (code < 0 && code != -EAGAIN) {
		r->failure = code;
		if (err)
			*err = r->failure_text;
	} else if (code > 0) {
		r->interfaces[ret->ifindex].packets++;
	}
	return code;
}

const struct reader_interface *reader_interface(const struct reader *r, uint32_t id)
{
	return id < r->nr_interfaces ? &r->interfaces[id] : NULL;
}

size_t reader_nr_interfaces(const struct reader *r)
{
	return r->nr_interfaces;
}

uint64_t reader_offset(const struct reader *r)
{
	return source_offset(r->src);
}

const char *reader_name(const struct reader *r)
{
	return source_name(r->src);
}

const char *reader_format_name(const struct reader *r)
{
	return r->format_name;
}

int reader_close(struct reader *r)
{
	if (!r)
		return 0;
	for (size_t i = 0; i < r->nr_interfaces; i++) {
		free(r->interfaces[i].name);
		free(r->interfaces[i].description);
		free(r->interfaces[i].filter);
		free(r->interfaces[i].hardware);
		free(r->interfaces[i].os);
	}
	free(r->interfaces);
	source_close(r->src);
	free(r);
	return 0;
}
