/** The keys we know of, folded. */
export const fieldNames = [
  'type',
  'uniqueid',
  'callsid',
  'direction',
  'status',
  'callstatus',
  'sourcenumber',
  'destinationnumber',
  'dialwhomnumber',
  'receivername',
  'agentemail',
  'callgroup',
  'keypress',
  'starttime',
  'endtime',
  'legapickedtime',
  'legbstarttime',
  'legbpickedtime',
  'callduration',
  'talkduration',
  'hangupcause',
  'errorcode',
  'coins',
  'campid',
  'accountid',
  'groupid',
  'cpartynumber',
  'cpartyrecording',
  'callrecordingurl',
  // Of rows of the call list alone, whatever their direction.
  'rowcustomer',
  'rowagent',
] as const;

export type FieldName = (typeof fieldNames)[number];

const known: ReadonlySet<string> = new Set(fieldNames);

/** Whether a folded key is one of ours. */
export function isFieldName(name: string): name is FieldName {
  return known.has(name);
}

/** A key without regard to case and separators: the provider's products spell them differently. */
export function foldKey(key: string): string {
  return key.toLowerCase().replace(/[\s_.-]+/g, '');
}
