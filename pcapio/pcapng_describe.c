/* pcapio/pcapng_describe.c -- what pcapng says of its sections and interfaces, and their counters.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/strbuf.h"
#include "pcapio/pcapng_format.h"
#include "pcapio/reader_internal.h"

enum {
	ADDRESS_TEXT_MAX = 64, /* an address and its netmask */
	/* Taken of READER_DESCRIPTIONS_MAX for each text with its NUL: what malloc() adds at most,
	 * or many empty ones would cost nothing. */
	TEXT_OVERHEAD = 32,
};

int pcapng_next_option(const struct reader *r, struct pcapng_options *options,
		       struct pcapng_option_view *ret, struct errmsg *err)
{
	const size_t left = (size_t)(options->end - options->pos);
	const int code = pcapng_options_next(options, ret);

	if (code >= 0)
		return code;
	if (left < 4)
		return reader_fail(r, err, code, "a block's option list ends inside an option");
	return reader_fail(r, err, code, "option %u claims %u bytes, its block has %zu left",
			   ret->code, ret->len, left - 4);
}

/* Puts len bytes of text in the place of *ret, behind it with `more`: one a line. 0 or -errno. */
static int keep_text(struct reader *r, char **ret, const void *text, size_t len, char more,
		     struct errmsg *err)
{
	const size_t old_len = *ret && more ? strlen(*ret) : 0;
	const size_t old_size = *ret ? strlen(*ret) + TEXT_OVERHEAD : 0;
	const size_t begin = old_len ? old_len + 1 : 0;
	char *copy;
	int code;

	if (begin >= READER_STRING_MAX)
		return 0;
	len = strnlen(text, MIN_OF(len, READER_STRING_MAX - begin));
	r->described -= old_size;
	code = reader_describe(r, begin + len + TEXT_OVERHEAD, err);
	if (code)
		return code;
	copy = realloc(*ret, begin + len + 1);
	if (!copy)
		return reader_fail(r, err, -ENOMEM, "out of memory");
	if (begin)
		copy[begin - 1] = more;
	memcpy(copy + begin, text, len);
	copy[begin + len] = '\0';
	*ret = copy;
	return 0;
}

/* A repeated option wins over the one before. */
static int keep_option(struct reader *r, char **ret, const struct pcapng_option_view *o,
		       struct errmsg *err)
{
	return keep_text(r, ret, o->value, o->len, '\0', err);
}

static int keep_comment(struct reader *r, char **ret, const struct pcapng_option_view *o,
			struct errmsg *err)
{
	return keep_text(r, ret, o->value, o->len, '\n', err);
}

static int read_section_option(struct reader *r, const struct pcapng_option_view *o,
			       struct reader_section *section, struct errmsg *err)
{
	switch (o->code) {
	case PCAPNG_OPT_COMMENT:
		return keep_comment(r, &section->comment, o, err);
	case PCAPNG_SHB_HARDWARE:
		return keep_option(r, &section->hardware, o, err);
	case PCAPNG_SHB_OS:
		return keep_option(r, &section->os, o, err);
	case PCAPNG_SHB_USERAPPL:
		return keep_option(r, &section->application, o, err);
	}
	return 0;
}

/* A new section, or NULL when no more are described; -errno. */
static int add_section(struct reader *r, struct reader_section **ret, struct errmsg *err)
{
	int code;

	*ret = NULL;
	if (r->nr_sections == READER_SECTIONS_MAX)
		return 0;
	code = reader_describe(r, sizeof(**ret), err);
	if (code)
		return code;
	if (r->nr_sections == r->sections_size) {
		const uint32_t size = r->sections_size ? r->sections_size * 2 : 1;
		struct reader_section *grown = reallocarray(r->sections, size, sizeof(*grown));

		if (!grown)
			return reader_fail(r, err, -ENOMEM, "out of memory");
		r->sections = grown;
		r->sections_size = size;
	}
	*ret = &r->sections[r->nr_sections++];
	return 0;
}

int pcapng_read_section(struct reader *r, const struct reader_block *b, struct errmsg *err)
{
	const bool first = r->nr_sections == 0;
	struct reader_section *section;
	struct pcapng_options options;
	struct pcapng_option_view o;
	unsigned major, minor;
	int code;

	if (b->len < PCAPNG_SHB_MIN || pcapng_options_begin(b, &options) <= 0)
		return reader_fail(r, err, -EBADMSG, "a section header of %u bytes", b->len);
	major = reader_u16(r, b->bytes + 12);
	minor = reader_u16(r, b->bytes + 14);
	/* 1.2 was written by mistake and is the same as 1.0 (section 4.1). */
	if (major != 1 || (minor != 0 && minor != 2))
		return reader_fail(r, err, -EOPNOTSUPP, "pcapng version %u.%u is not read, 1.0 is",
				   major, minor);
	code = add_section(r, &section, err);
	if (code)
		return code;
	if (!first)
		r->section++;
	r->section_base = r->nr_interfaces;
	if (section)
		*section = (struct reader_section){
			.offset = b->offset,
			.length = reader_u64(r, b->bytes + 16),
			.first_interface = (uint32_t)r->nr_interfaces,
			.major = (uint16_t)major,
			.minor = (uint16_t)minor,
			.swapped = b->swapped,
		};
	while ((code = pcapng_next_option(r, &options, &o, err)) > 0) {
		code = section ? read_section_option(r, &o, section, err) : 0;
		if (code)
			return code;
	}
	return code;
}

/* 24 for 255.255.255.0; -1: its ones are not all in front. */
static int prefix_length(const uint8_t *mask)
{
	const uint32_t zeros = ~load_be32(mask);

	return zeros & (zeros + 1) ? -1 : 32 - __builtin_popcount(zeros);
}

/* Address by address, each with what it says of its network. */
static int keep_address(struct reader *r, const struct pcapng_option_view *o,
			struct reader_interface *iface, struct errmsg *err)
{
	char address[INET6_ADDRSTRLEN], mask[INET_ADDRSTRLEN], text[ADDRESS_TEXT_MAX];
	struct strbuf s = strbuf_over(text, sizeof(text));

	if (o->code == PCAPNG_IF_IPV4ADDR) {
		const int prefix = prefix_length(o->value + 4);

		strbuf_puts(&s, inet_ntop(AF_INET, o->value, address, sizeof(address)));
		if (prefix >= 0)
			strbuf_printf(&s, "/%d", prefix);
		else
			strbuf_printf(&s, "/%s",
				      inet_ntop(AF_INET, o->value + 4, mask, sizeof(mask)));
	} else {
		strbuf_puts(&s, inet_ntop(AF_INET6, o->value, address, sizeof(address)));
		strbuf_printf(&s, "/%u", o->value[16]);
	}
	return keep_text(r, &iface->addresses, s.text, s.len, ' ', err);
}

/* Those that are text. 1: it is none of them. */
static int read_interface_text(struct reader *r, const struct pcapng_option_view *o,
			       struct reader_interface *iface, struct errmsg *err)
{
	switch (o->code) {
	case PCAPNG_OPT_COMMENT:
		return keep_comment(r, &iface->comment, o, err);
	case PCAPNG_IF_NAME:
		return keep_option(r, &iface->name, o, err);
	case PCAPNG_IF_DESCRIPTION:
		return keep_option(r, &iface->description, o, err);
	case PCAPNG_IF_OS:
		return keep_option(r, &iface->os, o, err);
	case PCAPNG_IF_HARDWARE:
		return keep_option(r, &iface->hardware, o, err);
	case PCAPNG_IF_IANA_TZNAME:
		return keep_option(r, &iface->timezone, o, err);
	case PCAPNG_IF_FILTER: /* byte 0: 0 = an expression, else code that we do not keep */
		if (o->len == 0 || o->value[0] != 0)
			return 0;
		return keep_text(r, &iface->filter, o->value + 1, o->len - 1u, '\0', err);
	}
	return 1;
}

/* Its length is the one that the draft gives it. */
static int read_interface_number(struct reader *r, const struct pcapng_option_view *o,
				 struct reader_interface *iface, struct errmsg *err)
{
	switch (o->code) {
	case PCAPNG_IF_IPV4ADDR:
	case PCAPNG_IF_IPV6ADDR:
		return keep_address(r, o, iface, err);
	case PCAPNG_IF_MACADDR:
		memcpy(iface->mac, o->value, sizeof(iface->mac));
		iface->has_mac = true;
		break;
	case PCAPNG_IF_EUIADDR:
		memcpy(iface->eui, o->value, sizeof(iface->eui));
		iface->has_eui = true;
		break;
	case PCAPNG_IF_SPEED:
		iface->speed = reader_u64(r, o->value);
		break;
	case PCAPNG_IF_TXSPEED:
		iface->tx_speed = reader_u64(r, o->value);
		break;
	case PCAPNG_IF_RXSPEED:
		iface->rx_speed = reader_u64(r, o->value);
		break;
	case PCAPNG_IF_TSRESOL:
		iface->tsresol = o->value[0];
		break;
	case PCAPNG_IF_FCSLEN:
		iface->fcs_len = o->value[0];
		break;
	case PCAPNG_IF_TSOFFSET:
		iface->tsoffset = (int64_t)reader_u64(r, o->value);
		break;
	}
	return 0;
}

static int read_interface_option(struct reader *r, const struct pcapng_option_view *o,
				 struct reader_interface *iface, struct errmsg *err)
{
	const struct pcapng_option_info *info = pcapng_option_info(PCAPNG_IDB, o->code);
	const int code = read_interface_text(r, o, iface, err);

	if (code <= 0 || !info)
		return MIN_OF(code, 0);
	if (o->len == info->size)
		return read_interface_number(r, o, iface, err);
	if (o->code == PCAPNG_IF_TSRESOL || o->code == PCAPNG_IF_TSOFFSET)
		return reader_fail(r, err, -EBADMSG, "option %s has %u bytes instead of %u",
				   info->name, o->len, info->size);
	return 0;
}

/* What makes the time stamps of most files one multiplication. */
static uint32_t whole_tick_ns(const struct reader_interface *iface)
{
	uint32_t ns = NS_PER_SEC;

	if (iface->tsoffset || iface->tsresol > 9)
		return 0;
	for (unsigned i = 0; i < iface->tsresol; i++)
		ns /= 10;
	return ns;
}

int pcapng_read_interface(struct reader *r, const struct reader_block *b, struct errmsg *err)
{
	struct reader_interface *iface;
	struct pcapng_options options;
	struct pcapng_option_view o;
	int code;

	if (pcapng_options_begin(b, &options) <= 0)
		return reader_fail(r, err, -EBADMSG, "an interface block of %u bytes", b->len);
	code = reader_add_interface(r, &iface, err);
	if (code)
		return code;
	if (r->section < r->nr_sections)
		r->sections[r->section].nr_interfaces++;
	iface->linktype = reader_linktype(reader_u16(r, b->bytes + 8));
	iface->snaplen = reader_u32(r, b->bytes + 12);
	while ((code = pcapng_next_option(r, &options, &o, err)) > 0) {
		code = read_interface_option(r, &o, iface, err);
		if (code)
			return code;
	}
	iface->tick_ns = whole_tick_ns(iface);
	return code;
}

__extension__ typedef __int128 wide_ns;

static wide_ns wide_time(const struct reader_interface *iface, uint64_t ticks)
{
	const unsigned exponent = iface->tsresol & 0x7f;
	__extension__ unsigned __int128 ns = ticks;

	if (iface->tsresol & 0x80) {
		ns = ns * NS_PER_SEC >> exponent;
	} else {
		for (unsigned i = exponent; i < 9; i++)
			ns *= 10;
		for (unsigned i = 9; i < exponent && ns; i++)
			ns /= 10;
	}
	return (wide_ns)ns + (wide_ns)iface->tsoffset * (int64_t)NS_PER_SEC;
}

uint64_t pcapng_ticks_to_ns(const struct reader_interface *iface, uint64_t ticks)
{
	const wide_ns sum = wide_time(iface, ticks);

	if (sum < 0)
		return 0;
	return sum > (wide_ns)UINT64_MAX ? UINT64_MAX : (uint64_t)sum;
}

bool pcapng_ticks_cut(const struct reader_interface *iface, uint64_t ticks)
{
	const wide_ns sum = wide_time(iface, ticks);

	return sum < 0 || sum > (wide_ns)UINT64_MAX;
}

static void read_statistic(const struct reader *r, const struct pcapng_option_view *o,
			   struct reader_interface *iface)
{
	struct reader_statistics *s = &iface->statistics;

	if (o->len != 8)
		return;
	if (o->code == PCAPNG_ISB_STARTTIME) {
		s->start_ns = pcapng_ticks_to_ns(iface, reader_ticks(r, o->value));
	} else if (o->code == PCAPNG_ISB_ENDTIME) {
		s->end_ns = pcapng_ticks_to_ns(iface, reader_ticks(r, o->value));
	} else if (o->code >= PCAPNG_ISB_IFRECV && o->code <= PCAPNG_ISB_USRDELIV) {
		const uint64_t value = reader_u64(r, o->value);

		/* All bits set: Wireshark's word for "not known". */
		if (value == UINT64_MAX)
			return;
		s->value[o->code - PCAPNG_ISB_IFRECV] = value;
		s->present |= 1u << (o->code - PCAPNG_ISB_IFRECV);
	}
}

int pcapng_read_statistics(struct reader *r, const struct reader_block *b, struct errmsg *err)
{
	struct reader_interface *iface;
	struct pcapng_options options;
	struct pcapng_option_view o;
	int code;

	if (pcapng_options_begin(b, &options) <= 0)
		return reader_fail(r, err, -EBADMSG, "a statistics block of %u bytes", b->len);
	iface = section_interface(r, reader_u32(r, b->bytes + 8));
	if (!iface)
		return 0; /* about nothing that we know; no packet is touched by it */
	iface->statistics.nr_blocks++;
	iface->statistics.ts_ns = pcapng_ticks_to_ns(iface, reader_ticks(r, b->bytes + 12));
	while ((code = pcapng_next_option(r, &options, &o, err)) > 0)
		read_statistic(r, &o, iface);
	return code;
}
