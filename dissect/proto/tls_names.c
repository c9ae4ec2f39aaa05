/* dissect/proto/tls_names.c -- the IANA registries of TLS and what RFC 5246, 8446 and 5280 name. */
#include "dissect/proto/tls.h"

/* RFC 8701: the same values in every registry. */
#define GREASE(value)                      \
	{                                  \
		value, "Reserved (GREASE)" \
	}
#define GREASE_NAMES                                                                            \
	GREASE(0x0a0a), GREASE(0x1a1a), GREASE(0x2a2a), GREASE(0x3a3a), GREASE(0x4a4a),         \
		GREASE(0x5a5a), GREASE(0x6a6a), GREASE(0x7a7a), GREASE(0x8a8a), GREASE(0x9a9a), \
		GREASE(0xaaaa), GREASE(0xbaba), GREASE(0xcaca), GREASE(0xdada), GREASE(0xeaea), \
		GREASE(0xfafa)

const struct name_map tls_content_names[] = {
	{ 20, "Change Cipher Spec" }, { 21, "Alert" },     { 22, "Handshake" },
	{ 23, "Application Data" },   { 24, "Heartbeat" }, { 0, NULL },
};

const struct name_map tls_version_names[] = {
	{ 0x0200, "SSL 2.0" }, { 0x0300, "SSL 3.0" }, { 0x0301, "TLS 1.0" }, { 0x0302, "TLS 1.1" },
	{ 0x0303, "TLS 1.2" }, { 0x0304, "TLS 1.3" }, GREASE_NAMES,          { 0, NULL },
};

const struct name_map tls_message_names[] = {
	{ 0, "Hello Request" },
	{ 1, "Client Hello" },
	{ 2, "Server Hello" },
	{ 3, "Hello Verify Request" },
	{ 4, "New Session Ticket" },
	{ 5, "End of Early Data" },
	{ 8, "Encrypted Extensions" },
	{ 11, "Certificate" },
	{ 12, "Server Key Exchange" },
	{ 13, "Certificate Request" },
	{ 14, "Server Hello Done" },
	{ 15, "Certificate Verify" },
	{ 16, "Client Key Exchange" },
	{ 20, "Finished" },
	{ 21, "Certificate URL" },
	{ 22, "Certificate Status" },
	{ 23, "Supplemental Data" },
	{ 24, "Key Update" },
	{ 25, "Compressed Certificate" },
	{ 67, "Next Protocol" },
	{ 0, NULL },
};

const struct name_map tls_alert_names[] = {
	{ 0, "Close Notify" },
	{ 1, "End of Early Data" },
	{ 10, "Unexpected Message" },
	{ 20, "Bad Record MAC" },
	{ 21, "Decryption Failed" },
	{ 22, "Record Overflow" },
	{ 30, "Decompression Failure" },
	{ 40, "Handshake Failure" },
	{ 41, "No Certificate" },
	{ 42, "Bad Certificate" },
	{ 43, "Unsupported Certificate" },
	{ 44, "Certificate Revoked" },
	{ 45, "Certificate Expired" },
	{ 46, "Certificate Unknown" },
	{ 47, "Illegal Parameter" },
	{ 48, "Unknown CA" },
	{ 49, "Access Denied" },
	{ 50, "Decode Error" },
	{ 51, "Decrypt Error" },
	{ 52, "Too Many CIDs Requested" },
	{ 60, "Export Restriction" },
	{ 70, "Protocol Version" },
	{ 71, "Insufficient Security" },
	{ 80, "Internal Error" },
	{ 86, "Inappropriate Fallback" },
	{ 90, "User Canceled" },
	{ 100, "No Renegotiation" },
	{ 109, "Missing Extension" },
	{ 110, "Unsupported Extension" },
	{ 111, "Certificate Unobtainable" },
	{ 112, "Unrecognized Name" },
	{ 113, "Bad Certificate Status Response" },
	{ 114, "Bad Certificate Hash Value" },
	{ 115, "Unknown PSK Identity" },
	{ 116, "Certificate Required" },
	{ 120, "No Application Protocol" },
	{ 121, "ECH Required" },
	{ 0, NULL },
};

const struct name_map tls_heartbeat_names[] = {
	{ 1, "Request" },
	{ 2, "Response" },
	{ 0, NULL },
};

const struct name_map tls_alert_level_names[] = {
	{ 1, "Warning" },
	{ 2, "Fatal" },
	{ 0, NULL },
};

const struct name_map tls_extension_names[] = {
	{ 0, "server_name" },
	{ 1, "max_fragment_length" },
	{ 2, "client_certificate_url" },
	{ 3, "trusted_ca_keys" },
	{ 4, "truncated_hmac" },
	{ 5, "status_request" },
	{ 6, "user_mapping" },
	{ 7, "client_authz" },
	{ 8, "server_authz" },
	{ 9, "cert_type" },
	{ 10, "supported_groups" },
	{ 11, "ec_point_formats" },
	{ 12, "srp" },
	{ 13, "signature_algorithms" },
	{ 14, "use_srtp" },
	{ 15, "heartbeat" },
	{ 16, "application_layer_protocol_negotiation" },
	{ 17, "status_request_v2" },
	{ 18, "signed_certificate_timestamp" },
	{ 19, "client_certificate_type" },
	{ 20, "server_certificate_type" },
	{ 21, "padding" },
	{ 22, "encrypt_then_mac" },
	{ 23, "extended_master_secret" },
	{ 24, "token_binding" },
	{ 25, "cached_info" },
	{ 27, "compress_certificate" },
	{ 28, "record_size_limit" },
	{ 34, "delegated_credentials" },
	{ 35, "session_ticket" },
	{ 41, "pre_shared_key" },
	{ 42, "early_data" },
	{ 43, "supported_versions" },
	{ 44, "cookie" },
	{ 45, "psk_key_exchange_modes" },
	{ 47, "certificate_authorities" },
	{ 48, "oid_filters" },
	{ 49, "post_handshake_auth" },
	{ 50, "signature_algorithms_cert" },
	{ 51, "key_share" },
	{ 52, "transparency_info" },
	{ 53, "connection_id (deprecated)" },
	{ 54, "connection_id" },
	{ 55, "external_id_hash" },
	{ 56, "external_session_id" },
	{ 57, "quic_transport_parameters" },
	{ 58, "ticket_request" },
	{ 59, "dnssec_chain" },
	{ 2570, "Reserved (GREASE)" },
	{ 6682, "Reserved (GREASE)" },
	{ 10794, "Reserved (GREASE)" },
	{ 13172, "next_protocol_negotiation" },
	{ 14906, "Reserved (GREASE)" },
	{ 17513, "application_settings" },
	{ 17613, "application_settings" },
	{ 19018, "Reserved (GREASE)" },
	{ 23130, "Reserved (GREASE)" },
	{ 27242, "Reserved (GREASE)" },
	{ 30031, "channel_id_old" },
	{ 30032, "channel_id" },
	{ 31354, "Reserved (GREASE)" },
	{ 35466, "Reserved (GREASE)" },
	{ 39578, "Reserved (GREASE)" },
	{ 43690, "Reserved (GREASE)" },
	{ 47802, "Reserved (GREASE)" },
	{ 51914, "Reserved (GREASE)" },
	{ 56026, "Reserved (GREASE)" },
	{ 60138, "Reserved (GREASE)" },
	{ 64250, "Reserved (GREASE)" },
	{ 65037, "encrypted_client_hello" },
	{ 65281, "renegotiation_info" },
	{ 65445, "quic_transport_parameters (drafts version)" },
	{ 65486, "encrypted_server_name" },
	{ 0, NULL },
};

const struct name_map tls_group_names[] = {
	{ 0x0001, "sect163k1" },
	{ 0x0002, "sect163r1" },
	{ 0x0003, "sect163r2" },
	{ 0x0004, "sect193r1" },
	{ 0x0005, "sect193r2" },
	{ 0x0006, "sect233k1" },
	{ 0x0007, "sect233r1" },
	{ 0x0008, "sect239k1" },
	{ 0x0009, "sect283k1" },
	{ 0x000a, "sect283r1" },
	{ 0x000b, "sect409k1" },
	{ 0x000c, "sect409r1" },
	{ 0x000d, "sect571k1" },
	{ 0x000e, "sect571r1" },
	{ 0x000f, "secp160k1" },
	{ 0x0010, "secp160r1" },
	{ 0x0011, "secp160r2" },
	{ 0x0012, "secp192k1" },
	{ 0x0013, "secp192r1" },
	{ 0x0014, "secp224k1" },
	{ 0x0015, "secp224r1" },
	{ 0x0016, "secp256k1" },
	{ 0x0017, "secp256r1" },
	{ 0x0018, "secp384r1" },
	{ 0x0019, "secp521r1" },
	{ 0x001a, "brainpoolP256r1" },
	{ 0x001b, "brainpoolP384r1" },
	{ 0x001c, "brainpoolP512r1" },
	{ 0x001d, "x25519" },
	{ 0x001e, "x448" },
	{ 0x001f, "brainpoolP256r1tls13" },
	{ 0x0020, "brainpoolP384r1tls13" },
	{ 0x0021, "brainpoolP512r1tls13" },
	{ 0x0022, "GC256A" },
	{ 0x0023, "GC256B" },
	{ 0x0024, "GC256C" },
	{ 0x0025, "GC256D" },
	{ 0x0026, "GC512A" },
	{ 0x0027, "GC512B" },
	{ 0x0028, "GC512C" },
	{ 0x0029, "curveSM2" },
	{ 0x0100, "ffdhe2048" },
	{ 0x0101, "ffdhe3072" },
	{ 0x0102, "ffdhe4096" },
	{ 0x0103, "ffdhe6144" },
	{ 0x0104, "ffdhe8192" },
	{ 0x0200, "MLKEM512" },
	{ 0x0201, "MLKEM768" },
	{ 0x0202, "MLKEM1024" },
	{ 0x0a0a, "Reserved (GREASE)" },
	{ 0x11eb, "SecP256r1MLKEM768" },
	{ 0x11ec, "X25519MLKEM768" },
	{ 0x11ed, "SecP384r1MLKEM1024" },
	{ 0x1a1a, "Reserved (GREASE)" },
	{ 0x2a2a, "Reserved (GREASE)" },
	{ 0x3a3a, "Reserved (GREASE)" },
	{ 0x4a4a, "Reserved (GREASE)" },
	{ 0x5a5a, "Reserved (GREASE)" },
	{ 0x6399, "X25519Kyber768Draft00" },
	{ 0x6a6a, "Reserved (GREASE)" },
	{ 0x7a7a, "Reserved (GREASE)" },
	{ 0x8a8a, "Reserved (GREASE)" },
	{ 0x9a9a, "Reserved (GREASE)" },
	{ 0xaaaa, "Reserved (GREASE)" },
	{ 0xbaba, "Reserved (GREASE)" },
	{ 0xcaca, "Reserved (GREASE)" },
	{ 0xdada, "Reserved (GREASE)" },
	{ 0xeaea, "Reserved (GREASE)" },
	{ 0xfafa, "Reserved (GREASE)" },
	{ 0xff01, "arbitrary_explicit_prime_curves" },
	{ 0xff02, "arbitrary_explicit_char2_curves" },
	{ 0, NULL },
};

const struct name_map tls_signature_names[] = {
	{ 0x0101, "MD5 RSA" },
	{ 0x0201, "rsa_pkcs1_sha1" },
	{ 0x0202, "SHA1 DSA" },
	{ 0x0203, "ecdsa_sha1" },
	{ 0x0301, "SHA224 RSA" },
	{ 0x0302, "SHA224 DSA" },
	{ 0x0303, "SHA224 ECDSA" },
	{ 0x0401, "rsa_pkcs1_sha256" },
	{ 0x0402, "SHA256 DSA" },
	{ 0x0403, "ecdsa_secp256r1_sha256" },
	{ 0x0501, "rsa_pkcs1_sha384" },
	{ 0x0502, "SHA384 DSA" },
	{ 0x0503, "ecdsa_secp384r1_sha384" },
	{ 0x0601, "rsa_pkcs1_sha512" },
	{ 0x0602, "SHA512 DSA" },
	{ 0x0603, "ecdsa_secp521r1_sha512" },
	{ 0x0708, "sm2sig_sm3" },
	{ 0x0804, "rsa_pss_rsae_sha256" },
	{ 0x0805, "rsa_pss_rsae_sha384" },
	{ 0x0806, "rsa_pss_rsae_sha512" },
	{ 0x0807, "ed25519" },
	{ 0x0808, "ed448" },
	{ 0x0809, "rsa_pss_pss_sha256" },
	{ 0x080a, "rsa_pss_pss_sha384" },
	{ 0x080b, "rsa_pss_pss_sha512" },
	{ 0x081a, "ecdsa_brainpoolP256r1tls13_sha256" },
	{ 0x081b, "ecdsa_brainpoolP384r1tls13_sha384" },
	{ 0x081c, "ecdsa_brainpoolP512r1tls13_sha512" },
	{ 0x0904, "mldsa44" },
	{ 0x0905, "mldsa65" },
	{ 0x0906, "mldsa87" },
	GREASE_NAMES,
	{ 0, NULL },
};

const struct name_map tls_sig_hash_names[] = {
	{ 0, "None" },   { 1, "MD5" },    { 2, "SHA1" },   { 3, "SHA224" },
	{ 4, "SHA256" }, { 5, "SHA384" }, { 6, "SHA512" }, { 0, NULL },
};

const struct name_map tls_sig_sign_names[] = {
	{ 0, "Anonymous" }, { 1, "RSA" }, { 2, "DSA" }, { 3, "ECDSA" }, { 0, NULL },
};

const struct name_map tls_method_names[] = {
	{ 0, "null" },
	{ 1, "DEFLATE" },
	{ 64, "LZS" },
	{ 0, NULL },
};

const struct name_map tls_format_names[] = {
	{ 0, "uncompressed" },
	{ 1, "ansiX962_compressed_prime" },
	{ 2, "ansiX962_compressed_char2" },
	{ 0, NULL },
};

const struct name_map tls_psk_mode_names[] = {
	{ 0, "psk_ke" },
	{ 1, "psk_dhe_ke" },
	{ 11, "Reserved (GREASE)" },
	{ 42, "Reserved (GREASE)" },
	{ 73, "Reserved (GREASE)" },
	{ 104, "Reserved (GREASE)" },
	{ 135, "Reserved (GREASE)" },
	{ 166, "Reserved (GREASE)" },
	{ 197, "Reserved (GREASE)" },
	{ 228, "Reserved (GREASE)" },
	{ 0, NULL },
};

const struct name_map tls_curve_type_names[] = {
	{ 1, "explicit_prime" },
	{ 2, "explicit_char2" },
	{ 3, "named_curve" },
	{ 0, NULL },
};

const struct name_map tls_client_cert_names[] = {
	{ 1, "RSA Sign" },
	{ 2, "DSS Sign" },
	{ 3, "RSA Fixed DH" },
	{ 4, "DSS Fixed DH" },
	{ 20, "FORTEZZA DMS" },
	{ 64, "ECDSA Sign" },
	{ 65, "RSA Fixed ECDH" },
	{ 66, "ECDSA Fixed ECDH" },
	{ 67, "GOST Sign 256" },
	{ 68, "GOST Sign 512" },
	{ 0, NULL },
};

const struct name_map tls_status_names[] = {
	{ 1, "OCSP" },
	{ 2, "OCSP Multi" },
	{ 0, NULL },
};

const struct name_map tls_server_name_names[] = {
	{ 0, "host_name" },
	{ 0, NULL },
};

const struct name_map tls_fragment_names[] = {
	{ 1, "512 bytes" },  { 2, "1024 bytes" }, { 3, "2048 bytes" },
	{ 4, "4096 bytes" }, { 0, NULL },
};

const struct name_map tls_cert_compression_names[] = {
	{ 1, "zlib" },
	{ 2, "brotli" },
	{ 3, "zstd" },
	{ 0, NULL },
};

const struct name_map tls_string_names[] = {
	{ 0, "teletexString" }, { 1, "printableString" }, { 2, "universalString" },
	{ 3, "bmpString" },     { 4, "uTF8String" },      { 0, NULL },
};

const struct name_map tls_general_names[] = {
	{ 0, "otherName" },
	{ 1, "rfc822Name" },
	{ 2, "dNSName" },
	{ 3, "x400Address" },
	{ 4, "directoryName" },
	{ 5, "ediPartyName" },
	{ 6, "uniformResourceIdentifier" },
	{ 7, "iPAddress" },
	{ 8, "registeredID" },
	{ 0, NULL },
};
