/* What each has heard is its place in the feed, so a follower that was slow goes on where it was: from memory, or, when it is too far behind
   for that, from the database, a page at a time. */
#include "server/followers.h"

#include <stddef.h>

#include "server/feed.h"
#include "server/log.h"
#include "server/loop.h"
#include "server/outflow.h"
#include "server/rounds.h"
#include "server/stream.h"

#define MILLISECOND INT64_C(1000000)
#define BEAT (100 * MILLISECOND) /* between two visits */
#define TURN MILLISECOND
#define CHANGES_PER_TURN 256 /* for one follower */

static bool has_room(const struct request *request)
{
    return request->stream == NULL || stream_left(request->stream) < OUTFLOW_FULL;
}

struct listening {
    struct request *request;
    unsigned heard; /* changes that were looked at */
    bool concerned;
};

static bool hear(void *context, const struct change *change)
{
    struct listening *listening = context;
    struct request *request = listening->request;
    struct call *call = &request->call;
    bool concerned = call->endpoint->hear(call, NEWS_CHANGE, change, NULL, &request->reply);
    listening->concerned = listening->concerned || concerned;
    bool enough = request->reply.body.length >= OUTFLOW_PIECE || (concerned && request->stream == NULL);
    return !enough && ++listening->heard < CHANGES_PER_TURN;
}

/* Lets it hear what there is, and asks the database where that is too old. True when there may be more. */
static bool listen(struct request *request)
{
    struct call *call = &request->call;
    struct place before = call->place;
    struct place place = before;
    struct listening listening = {.request = request};
    if (request->state != REQUEST_FOLLOWING || !has_room(request)) {
        return false;
    }
    if (call->behind || feed_read(&place, hear, &listening) == FEED_BEHIND) {
        rounds_follow(request);
        return false;
    }
    if (request->stream == NULL) {
        if (listening.concerned) { /* as a page, from before it */
            rounds_follow(request);
            return false;
        }
    } else if (listening.concerned) {
        request->said_at = request->loop->now;
        outflow_send(request);
    }
    call->place = place;
    return place_before(before, place) && has_room(request);
}

void followers_init(struct followers *followers)
{
    TAILQ_INIT(&followers->list);
}

void followers_add(struct request *request)
{
    struct loop *loop = request->loop;
    if (!request->following) {
        request->following = true;
        TAILQ_REMOVE(&loop->open, request, open);
        loop->open_count--;
        loop->followers.count++;
        TAILQ_INSERT_TAIL(&loop->followers.list, request, open);
        feed_join();
    }
    request->state = REQUEST_FOLLOWING;
    request->waits_until = loop->now + request->call.wait * MILLISECOND;
    request->said_at = loop->now;
    if (request->call.streams == STREAM_EVENTS) {
        if (!outflow_send(request)) {
            return;
        }
        if (loop->phase != LOOP_SERVING) {
            (void)followers_end(request, "shutdown");
            return;
        }
    } else if (loop->phase != LOOP_SERVING) {
        request->call.waited = true;
        rounds_follow(request);
        return;
    }
    (void)listen(request);
}

void followers_ready(struct request *request)
{
    /* not at once: libmicrohttpd is just asking for more of it */
    request->loop->followers.again = true;
}

void followers_remove(struct request *request)
{
    struct followers *followers = &request->loop->followers;
    if (followers->next == request) {
        followers->next = TAILQ_NEXT(request, open);
    }
    TAILQ_REMOVE(&followers->list, request, open);
    followers->count--;
    feed_leave();
}

bool followers_end(struct request *request, const char *reason)
{
    struct call *call = &request->call;
    if (!request->following || request->stream == NULL) {
        return false;
    }
    reply_clear(&request->reply);
    (void)call->endpoint->hear(call, NEWS_END, NULL, reason, &request->reply);
    (void)outflow_end(request, true);
    return true;
}

void followers_end_all(struct loop *loop, const char *reason)
{
    struct request *request;
    struct request *next;
    for (request = TAILQ_FIRST(&loop->followers.list); request != NULL; request = next) {
        next = TAILQ_NEXT(request, open);
        if (request->state != REQUEST_FOLLOWING) {
            continue; /* asks the database, and is ended when it comes back */
        }
        if (!followers_end(request, reason)) {
            request->call.waited = true;
            rounds_follow(request);
        }
    }
}

static void on_news(struct message *message)
{
    struct followers *followers = CONTAINER_OF(message, struct followers, news);
    atomic_store(&followers->told, false);
    followers->again = true;
}

void followers_tell(struct loop *loop)
{
    if (!atomic_exchange(&loop->followers.told, true)) {
        loop->followers.news.deliver = on_news;
        loop_post(loop, &loop->followers.news);
    }
}

bool followers_continue(struct loop *loop)
{
    struct followers *followers = &loop->followers;
    int64_t until = 0;
    if (followers->next == NULL && followers->again) {
        followers->next = TAILQ_FIRST(&followers->list);
        followers->again = false;
    }
    while (followers->next != NULL) {
        struct request *request = followers->next;
        followers->next = TAILQ_NEXT(request, open); /* before it goes away */
        while (listen(request)) {
        }
        int64_t now = clock_nanoseconds();
        until = until == 0 ? now + TURN : until;
        if (now >= until) {
            break;
        }
    }
    return followers->next != NULL || followers->again;
}

void followers_visit(struct loop *loop, int64_t now)
{
    struct followers *followers = &loop->followers;
    struct request *request;
    struct request *next;
    if (now < followers->next_beat) {
        return;
    }
    followers->next_beat = now + BEAT;
    for (request = TAILQ_FIRST(&followers->list); request != NULL; request = next) {
        struct call *call = &request->call;
        next = TAILQ_NEXT(request, open);
        if (request->stream != NULL && request->state != REQUEST_LEFT) {
            outflow_check(request, now);
        }
        if (request->state != REQUEST_FOLLOWING) {
            continue;
        }
        if (request->stream == NULL && now >= request->waits_until) {
            call->waited = true;
            rounds_follow(request);
        } else if (request->stream != NULL && now - request->said_at >= loop->settings->heartbeat * MILLISECOND &&
                   stream_left(request->stream) == 0) {
            (void)listen(request); /* for its place, which goes on where nothing concerns it */
            if (request->state != REQUEST_FOLLOWING || request->said_at == now) {
                continue;
            }
            request->said_at = now;
            (void)call->endpoint->hear(call, NEWS_NONE, NULL, NULL, &request->reply);
            (void)outflow_send(request);
        }
    }
}
