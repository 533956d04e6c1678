import { printOutcome, runChecks } from './run/checks.ts';

/** `npm run check`: types, lint, format, layers, dead code. Each runs to its end, so that all faults are seen at once. */
const outcomes = await runChecks();
for (const outcome of outcomes) printOutcome(outcome);
process.exitCode = outcomes.every((outcome) => outcome.ok) ? 0 : 1;
