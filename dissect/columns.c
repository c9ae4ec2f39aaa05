#include "dissect/columns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/field_lookup.h"
#include "dissect/text.h"

enum {
	REFS_MAX = 8,         /* descriptors behind one name: variants, or src and dst */
	VALUE_MAX = 16 << 10, /* bytes of one column in one row; what is longer is cut */
};

enum special {
	COL_FIELD,
	COL_FRAME,
	COL_PAYLOAD,
	COL_NUMBER,
	COL_TIME,
	COL_SOURCE,
	COL_DESTINATION,
	COL_PROTOCOL,
	COL_LENGTH,
	COL_INFO,
};

/* Where a column's value may come from. */
struct ref {
	const struct field_desc *desc;
	uint8_t proto; /* enum proto_id */
	bool described;
};

struct column {
	const char *name;
	enum special special;
	struct ref refs[REFS_MAX];
	unsigned nr_refs;
	uint8_t payload_of; /* COL_PAYLOAD: enum proto_id */
	unsigned nr_values; /* in this row */
	struct strbuf text;
};

struct columns {
	struct column_format format;
	struct column *columns;
	size_t nr;
	char *texts;
	bool wanted[PROTO_ID_MAX];    /* some column reads a field of its table */
	bool described[PROTO_ID_MAX]; /* or one that describe() finds */
	struct field_out out;
	uint8_t describing; /* enum proto_id whose describe() runs: several may share a table */
};

static const struct {
	const char *name;
	enum special special;
} specials[] = {
	{ "_ws.col.No.", COL_NUMBER },        { "_ws.col.Time", COL_TIME },
	{ "_ws.col.Source", COL_SOURCE },     { "_ws.col.Destination", COL_DESTINATION },
	{ "_ws.col.Protocol", COL_PROTOCOL }, { "_ws.col.Length", COL_LENGTH },
	{ "_ws.col.Info", COL_INFO },
};

static bool parse_char(const char *text, char *ret)
{
	if (text[0] == '/' && text[1] && !text[2]) {
		switch (text[1]) {
		case 't':
			*ret = '\t';
			return true;
		case 's':
			*ret = ' ';
			return true;
		}
		return false;
	}
	*ret = text[0];
	return text[0] && !text[1];
}

static bool parse_switch(const char *text, bool *ret)
{
	*ret = text[0] == 'y';
	return (text[0] == 'y' || text[0] == 'n') && !text[1];
}

static bool parse_occurrence(const char *text, enum column_occurrence *ret)
{
	static const char letters[] = "afl"; /* in the order of the enumeration */
	const char *p = text[0] && !text[1] ? strchr(letters, text[0]) : NULL;

	if (p)
		*ret = (enum column_occurrence)(p - letters);
	return p;
}

static bool parse_quote(const char *text, char *ret)
{
	*ret = text[0] == 'd' ? '"' : text[0] == 's' ? '\'' : '\0';
	return (text[0] == 'd' || text[0] == 's' || text[0] == 'n') && !text[1];
}

int column_format_set(struct column_format *f, const char *option, struct errmsg *err)
{
	const char *value = strchr(option, '=');
	const size_t len = value ? (size_t)(value - option) : 0;
	bool good = false;

	if (value++) {
		if (!strncmp(option, "separator", len) && len == 9)
			good = parse_char(value, &f->separator);
		else if (!strncmp(option, "aggregator", len) && len == 10)
			good = parse_char(value, &f->aggregator);
		else if (!strncmp(option, "header", len) && len == 6)
			good = f->header_given = parse_switch(value, &f->header);
		else if (!strncmp(option, "bom", len) && len == 3)
			good = parse_switch(value, &f->bom);
		else if (!strncmp(option, "escape", len) && len == 6)
			good = parse_switch(value, &f->escape);
		else if (!strncmp(option, "occurrence", len) && len == 10)
			good = parse_occurrence(value, &f->occurrence);
		else if (!strncmp(option, "quote", len) && len == 5)
			good = parse_quote(value, &f->quote);
	}
	if (good)
		return 0;
	return errmsg_set(err, -EINVAL,
			  "-E %s: it takes header=y|n, separator=/t|/s|C, aggregator=/t|/s|C, "
			  "occurrence=f|l|a, quote=d|s|n, escape=y|n, bom=y|n",
			  option);
}

struct adder {
	struct columns *c;
	struct column *col;
};

static void add_ref(void *arg, const struct field_desc *fd, uint8_t proto, bool described)
{
	const struct adder *a = arg;

	if (a->col->nr_refs == REFS_MAX)
		return;
	a->col->refs[a->col->nr_refs++] =
		(struct ref){ .desc = fd, .proto = proto, .described = described };
	a->c->wanted[proto] = true;
	a->c->described[proto] |= described;
}

static bool resolve(const struct registry *reg, struct columns *c, struct column *col)
{
	struct adder adder = { c, col };
	unsigned proto;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(specials); i++)
		if (!strcmp(specials[i].name, col->name)) {
			col->special = specials[i].special;
			return true;
		}
	for (i = 0; i < nr_frame_fields; i++)
		if (!strcmp(frame_fields[i].name, col->name)) {
			col->special = COL_FRAME;
			col->refs[0].desc = &frame_fields[i];
			return true;
		}
	if (field_lookup(reg, col->name, add_ref, &adder))
		return true;
	proto = payload_lookup(col->name);
	if (proto == PROTO_ID_MAX)
		return false;
	col->special = COL_PAYLOAD;
	col->payload_of = (uint8_t)proto;
	return true;
}

int columns_open(const struct registry *reg, const char *const *names, size_t nr,
		 const struct column_format *format, struct columns **ret, struct errmsg *err)
{
	struct columns *c;
	size_t i;

	if (!nr || nr > COLUMNS_MAX)
		return errmsg_set(err, -EINVAL, "-T fields: it takes 1 to %d times -e FIELD",
				  COLUMNS_MAX);
	c = calloc(1, sizeof(*c));
	if (c) {
		c->columns = calloc(nr, sizeof(*c->columns));
		c->texts = malloc(nr * VALUE_MAX);
	}
	if (!c || !c->columns || !c->texts) {
		columns_close(c);
		return errmsg_set(err, -ENOMEM, "out of memory");
	}
	c->format = *format;
	c->nr = nr;
	for (i = 0; i < nr; i++) {
		struct column *col = &c->columns[i];

		col->name = names[i];
		col->text = strbuf_over(c->texts + i * VALUE_MAX, VALUE_MAX);
		if (!resolve(reg, c, col)) {
			columns_close(c);
			return errmsg_set(err, -EINVAL,
					  "-e %s: no such field; 'ringtap fields' lists them",
					  names[i]);
		}
	}
	*ret = c;
	return 0;
}

void columns_close(struct columns *c)
{
	if (!c)
		return;
	free(c->columns);
	free(c->texts);
	free(c);
}

/* Makes room for one more value: false when this one is not wanted. */
static bool begin_value(const struct columns *c, struct column *col)
{
	if (col->nr_values++ == 0)
		return true;
	switch (c->format.occurrence) {
	case OCCURRENCE_FIRST:
		return false;
	case OCCURRENCE_LAST:
		strbuf_reset(&col->text);
		return true;
	case OCCURRENCE_ALL:
		strbuf_putc(&col->text, c->format.aggregator);
		break;
	}
	return true;
}

static void described_put(struct field_out *o, const struct field_value *v)
{
	struct columns *c = (struct columns *)((char *)o - __builtin_offsetof(struct columns, out));
	size_t i;
	unsigned k;

	for (i = 0; i < c->nr; i++) {
		struct column *col = &c->columns[i];

		for (k = 0; k < col->nr_refs; k++)
			if (col->refs[k].desc == v->desc && col->refs[k].proto == c->describing &&
			    begin_value(c, col))
				field_plain(v, &col->text);
	}
}

static void read_layer(struct columns *c, const struct dissection *d, const struct layer *l)
{
	const struct dissector *p = registry_by_id(d->reg, l->proto);
	struct field_value v;
	size_t i;
	unsigned k;

	for (i = 0; i < c->nr; i++) {
		struct column *col = &c->columns[i];

		for (k = 0; k < col->nr_refs; k++) {
			const struct ref *ref = &col->refs[k];

			if (ref->proto == l->proto && !ref->described &&
			    field_read(d, l, ref->desc, &v) && begin_value(c, col))
				field_plain(&v, &col->text);
		}
	}
	if (c->described[l->proto] && p && p->describe) {
		c->out.put = described_put;
		c->describing = l->proto;
		p->describe(d, l, &c->out);
	}
}

static void put_escaped(const struct columns *c, const struct strbuf *text, struct strbuf *out)
{
	static const char from[] = "\t\n\r\\\b\f\v", to[] = "tnr\\bfv";
	size_t i;

	for (i = 0; i < text->len; i++) {
		const char *p = strchr(from, text->text[i]);

		if (p && *p && c->format.escape) {
			strbuf_putc(out, '\\');
			strbuf_putc(out, to[p - from]);
		} else if (c->format.quote && text->text[i] == c->format.quote) {
			strbuf_putc(out, '\\');
			strbuf_putc(out, text->text[i]);
		} else {
			strbuf_putc(out, text->text[i]);
		}
	}
}

static void put_csv(const struct columns *c, const struct strbuf *text, struct strbuf *out)
{
	size_t i;

	if (!memchr(text->text, '"', text->len) && !memchr(text->text, '\n', text->len) &&
	    !memchr(text->text, '\r', text->len) &&
	    !memchr(text->text, c->format.separator, text->len)) {
		strbuf_put(out, text->text, text->len);
		return;
	}
	strbuf_putc(out, '"');
	for (i = 0; i < text->len; i++) {
		if (text->text[i] == '"')
			strbuf_putc(out, '"');
		strbuf_putc(out, text->text[i]);
	}
	strbuf_putc(out, '"');
}

static void put_column(const struct columns *c, const struct column *col, struct strbuf *out)
{
	const struct strbuf *text = &col->text;

	if (c->format.csv) {
		put_csv(c, text, out);
		return;
	}
	/* As tshark has it: quotes around a value that is empty, but not around no value. */
	if (!col->nr_values && !text->len)
		return;
	if (c->format.quote)
		strbuf_putc(out, c->format.quote);
	if (c->format.quote || (c->format.escape && strpbrk(text->text, "\t\n\r\\\b\f\v")))
		put_escaped(c, text, out);
	else
		strbuf_put(out, text->text, text->len);
	if (c->format.quote)
		strbuf_putc(out, c->format.quote);
}

void columns_header(const struct columns *c, struct strbuf *out)
{
	size_t i;

	if (c->format.bom)
		strbuf_puts(out, "\xef\xbb\xbf");
	if (!c->format.header)
		return;
	for (i = 0; i < c->nr; i++) {
		if (i)
			strbuf_putc(out, c->format.separator);
		strbuf_puts(out, c->columns[i].name);
	}
	strbuf_putc(out, '\n');
}

/* The outermost network addresses, or those of the link. */
static void put_address(const struct dissection *d, bool source, struct strbuf *out)
{
	if (d->flow.addr_len)
		text_addr(source ? d->flow.src : d->flow.dst, d->flow.addr_len, out);
	else if (d->nr_layers && d->layers[0].proto == PROTO_ETH && d->layers[0].hdr_len >= 12)
		text_mac(d->frame.data + (source ? 6 : 0), out);
}

static void put_payload(const struct columns *c, struct column *col, const struct dissection *d)
{
	uint32_t k, len;
	unsigned i;

	for (i = 0; i < d->nr_layers; i++) {
		const struct layer *l = &d->layers[i];

		len = l->proto == col->payload_of ? layer_extent(d, l) : 0;
		if (len <= l->hdr_len || !begin_value(c, col))
			continue;
		for (k = l->hdr_len; k < len; k++)
			strbuf_hex(&col->text, d->frame.data[l->off + k], 2);
	}
}

/* Seconds since the first packet, in microseconds unless asked otherwise, as tshark has them of
 * most files. */
static void put_time(const struct dissection *d, const struct frame_context *ctx,
		     const struct render_options *opt, struct strbuf *out)
{
	char text[40];
	struct strbuf time = strbuf_over(text, sizeof(text));

	frame_seconds(ctx->first_ns, d->frame.ts_ns, &time);
	strbuf_put(out, time.text, time.len - (opt->nano ? 0 : 3));
}

static void read_special(const struct columns *c, struct column *col, const struct dissection *d,
			 const struct frame_context *ctx, const struct render_options *opt)
{
	switch (col->special) {
	case COL_FIELD:
		break;
	case COL_FRAME:
		frame_field_text(col->refs[0].desc, d, ctx, &col->text);
		break;
	case COL_PAYLOAD:
		put_payload(c, col, d);
		break;
	case COL_NUMBER:
		strbuf_uint(&col->text, ctx->number);
		break;
	case COL_TIME:
		put_time(d, ctx, opt, &col->text);
		break;
	case COL_LENGTH:
		strbuf_uint(&col->text, d->frame.wire_len);
		break;
	case COL_INFO:
		render_line(d->reg, d, opt, &col->text);
		break;
	case COL_PROTOCOL:
		if (d->nr_layers)
			strbuf_puts(&col->text,
				    registry_proto_name(d->reg, d->layers[d->nr_layers - 1].proto));
		break;
	case COL_SOURCE:
	case COL_DESTINATION:
		put_address(d, col->special == COL_SOURCE, &col->text);
		break;
	}
}

void columns_row(struct columns *c, const struct dissection *d, const struct frame_context *ctx,
		 const struct render_options *opt, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < c->nr; i++) {
		c->columns[i].nr_values = 0;
		strbuf_reset(&c->columns[i].text);
		read_special(c, &c->columns[i], d, ctx, opt);
	}
	for (i = 0; i < d->nr_layers; i++)
		if (c->wanted[d->layers[i].proto])
			read_layer(c, d, &d->layers[i]);
	for (i = 0; i < c->nr; i++) {
		if (i)
			strbuf_putc(out, c->format.separator);
		put_column(c, &c->columns[i], out);
	}
	strbuf_putc(out, '\n');
}
