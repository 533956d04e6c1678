import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RuleGroup } from '@ticketaka/charts/observability/rules/rule';

const run = promisify(execFile);

export interface Series {
  /** `up{job="shop"}` */
  readonly series: string;
  /** One value a minute, in promtool's notation: `0+60x30`, `1x10 0x20`, `_x5`. */
  readonly values: string;
}

export interface RuleTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly Series[];
  readonly promql_expr_test?: readonly {
    readonly expr: string;
    readonly eval_time: string;
    readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
  }[];
  readonly alert_rule_test?: readonly {
    readonly eval_time: string;
    readonly alertname: string;
    readonly exp_alerts: readonly {
      readonly exp_labels: Readonly<Record<string, string>>;
      readonly exp_annotations: Readonly<Record<string, string>>;
    }[];
  }[];
}

/** `promtool check rules`; resolves with what it says. @throws with its output when a rule is wrong */
export async function checkRules(groups: readonly RuleGroup[]): Promise<string> {
  return await inFolder({ 'rules.yaml': { groups } }, (folder) =>
    promtool('check', 'rules', join(folder, 'rules.yaml')),
  );
}

/** `promtool test rules`. @throws with what was expected and what came */
export async function testRules(groups: readonly RuleGroup[], tests: readonly RuleTest[]): Promise<string> {
  const file = { rule_files: ['rules.yaml'], evaluation_interval: '1m', tests };
  return await inFolder({ 'rules.yaml': { groups }, 'tests.yaml': file }, (folder) =>
    promtool('test', 'rules', join(folder, 'tests.yaml')),
  );
}

/** @param files JSON is YAML, too */
async function inFolder<T>(files: Readonly<Record<string, object>>, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ticketaka-promtool-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function promtool(...args: string[]): Promise<string> {
  try {
    const { stdout, stderr } = await run('promtool', args, { maxBuffer: 16 * 1024 * 1024 });
    return stdout + stderr;
  } catch (error) {
    // It says what is wrong on either.
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`promtool ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}
