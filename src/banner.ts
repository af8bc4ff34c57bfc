import { type Provider, webhookPath } from './providers/provider.ts';

/** What the person who started the service needs next: where it is, and a first call. */
export function banner(
  address: string,
  { provider, secret, opensTo }: { provider: Provider; secret: string; opensTo: string },
): string {
  const webhook = `${address}${webhookPath(provider, secret)}`;
  return `
  GraphQL      ${address}/graphql
  Playground   ${address}/graphql (open it in a browser)
  Opens to     ${opensTo}
  Webhook      ${webhook}
               Paste it into ${provider.title}, with a public host that leads here in place of ${new URL(address).host}.

  Send a sample call:
  curl '${webhook}' -H 'content-type: ${provider.webhook.sample.contentType}' -d '${provider.webhook.sample.body}'

`;
}

/** The address to open in a browser on this machine. */
export function addressOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
