-- What is asked for in a benchmark: :claims claims about one actor each, five stances a claim by 1,000 actors, from 10,000 sources.
-- Ids can be computed from a number, so that whoever asks needs no list of them. Times end in whole milliseconds, since some of the
-- contestants' languages know no finer ones.
CREATE OR REPLACE FUNCTION pg_temp.made_id(kind text, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT ('00000000-0000-7' || kind || '-8000-' || lpad(to_hex(number), 12, '0'))::uuid $$;

INSERT INTO actor (id, version, created_at, updated_at, name, kind, aliases, country)
SELECT pg_temp.made_id('001', n), 1, at, at, 'Actor number ' || n, 'organization', ARRAY['A' || n, 'No. ' || n], 'KR'
FROM generate_series(1, 1000) n, (SELECT timestamptz '2025-01-01 00:00:00.125Z') t(at);

INSERT INTO source (id, version, created_at, updated_at, title, kind, url, publisher_id, published_at, published_at_is_date)
SELECT pg_temp.made_id('002', n), 1, at, at, 'Report number ' || n || ' of what was said', 'article', 'https://example.org/reports/' || n,
       pg_temp.made_id('001', 1 + n % 1000), '2025-01-01', true
FROM generate_series(1, 10000) n, (SELECT timestamptz '2025-01-01 00:00:00.125Z') t(at);

INSERT INTO claim (id, version, created_at, updated_at, text, topics)
SELECT pg_temp.made_id('000', n), 1, at, at, 'The claim of number ' || n || ', as long as most claims are.', ARRAY['bench', 't' || n % 100]
FROM generate_series(1, :claims) n, (SELECT timestamptz '2025-01-01 00:00:00.125Z') t(at);

INSERT INTO claim_about (claim_id, ordinal, target_id)
SELECT pg_temp.made_id('000', n), 1, pg_temp.made_id('001', 1 + n % 1000) FROM generate_series(1, :claims) n;

INSERT INTO stance (id, version, created_at, updated_at, claim_id, actor_id, position, source_id, quote, stated_at, stated_at_is_date)
SELECT pg_temp.made_id('003', n * 5::bigint + k), 1, at, at, pg_temp.made_id('000', n), pg_temp.made_id('001', 1 + (n * 7 + k * 131) % 1000),
       (ARRAY['affirm', 'deny', 'decline', 'affirm', 'question'])[1 + k], pg_temp.made_id('002', 1 + (n * 5 + k) % 10000),
       'What actor ' || 1 + (n * 7 + k * 131) % 1000 || ' said about it, word for word.', date '2024-01-01' + (n % 365)::integer, true
FROM generate_series(1, :claims) n, generate_series(0, 4) k, LATERAL (SELECT timestamptz '2025-01-01 00:00:00.125Z' + n * interval '1 ms') t(at);

-- What the records' history would be; what a record then was is not asked for here.
INSERT INTO change (kind, id, operation, version, created_at, record)
SELECT kind, id, 'create', 1, created_at, jsonb_build_object('id', id, 'version', 1)
FROM (SELECT 'actor', id, created_at FROM actor UNION ALL SELECT 'source', id, created_at FROM source
      UNION ALL SELECT 'claim', id, created_at FROM claim UNION ALL SELECT 'stance', id, created_at FROM stance) made(kind, id, created_at);

VACUUM (ANALYZE, FREEZE) change, actor, source, claim, claim_about, stance;
