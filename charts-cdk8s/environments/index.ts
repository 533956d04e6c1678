import type { Environment } from '../environment.ts';
import { dev } from './dev.ts';
import { local } from './local.ts';
import { prod } from './prod.ts';
import { staging } from './staging.ts';

export const environments = { local, dev, staging, prod } satisfies Readonly<Record<string, Environment>>;

export type EnvironmentName = keyof typeof environments;

export function isEnvironmentName(name: string): name is EnvironmentName {
  return Object.hasOwn(environments, name);
}
