/** The call of the start page's curl line, which the queries of docs/queries ask for. */
export { sampleCall as theSampleCall } from '../../src/providers/callerdesk/callerdesk.ts';
