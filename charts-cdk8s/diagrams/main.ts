import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { services } from '../services.ts';
import { topologyOf } from '../topology/topology.ts';
import { redraw } from './page.ts';

/** `npm run diagrams`: draws the diagrams of docs/architecture.md anew, from the services' declarations. */
const file = join(import.meta.dirname, '../../docs/architecture.md');
const before = await readFile(file, 'utf8');
const after = redraw(before, topologyOf(services));
if (after !== before) await writeFile(file, after);
process.stdout.write(after === before ? 'docs/architecture.md is current\n' : 'docs/architecture.md is drawn anew\n');
