// Holds what the API tests asked and were answered against the description: every reply must be one that it declares, whatever
// was accepted must be what it says is taken, and every operation must have been seen with every status that it declares.
//
//     node check.mjs DOCUMENT RECORD [--partial]       --partial: not all tests were run, so say nothing about what is missing
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import zlib from "node:zlib";
import { Schemas, matching, operationsOf, queryOf, segmentsOf } from "./document.mjs";

const SHOWN = 40;
const [documentPath, recordPath, option] = process.argv.slice(2);
const here = path.dirname(new URL(import.meta.url).pathname);
const document = JSON.parse(fs.readFileSync(documentPath, "utf8"));
const schemas = new Schemas(document);
const operations = operationsOf(document);
const seen = new Map(); // "operationId status" → how often
const problemsSeen = new Set();
const complaints = new Map();
let count = 0;
let events = 0;

function complain(what, exchange) {
    if (!complaints.has(what)) complaints.set(what, { exchange, times: 0 });
    complaints.get(what).times++;
}

function header(headers, name) {
    const found = (Array.isArray(headers) ? headers : Object.entries(headers)).find(
        ([each]) => each.toLowerCase() === name.toLowerCase(),
    );
    return found?.[1];
}

function bodyOf(message) {
    const bytes = message.body_hex !== undefined ? Buffer.from(message.body_hex, "hex") : Buffer.from(message.body ?? "");
    return header(message.headers, "Content-Encoding") === "gzip" ? zlib.gunzipSync(bytes) : bytes;
}

const mediaType = (type) => (type ?? "").split(";")[0].trim().toLowerCase();
const EVENTS = "text/event-stream";
const isJson = (type) => type === "application/json" || type.endsWith("+json");

function parsed(exchange, what) {
    try {
        return JSON.parse(bodyOf(exchange.response).toString("utf8"));
    } catch {
        complain(`${what}: the body is no JSON`, exchange);
        return undefined;
    }
}

function checkProblem(exchange, what) {
    const problem = parsed(exchange, what);
    const faults = problem && schemas.faults(["components", "schemas", "Problem"], problem);
    if (faults) complain(`${what}: ${faults}`, exchange);
    if (problem && problem.status !== exchange.response.status) complain(`${what}: the body says another status`, exchange);
    if (problem) problemsSeen.add(problem.type.replace("/problems/", ""));
}

// Requests that never become one of an operation: broken ones, unknown paths and methods, OPTIONS.
function checkOutside(exchange, found) {
    const { request, response } = exchange;
    const type = mediaType(header(response.headers, "Content-Type"));
    const what = `${request.method} outside the description → ${response.status}`;
    if (request.method === "OPTIONS" && response.status === 204) {
        if (!header(response.headers, "Allow")) complain(`${what}: no Allow`, exchange);
        return;
    }
    // by the HTTP library itself, before there is a request to speak of
    if ([400, 405, 411, 413, 414, 431, 501, 505].includes(response.status) && type !== "application/problem+json") return;
    if (![400, 404, 405, 408, 413].includes(response.status)) complain(`${what}: no such reply is described`, exchange);
    else if (response.status === 405 && !header(response.headers, "Allow")) complain(`${what}: no Allow`, exchange);
    else if (response.status === 405 && !found.length) complain(`${what}: the path does not exist`, exchange);
    else if (request.method !== "HEAD") checkProblem(exchange, what);
}

function checkHeaders(exchange, declared, what) {
    const { response } = exchange;
    for (const [name, description] of Object.entries(declared.headers ?? {})) {
        const schema = description.$ref ? document.components.headers[description.$ref.split("/").pop()].schema : description.schema;
        const value = header(response.headers, name);
        // what has no end has no entity tag
        const endless = name === "ETag" && mediaType(header(response.headers, "Content-Type")) === EVENTS;
        const always = ["X-Request-Id", "ETag", "Location"].includes(name) && response.status < 300 && !endless;
        if (value === undefined && always) complain(`${what}: no ${name}`, exchange);
        if (value !== undefined && schema.pattern && !new RegExp(schema.pattern).test(value)) complain(`${what}: ${name} is ${value}`, exchange);
        if (value !== undefined && schema.type === "integer" && !/^\d+$/.test(value)) complain(`${what}: ${name} is ${value}`, exchange);
    }
}

function checkReply(exchange, { id, method, path: template, operation }) {
    const { request, response } = exchange;
    const status = String(response.status);
    const what = `${id} → ${status}`;
    const declared = operation.responses[status];
    if (!declared) {
        complain(`${what}: this status is not declared`, exchange);
        return;
    }
    seen.set(`${id} ${status}`, (seen.get(`${id} ${status}`) ?? 0) + 1);
    checkHeaders(exchange, declared, what);
    const type = mediaType(header(response.headers, "Content-Type"));
    if (type === "application/problem+json") {
        checkProblem(exchange.request.method === "HEAD" ? headless(exchange) : exchange, what);
    }
    if (request.method === "HEAD") return;
    if (!declared.content) {
        if (bodyOf(response).length > 0) complain(`${what}: a body, and none is declared`, exchange);
        return;
    }
    const declaredType = Object.keys(declared.content).find((each) => mediaType(each) === type);
    if (!declaredType) {
        complain(`${what}: ${type} is not declared`, exchange);
        return;
    }
    if (type === EVENTS) checkEvents(exchange, [template, method, status], what);
    if (isJson(type)) {
        const value = parsed(exchange, what);
        const query = queryOf(request.target);
        const keys = ["paths", template, method, "responses", status, "content", declaredType, "schema"];
        const narrow = { whole: !query.has("fields"), plain: !query.has("expand") };
        const faults = value === undefined ? "" : schemas.faults(keys, value, narrow);
        if (faults) complain(`${what}: ${faults}`, exchange);
    }
}

// The events of a stream, as far as they came, are what the same reply lists as JSON; those with a name speak of the stream itself.
function checkEvents(exchange, [template, method, status], what) {
    const schema = document.paths[template][method].responses[status].content["application/json"].schema.$ref.split("/").pop();
    const blocks = bodyOf(exchange.response).toString("utf8").split("\n\n").slice(0, -1);
    for (const block of blocks) {
        const fields = new Map(block.split("\n").map((line) => [line.split(": ")[0], line.slice(line.indexOf(": ") + 2)]));
        for (const name of fields.keys()) {
            if (!["id", "data", "event", "retry"].includes(name)) complain(`${what}: an event has the field ${name}`, exchange);
        }
        if (!fields.has("data") || fields.has("event")) continue;
        const data = JSON.parse(fields.get("data"));
        const faults = schemas.faults(["components", "schemas", schema, "properties", "data", "items"], data);
        if (faults) complain(`${what}: an event: ${faults}`, exchange);
        else if (fields.get("id") !== data.cursor) complain(`${what}: an event has another id than its cursor`, exchange);
        events++;
    }
}

function headless(exchange) {
    const type = ["Content-Type", "application/problem+json"];
    const body = JSON.stringify({ type: "", title: "", status: exchange.response.status });
    return { ...exchange, response: { ...exchange.response, headers: [type], body, body_hex: undefined } };
}

// What was accepted is what the description says is taken.
function checkRequest(exchange, { id, method, path: template, operation }) {
    const { request, response } = exchange;
    if (response.status >= 300) return;
    const names = new Set((operation.parameters ?? []).filter((each) => each.in === "query").map((each) => each.name));
    for (const name of queryOf(request.target).keys()) {
        if (!names.has(name)) complain(`${id}: took the parameter ${name}, which is not declared`, exchange);
    }
    const type = mediaType(header(request.headers, "Content-Type"));
    const content = operation.requestBody?.content;
    // chunks, and what follows the first piece of a body, are not recorded as one body
    const whole = Number(header(request.headers, "Content-Length")) === Buffer.byteLength(request.body ?? "");
    if (!content || !request.body || !whole) return;
    if (!content[type]) {
        complain(`${id}: took ${type}, which is not declared`, exchange);
    } else if (isJson(type)) {
        const keys = ["paths", template, method, "requestBody", "content", type, "schema"];
        const faults = schemas.faults(keys, JSON.parse(request.body));
        if (faults) complain(`${id}: took a body that is not as declared: ${faults}`, exchange);
    }
}

function check(exchange) {
    const { request, response } = exchange;
    if (!request.target) return; // sent piece by piece: no whole request was recorded
    count++;
    const found = matching(operations, segmentsOf(request.target));
    const method = request.method === "HEAD" ? "get" : request.method.toLowerCase();
    const operation = request.method === request.method.toUpperCase() && found.find((each) => each.method === method);
    const type = mediaType(header(response.headers, "Content-Type"));
    if (!operation || (response.status >= 400 && type !== "application/problem+json")) {
        checkOutside(exchange, found);
        return;
    }
    checkReply(exchange, operation);
    checkRequest(exchange, operation);
}

function checkCoverage() {
    const excused = JSON.parse(fs.readFileSync(path.join(here, "unprovoked.json"), "utf8"));
    const excuses = new Map(excused.replies.map((each) => [`${each.operation} ${each.status}`, each]));
    for (const { id, operation } of operations) {
        for (const status of Object.keys(operation.responses).filter((each) => each !== "default")) {
            const name = `${id} ${status}`;
            const excuse = excuses.get(name) ?? excuses.get(`* ${status}`);
            if (!seen.has(name) && !excuse) complain(`${id}: no test was answered ${status}, which is declared`);
            if (seen.has(name) && excuses.has(name)) complain(`unprovoked.json: ${name} was provoked`);
        }
    }
    for (const name of excuses.keys()) {
        const [id, status] = name.split(" ");
        const exists = operations.some((each) => (id === "*" || each.id === id) && each.operation.responses[status]);
        if (!exists) complain(`unprovoked.json: ${name} is not declared`);
    }
    const slugs = JSON.stringify(document).matchAll(/"\/problems\/([a-z-]+)"/g);
    for (const slug of new Set([...slugs].map((each) => each[1]))) {
        const excuse = excused.problems.find((each) => each.problem === slug);
        if (!problemsSeen.has(slug) && !excuse) complain(`no test was answered with the problem ${slug}, which is declared`);
    }
}

for await (const line of readline.createInterface({ input: fs.createReadStream(recordPath), crlfDelay: Infinity })) {
    if (line) check(JSON.parse(line));
}
if (option !== "--partial") checkCoverage();

for (const [what, { exchange, times }] of [...complaints].slice(0, SHOWN)) {
    console.log(`${what}${times > 1 ? ` (${times} times)` : ""}`);
    if (exchange) {
        console.log(`    ${exchange.request.method} ${exchange.request.target.slice(0, 200)} ${(exchange.request.body ?? "").slice(0, 200)}`);
        console.log(`    ${exchange.response.status} ${bodyOf(exchange.response).toString("utf8").slice(0, 300).trim()}`);
    }
}
if (complaints.size > SHOWN) console.log(`… and ${complaints.size - SHOWN} more`);
if (complaints.size > 0 || count === 0) {
    console.log(`contract: ${complaints.size} complaints about ${count} exchanges`);
    process.exit(1);
}
console.log(`contract: ${operations.length} operations, ${seen.size} declared replies, ${count} exchanges, ${events} events: clean`);
