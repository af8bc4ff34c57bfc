import type pg from 'pg';
import { AppError } from '../errors.ts';

/** Raises the setting of a connection under which a commit waits for nothing; any other is the operator's choice. */
export const waitForDisk = `select set_config('synchronous_commit', 'on', false)
  where current_setting('synchronous_commit') = 'off'`;

const raise = `select set_config('client_min_messages', 'warning', true),
  case current_setting('synchronous_commit') when 'off' then set_config('synchronous_commit', 'on', true) end`;

/**
 * Begins a transaction whose commit is answered once it is durable by the server's own rules, synchronous standbys
 * included. The setting is looked at again, for it may change while a connection lives. That a wait was given up is told
 * by a warning, which must not be filtered out.
 */
export async function begin(on: Pick<pg.ClientBase, 'query'>): Promise<void> {
  await Promise.all([on.query({ name: 'begin', text: 'begin' }), on.query({ name: 'raise_durability', text: raise })]);
}

/** The server has not said that what was to be committed is durable; it may be kept all the same. */
export class NotDurable extends AppError {
  constructor(what: string) {
    // The log tells causes by their code.
    const cause = Object.assign(new Error(what), { code: 'NOT_DURABLE' });
    super('UNAVAILABLE', `The database ${what}. Try again in a moment.`, {}, { cause });
  }
}

/** The SQLSTATE of notices that tell of nothing wrong; a warning has another one. Their words and language are the server's. */
const allIsWell = '00000';

/**
 * Commits. Throws unless the server says that this very transaction is durable: what it warns of from the moment the
 * commit is sent may be that it is not.
 */
export async function commit(client: pg.ClientBase, on: Pick<pg.ClientBase, 'query'>): Promise<void> {
  let isWarned = false;
  const onNotice = ({ code }: { code: string | undefined }) => {
    if (code !== allIsWell) isWarned = true;
  };
  client.on('notice', onNotice);
  try {
    const { command } = await on.query({ name: 'commit', text: 'commit' });
    // A transaction in which a statement has failed is rolled back by its commit, which is no error to the database.
    if (command !== 'COMMIT') throw new NotDurable('rolled a transaction back instead of committing it');
    if (isWarned) throw new NotDurable('committed a transaction without waiting until it was durable');
  } finally {
    client.off('notice', onNotice);
  }
}
