/* GET /docs: the API's description as a page. Swagger UI shows it where the binary was built with it; otherwise the page is a
   plain list made from the same tables. Neither asks anything of another host. */
#include <string.h>

#include "handlers/docs_assets.h"
#include "handlers/endpoints.h"
#include "handlers/html.h"
#include "handlers/openapi.h"

static const char start_name[] = "start.js";
/* Swagger UI fills the fields of "Try it out" with the examples, all of them at once, which no list has anything for: they go into
   the descriptions. */
static const char start_script[] =
    "const shown = (value) => [value].flat().join(\",\");\n"
    "fetch(\"/openapi.json\").then((reply) => reply.json()).then((spec) => {\n"
    "    for (const path of Object.values(spec.paths)) {\n"
    "        for (const operation of Object.values(path)) {\n"
    "            for (const parameter of operation.parameters.filter((each) => each.in === \"query\")) {\n"
    "                if (parameter.example !== undefined) {\n"
    "                    parameter.description += ` For example \\`${shown(parameter.example)}\\`.`;\n"
    "                    delete parameter.example;\n"
    "                }\n"
    "            }\n"
    "        }\n"
    "    }\n"
    "    SwaggerUIBundle({\n"
    "        spec,\n"
    "        dom_id: \"#page\",\n"
    "        deepLinking: true,\n"
    "        docExpansion: \"list\",\n"
    "        defaultModelsExpandDepth: 0,\n"
    "        filter: true,\n"
    "        validatorUrl: null,\n"
    "    });\n"
    "});\n";

static const char *const methods[METHODS] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

static void put_swagger(struct buffer *body)
{
    buffer_text(body,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<title>stanced: the API</title>\n<link rel=\"icon\" href=\"data:,\">\n"
                "<link rel=\"stylesheet\" href=\"/docs/swagger-ui.css\">\n</head>\n<body>\n<div id=\"page\"></div>\n"
                "<noscript>This page needs JavaScript; <a href=\"/openapi.json\">the description</a> does not."
                "</noscript>\n<script src=\"/docs/swagger-ui-bundle.js\"></script>\n"
                "<script src=\"/docs/start.js\"></script>\n</body>\n</html>\n");
}

static void put_endpoint(struct buffer *body, const struct endpoint *endpoint)
{
    buffer_format(body, "<details id=\"%s\"><summary><span class=\"method\">%s</span> <code>%s</code> ", endpoint->name,
                  methods[endpoint->method], endpoint->path);
    html_prose(body, endpoint->summary);
    buffer_text(body, "</summary>\n");
    if (endpoint->parameter_count > 0) {
        buffer_text(body, "<table>\n");
    }
    for (size_t i = 0; i < endpoint->parameter_count; i++) {
        const struct parameter *parameter = &endpoint->parameters[i];
        buffer_format(body, "<tr><td><code>%s</code></td><td>", parameter->name);
        html_prose(body, parameter->help);
        if (parameter->example != NULL) {
            buffer_text(body, " For example <code>");
            html_text(body, parameter->example);
            buffer_text(body, "</code>.");
        }
        buffer_text(body, "</td></tr>\n");
    }
    buffer_text(body, endpoint->parameter_count > 0 ? "</table>\n</details>\n" : "</details>\n");
}

static void put_record(struct buffer *body, const struct record *record)
{
    buffer_format(body, "<details id=\"%s\"><summary><strong>%s</strong> ", record->name, record->name);
    html_prose(body, record->help);
    buffer_text(body, "</summary>\n<table>\n");
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        buffer_format(body, "<tr><td><code>%s</code>%s</td><td>", field->name,
                      (field->flags & FIELD_REQUIRED) != 0 ? " *" : "");
        html_prose(body, field->help);
        const char *joint = " One of ";
        for (const char *const *word = field->vocabulary != NULL ? field->vocabulary->words : NULL;
             word != NULL && *word != NULL; word++) {
            buffer_format(body, "%s<code>%s</code>", joint, *word);
            joint = ", ";
        }
        buffer_text(body, "</td><td><code>");
        html_text(body, field->example);
        buffer_text(body, "</code></td></tr>\n");
    }
    buffer_text(body, "</table>\n</details>\n");
}

static void put_plain(struct buffer *body)
{
    html_begin(body, "stanced: the API");
    buffer_text(body,
                "<h1>stanced: the API</h1>\n<p>This is the plain page. For one on which requests can be tried out, "
                "build with <code>make docs-assets build</code>. <a href=\"/openapi.json\">/openapi.json</a> is the "
                "whole description, <a href=\"/problems\">/problems</a> lists what can go wrong.</p>\n");
    size_t count;
    const struct endpoint *const *all = endpoints(&count);
    const char *last = "";
    char tags[2][OPENAPI_TAG];
    for (size_t i = 0; i < count; i++) {
        const char *tag = openapi_tag(all[i], tags[i % 2]);
        if (strcmp(tag, last) != 0) {
            buffer_format(body, "<h2>%s</h2>\n", tag);
        }
        put_endpoint(body, all[i]);
        last = tag;
    }
    buffer_text(body, "<h2>records</h2>\n<p>What cannot be left out has an asterisk.</p>\n");
    for (int i = 0; i < RECORD_KINDS; i++) {
        put_record(body, records[i]);
    }
    html_end(body);
}

static enum plan_outcome docs_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    (void)call;
    (void)plan;
    if (docs_assets[0].name != NULL) {
        put_swagger(&reply->body);
    } else {
        put_plain(&reply->body);
    }
    html_reply(reply);
    return PLAN_REPLY;
}

static void send_asset(struct reply *reply, const char *type, const char *bytes, size_t length)
{
    buffer_put(&reply->body, bytes, length);
    reply->status = 200;
    reply->type = type;
    reply_header(reply, "X-Content-Type-Options", "nosniff");
}

static enum plan_outcome asset_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    (void)plan;
    if (strcmp(call->path[0], start_name) == 0) {
        send_asset(reply, "text/javascript; charset=utf-8", start_script, sizeof start_script - 1);
        return PLAN_REPLY;
    }
    for (const struct docs_asset *asset = docs_assets; asset->name != NULL; asset++) {
        if (strcmp(call->path[0], asset->name) == 0) {
            send_asset(reply, asset->type, asset->bytes, (size_t)(asset->end - asset->bytes));
            return PLAN_REPLY;
        }
    }
    reply_problem(call, reply, PROBLEM_NO_ROUTE, "The documentation has no such file.");
    return PLAN_REPLY;
}

static const struct endpoint entries[] = {
    {
        .method = METHOD_GET,
        .path = "/docs",
        .name = "docs",
        .summary = "Shows the description of the API as a page.",
        .lane = LANE_READ,
        .role = ROLE_OPEN,
        .reply_types = "text/html",
        .plan = docs_plan,
    },
    {
        .method = METHOD_GET,
        .path = "/docs/{file}",
        .name = "docs_file",
        .summary = "Returns a script or a style sheet of that page.",
        .lane = LANE_READ,
        .role = ROLE_OPEN,
        .reply_types = "text/javascript, text/css, text/plain",
        .problems = ANSWERS(PROBLEM_NO_ROUTE),
        .plan = asset_plan,
    },
};

const struct endpoint_table docs_endpoints = ENDPOINT_TABLE(entries);
