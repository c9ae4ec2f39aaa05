/* dissect/proto/isakmp_fields.c -- what is in IKE messages, RFC 2408 and 7296, by name. */
#include "dissect/proto/isakmp.h"

static const struct name_map ike_attr_names[] = {
	{ 1, "encryption" },  { 2, "hash" },       { 3, "authentication" }, { 4, "group" },
	{ 5, "group type" },  { 11, "life type" }, { 12, "life duration" }, { 13, "PRF" },
	{ 14, "key length" }, { 0, NULL },
};

static const struct name_map ipsec_attr_names[] = {
	{ 1, "life type" },
	{ 2, "life duration" },
	{ 3, "group" },
	{ 4, "encapsulation" },
	{ 5, "authentication" },
	{ 6, "key length" },
	{ 7, "key rounds" },
	{ 10, "ECN tunnel" },
	{ 11, "extended sequence number" },
	{ 0, NULL },
};

static const struct name_map attr2_names[] = {
	{ 14, "key length" },
	{ 0, NULL },
};

static const struct name_map cfg_attr_names[] = {
	{ 1, "INTERNAL_IP4_ADDRESS" },
	{ 2, "INTERNAL_IP4_NETMASK" },
	{ 3, "INTERNAL_IP4_DNS" },
	{ 4, "INTERNAL_IP4_NBNS" },
	{ 5, "INTERNAL_ADDRESS_EXPIRY" },
	{ 6, "INTERNAL_IP4_DHCP" },
	{ 7, "APPLICATION_VERSION" },
	{ 8, "INTERNAL_IP6_ADDRESS" },
	{ 10, "INTERNAL_IP6_DNS" },
	{ 12, "INTERNAL_IP6_DHCP" },
	{ 13, "INTERNAL_IP4_SUBNET" },
	{ 14, "SUPPORTED_ATTRIBUTES" },
	{ 15, "INTERNAL_IP6_SUBNET" },
	{ 16520, "XAUTH_TYPE" },
	{ 16521, "XAUTH_USER_NAME" },
	{ 16522, "XAUTH_USER_PASSWORD" },
	{ 16523, "XAUTH_PASSCODE" },
	{ 16527, "XAUTH_STATUS" },
	{ 0, NULL },
};

static const struct name_map encr1_names[] = {
	{ 1, "DES-CBC" }, { 2, "IDEA-CBC" },     { 3, "Blowfish-CBC" },
	{ 4, "RC5-CBC" }, { 5, "3DES-CBC" },     { 6, "CAST-CBC" },
	{ 7, "AES-CBC" }, { 8, "Camellia-CBC" }, { 0, NULL },
};

static const struct name_map hash_names[] = {
	{ 1, "MD5" },      { 2, "SHA-1" },    { 3, "Tiger" }, { 4, "SHA2-256" },
	{ 5, "SHA2-384" }, { 6, "SHA2-512" }, { 0, NULL },
};

static const struct name_map auth1_names[] = {
	{ 1, "pre-shared key" },
	{ 2, "DSS signature" },
	{ 3, "RSA signature" },
	{ 4, "RSA encryption" },
	{ 5, "revised RSA encryption" },
	{ 9, "ECDSA-256" },
	{ 10, "ECDSA-384" },
	{ 11, "ECDSA-521" },
	{ 65001, "XAUTH initiator, pre-shared key" },
	{ 0, NULL },
};

static const struct name_map group_names[] = {
	{ 1, "MODP 768" },       { 2, "MODP 1024" },
	{ 5, "MODP 1536" },      { 14, "MODP 2048" },
	{ 15, "MODP 3072" },     { 16, "MODP 4096" },
	{ 17, "MODP 6144" },     { 18, "MODP 8192" },
	{ 19, "ECP 256" },       { 20, "ECP 384" },
	{ 21, "ECP 521" },       { 25, "ECP 192" },
	{ 26, "ECP 224" },       { 28, "brainpool 256" },
	{ 29, "brainpool 384" }, { 30, "brainpool 512" },
	{ 31, "Curve25519" },    { 32, "Curve448" },
	{ 35, "ML-KEM 512" },    { 36, "ML-KEM 768" },
	{ 37, "ML-KEM 1024" },   { 0, NULL },
};

static const struct name_map life_names[] = {
	{ 1, "seconds" },
	{ 2, "kilobytes" },
	{ 0, NULL },
};

static const struct name_map encap_names[] = {
	{ 1, "tunnel" },        { 2, "transport" }, { 3, "UDP tunnel" },
	{ 4, "UDP transport" }, { 0, NULL },
};

static const struct name_map ah_names[] = {
	{ 1, "HMAC-MD5" },      { 2, "HMAC-SHA1" },     { 5, "HMAC-SHA2-256" },
	{ 6, "HMAC-SHA2-384" }, { 7, "HMAC-SHA2-512" }, { 0, NULL },
};

static const struct name_map protocol_names[] = {
	{ 1, "IKE" }, { 2, "AH" }, { 3, "ESP" }, { 4, "IPCOMP" }, { 0, NULL },
};

static const struct name_map tf_names[] = {
	{ 1, "ENCR" }, { 2, "PRF" }, { 3, "INTEG" }, { 4, "D-H" }, { 5, "ESN" }, { 0, NULL },
};

static const struct name_map encr2_names[] = {
	{ 2, "DES" },         { 3, "3DES" },          { 5, "CAST" },
	{ 7, "Blowfish" },    { 11, "NULL" },         { 12, "AES-CBC" },
	{ 13, "AES-CTR" },    { 14, "AES-CCM 8" },    { 15, "AES-CCM 12" },
	{ 16, "AES-CCM 16" }, { 18, "AES-GCM 8" },    { 19, "AES-GCM 12" },
	{ 20, "AES-GCM 16" }, { 23, "Camellia-CBC" }, { 28, "ChaCha20-Poly1305" },
	{ 0, NULL },
};

static const struct name_map prf_names[] = {
	{ 1, "HMAC-MD5" },      { 2, "HMAC-SHA1" },
	{ 4, "AES128-XCBC" },   { 5, "HMAC-SHA2-256" },
	{ 6, "HMAC-SHA2-384" }, { 7, "HMAC-SHA2-512" },
	{ 8, "AES128-CMAC" },   { 0, NULL },
};

static const struct name_map integ_names[] = {
	{ 0, "none" },
	{ 1, "HMAC-MD5-96" },
	{ 2, "HMAC-SHA1-96" },
	{ 5, "AES-XCBC-96" },
	{ 8, "AES-CMAC-96" },
	{ 12, "HMAC-SHA2-256-128" },
	{ 13, "HMAC-SHA2-384-192" },
	{ 14, "HMAC-SHA2-512-256" },
	{ 0, NULL },
};

static const struct name_map esn_names[] = {
	{ 0, "no" },
	{ 1, "yes" },
	{ 0, NULL },
};

static const struct name_map doi_names[] = {
	{ 0, "ISAKMP" },
	{ 1, "IPSEC" },
	{ 2, "GDOI" },
	{ 0, NULL },
};

static const struct name_map id_names[] = {
	{ 1, "IPv4 address" },        { 2, "FQDN" },         { 3, "user FQDN" },
	{ 4, "IPv4 subnet" },         { 5, "IPv6 address" }, { 6, "IPv6 subnet" },
	{ 7, "IPv4 range" },          { 8, "IPv6 range" },   { 9, "X.500 name" },
	{ 10, "X.500 general name" }, { 11, "key" },         { 0, NULL },
};

static const struct name_map cert_names[] = {
	{ 1, "PKCS #7" },
	{ 2, "PGP" },
	{ 3, "DNS signed key" },
	{ 4, "X.509 signature" },
	{ 5, "X.509 key exchange" },
	{ 6, "Kerberos" },
	{ 7, "CRL" },
	{ 8, "ARL" },
	{ 9, "SPKI" },
	{ 10, "X.509 attribute" },
	{ 12, "hash and URL of X.509" },
	{ 13, "hash and URL of a bundle" },
	{ 0, NULL },
};

static const struct name_map auth2_names[] = {
	{ 1, "RSA signature" },      { 2, "shared key" }, { 3, "DSS signature" },
	{ 9, "ECDSA-256" },          { 10, "ECDSA-384" }, { 11, "ECDSA-521" },
	{ 14, "digital signature" }, { 0, NULL },
};

static const struct name_map notify_names[] = {
	{ 1, "INVALID_PAYLOAD_TYPE" },
	{ 4, "INVALID_IKE_SPI" },
	{ 5, "INVALID_MAJOR_VERSION" },
	{ 7, "INVALID_SYNTAX" },
	{ 9, "INVALID_MESSAGE_ID" },
	{ 11, "INVALID_SPI" },
	{ 14, "NO_PROPOSAL_CHOSEN" },
	{ 17, "INVALID_KE_PAYLOAD" },
	{ 18, "INVALID_ID_INFORMATION" },
	{ 24, "AUTHENTICATION_FAILED" },
	{ 34, "SINGLE_PAIR_REQUIRED" },
	{ 35, "NO_ADDITIONAL_SAS" },
	{ 36, "INTERNAL_ADDRESS_FAILURE" },
	{ 37, "FAILED_CP_REQUIRED" },
	{ 38, "TS_UNACCEPTABLE" },
	{ 39, "INVALID_SELECTORS" },
	{ 43, "TEMPORARY_FAILURE" },
	{ 44, "CHILD_SA_NOT_FOUND" },
	{ 16384, "INITIAL_CONTACT" },
	{ 16385, "SET_WINDOW_SIZE" },
	{ 16386, "ADDITIONAL_TS_POSSIBLE" },
	{ 16387, "IPCOMP_SUPPORTED" },
	{ 16388, "NAT_DETECTION_SOURCE_IP" },
	{ 16389, "NAT_DETECTION_DESTINATION_IP" },
	{ 16390, "COOKIE" },
	{ 16391, "USE_TRANSPORT_MODE" },
	{ 16392, "HTTP_CERT_LOOKUP_SUPPORTED" },
	{ 16393, "REKEY_SA" },
	{ 16394, "ESP_TFC_PADDING_NOT_SUPPORTED" },
	{ 16396, "MOBIKE_SUPPORTED" },
	{ 16404, "MULTIPLE_AUTH_SUPPORTED" },
	{ 16406, "REDIRECT_SUPPORTED" },
	{ 16430, "IKEV2_FRAGMENTATION_SUPPORTED" },
	{ 16431, "SIGNATURE_HASH_ALGORITHMS" },
	{ 24576, "RESPONDER_LIFETIME or CONNECTED" },
	{ 24578, "INITIAL_CONTACT" },
	{ 36136, "R_U_THERE" },
	{ 36137, "R_U_THERE_ACK" },
	{ 0, NULL },
};

static const struct name_map ts_names[] = {
	{ 7, "IPv4 range" },
	{ 8, "IPv6 range" },
	{ 0, NULL },
};

static const struct name_map cfg_names[] = {
	{ 1, "request" }, { 2, "reply" }, { 3, "set" }, { 4, "ack" }, { 0, NULL },
};

static const struct name_map exchange_names[] = {
	{ 0, "none" },
	{ 1, "base" },
	{ 2, "main mode" },
	{ 3, "authentication only" },
	{ 4, "aggressive" },
	{ 5, "informational" },
	{ 6, "transaction" },
	{ 32, "quick mode" },
	{ 33, "new group mode" },
	{ 34, "IKE_SA_INIT" },
	{ 35, "IKE_AUTH" },
	{ 36, "CREATE_CHILD_SA" },
	{ 37, "INFORMATIONAL" },
	{ 38, "IKE_SESSION_RESUME" },
	{ 43, "IKE_INTERMEDIATE" },
	{ 0, NULL },
};

static const struct name_map payload_names[] = {
	{ 0, "none" },
	{ 1, "security association" },
	{ 2, "proposal" },
	{ 3, "transform" },
	{ 4, "key exchange" },
	{ 5, "identification" },
	{ 6, "certificate" },
	{ 7, "certificate request" },
	{ 8, "hash" },
	{ 9, "signature" },
	{ 10, "nonce" },
	{ 11, "notification" },
	{ 12, "delete" },
	{ 13, "vendor id" },
	{ 14, "configuration" },
	{ 20, "NAT-D" },
	{ 21, "NAT-OA" },
	{ 33, "security association" },
	{ 34, "key exchange" },
	{ 35, "initiator's identification" },
	{ 36, "responder's identification" },
	{ 37, "certificate" },
	{ 38, "certificate request" },
	{ 39, "authentication" },
	{ 40, "nonce" },
	{ 41, "notify" },
	{ 42, "delete" },
	{ 43, "vendor id" },
	{ 44, "initiator's traffic selectors" },
	{ 45, "responder's traffic selectors" },
	{ 46, "encrypted" },
	{ 47, "configuration" },
	{ 48, "EAP" },
	{ 53, "encrypted fragment" },
	{ 130, "NAT-D (draft)" },
	{ 131, "NAT-OA (draft)" },
	{ 132, "fragment" },
	{ 0, NULL },
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)
#define ATTR_HEAD(prefix, map)                                                  \
	{ prefix ".format", "Short", 0, 1, FIELD_FLAG, LISTED },                \
	{                                                                       \
		prefix ".type", "Type", 1, 15, FIELD_ENUM, LISTED, .names = map \
	}
#define ATTR_LEN(prefix)                                             \
	{                                                            \
		prefix ".length", "Length", 0, 0, FIELD_UINT, LISTED \
	}
#define ATTR_VALUE(prefix)                                          \
	{                                                           \
		prefix ".value", "Value", 0, 0, FIELD_BYTES, LISTED \
	}

const struct field_desc isakmp_described[IKE_NR_DESCRIBED] = {
	[IKE_HEADER] = { "isakmp.ispi", "Initiator's SPI", 0, 64, FIELD_BYTES, LISTED },
	{ "isakmp.rspi", "Responder's SPI", 64, 64, FIELD_BYTES, LISTED },
	{ "isakmp.version", "Version", 136, 8, FIELD_HEX, LISTED },
	{ "isakmp.mjver", "Major version", 136, 4, FIELD_HEX, LISTED, .digits = 2 },
	{ "isakmp.mnver", "Minor version", 140, 4, FIELD_HEX, LISTED, .digits = 2 },
	{ "isakmp.exchangetype", "Exchange", 144, 8, FIELD_ENUM, LISTED, .names = exchange_names },
	{ "isakmp.flags", "Flags", 152, 8, FIELD_HEX, LISTED },
	{ "isakmp.flag_e", "Encrypted", 159, 1, FIELD_FLAG, LISTED, .variants = IKE_VERSION_1 },
	{ "isakmp.flag_c", "Commit", 158, 1, FIELD_FLAG, LISTED, .variants = IKE_VERSION_1 },
	{ "isakmp.flag_a", "Authenticated", 157, 1, FIELD_FLAG, LISTED, .variants = IKE_VERSION_1 },
	{ "isakmp.flag_i", "Initiator", 156, 1, FIELD_FLAG, LISTED, .variants = IKE_VERSION_2 },
	{ "isakmp.flag_v", "Higher version", 155, 1, FIELD_FLAG, LISTED,
	  .variants = IKE_VERSION_2 },
	{ "isakmp.flag_r", "Response", 154, 1, FIELD_FLAG, LISTED, .variants = IKE_VERSION_2 },
	{ "isakmp.messageid", "Message", 160, 32, FIELD_HEX, LISTED },
	{ "isakmp.length", "Length", 192, 32, FIELD_UINT, LISTED },
	[IKE_PAYLOAD] = { "isakmp.payload", "Payload", 0, 0, FIELD_GROUP, LISTED },
	[IKE_TYPE] = { "isakmp.typepayload", "Payload", 0, 0, FIELD_ENUM, LISTED,
		       .names = payload_names },
	[IKE_NEXT] = { "isakmp.nextpayload", "Next payload", 0, 0, FIELD_ENUM, LISTED,
		       .names = payload_names },
	[IKE_CRITICAL] = { "isakmp.criticalpayload", "Critical", 0, 1, FIELD_FLAG, LISTED },
	[IKE_RESERVED7] = { "isakmp.reserved7", "Reserved", 1, 7, FIELD_HEX, LISTED },
	[IKE_LENGTH] = { "isakmp.payloadlength", "Length", 0, 0, FIELD_UINT, LISTED },
	[IKE_DATA] = { "isakmp.datapayload", "Data", 0, 0, FIELD_BYTES, LISTED },
	[IKE_SA] = { "isakmp.sa.doi", "Domain of interpretation", 0, 32, FIELD_ENUM, LISTED,
		     .names = doi_names },
	{ "isakmp.sa.situation", "Situation", 32, 32, FIELD_BYTES, LISTED },
	[IKE_SITUATION] = { "isakmp.sa.situation.identity_only", "Identity only", 63, 1, FIELD_FLAG,
			    LISTED },
	{ "isakmp.sa.situation.secrecy", "Secrecy", 62, 1, FIELD_FLAG, LISTED },
	{ "isakmp.sa.situation.integrity", "Integrity", 61, 1, FIELD_FLAG, LISTED },
	[IKE_PROPOSAL] = { "isakmp.prop.number", "Proposal", 0, 8, FIELD_UINT, LISTED },
	{ "isakmp.prop.protoid", "Protocol", 8, 8, FIELD_ENUM, LISTED, .names = protocol_names },
	{ "isakmp.spisize", "SPI size", 16, 8, FIELD_UINT, LISTED },
	{ "isakmp.prop.transforms", "Number of transforms", 24, 8, FIELD_UINT, LISTED },
	[IKE_SPI] = { "isakmp.spi", "SPI", 0, 0, FIELD_BYTES, LISTED },
	[IKE_TRANSFORM1] = { "isakmp.trans.number", "Transform", 0, 8, FIELD_UINT, LISTED },
	{ "isakmp.trans.id", "Transform id", 8, 8, FIELD_UINT, LISTED },
	[IKE_TRANSFORM2] = { "isakmp.tf.type", "Transform type", 0, 0, FIELD_ENUM, LISTED,
			     .names = tf_names },
	[IKE_TRANSFORM_ID] = { "isakmp.tf.id.encr", "Encryption", 0, 0, FIELD_ENUM, LISTED,
			       .names = encr2_names },
	{ "isakmp.tf.id.prf", "PRF", 0, 0, FIELD_ENUM, LISTED, .names = prf_names },
	{ "isakmp.tf.id.integ", "Integrity", 0, 0, FIELD_ENUM, LISTED, .names = integ_names },
	{ "isakmp.tf.id.dh", "Group", 0, 0, FIELD_ENUM, LISTED, .names = group_names },
	{ "isakmp.tf.id.esn", "Extended sequence numbers", 0, 0, FIELD_ENUM, LISTED,
	  .names = esn_names },
	{ "isakmp.tf.id", "Transform id", 0, 0, FIELD_UINT, LISTED },
	[IKE_ATTR] = ATTR_HEAD("isakmp.ike.attr", ike_attr_names),
	[IKE_ATTR_LEN] = ATTR_LEN("isakmp.ike.attr"),
	[IKE_ATTR_VALUE] = ATTR_VALUE("isakmp.ike.attr"),
	[IKE_IPSEC_ATTR] = ATTR_HEAD("isakmp.ipsec.attr", ipsec_attr_names),
	[IKE_IPSEC_ATTR_LEN] = ATTR_LEN("isakmp.ipsec.attr"),
	[IKE_IPSEC_ATTR_VALUE] = ATTR_VALUE("isakmp.ipsec.attr"),
	[IKE_ATTR2] = ATTR_HEAD("isakmp.ike2.attr", attr2_names),
	[IKE_ATTR2_LEN] = ATTR_LEN("isakmp.ike2.attr"),
	[IKE_ATTR2_VALUE] = ATTR_VALUE("isakmp.ike2.attr"),
	[IKE_CFG_ATTR] = ATTR_HEAD("isakmp.cfg.attr", cfg_attr_names),
	[IKE_CFG_ATTR_LEN] = ATTR_LEN("isakmp.cfg.attr"),
	[IKE_CFG_ATTR_VALUE] = ATTR_VALUE("isakmp.cfg.attr"),
	[IKE_ATTR_TYPED] = { "isakmp.ike.attr.encryption_algorithm", "Encryption", 0, 0, FIELD_ENUM,
			     LISTED, .names = encr1_names },
	{ "isakmp.ike.attr.hash_algorithm", "Hash", 0, 0, FIELD_ENUM, LISTED, .names = hash_names },
	{ "isakmp.ike.attr.authentication_method", "Authentication", 0, 0, FIELD_ENUM, LISTED,
	  .names = auth1_names },
	{ "isakmp.ike.attr.group_description", "Group", 0, 0, FIELD_ENUM, LISTED,
	  .names = group_names },
	{ "isakmp.ike.attr.life_type", "Life type", 0, 0, FIELD_ENUM, LISTED, .names = life_names },
	{ "isakmp.ike.attr.life_duration", "Life duration", 0, 0, FIELD_UINT, LISTED },
	{ "isakmp.ike.attr.key_length", "Key length", 0, 0, FIELD_UINT, LISTED, .unit = "bits" },
	[IKE_IPSEC_TYPED] = { "isakmp.ipsec.attr.life_type", "Life type", 0, 0, FIELD_ENUM, LISTED,
			      .names = life_names },
	{ "isakmp.ipsec.attr.life_duration", "Life duration", 0, 0, FIELD_UINT, LISTED },
	{ "isakmp.ipsec.attr.group_description", "Group", 0, 0, FIELD_ENUM, LISTED,
	  .names = group_names },
	{ "isakmp.ipsec.attr.encap_mode", "Encapsulation", 0, 0, FIELD_ENUM, LISTED,
	  .names = encap_names },
	{ "isakmp.ipsec.attr.auth_algorithm", "Authentication", 0, 0, FIELD_ENUM, LISTED,
	  .names = ah_names },
	{ "isakmp.ipsec.attr.key_length", "Key length", 0, 0, FIELD_UINT, LISTED, .unit = "bits" },
	[IKE_KEY_LENGTH2] = { "isakmp.ike2.attr.key_length", "Key length", 0, 0, FIELD_UINT, LISTED,
			      .unit = "bits" },
	[IKE_DH_GROUP] = { "isakmp.key_exchange.dh_group", "Group", 0, 0, FIELD_ENUM, LISTED,
			   .names = group_names },
	[IKE_KEY_DATA] = { "isakmp.key_exchange.data", "Key exchange data", 0, 0, FIELD_BYTES,
			   LISTED },
	[IKE_ID_TYPE] = { "isakmp.id.type", "Type", 0, 0, FIELD_ENUM, LISTED, .names = id_names },
	[IKE_ID_PROTO] = { "isakmp.id.protoid", "Protocol", 0, 0, FIELD_ENUM, LISTED,
			   .names = ipproto_names },
	[IKE_ID_PORT] = { "isakmp.id.port", "Port", 0, 0, FIELD_UINT, LISTED },
	[IKE_ID_IPV4] = { "isakmp.id.data.ipv4_addr", "Address", 0, 0, FIELD_IPV4, LISTED },
	[IKE_ID_FQDN] = { "isakmp.id.data.fqdn", "Name", 0, 0, FIELD_TEXT, LISTED },
	[IKE_ID_USER] = { "isakmp.id.data.user_fqdn", "User", 0, 0, FIELD_TEXT, LISTED },
	[IKE_ID_IPV6] = { "isakmp.id.data.ipv6_addr", "Address", 0, 0, FIELD_IPV6, LISTED },
	[IKE_ID_KEY] = { "isakmp.id.data.key_id", "Key", 0, 0, FIELD_BYTES, LISTED },
	[IKE_ID_OTHER] = { "isakmp.id.data.bytes", "Identity", 0, 0, FIELD_BYTES, LISTED },
	[IKE_CERT] = { "isakmp.cert.encoding", "Encoding", 0, 0, FIELD_ENUM, LISTED,
		       .names = cert_names },
	[IKE_CERT_DATA] = { "isakmp.cert.bytes", "Data", 0, 0, FIELD_BYTES, LISTED },
	[IKE_CERTREQ] = { "isakmp.certreq.type", "Type", 0, 0, FIELD_ENUM, LISTED,
			  .names = cert_names },
	[IKE_AUTH_METHOD] = { "isakmp.auth.method", "Method", 0, 0, FIELD_ENUM, LISTED,
			      .names = auth2_names },
	[IKE_AUTH_DATA] = { "isakmp.auth.data", "Data", 0, 0, FIELD_BYTES, LISTED },
	[IKE_HASH] = { "isakmp.hash", "Hash", 0, 0, FIELD_BYTES, LISTED },
	[IKE_SIG] = { "isakmp.sig", "Signature", 0, 0, FIELD_BYTES, LISTED },
	[IKE_NONCE] = { "isakmp.nonce", "Nonce", 0, 0, FIELD_BYTES, LISTED },
	[IKE_NOTIFY_DOI] = { "isakmp.notify.doi", "Domain of interpretation", 0, 0, FIELD_ENUM,
			     LISTED, .names = doi_names },
	[IKE_NOTIFY] = { "isakmp.notify.protoid", "Protocol", 0, 0, FIELD_ENUM, LISTED,
			 .names = protocol_names },
	[IKE_NOTIFY_TYPE] = { "isakmp.notify.msgtype", "Message", 0, 0, FIELD_ENUM, LISTED,
			      .names = notify_names },
	[IKE_NOTIFY_DATA] = { "isakmp.notify.data", "Data", 0, 0, FIELD_BYTES, LISTED },
	[IKE_DELETE_DOI] = { "isakmp.delete.doi", "Domain of interpretation", 0, 0, FIELD_ENUM,
			     LISTED, .names = doi_names },
	[IKE_DELETE] = { "isakmp.delete.protoid", "Protocol", 0, 0, FIELD_ENUM, LISTED,
			 .names = protocol_names },
	[IKE_SPI_COUNT] = { "isakmp.spinum", "Number of SPIs", 0, 0, FIELD_UINT, LISTED },
	[IKE_DELETE_SPI] = { "isakmp.delete.spi", "SPI", 0, 0, FIELD_BYTES, LISTED },
	[IKE_VENDOR] = { "isakmp.vid_bytes", "Vendor id", 0, 0, FIELD_BYTES, LISTED },
	[IKE_VENDOR_NAME] = { "isakmp.vid.name", "Vendor id", 0, 0, FIELD_TEXT, LISTED },
	[IKE_TS_NUMBER] = { "isakmp.ts.number", "Number of selectors", 0, 0, FIELD_UINT, LISTED },
	[IKE_TS] = { "isakmp.ts.type", "Type", 0, 8, FIELD_ENUM, LISTED, .names = ts_names },
	{ "isakmp.ts.protoid", "Protocol", 8, 8, FIELD_ENUM, LISTED, .names = ipproto_names },
	{ "isakmp.ts.selector_length", "Length", 16, 16, FIELD_UINT, LISTED },
	{ "isakmp.ts.start_port", "First port", 32, 16, FIELD_UINT, LISTED },
	{ "isakmp.ts.end_port", "Last port", 48, 16, FIELD_UINT, LISTED },
	[IKE_TS_IPV4] = { "isakmp.ts.start_ipv4", "First address", 64, 32, FIELD_IPV4, LISTED },
	{ "isakmp.ts.end_ipv4", "Last address", 96, 32, FIELD_IPV4, LISTED },
	[IKE_TS_IPV6] = { "isakmp.ts.start_ipv6", "First address", 64, 128, FIELD_IPV6, LISTED },
	{ "isakmp.ts.end_ipv6", "Last address", 192, 128, FIELD_IPV6, LISTED },
	[IKE_CFG_TYPE] = { "isakmp.cfg.type", "Type", 0, 0, FIELD_ENUM, LISTED,
			   .names = cfg_names },
	[IKE_CFG_ID] = { "isakmp.cfg.identifier", "Identifier", 0, 0, FIELD_UINT, LISTED },
	[IKE_EAP] = { "isakmp.eap.data", "EAP", 0, 0, FIELD_BYTES, LISTED },
	[IKE_NAT_HASH] = { "isakmp.ike.nat_hash", "Hash of address and port", 0, 0, FIELD_BYTES,
			   LISTED },
	[IKE_NAT_IPV4] = { "isakmp.ike.nat_original_address_ipv4", "Original address", 0, 0,
			   FIELD_IPV4, LISTED },
	[IKE_NAT_IPV6] = { "isakmp.ike.nat_original_address_ipv6", "Original address", 0, 0,
			   FIELD_IPV6, LISTED },
	[IKE_ENCRYPTED] = { "isakmp.enc.bytes", "Encrypted", 0, 0, FIELD_BYTES, LISTED },
	[IKE_FRAGMENT] = { "isakmp.frag.number", "Fragment", 0, 16, FIELD_UINT, LISTED },
	{ "isakmp.frag.total", "of", 16, 16, FIELD_UINT, LISTED },
	[IKE_FRAGMENT1] = { "isakmp.frag.packetid", "Packet", 0, 16, FIELD_HEX, LISTED },
	{ "isakmp.frag.seq", "Fragment", 16, 8, FIELD_UINT, LISTED },
	{ "isakmp.frag.last", "Last", 24, 8, FIELD_UINT, LISTED },
	[IKE_EXTRA] = { "isakmp.extradata", "Extra data", 0, 0, FIELD_BYTES, LISTED },
};
