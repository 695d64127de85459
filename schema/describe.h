/* The descriptions themselves as data: for tests, and for whoever generates something from them. */
#ifndef STANCED_SCHEMA_DESCRIBE_H
#define STANCED_SCHEMA_DESCRIBE_H

#include "schema/buffer.h"

/* Writes a JSON array of the records with their fields, their columns and the tables of their lists. */
void describe_records(struct buffer *buffer);

#endif
