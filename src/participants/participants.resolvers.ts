import { requireOwnPage } from '../access/require-scope.ts';
import { regionOf } from '../accounts/choose-account.ts';
import { type CallListInput, listCalls } from '../calls/list/list-calls.ts';
import { requestedOfCalls } from '../calls/list/read-call-rows.ts';
import type { Context } from '../graphql/context.ts';
import type { Resolvers } from '../graphql/generated/resolvers.ts';
import type { MetricsQuestionInput } from '../metrics/metrics-question.ts';
import { questionContext } from '../metrics/question-context.ts';
import type { NodeType } from '../query/global-id.ts';
import { connectionFields } from '../query/page.ts';
import type { ConnectionInfo } from '../query/requested-fields.ts';
import type { RowKey } from '../query/row-key.ts';
import { findCustomerByNumber } from './find-customer.ts';
import { giveName, type NamedType } from './give-name.ts';
import { listParticipants, type ParticipantListInput } from './list-participants.ts';
import { hasNumbers } from './participant-filter.ts';
import type { ParticipantColumn } from './participant-kinds.ts';
import type { ParticipantType } from './participants.table.ts';

type Row = { id: number; accountId: number };

/** The fields that all participants have in common. */
function participantFields(type: NodeType, participant: ParticipantColumn) {
  return {
    id: ({ id }: Row, _args: object, { seals }: Context) => seals.ids.write(type, id),
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
        asked: requestedOfCalls(info),
        finder: context.finder,
      }),
    metrics: async ({ id, accountId }: Row, args: MetricsQuestionInput, context: Context) => {
      const account = await context.loaders.accounts.get(accountId);
      return context.entityMetrics.of(participant, id, args, { ...(await questionContext(context)), account });
    },
  };
}

type NameArguments = { id: string; name?: string | null | undefined };

/** What the mutations that give names have in common: which row it is, for readers that see the new name. */
async function nameParticipant(type: NamedType, args: NameArguments, context: Context): Promise<RowKey> {
  requireOwnPage(context);
  // They read nothing till after the write; a snapshot that an earlier root used is given back before.
  Object.assign(context, context.freshReaders());
  return context.writes.write((pool, viewer) => giveName(pool, viewer, type, { ...args, ids: context.seals.ids }));
}

type Query = NonNullable<Resolvers['Query']>;
type Mutation = NonNullable<Resolvers['Mutation']>;

/** The fields of Query and Mutation that read and name participants, and the types of these. */
export const participantResolvers: Pick<
  Resolvers,
  | 'Agent'
  | 'AgentConnection'
  | 'Campaign'
  | 'CampaignConnection'
  | 'CallGroup'
  | 'CallGroupConnection'
  | 'VirtualNumber'
  | 'VirtualNumberConnection'
  | 'Customer'
  | 'CustomerConnection'
> & {
  Query: Pick<
    Query,
    | 'agent'
    | 'agents'
    | 'campaign'
    | 'campaigns'
    | 'callGroup'
    | 'callGroups'
    | 'virtualNumber'
    | 'virtualNumbers'
    | 'customer'
    | 'customerByNumber'
    | 'customers'
  >;
  Mutation: Pick<Mutation, 'updateAgent' | 'updateCampaign' | 'updateVirtualNumber' | 'updateCustomer'>;
} = {
  Query: {
    agent: (_root, { id }, { loaders, seals }) => loaders.agents.findById(seals.ids.rowIdOf('Agent', id)),
    agents: (_root, args, context) => list('Agent', args, context),
    campaign: (_root, { id }, { loaders, seals }) => loaders.campaigns.findById(seals.ids.rowIdOf('Campaign', id)),
    campaigns: (_root, args, context) => list('Campaign', args, context),
    callGroup: (_root, { id }, { loaders, seals }) => loaders.callGroups.findById(seals.ids.rowIdOf('CallGroup', id)),
    callGroups: (_root, args, context) => list('CallGroup', args, context),
    virtualNumber: (_root, { id }, { loaders, seals }) =>
      loaders.virtualNumbers.findById(seals.ids.rowIdOf('VirtualNumber', id)),
    virtualNumbers: (_root, args, context) => list('VirtualNumber', args, context),
    customer: (_root, { id }, { loaders, seals }) => loaders.customers.findById(seals.ids.rowIdOf('Customer', id)),
    customers: (_root, args, context) => list('Customer', args, context),
    customerByNumber: (_root, { number, accountId }, context) =>
      findCustomerByNumber(context.db, {
        number,
        accountId: accountId == null ? undefined : context.seals.ids.rowIdOf('Account', accountId),
        region: () => regionOf(context, accountId == null ? null : { accountId: { eq: accountId } }, true),
      }),
  },
  Mutation: {
    updateAgent: async (_root, args, context) => {
      const { accountId, id } = await nameParticipant('Agent', args, context);
      return context.loaders.agents.get(accountId, id);
    },
    updateCampaign: async (_root, args, context) => {
      const { accountId, id } = await nameParticipant('Campaign', args, context);
      return context.loaders.campaigns.get(accountId, id);
    },
    updateVirtualNumber: async (_root, args, context) => {
      const { accountId, id } = await nameParticipant('VirtualNumber', args, context);
      return context.loaders.virtualNumbers.get(accountId, id);
    },
    updateCustomer: async (_root, args, context) => {
      const { accountId, id } = await nameParticipant('Customer', args, context);
      return context.loaders.customers.get(accountId, id);
    },
  },
  Agent: participantFields('Agent', 'agentId'),
  AgentConnection: connectionFields,
  Campaign: participantFields('Campaign', 'campaignId'),
  CampaignConnection: connectionFields,
  CallGroup: participantFields('CallGroup', 'callGroupId'),
  CallGroupConnection: connectionFields,
  VirtualNumber: participantFields('VirtualNumber', 'virtualNumberId'),
  VirtualNumberConnection: connectionFields,
  Customer: participantFields('Customer', 'customerId'),
  CustomerConnection: connectionFields,
};

type ListArguments = Omit<ParticipantListInput, 'region'> & { filter?: Parameters<typeof regionOf>[1] };

async function list<Type extends ParticipantType>(type: Type, args: ListArguments, context: Context) {
  const region = await regionOf(context, args.filter, hasNumbers(type, args.filter));
  return listParticipants(context.lists, type, { ...args, region });
}
