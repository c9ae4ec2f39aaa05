/*
 * dissect/proto/dns_fields.h -- the fields of DNS and its relatives, one line each: their place in
 * the enumeration and their description cannot part.
 *
 * X(identifier, name, label, bit, bits, kind, flags, further members). Bits of the header count
 * from the message's start, others from the part that they belong to.
 */
#ifndef DISSECT_PROTO_DNS_FIELDS_H
#define DISSECT_PROTO_DNS_FIELDS_H

/* Variants of the header's table. */
enum {
	DNS_IN_QUERY = 1 << 0,
	DNS_IN_RESPONSE = 1 << 1,
	DNS_IN_LLMNR = 1 << 2,
	DNS_IN_LLMNR_RESPONSE = 1 << 3,
	DNS_COUNTS = 1 << 4,
	DNS_COUNTS_UPDATE = 1 << 5,
	DNS_IN_AD_QUERY = 1 << 6, /* the bit is worth showing where it is set */
};

/* clang-format off */
#define DNS_FIELDS_HEADER(X)                                                                       \
	X(LENGTH, "dns.length", "Length", 0, 0, FIELD_UINT, ONCE, .unit = "bytes")                 \
	X(ID, "dns.id", "Transaction id", 0, 16, FIELD_HEX, ONCE)                                  \
	X(FLAGS, "dns.flags", "Flags", 16, 16, FIELD_HEX, ONCE)                                    \
	X(RESPONSE, "dns.flags.response", "Response", 16, 1, FIELD_FLAG, BITS)                     \
	X(OPCODE, "dns.flags.opcode", "Opcode", 17, 4, FIELD_ENUM, BITS,                           \
	  .names = dns_opcode_names)                                                               \
	X(AA, "dns.flags.authoritative", "Authoritative answer", 21, 1, FIELD_FLAG, BITS,          \
	  .variants = DNS_IN_RESPONSE)                                                             \
	X(CONFLICT, "dns.flags.conflict", "Conflict", 21, 1, FIELD_FLAG, BITS,                     \
	  .variants = DNS_IN_LLMNR | DNS_IN_LLMNR_RESPONSE)                                        \
	X(TC, "dns.flags.truncated", "Truncated", 22, 1, FIELD_FLAG, BITS)                         \
	X(RD, "dns.flags.recdesired", "Recursion desired", 23, 1, FIELD_FLAG, BITS,                \
	  .variants = DNS_IN_QUERY | DNS_IN_RESPONSE)                                              \
	X(TENTATIVE, "dns.flags.tentative", "Tentative", 23, 1, FIELD_FLAG, BITS,                  \
	  .variants = DNS_IN_LLMNR | DNS_IN_LLMNR_RESPONSE)                                        \
	X(RA, "dns.flags.recavail", "Recursion available", 24, 1, FIELD_FLAG, BITS,                \
	  .variants = DNS_IN_RESPONSE)                                                             \
	X(Z, "dns.flags.z", "Reserved", 25, 1, FIELD_FLAG, BITS,                                   \
	  .variants = DNS_IN_QUERY | DNS_IN_RESPONSE)                                              \
	X(AD, "dns.flags.authenticated", "Answer authenticated", 26, 1, FIELD_FLAG, BITS,          \
	  .variants = DNS_IN_RESPONSE | DNS_IN_AD_QUERY)                                           \
	X(CD, "dns.flags.checkdisable", "Checking disabled", 27, 1, FIELD_FLAG, BITS,              \
	  .variants = DNS_IN_QUERY | DNS_IN_RESPONSE)                                              \
	X(RCODE, "dns.flags.rcode", "Reply code", 28, 4, FIELD_ENUM, BITS,                         \
	  .names = dns_rcode_names, .variants = DNS_IN_RESPONSE | DNS_IN_LLMNR_RESPONSE)           \
	X(QUERIES, "dns.count.queries", "Questions", 32, 16, FIELD_UINT, ONCE,                     \
	  .variants = DNS_COUNTS)                                                                  \
	X(ANSWERS, "dns.count.answers", "Answers", 48, 16, FIELD_UINT, ONCE,                       \
	  .variants = DNS_COUNTS)                                                                  \
	X(AUTH, "dns.count.auth_rr", "Authority records", 64, 16, FIELD_UINT, ONCE,                \
	  .variants = DNS_COUNTS)                                                                  \
	X(ZONES, "dns.count.zones", "Zones", 32, 16, FIELD_UINT, ONCE,                             \
	  .variants = DNS_COUNTS_UPDATE)                                                           \
	X(PREREQS, "dns.count.prerequisites", "Prerequisites", 48, 16, FIELD_UINT, ONCE,           \
	  .variants = DNS_COUNTS_UPDATE)                                                           \
	X(UPDATES, "dns.count.updates", "Updates", 64, 16, FIELD_UINT, ONCE,                       \
	  .variants = DNS_COUNTS_UPDATE)                                                           \
	X(ADDITIONAL, "dns.count.add_rr", "Additional records", 80, 16, FIELD_UINT, ONCE)          \
	X(SECTION, "dns.section", "Section", 0, 0, FIELD_GROUP, LIST)                              \
	X(QUESTION, "dns.qry", "Query", 0, 0, FIELD_GROUP, LIST)                                   \
	X(QRY_NAME, "dns.qry.name", "Name", 0, 0, FIELD_TEXT, LIST)                                \
	X(QRY_NAME_LEN, "dns.qry.name.len", "Name length", 0, 0, FIELD_UINT, LIST)                 \
	X(LABELS, "dns.count.labels", "Labels", 0, 0, FIELD_UINT, LIST)                            \
	X(QRY_TYPE, "dns.qry.type", "Type", 0, 0, FIELD_ENUM, LIST, .names = dns_type_names)       \
	X(QRY_CLASS, "dns.qry.class", "Class", 0, 0, FIELD_ENUM, LIST | FIELD_BASE_HEX,            \
	  .names = dns_class_names)                                                                \
	X(QRY_QU, "dns.qry.qu", "Unicast response wanted", 0, 0, FIELD_FLAG, LIST)                 \
	X(RECORD, "dns.rr", "Record", 0, 0, FIELD_GROUP, LIST)                                     \
	X(RESP_NAME, "dns.resp.name", "Name", 0, 0, FIELD_TEXT, LIST)                              \
	X(SRV_SERVICE, "dns.srv.service", "Service", 0, 0, FIELD_TEXT, LIST)                       \
	X(SRV_PROTO, "dns.srv.proto", "Protocol", 0, 0, FIELD_TEXT, LIST)                          \
	X(SRV_NAME, "dns.srv.name", "Name", 0, 0, FIELD_TEXT, LIST)                                \
	X(RESP_TYPE, "dns.resp.type", "Type", 0, 0, FIELD_ENUM, LIST, .names = dns_type_names)     \
	X(RESP_CLASS, "dns.resp.class", "Class", 0, 0, FIELD_ENUM, LIST | FIELD_BASE_HEX,          \
	  .names = dns_class_names)                                                                \
	X(CACHE_FLUSH, "dns.resp.cache_flush", "Cache flush", 0, 0, FIELD_FLAG, LIST)              \
	X(RESP_TTL, "dns.resp.ttl", "Time to live", 0, 0, FIELD_UINT, LIST, .unit = "s")           \
	X(RESP_LEN, "dns.resp.len", "Data length", 0, 0, FIELD_UINT, LIST, .unit = "bytes")        \
	X(DATA, "dns.data", "Data", 0, 0, FIELD_BYTES, LIST)                                       \
	X(BROKEN, "dns.unparsed", "Cannot be parsed", 0, 0, FIELD_BYTES, LIST)                     \
	X(EXTRA_DATA, "dns.extraneous.data", "Bytes behind the message", 0, 0, FIELD_BYTES, ONCE)  \
	X(EXTRA_LEN, "dns.extraneous.length", "Their number", 0, 0, FIELD_UINT, ONCE)

#define DNS_FIELDS_RECORDS(X)                                                                      \
	X(A_ADDR, "dns.a", "Address", 0, 0, FIELD_IPV4, LIST)                                      \
	X(AAAA_ADDR, "dns.aaaa", "Address", 0, 0, FIELD_IPV6, LIST)                                \
	X(NS_NAME, "dns.ns", "Name server", 0, 0, FIELD_TEXT, LIST)                                \
	X(CNAME_NAME, "dns.cname", "Canonical name", 0, 0, FIELD_TEXT, LIST)                       \
	X(DNAME_NAME, "dns.dname", "Target of the subtree", 0, 0, FIELD_TEXT, LIST)                \
	X(PTR_NAME, "dns.ptr.domain_name", "Domain name", 0, 0, FIELD_TEXT, LIST)                  \
	X(SOA_MNAME, "dns.soa.mname", "Primary server", 0, 0, FIELD_TEXT, LIST)                    \
	X(SOA_RNAME, "dns.soa.rname", "Mailbox of the responsible", 0, 0, FIELD_TEXT, LIST)        \
	X(SOA_SERIAL, "dns.soa.serial_number", "Serial", 0, 0, FIELD_UINT, LIST)                   \
	X(SOA_REFRESH, "dns.soa.refresh_interval", "Refresh", 0, 0, FIELD_UINT, LIST, .unit = "s") \
	X(SOA_RETRY, "dns.soa.retry_interval", "Retry", 0, 0, FIELD_UINT, LIST, .unit = "s")       \
	X(SOA_EXPIRE, "dns.soa.expire_limit", "Expire", 0, 0, FIELD_UINT, LIST, .unit = "s")       \
	X(SOA_MINIMUM, "dns.soa.minimum_ttl", "Minimum TTL", 0, 0, FIELD_UINT, LIST, .unit = "s")  \
	X(MX_PREFERENCE, "dns.mx.preference", "Preference", 0, 0, FIELD_UINT, LIST)                \
	X(MX_NAME, "dns.mx.mail_exchange", "Mail exchange", 0, 0, FIELD_TEXT, LIST)                \
	X(TXT_LENGTH, "dns.txt.length", "Length of text", 0, 0, FIELD_UINT, LIST)                  \
	X(TXT_TEXT, "dns.txt", "Text", 0, 0, FIELD_TEXT, LIST)                                     \
	X(SPF_LENGTH, "dns.spf.length", "Length of text", 0, 0, FIELD_UINT, LIST)                  \
	X(SPF_TEXT, "dns.spf", "Text", 0, 0, FIELD_TEXT, LIST)                                     \
	X(HINFO_CPU_LEN, "dns.hinfo.cpu_length", "Length of CPU", 0, 0, FIELD_UINT, LIST)          \
	X(HINFO_CPU, "dns.hinfo.cpu", "CPU", 0, 0, FIELD_TEXT, LIST)                               \
	X(HINFO_OS_LEN, "dns.hinfo.os_length", "Length of OS", 0, 0, FIELD_UINT, LIST)             \
	X(HINFO_OS, "dns.hinfo.os", "OS", 0, 0, FIELD_TEXT, LIST)                                  \
	X(RP_MAILBOX, "dns.rp.mailbox", "Mailbox", 0, 0, FIELD_TEXT, LIST)                         \
	X(RP_TXT, "dns.rp.txt_rr", "Name of text", 0, 0, FIELD_TEXT, LIST)                         \
	X(AFSDB_SUBTYPE, "dns.afsdb.subtype", "Subtype", 0, 0, FIELD_UINT, LIST)                   \
	X(AFSDB_NAME, "dns.afsdb.hostname", "Host", 0, 0, FIELD_TEXT, LIST)                        \
	X(KX_PREFERENCE, "dns.kx.preference", "Preference", 0, 0, FIELD_UINT, LIST)                \
	X(KX_NAME, "dns.kx.key_exchange", "Key exchange", 0, 0, FIELD_TEXT, LIST)                  \
	X(SRV_PRIORITY, "dns.srv.priority", "Priority", 0, 0, FIELD_UINT, LIST)                    \
	X(SRV_WEIGHT, "dns.srv.weight", "Weight", 0, 0, FIELD_UINT, LIST)                          \
	X(SRV_PORT, "dns.srv.port", "Port", 0, 0, FIELD_PORT, LIST)                                \
	X(SRV_TARGET, "dns.srv.target", "Target", 0, 0, FIELD_TEXT, LIST)                          \
	X(NAPTR_ORDER, "dns.naptr.order", "Order", 0, 0, FIELD_UINT, LIST)                         \
	X(NAPTR_PREFERENCE, "dns.naptr.preference", "Preference", 0, 0, FIELD_UINT, LIST)          \
	X(NAPTR_FLAGS_LEN, "dns.naptr.flags_length", "Length of flags", 0, 0, FIELD_UINT, LIST)    \
	X(NAPTR_FLAGS, "dns.naptr.flags", "Flags", 0, 0, FIELD_TEXT, LIST)                         \
	X(NAPTR_SERVICE_LEN, "dns.naptr.service_length", "Length of service", 0, 0, FIELD_UINT,    \
	  LIST)                                                                                    \
	X(NAPTR_SERVICE, "dns.naptr.service", "Service", 0, 0, FIELD_TEXT, LIST)                   \
	X(NAPTR_REGEX_LEN, "dns.naptr.regex_length", "Length of regex", 0, 0, FIELD_UINT, LIST)    \
	X(NAPTR_REGEX, "dns.naptr.regex", "Regular expression", 0, 0, FIELD_TEXT, LIST)            \
	X(NAPTR_NAME, "dns.naptr.replacement", "Replacement", 0, 0, FIELD_TEXT, LIST)              \
	X(URI_PRIORITY, "dns.uri.priority", "Priority", 0, 0, FIELD_UINT, LIST)                    \
	X(URI_WEIGHT, "dns.uri.weight", "Weight", 0, 0, FIELD_UINT, LIST)                          \
	X(URI_TARGET, "dns.uri.target", "Target", 0, 0, FIELD_TEXT, LIST)                          \
	X(LOC_VERSION, "dns.loc.version", "Version", 0, 0, FIELD_UINT, LIST)                       \
	X(LOC_SIZE, "dns.loc.size", "Size", 0, 0, FIELD_UINT, LIST)                                \
	X(LOC_HORIZONTAL, "dns.loc.horizontal_precision", "Horizontal precision", 0, 0,            \
	  FIELD_UINT, LIST)                                                                        \
	X(LOC_VERTICAL, "dns.loc.vertical_precision", "Vertical precision", 0, 0, FIELD_UINT,      \
	  LIST)                                                                                    \
	X(LOC_LATITUDE, "dns.loc.latitude", "Latitude", 0, 0, FIELD_UINT, LIST)                    \
	X(LOC_LONGITUDE, "dns.loc.longitude", "Longitude", 0, 0, FIELD_UINT, LIST)                 \
	X(LOC_ALTITUDE, "dns.loc.altitude", "Altitude", 0, 0, FIELD_UINT, LIST)                    \
	X(SSHFP_ALGORITHM, "dns.sshfp.algorithm", "Algorithm", 0, 0, FIELD_ENUM, LIST,             \
	  .names = sshfp_names)                                                                    \
	X(SSHFP_TYPE, "dns.sshfp.fingerprint.type", "Fingerprint type", 0, 0, FIELD_ENUM, LIST,    \
	  .names = sshfp_type_names)                                                               \
	X(SSHFP_DATA, "dns.sshfp.fingerprint", "Fingerprint", 0, 0, FIELD_BYTES, LIST)             \
	X(CAA_FLAGS, "dns.caa.flags", "Flags", 0, 8, FIELD_HEX, LIST)                              \
	X(CAA_CRITICAL, "dns.caa.flags.issuer_critical", "Issuer critical", 0, 1, FIELD_FLAG,      \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(CAA_ISSUE, "dns.caa.issue", "Issuer", 0, 0, FIELD_TEXT, LIST)                            \
	X(CAA_ISSUEWILD, "dns.caa.issuewild", "Issuer of wildcards", 0, 0, FIELD_TEXT, LIST)       \
	X(CAA_IODEF, "dns.caa.iodef", "Report to", 0, 0, FIELD_TEXT, LIST)                         \
	X(CAA_UNKNOWN, "dns.caa.unknown", "Unknown tag", 0, 0, FIELD_TEXT, LIST)                   \
	X(CAA_TAG_LEN, "dns.caa.tag_length", "Length of tag", 0, 0, FIELD_UINT, LIST)              \
	X(CAA_TAG, "dns.caa.tag", "Tag", 0, 0, FIELD_TEXT, LIST)                                   \
	X(CAA_VALUE, "dns.caa.value", "Value", 0, 0, FIELD_TEXT, LIST)                             \
	X(DHCID_DATA, "dns.dhcid.rdata", "DHCID", 0, 0, FIELD_BYTES, LIST)

#define DNS_FIELDS_SECURITY(X)                                                                     \
	X(DS_TAG, "dns.ds.key_id", "Key id", 0, 0, FIELD_HEX, LIST)                                \
	X(DS_ALGORITHM, "dns.ds.algorithm", "Algorithm", 0, 0, FIELD_ENUM, LIST,                   \
	  .names = dns_algorithm_names)                                                            \
	X(DS_DIGEST_TYPE, "dns.ds.digest_type", "Digest type", 0, 0, FIELD_ENUM, LIST,             \
	  .names = dns_digest_names)                                                               \
	X(DS_DIGEST, "dns.ds.digest", "Digest", 0, 0, FIELD_BYTES, LIST)                           \
	X(RRSIG_TYPE, "dns.rrsig.type_covered", "Type covered", 0, 0, FIELD_ENUM, LIST,            \
	  .names = dns_type_names)                                                                 \
	X(RRSIG_ALGORITHM, "dns.rrsig.algorithm", "Algorithm", 0, 0, FIELD_ENUM, LIST,             \
	  .names = dns_algorithm_names)                                                            \
	X(RRSIG_LABELS, "dns.rrsig.labels", "Labels", 0, 0, FIELD_UINT, LIST)                      \
	X(RRSIG_TTL, "dns.rrsig.original_ttl", "Original TTL", 0, 0, FIELD_UINT, LIST,             \
	  .unit = "s")                                                                             \
	X(RRSIG_EXPIRATION, "dns.rrsig.signature_expiration", "Expires", 0, 0, FIELD_TIME, LIST)   \
	X(RRSIG_INCEPTION, "dns.rrsig.signature_inception", "Valid from", 0, 0, FIELD_TIME, LIST)  \
	X(RRSIG_TAG, "dns.rrsig.key_tag", "Key tag", 0, 0, FIELD_UINT, LIST)                       \
	X(RRSIG_SIGNER, "dns.rrsig.signers_name", "Signer", 0, 0, FIELD_TEXT, LIST)                \
	X(RRSIG_DATA, "dns.rrsig.signature", "Signature", 0, 0, FIELD_BYTES, LIST)                 \
	X(NSEC_NEXT, "dns.nsec.next_domain_name", "Next name", 0, 0, FIELD_TEXT, LIST)             \
	X(NSEC_TYPE, "dns.nsec.rr_type", "Type here", 0, 0, FIELD_ENUM, LIST,                      \
	  .names = dns_type_names)                                                                 \
	X(NSEC3_ALGORITHM, "dns.nsec3.algo", "Hash algorithm", 0, 0, FIELD_ENUM, LIST,             \
	  .names = nsec3_names)                                                                    \
	X(NSEC3_FLAGS, "dns.nsec3.flags", "Flags", 0, 8, FIELD_UINT, LIST)                         \
	X(NSEC3_OPT_OUT, "dns.nsec3.flags.opt_out", "Opt-out", 7, 1, FIELD_FLAG,                   \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(NSEC3_ITERATIONS, "dns.nsec3.iterations", "Iterations", 0, 0, FIELD_UINT, LIST)          \
	X(NSEC3_SALT_LEN, "dns.nsec3.salt_length", "Length of salt", 0, 0, FIELD_UINT, LIST)       \
	X(NSEC3_SALT, "dns.nsec3.salt_value", "Salt", 0, 0, FIELD_BYTES, LIST)                     \
	X(NSEC3_HASH_LEN, "dns.nsec3.hash_length", "Length of hash", 0, 0, FIELD_UINT, LIST)       \
	X(NSEC3_HASH, "dns.nsec3.hash_value", "Next hashed owner", 0, 0, FIELD_TEXT, LIST)         \
	X(DNSKEY_FLAGS, "dns.dnskey.flags", "Flags", 0, 0, FIELD_HEX, LIST)                        \
	X(DNSKEY_ZONE, "dns.dnskey.flags.zone_key", "Zone key", 7, 1, FIELD_FLAG,                  \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(DNSKEY_REVOKED, "dns.dnskey.flags.key_revoked", "Revoked", 8, 1, FIELD_FLAG,             \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(DNSKEY_SEP, "dns.dnskey.flags.secure_entry_point", "Key signing key", 15, 1, FIELD_FLAG, \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(DNSKEY_PROTOCOL, "dns.dnskey.protocol", "Protocol", 0, 0, FIELD_UINT, LIST)              \
	X(DNSKEY_ALGORITHM, "dns.dnskey.algorithm", "Algorithm", 0, 0, FIELD_ENUM, LIST,           \
	  .names = dns_algorithm_names)                                                            \
	X(DNSKEY_TAG, "dns.dnskey.key_id", "Key id", 0, 0, FIELD_UINT, LIST)                       \
	X(DNSKEY_KEY, "dns.dnskey.public_key", "Public key", 0, 0, FIELD_BYTES, LIST)              \
	X(KEY_FLAGS, "dns.key.flags", "Flags", 0, 0, FIELD_HEX, LIST)                              \
	X(KEY_PROTOCOL, "dns.key.protocol", "Protocol", 0, 0, FIELD_UINT, LIST)                    \
	X(KEY_ALGORITHM, "dns.key.algorithm", "Algorithm", 0, 0, FIELD_ENUM, LIST,                 \
	  .names = dns_algorithm_names)                                                            \
	X(KEY_KEY, "dns.key.public_key", "Public key", 0, 0, FIELD_BYTES, LIST)                    \
	X(CERT_TYPE, "dns.cert.type", "Type", 0, 0, FIELD_UINT, LIST)                              \
	X(CERT_TAG, "dns.cert.key_tag", "Key tag", 0, 0, FIELD_HEX, LIST)                          \
	X(CERT_ALGORITHM, "dns.cert.algorithm", "Algorithm", 0, 0, FIELD_ENUM, LIST,               \
	  .names = dns_algorithm_names)                                                            \
	X(CERT_DATA, "dns.cert.certificate", "Certificate", 0, 0, FIELD_BYTES, LIST)               \
	X(TLSA_USAGE, "dns.tlsa.certificate_usage", "Usage", 0, 0, FIELD_ENUM, LIST,               \
	  .names = tlsa_usage_names)                                                               \
	X(TLSA_SELECTOR, "dns.tlsa.selector", "Selector", 0, 0, FIELD_ENUM, LIST,                  \
	  .names = tlsa_selector_names)                                                            \
	X(TLSA_MATCHING, "dns.tlsa.matching_type", "Matching type", 0, 0, FIELD_ENUM, LIST,        \
	  .names = tlsa_matching_names)                                                            \
	X(TLSA_DATA, "dns.tlsa.certificate_association_data", "Association", 0, 0, FIELD_BYTES,    \
	  LIST)                                                                                    \
	X(TSIG_ALGORITHM, "dns.tsig.algorithm_name", "Algorithm", 0, 0, FIELD_TEXT, LIST)          \
	X(TSIG_TIME, "dns.tsig.time_signed", "Signed at", 0, 0, FIELD_TIME, LIST)                  \
	X(TSIG_FUDGE, "dns.tsig.fudge", "Fudge", 0, 0, FIELD_UINT, LIST, .unit = "s")              \
	X(TSIG_MAC_SIZE, "dns.tsig.mac_size", "Length of MAC", 0, 0, FIELD_UINT, LIST)             \
	X(TSIG_MAC, "dns.tsig.mac", "MAC", 0, 0, FIELD_BYTES, LIST)                                \
	X(TSIG_ID, "dns.tsig.original_id", "Original id", 0, 0, FIELD_UINT, LIST)                  \
	X(TSIG_ERROR, "dns.tsig.error", "Error", 0, 0, FIELD_ENUM, LIST, .names = dns_rcode_names) \
	X(TSIG_OTHER_LEN, "dns.tsig.other_len", "Length of other data", 0, 0, FIELD_UINT, LIST)    \
	X(TSIG_OTHER, "dns.tsig.other_data", "Other data", 0, 0, FIELD_BYTES, LIST)                \
	X(TKEY_ALGORITHM, "dns.tkey.algo_name", "Algorithm", 0, 0, FIELD_TEXT, LIST)               \
	X(TKEY_INCEPTION, "dns.tkey.signature_inception", "Valid from", 0, 0, FIELD_TIME, LIST)    \
	X(TKEY_EXPIRATION, "dns.tkey.signature_expiration", "Expires", 0, 0, FIELD_TIME, LIST)     \
	X(TKEY_MODE, "dns.tkey.mode", "Mode", 0, 0, FIELD_UINT, LIST)                              \
	X(TKEY_ERROR, "dns.tkey.error", "Error", 0, 0, FIELD_ENUM, LIST, .names = dns_rcode_names) \
	X(TKEY_SIZE, "dns.tkey.key_size", "Length of key", 0, 0, FIELD_UINT, LIST)                 \
	X(TKEY_KEY, "dns.tkey.key_data", "Key", 0, 0, FIELD_BYTES, LIST)                           \
	X(TKEY_OTHER_SIZE, "dns.tkey.other_size", "Length of other data", 0, 0, FIELD_UINT, LIST)  \
	X(TKEY_OTHER, "dns.tkey.other_data", "Other data", 0, 0, FIELD_BYTES, LIST)

#define DNS_FIELDS_OPTIONS(X)                                                                      \
	X(OPT_SIZE, "dns.rr.udp_payload_size", "UDP payload size", 0, 16, FIELD_UINT, LIST)        \
	X(OPT_RCODE, "dns.resp.ext_rcode", "Higher bits of reply code", 16, 8, FIELD_HEX, LIST)    \
	X(OPT_VERSION, "dns.resp.edns0_version", "EDNS version", 24, 8, FIELD_UINT, LIST)          \
	X(OPT_Z, "dns.resp.z", "Flags", 32, 16, FIELD_HEX, LIST)                                   \
	X(OPT_DO, "dns.resp.z.do", "DNSSEC answers wanted", 32, 1, FIELD_FLAG,                     \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(OPT_RESERVED, "dns.resp.z.reserved", "Reserved", 33, 15, FIELD_HEX,                      \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(OPT_OPTION, "dns.opt", "Option", 0, 0, FIELD_GROUP, LIST)                                \
	X(OPT_CODE, "dns.opt.code", "Code", 0, 0, FIELD_ENUM, LIST, .names = dns_option_names)     \
	X(OPT_LEN, "dns.opt.len", "Length", 0, 0, FIELD_UINT, LIST)                                \
	X(OPT_DATA, "dns.opt.data", "Data", 0, 0, FIELD_BYTES, LIST)                               \
	X(OPT_DAU, "dns.opt.dau", "Understands signatures", 0, 0, FIELD_ENUM, LIST,                \
	  .names = dns_algorithm_names)                                                            \
	X(OPT_DHU, "dns.opt.dhu", "Understands digests", 0, 0, FIELD_ENUM, LIST,                   \
	  .names = dns_digest_names)                                                               \
	X(OPT_N3U, "dns.opt.n3u", "Understands NSEC3 hashes", 0, 0, FIELD_ENUM, LIST,              \
	  .names = nsec3_names)                                                                    \
	X(OPT_NSID, "dns.opt.nsid", "Server identifier", 0, 0, FIELD_TEXT, LIST)                   \
	X(ECS_FAMILY, "dns.opt.client.family", "Family", 0, 16, FIELD_ENUM, LIST,                  \
	  .names = family_names)                                                                   \
	X(ECS_SOURCE, "dns.opt.client.netmask", "Source prefix", 16, 8, FIELD_UINT, LIST)          \
	X(ECS_SCOPE, "dns.opt.client.scope", "Scope prefix", 24, 8, FIELD_UINT, LIST)              \
	X(ECS_ADDR4, "dns.opt.client.addr4", "Client subnet", 0, 0, FIELD_IPV4, LIST)              \
	X(ECS_ADDR6, "dns.opt.client.addr6", "Client subnet", 0, 0, FIELD_IPV6, LIST)              \
	X(ECS_ADDR, "dns.opt.client.addr", "Client subnet", 0, 0, FIELD_BYTES, LIST)               \
	X(COOKIE_CLIENT, "dns.opt.cookie.client", "Client cookie", 0, 0, FIELD_BYTES, LIST)        \
	X(COOKIE_SERVER, "dns.opt.cookie.server", "Server cookie", 0, 0, FIELD_BYTES, LIST)        \
	X(KEEPALIVE, "dns.opt.edns_tcp_keepalive.timeout", "Timeout in 100 ms", 0, 0, FIELD_UINT,  \
	  LIST)                                                                                    \
	X(PADDING, "dns.opt.padding", "Padding", 0, 0, FIELD_BYTES, LIST)                          \
	X(CHAIN_NAME, "dns.opt.chain.fqdn", "Closest trust point", 0, 0, FIELD_TEXT, LIST)         \
	X(ERROR_CODE, "dns.opt.ext_error.info_code", "Error", 0, 0, FIELD_ENUM, LIST,              \
	  .names = dns_error_names)                                                                \
	X(ERROR_TEXT, "dns.opt.ext_error.extra_text", "Words", 0, 0, FIELD_TEXT, LIST)             \
	X(SVCB_PRIORITY, "dns.svcb.svcpriority", "Priority", 0, 0, FIELD_UINT, LIST)               \
	X(SVCB_TARGET, "dns.svcb.targetname", "Target", 0, 0, FIELD_TEXT, LIST)                    \
	X(SVCB_PARAM, "dns.svcb.svcparam", "Parameter", 0, 0, FIELD_GROUP, LIST)                   \
	X(SVCB_KEY, "dns.svcb.svcparam.key", "Key", 0, 0, FIELD_ENUM, LIST,                        \
	  .names = dns_svc_key_names)                                                              \
	X(SVCB_LEN, "dns.svcb.svcparam.value.length", "Length", 0, 0, FIELD_UINT, LIST)            \
	X(SVCB_VALUE, "dns.svcb.svcparam.value", "Value", 0, 0, FIELD_BYTES, LIST)                 \
	X(SVCB_MANDATORY, "dns.svcb.svcparam.mandatory.key", "Mandatory", 0, 0, FIELD_ENUM, LIST,  \
	  .names = dns_svc_key_names)                                                              \
	X(SVCB_ALPN_LEN, "dns.svcb.svcparam.alpn.length", "Length of ALPN", 0, 0, FIELD_UINT,      \
	  LIST)                                                                                    \
	X(SVCB_ALPN, "dns.svcb.svcparam.alpn", "ALPN", 0, 0, FIELD_TEXT, LIST)                     \
	X(SVCB_PORT, "dns.svcb.svcparam.port", "Port", 0, 0, FIELD_PORT, LIST)                     \
	X(SVCB_IPV4, "dns.svcb.svcparam.ipv4hint.ip", "Address", 0, 0, FIELD_IPV4, LIST)           \
	X(SVCB_IPV6, "dns.svcb.svcparam.ipv6hint.ip", "Address", 0, 0, FIELD_IPV6, LIST)           \
	X(SVCB_ECH, "dns.svcb.svcparam.echconfig", "ECH configuration", 0, 0, FIELD_BYTES, LIST)
/* clang-format on */

#define DNS_FIELDS(X)          \
	DNS_FIELDS_HEADER(X)   \
	DNS_FIELDS_RECORDS(X)  \
	DNS_FIELDS_SECURITY(X) \
	DNS_FIELDS_OPTIONS(X)

#define DNS_FIELD_ID(id, ...) DNSF_##id,

enum dns_field { DNS_FIELDS(DNS_FIELD_ID) DNSF_COUNT };

#undef DNS_FIELD_ID

#endif
