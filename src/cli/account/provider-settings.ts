import type { Provider, ProviderSettings } from '../../providers/provider.ts';
import { StartupError } from '../../startup-error.ts';

/** What is stored of settings that only some providers have. Refuses those that this one has not, and what it does not allow. */
export function readSettings(
  { title, settings: known }: Pick<Provider, 'title' | 'settings'>,
  typed: Readonly<Record<string, string>>,
): Partial<ProviderSettings> {
  const read: Partial<ProviderSettings> = {};
  for (const [option, text] of Object.entries(typed)) {
    const setting = known.find((one) => one.option === option);
    if (!setting) {
      const allowed = known.map((one) => `--${one.option} ${one.shown}`).join(', ') || 'none of its own';
      throw new StartupError(`--${option} is no setting of accounts of ${title}. Allowed: ${allowed}.`);
    }
    const stored = setting.read(text);
    if (stored === null) throw new StartupError(`--${option} is not ${setting.allowed}.`);
    Object.assign(read, stored, stored.settings && { settings: { ...read.settings, ...stored.settings } });
  }
  return read;
}

/** The settings of an account that its provider knows, each with its name. */
export function tellSettings({ settings }: Pick<Provider, 'settings'>, account: ProviderSettings): [string, string][] {
  return settings.map(({ option, tell }) => [option.replaceAll('-', ' '), tell(account)]);
}
