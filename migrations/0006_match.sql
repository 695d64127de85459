-- Which claims say the same as a text: every claim's words, in an index of their own.

-- The words of a claim's texts as schema/words.h has them: folded, and cut to their stems. It is a function of the row alone, so whatever writes
-- a claim keeps the index, and a database that spreads claims over many machines needs nothing more. Words that only one side would find are a
-- loss of a candidate and nothing worse: all that is compared is compared again in C.
CREATE FUNCTION claim_terms(said text, location text, attributes jsonb) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
DECLARE
    words text := said;
BEGIN
    IF location IS NOT NULL THEN
        words := words || ' ' || location;
    END IF;
    IF attributes <> '{}' THEN
        words := words || coalesce((SELECT string_agg(' ' || (value #>> '{}'), '')
                                    FROM jsonb_path_query(attributes, '$.**') AS value
                                    WHERE jsonb_typeof(value) = 'string' AND value #>> '{}' NOT LIKE 'http%'), '');
    END IF;
    IF octet_length(words) <> char_length(words) THEN
        -- accents off; typographic apostrophes as plain ones; punctuation, symbols and emoji to spaces; two-letter words of scripts without spaces
        words := normalize(regexp_replace(normalize(words, NFKD), '[\u0300-\u036F\u0591-\u05C7\u064B-\u065F]+', '', 'g'), NFC);
        words := replace(regexp_replace(words, '[\u2019\u02BC]', '''', 'g'), U&'\00DF', 'ss');
        words := regexp_replace(words, '[\u0080-\u00BF\u2000-\u2BFF\u3000-\u303F\u30FB\uFE00-\uFE4F\U0001F000-\U0001FAFF]+', ' ', 'g');
        words := lower(translate(words, 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩς',
                                        'абвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґαβγδεζηθικλμνξοπρστυφχψωσ'));
        IF words ~ '[\u2E80-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7A3\uF900-\uFAFF\U00020000-\U0003FFFF]' THEN
            words := regexp_replace(words, '[\u2E80-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7A3\uF900-\uFAFF\U00020000-\U0003FFFF]+', ' ', 'g')
                || (SELECT string_agg(' ' || substr(run[1], place, 2), '')
                    FROM regexp_matches(words, '[\u2E80-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7A3\uF900-\uFAFF\U00020000-\U0003FFFF]+', 'g') AS run,
                         generate_series(1, greatest(char_length(run[1]) - 1, 1)) AS place);
        END IF;
    END IF;
    IF words ~ '[0-9][.,][0-9]' THEN
        words := regexp_replace(words, '([0-9])[.,](?=[0-9])', '\1', 'g');
    END IF;
    RETURN array_to_tsvector(ARRAY(
        SELECT left(word, CASE WHEN translate(word, '0123456789', '') = word THEN 5 ELSE 16 END)
        FROM unnest(string_to_array(translate(lower(words COLLATE "C"), E'\t\n\r!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~''',
                                              repeat(' ', 34)), ' ')) AS word
        WHERE word <> ''));
END $$;

-- What waits to be sorted into it is looked through by every search: little.
CREATE INDEX claim_match ON claim USING gin (claim_terms(text, location, attributes)) WITH (gin_pending_list_limit = 256);

-- In how many claims a word stands, from a sample. Words of which the sample has fewer than two are rare.
CREATE TABLE claim_term (
    word text COLLATE "C" PRIMARY KEY,
    claims bigint NOT NULL
);

-- What the sample was taken from: one row.
CREATE TABLE claim_term_sample (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    claims bigint NOT NULL,  -- how many there were, about
    pages bigint NOT NULL,   -- how large the table was
    changes bigint NOT NULL, -- and the history
    taken_at timestamptz NOT NULL
);
INSERT INTO claim_term_sample VALUES (true, 0, 0, 0, '-infinity');

-- Counts the words anew where the claims have grown by a fifth since; of several at a time one does, and the others take what there is. Returns
-- how many claims there are, about. Looks at the
-- claims on 600 pages chosen at random, which are 30,000 at most.
CREATE FUNCTION claim_terms_count() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    last claim_term_sample;
    pages_now bigint := pg_relation_size('claim') / current_setting('block_size')::bigint;
    changes_now bigint;
    part double precision;
    seed double precision;
    looked bigint;
BEGIN
    SELECT * INTO last FROM claim_term_sample;
    SELECT last_value INTO changes_now FROM change_seq_seq;
    IF (pages_now <= last.pages * 1.2 AND changes_now <= last.changes * 1.2 + 100) OR pg_is_in_recovery()
        OR NOT pg_try_advisory_xact_lock(hashtextextended('stanced/claim_term', 0)) THEN
        RETURN last.claims;
    END IF;
    -- a page has room for fifty claims at most
    part := least(100, 100 * 600.0 / greatest(pages_now, 1));
    seed := floor(random() * 1000000);
    SELECT count(*) INTO looked FROM (
        SELECT FROM claim TABLESAMPLE SYSTEM (part) REPEATABLE (seed) LIMIT 60000
    ) AS sampled;
    DELETE FROM claim_term;
    INSERT INTO claim_term
        SELECT stat.word, round(stat.ndoc * 100 / part)
        FROM ts_stat(format('SELECT claim_terms(text, location, attributes) FROM claim'
                            ' TABLESAMPLE SYSTEM (%s) REPEATABLE (%s) LIMIT 60000', part, seed)) AS stat
        WHERE stat.ndoc >= 2;
    UPDATE claim_term_sample
        SET claims = round(looked * 100 / part), pages = pages_now, changes = changes_now, taken_at = now();
    RETURN round(looked * 100 / part);
END $$;

-- The claims that may say the same as a text of such words, in no order: those that share its rarest words, one with 250 claims between them; two of
-- the next ten, with 5,000; and, where no word leads to claims by itself, all of the four rarest. Words that more than 20,000 claims have lead nowhere by themselves or in pairs. So a
-- search looks at much the same number of claims however many there are.
CREATE FUNCTION claim_candidates(asked_for text)
    RETURNS TABLE (id uuid, ref text, said text, location text, attributes jsonb)
    -- a few hundred look-ups, whatever the planner believes of the sizes of what is between them
    LANGUAGE plpgsql STABLE SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH asked AS MATERIALIZED (
        SELECT word, claims, sum(claims) OVER nearest AS reach, row_number() OVER nearest AS place
        FROM (SELECT asked.word, greatest(term.claims, 1) AS claims
              FROM unnest(tsvector_to_array(claim_terms(asked_for, NULL, '{}'))) AS asked (word)
              LEFT JOIN claim_term AS term ON term.word = asked.word) AS counted
        WINDOW nearest AS (ORDER BY claims, word)
    ), alone AS MATERIALIZED (
        SELECT word, claims, place FROM asked
        WHERE reach <= 250 OR place = 1 AND claims <= CASE WHEN (SELECT count(*) FROM asked) = 1 THEN 20000 ELSE 2000 END
    ), common AS MATERIALIZED (
        SELECT word, place FROM asked
        WHERE (reach <= 5000 OR place <= 3 AND claims <= 20000) AND place > (SELECT count(*) FROM alone) ORDER BY place LIMIT 10
    ), hit AS MATERIALIZED (
        SELECT found.id, sum(ln((SELECT 2.0 + max(claims) FROM claim_term_sample)::double precision / alone.claims)) AS weight
        FROM alone CROSS JOIN LATERAL (
            SELECT id FROM claim WHERE claim_terms(text, location, attributes) @@ quote_literal(alone.word)::tsquery LIMIT 2000
        ) AS found GROUP BY found.id ORDER BY weight DESC, found.id LIMIT 150
    ), pair AS MATERIALIZED (
        SELECT id FROM claim WHERE claim_terms(text, location, attributes) @@ (
            SELECT string_agg(quote_literal(one.word) || ' & (' || others || ')', ' | ')::tsquery
            FROM common AS one CROSS JOIN LATERAL (
                SELECT string_agg(quote_literal(other.word), ' | ') AS others FROM common AS other WHERE other.place > one.place
            ) AS rest WHERE others IS NOT NULL) LIMIT 200
    ), every AS MATERIALIZED (
        SELECT id FROM claim WHERE claim_terms(text, location, attributes) @@ (
            SELECT string_agg(quote_literal(word), ' & ')::tsquery FROM asked WHERE place <= 4
            HAVING (count(*) > 2 OR min(claims) <= 20000) AND NOT EXISTS (SELECT FROM alone)) LIMIT 50
    )
    SELECT claim.id, claim.ref, claim.text, claim.location, claim.attributes
    FROM (SELECT id FROM hit UNION SELECT id FROM pair UNION SELECT id FROM every) AS found JOIN claim ON claim.id = found.id;
END $$;
