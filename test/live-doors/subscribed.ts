/** What is subscribed to where it does not matter what. */
export const figures = 'subscription { callMetrics(range: { last: "P1D" }) { totals { callCount liveCount } } }';

/** A delivery that says that a call rings now. */
export function ringing(callSid: string) {
  const now = new Date(Date.now() + 5.5 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  return {
    CallSid: callSid,
    SourceNumber: '09812345678',
    DestinationNumber: '08047112233',
    DialWhomNumber: '09900000001',
    Direction: 'IVR',
    StartTime: now,
    CurrentTime: now,
    Status: 'ringing',
    type: 'live_call',
  };
}
