import type { Database } from '../postgres/client.ts';
import type { Page } from '../query/page.ts';
import { type Agent, agents } from './agent.table.ts';
import { listParticipants, type ParticipantKind, type ParticipantListInput } from './list-participants.ts';

export type AgentPage = Page<Agent>;

const kind: ParticipantKind = { type: 'Agent', table: agents, texts: { email: agents.email }, number: agents.number };

/** A page of agents, by name unless ordered otherwise. */
export function listAgents(db: Database, input: ParticipantListInput): AgentPage {
  return listParticipants<Agent>(db, kind, input);
}
