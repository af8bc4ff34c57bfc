/** What a content type says of a body's form; null where it says none that a delivery has. */
export type DeclaredForm = 'JSON' | 'FORM' | 'MULTIPART';

/** The form that a content type says; null where it says nothing of it, as text/plain and unknown types do. */
export function declaredForm(contentType: string | null): DeclaredForm | null {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/x-www-form-urlencoded') return 'FORM';
  if (type === 'multipart/form-data') return 'MULTIPART';
  return /^(application|text)\/([\w.-]+\+)?json$/.test(type) ? 'JSON' : null;
}
