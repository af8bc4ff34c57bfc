// Made from schema.graphql by `npm run codegen`. Do not edit.
import type * as Schema from './inputs.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Account as AccountRow } from '../../accounts/account.table.ts';
import type { ApiKey as ApiKeyFound, IssuedKey } from '../../access/keys/api-key.ts';
import type { Viewer as ViewerFound } from '../../access/viewer.ts';
import type { CallRow } from '../../calls/list/call-columns.ts';
import type { Agent as AgentRow, Campaign as CampaignRow, CallGroup as CallGroupRow, VirtualNumber as VirtualNumberRow, Customer as CustomerRow } from '../../participants/participants.table.ts';
import type { WebhookHealth as WebhookHealthFound } from '../../inbox/find-webhook-health.ts';
import type { WebhookEventRow } from '../../inbox/mask-events.ts';
import type { WebhookEventPage } from '../../inbox/list-webhook-events.ts';
import type { AccessLogRow } from '../../access/log/access-log.table.ts';
import type { AccessLogPage } from '../../access/log/list-access-log.ts';
import type { CallChange } from '../live/live-step.ts';
import type { EndedCallRow, EndedCallPage } from '../../calls/merge/list-ended-calls.ts';
import type { CallPage } from '../../calls/list/list-calls.ts';
import type { AgentPage, CampaignPage, CallGroupPage, VirtualNumberPage, CustomerPage } from '../../participants/list-participants.ts';
import type { MetricsQuestion } from '../../metrics/metrics-question.ts';
import type { MetricsSlice, StatisticsSlice, RatioSlice } from '../../metrics/metrics-sheet.ts';
import type { MetricsBucket } from '../../metrics/answers/time-series.ts';
import type { HeatMapCell } from '../../metrics/answers/heat-map.ts';
import type { MetricsGroup, MetricsGroups } from '../../metrics/answers/break-down.ts';
import type { LiveBoard as LiveBoardAsked, LiveBoardRow as LiveBoardRowFound, LiveFigures as LiveFiguresFound } from '../../metrics/live/live-board.ts';
import type { Context } from '../context.ts';
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };


export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Schema.Maybe<TTypes> | Promise<Schema.Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;




/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( CallRow )
    | ( AccountRow )
    | ( AgentRow )
    | ( CampaignRow )
    | ( CallGroupRow )
    | ( VirtualNumberRow )
    | ( CustomerRow )
    | ( WebhookEventRow )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Schema.Scalars['DateTime']['output']>;
  TimeZone: ResolverTypeWrapper<Schema.Scalars['TimeZone']['output']>;
  PhoneNumber: ResolverTypeWrapper<Schema.Scalars['PhoneNumber']['output']>;
  Decimal: ResolverTypeWrapper<Schema.Scalars['Decimal']['output']>;
  SafeInt: ResolverTypeWrapper<Schema.Scalars['SafeInt']['output']>;
  URL: ResolverTypeWrapper<Schema.Scalars['URL']['output']>;
  JSON: ResolverTypeWrapper<Schema.Scalars['JSON']['output']>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  ID: ResolverTypeWrapper<Schema.Scalars['ID']['output']>;
  PageInfo: ResolverTypeWrapper<Schema.PageInfo>;
  SortDirection: Schema.SortDirection;
  CallDirection: Schema.CallDirection;
  CallStatus: Schema.CallStatus;
  CallDisposition: Schema.CallDisposition;
  CallParty: Schema.CallParty;
  CallOutcome: Schema.CallOutcome;
  Call: ResolverTypeWrapper<CallRow>;
  Int: ResolverTypeWrapper<Schema.Scalars['Int']['output']>;
  CallConnection: ResolverTypeWrapper<CallPage>;
  CallEdge: ResolverTypeWrapper<Omit<Schema.CallEdge, 'node'> & { node: ResolversTypes['Call'] }>;
  CallRemovalReason: Schema.CallRemovalReason;
  EndedCall: ResolverTypeWrapper<EndedCallRow>;
  EndedCallConnection: ResolverTypeWrapper<EndedCallPage>;
  EndedCallEdge: ResolverTypeWrapper<Omit<Schema.EndedCallEdge, 'node'> & { node: ResolversTypes['EndedCall'] }>;
  CallOrderField: Schema.CallOrderField;
  CallOrder: Schema.CallOrder;
  DateTimeFilter: Schema.DateTimeFilter;
  IntFilter: Schema.IntFilter;
  DecimalFilter: Schema.DecimalFilter;
  StringFilter: Schema.StringFilter;
  IDFilter: Schema.IdFilter;
  PhoneNumberFilter: Schema.PhoneNumberFilter;
  CallDirectionFilter: Schema.CallDirectionFilter;
  CallStatusFilter: Schema.CallStatusFilter;
  CallOutcomeFilter: Schema.CallOutcomeFilter;
  CallDispositionFilter: Schema.CallDispositionFilter;
  CallFilter: Schema.CallFilter;
  Account: ResolverTypeWrapper<AccountRow>;
  Agent: ResolverTypeWrapper<AgentRow>;
  AgentConnection: ResolverTypeWrapper<AgentPage>;
  AgentEdge: ResolverTypeWrapper<Omit<Schema.AgentEdge, 'node'> & { node: ResolversTypes['Agent'] }>;
  AgentFilter: Schema.AgentFilter;
  Campaign: ResolverTypeWrapper<CampaignRow>;
  CampaignConnection: ResolverTypeWrapper<CampaignPage>;
  CampaignEdge: ResolverTypeWrapper<Omit<Schema.CampaignEdge, 'node'> & { node: ResolversTypes['Campaign'] }>;
  CampaignFilter: Schema.CampaignFilter;
  CallGroup: ResolverTypeWrapper<CallGroupRow>;
  CallGroupConnection: ResolverTypeWrapper<CallGroupPage>;
  CallGroupEdge: ResolverTypeWrapper<Omit<Schema.CallGroupEdge, 'node'> & { node: ResolversTypes['CallGroup'] }>;
  CallGroupFilter: Schema.CallGroupFilter;
  VirtualNumber: ResolverTypeWrapper<VirtualNumberRow>;
  VirtualNumberConnection: ResolverTypeWrapper<VirtualNumberPage>;
  VirtualNumberEdge: ResolverTypeWrapper<Omit<Schema.VirtualNumberEdge, 'node'> & { node: ResolversTypes['VirtualNumber'] }>;
  VirtualNumberFilter: Schema.VirtualNumberFilter;
  Customer: ResolverTypeWrapper<CustomerRow>;
  CustomerConnection: ResolverTypeWrapper<CustomerPage>;
  CustomerEdge: ResolverTypeWrapper<Omit<Schema.CustomerEdge, 'node'> & { node: ResolversTypes['Customer'] }>;
  CustomerFilter: Schema.CustomerFilter;
  EntityOrderField: Schema.EntityOrderField;
  EntityOrder: Schema.EntityOrder;
  TimeRangeInput: Schema.TimeRangeInput;
  InstantRangeInput: Schema.InstantRangeInput;
  CalendarPeriod: Schema.CalendarPeriod;
  TimeInterval: Schema.TimeInterval;
  CallDimension: Schema.CallDimension;
  Comparison: Schema.Comparison;
  CallMetricsReport: ResolverTypeWrapper<MetricsQuestion>;
  CallMetricsBucket: ResolverTypeWrapper<MetricsBucket>;
  CallMetricsHeatMapCell: ResolverTypeWrapper<HeatMapCell>;
  CallMetricsGroupConnection: ResolverTypeWrapper<MetricsGroups>;
  CallMetricsGroupEdge: ResolverTypeWrapper<MetricsGroup>;
  CallMetricsGroup: ResolverTypeWrapper<MetricsGroup>;
  CallMetric: Schema.CallMetric;
  CallMetricsOrder: Schema.CallMetricsOrder;
  Ratio: ResolverTypeWrapper<RatioSlice>;
  Float: ResolverTypeWrapper<Schema.Scalars['Float']['output']>;
  DurationStatistics: ResolverTypeWrapper<StatisticsSlice>;
  HistogramBin: ResolverTypeWrapper<Schema.HistogramBin>;
  CallMetrics: ResolverTypeWrapper<MetricsSlice>;
  BusyHour: ResolverTypeWrapper<Schema.BusyHour>;
  ServiceLevelClock: Schema.ServiceLevelClock;
  ServiceLevelRule: Schema.ServiceLevelRule;
  LiveBoardDimension: Schema.LiveBoardDimension;
  LiveBoard: ResolverTypeWrapper<LiveBoardAsked>;
  LiveBoardRow: ResolverTypeWrapper<LiveBoardRowFound>;
  LiveFigures: ResolverTypeWrapper<LiveFiguresFound>;
  WebhookEventKind: Schema.WebhookEventKind;
  WebhookEventForm: Schema.WebhookEventForm;
  WebhookEventState: Schema.WebhookEventState;
  WebhookEvent: ResolverTypeWrapper<WebhookEventRow>;
  WebhookEventConnection: ResolverTypeWrapper<WebhookEventPage>;
  WebhookEventEdge: ResolverTypeWrapper<Omit<Schema.WebhookEventEdge, 'node'> & { node: ResolversTypes['WebhookEvent'] }>;
  WebhookEventFilter: Schema.WebhookEventFilter;
  WebhookHealth: ResolverTypeWrapper<WebhookHealthFound>;
  ReplayResult: ResolverTypeWrapper<Schema.ReplayResult>;
  ApiScope: Schema.ApiScope;
  ApiKeyState: Schema.ApiKeyState;
  Viewer: ResolverTypeWrapper<ViewerFound>;
  ApiKey: ResolverTypeWrapper<ApiKeyFound>;
  IssuedApiKey: ResolverTypeWrapper<IssuedKey>;
  ApiKeyInput: Schema.ApiKeyInput;
  OperationType: Schema.OperationType;
  AccessLogEntry: ResolverTypeWrapper<AccessLogRow>;
  AccessLogConnection: ResolverTypeWrapper<AccessLogPage>;
  AccessLogEdge: ResolverTypeWrapper<Omit<Schema.AccessLogEdge, 'node'> & { node: ResolversTypes['AccessLogEntry'] }>;
  AccessLogFilter: Schema.AccessLogFilter;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  CallEventKind: Schema.CallEventKind;
  CallEvent: ResolverTypeWrapper<CallChange>;
  Boolean: ResolverTypeWrapper<Schema.Scalars['Boolean']['output']>;
  String: ResolverTypeWrapper<Schema.Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Schema.Scalars['DateTime']['output'];
  TimeZone: Schema.Scalars['TimeZone']['output'];
  PhoneNumber: Schema.Scalars['PhoneNumber']['output'];
  Decimal: Schema.Scalars['Decimal']['output'];
  SafeInt: Schema.Scalars['SafeInt']['output'];
  URL: Schema.Scalars['URL']['output'];
  JSON: Schema.Scalars['JSON']['output'];
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  ID: Schema.Scalars['ID']['output'];
  PageInfo: Schema.PageInfo;
  Call: CallRow;
  Int: Schema.Scalars['Int']['output'];
  CallConnection: CallPage;
  CallEdge: Omit<Schema.CallEdge, 'node'> & { node: ResolversParentTypes['Call'] };
  EndedCall: EndedCallRow;
  EndedCallConnection: EndedCallPage;
  EndedCallEdge: Omit<Schema.EndedCallEdge, 'node'> & { node: ResolversParentTypes['EndedCall'] };
  CallOrder: Schema.CallOrder;
  DateTimeFilter: Schema.DateTimeFilter;
  IntFilter: Schema.IntFilter;
  DecimalFilter: Schema.DecimalFilter;
  StringFilter: Schema.StringFilter;
  IDFilter: Schema.IdFilter;
  PhoneNumberFilter: Schema.PhoneNumberFilter;
  CallDirectionFilter: Schema.CallDirectionFilter;
  CallStatusFilter: Schema.CallStatusFilter;
  CallOutcomeFilter: Schema.CallOutcomeFilter;
  CallDispositionFilter: Schema.CallDispositionFilter;
  CallFilter: Schema.CallFilter;
  Account: AccountRow;
  Agent: AgentRow;
  AgentConnection: AgentPage;
  AgentEdge: Omit<Schema.AgentEdge, 'node'> & { node: ResolversParentTypes['Agent'] };
  AgentFilter: Schema.AgentFilter;
  Campaign: CampaignRow;
  CampaignConnection: CampaignPage;
  CampaignEdge: Omit<Schema.CampaignEdge, 'node'> & { node: ResolversParentTypes['Campaign'] };
  CampaignFilter: Schema.CampaignFilter;
  CallGroup: CallGroupRow;
  CallGroupConnection: CallGroupPage;
  CallGroupEdge: Omit<Schema.CallGroupEdge, 'node'> & { node: ResolversParentTypes['CallGroup'] };
  CallGroupFilter: Schema.CallGroupFilter;
  VirtualNumber: VirtualNumberRow;
  VirtualNumberConnection: VirtualNumberPage;
  VirtualNumberEdge: Omit<Schema.VirtualNumberEdge, 'node'> & { node: ResolversParentTypes['VirtualNumber'] };
  VirtualNumberFilter: Schema.VirtualNumberFilter;
  Customer: CustomerRow;
  CustomerConnection: CustomerPage;
  CustomerEdge: Omit<Schema.CustomerEdge, 'node'> & { node: ResolversParentTypes['Customer'] };
  CustomerFilter: Schema.CustomerFilter;
  EntityOrder: Schema.EntityOrder;
  TimeRangeInput: Schema.TimeRangeInput;
  InstantRangeInput: Schema.InstantRangeInput;
  CallMetricsReport: MetricsQuestion;
  CallMetricsBucket: MetricsBucket;
  CallMetricsHeatMapCell: HeatMapCell;
  CallMetricsGroupConnection: MetricsGroups;
  CallMetricsGroupEdge: MetricsGroup;
  CallMetricsGroup: MetricsGroup;
  CallMetricsOrder: Schema.CallMetricsOrder;
  Ratio: RatioSlice;
  Float: Schema.Scalars['Float']['output'];
  DurationStatistics: StatisticsSlice;
  HistogramBin: Schema.HistogramBin;
  CallMetrics: MetricsSlice;
  BusyHour: Schema.BusyHour;
  LiveBoard: LiveBoardAsked;
  LiveBoardRow: LiveBoardRowFound;
  LiveFigures: LiveFiguresFound;
  WebhookEvent: WebhookEventRow;
  WebhookEventConnection: WebhookEventPage;
  WebhookEventEdge: Omit<Schema.WebhookEventEdge, 'node'> & { node: ResolversParentTypes['WebhookEvent'] };
  WebhookEventFilter: Schema.WebhookEventFilter;
  WebhookHealth: WebhookHealthFound;
  ReplayResult: Schema.ReplayResult;
  Viewer: ViewerFound;
  ApiKey: ApiKeyFound;
  IssuedApiKey: IssuedKey;
  ApiKeyInput: Schema.ApiKeyInput;
  AccessLogEntry: AccessLogRow;
  AccessLogConnection: AccessLogPage;
  AccessLogEdge: Omit<Schema.AccessLogEdge, 'node'> & { node: ResolversParentTypes['AccessLogEntry'] };
  AccessLogFilter: Schema.AccessLogFilter;
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  CallEvent: CallChange;
  Boolean: Schema.Scalars['Boolean']['output'];
  String: Schema.Scalars['String']['output'];
};

export type SnapshotDirectiveArgs = {
  shared?: Schema.Scalars['Boolean']['input'];
};

export type SnapshotDirectiveResolver<Result, Parent, ContextType = Context, Args = SnapshotDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AccessDirectiveArgs = {
  any?: Array<Schema.Scalars['String']['input']>;
  otherwise?: Schema.Scalars['String']['input'];
  ifDigits?: Schema.Scalars['Boolean']['input'];
};

export type AccessDirectiveResolver<Result, Parent, ContextType = Context, Args = AccessDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface TimeZoneScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['TimeZone'], any> {
  name: 'TimeZone';
}

export interface PhoneNumberScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['PhoneNumber'], any> {
  name: 'PhoneNumber';
}

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export interface SafeIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SafeInt'], any> {
  name: 'SafeInt';
}

export interface UrlScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['URL'], any> {
  name: 'URL';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Call' | 'Account' | 'Agent' | 'Campaign' | 'CallGroup' | 'VirtualNumber' | 'Customer' | 'WebhookEvent', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CallResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Call'] = ResolversParentTypes['Call']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  callSid?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  direction?: Resolver<ResolversTypes['CallDirection'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['CallStatus'], ParentType, ContextType>;
  disposition?: Resolver<Schema.Maybe<ResolversTypes['CallDisposition']>, ParentType, ContextType>;
  outcome?: Resolver<Schema.Maybe<ResolversTypes['CallOutcome']>, ParentType, ContextType>;
  endedBy?: Resolver<Schema.Maybe<ResolversTypes['CallParty']>, ParentType, ContextType>;
  customerNumber?: Resolver<Schema.Maybe<ResolversTypes['PhoneNumber']>, ParentType, ContextType>;
  customer?: Resolver<Schema.Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  customerPseudonym?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  agentNumber?: Resolver<Schema.Maybe<ResolversTypes['PhoneNumber']>, ParentType, ContextType>;
  agentName?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  agent?: Resolver<Schema.Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  virtualNumber?: Resolver<Schema.Maybe<ResolversTypes['VirtualNumber']>, ParentType, ContextType>;
  callGroup?: Resolver<Schema.Maybe<ResolversTypes['CallGroup']>, ParentType, ContextType>;
  campaign?: Resolver<Schema.Maybe<ResolversTypes['Campaign']>, ParentType, ContextType>;
  sourceNumber?: Resolver<Schema.Maybe<ResolversTypes['PhoneNumber']>, ParentType, ContextType>;
  destinationNumber?: Resolver<Schema.Maybe<ResolversTypes['PhoneNumber']>, ParentType, ContextType>;
  dialedNumber?: Resolver<Schema.Maybe<ResolversTypes['PhoneNumber']>, ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  legAPickedAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  legBStartedAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  legBPickedAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  answeredAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  endedAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  durationSeconds?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  talkSeconds?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  ivrSeconds?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  ringSeconds?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  waitSeconds?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  waitingSeconds?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  coins?: Resolver<Schema.Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  recordingUrl?: Resolver<Schema.Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  keyPress?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hangupCause?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  errorCode?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  providerStatus?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  providerDirection?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CallConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CallConnection'] = ResolversParentTypes['CallConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CallEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Call']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Schema.Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  totalCountIsExact?: Resolver<Schema.Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type CallEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CallEdge'] = ResolversParentTypes['CallEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Call'], ParentType, ContextType>;
};

export type EndedCallResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EndedCall'] = ResolversParentTypes['EndedCall']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  removedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['CallRemovalReason'], ParentType, ContextType>;
  replacedBy?: Resolver<Schema.Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type EndedCallConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EndedCallConnection'] = ResolversParentTypes['EndedCallConnection']> = {
  edges?: Resolver<Array<ResolversTypes['EndedCallEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['EndedCall']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Schema.Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  totalCountIsExact?: Resolver<Schema.Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type EndedCallEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EndedCallEdge'] = ResolversParentTypes['EndedCallEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['EndedCall'], ParentType, ContextType>;
};

export type AccountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Account'] = ResolversParentTypes['Account']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['TimeZone'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  isDemo?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AgentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Agent'] = ResolversParentTypes['Agent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  name?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  number?: Resolver<Schema.Maybe<ResolversTypes['PhoneNumber']>, ParentType, ContextType>;
  email?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  firstCallAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastCallAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  calls?: Resolver<Schema.Maybe<ResolversTypes['CallConnection']>, ParentType, ContextType, Partial<Schema.AgentCallsArgs>>;
  metrics?: Resolver<Schema.Maybe<ResolversTypes['CallMetrics']>, ParentType, ContextType, RequireFields<Schema.AgentMetricsArgs, 'range' | 'weekStartsOn'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AgentConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AgentConnection'] = ResolversParentTypes['AgentConnection']> = {
  edges?: Resolver<Array<ResolversTypes['AgentEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Agent']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Schema.Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  totalCountIsExact?: Resolver<Schema.Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type AgentEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AgentEdge'] = ResolversParentTypes['AgentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Agent'], ParentType, ContextType>;
};

export type CampaignResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Campaign'] = ResolversParentTypes['Campaign']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  campaignCode?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  firstCallAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastCallAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  calls?: Resolver<Schema.Maybe<ResolversTypes['CallConnection']>, ParentType, ContextType, Partial<Schema.CampaignCallsArgs>>;
  metrics?: Resolver<Schema.Maybe<ResolversTypes['CallMetrics']>, ParentType, ContextType, RequireFields<Schema.CampaignMetricsArgs, 'range' | 'weekStartsOn'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CampaignConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CampaignConnection'] = ResolversParentTypes['CampaignConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CampaignEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Campaign']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Schema.Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  totalCountIsExact?: Resolver<Schema.Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type CampaignEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CampaignEdge'] = ResolversParentTypes['CampaignEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Campaign'], ParentType, ContextType>;
};

export type CallGroupResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CallGroup'] = ResolversParentTypes['CallGroup']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  firstCallAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastCallAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  calls?: Resolver<Schema.Maybe<ResolversTypes['CallConnection']>, ParentType, ContextType, Partial<Schema.CallGroupCallsArgs>>;
  metrics?: Resolver<Schema.Maybe<ResolversTypes['CallMetrics']>, ParentType, ContextType, RequireFields<Schema.CallGroupMetricsArgs, 'range' | 'weekStartsOn'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CallGroupConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CallGroupConnection'] = ResolversParentTypes['CallGroupConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CallGroupEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['CallGroup']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Schema.Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  totalCountIsExact?: Resolver<Schema.Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type CallGroupEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CallGroupEdge'] = ResolversParentTypes['CallGroupEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['CallGroup'], ParentType, ContextType>;
};

export type VirtualNumberResolvers<ContextType = Context, ParentType extends ResolversParentTypes['VirtualNumber'] = ResolversParentTypes['VirtualNumber']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['PhoneNumber'], ParentType, ContextType>;
  name?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  firstCallAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastCallAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  calls?: Resolver<Schema.Maybe<ResolversTypes['CallConnection']>, ParentType, ContextType, Partial<Schema.VirtualNumberCallsArgs>>;
  metrics?: Resolver<Schema.Maybe<ResolversTypes['CallMetrics']>, ParentType, ContextType, RequireFields<Schema.VirtualNumberMetricsArgs, 'range' | 'weekStartsOn'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type VirtualNumberConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['VirtualNumberConnection'] = ResolversParentTypes['VirtualNumberConnection']> = {
  edges?: Resolver<Array<ResolversTypes['VirtualNumberEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['VirtualNumber']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Schema.Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  totalCountIsExact?: Resolver<Schema.Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type VirtualNumberEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['VirtualNumberEdge'] = ResolversParentTypes['VirtualNumberEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['VirtualNumber'], ParentType, ContextType>;
};

export type CustomerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Customer'] = ResolversParentTypes['Customer']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  number?: Resolver<Schema.Maybe<ResolversTypes['PhoneNumber']>, ParentType, ContextType>;
  pseudonym?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  firstCallAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastCallAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  calls?: Resolver<Schema.Maybe<ResolversTypes['CallConnection']>, ParentType, ContextType, Partial<Schema.CustomerCallsArgs>>;
  metrics?: Resolver<Schema.Maybe<ResolversTypes['CallMetrics']>, ParentType, ContextType, RequireFields<Schema.CustomerMetricsArgs, 'range' | 'weekStartsOn'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CustomerConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CustomerConnection'] = ResolversParentTypes['CustomerConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CustomerEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Customer']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Schema.Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  totalCountIsExact?: Resolver<Schema.Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type CustomerEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CustomerEdge'] = ResolversParentTypes['CustomerEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Customer'], ParentType, ContextType>;
};

export type CallMetricsReportResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CallMetricsReport'] = ResolversParentTypes['CallMetricsReport']> = {
  from?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['TimeZone'], ParentType, ContextType>;
  dataThrough?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  isFinal?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  totals?: Resolver<ResolversTypes['CallMetrics'], ParentType, ContextType>;
  timeSeries?: Resolver<Schema.Maybe<Array<ResolversTypes['CallMetricsBucket']>>, ParentType, ContextType, RequireFields<Schema.CallMetricsReportTimeSeriesArgs, 'interval'>>;
  breakdown?: Resolver<Schema.Maybe<ResolversTypes['CallMetricsGroupConnection']>, ParentType, ContextType, RequireFields<Schema.CallMetricsReportBreakdownArgs, 'by' | 'first'>>;
  heatMap?: Resolver<Schema.Maybe<Array<ResolversTypes['CallMetricsHeatMapCell']>>, ParentType, ContextType>;
  compare?: Resolver<Schema.Maybe<ResolversTypes['CallMetricsReport']>, ParentType, ContextType, RequireFields<Schema.CallMetricsReportCompareArgs, 'to'>>;
  calls?: Resolver<Schema.Maybe<ResolversTypes['CallConnection']>, ParentType, ContextType, Partial<Schema.CallMetricsReportCallsArgs>>;
};

export type CallMetricsBucketResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CallMetricsBucket'] = ResolversParentTypes['CallMetricsBucket']> = {
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  label?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  isPartial?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  metrics?: Resolver<ResolversTypes['CallMetrics'], ParentType, ContextType>;
  calls?: Resolver<Schema.Maybe<ResolversTypes['CallConnection']>, ParentType, ContextType, Partial<Schema.CallMetricsBucketCallsArgs>>;
};

export type CallMetricsHeatMapCellResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CallMetricsHeatMapCell'] = ResolversParentTypes['CallMetricsHeatMapCell']> = {
  dayOfWeek?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  hourOfDay?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  metrics?: Resolver<ResolversTypes['CallMetrics'], ParentType, ContextType>;
};

export type CallMetricsGroupConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CallMetricsGroupConnection'] = ResolversParentTypes['CallMetricsGroupConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CallMetricsGroupEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['CallMetricsGroup']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Schema.Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  other?: Resolver<Schema.Maybe<ResolversTypes['CallMetrics']>, ParentType, ContextType>;
};

export type CallMetricsGroupEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CallMetricsGroupEdge'] = ResolversParentTypes['CallMetricsGroupEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['CallMetricsGroup'], ParentType, ContextType>;
};

export type CallMetricsGroupResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CallMetricsGroup'] = ResolversParentTypes['CallMetricsGroup']> = {
  account?: Resolver<Schema.Maybe<ResolversTypes['Account']>, ParentType, ContextType>;
  agent?: Resolver<Schema.Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  campaign?: Resolver<Schema.Maybe<ResolversTypes['Campaign']>, ParentType, ContextType>;
  callGroup?: Resolver<Schema.Maybe<ResolversTypes['CallGroup']>, ParentType, ContextType>;
  virtualNumber?: Resolver<Schema.Maybe<ResolversTypes['VirtualNumber']>, ParentType, ContextType>;
  customer?: Resolver<Schema.Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  direction?: Resolver<Schema.Maybe<ResolversTypes['CallDirection']>, ParentType, ContextType>;
  disposition?: Resolver<Schema.Maybe<ResolversTypes['CallDisposition']>, ParentType, ContextType>;
  hourOfDay?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  dayOfWeek?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  metrics?: Resolver<ResolversTypes['CallMetrics'], ParentType, ContextType>;
  timeSeries?: Resolver<Schema.Maybe<Array<ResolversTypes['CallMetricsBucket']>>, ParentType, ContextType, RequireFields<Schema.CallMetricsGroupTimeSeriesArgs, 'interval'>>;
  calls?: Resolver<Schema.Maybe<ResolversTypes['CallConnection']>, ParentType, ContextType, Partial<Schema.CallMetricsGroupCallsArgs>>;
};

export type RatioResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Ratio'] = ResolversParentTypes['Ratio']> = {
  value?: Resolver<Schema.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  numerator?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  denominator?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  excluded?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type DurationStatisticsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DurationStatistics'] = ResolversParentTypes['DurationStatistics']> = {
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  sum?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  average?: Resolver<Schema.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  min?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  max?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  percentile?: Resolver<Schema.Maybe<ResolversTypes['Float']>, ParentType, ContextType, RequireFields<Schema.DurationStatisticsPercentileArgs, 'p' | 'belowOne'>>;
  histogram?: Resolver<Array<ResolversTypes['HistogramBin']>, ParentType, ContextType, RequireFields<Schema.DurationStatisticsHistogramArgs, 'bounds'>>;
};

export type HistogramBinResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HistogramBin'] = ResolversParentTypes['HistogramBin']> = {
  from?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  to?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  count?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type CallMetricsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CallMetrics'] = ResolversParentTypes['CallMetrics']> = {
  callCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  completedCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  liveCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  unreportedCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  offeredCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  answeredCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  missedCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  abandonedCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  ivrEndedCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  unknownCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  shortAbandonedCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType, RequireFields<Schema.CallMetricsShortAbandonedCountArgs, 'shortAbandonSeconds'>>;
  inboundCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  outboundCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  answerRate?: Resolver<ResolversTypes['Ratio'], ParentType, ContextType>;
  answerSeizureRatio?: Resolver<ResolversTypes['Ratio'], ParentType, ContextType>;
  abandonRate?: Resolver<ResolversTypes['Ratio'], ParentType, ContextType, RequireFields<Schema.CallMetricsAbandonRateArgs, 'shortAbandonSeconds'>>;
  serviceLevel?: Resolver<ResolversTypes['Ratio'], ParentType, ContextType, RequireFields<Schema.CallMetricsServiceLevelArgs, 'withinSeconds' | 'clock' | 'rule' | 'shortAbandonSeconds'>>;
  speedOfAnswer?: Resolver<ResolversTypes['DurationStatistics'], ParentType, ContextType>;
  duration?: Resolver<ResolversTypes['DurationStatistics'], ParentType, ContextType>;
  talkTime?: Resolver<ResolversTypes['DurationStatistics'], ParentType, ContextType>;
  ringTime?: Resolver<ResolversTypes['DurationStatistics'], ParentType, ContextType>;
  waitTime?: Resolver<ResolversTypes['DurationStatistics'], ParentType, ContextType>;
  ivrTime?: Resolver<ResolversTypes['DurationStatistics'], ParentType, ContextType>;
  coinsTotal?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  uniqueCustomerCount?: Resolver<Schema.Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  repeatCustomerRate?: Resolver<Schema.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType, RequireFields<Schema.CallMetricsRepeatCustomerRateArgs, 'withinHours'>>;
  missedCustomersReached?: Resolver<Schema.Maybe<ResolversTypes['Ratio']>, ParentType, ContextType, RequireFields<Schema.CallMetricsMissedCustomersReachedArgs, 'withinHours'>>;
  peakConcurrentCalls?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  peakConcurrentAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  erlangs?: Resolver<Schema.Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  busyHour?: Resolver<Schema.Maybe<ResolversTypes['BusyHour']>, ParentType, ContextType>;
};

export type BusyHourResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BusyHour'] = ResolversParentTypes['BusyHour']> = {
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  callCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  erlangs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type LiveBoardResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LiveBoard'] = ResolversParentTypes['LiveBoard']> = {
  serverTime?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  totals?: Resolver<ResolversTypes['LiveFigures'], ParentType, ContextType>;
  breakdown?: Resolver<Schema.Maybe<Array<ResolversTypes['LiveBoardRow']>>, ParentType, ContextType, RequireFields<Schema.LiveBoardBreakdownArgs, 'by' | 'first'>>;
};

export type LiveBoardRowResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LiveBoardRow'] = ResolversParentTypes['LiveBoardRow']> = {
  account?: Resolver<Schema.Maybe<ResolversTypes['Account']>, ParentType, ContextType>;
  callGroup?: Resolver<Schema.Maybe<ResolversTypes['CallGroup']>, ParentType, ContextType>;
  virtualNumber?: Resolver<Schema.Maybe<ResolversTypes['VirtualNumber']>, ParentType, ContextType>;
  agent?: Resolver<Schema.Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  figures?: Resolver<ResolversTypes['LiveFigures'], ParentType, ContextType>;
};

export type LiveFiguresResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LiveFigures'] = ResolversParentTypes['LiveFigures']> = {
  ringingCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  longestWaitSeconds?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  longestWaitSince?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  talkingCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  agentsOnPhoneCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  lastHour?: Resolver<ResolversTypes['CallMetrics'], ParentType, ContextType>;
};

export type WebhookEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WebhookEvent'] = ResolversParentTypes['WebhookEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  receivedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['WebhookEventKind'], ParentType, ContextType>;
  form?: Resolver<ResolversTypes['WebhookEventForm'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['WebhookEventState'], ParentType, ContextType>;
  reason?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  notUnderstood?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  callSid?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  call?: Resolver<Schema.Maybe<ResolversTypes['Call']>, ParentType, ContextType>;
  payload?: Resolver<Schema.Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WebhookEventConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WebhookEventConnection'] = ResolversParentTypes['WebhookEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['WebhookEventEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['WebhookEvent']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Schema.Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  totalCountIsExact?: Resolver<Schema.Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type WebhookEventEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WebhookEventEdge'] = ResolversParentTypes['WebhookEventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['WebhookEvent'], ParentType, ContextType>;
};

export type WebhookHealthResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WebhookHealth'] = ResolversParentTypes['WebhookHealth']> = {
  lastEventAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastCallReportAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  eventsLast24Hours?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  unreadableLast24Hours?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  conflictsLast24Hours?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  notUnderstoodLast24Hours?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  unknownStatusWords?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  refusedSinceStart?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  retentionWaits?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ReplayResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReplayResult'] = ResolversParentTypes['ReplayResult']> = {
  replayed?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  recorded?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  ignored?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  unreadable?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  conflict?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  lastEventId?: Resolver<Schema.Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  isComplete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ViewerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Viewer'] = ResolversParentTypes['Viewer']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  scopes?: Resolver<Array<ResolversTypes['ApiScope']>, ParentType, ContextType>;
  accounts?: Resolver<Schema.Maybe<Array<ResolversTypes['Account']>>, ParentType, ContextType>;
  expiresAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type ApiKeyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKey'] = ResolversParentTypes['ApiKey']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ApiKeyState'], ParentType, ContextType>;
  scopes?: Resolver<Array<ResolversTypes['ApiScope']>, ParentType, ContextType>;
  accounts?: Resolver<Schema.Maybe<Array<ResolversTypes['Account']>>, ParentType, ContextType>;
  documentsOnly?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  budget?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  secrets?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  revokedAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastUsedAt?: Resolver<Schema.Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type IssuedApiKeyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['IssuedApiKey'] = ResolversParentTypes['IssuedApiKey']> = {
  key?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType>;
  secret?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AccessLogEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessLogEntry'] = ResolversParentTypes['AccessLogEntry']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  viewer?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  operationType?: Resolver<Schema.Maybe<ResolversTypes['OperationType']>, ParentType, ContextType>;
  operationName?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  change?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  changedId?: Resolver<Schema.Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  requestedCost?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  actualCost?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  rows?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  status?: Resolver<Schema.Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  code?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  requestId?: Resolver<Schema.Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AccessLogConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessLogConnection'] = ResolversParentTypes['AccessLogConnection']> = {
  edges?: Resolver<Array<ResolversTypes['AccessLogEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['AccessLogEntry']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Schema.Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  totalCountIsExact?: Resolver<Schema.Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type AccessLogEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccessLogEdge'] = ResolversParentTypes['AccessLogEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AccessLogEntry'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  node?: Resolver<Schema.Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<Schema.QueryNodeArgs, 'id'>>;
  nodes?: Resolver<Array<Schema.Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<Schema.QueryNodesArgs, 'ids'>>;
  call?: Resolver<Schema.Maybe<ResolversTypes['Call']>, ParentType, ContextType, RequireFields<Schema.QueryCallArgs, 'id'>>;
  callBySid?: Resolver<Schema.Maybe<ResolversTypes['Call']>, ParentType, ContextType, RequireFields<Schema.QueryCallBySidArgs, 'callSid'>>;
  calls?: Resolver<Schema.Maybe<ResolversTypes['CallConnection']>, ParentType, ContextType, RequireFields<Schema.QueryCallsArgs, 'weekStartsOn'>>;
  liveCalls?: Resolver<Schema.Maybe<ResolversTypes['CallConnection']>, ParentType, ContextType, Partial<Schema.QueryLiveCallsArgs>>;
  liveBoard?: Resolver<Schema.Maybe<ResolversTypes['LiveBoard']>, ParentType, ContextType, Partial<Schema.QueryLiveBoardArgs>>;
  serverTime?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedCalls?: Resolver<Schema.Maybe<ResolversTypes['EndedCallConnection']>, ParentType, ContextType, RequireFields<Schema.QueryEndedCallsArgs, 'since'>>;
  account?: Resolver<Schema.Maybe<ResolversTypes['Account']>, ParentType, ContextType, RequireFields<Schema.QueryAccountArgs, 'id'>>;
  accounts?: Resolver<Schema.Maybe<Array<ResolversTypes['Account']>>, ParentType, ContextType>;
  agent?: Resolver<Schema.Maybe<ResolversTypes['Agent']>, ParentType, ContextType, RequireFields<Schema.QueryAgentArgs, 'id'>>;
  agents?: Resolver<Schema.Maybe<ResolversTypes['AgentConnection']>, ParentType, ContextType, Partial<Schema.QueryAgentsArgs>>;
  campaign?: Resolver<Schema.Maybe<ResolversTypes['Campaign']>, ParentType, ContextType, RequireFields<Schema.QueryCampaignArgs, 'id'>>;
  campaigns?: Resolver<Schema.Maybe<ResolversTypes['CampaignConnection']>, ParentType, ContextType, Partial<Schema.QueryCampaignsArgs>>;
  callGroup?: Resolver<Schema.Maybe<ResolversTypes['CallGroup']>, ParentType, ContextType, RequireFields<Schema.QueryCallGroupArgs, 'id'>>;
  callGroups?: Resolver<Schema.Maybe<ResolversTypes['CallGroupConnection']>, ParentType, ContextType, Partial<Schema.QueryCallGroupsArgs>>;
  virtualNumber?: Resolver<Schema.Maybe<ResolversTypes['VirtualNumber']>, ParentType, ContextType, RequireFields<Schema.QueryVirtualNumberArgs, 'id'>>;
  virtualNumbers?: Resolver<Schema.Maybe<ResolversTypes['VirtualNumberConnection']>, ParentType, ContextType, Partial<Schema.QueryVirtualNumbersArgs>>;
  customer?: Resolver<Schema.Maybe<ResolversTypes['Customer']>, ParentType, ContextType, RequireFields<Schema.QueryCustomerArgs, 'id'>>;
  customerByNumber?: Resolver<Schema.Maybe<ResolversTypes['Customer']>, ParentType, ContextType, RequireFields<Schema.QueryCustomerByNumberArgs, 'number'>>;
  customers?: Resolver<Schema.Maybe<ResolversTypes['CustomerConnection']>, ParentType, ContextType, Partial<Schema.QueryCustomersArgs>>;
  callMetrics?: Resolver<Schema.Maybe<ResolversTypes['CallMetricsReport']>, ParentType, ContextType, RequireFields<Schema.QueryCallMetricsArgs, 'range' | 'weekStartsOn'>>;
  webhookEvents?: Resolver<Schema.Maybe<ResolversTypes['WebhookEventConnection']>, ParentType, ContextType, Partial<Schema.QueryWebhookEventsArgs>>;
  webhookHealth?: Resolver<Schema.Maybe<ResolversTypes['WebhookHealth']>, ParentType, ContextType, Partial<Schema.QueryWebhookHealthArgs>>;
  viewer?: Resolver<ResolversTypes['Viewer'], ParentType, ContextType>;
  apiKeys?: Resolver<Schema.Maybe<Array<ResolversTypes['ApiKey']>>, ParentType, ContextType>;
  accessLog?: Resolver<Schema.Maybe<ResolversTypes['AccessLogConnection']>, ParentType, ContextType, Partial<Schema.QueryAccessLogArgs>>;
  accessLogLost?: Resolver<Schema.Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  updateAgent?: Resolver<ResolversTypes['Agent'], ParentType, ContextType, RequireFields<Schema.MutationUpdateAgentArgs, 'id'>>;
  updateCampaign?: Resolver<ResolversTypes['Campaign'], ParentType, ContextType, RequireFields<Schema.MutationUpdateCampaignArgs, 'id'>>;
  updateVirtualNumber?: Resolver<ResolversTypes['VirtualNumber'], ParentType, ContextType, RequireFields<Schema.MutationUpdateVirtualNumberArgs, 'id'>>;
  updateCustomer?: Resolver<ResolversTypes['Customer'], ParentType, ContextType, RequireFields<Schema.MutationUpdateCustomerArgs, 'id'>>;
  replayWebhookEvents?: Resolver<ResolversTypes['ReplayResult'], ParentType, ContextType, RequireFields<Schema.MutationReplayWebhookEventsArgs, 'filter' | 'first' | 'dryRun'>>;
  createApiKey?: Resolver<ResolversTypes['IssuedApiKey'], ParentType, ContextType, RequireFields<Schema.MutationCreateApiKeyArgs, 'input'>>;
  rotateApiKey?: Resolver<ResolversTypes['IssuedApiKey'], ParentType, ContextType, RequireFields<Schema.MutationRotateApiKeyArgs, 'name'>>;
  revokeApiKey?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType, RequireFields<Schema.MutationRevokeApiKeyArgs, 'name' | 'olderOnly'>>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  callChanged?: SubscriptionResolver<ResolversTypes['Call'], "callChanged", ParentType, ContextType, Partial<Schema.SubscriptionCallChangedArgs>>;
  liveCalls?: SubscriptionResolver<Array<ResolversTypes['Call']>, "liveCalls", ParentType, ContextType, Partial<Schema.SubscriptionLiveCallsArgs>>;
  callEvents?: SubscriptionResolver<ResolversTypes['CallEvent'], "callEvents", ParentType, ContextType, Partial<Schema.SubscriptionCallEventsArgs>>;
  callMetrics?: SubscriptionResolver<Schema.Maybe<ResolversTypes['CallMetricsReport']>, "callMetrics", ParentType, ContextType, RequireFields<Schema.SubscriptionCallMetricsArgs, 'range' | 'weekStartsOn'>>;
  liveBoard?: SubscriptionResolver<Schema.Maybe<ResolversTypes['LiveBoard']>, "liveBoard", ParentType, ContextType, Partial<Schema.SubscriptionLiveBoardArgs>>;
};

export type CallEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CallEvent'] = ResolversParentTypes['CallEvent']> = {
  token?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['CallEventKind'], ParentType, ContextType>;
  callId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  call?: Resolver<Schema.Maybe<ResolversTypes['Call']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  DateTime?: GraphQLScalarType;
  TimeZone?: GraphQLScalarType;
  PhoneNumber?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  SafeInt?: GraphQLScalarType;
  URL?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Call?: CallResolvers<ContextType>;
  CallConnection?: CallConnectionResolvers<ContextType>;
  CallEdge?: CallEdgeResolvers<ContextType>;
  EndedCall?: EndedCallResolvers<ContextType>;
  EndedCallConnection?: EndedCallConnectionResolvers<ContextType>;
  EndedCallEdge?: EndedCallEdgeResolvers<ContextType>;
  Account?: AccountResolvers<ContextType>;
  Agent?: AgentResolvers<ContextType>;
  AgentConnection?: AgentConnectionResolvers<ContextType>;
  AgentEdge?: AgentEdgeResolvers<ContextType>;
  Campaign?: CampaignResolvers<ContextType>;
  CampaignConnection?: CampaignConnectionResolvers<ContextType>;
  CampaignEdge?: CampaignEdgeResolvers<ContextType>;
  CallGroup?: CallGroupResolvers<ContextType>;
  CallGroupConnection?: CallGroupConnectionResolvers<ContextType>;
  CallGroupEdge?: CallGroupEdgeResolvers<ContextType>;
  VirtualNumber?: VirtualNumberResolvers<ContextType>;
  VirtualNumberConnection?: VirtualNumberConnectionResolvers<ContextType>;
  VirtualNumberEdge?: VirtualNumberEdgeResolvers<ContextType>;
  Customer?: CustomerResolvers<ContextType>;
  CustomerConnection?: CustomerConnectionResolvers<ContextType>;
  CustomerEdge?: CustomerEdgeResolvers<ContextType>;
  CallMetricsReport?: CallMetricsReportResolvers<ContextType>;
  CallMetricsBucket?: CallMetricsBucketResolvers<ContextType>;
  CallMetricsHeatMapCell?: CallMetricsHeatMapCellResolvers<ContextType>;
  CallMetricsGroupConnection?: CallMetricsGroupConnectionResolvers<ContextType>;
  CallMetricsGroupEdge?: CallMetricsGroupEdgeResolvers<ContextType>;
  CallMetricsGroup?: CallMetricsGroupResolvers<ContextType>;
  Ratio?: RatioResolvers<ContextType>;
  DurationStatistics?: DurationStatisticsResolvers<ContextType>;
  HistogramBin?: HistogramBinResolvers<ContextType>;
  CallMetrics?: CallMetricsResolvers<ContextType>;
  BusyHour?: BusyHourResolvers<ContextType>;
  LiveBoard?: LiveBoardResolvers<ContextType>;
  LiveBoardRow?: LiveBoardRowResolvers<ContextType>;
  LiveFigures?: LiveFiguresResolvers<ContextType>;
  WebhookEvent?: WebhookEventResolvers<ContextType>;
  WebhookEventConnection?: WebhookEventConnectionResolvers<ContextType>;
  WebhookEventEdge?: WebhookEventEdgeResolvers<ContextType>;
  WebhookHealth?: WebhookHealthResolvers<ContextType>;
  ReplayResult?: ReplayResultResolvers<ContextType>;
  Viewer?: ViewerResolvers<ContextType>;
  ApiKey?: ApiKeyResolvers<ContextType>;
  IssuedApiKey?: IssuedApiKeyResolvers<ContextType>;
  AccessLogEntry?: AccessLogEntryResolvers<ContextType>;
  AccessLogConnection?: AccessLogConnectionResolvers<ContextType>;
  AccessLogEdge?: AccessLogEdgeResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  CallEvent?: CallEventResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  snapshot?: SnapshotDirectiveResolver<any, any, ContextType>;
  access?: AccessDirectiveResolver<any, any, ContextType>;
};
