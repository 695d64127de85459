-- Indexes for the filters and orders of lists (FIELD_INDEX in the descriptions of schema/).
--
-- A filter's column stands first, then the order in which lists are read most, then the id: so a page is as many rows as it
-- shows, however many match. Texts have the collation "C", in which they are compared and sorted (handlers/order.c).
-- Where a new index begins as an old one did, the old one goes.

-- Texts of a list as one, for search. array_to_string itself may not stand in an index, since it is not immutable for every type.
CREATE FUNCTION words_of(text[]) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT array_to_string($1, ' ') $$;

CREATE INDEX actor_updated ON actor (updated_at, id);
CREATE INDEX actor_name ON actor (name COLLATE "C", id);
CREATE INDEX actor_kind ON actor (kind COLLATE "C", created_at, id);
CREATE INDEX actor_country ON actor (country COLLATE "C", created_at, id) WHERE country IS NOT NULL;
DROP INDEX actor_part_of;
CREATE INDEX actor_part_of ON actor (part_of_id, created_at, id) WHERE part_of_id IS NOT NULL;
DROP INDEX actor_owned_by;
CREATE INDEX actor_owned_by ON actor (owned_by_id, created_at, id) WHERE owned_by_id IS NOT NULL;
CREATE INDEX actor_aliases ON actor USING gin (aliases);
CREATE INDEX actor_same_as ON actor USING gin (same_as);
CREATE INDEX actor_words ON actor
    USING gin (to_tsvector('simple', name || ' ' || words_of(aliases) || ' ' || coalesce(description, '')));

CREATE INDEX source_updated ON source (updated_at, id);
CREATE INDEX source_kind ON source (kind COLLATE "C", created_at, id);
CREATE INDEX source_url ON source (url COLLATE "C") WHERE url IS NOT NULL;
DROP INDEX source_publisher;
CREATE INDEX source_publisher ON source (publisher_id, created_at, id) WHERE publisher_id IS NOT NULL;
CREATE INDEX source_publisher_published ON source (publisher_id, published_at, id) WHERE publisher_id IS NOT NULL;
CREATE INDEX source_published ON source (published_at, id);
CREATE INDEX source_words ON source USING gin (to_tsvector('simple', title || ' ' || coalesce(author, '')));

CREATE INDEX claim_updated ON claim (updated_at, id);
CREATE INDEX claim_topics ON claim USING gin (topics);
CREATE INDEX claim_event_from ON claim (event_from, id);
CREATE INDEX claim_words ON claim USING gin (to_tsvector('simple', text || ' ' || coalesce(location, '')));

CREATE INDEX stance_updated ON stance (updated_at, id);
CREATE INDEX stance_claim ON stance (claim_id, created_at, id);
CREATE INDEX stance_claim_stated ON stance (claim_id, stated_at, id);
DROP INDEX stance_actor;
CREATE INDEX stance_actor ON stance (actor_id, created_at, id);
CREATE INDEX stance_actor_stated ON stance (actor_id, stated_at, id);
CREATE INDEX stance_position ON stance (position COLLATE "C", created_at, id);
CREATE INDEX stance_stated ON stance (stated_at, id);
DROP INDEX stance_source;
CREATE INDEX stance_source ON stance (source_id, created_at, id) WHERE source_id IS NOT NULL;
DROP INDEX stance_origin;
CREATE INDEX stance_origin ON stance (origin_id, created_at, id) WHERE origin_id IS NOT NULL;
DROP INDEX stance_speaker;
CREATE INDEX stance_speaker ON stance (speaker_id, created_at, id) WHERE speaker_id IS NOT NULL;
DROP INDEX stance_addressee;
CREATE INDEX stance_addressee ON stance (addressee_id, created_at, id) WHERE addressee_id IS NOT NULL;
CREATE INDEX stance_words ON stance
    USING gin (to_tsvector('simple', coalesce(quote, '') || ' ' || coalesce(translation, '') || ' ' || coalesce(venue, '')));

CREATE INDEX review_updated ON review (updated_at, id);
CREATE INDEX review_claim ON review (claim_id, created_at, id);
DROP INDEX review_reviewer;
CREATE INDEX review_reviewer ON review (reviewer_id, created_at, id);
DROP INDEX review_source;
CREATE INDEX review_source ON review (source_id, created_at, id) WHERE source_id IS NOT NULL;
CREATE INDEX review_url ON review (url COLLATE "C") WHERE url IS NOT NULL;
CREATE INDEX review_reviewed ON review (reviewed_at, id);
CREATE INDEX review_words ON review USING gin (to_tsvector('simple', rating_label || ' ' || coalesce(summary, '')));
