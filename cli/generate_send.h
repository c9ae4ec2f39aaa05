/* cli/generate_send.h -- generated frames out of an interface. */
#ifndef CLI_GENERATE_SEND_H
#define CLI_GENERATE_SEND_H

#include "cli/generate_options.h"

/*
 * What descriptions take from the interface of -i: MTU and MAC address. Complains of one that is
 * not there, is no Ethernet, or must not be flooded. False: complained.
 */
bool generate_look_at(struct generate_options *o);
/* Sends. The exit status; everything has been said. */
int generate_send(const struct generate_options *o, const struct craft *craft);

#endif
