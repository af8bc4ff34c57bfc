import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

// Says which paths, files, scripts and names of code that the documents name are not there.
const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((file) => existsSync(file));
const isDocument = (file) => file.endsWith('.md');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const topLevel = /^(src|test|docs|migrations|bench|scripts|\.ci)\/[\w./*-]*$/;
const fileNames = new Set(listed.map((file) => basename(file)));
const words = wordsOf(
  listed.filter((file) => /\.(ts|tsx|mjs|json|sql|graphql|yaml)$|^\.(ci|env)|^Dockerfile$/.test(file)),
);
// What belongs to other programs, and a pattern of names.
const foreign = new Set(['citext', 'commit_delay', 'hydrate-symlinks.js', 'verb-noun.ts']);
const wrong = [];

for (const file of listed.filter(isDocument)) {
  const text = readFileSync(file, 'utf8');
  for (const [, target] of text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)) {
    if (!existsSync(join(dirname(file), target))) wrong.push(`${file}: links to ${target}, which is not there`);
  }
  // A changelog also names what was there before.
  const isHistory = file === 'CHANGELOG.md';
  // What a page's own code imports may be named beside it.
  const code = (text.match(/^```.*?^```/gms) ?? []).join('\n');
  for (const [, word] of text.replace(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g)) {
    const path = word.replace(/\/?\*.*$/, '');
    if (topLevel.test(word) && !existsSync(path)) wrong.push(`${file}: names ${word}, which is not there`);
    const script = /^npm run ([\w:-]+)/.exec(word)?.[1];
    if (script && !scripts[script]) wrong.push(`${file}: names npm run ${script}, which package.json lacks`);
    if (!isHistory && !foreign.has(word) && !isKnown(word) && !code.includes(` ${word} `))
      wrong.push(`${file}: names ${word}, which is not there`);
  }
}
for (const line of wrong) console.error(line);
process.exitCode = wrong.length > 0 ? 1 : 0;

/** False for the name of a file, or of something in code, that is nowhere. */
function isKnown(word) {
  if (/^[\w.-]+\.(ts|tsx|mjs|js|md|json|jsonl|yaml|sql|graphql)$/.test(word)) return fileNames.has(word);
  if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(\(\))?$/.test(word)) return true;
  return word
    .replace('()', '')
    .split('.')
    .every((part) => words.has(part));
}

function wordsOf(files) {
  const found = new Set();
  for (const file of files) for (const [word] of readFileSync(file, 'utf8').matchAll(/[A-Za-z_]\w*/g)) found.add(word);
  return found;
}
