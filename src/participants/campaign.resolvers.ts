import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated/resolvers.ts';
import { connectionFields } from '../query/connection-fields.ts';
import { rowIdOf } from '../query/global-id.ts';
import { listCampaigns } from './list-campaigns.ts';
import { nameParticipant } from './name-participant.ts';
import { participantFields } from './participant-fields.ts';

export const campaignResolvers: Pick<Resolvers, 'Campaign' | 'CampaignConnection'> & {
  Mutation: Pick<NonNullable<Resolvers['Mutation']>, 'updateCampaign'>;
  Query: Pick<NonNullable<Resolvers['Query']>, 'campaign' | 'campaigns'>;
} = {
  Query: {
    campaign: (_root, { id }, { loaders }) => loaders.campaigns.find(rowIdOf('Campaign', id)),
    campaigns: async (_root, args, context) =>
      listCampaigns(context.lists, { ...args, region: await regionOf(context, args.filter) }),
  },
  Mutation: {
    updateCampaign: async (_root, args, context) => {
      const id = await nameParticipant('Campaign', args, context);
      return context.loaders.campaigns.get(id);
    },
  },
  Campaign: participantFields('Campaign', 'campaignId'),
  CampaignConnection: connectionFields,
};
