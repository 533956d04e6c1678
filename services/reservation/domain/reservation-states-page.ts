import { happenings, states, type Transition, transitions } from './reservation-states.ts';

const unitsInWords = { kept: 'kept', sold: 'sold', freed: 'freed', none: '' } as const satisfies Readonly<
  Record<Transition['units'], string>
>;

/** The states of a reservation as a diagram and a table, in Markdown; ends with a line feed. */
export function renderReservationStates(): string {
  return `${[diagram(), table(), words()].join('\n\n')}\n`;
}

function diagram(): string {
  const arrows = transitions.map(({ from, on, to }) => `  ${from} --> ${to}: ${on}`);
  const ends = states.filter((state) => transitions.every(({ from }) => from !== state));
  return [
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> HELD',
    ...arrows,
    ...ends.map((state) => `  ${state} --> [*]`),
    '```',
  ].join('\n');
}

function table(): string {
  const rows = transitions.map(({ from, on, to, units, money, announces }) =>
    cells([from, `\`${on}\``, to, unitsInWords[units], money === 'none' ? '' : money, announces.map(code).join(', ')]),
  );
  return [
    cells(['From', 'When', 'To', 'Units', 'Money', 'Announces']),
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function words(): string {
  const rows = Object.entries(happenings).map(([name, meaning]) => cells([code(name), meaning]));
  return [cells(['When', 'That is']), '| --- | --- |', ...rows].join('\n');
}

function cells(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
