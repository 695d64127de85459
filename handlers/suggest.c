/* GET /v1/suggest: what a text that is being typed may become. */
#include <stdlib.h>
#include <string.h>

#include "handlers/endpoints.h"
#include "handlers/finding.h"
#include "handlers/ranking.h"

#define SUGGESTIONS_USUAL 10
#define SUGGESTIONS_MOST 50

struct suggest {
    struct page page;
    struct finder finder;
    struct ranking ranking;
};

static void suggest_close(struct call *call)
{
    struct suggest *suggest = call->state;
    if (suggest != NULL) {
        finder_free(&suggest->finder);
        ranking_free(&suggest->ranking);
        call->state = NULL;
    }
}

static const bool titles[FOUND_KINDS] = {[FOUND_ACTOR] = true, [FOUND_CLAIM] = true, [FOUND_SOURCE] = true};

static bool read_request(struct call *call, struct suggest *suggest, struct reply *reply)
{
    const char *limit = call_argument(call, "limit");
    const char *text = call_argument(call, "q");
    suggest->page = (struct page){.limit = limit != NULL ? strtol(limit, NULL, 10) : SUGGESTIONS_USUAL};
    if (!media_choose(call, reply, &suggest->page.media)) {
        return false;
    }
    suggest->finder.typing = true;
    memcpy(suggest->finder.kinds, titles, sizeof titles);
    wanted_read(&suggest->finder.wanted, text, strlen(text), true, call->arena);
    return ranking_init(&suggest->ranking, &suggest->page);
}

static void send(struct call *call, struct suggest *suggest, struct reply *reply)
{
    struct cursor last = {{NULL, NULL}};
    if (suggest->page.media == MEDIA_CSV) {
        answer_names(&reply->body, call->endpoint->answer);
    }
    ranking_send(&suggest->ranking, &suggest->page, reply, call->arena, &last);
    suggest->page.more = false;
    page_finish(call, &suggest->page, &last, reply);
}

static enum plan_outcome suggest_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    if (call->round > 0) {
        struct suggest *suggest = call->state;
        bool again[FOUND_KINDS];
        (void)finder_missed(&suggest->finder, again);
        finder_look(&suggest->finder, call, plan, call->round == 1 ? FORM_USUAL : FORM_LOOSE,
                    call->round == 1 ? titles : again);
        return PLAN_RUN;
    }
    suggest_close(call); /* when it was planned before */
    struct suggest *suggest = arena_alloc(call->arena, sizeof *suggest);
    call->state = suggest;
    finder_init(&suggest->finder);
    if (!read_request(call, suggest, reply)) {
        return PLAN_REPLY;
    }
    if (suggest->finder.wanted.groups == 0) { /* no word has begun yet */
        send(call, suggest, reply);
        return PLAN_REPLY;
    }
    finder_count(&suggest->finder, plan);
    return PLAN_RUN;
}

static void suggest_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    struct suggest *suggest = call->state;
    struct finding finding;
    if (call->round == 0) {
        finder_count_row(&suggest->finder, call, row);
        return;
    }
    if (!finder_row(&suggest->finder, query, row, &finding)) {
        return;
    }
    const struct rank rank = {finding_rank(&finding), cell_identity(&finding.cells[FOUND_ID])};
    struct buffer *out = ranking_add(&suggest->ranking, &rank);
    if (out != NULL) {
        finding_write(&finding, finding_short_members, suggest->page.media, out, suggest->finder.scratch);
    }
}

static enum finish_outcome suggest_finish(struct call *call, struct reply *reply)
{
    struct suggest *suggest = call->state;
    bool again[FOUND_KINDS];
    if (call->round == 0 || (call->round == 1 && finder_missed(&suggest->finder, again))) {
        return FINISH_NEXT;
    }
    send(call, suggest, reply);
    return FINISH_REPLY;
}

static const struct parameter parameters[] = {
    {
        .name = "q",
        .type = PARAMETER_TEXT,
        .test = TEST_SEARCH,
        .help = "What has been typed, at most 500 characters; its last word may be unfinished.",
        .example = "north k",
        .required = true,
    },
    {
        .name = "limit",
        .type = PARAMETER_COUNT,
        .least = 1,
        .most = SUGGESTIONS_MOST,
        .help = "How many suggestions there are at most; 10 when absent.",
        .example = "10",
    },
    MEDIA_PARAMETER,
};

static const struct answer answer = {"Suggestions", (const struct member[]){{.name = NULL}}, finding_short_members,
                                     true};

static const struct endpoint table[] = {
    {
        .method = METHOD_GET,
        .path = "/v1/suggest",
        .name = "suggest",
        .summary = "Names, titles and texts of claims that what has been typed may become, best first.",
        .parameters = parameters,
        .parameter_count = sizeof parameters / sizeof *parameters,
        .lane = LANE_READ,
        .answer = &answer,
        .plan = suggest_plan,
        .row = suggest_row,
        .finish = suggest_finish,
        .close = suggest_close,
    },
};

const struct endpoint_table suggest_endpoints = ENDPOINT_TABLE(table);
