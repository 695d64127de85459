// The peer in Bun with its own SQL client: a process per core on one port (reusePort), statements prepared by themselves.
import {SQL} from 'bun';
import os from 'node:os';
import {spawn} from 'node:child_process';
import * as ask from './statements.mjs';

const workers = os.availableParallelism();
if (!process.env.PEER_WORKER) {
    const children = Array.from({length: workers}, () => spawn(process.execPath, [process.argv[1]],
        {env: {...process.env, PEER_WORKER: '1'}, stdio: 'inherit'}));
    process.on('SIGTERM', () => {
        children.forEach((child) => child.kill());
        process.exit(0);
    });
} else {
    const sql = new SQL({path: process.env.PEER_SOCKET, username: process.env.PEER_USER, database: process.env.PEER_NAME,
        max: Math.ceil(process.env.PEER_POOL / workers)});
    const present = (row) => {
        for (const name in row) if (row[name] === null) delete row[name];
        return row;
    };
    const query = (name, values) => sql.unsafe(ask[name], values);
    Bun.serve({
        hostname: '127.0.0.1', port: Number(process.env.PEER_PORT), reusePort: true,
        routes: {
            '/v1/claims/:id': async (request) => {
                const [row] = await query('byId', [request.params.id]);
                if (row === undefined) return Response.json({}, {status: 404});
                const tag = `"${row.version}"`;
                if (request.headers.get('if-none-match') === tag) return new Response(null, {status: 304, headers: {ETag: tag}});
                return Response.json(present(row), {headers: {ETag: tag}});
            },
            '/v1/stances': {
                GET: async (request) => {
                    const given = new URL(request.url).searchParams;
                    const limit = ask.limitOf(given.get('limit') ?? undefined);
                    const claim = given.get('claim');
                    if (claim === null) {
                        return Response.json({data: (await query('list', [given.get('actor'), limit])).map(present)});
                    }
                    return Response.json({data: (await query('expanded', [claim, limit])).map(ask.stanceOf)});
                },
                POST: async (request) => {
                    const body = await request.json();
                    const [made] = await query('create', [body.claim, body.actor, body.position, body.source, body.stated_at]);
                    return Response.json(ask.createdOf(body, made), {status: 201, headers: {Location: `/v1/stances/${made.id}`}});
                },
            },
            '/v1/claims/:id/positions': async (request) =>
                Response.json(ask.positionsOf(await query('positions', [request.params.id]))),
        },
    });
}
