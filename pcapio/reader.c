#include "pcapio/reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/linktype.h"
#include "pcapio/pcap_format.h"
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
	return errmsg_set(err, code, "%.100s: offset %llu%s: %s", source_name(r->src),
			  (unsigned long long)source_offset(r->src),
			  source_codec(r->src) == CODEC_NONE ? "" : " of the decompressed data",
			  text);
}

/* What the source itself failed with, which says where. */
static int fail_source(const struct source *src, struct errmsg *err, int code)
{
	return errmsg_set(err, code, "%.100s: %.380s", source_name(src), source_failure(src));
}

int reader_need(struct reader *r, size_t len, const char *what, const uint8_t **ret,
		struct errmsg *err)
{
	size_t have;
	const int code = source_peek(r->src, len, ret, &have);

	if (code == -EAGAIN)
		return code;
	if (code)
		return fail_source(r->src, err, code);
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
			return fail_source(r->src, err, code);
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

int reader_describe(struct reader *r, size_t n, struct errmsg *err)
{
	if (n > READER_DESCRIPTIONS_MAX - r->described)
		return reader_fail(r, err, -E2BIG,
				   "more than %d MiB of names and descriptions are not read",
				   READER_DESCRIPTIONS_MAX >> 20);
	r->described += n;
	return 0;
}

int reader_add_interface(struct reader *r, struct reader_interface **ret, struct errmsg *err)
{
	struct reader_interface *iface;
	int code;

	if (r->nr_interfaces == READER_INTERFACES_MAX)
		return reader_fail(r, err, -E2BIG, "more than %d interfaces are not read",
				   READER_INTERFACES_MAX);
	code = reader_describe(r, sizeof(*iface), err);
	if (code)
		return code;
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
	return magic == PCAP_MAGIC_US || magic == PCAP_MAGIC_NS || magic == PCAP_MAGIC_MODIFIED ||
	       magic == PCAP_MAGIC_NETSNIFF;
}

/* Formats that a user may hand us and that something else can turn into ours. */
static const char *foreign_remedy(const uint8_t *p, size_t len)
{
	static const struct {
		const char *magic, *remedy;
		size_t len;
	} known[] = {
		{ "\x02\x21\x4c\x18",
		  "compressed in lz4's legacy format; lz4 -dc FILE | ringtap read -", 4 },
		{ "BZh", "compressed with bzip2; bzcat FILE | ringtap read -", 3 },
		{ "snoop", "a snoop file; editcap -F pcapng turns it into one that is read", 5 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (len >= known[i].len && memcmp(p, known[i].magic, known[i].len) == 0)
			return known[i].remedy;
	return codec_detect(p, len) != CODEC_NONE ? "compressed twice; unpack it once before"
						  : "neither pcap nor pcapng";
}

int reader_detect(struct source *src, enum reader_format *ret, struct errmsg *err)
{
	const uint8_t *p;
	size_t len;
	const int code = source_peek(src, SUMMARY_FILE_MAGIC_LEN, &p, &len);
	uint32_t magic;

	if (code)
		return code == -EAGAIN ? code : fail_source(src, err, code);
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

static int next_item(struct reader *r, struct frame_view *ret, struct errmsg *err)
{
	int code;

	if (r->failure) {
		if (err)
			*err = r->failure_text;
		return r->failure;
	}
	source_consume(r->src, r->pending);
	r->pending = 0;
	r->has_block = false;
	code = r->ops->next(r, ret, &r->failure_text);
	if (code < 0 && code != -EAGAIN) {
		r->failure = code;
		if (err)
			*err = r->failure_text;
	} else if (code == READER_FRAME) {
		r->interfaces[ret->ifindex].packets++;
	}
	return code;
}

int reader_next(struct reader *r, struct frame_view *ret, struct errmsg *err)
{
	r->any = false;
	return next_item(r, ret, err);
}

int reader_next_any(struct reader *r, struct frame_view *ret, struct errmsg *err)
{
	r->any = true;
	return next_item(r, ret, err);
}

const struct reader_block *reader_block(const struct reader *r)
{
	return r->has_block ? &r->block : NULL;
}

const struct reader_interface *reader_interface(const struct reader *r, uint32_t id)
{
	return id < r->nr_interfaces ? &r->interfaces[id] : NULL;
}

size_t reader_nr_interfaces(const struct reader *r)
{
	return r->nr_interfaces;
}

const struct reader_section *reader_section(const struct reader *r, uint32_t section)
{
	return section < r->nr_sections ? &r->sections[section] : NULL;
}

uint32_t reader_nr_sections(const struct reader *r)
{
	return r->nr_sections ? r->section + 1 : 0;
}

uint64_t reader_offset(const struct reader *r)
{
	return source_offset(r->src);
}

size_t reader_item_size(const struct reader *r)
{
	return r->pending;
}

const char *reader_name(const struct reader *r)
{
	return source_name(r->src);
}

const char *reader_format_name(const struct reader *r)
{
	return r->format_name;
}

static void free_interface(struct reader_interface *iface)
{
	free(iface->name);
	free(iface->description);
	free(iface->filter);
	free(iface->hardware);
	free(iface->os);
	free(iface->comment);
	free(iface->timezone);
	free(iface->addresses);
}

static void free_section(struct reader_section *section)
{
	free(section->hardware);
	free(section->os);
	free(section->application);
	free(section->comment);
}

int reader_close(struct reader *r)
{
	if (!r)
		return 0;
	for (size_t i = 0; i < r->nr_interfaces; i++)
		free_interface(&r->interfaces[i]);
	for (uint32_t i = 0; i < r->nr_sections; i++)
		free_section(&r->sections[i]);
	free(r->interfaces);
	free(r->sections);
	free(r->cooked);
	source_close(r->src);
	free(r);
	return 0;
}
