import { describe, expect, test } from 'vitest';
import { hostNameOf, isLoopbackName, isWildcard } from '../../src/access/host-name.ts';
import { ownHosts } from '../../src/access/own-hosts.ts';

test.each([
  ['calls.example.com', 'calls.example.com'],
  ['Calls.EXAMPLE.com:8443', 'calls.example.com'],
  ['calls.example.com.', 'calls.example.com'],
  ['calls.example.com.:80', 'calls.example.com'],
  ['calls_1.internal', 'calls_1.internal'],
  ['büro.example', 'xn--bro-hoa.example'],
  ['10.0.0.5:4000', '10.0.0.5'],
  ['0x7f.1', '127.0.0.1'],
  ['::1', '::1'],
  ['[::1]', '::1'],
  ['[0:0:0:0:0:0:0:1]:4000', '::1'],
  ['[FE80::1%eth0]', 'fe80::1'],
  ['fe80::1%eth0', 'fe80::1'],
])('%s is the name %s', (text, name) => {
  expect(hostNameOf(text)).toBe(name);
});

test.each([
  '',
  ' ',
  ':4000',
  '.',
  'a b',
  'me@localhost',
  'localhost/',
  'localhost#',
  'localhost?x',
  'evil.example\\localhost',
  '%6cocalhost',
  'localhost, evil.example',
  'localhost:4000:80',
  'localhost:x',
  'localhost:123456',
  '[::1',
  '[::1]x',
  '[localhost]',
  'http://localhost',
  '256.256.256.256',
  '<script>',
])('%j is no name', (text) => {
  expect(hostNameOf(text)).toBeNull();
});

test.each(['localhost', 'calls.localhost', '127.0.0.1', '127.255.0.9', '::1', '::ffff:7f00:1'])(
  '%s is nobody else’s',
  (name) => {
    expect(isLoopbackName(name)).toBe(true);
  },
);

test.each(['localhost.example.com', 'notlocalhost', 'localhost.localdomain', '128.0.0.1', '0.0.0.0', '::', '::2', ''])(
  '%j may be somebody else’s',
  (name) => {
    expect(isLoopbackName(name)).toBe(false);
  },
);

test.each(['0.0.0.0', '0', '0x0', '::', '0:0:0:0:0:0:0:0', '::0'])('%s is every address of the machine', (host) => {
  expect(isWildcard(host)).toBe(true);
});

describe('the service’s own names', () => {
  const settings: [what: string, settings: Parameters<typeof ownHosts>[0], own: string[], others: string[]][] = [
    ['a loopback address', { host: '127.0.0.1' }, ['localhost:4000', '[::1]:4000'], ['calls.example.com', '10.0.0.5']],
    [
      'a loopback address and a public name',
      { host: '127.0.0.1', publicHosts: ['Calls.Example.com.'] },
      ['calls.example.com:443', 'localhost'],
      ['example.com', 'x.calls.example.com', 'calls.example.com.evil.example'],
    ],
    ['an address', { host: '10.0.0.5' }, ['10.0.0.5:4000', '127.0.0.1'], ['10.0.0.6', 'calls.example.com']],
    ['a name', { host: 'box.internal' }, ['BOX.internal.'], ['10.0.0.5']],
    [
      'all addresses and a public name',
      { host: '0.0.0.0', publicHosts: ['calls.example.com'] },
      ['calls.example.com', 'localhost'],
      ['10.0.0.5', 'evil.example'],
    ],
  ];
  test.each(settings)('with HOST %s', (_what, given, own, others) => {
    const { takes, takesAny } = ownHosts(given);
    expect(takesAny).toBe(false);
    expect(own.filter((name) => !takes(name))).toEqual([]);
    expect(others.filter(takes)).toEqual([]);
    expect(takes(undefined)).toBe(false);
  });

  test('are all names where HOST is a wildcard and nobody has said which', () => {
    const { takes, takesAny } = ownHosts({ host: '::' });
    expect(takesAny).toBe(true);
    for (const name of ['evil.example', '', undefined]) expect(takes(name)).toBe(true);
  });
});

describe('a page', () => {
  const known = ownHosts({ host: '127.0.0.1', publicHosts: ['calls.example.com'] });
  const any = ownHosts({ host: '0.0.0.0' });

  test.each([
    'http://localhost:3000',
    'https://calls.example.com',
    'http://CALLS.example.com.:81',
    'http://[::1]:4000',
  ])('of %s is the service’s own', (origin) => {
    expect(known.isForeign(origin, '127.0.0.1:4000')).toBe(false);
  });

  test.each([
    'null',
    '',
    'http://evil.example',
    'http://localhost.evil.example',
    'http://me@localhost',
    'http://evil.example/localhost',
    'http://localhost, http://evil.example',
    'chrome-extension://abcdef',
    'file://',
    'localhost',
  ])('of %j is another’s', (origin) => {
    expect(known.isForeign(origin, '127.0.0.1:4000')).toBe(true);
    expect(any.isForeign(origin, '127.0.0.1:4000')).toBe(true);
  });

  test('is the service’s own under the name it was asked by, where any name is taken', () => {
    expect(any.isForeign('https://calls.example.org', 'calls.example.org:4000')).toBe(false);
    expect(any.isForeign('https://calls.example.org', 'other.example.org')).toBe(true);
    expect(any.isForeign('https://calls.example.org', undefined)).toBe(true);
    expect(known.isForeign('https://calls.example.org', 'calls.example.org')).toBe(true);
  });

  test('that says nothing of itself is none', () => {
    expect(known.isForeign(undefined, 'localhost')).toBe(false);
  });
});
