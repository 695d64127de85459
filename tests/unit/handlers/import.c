/* handlers/import: a body in, rows of COPY and statements out, whatever the pieces in which it arrives. The work that it is given is one
   without a database: it remembers what was copied, and answers statements with what the test says. */
#include <check.h>
#include <jansson.h>
#include <string.h>
#include <zlib.h>

#include "handlers/errand.h"
#include "handlers/gunzip.h"
#include "tests/unit/handlers/fixture.h"
#include "tests/unit/handlers/rows.h"
#include "tests/unit/suites.h"

static struct fixture fixture;
static struct made_row row;
static struct buffer copied; /* all bytes of all copies */
static struct buffer asked;  /* all statements, a line each */
static const char *body;
static size_t left, piece;

/* One answer, to the first statement that has `fragment` in it. */
static const char *fragment;

static size_t on_read(struct errand *errand, char *bytes, size_t size)
{
    (void)errand;
    size_t length = left < piece ? left : piece;
    length = length < size ? length : size;
    memcpy(bytes, body, length);
    body += length;
    left -= length;
    return length;
}

static enum errand_outcome on_query(struct errand *errand, const struct query *query, errand_row *take, void *context)
{
    (void)errand;
    buffer_text(&asked, query->sql);
    buffer_char(&asked, '\n');
    if (take != NULL && fragment != NULL && strstr(query->sql, fragment) != NULL) {
        take(context, &(struct row){.cells = row.cells, .count = row.count});
        fragment = NULL;
    } else if (take != NULL && strstr(query->sql, "SELECT count(*)") != NULL) {
        struct made_row none = {.count = 0};
        row_count(&none, 0);
        take(context, &(struct row){.cells = none.cells, .count = none.count});
    }
    return ERRAND_DONE;
}

static enum errand_outcome on_copy(struct errand *errand, const char *sql, const char *bytes, size_t length)
{
    (void)errand;
    (void)sql;
    buffer_put(&copied, bytes, length);
    return ERRAND_DONE;
}

static void on_tell(struct errand *errand, const struct errand_progress *progress)
{
    (void)errand;
    (void)progress;
}

static void begin(void)
{
    row.count = 0;
    fragment = NULL;
    buffer_init(&copied, (size_t)64 << 20);
    buffer_init(&asked, (size_t)64 << 20);
    fixture_begin(&fixture, "import");
    fixture.call.head.content_type = "application/x-ndjson";
}

static void end(void)
{
    fixture_end(&fixture);
    buffer_free(&copied);
    buffer_free(&asked);
}

static void begin_again(void)
{
    end();
    begin();
}

static int send_pieces(const char *text, size_t length, size_t size)
{
    struct errand errand = {.read = on_read, .query = on_query, .copy = on_copy, .tell = on_tell};
    body = text;
    left = length;
    piece = size;
    fixture.call.endpoint->errand(&fixture.call, &errand, &fixture.reply);
    return fixture.reply.status;
}

static int send(const char *text)
{
    return send_pieces(text, strlen(text), strlen(text));
}

static bool has(const struct buffer *buffer, const char *text)
{
    return memmem(buffer->data, buffer->length, text, strlen(text)) != NULL;
}

static const char file[] = "{\"type\": \"stance\", \"claim\": \"troops\", \"actor\": \"ministry\", \"position\": "
                           "\"deny\", \"source\": \"elsewhere\"}\n"
                           "\n"
                           "{\"type\":\"actor\",\"ref\":\"ministry\",\"name\":\"\xec\x99\xb8\xeb\xac\xb4\xec\x84\xb1\","
                           "\"kind\":\"government_body\","
                           "\"part_of\":\"north\"}\r\n"
                           "  \t\r\n"
                           "{\"type\":\"actor\",\"ref\":\"north\",\"name\":\"North\",\"kind\":\"state\"}\n"
                           "{\"type\":\"claim\",\"ref\":\"troops\",\"text\":\"T\",\"about\":[\"north\",\"somebody\"]}";

START_TEST(a_file)
{
    ck_assert_int_eq(send(file), 200);
    ck_assert_mem_eq(copied.data, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
    /* nine columns: the number, 16 for line 1, and the kind */
    static const char first[] = "\0\x09\0\0\0\x08\0\0\0\0\0\0\0\x10\0\0\0\x06stance\0\0\0\x10";
    ck_assert_mem_eq(copied.data + 19, first, sizeof first - 1);
    ck_assert(has(&copied, "ministry"));
    ck_assert(has(&copied, "\"name\":\"\xec\x99\xb8\xeb\xac\xb4\xec\x84\xb1\""));
    ck_assert(!has(&copied, "type"));
    ck_assert_mem_eq(copied.data + copied.length - 2, "\xff\xff", 2); /* its end */
}
END_TEST

START_TEST(statements_in_the_order_of_references)
{
    send(file);
    static const char *const order[] = {
        "CREATE TEMP TABLE import_line",
        "INSERT INTO import_reference",
        "BEGIN",
        "INSERT INTO import_absent",
        "INSERT INTO actor",
        "INSERT INTO claim",
        "INSERT INTO stance",
        "stanced/part_of",
        "WITH RECURSIVE climb",
        "COMMIT",
    };
    const char *at = asked.data;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        at = strstr(at, order[i]);
        ck_assert_msg(at != NULL, "%s is not where it should be in:\n%s", order[i], asked.data);
    }
    ck_assert_ptr_null(strstr(asked.data, "INSERT INTO review"));
    ck_assert_ptr_null(strstr(asked.data, "ROLLBACK"));
}
END_TEST

START_TEST(cut_anywhere)
{
    size_t length = strlen(file);
    send(file);
    struct arena *arena = arena_new();
    size_t whole_length = copied.length;
    char *whole = arena_copy(arena, copied.data, copied.length);
    for (size_t size = 1; size < length; size++) {
        begin_again();
        ck_assert_int_eq(send_pieces(file, length, size), 200);
        ck_assert_uint_eq(copied.length, whole_length);
        ck_assert_mem_eq(copied.data, whole, whole_length);
    }
    arena_free(arena);
}
END_TEST

static void id_of(const char *text, char ret[static 16])
{
    begin_again();
    ck_assert_int_eq(send(text), 200);
    memcpy(ret, copied.data + 19 + 2 + 12 + 4 + 5 + 4, 16);
}

START_TEST(content_makes_the_id)
{
    char id[16];
    char other_order[16];
    char other_content[16];
    char other_kind[16];
    id_of("{\"type\":\"actor\",\"name\":\"N\",\"kind\":\"state\",\"attributes\":{\"a\":1,\"b\":[0.5,{}]},"
          "\"part_of\":\"x\"}",
          id);
    id_of(" {\"attributes\": {\"b\": [0.50, {}], \"a\": 1}, \"part_of\": \"x\", \"kind\": "
          "\"state\", \"name\": \"\\u004e\", \"type\": \"actor\"} ",
          other_order);
    id_of("{\"type\":\"actor\",\"name\":\"M\",\"kind\":\"state\"}", other_content);
    id_of("{\"type\":\"claim\",\"text\":\"N\"}", other_kind);
    ck_assert_mem_eq(id, other_order, 16);
    ck_assert_mem_ne(id, other_content, 16);
    ck_assert_mem_ne(id, other_kind, 16);
    ck_assert_int_eq(id[6] >> 4 & 0xF, 5); /* a UUID of version 5 */
}
END_TEST

static const struct {
    const char *text;
    int status;
    const char *type;
    size_t line;
    const char *pointer;
    const char *code;
} faulty[] = {
    {"{\"type\":\"actor\",\"kind\":\"state\"}", 422, "invalid-record", 1, "/name", "required"},
    {"\n\n{\"type\":\"claim\",\"text\":5}\n", 422, "invalid-record", 3, "/text", "wrong_type"},
    {"{\"name\":\"N\",\"kind\":\"state\"}", 422, "invalid-record", 1, "/type", "required"},
    {"{\"type\":null}", 422, "invalid-record", 1, "/type", "required"},
    {"{\"type\":5}", 422, "invalid-record", 1, "/type", "wrong_type"},
    {"{\"type\":\"opinion\"}", 422, "invalid-record", 1, "/type", "not_in_vocabulary"},
    {"{\"type\":\"Actor\"}", 422, "invalid-record", 1, "/type", "not_in_vocabulary"},
    {"[]", 422, "invalid-record", 1, "", "wrong_type"},
    {"\"actor\"", 422, "invalid-record", 1, "", "wrong_type"},
    {"{\"type\":\"actor\",\"ref\":\"n\",\"name\":\"N\",\"kind\":\"state\",\"id\":\"0191f8b0-0000-7000-8000-"
     "000000000000\"}",
     422, "invalid-record", 1, "/id", "read_only"},
    {"{\"type\":\"claim\",\"text\":\"T\",\"about\":[\"north\",\"NO\"]}", 422, "invalid-record", 1, "/about/1",
     "invalid_reference"},
    {"{\"type\":\"claim\",\"text\":\"T\"}\n{\"type\":\"claim\"", 400, "malformed-body", 2, NULL, "truncated"},
    {"{\n\"type\":\"claim\",\n\"text\":\"T\"\n}\n", 400, "malformed-body", 1, NULL, NULL},
    {"\xff", 400, "malformed-body", 1, NULL, NULL},
    {"{\"type\":\"claim\",\"type\":\"claim\",\"text\":\"T\"}", 400, "malformed-body", 1, NULL, NULL},
};

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

START_TEST(a_fault_names_its_line)
{
    ck_assert_msg(send(faulty[_i].text) == faulty[_i].status, "%s", fixture.reply.body.data);
    ck_assert_ptr_null(strstr(asked.data, "BEGIN"));
    const json_t *json = fixture_json(&fixture);
    ck_assert_str_eq(member(json, "type") + strlen("/problems/"), faulty[_i].type);
    const json_t *errors = json_object_get(json, "errors");
    const json_t *error = json_array_get(errors, 0);
    ck_assert_int_eq(json_integer_value(json_object_get(error, "line")), (json_int_t)faulty[_i].line);
    if (faulty[_i].pointer != NULL) {
        ck_assert_str_eq(member(error, "pointer"), faulty[_i].pointer);
    }
    if (faulty[_i].code != NULL) {
        ck_assert_uint_eq(json_array_size(errors), 1);
        ck_assert_str_eq(member(error, "code"), faulty[_i].code);
    }
}
END_TEST

START_TEST(all_faults_of_all_lines)
{
    send("{\"type\":\"actor\"}\n{\"type\":\"claim\",\"text\":\"T\"}\n{\"type\":\"stance\",\"position\":\"x\"}\n");
    const json_t *errors = json_object_get(fixture_json(&fixture), "errors");
    ck_assert_uint_eq(json_array_size(errors), 5);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(errors, 4), "line")), 3);
    ck_assert_str_eq(member(json_array_get(errors, 0), "pointer"), "/name");
    ck_assert_str_eq(member(json_array_get(errors, 4), "pointer"), "/position");
}
END_TEST

static char *repeated(struct arena *arena, const char *line, int times)
{
    size_t length = strlen(line);
    char *text = arena_alloc(arena, length * (size_t)times + 1);
    for (int i = 0; i < times; i++) {
        memcpy(text + length * (size_t)i, line, length);
    }
    return text;
}

START_TEST(a_hundred_are_listed)
{
    send(repeated(fixture.call.arena, "{\"type\":\"claim\"}\n", 150));
    const json_t *json = fixture_json(&fixture);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "errors")), FAULTS_MOST);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "errors_omitted")), 50);
}
END_TEST

START_TEST(good_lines_go_on)
{
    fixture_query(&fixture, "mode=each");
    ck_assert_int_eq(send("{\"type\":\"claim\"}\nx\n{\"type\":\"claim\",\"text\":\"T\"}\n"), 200);
    ck_assert_str_eq(fixture.reply.type, "application/x-ndjson");
    static const char expected[] = "{\"line\":1,\"pointer\":\"/text\",\"code\":\"required\"";
    ck_assert_int_eq(strncmp(fixture.reply.body.data, expected, strlen(expected)), 0);
    ck_assert_ptr_nonnull(strstr(fixture.reply.body.data, "{\"line\":2,\"pointer\":\"\",\"code\":\"malformed\""));
    ck_assert_ptr_nonnull(strstr(fixture.reply.body.data, "{\"lines\":3,"));
    ck_assert_ptr_nonnull(strstr(fixture.reply.body.data, "\"refused\":2,\"faults_omitted\":0}\n"));
    ck_assert(has(&copied, "{\"text\":\"T\"}"));
}
END_TEST

START_TEST(a_thousand_are_listed_of_good_ones)
{
    fixture_query(&fixture, "mode=each");
    send(repeated(fixture.call.arena, "{\"type\":\"actor\"}\n", 700));
    ck_assert_ptr_nonnull(strstr(fixture.reply.body.data, "\"refused\":700,\"faults_omitted\":400}\n"));
    int lines = 0;
    for (const char *at = fixture.reply.body.data; (at = strchr(at, '\n')) != NULL; at++) {
        lines++;
    }
    ck_assert_int_eq(lines, 1001);
}
END_TEST

START_TEST(a_line_past_1_mib)
{
    struct arena *arena = fixture.call.arena;
    char *filler = repeated(arena, "xxxxxxxxxx", 110000);
    send(arena_format(
        arena, "{\"type\":\"claim\",\"text\":\"T\"}\n{\"type\":\"claim\",\"text\":\"%s\"}\n{\"type\":\"claim\"}\n",
        filler));
    ck_assert_int_eq(fixture.reply.status, 422);
    const json_t *errors = json_object_get(fixture_json(&fixture), "errors");
    ck_assert_uint_eq(json_array_size(errors), 2);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(errors, 0), "line")), 2);
    ck_assert_str_eq(member(json_array_get(errors, 0), "code"), "too_long");
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(errors, 1), "line")), 3);
}
END_TEST

START_TEST(nothing_in_it)
{
    static const char *const texts[] = {"", "\n", " \r\n\t\n"};
    ck_assert_int_eq(send(texts[_i]), 200);
    ck_assert_int_eq(json_integer_value(json_object_get(fixture_json(&fixture), "lines")), 0);
    ck_assert_uint_eq(copied.length, 0);
}
END_TEST

START_TEST(collected_a_mebibyte_at_a_time)
{
    struct arena *arena = fixture.call.arena;
    char *line = arena_format(arena, "{\"type\":\"claim\",\"text\":\"%s\"}\n", repeated(arena, "0123456789", 390));
    send(repeated(arena, line, 1000));
    int copies = 0;
    for (size_t at = 0; at + 11 < copied.length; at++) {
        copies += memcmp(copied.data + at, "PGCOPY\n\377\r\n", 11) == 0;
    }
    ck_assert_int_eq(copies, 4);
}
END_TEST

START_TEST(what_the_database_misses)
{
    fragment = "INSERT INTO import_absent";
    row_count(&row, 1);
    send(file);
    ck_assert_ptr_nonnull(strstr(asked.data, "WITH RECURSIVE edge"));
    ck_assert_ptr_nonnull(strstr(asked.data, "COMMIT"));
    begin_again();
    fragment = "WHERE s.kind = 'claim'"; /* the writing of claims */
    row_count(&row, (int64_t)6 * 16);
    row_text(&row, "/claim");
    row_text(&row, "immutable");
    row_null(&row);
    ck_assert_int_eq(send(file), 422);
    ck_assert_ptr_nonnull(strstr(asked.data, "ROLLBACK"));
    const json_t *error = json_array_get(json_object_get(fixture_json(&fixture), "errors"), 0);
    ck_assert_int_eq(json_integer_value(json_object_get(error, "line")), 6);
    ck_assert_str_eq(member(error, "code"), "immutable");
}
END_TEST

static size_t packed(const char *text, size_t length, unsigned char *ret, size_t size)
{
    z_stream stream = {0};
    ck_assert_int_eq(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (unsigned char *)(size_t)text;
    stream.avail_in = (unsigned)length;
    stream.next_out = ret;
    stream.avail_out = (unsigned)size;
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t made = size - stream.avail_out;
    deflateEnd(&stream);
    return made;
}

static const char more[] = "\n{\"type\":\"claim\",\"text\":\"U\"}\n";

START_TEST(gzip_in_any_pieces)
{
    unsigned char gzip[2048];
    size_t length = packed(file, strlen(file), gzip, sizeof gzip);
    length += packed(more, strlen(more), gzip + length, sizeof gzip - length); /* two members */
    for (size_t size = 1; size <= length; size++) {
        begin_again();
        fixture.call.head.content_encoding = "gzip";
        ck_assert_int_eq(send_pieces((char *)gzip, length, size), 200);
        ck_assert_int_eq(json_integer_value(json_object_get(fixture_json(&fixture), "lines")), 5);
    }
    for (size_t cut = 1; cut < length; cut++) {
        size_t first = packed(file, strlen(file), gzip, sizeof gzip);
        begin_again();
        fixture.call.head.content_encoding = "gzip";
        ck_assert_int_eq(send_pieces((char *)gzip, cut, 100), cut == first ? 200 : 400);
        packed(more, strlen(more), gzip + first, sizeof gzip - first);
    }
}
END_TEST

START_TEST(a_bomb)
{
    size_t length = (size_t)64 << 20;
    char *zeros = arena_alloc(fixture.call.arena, length);
    unsigned char *gzip = arena_alloc(fixture.call.arena, length / 100);
    size_t size = packed(zeros, length, gzip, length / 100);
    fixture.call.head.content_encoding = "gzip";
    ck_assert_int_eq(send_pieces((char *)gzip, size, 8192), 413);
    ck_assert_ptr_null(strstr(asked.data, "BEGIN"));
}
END_TEST

Suite *handlers_import_suite(void)
{
    Suite *suite = suite_create("handlers/import");
    TCase *tests = tcase_create("import");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_file);
    tcase_add_test(tests, statements_in_the_order_of_references);
    tcase_add_test(tests, cut_anywhere);
    tcase_add_test(tests, content_makes_the_id);
    tcase_add_loop_test(tests, a_fault_names_its_line, 0, sizeof faulty / sizeof *faulty);
    tcase_add_test(tests, all_faults_of_all_lines);
    tcase_add_test(tests, a_hundred_are_listed);
    tcase_add_test(tests, good_lines_go_on);
    tcase_add_test(tests, a_thousand_are_listed_of_good_ones);
    tcase_add_test(tests, a_line_past_1_mib);
    tcase_add_loop_test(tests, nothing_in_it, 0, 3);
    tcase_add_test(tests, collected_a_mebibyte_at_a_time);
    tcase_add_test(tests, what_the_database_misses);
    tcase_add_test(tests, gzip_in_any_pieces);
    tcase_add_test(tests, a_bomb);
    suite_add_tcase(suite, tests);
    return suite;
}
