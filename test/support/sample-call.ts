/** The call of the start page's curl line, which the queries of docs/queries ask for. */
export const theSampleCall = {
  CallSid: '1672649960.9601',
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  DialWhomNumber: '9281234567',
  receiver_name: 'Ashish',
  Direction: 'IVR',
  Status: 'ANSWER',
  StartTime: '2023-01-02 14:29:20',
  EndTime: '2023-01-02 14:30:20',
  CallDuration: '60',
  TalkDuration: '40',
};
