import { AppError } from '../errors.ts';
import { hasScope, type Viewer } from './viewer.ts';

/** Who sent a request. */
export type Sender = {
  viewer: Viewer;
  /** A page of another origin: whatever its reader may do, it may not. */
  isForeign: boolean;
};

/** FORBIDDEN, unless the sender of the request may administer the service. */
export function requireAdmin({ viewer, isForeign }: Sender): void {
  if (isForeign) throw foreignOrigin();
  if (hasScope(viewer, 'admin')) return;
  throw new AppError(
    'FORBIDDEN',
    'This is for administrators: send the header "Authorization: Bearer <ADMIN_TOKEN>", with the value of that setting of the service.',
  );
}

export function foreignOrigin(): AppError {
  return new AppError(
    'FORBIDDEN',
    'The header Origin names a page that is not of this service, and such a page may neither change anything nor ask what is ' +
      'for administrators. If it is of this service, add the name of its host to the setting PUBLIC_HOSTS.',
  );
}
