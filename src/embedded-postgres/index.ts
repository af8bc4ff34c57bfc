/**
 * PostgreSQL as a part of the service, for who has no server of their own. A start is told from top to bottom in
 * start-embedded-server.ts; nothing else of this folder is imported from outside.
 */
export { DataFolderInUse } from './data-folder-lock.ts';
export { fillNewServer, makeScratchFolder, postgresMajor } from './init-database.ts';
export { findRunningServer, findSuperuser } from './running-server.ts';
export { startEmbeddedServer } from './start-embedded-server.ts';
