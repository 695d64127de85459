/* Every code that a fault can have. */
#include "schema/fault_codes.h"

#include <string.h>

const struct fault_code fault_codes[] = {
    /* The body as a whole: it is not read any further. */
    {"empty", "The body is empty."},
    {"malformed", "It is not well-formed: JSON by RFC 8259, a query parameter by its type."},
    {"truncated", "The JSON ends too early."},
    {"invalid_utf8", "It is not UTF-8."},
    {"nul_character", "It has a NUL character, as a byte or as \\u0000."},
    {"duplicate_key", "An object has the same key twice."},
    {"number_out_of_range", "A number does not fit 64-bit integers or double precision."},
    {"too_deep", "Arrays and objects are nested too deeply, or a chain of references is too long."},

    /* Fields. */
    {"required", "A field without which there is no such record is missing."},
    {"unknown_field", "There is no such field."},
    {"wrong_type", "The value is of another JSON type than the field."},
    {"too_short", "The text is empty."},
    {"too_long", "The text or the object is longer than the field may be."},
    {"too_many", "The array has more items than the field may have, or the body more arrays and objects than any record."},
    {"blank", "The text has nothing in it that shows."},
    {"control_character", "The text has a control character other than tab, newline and carriage return."},
    {"not_in_vocabulary", "The word is not one of the field's; the detail lists them."},
    {"out_of_range", "The number is too small or too large for the field."},
    {"invalid_uri", "It is not an absolute URI, or for a web address, not an http or https one."},
    {"invalid_language", "It is not a BCP 47 language tag."},
    {"invalid_country", "It is not an ISO 3166-1 alpha-2 code in upper case."},
    {"invalid_time", "It is not a date or an RFC 3339 date-time that exists."},
    {"invalid_reference", "It is neither an id nor a ref."},
    {"invalid_ref", "It does not have the form of a ref."},
    {"invalid_id", "It is not a UUID."},
    {"invalid_slug", "It does not have the form of a slug."},
    {"duplicate_item", "The array has the same item twice."},
    {"conflicting_fields", "Two fields contradict each other."},

    /* What only the database knows, and what the request as a whole says. */
    {"read_only", "The field is given by the service."},
    {"immutable", "The field never changes once the record is made."},
    {"unknown_reference", "There is no record with this id or ref."},
    {"ref_taken", "There is a record with this ref already."},
    {"cycle", "The record would, over other records, be part of itself."},
    {"unknown_type", "There is no such kind of record."},

    /* Query parameters; those above apply to them as well. */
    {"unknown_parameter", "The endpoint takes no such parameter."},
    {"duplicate", "The parameter is given twice."},
};

const size_t fault_codes_count = sizeof fault_codes / sizeof *fault_codes;

bool fault_code_known(const char *code)
{
    for (size_t i = 0; i < fault_codes_count; i++) {
        if (strcmp(fault_codes[i].code, code) == 0) {
            return true;
        }
    }
    return false;
}
