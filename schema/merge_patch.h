/* JSON merge patch, RFC 7396: a document that says what is to change in another. */
#ifndef STANCED_SCHEMA_MERGE_PATCH_H
#define STANCED_SCHEMA_MERGE_PATCH_H

#include <jansson.h>

/* The result of applying `patch` to `target`, which is taken over and may be NULL for nothing at all. Members of objects in the
   patch replace those of the same name, null takes them away, and objects within are applied in the same way; what is no object
   replaces its target as a whole. As deep as the patch: validate_parse bounds that. The caller owns what is returned. */
json_t *merge_patch(json_t *target, const json_t *patch);

#endif
