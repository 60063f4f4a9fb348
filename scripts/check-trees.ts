import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

const FOLDER = 'test/facets';

/** A title with what stands under it. */
interface Branch {
  readonly title: string;
  readonly branches: readonly Branch[];
}

/** Titles of describe and it, in their order; a computed part of a title stands in braces. */
function branchesOfTest(path: string): readonly Branch[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  const branchesUnder = (node: ts.Node): Branch[] => {
    const found: Branch[] = [];
    ts.forEachChild(node, (child) => {
      const title = titleOf(child, source);
      if (title === undefined) found.push(...branchesUnder(child));
      else found.push({ title, branches: branchesUnder(child) });
    });
    return found;
  };
  return branchesUnder(source);
}

function titleOf(node: ts.Node, source: ts.SourceFile): string | undefined {
  if (!ts.isCallExpression(node) || !/^(describe|it)$/.test(node.expression.getText(source))) return undefined;
  const [title] = node.arguments;
  if (title === undefined) return undefined;
  if (ts.isStringLiteralLike(title)) return title.text;
  if (!ts.isTemplateExpression(title)) return `{${title.getText(source)}}`;
  const parts = title.templateSpans.map(({ expression, literal }) => `{${expression.getText(source)}}${literal.text}`);
  return title.head.text + parts.join('');
}

/** The tree as text, one title a line. */
function drawn(branches: readonly Branch[], indent = ''): string[] {
  return branches.flatMap(({ title, branches: under }, i) => {
    const isLast = i === branches.length - 1;
    return [`${indent}${isLast ? '└──' : '├──'} ${title}`, ...drawn(under, `${indent}${isLast ? '    ' : '│   '}`)];
  });
}

function treeOf(path: string): string {
  const lines = branchesOfTest(path).flatMap(({ title, branches }) => [title, ...drawn(branches)]);
  return `${lines.join('\n')}\n`;
}

/** Why a test and its tree differ, undefined if they do not. */
function problemOf(path: string): string | undefined {
  const tree = path.replace(/\.test\.ts$/, '.tree');
  if (!existsSync(tree)) return `${tree} is missing`;
  const [wanted, actual] = [readFileSync(tree, 'utf8').split('\n'), treeOf(path).split('\n')];
  const line = wanted.findIndex((text, i) => text !== actual[i]);
  if (line < 0 && wanted.length === actual.length) return undefined;
  const at = line < 0 ? wanted.length : line;
  return `${tree}:${at + 1}\n  tree: ${wanted[at]?.trim() ?? '(ends)'}\n  test: ${actual[at]?.trim() ?? '(ends)'}`;
}

/** Compares every `<function>.tree` with the titles of `<function>.test.ts`; `--write` draws the trees anew. */
function main(): void {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).map((name) => `${FOLDER}/${name}`);
  // Views are read in tables and have no tree.
  const tests = files.filter((path) => path.endsWith('.test.ts') && !path.endsWith('/reads.test.ts')).sort();
  if (process.argv.includes('--write')) {
    tests.forEach((path) => writeFileSync(path.replace(/\.test\.ts$/, '.tree'), treeOf(path)));
  }
  const lost = files
    .filter((path) => path.endsWith('.tree') && !existsSync(path.replace(/\.tree$/, '.test.ts')))
    .map((path) => `${path} has no test`);
  const problems = [...tests.map(problemOf).filter((problem) => problem !== undefined), ...lost];
  problems.forEach((problem) => console.log(problem));
  console.log(`${tests.length} trees, ${problems.length} differ from their tests`);
  if (problems.length > 0) process.exitCode = 1;
}

main();
