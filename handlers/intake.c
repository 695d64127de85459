/* Lines as they arrive: each is checked on its own, gets its id, and goes to the stage. */
#include "handlers/intake.h"

#include <jansson.h>
#include <string.h>
#include <xxhash.h>

#include "handlers/claimreview.h"
#include "handlers/document.h"
#include "schema/moment.h"

#define TEXT_LIMIT ((size_t)16 * 1024 * 1024) /* a canonical document: references grow when refs become ids */
#define VERSION_MOST INT32_MAX

#define MADE_MOST 65536 /* records that are remembered */

static table_take take_row;
static csv_take take_mapped;

static void row_done(void *context)
{
    struct intake *intake = context;
    intake->headless = intake->table.headless;
    intake->broken = intake->table.malformed;
    intake->done(intake->context);
}

void intake_begin(struct intake *intake)
{
    lines_init(&intake->lines, LINE_LIMIT);
    intake->scratch = arena_new();
    table_init(&intake->table, LINE_LIMIT, intake->type, intake->call->arena, intake->scratch, &intake->call->faults,
               take_row, row_done, intake);
    intake->table.keep = intake->keep;
    csv_reader_init(&intake->reader, LINE_LIMIT);
    elements_init(&intake->elements, LINE_LIMIT);
    if (intake->map != NULL) {
        intake->reader.delimiter = map_delimiter(intake->map);
    }
    buffer_init(&intake->text, TEXT_LIMIT);
    if (intake->packed && !gunzip_init(&intake->gunzip)) {
        intake->gunzip.state = GUNZIP_BROKEN;
    }
}

void intake_free(struct intake *intake)
{
    lines_free(&intake->lines);
    table_free(&intake->table);
    csv_reader_free(&intake->reader);
    elements_free(&intake->elements);
    roster_free(&intake->made);
    arena_free(intake->scratch);
    buffer_free(&intake->text);
    if (intake->packed) {
        gunzip_free(&intake->gunzip);
    }
}

static bool blank(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (strchr(" \t\r", line[i]) == NULL || line[i] == '\0') {
            return false;
        }
    }
    return true;
}

/* The description that the line's `type` names; takes the member away. NULL with a fault. */
static const struct record *take_type(struct intake *intake, json_t *body)
{
    struct faults *faults = &intake->call->faults;
    const json_t *type = json_object_get(body, "type");
    const char *name = json_string_value(type);
    const struct record *record = name == NULL ? NULL : record_named(name);
    if (!json_is_object(body)) {
        faults_add(faults, "", "wrong_type", "A line is an object.");
    } else if ((type == NULL || json_is_null(type)) && intake->type != NULL) {
        record = intake->type;
        json_object_del(body, "type");
    } else if (type == NULL || json_is_null(type)) {
        faults_add(faults, "/type", "required",
                   "A line says in `type`, or ?type= says for all of them, which kind of record it is.");
    } else if (name == NULL) {
        faults_add(faults, "/type", "wrong_type", "`type` is a string.");
    } else if (record == NULL) {
        faults_add(faults, "/type", "not_in_vocabulary", "`type` is one of actor, source, claim, stance and review.");
    } else {
        json_object_del(body, "type");
    }
    return record;
}

/* A record's id follows from its ref. Without one it keeps the id that it has, as a record that was exported does, so that what
   refers to it still does; or else follows from its content. */
static bool identify(struct intake *intake, const struct draft *draft, struct identity *ret)
{
    enum record_kind kind = draft->record->kind;
    struct identity given;
    bool has_id = draft->id != NULL && identity_parse(draft->id, strlen(draft->id), &given);
    if (draft->ref != NULL) {
        *ret = identity_of_ref(kind, draft->ref, strlen(draft->ref));
        if (has_id && memcmp(&given, ret, sizeof given) != 0) {
            faults_add(&intake->call->faults, "/id", "read_only",
                       "A record's id follows from its `ref`, and this is another.");
            return false;
        }
    } else if (has_id) {
        *ret = given;
    } else {
        *ret = identity_of_content(kind, intake->text.data, intake->text.length);
    }
    return true;
}

/* A time of the line's own. False with a fault. */
static bool own_time(struct intake *intake, const json_t *body, const char *name, int64_t *storage,
                     const int64_t **ret_micros)
{
    const json_t *value = json_object_get(body, name);
    struct moment moment;
    if (value == NULL || json_is_null(value)) {
        return true;
    }
    if (!json_is_string(value) || !moment_parse(json_string_value(value), json_string_length(value), false, &moment) ||
        moment.is_date) {
        faults_add(&intake->call->faults, arena_format(intake->scratch, "/%s", name), "invalid_time",
                   "`%s` is a date-time (RFC 3339).", name);
        return false;
    }
    *storage = moment.micros;
    *ret_micros = storage;
    return true;
}

/* The version and the times that an exported line brings. False with faults. */
static bool own_past(struct intake *intake, const json_t *body, struct staged *staged, int64_t times[static 2])
{
    const json_t *version = json_object_get(body, "version");
    bool fits = json_integer_value(version) >= 1 && json_integer_value(version) <= VERSION_MOST;
    if (version != NULL && !json_is_null(version) && !fits) {
        faults_add(&intake->call->faults, "/version", "out_of_range", "A version is an integer from 1.");
    } else if (fits) {
        staged->version = (int32_t)json_integer_value(version);
    }
    bool created = own_time(intake, body, "created_at", &times[0], &staged->created_at);
    bool updated = own_time(intake, body, "updated_at", &times[1], &staged->updated_at);
    return created && updated && (version == NULL || json_is_null(version) || fits);
}

/* Whether just this was staged lately. */
static bool made_before(struct intake *intake, const struct draft *draft, const struct staged *staged)
{
    if (intake->made.count >= MADE_MOST) {
        roster_free(&intake->made);
    }
    XXH128_hash_t hash = XXH3_128bits_withSeed(staged->document, staged->length, staged->kind);
    struct identity content;
    memcpy(content.bytes, &hash, sizeof content.bytes);
    for (size_t i = 0; i < sizeof content.bytes; i++) {
        content.bytes[i] ^= staged->id.bytes[i];
    }
    return roster_enter(&intake->made, draft->record->kind, &content, 1) != 0;
}

/* `number` as in struct staged. */
static void take_draft(struct intake *intake, const struct draft *draft, const json_t *body, int64_t number)
{
    enum record_kind kind = draft->record->kind;
    buffer_clear(&intake->text);
    document_write(&intake->text, draft->document, intake->scratch);
    int64_t times[2];
    bool once = intake->linked && kind != RECORD_REVIEW; /* a ClaimReview names them, and says little of them */
    struct staged staged = {.line = number, .once = once, .kind = kind, .ref = draft->ref};
    bool whole = identify(intake, draft, &staged.id);
    whole = (!intake->keep || own_past(intake, body, &staged, times)) && whole;
    if (intake->text.overflowed) {
        faults_add(&intake->call->faults, "", "too_long", "A line is at most 1 MiB long.");
        buffer_free(&intake->text);
        return;
    }
    if (!whole || intake->idle) {
        return;
    }
    staged.document = intake->text.data;
    staged.length = intake->text.length;
    if ((intake->map != NULL || intake->linked) && made_before(intake, draft, &staged)) {
        return;
    }
    stage_add(intake->stage, &staged);
    for (size_t i = 0; i < draft->reference_count; i++) {
        stage_refer(intake->stage, draft->references[i].kind, &draft->references[i].id);
    }
    intake->stage->climbs =
        intake->stage->climbs || (kind == RECORD_ACTOR && json_object_get(draft->document, "part_of") != NULL);
}

static void take_record(struct intake *intake, const struct record *record, const json_t *body, int64_t number)
{
    struct draft draft;
    if (validate_record(record, body, intake->scratch, &intake->call->faults, &draft)) {
        take_draft(intake, &draft, body, number);
        draft_free(&draft);
    }
}

/* A line of CSV. */
static void take_row(void *context, size_t line, const struct record *record, json_t *body)
{
    struct intake *intake = context;
    intake->records++;
    take_record(intake, record, body, (int64_t)line * STAGE_RECORDS);
    json_decref(body);
}

/* The first line of a table with a map. */
static void take_names(struct intake *intake, const struct csv_row *row)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* UTF-8's byte order mark */
    struct call *call = intake->call;
    struct map_columns *columns = &intake->columns;
    columns->count = row->count < MAP_COLUMNS_MOST ? row->count : MAP_COLUMNS_MOST;
    for (size_t i = 0; i < columns->count; i++) {
        size_t start = i == 0 ? 0 : row->ends[i - 1];
        const char *name = row->text + start;
        size_t length = row->ends[i] - start;
        size_t skipped = i == 0 && length >= 3 && memcmp(name, mark, 3) == 0 ? 3 : 0;
        columns->names[i] = arena_copy(call->arena, name + skipped, length - skipped);
    }
    size_t before = call->faults.count;
    map_check_columns(intake->map, columns, call->arena, &call->faults);
    intake->headless = intake->broken = call->faults.count > before;
}

/* All records that a row becomes, or none. */
static void take_cells(struct intake *intake, const struct csv_row *row)
{
    struct faults *faults = &intake->call->faults;
    size_t before = faults->count + faults->omitted;
    struct stage_mark mark = stage_mark(intake->stage);
    intake->records++;
    for (size_t i = 0; i < map_records(intake->map); i++) {
        const struct record *record;
        json_t *body = map_record(intake->map, i, &intake->columns, row, intake->scratch, &record);
        if (body != NULL) {
            take_record(intake, record, body, (int64_t)(row->line * STAGE_RECORDS + i));
            json_decref(body);
        }
    }
    if (faults->count + faults->omitted > before) {
        stage_rewind(intake->stage, mark);
        roster_free(&intake->made); /* which may have what was taken back */
    }
}

/* A row of a table with a map. */
static void take_mapped(void *context, const struct csv_row *row)
{
    struct intake *intake = context;
    struct faults *faults = &intake->call->faults;
    if (intake->headless) {
        return;
    }
    faults->line = row->line;
    if (row->fault != CSV_WHOLE) {
        intake->broken = true;
        intake->headless = intake->columns.count == 0;
        faults_add(faults, NULL, row->fault == CSV_TOO_LONG ? "too_long" : "malformed", "%s",
                   csv_fault_text(row->fault));
    } else if (intake->columns.count == 0) {
        take_names(intake, row);
    } else {
        take_cells(intake, row);
    }
    intake->done(intake->context);
    arena_reset(intake->scratch);
}

static void read_line(struct intake *intake, const char *line, size_t length, size_t number)
{
    json_t *body = validate_parse(line, length, &intake->call->faults);
    if (body == NULL) {
        intake->malformed = true;
        return;
    }
    const struct record *record = take_type(intake, body);
    if (record != NULL) {
        take_record(intake, record, body, (int64_t)number * STAGE_RECORDS);
    }
    json_decref(body);
}

static void take_line(void *context, size_t number, const char *line, size_t length)
{
    struct intake *intake = context;
    if (line != NULL && blank(line, length)) {
        return;
    }
    intake->records++;
    intake->call->faults.line = number;
    if (line == NULL) {
        faults_add(&intake->call->faults, NULL, "too_long", "A line is at most 1 MiB long.");
    } else {
        read_line(intake, line, length, number);
    }
    intake->done(intake->context);
    arena_reset(intake->scratch);
}

static void take_part(struct intake *intake, const struct record *record, const json_t *body)
{
    size_t part = intake->item_part < STAGE_RECORDS ? intake->item_part++ : STAGE_RECORDS - 1;
    if (body != NULL) {
        take_record(intake, record, body, (int64_t)(intake->item * STAGE_RECORDS + part));
    }
}

/* All records that a ClaimReview becomes. */
static void take_review(void *context, const json_t *item)
{
    struct intake *intake = context;
    struct claimreview made;
    if (claimreview_read(item, intake->scratch, &intake->call->faults, &made)) {
        take_part(intake, &record_actor, made.actor);
        take_part(intake, &record_claim, made.claim);
        take_part(intake, &record_review, made.review);
        claimreview_free(&made);
    }
}

/* An item of JSON-LD. */
static void take_item(void *context, size_t number, const char *text, size_t length)
{
    struct intake *intake = context;
    struct faults *faults = &intake->call->faults;
    size_t before = faults->count + faults->omitted;
    struct stage_mark mark = stage_mark(intake->stage);
    faults->line = number; /* lines say nothing where all may be on one */
    intake->records++;
    intake->item = number;
    intake->item_part = 0;
    json_t *item = text == NULL ? NULL : validate_parse(text, length, faults);
    if (text == NULL) {
        faults_add(faults, NULL, "too_long", "A ClaimReview is at most 1 MiB long.");
    } else if (item == NULL) {
        intake->malformed = true;
    } else {
        claimreview_each(item, take_review, intake);
    }
    json_decref(item);
    if (faults->count + faults->omitted > before) {
        stage_rewind(intake->stage, mark);
        roster_free(&intake->made);
    }
    intake->done(intake->context);
    arena_reset(intake->scratch);
}

static void take_plain(void *context, const char *bytes, size_t length)
{
    struct intake *intake = context;
    if (intake->linked) {
        elements_feed(&intake->elements, bytes, length, take_item, intake);
    } else if (intake->map != NULL) {
        csv_feed(&intake->reader, bytes, length, take_mapped, intake);
    } else if (intake->csv) {
        table_feed(&intake->table, bytes, length);
    } else {
        lines_feed(&intake->lines, bytes, length, take_line, intake);
    }
}

void intake_feed(struct intake *intake, const char *bytes, size_t length)
{
    if (intake->packed) {
        gunzip_feed(&intake->gunzip, bytes, length, take_plain, intake);
    } else {
        take_plain(intake, bytes, length);
    }
}

void intake_end(struct intake *intake)
{
    lines_end(&intake->lines, take_line, intake);
    table_end(&intake->table);
    elements_end(&intake->elements, take_item, intake);
    csv_end(&intake->reader, take_mapped, intake);
}
