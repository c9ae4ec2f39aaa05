/*
 * dissect/proto/dns.h -- what the files of DNS, mDNS and LLMNR share: one table of fields,
 * messages, resource records.
 */
#ifndef DISSECT_PROTO_DNS_H
#define DISSECT_PROTO_DNS_H

#include "dissect/dissect.h"
#include "dissect/proto/dns_fields.h"
#include "dissect/proto/dns_name.h"
#include "dissect/render.h"

enum {
	DNS_HEADER = 12,
	DNS_QUESTION_MIN = 5, /* root, type, class */
	DNS_RECORD_MIN = 11,  /* root, type, class, TTL, length */
	DNS_RESPONSE = 0x8000,
	DNS_AUTHORITATIVE = 0x0400,
	DNS_TRUNCATED = 0x0200,
	DNS_RECURSION_DESIRED = 0x0100,
	DNS_RECURSION_AVAILABLE = 0x0080,
	DNS_CHECKING_DISABLED = 0x0010,
	DNS_AUTHENTICATED = 0x20,
	DNS_UPDATE = 5, /* an opcode */
	/* mDNS: unicast wanted, or flush the cache (RFC 6762 §5.4, §10.2) */
	DNS_CLASS_TOP = 0x8000,
};

enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_HINFO = 13,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_RP = 17,
	DNS_AFSDB = 18,
	DNS_SIG = 24,
	DNS_KEY = 25,
	DNS_AAAA = 28,
	DNS_LOC = 29,
	DNS_SRV = 33,
	DNS_NAPTR = 35,
	DNS_KX = 36,
	DNS_CERT = 37,
	DNS_DNAME = 39,
	DNS_OPT = 41,
	DNS_DS = 43,
	DNS_SSHFP = 44,
	DNS_RRSIG = 46,
	DNS_NSEC = 47,
	DNS_DNSKEY = 48,
	DNS_DHCID = 49,
	DNS_NSEC3 = 50,
	DNS_NSEC3PARAM = 51,
	DNS_TLSA = 52,
	DNS_SMIMEA = 53,
	DNS_CDS = 59,
	DNS_CDNSKEY = 60,
	DNS_SVCB = 64,
	DNS_HTTPS = 65,
	DNS_SPF = 99,
	DNS_TKEY = 249,
	DNS_TSIG = 250,
	DNS_URI = 256,
	DNS_CAA = 257,
};

extern const struct name_map dns_type_names[];
extern const struct name_map dns_class_names[];
extern const struct name_map dns_opcode_names[];
extern const struct name_map dns_rcode_names[];
extern const struct name_map dns_algorithm_names[];
extern const struct name_map dns_digest_names[];
extern const struct name_map dns_option_names[];
extern const struct name_map dns_error_names[];
extern const struct name_map dns_svc_key_names[];
extern const struct field_desc dns_described[DNSF_COUNT];

/* Which relative is speaking: they share the format and differ in a few bits. */
enum dns_kind { DNS_PLAIN, DNS_MULTICAST, DNS_LLMNR };

/* From the id on: pointers count from there. Borrows the frame's bytes. */
struct dns_message {
	const uint8_t *data;
	size_t len;
	enum dns_kind kind;
};

struct dns_record {
	struct dns_name name;
	size_t off; /* all offsets count from the message's start */
	uint16_t type, class;
	uint32_t ttl;
	size_t data_off, data_len;
};

static inline unsigned dns_opcode(const uint8_t *p)
{
	return p[2] >> 3 & 15;
}

/* The next message of a layer; false when there is none. *prefix is its length field, or NULL. */
bool dns_message_next(const struct layer *l, struct cursor *c, struct dns_message *ret,
		      const uint8_t **prefix);
/* The end of the record at off, or 0. */
size_t dns_record_skip(const uint8_t *p, size_t len, size_t off);
/* Where the section (0: questions) that starts at off ends: as far as it can be followed. */
size_t dns_section_end(const struct dns_message *m, unsigned section, size_t off);
/* The record at *off, which then moves behind it. False: it does not lie in the message. */
bool dns_record_read(const struct dns_message *m, size_t *off, struct dns_record *ret);
void dns_record_describe(const struct dns_message *m, const struct dns_record *rr,
			 struct field_out *o);
/* What the record says, as in a zone file: "10 mail.example.com". */
void dns_record_text(const struct dns_message *m, const struct dns_record *rr, struct strbuf *out);

/* The data of records that are no plain sequence of parts. */
void dns_options_describe(const struct dns_message *m, const struct dns_record *rr,
			  struct field_out *o);
void dns_service_describe(const struct dns_message *m, const struct dns_record *rr,
			  struct field_out *o);
void dns_service_text(const struct dns_message *m, const struct dns_record *rr, struct strbuf *out);
void dns_caa_describe(const struct dns_message *m, const struct dns_record *rr,
		      struct field_out *o);
void dns_caa_text(const struct dns_message *m, const struct dns_record *rr, struct strbuf *out);
/* NSEC's and NSEC3's lists of types, RFC 4034 §4.1.2. */
void dns_bitmap_describe(struct cursor *c, struct field_out *o);

/* "AAAA", or "TYPE1234" as RFC 3597 has it. */
void dns_type_text(uint16_t type, struct strbuf *out);

/* What the relatives put into their dissectors. */
struct next dns_dissect_datagram(struct dissection *d, struct layer *l, struct cursor *c);
struct next dns_dissect(struct dissection *d, struct layer *l, struct cursor *c);
void dns_layer_describe(const struct dissection *d, const struct layer *l, enum dns_kind kind,
			struct field_out *o);
void dns_layer_line(const struct dissection *d, const struct layer *l, enum dns_kind kind,
		    const struct render_options *opt, struct strbuf *out);

#endif
