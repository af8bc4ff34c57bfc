import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated.ts';
import { rowIdOf } from '../ids/global-id.ts';
import { connectionFields } from '../paging/connection-fields.ts';
import { nameParticipant } from '../participants/name-participant.ts';
import { participantFields } from '../participants/participant-fields.ts';
import { listCampaigns } from './list-campaigns.ts';

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
