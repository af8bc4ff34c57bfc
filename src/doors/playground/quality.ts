/** How much a client wants a name of its Accept or Accept-Encoding header, 0 to 1; wildcards are not counted as naming it. */
export function quality(header: string | string[] | undefined, name: string): number {
  for (const part of String(header ?? '').split(',')) {
    const [value, ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    if (value !== name) continue;
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return q ? Number(q.slice(2)) || 0 : 1;
  }
  return 0;
}
