-- Search: texts are folded before they are taken apart, and names are found though they were mistyped.
--
-- Indexes on functions of the row alone: whatever writes a record keeps them, and a database that spreads claims over many machines needs nothing
-- more. In how many records a word stands is what ANALYZE learns of these indexes, so no table of words has to be kept.

DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'search needs the extension pg_trgm, which this role may not create'
            USING HINT = 'Let the owner of the database run: CREATE EXTENSION pg_trgm; or GRANT CREATE ON DATABASE to this role.';
    WHEN undefined_file OR feature_not_supported THEN
        RAISE EXCEPTION 'search needs the extension pg_trgm, which this server does not have'
            USING HINT = 'It is part of PostgreSQL''s contrib: the package postgresql-contrib, where that is one of its own.';
END $$;

-- A text with characters past ASCII as schema/words.h reads them: accents and points off, compatibility forms, small letters, punctuation and
-- symbols to spaces, every two neighbours of a script without spaces. Beyond that, letters that languages of one script write differently are one:
-- і и, є е, ґ г, and ø o, ł l, đ d, ı i, æ ae, œ oe (handlers/wanted.c has the same list).
CREATE FUNCTION search_wide(said text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 100 AS $$
DECLARE
    words text := regexp_replace(said, '[\u2019\u02BC]', '''', 'g');
BEGIN
    words := normalize(regexp_replace(normalize(words, NFKD), '[\u0300-\u036F\u0591-\u05C7\u064B-\u065F]+', '', 'g'), NFC);
    words := regexp_replace(words,
        '[\u0080-\u00BF\u00D7\u00F7\u02C2-\u02DF\u055A-\u055F\u0589\u05BE\u05F3\u05F4\u060C\u061B\u061F\u066A-\u066D\u06D4\u0964\u0965'
        '\u2000-\u2BFF\u3000-\u303F\u30FB\uFE00-\uFE4F\U0001F000-\U0001FAFF]+', ' ', 'g');
    words := lower(translate(words, 'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐєіґΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩςØøŁłĐđı',
                                    'абвгдежзийклмнопрстуфхцчшщъыьэюяђеѕијљњћџгеигαβγδεζηθικλμνξοπρστυφχψωσoollddi'));
    words := replace(replace(replace(words, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
    IF words ~ '[\u2E80-\u2FDF\u3041-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7A3\uF900-\uFAFF\U00020000-\U0003FFFF]' THEN
        words := regexp_replace(words, '[\u2E80-\u2FDF\u3041-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7A3\uF900-\uFAFF\U00020000-\U0003FFFF]+', ' ', 'g')
            || (SELECT string_agg(' ' || substr(run[1], place, 2), '')
                FROM regexp_matches(words, '[\u2E80-\u2FDF\u3041-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7A3\uF900-\uFAFF\U00020000-\U0003FFFF]+', 'g') AS run,
                     generate_series(1, greatest(char_length(run[1]) - 1, 1)) AS place);
    END IF;
    RETURN words;
END $$;

-- Points and commas within numbers and apostrophes go, and what to_tsvector would not take for a mere divider divides: it has rules of its own for
-- addresses, hyphens, signs and markup.
CREATE FUNCTION search_fold(said text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 100 AS $$
DECLARE
    words text := said;
BEGIN
    IF octet_length(words) <> char_length(words) THEN
        words := search_wide(words);
    END IF;
    IF words ~ '[0-9][.,][0-9]' THEN
        words := regexp_replace(words, '([0-9])[.,](?=[0-9])', '\1', 'g');
    END IF;
    IF position('''' IN words) > 0 THEN
        words := replace(words, '''', '');
    END IF;
    RETURN lower(regexp_replace(words, '[-+./:@_~&%#=?<>\\]', ' ', 'g'));
END $$;

-- Functions that stand in an index and call others of ours find them by themselves: a dump is restored, and its indexes made anew, with no schema in the
-- search path.
--
-- To the planner it is dear, since a text is taken apart: what has an index is to be looked up there.
CREATE FUNCTION search_terms(said text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 SET search_path FROM CURRENT AS $$
BEGIN
    RETURN to_tsvector('pg_catalog.simple', search_fold(said));
END $$;

-- The names of an actor, each behind two spaces, so that no trigram reaches over two of them.
CREATE FUNCTION search_names(name text, aliases text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 100
    SET search_path FROM CURRENT AS $$
BEGIN
    RETURN ' ' || regexp_replace(search_fold(name || coalesce('  ' || array_to_string(aliases, '  '), '')),
                                 '[!-/:-@[-`{-~]', ' ', 'g');
END $$;

-- What the lists' `q` looks in as well, in place of the indexes of words as they were written.
DROP INDEX actor_words;
CREATE INDEX actor_words ON actor
    USING gin (search_terms(name || ' ' || words_of(aliases) || ' ' || coalesce(description, ''))) WITH (gin_pending_list_limit = 256);
DROP INDEX source_words;
CREATE INDEX source_words ON source
    USING gin (search_terms(title || ' ' || coalesce(author, ''))) WITH (gin_pending_list_limit = 256);
DROP INDEX claim_words;
CREATE INDEX claim_words ON claim
    USING gin (search_terms(text || ' ' || coalesce(location, ''))) WITH (gin_pending_list_limit = 256);
DROP INDEX stance_words;
CREATE INDEX stance_words ON stance
    USING gin (search_terms(coalesce(quote, '') || ' ' || coalesce(translation, '') || ' ' || coalesce(venue, '')))
    WITH (gin_pending_list_limit = 256);
DROP INDEX review_words;
CREATE INDEX review_words ON review
    USING gin (search_terms(rating_label || ' ' || coalesce(summary, ''))) WITH (gin_pending_list_limit = 256);
CREATE INDEX actor_names ON actor USING gin (search_names(name, aliases) gin_trgm_ops);

ANALYZE actor, source, claim, stance, review;
