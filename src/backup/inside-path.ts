import { join } from 'node:path';

/** The path of an archive's entry below a folder; null where its name could lead out of it. */
export function insidePath(folder: string, name: string): string | null {
  const steps = name.split('/').filter((step) => step !== '' && step !== '.');
  const isOutside = name.startsWith('/') || name.includes('\0') || name.includes('\\') || steps.includes('..');
  return isOutside ? null : join(folder, ...steps);
}
