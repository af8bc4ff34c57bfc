import { AppError } from '../errors.ts';

/** FORBIDDEN, unless the sender of the request may administer the service. */
export function requireAdmin({ isAdmin }: { isAdmin: boolean }): void {
  if (isAdmin) return;
  throw new AppError(
    'FORBIDDEN',
    'This is for administrators: send the header "Authorization: Bearer <ADMIN_TOKEN>", with the value of that setting of the service.',
  );
}
