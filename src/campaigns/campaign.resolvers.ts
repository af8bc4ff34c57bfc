import { regionOf } from '../accounts/region-of.ts';
import type { Resolvers } from '../graphql/generated.ts';
import { rowIdOf } from '../ids/global-id.ts';
import { connectionFields } from '../paging/connection-fields.ts';
import { participantFields } from '../participants/participant-fields.ts';
import { listCampaigns } from './list-campaigns.ts';

export const campaignResolvers: Pick<Resolvers, 'Campaign' | 'CampaignConnection'> & {
  Query: Pick<NonNullable<Resolvers['Query']>, 'campaign' | 'campaigns'>;
} = {
  Query: {
    campaign: (_root, { id }, { loaders }) => loaders.campaigns.find(rowIdOf('Campaign', id)),
    campaigns: async (_root, args, context) =>
      listCampaigns(context.db, { ...args, region: await regionOf(context, args.filter) }),
  },
  Campaign: participantFields('Campaign', 'campaignId'),
  CampaignConnection: connectionFields,
};
