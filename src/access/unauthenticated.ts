import { AppError } from '../errors.ts';

const howToSend =
  'Send one as the header "Authorization: Bearer KEY" or "X-API-Key: KEY", or as the password of Basic; never in an address.';

const refusal = (problem: string) => new AppError('UNAUTHENTICATED', `${problem} ${howToSend}`, { missing: ['key'] });

/** Nothing was presented where something must be. */
export const keyMissing = () => refusal('This needs an API key, which whoever runs the service makes.');

/** What was presented is none, or not valid: it is never said which. */
export const keyUnknown = () => refusal('The key of this request is not valid here.');

/** The same for what stands for a key. */
export const ticketUnknown = () =>
  new AppError(
    'UNAUTHENTICATED',
    'The ticket of this request is not valid here: one is taken once, within 30 seconds. Get another by POST to /graphql/stream/ticket, with the key.',
    { missing: ['ticket'] },
  );

/** Told to who holds the key alone. */
export const hasExpired = () => refusal('The key of this request has expired.');

/** What was asked with a key that is gone, or may less, ends. */
export const noLongerValid = () => refusal('The key of this request is no longer valid, or no longer the same.');

/** While nobody can say which keys there are, nobody is let in by one that may have been revoked. */
export const keysUnknown = () =>
  new AppError('UNAVAILABLE', 'Which keys are valid cannot be read just now. Try again in a moment.');
