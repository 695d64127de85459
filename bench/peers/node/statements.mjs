// What the peers written by hand ask of PostgreSQL: the same questions as the service's own statements answer.
const claim = `c.id, c.ref, c.version, c.created_at, c.updated_at, c.text, c.language, c.topics,
    ARRAY(SELECT target_id FROM claim_about WHERE claim_id = c.id ORDER BY ordinal) AS about,
    coalesce((SELECT jsonb_agg(jsonb_build_object('claim', target_id, 'relation', relation) ORDER BY ordinal)
              FROM claim_relation WHERE claim_id = c.id), '[]') AS relations, c.location, c.attributes`;

export const byId = `SELECT ${claim} FROM claim c WHERE c.id = $1`;

const stance = `s.id, s.ref, s.version, s.created_at, s.updated_at, s.claim_id AS claim, s.position, s.quote,
    CASE WHEN s.stated_at_is_date THEN to_char(s.stated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')
         ELSE to_char(s.stated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END AS stated_at, s.attributes`;

export const list = `SELECT ${stance}, s.actor_id AS actor, s.source_id AS source FROM stance s
    WHERE s.actor_id = $1 ORDER BY s.created_at DESC, s.id DESC LIMIT $2`;

export const expanded = `SELECT ${stance},
    a.id AS a_id, a.ref AS a_ref, a.version AS a_version, a.created_at AS a_created_at, a.updated_at AS a_updated_at, a.name,
    a.kind AS a_kind, a.aliases, a.country, a.same_as, a.attributes AS a_attributes,
    o.id AS o_id, o.ref AS o_ref, o.version AS o_version, o.created_at AS o_created_at, o.updated_at AS o_updated_at, o.title,
    o.kind AS o_kind, o.url, o.publisher_id AS publisher,
    to_char(o.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS published_at, coalesce(o.first_hand, o.kind IN ('statement', 'speech', 'press_release', 'document', 'dataset'))
    AS first_hand, o.attributes AS o_attributes
    FROM stance s JOIN actor a ON a.id = s.actor_id JOIN source o ON o.id = s.source_id
    WHERE s.claim_id = $1 ORDER BY s.created_at DESC, s.id DESC LIMIT $2`;

export const positions = `SELECT DISTINCT ON (s.actor_id) a.id, a.ref, a.name, s.position,
    to_char(s.stated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS stated_at, s.id AS stance
    FROM stance s JOIN actor a ON a.id = s.actor_id
    WHERE s.claim_id = $1 ORDER BY s.actor_id, s.stated_at DESC NULLS LAST, s.created_at DESC, s.id DESC`;

// The record and its history in one statement, hence one transaction.
export const create = `WITH made AS (
    INSERT INTO stance (id, version, created_at, updated_at, claim_id, actor_id, position, source_id, stated_at, stated_at_is_date)
    VALUES (gen_random_uuid(), 1, now(), now(), $1, $2, $3, $4, $5::text::timestamptz, true) RETURNING *)
    INSERT INTO change (kind, id, operation, version, created_at, record)
    SELECT 'stance', id, 'create', 1, created_at, to_jsonb(made) FROM made RETURNING id, created_at`;

export const limitOf = (text) => {
    const limit = Number(text ?? 50);
    return Number.isInteger(limit) && limit >= 1 && limit <= 1000 ? limit : 50;
};

export const stanceOf = (row) => ({
    id: row.id, ref: row.ref ?? undefined, version: row.version, created_at: row.created_at, updated_at: row.updated_at,
    claim: row.claim, position: row.position, quote: row.quote ?? undefined, stated_at: row.stated_at ?? undefined,
    attributes: row.attributes,
    actor: {id: row.a_id, ref: row.a_ref ?? undefined, version: row.a_version, created_at: row.a_created_at,
        updated_at: row.a_updated_at, name: row.name, kind: row.a_kind, aliases: row.aliases, country: row.country ?? undefined,
        same_as: row.same_as, attributes: row.a_attributes},
    source: {id: row.o_id, ref: row.o_ref ?? undefined, version: row.o_version, created_at: row.o_created_at,
        updated_at: row.o_updated_at, title: row.title, kind: row.o_kind, url: row.url ?? undefined, publisher: row.publisher ?? undefined,
        published_at: row.published_at ?? undefined, first_hand: row.first_hand, cites: [], attributes: row.o_attributes},
});

export const positionsOf = (rows) => {
    const counts = {};
    const data = rows.map(({id, ref, name, position, stated_at, stance}) => {
        counts[position] = (counts[position] ?? 0) + 1;
        return {actor: {id, ref: ref ?? undefined, name}, position, stated_at: stated_at ?? undefined, stance};
    });
    return {counts, data};
};

export const createdOf = (body, made) => ({id: made.id, version: 1, created_at: made.created_at, updated_at: made.created_at,
    claim: body.claim, actor: body.actor, position: body.position, source: body.source, stated_at: body.stated_at,
    attributes: {}});
