import { parseArgs } from 'node:util';
import { dataFolderOf, openDataFolder } from '../support/data-folder.ts';

// Keeps the database of a data folder running, for several benches in a row, until Ctrl-C.
const { values } = parseArgs({ options: { calls: { type: 'string', default: '10000000' }, data: { type: 'string' } } });
const server = await openDataFolder(values.data ?? dataFolderOf(Number(values.calls)));
console.log(server.url);
const alive = setInterval(() => {}, 60_000);
await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
clearInterval(alive);
await server.stop();
