/*
 * dissect/proto/wlan_fields.h -- what describe() shows of 802.11 frames, one line each.
 *
 * X(identifier, name, label, bit, bits, kind, flags, further members). Bit i of a little-endian
 * number is bit i / 8 * 8 + 7 - i % 8 of its bytes.
 */
#ifndef DISSECT_PROTO_WLAN_FIELDS_H
#define DISSECT_PROTO_WLAN_FIELDS_H

/* clang-format off */
#define WLAN_FIELDS_FRAME(X)                                                                       \
	X(TYPE_SUBTYPE, "wlan.fc.type_subtype", "Type and subtype", 0, 0, FIELD_ENUM,              \
	  ONCE | FIELD_BASE_HEX, .names = wlan_subtype_names)                                      \
	X(DS, "wlan.fc.ds", "Distribution system", 0, 0, FIELD_HEX, OVER)                          \
	X(FRAG, "wlan.frag", "Fragment", 0, 0, FIELD_UINT, ONCE)                                   \
	X(SEQ, "wlan.seq", "Sequence", 0, 0, FIELD_UINT, ONCE)                                     \
	X(QOS, "wlan.qos", "QoS control", 0, 0, FIELD_HEX, ONCE)                                   \
	X(QOS_TID, "wlan.qos.tid", "Traffic id", 0, 0, FIELD_UINT, OVER)                           \
	X(QOS_EOSP, "wlan.qos.eosp", "End of service period", 0, 0, FIELD_FLAG, OVER)              \
	X(QOS_ACK, "wlan.qos.ack", "Ack policy", 0, 0, FIELD_ENUM, OVER | FIELD_BASE_HEX,          \
	  .names = ack_names)                                                                      \
	X(QOS_AMSDU, "wlan.qos.amsdupresent", "A-MSDU", 0, 0, FIELD_FLAG, OVER)                    \
	X(HTC, "wlan.htc", "HT control", 0, 0, FIELD_HEX, ONCE)                                    \
	X(BA_CONTROL, "wlan.ba.control", "Block ack control", 0, 0, FIELD_HEX, ONCE)               \
	X(BA_POLICY, "wlan.ba.control.ackpolicy", "Ack policy", 0, 0, FIELD_FLAG, OVER)            \
	X(BA_TYPE, "wlan.ba.control.ba_type", "Kind", 0, 0, FIELD_ENUM, OVER | FIELD_BASE_HEX,     \
	  .names = ba_names)                                                                       \
	X(BA_TID, "wlan.ba.basic.tidinfo", "Traffic id", 0, 0, FIELD_HEX, OVER)                    \
	X(BA_SSC, "wlan.fixed.ssc", "Starting sequence control", 0, 0, FIELD_HEX, ONCE)            \
	X(BA_FRAGMENT, "wlan.fixed.ssc.fragment", "Fragment", 0, 0, FIELD_UINT, OVER)              \
	X(BA_SEQUENCE, "wlan.fixed.ssc.sequence", "Sequence", 0, 0, FIELD_UINT, OVER)              \
	X(BA_BITMAP, "wlan.ba.bm", "Bitmap", 0, 0, FIELD_BYTES, ONCE)                              \
	X(POLL_AID, "wlan.aid", "Association id", 0, 0, FIELD_UINT, ONCE)                          \
	X(WEP_IV, "wlan.wep.iv", "WEP IV", 0, 0, FIELD_HEX, ONCE)                                  \
	X(WEP_ICV, "wlan.wep.icv", "WEP check value", 0, 0, FIELD_HEX, ONCE)                       \
	X(WEP_KEY, "wlan.wep.key", "Key", 0, 0, FIELD_UINT, ONCE)                                  \
	X(TKIP_IV, "wlan.tkip.extiv", "TKIP IV", 0, 0, FIELD_TEXT, ONCE)                           \
	X(CCMP_IV, "wlan.ccmp.extiv", "CCMP IV", 0, 0, FIELD_TEXT, ONCE)                           \
	X(FCS, "wlan.fcs", "Checksum", 0, 0, FIELD_HEX, ONCE)

#define WLAN_FIELDS_FIXED(X)                                                                       \
	X(TIMESTAMP, "wlan.fixed.timestamp", "Time stamp", 0, 64, FIELD_UINT, ONCE | FIELD_LE,     \
	  .unit = "us")                                                                            \
	X(INTERVAL, "wlan.fixed.beacon", "Beacon interval", 0, 16, FIELD_UINT, ONCE | FIELD_LE,    \
	  .unit = "TU")                                                                            \
	X(CAPABILITIES, "wlan.fixed.capabilities", "Capabilities", 0, 16, FIELD_HEX,               \
	  ONCE | FIELD_LE)                                                                         \
	X(CAP_ESS, "wlan.fixed.capabilities.ess", "Access point", 7, 1, FIELD_FLAG, OVER)          \
	X(CAP_IBSS, "wlan.fixed.capabilities.ibss", "Ad hoc", 6, 1, FIELD_FLAG, OVER)              \
	X(CAP_PRIVACY, "wlan.fixed.capabilities.privacy", "Privacy", 3, 1, FIELD_FLAG, OVER)       \
	X(CAP_PREAMBLE, "wlan.fixed.capabilities.short_preamble", "Short preamble", 2, 1,          \
	  FIELD_FLAG, OVER)                                                                        \
	X(CAP_SPECTRUM, "wlan.fixed.capabilities.spec_man", "Spectrum management", 15, 1,          \
	  FIELD_FLAG, OVER)                                                                        \
	X(CAP_QOS, "wlan.fixed.capabilities.qos", "QoS", 14, 1, FIELD_FLAG, OVER)                  \
	X(CAP_SLOT, "wlan.fixed.capabilities.short_slot_time", "Short slot time", 13, 1,           \
	  FIELD_FLAG, OVER)                                                                        \
	X(CAP_APSD, "wlan.fixed.capabilities.apsd", "APSD", 12, 1, FIELD_FLAG, OVER)               \
	X(CAP_RADIO, "wlan.fixed.capabilities.radio_measurement", "Radio measurement", 11, 1,      \
	  FIELD_FLAG, OVER)                                                                        \
	X(CAP_EPD, "wlan.fixed.capabilities.epd", "EPD", 10, 1, FIELD_FLAG, OVER)                  \
	X(LISTEN, "wlan.fixed.listen_ival", "Listen interval", 0, 16, FIELD_HEX, ONCE | FIELD_LE)  \
	X(STATUS, "wlan.fixed.status_code", "Status", 0, 16, FIELD_ENUM,                           \
	  ONCE | FIELD_LE | FIELD_BASE_HEX, .names = wlan_status_names)                            \
	X(AID, "wlan.fixed.aid", "Association id", 0, 16, FIELD_HEX, ONCE)                         \
	X(CURRENT_AP, "wlan.fixed.current_ap", "Current access point", 0, 48, FIELD_MAC, ONCE)     \
	X(REASON, "wlan.fixed.reason_code", "Reason", 0, 16, FIELD_ENUM,                           \
	  ONCE | FIELD_LE | FIELD_BASE_HEX, .names = wlan_reason_names)                            \
	X(AUTH, "wlan.fixed.auth.alg", "Algorithm", 0, 16, FIELD_ENUM, ONCE | FIELD_LE,            \
	  .names = wlan_auth_names)                                                                \
	X(AUTH_SEQ, "wlan.fixed.auth_seq", "Step", 0, 16, FIELD_HEX, ONCE | FIELD_LE)              \
	X(CATEGORY, "wlan.fixed.category_code", "Category", 0, 8, FIELD_ENUM, ONCE,                \
	  .names = wlan_category_names)                                                            \
	X(ACTION, "wlan.fixed.action_code", "Action", 0, 8, FIELD_UINT, ONCE)                      \
	X(ACTION_DATA, "wlan.action.data", "Data", 0, 0, FIELD_BYTES, ONCE)

#define WLAN_FIELDS_TAGS(X)                                                                        \
	X(TAG, "wlan.tag", "Tag", 0, 0, FIELD_GROUP, LIST)                                         \
	X(TAG_NUMBER, "wlan.tag.number", "Tag", 0, 0, FIELD_ENUM, LIST, .names = tag_names)        \
	X(TAG_LENGTH, "wlan.tag.length", "Length", 0, 0, FIELD_UINT, LIST, .unit = "bytes")        \
	X(TAG_DATA, "wlan.tag.data", "Data", 0, 0, FIELD_BYTES, LIST)                              \
	X(TAG_BAD, "wlan.tag.unparsed", "Runs out of the frame", 0, 0, FIELD_BYTES, LIST)          \
	X(TAG_OUI, "wlan.tag.oui", "Organization", 0, 0, FIELD_UINT, LIST)                         \
	X(TAG_VENDOR_TYPE, "wlan.tag.vendor.oui.type", "Type", 0, 0, FIELD_UINT, LIST)             \
	X(TAG_VENDOR_DATA, "wlan.tag.vendor.data", "Data", 0, 0, FIELD_BYTES, LIST)                \
	X(SSID, "wlan.ssid", "Network name", 0, 0, FIELD_BYTES, LIST)                              \
	X(RATES, "wlan.supported_rates", "Rate in 500 kbit/s", 0, 0, FIELD_HEX, LIST)              \
	X(MORE_RATES, "wlan.extended_supported_rates", "Rate in 500 kbit/s", 0, 0, FIELD_HEX,      \
	  LIST)                                                                                    \
	X(CHANNEL, "wlan.ds.current_channel", "Channel", 0, 0, FIELD_UINT, LIST)                   \
	X(TIM_COUNT, "wlan.tim.dtim_count", "DTIM count", 0, 8, FIELD_UINT, LIST)                  \
	X(TIM_PERIOD, "wlan.tim.dtim_period", "DTIM period", 8, 8, FIELD_UINT, LIST)               \
	X(TIM_CONTROL, "wlan.tim.bmapctl", "Bitmap control", 16, 8, FIELD_HEX, LIST)               \
	X(TIM_MULTICAST, "wlan.tim.bmapctl.multicast", "Multicast waits", 23, 1, FIELD_FLAG,       \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(TIM_OFFSET, "wlan.tim.bmapctl.offset", "Bitmap offset", 16, 7, FIELD_HEX,                \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(TIM_BITMAP, "wlan.tim.partial_virtual_bitmap", "Bitmap", 0, 0, FIELD_BYTES, LIST)        \
	X(COUNTRY, "wlan.country_info.code", "Country", 0, 0, FIELD_TEXT, LIST)                    \
	X(COUNTRY_ENV, "wlan.country_info.environment", "Environment", 0, 0, FIELD_UINT, LIST)     \
	X(COUNTRY_FIRST, "wlan.country_info.fnm.fcn", "First channel", 0, 8, FIELD_UINT, LIST)     \
	X(COUNTRY_NR, "wlan.country_info.fnm.nc", "Number of channels", 8, 8, FIELD_UINT, LIST)    \
	X(COUNTRY_POWER, "wlan.country_info.fnm.mtpl", "Maximum power", 16, 8, FIELD_INT, LIST,    \
	  .unit = "dBm")                                                                           \
	X(LOAD_STATIONS, "wlan.qbss.scount", "Stations", 0, 16, FIELD_UINT, LIST | FIELD_LE)       \
	X(LOAD_CHANNEL, "wlan.qbss.cu", "Channel utilization", 16, 8, FIELD_UINT, LIST)            \
	X(LOAD_ADMISSION, "wlan.qbss.adc", "Admission capacity", 24, 16, FIELD_UINT,               \
	  LIST | FIELD_LE)                                                                         \
	X(CHALLENGE, "wlan.tag.challenge_text", "Challenge", 0, 0, FIELD_BYTES, LIST)              \
	X(POWER, "wlan.powercon.local", "Power constraint", 0, 0, FIELD_UINT, LIST, .unit = "dB")  \
	X(CSA_MODE, "wlan.csa.channel_switch_mode", "Mode", 0, 8, FIELD_UINT, LIST)                \
	X(CSA_CHANNEL, "wlan.csa.new_channel_number", "New channel", 8, 8, FIELD_UINT, LIST)       \
	X(CSA_COUNT, "wlan.csa.channel_switch_count", "Beacons until then", 16, 8, FIELD_UINT,     \
	  LIST)                                                                                    \
	X(ERP, "wlan.erp_info", "ERP", 0, 8, FIELD_HEX, LIST)                                      \
	X(ERP_PRESENT, "wlan.erp_info.erp_present", "Non-ERP present", 7, 1, FIELD_FLAG,           \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(ERP_PROTECT, "wlan.erp_info.use_protection", "Use protection", 6, 1, FIELD_FLAG,         \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(ERP_BARKER, "wlan.erp_info.barker_preamble_mode", "Barker preamble", 5, 1, FIELD_FLAG,   \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(MDID, "wlan.mobility_domain.mdid", "Mobility domain", 0, 16, FIELD_HEX, LIST | FIELD_LE) \
	X(MD_FT, "wlan.mobility_domain.ft_capab", "Fast transition", 16, 8, FIELD_HEX, LIST)       \
	X(HT_CAP, "wlan.ht.capabilities", "HT capabilities", 0, 16, FIELD_HEX, LIST | FIELD_LE)    \
	X(HT_WIDTH, "wlan.ht.capabilities.width", "40 MHz", 6, 1, FIELD_FLAG,                      \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(HT_SHORT20, "wlan.ht.capabilities.short20", "Short guard interval at 20 MHz", 2, 1,      \
	  FIELD_FLAG, LIST | FIELD_OVERLAP)                                                        \
	X(HT_SHORT40, "wlan.ht.capabilities.short40", "Short guard interval at 40 MHz", 1, 1,      \
	  FIELD_FLAG, LIST | FIELD_OVERLAP)                                                        \
	X(HT_AMPDU, "wlan.ht.ampduparam", "A-MPDU parameters", 16, 8, FIELD_HEX, LIST)             \
	X(HT_PRIMARY, "wlan.ht.info.primarychannel", "Primary channel", 0, 8, FIELD_UINT, LIST)    \
	X(HT_DELIM1, "wlan.ht.info.delim1", "HT information", 8, 8, FIELD_HEX, LIST)               \
	X(HT_SECONDARY, "wlan.ht.info.secchanoffset", "Secondary channel", 0, 0, FIELD_HEX,        \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(HT_CHANWIDTH, "wlan.ht.info.chanwidth", "Any channel width", 13, 1, FIELD_FLAG,          \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(VHT_CAP, "wlan.vht.capabilities", "VHT capabilities", 0, 32, FIELD_HEX, LIST | FIELD_LE) \
	X(VHT_RX, "wlan.vht.mcsset.rxmcsmap", "Receive MCS map", 32, 16, FIELD_HEX,                \
	  LIST | FIELD_LE)                                                                         \
	X(VHT_TX, "wlan.vht.mcsset.txmcsmap", "Transmit MCS map", 64, 16, FIELD_HEX,               \
	  LIST | FIELD_LE)                                                                         \
	X(VHT_WIDTH, "wlan.vht.op.channelwidth", "Channel width", 0, 8, FIELD_ENUM, LIST,          \
	  .names = vht_width_names)                                                                \
	X(VHT_CENTER0, "wlan.vht.op.channelcenter0", "Channel center 0", 8, 8, FIELD_UINT, LIST)   \
	X(VHT_CENTER1, "wlan.vht.op.channelcenter1", "Channel center 1", 16, 8, FIELD_UINT, LIST)  \
	X(VHT_BASIC, "wlan.vht.op.basicmcsmap", "Basic MCS map", 24, 16, FIELD_HEX,                \
	  LIST | FIELD_LE)

/* RSN and WPA say the same things in the same order under names of their own. */
#define WLAN_FIELDS_SECURITY(X)                                                                    \
	X(RSN_VERSION, "wlan.rsn.version", "RSN version", 0, 0, FIELD_UINT, LIST | FIELD_LE)       \
	X(RSN_GROUP_OUI, "wlan.rsn.gcs.oui", "Group cipher, organization", 0, 0, FIELD_UINT, LIST) \
	X(RSN_GROUP, "wlan.rsn.gcs.type", "Group cipher", 0, 0, FIELD_ENUM, LIST,                  \
	  .names = wlan_cipher_names)                                                              \
	X(RSN_PAIR_NR, "wlan.rsn.pcs.count", "Pairwise ciphers", 0, 0, FIELD_UINT,                 \
	  LIST | FIELD_LE)                                                                         \
	X(RSN_PAIR_OUI, "wlan.rsn.pcs.oui", "Pairwise cipher, organization", 0, 0, FIELD_UINT,     \
	  LIST)                                                                                    \
	X(RSN_PAIR, "wlan.rsn.pcs.type", "Pairwise cipher", 0, 0, FIELD_ENUM, LIST,                \
	  .names = wlan_cipher_names)                                                              \
	X(RSN_AKM_NR, "wlan.rsn.akms.count", "Key managements", 0, 0, FIELD_UINT, LIST | FIELD_LE) \
	X(RSN_AKM_OUI, "wlan.rsn.akms.oui", "Key management, organization", 0, 0, FIELD_UINT,      \
	  LIST)                                                                                    \
	X(RSN_AKM, "wlan.rsn.akms.type", "Key management", 0, 0, FIELD_ENUM, LIST,                 \
	  .names = wlan_akm_names)                                                                 \
	X(WPA_VERSION, "wlan.wfa.ie.wpa.version", "WPA version", 0, 0, FIELD_UINT,                 \
	  LIST | FIELD_LE)                                                                         \
	X(WPA_GROUP_OUI, "wlan.wfa.ie.wpa.mcs.oui", "Group cipher, organization", 0, 0,            \
	  FIELD_UINT, LIST)                                                                        \
	X(WPA_GROUP, "wlan.wfa.ie.wpa.mcs.type", "Group cipher", 0, 0, FIELD_ENUM, LIST,           \
	  .names = wlan_cipher_names)                                                              \
	X(WPA_PAIR_NR, "wlan.wfa.ie.wpa.ucs.count", "Pairwise ciphers", 0, 0, FIELD_UINT,          \
	  LIST | FIELD_LE)                                                                         \
	X(WPA_PAIR_OUI, "wlan.wfa.ie.wpa.ucs.oui", "Pairwise cipher, organization", 0, 0,          \
	  FIELD_UINT, LIST)                                                                        \
	X(WPA_PAIR, "wlan.wfa.ie.wpa.ucs.type", "Pairwise cipher", 0, 0, FIELD_ENUM, LIST,         \
	  .names = wlan_cipher_names)                                                              \
	X(WPA_AKM_NR, "wlan.wfa.ie.wpa.akms.count", "Key managements", 0, 0, FIELD_UINT,           \
	  LIST | FIELD_LE)                                                                         \
	X(WPA_AKM_OUI, "wlan.wfa.ie.wpa.akms.oui", "Key management, organization", 0, 0,           \
	  FIELD_UINT, LIST)                                                                        \
	X(WPA_AKM, "wlan.wfa.ie.wpa.type", "Key management", 0, 0, FIELD_ENUM, LIST,               \
	  .names = wlan_akm_names)                                                                 \
	X(RSN_CAP, "wlan.rsn.capabilities", "RSN capabilities", 0, 16, FIELD_HEX,                  \
	  LIST | FIELD_LE)                                                                         \
	X(RSN_PREAUTH, "wlan.rsn.capabilities.preauth", "Pre-authentication", 7, 1, FIELD_FLAG,    \
	  LIST | FIELD_OVERLAP)                                                                    \
	X(RSN_NO_PAIRWISE, "wlan.rsn.capabilities.no_pairwise", "No pairwise key", 6, 1,           \
	  FIELD_FLAG, LIST | FIELD_OVERLAP)                                                        \
	X(RSN_MFPC, "wlan.rsn.capabilities.mfpc", "Management protection possible", 0, 1,          \
	  FIELD_FLAG, LIST | FIELD_OVERLAP)                                                        \
	X(RSN_MFPR, "wlan.rsn.capabilities.mfpr", "Management protection required", 1, 1,          \
	  FIELD_FLAG, LIST | FIELD_OVERLAP)                                                        \
	X(RSN_PMKID_NR, "wlan.rsn.pmkid.count", "PMKIDs", 0, 0, FIELD_UINT, LIST | FIELD_LE)       \
	X(RSN_PMKID, "wlan.rsn.pmkid", "PMKID", 0, 0, FIELD_BYTES, LIST)                           \
	X(RSN_MGMT_OUI, "wlan.rsn.gmcs.oui", "Management cipher, organization", 0, 0, FIELD_UINT,  \
	  LIST)                                                                                    \
	X(RSN_MGMT, "wlan.rsn.gmcs.type", "Management cipher", 0, 0, FIELD_ENUM, LIST,             \
	  .names = wlan_cipher_names)                                                              \
	X(WFA_TYPE, "wlan.wfa.ie.type", "Type", 0, 0, FIELD_ENUM, LIST | FIELD_BASE_HEX,           \
	  .names = wfa_names)                                                                      \
	X(WME_SUBTYPE, "wlan.wfa.ie.wme.subtype", "Subtype", 0, 0, FIELD_UINT, LIST)               \
	X(WME_VERSION, "wlan.wfa.ie.wme.version", "Version", 0, 0, FIELD_UINT, LIST)
/* clang-format on */

#define WLAN_FIELDS(X)       \
	WLAN_FIELDS_FRAME(X) \
	WLAN_FIELDS_FIXED(X) \
	WLAN_FIELDS_TAGS(X)  \
	WLAN_FIELDS_SECURITY(X)

#define WLAN_FIELD_ID(id, ...) WLANF_##id,

enum wlan_field { WLAN_FIELDS(WLAN_FIELD_ID) WLANF_COUNT };

#undef WLAN_FIELD_ID

#endif
