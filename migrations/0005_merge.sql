-- One record can be merged into another of its kind.
--
-- Its last row in `change` has the operation merge and says into which. `merged` is where to look that up: made from `change`, and without
-- chains, so that one step leads from any id that is no longer there to the record that took its place.
ALTER TABLE change
    ADD COLUMN into_id uuid,
    DROP CONSTRAINT change_operation_check,
    ADD CONSTRAINT change_operation_check CHECK (operation IN ('create', 'update', 'delete', 'restore', 'merge')),
    ADD CONSTRAINT change_into_check CHECK ((operation = 'merge') = (into_id IS NOT NULL));

CREATE TABLE merged (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('actor', 'source', 'claim')),
    into_id uuid NOT NULL CHECK (into_id <> id)
);
CREATE INDEX merged_into ON merged (into_id);

-- A record's document with other references: `moves` is id → id, `fields` are those of its fields that refer to something. What is the same
-- twice in a list after that stands there once, where it first stood.
CREATE FUNCTION record_moved(document jsonb, fields jsonb, moves jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT document || coalesce((
        SELECT jsonb_object_agg(field, CASE jsonb_typeof(document -> field)
            WHEN 'array' THEN (
                SELECT jsonb_agg(single.value ORDER BY single.place) FROM (
                    SELECT moved.value, min(moved.place) AS place FROM (
                        SELECT e.place, CASE jsonb_typeof(e.value)
                            WHEN 'object' THEN (
                                SELECT jsonb_object_agg(m.key, coalesce(moves -> (m.value #>> '{}'), m.value))
                                FROM jsonb_each(e.value) AS m)
                            ELSE coalesce(moves -> (e.value #>> '{}'), e.value) END AS value
                        FROM jsonb_array_elements(document -> field) WITH ORDINALITY AS e (value, place)) AS moved
                    GROUP BY moved.value) AS single)
            ELSE coalesce(moves -> (document ->> field), document -> field) END)
        FROM jsonb_array_elements_text(fields) AS field WHERE document ? field), '{}')
$$;
