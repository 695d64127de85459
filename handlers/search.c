/* GET /v1/search: one ranked list of what was found in claims, actors, sources, and what was said. */
#include <string.h>

#include "handlers/array.h"
#include "handlers/endpoints.h"
#include "handlers/finding.h"
#include "handlers/parameter_value.h"
#include "handlers/ranking.h"
#include "schema/language.h"
#include "schema/moment.h"

#define TOPICS_LIMIT ((size_t)64 * 1024)

struct search {
    struct page page;
    struct finder finder;
    struct ranking ranking;
};

static void search_close(struct call *call)
{
    struct search *search = call->state;
    if (search != NULL) {
        finder_free(&search->finder);
        ranking_free(&search->ranking);
        call->state = NULL;
    }
}

static void read_kinds(const struct call *call, struct finder *finder)
{
    const char *rest = call_argument(call, "type");
    for (int kind = 0; kind < FOUND_KINDS; kind++) {
        finder->kinds[kind] = rest == NULL;
    }
    struct item item;
    while (value_next(call->arena, &rest, &item)) {
        for (int kind = 0; kind < FOUND_KINDS; kind++) {
            finder->kinds[kind] = finder->kinds[kind] || strcmp(found_words.words[kind], item.text) == 0;
        }
    }
}

static const char *read_topics(const struct call *call)
{
    const char *rest = call_argument(call, "topics");
    if (rest == NULL) {
        return NULL;
    }
    struct buffer array __attribute__((cleanup(buffer_free)));
    buffer_init(&array, TOPICS_LIMIT);
    array_begin(&array);
    struct item item;
    while (value_next(call->arena, &rest, &item)) {
        array_text(&array, item.text, item.length);
    }
    array_end(&array);
    return arena_copy(call->arena, array.data, array.length);
}

/* The first moment, or, of `past`, the one behind the last: a date includes its whole day. */
static const char *read_time(const struct call *call, const char *name, bool past)
{
    const char *value = call_argument(call, name);
    struct moment moment;
    char text[MOMENT_TEXT];
    if (value == NULL || !moment_parse(value, strlen(value), true, &moment)) {
        return NULL;
    }
    if (past) {
        moment.micros += moment.is_date ? DAY_MICROSECONDS : 1;
    }
    moment.is_date = false;
    return arena_copy(call->arena, text, moment_format(moment, text));
}

/* Reads everything that the request asks for. False with the reply complete. */
static bool read_request(struct call *call, struct search *search, struct reply *reply)
{
    struct finder *finder = &search->finder;
    const char *text = call_argument(call, "q");
    if (!page_read(call, reply, &search->page) || !media_choose(call, reply, &search->page.media)) {
        return false;
    }
    wanted_read(&finder->wanted, text, strlen(text), false, call->arena);
    if (finder->wanted.groups == 0) {
        faults_add_parameter(&call->faults, "q", "blank", "`q` needs a word to look for.");
        reply_problem(call, reply, PROBLEM_INVALID_PARAMETER, NULL);
        return false;
    }
    if (!ranking_init(&search->ranking, &search->page)) {
        reply_problem(call, reply, PROBLEM_INVALID_CURSOR, NULL);
        return false;
    }
    read_kinds(call, finder);
    finder->topics = read_topics(call);
    finder->from = read_time(call, "from", false);
    finder->until = read_time(call, "to", true);
    finder->language = call_argument(call, "language");
    if (finder->language != NULL && !language_valid(finder->language, strlen(finder->language))) {
        faults_add_parameter(&call->faults, "language", "invalid_language",
                             "`language` is a language tag (BCP 47), such as `en` or `zh-Hant`.");
        reply_problem(call, reply, PROBLEM_INVALID_PARAMETER, NULL);
        return false;
    }
    return true;
}

static enum plan_outcome search_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    static const bool all[FOUND_KINDS] = {true, true, true, true};
    if (call->round > 0) {
        struct search *search = call->state;
        bool again[FOUND_KINDS];
        (void)finder_missed(&search->finder, again);
        finder_look(&search->finder, call, plan, call->round == 1 ? FORM_USUAL : FORM_LOOSE,
                    call->round == 1 ? all : again);
        return PLAN_RUN;
    }
    search_close(call); /* when it was planned before */
    struct search *search = arena_alloc(call->arena, sizeof *search);
    call->state = search;
    finder_init(&search->finder);
    if (!read_request(call, search, reply)) {
        return PLAN_REPLY;
    }
    finder_count(&search->finder, plan);
    return PLAN_RUN;
}

static void search_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    struct search *search = call->state;
    struct finding finding;
    if (call->round == 0) {
        finder_count_row(&search->finder, call, row);
        return;
    }
    if (!finder_row(&search->finder, query, row, &finding)) {
        return;
    }
    const struct rank rank = {finding_rank(&finding), cell_identity(&finding.cells[FOUND_ID])};
    struct buffer *out = ranking_add(&search->ranking, &rank);
    if (out != NULL) {
        finding_write(&finding, finding_members, search->page.media, out, search->finder.scratch);
    }
}

static enum finish_outcome search_finish(struct call *call, struct reply *reply)
{
    struct search *search = call->state;
    bool again[FOUND_KINDS];
    if (call->round == 0 || (call->round == 1 && finder_missed(&search->finder, again))) {
        return FINISH_NEXT;
    }
    if (search->page.media == MEDIA_CSV) {
        answer_names(&reply->body, call->endpoint->answer);
    }
    struct cursor last = {{NULL, NULL}};
    ranking_send(&search->ranking, &search->page, reply, call->arena, &last);
    page_finish(call, &search->page, &last, reply);
    return FINISH_REPLY;
}

static const struct parameter parameters[] = {
    {
        .name = "q",
        .type = PARAMETER_TEXT,
        .test = TEST_SEARCH,
        .help = "What to look for, at most 500 characters: words that all stand in the record, \"some words\" next to "
                "each other, -word to leave one out, `or` for either, word* for what begins so.",
        .example = "troops \"north korean\"",
        .required = true,
    },
    {
        .name = "type",
        .type = PARAMETER_WORDS,
        .vocabulary = &found_words,
        .help = "Only these kinds of records, comma-separated; stances are found by quote, translation and venue.",
        .example = "claim,stance",
    },
    {
        .name = "topics",
        .type = PARAMETER_TEXTS,
        .help = "Only claims with one of these topics, and stances on them.",
        .example = "troops",
    },
    {
        .name = "from",
        .type = PARAMETER_MOMENT,
        .help = "Only claims whose event_from, sources whose published_at and stances whose stated_at is not earlier.",
        .example = "2024-10-01",
    },
    {
        .name = "to",
        .type = PARAMETER_MOMENT,
        .help = "…not later; a date includes its whole day.",
        .example = "2024-12-31",
    },
    {
        .name = "language",
        .type = PARAMETER_TEXT,
        .help = "Only claims, sources and quotes in this language; `ko` is ko-KR as well.",
        .example = "en",
    },
    PAGE_PARAMETERS,
    MEDIA_PARAMETER,
};

static const struct answer answer = {"Search", (const struct member[]){{.name = NULL}}, finding_members, true};

static const struct endpoint table[] = {
    {
        .method = METHOD_GET,
        .path = "/v1/search",
        .name = "search",
        .summary = "Finds claims, actors, sources and what was said by their words, best first.",
        .parameters = parameters,
        .parameter_count = sizeof parameters / sizeof *parameters,
        .lane = LANE_SLOW,
        .answer = &answer,
        .plan = search_plan,
        .row = search_row,
        .finish = search_finish,
        .close = search_close,
    },
};

const struct endpoint_table search_endpoints = ENDPOINT_TABLE(table);
