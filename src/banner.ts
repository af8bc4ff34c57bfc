/** The call of the provider's documentation, with times. */
export const sampleCall = {
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

/** What the person who started the service needs next: where it is, and a first call. */
export function banner(address: string, webhookSecret: string): string {
  const webhook = `${address}/webhooks/callerdesk/${webhookSecret}`;
  return `
  GraphQL      ${address}/graphql
  Playground   ${address}/graphql (open it in a browser)
  Webhook      ${webhook}
               Paste it into CallerDesk, with a public host that leads here in place of ${new URL(address).host}.

  Send a sample call:
  curl '${webhook}' -H 'content-type: application/json' -d '${JSON.stringify(sampleCall)}'

`;
}

/** The address to open in a browser on this machine. */
export function addressOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
