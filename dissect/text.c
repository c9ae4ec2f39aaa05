#include "dissect/text.h"

#include <string.h>

#include "core/bytes.h"
#include "core/utf8.h"

void text_bytes(const uint8_t *bytes, size_t len, size_t max, struct strbuf *out)
{
	static const char hex[] = "0123456789abcdef";
	const size_t n = len < max ? len : max;
	size_t i;

	for (i = 0; i < n; i++) {
		const char pair[3] = { ':', hex[bytes[i] >> 4], hex[bytes[i] & 15] };

		strbuf_put(out, i ? pair : pair + 1, i ? 3 : 2);
	}
	if (n < len)
		strbuf_puts(out, "...");
}

void text_mac(const uint8_t *mac, struct strbuf *out)
{
	text_bytes(mac, 6, 6, out);
}

void text_ipv4(const uint8_t *addr, struct strbuf *out)
{
	char text[16];
	size_t n = 0;
	int i;

	for (i = 0; i < 4; i++) {
		if (addr[i] >= 100)
			text[n++] = (char)('0' + addr[i] / 100);
		if (addr[i] >= 10)
			text[n++] = (char)('0' + addr[i] / 10 % 10);
		text[n++] = (char)('0' + addr[i] % 10);
		text[n++] = '.';
	}
	strbuf_put(out, text, n - 1);
}

/* The longest run of at least two zero groups, the first of equals (RFC 5952 4.2). */
static int zero_run(const uint16_t *group, int *ret_len)
{
	int best = -1, best_len = 1, i, start = -1;

	for (i = 0; i < 8; i++) {
		if (group[i]) {
			start = -1;
			continue;
		}
		if (start < 0)
			start = i;
		if (i - start + 1 > best_len) {
			best = start;
			best_len = i - start + 1;
		}
	}
	*ret_len = best_len;
	return best;
}

void text_ipv6(const uint8_t *addr, struct strbuf *out)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	uint16_t group[8];
	int i, run, run_len;

	if (!memcmp(addr, mapped, sizeof(mapped))) {
		strbuf_puts(out, "::ffff:");
		text_ipv4(addr + 12, out);
		return;
	}
	for (i = 0; i < 8; i++)
		group[i] = load_be16(addr + 2 * i);
	run = zero_run(group, &run_len);
	for (i = 0; i < 8; i++) {
		if (i == run) {
			strbuf_puts(out, "::");
			i += run_len - 1;
			continue;
		}
		if (i && i != run + run_len)
			strbuf_putc(out, ':');
		strbuf_hex(out, group[i], 1);
	}
}

void text_addr(const uint8_t *addr, unsigned addr_len, struct strbuf *out)
{
	if (addr_len == 4)
		text_ipv4(addr, out);
	else if (addr_len == 16)
		text_ipv6(addr, out);
	else
		strbuf_putc(out, '-');
}

/* Up to shown bytes of text; `breaks` go through as they are. */
static void put_text(const uint8_t *text, size_t shown, const char *breaks, struct strbuf *out)
{
	size_t i = 0, n;

	while (i < shown) {
		for (n = 0; i + n < shown && text[i + n] >= 0x20 && text[i + n] < 0x7f; n++)
			;
		strbuf_put(out, (const char *)text + i, n);
		i += n;
		if (i == shown)
			break;
		n = text[i] >= 0x80 ? utf8_printable(text + i, shown - i) : 0;
		if (!n && text[i] && strchr(breaks, text[i]))
			n = 1;
		strbuf_put(out, n ? (const char *)text + i : ".", n ? n : 1);
		i += n ? n : 1;
	}
}

void text_printable(const uint8_t *text, size_t len, size_t max, struct strbuf *out)
{
	put_text(text, MIN_OF(len, max), "", out);
	if (max < len)
		strbuf_puts(out, "...");
}

void text_with_breaks(const uint8_t *text, size_t len, struct strbuf *out)
{
	put_text(text, len, "\t\n\r\b\f\v", out);
}
