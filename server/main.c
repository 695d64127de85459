/* The command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/endpoint.h"
#include "handlers/openapi.h"
#include "schema/describe.h"
#include "schema/version.h"
#include "server/dump.h"
#include "server/import_command.h"
#include "server/key_command.h"
#include "server/migrate.h"
#include "server/probe.h"
#include "server/serve.h"
#include "server/settings.h"

#define EXIT_USAGE 2

struct command {
    const char *name;
    const char *argument; /* NULL: takes none */
    const char *help;
    int (*run)(const struct settings *settings, const char *argument);
    int (*run_words)(const struct settings *settings, int count,
                     char **words); /* in its place: takes options as well */
};

static int command_serve(const struct settings *settings, const char *greeting)
{
    size_t length;
    (void)openapi_text(&length); /* built while there is but one thread */
    return serve_run(settings, greeting);
}

static int command_migrate(const struct settings *settings, const char *unused)
{
    (void)unused;
    return migrate_run(settings, true) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int command_ready(const struct settings *settings, const char *unused)
{
    (void)unused;
    return probe_ready(settings) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static const struct endpoint *endpoint_named(const char *name)
{
    size_t count;
    const struct endpoint *const *all = endpoints(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i]->name, name) == 0) {
            return all[i];
        }
    }
    return NULL;
}

static int complain(const char *what, const char *word)
{
    fprintf(stderr, "stanced: %s %s; see stanced --help.\n", what, word);
    return EXIT_USAGE;
}

/* What means something in a query string stands for itself on the command line. */
static void put_escaped(struct buffer *query, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("&%+#", *text) != NULL) {
            buffer_format(query, "%%%02X", (unsigned)(unsigned char)*text);
        } else {
            buffer_char(query, *text);
        }
    }
}

/* NAME=VALUE is a parameter of GET /v1/export, and what has no "=" the file. */
static int command_export(const struct settings *settings, int count, char **words)
{
    struct buffer query __attribute__((cleanup(buffer_free)));
    const char *path = NULL;
    buffer_init(&query, BODY_LIMIT);
    buffer_text(&query, "");
    for (int i = 0; i < count; i++) {
        if (strchr(words[i], '=') == NULL) {
            if (path != NULL) {
                return complain("there is a word too many:", words[i]);
            }
            path = words[i];
            continue;
        }
        if (query.length > 0) {
            buffer_char(&query, '&');
        }
        put_escaped(&query, words[i]);
    }
    const char *text = query.length > 0 ? query.data : NULL;
    return dump_file(settings, endpoint_named("export"), text, path) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int command_describe(const struct settings *settings, const char *unused)
{
    (void)settings;
    (void)unused;
    struct buffer text;
    buffer_init(&text, REPLY_LIMIT);
    describe_records(&text);
    fwrite(text.data, 1, text.length, stdout);
    buffer_free(&text);
    return EXIT_SUCCESS;
}

static int command_openapi(const struct settings *settings, const char *unused)
{
    (void)settings;
    (void)unused;
    size_t length;
    const char *text = openapi_text(&length);
    fwrite(text, 1, length, stdout);
    return EXIT_SUCCESS;
}

static const struct command commands[] = {
    {"serve", "[--greet FILE]", "answer requests until SIGTERM or SIGINT", command_serve, NULL},
    {"migrate", NULL, "bring the database up to date", command_migrate, NULL},
    {"import", "[--NAME=VALUE…] [FILE]",
     "store the records of a file; standard input without FILE. Options are the parameters of POST /v1/import", NULL,
     import_command},
    {"export", "[NAME=VALUE ...] [FILE]",
     "write the records as NDJSON, those that the parameters of GET /v1/export choose; standard output without FILE",
     NULL, command_export},
    {"key", "add|list|revoke", "keys of those who may write, or read where that is not open", NULL, key_command},
    {"ready", NULL, "ask the service on STANCED_LISTEN whether it is ready: status 0 or 1; --ready is the same",
     command_ready, NULL},
    {"openapi", NULL, "print the description of the API, OpenAPI 3.1", command_openapi, NULL},
    {"describe", NULL, "print what the records are made of, as JSON", command_describe, NULL},
};

#define COMMANDS (sizeof commands / sizeof commands[0])

static void print_help(FILE *out)
{
    fputs("stanced records who says what about which claim, and answers what follows from it.\n\nCommands:\n", out);
    for (size_t i = 0; i < COMMANDS; i++) {
        fprintf(out, "  stanced %-8s %-23s %s\n", commands[i].name,
                commands[i].argument != NULL ? commands[i].argument : "", commands[i].help);
    }
    fputs("  stanced --help | --version\n\n", out);
    settings_describe(out);
}

static int run_command(const struct command *command, int count, char **words)
{
    const char *argument = NULL;
    if (command->run_words != NULL) {
        /* looks at its words itself */
    } else if (count > 0 && command->run == command_serve) {
        if (count != 2 || strcmp(words[0], "--greet") != 0) {
            return complain("serve does not take", words[0]);
        }
        argument = words[1];
    } else if (command->run_words == NULL && count > (command->argument != NULL ? 1 : 0)) {
        return complain("there is a word too many:", words[count - 1]);
    } else if (command->run_words == NULL && count == 1) {
        argument = words[0];
    }
    struct settings settings;
    if (!settings_read(&settings)) {
        return EXIT_FAILURE;
    }
    return command->run_words != NULL ? command->run_words(&settings, count, words) : command->run(&settings, argument);
}

int main(int count, char **words)
{
    if (count < 2 || strcmp(words[1], "--help") == 0 || strcmp(words[1], "help") == 0) {
        print_help(count < 2 ? stderr : stdout);
        return count < 2 ? EXIT_USAGE : EXIT_SUCCESS;
    }
    if (strcmp(words[1], "--version") == 0) {
        printf("stanced %s\n", stanced_version);
        return EXIT_SUCCESS;
    }
    const char *name = strcmp(words[1], "--ready") == 0 ? "ready" : words[1];
    endpoints_init();
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(name, commands[i].name) == 0) {
            return run_command(&commands[i], count - 2, words + 2);
        }
    }
    return complain("there is no command", words[1]);
}
