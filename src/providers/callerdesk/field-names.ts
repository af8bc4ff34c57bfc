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

/** The keys in the provider's spelling, but for those of rows of the call list. */
export const spelledNames: readonly string[] = [
  'type',
  'Uniqueid',
  'CallSid',
  'Direction',
  'Status',
  'callstatus',
  'SourceNumber',
  'DestinationNumber',
  'DialWhomNumber',
  'receiver_name',
  'agent_email',
  'call_group',
  'key_press',
  'StartTime',
  'EndTime',
  'LegA_Picked_time',
  'LegB_Start_time',
  'LegB_Picked_time',
  'CallDuration',
  'TalkDuration',
  'hangup_cause',
  'error_code',
  'coins',
  'campid',
  'account_id',
  'group_id',
  'cparty_number',
  'cparty_recording',
  'CallRecordingUrl',
];

const times: ReadonlySet<string> = new Set<FieldName>([
  'starttime',
  'endtime',
  'legapickedtime',
  'legbstarttime',
  'legbpickedtime',
]);

/** Whether a folded key is that of a moment. */
export function isTimeField(name: string): boolean {
  return times.has(name);
}
