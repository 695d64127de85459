/* Every code that a fault can have. */
#include "schema/fault_codes.h"

#include <string.h>

const struct fault_code fault_codes[] = {
    /* The text as a whole: it is not read any further. */
    {"empty", FAULT_OF_JSON, "There is nothing there."},
    {"malformed", FAULT_OF_JSON | FAULT_OF_IMPORT | FAULT_OF_PARAMETER | FAULT_OF_HEADER,
     "It is not JSON (RFC 8259), not CSV (RFC 4180), not percent-encoded UTF-8, or a header is not what it has to be."},
    {"truncated", FAULT_OF_JSON, "The JSON ends too early."},
    {"invalid_utf8", FAULT_OF_JSON | FAULT_OF_IMPORT, "It is not UTF-8."},
    {"nul_character", FAULT_OF_JSON | FAULT_OF_IMPORT, "It has a NUL character, as a byte or as \\u0000."},
    {"duplicate_key", FAULT_OF_JSON, "An object has the same key twice."},
    {"number_out_of_range", FAULT_OF_JSON, "A number does not fit 64-bit integers or double precision."},
    {"too_deep", FAULT_OF_JSON | FAULT_OF_WRITE,
     "Arrays and objects are nested too deeply, or a chain of references is too long."},

    /* Fields. */
    {"required", FAULT_OF_RECORD | FAULT_OF_IMPORT | FAULT_OF_PARAMETER, "What cannot be left out is missing."},
    {"unknown_field", FAULT_OF_RECORD | FAULT_OF_IMPORT, "There is no such field."},
    {"wrong_type", FAULT_OF_RECORD | FAULT_OF_IMPORT | FAULT_OF_PARAMETER,
     "The value is of another JSON type than the field."},
    {"too_short", FAULT_OF_RECORD, "The text has fewer characters than the field has to have."},
    {"too_long", FAULT_OF_RECORD | FAULT_OF_IMPORT, "The text, the object or the line is longer than it may be."},
    {"too_many", FAULT_OF_JSON | FAULT_OF_RECORD | FAULT_OF_IMPORT | FAULT_OF_PARAMETER,
     "There are more items than there may be."},
    {"blank", FAULT_OF_RECORD | FAULT_OF_PARAMETER, "The text has nothing in it that shows."},
    {"control_character", FAULT_OF_RECORD,
     "The text has a control character other than tab, newline and carriage return."},
    {"not_in_vocabulary", FAULT_OF_RECORD | FAULT_OF_IMPORT | FAULT_OF_PARAMETER,
     "It is none of the words that there are; the detail lists them."},
    {"out_of_range", FAULT_OF_RECORD | FAULT_OF_PARAMETER, "The number is too small or too large."},
    {"invalid_uri", FAULT_OF_RECORD | FAULT_OF_PARAMETER,
     "It is not an absolute URI, or where it has to be one, not an http or https URI."},
    {"invalid_language", FAULT_OF_RECORD | FAULT_OF_PARAMETER, "It is not a BCP 47 language tag."},
    {"invalid_country", FAULT_OF_RECORD | FAULT_OF_PARAMETER, "It is not an ISO 3166-1 alpha-2 code in upper case."},
    {"invalid_time", FAULT_OF_RECORD, "It is not a date or an RFC 3339 date-time that exists."},
    {"invalid_reference", FAULT_OF_RECORD | FAULT_OF_PARAMETER, "It is neither an id nor a ref."},
    {"invalid_ref", FAULT_OF_RECORD, "It does not have the form of a ref."},
    {"invalid_id", FAULT_OF_RECORD, "It is not a UUID."},
    {"invalid_slug", FAULT_OF_RECORD | FAULT_OF_PARAMETER, "It does not have the form of a slug."},
    {"duplicate_item", FAULT_OF_RECORD, "The array has the same item twice."},
    {"conflicting_fields", FAULT_OF_RECORD, "Two fields contradict each other."},

    /* What only the database knows, and what the request as a whole says. */
    {"read_only", FAULT_OF_WRITE | FAULT_OF_IMPORT, "The field is given by the service."},
    {"version_taken", FAULT_OF_IMPORT,
     "The service has this version of the record with other content, or a later one."},
    {"refused", FAULT_OF_IMPORT, "The database does not take the record."},
    {"immutable", FAULT_OF_WRITE, "The field never changes once the record is made."},
    {"unknown_reference", FAULT_OF_WRITE, "There is no record with this id or ref."},
    {"ref_taken", FAULT_OF_WRITE, "There is a record with this ref already."},
    {"merged", FAULT_OF_WRITE, "The record was merged into another, and is not there by itself any more."},
    {"same_record", FAULT_OF_WRITE, "It names the record itself."},
    {"not_found", FAULT_OF_WRITE, "There is no such record to replace."},
    {"cycle", FAULT_OF_WRITE, "The record would, over other records, be part of itself."},

    /* What comes more than once, and query parameters. */
    {"duplicate", FAULT_OF_IMPORT | FAULT_OF_PARAMETER, "It is given twice."},
    {"conflicting_parameters", FAULT_OF_PARAMETER, "Two parameters do not go together."},
    {"unknown_parameter", FAULT_OF_PARAMETER, "The endpoint takes no such parameter."},
    {"not_taken", FAULT_OF_HEADER, "The endpoint takes no such header."},
    {"not_a_time", FAULT_OF_PARAMETER, "It is not a date or an RFC 3339 date-time that exists."},
};

const size_t fault_codes_count = sizeof fault_codes / sizeof *fault_codes;

const struct fault_code *fault_code_named(const char *code)
{
    for (size_t i = 0; i < fault_codes_count; i++) {
        if (strcmp(fault_codes[i].code, code) == 0) {
            return &fault_codes[i];
        }
    }
    return NULL;
}
