/* Who sent a request that came by way of proxies. */
#ifndef STANCED_HANDLERS_FORWARDED_H
#define STANCED_HANDLERS_FORWARDED_H

#include "handlers/address.h"

/* The nearest address that is not among the trusted, seen from here: `peer` itself, or the last but so many of those that the trusted ones
   have written down in `field`: a Forwarded field (RFC 7239) where `standard`, otherwise X-Forwarded-For; NULL for none. What a
   client wrote into the field stands before all that, and is not looked at. */
struct address forwarded_client(const struct networks *trusted, struct address peer, const char *field, bool standard);

#endif
