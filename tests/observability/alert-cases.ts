import type { AlertCase } from './alert-case.ts';
import { objectiveCases } from './objective-cases.ts';
import { platformCases } from './platform-cases.ts';
import { saleCases } from './sale-cases.ts';
import { serviceCases } from './service-cases.ts';
import { workloadCases } from './workload-cases.ts';

export const cases: readonly AlertCase[] = [
  ...saleCases,
  ...objectiveCases,
  ...workloadCases,
  ...serviceCases,
  ...platformCases,
];
