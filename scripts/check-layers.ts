import { packageProblems } from './layers/packages';
import { solidityProblems } from './layers/solidity';

/** Fails on imports that go another way than CONVENTIONS 1 and on circles. */
function main(): void {
  const problems = [...solidityProblems(), ...packageProblems()];
  problems.forEach((problem) => console.log(problem));
  console.log(problems.length === 0 ? 'imports go one way' : `${problems.length} imports go the wrong way`);
  if (problems.length > 0) process.exitCode = 1;
}

main();
