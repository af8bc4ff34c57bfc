import type { Resolvers } from '../../graphql/generated/resolvers.ts';
import { connectionFields } from '../../query/page.ts';
import { requireOwnPage } from '../require-scope.ts';
import { listAccessLog } from './list-access-log.ts';
import { lostEntries } from './lost-entries.ts';

export const accessLogResolvers: Pick<Resolvers, 'AccessLogEntry' | 'AccessLogConnection'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'accessLog' | 'accessLogLost'>;
} = {
  Query: {
    accessLog: (_root, args, context) => {
      requireOwnPage(context);
      return listAccessLog(context.lists, args);
    },
    accessLogLost: (_root, _args, context) => {
      requireOwnPage(context);
      return lostEntries(context.viewer, context.accessLogLost);
    },
  },
  AccessLogEntry: {
    changedId: ({ changedType, changedId }, _args, { seals }) =>
      changedType === null || changedId === null ? null : seals.ids.write(changedType, changedId),
  },
  AccessLogConnection: connectionFields,
};
