import { maskEmail } from '../access/masking/mask-email.ts';
import { maskNumber } from '../access/masking/mask-number.ts';
import { maskText } from '../access/masking/mask-text.ts';
import { asItIs, hidden, type Mask, type Masks, type RowMask, rowMask } from '../access/masking/row-mask.ts';
import { hasScope, type Viewer } from '../access/viewer.ts';
import type {
  Agent,
  CallGroup,
  Campaign,
  Customer,
  ParticipantRows,
  ParticipantType,
  VirtualNumber,
} from './participants.table.ts';

const common = { name: maskText, nameKey: maskText, firstCallAt: asItIs, lastCallAt: asItIs };

const texts: { [Type in ParticipantType]: Masks<ParticipantRows[Type]> } = {
  Agent: { ...common, number: maskNumber, email: maskEmail, sentName: maskText, givenName: maskText },
  Campaign: { ...common, campaignCode: maskText },
  CallGroup: common,
  // The account's own number.
  VirtualNumber: { ...common, number: asItIs },
  Customer: { ...common, number: maskNumber, pseudonym: asItIs, name: hidden, nameKey: hidden },
};

const rows: { [Type in ParticipantType]: RowMask<ParticipantRows[Type]> } = {
  Agent: rowMask<Agent>(texts.Agent),
  Campaign: rowMask<Campaign>(texts.Campaign),
  CallGroup: rowMask<CallGroup>(texts.CallGroup),
  VirtualNumber: rowMask<VirtualNumber>(texts.VirtualNumber),
  Customer: rowMask<Customer>(texts.Customer),
};

/** What a viewer is shown of agents, campaigns, call groups, virtual numbers or customers; null: all. */
export function participantMask<Type extends ParticipantType>(
  viewer: Viewer,
  type: Type,
): RowMask<ParticipantRows[Type]> | null {
  return hasScope(viewer, 'numbers') ? null : rows[type];
}

/** What a viewer is shown of one of their texts. */
export function participantText(viewer: Viewer, type: ParticipantType, name: string): Mask {
  const mask = (texts[type] as Readonly<Record<string, Mask>>)[name];
  if (!mask) throw new Error(`${type} has no text ${name}`);
  return hasScope(viewer, 'numbers') ? asItIs : mask;
}
