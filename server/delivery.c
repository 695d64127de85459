/* Replies, once they are decided: compressed, a slice a turn where there is time, and handed to http. */
#include "server/delivery.h"

#include "server/followers.h"
#include "server/loop.h"
#include "server/representation.h"

enum http_next delivery_send(struct request *request)
{
    struct loop *loop = request->loop;
    request->state = REQUEST_REPLYING;
    request->replied_at = clock_nanoseconds();
    request->status = request->reply.status;
    request->size = request->reply.body.length;
    bool close = request->close || loop->phase != LOOP_SERVING;
    request->left = !http_reply(request->exchange, &request->reply, request->call.request_id, close);
    request_resume(request);
    return request->left ? HTTP_CUT : HTTP_REPLIED;
}

enum http_next delivery_begin(struct request *request)
{
    if (request->reply.body.overflowed) {
        request_refuse(request, PROBLEM_REPLY_TOO_LARGE, "The answer is larger than 16 MiB; ask for less at a time.");
    }
    if (!representation_prepare(request)) {
        return delivery_send(request);
    }
    bool compressed = representation_compress(request);
    if (!compressed && request->suspended) { /* the rest in later turns */
        request->state = REQUEST_COMPRESSING;
        TAILQ_INSERT_TAIL(&request->loop->compressing, request, queued);
        return HTTP_WAIT;
    }
    while (!compressed) {
        compressed = representation_compress(request);
    }
    return delivery_send(request);
}

bool delivery_turn(struct loop *loop)
{
    struct request *request = TAILQ_FIRST(&loop->compressing);
    if (request != NULL) {
        TAILQ_REMOVE(&loop->compressing, request, queued);
        if (representation_compress(request)) {
            delivery_send(request);
        } else { /* behind the others */
            TAILQ_INSERT_TAIL(&loop->compressing, request, queued);
        }
    }
    return !TAILQ_EMPTY(&loop->compressing);
}

enum http_next delivery_refusal(struct request *request, enum problem problem, const char *detail)
{
    if (followers_end(request, problem_kinds[problem].slug)) {
        return HTTP_REPLIED; /* its head is gone long since */
    }
    request_refuse(request, problem, detail);
    return delivery_begin(request);
}
