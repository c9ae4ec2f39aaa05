/*
 * dissect/proto/radius_attributes.c -- RADIUS attributes as IANA lists them: RFC 2865 to 2869,
 * 3162, 4372, 4603, 4675, 4679, 4818, 4849, 5176, 5447, 5580, 5904, 6519, 6572, 6677, 6911, 7055.
 */
#include "core/compiler.h"
#include "dissect/proto/radius.h"

static const struct name_map service_names[] = {
	{ 1, "Login" },
	{ 2, "Framed" },
	{ 3, "Callback Login" },
	{ 4, "Callback Framed" },
	{ 5, "Outbound" },
	{ 6, "Administrative" },
	{ 7, "NAS Prompt" },
	{ 8, "Authenticate Only" },
	{ 9, "Callback NAS Prompt" },
	{ 10, "Call Check" },
	{ 11, "Callback Administrative" },
	{ 17, "Authorize Only" },
	{ 18, "Framed Management" },
	{ 0, NULL },
};

static const struct name_map port_type_names[] = {
	{ 0, "Async" },       { 1, "Sync" },        { 2, "ISDN" },        { 3, "ISDN-V120" },
	{ 4, "ISDN-V110" },   { 5, "Virtual" },     { 6, "PIAFS" },       { 7, "HDLC" },
	{ 8, "X.25" },        { 9, "X.75" },        { 10, "G.3-fax" },    { 11, "SDSL" },
	{ 12, "ADSL CAP" },   { 13, "ADSL DMT" },   { 14, "IDSL" },       { 15, "Ethernet" },
	{ 16, "xDSL" },       { 17, "Cable" },      { 18, "Wireless" },   { 19, "Wireless-802.11" },
	{ 20, "Token Ring" }, { 21, "FDDI" },       { 30, "PPPoA" },      { 31, "PPPoEoA" },
	{ 32, "PPPoEoE" },    { 33, "PPPoEoVLAN" }, { 34, "PPPoEoQinQ" }, { 0, NULL },
};

static const struct name_map status_names[] = {
	{ 1, "Start" },
	{ 2, "Stop" },
	{ 3, "Interim Update" },
	{ 7, "Accounting On" },
	{ 8, "Accounting Off" },
	{ 9, "Tunnel Start" },
	{ 10, "Tunnel Stop" },
	{ 11, "Tunnel Reject" },
	{ 12, "Tunnel Link Start" },
	{ 13, "Tunnel Link Stop" },
	{ 14, "Tunnel Link Reject" },
	{ 15, "Failed" },
	{ 0, NULL },
};

static const struct name_map framed_names[] = {
	{ 1, "PPP" },
	{ 2, "SLIP" },
	{ 3, "ARAP" },
	{ 4, "Gandalf" },
	{ 5, "Xylogics" },
	{ 6, "X.75" },
	{ 7, "GPRS PDP Context" },
	{ 0, NULL },
};

static const struct name_map cause_names[] = {
	{ 1, "User Request" },
	{ 2, "Lost Carrier" },
	{ 3, "Lost Service" },
	{ 4, "Idle Timeout" },
	{ 5, "Session Timeout" },
	{ 6, "Admin Reset" },
	{ 7, "Admin Reboot" },
	{ 8, "Port Error" },
	{ 9, "NAS Error" },
	{ 10, "NAS Request" },
	{ 11, "NAS Reboot" },
	{ 12, "Port Unneeded" },
	{ 13, "Port Preempted" },
	{ 14, "Port Suspended" },
	{ 15, "Service Unavailable" },
	{ 16, "Callback" },
	{ 17, "User Error" },
	{ 18, "Host Request" },
	{ 19, "Supplicant Restart" },
	{ 20, "Reauthentication Failure" },
	{ 21, "Port Reinit" },
	{ 22, "Port Disabled" },
	{ 0, NULL },
};

static const struct name_map authentic_names[] = {
	{ 1, "RADIUS" }, { 2, "Local" }, { 3, "Remote" }, { 4, "Diameter" }, { 0, NULL },
};

static const struct name_map tunnel_names[] = {
	{ 1, "PPTP" }, { 2, "L2F" },       { 3, "L2TP" },      { 4, "ATMP" }, { 5, "VTP" },
	{ 6, "AH" },   { 7, "IP IP" },     { 8, "MIN IP IP" }, { 9, "ESP" },  { 10, "GRE" },
	{ 11, "DVS" }, { 12, "IP in IP" }, { 13, "VLAN" },     { 0, NULL },
};

static const struct name_map medium_names[] = {
	{ 1, "IPv4" },       { 2, "IPv6" },          { 3, "NSAP" },        { 4, "HDLC" },
	{ 5, "BBN-1822" },   { 6, "IEEE-802" },      { 7, "E.163" },       { 8, "E.164" },
	{ 9, "F.69" },       { 10, "X.121" },        { 11, "IPX" },        { 12, "AppleTalk" },
	{ 13, "DECnet IV" }, { 14, "Banyan Vines" }, { 15, "E.164-NSAP" }, { 0, NULL },
};

static const struct name_map termination_names[] = {
	{ 0, "Default" },
	{ 1, "RADIUS Request" },
	{ 0, NULL },
};

static const struct name_map error_names[] = {
	{ 201, "Residual Session Context Removed" },
	{ 202, "Invalid EAP Packet" },
	{ 401, "Unsupported Attribute" },
	{ 402, "Missing Attribute" },
	{ 403, "NAS Identification Mismatch" },
	{ 404, "Invalid Request" },
	{ 405, "Unsupported Service" },
	{ 406, "Unsupported Extension" },
	{ 407, "Invalid Attribute Value" },
	{ 501, "Administratively Prohibited" },
	{ 502, "Request Not Routable" },
	{ 503, "Session Context Not Found" },
	{ 504, "Session Context Not Removable" },
	{ 505, "Other Proxy Processing Error" },
	{ 506, "Resources Unavailable" },
	{ 507, "Request Initiated" },
	{ 508, "Multiple Session Selection Unsupported" },
	{ 0, NULL },
};

enum { TAGGED = 1 };

/* type, name, label, kind, names of values, whether a tag stands in front (RFC 2868). */
#define ATTRIBUTES(X)                                                                              \
	X(1, "User_Name", "User-Name", FIELD_TEXT, NULL, 0)                                        \
	X(3, "CHAP_Password", "CHAP-Password", FIELD_BYTES, NULL, 0)                               \
	X(4, "NAS_IP_Address", "NAS-IP-Address", FIELD_IPV4, NULL, 0)                              \
	X(5, "NAS_Port", "NAS-Port", FIELD_UINT, NULL, 0)                                          \
	X(6, "Service_Type", "Service-Type", FIELD_ENUM, service_names, 0)                         \
	X(7, "Framed_Protocol", "Framed-Protocol", FIELD_ENUM, framed_names, 0)                    \
	X(8, "Framed-IP-Address", "Framed-IP-Address", FIELD_IPV4, NULL, 0)                        \
	X(9, "Framed_IP_Netmask", "Framed-IP-Netmask", FIELD_IPV4, NULL, 0)                        \
	X(10, "Framed_Routing", "Framed-Routing", FIELD_UINT, NULL, 0)                             \
	X(11, "Filter_Id", "Filter-Id", FIELD_TEXT, NULL, 0)                                       \
	X(12, "Framed_MTU", "Framed-MTU", FIELD_UINT, NULL, 0)                                     \
	X(13, "Framed_Compression", "Framed-Compression", FIELD_UINT, NULL, 0)                     \
	X(14, "Login_IP_Host", "Login-IP-Host", FIELD_IPV4, NULL, 0)                               \
	X(15, "Login_Service", "Login-Service", FIELD_UINT, NULL, 0)                               \
	X(16, "Login_TCP_Port", "Login-TCP-Port", FIELD_UINT, NULL, 0)                             \
	X(18, "Reply_Message", "Reply-Message", FIELD_TEXT, NULL, 0)                               \
	X(19, "Callback_Number", "Callback-Number", FIELD_TEXT, NULL, 0)                           \
	X(20, "Callback_Id", "Callback-Id", FIELD_TEXT, NULL, 0)                                   \
	X(22, "Framed_Route", "Framed-Route", FIELD_TEXT, NULL, 0)                                 \
	X(23, "Framed_IPX_Network", "Framed-IPX-Network", FIELD_IPV4, NULL, 0)                     \
	X(24, "State", "State", FIELD_BYTES, NULL, 0)                                              \
	X(25, "Class", "Class", FIELD_BYTES, NULL, 0)                                              \
	X(27, "Session_Timeout", "Session-Timeout", FIELD_UINT, NULL, 0)                           \
	X(28, "Idle_Timeout", "Idle-Timeout", FIELD_UINT, NULL, 0)                                 \
	X(29, "Termination_Action", "Termination-Action", FIELD_ENUM, termination_names, 0)        \
	X(30, "Called_Station_Id", "Called-Station-Id", FIELD_TEXT, NULL, 0)                       \
	X(31, "Calling_Station_Id", "Calling-Station-Id", FIELD_TEXT, NULL, 0)                     \
	X(32, "NAS_Identifier", "NAS-Identifier", FIELD_TEXT, NULL, 0)                             \
	X(33, "Proxy_State", "Proxy-State", FIELD_BYTES, NULL, 0)                                  \
	X(34, "Login_LAT_Service", "Login-LAT-Service", FIELD_TEXT, NULL, 0)                       \
	X(35, "Login_LAT_Node", "Login-LAT-Node", FIELD_TEXT, NULL, 0)                             \
	X(36, "Login_LAT_Group", "Login-LAT-Group", FIELD_BYTES, NULL, 0)                          \
	X(37, "Framed_AppleTalk_Link", "Framed-AppleTalk-Link", FIELD_UINT, NULL, 0)               \
	X(38, "Framed_AppleTalk_Network", "Framed-AppleTalk-Network", FIELD_UINT, NULL, 0)         \
	X(39, "Framed_AppleTalk_Zone", "Framed-AppleTalk-Zone", FIELD_TEXT, NULL, 0)               \
	X(40, "Acct_Status_Type", "Acct-Status-Type", FIELD_ENUM, status_names, 0)                 \
	X(41, "Acct_Delay_Time", "Acct-Delay-Time", FIELD_UINT, NULL, 0)                           \
	X(42, "Acct_Input_Octets", "Acct-Input-Octets", FIELD_UINT, NULL, 0)                       \
	X(43, "Acct_Output_Octets", "Acct-Output-Octets", FIELD_UINT, NULL, 0)                     \
	X(44, "Acct_Session_Id", "Acct-Session-Id", FIELD_TEXT, NULL, 0)                           \
	X(45, "Acct_Authentic", "Acct-Authentic", FIELD_ENUM, authentic_names, 0)                  \
	X(46, "Acct_Session_Time", "Acct-Session-Time", FIELD_UINT, NULL, 0)                       \
	X(47, "Acct_Input_Packets", "Acct-Input-Packets", FIELD_UINT, NULL, 0)                     \
	X(48, "Acct_Output_Packets", "Acct-Output-Packets", FIELD_UINT, NULL, 0)                   \
	X(49, "Acct_Terminate_Cause", "Acct-Terminate-Cause", FIELD_ENUM, cause_names, 0)          \
	X(50, "Acct_Multi_Session_Id", "Acct-Multi-Session-Id", FIELD_TEXT, NULL, 0)               \
	X(51, "Acct_Link_Count", "Acct-Link-Count", FIELD_UINT, NULL, 0)                           \
	X(52, "Acct_Input_Gigawords", "Acct-Input-Gigawords", FIELD_UINT, NULL, 0)                 \
	X(53, "Acct_Output_Gigawords", "Acct-Output-Gigawords", FIELD_UINT, NULL, 0)               \
	X(55, "Event_Timestamp", "Event-Timestamp", FIELD_TIME, NULL, 0)                           \
	X(57, "Ingress_Filters", "Ingress-Filters", FIELD_UINT, NULL, 0)                           \
	X(59, "User_Priority_Table", "User-Priority-Table", FIELD_BYTES, NULL, 0)                  \
	X(60, "CHAP_Challenge", "CHAP-Challenge", FIELD_BYTES, NULL, 0)                            \
	X(61, "NAS_Port_Type", "NAS-Port-Type", FIELD_ENUM, port_type_names, 0)                    \
	X(62, "Port_Limit", "Port-Limit", FIELD_UINT, NULL, 0)                                     \
	X(63, "Login_LAT_Port", "Login-LAT-Port", FIELD_TEXT, NULL, 0)                             \
	X(64, "Tunnel_Type", "Tunnel-Type", FIELD_ENUM, tunnel_names, TAGGED)                      \
	X(65, "Tunnel_Medium_Type", "Tunnel-Medium-Type", FIELD_ENUM, medium_names, TAGGED)        \
	X(66, "Tunnel_Client_Endpoint", "Tunnel-Client-Endpoint", FIELD_TEXT, NULL, TAGGED)        \
	X(67, "Tunnel_Server_Endpoint", "Tunnel-Server-Endpoint", FIELD_TEXT, NULL, TAGGED)        \
	X(68, "Acct_Tunnel_Connection", "Acct-Tunnel-Connection", FIELD_TEXT, NULL, 0)             \
	X(71, "ARAP_Features", "ARAP-Features", FIELD_BYTES, NULL, 0)                              \
	X(72, "ARAP_Zone_Access", "ARAP-Zone-Access", FIELD_UINT, NULL, 0)                         \
	X(73, "ARAP_Security", "ARAP-Security", FIELD_UINT, NULL, 0)                               \
	X(74, "ARAP_Security_Data", "ARAP-Security-Data", FIELD_TEXT, NULL, 0)                     \
	X(75, "Password_Retry", "Password-Retry", FIELD_UINT, NULL, 0)                             \
	X(76, "Prompt", "Prompt", FIELD_UINT, NULL, 0)                                             \
	X(77, "Connect_Info", "Connect-Info", FIELD_TEXT, NULL, 0)                                 \
	X(78, "Configuration_Token", "Configuration-Token", FIELD_TEXT, NULL, 0)                   \
	X(80, "Message_Authenticator", "Message-Authenticator", FIELD_BYTES, NULL, 0)              \
	X(81, "Tunnel_Private_Group_Id", "Tunnel-Private-Group-Id", FIELD_TEXT, NULL, TAGGED)      \
	X(82, "Tunnel_Assignment_Id", "Tunnel-Assignment-Id", FIELD_TEXT, NULL, TAGGED)            \
	X(83, "Tunnel_Preference", "Tunnel-Preference", FIELD_UINT, NULL, TAGGED)                  \
	X(84, "ARAP_Challenge_Response", "ARAP-Challenge-Response", FIELD_BYTES, NULL, 0)          \
	X(85, "Acct_Interim_Interval", "Acct-Interim-Interval", FIELD_UINT, NULL, 0)               \
	X(86, "Acct_Tunnel_Packets_Lost", "Acct-Tunnel-Packets-Lost", FIELD_UINT, NULL, 0)         \
	X(87, "NAS_Port_Id", "NAS-Port-Id", FIELD_TEXT, NULL, 0)                                   \
	X(88, "Framed_Pool", "Framed-Pool", FIELD_TEXT, NULL, 0)                                   \
	X(89, "Chargeable_User_Identity", "Chargeable-User-Identity", FIELD_TEXT, NULL, 0)         \
	X(90, "Tunnel_Client_Auth_Id", "Tunnel-Client-Auth-Id", FIELD_TEXT, NULL, TAGGED)          \
	X(91, "Tunnel_Server_Auth_Id", "Tunnel-Server-Auth-Id", FIELD_TEXT, NULL, TAGGED)          \
	X(92, "NAS_Filter_Rule", "NAS-Filter-Rule", FIELD_TEXT, NULL, 0)                           \
	X(95, "NAS_IPv6_Address", "NAS-IPv6-Address", FIELD_IPV6, NULL, 0)                         \
	X(96, "Framed_Interface_Id", "Framed-Interface-Id", FIELD_BYTES, NULL, 0)                  \
	X(97, "Framed_IPv6_Prefix", "Framed-IPv6-Prefix", FIELD_BYTES, NULL, 0)                    \
	X(98, "Login_IPv6_Host", "Login-IPv6-Host", FIELD_IPV6, NULL, 0)                           \
	X(99, "Framed_IPv6_Route", "Framed-IPv6-Route", FIELD_TEXT, NULL, 0)                       \
	X(100, "Framed_IPv6_Pool", "Framed-IPv6-Pool", FIELD_TEXT, NULL, 0)                        \
	X(101, "Error_Cause", "Error-Cause", FIELD_ENUM, error_names, 0)                           \
	X(123, "Delegated_IPv6_Prefix", "Delegated-IPv6-Prefix", FIELD_BYTES, NULL, 0)             \
	X(124, "MIP6_Feature_Vector", "MIP6-Feature-Vector", FIELD_BYTES, NULL, 0)                 \
	X(125, "MIP6_Home_Link_Prefix", "MIP6-Home-Link-Prefix", FIELD_BYTES, NULL, 0)             \
	X(127, "Location_Information", "Location-Information", FIELD_BYTES, NULL, 0)               \
	X(128, "Location_Data", "Location-Data", FIELD_BYTES, NULL, 0)                             \
	X(129, "Actual_Data_Rate_Upstream", "Actual-Data-Rate-Upstream", FIELD_UINT, NULL, 0)      \
	X(130, "Actual_Data_Rate_Downstream", "Actual-Data-Rate-Downstream", FIELD_UINT, NULL, 0)  \
	X(131, "Minimum_Data_Rate_Upstream", "Minimum-Data-Rate-Upstream", FIELD_UINT, NULL, 0)    \
	X(132, "Minimum_Data_Rate_Downstream", "Minimum-Data-Rate-Downstream", FIELD_UINT, NULL,   \
	  0)                                                                                       \
	X(133, "Attainable_Data_Rate_Upstream", "Attainable-Data-Rate-Upstream", FIELD_UINT, NULL, \
	  0)                                                                                       \
	X(134, "Attainable_Data_Rate_Downstream", "Attainable-Data-Rate-Downstream", FIELD_UINT,   \
	  NULL, 0)                                                                                 \
	X(135, "Maximum_Data_Rate_Upstream", "Maximum-Data-Rate-Upstream", FIELD_UINT, NULL, 0)    \
	X(136, "Maximum_Data_Rate_Downstream", "Maximum-Data-Rate-Downstream", FIELD_UINT, NULL,   \
	  0)                                                                                       \
	X(137, "Minimum_Data_Rate_Upstream_Low_Power", "Minimum-Data-Rate-Upstream-Low-Power",     \
	  FIELD_UINT, NULL, 0)                                                                     \
	X(138, "Minimum_Data_Rate_Downstream_Low_Power", "Minimum-Data-Rate-Downstream-Low-Power", \
	  FIELD_UINT, NULL, 0)                                                                     \
	X(139, "Maximum_Interleaving_Delay_Upstream", "Maximum-Interleaving-Delay-Upstream",       \
	  FIELD_UINT, NULL, 0)                                                                     \
	X(140, "Actual_Interleaving_Delay_Upstream", "Actual-Interleaving-Delay-Upstream",         \
	  FIELD_UINT, NULL, 0)                                                                     \
	X(141, "Maximum_Interleaving_Delay_Downstream", "Maximum-Interleaving-Delay-Downstream",   \
	  FIELD_UINT, NULL, 0)                                                                     \
	X(142, "Actual_Interleaving_Delay_Downstream", "Actual-Interleaving-Delay-Downstream",     \
	  FIELD_UINT, NULL, 0)                                                                     \
	X(143, "PKM_Auth_Key", "PKM-Auth-Key", FIELD_BYTES, NULL, 0)                               \
	X(144, "Access_Loop_Encapsulation", "Access-Loop-Encapsulation", FIELD_BYTES, NULL, 0)     \
	X(145, "Mobile_Node_Identifier", "Mobile-Node-Identifier", FIELD_BYTES, NULL, 0)           \
	X(146, "Service_Selection", "Service-Selection", FIELD_TEXT, NULL, 0)                      \
	X(147, "PMIP6_Home_LMA_IPv6_Address", "PMIP6-Home-LMA-IPv6-Address", FIELD_IPV6, NULL, 0)  \
	X(148, "PMIP6_Visited_LMA_IPv6_Address", "PMIP6-Visited-LMA-IPv6-Address", FIELD_IPV6,     \
	  NULL, 0)                                                                                 \
	X(149, "PMIP6_Home_LMA_IPv4_Address", "PMIP6-Home-LMA-IPv4-Address", FIELD_IPV4, NULL, 0)  \
	X(150, "PMIP6_Visited_LMA_IPv4_Address", "PMIP6-Visited-LMA-IPv4-Address", FIELD_IPV4,     \
	  NULL, 0)                                                                                 \
	X(151, "PMIP6_Home_HN_Prefix", "PMIP6-Home-HN-Prefix", FIELD_BYTES, NULL, 0)               \
	X(152, "PMIP6_Visited_HN_Prefix", "PMIP6-Visited-HN-Prefix", FIELD_BYTES, NULL, 0)         \
	X(153, "PMIP6_Home_Interface_ID", "PMIP6-Home-Interface-ID", FIELD_BYTES, NULL, 0)         \
	X(154, "PMIP6_Visited_Interface_ID", "PMIP6-Visited-Interface-ID", FIELD_BYTES, NULL, 0)   \
	X(155, "PMIP6_Home_IPv4_HoA", "PMIP6-Home-IPv4-HoA", FIELD_BYTES, NULL, 0)                 \
	X(156, "PMIP6_Visited_IPv4_HoA", "PMIP6-Visited-IPv4-HoA", FIELD_BYTES, NULL, 0)           \
	X(157, "PMIP6_Home_DHCP4_Server_Address", "PMIP6-Home-DHCP4-Server-Address", FIELD_IPV4,   \
	  NULL, 0)                                                                                 \
	X(158, "PMIP6_Visited_DHCP4_Server_Address", "PMIP6-Visited-DHCP4-Server-Address",         \
	  FIELD_IPV4, NULL, 0)                                                                     \
	X(159, "PMIP6_Home_DHCP6_Server_Address", "PMIP6-Home-DHCP6-Server-Address", FIELD_IPV6,   \
	  NULL, 0)                                                                                 \
	X(160, "PMIP6_Visited_DHCP6_Server_Address", "PMIP6-Visited-DHCP6-Server-Address",         \
	  FIELD_IPV6, NULL, 0)                                                                     \
	X(161, "PMIP6_Home_IPv4_Gateway", "PMIP6-Home-IPv4-Gateway", FIELD_IPV4, NULL, 0)          \
	X(162, "PMIP6_Visited_IPv4_Gateway", "PMIP6-Visited-IPv4-Gateway", FIELD_IPV4, NULL, 0)    \
	X(163, "EAP_Lower_Layer", "EAP-Lower-Layer", FIELD_UINT, NULL, 0)                          \
	X(164, "GSS_Acceptor_Service_Name", "GSS-Acceptor-Service-Name", FIELD_TEXT, NULL, 0)      \
	X(165, "GSS_Acceptor_Host_Name", "GSS-Acceptor-Host-Name", FIELD_TEXT, NULL, 0)            \
	X(166, "GSS_Acceptor_Service_Specifics", "GSS-Acceptor-Service-Specifics", FIELD_TEXT,     \
	  NULL, 0)                                                                                 \
	X(167, "GSS_Acceptor_Realm_Name", "GSS-Acceptor-Realm-Name", FIELD_TEXT, NULL, 0)          \
	X(168, "Framed_IPv6_Address", "Framed-IPv6-Address", FIELD_IPV6, NULL, 0)                  \
	X(169, "DNS_Server_IPv6_Address", "DNS-Server-IPv6-Address", FIELD_IPV6, NULL, 0)          \
	X(170, "Route_IPv6_Information", "Route-IPv6-Information", FIELD_BYTES, NULL, 0)           \
	X(171, "Delegated_IPv6_Prefix_Pool", "Delegated-IPv6-Prefix-Pool", FIELD_TEXT, NULL, 0)    \
	X(172, "Stateful_IPv6_Address_Pool", "Stateful-IPv6-Address-Pool", FIELD_TEXT, NULL, 0)

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)
#define AS_FIELD(type, name, label, kind, names, tagged) \
	{ "radius." name, label, 0, 0, kind, LISTED, 0, 0, names, NULL },
#define AS_ATTRIBUTE(type, name, label, kind, names, tagged) { type, tagged },

const struct field_desc radius_described[RADIUS_NR_DESCRIBED] = {
	[RADIUS_AVP] = { "radius.avp", "Attribute", 0, 0, FIELD_GROUP, LISTED },
	[RADIUS_AVP_TYPE] = { "radius.avp.type", "Type", 0, 0, FIELD_UINT, LISTED },
	[RADIUS_AVP_LEN] = { "radius.avp.length", "Length", 0, 0, FIELD_UINT, LISTED },
	[RADIUS_AVP_VALUE] = { "radius.avp.value", "Value", 0, 0, FIELD_BYTES, LISTED },
	[RADIUS_EAP] = { "radius.eap_fragment", "EAP fragment", 0, 0, FIELD_BYTES, LISTED },
	[RADIUS_TAG] = { "radius.avp.tag", "Tag", 0, 0, FIELD_UINT, LISTED },
	[RADIUS_VENDOR] = { "radius.avp.vendor_id", "Vendor", 0, 0, FIELD_UINT, LISTED },
	[RADIUS_VENDOR_TYPE] = { "radius.avp.vendor_type", "Vendor type", 0, 0, FIELD_UINT,
				 LISTED },
	[RADIUS_VENDOR_LEN] = { "radius.avp.vendor_len", "Vendor length", 0, 0, FIELD_UINT,
				LISTED },
	[RADIUS_VENDOR_VALUE] = { "radius.avp.vendor_value", "Vendor value", 0, 0, FIELD_BYTES,
				  LISTED },
	[RADIUS_VLAN] = { "radius.egress_vlanid_tag", "Tag", 0, 8, FIELD_HEX, LISTED, .digits = 8 },
	{ "radius.egress_vlanid_pad", "Pad", 8, 12, FIELD_HEX, LISTED, .digits = 8 },
	{ "radius.egress_vlanid", "VLAN", 20, 12, FIELD_UINT, LISTED },
	[RADIUS_VLAN_NAME_TAG] = { "radius.egress_vlan_name_tag", "Tag", 0, 0, FIELD_HEX, LISTED },
	[RADIUS_VLAN_NAME] = { "radius.egress_vlan_name", "VLAN name", 0, 0, FIELD_TEXT, LISTED },
	[RADIUS_FIRST_ATTRIBUTE] = ATTRIBUTES(AS_FIELD)
};

static const struct {
	uint8_t type, tagged;
} attributes[] = { ATTRIBUTES(AS_ATTRIBUTE) };

static_assert(ARRAY_SIZE(attributes) == RADIUS_NR_ATTRIBUTES, "one number for each");

const struct field_desc *radius_attribute(uint8_t type, bool *ret_tagged)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		if (attributes[i].type == type) {
			*ret_tagged = attributes[i].tagged;
			return &radius_described[RADIUS_FIRST_ATTRIBUTE + i];
		}
	}
	return NULL;
}
