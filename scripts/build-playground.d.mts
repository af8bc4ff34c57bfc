/** Bundles the playground into dist/playground, unless what lies there was made of the same inputs. */
export function buildPlayground(): Promise<void>;
