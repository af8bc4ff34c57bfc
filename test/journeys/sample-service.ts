import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { startTimeOf } from '../../src/process-identity.ts';
import { makeFilledDataDir } from '../support/filled-data.ts';
import { makeDataDir, type Service, startService } from '../support/service.ts';

const sampleSid = '1672649960.9601';
/** What is to be done after the test, the last first. */
export const cleanUp: (() => unknown)[] = [];

export function cleanUpAfterEach(): void {
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).reverse()) await clean();
  });
}

export const sampleCall = {
  CallSid: sampleSid,
  SourceNumber: '9812345678',
  DestinationNumber: '08062861230',
  DialWhomNumber: '9281234567',
  Direction: 'IVR',
  Status: 'ANSWER',
  StartTime: '2023-01-02 14:29:20',
  EndTime: '2023-01-02 14:30:20',
  CallDuration: '60',
  TalkDuration: '40',
};

export async function newDataDir(): Promise<{ dataDir: string }> {
  const { dataDir, remove } = await makeDataDir();
  cleanUp.push(remove);
  return { dataDir };
}

/** One in which a service was started before. */
export async function usedDataDir(): Promise<{ dataDir: string }> {
  const { dataDir, remove } = await makeFilledDataDir();
  cleanUp.push(remove);
  return { dataDir };
}

export async function start(options: Parameters<typeof startService>[0]): Promise<Service> {
  const service = await startService(options);
  cleanUp.push(() => service.stop());
  return service;
}

export async function sendSampleCall(service: Service): Promise<void> {
  const answer = await fetch(service.webhookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(sampleCall),
  });
  expect([answer.status, await answer.text()]).toEqual([200, 'success']);
}

export async function hasSampleCall(service: Service): Promise<boolean> {
  const answer = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ callBySid(callSid: "${sampleSid}") { callSid } }` }),
  });
  const { data, errors } = (await answer.json()) as { data?: { callBySid: object | null }; errors?: unknown };
  expect(errors).toBeUndefined();
  return data?.callBySid != null;
}

export function databasePid(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
}

export function isRunning(pid: number): boolean {
  return startTimeOf(pid) !== null;
}

export function hasEntry(folder: string, name: RegExp): boolean {
  try {
    return readdirSync(folder).some((entry) => name.test(entry));
  } catch {
    return false;
  }
}
