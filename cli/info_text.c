#include "cli/info_text.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/units.h"
#include "core/clock.h"
#include "core/utf8.h"
#include "pcapio/pcapng_format.h"

const char *block_type_name(uint32_t type, char buffer[BLOCK_NAME_MAX])
{
	switch (type) {
	case PCAPNG_SHB:
		return "SHB";
	case PCAPNG_IDB:
		return "IDB";
	case PCAPNG_PB:
		return "PB";
	case PCAPNG_SPB:
		return "SPB";
	case PCAPNG_NRB:
		return "NRB";
	case PCAPNG_ISB:
		return "ISB";
	case PCAPNG_EPB:
		return "EPB";
	case PCAPNG_JOURNAL:
		return "SJB";
	case PCAPNG_DSB:
		return "DSB";
	case PCAPNG_CB:
		return "CB";
	case PCAPNG_DCB:
		return "DCB";
	}
	snprintf(buffer, BLOCK_NAME_MAX, "0x%08x", type);
	return buffer;
}

void put_moment(struct strbuf *out, uint64_t ns, bool utc)
{
	const time_t sec = (time_t)(ns / NS_PER_SEC);
	struct tm tm = { 0 };

	if (utc)
		gmtime_r(&sec, &tm);
	else
		localtime_r(&sec, &tm);
	strbuf_printf(out, "%04d-%02d-%02d%c%02d:%02d:%02d.%09u%s", tm.tm_year + 1900,
		      tm.tm_mon + 1, tm.tm_mday, utc ? 'T' : ' ', tm.tm_hour, tm.tm_min, tm.tm_sec,
		      (unsigned)(ns % NS_PER_SEC), utc ? "Z" : "");
}

void put_zone(struct strbuf *out, uint64_t ns, bool utc)
{
	const time_t sec = (time_t)(ns / NS_PER_SEC);
	struct tm tm = { 0 };
	char zone[16];

	localtime_r(&sec, &tm);
	if (utc || !strftime(zone, sizeof(zone), "%Z", &tm))
		strbuf_puts(out, "UTC");
	else
		strbuf_puts(out, zone);
}

void put_clean(struct strbuf *out, const char *text, size_t len, size_t max)
{
	const bool cut = len > max;
	size_t i = 0;

	if (cut)
		len = max;
	while (i < len) {
		const uint8_t *p = (const uint8_t *)text + i;
		const size_t n = *p < 0x80 ? 0 : utf8_printable(p, len - i);

		if (n) {
			strbuf_put(out, text + i, n);
			i += n;
			continue;
		}
		strbuf_putc(out, *p >= ' ' && *p <= '~' ? text[i] : *p == '\n' ? ' ' : '?');
		i++;
	}
	if (cut)
		strbuf_puts(out, "...");
}

void put_string(struct strbuf *out, const char *text)
{
	if (text)
		put_clean(out, text, strlen(text), INFO_STRING_SHOWN);
}

void put_ns(struct strbuf *out, uint64_t ns)
{
	strbuf_uint(out, ns / NS_PER_SEC);
	strbuf_printf(out, ".%09u", (unsigned)(ns % NS_PER_SEC));
}

void put_label(struct strbuf *out, const char *label)
{
	strbuf_printf(out, "%-13s", label);
}

void put_plural(struct strbuf *out, uint64_t n, const char *one, const char *many)
{
	strbuf_printf(out, "%" PRIu64 " %s", n, n == 1 ? one : many);
}

void put_bytes(struct strbuf *out, uint64_t bytes)
{
	put_plural(out, bytes, "byte", "bytes");
	if (bytes >= 1024) {
		strbuf_puts(out, " (");
		format_size(out, bytes);
		strbuf_putc(out, ')');
	}
}

void write_out(struct strbuf *s, FILE *out)
{
	fwrite(s->text, 1, s->len, out);
	strbuf_reset(s);
}

const char *byte_order_name(bool swapped)
{
	return swapped == (BYTE_ORDER == BIG_ENDIAN) ? "little-endian" : "big-endian";
}

bool regular_file_size(const char *path, uint64_t *ret)
{
	struct stat st;

	if ((strcmp(path, "-") ? stat(path, &st) : fstat(STDIN_FILENO, &st)) ||
	    !S_ISREG(st.st_mode))
		return false;
	*ret = (uint64_t)st.st_size;
	return true;
}
