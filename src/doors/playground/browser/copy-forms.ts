/** What is asked, as the editor has it. */
export type Asked = {
  /** The address of the API. */
  url: string;
  query: string;
  /** JSON, or blank. */
  variables: string;
  /** Whether a key is sent; which, is never written. */
  usesKey: boolean;
};

/** The same question for another program, by what that is called. */
export const copyForms: Readonly<Record<string, (asked: Asked) => string>> = {
  Link: linkTo,
  curl: asCurl,
  Python: asPython,
  JavaScript: asJavaScript,
  'Power Query (M)': asPowerQuery,
};

/** A link that opens the playground with the question; what stands behind # is sent to no server. */
export function linkTo({ url, query, variables }: Asked): string {
  const parts = [`query=${encodeURIComponent(query)}`];
  if (variables.trim()) parts.push(`variables=${encodeURIComponent(variables)}`);
  return `${url}#${parts.join('&')}`;
}

function asCurl(asked: Asked): string {
  const body = JSON.stringify({ query: asked.query, ...variablesOf(asked) }).replaceAll("'", `'\\''`);
  const key = asked.usesKey ? `  -H "x-api-key: $API_KEY" \\\n` : '';
  return `curl '${asked.url}' \\\n  -H 'content-type: application/json' \\\n${key}  -d '${body}'\n`;
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
    ${JSON.stringify(asked.url)},
    json.dumps({"query": query, "variables": variables}).encode(),
    {"content-type": "application/json"${asked.usesKey ? ', "x-api-key": os.environ["API_KEY"]' : ''}},
)
with urllib.request.urlopen(request) as response:
    print(json.dumps(json.load(response), indent=2))
`.replace(asked.usesKey ? '' : 'import os\n', '');
}

function asJavaScript(asked: Asked): string {
  const text = asked.query.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  const key = asked.usesKey ? ", 'x-api-key': process.env.API_KEY" : '';
  return `const query = \`
${text.trimEnd()}
\`;
const variables = ${JSON.stringify(variablesOf(asked).variables ?? {})};
const response = await fetch(${JSON.stringify(asked.url)}, {
  method: 'POST',
  headers: { 'content-type': 'application/json'${key} },
  body: JSON.stringify({ query, variables }),
});
console.log(JSON.stringify(await response.json(), null, 2));
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
