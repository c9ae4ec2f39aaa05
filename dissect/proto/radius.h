/* dissect/proto/radius.h -- what the files of RADIUS share: its table of described fields. */
#ifndef DISSECT_PROTO_RADIUS_H
#define DISSECT_PROTO_RADIUS_H

#include <assert.h>

#include "dissect/field.h"

enum {
	RADIUS_AVP,
	RADIUS_AVP_TYPE,
	RADIUS_AVP_LEN,
	RADIUS_AVP_VALUE,
	RADIUS_EAP,
	RADIUS_TAG,
	RADIUS_VENDOR,
	RADIUS_VENDOR_TYPE,
	RADIUS_VENDOR_LEN,
	RADIUS_VENDOR_VALUE,
	RADIUS_VLAN,
	RADIUS_VLAN_NAME_TAG = RADIUS_VLAN + 3,
	RADIUS_VLAN_NAME,
	RADIUS_FIRST_ATTRIBUTE,
	RADIUS_NR_ATTRIBUTES = 138,
	RADIUS_NR_DESCRIBED = RADIUS_FIRST_ATTRIBUTE + RADIUS_NR_ATTRIBUTES,
};

extern const struct field_desc radius_described[RADIUS_NR_DESCRIBED];

/* The field of an attribute whose value has a type of its own, or NULL. */
const struct field_desc *radius_attribute(uint8_t type, bool *ret_tagged);

#endif
