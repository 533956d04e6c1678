import { stringify } from 'yaml';
import type { Terminal } from '../cli/terminal.ts';
import type { FieldChange } from './field-changes.ts';
import { type Difference, type ObjectChange, withoutSecrets } from './object-changes.ts';

/** Prints a difference: each object that changes, then how many there are of each. */
export function printDifference({ changes, unchanged }: Difference, terminal: Terminal): void {
  for (const change of changes) printObject(change, terminal);
  const count = (kind: ObjectChange['change']) => changes.filter(({ change }) => change === kind).length;
  terminal.print(
    `${count('added')} added, ${count('changed')} changed, ${count('removed')} removed, ${unchanged} as they were`,
  );
}

function printObject(change: ObjectChange, terminal: Terminal): void {
  switch (change.change) {
    case 'added': {
      terminal.print(terminal.paint('green', `+ ${change.label}`));
      const { apiVersion: _, kind: __, metadata: ___, ...rest } = withoutSecrets(change.object);
      if (Object.keys(rest).length > 0) printValue(rest, { mark: '    + ', colour: 'green', terminal });
      break;
    }
    case 'removed':
      terminal.print(terminal.paint('red', `- ${change.label}`));
      break;
    case 'changed':
      terminal.print(terminal.paint('yellow', `~ ${change.label}`));
      for (const field of change.fields) printField(field, terminal);
  }
  terminal.print('');
}

function printField(field: FieldChange, terminal: Terminal): void {
  switch (field.change) {
    case 'reordered':
      terminal.print(terminal.paint('yellow', `    ~ ${field.path}: in another order`));
      break;
    case 'added':
      printEntry({ path: field.path, value: field.after, mark: '    + ', colour: 'green', terminal });
      break;
    case 'removed':
      printEntry({ path: field.path, value: field.before, mark: '    - ', colour: 'red', terminal });
      break;
    case 'changed':
      terminal.print(terminal.paint('yellow', `    ~ ${field.path}: ${brief(field.before)} → ${brief(field.after)}`));
  }
}

interface Style {
  readonly mark: string;
  readonly colour: 'green' | 'red';
  readonly terminal: Terminal;
}

function printEntry({ path, value, ...style }: Style & { readonly path: string; readonly value: unknown }): void {
  const { mark, colour, terminal } = style;
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    terminal.print(terminal.paint(colour, `${mark}${path}: ${brief(value)}`));
    return;
  }
  terminal.print(terminal.paint(colour, `${mark}${path}:`));
  printValue(value, { ...style, mark: `${mark}  ` });
}

function printValue(value: unknown, { mark, colour, terminal }: Style): void {
  const lines = stringify(value, { lineWidth: 0 }).trimEnd().split('\n');
  for (const line of lines) terminal.print(terminal.paint(colour, `${mark}${line}`));
}

function brief(value: unknown): string {
  return JSON.stringify(value);
}
