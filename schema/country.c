/* The officially assigned country codes, 249 of them, and XK. */
#include "schema/country.h"

#include <string.h>

/* By the first letter, from A: all second letters. */
static const char *const second_letters[26] = {
    /* A */ "DEFGILMOQRSTUWXZ",
    /* B */ "ABDEFGHIJLMNOQRSTVWYZ",
    /* C */ "ACDFGHIKLMNORUVWXYZ",
    /* D */ "EJKMOZ",
    /* E */ "CEGHRST",
    /* F */ "IJKMOR",
    /* G */ "ABDEFGHILMNPQRSTUWY",
    /* H */ "KMNRTU",
    /* I */ "DELMNOQRST",
    /* J */ "EMOP",
    /* K */ "EGHIMNPRWYZ",
    /* L */ "ABCIKRSTUVY",
    /* M */ "ACDEFGHKLMNOPQRSTUVWXYZ",
    /* N */ "ACEFGILOPRUZ",
    /* O */ "M",
    /* P */ "AEFGHKLMNRSTWY",
    /* Q */ "A",
    /* R */ "EOSUW",
    /* S */ "ABCDEGHIJKLMNORSTVXYZ",
    /* T */ "CDFGHJKLMNORTVWZ",
    /* U */ "AGMSYZ",
    /* V */ "ACEGINU",
    /* W */ "FS",
    /* X */ "K",
    /* Y */ "ET",
    /* Z */ "AMW",
};

bool country_valid(const char *text, size_t length)
{
    if (length != 2 || text[0] < 'A' || text[0] > 'Z' || text[1] == '\0') {
        return false;
    }
    return strchr(second_letters[text[0] - 'A'], text[1]) != NULL;
}
