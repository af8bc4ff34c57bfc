import { afterEach, beforeEach, expect, vi } from 'vitest';

/** In this file no client may warn of anything, or report an error, on the console. */
export function allowNoWarnings(): void {
  beforeEach(() => {
    vi.spyOn(console, 'warn');
    vi.spyOn(console, 'error');
  });
  afterEach(() => {
    expect(vi.mocked(console.warn).mock.calls).toEqual([]);
    expect(vi.mocked(console.error).mock.calls).toEqual([]);
    vi.restoreAllMocks();
  });
}
