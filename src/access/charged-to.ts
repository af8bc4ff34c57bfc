import { networkOf } from './client-address.ts';
import { administrator, type Viewer } from './viewer.ts';

/** Whose budget a question is charged to, and whose questions it is counted among: its key; without one, its client's address. */
export function chargedTo({ name }: Viewer, address: string): string {
  return name === administrator.name ? `address ${networkOf(address)}` : `key ${name}`;
}
