/* dissect/proto/syslog.c -- syslog over UDP: RFC 5424, and what RFC 3164 found in the wild. */
#include <time.h>

#include "core/clock.h"
#include "dissect/dissect.h"
#include "dissect/lines.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	PRIORITY_MAX = 191, /* facility 23, severity 7 */
	BSD_TIME_LEN = 15,  /* "Oct 11 22:14:15" */
	TEXT_SHOWN = 120,
};

enum { IS_BSD = 1 << 0, IS_IETF = 1 << 1 };

static const struct name_map facility_names[] = {
	{ 0, "kern" },      { 1, "user" },    { 2, "mail" },    { 3, "daemon" },  { 4, "auth" },
	{ 5, "syslog" },    { 6, "lpr" },     { 7, "news" },    { 8, "uucp" },    { 9, "cron" },
	{ 10, "authpriv" }, { 11, "ftp" },    { 12, "ntp" },    { 13, "audit" },  { 14, "alert" },
	{ 15, "clock" },    { 16, "local0" }, { 17, "local1" }, { 18, "local2" }, { 19, "local3" },
	{ 20, "local4" },   { 21, "local5" }, { 22, "local6" }, { 23, "local7" }, { 0, NULL },
};

static const struct name_map level_names[] = {
	{ 0, "emerg" },  { 1, "alert" }, { 2, "crit" },  { 3, "err" }, { 4, "warning" },
	{ 5, "notice" }, { 6, "info" },  { 7, "debug" }, { 0, NULL },
};

enum {
	D_FACILITY,
	D_LEVEL,
	D_MESSAGE,
	D_VERSION,
	D_TIME,
	D_BSD_TIME,
	D_HOST,
	D_APP,
	D_PROCESS,
	D_MSGID,
	D_DATA,
	NR_D,
};

static const struct field_desc syslog_described[NR_D] = {
	[D_FACILITY] = { "syslog.facility", "Facility", 0, 0, FIELD_ENUM, FIELD_DESCRIBED,
			 .names = facility_names },
	[D_LEVEL] = { "syslog.level", "Level", 0, 0, FIELD_ENUM, FIELD_DESCRIBED,
		      .names = level_names },
	[D_MESSAGE] = { "syslog.msg", "Message", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[D_VERSION] = { "syslog.version", "Version", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[D_TIME] = { "syslog.timestamp", "Time", 0, 0, FIELD_TIME, FIELD_DESCRIBED },
	[D_BSD_TIME] = { "syslog.timestamp_rfc3164", "Time", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[D_HOST] = { "syslog.hostname", "Host", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[D_APP] = { "syslog.appname", "Application", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[D_PROCESS] = { "syslog.procid", "Process", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[D_MSGID] = { "syslog.msgid", "Message id", 0, 0, FIELD_TEXT, FIELD_DESCRIBED },
	[D_DATA] = { "syslog.structured_data", "Structured data", 0, 0, FIELD_TEXT,
		     FIELD_DESCRIBED },
};

/* "<13>" at the start; the cursor is left behind it. False: there is none. */
static bool take_priority(struct cursor *c, unsigned *ret)
{
	unsigned value = 0, digits = 0;

	if (cursor_u8(c) != '<')
		return false;
	while (digits < 3 && cursor_left(c) && *c->pos >= '0' && *c->pos <= '9') {
		value = value * 10 + (unsigned)(cursor_u8(c) - '0');
		digits++;
	}
	*ret = value;
	return digits && cursor_u8(c) == '>' && !c->failed && value <= PRIORITY_MAX;
}

static struct next syslog_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	struct cursor peek = *c;
	unsigned priority;

	if (!take_priority(&peek, &priority))
		return next_reject();
	l->variant = cursor_left(&peek) > 1 && peek.pos[0] == '1' && peek.pos[1] == ' ' ? IS_IETF
											: IS_BSD;
	dissect_take_rest(d, c);
	return next_none();
}

static void put(struct field_out *o, unsigned which, struct span s)
{
	if (s.len)
		field_put_bytes(o, &syslog_described[which], s.p, s.len);
}

static bool take_number(struct span *s, size_t digits, uint32_t *ret)
{
	const struct span number = span_over(s->p, MIN_OF(s->len, digits));

	if (number.len != digits || !span_uint(number, ret))
		return false;
	*s = span_over(s->p + digits, s->len - digits);
	return true;
}

static bool take_char(struct span *s, char c)
{
	if (!s->len || *s->p != (uint8_t)c)
		return false;
	*s = span_over(s->p + 1, s->len - 1);
	return true;
}

/* ".003000" -> nanoseconds; nothing there is 0. */
static uint64_t take_fraction(struct span *s)
{
	uint64_t ns = 0, unit = NS_PER_SEC / 10;

	if (!take_char(s, '.'))
		return 0;
	while (s->len && *s->p >= '0' && *s->p <= '9') {
		ns += unit * (uint64_t)(*s->p - '0');
		unit /= 10;
		*s = span_over(s->p + 1, s->len - 1);
	}
	return ns;
}

/* RFC 3339 as RFC 5424 6.2.3 narrows it; "-" and all else is no time. */
static bool parse_time(struct span s, uint64_t *ret_ns)
{
	uint32_t year, month, day, hour, minute, second, off_hour = 0, off_minute = 0;
	struct tm tm;
	uint64_t ns;
	int64_t at;
	bool east;

	if (!take_number(&s, 4, &year) || !take_char(&s, '-') || !take_number(&s, 2, &month) ||
	    !take_char(&s, '-') || !take_number(&s, 2, &day) || !take_char(&s, 'T') ||
	    !take_number(&s, 2, &hour) || !take_char(&s, ':') || !take_number(&s, 2, &minute) ||
	    !take_char(&s, ':') || !take_number(&s, 2, &second) || year < 1970)
		return false;
	ns = take_fraction(&s);
	east = take_char(&s, '+');
	if ((east || take_char(&s, '-')) &&
	    (!take_number(&s, 2, &off_hour) || !take_char(&s, ':') ||
	     !take_number(&s, 2, &off_minute)))
		return false;
	tm = (struct tm){ .tm_year = (int)year - 1900,
			  .tm_mon = (int)month - 1,
			  .tm_mday = (int)day,
			  .tm_hour = (int)hour,
			  .tm_min = (int)minute,
			  .tm_sec = (int)second };
	at = timegm(&tm);
	at += (east ? -1 : 1) * (int64_t)(off_hour * 3600 + off_minute * 60);
	if (at < 0)
		return false;
	*ret_ns = (uint64_t)at * NS_PER_SEC + ns;
	return true;
}

/* "[id name="value" ...]" one after another, or "-"; *rest is left behind them. */
static struct span take_data(struct span *rest)
{
	const uint8_t *start = rest->p;
	bool inside = false, quoted = false;
	size_t i;

	for (i = 0; i < rest->len; i++) {
		const uint8_t ch = rest->p[i];

		if (quoted && ch == '\\')
			i++;
		else if (ch == '"' && inside)
			quoted = !quoted;
		else if (!quoted && (ch == '[' || ch == ']'))
			inside = ch == '[';
		else if (!inside && ch == ' ')
			break;
	}
	i = MIN_OF(i, rest->len);
	*rest = span_over(start + i, rest->len - i);
	return span_over(start, i);
}

static void describe_ietf(struct span rest, struct field_out *o)
{
	struct span word = span_until(&rest, ' ');
	uint64_t ns;

	put(o, D_VERSION, word);
	word = span_until(&rest, ' ');
	if (parse_time(word, &ns))
		field_put_num(o, &syslog_described[D_TIME], ns, word.p, word.len);
	put(o, D_HOST, span_until(&rest, ' '));
	put(o, D_APP, span_until(&rest, ' '));
	put(o, D_PROCESS, span_until(&rest, ' '));
	put(o, D_MSGID, span_until(&rest, ' '));
	put(o, D_DATA, take_data(&rest));
}

static bool is_bsd_time(struct span s)
{
	static const char form[] = "Aaa Xd dd:dd:dd";
	size_t i;

	if (s.len <= BSD_TIME_LEN || s.p[BSD_TIME_LEN] != ' ')
		return false;
	for (i = 0; i < BSD_TIME_LEN; i++) {
		const uint8_t ch = s.p[i];
		const bool digit = ch >= '0' && ch <= '9';

		switch (form[i]) {
		case 'A':
		case 'a':
			if ((ch | 0x20) < 'a' || (ch | 0x20) > 'z')
				return false;
			break;
		case 'X':
			if (!digit && ch != ' ')
				return false;
			break;
		case 'd':
			if (!digit)
				return false;
			break;
		default:
			if (ch != (uint8_t)form[i])
				return false;
		}
	}
	return true;
}

/* RFC 3164 4.1: time, host, and a tag that ends with what is no letter or digit. */
static void describe_bsd(struct span rest, struct field_out *o)
{
	struct span tag;

	if (!is_bsd_time(rest))
		return;
	put(o, D_BSD_TIME, span_over(rest.p, BSD_TIME_LEN));
	rest = span_over(rest.p + BSD_TIME_LEN + 1, rest.len - BSD_TIME_LEN - 1);
	put(o, D_HOST, span_until(&rest, ' '));
	tag = rest;
	tag.len = 0;
	while (tag.len < rest.len && rest.p[tag.len] != ':' && rest.p[tag.len] != '[' &&
	       rest.p[tag.len] != ' ')
		tag.len++;
	put(o, D_PROCESS, tag);
}

static void syslog_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);
	const uint8_t *start = c.pos;
	unsigned priority;
	struct span rest;
	size_t n;

	if (!take_priority(&c, &priority))
		return;
	n = (size_t)(c.pos - start);
	field_put_num(o, &syslog_described[D_FACILITY], priority >> 3, start, n);
	field_put_num(o, &syslog_described[D_LEVEL], priority & 7, start, n);
	rest = span_over(c.pos, cursor_left(&c));
	while (rest.len && !rest.p[rest.len - 1])
		rest.len--;
	put(o, D_MESSAGE, rest);
	if (l->variant == IS_IETF)
		describe_ietf(rest, o);
	else
		describe_bsd(rest, o);
}

static void syslog_line(const struct dissection *d, const struct layer *l,
			const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	const char *name;
	unsigned priority;

	line_paint(opt, PAINT_PROTOCOL, "SYSLOG", out);
	if (!take_priority(&c, &priority))
		return;
	strbuf_putc(out, ' ');
	name = name_find(facility_names, priority >> 3);
	strbuf_puts(out, name ? name : "?");
	strbuf_putc(out, '.');
	strbuf_puts(out, name_find(level_names, priority & 7));
	strbuf_puts(out, ": ");
	while (cursor_left(&c) && (!c.end[-1] || c.end[-1] == '\n'))
		c.end--;
	text_printable(c.pos, cursor_left(&c), opt->quiet ? TEXT_SHOWN / 2 : TEXT_SHOWN, out);
}

const struct dissector syslog_dissector = {
	.name = "syslog",
	.title = "Syslog message",
	.id = PROTO_SYSLOG,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = 3,
	.described = syslog_described,
	.nr_described = ARRAY_SIZE(syslog_described),
	.keys = { { KEY_UDP_PORT, 514 } },
	.dissect = syslog_dissect,
	.describe = syslog_describe,
	.line = syslog_line,
};
