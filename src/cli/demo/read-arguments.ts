import { StartupError } from '../../startup-error.ts';
import { parse, WrongUse } from '../terminal/command.ts';

export const usage = `npm run demo -- [--days 90] [--rate 2] [--seed 1] [--stop-after SECONDS] [--beside] [--url URL]
npm run demo -- --remove [--yes]

Fills the service with a made-up company: two accounts, demo-sales and demo-support, with the calls of 90 days, and live calls
from then on, until Ctrl-C. Works beside the running service, or starts it and stops it again. Run again, it goes on where it
was. Names, numbers and recordings are fictitious.

  --days        How many days of calls there are before today, 1 to 365, where there is no call of the demo yet.
  --rate        How many live calls begin in a minute, 0 to 600. 0: none.
  --seed        Another number makes other calls, 0 to 4294967295.
  --stop-after  Seconds after which no more live calls are sent; those that ring or talk then stay so. Without a service that
                ran before, the service goes on until Ctrl-C.
  --beside      Also where other accounts hold calls: figures that name no account count both.
  --url         Where the running service is. Default: HOST and PORT.
  --remove      Deletes the accounts of the demo, with all that names them, and nothing else.
  --yes         Do not ask.
`;

export type DemoArguments =
  | { command: 'remove'; yes: boolean }
  | {
      command: 'run';
      days: number;
      rate: number;
      seed: number;
      /** Null: until it is told to end. */
      stopAfter: number | null;
      beside: boolean;
      url: string | undefined;
    };

export function readArguments(args: string[]): DemoArguments {
  const { values } = parse(args, {
    days: { type: 'string' },
    rate: { type: 'string' },
    seed: { type: 'string' },
    'stop-after': { type: 'string' },
    beside: { type: 'boolean', default: false },
    url: { type: 'string' },
    remove: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
  });
  const { remove, yes, beside, days, rate, seed, url, 'stop-after': stopAfter } = values;
  if (remove) {
    const others = Object.entries({ days, rate, seed, url, 'stop-after': stopAfter, beside: beside || undefined });
    const other = others.find(([, value]) => value !== undefined);
    if (other) throw new WrongUse(`--${other[0]} does not go with --remove.`);
    return { command: 'remove', yes };
  }
  return {
    command: 'run',
    days: wholeNumber('days', days ?? '90', 1, 365),
    rate: wholeNumber('rate', rate ?? '2', 0, 600),
    seed: wholeNumber('seed', seed ?? '1', 0, 2 ** 32 - 1),
    stopAfter: stopAfter === undefined ? null : wholeNumber('stop-after', stopAfter, 0, 10_000_000),
    beside,
    url: url === undefined ? undefined : readUrl(url),
  };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  if (/^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new StartupError(
    `--${option} is ${JSON.stringify(text.slice(0, 80))}. Allowed: a whole number from ${least} to ${most}.`,
  );
}

function readUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw new StartupError(
    `--url is ${JSON.stringify(text.slice(0, 80))}. Allowed: what stands before /graphql, such as http://127.0.0.1:4000.`,
  );
}
