/*
 * dissect/proto/dns_rr.c -- resource records: RFC 1035 and those that came after it. Most are a
 * sequence of typed parts, written down as such; OPT, SVCB and CAA have functions.
 */
#include "dissect/proto/dns.h"
#include "dissect/text.h"

enum part_kind {
	PART_END,
	PART_NUMBER,  /* `size` bytes */
	PART_TIME,    /* `size` bytes of seconds since 1970 */
	PART_ADDRESS, /* `size` bytes */
	PART_NAME,
	PART_STRING,  /* a length of `size` bytes, then text */
	PART_STRINGS, /* such strings to the end */
	PART_COUNTED, /* a length of `size` bytes, then bytes */
	PART_HASHED,  /* the same, shown in base 32 as NSEC3 names its owners */
	PART_REST,    /* to the end */
	PART_TYPES,   /* a bitmap of types to the end */
	PART_BITS,    /* nothing more to read: `more` fields of the `size` bytes before */
};

enum { PARTS_MAX = 9 };

struct part {
	uint8_t kind; /* enum part_kind */
	uint8_t size;
	uint8_t field; /* enum dns_field */
	uint8_t more;  /* the field of the length, or a number of fields */
};

struct shape {
	uint16_t type;
	struct part parts[PARTS_MAX + 1];
};

#define NUMBER(size, id)                        \
	{                                       \
		PART_NUMBER, size, DNSF_##id, 0 \
	}
#define TIME(size, id)                        \
	{                                     \
		PART_TIME, size, DNSF_##id, 0 \
	}
#define ADDRESS(size, id)                        \
	{                                        \
		PART_ADDRESS, size, DNSF_##id, 0 \
	}
#define NAME(id)                           \
	{                                  \
		PART_NAME, 0, DNSF_##id, 0 \
	}
#define STRING(id, len_id)                               \
	{                                                \
		PART_STRING, 1, DNSF_##id, DNSF_##len_id \
	}
#define STRINGS(id, len_id)                               \
	{                                                 \
		PART_STRINGS, 1, DNSF_##id, DNSF_##len_id \
	}
#define COUNTED(size, id, len_id)                            \
	{                                                    \
		PART_COUNTED, size, DNSF_##id, DNSF_##len_id \
	}
#define HASHED(id, len_id)                               \
	{                                                \
		PART_HASHED, 1, DNSF_##id, DNSF_##len_id \
	}
#define REST(id)                           \
	{                                  \
		PART_REST, 0, DNSF_##id, 0 \
	}
#define TYPES()                                  \
	{                                        \
		PART_TYPES, 0, DNSF_NSEC_TYPE, 0 \
	}
#define FLAG_BITS(size, first, nr)                \
	{                                         \
		PART_BITS, size, DNSF_##first, nr \
	}

#define RRSIG_PARTS                                                                                \
	{                                                                                          \
		NUMBER(2, RRSIG_TYPE), NUMBER(1, RRSIG_ALGORITHM), NUMBER(1, RRSIG_LABELS),        \
			NUMBER(4, RRSIG_TTL), TIME(4, RRSIG_EXPIRATION), TIME(4, RRSIG_INCEPTION), \
			NUMBER(2, RRSIG_TAG), NAME(RRSIG_SIGNER), REST(RRSIG_DATA),                \
	}
#define DS_PARTS                                                                       \
	{                                                                              \
		NUMBER(2, DS_TAG), NUMBER(1, DS_ALGORITHM), NUMBER(1, DS_DIGEST_TYPE), \
			REST(DS_DIGEST),                                               \
	}
#define DNSKEY_PARTS                                                                               \
	{                                                                                          \
		NUMBER(2, DNSKEY_FLAGS), FLAG_BITS(2, DNSKEY_ZONE, 3), NUMBER(1, DNSKEY_PROTOCOL), \
			NUMBER(1, DNSKEY_ALGORITHM), REST(DNSKEY_KEY),                             \
	}
#define TLSA_PARTS                                                                         \
	{                                                                                  \
		NUMBER(1, TLSA_USAGE), NUMBER(1, TLSA_SELECTOR), NUMBER(1, TLSA_MATCHING), \
			REST(TLSA_DATA),                                                   \
	}

static const struct shape shapes[] = {
	{ DNS_A, { ADDRESS(4, A_ADDR) } },
	{ DNS_NS, { NAME(NS_NAME) } },
	{ DNS_CNAME, { NAME(CNAME_NAME) } },
	{ DNS_SOA,
	  { NAME(SOA_MNAME), NAME(SOA_RNAME), NUMBER(4, SOA_SERIAL), NUMBER(4, SOA_REFRESH),
	    NUMBER(4, SOA_RETRY), NUMBER(4, SOA_EXPIRE), NUMBER(4, SOA_MINIMUM) } },
	{ DNS_PTR, { NAME(PTR_NAME) } },
	{ DNS_HINFO, { STRING(HINFO_CPU, HINFO_CPU_LEN), STRING(HINFO_OS, HINFO_OS_LEN) } },
	{ DNS_MX, { NUMBER(2, MX_PREFERENCE), NAME(MX_NAME) } },
	{ DNS_TXT, { STRINGS(TXT_TEXT, TXT_LENGTH) } },
	{ DNS_RP, { NAME(RP_MAILBOX), NAME(RP_TXT) } },
	{ DNS_AFSDB, { NUMBER(2, AFSDB_SUBTYPE), NAME(AFSDB_NAME) } },
	{ DNS_SIG, RRSIG_PARTS },
	{ DNS_KEY,
	  { NUMBER(2, KEY_FLAGS), NUMBER(1, KEY_PROTOCOL), NUMBER(1, KEY_ALGORITHM),
	    REST(KEY_KEY) } },
	{ DNS_AAAA, { ADDRESS(16, AAAA_ADDR) } },
	{ DNS_LOC,
	  { NUMBER(1, LOC_VERSION), NUMBER(1, LOC_SIZE), NUMBER(1, LOC_HORIZONTAL),
	    NUMBER(1, LOC_VERTICAL), NUMBER(4, LOC_LATITUDE), NUMBER(4, LOC_LONGITUDE),
	    NUMBER(4, LOC_ALTITUDE) } },
	{ DNS_SRV,
	  { NUMBER(2, SRV_PRIORITY), NUMBER(2, SRV_WEIGHT), NUMBER(2, SRV_PORT),
	    NAME(SRV_TARGET) } },
	{ DNS_NAPTR,
	  { NUMBER(2, NAPTR_ORDER), NUMBER(2, NAPTR_PREFERENCE),
	    STRING(NAPTR_FLAGS, NAPTR_FLAGS_LEN), STRING(NAPTR_SERVICE, NAPTR_SERVICE_LEN),
	    STRING(NAPTR_REGEX, NAPTR_REGEX_LEN), NAME(NAPTR_NAME) } },
	{ DNS_KX, { NUMBER(2, KX_PREFERENCE), NAME(KX_NAME) } },
	{ DNS_CERT,
	  { NUMBER(2, CERT_TYPE), NUMBER(2, CERT_TAG), NUMBER(1, CERT_ALGORITHM),
	    REST(CERT_DATA) } },
	{ DNS_DNAME, { NAME(DNAME_NAME) } },
	{ DNS_DS, DS_PARTS },
	{ DNS_SSHFP, { NUMBER(1, SSHFP_ALGORITHM), NUMBER(1, SSHFP_TYPE), REST(SSHFP_DATA) } },
	{ DNS_RRSIG, RRSIG_PARTS },
	{ DNS_NSEC, { NAME(NSEC_NEXT), TYPES() } },
	{ DNS_DNSKEY, DNSKEY_PARTS },
	{ DNS_DHCID, { REST(DHCID_DATA) } },
	{ DNS_NSEC3,
	  { NUMBER(1, NSEC3_ALGORITHM), NUMBER(1, NSEC3_FLAGS), FLAG_BITS(1, NSEC3_OPT_OUT, 1),
	    NUMBER(2, NSEC3_ITERATIONS), COUNTED(1, NSEC3_SALT, NSEC3_SALT_LEN),
	    HASHED(NSEC3_HASH, NSEC3_HASH_LEN), TYPES() } },
	{ DNS_NSEC3PARAM,
	  { NUMBER(1, NSEC3_ALGORITHM), NUMBER(1, NSEC3_FLAGS), NUMBER(2, NSEC3_ITERATIONS),
	    COUNTED(1, NSEC3_SALT, NSEC3_SALT_LEN) } },
	{ DNS_TLSA, TLSA_PARTS },
	{ DNS_SMIMEA, TLSA_PARTS },
	{ DNS_CDS, DS_PARTS },
	{ DNS_CDNSKEY, DNSKEY_PARTS },
	{ DNS_SPF, { STRINGS(SPF_TEXT, SPF_LENGTH) } },
	{ DNS_TKEY,
	  { NAME(TKEY_ALGORITHM), TIME(4, TKEY_INCEPTION), TIME(4, TKEY_EXPIRATION),
	    NUMBER(2, TKEY_MODE), NUMBER(2, TKEY_ERROR), COUNTED(2, TKEY_KEY, TKEY_SIZE),
	    COUNTED(2, TKEY_OTHER, TKEY_OTHER_SIZE) } },
	{ DNS_TSIG,
	  { NAME(TSIG_ALGORITHM), TIME(6, TSIG_TIME), NUMBER(2, TSIG_FUDGE),
	    COUNTED(2, TSIG_MAC, TSIG_MAC_SIZE), NUMBER(2, TSIG_ID), NUMBER(2, TSIG_ERROR),
	    COUNTED(2, TSIG_OTHER, TSIG_OTHER_LEN) } },
	{ DNS_URI, { NUMBER(2, URI_PRIORITY), NUMBER(2, URI_WEIGHT), REST(URI_TARGET) } },
};

static const struct shape *shape_find(uint16_t type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++)
		if (shapes[i].type == type)
			return &shapes[i];
	return NULL;
}

/* One part of a record's data, found: what describing and printing have in common. */
struct found_part {
	const struct part *part;
	const uint8_t *at, *data; /* data: behind the length */
	size_t len;               /* of data */
	struct dns_name name;
};

/* The part at the cursor; false where it does not lie in the record. */
static bool part_read(const struct dns_message *m, struct cursor *c, const struct part *part,
		      struct found_part *ret)
{
	ret->part = part;
	ret->at = ret->data = c->pos;
	ret->len = part->size;
	switch ((enum part_kind)part->kind) {
	case PART_NAME:
		if (!dns_name_read(m->data, (size_t)(c->end - m->data), (size_t)(c->pos - m->data),
				   &ret->name))
			return false;
		ret->len = ret->name.place;
		break;
	case PART_STRING:
	case PART_STRINGS:
	case PART_COUNTED:
	case PART_HASHED:
		ret->len = part->size == 2 ? cursor_be16(c) : cursor_u8(c);
		ret->data = c->pos;
		break;
	case PART_REST:
	case PART_TYPES:
		ret->len = cursor_left(c);
		break;
	case PART_BITS: /* behind them already */
		ret->data -= part->size;
		return true;
	default:
		break;
	}
	return cursor_take(c, ret->len);
}

static uint64_t number_of(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

/* RFC 4648's alphabet with extended hex, as RFC 5155 §1.3 wants it. */
static void put_hashed(struct field_out *o, const struct found_part *f)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	char text[64 * 8 / 5 + 2];
	struct strbuf s = strbuf_over(text, sizeof(text));
	const size_t bits = MIN_OF(f->len, 64u) * 8;
	size_t i;

	for (i = 0; i < bits; i += 5) {
		const uint8_t *p = f->data + i / 8;
		const unsigned pair = p[0] * 256u + (i + 8 < bits && i / 8 + 1 < f->len ? p[1] : 0);

		strbuf_putc(&s, digits[pair >> (11 - i % 8) & 31]);
	}
	field_put_text(o, &dns_described[f->part->field], text, s.len, f->data, f->len);
}

/* RFC 4034 appendix B. */
static unsigned key_tag(const uint8_t *p, size_t n)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	return (sum + (sum >> 16)) & 0xffff;
}

static void part_put(const struct found_part *f, struct field_out *o)
{
	const struct field_desc *fd = &dns_described[f->part->field];
	const size_t prefix = (size_t)(f->data - f->at);
	struct cursor bitmap;

	if (prefix && f->part->kind != PART_BITS)
		field_put_uint(o, &dns_described[f->part->more], f->at, prefix);
	switch ((enum part_kind)f->part->kind) {
	case PART_NUMBER:
		field_put_uint(o, fd, f->at, f->len);
		break;
	case PART_TIME:
		field_put_num(o, fd, MIN_OF(number_of(f->at, f->len), 1ull << 33) * 1000000000u,
			      f->at, f->len);
		break;
	case PART_NAME:
		field_put_text(o, fd, f->name.text, f->name.len, f->at, f->len);
		break;
	case PART_HASHED:
		put_hashed(o, f);
		break;
	case PART_TYPES:
		bitmap = cursor_over(f->data, f->len, false);
		dns_bitmap_describe(&bitmap, o);
		break;
	case PART_BITS:
		field_put_table(o, fd, f->part->more, 0, f->data, f->part->size);
		break;
	default:
		if (f->len || fd->kind == FIELD_TEXT)
			field_put_bytes(o, fd, f->data, f->len);
		break;
	}
}

void dns_bitmap_describe(struct cursor *c, struct field_out *o)
{
	while (cursor_left(c) > 2) {
		const unsigned window = cursor_u8(c);
		const size_t len = cursor_u8(c);
		const uint8_t *p = cursor_take(c, len);
		size_t i;

		for (i = 0; p && i < len * 8; i++)
			if (p[i / 8] & 0x80 >> i % 8)
				field_put_num(o, &dns_described[DNSF_NSEC_TYPE], window * 256 + i,
					      p + i / 8, 1);
	}
}

bool dns_record_read(const struct dns_message *m, size_t *off, struct dns_record *ret)
{
	const uint8_t *p;
	size_t left;

	ret->off = *off;
	if (!dns_name_read(m->data, m->len, *off, &ret->name))
		return false;
	*off += ret->name.place;
	left = m->len - *off;
	if (left < 10)
		return false;
	p = m->data + *off;
	*off += 10;
	ret->type = load_be16(p);
	ret->class = load_be16(p + 2);
	ret->ttl = load_be32(p + 4);
	ret->data_len = load_be16(p + 8);
	ret->data_off = *off;
	if (ret->data_len > left - 10)
		return false;
	*off += ret->data_len;
	return true;
}

static void shape_describe(const struct dns_message *m, const struct dns_record *rr,
			   const struct shape *shape, struct field_out *o)
{
	const uint8_t *data = m->data + rr->data_off;
	struct cursor c = cursor_over(data, rr->data_len, false);
	const struct part *part;
	struct found_part f;

	for (part = shape->parts; part->kind != PART_END; part++) {
		if (part->kind == PART_STRINGS) {
			while (cursor_left(&c) && part_read(m, &c, part, &f))
				part_put(&f, o);
		} else {
			if (!part_read(m, &c, part, &f)) {
				field_put_bytes(o, &dns_described[DNSF_BROKEN], data, rr->data_len);
				return;
			}
			part_put(&f, o);
		}
	}
	if (rr->type == DNS_DNSKEY || rr->type == DNS_CDNSKEY)
		field_put_num(o, &dns_described[DNSF_DNSKEY_TAG], key_tag(data, rr->data_len), data,
			      rr->data_len);
}

void dns_record_describe(const struct dns_message *m, const struct dns_record *rr,
			 struct field_out *o)
{
	const struct shape *shape = shape_find(rr->type);

	if (rr->type == DNS_OPT)
		dns_options_describe(m, rr, o);
	else if (!rr->data_len)
		return;
	else if (rr->type == DNS_SVCB || rr->type == DNS_HTTPS)
		dns_service_describe(m, rr, o);
	else if (rr->type == DNS_CAA)
		dns_caa_describe(m, rr, o);
	else if (shape)
		shape_describe(m, rr, shape, o);
	else
		field_put_bytes(o, &dns_described[DNSF_DATA], m->data + rr->data_off, rr->data_len);
}

static void part_text(const struct found_part *f, struct strbuf *out)
{
	enum { TEXT_SHOWN_MAX = 64, BYTES_SHOWN_MAX = 8 };

	switch ((enum part_kind)f->part->kind) {
	case PART_NUMBER:
		strbuf_uint(out, number_of(f->at, f->len));
		break;
	case PART_ADDRESS:
		text_addr(f->at, (unsigned)f->len, out);
		break;
	case PART_NAME:
		if (f->name.labels)
			text_printable((const uint8_t *)f->name.text, f->name.len, DNS_NAME_MAX,
				       out);
		else
			strbuf_putc(out, '.');
		break;
	case PART_STRING:
	case PART_STRINGS:
		strbuf_putc(out, '"');
		text_printable(f->data, f->len, TEXT_SHOWN_MAX, out);
		strbuf_putc(out, '"');
		break;
	default:
		if (dns_described[f->part->field].kind == FIELD_TEXT)
			text_printable(f->data, f->len, TEXT_SHOWN_MAX, out);
		else
			text_bytes(f->data, f->len, BYTES_SHOWN_MAX, out);
		break;
	}
}

/* Keys, signatures and bitmaps say nothing at a glance: the text ends in front of them. */
static bool worth_a_line(const struct part *part)
{
	switch ((enum part_kind)part->kind) {
	case PART_TIME:
	case PART_COUNTED:
	case PART_HASHED:
	case PART_TYPES:
	case PART_BITS:
		return false;
	case PART_REST:
		return dns_described[part->field].kind == FIELD_TEXT;
	default:
		return true;
	}
}

static void shape_text(const struct dns_message *m, const struct dns_record *rr,
		       const struct shape *shape, struct strbuf *out)
{
	struct cursor c = cursor_over(m->data + rr->data_off, rr->data_len, false);
	const struct part *part = shape->parts;
	bool first = true;
	struct found_part f;

	while (part->kind != PART_END && part_read(m, &c, part, &f)) {
		if (worth_a_line(part)) {
			if (!first)
				strbuf_putc(out, ' ');
			part_text(&f, out);
			first = false;
		}
		/* An SOA's names are enough; its five numbers would fill the line. */
		if (rr->type == DNS_SOA && part->field == DNSF_SOA_MNAME)
			return;
		if (part->kind != PART_STRINGS || !cursor_left(&c))
			part++;
	}
}

void dns_record_text(const struct dns_message *m, const struct dns_record *rr, struct strbuf *out)
{
	const struct shape *shape = shape_find(rr->type);

	if (rr->type == DNS_SVCB || rr->type == DNS_HTTPS) {
		dns_service_text(m, rr, out);
	} else if (rr->type == DNS_CAA) {
		dns_caa_text(m, rr, out);
	} else if (shape) {
		shape_text(m, rr, shape, out);
	} else {
		strbuf_uint(out, rr->data_len);
		strbuf_puts(out, " bytes");
	}
}
