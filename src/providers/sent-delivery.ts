import type { EventForm, WebhookEvent } from '../inbox/webhook-event.table.ts';
import type { ImportForm, SentDelivery } from './provider.ts';

export type KeptDelivery = Pick<WebhookEvent, 'form' | 'body' | 'contentType'>;

/** A delivery as it was received, from what is kept of it. */
export function sentDelivery({ form, body, contentType }: KeptDelivery): SentDelivery {
  if (form === 'QUERY') return { form, body, contentType };
  if (isImportForm(form)) return { form: 'JSON', body, contentType, importedAs: form };
  return { form, body, contentType };
}

function isImportForm(form: EventForm): form is ImportForm {
  return form === 'IMPORT' || form === 'BACKFILL';
}
