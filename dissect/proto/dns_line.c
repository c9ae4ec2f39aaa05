/* dissect/proto/dns_line.c -- DNS messages (RFC 1035) as people read them at a glance. */
#include "dissect/proto/dns.h"
#include "dissect/text.h"

enum { CLASS_IN = 1, RECORDS_SHOWN = 3 };

void dns_type_text(uint16_t type, struct strbuf *out)
{
	const char *name = name_find(dns_type_names, type);

	if (name) {
		strbuf_puts(out, name);
	} else {
		strbuf_puts(out, "TYPE");
		strbuf_uint(out, type);
	}
}

static void name_text(const struct dns_name *name, struct strbuf *out)
{
	if (name->labels)
		text_printable((const uint8_t *)name->text, name->len, DNS_NAME_MAX, out);
	else
		strbuf_putc(out, '.');
}

/* EDNS has the higher bits of the reply code, RFC 6891 §6.1.3. */
static unsigned reply_code(const struct dns_message *m)
{
	size_t off = dns_section_end(m, 0, DNS_HEADER);
	unsigned records = load_be16(m->data + 6) + load_be16(m->data + 8);
	unsigned code = m->data[3] & 15, left = load_be16(m->data + 10);
	size_t next;

	for (; records || left; off = next) {
		const size_t name = dns_name_skip(m->data, m->len, off);

		next = dns_record_skip(m->data, m->len, off);
		if (!next)
			break;
		if (!records && load_be16(m->data + off + name) == DNS_OPT)
			return code | m->data[off + name + 4] << 4;
		if (records)
			records--;
		else
			left--;
	}
	return code;
}

static void line_class(uint16_t class, struct strbuf *out)
{
	const char *name = name_find(dns_class_names, class);

	if (class == CLASS_IN)
		return;
	if (name) {
		strbuf_puts(out, name);
	} else {
		strbuf_puts(out, "CLASS");
		strbuf_uint(out, class);
	}
	strbuf_putc(out, ' ');
}

/* "A? www.example.com", the question mark only in a query or when nothing answers it. */
static void line_question(const struct dns_message *m, size_t off, bool asks, struct strbuf *out)
{
	struct dns_name name;
	const uint8_t *p;
	uint16_t class;

	if (!dns_name_read(m->data, m->len, off, &name) || m->len - off - name.place < 4) {
		strbuf_puts(out, " unreadable question");
		return;
	}
	p = m->data + off + name.place;
	class = load_be16(p + 2);
	strbuf_putc(out, ' ');
	line_class(m->kind == DNS_MULTICAST ? class & ~DNS_CLASS_TOP : class, out);
	dns_type_text(load_be16(p), out);
	strbuf_puts(out, asks ? "? " : " ");
	name_text(&name, out);
	if (m->kind == DNS_MULTICAST && class & DNS_CLASS_TOP)
		strbuf_puts(out, " (QU)");
}

/* The first records; the owner's name only where no question has said it. */
static void line_records(const struct dns_message *m, size_t off, unsigned nr, unsigned shown,
			 bool owners, struct strbuf *out)
{
	struct dns_record rr;
	unsigned i;

	for (i = 0; i < nr && i < shown && dns_record_read(m, &off, &rr); i++) {
		strbuf_puts(out, i ? ", " : " ");
		dns_type_text(rr.type, out);
		strbuf_putc(out, ' ');
		if (owners) {
			name_text(&rr.name, out);
			strbuf_putc(out, ' ');
		}
		dns_record_text(m, &rr, out);
	}
	if (i < nr) {
		strbuf_puts(out, " (+");
		strbuf_uint(out, nr - i);
		strbuf_puts(out, " more)");
	}
}

static void line_update(const struct dns_message *m, struct strbuf *out)
{
	struct dns_name zone;

	if (dns_name_read(m->data, m->len, DNS_HEADER, &zone)) {
		strbuf_putc(out, ' ');
		name_text(&zone, out);
	}
	strbuf_puts(out, ", prerequisites ");
	strbuf_uint(out, load_be16(m->data + 6));
	strbuf_puts(out, ", updates ");
	strbuf_uint(out, load_be16(m->data + 8));
}

/* What came back: the answers, or the authority that stands for none. */
static void line_answers(const struct dns_message *m, size_t off, unsigned shown,
			 struct strbuf *out)
{
	const unsigned answers = load_be16(m->data + 6), authority = load_be16(m->data + 8);
	const bool asked = load_be16(m->data + 4);

	if (answers) {
		if (asked)
			strbuf_putc(out, ':');
		line_records(m, off, answers, shown, !asked, out);
	} else if (authority) {
		strbuf_puts(out, ", authority");
		line_records(m, off, authority, 1, true, out);
	} else if (asked) {
		strbuf_puts(out, ", no answer");
	}
}

/*
 * tcpdump's letters behind the id. A query: '+' wants recursion, '%' checks by itself. A response:
 * '*' authoritative, '-' no recursion to be had, '$' verified.
 */
static void line_marks(uint16_t flags, struct strbuf *out)
{
	if (!(flags & DNS_RESPONSE)) {
		if (flags & DNS_RECURSION_DESIRED)
			strbuf_putc(out, '+');
		if (flags & DNS_CHECKING_DISABLED)
			strbuf_putc(out, '%');
		return;
	}
	if (flags & DNS_AUTHORITATIVE)
		strbuf_putc(out, '*');
	if (!(flags & DNS_RECURSION_AVAILABLE))
		strbuf_putc(out, '-');
	if (flags & DNS_AUTHENTICATED)
		strbuf_putc(out, '$');
}

static void line_message(const struct dns_message *m, const struct render_options *opt,
			 struct strbuf *out)
{
	const uint16_t flags = load_be16(m->data + 2);
	const bool response = flags & DNS_RESPONSE;
	const unsigned opcode = dns_opcode(m->data), code = response ? reply_code(m) : 0;
	const unsigned questions = load_be16(m->data + 4), answers = load_be16(m->data + 6);
	const unsigned shown = opt->quiet ? 1 : RECORDS_SHOWN;
	const char *name;

	if (m->kind != DNS_MULTICAST) {
		strbuf_puts(out, " 0x");
		strbuf_hex(out, load_be16(m->data), 4);
	}
	if (m->kind == DNS_PLAIN)
		line_marks(flags, out);
	if (opcode) {
		name = name_find(dns_opcode_names, opcode);
		strbuf_putc(out, ' ');
		strbuf_puts(out, name ? name : "opcode ?");
	}
	if (response && (code || opcode)) {
		name = name_find(dns_rcode_names, code);
		strbuf_putc(out, ' ');
		if (name) {
			strbuf_puts(out, name);
		} else {
			strbuf_puts(out, "rcode ");
			strbuf_uint(out, code);
		}
	}
	if (flags & DNS_TRUNCATED)
		strbuf_puts(out, " truncated");
	if (opcode == DNS_UPDATE) {
		line_update(m, out);
		return;
	}
	if (questions)
		line_question(m, DNS_HEADER, !response || !answers, out);
	if (questions > 1) {
		strbuf_puts(out, " (+");
		strbuf_uint(out, questions - 1);
		strbuf_puts(out, " more)");
	}
	if (response)
		line_answers(m, dns_section_end(m, 0, DNS_HEADER), shown, out);
}

void dns_layer_line(const struct dissection *d, const struct layer *l, enum dns_kind kind,
		    const struct render_options *opt, struct strbuf *out)
{
	static const char *const names[] = { "DNS", "mDNS", "LLMNR" };
	struct cursor c = layer_cursor(d, l, 0);
	struct dns_message m = { .kind = kind };
	const uint8_t *prefix;
	unsigned more = 0;

	line_paint(opt, PAINT_PROTOCOL, names[kind], out);
	if (!dns_message_next(l, &c, &m, &prefix) || m.len < DNS_HEADER) {
		strbuf_puts(out, ", start of a message");
		if (prefix) {
			strbuf_puts(out, " of ");
			strbuf_uint(out, load_be16(prefix));
			strbuf_puts(out, " bytes");
		}
		return;
	}
	line_message(&m, opt, out);
	while (dns_message_next(l, &c, &m, &prefix))
		more++;
	if (more) {
		strbuf_puts(out, ", +");
		strbuf_uint(out, more);
		strbuf_puts(out, more > 1 ? " messages" : " message");
	}
}
