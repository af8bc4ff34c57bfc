import { AppError, type ArgumentPath } from '../errors.ts';
import type { OpensTo } from './opens-to.ts';
import { hasScope, type Scope, type Viewer } from './viewer.ts';

/** Who sent a request. */
export type Sender = {
  viewer: Viewer;
  /** A page of another origin: whatever its reader may do, it may not. */
  isForeign: boolean;
};

/** FORBIDDEN, unless a viewer has at least one of some scopes. Says nothing of whether what is asked for exists. */
export function requireScope(viewer: Viewer, ...anyOf: readonly [Scope, ...Scope[]]): void {
  if (anyOf.some((scope) => hasScope(viewer, scope))) return;
  const needed = anyOf.length === 1 ? `the scope ${anyOf[0]}` : `one of the scopes ${anyOf.join(', ')}`;
  throw new AppError('FORBIDDEN', `This needs ${needed}, which the key of this request does not have.`, {
    missing: anyOf,
  });
}

/** The same for rows that scopes open; of none: every viewer may have them. */
export function requireOpened(viewer: Viewer, scopes: OpensTo): void {
  const [first, ...others] = scopes;
  if (first !== undefined) requireScope(viewer, first, ...others);
}

/** What is answered where an argument asks for what its viewer is not shown. `allowed`: what may be asked without the scope. */
export function hiddenArgument(argument: ArgumentPath, missing: Scope, allowed: string): AppError {
  return new AppError(
    'FORBIDDEN',
    `${argument.join('.')}: needs the scope ${missing}, which the key of this request does not have. Allowed without it: ${allowed}.`,
    { argument, missing: [missing] },
  );
}

/** The same for what pages of another origin may not do, whoever looks at them. */
export function requireOwnPage({ isForeign }: Pick<Sender, 'isForeign'>): void {
  if (isForeign) throw foreignOrigin();
}

export function foreignOrigin(): AppError {
  return new AppError(
    'FORBIDDEN',
    'The header Origin names a page that is not of this service, and such a page may neither change anything nor ask what is ' +
      'for administrators. If it is of this service, add the name of its host to the setting PUBLIC_HOSTS; if it is one of another ' +
      'that may, name its origin in the setting ALLOWED_ORIGINS, and have it send a key.',
  );
}

/** What is answered to a GET that a page of another origin may have had a browser send. */
export function foreignGet(): AppError {
  return new AppError(
    'FORBIDDEN',
    'This GET was sent by a page that is not of this service (its headers Sec-Fetch-Site, Origin or Referer say so). If that page ' +
      'may ask, name its origin in the setting ALLOWED_ORIGINS, and have it ask by fetch. Else ask from a program, or from a page of this service.',
  );
}

/** What is answered to a subscription of a page of another origin. */
export function foreignSubscriber(): AppError {
  return new AppError(
    'FORBIDDEN',
    'A page that is not of this service may not subscribe here (the header Origin, Sec-Fetch-Site or Referer says that it is one). If it ' +
      'is of this service, add the name of its host to the setting PUBLIC_HOSTS; if it is one of another that may, name its origin in ' +
      'the setting ALLOWED_ORIGINS.',
  );
}
