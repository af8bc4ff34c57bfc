import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { AnswerPanel } from './answers/answer-panel.tsx';
import { address, fetchWithKey, findViewer } from './ask-api.ts';
import { EditorHabits } from './editor-habits.tsx';
import { examplesPlugin } from './examples-panel.tsx';
import { FirstRun } from './first-run.tsx';
import { isSubscription } from './is-subscription.ts';
import { keptKey } from './kept-key.ts';
import { KeyDialog } from './key-dialog.tsx';
import { ShareButton } from './share-dialog.tsx';
import { startTabs } from './start-tabs.ts';
import { endSubscriptions, subscribe } from './subscribe.ts';

const plugins = [examplesPlugin, HISTORY_PLUGIN];
const openAtStart = matchMedia('(min-width: 900px)').matches ? examplesPlugin : undefined;
const tabsAtStart = startTabs();

const whyOf = {
  needed: 'This service lets nobody ask without a key.',
  refused: 'The key of this tab is not valid here any more.',
  wanted: 'Ask with this key from now on.',
};

/** The editor, and the key that it asks with. */
export function Playground() {
  const [viewer, setViewer] = useState<string>();
  const [isReady, setReady] = useState(false);
  const [asks, setAsks] = useState<keyof typeof whyOf | null>(null);
  /** Counts the keys: with another one the schema is read anew. */
  const [round, setRound] = useState(0);

  const askForKey = useCallback(() => setAsks(keptKey.read() === null ? 'needed' : 'refused'), []);

  const lookWhoAsks = useCallback(async () => {
    const found = await findViewer();
    endSubscriptions();
    if (found === null) return askForKey();
    setViewer(found);
    setAsks(null);
    setReady(true);
    setRound((before) => before + 1);
  }, [askForKey]);
  useEffect(() => void lookWhoAsks(), [lookWhoAsks]);

  const fetcher = useMemo(() => {
    const ask: typeof fetch = async (input, init) => {
      const reply = await fetchWithKey(keptKey.read())(input, init);
      if (reply.status === 401) askForKey();
      return reply;
    };
    const askOnce = createGraphiQLFetcher({ url: address, fetch: ask, enableIncrementalDelivery: false });
    const either: Fetcher = (params, given) =>
      isSubscription(params.query, params.operationName)
        ? subscribe(params, given?.headers ?? {}, askForKey)
        : askOnce(params, given);
    return either;
  }, [askForKey]);

  return (
    <>
      {isReady ? (
        <GraphiQL
          key={round}
          fetcher={fetcher}
          plugins={plugins}
          storage={sessionStorage}
          visiblePlugin={openAtStart}
          schemaDescription
          {...(round === 1 ? tabsAtStart : {})}
        >
          <GraphiQL.Logo>
            <span className="playground-name">Call analytics</span>
            <button type="button" className="playground-viewer" onClick={() => setAsks('wanted')}>
              {keptKey.read() === null ? 'No key' : `Key${viewer ? `: ${viewer}` : ''}`}
            </button>
            <EditorHabits />
            <FirstRun />
          </GraphiQL.Logo>
          <GraphiQL.Toolbar>
            {({ prettify, copy, merge }) => (
              <>
                {prettify}
                {merge}
                {copy}
                <ShareButton />
              </>
            )}
          </GraphiQL.Toolbar>
          <GraphiQL.Footer>
            <AnswerPanel />
          </GraphiQL.Footer>
        </GraphiQL>
      ) : (
        <p className="playground-note">
          {asks ? 'Nothing is shown without a key.' : 'Looking whether a key is needed …'}
        </p>
      )}
      {asks && (
        <KeyDialog
          why={whyOf[asks]}
          mayClose={isReady}
          onClose={() => setAsks(null)}
          onChange={() => void lookWhoAsks()}
        />
      )}
    </>
  );
}
