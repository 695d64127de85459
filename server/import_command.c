/* stanced import: a file in place of a client. */
#include "server/import_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/buffer.h"
#include "server/direct.h"

#define EXIT_USAGE 2
#define OPTIONS_LIMIT ((size_t)1024 * 1024)
#define MAP_LIMIT ((size_t)256 * 1024)

static const struct endpoint *import_endpoint(void)
{
    size_t count;
    const struct endpoint *const *all = endpoints(&count);
    size_t i = 0;
    while (strcmp(all[i]->name, "import") != 0) {
        i++;
    }
    return all[i];
}

static bool ends_in(const char *path, const char *ending)
{
    size_t length = strlen(path);
    size_t tail = strlen(ending);
    return length >= tail && strcmp(path + length - tail, ending) == 0;
}

/* By the file's name, as a browser would. */
static const char *type_of(const char *path)
{
    static const struct {
        const char *ending, *type;
    } types[] = {
        {".csv", "text/csv"},
        {".csv.gz", "text/csv"},
        {".jsonld", "application/ld+json"},
        {".jsonld.gz", "application/ld+json"},
    };
    for (size_t i = 0; path != NULL && i < sizeof types / sizeof *types; i++) {
        if (ends_in(path, types[i].ending)) {
            return types[i].type;
        }
    }
    return "application/x-ndjson";
}

static void put_encoded(struct buffer *query, const char *text)
{
    for (; *text != '\0'; text++) {
        buffer_format(query, "%%%02X", (unsigned)(unsigned char)*text);
    }
}

/* A map in a file of its own. */
static bool put_file(struct buffer *query, const char *path)
{
    char piece[4096];
    size_t length;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "stanced: %s could not be opened.\n", path);
        return false;
    }
    while ((length = fread(piece, 1, sizeof piece - 1, file)) > 0) {
        piece[length] = '\0';
        put_encoded(query, piece);
    }
    bool whole = ferror(file) == 0 && query->length < MAP_LIMIT * 3;
    if (!whole) {
        fprintf(stderr, "stanced: %s could not be read, or is too large for a map.\n", path);
    }
    fclose(file);
    return whole;
}

/* "--name=value" as a parameter; the value of --map may be a file. */
static bool put_option(struct buffer *query, const char *word)
{
    const char *value = strchr(word, '=') + 1;
    buffer_format(query, "%s%.*s", query->length > 0 ? "&" : "", (int)(value - word - 2), word + 2);
    if (strncmp(word, "--map=", 6) == 0 && ends_in(value, ".json")) {
        return put_file(query, value);
    }
    put_encoded(query, value);
    return true;
}

/* Options become the parameters of the request that does the same. */
int import_command(const struct settings *settings, int count, char **words)
{
    const char *path = NULL;
    struct buffer query __attribute__((cleanup(buffer_free)));
    buffer_init(&query, OPTIONS_LIMIT);
    for (int i = 0; i < count; i++) {
        if (strncmp(words[i], "--", 2) == 0 && strchr(words[i], '=') != NULL) {
            if (!put_option(&query, words[i])) {
                return EXIT_FAILURE;
            }
        } else if (path == NULL && (words[i][0] != '-' || words[i][1] == '\0')) {
            path = words[i];
        } else {
            fprintf(stderr, "stanced: import does not take %s; see stanced --help.\n", words[i]);
            return EXIT_USAGE;
        }
    }
    FILE *input = path == NULL || strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (input == NULL) {
        fprintf(stderr, "stanced: %s could not be opened.\n", path);
        return EXIT_FAILURE;
    }
    struct reply reply;
    int status = EXIT_FAILURE;
    struct direct direct = {settings, import_endpoint(), query.data, type_of(path), input};
    if (direct_run(&direct, &reply)) {
        bool good = reply.status < 300;
        fwrite(reply.body.data, 1, reply.body.length, good ? stdout : stderr);
        status = good ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    buffer_free(&reply.body);
    if (input != stdin) {
        fclose(input);
    }
    return status;
}
