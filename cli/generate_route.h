/* cli/generate_route.h -- whether an interface is the way to everywhere. */
#ifndef CLI_GENERATE_ROUTE_H
#define CLI_GENERATE_ROUTE_H

#include <stdbool.h>

/*
 * A default route of this namespace, IPv4's or IPv6's, leads through the interface, or through one
 * that stands on it: a bridge, a bond, a VLAN.
 */
bool generate_default_route(const char *name);

#endif
