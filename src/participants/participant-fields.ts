import { type CallListInput, listCalls } from '../calls/list/list-calls.ts';
import { askedOfCalls } from '../calls/list/requested-of-calls.ts';
import type { Context } from '../graphql/context.ts';
import type { MetricsQuestionInput } from '../metrics/metrics-question.ts';
import { surroundings } from '../metrics/question-context.ts';
import type { ConnectionInfo } from '../query/asked-fields.ts';
import { type NodeType, toGlobalId } from '../query/global-id.ts';
import { liesInRow } from '../query/lies-in-row.ts';
import type { ParticipantColumn } from './participant-kinds.ts';

type Row = { id: number; accountId: number };

/** The fields that agents, campaigns, call groups, virtual numbers and customers have in common. */
export function participantFields(type: NodeType, participant: ParticipantColumn) {
  return {
    id: liesInRow({ kind: 'id', type }, ({ id }: Row) => toGlobalId(type, id)),
    account: ({ accountId }: Row, _args: object, { loaders }: Context) => loaders.accounts.get(accountId),
    calls: async (
      { id, accountId }: Row,
      args: Omit<CallListInput, 'region' | 'within' | 'asked' | 'finder'>,
      context: Context,
      info: ConnectionInfo,
    ) =>
      listCalls(context.lists, {
        ...args,
        region: args.filter ? (await context.loaders.accounts.get(accountId)).region : context.service.region,
        within: { participant, id },
        asked: askedOfCalls(info),
        finder: context.finder,
      }),
    metrics: async ({ id, accountId }: Row, args: MetricsQuestionInput, context: Context) => {
      const account = await context.loaders.accounts.get(accountId);
      return context.entityMetrics.of(participant, id, args, { ...(await surroundings(context)), account });
    },
  };
}
