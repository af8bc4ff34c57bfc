import type { Random } from '../../src/generator/random.ts';

const zoneMs = 5.5 * 3_600_000;
const localText = (ms: number) => new Date(ms + zoneMs).toISOString().slice(0, 19).replace('T', ' ');

/**
 * Deliveries of calls that go on now: live events, the reports of those calls some seconds later, and some of them again.
 * `run` tells the calls of this run from those of others.
 */
export function deliveriesOfNow(random: Random, run: number) {
  const going: { n: number; from: number }[] = [];
  let made = 0;
  let last: Record<string, string> | undefined;
  const common = (n: number, from: number) => {
    const customer = `98${String((n * 7919) % 200_000).padStart(8, '0')}`;
    const agent = `92${String(n % 300).padStart(8, '0')}`;
    const isOutgoing = n % 5 === 0;
    return {
      CallSid: `${Math.floor(from / 1000)}.${run}${n}`,
      SourceNumber: isOutgoing ? agent : customer,
      DestinationNumber: `0806286${String(n % 30).padStart(4, '0')}`,
      DialWhomNumber: isOutgoing ? customer : agent,
      Direction: isOutgoing ? 'WEBOBD' : 'IVR',
      StartTime: localText(from),
      call_group: `Group ${n % 20}`,
      receiver_name: `Agent ${n % 300}`,
    };
  };
  const live = (now: number) => {
    made += 1;
    going.push({ n: made, from: now });
    return { ...common(made, now), type: 'live_call', Status: 'Transfer to agent' };
  };
  const report = (now: number) => {
    const { n, from } = going.shift() ?? { n: ++made, from: now - 60_000 };
    const isAnswered = random.chance(0.7);
    const wait = 2 + random.below(10);
    const end = Math.max(now, from + (wait + 1) * 1000);
    return {
      ...common(n, from),
      type: 'call_report',
      Status: isAnswered ? 'ANSWER' : 'NO ANSWER',
      EndTime: localText(end),
      CallDuration: String(Math.floor((end - from) / 1000)),
      TalkDuration: isAnswered ? String(Math.floor((end - from) / 1000) - wait) : '0',
      LegA_Picked_time: localText(from + 1000),
      LegB_Start_time: localText(from + 2000),
      LegB_Picked_time: isAnswered ? localText(from + wait * 1000) : '',
      coins: '1',
    };
  };
  return (now: number): Record<string, string> => {
    const draw = random.below(10);
    if (draw >= 9 && last) return last;
    last = draw < 4 ? live(now) : report(now);
    return last;
  };
}
