import { type FormEvent, useEffect, useRef, useState } from 'react';
import { findViewer } from './ask-api.ts';
import { keptKey } from './kept-key.ts';

type Parts = {
  why: string;
  /** Whether the page can be used without a key, or with the one that is kept. */
  mayClose: boolean;
  onClose: () => void;
  /** Told that another key is kept, or none. */
  onChange: () => void;
};

/** Asks for a key in a field of its own. One that is not let in is not kept. */
export function KeyDialog({ why, mayClose, onClose, onChange }: Parts) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState('');

  useEffect(() => dialog.current?.showModal(), []);

  async function take(event: FormEvent) {
    event.preventDefault();
    if ((await findViewer(key.trim())) === null) return setProblem('This key is not valid here.');
    keptKey.keep(key.trim());
    onChange();
  }

  function forget() {
    keptKey.forget();
    onChange();
  }

  return (
    <dialog
      ref={dialog}
      className="playground-key"
      aria-labelledby="playground-key-title"
      onCancel={(event) => {
        event.preventDefault();
        if (mayClose) onClose();
      }}
    >
      <form onSubmit={take}>
        <h2 id="playground-key-title">API key</h2>
        <p>{why}</p>
        <label htmlFor="playground-key-field">Key</label>
        <input
          id="playground-key-field"
          type="password"
          autoComplete="off"
          spellCheck={false}
          required
          value={key}
          aria-describedby="playground-key-note"
          onChange={(event) => setKey(event.target.value)}
        />
        <p role="alert">{problem}</p>
        <p id="playground-key-note">
          It is kept in this tab until you close it, as are queries, variables and history, and is sent to this service
          alone.
        </p>
        <div>
          <button type="submit">Use this key</button>
          {keptKey.read() !== null && (
            <button type="button" onClick={forget}>
              Forget the key
            </button>
          )}
          {mayClose && (
            <button type="button" onClick={onClose}>
              Cancel
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}
