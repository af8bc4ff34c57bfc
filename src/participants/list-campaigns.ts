import type { Database } from '../postgres/client.ts';
import type { Page } from '../query/page.ts';
import { type Campaign, campaigns } from './campaign.table.ts';
import { listParticipants, type ParticipantKind, type ParticipantListInput } from './list-participants.ts';

export type CampaignPage = Page<Campaign>;

const kind: ParticipantKind = { type: 'Campaign', table: campaigns, texts: { campaignCode: campaigns.campaignCode } };

/** A page of campaigns, by name unless ordered otherwise. */
export function listCampaigns(db: Database, input: ParticipantListInput): CampaignPage {
  return listParticipants<Campaign>(db, kind, input);
}
