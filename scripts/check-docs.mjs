import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// Says which paths and scripts that the documents name are not there.
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { encoding: 'utf8' })
  .trim()
  .split('\n');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const topLevel = /^(src|test|docs|migrations|bench|scripts|\.ci)\/[\w./*-]*$/;
const wrong = [];

for (const file of files.filter(existsSync)) {
  const text = readFileSync(file, 'utf8');
  for (const [, target] of text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)) {
    if (!existsSync(join(dirname(file), target))) wrong.push(`${file}: links to ${target}, which is not there`);
  }
  for (const [, word] of text.matchAll(/`([^`\n]+)`/g)) {
    const path = word.replace(/\/?\*.*$/, '');
    if (topLevel.test(word) && !existsSync(path)) wrong.push(`${file}: names ${word}, which is not there`);
    const script = /^npm run ([\w:-]+)/.exec(word)?.[1];
    if (script && !scripts[script]) wrong.push(`${file}: names npm run ${script}, which package.json lacks`);
  }
}
for (const line of wrong) console.error(line);
process.exitCode = wrong.length > 0 ? 1 : 0;
