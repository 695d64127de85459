/* The field that every record ends with: the user's own data, which stanced keeps and gives back. */
#ifndef STANCED_SCHEMA_ATTRIBUTES_H
#define STANCED_SCHEMA_ATTRIBUTES_H

#include "schema/record.h"

#define ATTRIBUTES_MOST 16384 /* bytes of compact JSON */

#define FIELD_ATTRIBUTES                                                                                     \
    {                                                                                                        \
        .name = "attributes", .type = FIELD_OBJECT, .most = ATTRIBUTES_MOST,                                 \
        .help = "Fields of your own, kept and returned; at most 16 KiB.", .example = "{\"desk\": \"asia\"}", \
    }

#endif
