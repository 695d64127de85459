"""The peer in FastAPI and asyncpg, under uvicorn with uvloop and httptools: a process per core, statements prepared by asyncpg."""
import json
import os
from datetime import datetime, timezone
from typing import Any, Optional

import asyncpg
from fastapi import FastAPI, Request, Response

CORES = os.cpu_count() or 1
CLAIM = """c.id::text, c.ref, c.version, c.created_at, c.updated_at, c.text, c.language, c.topics,
    ARRAY(SELECT target_id::text FROM claim_about WHERE claim_id = c.id ORDER BY ordinal) AS about,
    coalesce((SELECT jsonb_agg(jsonb_build_object('claim', target_id, 'relation', relation) ORDER BY ordinal)
              FROM claim_relation WHERE claim_id = c.id), '[]') AS relations, c.location, c.attributes"""
BY_ID = f"SELECT {CLAIM} FROM claim c WHERE c.id = $1"
STANCE = """s.id::text, s.ref, s.version, s.created_at, s.updated_at, s.claim_id::text AS claim, s.position, s.quote,
    CASE WHEN s.stated_at_is_date THEN to_char(s.stated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')
         ELSE to_char(s.stated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END AS stated_at, s.attributes"""
LIST = f"""SELECT {STANCE}, s.actor_id::text AS actor, s.source_id::text AS source FROM stance s
    WHERE s.actor_id = $1 ORDER BY s.created_at DESC, s.id DESC LIMIT $2"""
EXPANDED = f"""SELECT {STANCE},
    a.id::text AS a_id, a.ref AS a_ref, a.version AS a_version, a.created_at AS a_created_at, a.updated_at AS a_updated_at, a.name,
    a.kind AS a_kind, a.aliases, a.country, a.same_as, a.attributes AS a_attributes,
    o.id::text AS o_id, o.ref AS o_ref, o.version AS o_version, o.created_at AS o_created_at, o.updated_at AS o_updated_at, o.title,
    o.kind AS o_kind, o.url, o.publisher_id::text AS publisher,
    to_char(o.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS published_at, coalesce(o.first_hand, o.kind IN ('statement', 'speech', 'press_release', 'document', 'dataset'))
    AS first_hand, o.attributes AS o_attributes
    FROM stance s JOIN actor a ON a.id = s.actor_id JOIN source o ON o.id = s.source_id
    WHERE s.claim_id = $1 ORDER BY s.created_at DESC, s.id DESC LIMIT $2"""
POSITIONS = """SELECT DISTINCT ON (s.actor_id) a.id::text, a.ref, a.name, s.position,
    to_char(s.stated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS stated_at, s.id::text AS stance
    FROM stance s JOIN actor a ON a.id = s.actor_id
    WHERE s.claim_id = $1 ORDER BY s.actor_id, s.stated_at DESC NULLS LAST, s.created_at DESC, s.id DESC"""
CREATE = """WITH made AS (
    INSERT INTO stance (id, version, created_at, updated_at, claim_id, actor_id, position, source_id, stated_at, stated_at_is_date)
    VALUES (gen_random_uuid(), 1, now(), now(), $1, $2, $3, $4, $5, true) RETURNING *)
    INSERT INTO change (kind, id, operation, version, created_at, record)
    SELECT 'stance', id, 'create', 1, created_at, to_jsonb(made) FROM made RETURNING id::text, created_at"""

app = FastAPI(openapi_url=None)
pool: asyncpg.Pool


async def prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@app.on_event("startup")
async def start() -> None:
    global pool
    size = -(-int(os.environ["PEER_POOL"]) // CORES)
    pool = await asyncpg.create_pool(host=os.environ["PEER_FOLDER"], user=os.environ["PEER_USER"], database=os.environ["PEER_NAME"],
                                     min_size=size, max_size=size, init=prepare)


def encode(value: Any) -> str:
    return value.isoformat().replace("+00:00", "Z")


def reply(body: Any, status: int = 200, headers: Optional[dict[str, str]] = None) -> Response:
    return Response(json.dumps(body, default=encode, ensure_ascii=False, separators=(",", ":")), status, headers, "application/json")


def present(row: asyncpg.Record) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


@app.get("/v1/claims/{claim}")
async def get_claim(claim: str, request: Request) -> Response:
    row = await pool.fetchrow(BY_ID, claim)
    if row is None:
        return reply({}, 404)
    tag = f'"{row["version"]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(None, 304, {"ETag": tag})
    return reply(present(row), 200, {"ETag": tag})


@app.get("/v1/stances")
async def list_stances(claim: Optional[str] = None, actor: Optional[str] = None, limit: int = 50) -> Response:
    if claim is None:
        return reply({"data": [present(row) for row in await pool.fetch(LIST, actor, limit)]})
    data = []
    for row in await pool.fetch(EXPANDED, claim, limit):
        stance: dict[str, Any] = {}
        actor: dict[str, Any] = {}
        source: dict[str, Any] = {"cites": []}
        for name, value in row.items():
            if value is None:
                continue
            if name.startswith("a_") or name in ("name", "aliases", "country", "same_as"):
                actor[name.removeprefix("a_")] = value
            elif name.startswith("o_") or name in ("title", "url", "publisher", "published_at", "first_hand"):
                source[name.removeprefix("o_")] = value
            else:
                stance[name] = value
        data.append(stance | {"actor": actor, "source": source})
    return reply({"data": data})


@app.get("/v1/claims/{claim}/positions")
async def get_positions(claim: str) -> Response:
    counts: dict[str, int] = {}
    data = []
    for row in await pool.fetch(POSITIONS, claim):
        counts[row["position"]] = counts.get(row["position"], 0) + 1
        data.append({"actor": {name: row[name] for name in ("id", "ref", "name") if row[name] is not None},
                     "position": row["position"], "stated_at": row["stated_at"], "stance": row["stance"]})
    return reply({"counts": counts, "data": data})


@app.post("/v1/stances")
async def create_stance(request: Request) -> Response:
    body = await request.json()
    at = datetime.strptime(body["stated_at"], "%Y-%m-%d").replace(tzinfo=timezone.utc)
    made = await pool.fetchrow(CREATE, body["claim"], body["actor"], body["position"], body["source"], at)
    return reply({"id": made["id"], "version": 1, "created_at": made["created_at"], "updated_at": made["created_at"],
                  **body, "attributes": {}}, 201, {"Location": "/v1/stances/" + made["id"]})
