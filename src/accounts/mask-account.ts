import { maskText } from '../access/masking/mask-text.ts';
import { asItIs, type Masks, type RowMask, rowMask } from '../access/masking/row-mask.ts';
import { hasScope, type Viewer } from '../access/viewer.ts';
import type { Account } from './account.table.ts';

const masks: Masks<Account> = {
  name: maskText,
  provider: asItIs,
  timeZone: asItIs,
  region: asItIs,
  createdAt: asItIs,
};
const maskAccount = rowMask<Account>(masks);

/** What a viewer is shown of accounts; null: all. */
export function accountMask(viewer: Viewer): RowMask<Account> | null {
  return hasScope(viewer, 'numbers') ? null : maskAccount;
}
