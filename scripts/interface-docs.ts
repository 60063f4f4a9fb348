import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeOrCheck } from './generated-file';

/** Writes `docs/reference/contracts.md` from the NatSpec of interfaces and types; `--check` only compares. */

const COMMAND = 'npm run docs:contracts';
const INTERFACES = join('contracts', 'interfaces');
const TYPES = join('contracts', 'types');
const FILE = join('docs', 'reference', 'contracts.md');

const TITLE = /^\/\/\/ @title (.*)$/m;
/** A comment and the declaration under it, in an interface. */
const MEMBER = /^((?: {4}\/\/\/ .*\n)*) {4}(function|event)\b([^;]*);/gm;
/** A comment and a declaration at the top of a file of types. */
const TYPE = /^((?:\/\/\/ .*\n)*)(?:(type) (\w+) is (\w+);|(struct|enum) (\w+) \{\n((?:.*\n)*?)\})/gm;
const FIELD = /^((?: {4}\/\/\/ .*\n)*) {4}([^/\s].*);$/gm;

interface Comment {
  readonly notice: string;
  /** `@dev`, `@param`, `@return`, in the order of the source. */
  readonly rest: readonly string[];
}

function commentOf(text: string): Comment {
  const words = text
    .replaceAll(/^ *\/\/\/ /gm, '')
    .replaceAll('\n', ' ')
    .trim();
  const [first = '', ...others] = words.split(/ ?@(?=dev |param |return |notice )/);
  const tagged = first === '' ? others : [`notice ${first}`, ...others];
  const of = (tag: string): string[] =>
    tagged.filter((one) => one.startsWith(`${tag} `)).map((one) => one.slice(tag.length + 1).trim());
  const params = of('param').map((one) => one.replace(/^(\w+) /, '`$1`: '));
  return {
    notice: of('notice').join(' '),
    rest: [...of('dev'), ...params, ...of('return').map((one) => `Returns ${one}`)],
  };
}

function sourcesOf(folder: string): { name: string; text: string }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sol'))
    .sort()
    .map((file) => ({ name: basename(file, '.sol'), text: withoutRemarks(readFileSync(join(folder, file), 'utf8')) }));
}

/** Remarks that are no NatSpec would stand between a comment and its declaration. */
function withoutRemarks(text: string): string {
  return text.replaceAll(/^ *\/\/ .*\n/gm, '');
}

const oneLine = (code: string): string =>
  code.replaceAll(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')').trim();
const cell = (text: string): string => text.replaceAll('|', '\\|');

function interfaceSection({ name, text }: { name: string; text: string }): string[] {
  const members = [...text.matchAll(MEMBER)].map(([, comment = '', kind = '', code = '']) => ({
    kind,
    code: oneLine(code).replace(/ external\b/, ''),
    comment: commentOf(comment),
  }));
  if (members.length === 0) return [];
  const silent = members.find(({ comment }) => comment.notice === '');
  if (silent !== undefined) throw new Error(`${name}: ${silent.code} has no @notice`);
  const rowsOf = (wanted: string): string[] =>
    members
      .filter(({ kind }) => kind === wanted)
      .map(({ code, comment }) => `| \`${code}\` | ${cell([comment.notice, ...comment.rest].join(' '))} |`);
  const tables = [
    ['function', rowsOf('function')],
    ['event', rowsOf('event')],
  ] as const;
  const title = TITLE.exec(text)?.[1] ?? '';
  return [
    `## ${name}`,
    '',
    title,
    '',
    ...tables.flatMap(([head, rows]) =>
      rows.length === 0 ? [] : [`| ${head} | what it does |`, '| --- | --- |', ...rows, ''],
    ),
  ];
}

function typeSections({ text }: { text: string }): string[] {
  return [...text.matchAll(TYPE)].flatMap(([, comment = '', , valueType, base, kind, name, body = '']) => {
    const about = commentOf(comment).rest.join(' ');
    if (valueType !== undefined) return [`### ${valueType}`, '', `\`${base}\`. ${about}`, ''];
    if (kind === 'enum') {
      const words = body.split(',').map((word, at) => `${at} \`${word.replaceAll(/\/\/\/.*\n/g, '').trim()}\``);
      return [`### ${name}`, '', about, '', words.join(', '), ''];
    }
    const fields = [...body.matchAll(FIELD)].map(
      ([, fieldComment = '', code = '']) => `| \`${code}\` | ${cell(commentOf(fieldComment).rest.join(' '))} |`,
    );
    return [`### ${name}`, '', about, '', '| field | meaning |', '| --- | --- |', ...fields, ''];
  });
}

/** Types that the interfaces mention, and the types those mention; the others are how things are stored. */
function visibleTypes(interfaces: readonly { text: string }[], sections: ReadonlyMap<string, string>): string[] {
  const isMentioned = (name: string, text: string): boolean => new RegExp(`\\b${name}\\b`).test(text);
  const names = [...sections.keys()];
  const code = interfaces.map(({ text }) => text.replaceAll(/^import .*$|^ *\/\/\/.*$/gm, '')).join('\n');
  const found = new Set(names.filter((name) => isMentioned(name, code)));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    const seen = [...found].map((name) => sections.get(name) ?? '').join('\n');
    for (const name of names) if (isMentioned(name, seen)) found.add(name);
  }
  return names.filter((name) => found.has(name));
}

function render(): string {
  const all = sourcesOf(INTERFACES);
  const aggregate = all.find(({ name }) => name === 'IYellowstone')?.text ?? '';
  const interfaces = all.filter(({ name }) => aggregate.includes(`import {${name}}`));
  const types = sourcesOf(TYPES).flatMap((source) =>
    typeSections(source)
      .join('\n')
      .split(/^(?=### )/m),
  );
  const sections = new Map(
    types.filter((text) => text !== '').map((text) => [/### (\w+)/.exec(text)?.[1] ?? '', text]),
  );
  const shown = visibleTypes(interfaces, sections).map((name) => sections.get(name)?.trimEnd() ?? '');
  return `${[
    `<!-- Generated by \`${COMMAND}\` from contracts/interfaces and contracts/types. Do not edit. -->`,
    '',
    '# The surface of the diamond',
    '',
    'Everything is called at one address as `IYellowstone`, which inherits all of these. Errors are in',
    '[errors.md](../errors.md). Amounts are MOR-wei, 1e-18 MOR; times are seconds.',
    '',
    ...interfaces.flatMap(interfaceSection),
    '## Types',
    '',
    shown.join('\n\n'),
  ].join('\n')}\n`;
}

writeOrCheck(FILE, render(), COMMAND);
