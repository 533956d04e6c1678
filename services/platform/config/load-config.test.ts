import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, loadConfig } from './index.ts';

const schema = z.object({ PORT: z.coerce.number().int(), TOKEN: z.string().min(8), LEVEL: z.string().default('info') });

const load = () => loadConfig(schema, { TOKEN: 'secret', PORT: '' });

describe('loadConfig', () => {
  it('parses what is declared and drops what is not', () => {
    const config = loadConfig(schema, { PORT: '80', TOKEN: '12345678', OTHER: 'x' });
    expect(config).toEqual({ PORT: 80, TOKEN: '12345678', LEVEL: 'info' });
  });

  it('names every variable that is missing or wrong, in one line, without its value', () => {
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/^Configuration: PORT is not set; TOKEN is wrong: [^\n]*$/);
    expect(load).not.toThrow(/secret/);
  });
});
