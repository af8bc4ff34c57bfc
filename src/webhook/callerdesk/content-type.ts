import { TextDecoder } from 'node:util';
import type { DeliveryForm } from './payload.ts';

/** The form that a content type says; null if it says none, as text/plain does. */
export function declaredForm(sentAs: DeliveryForm, contentType: string | null): DeliveryForm | null {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === '' || type === 'text/plain') return null;
  if (type === 'application/x-www-form-urlencoded') return 'FORM';
  return /^[a-z]+\/([\w.-]+\+)?json$/.test(type) ? 'JSON' : sentAs;
}

/** A body's text in the charset of its content type; null if its bytes are no such text. */
export function decodeBody(body: Buffer, contentType: string | null): { charset: string; text: string | null } {
  const decoder = decoderOf(/;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8');
  try {
    return { charset: decoder.encoding, text: decoder.decode(body) };
  } catch {
    return { charset: decoder.encoding, text: null };
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

// Of a charset that nobody knows the likeliest reading is UTF-8; if the bytes are not, that is said.
function decoderOf(label: string): TextDecoder {
  if (/^utf-?8$/i.test(label)) return utf8;
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    return utf8;
  }
}
