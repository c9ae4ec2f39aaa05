#include "dissect/highlight.h"
#include "dissect/render.h"

enum { BYTES_PER_LINE = 16, HEX_COLUMNS = 40 };

static char printable(uint8_t c)
{
	return c >= 0x20 && c < 0x7f ? (char)c : '.';
}

static void put_hex_line(const uint8_t *data, size_t len, size_t off, bool ascii,
			 struct strbuf *out)
{
	static const char hex[] = "0123456789abcdef";
	char text[HEX_COLUMNS + 2 + BYTES_PER_LINE + 1];
	size_t i, n = 0;

	strbuf_puts(out, "\t0x");
	strbuf_hex(out, off, 4);
	strbuf_puts(out, ": ");
	for (i = 0; i < len; i++) {
		if (i % 2 == 0)
			text[n++] = ' ';
		text[n++] = hex[data[i] >> 4];
		text[n++] = hex[data[i] & 15];
	}
	if (ascii) {
		while (n < HEX_COLUMNS + 2)
			text[n++] = ' ';
		for (i = 0; i < len; i++)
			text[n++] = printable(data[i]);
	}
	text[n++] = '\n';
	strbuf_put(out, text, n);
}

void render_hex(const uint8_t *data, size_t len, bool ascii, struct strbuf *out)
{
	size_t off;

	for (off = 0; off < len; off += BYTES_PER_LINE)
		put_hex_line(data + off, MIN_OF(len - off, (size_t)BYTES_PER_LINE), off, ascii,
			     out);
}

/* "^^" under each marked byte, in the columns of put_hex_line(). */
static void put_marks(size_t off, size_t len, const struct highlight *marks,
		      const struct render_options *opt, struct strbuf *out)
{
	char text[HEX_COLUMNS + 1];
	size_t i, n = 0, used = 0;

	for (i = 0; i < len; i++) {
		const bool on = highlight_has(marks, off + i);

		if (i % 2 == 0)
			text[n++] = ' ';
		text[n++] = on ? '^' : ' ';
		text[n++] = on ? '^' : ' ';
		if (on)
			used = n;
	}
	if (!used)
		return;
	text[used] = '\0';
	strbuf_puts(out, "\t        ");
	line_paint(opt, PAINT_WARNING, text, out);
	strbuf_putc(out, '\n');
}

void render_hex_marked(const struct dissection *d, uint32_t from, bool ascii,
		       const struct highlight *marks, const struct render_options *opt,
		       struct strbuf *out)
{
	size_t off, len;

	for (off = from; off < d->frame.cap_len; off += BYTES_PER_LINE) {
		len = MIN_OF(d->frame.cap_len - off, (size_t)BYTES_PER_LINE);
		put_hex_line(d->frame.data + off, len, off - from, ascii, out);
		put_marks(off, len, marks, opt, out);
	}
}

void render_ascii(const uint8_t *data, size_t len, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < len; i++) {
		/* Line ends and tabs help reading text; no other control byte reaches a terminal.
		 */
		if (data[i] == '\n' || data[i] == '\t')
			strbuf_putc(out, (char)data[i]);
		else if (data[i] != '\r')
			strbuf_putc(out, printable(data[i]));
	}
	strbuf_putc(out, '\n');
}
