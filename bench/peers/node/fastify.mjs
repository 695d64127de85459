// The peer in Fastify and pg: a process per core, named (hence prepared) statements, serialisers compiled from schemas.
import cluster from 'node:cluster';
import os from 'node:os';
import Fastify from 'fastify';
import build from 'fast-json-stringify';
import pg from 'pg';
import * as ask from './statements.mjs';

const text = {type: 'string'}, texts = {type: 'array', items: text}, number = {type: 'integer'};
const open = {type: 'object', additionalProperties: true};
const head = {id: text, ref: text, version: number, created_at: text, updated_at: text};
const object = (properties) => ({type: 'object', properties});
const claim = object({...head, text, language: text, topics: texts, about: texts,
    relations: {type: 'array', items: object({claim: text, relation: text})}, location: text, attributes: open});
const actor = object({...head, name: text, kind: text, aliases: texts, country: text, same_as: texts, attributes: open});
const source = object({...head, title: text, kind: text, url: text, publisher: text, published_at: text, first_hand: {type: 'boolean'},
    cites: {type: 'array', items: open}, attributes: open});
const stance = object({...head, claim: text, actor, position: text, source, quote: text, stated_at: text, attributes: open});
const created = object({...head, claim: text, actor: text, position: text, source: text, quote: text, stated_at: text, attributes: open});
const position = object({actor: object({id: text, ref: text, name: text}), position: text, stated_at: text, stance: text});
const encodeList = build(object({data: {type: 'array', items: created}}));
const encodeExpanded = build(object({data: {type: 'array', items: stance}}));
const answers = (schema, status = 200) => ({schema: {response: {[status]: schema}}});
const present = (row) => {
    for (const name in row) if (row[name] === null) delete row[name];
    return row;
};

async function serve() {
    const cores = os.availableParallelism();
    const pool = new pg.Pool({connectionString: process.env.PEER_DATABASE, max: Math.ceil(process.env.PEER_POOL / cores)});
    const query = (name, values) => pool.query({name, text: ask[name], values});
    const app = Fastify({logger: false});
    app.get('/v1/claims/:id', answers(claim), async (request, reply) => {
        const {rows} = await query('byId', [request.params.id]);
        if (rows.length === 0) return reply.code(404).send({});
        const tag = `"${rows[0].version}"`;
        reply.header('ETag', tag);
        if (request.headers['if-none-match'] === tag) return reply.code(304).send();
        return present(rows[0]);
    });
    app.get('/v1/stances', async (request, reply) => {
        const {claim, actor, limit} = request.query;
        const {rows} = await query(...(claim === undefined ? ['list', [actor, ask.limitOf(limit)]] : ['expanded', [claim, ask.limitOf(limit)]]));
        reply.type('application/json');
        return claim === undefined ? encodeList({data: rows.map(present)}) : encodeExpanded({data: rows.map(ask.stanceOf)});
    });
    app.get('/v1/claims/:id/positions', answers(object({counts: open, data: {type: 'array', items: position}})),
        async (request) => ask.positionsOf((await query('positions', [request.params.id])).rows));
    app.post('/v1/stances', answers(created, 201), async (request, reply) => {
        const body = request.body;
        const {rows} = await query('create', [body.claim, body.actor, body.position, body.source, body.stated_at]);
        reply.code(201).header('Location', `/v1/stances/${rows[0].id}`);
        return ask.createdOf(body, rows[0]);
    });
    await app.listen({host: '127.0.0.1', port: Number(process.env.PEER_PORT)});
}

if (cluster.isPrimary) {
    for (let i = 0; i < os.availableParallelism(); i++) cluster.fork();
    process.on('SIGTERM', () => process.exit(0));
} else {
    await serve();
}
