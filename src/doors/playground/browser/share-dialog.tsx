import { ToolbarButton, useGraphiQL } from '@graphiql/react';
import { useEffect, useRef, useState } from 'react';
import { address } from './ask-api.ts';
import { type Asked, formsOf } from './copy-forms.ts';
import { isSubscription } from './is-subscription.ts';
import { keptKey } from './kept-key.ts';

function ShareIcon() {
  return (
    <svg
      className="graphiql-toolbar-icon"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M8 11l6-6M9 4.5h5.5V10M12 12v3.5H4.500V8H8" />
    </svg>
  );
}

/** Opens what the question is for others: a link, or the same for another program. */
export function ShareButton() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const operationName = useGraphiQL((state) => state.operationName);
  const [asked, setAsked] = useState<Asked | null>(null);

  function open() {
    const query = queryEditor?.getValue() ?? '';
    setAsked({
      url: new URL(address, location.origin).href,
      query,
      isSubscription: isSubscription(query, operationName) || isSubscription(query),
      variables: variableEditor?.getValue() ?? '',
      usesKey: keptKey.read() !== null,
    });
  }

  return (
    <>
      <ToolbarButton label="Share: link, curl, Python, JavaScript, Power Query" onClick={open}>
        <ShareIcon />
      </ToolbarButton>
      {asked && <ShareDialog asked={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

function ShareDialog({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const [form, setForm] = useState('Link');
  const [said, setSaid] = useState('');
  const forms = formsOf(asked);
  const text = forms[form]?.(asked) ?? '';

  useEffect(() => dialog.current?.showModal(), []);

  async function copy() {
    // Pages that come without TLS from elsewhere have no clipboard: what is marked can be copied all the same.
    field.current?.select();
    await navigator.clipboard?.writeText(text).then(
      () => setSaid('Copied.'),
      () => setSaid('Press Ctrl+C to copy what is marked.'),
    );
    if (!navigator.clipboard) setSaid('Press Ctrl+C to copy what is marked.');
  }

  return (
    <dialog ref={dialog} className="playground-dialog playground-share" aria-labelledby="share-title" onClose={onClose}>
      <h2 id="share-title">Share this query</h2>
      <div role="tablist" aria-label="Form" className="playground-choices">
        {Object.keys(forms).map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={name === form}
            onClick={() => {
              setForm(name);
              setSaid('');
            }}
          >
            {name}
          </button>
        ))}
      </div>
      <textarea ref={field} readOnly rows={14} spellCheck={false} value={text} aria-label={form} />
      <p role="status">
        {said || (asked.usesKey && form !== 'Link' ? 'Your key is not in it: set API_KEY to it.' : '')}
      </p>
      <div>
        <button type="submit" onClick={copy}>
          Copy
        </button>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}
