CREATE TABLE "bi_buckets" (
	"time_zone" text NOT NULL,
	"unit" text NOT NULL,
	"starts_at" timestamp(3) with time zone NOT NULL,
	"ends_at" timestamp(3) with time zone NOT NULL,
	"label" text NOT NULL,
	"day" date NOT NULL,
	"day_of_week" integer NOT NULL,
	"hour_of_day" integer,
	CONSTRAINT "bi_buckets_time_zone_unit_starts_at_pk" PRIMARY KEY("time_zone","unit","starts_at")
);
--> statement-breakpoint
CREATE TABLE "bi_masks" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"address" text NOT NULL,
	"digit_run" text NOT NULL,
	"other_digits" text NOT NULL,
	"ascii_digits" text NOT NULL,
	"code_lengths" text NOT NULL,
	"first_letter" text NOT NULL,
	"ending" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bi_role_accounts" (
	"role_name" text NOT NULL,
	"account_id" integer NOT NULL,
	"sees_numbers" boolean NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "bi_role_accounts_role_name_account_id_pk" PRIMARY KEY("role_name","account_id")
);--> statement-breakpoint
CREATE SCHEMA "bi";--> statement-breakpoint
COMMENT ON SCHEMA bi IS 'Views for BI tools: docs/bi.md';--> statement-breakpoint
create view bi.calls with (security_barrier) as select
  calls.id as call_key,
  calls.account_id as account_key,
  calls.call_sid || '' as call_sid,
  calls.direction::text as direction,
  calls.status::text as status,
  calls.disposition::text as disposition,
  calls.outcome::text as outcome,
  calls.ended_by::text as ended_by,
  calls.customer_number || '' as customer_number,
  calls.customer_id as customer_key,
  customers.pseudonym || '' as customer_pseudonym,
  calls.agent_number || '' as agent_number,
  calls.agent_name || '' as agent_name,
  calls.agent_id as agent_key,
  calls.virtual_number_id as virtual_number_key,
  calls.call_group_id as call_group_key,
  calls.campaign_id as campaign_key,
  calls.source_number || '' as source_number,
  calls.destination_number || '' as destination_number,
  calls.dialed_number || '' as dialed_number,
  calls.started_at as started_at,
  calls.leg_a_picked_at as leg_a_picked_at,
  calls.leg_b_started_at as leg_b_started_at,
  calls.leg_b_picked_at as leg_b_picked_at,
  calls.answered_at as answered_at,
  calls.ended_at as ended_at,
  calls.duration_seconds as duration_seconds,
  calls.talk_seconds as talk_seconds,
  calls.ivr_seconds as ivr_seconds,
  calls.ring_seconds as ring_seconds,
  calls.wait_seconds as wait_seconds,
  calls.coins as coins,
  calls.recording_url is not null as has_recording,
  calls.key_press || '' as key_press,
  calls.hangup_cause as hangup_cause,
  calls.error_code || '' as error_code,
  calls.provider_status || '' as provider_status,
  calls.provider_direction || '' as provider_direction,
  calls.created_at as created_at,
  calls.updated_at as updated_at
from bi_role_accounts as r join calls on calls.account_id = r.account_id
  left join customers on customers.account_id = calls.account_id and customers.id = calls.customer_id
where r.role_name = session_user::text;--> statement-breakpoint
comment on view bi.calls is 'The calls, with numbers as they are. Only for roles that were made with --numbers.';--> statement-breakpoint
comment on column bi.calls.call_key is 'The call: a number that joins these views, and no id of the API, which are enciphered.';--> statement-breakpoint
comment on column bi.calls.account_key is 'The key of its account in bi.accounts.';--> statement-breakpoint
comment on column bi.calls.call_sid is 'The provider''s id of the call, unique within its account. Of an outgoing call that only the provider''s list tells of it may be the list''s own, until a delivery names the CallSid. Without the scope `numbers` it is `•••••••` where it has the last seven digits of one of the call''s numbers in it: then nothing finds the call by it, and in filters it is missing.';--> statement-breakpoint
comment on column bi.calls.direction is 'Who called whom.';--> statement-breakpoint
comment on column bi.calls.status is 'Where the call is in its life.';--> statement-breakpoint
comment on column bi.calls.disposition is 'How it ended. Null while it is live or unreported.';--> statement-breakpoint
comment on column bi.calls.outcome is 'What came of it. Null while it is live or unreported.';--> statement-breakpoint
comment on column bi.calls.ended_by is 'Who hung up or did not answer: the party that the provider names beside its status words; CUSTOMER for an abandoned call; SYSTEM for a network failure; null where nothing tells.';--> statement-breakpoint
comment on column bi.calls.customer_number is 'The customer''s number. Null if withheld, or if the direction is UNKNOWN.';--> statement-breakpoint
comment on column bi.calls.customer_key is 'The key of its customer in bi.customers. Null without one.';--> statement-breakpoint
comment on column bi.calls.customer_pseudonym is 'Stands for the customer where the number is masked: 12 characters, the same for all calls of a customer. Null without a customer, and once they are erased.';--> statement-breakpoint
comment on column bi.calls.agent_number is 'The agent''s number. Null if nobody was reached, or if the direction is UNKNOWN.';--> statement-breakpoint
comment on column bi.calls.agent_name is 'The agent''s name as sent with this call; `agent.name` is today''s. The filter agentName means this one.';--> statement-breakpoint
comment on column bi.calls.agent_key is 'The key of its agent in bi.agents. Null without one.';--> statement-breakpoint
comment on column bi.calls.virtual_number_key is 'The key of its virtual number in bi.virtual_numbers. Null without one.';--> statement-breakpoint
comment on column bi.calls.call_group_key is 'The key of its call group in bi.call_groups. Null without one.';--> statement-breakpoint
comment on column bi.calls.campaign_key is 'The key of its campaign in bi.campaigns. Null without one.';--> statement-breakpoint
comment on column bi.calls.source_number is 'SourceNumber as sent, whoever it is.';--> statement-breakpoint
comment on column bi.calls.destination_number is 'DestinationNumber as sent, whoever it is.';--> statement-breakpoint
comment on column bi.calls.dialed_number is 'DialWhomNumber as sent, whoever it is.';--> statement-breakpoint
comment on column bi.calls.started_at is 'When the call began: the StartTime of any delivery; else the epoch in the call''s id; else endedAt - CallDuration as sent; else its earliest leg time; else when this service first heard of the call.';--> statement-breakpoint
comment on column bi.calls.leg_a_picked_at is 'When leg A was picked up: INBOUND the customer in the menu, OUTBOUND the agent. Null if never or unknown.';--> statement-breakpoint
comment on column bi.calls.leg_b_started_at is 'When leg B began to ring. Null if it never did or is unknown.';--> statement-breakpoint
comment on column bi.calls.leg_b_picked_at is 'When leg B was picked up. Null if never or unknown.';--> statement-breakpoint
comment on column bi.calls.answered_at is 'When the conversation began: leg B picked; of an ended call else endedAt - talkSeconds. Null if the call was not answered (a live one: not yet) or the moment is unknown.';--> statement-breakpoint
comment on column bi.calls.ended_at is 'EndTime; else startedAt + the sent duration; else null. Null while live.';--> statement-breakpoint
comment on column bi.calls.duration_seconds is 'The whole call, ringing included: the sent CallDuration; else endedAt - startedAt. Null while live or unknown.';--> statement-breakpoint
comment on column bi.calls.talk_seconds is 'The conversation alone: the sent TalkDuration (but 0 on an answered call without leg B picked is unknown); else endedAt - legBPickedAt; 0 for an ended call without a conversation (a voicemail''s TalkDuration stays). Null while live, or answered but unknown.';--> statement-breakpoint
comment on column bi.calls.ivr_seconds is 'INBOUND only: time in the menu, from leg A picked to leg B started; if leg B never started and the call was not answered, to its end. Null otherwise, and while it lasts.';--> statement-breakpoint
comment on column bi.calls.ring_seconds is 'How long leg B rang: from its start to pick-up; of an answered call else to answeredAt; else to the end. Null if leg B never started or still rings.';--> statement-breakpoint
comment on column bi.calls.wait_seconds is 'INBOUND only: how long the caller waited: from leg A picked (else the start) to answeredAt, else to the end. Null otherwise, while waiting, or where the moment of the answer is unknown.';--> statement-breakpoint
comment on column bi.calls.coins is 'The provider''s billing units, not money. Null if none were sent.';--> statement-breakpoint
comment on column bi.calls.has_recording is 'Whether there is a recording. Its address is answered by the API alone.';--> statement-breakpoint
comment on column bi.calls.key_press is 'Keys the caller pressed in the menu, as sent; more than three are `•••••••` without the scope `numbers`.';--> statement-breakpoint
comment on column bi.calls.hangup_cause is 'The Q.850 cause of the hang-up where one was given.';--> statement-breakpoint
comment on column bi.calls.error_code is 'The provider''s error code, as sent.';--> statement-breakpoint
comment on column bi.calls.provider_status is 'The provider''s own words that decided status and disposition, trimmed, never rewritten. Null if none came.';--> statement-breakpoint
comment on column bi.calls.provider_direction is 'The provider''s own word for the direction. Null if none came.';--> statement-breakpoint
comment on column bi.calls.created_at is 'When this service first heard of the call.';--> statement-breakpoint
comment on column bi.calls.updated_at is 'When anything of the call last changed here.';--> statement-breakpoint
create view bi.calls_masked with (security_barrier) as select
  calls.id as call_key,
  calls.account_id as account_key,
  case when exists (select from unnest(array[calls.customer_number, calls.agent_number, calls.source_number, calls.destination_number, calls.dialed_number]) as one
    where length(right(translate(case when octet_length(one) = length(one) then one
    else translate(one, m.other_digits, m.ascii_digits) end, translate(case when octet_length(one) = length(one) then one
    else translate(one, m.other_digits, m.ascii_digits) end, '0123456789', ''), ''), 7)) = 7
      and position(right(translate(case when octet_length(one) = length(one) then one
    else translate(one, m.other_digits, m.ascii_digits) end, translate(case when octet_length(one) = length(one) then one
    else translate(one, m.other_digits, m.ascii_digits) end, '0123456789', ''), ''), 7) in translate(case when octet_length(calls.call_sid) = length(calls.call_sid) then calls.call_sid
    else translate(calls.call_sid, m.other_digits, m.ascii_digits) end, translate(case when octet_length(calls.call_sid) = length(calls.call_sid) then calls.call_sid
    else translate(calls.call_sid, m.other_digits, m.ascii_digits) end, '0123456789', ''), '')) > 0) then '•••••••' else calls.call_sid end as call_sid,
  calls.direction::text as direction,
  calls.status::text as status,
  calls.disposition::text as disposition,
  calls.outcome::text as outcome,
  calls.ended_by::text as ended_by,
  case when calls.customer_number ~ '^\+[0-9]{8,}$' then (
    select case when code = 0 or (length(calls.customer_number) - 1 - code) < 7 then '•••••••' else left(calls.customer_number, code + 1) || ' '
      || substr(calls.customer_number, code + 2, least(2, (length(calls.customer_number) - 1 - code) / 4)) || repeat('•', (length(calls.customer_number) - 1 - code) - least(2, (length(calls.customer_number) - 1 - code) / 4) - least(3, (length(calls.customer_number) - 1 - code) / 2 - least(2, (length(calls.customer_number) - 1 - code) / 4))) || right(calls.customer_number, least(3, (length(calls.customer_number) - 1 - code) / 2 - least(2, (length(calls.customer_number) - 1 - code) / 4))) end
    from (select substr(m.code_lengths, substr(calls.customer_number, 2, 3)::integer + 1, 1)::integer as code offset 0) as a)
    when calls.customer_number is not null then '•••••••' end as customer_number,
  calls.customer_id as customer_key,
  customers.pseudonym || '' as customer_pseudonym,
  case when calls.agent_number ~ '^\+[0-9]{8,}$' then (
    select case when code = 0 or (length(calls.agent_number) - 1 - code) < 7 then '•••••••' else left(calls.agent_number, code + 1) || ' '
      || substr(calls.agent_number, code + 2, least(2, (length(calls.agent_number) - 1 - code) / 4)) || repeat('•', (length(calls.agent_number) - 1 - code) - least(2, (length(calls.agent_number) - 1 - code) / 4) - least(3, (length(calls.agent_number) - 1 - code) / 2 - least(2, (length(calls.agent_number) - 1 - code) / 4))) || right(calls.agent_number, least(3, (length(calls.agent_number) - 1 - code) / 2 - least(2, (length(calls.agent_number) - 1 - code) / 4))) end
    from (select substr(m.code_lengths, substr(calls.agent_number, 2, 3)::integer + 1, 1)::integer as code offset 0) as a)
    when calls.agent_number is not null then '•••••••' end as agent_number,
  case when octet_length(calls.agent_name) = length(calls.agent_name) and position('@' in calls.agent_name) = 0
    and length(translate(calls.agent_name, '0123456789', '')) > length(calls.agent_name) - 7 then calls.agent_name
    else regexp_replace(regexp_replace(calls.agent_name, m.address, '•••••••', 'g'), m.digit_run, '•••••••', 'g') end as agent_name,
  calls.agent_id as agent_key,
  calls.virtual_number_id as virtual_number_key,
  calls.call_group_id as call_group_key,
  calls.campaign_id as campaign_key,
  case when calls.source_number ~ '^\+[0-9]{8,}$' then (
    select case when code = 0 or (length(calls.source_number) - 1 - code) < 7 then '•••••••' else left(calls.source_number, code + 1) || ' '
      || substr(calls.source_number, code + 2, least(2, (length(calls.source_number) - 1 - code) / 4)) || repeat('•', (length(calls.source_number) - 1 - code) - least(2, (length(calls.source_number) - 1 - code) / 4) - least(3, (length(calls.source_number) - 1 - code) / 2 - least(2, (length(calls.source_number) - 1 - code) / 4))) || right(calls.source_number, least(3, (length(calls.source_number) - 1 - code) / 2 - least(2, (length(calls.source_number) - 1 - code) / 4))) end
    from (select substr(m.code_lengths, substr(calls.source_number, 2, 3)::integer + 1, 1)::integer as code offset 0) as a)
    when calls.source_number is not null then '•••••••' end as source_number,
  case when calls.destination_number ~ '^\+[0-9]{8,}$' then (
    select case when code = 0 or (length(calls.destination_number) - 1 - code) < 7 then '•••••••' else left(calls.destination_number, code + 1) || ' '
      || substr(calls.destination_number, code + 2, least(2, (length(calls.destination_number) - 1 - code) / 4)) || repeat('•', (length(calls.destination_number) - 1 - code) - least(2, (length(calls.destination_number) - 1 - code) / 4) - least(3, (length(calls.destination_number) - 1 - code) / 2 - least(2, (length(calls.destination_number) - 1 - code) / 4))) || right(calls.destination_number, least(3, (length(calls.destination_number) - 1 - code) / 2 - least(2, (length(calls.destination_number) - 1 - code) / 4))) end
    from (select substr(m.code_lengths, substr(calls.destination_number, 2, 3)::integer + 1, 1)::integer as code offset 0) as a)
    when calls.destination_number is not null then '•••••••' end as destination_number,
  case when calls.dialed_number ~ '^\+[0-9]{8,}$' then (
    select case when code = 0 or (length(calls.dialed_number) - 1 - code) < 7 then '•••••••' else left(calls.dialed_number, code + 1) || ' '
      || substr(calls.dialed_number, code + 2, least(2, (length(calls.dialed_number) - 1 - code) / 4)) || repeat('•', (length(calls.dialed_number) - 1 - code) - least(2, (length(calls.dialed_number) - 1 - code) / 4) - least(3, (length(calls.dialed_number) - 1 - code) / 2 - least(2, (length(calls.dialed_number) - 1 - code) / 4))) || right(calls.dialed_number, least(3, (length(calls.dialed_number) - 1 - code) / 2 - least(2, (length(calls.dialed_number) - 1 - code) / 4))) end
    from (select substr(m.code_lengths, substr(calls.dialed_number, 2, 3)::integer + 1, 1)::integer as code offset 0) as a)
    when calls.dialed_number is not null then '•••••••' end as dialed_number,
  calls.started_at as started_at,
  calls.leg_a_picked_at as leg_a_picked_at,
  calls.leg_b_started_at as leg_b_started_at,
  calls.leg_b_picked_at as leg_b_picked_at,
  calls.answered_at as answered_at,
  calls.ended_at as ended_at,
  calls.duration_seconds as duration_seconds,
  calls.talk_seconds as talk_seconds,
  calls.ivr_seconds as ivr_seconds,
  calls.ring_seconds as ring_seconds,
  calls.wait_seconds as wait_seconds,
  calls.coins as coins,
  calls.recording_url is not null as has_recording,
  case when length(calls.key_press) + length(regexp_replace(calls.key_press, '[^\U00010000-\U0010ffff]', '', 'g')) > 3 then '•••••••'
    else calls.key_press end as key_press,
  calls.hangup_cause as hangup_cause,
  case when octet_length(calls.error_code) = length(calls.error_code) and position('@' in calls.error_code) = 0
    and length(translate(calls.error_code, '0123456789', '')) > length(calls.error_code) - 7 then calls.error_code
    else regexp_replace(regexp_replace(calls.error_code, m.address, '•••••••', 'g'), m.digit_run, '•••••••', 'g') end as error_code,
  case when octet_length(calls.provider_status) = length(calls.provider_status) and position('@' in calls.provider_status) = 0
    and length(translate(calls.provider_status, '0123456789', '')) > length(calls.provider_status) - 7 then calls.provider_status
    else regexp_replace(regexp_replace(calls.provider_status, m.address, '•••••••', 'g'), m.digit_run, '•••••••', 'g') end as provider_status,
  case when octet_length(calls.provider_direction) = length(calls.provider_direction) and position('@' in calls.provider_direction) = 0
    and length(translate(calls.provider_direction, '0123456789', '')) > length(calls.provider_direction) - 7 then calls.provider_direction
    else regexp_replace(regexp_replace(calls.provider_direction, m.address, '•••••••', 'g'), m.digit_run, '•••••••', 'g') end as provider_direction,
  calls.created_at as created_at,
  calls.updated_at as updated_at
from bi_role_accounts as r join calls on calls.account_id = r.account_id
  left join customers on customers.account_id = calls.account_id and customers.id = calls.customer_id cross join bi_masks as m
where r.role_name = session_user::text;--> statement-breakpoint
comment on view bi.calls_masked is 'The calls, as they are shown without the scope numbers.';--> statement-breakpoint
comment on column bi.calls_masked.call_key is 'The call: a number that joins these views, and no id of the API, which are enciphered.';--> statement-breakpoint
comment on column bi.calls_masked.account_key is 'The key of its account in bi.accounts.';--> statement-breakpoint
comment on column bi.calls_masked.call_sid is 'The provider''s id of the call, unique within its account. Of an outgoing call that only the provider''s list tells of it may be the list''s own, until a delivery names the CallSid. Without the scope `numbers` it is `•••••••` where it has the last seven digits of one of the call''s numbers in it: then nothing finds the call by it, and in filters it is missing.';--> statement-breakpoint
comment on column bi.calls_masked.direction is 'Who called whom.';--> statement-breakpoint
comment on column bi.calls_masked.status is 'Where the call is in its life.';--> statement-breakpoint
comment on column bi.calls_masked.disposition is 'How it ended. Null while it is live or unreported.';--> statement-breakpoint
comment on column bi.calls_masked.outcome is 'What came of it. Null while it is live or unreported.';--> statement-breakpoint
comment on column bi.calls_masked.ended_by is 'Who hung up or did not answer: the party that the provider names beside its status words; CUSTOMER for an abandoned call; SYSTEM for a network failure; null where nothing tells.';--> statement-breakpoint
comment on column bi.calls_masked.customer_number is 'The customer''s number. Null if withheld, or if the direction is UNKNOWN.';--> statement-breakpoint
comment on column bi.calls_masked.customer_key is 'The key of its customer in bi.customers. Null without one.';--> statement-breakpoint
comment on column bi.calls_masked.customer_pseudonym is 'Stands for the customer where the number is masked: 12 characters, the same for all calls of a customer. Null without a customer, and once they are erased.';--> statement-breakpoint
comment on column bi.calls_masked.agent_number is 'The agent''s number. Null if nobody was reached, or if the direction is UNKNOWN.';--> statement-breakpoint
comment on column bi.calls_masked.agent_name is 'The agent''s name as sent with this call; `agent.name` is today''s. The filter agentName means this one.';--> statement-breakpoint
comment on column bi.calls_masked.agent_key is 'The key of its agent in bi.agents. Null without one.';--> statement-breakpoint
comment on column bi.calls_masked.virtual_number_key is 'The key of its virtual number in bi.virtual_numbers. Null without one.';--> statement-breakpoint
comment on column bi.calls_masked.call_group_key is 'The key of its call group in bi.call_groups. Null without one.';--> statement-breakpoint
comment on column bi.calls_masked.campaign_key is 'The key of its campaign in bi.campaigns. Null without one.';--> statement-breakpoint
comment on column bi.calls_masked.source_number is 'SourceNumber as sent, whoever it is.';--> statement-breakpoint
comment on column bi.calls_masked.destination_number is 'DestinationNumber as sent, whoever it is.';--> statement-breakpoint
comment on column bi.calls_masked.dialed_number is 'DialWhomNumber as sent, whoever it is.';--> statement-breakpoint
comment on column bi.calls_masked.started_at is 'When the call began: the StartTime of any delivery; else the epoch in the call''s id; else endedAt - CallDuration as sent; else its earliest leg time; else when this service first heard of the call.';--> statement-breakpoint
comment on column bi.calls_masked.leg_a_picked_at is 'When leg A was picked up: INBOUND the customer in the menu, OUTBOUND the agent. Null if never or unknown.';--> statement-breakpoint
comment on column bi.calls_masked.leg_b_started_at is 'When leg B began to ring. Null if it never did or is unknown.';--> statement-breakpoint
comment on column bi.calls_masked.leg_b_picked_at is 'When leg B was picked up. Null if never or unknown.';--> statement-breakpoint
comment on column bi.calls_masked.answered_at is 'When the conversation began: leg B picked; of an ended call else endedAt - talkSeconds. Null if the call was not answered (a live one: not yet) or the moment is unknown.';--> statement-breakpoint
comment on column bi.calls_masked.ended_at is 'EndTime; else startedAt + the sent duration; else null. Null while live.';--> statement-breakpoint
comment on column bi.calls_masked.duration_seconds is 'The whole call, ringing included: the sent CallDuration; else endedAt - startedAt. Null while live or unknown.';--> statement-breakpoint
comment on column bi.calls_masked.talk_seconds is 'The conversation alone: the sent TalkDuration (but 0 on an answered call without leg B picked is unknown); else endedAt - legBPickedAt; 0 for an ended call without a conversation (a voicemail''s TalkDuration stays). Null while live, or answered but unknown.';--> statement-breakpoint
comment on column bi.calls_masked.ivr_seconds is 'INBOUND only: time in the menu, from leg A picked to leg B started; if leg B never started and the call was not answered, to its end. Null otherwise, and while it lasts.';--> statement-breakpoint
comment on column bi.calls_masked.ring_seconds is 'How long leg B rang: from its start to pick-up; of an answered call else to answeredAt; else to the end. Null if leg B never started or still rings.';--> statement-breakpoint
comment on column bi.calls_masked.wait_seconds is 'INBOUND only: how long the caller waited: from leg A picked (else the start) to answeredAt, else to the end. Null otherwise, while waiting, or where the moment of the answer is unknown.';--> statement-breakpoint
comment on column bi.calls_masked.coins is 'The provider''s billing units, not money. Null if none were sent.';--> statement-breakpoint
comment on column bi.calls_masked.has_recording is 'Whether there is a recording. Its address is answered by the API alone.';--> statement-breakpoint
comment on column bi.calls_masked.key_press is 'Keys the caller pressed in the menu, as sent; more than three are `•••••••` without the scope `numbers`.';--> statement-breakpoint
comment on column bi.calls_masked.hangup_cause is 'The Q.850 cause of the hang-up where one was given.';--> statement-breakpoint
comment on column bi.calls_masked.error_code is 'The provider''s error code, as sent.';--> statement-breakpoint
comment on column bi.calls_masked.provider_status is 'The provider''s own words that decided status and disposition, trimmed, never rewritten. Null if none came.';--> statement-breakpoint
comment on column bi.calls_masked.provider_direction is 'The provider''s own word for the direction. Null if none came.';--> statement-breakpoint
comment on column bi.calls_masked.created_at is 'When this service first heard of the call.';--> statement-breakpoint
comment on column bi.calls_masked.updated_at is 'When anything of the call last changed here.';--> statement-breakpoint
create view bi.accounts with (security_barrier) as select
  t.id as account_key,
  case when octet_length(t.name) = length(t.name) and position('@' in t.name) = 0
    and length(translate(t.name, '0123456789', '')) > length(t.name) - 7 then t.name
    else regexp_replace(regexp_replace(t.name, m.address, '•••••••', 'g'), m.digit_run, '•••••••', 'g') end as name,
  t.provider || '' as provider,
  t.time_zone || '' as time_zone,
  t.region || '' as region,
  t.created_at as created_at
from bi_role_accounts as r join accounts as t on t.id = r.account_id cross join bi_masks as m
where r.role_name = session_user::text;--> statement-breakpoint
comment on view bi.accounts is 'The accounts that the role sees.';--> statement-breakpoint
comment on column bi.accounts.account_key is 'The key: a number that joins these views, and no id of the API, which are enciphered.';--> statement-breakpoint
comment on column bi.accounts.name is 'Its name in this service.';--> statement-breakpoint
comment on column bi.accounts.provider is 'The telephony provider: `callerdesk`.';--> statement-breakpoint
comment on column bi.accounts.time_zone is 'The zone in which the provider''s times are read, and the default for its metrics.';--> statement-breakpoint
comment on column bi.accounts.region is 'ISO 3166 region in which numbers without a country code are read: `IN`.';--> statement-breakpoint
comment on column bi.accounts.created_at is 'When it was set up here.';--> statement-breakpoint
create view bi.agents with (security_barrier) as select
  t.id as agent_key,
  t.account_id as account_key,
  case when octet_length(t.name) = length(t.name) and position('@' in t.name) = 0
    and length(translate(t.name, '0123456789', '')) > length(t.name) - 7 then t.name
    else regexp_replace(regexp_replace(t.name, m.address, '•••••••', 'g'), m.digit_run, '•••••••', 'g') end as name,
  case when t.number ~ '^\+[0-9]{8,}$' then (
    select case when code = 0 or (length(t.number) - 1 - code) < 7 then '•••••••' else left(t.number, code + 1) || ' '
      || substr(t.number, code + 2, least(2, (length(t.number) - 1 - code) / 4)) || repeat('•', (length(t.number) - 1 - code) - least(2, (length(t.number) - 1 - code) / 4) - least(3, (length(t.number) - 1 - code) / 2 - least(2, (length(t.number) - 1 - code) / 4))) || right(t.number, least(3, (length(t.number) - 1 - code) / 2 - least(2, (length(t.number) - 1 - code) / 4))) end
    from (select substr(m.code_lengths, substr(t.number, 2, 3)::integer + 1, 1)::integer as code offset 0) as a)
    when t.number is not null then '•••••••' end as number,
  case when position('@' in t.email) = 0 then '•••••••' else (
    select case when length(local) > length(first) then first else '' end || '•••••••' || '@' || '•••••••'
      || coalesce(substring(domain from m.ending), '')
    from (select local, domain, coalesce(substring(local from m.first_letter), '') as first
      from (select left(t.email, length(t.email) - length(domain) - 1) as local, domain
        from (select regexp_replace(t.email, '^.*@', '') as domain) as a) as b) as c) end as email,
  t.first_call_at as first_call_at,
  t.last_call_at as last_call_at
from bi_role_accounts as r join agents as t on t.account_id = r.account_id cross join bi_masks as m
where r.role_name = session_user::text;--> statement-breakpoint
comment on view bi.agents is 'The agents, as they are shown without the scope numbers.';--> statement-breakpoint
comment on column bi.agents.agent_key is 'The key: a number that joins these views, and no id of the API, which are enciphered.';--> statement-breakpoint
comment on column bi.agents.account_key is 'The key of the account in bi.accounts.';--> statement-breakpoint
comment on column bi.agents.name is 'The newest name sent; null if none was.';--> statement-breakpoint
comment on column bi.agents.number is 'The agent''s number; null for one known by e-mail alone.';--> statement-breakpoint
comment on column bi.agents.email is 'The newest e-mail address sent, in lower case; null if none was.';--> statement-breakpoint
comment on column bi.agents.first_call_at is 'When the first call with it began; null if no call has it any more.';--> statement-breakpoint
comment on column bi.agents.last_call_at is 'When the latest call with it began; null if no call has it any more.';--> statement-breakpoint
create view bi.campaigns with (security_barrier) as select
  t.id as campaign_key,
  t.account_id as account_key,
  case when octet_length(t.campaign_code) = length(t.campaign_code) and position('@' in t.campaign_code) = 0
    and length(translate(t.campaign_code, '0123456789', '')) > length(t.campaign_code) - 7 then t.campaign_code
    else regexp_replace(regexp_replace(t.campaign_code, m.address, '•••••••', 'g'), m.digit_run, '•••••••', 'g') end as campaign_code,
  case when octet_length(t.name) = length(t.name) and position('@' in t.name) = 0
    and length(translate(t.name, '0123456789', '')) > length(t.name) - 7 then t.name
    else regexp_replace(regexp_replace(t.name, m.address, '•••••••', 'g'), m.digit_run, '•••••••', 'g') end as name,
  t.first_call_at as first_call_at,
  t.last_call_at as last_call_at
from bi_role_accounts as r join campaigns as t on t.account_id = r.account_id cross join bi_masks as m
where r.role_name = session_user::text;--> statement-breakpoint
comment on view bi.campaigns is 'The campaigns, as they are shown without the scope numbers.';--> statement-breakpoint
comment on column bi.campaigns.campaign_key is 'The key: a number that joins these views, and no id of the API, which are enciphered.';--> statement-breakpoint
comment on column bi.campaigns.account_key is 'The key of the account in bi.accounts.';--> statement-breakpoint
comment on column bi.campaigns.campaign_code is 'The provider''s campid.';--> statement-breakpoint
comment on column bi.campaigns.name is 'The provider sends no names of campaigns: null until one is given.';--> statement-breakpoint
comment on column bi.campaigns.first_call_at is 'When the first call with it began; null if no call has it any more.';--> statement-breakpoint
comment on column bi.campaigns.last_call_at is 'When the latest call with it began; null if no call has it any more.';--> statement-breakpoint
create view bi.call_groups with (security_barrier) as select
  t.id as call_group_key,
  t.account_id as account_key,
  case when octet_length(t.name) = length(t.name) and position('@' in t.name) = 0
    and length(translate(t.name, '0123456789', '')) > length(t.name) - 7 then t.name
    else regexp_replace(regexp_replace(t.name, m.address, '•••••••', 'g'), m.digit_run, '•••••••', 'g') end as name,
  t.first_call_at as first_call_at,
  t.last_call_at as last_call_at
from bi_role_accounts as r join call_groups as t on t.account_id = r.account_id cross join bi_masks as m
where r.role_name = session_user::text;--> statement-breakpoint
comment on view bi.call_groups is 'The call groups, as they are shown without the scope numbers.';--> statement-breakpoint
comment on column bi.call_groups.call_group_key is 'The key: a number that joins these views, and no id of the API, which are enciphered.';--> statement-breakpoint
comment on column bi.call_groups.account_key is 'The key of the account in bi.accounts.';--> statement-breakpoint
comment on column bi.call_groups.name is 'Its name, as sent, trimmed.';--> statement-breakpoint
comment on column bi.call_groups.first_call_at is 'When the first call with it began; null if no call has it any more.';--> statement-breakpoint
comment on column bi.call_groups.last_call_at is 'When the latest call with it began; null if no call has it any more.';--> statement-breakpoint
create view bi.virtual_numbers with (security_barrier) as select
  t.id as virtual_number_key,
  t.account_id as account_key,
  t.number || '' as number,
  case when octet_length(t.name) = length(t.name) and position('@' in t.name) = 0
    and length(translate(t.name, '0123456789', '')) > length(t.name) - 7 then t.name
    else regexp_replace(regexp_replace(t.name, m.address, '•••••••', 'g'), m.digit_run, '•••••••', 'g') end as name,
  t.first_call_at as first_call_at,
  t.last_call_at as last_call_at
from bi_role_accounts as r join virtual_numbers as t on t.account_id = r.account_id cross join bi_masks as m
where r.role_name = session_user::text;--> statement-breakpoint
comment on view bi.virtual_numbers is 'The virtual numbers, as they are shown without the scope numbers.';--> statement-breakpoint
comment on column bi.virtual_numbers.virtual_number_key is 'The key: a number that joins these views, and no id of the API, which are enciphered.';--> statement-breakpoint
comment on column bi.virtual_numbers.account_key is 'The key of the account in bi.accounts.';--> statement-breakpoint
comment on column bi.virtual_numbers.number is 'The number.';--> statement-breakpoint
comment on column bi.virtual_numbers.name is 'The provider sends no names of numbers: null until one is given.';--> statement-breakpoint
comment on column bi.virtual_numbers.first_call_at is 'When the first call with it began; null if no call has it any more.';--> statement-breakpoint
comment on column bi.virtual_numbers.last_call_at is 'When the latest call with it began; null if no call has it any more.';--> statement-breakpoint
create view bi.customers with (security_barrier) as select
  t.id as customer_key,
  t.account_id as account_key,
  case when t.number ~ '^\+[0-9]{8,}$' then (
    select case when code = 0 or (length(t.number) - 1 - code) < 7 then '•••••••' else left(t.number, code + 1) || ' '
      || substr(t.number, code + 2, least(2, (length(t.number) - 1 - code) / 4)) || repeat('•', (length(t.number) - 1 - code) - least(2, (length(t.number) - 1 - code) / 4) - least(3, (length(t.number) - 1 - code) / 2 - least(2, (length(t.number) - 1 - code) / 4))) || right(t.number, least(3, (length(t.number) - 1 - code) / 2 - least(2, (length(t.number) - 1 - code) / 4))) end
    from (select substr(m.code_lengths, substr(t.number, 2, 3)::integer + 1, 1)::integer as code offset 0) as a)
    when t.number is not null then '•••••••' end as number,
  t.pseudonym || '' as pseudonym,
  t.first_call_at as first_call_at,
  t.last_call_at as last_call_at
from bi_role_accounts as r join customers as t on t.account_id = r.account_id cross join bi_masks as m
where r.role_name = session_user::text;--> statement-breakpoint
comment on view bi.customers is 'The customers, as they are shown without the scope numbers.';--> statement-breakpoint
comment on column bi.customers.customer_key is 'The key: a number that joins these views, and no id of the API, which are enciphered.';--> statement-breakpoint
comment on column bi.customers.account_key is 'The key of the account in bi.accounts.';--> statement-breakpoint
comment on column bi.customers.number is 'The number; null once erased.';--> statement-breakpoint
comment on column bi.customers.pseudonym is 'Stands for the number where that is masked: 12 characters, which stay as long as the customer. Null once erased.';--> statement-breakpoint
comment on column bi.customers.first_call_at is 'When the first call with it began; null if no call has it any more.';--> statement-breakpoint
comment on column bi.customers.last_call_at is 'When the latest call with it began; null if no call has it any more.';--> statement-breakpoint
create view bi.daily_metrics with (security_barrier) as select
  b.day as day,
  b.starts_at as starts_at,
  b.ends_at as ends_at,
  b.day_of_week as day_of_week,
  r.account_id as account_key,
  found.agent_key as agent_key,
  found.campaign_key as campaign_key,
  found.call_group_key as call_group_key,
  found.virtual_number_key as virtual_number_key,
  found.direction as direction,
  found.call_count as call_count,
  found.completed_count as completed_count,
  found.live_count as live_count,
  found.unreported_count as unreported_count,
  found.offered_count as offered_count,
  found.answered_count as answered_count,
  found.missed_count as missed_count,
  found.abandoned_count as abandoned_count,
  found.ivr_ended_count as ivr_ended_count,
  found.unknown_count as unknown_count,
  found.inbound_count as inbound_count,
  found.outbound_count as outbound_count,
  found.short_abandoned_count as short_abandoned_count,
  found.answer_rate_numerator as answer_rate_numerator,
  found.answer_rate_denominator as answer_rate_denominator,
  found.answer_seizure_ratio_numerator as answer_seizure_ratio_numerator,
  found.answer_seizure_ratio_denominator as answer_seizure_ratio_denominator,
  found.answer_seizure_ratio_excluded as answer_seizure_ratio_excluded,
  found.abandon_rate_numerator as abandon_rate_numerator,
  found.abandon_rate_denominator as abandon_rate_denominator,
  found.abandon_rate_excluded as abandon_rate_excluded,
  found.service_level_numerator as service_level_numerator,
  found.service_level_denominator as service_level_denominator,
  found.service_level_excluded as service_level_excluded,
  found.speed_of_answer_count as speed_of_answer_count,
  found.speed_of_answer_sum as speed_of_answer_sum,
  found.duration_count as duration_count,
  found.duration_sum as duration_sum,
  found.talk_time_count as talk_time_count,
  found.talk_time_sum as talk_time_sum,
  found.ring_time_count as ring_time_count,
  found.ring_time_sum as ring_time_sum,
  found.wait_time_count as wait_time_count,
  found.wait_time_sum as wait_time_sum,
  found.ivr_time_count as ivr_time_count,
  found.ivr_time_sum as ivr_time_sum,
  found.coins_total as coins_total
from bi_role_accounts as r join accounts as a on a.id = r.account_id
  join bi_buckets as b on b.time_zone = a.time_zone and b.unit = 'DAY'
  cross join lateral (
    select calls.agent_id as agent_key,
    calls.campaign_id as campaign_key,
    calls.call_group_id as call_group_key,
    calls.virtual_number_id as virtual_number_key,
    calls.direction::text as direction,
    count(*) as call_count,
    count(*) filter (where "calls"."status" = 'COMPLETED') as completed_count,
    count(*) filter (where "calls"."status" in ('RINGING', 'IN_PROGRESS')) as live_count,
    count(*) filter (where "calls"."status" = 'UNREPORTED') as unreported_count,
    count(*) filter (where "calls"."outcome" in ('ANSWERED', 'MISSED', 'ABANDONED')) as offered_count,
    count(*) filter (where "calls"."outcome" = 'ANSWERED') as answered_count,
    count(*) filter (where "calls"."outcome" = 'MISSED') as missed_count,
    count(*) filter (where "calls"."outcome" = 'ABANDONED') as abandoned_count,
    count(*) filter (where "calls"."outcome" = 'IVR_ENDED') as ivr_ended_count,
    count(*) filter (where "calls"."outcome" = 'UNKNOWN') as unknown_count,
    count(*) filter (where "calls"."direction" = 'INBOUND') as inbound_count,
    count(*) filter (where "calls"."direction" = 'OUTBOUND') as outbound_count,
    count(*) filter (where ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" < 5::integer)) as short_abandoned_count,
    count(*) filter (where "calls"."outcome" = 'ANSWERED') as answer_rate_numerator,
    count(*) filter (where "calls"."outcome" in ('ANSWERED', 'MISSED', 'ABANDONED')) as answer_rate_denominator,
    count(*) filter (where ("calls"."status" = 'COMPLETED' and (("calls"."direction" = 'INBOUND' and ("calls"."leg_a_picked_at" is not null or "calls"."outcome" = 'ANSWERED')) or ("calls"."direction" = 'OUTBOUND' and "calls"."outcome" = 'ANSWERED')))) as answer_seizure_ratio_numerator,
    count(*) filter (where ("calls"."status" = 'COMPLETED' and (("calls"."direction" = 'UNKNOWN') is not true))) as answer_seizure_ratio_denominator,
    count(*) filter (where ("calls"."status" = 'COMPLETED' and "calls"."direction" = 'UNKNOWN')) as answer_seizure_ratio_excluded,
    count(*) filter (where ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and ((("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" < 5::integer)) is not true))) as abandon_rate_numerator,
    count(*) filter (where ("calls"."direction" = 'INBOUND' and "calls"."outcome" in ('ANSWERED', 'MISSED', 'ABANDONED') and ((("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" < 5::integer)) is not true))) as abandon_rate_denominator,
    count(*) filter (where ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" < 5::integer)) as abandon_rate_excluded,
    count(*) filter (where (("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ANSWERED' and "calls"."wait_seconds" >= 0::integer) and "calls"."wait_seconds" <= 20::integer)) as service_level_numerator,
    count(*) filter (where ((("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ANSWERED' and "calls"."wait_seconds" >= 0::integer) or ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'MISSED') or ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" >= 0::integer)) and (((("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" >= 0::integer) and "calls"."wait_seconds" < 5::integer)) is not true))) as service_level_denominator,
    count(*) filter (where (("calls"."direction" = 'INBOUND' and ("calls"."outcome" = 'ANSWERED' or "calls"."outcome" = 'ABANDONED') and (("calls"."wait_seconds" >= 0::integer) is not true)) or (("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" >= 0::integer) and "calls"."wait_seconds" < 5::integer))) as service_level_excluded,
    count("calls"."wait_seconds") filter (where ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ANSWERED')) as speed_of_answer_count,
    coalesce(sum("calls"."wait_seconds") filter (where ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ANSWERED')), 0) as speed_of_answer_sum,
    count("calls"."duration_seconds") filter (where "calls"."status" = 'COMPLETED') as duration_count,
    coalesce(sum("calls"."duration_seconds") filter (where "calls"."status" = 'COMPLETED'), 0) as duration_sum,
    count("calls"."talk_seconds") filter (where "calls"."outcome" = 'ANSWERED') as talk_time_count,
    coalesce(sum("calls"."talk_seconds") filter (where "calls"."outcome" = 'ANSWERED'), 0) as talk_time_sum,
    count("calls"."ring_seconds") filter (where "calls"."status" = 'COMPLETED') as ring_time_count,
    coalesce(sum("calls"."ring_seconds") filter (where "calls"."status" = 'COMPLETED'), 0) as ring_time_sum,
    count("calls"."wait_seconds") filter (where ("calls"."direction" = 'INBOUND' and ("calls"."outcome" = 'ANSWERED' or "calls"."outcome" = 'ABANDONED'))) as wait_time_count,
    coalesce(sum("calls"."wait_seconds") filter (where ("calls"."direction" = 'INBOUND' and ("calls"."outcome" = 'ANSWERED' or "calls"."outcome" = 'ABANDONED'))), 0) as wait_time_sum,
    count("calls"."ivr_seconds") filter (where "calls"."status" = 'COMPLETED') as ivr_time_count,
    coalesce(sum("calls"."ivr_seconds") filter (where "calls"."status" = 'COMPLETED'), 0) as ivr_time_sum,
    coalesce(sum(calls.coins), 0) as coins_total
    from calls where calls.account_id = r.account_id and calls.started_at >= b.starts_at and calls.started_at < b.ends_at
    group by 1, 2, 3, 4, 5
  ) as found
where r.role_name = session_user::text;--> statement-breakpoint
comment on view bi.daily_metrics is 'Figures of the calls that started in each day, in the account''s time zone. A row for each of them, each account, agent, campaign, call group, virtual number and direction that has calls. Counts and sums, which add up over rows.';--> statement-breakpoint
comment on column bi.daily_metrics.day is 'The local date.';--> statement-breakpoint
comment on column bi.daily_metrics.starts_at is 'The first instant.';--> statement-breakpoint
comment on column bi.daily_metrics.ends_at is 'The end, itself outside.';--> statement-breakpoint
comment on column bi.daily_metrics.day_of_week is 'ISO: Monday = 1 to Sunday = 7.';--> statement-breakpoint
comment on column bi.daily_metrics.account_key is 'The key of the account in bi.accounts.';--> statement-breakpoint
comment on column bi.daily_metrics.agent_key is 'The key of the agent in bi.agents; null: the calls that name none.';--> statement-breakpoint
comment on column bi.daily_metrics.campaign_key is 'The key of the campaign in bi.campaigns; null: the calls without one.';--> statement-breakpoint
comment on column bi.daily_metrics.call_group_key is 'The key of the call group in bi.call_groups; null: the calls without one.';--> statement-breakpoint
comment on column bi.daily_metrics.virtual_number_key is 'The key of the virtual number in bi.virtual_numbers; null: the calls without one.';--> statement-breakpoint
comment on column bi.daily_metrics.direction is 'INBOUND, OUTBOUND or UNKNOWN, as of calls.';--> statement-breakpoint
comment on column bi.daily_metrics.call_count is 'All calls of filter and range, of any status.';--> statement-breakpoint
comment on column bi.daily_metrics.completed_count is 'Calls with a report: status COMPLETED.';--> statement-breakpoint
comment on column bi.daily_metrics.live_count is 'Calls still running: status RINGING or IN_PROGRESS.';--> statement-breakpoint
comment on column bi.daily_metrics.unreported_count is 'Calls seen live whose report never came: status UNREPORTED.';--> statement-breakpoint
comment on column bi.daily_metrics.offered_count is 'Calls that somebody could have answered: outcome ANSWERED, MISSED or ABANDONED.';--> statement-breakpoint
comment on column bi.daily_metrics.answered_count is 'Outcome ANSWERED.';--> statement-breakpoint
comment on column bi.daily_metrics.missed_count is 'Outcome MISSED.';--> statement-breakpoint
comment on column bi.daily_metrics.abandoned_count is 'Outcome ABANDONED.';--> statement-breakpoint
comment on column bi.daily_metrics.ivr_ended_count is 'Outcome IVR_ENDED: ended in the menu, offered to nobody.';--> statement-breakpoint
comment on column bi.daily_metrics.unknown_count is 'Outcome UNKNOWN: the provider''s words are not understood.';--> statement-breakpoint
comment on column bi.daily_metrics.inbound_count is 'Calls of direction INBOUND, of any status.';--> statement-breakpoint
comment on column bi.daily_metrics.outbound_count is 'Calls of direction OUTBOUND, of any status. UNKNOWN is in neither.';--> statement-breakpoint
comment on column bi.daily_metrics.short_abandoned_count is 'INBOUND calls abandoned after less than shortAbandonSeconds of waiting (waitSeconds).';--> statement-breakpoint
comment on column bi.daily_metrics.answer_rate_numerator is 'answerRate.numerator, where answerRate is: answeredCount / offeredCount; nothing is excluded.';--> statement-breakpoint
comment on column bi.daily_metrics.answer_rate_denominator is 'answerRate.denominator, where answerRate is: answeredCount / offeredCount; nothing is excluded.';--> statement-breakpoint
comment on column bi.daily_metrics.answer_seizure_ratio_numerator is 'answerSeizureRatio.numerator, where answerSeizureRatio is: ASR (ITU-T E.425), over completed calls. INBOUND: leg A picked or answered, of all attempts; OUTBOUND: answered, of all attempts. excluded: direction UNKNOWN.';--> statement-breakpoint
comment on column bi.daily_metrics.answer_seizure_ratio_denominator is 'answerSeizureRatio.denominator, where answerSeizureRatio is: ASR (ITU-T E.425), over completed calls. INBOUND: leg A picked or answered, of all attempts; OUTBOUND: answered, of all attempts. excluded: direction UNKNOWN.';--> statement-breakpoint
comment on column bi.daily_metrics.answer_seizure_ratio_excluded is 'answerSeizureRatio.excluded, where answerSeizureRatio is: ASR (ITU-T E.425), over completed calls. INBOUND: leg A picked or answered, of all attempts; OUTBOUND: answered, of all attempts. excluded: direction UNKNOWN.';--> statement-breakpoint
comment on column bi.daily_metrics.abandon_rate_numerator is 'abandonRate.numerator, where abandonRate is: Over INBOUND offered calls: (abandoned - short) / (offered - short), where short are those abandoned after less than shortAbandonSeconds of waiting. excluded: short.';--> statement-breakpoint
comment on column bi.daily_metrics.abandon_rate_denominator is 'abandonRate.denominator, where abandonRate is: Over INBOUND offered calls: (abandoned - short) / (offered - short), where short are those abandoned after less than shortAbandonSeconds of waiting. excluded: short.';--> statement-breakpoint
comment on column bi.daily_metrics.abandon_rate_excluded is 'abandonRate.excluded, where abandonRate is: Over INBOUND offered calls: (abandoned - short) / (offered - short), where short are those abandoned after less than shortAbandonSeconds of waiting. excluded: short.';--> statement-breakpoint
comment on column bi.daily_metrics.service_level_numerator is 'serviceLevel.numerator, where serviceLevel is: The share of INBOUND offered calls that were answered in time, by the rule. Times run on the clock to answeredAt, or to the end where the call was not answered; within T is at most withinSeconds, short is less than shortAbandonSeconds. A call without that time is left out of every term, but a missed one counts in O as it is. excluded: the calls left out, and what the rule leaves out of its denominator.';--> statement-breakpoint
comment on column bi.daily_metrics.service_level_denominator is 'serviceLevel.denominator, where serviceLevel is: The share of INBOUND offered calls that were answered in time, by the rule. Times run on the clock to answeredAt, or to the end where the call was not answered; within T is at most withinSeconds, short is less than shortAbandonSeconds. A call without that time is left out of every term, but a missed one counts in O as it is. excluded: the calls left out, and what the rule leaves out of its denominator.';--> statement-breakpoint
comment on column bi.daily_metrics.service_level_excluded is 'serviceLevel.excluded, where serviceLevel is: The share of INBOUND offered calls that were answered in time, by the rule. Times run on the clock to answeredAt, or to the end where the call was not answered; within T is at most withinSeconds, short is less than shortAbandonSeconds. A call without that time is left out of every term, but a missed one counts in O as it is. excluded: the calls left out, and what the rule leaves out of its denominator.';--> statement-breakpoint
comment on column bi.daily_metrics.speed_of_answer_count is 'speedOfAnswer.count, where speedOfAnswer is: waitSeconds of answered INBOUND calls; its average is the ASA.';--> statement-breakpoint
comment on column bi.daily_metrics.speed_of_answer_sum is 'speedOfAnswer.sum, where speedOfAnswer is: waitSeconds of answered INBOUND calls; its average is the ASA.';--> statement-breakpoint
comment on column bi.daily_metrics.duration_count is 'duration.count, where duration is: durationSeconds of completed calls: ringing included.';--> statement-breakpoint
comment on column bi.daily_metrics.duration_sum is 'duration.sum, where duration is: durationSeconds of completed calls: ringing included.';--> statement-breakpoint
comment on column bi.daily_metrics.talk_time_count is 'talkTime.count, where talkTime is: talkSeconds of answered calls; its average is the ACD (ALOC). Never the whole duration, which includes ringing.';--> statement-breakpoint
comment on column bi.daily_metrics.talk_time_sum is 'talkTime.sum, where talkTime is: talkSeconds of answered calls; its average is the ACD (ALOC). Never the whole duration, which includes ringing.';--> statement-breakpoint
comment on column bi.daily_metrics.ring_time_count is 'ringTime.count, where ringTime is: ringSeconds of completed calls.';--> statement-breakpoint
comment on column bi.daily_metrics.ring_time_sum is 'ringTime.sum, where ringTime is: ringSeconds of completed calls.';--> statement-breakpoint
comment on column bi.daily_metrics.wait_time_count is 'waitTime.count, where waitTime is: waitSeconds of answered and abandoned INBOUND calls.';--> statement-breakpoint
comment on column bi.daily_metrics.wait_time_sum is 'waitTime.sum, where waitTime is: waitSeconds of answered and abandoned INBOUND calls.';--> statement-breakpoint
comment on column bi.daily_metrics.ivr_time_count is 'ivrTime.count, where ivrTime is: ivrSeconds of completed calls.';--> statement-breakpoint
comment on column bi.daily_metrics.ivr_time_sum is 'ivrTime.sum, where ivrTime is: ivrSeconds of completed calls.';--> statement-breakpoint
comment on column bi.daily_metrics.coins_total is 'The provider''s billing units of all calls of filter and range; "0" for nothing.';--> statement-breakpoint
create view bi.hourly_metrics with (security_barrier) as select
  b.day as day,
  b.starts_at as starts_at,
  b.ends_at as ends_at,
  b.day_of_week as day_of_week,
  b.hour_of_day as hour_of_day,
  b.label || '' as label,
  r.account_id as account_key,
  found.agent_key as agent_key,
  found.campaign_key as campaign_key,
  found.call_group_key as call_group_key,
  found.virtual_number_key as virtual_number_key,
  found.direction as direction,
  found.call_count as call_count,
  found.completed_count as completed_count,
  found.live_count as live_count,
  found.unreported_count as unreported_count,
  found.offered_count as offered_count,
  found.answered_count as answered_count,
  found.missed_count as missed_count,
  found.abandoned_count as abandoned_count,
  found.ivr_ended_count as ivr_ended_count,
  found.unknown_count as unknown_count,
  found.inbound_count as inbound_count,
  found.outbound_count as outbound_count,
  found.short_abandoned_count as short_abandoned_count,
  found.answer_rate_numerator as answer_rate_numerator,
  found.answer_rate_denominator as answer_rate_denominator,
  found.answer_seizure_ratio_numerator as answer_seizure_ratio_numerator,
  found.answer_seizure_ratio_denominator as answer_seizure_ratio_denominator,
  found.answer_seizure_ratio_excluded as answer_seizure_ratio_excluded,
  found.abandon_rate_numerator as abandon_rate_numerator,
  found.abandon_rate_denominator as abandon_rate_denominator,
  found.abandon_rate_excluded as abandon_rate_excluded,
  found.service_level_numerator as service_level_numerator,
  found.service_level_denominator as service_level_denominator,
  found.service_level_excluded as service_level_excluded,
  found.speed_of_answer_count as speed_of_answer_count,
  found.speed_of_answer_sum as speed_of_answer_sum,
  found.duration_count as duration_count,
  found.duration_sum as duration_sum,
  found.talk_time_count as talk_time_count,
  found.talk_time_sum as talk_time_sum,
  found.ring_time_count as ring_time_count,
  found.ring_time_sum as ring_time_sum,
  found.wait_time_count as wait_time_count,
  found.wait_time_sum as wait_time_sum,
  found.ivr_time_count as ivr_time_count,
  found.ivr_time_sum as ivr_time_sum,
  found.coins_total as coins_total
from bi_role_accounts as r join accounts as a on a.id = r.account_id
  join bi_buckets as b on b.time_zone = a.time_zone and b.unit = 'HOUR'
  cross join lateral (
    select calls.agent_id as agent_key,
    calls.campaign_id as campaign_key,
    calls.call_group_id as call_group_key,
    calls.virtual_number_id as virtual_number_key,
    calls.direction::text as direction,
    count(*) as call_count,
    count(*) filter (where "calls"."status" = 'COMPLETED') as completed_count,
    count(*) filter (where "calls"."status" in ('RINGING', 'IN_PROGRESS')) as live_count,
    count(*) filter (where "calls"."status" = 'UNREPORTED') as unreported_count,
    count(*) filter (where "calls"."outcome" in ('ANSWERED', 'MISSED', 'ABANDONED')) as offered_count,
    count(*) filter (where "calls"."outcome" = 'ANSWERED') as answered_count,
    count(*) filter (where "calls"."outcome" = 'MISSED') as missed_count,
    count(*) filter (where "calls"."outcome" = 'ABANDONED') as abandoned_count,
    count(*) filter (where "calls"."outcome" = 'IVR_ENDED') as ivr_ended_count,
    count(*) filter (where "calls"."outcome" = 'UNKNOWN') as unknown_count,
    count(*) filter (where "calls"."direction" = 'INBOUND') as inbound_count,
    count(*) filter (where "calls"."direction" = 'OUTBOUND') as outbound_count,
    count(*) filter (where ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" < 5::integer)) as short_abandoned_count,
    count(*) filter (where "calls"."outcome" = 'ANSWERED') as answer_rate_numerator,
    count(*) filter (where "calls"."outcome" in ('ANSWERED', 'MISSED', 'ABANDONED')) as answer_rate_denominator,
    count(*) filter (where ("calls"."status" = 'COMPLETED' and (("calls"."direction" = 'INBOUND' and ("calls"."leg_a_picked_at" is not null or "calls"."outcome" = 'ANSWERED')) or ("calls"."direction" = 'OUTBOUND' and "calls"."outcome" = 'ANSWERED')))) as answer_seizure_ratio_numerator,
    count(*) filter (where ("calls"."status" = 'COMPLETED' and (("calls"."direction" = 'UNKNOWN') is not true))) as answer_seizure_ratio_denominator,
    count(*) filter (where ("calls"."status" = 'COMPLETED' and "calls"."direction" = 'UNKNOWN')) as answer_seizure_ratio_excluded,
    count(*) filter (where ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and ((("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" < 5::integer)) is not true))) as abandon_rate_numerator,
    count(*) filter (where ("calls"."direction" = 'INBOUND' and "calls"."outcome" in ('ANSWERED', 'MISSED', 'ABANDONED') and ((("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" < 5::integer)) is not true))) as abandon_rate_denominator,
    count(*) filter (where ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" < 5::integer)) as abandon_rate_excluded,
    count(*) filter (where (("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ANSWERED' and "calls"."wait_seconds" >= 0::integer) and "calls"."wait_seconds" <= 20::integer)) as service_level_numerator,
    count(*) filter (where ((("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ANSWERED' and "calls"."wait_seconds" >= 0::integer) or ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'MISSED') or ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" >= 0::integer)) and (((("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" >= 0::integer) and "calls"."wait_seconds" < 5::integer)) is not true))) as service_level_denominator,
    count(*) filter (where (("calls"."direction" = 'INBOUND' and ("calls"."outcome" = 'ANSWERED' or "calls"."outcome" = 'ABANDONED') and (("calls"."wait_seconds" >= 0::integer) is not true)) or (("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ABANDONED' and "calls"."wait_seconds" >= 0::integer) and "calls"."wait_seconds" < 5::integer))) as service_level_excluded,
    count("calls"."wait_seconds") filter (where ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ANSWERED')) as speed_of_answer_count,
    coalesce(sum("calls"."wait_seconds") filter (where ("calls"."direction" = 'INBOUND' and "calls"."outcome" = 'ANSWERED')), 0) as speed_of_answer_sum,
    count("calls"."duration_seconds") filter (where "calls"."status" = 'COMPLETED') as duration_count,
    coalesce(sum("calls"."duration_seconds") filter (where "calls"."status" = 'COMPLETED'), 0) as duration_sum,
    count("calls"."talk_seconds") filter (where "calls"."outcome" = 'ANSWERED') as talk_time_count,
    coalesce(sum("calls"."talk_seconds") filter (where "calls"."outcome" = 'ANSWERED'), 0) as talk_time_sum,
    count("calls"."ring_seconds") filter (where "calls"."status" = 'COMPLETED') as ring_time_count,
    coalesce(sum("calls"."ring_seconds") filter (where "calls"."status" = 'COMPLETED'), 0) as ring_time_sum,
    count("calls"."wait_seconds") filter (where ("calls"."direction" = 'INBOUND' and ("calls"."outcome" = 'ANSWERED' or "calls"."outcome" = 'ABANDONED'))) as wait_time_count,
    coalesce(sum("calls"."wait_seconds") filter (where ("calls"."direction" = 'INBOUND' and ("calls"."outcome" = 'ANSWERED' or "calls"."outcome" = 'ABANDONED'))), 0) as wait_time_sum,
    count("calls"."ivr_seconds") filter (where "calls"."status" = 'COMPLETED') as ivr_time_count,
    coalesce(sum("calls"."ivr_seconds") filter (where "calls"."status" = 'COMPLETED'), 0) as ivr_time_sum,
    coalesce(sum(calls.coins), 0) as coins_total
    from calls where calls.account_id = r.account_id and calls.started_at >= b.starts_at and calls.started_at < b.ends_at
    group by 1, 2, 3, 4, 5
  ) as found
where r.role_name = session_user::text;--> statement-breakpoint
comment on view bi.hourly_metrics is 'Figures of the calls that started in each hour, in the account''s time zone. A row for each of them, each account, agent, campaign, call group, virtual number and direction that has calls. Counts and sums, which add up over rows.';--> statement-breakpoint
comment on column bi.hourly_metrics.day is 'The local date.';--> statement-breakpoint
comment on column bi.hourly_metrics.starts_at is 'The first instant.';--> statement-breakpoint
comment on column bi.hourly_metrics.ends_at is 'The end, itself outside.';--> statement-breakpoint
comment on column bi.hourly_metrics.day_of_week is 'ISO: Monday = 1 to Sunday = 7.';--> statement-breakpoint
comment on column bi.hourly_metrics.hour_of_day is '0 to 23. The repeated hour in autumn is two hours here, of the same number.';--> statement-breakpoint
comment on column bi.hourly_metrics.label is 'The local name of the hour: `2026-11-01T01:00-04:00`.';--> statement-breakpoint
comment on column bi.hourly_metrics.account_key is 'The key of the account in bi.accounts.';--> statement-breakpoint
comment on column bi.hourly_metrics.agent_key is 'The key of the agent in bi.agents; null: the calls that name none.';--> statement-breakpoint
comment on column bi.hourly_metrics.campaign_key is 'The key of the campaign in bi.campaigns; null: the calls without one.';--> statement-breakpoint
comment on column bi.hourly_metrics.call_group_key is 'The key of the call group in bi.call_groups; null: the calls without one.';--> statement-breakpoint
comment on column bi.hourly_metrics.virtual_number_key is 'The key of the virtual number in bi.virtual_numbers; null: the calls without one.';--> statement-breakpoint
comment on column bi.hourly_metrics.direction is 'INBOUND, OUTBOUND or UNKNOWN, as of calls.';--> statement-breakpoint
comment on column bi.hourly_metrics.call_count is 'All calls of filter and range, of any status.';--> statement-breakpoint
comment on column bi.hourly_metrics.completed_count is 'Calls with a report: status COMPLETED.';--> statement-breakpoint
comment on column bi.hourly_metrics.live_count is 'Calls still running: status RINGING or IN_PROGRESS.';--> statement-breakpoint
comment on column bi.hourly_metrics.unreported_count is 'Calls seen live whose report never came: status UNREPORTED.';--> statement-breakpoint
comment on column bi.hourly_metrics.offered_count is 'Calls that somebody could have answered: outcome ANSWERED, MISSED or ABANDONED.';--> statement-breakpoint
comment on column bi.hourly_metrics.answered_count is 'Outcome ANSWERED.';--> statement-breakpoint
comment on column bi.hourly_metrics.missed_count is 'Outcome MISSED.';--> statement-breakpoint
comment on column bi.hourly_metrics.abandoned_count is 'Outcome ABANDONED.';--> statement-breakpoint
comment on column bi.hourly_metrics.ivr_ended_count is 'Outcome IVR_ENDED: ended in the menu, offered to nobody.';--> statement-breakpoint
comment on column bi.hourly_metrics.unknown_count is 'Outcome UNKNOWN: the provider''s words are not understood.';--> statement-breakpoint
comment on column bi.hourly_metrics.inbound_count is 'Calls of direction INBOUND, of any status.';--> statement-breakpoint
comment on column bi.hourly_metrics.outbound_count is 'Calls of direction OUTBOUND, of any status. UNKNOWN is in neither.';--> statement-breakpoint
comment on column bi.hourly_metrics.short_abandoned_count is 'INBOUND calls abandoned after less than shortAbandonSeconds of waiting (waitSeconds).';--> statement-breakpoint
comment on column bi.hourly_metrics.answer_rate_numerator is 'answerRate.numerator, where answerRate is: answeredCount / offeredCount; nothing is excluded.';--> statement-breakpoint
comment on column bi.hourly_metrics.answer_rate_denominator is 'answerRate.denominator, where answerRate is: answeredCount / offeredCount; nothing is excluded.';--> statement-breakpoint
comment on column bi.hourly_metrics.answer_seizure_ratio_numerator is 'answerSeizureRatio.numerator, where answerSeizureRatio is: ASR (ITU-T E.425), over completed calls. INBOUND: leg A picked or answered, of all attempts; OUTBOUND: answered, of all attempts. excluded: direction UNKNOWN.';--> statement-breakpoint
comment on column bi.hourly_metrics.answer_seizure_ratio_denominator is 'answerSeizureRatio.denominator, where answerSeizureRatio is: ASR (ITU-T E.425), over completed calls. INBOUND: leg A picked or answered, of all attempts; OUTBOUND: answered, of all attempts. excluded: direction UNKNOWN.';--> statement-breakpoint
comment on column bi.hourly_metrics.answer_seizure_ratio_excluded is 'answerSeizureRatio.excluded, where answerSeizureRatio is: ASR (ITU-T E.425), over completed calls. INBOUND: leg A picked or answered, of all attempts; OUTBOUND: answered, of all attempts. excluded: direction UNKNOWN.';--> statement-breakpoint
comment on column bi.hourly_metrics.abandon_rate_numerator is 'abandonRate.numerator, where abandonRate is: Over INBOUND offered calls: (abandoned - short) / (offered - short), where short are those abandoned after less than shortAbandonSeconds of waiting. excluded: short.';--> statement-breakpoint
comment on column bi.hourly_metrics.abandon_rate_denominator is 'abandonRate.denominator, where abandonRate is: Over INBOUND offered calls: (abandoned - short) / (offered - short), where short are those abandoned after less than shortAbandonSeconds of waiting. excluded: short.';--> statement-breakpoint
comment on column bi.hourly_metrics.abandon_rate_excluded is 'abandonRate.excluded, where abandonRate is: Over INBOUND offered calls: (abandoned - short) / (offered - short), where short are those abandoned after less than shortAbandonSeconds of waiting. excluded: short.';--> statement-breakpoint
comment on column bi.hourly_metrics.service_level_numerator is 'serviceLevel.numerator, where serviceLevel is: The share of INBOUND offered calls that were answered in time, by the rule. Times run on the clock to answeredAt, or to the end where the call was not answered; within T is at most withinSeconds, short is less than shortAbandonSeconds. A call without that time is left out of every term, but a missed one counts in O as it is. excluded: the calls left out, and what the rule leaves out of its denominator.';--> statement-breakpoint
comment on column bi.hourly_metrics.service_level_denominator is 'serviceLevel.denominator, where serviceLevel is: The share of INBOUND offered calls that were answered in time, by the rule. Times run on the clock to answeredAt, or to the end where the call was not answered; within T is at most withinSeconds, short is less than shortAbandonSeconds. A call without that time is left out of every term, but a missed one counts in O as it is. excluded: the calls left out, and what the rule leaves out of its denominator.';--> statement-breakpoint
comment on column bi.hourly_metrics.service_level_excluded is 'serviceLevel.excluded, where serviceLevel is: The share of INBOUND offered calls that were answered in time, by the rule. Times run on the clock to answeredAt, or to the end where the call was not answered; within T is at most withinSeconds, short is less than shortAbandonSeconds. A call without that time is left out of every term, but a missed one counts in O as it is. excluded: the calls left out, and what the rule leaves out of its denominator.';--> statement-breakpoint
comment on column bi.hourly_metrics.speed_of_answer_count is 'speedOfAnswer.count, where speedOfAnswer is: waitSeconds of answered INBOUND calls; its average is the ASA.';--> statement-breakpoint
comment on column bi.hourly_metrics.speed_of_answer_sum is 'speedOfAnswer.sum, where speedOfAnswer is: waitSeconds of answered INBOUND calls; its average is the ASA.';--> statement-breakpoint
comment on column bi.hourly_metrics.duration_count is 'duration.count, where duration is: durationSeconds of completed calls: ringing included.';--> statement-breakpoint
comment on column bi.hourly_metrics.duration_sum is 'duration.sum, where duration is: durationSeconds of completed calls: ringing included.';--> statement-breakpoint
comment on column bi.hourly_metrics.talk_time_count is 'talkTime.count, where talkTime is: talkSeconds of answered calls; its average is the ACD (ALOC). Never the whole duration, which includes ringing.';--> statement-breakpoint
comment on column bi.hourly_metrics.talk_time_sum is 'talkTime.sum, where talkTime is: talkSeconds of answered calls; its average is the ACD (ALOC). Never the whole duration, which includes ringing.';--> statement-breakpoint
comment on column bi.hourly_metrics.ring_time_count is 'ringTime.count, where ringTime is: ringSeconds of completed calls.';--> statement-breakpoint
comment on column bi.hourly_metrics.ring_time_sum is 'ringTime.sum, where ringTime is: ringSeconds of completed calls.';--> statement-breakpoint
comment on column bi.hourly_metrics.wait_time_count is 'waitTime.count, where waitTime is: waitSeconds of answered and abandoned INBOUND calls.';--> statement-breakpoint
comment on column bi.hourly_metrics.wait_time_sum is 'waitTime.sum, where waitTime is: waitSeconds of answered and abandoned INBOUND calls.';--> statement-breakpoint
comment on column bi.hourly_metrics.ivr_time_count is 'ivrTime.count, where ivrTime is: ivrSeconds of completed calls.';--> statement-breakpoint
comment on column bi.hourly_metrics.ivr_time_sum is 'ivrTime.sum, where ivrTime is: ivrSeconds of completed calls.';--> statement-breakpoint
comment on column bi.hourly_metrics.coins_total is 'The provider''s billing units of all calls of filter and range; "0" for nothing.';
