/* tests/unit/every_block.h -- pcapng blocks with every kind of option, in the capture's byte order.
 */
#ifndef TESTS_UNIT_EVERY_BLOCK_H
#define TESTS_UNIT_EVERY_BLOCK_H

#include "tests/unit/capture_bytes.h"

void commented_section(struct capture *c, const char *comment, uint64_t len);
/* With a custom option that may be copied, and one that may not. */
void full_interface(struct capture *c, const char *name, uint8_t tsresol);
/* With a comment, and an option of local use. */
void full_packet(struct capture *c, uint32_t interface, uint64_t ticks, uint32_t len);
void statistics_block(struct capture *c, uint32_t interface, uint64_t ticks);
void names_block(struct capture *c);
void secrets_block(struct capture *c);
void custom_block(struct capture *c, uint32_t type);
/* Two sections, the second in the other byte order, with every block there is. */
void everything(struct capture *c);

#endif
