/* What an error of the database means for the request that met it. */
#ifndef STANCED_SERVER_SQLSTATE_H
#define STANCED_SERVER_SQLSTATE_H

#include "schema/problem.h"

enum sqlstate_advice {
    SQLSTATE_AGAIN, /* a race was lost; the transaction is undone: plan again */
    SQLSTATE_GIVE_UP
};

struct sqlstate_meaning {
    const char *prefix; /* of the SQLSTATE (PostgreSQL, appendix A); the longest match counts */
    enum sqlstate_advice advice;
    enum problem problem; /* to answer, where it is given up */
};

/* Never NULL. */
const struct sqlstate_meaning *sqlstate_meaning(const char *sqlstate);

#endif
