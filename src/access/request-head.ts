/** What of a request's head says who sent it. */
export type RequestHead = {
  /** Names and values in turn, as they came: what came twice is there twice. */
  readonly rawHeaders: readonly string[];
};

/** What was presented for a key: nothing, or a text; null: something from which none can be read, or more than one. */
export type Presented = 'nothing' | { text: string | null };

/** What a request presents for a key: X-API-Key wins over Authorization, which may be of a proxy in front. */
export function presentedIn(head: RequestHead): Presented {
  const keys = valuesOf(head, 'x-api-key');
  if (keys.length > 0) return { text: keys.length === 1 ? (keys[0] ?? null) : null };
  const authorizations = valuesOf(head, 'authorization');
  if (authorizations.length === 0) return 'nothing';
  return { text: authorizations.length === 1 ? keyInAuthorization(authorizations[0] ?? '') : null };
}

/** Whether somebody in between has passed a request on: then it may come from anywhere. */
export function isForwarded({ rawHeaders }: RequestHead): boolean {
  for (let at = 0; at < rawHeaders.length; at += 2) if (ofProxies.test(rawHeaders[at] ?? '')) return true;
  return false;
}

/** Whether a browser sent it, which would ask its reader for a name and a password where it is told of Basic. */
export function isOfBrowser(head: RequestHead): boolean {
  const { rawHeaders } = head;
  for (let at = 0; at < rawHeaders.length; at += 2) if (ofBrowsers.test(rawHeaders[at] ?? '')) return true;
  return valuesOf(head, 'user-agent').some((agent) => /mozilla/i.test(agent));
}

const ofProxies = /^(forwarded|x-forwarded-.*|via)$/i;
const ofBrowsers = /^(sec-fetch-.*|origin)$/i;

function valuesOf({ rawHeaders }: RequestHead, name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at];
    if (sent?.length === name.length && sent.toLowerCase() === name) values.push((rawHeaders[at + 1] ?? '').trim());
  }
  return values;
}

function keyInAuthorization(value: string): string | null {
  const [, scheme = '', sent = ''] = /^(bearer|basic) +(\S+)$/i.exec(value) ?? [];
  if (scheme.toLowerCase() !== 'basic') return sent || null;
  const userAndPassword = Buffer.from(sent, 'base64').toString('utf8');
  const colon = userAndPassword.indexOf(':');
  return colon < 0 ? null : userAndPassword.slice(colon + 1);
}
