// The peer Platformatic DB: REST and GraphQL from the tables, a process per core.
import cluster from 'node:cluster';
import os from 'node:os';
import {create} from '@platformatic/db';

if (cluster.isPrimary) {
    for (let i = 0; i < os.availableParallelism(); i++) cluster.fork();
    process.on('SIGTERM', () => process.exit(0));
} else {
    const capability = await create(import.meta.dirname, {
        $schema: 'https://schemas.platformatic.dev/@platformatic/db/3.67.0.json',
        server: {hostname: '127.0.0.1', port: Number(process.env.PEER_PORT), logger: {level: 'error'}},
        db: {connectionString: process.env.PEER_DATABASE, graphql: {graphiql: false}, openapi: true,
            poolSize: Math.ceil(process.env.PEER_POOL / os.availableParallelism())},
        watch: false,
    }, {});
    await capability.start({listen: true});
}
