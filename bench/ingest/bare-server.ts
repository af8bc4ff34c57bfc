import Fastify from 'fastify';
import pg from 'pg';
import { z } from 'zod';

// What the service is measured against: one statement into calls for each request, and nothing else: no inbox, no
// dimension tables, no merge, no phone numbers, no time zone. Unless the statement is prepared, the driver has the database
// parse and plan it for each request.
const payload = z.object({
  CallSid: z.string().min(1),
  SourceNumber: z.string(),
  DestinationNumber: z.string(),
  DialWhomNumber: z.string(),
  receiver_name: z.string(),
  Direction: z.string(),
  Status: z.string(),
  StartTime: z.string(),
  EndTime: z.string(),
  CallDuration: z.coerce.number().int(),
  TalkDuration: z.coerce.number().int(),
  CallRecordingUrl: z.string(),
});

const [, , url, port, prepared] = process.argv;
// Connections that are closed while the other side is measured would be missing from the count of CPU time.
const pool = new pg.Pool({ connectionString: url, max: 16, idleTimeoutMillis: 0 });
const app = Fastify();

app.post('/webhook', async (request) => {
  const call = payload.parse(request.body);
  const answered = call.Status === 'ANSWER';
  await pool.query({
    ...(prepared && { name: 'upsert' }),
    text: `insert into calls (account_id, call_sid, direction, status, disposition, outcome, source_number,
        destination_number, dialed_number, customer_number, agent_number, agent_name, started_at, ended_at,
        duration_seconds, talk_seconds, recording_url, provider_status, provider_direction, created_at, updated_at)
      values (1, $1, 'INBOUND', 'COMPLETED', $2::call_disposition, $3::call_outcome, $4, $5, $6, $4, $6, $7,
        $8::timestamp at time zone 'Asia/Kolkata', $9::timestamp at time zone 'Asia/Kolkata', $10, $11, $12, $13, $14, $15, $15)
      on conflict (call_sid, account_id) do update set status = excluded.status, disposition = excluded.disposition,
        outcome = excluded.outcome, ended_at = excluded.ended_at, duration_seconds = excluded.duration_seconds,
        talk_seconds = excluded.talk_seconds, recording_url = excluded.recording_url, updated_at = excluded.updated_at`,
    values: [
      call.CallSid,
      answered ? 'ANSWERED' : 'NO_ANSWER',
      answered ? 'ANSWERED' : 'MISSED',
      call.SourceNumber,
      call.DestinationNumber,
      call.DialWhomNumber,
      call.receiver_name,
      call.StartTime,
      call.EndTime,
      call.CallDuration,
      call.TalkDuration,
      call.CallRecordingUrl,
      call.Status,
      call.Direction,
      new Date().toISOString(),
    ],
  });
  return 'success';
});

await app.listen({ host: '127.0.0.1', port: Number(port) });
