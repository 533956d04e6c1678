import type { BenchCase } from '../harness.ts';
import { http } from './http.ts';
import { token } from './token.ts';

export const cases: readonly BenchCase[] = [http, token];
