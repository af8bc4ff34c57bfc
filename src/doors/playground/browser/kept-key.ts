const place = 'call-analytics:key';

/** The key that its reader gave: of this tab alone, gone with it, and never in the address. */
export const keptKey = {
  read: (): string | null => sessionStorage.getItem(place),
  keep: (key: string): void => sessionStorage.setItem(place, key),
  forget: (): void => sessionStorage.removeItem(place),
};

/** Takes away what earlier versions of this page kept for ever: queries, variables and history. */
export function forgetFormerStorage(): void {
  for (const name of Object.keys(localStorage)) if (name.startsWith('graphiql:')) localStorage.removeItem(name);
}
