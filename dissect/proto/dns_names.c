/* dissect/proto/dns_names.c -- DNS's numbers with names and its table of fields, RFC 1035 and on.
 */
#include "dissect/proto/dns.h"

const struct name_map dns_type_names[] = {
	{ 1, "A" },         { 2, "NS" },       { 3, "MD" },          { 4, "MF" },
	{ 5, "CNAME" },     { 6, "SOA" },      { 7, "MB" },          { 8, "MG" },
	{ 9, "MR" },        { 10, "NULL" },    { 11, "WKS" },        { 12, "PTR" },
	{ 13, "HINFO" },    { 14, "MINFO" },   { 15, "MX" },         { 16, "TXT" },
	{ 17, "RP" },       { 18, "AFSDB" },   { 19, "X25" },        { 20, "ISDN" },
	{ 21, "RT" },       { 22, "NSAP" },    { 23, "NSAP-PTR" },   { 24, "SIG" },
	{ 25, "KEY" },      { 26, "PX" },      { 27, "GPOS" },       { 28, "AAAA" },
	{ 29, "LOC" },      { 30, "NXT" },     { 31, "EID" },        { 32, "NIMLOC" },
	{ 33, "SRV" },      { 34, "ATMA" },    { 35, "NAPTR" },      { 36, "KX" },
	{ 37, "CERT" },     { 38, "A6" },      { 39, "DNAME" },      { 40, "SINK" },
	{ 41, "OPT" },      { 42, "APL" },     { 43, "DS" },         { 44, "SSHFP" },
	{ 45, "IPSECKEY" }, { 46, "RRSIG" },   { 47, "NSEC" },       { 48, "DNSKEY" },
	{ 49, "DHCID" },    { 50, "NSEC3" },   { 51, "NSEC3PARAM" }, { 52, "TLSA" },
	{ 53, "SMIMEA" },   { 55, "HIP" },     { 56, "NINFO" },      { 57, "RKEY" },
	{ 58, "TALINK" },   { 59, "CDS" },     { 60, "CDNSKEY" },    { 61, "OPENPGPKEY" },
	{ 62, "CSYNC" },    { 63, "ZONEMD" },  { 64, "SVCB" },       { 65, "HTTPS" },
	{ 66, "DSYNC" },    { 99, "SPF" },     { 100, "UINFO" },     { 101, "UID" },
	{ 102, "GID" },     { 103, "UNSPEC" }, { 104, "NID" },       { 105, "L32" },
	{ 106, "L64" },     { 107, "LP" },     { 108, "EUI48" },     { 109, "EUI64" },
	{ 249, "TKEY" },    { 250, "TSIG" },   { 251, "IXFR" },      { 252, "AXFR" },
	{ 253, "MAILB" },   { 254, "MAILA" },  { 255, "ANY" },       { 256, "URI" },
	{ 257, "CAA" },     { 258, "AVC" },    { 259, "DOA" },       { 260, "AMTRELAY" },
	{ 261, "RESINFO" }, { 32768, "TA" },   { 32769, "DLV" },     { 0, NULL },
};

const struct name_map dns_class_names[] = {
	{ 1, "IN" },     { 2, "CS" },    { 3, "CH" }, { 4, "HS" },
	{ 254, "NONE" }, { 255, "ANY" }, { 0, NULL },
};

const struct name_map dns_opcode_names[] = {
	{ 0, "Query" },  { 1, "Inverse query" },       { 2, "Status" }, { 4, "Notify" },
	{ 5, "Update" }, { 6, "Stateful operations" }, { 0, NULL },
};

const struct name_map dns_rcode_names[] = {
	{ 0, "NoError" },  { 1, "FormErr" }, { 2, "ServFail" },  { 3, "NXDomain" },
	{ 4, "NotImp" },   { 5, "Refused" }, { 6, "YXDomain" },  { 7, "YXRRSet" },
	{ 8, "NXRRSet" },  { 9, "NotAuth" }, { 10, "NotZone" },  { 11, "DSOTypeNI" },
	{ 16, "BadVers" }, { 17, "BadKey" }, { 18, "BadTime" },  { 19, "BadMode" },
	{ 20, "BadName" }, { 21, "BadAlg" }, { 22, "BadTrunc" }, { 23, "BadCookie" },
	{ 0, NULL },
};

const struct name_map dns_algorithm_names[] = {
	{ 0, "Delete" },
	{ 1, "RSA/MD5" },
	{ 2, "Diffie-Hellman" },
	{ 3, "DSA" },
	{ 5, "RSA/SHA-1" },
	{ 6, "DSA-NSEC3-SHA1" },
	{ 7, "RSASHA1-NSEC3" },
	{ 8, "RSA/SHA-256" },
	{ 10, "RSA/SHA-512" },
	{ 12, "GOST R 34.10-2001" },
	{ 13, "ECDSA P-256" },
	{ 14, "ECDSA P-384" },
	{ 15, "Ed25519" },
	{ 16, "Ed448" },
	{ 252, "Indirect" },
	{ 253, "Private, by name" },
	{ 254, "Private, by OID" },
	{ 0, NULL },
};

const struct name_map dns_digest_names[] = {
	{ 1, "SHA-1" }, { 2, "SHA-256" }, { 3, "GOST R 34.11-94" }, { 4, "SHA-384" }, { 0, NULL },
};

const struct name_map dns_option_names[] = {
	{ 1, "LLQ" },
	{ 2, "UL" },
	{ 3, "NSID" },
	{ 5, "DAU" },
	{ 6, "DHU" },
	{ 7, "N3U" },
	{ 8, "Client subnet" },
	{ 9, "Expire" },
	{ 10, "Cookie" },
	{ 11, "Keepalive" },
	{ 12, "Padding" },
	{ 13, "Chain" },
	{ 14, "Key tag" },
	{ 15, "Extended error" },
	{ 16, "Client tag" },
	{ 17, "Server tag" },
	{ 18, "Report channel" },
	{ 0, NULL },
};

const struct name_map dns_error_names[] = {
	{ 0, "Other" },
	{ 1, "Unsupported DNSKEY algorithm" },
	{ 2, "Unsupported DS digest type" },
	{ 3, "Stale answer" },
	{ 4, "Forged answer" },
	{ 5, "DNSSEC indeterminate" },
	{ 6, "DNSSEC bogus" },
	{ 7, "Signature expired" },
	{ 8, "Signature not yet valid" },
	{ 9, "DNSKEY missing" },
	{ 10, "RRSIGs missing" },
	{ 11, "No zone key bit" },
	{ 12, "NSEC missing" },
	{ 13, "Cached error" },
	{ 14, "Not ready" },
	{ 15, "Blocked" },
	{ 16, "Censored" },
	{ 17, "Filtered" },
	{ 18, "Prohibited" },
	{ 19, "Stale NXDOMAIN answer" },
	{ 20, "Not authoritative" },
	{ 21, "Not supported" },
	{ 22, "No reachable authority" },
	{ 23, "Network error" },
	{ 24, "Invalid data" },
	{ 0, NULL },
};

const struct name_map dns_svc_key_names[] = {
	{ 0, "mandatory" }, { 1, "alpn" }, { 2, "no-default-alpn" }, { 3, "port" },
	{ 4, "ipv4hint" },  { 5, "ech" },  { 6, "ipv6hint" },        { 7, "dohpath" },
	{ 8, "ohttp" },     { 0, NULL },
};

static const struct name_map nsec3_names[] = { { 1, "SHA-1" }, { 0, NULL } };

static const struct name_map family_names[] = { { 1, "IPv4" }, { 2, "IPv6" }, { 0, NULL } };

static const struct name_map sshfp_names[] = {
	{ 1, "RSA" }, { 2, "DSA" }, { 3, "ECDSA" }, { 4, "Ed25519" }, { 6, "Ed448" }, { 0, NULL },
};

static const struct name_map sshfp_type_names[] = {
	{ 1, "SHA-1" },
	{ 2, "SHA-256" },
	{ 0, NULL },
};

static const struct name_map tlsa_usage_names[] = {
	{ 0, "CA constraint" },
	{ 1, "Service certificate constraint" },
	{ 2, "Trust anchor assertion" },
	{ 3, "Domain-issued certificate" },
	{ 0, NULL },
};

static const struct name_map tlsa_selector_names[] = {
	{ 0, "Full certificate" },
	{ 1, "SubjectPublicKeyInfo" },
	{ 0, NULL },
};

static const struct name_map tlsa_matching_names[] = {
	{ 0, "Exact" },
	{ 1, "SHA-256" },
	{ 2, "SHA-512" },
	{ 0, NULL },
};

/* Flags of the table: once in a message, a few bits of another field, any number of times. */
#define ONCE FIELD_DESCRIBED
#define BITS (FIELD_DESCRIBED | FIELD_OVERLAP)
#define LIST (FIELD_DESCRIBED | FIELD_LIST)

#define DNS_FIELD_ROW(id, name, label, bit, bits, kind, ...) \
	[DNSF_##id] = { name, label, bit, bits, kind, __VA_ARGS__ },

const struct field_desc dns_described[DNSF_COUNT] = { DNS_FIELDS(DNS_FIELD_ROW) };
