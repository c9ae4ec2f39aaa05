/* cli/info_print_blocks.h -- the paragraphs of `ringtap info` that only pcapng files fill. */
#ifndef CLI_INFO_PRINT_BLOCKS_H
#define CLI_INFO_PRINT_BLOCKS_H

#include <stdio.h>

#include "cli/info_collect.h"
#include "core/strbuf.h"

void info_put_interfaces(const struct info *in, struct strbuf *s);
void info_put_sections(const struct info *in, struct strbuf *s);
void info_put_blocks(const struct info *in, struct strbuf *s); /* and names, and secrets */
/* s is empty, before and after. */
void info_print_comments(const struct info *in, struct strbuf *s, FILE *out);
/* "1 us", "2^-10 s" */
void info_put_resolution(uint8_t tsresol, struct strbuf *s);
/* "TLS key log", or "0x........" */
const char *info_secret_name(uint32_t type, char buffer[16]);

#endif
