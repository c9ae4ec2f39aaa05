/*
 * dissect/field_list.h -- entries of long tables of described fields, all of which may occur
 * several times in a layer; for the .c files that hold such tables.
 */
#ifndef DISSECT_FIELD_LIST_H
#define DISSECT_FIELD_LIST_H

#include "dissect/field.h"

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)
#define NUMBER(name, label, bit, bits)                     \
	{                                                  \
		name, label, bit, bits, FIELD_UINT, LISTED \
	}
#define HEX(name, label, bit, bits)                       \
	{                                                 \
		name, label, bit, bits, FIELD_HEX, LISTED \
	}
#define FLAG(name, label, bit)                                          \
	{                                                               \
		name, label, bit, 1, FIELD_FLAG, LISTED | FIELD_OVERLAP \
	}
#define NAMED(name, label, bit, bits, map)                               \
	{                                                                \
		name, label, bit, bits, FIELD_ENUM, LISTED, .names = map \
	}
#define CODE(name, label, bit, bits, map)                                                 \
	{                                                                                 \
		name, label, bit, bits, FIELD_ENUM, LISTED | FIELD_BASE_HEX, .names = map \
	}

#endif
