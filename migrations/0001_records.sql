-- The first storage: `change`, to which every write goes, and the records' tables, which follow from it.
--
-- Columns follow from the descriptions in schema/ by the rules in schema/columns.h. Requests are checked against the
-- same descriptions before they come here; the constraints below are the second line, against whatever writes past it.
-- What is stored by claim (stance, review, and claim's own lists) has the claim in its keys, so that it can be sharded by it.
-- There are no triggers: engines that spread tables over machines refuse them.

-- History, audit trail and feed in one: only added to. It has no foreign keys, since it outlives what it speaks of.
CREATE TABLE change (
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT now(),
    who text,
    request_id text,
    kind text NOT NULL CHECK (kind IN ('actor', 'source', 'claim', 'stance', 'review')),
    id uuid NOT NULL,
    ref text,
    operation text NOT NULL CHECK (operation IN ('create', 'update', 'delete')),
    version integer NOT NULL CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    record jsonb NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    -- In this order a reader that goes by what is visible misses nothing, though sequences and commits run in different orders.
    PRIMARY KEY (xid, seq),
    -- Arbiter of concurrent writes: of two that make the same version, one waits and fails.
    UNIQUE (kind, id, version)
);

CREATE TABLE actor (
    id uuid PRIMARY KEY,
    ref text CHECK (ref ~ '^[a-z0-9][a-z0-9._-]{0,127}$'),
    version integer NOT NULL CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 300),
    kind text NOT NULL CHECK (kind IN ('state', 'government_body', 'organization', 'person', 'media', 'group', 'other')),
    aliases text[] NOT NULL DEFAULT '{}' CHECK (cardinality(aliases) <= 100),
    country text CHECK (country ~ '^[A-Z]{2}$'),
    part_of_id uuid REFERENCES actor CHECK (part_of_id <> id),
    owned_by_id uuid REFERENCES actor,
    description text CHECK (char_length(description) BETWEEN 1 AND 5000),
    same_as text[] NOT NULL DEFAULT '{}' CHECK (cardinality(same_as) <= 100),
    reliability text CHECK (reliability IN ('A', 'B', 'C', 'D', 'E', 'F')),
    attributes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object')
);

CREATE TABLE source (
    id uuid PRIMARY KEY,
    ref text CHECK (ref ~ '^[a-z0-9][a-z0-9._-]{0,127}$'),
    version integer NOT NULL CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 1000),
    kind text NOT NULL CHECK (kind IN ('article', 'statement', 'speech', 'press_release', 'document', 'post', 'broadcast',
                                       'interview', 'dataset', 'other')),
    url text CHECK (char_length(url) <= 2000 AND url ~* '^https?://'),
    publisher_id uuid REFERENCES actor,
    author text CHECK (char_length(author) BETWEEN 1 AND 300),
    language text CHECK (char_length(language) <= 100),
    published_at timestamptz,
    published_at_is_date boolean,
    retrieved_at timestamptz,
    retrieved_at_is_date boolean,
    archived_url text CHECK (char_length(archived_url) <= 2000 AND archived_url ~* '^https?://'),
    first_hand boolean,
    attributes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    CHECK ((published_at IS NULL) = (published_at_is_date IS NULL)),
    CHECK ((retrieved_at IS NULL) = (retrieved_at_is_date IS NULL))
);

CREATE TABLE source_citation (
    source_id uuid NOT NULL REFERENCES source,
    ordinal smallint NOT NULL CHECK (ordinal BETWEEN 1 AND 200),
    target_id uuid NOT NULL REFERENCES source,
    relation text NOT NULL CHECK (relation IN ('cites', 'quotes', 'republishes', 'translates')),
    PRIMARY KEY (source_id, ordinal),
    UNIQUE (source_id, target_id, relation)
);

CREATE TABLE claim (
    id uuid PRIMARY KEY,
    ref text CHECK (ref ~ '^[a-z0-9][a-z0-9._-]{0,127}$'),
    version integer NOT NULL CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    text text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 4000),
    language text CHECK (char_length(language) <= 100),
    topics text[] NOT NULL DEFAULT '{}' CHECK (cardinality(topics) <= 100),
    event_from timestamptz,
    event_from_is_date boolean,
    event_to timestamptz,
    event_to_is_date boolean,
    location text CHECK (char_length(location) BETWEEN 1 AND 300),
    attributes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    CHECK ((event_from IS NULL) = (event_from_is_date IS NULL)),
    CHECK ((event_to IS NULL) = (event_to_is_date IS NULL)),
    -- A date alone as the end includes that day.
    CHECK (event_from < event_to + CASE WHEN event_to_is_date THEN interval '24 hours' ELSE interval '1 microsecond' END)
);

CREATE TABLE claim_about (
    claim_id uuid NOT NULL REFERENCES claim,
    ordinal smallint NOT NULL CHECK (ordinal BETWEEN 1 AND 200),
    target_id uuid NOT NULL REFERENCES actor,
    PRIMARY KEY (claim_id, ordinal),
    UNIQUE (claim_id, target_id)
);

CREATE TABLE claim_relation (
    claim_id uuid NOT NULL REFERENCES claim,
    ordinal smallint NOT NULL CHECK (ordinal BETWEEN 1 AND 200),
    target_id uuid NOT NULL REFERENCES claim,
    relation text NOT NULL CHECK (relation IN ('contradicts', 'entails', 'refines', 'supports', 'duplicates')),
    PRIMARY KEY (claim_id, ordinal),
    UNIQUE (claim_id, target_id, relation)
);

CREATE TABLE stance (
    id uuid NOT NULL,
    ref text CHECK (ref ~ '^[a-z0-9][a-z0-9._-]{0,127}$'),
    version integer NOT NULL CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    claim_id uuid NOT NULL REFERENCES claim,
    actor_id uuid NOT NULL REFERENCES actor,
    position text NOT NULL CHECK (position IN ('affirm', 'deny', 'question', 'decline', 'unable_to_verify', 'report',
                                               'retract')),
    degree double precision CHECK (degree > 0 AND degree <= 1),
    act text CHECK (act IN ('accuse', 'admit', 'condemn', 'demand', 'warn', 'reject', 'praise', 'express_concern')),
    source_id uuid REFERENCES source,
    origin_id uuid REFERENCES source,
    speaker_id uuid REFERENCES actor,
    addressee_id uuid REFERENCES actor,
    quote text CHECK (char_length(quote) BETWEEN 1 AND 20000),
    quote_language text CHECK (char_length(quote_language) <= 100),
    translation text CHECK (char_length(translation) BETWEEN 1 AND 20000),
    venue text CHECK (char_length(venue) BETWEEN 1 AND 300),
    stated_at timestamptz,
    stated_at_is_date boolean,
    credibility integer CHECK (credibility BETWEEN 1 AND 6),
    confidence integer CHECK (confidence BETWEEN 0 AND 100),
    attributes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    -- The id alone is unique through change (kind, id, version).
    PRIMARY KEY (claim_id, id),
    CHECK ((stated_at IS NULL) = (stated_at_is_date IS NULL))
);

CREATE TABLE review (
    id uuid NOT NULL,
    ref text CHECK (ref ~ '^[a-z0-9][a-z0-9._-]{0,127}$'),
    version integer NOT NULL CHECK (version >= 1),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    claim_id uuid NOT NULL REFERENCES claim,
    reviewer_id uuid NOT NULL REFERENCES actor,
    rating_label text NOT NULL CHECK (char_length(rating_label) BETWEEN 1 AND 300),
    rating_value double precision CHECK (rating_value BETWEEN -1000000000 AND 1000000000),
    rating_best double precision CHECK (rating_best BETWEEN -1000000000 AND 1000000000),
    rating_worst double precision CHECK (rating_worst BETWEEN -1000000000 AND 1000000000),
    source_id uuid REFERENCES source,
    url text CHECK (char_length(url) <= 2000 AND url ~* '^https?://'),
    reviewed_at timestamptz,
    reviewed_at_is_date boolean,
    summary text CHECK (char_length(summary) BETWEEN 1 AND 5000),
    attributes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    PRIMARY KEY (claim_id, id),
    CHECK ((reviewed_at IS NULL) = (reviewed_at_is_date IS NULL)),
    CHECK (source_id IS NOT NULL OR url IS NOT NULL),
    CHECK (rating_worst <= rating_best),
    CHECK (rating_value >= rating_worst),
    CHECK (rating_value <= rating_best)
);

-- Lists in their order: newest first, the id breaking ties.
CREATE INDEX actor_created ON actor (created_at, id);
CREATE INDEX source_created ON source (created_at, id);
CREATE INDEX claim_created ON claim (created_at, id);
CREATE INDEX stance_created ON stance (created_at, id);
CREATE INDEX review_created ON review (created_at, id);

-- Stances and reviews by id where their claim is not known.
CREATE INDEX stance_id ON stance (id);
CREATE INDEX review_id ON review (id);

-- Who holds what on a claim, each actor's stances in their order.
CREATE INDEX stance_of_actor_on_claim ON stance (claim_id, actor_id, stated_at);

-- The far side of every reference: whether something still refers to a record is one look.
CREATE INDEX actor_part_of ON actor (part_of_id) WHERE part_of_id IS NOT NULL;
CREATE INDEX actor_owned_by ON actor (owned_by_id) WHERE owned_by_id IS NOT NULL;
CREATE INDEX source_publisher ON source (publisher_id) WHERE publisher_id IS NOT NULL;
CREATE INDEX source_citation_target ON source_citation (target_id);
CREATE INDEX claim_about_target ON claim_about (target_id);
CREATE INDEX claim_relation_target ON claim_relation (target_id);
CREATE INDEX stance_actor ON stance (actor_id);
CREATE INDEX stance_source ON stance (source_id) WHERE source_id IS NOT NULL;
CREATE INDEX stance_origin ON stance (origin_id) WHERE origin_id IS NOT NULL;
CREATE INDEX stance_speaker ON stance (speaker_id) WHERE speaker_id IS NOT NULL;
CREATE INDEX stance_addressee ON stance (addressee_id) WHERE addressee_id IS NOT NULL;
CREATE INDEX review_reviewer ON review (reviewer_id);
CREATE INDEX review_source ON review (source_id) WHERE source_id IS NOT NULL;
