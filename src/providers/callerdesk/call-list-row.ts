import type { FieldName } from './field-names.ts';

/**
 * What the fields of a row of the provider's call list (call_list_v2) are called in a delivery, folded. Where a row has
 * another word for something, or says it in another way, it gets a name of its own.
 */
const names = new Map<string, FieldName>([
  ['sidid', 'callsid'],
  ['flowtype', 'direction'],
  ['deskphone', 'destinationnumber'],
  ['callernum', 'rowcustomer'],
  ['membernum', 'rowagent'],
  ['membername', 'receivername'],
  ['callresult', 'status'],
  ['startdatetime', 'starttime'],
  ['enddatetime', 'endtime'],
  ['totalduration', 'callduration'],
  ['coindeducted', 'coins'],
  ['keypressed', 'keypress'],
  ['groupname', 'callgroup'],
  ['file', 'callrecordingurl'],
]);

/** Whether keys, folded, are those of a row of the call list, not of a delivery. */
export function isCallListRow(folded: readonly string[]): boolean {
  return !folded.includes('callsid') && folded.includes('sidid');
}

/** A row's field under the name that it has in a delivery. */
export function rowFieldName(folded: string): string {
  return names.get(folded) ?? folded;
}
