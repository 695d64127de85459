/* The endpoints that every record has, as entries for its table: list, create, read, replace, change, restore, delete. */
#ifndef STANCED_HANDLERS_RESOURCE_H
#define STANCED_HANDLERS_RESOURCE_H

#include "handlers/endpoints.h"
#include "handlers/erase.h"
#include "handlers/list.h"
#include "handlers/patch.h"
#include "handlers/read.h"
#include "handlers/restore.h"
#include "handlers/write.h"

#define RESOURCE_LIST(singular, plural, description)                                                           \
    {                                                                                                          \
        .method = METHOD_GET, .path = "/v1/" plural, .name = singular "_list",                                 \
        .summary = "Lists the " plural ", newest first unless told otherwise.", .parameters = list_parameters, \
        .parameter_count = LIST_PARAMETERS, .record = (description), .takes = TAKES_FILTERS | TAKES_SHAPE,     \
        .lane = LANE_READ, .plan = list_plan, .row = list_row, .finish = list_finish, .close = list_close,     \
    }

#define RESOURCE_CREATE(singular, plural, description)                                                          \
    {                                                                                                           \
        .method = METHOD_POST, .path = "/v1/" plural, .name = singular "_create",                               \
        .summary = "Adds to the " plural ", under a ref of your choice or under an id of its own.",             \
        .record = (description), .takes = TAKES_CONDITIONS | TAKES_KEY, .lane = LANE_WRITE, .takes_body = true, \
        .again = write_again_plan, .plan = write_create_plan, .row = write_row, .finish = write_finish,         \
        .close = write_close,                                                                                   \
    }

/* What concerns one record. */
#define RESOURCE_ONE(singular, plural, description)                                                                  \
    {                                                                                                                \
        .method = METHOD_GET,                                                                                        \
        .path = "/v1/" plural "/{" singular "}",                                                                     \
        .name = singular "_read",                                                                                    \
        .summary = "Returns one of the " plural ", by its id or ref.",                                               \
        .parameters = read_parameters,                                                                               \
        .parameter_count = READ_PARAMETERS,                                                                          \
        .record = (description),                                                                                     \
        .takes = TAKES_SHAPE,                                                                                        \
        .lane = LANE_READ,                                                                                           \
        .plan = read_plan,                                                                                           \
        .row = read_row,                                                                                             \
        .finish = read_finish,                                                                                       \
        .close = read_close,                                                                                         \
    },                                                                                                               \
        {                                                                                                            \
            .method = METHOD_PUT,                                                                                    \
            .path = "/v1/" plural "/{" singular "}",                                                                 \
            .name = singular "_replace",                                                                             \
            .summary = "Replaces one of the " plural "; under a ref that is free, creates it.",                      \
            .record = (description),                                                                                 \
            .takes = TAKES_CONDITIONS,                                                                               \
            .lane = LANE_WRITE,                                                                                      \
            .takes_body = true,                                                                                      \
            .plan = write_replace_plan,                                                                              \
            .row = write_row,                                                                                        \
            .finish = write_finish,                                                                                  \
            .close = write_close,                                                                                    \
        },                                                                                                           \
        {                                                                                                            \
            .method = METHOD_PATCH,                                                                                  \
            .path = "/v1/" plural "/{" singular "}",                                                                 \
            .name = singular "_change",                                                                              \
            .summary = "Changes some fields of one of the " plural "; null takes a value away.",                     \
            .record = (description),                                                                                 \
            .takes = TAKES_CONDITIONS,                                                                               \
            .lane = LANE_WRITE,                                                                                      \
            .takes_body = true,                                                                                      \
            .body_type = PATCH_TYPES,                                                                                \
            .plan = patch_plan,                                                                                      \
            .row = patch_row,                                                                                        \
            .finish = patch_finish,                                                                                  \
            .close = patch_close,                                                                                    \
        },                                                                                                           \
        {                                                                                                            \
            .method = METHOD_POST,                                                                                   \
            .path = "/v1/" plural "/{" singular "}/restore",                                                         \
            .name = singular "_restore",                                                                             \
            .summary = "Puts back one of the " plural " that was deleted, as it last was.",                          \
            .record = (description),                                                                                 \
            .takes = TAKES_KEY,                                                                                      \
            .lane = LANE_WRITE,                                                                                      \
            .again = restore_again_plan,                                                                             \
            .plan = restore_plan,                                                                                    \
            .row = restore_row,                                                                                      \
            .finish = restore_finish,                                                                                \
            .close = restore_close,                                                                                  \
        },                                                                                                           \
    {                                                                                                                \
        .method = METHOD_DELETE, .path = "/v1/" plural "/{" singular "}", .name = singular "_delete",                \
        .summary = "Deletes one of the " plural ", unless something refers to it.", .record = (description),         \
        .takes = TAKES_CONDITIONS, .lane = LANE_WRITE, .plan = erase_plan, .row = erase_row, .finish = erase_finish, \
        .close = erase_close,                                                                                        \
    }

#define RESOURCE_ENDPOINTS(singular, plural, description)                                         \
    RESOURCE_LIST(singular, plural, description), RESOURCE_CREATE(singular, plural, description), \
        RESOURCE_ONE(singular, plural, description)

#endif
