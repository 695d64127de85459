/* Both ways are the same table of places: what `claimreview_write` makes of the bodies that were read is taken away from what came, and what
   is left is kept. */
#include "handlers/claimreview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "handlers/parameter_value.h"
#include "schema/identity.h"
#include "schema/moment.h"
#include "schema/record.h"
#include "schema/validate_value.h"

#define DATE_LENGTH 10

static const char *text_at(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static void put(json_t *object, const char *name, json_t *value)
{
    if (value != NULL) {
        json_object_set_new(object, name, value);
    }
}

static json_t *text(const char *value)
{
    return value == NULL || *value == '\0' ? NULL : validate_made(json_string(value));
}

/* The object itself, or the first of an array of them. */
static const json_t *first_of(const json_t *value)
{
    return json_is_array(value) ? json_array_get(value, 0) : value;
}

static bool is_type(const json_t *object, const char *type)
{
    const json_t *types = json_object_get(object, "@type");
    for (size_t i = 0; i < json_array_size(types); i++) {
        const char *name = json_string_value(json_array_get(types, i));
        if (name != NULL && strcmp(name, type) == 0) {
            return true;
        }
    }
    return json_is_string(types) && strcmp(json_string_value(types), type) == 0;
}

void claimreview_each(const json_t *item, void (*take)(void *context, const json_t *item), void *context)
{
    const json_t *inner = json_object_get(item, "item");
    if (!is_type(item, "DataFeedItem") && !is_type(item, "ListItem")) {
        take(context, item);
        return;
    }
    for (size_t i = 0; i < json_array_size(inner); i++) {
        take(context, json_array_get(inner, i));
    }
    if (!json_is_array(inner)) {
        take(context, inner);
    }
}

/* What "…/v1/<plural>/" leads to: a record's id or ref, where an @id is an address of this service. NULL for any other. */
static const char *own_name(const json_t *object, const struct record *record)
{
    const char *id = text_at(object, "@id");
    char path[32];
    snprintf(path, sizeof path, "/v1/%s/", record->plural);
    const char *found = id == NULL ? NULL : strstr(id, path);
    const char *name = found == NULL ? NULL : found + strlen(path);
    struct identity ignored;
    return name != NULL && identity_resolve(record->kind, name, strlen(name), &ignored) ? name : NULL;
}

/* Gives a body the name that its object has here, or one that follows from `texts` (up to a NULL). */
static void put_name(json_t *body, const json_t *object, const struct record *record, const char *stem,
                     const char *const *texts)
{
    const char *own = own_name(object, record);
    struct identity ignored;
    if (own != NULL) {
        put(body, identity_parse(own, strlen(own), &ignored) ? "id" : "ref", text(own));
        return;
    }
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) {
        abort();
    }
    XXH3_64bits_reset(state);
    for (; *texts != NULL; texts++) {
        XXH3_64bits_update(state, *texts, strlen(*texts) + 1);
    }
    char name[64];
    snprintf(name, sizeof name, "%s-%016llx", stem, (unsigned long long)XXH3_64bits_digest(state));
    XXH3_freeState(state);
    put(body, "ref", text(name));
}

/* How one body refers to another. */
static json_t *name_of(const json_t *body)
{
    const char *ref = text_at(body, "ref");
    return text(ref != NULL ? ref : text_at(body, "id"));
}

/* A number, also where it came as a text. */
static json_t *number(const json_t *value)
{
    double parsed;
    if (json_is_string(value) && value_number(json_string_value(value), json_string_length(value), false, &parsed)) {
        return validate_made(json_real(parsed));
    }
    return json_is_number(value) ? json_incref((json_t *)value) : NULL;
}

/* A time as the API takes it; of what only begins with a date, the date. */
static json_t *moment(const json_t *value, struct arena *arena)
{
    struct moment ignored;
    const char *given = json_string_value(value);
    if (given == NULL || moment_parse(given, strlen(given), false, &ignored)) {
        return text(given);
    }
    return strlen(given) > DATE_LENGTH && moment_parse(given, DATE_LENGTH, false, &ignored)
               ? text(arena_copy(arena, given, DATE_LENGTH))
               : NULL;
}

static json_t *actor_of(const json_t *author, const char *fallback)
{
    const char *name = json_is_string(author) ? json_string_value(author) : text_at(author, "name");
    bool person = is_type(author, "Person");
    json_t *actor = validate_made(json_object());
    name = name != NULL && *name != '\0' ? name : fallback;
    put(actor, "name", text(name));
    put(actor, "kind", text(person ? "person" : "media"));
    if (name != NULL) {
        put_name(actor, author, &record_actor, person ? "reviewer" : "factchecker", (const char *const[]){name, NULL});
    }
    return actor;
}

static const char *claimed(const json_t *review, const json_t *claim)
{
    static const char *const names[] = {"claimReviewed", "text", "name", "headline", "description", NULL};
    const char *found = text_at(review, names[0]);
    for (int i = 1; (found == NULL || *found == '\0') && names[i] != NULL; i++) {
        found = text_at(claim, names[i]);
    }
    return found;
}

static json_t *claim_of(const json_t *review, const json_t *claim)
{
    const char *said = claimed(review, claim);
    const char *id = text_at(claim, "@id");
    json_t *body = validate_made(json_object());
    put(body, "text", text(said));
    if (said != NULL) {
        put_name(body, claim, &record_claim, "reviewed",
                 (const char *const[]){id != NULL && *id != '\0' ? id : said, NULL});
    }
    return body;
}

static json_t *review_of(const json_t *item, const struct claimreview *made, struct arena *arena)
{
    const json_t *rating = first_of(json_object_get(item, "reviewRating"));
    const json_t *value = json_object_get(rating, "ratingValue");
    const char *label = text_at(rating, "alternateName");
    const char *url = text_at(item, "url");
    const char *author = text_at(made->actor, "name");
    json_t *body = validate_made(json_object());
    label = label != NULL && *label != '\0' ? label : text_at(rating, "name");
    if (label == NULL && json_is_number(value)) {
        label = arena_format(arena, "%g", json_number_value(value));
    }
    put(body, "claim", name_of(made->claim));
    put(body, "reviewer", name_of(made->actor));
    put(body, "rating_label", text(label != NULL ? label : json_string_value(value)));
    put(body, "rating_value", number(value));
    put(body, "rating_best", number(json_object_get(rating, "bestRating")));
    put(body, "rating_worst", number(json_object_get(rating, "worstRating")));
    put(body, "url", text(url));
    put(body, "reviewed_at", moment(json_object_get(item, "datePublished"), arena));
    put(body, "summary", text(text_at(item, "description")));
    put_name(body, item, &record_review, "review",
             (const char *const[]){url != NULL ? url : "", text_at(made->claim, "text"), author != NULL ? author : "",
                                   NULL});
    return body;
}

/* The same said in two ways: a number as a text, a time to the second or not. */
static bool same(const json_t *a, const json_t *b)
{
    json_t *first = number(a);
    json_t *second = number(b);
    bool numbers = first != NULL && second != NULL && json_number_value(first) == json_number_value(second);
    json_decref(first);
    json_decref(second);
    struct moment one;
    struct moment other;
    bool moments = json_is_string(a) && json_is_string(b) &&
                   moment_parse(json_string_value(a), json_string_length(a), false, &one) &&
                   moment_parse(json_string_value(b), json_string_length(b), false, &other) &&
                   one.micros == other.micros && one.is_date == other.is_date;
    return numbers || moments || json_equal(a, b);
}

/* Whether this is about records of this service, from which it follows: it went out from there. */
static bool follows(const json_t *value)
{
    bool all = json_array_size(value) > 0;
    for (size_t i = 0; i < json_array_size(value); i++) {
        all = all && follows(json_array_get(value, i));
    }
    return all || own_name(value, &record_actor) != NULL || own_name(value, &record_source) != NULL;
}

/* What `given` says beyond `made`; NULL for nothing. Bounded by the depth that validate_parse takes. */
static json_t *beyond(const json_t *given, const json_t *made)
{
    const char *name;
    const json_t *value;
    json_t *rest = validate_made(json_object());
    json_object_foreach((json_t *)given, name, value)
    {
        const json_t *there = json_object_get(made, name);
        bool known = there != NULL ? same(value, there) : follows(value);
        if (strcmp(name, "@context") == 0 || known) {
            continue;
        }
        bool both = json_is_object(value) && json_is_object(there);
        put(rest, name, both ? beyond(value, there) : json_incref((json_t *)value));
    }
    if (json_object_size(rest) == 0) {
        json_decref(rest);
        return NULL;
    }
    return rest;
}

/* Adds to `made` what lies in `rest`, which goes before. */
static void add_rest(json_t *made, const json_t *rest)
{
    const char *name;
    const json_t *value;
    json_object_foreach((json_t *)rest, name, value)
    {
        json_t *there = json_object_get(made, name);
        if (json_is_object(value) && json_is_object(there)) {
            add_rest(there, value);
        } else {
            json_object_set(made, name, (json_t *)value);
        }
    }
}

/* Keeps what the bodies do not say. */
static void put_rest(struct claimreview *made, const json_t *item)
{
    json_t *whole = validate_made(json_copy(made->review));
    json_object_set(whole, "claim", made->claim);
    json_object_set(whole, "reviewer", made->actor);
    json_t *written = claimreview_write(whole);
    json_t *rest = beyond(item, written);
    if (rest != NULL) {
        json_t *attributes = validate_made(json_object());
        put(attributes, CLAIMREVIEW_KEY, rest);
        put(made->review, "attributes", attributes);
    }
    json_decref(written);
    json_decref(whole);
}

/* Whether a review has what it cannot be without. Adds the faults. */
static bool whole(const struct claimreview *made, struct faults *faults)
{
    static const struct {
        const char *field, *pointer, *detail;
    } needed[] = {
        {"reviewer", "/author/name", "Nothing says whose review it is."},
        {"url", "/url", "Nothing says where the review is."},
        {"rating_label", "/reviewRating/alternateName", "Nothing says what the review finds, in words or as a number."},
    };
    size_t before = faults->count;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (json_object_get(made->review, needed[i].field) == NULL) {
            faults_add(faults, needed[i].pointer, "required", "%s", needed[i].detail);
        }
    }
    return faults->count == before;
}

bool claimreview_read(const json_t *item, struct arena *arena, struct faults *faults, struct claimreview *ret)
{
    *ret = (struct claimreview){0};
    bool review = is_type(item, "ClaimReview");
    if (!review && !is_type(item, "Claim")) {
        faults_add(faults, "/@type", json_object_get(item, "@type") == NULL ? "required" : "not_in_vocabulary",
                   "A ClaimReview is taken, and a Claim.");
        return false;
    }
    const json_t *claim = review ? first_of(json_object_get(item, "itemReviewed")) : item;
    if (claimed(item, claim) == NULL || *claimed(item, claim) == '\0') {
        faults_add(faults, review ? "/claimReviewed" : "/text", "required", "Nothing says what is claimed.");
        return false;
    }
    ret->claim = claim_of(item, claim);
    if (!review) {
        return true;
    }
    const json_t *author = first_of(json_object_get(item, "author"));
    const json_t *publisher = first_of(json_object_get(item, "publisher"));
    ret->actor =
        actor_of(author, json_is_string(publisher) ? json_string_value(publisher) : text_at(publisher, "name"));
    ret->review = review_of(item, ret, arena);
    if (!whole(ret, faults)) {
        claimreview_free(ret);
        return false;
    }
    put_rest(ret, item);
    return true;
}

void claimreview_free(struct claimreview *claimreview)
{
    json_decref(claimreview->actor);
    json_decref(claimreview->claim);
    json_decref(claimreview->review);
    *claimreview = (struct claimreview){0};
}

/* An object with a type and the address that the record has here. */
static json_t *thing(const char *type, const struct record *record, const json_t *body)
{
    char path[256];
    const char *ref = text_at(body, "ref");
    json_t *made = validate_made(json_object());
    put(made, "@type", text(type));
    snprintf(path, sizeof path, "/v1/%s/%s", record->plural, ref != NULL ? ref : text_at(body, "id"));
    put(made, "@id", text(path));
    return made;
}

static json_t *copy_of(const json_t *object, const char *name)
{
    return json_incref(json_object_get(object, name));
}

json_t *claimreview_write_claim(const json_t *claim)
{
    json_t *made = thing("Claim", &record_claim, claim);
    put(made, "text", copy_of(claim, "text"));
    put(made, "inLanguage", copy_of(claim, "language"));
    const json_t *said = json_object_get(claim, "said");
    json_t *appearance = json_object_get(said, "appearance");
    put(made, "author", copy_of(said, "author"));
    if (json_array_size(appearance) > 0) {
        put(made, "appearance", json_incref(appearance));
        put(made, "firstAppearance", json_incref(json_array_get(appearance, 0)));
    }
    return made;
}

static json_t *write_author(const json_t *actor)
{
    const char *kind = text_at(actor, "kind");
    bool person = kind != NULL && strcmp(kind, "person") == 0;
    json_t *made = thing(person ? "Person" : "Organization", &record_actor, actor);
    put(made, "name", copy_of(actor, "name"));
    if (json_array_size(json_object_get(actor, "same_as")) > 0) {
        put(made, "sameAs", copy_of(actor, "same_as"));
    }
    return made;
}

json_t *claimreview_write(const json_t *review)
{
    const json_t *claim = json_object_get(review, "claim");
    const json_t *source = json_object_get(review, "source");
    json_t *made = thing("ClaimReview", &record_review, review);
    json_t *rating = validate_made(json_object());
    put(rating, "@type", text("Rating"));
    put(rating, "alternateName", copy_of(review, "rating_label"));
    put(rating, "ratingValue", copy_of(review, "rating_value"));
    put(rating, "bestRating", copy_of(review, "rating_best"));
    put(rating, "worstRating", copy_of(review, "rating_worst"));
    put(made, "url", text(text_at(review, "url") != NULL ? text_at(review, "url") : text_at(source, "url")));
    put(made, "datePublished", copy_of(review, "reviewed_at"));
    put(made, "description", copy_of(review, "summary"));
    put(made, "claimReviewed", copy_of(claim, "text"));
    put(made, "author", write_author(json_object_get(review, "reviewer")));
    put(made, "reviewRating", rating);
    put(made, "itemReviewed", claimreview_write_claim(claim));
    add_rest(made, json_object_get(json_object_get(review, "attributes"), CLAIMREVIEW_KEY));
    return made;
}
