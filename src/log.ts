import { type DestinationStream, type Logger, pino } from 'pino';
import { isColorSupported, prettyFactory } from 'pino-pretty';
import { describeFailure } from './failures.ts';

export type LogOptions = {
  level: string;
  /** Lines for a person, in place of JSON. */
  forPerson?: boolean;
  destination?: DestinationStream;
};

/** Names under which a careless line could carry personal data or a secret. */
const neverShown = ['secret', 'webhookSecret', 'password', 'url', 'headers', 'body', 'number'];

/** The service's log: JSON lines on stdout, without phone numbers, secrets and statement values. */
export function createLog({ level, forPerson = false, destination }: LogOptions): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeFailure, req: describeRequest, res: describeReply },
    redact: neverShown.flatMap((name) => [name, `*.${name}`]),
  };
  const output = destination ?? openStdout();
  if (!forPerson) return pino(options, output);
  // Not as a stream or a thread of its own: what is written just before the process ends must still arrive.
  const prettify = prettyFactory({ colorize: isColorSupported, translateTime: 'SYS:HH:MM:ss', singleLine: true });
  return pino(options, { write: (line) => output.write(prettify(line)) });
}

function openStdout(): DestinationStream {
  const stdout = pino.destination({ dest: 1, sync: true });
  // A terminal that was closed, a pipe that broke: no reason not to go on, or not to stop in order.
  stdout.on('error', () => {});
  return stdout;
}

function describeRequest({ id, method }: { id?: unknown; method?: unknown }) {
  return { id, method };
}

function describeReply({ statusCode }: { statusCode?: unknown }) {
  return { statusCode };
}
