-- Where one of the rarest words leads to claims by itself, those with all of the four rarest are among them already.
CREATE OR REPLACE FUNCTION claim_candidates(asked_for text)
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
