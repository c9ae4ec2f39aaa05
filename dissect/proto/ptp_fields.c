/*
 * dissect/proto/ptp_fields.c -- bodies and TLVs of PTP messages: IEEE 1588-2008 clauses 13 to 15,
 * IEEE 802.1AS follow-up information, IEEE 1588-2002 annex D.
 */
#include "core/compiler.h"
#include "dissect/field_list.h"
#include "dissect/proto/ptp.h"

#define SIGNED(name, label, bit, bits)                    \
	{                                                 \
		name, label, bit, bits, FIELD_INT, LISTED \
	}
#define BYTES(name, label, bit, bits)                       \
	{                                                   \
		name, label, bit, bits, FIELD_BYTES, LISTED \
	}
#define TEXT(name, label, bit, bits)                       \
	{                                                  \
		name, label, bit, bits, FIELD_TEXT, LISTED \
	}
#define MAC(name, label, bit)                           \
	{                                               \
		name, label, bit, 48, FIELD_MAC, LISTED \
	}

const struct name_map ptp_message_names[] = {
	{ 0x0, "Sync" },
	{ 0x1, "Delay_Req" },
	{ 0x2, "Pdelay_Req" },
	{ 0x3, "Pdelay_Resp" },
	{ 0x8, "Follow_Up" },
	{ 0x9, "Delay_Resp" },
	{ 0xa, "Pdelay_Resp_Follow_Up" },
	{ 0xb, "Announce" },
	{ 0xc, "Signaling" },
	{ 0xd, "Management" },
	{ 0, NULL },
};

static const struct name_map accuracy_names[] = {
	{ 0x20, "25 ns" },   { 0x21, "100 ns" }, { 0x22, "250 ns" },
	{ 0x23, "1 us" },    { 0x24, "2.5 us" }, { 0x25, "10 us" },
	{ 0x26, "25 us" },   { 0x27, "100 us" }, { 0x28, "250 us" },
	{ 0x29, "1 ms" },    { 0x2a, "2.5 ms" }, { 0x2b, "10 ms" },
	{ 0x2c, "25 ms" },   { 0x2d, "100 ms" }, { 0x2e, "250 ms" },
	{ 0x2f, "1 s" },     { 0x30, "10 s" },   { 0x31, "worse than 10 s" },
	{ 0xfe, "unknown" }, { 0, NULL },
};

static const struct name_map source_names[] = {
	{ 0x10, "atomic clock" },
	{ 0x20, "GPS" },
	{ 0x30, "terrestrial radio" },
	{ 0x40, "PTP" },
	{ 0x50, "NTP" },
	{ 0x60, "hand set" },
	{ 0x90, "other" },
	{ 0xa0, "internal oscillator" },
	{ 0, NULL },
};

static const struct name_map tlv_names[] = {
	{ 1, "management" },
	{ 2, "management error" },
	{ 3, "organization extension" },
	{ 4, "request unicast" },
	{ 5, "grant unicast" },
	{ 6, "cancel unicast" },
	{ 7, "acknowledge cancel unicast" },
	{ 8, "path trace" },
	{ 9, "alternate time offset" },
	{ 0x2000, "authentication" },
	{ 0x8000, "organization extension, do not propagate" },
	{ 0x8001, "L1 sync" },
	{ 0x8008, "pad" },
	{ 0, NULL },
};

static const struct name_map action_names[] = {
	{ 0, "GET" },     { 1, "SET" },         { 2, "RESPONSE" },
	{ 3, "COMMAND" }, { 4, "ACKNOWLEDGE" }, { 0, NULL },
};

static const struct name_map management_names[] = {
	{ 0x0000, "NULL_MANAGEMENT" },
	{ 0x0001, "CLOCK_DESCRIPTION" },
	{ 0x0002, "USER_DESCRIPTION" },
	{ 0x0003, "SAVE_IN_NON_VOLATILE_STORAGE" },
	{ 0x0004, "RESET_NON_VOLATILE_STORAGE" },
	{ 0x0005, "INITIALIZE" },
	{ 0x0006, "FAULT_LOG" },
	{ 0x0007, "FAULT_LOG_RESET" },
	{ 0x2000, "DEFAULT_DATA_SET" },
	{ 0x2001, "CURRENT_DATA_SET" },
	{ 0x2002, "PARENT_DATA_SET" },
	{ 0x2003, "TIME_PROPERTIES_DATA_SET" },
	{ 0x2004, "PORT_DATA_SET" },
	{ 0x2005, "PRIORITY1" },
	{ 0x2006, "PRIORITY2" },
	{ 0x2007, "DOMAIN" },
	{ 0x2008, "SLAVE_ONLY" },
	{ 0x2009, "LOG_ANNOUNCE_INTERVAL" },
	{ 0x200a, "ANNOUNCE_RECEIPT_TIMEOUT" },
	{ 0x200b, "LOG_SYNC_INTERVAL" },
	{ 0x200c, "VERSION_NUMBER" },
	{ 0x200d, "ENABLE_PORT" },
	{ 0x200e, "DISABLE_PORT" },
	{ 0x200f, "TIME" },
	{ 0x2010, "CLOCK_ACCURACY" },
	{ 0x2011, "UTC_PROPERTIES" },
	{ 0x2012, "TRACEABILITY_PROPERTIES" },
	{ 0x2013, "TIMESCALE_PROPERTIES" },
	{ 0x2014, "UNICAST_NEGOTIATION_ENABLE" },
	{ 0x2015, "PATH_TRACE_LIST" },
	{ 0x2016, "PATH_TRACE_ENABLE" },
	{ 0x2017, "GRANDMASTER_CLUSTER_TABLE" },
	{ 0x6001, "LOG_MIN_PDELAY_REQ_INTERVAL" },
	{ 0, NULL },
};

static const struct name_map error_names[] = {
	{ 1, "RESPONSE_TOO_BIG" },   { 2, "NO_SUCH_ID" },  { 3, "WRONG_LENGTH" },
	{ 4, "WRONG_VALUE" },        { 5, "NOT_SETABLE" }, { 6, "NOT_SUPPORTED" },
	{ 0xfffe, "GENERAL_ERROR" }, { 0, NULL },
};

/* Bits count from behind the header, or from a TLV's start. */
const struct field_desc ptp_described[NR_PTP_DESCRIBED] = {
	[P_CORRECTION] = SIGNED("ptp.v2.correction.ns", "Correction, ns", 0, 48),
	[P_CORRECTION_SUB] = TEXT("ptp.v2.correction.subns", "Correction, part of a ns", 0, 0),
	[P_SYNC] = NUMBER("ptp.v2.sdr.origintimestamp.seconds", "Origin, seconds", 0, 48),
	[P_SYNC_LAST] =
		NUMBER("ptp.v2.sdr.origintimestamp.nanoseconds", "Origin, nanoseconds", 48, 32),
	[P_PDELAY_REQ] = NUMBER("ptp.v2.pdrq.origintimestamp.seconds", "Origin, seconds", 0, 48),
	[P_PDELAY_REQ_LAST] =
		NUMBER("ptp.v2.pdrq.origintimestamp.nanoseconds", "Origin, nanoseconds", 48, 32),
	[P_PDELAY_RESP] = NUMBER("ptp.v2.pdrs.requestreceipttimestamp.seconds",
				 "Request received, seconds", 0, 48),
	NUMBER("ptp.v2.pdrs.requestreceipttimestamp.nanoseconds", "Request received, nanoseconds",
	       48, 32),
	HEX("ptp.v2.pdrs.requestingportidentity", "Requesting clock", 80, 64),
	[P_PDELAY_RESP_LAST] =
		NUMBER("ptp.v2.pdrs.requestingsourceportid", "Requesting port", 144, 16),
	[P_FOLLOW_UP] = NUMBER("ptp.v2.fu.preciseorigintimestamp.seconds",
			       "Precise origin, seconds", 0, 48),
	[P_FOLLOW_UP_LAST] = NUMBER("ptp.v2.fu.preciseorigintimestamp.nanoseconds",
				    "Precise origin, nanoseconds", 48, 32),
	[P_DELAY_RESP] = NUMBER("ptp.v2.dr.receivetimestamp.seconds", "Received, seconds", 0, 48),
	NUMBER("ptp.v2.dr.receivetimestamp.nanoseconds", "Received, nanoseconds", 48, 32),
	HEX("ptp.v2.dr.requestingsourceportidentity", "Requesting clock", 80, 64),
	[P_DELAY_RESP_LAST] =
		NUMBER("ptp.v2.dr.requestingsourceportid", "Requesting port", 144, 16),
	[P_PDELAY_FU] = NUMBER("ptp.v2.pdfu.responseorigintimestamp.seconds",
			       "Response sent, seconds", 0, 48),
	NUMBER("ptp.v2.pdfu.responseorigintimestamp.nanoseconds", "Response sent, nanoseconds", 48,
	       32),
	HEX("ptp.v2.pdfu.requestingportidentity", "Requesting clock", 80, 64),
	[P_PDELAY_FU_LAST] =
		NUMBER("ptp.v2.pdfu.requestingsourceportid", "Requesting port", 144, 16),
	[P_ANNOUNCE] = NUMBER("ptp.v2.an.origintimestamp.seconds", "Origin, seconds", 0, 48),
	NUMBER("ptp.v2.an.origintimestamp.nanoseconds", "Origin, nanoseconds", 48, 32),
	SIGNED("ptp.v2.an.origincurrentutcoffset", "Offset of UTC", 80, 16),
	NUMBER("ptp.v2.an.priority1", "Priority 1", 104, 8),
	NUMBER("ptp.v2.an.grandmasterclockclass", "Grandmaster's class", 112, 8),
	CODE("ptp.v2.an.grandmasterclockaccuracy", "Grandmaster's accuracy", 120, 8,
	     accuracy_names),
	NUMBER("ptp.v2.an.grandmasterclockvariance", "Grandmaster's variance", 128, 16),
	NUMBER("ptp.v2.an.priority2", "Priority 2", 144, 8),
	HEX("ptp.v2.an.grandmasterclockidentity", "Grandmaster", 152, 64),
	NUMBER("ptp.v2.an.localstepsremoved", "Steps removed", 216, 16),
	[P_ANNOUNCE_LAST] = CODE("ptp.v2.timesource", "Time source", 232, 8, source_names),
	[P_SIGNALING] = HEX("ptp.v2.sig.targetportidentity", "Target clock", 0, 64),
	[P_SIGNALING_LAST] = NUMBER("ptp.v2.sig.targetportid", "Target port", 64, 16),
	[P_MANAGEMENT] = HEX("ptp.v2.mm.targetportidentity", "Target clock", 0, 64),
	NUMBER("ptp.v2.mm.targetportid", "Target port", 64, 16),
	NUMBER("ptp.v2.mm.startingboundaryhops", "Hops at the start", 80, 8),
	NUMBER("ptp.v2.mm.boundaryhops", "Hops", 88, 8),
	[P_MANAGEMENT_LAST] = NAMED("ptp.v2.mm.action", "Action", 100, 4, action_names),

	[P_TLV_GROUP] = { "ptp.v2.tlv", "TLV", 0, 0, FIELD_GROUP, LISTED },
	[P_AN_TLV] = NAMED("ptp.v2.an.tlvType", "Type", 0, 16, tlv_names),
	[P_AN_TLV_LAST] = NUMBER("ptp.v2.an.lengthField", "Length", 16, 16),
	[P_AN_DATA] = BYTES("ptp.v2.an.tlv.data", "Data", 0, 0),
	[P_PATH] = HEX("ptp.v2.an.pathsequence", "Clock on the path", 0, 0),
	[P_OFFSET] = NUMBER("ptp.v2.an.atoi.keyField", "Key", 0, 8),
	SIGNED("ptp.v2.an.atoi.currentOffset", "Offset", 8, 32),
	SIGNED("ptp.v2.an.atoi.jumpSeconds", "Jump", 40, 32),
	[P_OFFSET_LAST] = BYTES("ptp.v2.an.atoi.timeOfNextJump", "Next jump", 72, 48),
	[P_OFFSET_NAME] = TEXT("ptp.v2.an.atoi.displayName", "Name", 0, 0),
	[P_SIG_TLV] = NAMED("ptp.v2.sig.tlv.tlvType", "Type", 0, 16, tlv_names),
	[P_SIG_TLV_LAST] = NUMBER("ptp.v2.sig.tlv.lengthField", "Length", 16, 16),
	[P_SIG_DATA] = BYTES("ptp.v2.sig.tlv.data", "Data", 0, 0),
	[P_UNICAST] = CODE("ptp.v2.sig.tlv.messageType", "Message", 0, 4, ptp_message_names),
	SIGNED("ptp.v2.sig.tlv.logInterMessagePeriod", "Period, log 2 of s", 8, 8),
	{ "ptp.v2.sig.tlv.durationField", "Duration", 16, 32, FIELD_UINT, LISTED, .unit = "s" },
	[P_UNICAST_LAST] = { "ptp.v2.sig.tlv.renewalInvited", "Renewal invited", 63, 1, FIELD_FLAG,
			     LISTED },
	[P_MM_TLV] = NAMED("ptp.v2.mm.tlvType", "Type", 0, 16, tlv_names),
	[P_MM_TLV_LAST] = NUMBER("ptp.v2.mm.lengthField", "Length", 16, 16),
	[P_MM_ERROR] = NAMED("ptp.v2.mm.managementErrorId", "Error", 0, 0, error_names),
	[P_MM_ID] = NAMED("ptp.v2.mm.managementId", "Management id", 0, 0, management_names),
	[P_MM_DATA] = BYTES("ptp.v2.mm.data", "Data", 0, 0),
	[P_AS] = NUMBER("ptp.as.fu.tlvType", "Type", 0, 16),
	NUMBER("ptp.as.fu.lengthField", "Length", 16, 16),
	NUMBER("ptp.as.fu.organizationId", "Organization", 32, 24),
	NUMBER("ptp.as.fu.organizationSubType", "Subtype", 56, 24),
	SIGNED("ptp.as.fu.cumulativeScaledRateOffset", "Cumulative rate offset", 80, 32),
	NUMBER("ptp.as.fu.gmTimeBaseIndicator", "Grandmaster's time base", 112, 16),
	BYTES("ptp.as.fu.lastGmPhaseChange", "Last phase change", 128, 96),
	[P_AS_LAST] = SIGNED("ptp.as.fu.scaledLastGmFreqChange", "Last frequency change", 224, 32),
	[P_TLV] = NAMED("ptp.v2.tlv.type", "Type", 0, 16, tlv_names),
	[P_TLV_LAST] = NUMBER("ptp.v2.tlv.length", "Length", 16, 16),
	[P_TLV_DATA] = BYTES("ptp.v2.tlv.data", "Data", 0, 0),

	[P1_SYNC] = NUMBER("ptp.sdr.origintimestamp_seconds", "Origin, seconds", 0, 32),
	NUMBER("ptp.sdr.origintimestamp_nanoseconds", "Origin, nanoseconds", 32, 32),
	NUMBER("ptp.sdr.epochnumber", "Epoch", 64, 16),
	SIGNED("ptp.sdr.currentutcoffset", "Offset of UTC", 80, 16),
	NUMBER("ptp.sdr.grandmastercommunicationtechnology", "Grandmaster's technology", 104, 8),
	MAC("ptp.sdr.grandmasterclockuuid", "Grandmaster", 112),
	NUMBER("ptp.sdr.grandmasterportid", "Grandmaster's port", 160, 16),
	NUMBER("ptp.sdr.grandmastersequenceid", "Grandmaster's sequence", 176, 16),
	NUMBER("ptp.sdr.grandmasterclockstratum", "Grandmaster's stratum", 216, 8),
	TEXT("ptp.sdr.grandmasterclockidentifier", "Grandmaster's identifier", 224, 32),
	SIGNED("ptp.sdr.grandmasterclockvariance", "Grandmaster's variance", 272, 16),
	NUMBER("ptp.sdr.grandmasterpreferred", "Grandmaster preferred", 296, 8),
	NUMBER("ptp.sdr.grandmasterisboundaryclock", "Grandmaster is boundary clock", 312, 8),
	SIGNED("ptp.sdr.syncinterval", "Sync interval, log 2 of s", 344, 8),
	SIGNED("ptp.sdr.localclockvariance", "Local variance", 368, 16),
	NUMBER("ptp.sdr.localstepsremoved", "Steps removed", 400, 16),
	NUMBER("ptp.sdr.localclockstratum", "Local stratum", 440, 8),
	TEXT("ptp.sdr.localclockidentifier", "Local identifier", 448, 32),
	NUMBER("ptp.sdr.parentcommunicationtechnology", "Parent's technology", 488, 8),
	MAC("ptp.sdr.parentuuid", "Parent", 496),
	NUMBER("ptp.sdr.parentportfield", "Parent's port", 560, 16),
	SIGNED("ptp.sdr.estimatedmastervariance", "Estimated variance", 592, 16),
	SIGNED("ptp.sdr.estimatedmasterdrift", "Estimated drift", 608, 32),
	[P1_SYNC_LAST] = { "ptp.sdr.utcreasonable", "UTC reasonable", 671, 1, FIELD_FLAG,
			   LISTED | FIELD_OVERLAP },
	[P1_FOLLOW_UP] = NUMBER("ptp.fu.associatedsequenceid", "Sequence of its Sync", 16, 16),
	NUMBER("ptp.fu.preciseorigintimestamp_seconds", "Precise origin, seconds", 32, 32),
	[P1_FOLLOW_UP_LAST] = SIGNED("ptp.fu.preciseorigintimestamp_nanoseconds",
				     "Precise origin, nanoseconds", 64, 32),
	[P1_DELAY_RESP] =
		NUMBER("ptp.dr.delayreceipttimestamp_seconds", "Received, seconds", 0, 32),
	SIGNED("ptp.dr.delayreceipttimestamp_nanoseconds", "Received, nanoseconds", 32, 32),
	NUMBER("ptp.dr.requestingsourcecommunicationtechnology", "Requesting technology", 72, 8),
	MAC("ptp.dr.requestingsourceuuid", "Requesting clock", 80),
	NUMBER("ptp.dr.requestingsourceportid", "Requesting port", 128, 16),
	[P1_DELAY_RESP_LAST] =
		NUMBER("ptp.dr.requestingsourcesequenceid", "Requesting sequence", 144, 16),
	[P_DATA] = BYTES("ptp.data", "Data", 0, 0),
};

#define SHAPE(type, len, first, last)                  \
	{                                              \
		type, len, first, (last) - (first) + 1 \
	}

const struct ptp_shape ptp_v2_shapes[] = {
	SHAPE(PTP_SYNC, 10, P_SYNC, P_SYNC_LAST),
	SHAPE(PTP_DELAY_REQ, 10, P_SYNC, P_SYNC_LAST),
	SHAPE(PTP_PDELAY_REQ, 20, P_PDELAY_REQ, P_PDELAY_REQ_LAST),
	SHAPE(PTP_PDELAY_RESP, 20, P_PDELAY_RESP, P_PDELAY_RESP_LAST),
	SHAPE(PTP_FOLLOW_UP, 10, P_FOLLOW_UP, P_FOLLOW_UP_LAST),
	SHAPE(PTP_DELAY_RESP, 20, P_DELAY_RESP, P_DELAY_RESP_LAST),
	SHAPE(PTP_PDELAY_FOLLOW_UP, 20, P_PDELAY_FU, P_PDELAY_FU_LAST),
	SHAPE(PTP_ANNOUNCE, 30, P_ANNOUNCE, P_ANNOUNCE_LAST),
	SHAPE(PTP_SIGNALING, 10, P_SIGNALING, P_SIGNALING_LAST),
	SHAPE(PTP_MANAGEMENT, 14, P_MANAGEMENT, P_MANAGEMENT_LAST),
	{ 0, 0, 0, 0 },
};

const struct ptp_shape ptp_v1_shapes[] = {
	SHAPE(PTP1_SYNC, 84, P1_SYNC, P1_SYNC_LAST),
	SHAPE(PTP1_DELAY_REQ, 84, P1_SYNC, P1_SYNC_LAST),
	SHAPE(PTP1_FOLLOW_UP, 12, P1_FOLLOW_UP, P1_FOLLOW_UP_LAST),
	SHAPE(PTP1_DELAY_RESP, 20, P1_DELAY_RESP, P1_DELAY_RESP_LAST),
	{ 0, 0, 0, 0 },
};
