/*
 * cli/vendors.h -- who made a network card, by its address: Debian's ieee-data, where installed.
 *
 * The registries' CSV files are read once; a look-up is a binary search in memory. Constant after
 * vendors_open(), so threads may share it.
 */
#ifndef CLI_VENDORS_H
#define CLI_VENDORS_H

#include <stdint.h>

struct vendors;

/* NULL where the lists are not installed, or memory is short: nobody is named then. */
struct vendors *vendors_open(void);
/* context is a struct vendors; as struct render_options wants it. NULL: not registered. */
const char *vendors_find(const void *context, const uint8_t *mac);
void vendors_close(struct vendors *v); /* NULL is fine */

#endif
