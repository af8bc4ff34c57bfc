/** Makes deliveries as CallerDesk sends them, each of a call of its own, the same for the same start number. */
export function deliveries(from: number) {
  let n = from;
  let last: Record<string, string> | undefined;
  let seed = from % 2_147_483_647;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const pad = (value: number, length = 2) => String(value).padStart(length, '0');
  const clock = (seconds: number) => {
    const s = seconds % 86_400;
    return `2026-06-${pad(1 + (Math.floor(seconds / 86_400) % 28))} ${pad(Math.floor(s / 3600))}:${pad(Math.floor(s / 60) % 60)}:${pad(s % 60)}`;
  };

  const report = (): Record<string, string> => {
    n += 1;
    const start = 30_000 + Math.floor(n / 20);
    const answered = random(10) < 7;
    const wait = 5 + random(30);
    const talk = answered ? 10 + random(400) : 0;
    const agent = random(300);
    const isOutgoing = n % 4 === 0;
    const numbers = [`98${pad(random(2_000_000), 8)}`, `92${pad(agent, 8)}`] as const;
    last = {
      type: 'call_report',
      SourceNumber: numbers[isOutgoing ? 1 : 0],
      DestinationNumber: `0806286${pad(random(30), 4)}`,
      DialWhomNumber: numbers[isOutgoing ? 0 : 1],
      CallDuration: String(wait + talk),
      coins: '1',
      Status: answered ? 'ANSWER' : 'NO ANSWER',
      StartTime: clock(start),
      EndTime: clock(start + wait + talk),
      CallSid: `${1_780_000_000 + start}.${n}`,
      CallRecordingUrl: answered ? `https://callrecords.callerdesk.io/incoming/${n}.mp3` : '',
      Direction: isOutgoing ? 'WEBOBD' : 'IVR',
      campid: '',
      TalkDuration: String(talk),
      call_group: `Group ${random(20)}`,
      receiver_name: `Agent ${agent}`,
      LegA_Picked_time: clock(start + 1),
      LegB_Start_time: clock(start + 3),
      LegB_Picked_time: answered ? clock(start + wait) : '',
    };
    return last;
  };
  const live = (): Record<string, string> => {
    const { EndTime: _e, CallDuration: _c, TalkDuration: _t, CallRecordingUrl: _r, ...rest } = report();
    const { LegA_Picked_time: _a, LegB_Start_time: _b, LegB_Picked_time: _p, coins: _o, ...event } = rest;
    last = undefined;
    return { ...event, type: 'live_call', Status: 'Transfer to agent' };
  };
  /** Half new reports, three in ten live events, two in ten what was just sent. */
  const mixed = (): Record<string, string> => {
    const kind = random(10);
    if (kind >= 8 && last) return last;
    return kind >= 5 ? live() : report();
  };
  return { report, mixed };
}
