/** What is asked, as the editor has it. */
export type Asked = {
  /** The address of the API. */
  url: string;
  query: string;
  /** JSON, or blank. */
  variables: string;
  /** Subscriptions are asked as server-sent events, which all of these read. */
  isSubscription: boolean;
  /** Whether a key is sent; which, is never written. */
  usesKey: boolean;
};

type Forms = Readonly<Record<string, (asked: Asked) => string>>;

const everyForm: Forms = { Link: linkTo, curl: asCurl, Python: asPython, JavaScript: asJavaScript };

/** The same question for another program, by what that is called. Power Query takes one answer: it has no subscriptions. */
export function formsOf({ isSubscription }: Asked): Forms {
  return isSubscription ? everyForm : { ...everyForm, 'Power Query (M)': asPowerQuery };
}

/** Where programs ask: subscriptions are streams of server-sent events. */
function addressFor({ url, isSubscription }: Asked): string {
  return isSubscription ? `${url.replace(/\/$/, '')}/stream` : url;
}

/** A link that opens the playground with the question; what stands behind # is sent to no server. */
export function linkTo({ url, query, variables }: Asked): string {
  const parts = [`query=${encodeURIComponent(query)}`];
  if (variables.trim()) parts.push(`variables=${encodeURIComponent(variables)}`);
  return `${url}#${parts.join('&')}`;
}

function asCurl(asked: Asked): string {
  const body = JSON.stringify({ query: asked.query, ...variablesOf(asked) }).replaceAll("'", `'\\''`);
  const key = asked.usesKey ? `  -H "x-api-key: $API_KEY" \\\n` : '';
  const unbuffered = asked.isSubscription ? '-N ' : '';
  return `curl ${unbuffered}'${addressFor(asked)}' \\\n  -H 'content-type: application/json' \\\n${key}  -d '${body}'\n`;
}

function asPython(asked: Asked): string {
  const text = asked.query.replaceAll('\\', '\\\\').replaceAll("'''", "\\'\\'\\'");
  const { variables } = variablesOf(asked);
  const json = JSON.stringify(JSON.stringify(variables ?? {}));
  return `import json
import os
import urllib.request

query = '''
${text.trimEnd()}
'''
variables = json.loads(${json})
request = urllib.request.Request(
    ${JSON.stringify(addressFor(asked))},
    json.dumps({"query": query, "variables": variables}).encode(),
    {"content-type": "application/json"${asked.usesKey ? ', "x-api-key": os.environ["API_KEY"]' : ''}},
)
with urllib.request.urlopen(request) as response:
${asked.isSubscription ? pythonEvents : '    print(json.dumps(json.load(response), indent=2))'}
`.replace(asked.usesKey ? '' : 'import os\n', '');
}

const pythonEvents = `    for line in response:
        if line.startswith(b"data: {"):
            print(json.dumps(json.loads(line[6:]), indent=2), flush=True)`;

const javaScriptEvents = `let rest = '';
for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split('\\n');
  rest = lines.pop() ?? '';
  for (const line of lines) if (line.startsWith('data: {')) console.log(JSON.stringify(JSON.parse(line.slice(6)), null, 2));
}
if (!response.ok) console.error(rest);`;

function asJavaScript(asked: Asked): string {
  const text = asked.query.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  const key = asked.usesKey ? ", 'x-api-key': process.env.API_KEY" : '';
  return `const query = \`
${text.trimEnd()}
\`;
const variables = ${JSON.stringify(variablesOf(asked).variables ?? {})};
const response = await fetch(${JSON.stringify(addressFor(asked))}, {
  method: 'POST',
  headers: { 'content-type': 'application/json'${key} },
  body: JSON.stringify({ query, variables }),
});
${asked.isSubscription ? javaScriptEvents : 'console.log(JSON.stringify(await response.json(), null, 2));'}
`;
}

function asPowerQuery(asked: Asked): string {
  const key = asked.usesKey ? ', #"x-api-key" = API_KEY' : '';
  const note = asked.usesKey ? '// API_KEY is a parameter: Manage Parameters, New, with the text of $API_KEY.\n' : '';
  return `${note}let
  Query = ${mText(asked.query.trimEnd())},
  Variables = Json.Document(${mText(JSON.stringify(variablesOf(asked).variables ?? {}))}),
  Source = Json.Document(Web.Contents(${mText(asked.url)}, [
    Headers = [#"content-type" = "application/json"${key}],
    Content = Json.FromValue([query = Query, variables = Variables])
  ])),
  Data = if Record.HasFields(Source, "errors") then error Source[errors]{0}[message] else Source[data]
in
  Data
`;
}

/** A text of M, where only quotes and #( mean something. */
function mText(text: string): string {
  return `"${text.replaceAll('"', '""').replaceAll('#(', '#(#)(')}"`;
}

/** What cannot be read is left out, as the service would say better. */
function variablesOf({ variables }: Asked): { variables?: unknown } {
  if (!variables.trim()) return {};
  try {
    return { variables: JSON.parse(variables) };
  } catch {
    return {};
  }
}
