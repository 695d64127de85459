// The peer PostGraphile 4: GraphQL from the tables, a process per core, as its documentation advises for production.
import cluster from 'node:cluster';
import http from 'node:http';
import os from 'node:os';
import pg from 'pg';
import {postgraphile} from 'postgraphile';

if (cluster.isPrimary) {
    for (let i = 0; i < os.availableParallelism(); i++) cluster.fork();
    process.on('SIGTERM', () => process.exit(0));
} else {
    const pool = new pg.Pool({connectionString: process.env.PEER_DATABASE,
        max: Math.ceil(process.env.PEER_POOL / os.availableParallelism())});
    const handler = postgraphile(pool, 'public', {dynamicJson: true, graphiql: false, disableQueryLog: true,
        legacyRelations: 'omit', enableQueryBatching: false, simpleCollections: 'only', retryOnInitFail: true});
    http.createServer(handler).listen(Number(process.env.PEER_PORT), '127.0.0.1');
}
