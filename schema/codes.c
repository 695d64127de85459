/* All fault codes. */
#include "schema/codes.h"

#include <string.h>

const struct code codes[] = {
    {"empty", CODE_JSON, "There is no JSON text at all."},
    {"truncated", CODE_JSON, "The JSON text ends before it is complete."},
    {"malformed", CODE_JSON | CODE_PARAMETER,
     "The text is not JSON, or a query parameter is not percent-encoded UTF-8."},
    {"invalid_utf8", CODE_JSON, "The text holds bytes that are not UTF-8."},
    {"nul_character", CODE_JSON, "The text holds the character U+0000, as itself or escaped."},
    {"too_deep", CODE_JSON | CODE_WRITE, "Arrays and objects, or a chain of references, nest too deep."},
    {"duplicate_key", CODE_JSON, "An object has two members of one name."},
    {"number_out_of_range", CODE_JSON, "A whole number does not fit 64 bits, or another number a double."},

    {"required", CODE_RECORD | CODE_IMPORT, "A value that must be there is not."},
    {"unknown_field", CODE_RECORD, "There is no field of this name."},
    {"wrong_type", CODE_RECORD | CODE_IMPORT, "The value is of another JSON type than the field takes."},
    {"too_short", CODE_RECORD, "The text has fewer characters than the field takes."},
    {"too_long", CODE_RECORD | CODE_IMPORT,
     "The text has more characters, or the object or the line more bytes, than are taken here."},
    {"blank", CODE_RECORD, "There is nothing to be seen in the text."},
    {"control_character", CODE_RECORD, "The text holds a control character other than tab, newline and carriage return."},
    {"too_many", CODE_RECORD | CODE_PARAMETER, "There are more items than allowed."},
    {"duplicate_item", CODE_RECORD, "The item stands in the array already."},
    {"not_in_vocabulary", CODE_RECORD | CODE_PARAMETER | CODE_IMPORT,
     "The value is none of the words that are taken here."},
    {"out_of_range", CODE_RECORD | CODE_PARAMETER, "The number is too small or too large."},
    {"invalid_uri", CODE_RECORD, "The text is no absolute URI (RFC 3986), or no http or https one where that is asked for."},
    {"invalid_language", CODE_RECORD, "The text is no language tag (BCP 47)."},
    {"invalid_country", CODE_RECORD, "The text is no country code (ISO 3166-1 alpha-2, in capitals, or XK)."},
    {"invalid_time", CODE_RECORD, "The text is neither a date nor an RFC 3339 date-time."},
    {"invalid_reference", CODE_RECORD, "The text is neither an id nor a ref, so it can name no record."},
    {"invalid_ref", CODE_RECORD, "The text cannot be a ref: [a-z0-9][a-z0-9._-]{0,127}, and not a UUID."},
    {"invalid_id", CODE_RECORD, "The text is no UUID."},
    {"invalid_slug", CODE_RECORD, "The text is no slug: [a-z0-9][a-z0-9._-]{0,127}."},
    {"conflicting_fields", CODE_RECORD, "Two values contradict each other."},

    {"read_only", CODE_WRITE, "The value is given by the server and cannot be chosen."},
    {"immutable", CODE_WRITE, "The value never changes once it is written."},
    {"unknown_reference", CODE_WRITE, "There is no record with this id or ref."},
    {"ref_taken", CODE_WRITE, "There is a record with this ref already."},
    {"not_found", CODE_WRITE, "There is no such record to be replaced."},
    {"cycle", CODE_WRITE, "The record would be part of itself."},

    {"unknown_parameter", CODE_PARAMETER, "There is no parameter of this name."},
    {"duplicate", CODE_PARAMETER | CODE_IMPORT, "The parameter, or the record of an import, stands there more than once."},
    {"not_a_time", CODE_PARAMETER, "The value is neither a date nor an RFC 3339 date-time."},
    {NULL, 0, NULL},
};

const struct code *code_named(const char *word)
{
    for (const struct code *code = codes; code->word != NULL; code++) {
        if (strcmp(code->word, word) == 0) {
            return code;
        }
    }
    return NULL;
}
